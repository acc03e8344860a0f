package sample

import (
	"fmt"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/trace"
)

// The plan is what is to be entered, as plain values. Its keys name documents
// across loads and must therefore never change.

// A farm is a producer with all that is its own.
type farm struct {
	key          string
	producer     trace.Producer
	certificates []certificate // about the producer
	goods        []good
}

// A good is a product.
type good struct {
	key          string
	picture      string // name of a picture.Draw
	product      trace.Product
	certificates []certificate
	reports      []report // about the product from time to time
	requests     []request
	lots         []lot
}

// A certificate and who enters it.
type certificate struct {
	key       string
	by        role
	data      trace.CertificateData
	confirmed bool // by the office, after the producer declared it
	withdrawn *trace.Ending
}

// A role is who enters something.
type role int

const (
	byProducer role = iota
	byOffice
	byCertifier
	byLaboratory
	byInspector
)

// A report is a test report; byProducer is one that came on paper. One by the
// laboratory was asked for.
type report struct {
	key   string
	by    role
	asked role
	data  trace.TestData
}

// A request is what the laboratory was asked and has not reported on.
type request struct {
	key      string
	by       role
	data     trace.RequestData
	declined string // why it was declined; empty while it waits
}

// A lot is a batch and what happened to it, in this order: inputs are there,
// records and reports are entered, moves are made, later records and reports
// with the moves that answer them.
type lot struct {
	key     string
	data    trace.BatchData
	inputs  []input
	records []record
	reports []report
	// requests that nobody has answered with a report.
	requests []request
	opens    bool // stays open: is not released
	after    []record
	answers  []report
	moves    []move // after the release
	void     string // reason for which the code is taken out of use
}

// An input is a lot of the plan that goes into another.
type input struct {
	lot      string
	quantity trace.Quantity
}

// A move is a change of state by an authority. What it recalls it only proposes:
// the office approves.
type move struct {
	by role
	to trace.Transition
}

// A record of a lot. Its key is its place in the lot.
type record struct {
	by       role
	data     trace.RecordData
	document string // title of the document that is attached; none when empty
	verified bool   // by the inspector
	revised  *trace.RecordData
	reason   string // for the revision or, without one, the retraction
}

// calendar counts days from today.
type calendar struct{ today trace.Date }

// day is n days from today, before it when n is negative.
func (c calendar) day(n int) trace.Date { return c.today.AddDays(n) }

// months is n months from today.
func (c calendar) months(n int) trace.Date { return c.today.AddMonths(n) }

// at is the instant clock, such as "07:30", on the day n days from today.
func (c calendar) at(n int, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err) // a slip in this package's own tables
	}
	return c.day(n).Start().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// event is a record of the kind that the details belong to.
func event(at time.Time, place trace.Place, person string, details any) record {
	d := trace.RecordData{Happened: at, Place: place, Person: person}
	switch v := details.(type) {
	case trace.Planting:
		d.Kind, d.Planting = "planting", &v
	case trace.Care:
		d.Kind, d.Care = "care", &v
	case trace.Harvest:
		d.Kind, d.Harvest = "harvest", &v
	case trace.Receiving:
		d.Kind, d.Receiving = "receiving", &v
	case trace.Processing:
		d.Kind, d.Processing = "processing", &v
	case trace.Sampling:
		d.Kind, d.Sampling = "sampling", &v
	case trace.Packing:
		d.Kind, d.Packing = "packing", &v
	case trace.Storing:
		d.Kind, d.Storing = "storing", &v
	case trace.Shipping:
		d.Kind, d.Shipping = "shipping", &v
	case trace.Inspecting:
		d.Kind, d.Inspecting = "inspecting", &v
	case trace.Destroying:
		d.Kind, d.Destroying = "destroying", &v
	default:
		panic(fmt.Sprintf("no kind of record has details %T", details))
	}
	return record{data: d}
}

func (r record) as(kind string) record        { r.data.Kind = kind; return r }
func (r record) noting(s string) record       { r.data.Note = s; return r }
func (r record) with(document string) record  { r.document = document; return r }
func (r record) verify() record               { r.verified = true; return r }
func (r record) from(by role) record          { r.by = by; return r }
func (r record) retract(reason string) record { r.reason = reason; return r }
func (r record) correct(reason string, change func(*trace.RecordData)) record {
	revised := r.data
	change(&revised)
	r.revised, r.reason = &revised, reason
	return r
}

