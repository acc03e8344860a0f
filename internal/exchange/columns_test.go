package exchange

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestHeadings holds the headings against those that files in people's hands
// have: a heading that changes must keep its old name among its others.
func TestHeadings(t *testing.T) {
	var b strings.Builder
	for _, table := range Tables() {
		for _, actor := range []trace.Actor{{Role: trace.ProducerRole}, office} {
			fmt.Fprintf(&b, "# %s, %s\n", table, actor.Role)
			for _, c := range Columns(table, actor) {
				marks := ""
				if c.Required {
					marks = " *"
				}
				if c.ExportOnly {
					marks += " (export only)"
				}
				if len(c.Allowed) > 0 {
					marks += fmt.Sprintf(" (%d values)", len(c.Allowed))
				}
				fmt.Fprintf(&b, "%s | %s%s\n", c.Title.VI, c.Title.EN, marks)
			}
		}
	}
	const golden = "testdata/headings.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("headings, -want +got:\n%s", diff)
	}
}

// TestColumnsAreTold holds that each column has what a reader of the guide needs,
// and that no heading means two columns.
func TestColumnsAreTold(t *testing.T) {
	for _, table := range Tables() {
		seen := map[string]string{}
		for _, h := range sheets()[table].headings(office) {
			for _, name := range h.Names {
				key := bare(name)
				if other, taken := seen[key]; taken && other != h.Names[0] {
					t.Errorf("%s: %q is the heading of %q and of %q", table, name, other, h.Names[0])
				}
				seen[key] = h.Names[0]
			}
		}
		for _, c := range Columns(table, office) {
			for _, n := range []catalog.Name{c.Title, c.Doc} {
				if n.VI == "" || n.EN == "" || n.VI == n.EN && n != same("SSCC") {
					t.Errorf("%s: column %+v has no text in both languages", table, c)
				}
			}
		}
	}
}

// fieldsOf lists the JSON paths of the fields of a type.
func fieldsOf(typ reflect.Type, path string) []string {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice && typ.Elem().Kind() != reflect.Uint8 {
		typ = typ.Elem()
	}
	textual := reflect.PointerTo(typ).Implements(reflect.TypeFor[interface{ UnmarshalText([]byte) error }]())
	if typ.Kind() != reflect.Struct || textual {
		return []string{path}
	}
	var all []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Tag.Get("readOnly") == "true" || name == "-" {
			continue
		}
		if name != "" && path != "" {
			name = path + "." + name
		}
		all = append(all, fieldsOf(f.Type, name)...)
	}
	return all
}

// TestEveryFieldHasAColumn holds that what a rule may say of a field lands on a
// cell.
func TestEveryFieldHasAColumn(t *testing.T) {
	answered := func(table Table, field string) bool {
		switch s := sheets()[table].(type) {
		case interface{ answered(string) bool }:
			return s.answered(field)
		}
		return false
	}
	for table, typ := range map[Table]reflect.Type{
		Products: reflect.TypeFor[trace.Product](), Certificates: reflect.TypeFor[trace.CertificateData](),
		Batches: reflect.TypeFor[trace.BatchData](), Records: reflect.TypeFor[trace.RecordData](),
	} {
		fields := fieldsOf(typ, "")
		if len(fields) < 8 {
			t.Errorf("%s has %v", table, fields)
		}
		for _, f := range fields {
			if !answered(table, f) {
				t.Errorf("%s: no column answers for %s", table, f)
			}
		}
	}
}

func (t table[T]) answered(field string) bool {
	return slices.ContainsFunc(t.columns, func(c column[T]) bool { return c.read != nil && c.answers(field) > 0 })
}

// TestTemplates holds that each template is an empty table whose example, taken
// for a row, would be taken.
func TestTemplates(t *testing.T) {
	w := newWorld(t)
	a := w.producer("Hợp tác xã Chè Mây Hồng Thái", "")
	tea := w.product(a, "Chè Shan tuyết một tôm một lá", "")
	w.batch(a, tea, "MH-0127", false)
	for _, lang := range []string{"vi", "en"} {
		for _, table := range Tables() {
			by := a
			if table == Certificates {
				by = office
			}
			for _, f := range []spreadsheet.Format{spreadsheet.XLSX, spreadsheet.CSV} {
				var b bytes.Buffer
				if err := Template(by, table, f, lang, &b); err != nil {
					t.Fatal(err)
				}
				_, _, err := w.Check(w.ctx, by, table, "a."+string(f), b.Bytes())
				if fields, ok := err.(trace.FieldErrors); !ok || fields[0].Message.VI != "bảng không có dòng dữ liệu nào" {
					t.Errorf("%s template of %s in %q: %v", f, table, lang, err)
				}
				if f != spreadsheet.CSV {
					continue
				}
				filled := strings.Replace(strings.Replace(b.String(), "Ví dụ,", "1,", 1), "Example,", "1,", 1)
				filled = strings.Replace(filled, "K7Q2M-9XR4V: 12,5 kg", "", 1)
				_, r, err := w.Check(w.ctx, by, table, "a.csv", []byte(filled))
				if err != nil || r.Create+r.Exist != 1 || len(r.Ignored) > 0 {
					t.Errorf("the example of %s in %q: %+v, %v", table, lang, r, err)
				}
			}
		}
	}
}

