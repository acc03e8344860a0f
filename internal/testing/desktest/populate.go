package desktest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// A Tenant is what a producer has: a document of every kind.
type Tenant struct {
	Who, ID         string
	Product, Draft  string // with a certificate and batches; without
	Certificates    []string
	Open, Released  string // batches
	Held, Recalled  string
	Stopped         string            // held by an authority
	Sold            []string          // released as well
	Records         map[string]string // by kind, of the open batch
	Requests        []string          // one in each state, and two more that wait
	Report, Paper   string            // the laboratory's; typed by the producer
	Orders          []string          // released; allocated
	Problems        []string
	References      []string // of the problems
	Recall          string   // approved
	Proposal        string
	Colleague       string
	Photo, Document trace.Digest
	// Filled tells of the fields of each kind which texts they took.
	Filled Filled
}

// A populating is a Tenant that comes to be.
type populating struct {
	*World
	*Tenant
	t     testing.TB
	texts Texts
	by    trace.Write
}

// Populate gives the producer of a person one document of every kind, with a
// text in every field that takes it.
func (w *World) Populate(who string, texts Texts) *Tenant {
	w.T.Helper()
	p := populating{World: w, t: w.T, texts: texts, by: w.As(who), Tenant: &Tenant{
		Who: who, ID: w.members[who].Producer, Records: map[string]string{}, Filled: Filled{},
	}}
	p.business()
	p.products()
	p.certificates()
	p.batches()
	p.diary()
	p.tests()
	p.stamps()
	p.shoppers()
	p.authorities()
	p.exports()
	return p.Tenant
}

// must fails on an error and passes on the id.
func must[T any](p populating) func(s trace.Stored[T], err error) string {
	return func(s trace.Stored[T], err error) string {
		p.t.Helper()
		if err != nil {
			p.t.Fatalf("populate %s: %T: %v", p.Who, s.Data, err)
		}
		return s.ID
	}
}

// enter types texts into v, enters it and notes which fields took one.
func enter[In, Out any](p populating, kind string, v In, create func(In) (trace.Stored[Out], error)) string {
	p.t.Helper()
	var made trace.Stored[Out]
	filled := Fill(p.t, &v, p.texts, func(v In) (err error) {
		made, err = create(v)
		return err
	})
	for path, took := range filled {
		p.Filled[kind+"."+path] = append(p.Filled[kind+"."+path], took...)
	}
	return made.ID
}

// text is one of the texts, for what is no field of a document.
func (p populating) text(path string) string {
	if texts := p.texts(path); len(texts) > 0 {
		return texts[0]
	}
	return "Lý do"
}

func (p populating) business() {
	enter(p, "producer", trace.Producer{
		Name: "Hợp tác xã", Kind: "cooperative", Address: trace.Address{Commune: "02260", Street: "Thôn Hồng Ba"}, Phone: "0207 123 456",
	}, func(v trace.Producer) (trace.Stored[trace.Producer], error) {
		return p.Ledger.UpdateProducer(p.t.Context(), p.by, p.ID, v)
	})
	login := p.Who + ".dong.nghiep@example.vn"
	_, colleague, err := p.People.Invite(p.t.Context(), trace.Write{By: Operator}, account.NewPerson{
		Name: p.text("name"), Login: login, Memberships: []account.Membership{{Role: trace.ProducerRole, Producer: p.ID}},
	})
	p.Colleague = must[account.Person](p)(colleague, err)
	_, key, err := p.Keys.Create(p.t.Context(), trace.Write{By: Operator}, account.NewKey{Role: trace.ProducerRole, Producer: p.ID, Label: p.text("label")})
	must[account.Key](p)(key, err)
}

