package trace_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// kindSamples is a valid record of each kind, as JSON of its details, and the
// fields that it cannot be without.
var kindSamples = []struct {
	kind, details, json string
	required            []string
}{
	{"planting", "planting", `{"crop":"Chè","variety":"Shan","plot":"Lô 1"}`, []string{"crop", "variety", "plot"}},
	{"stocking", "planting", `{"crop":"Cá","variety":"Lăng","plot":"Ao 2","area":{"value":"300","unit":"MTK"}}`, []string{"crop", "variety", "plot"}},
	{"care", "care", `{"applied":"Phân","registeredAs":"Phân A 01","dose":{"value":"2","unit":"KGM"},"plot":"Lô 1","withdrawalEnds":"2026-09-01"}`,
		[]string{"applied", "registeredAs", "dose", "plot", "withdrawalEnds"}},
	{"harvest", "harvest", `{"plot":"Lô 1","quantity":{"value":"50","unit":"KGM"}}`, []string{"plot", "quantity"}},
	{"collecting", "harvest", `{"plot":"Rừng","quantity":{"value":"5","unit":"KGM"},"harvester":"Tổ 1"}`, []string{"plot", "quantity"}},
	{"receiving", "receiving", `{"supplier":"Hộ A","quantity":{"value":"5","unit":"KGM"},"document":"PN-1","temperature":"-18"}`,
		[]string{"supplier", "quantity", "document"}},
	{"processing", "processing", `{"process":"Sao","inputs":[{"name":"Búp chè","quantity":{"value":"5","unit":"KGM"}}],"output":{"value":"1","unit":"KGM"}}`,
		[]string{"process", "inputs", "output", "inputs[0].name", "inputs[0].quantity"}},
	{"sampling", "sampling", `{"sample":"M1","quantity":{"value":"1","unit":"KGM"},"laboratory":"PTN","sampledBy":"A"}`,
		[]string{"sample", "quantity", "laboratory", "sampledBy"}},
	{"packing", "packing", `{"netContent":{"value":"100","unit":"GRM"},"units":40,"material":"Túi","packedOn":"2026-10-05"}`,
		[]string{"netContent", "units", "material", "packedOn"}},
	{"storing", "storing", `{"place":"Kho 1","from":"2026-10-05","until":"2026-10-06"}`, []string{"place", "from", "until"}},
	{"shipping", "shipping", `{"recipient":"Cửa hàng","quantity":{"value":"5","unit":"KGM"},"document":"PX-1","destination":"Hà Nội"}`,
		[]string{"recipient", "quantity", "document", "destination"}},
	{"inspecting", "inspecting", `{"authority":"Chi cục","inspector":"TT-01","finding":"Đạt","conforms":true}`, []string{"authority", "inspector", "finding"}},
	{"destroying", "destroying", `{"quantity":{"value":"5","unit":"KGM"},"reason":"Hỏng","method":"Đốt","witness":"A"}`,
		[]string{"quantity", "reason", "method", "witness"}},
}