func kg(v string) trace.Quantity   { return trace.Quantity{Value: trace.Decimal(v), Unit: "KGM"} }
func gram(v string) trace.Quantity { return trace.Quantity{Value: trace.Decimal(v), Unit: "GRM"} }
func litre(v string) trace.Quantity {
	return trace.Quantity{Value: trace.Decimal(v), Unit: "LTR"}
}
func ml(v string) trace.Quantity { return trace.Quantity{Value: trace.Decimal(v), Unit: "MLT"} }
func ha(v string) trace.Quantity { return trace.Quantity{Value: trace.Decimal(v), Unit: "HAR"} }
func in(unit, v string) trace.Quantity {
	return trace.Quantity{Value: trace.Decimal(v), Unit: unit}
}

func name(vi, en string) catalog.Name { return catalog.Name{VI: vi, EN: en} }

func place(name, commune string) trace.Place { return trace.Place{Name: name, Commune: commune} }

// gtin is the n-th GTIN of the demonstration, prefix 952.
func gtin(n int) gs1.GTIN {
	digits := fmt.Sprintf("9521234%05d", n)
	return must(gs1.ParseGTIN(digits + checkDigit(digits)))
}

// sscc is the n-th case number of the demonstration, prefix 952.
func sscc(n int) string {
	digits := fmt.Sprintf("09521234%09d", n)
	return must(gs1.ParseSSCC(digits + checkDigit(digits))).String()
}

func checkDigit(digits string) string { return string(rune(must(gs1.CheckDigit(digits)))) }

func lotNumber(s string) gs1.LotNumber { return must(gs1.ParseLotNumber(s)) }

// must is for values that stand in this package's own tables.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// panel makes test rows out of "indicator: result" lines. Unit, method and
// limit are those of the reference criteria for the kind of goods.
func panel(set int, goods string, results ...string) []trace.TestRow {
	var rows []trace.TestRow
	for _, line := range results {
		indicator, result, _ := strings.Cut(line, ": ")
		rows = append(rows, criterionRow(set, goods, indicator, result))
	}
	return rows
}

func criterionRow(set int, goods, indicator, result string) trace.TestRow {
	for _, c := range catalog.Criteria(set) {
		if c.Product.VI != goods || c.Indicator.VI != indicator {
			continue
		}
		return trace.TestRow{
			Indicator: c.Indicator, Unit: c.Unit, Method: c.Method, Result: trace.Result{Text: result},
			Limit: &trace.Limit{Kind: c.Limit.Kind, Min: trace.Decimal(c.Limit.Min), Max: trace.Decimal(c.Limit.Max), Basis: c.Basis},
		}
	}
	panic(fmt.Sprintf("no criterion %q for %q in set %d", indicator, goods, set))
}

// atMost is a row with a limit of its own.
func atMost(indicator catalog.Name, unit, method, result, limit, basis string) trace.TestRow {
	return trace.TestRow{
		Indicator: indicator, Unit: unit, Method: method, Result: trace.Result{Text: result},
		Limit: &trace.Limit{Kind: catalog.LimitMax, Max: trace.Decimal(limit), Basis: basis},
	}
}

// none is a row for what must not be found.
func none(indicator catalog.Name, unit, method, result, basis string) trace.TestRow {
	return trace.TestRow{
		Indicator: indicator, Unit: unit, Method: method, Result: trace.Result{Text: result},
		Limit: &trace.Limit{Kind: catalog.LimitAbsent, Basis: basis},
	}
}

// laboratory is who tests in the demonstration.
var laboratory = trace.TestLaboratory{Name: "Phòng thử nghiệm Minh Họa", VILAS: "VILAS 000"}

// askedBy says that it was not the producer who asked for the report.
func (r report) askedBy(who role) report { r.asked = who; return r }

// asking is a request about a sample.
func asking(key, code, sample string, sent trace.Date, note string, criteria ...string) request {
	return request{key: key, data: trace.RequestData{
		Laboratory: laboratory.Name, Criteria: criteria, Note: note,
		Sample: trace.RequestSample{Code: code, Description: sample, Sent: sent},
	}}
}

// tested is a laboratory's report, issued five days after the sample came.
func tested(key string, issued trace.Date, n int, sample string, rows []trace.TestRow) report {
	return report{key: key, by: byLaboratory, data: trace.TestData{
		Laboratory: laboratory, Number: fmt.Sprintf("DEMO-%04d/KQTN", n), Issued: issued,
		Sample: trace.LaboratorySample{
			Code: fmt.Sprintf("MH-%04d", n), Description: sample, SampledBy: "Khách hàng gửi mẫu",
			Received: issued.AddDays(-6), TestedFrom: issued.AddDays(-5), TestedUntil: issued.AddDays(-1),
		},
		Rows: rows, Note: "Kết quả chỉ có giá trị trên mẫu thử.",
	}}
}