// A filler puts values into everything that a value of a row has.
type filler struct {
	texts []string
	n     int
}

func (f *filler) text(limit int) string {
	f.n++
	s := []rune(trace.Clean(f.texts[f.n%len(f.texts)]))
	if s = s[:min(len(s), limit)]; len(strings.TrimSpace(string(s))) == 0 {
		return "x"
	}
	return trace.Clean(string(s))
}

func (f *filler) fill(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *trace.Quantity:
		f.n++
		*x = trace.Quantity{Value: trace.Decimal(fmt.Sprintf("%d.%d", 1+f.n%2000, 1+f.n%9)), Unit: catalog.Units()[f.n%len(catalog.Units())].Code}
		return
	case *trace.Decimal:
		f.n++
		*x = trace.Decimal(fmt.Sprintf("-%d.%d", f.n%90, 1+f.n%9))
		return
	case *trace.Date:
		f.n++
		*x = trace.NewDate(2026, 10, 1+f.n%28)
		return
	case *time.Time:
		f.n++
		*x = start.Add(-time.Duration(f.n) * 61_003 * time.Millisecond).UTC()
		return
	case *gs1.GTIN, *gs1.LotNumber, *[]trace.Digest, *trace.Digest:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text(40))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		f.n++
		v.SetInt(int64(1 + f.n%5000))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	}
}

func hostileTexts() []string {
	return append(hostile.Texts(), "=1+1", "-2+3", "+84 9", "@x", "'=1", "a;b", "a: 5 kg", "\"a\"; b: 5 kg", "x #K7Q2M", "#x", "a=b", "\"", "0012", "1.200", "24/11/2026", "TRUE", "Chè\nShan", "_x000D_")
}

// TestProductsRoundTrip takes products with hostile texts out and reads them
// again.
func TestProductsRoundTrip(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	f := &filler{texts: hostileTexts()}
	want := map[string]trace.Product{}
	for i := range 60 {
		var p trace.Product
		f.fill(reflect.ValueOf(&p).Elem())
		p.Producer, p.Set = a.Producer, 1+i%25
		p.Name.VI = fmt.Sprintf("%s %d", p.Name.VI, i)
		s := must(w.ledger.CreateProduct(w.ctx, by(a), p))(t)
		want[s.Data.Name.VI] = s.Data
	}
	for _, lang := range []string{"vi", "en"} {
		for _, format := range []spreadsheet.Format{spreadsheet.CSV, spreadsheet.XLSX} {
			for _, got := range readBack(t, w, a, productTable(), Query{Lang: lang}, format) {
				if diff := cmp.Diff(want[got.Name.VI], got); diff != "" {
					t.Errorf("%s, %s: -want +got:\n%s", lang, format, diff)
				}
			}
		}
	}
}

// readBack exports a table and reads its rows, which must have no problem.
func readBack[T any](t *testing.T, w *world, a trace.Actor, tab table[T], q Query, f spreadsheet.Format) []T {
	t.Helper()
	content := w.export(a, tab.of, q, f)
	read, err := spreadsheet.Read("a."+string(f), content, tab.headings(a))
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Unknown) > 0 || len(read.Rows) == 0 {
		t.Fatalf("%d rows, unknown columns %v", len(read.Rows), read.Unknown)
	}
	d := newDirectory(w.ctx, w.ledger, a, "vi")
	var all []T
	for _, row := range read.Rows {
		v, faults, err := tab.read(d, row, read.Columns)
		if err != nil || !faults.none() {
			t.Errorf("%s: %v %v", f, err, faults)
		}
		all = append(all, v)
	}
	_, r, err := w.Check(w.ctx, a, tab.of, "a."+string(f), content)
	if tab.of.MayImport(a) && (err != nil || r.Exist != len(all)) {
		t.Errorf("%s: what was taken out is not all there: %+v, %v", f, r, err)
	}
	return all
}