func (p populating) products() {
	create := func(v trace.Product) (trace.Stored[trace.Product], error) {
		return p.Ledger.CreateProduct(p.t.Context(), p.by, v)
	}
	v := trace.Product{
		Producer: p.ID, Name: catalog.Name{VI: "Chè"}, Set: 11, NetContent: trace.Quantity{Value: "100", Unit: "GRM"},
		Standards: []string{"TCVN 9740:2013", "TCVN"}, ShelfLife: 700,
	}
	p.Product = enter(p, "product", v, create)
	v.Standards = []string{"TCVN 9740:2013"}
	p.Draft = enter(p, "product", v, create)
	picture, err := p.Ledger.AddPhoto(p.t.Context(), p.by, "anh.jpg", JPEG(byte(100+len(p.Who))))
	must[trace.File](p)(picture, err)
	p.Photo = picture.Data.SHA256
	must[trace.Product](p)(p.Ledger.SetPhoto(p.t.Context(), p.by, p.Product, p.Photo))
	paper, err := p.Ledger.AddFile(p.t.Context(), p.by, "giay.pdf", PDF(strings.ToValidUTF8(p.text("file"), "")+" "+p.ID))
	must[trace.File](p)(paper, err)
	p.Document = paper.Data.SHA256
}

func (p populating) certificates() {
	ctx, day := p.t.Context(), p.Ledger.Today()
	create := func(v trace.CertificateData) (trace.Stored[trace.Certificate], error) {
		return p.Ledger.CreateCertificate(ctx, p.by, v)
	}
	add := func(kind string, v trace.CertificateData) string {
		v.Kind, v.Number, v.Authority, v.Producer, v.Files = kind, "321/QĐ-UBND", "UBND tỉnh", p.ID, []trace.Digest{p.Document}
		id := enter(p, "certificate", v, create)
		p.Certificates = append(p.Certificates, id)
		return id
	}
	ocop := trace.CertificateData{Issued: day.AddMonths(-6), Product: p.Product, OCOP: &trace.Evaluation{Stars: 4, Points: "78.5"}}
	must[trace.Certificate](p)(p.Ledger.ConfirmCertificate(ctx, p.As("certifier"), add(trace.OCOPCertificate, ocop)))
	add(trace.OCOPCertificate, ocop)
	add("VIETGAP", trace.CertificateData{Issued: day.AddMonths(-30), ValidUntil: day.AddDays(20)})
	gone := add("ATTP", trace.CertificateData{Issued: day.AddMonths(-30), Product: p.Product})
	must[trace.Certificate](p)(p.Ledger.ConfirmCertificate(ctx, p.As("office"), gone))
	must[trace.Certificate](p)(p.Ledger.WithdrawCertificate(ctx, p.As("office"), gone, trace.Ending{
		From: day.AddDays(-3), Reason: p.text("reason"), Authority: p.text("authority"), Document: p.text("document"),
	}))
}

func (p populating) batches() {
	p.Open, p.Released = p.batch("LO-1"), p.batch("LO-2")
	p.Sold, p.Stopped = []string{p.batch("LO-5"), p.batch("LO-7")}, p.batch("LO-6")
	p.Held, p.Recalled = p.batch("LO-3"), p.batch("LO-4", trace.Input{Batch: p.Released, Quantity: trace.Quantity{Value: "2", Unit: "KGM"}})
	p.move(p.Held, trace.Transition{To: trace.BatchHeld, Reason: p.text("reason")})
}

func (p populating) move(code string, to trace.Transition) {
	must[trace.Batch](p)(p.Ledger.MoveBatch(p.t.Context(), p.by, code, to))
}

// batch opens a batch, and releases it unless it is the first one.
func (p populating) batch(number string, inputs ...trace.Input) string {
	p.t.Helper()
	day := p.Ledger.Today()
	lot, err := gs1.ParseLotNumber(number)
	if err != nil {
		p.t.Fatal(err)
	}
	code := enter(p, "batch", trace.BatchData{
		Product: p.Product, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Inputs: inputs,
		Production: day.AddDays(-20), Packing: day.AddDays(-15), Expiry: day.AddMonths(12),
	}, func(v trace.BatchData) (trace.Stored[trace.Batch], error) {
		return p.Ledger.CreateBatch(p.t.Context(), p.by, v)
	})
	if p.Open != "" || number != "LO-1" {
		p.move(code, trace.Transition{To: trace.BatchReleased})
	}
	return code
}