// record makes a record of a kind out of the JSON of its details.
func record(t testing.TB, code, kind, details, text string) trace.RecordData {
	t.Helper()
	d := trace.RecordData{Batch: code, Kind: kind, Happened: start.Add(-time.Hour)}
	if err := json.Unmarshal([]byte(`{"`+details+`":`+text+`}`), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// sample is a valid record of a kind.
func sample(t testing.TB, code, kind string) trace.RecordData {
	t.Helper()
	for _, s := range kindSamples {
		if s.kind == kind {
			return record(t, code, kind, s.details, s.json)
		}
	}
	t.Fatalf("no sample of kind %q", kind)
	return trace.RecordData{}
}

// without drops a field, such as "quantity" or "inputs[0].name", from JSON.
func without(t testing.TB, text, field string) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if rest, ok := cutPrefix(field, "inputs[0]."); ok {
		delete(v["inputs"].([]any)[0].(map[string]any), rest)
	} else {
		delete(v, field)
	}
	return string(must(json.Marshal(v))(t))
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

func TestEveryKindOfRecord(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.batch(a, w.product(a))
	if got, want := len(kindSamples), len(catalog.RecordKinds()); got != want {
		t.Fatalf("%d kinds are tried, there are %d", got, want)
	}
	for _, s := range kindSamples {
		t.Run(s.kind, func(t *testing.T) {
			actor := a
			if s.kind == "inspecting" {
				actor = inspector
			}
			got := must(w.AddRecord(w.ctx, by(actor), record(t, code, s.kind, s.details, s.json)))(t)
			if got.Data.EnteredBy != actor.Role || got.Data.Producer != a.Producer || got.Data.Step().Code != s.kind {
				t.Errorf("stored as %+v", got.Data)
			}
			for _, field := range s.required {
				_, err := w.AddRecord(w.ctx, by(actor), record(t, code, s.kind, s.details, without(t, s.json, field)))
				wantFields(t, err, s.details+"."+field)
			}
			bare := record(t, code, s.kind, s.details, s.json)
			empty := trace.RecordData{Batch: code, Kind: s.kind, Happened: bare.Happened}
			_, err := w.AddRecord(w.ctx, by(actor), empty)
			wantFields(t, err, s.details)
			// Details of another kind are refused, with and without the right ones.
			foreign := "storing"
			if s.details == foreign {
				foreign = "harvest"
			}
			other := sample(t, code, foreign)
			empty.Storing, empty.Harvest = other.Storing, other.Harvest
			_, err = w.AddRecord(w.ctx, by(actor), empty)
			if got := fields(t, err); !slices.Contains(got, s.details) || !slices.Contains(got, foreign) {
				t.Errorf("with the details of %s instead: fields %v", foreign, got)
			}
		})
	}
}

func TestRecordInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	input, stranger := w.released(a, product), w.released(a, product)
	code := w.batch(a, product, input)
	processing := func(batch string) *trace.Processing {
		return &trace.Processing{Process: "Sao", Inputs: []trace.Material{{Batch: batch, Quantity: kg("1")}}, Output: kg("1")}
	}
	for _, tt := range []struct {
		name   string
		kind   string
		change func(*trace.RecordData)
		want   []string
	}{
		{"in a minute", "harvest", func(d *trace.RecordData) { d.Happened = start.Add(time.Minute) }, nil},
		{"in the future", "harvest", func(d *trace.RecordData) { d.Happened = start.Add(2 * time.Minute) }, []string{"happened"}},
		{"before our time", "harvest", func(d *trace.RecordData) { d.Happened = time.Date(0, 1, 1, 0, 0, 0, 0, trace.Zone) }, []string{"happened"}},
		{"at no time", "harvest", func(d *trace.RecordData) { d.Happened = time.Time{} }, []string{"happened"}},
		{"unknown kind", "harvest", func(d *trace.RecordData) { d.Kind = "magic" }, []string{"kind"}},
		{"unknown batch", "harvest", func(d *trace.RecordData) { d.Batch = unused(t) }, []string{"batch"}},
		{"no batch", "harvest", func(d *trace.RecordData) { d.Batch = "" }, []string{"batch"}},
		{"unknown place", "harvest", func(d *trace.RecordData) { d.Place.Commune = "99999" }, []string{"place.commune"}},
		{"long", "harvest", func(d *trace.RecordData) { d.Person, d.Note, d.Place.Name = long(201), long(2001), long(201) }, []string{"place.name", "person", "note"}},
		{"missing file", "harvest", func(d *trace.RecordData) { d.Files = []trace.Digest{{1}} }, []string{"files[0]"}},
		{"too many files", "harvest", func(d *trace.RecordData) { d.Files = make([]trace.Digest, 21) }, []string{"files"}},
		{"unit missing", "harvest", func(d *trace.RecordData) { d.Harvest.Quantity.Unit = "" }, []string{"harvest.quantity.unit"}},
		{"unknown unit", "harvest", func(d *trace.RecordData) { d.Harvest.Quantity.Unit = "gánh" }, []string{"harvest.quantity.unit"}},
		{"ends before it begins", "storing", func(d *trace.RecordData) { d.Storing.Until = day("2026-10-04") }, []string{"storing.until"}},
		{"no temperature", "storing", func(d *trace.RecordData) { d.Storing.Temperature = "lạnh" }, []string{"storing.temperature"}},
		{"wrong case number", "shipping", func(d *trace.RecordData) { d.Shipping.SSCC = "123" }, []string{"shipping.sscc"}},
		{"no units", "packing", func(d *trace.RecordData) { d.Packing.Units = -1 }, []string{"packing.units"}},
		{"an input of this batch", "processing", func(d *trace.RecordData) { d.Processing = processing(input) }, nil},
		{"an input of no record", "processing", func(d *trace.RecordData) { d.Processing = processing(stranger) }, []string{"processing.inputs[0].batch"}},
		{"no material", "processing", func(d *trace.RecordData) { d.Processing.Inputs = nil }, []string{"processing.inputs"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := sample(t, code, tt.kind)
			tt.change(&d)
			_, err := w.AddRecord(w.ctx, by(a), d)
			wantFields(t, err, tt.want...)
			if err != nil && tt.want == nil {
				t.Error(err)
			}
		})
	}
}

func TestWhoMayRecord(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(a)
	hidden := trace.ErrInvalid // an error of the field batch, as for one that does not exist
	for _, state := range states {
		code := w.inState(a, product, state, inspector)
		over := state == trace.BatchClosed || state == trace.BatchRecalled
		for _, s := range kindSamples {
			inspection := s.kind == "inspecting" || s.kind == "sampling" || s.kind == "destroying"
			after := inspection || s.kind == "receiving" || s.kind == "storing"
			for _, actor := range []trace.Actor{a, office, inspector, certifier, admin, lab, other, nobody} {
				var want error
				switch {
				case actor.ID == a.ID && s.kind == "inspecting":
					want = trace.ErrForbidden
				case actor.ID == a.ID && over && !after:
					want = trace.ErrConflict
				case actor.ID == a.ID, inspection && (actor.Role == trace.Inspector || actor.Role == trace.Office):
				case actor.Reads(a.Producer):
					want = trace.ErrForbidden
				default:
					want = hidden
				}
				_, err := w.AddRecord(w.ctx, by(actor), record(t, code, s.kind, s.details, s.json))
				if want == nil && err != nil || want != nil && err == nil {
					t.Errorf("%s records %s of a %s batch: %v, want %v", actor.ID, s.kind, state, err, want)
				} else if want != nil {
					wantErr(t, err, want)
				}
				if want == hidden {
					wantFields(t, err, "batch")
				}
			}
		}
	}
}

func TestCorrectionKeepsTheOldRevision(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code := w.batch(a, product)
	first := must(w.AddRecord(w.ctx, by(a), sample(t, code, "harvest")))(t)
	d := sample(t, code, "harvest")
	d.Harvest.Quantity = kg("48")
	_, err := w.CorrectRecord(w.ctx, by(a), first.ID, d, "")
	wantFields(t, err, "reason")
	w.clock.pass(time.Hour)
	second := must(w.CorrectRecord(w.ctx, by(a), first.ID, d, "cân lại"))(t)
	if second.Data.Correction != "cân lại" || second.Revision != 2 || !second.Created.Equal(first.Created) || !second.Changed.After(first.Changed) {
		t.Errorf("corrected: %+v", second)
	}
	history := must(w.RecordHistory(w.ctx, a, first.ID))(t)
	if diff := cmp.Diff([]trace.Stored[trace.Record]{first, second}, history); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	moved := sample(t, w.batch(a, product), "harvest")
	_, err = w.CorrectRecord(w.ctx, by(a), first.ID, moved, "lý do")
	wantErr(t, err, trace.ErrInvalid)
	_, err = w.CorrectRecord(w.ctx, by(a), first.ID, sample(t, code, "storing"), "lý do")
	wantErr(t, err, trace.ErrInvalid)

	retracted := must(w.RetractRecord(w.ctx, by(a), first.ID, "ghi nhầm lô"))(t)
	if !retracted.Data.Retracted || retracted.Data.Harvest.Quantity != kg("48") {
		t.Errorf("retracted: %+v", retracted.Data)
	}
	_, err = w.RetractRecord(w.ctx, by(a), first.ID, "lần nữa")
	wantErr(t, err, trace.ErrConflict)
	_, err = w.CorrectRecord(w.ctx, by(a), first.ID, d, "lý do")
	wantErr(t, err, trace.ErrConflict)
	_, err = w.VerifyRecord(w.ctx, by(inspector), first.ID)
	wantErr(t, err, trace.ErrConflict)
	if last := must(w.Dossier(w.ctx, code))(t).Last(); len(last) != 0 {
		t.Errorf("the journey still has %+v", last)
	}
}

func TestProvenance(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	code := w.batch(a, w.product(a))
	d := sample(t, code, "harvest")
	level := func(r trace.Stored[trace.Record], want trace.Provenance) {
		t.Helper()
		if got := r.Data.Provenance(); got != want {
			t.Errorf("provenance %s, want %s", got, want)
		}
	}
	declared := must(w.AddRecord(w.ctx, by(a), d))(t)
	level(declared, trace.Declared)
	d.Files = []trace.Digest{w.file(a)}
	level(must(w.AddRecord(w.ctx, by(a), d))(t), trace.Documented)
	for actor, want := range map[trace.Actor]error{a: trace.ErrForbidden, certifier: trace.ErrForbidden, admin: trace.ErrForbidden, lab: trace.ErrNotFound, other: trace.ErrNotFound} {
		_, err := w.VerifyRecord(w.ctx, by(actor), declared.ID)
		wantErr(t, err, want)
	}
	verified := must(w.VerifyRecord(w.ctx, by(inspector), declared.ID))(t)
	level(verified, trace.Verified)
	if v := verified.Data.Verified; v.Organisation != inspector.Organisation || v.Role != trace.Inspector || !v.At.Equal(w.Now()) {
		t.Errorf("verified by %+v", v)
	}
	_, err := w.VerifyRecord(w.ctx, by(office), declared.ID)
	wantErr(t, err, trace.ErrConflict)
	// What the producer changes afterwards nobody has verified.
	level(must(w.CorrectRecord(w.ctx, by(a), declared.ID, sample(t, code, "harvest"), "lý do"))(t), trace.Declared)
	level(must(w.AddRecord(w.ctx, by(inspector), sample(t, code, "inspecting")))(t), trace.Verified)
}

func TestEntriesOfAnAuthorityAreTheAuthoritys(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.batch(a, w.product(a))
	theirs := must(w.AddRecord(w.ctx, by(inspector), sample(t, code, "inspecting")))(t)
	own := must(w.AddRecord(w.ctx, by(a), sample(t, code, "harvest")))(t)
	_, err := w.CorrectRecord(w.ctx, by(a), theirs.ID, sample(t, code, "inspecting"), "lý do")
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.RetractRecord(w.ctx, by(a), theirs.ID, "lý do")
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.CorrectRecord(w.ctx, by(inspector), own.ID, sample(t, code, "harvest"), "lý do")
	wantErr(t, err, trace.ErrForbidden)
	must(w.CorrectRecord(w.ctx, by(inspector), theirs.ID, sample(t, code, "inspecting"), "lý do"))(t)
	_, err = w.RetractRecord(w.ctx, by(w.producer("HTX Khác")), own.ID, "lý do")
	wantErr(t, err, trace.ErrNotFound)
}

// TestRecordsOfAProducer lists the diary of one producer across its batches,
// and to nobody else who may not see it.
func TestRecordsOfAProducer(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(a)
	first, second := w.batch(a, product), w.batch(a, product)
	must(w.AddRecord(w.ctx, by(b), sample(t, w.batch(b, w.product(b)), "harvest")))(t)
	var want []string
	for _, code := range []string{first, second, first} {
		w.clock.pass(time.Second)
		want = append([]string{must(w.AddRecord(w.ctx, by(a), sample(t, code, "harvest")))(t).ID}, want...)
	}
	var got []string
	for _, r := range must(w.RecordsOf(w.ctx, a, a.Producer, trace.Paging{}))(t).Items {
		got = append(got, r.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the last one comes first (-want +got):\n%s", diff)
	}
	_, err := w.RecordsOf(w.ctx, b, a.Producer, trace.Paging{})
	wantErr(t, err, trace.ErrNotFound)
}