// TestRecordsRoundTrip takes an entry of every kind, with everything that it can
// have and hostile texts, out and reads it again.
func TestRecordsRoundTrip(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	input := w.batch(a, w.product(a, "Búp", ""), "I1", true)
	batch := must(w.ledger.CreateBatch(w.ctx, by(a), trace.BatchData{
		Product: w.product(a, "Chè", ""), Lot: must(gs1.ParseLotNumber("L1"))(t), Quantity: trace.Quantity{Value: "1", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1),
		Inputs: []trace.Input{{Batch: input, Quantity: trace.Quantity{Value: "1.234", Unit: "KGM"}}},
	}))(t)
	f := &filler{texts: hostileTexts()}
	want := map[string]trace.RecordData{}
	for round := range 12 {
		for _, k := range catalog.RecordKinds() {
			v := recordRow{}
			v.Kind = k.Code
			v.makeRoom()
			for _, details := range []any{v.Planting, v.Care, v.Harvest, v.Receiving, v.Processing, v.Sampling, v.Packing, v.Storing, v.Shipping, v.Inspecting, v.Destroying} {
				if p := reflect.ValueOf(details); !p.IsNil() {
					f.fill(p.Elem())
				}
			}
			f.fill(reflect.ValueOf(&v.Happened).Elem())
			v.Batch, v.Person, v.Note = batch.ID, f.text(100), f.text(100)
			v.Place = trace.Place{Name: f.text(40), Commune: "02260"}
			by := a
			switch k.Code {
			case "packing":
				v.Packing.SSCC = "09521234000001272" + string(must(gs1.CheckDigit("09521234000001272"))(t))
			case "shipping":
				v.Shipping.SSCC = ""
			case "storing":
				v.Storing.Until = v.Storing.From.AddDays(round)
			case "processing":
				v.Processing.Inputs[0].Batch, v.Processing.Inputs[1].Batch, v.Processing.Inputs[2].Batch = input, input, ""
				v.Processing.Inputs[1].Name = ""
			case "inspecting":
				by, v.Inspecting.Conforms = inspector, round%2 == 0
			}
			s, err := w.ledger.AddRecord(w.ctx, trace.Write{By: by}, v.RecordData)
			if err != nil {
				t.Fatalf("%s: %v", k.Code, err)
			}
			want[k.Code+s.Data.Happened.String()] = s.Data.RecordData
		}
	}
	for _, lang := range []string{"vi", "en"} {
		for _, format := range []spreadsheet.Format{spreadsheet.CSV, spreadsheet.XLSX} {
			rows := readBack(t, w, a, recordTable(), Query{Lang: lang}, format)
			if len(rows) != len(want) {
				t.Errorf("%d rows, want %d", len(rows), len(want))
			}
			for _, got := range rows {
				got.Happened = got.Happened.UTC()
				if diff := cmp.Diff(want[got.Kind+got.Happened.String()], got.RecordData, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s, %s: -want +got:\n%s", lang, format, diff)
				}
			}
		}
	}
}

func TestBatchesAndCertificatesRoundTrip(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "5000001")
	w.producer("HTX Mây Trắng", "5000002")
	tea, other := w.product(a, "Chè xanh", "100"), w.product(a, "Chè xanh", "500")
	input := w.batch(a, tea, "I1", true)
	f := &filler{texts: hostileTexts()}
	for i := range 30 {
		b := trace.BatchData{
			Product: []string{tea, other}[i%2], Lot: must(gs1.ParseLotNumber(fmt.Sprintf("=L%d;\"'", i)))(t), Production: trace.NewDate(2026, 11, 1),
			Quantity: trace.Quantity{Value: "1234.567", Unit: "KGM"}, Note: f.text(200), Packing: trace.NewDate(2026, 11, 2),
			Inputs: []trace.Input{{Batch: input, Quantity: trace.Quantity{Value: "1.234", Unit: "XPA"}}},
		}
		must(w.ledger.CreateBatch(w.ctx, by(a), b))(t)
		must(w.ledger.CreateCertificate(w.ctx, by(office), trace.CertificateData{
			Kind: "OCOP", Number: fmt.Sprint(f.text(150), i), Authority: f.text(200), Issued: trace.NewDate(2026, 1, 1+i%28), Producer: a.Producer, Product: tea,
			OCOP: &trace.Evaluation{Stars: 4, Points: "78.5"}, LegalBasis: f.text(200), Note: f.text(500),
		}))(t)
		must(w.ledger.CreateCertificate(w.ctx, by(a), trace.CertificateData{
			Kind: "ATTP", Number: fmt.Sprint(f.text(150), i), Authority: f.text(200), Issued: trace.NewDate(2026, 1, 1+i%28), Producer: a.Producer,
		}))(t)
	}
	for _, format := range []spreadsheet.Format{spreadsheet.CSV, spreadsheet.XLSX} {
		if rows := readBack(t, w, a, batchTable(), Query{}, format); len(rows) != 31 {
			t.Errorf("%s: %d batches", format, len(rows))
		}
		for _, by := range []trace.Actor{a, office} {
			rows := readBack(t, w, by, certificateTable(), Query{Producer: a.Producer}, format)
			if len(rows) != 60 {
				t.Errorf("%s: %d certificates", format, len(rows))
			}
			for _, c := range rows {
				if c.Producer != a.Producer || c.Kind == "OCOP" && (c.Product != tea || c.OCOP.Stars != 4 || c.OCOP.Points != "78.5") || c.Kind == "ATTP" && (c.OCOP != nil || c.Product != "") {
					t.Errorf("%s: certificate %+v", format, c)
				}
			}
		}
	}
}