// diary keeps one entry of each kind of the open batch and of one that was
// released, corrects one and retracts one.
func (p populating) diary() {
	for _, code := range []string{p.Released, p.Open} {
		for _, v := range p.entries(code) {
			p.Records[v.Kind] = enter(p, "record", v, func(v trace.RecordData) (trace.Stored[trace.Record], error) {
				return p.Ledger.AddRecord(p.t.Context(), p.by, v)
			})
		}
	}
	ctx := p.t.Context()
	s, err := p.Ledger.Record(ctx, p.by.By, p.Records["harvest"])
	must[trace.Record](p)(s, err)
	must[trace.Record](p)(p.Ledger.CorrectRecord(ctx, p.by, s.ID, s.Data.RecordData, p.text("reason")))
	must[trace.Record](p)(p.Ledger.RetractRecord(ctx, p.by, p.Records["storing"], p.text("reason")))
}

func (p populating) entries(code string) []trace.RecordData {
	day, kilos := p.Ledger.Today(), trace.Quantity{Value: "30", Unit: "KGM"}
	word := "Chè Shan tuyết"
	planting := trace.Planting{Crop: word, Variety: word, Plot: word, Area: trace.Quantity{Value: "1", Unit: "HAR"}}
	harvest := trace.Harvest{Plot: word, Quantity: kilos}
	all := []trace.RecordData{
		{Kind: "planting", Planting: new(planting)},
		{Kind: "stocking", Planting: new(planting)},
		{Kind: "care", Care: &trace.Care{Applied: word, RegisteredAs: word, Dose: kilos, Plot: word, WithdrawalEnds: day}},
		{Kind: "harvest", Harvest: new(harvest)},
		{Kind: "collecting", Harvest: new(harvest)},
		{Kind: "receiving", Receiving: &trace.Receiving{Supplier: word, Quantity: kilos, Document: word, Temperature: "4"}},
		{Kind: "processing", Processing: &trace.Processing{Process: word, Inputs: []trace.Material{{Name: word, Quantity: kilos}}, Output: kilos, Minutes: 30}},
		{Kind: "sampling", Sampling: &trace.Sampling{Sample: word, Quantity: kilos, Laboratory: LaboratoryName, SampledBy: word}},
		{Kind: "packing", Packing: &trace.Packing{NetContent: kilos, Units: 100, Material: word, PackedOn: day.AddDays(-15)}},
		{Kind: "storing", Storing: &trace.Storing{Place: word, From: day.AddDays(-14), Until: day.AddDays(-10)}},
		{Kind: "shipping", Shipping: &trace.Shipping{Recipient: word, Quantity: kilos, Document: word, Destination: word}},
		{Kind: "destroying", Destroying: &trace.Destroying{Quantity: kilos, Reason: word, Method: word, Witness: word}},
	}
	for i := range all {
		all[i].Batch, all[i].Happened = code, p.Now().Add(-time.Duration(20-i)*24*time.Hour)
		all[i].Place, all[i].Files = trace.Place{Name: word, Commune: "02260"}, []trace.Digest{p.Document, p.Photo}
	}
	return all
}

func (p populating) tests() {
	ctx, laboratory := p.t.Context(), p.As("laboratory")
	for range 7 {
		v := trace.RequestData{Product: p.Product, Batch: p.Open, Laboratory: LaboratoryName, Criteria: []string{"Chì (Pb)"}}
		texts := p.texts
		asked := p
		asked.texts = func(path string) []string {
			if path == "laboratory" {
				return nil // another name asks nobody
			}
			return texts(path)
		}
		p.Requests = append(p.Requests, enter(asked, "request", v, func(v trace.RequestData) (trace.Stored[trace.TestRequest], error) {
			return p.Ledger.AskTest(ctx, p.by, v)
		}))
	}
	must[trace.TestRequest](p)(p.Ledger.AcceptRequest(ctx, laboratory, p.Requests[1]))
	must[trace.TestRequest](p)(p.Ledger.DeclineRequest(ctx, laboratory, p.Requests[3], p.text("reason")))
	must[trace.TestRequest](p)(p.Ledger.CancelRequest(ctx, p.by, p.Requests[4], p.text("reason")))
	sheet := p.sheet()
	sheet.Request = p.Requests[2]
	p.Report = enter(p, "report", sheet, func(v trace.TestData) (trace.Stored[trace.TestReport], error) {
		return p.Ledger.AddTest(ctx, laboratory, v)
	})
	p.Paper = enter(p, "paper", p.sheet(), func(v trace.TestData) (trace.Stored[trace.TestReport], error) {
		return p.Ledger.AddTest(ctx, p.by, v)
	})
}

func (p populating) sheet() trace.TestData {
	day := p.Ledger.Today()
	return trace.TestData{
		Product: p.Product, Batch: p.Open, Scope: "batch", Laboratory: trace.TestLaboratory{Name: LaboratoryName}, Number: "01/2026",
		Issued: day.AddDays(-2), Sample: trace.LaboratorySample{Code: "M1", Received: day.AddDays(-9)}, Files: []trace.Digest{p.Document},
		Rows: []trace.TestRow{
			{
				Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Result: trace.Result{Text: "0,05"},
				Limit: &trace.Limit{Kind: "max", Max: "2", Basis: "QCVN 8-2:2011/BYT"},
			},
			{Indicator: catalog.Name{VI: "Độ ẩm"}, Unit: "%", Result: trace.Result{Text: "5"}},
		},
	}
}

func (p populating) stamps() {
	ctx := p.t.Context()
	for _, codes := range []printing.Codes{printing.ItemCodes, printing.BatchCodes} {
		d := printing.OrderData{Batch: p.Released, Codes: codes, Count: 12, Stock: "tomy-145"}
		order, err := p.Book.Create(ctx, p.by, d)
		if errors.Is(err, trace.ErrInvalid) { // names that no stamp has room or letters for
			p.shorten()
			order, err = p.Book.Create(ctx, p.by, d)
		}
		p.Orders = append(p.Orders, must[printing.Order](p)(order, err))
	}
	must[printing.Order](p)(p.Book.Release(ctx, p.by, p.Orders[0]))
	enter(p, "void", trace.Void{Batch: p.Released, Items: &trace.Serials{First: 3, Last: 4}, Reason: "rách"},
		func(v trace.Void) (trace.Stored[trace.Void], error) { return p.Ledger.VoidCodes(ctx, p.by, v) })
}

// shorten gives product and producer short names that can be printed.
func (p populating) shorten() {
	ctx := p.t.Context()
	product, err := p.Ledger.Product(ctx, p.by.By, p.Product)
	must[trace.Product](p)(product, err)
	product.Data.ShortName = "Chè"
	must[trace.Product](p)(p.Ledger.UpdateProduct(ctx, p.by, p.Product, product.Data))
	producer, err := p.Ledger.Producer(ctx, p.by.By, p.ID)
	must[trace.Producer](p)(producer, err)
	producer.Data.ShortName = "Hợp tác xã"
	must[trace.Producer](p)(p.Ledger.UpdateProducer(ctx, p.by, p.ID, producer.Data))
}

// shoppers report problems: of a batch, answered by the producer; of a code as
// they typed it; and new ones.
func (p populating) shoppers() {
	ctx, anybody := p.t.Context(), trace.Write{By: trace.Actor{ID: "public"}}
	photo, err := p.Ledger.AddProblemPhoto(ctx, anybody, "anh.jpg", JPEG(byte(len(p.Who))))
	must[trace.File](p)(photo, err)
	texts := p.texts
	for i, code := range []string{p.Released, p.Released, p.Open, p.Sold[0], ""} {
		reported := p
		reported.texts = func(path string) []string {
			if path == "code" && code != "" {
				return nil // of the batch
			}
			return texts(path)
		}
		v := trace.ProblemData{Code: code, Kind: trace.ProblemQuality, Text: "có mùi mốc"}
		if i == 0 {
			v.Photo = photo.Data.SHA256
		}
		if code == "" {
			v.Code = "0000000000"
		}
		p.Problems = append(p.Problems, enter(reported, "problem", v, func(v trace.ProblemData) (trace.Stored[trace.Problem], error) {
			s, err := p.Ledger.ReportProblem(ctx, anybody, v, "0912 345 678")
			if err == nil {
				p.References = append(p.References, s.Data.Reference)
			}
			return s, err
		}))
	}
	must[trace.Problem](p)(p.Ledger.AnswerProblem(ctx, p.by, p.Problems[0], p.text("answer")))
	must[trace.Problem](p)(p.Ledger.SeeProblem(ctx, p.by, p.Problems[1]))
}

// authorities inspect, verify and recall.
func (p populating) authorities() {
	ctx, inspector := p.t.Context(), p.As("inspector")
	must[trace.Batch](p)(p.Ledger.MoveBatch(ctx, inspector, p.Stopped, trace.Transition{To: trace.BatchHeld, Reason: p.text("reason")}))
	must[trace.Record](p)(p.Ledger.VerifyRecord(ctx, inspector, p.Records["care"]))
	p.Records["inspecting"] = enter(p, "inspection", trace.RecordData{
		Batch: p.Open, Kind: "inspecting", Happened: p.Now().Add(-time.Hour), Files: []trace.Digest{p.Document},
		Inspecting: &trace.Inspecting{Authority: InspectorName, Inspector: "TX-01", Finding: "Đạt", Conforms: true},
	}, func(v trace.RecordData) (trace.Stored[trace.Record], error) {
		return p.Ledger.AddRecord(ctx, inspector, v)
	})
	propose := func(v trace.RecallData) (trace.Stored[trace.Recall], error) {
		return p.Ledger.ProposeRecall(ctx, inspector, v)
	}
	p.Recall = enter(p, "recall", trace.RecallData{Batch: p.Recalled, Reason: "nhiễm chì", Instructions: "trả lại nơi mua"}, propose)
	must[trace.Recall](p)(p.Ledger.ApproveRecall(ctx, p.As("inspector2"), p.Recall))
	p.Proposal = enter(p, "recall", trace.RecallData{Batch: p.Released, Also: []string{}, Reason: "nhiễm chì", Instructions: "trả lại nơi mua"}, propose)
}

func (p populating) exports() {
	s, err := p.Ledger.NoteExport(p.t.Context(), p.by, trace.Export{What: p.text("what"), Filter: p.text("filter"), Rows: 3, SHA256: p.Document})
	must[trace.Export](p)(s, err)
}

// IDs are the ids of the tenant's documents, in one and the same order for every
// tenant.
func (n *Tenant) IDs() []string {
	ids := []string{n.ID, n.Product, n.Draft, n.Open, n.Released, n.Held, n.Recalled, n.Stopped, n.Report, n.Paper, n.Recall, n.Proposal, n.Colleague, n.Document.String(), n.Photo.String()}
	for _, more := range [][]string{n.Sold, n.Certificates, n.Requests, n.Orders, n.Problems} {
		ids = append(ids, more...)
	}
	for _, kind := range slices.Sorted(maps.Keys(n.Records)) {
		ids = append(ids, n.Records[kind])
	}
	return ids
}
