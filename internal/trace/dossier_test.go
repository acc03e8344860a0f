package trace_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func missingItems(d *trace.Dossier) (ids []string) {
	for _, item := range d.Missing() {
		ids = append(ids, item.ID)
	}
	return ids
}

func TestMissing(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	p := productData(a.Producer)
	p.Standards = nil
	product := must(w.CreateProduct(w.ctx, by(a), p))(t).ID
	code := w.batch(a, product)
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, missingItems(must(w.Dossier(w.ctx, code))(t))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	check("picture", "events", "standards")
	must(w.SetPhoto(w.ctx, by(a), product, w.photo(a)))(t)
	check("events", "standards")
	r := must(w.AddRecord(w.ctx, by(a), sample(t, code, "harvest")))(t)
	check("standards")
	must(w.UpdateProduct(w.ctx, by(a), product, productData(a.Producer)))(t)
	check()
	must(w.RetractRecord(w.ctx, by(a), r.ID, "lý do"))(t)
	check("events")
}

func TestDossierGathersEverything(t *testing.T) {
	w := newWorld(t)
	a, supplier := w.producer("HTX Mây Trắng"), w.producer("HTX Nguyên Liệu")
	product, theirs := w.product(a), w.product(supplier)
	deep := w.released(supplier, theirs)
	direct := w.released(supplier, theirs, deep)
	b := must(w.CreateBatch(w.ctx, by(a), w.batchData(product, direct)))(t)
	code := b.ID
	general := must(w.CreateCertificate(w.ctx, by(office), trace.CertificateData{
		Kind: "ATTP", Number: "01/ATTP", Authority: "Sở Y tế", Issued: day("2026-01-01"), Producer: a.Producer, Files: []trace.Digest{w.file(office)},
	}))(t)
	ocop := must(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, product, 4, "2026-01-01")))(t)
	must(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, w.product(a), 5, "2026-01-01")))(t) // of another product
	later := sample(t, code, "packing")
	late := must(w.AddRecord(w.ctx, by(a), later))(t)
	earlier := sample(t, code, "harvest")
	earlier.Happened = later.Happened.Add(-24 * time.Hour)
	earlier.Files = []trace.Digest{w.file(a)}
	early := must(w.AddRecord(w.ctx, by(a), earlier))(t)
	must(w.CorrectRecord(w.ctx, by(a), early.ID, earlier, "lý do"))(t)
	must(w.AddRecord(w.ctx, by(a), sample(t, w.batch(a, product), "harvest")))(t) // of another batch
	own := sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05"))
	own.Issued = day("2026-11-12")
	ownTest := w.reported(lab, own)
	periodic := w.reported(lab, sheet(product, "", row("Chì (Pb)", "mg/kg", "0,05")))
	w.reported(lab, sheet(product, w.batch(a, product), row("Chì (Pb)", "mg/kg", "0,05")))
	must(w.VoidCodes(w.ctx, by(a), trace.Void{Batch: code, Items: &trace.Serials{First: 3, Last: 5}, Reason: "in hỏng"}))(t)
	w.move(supplier, deep, trace.BatchRecalled)
	w.move(a, code, trace.BatchReleased)

	d := must(w.Dossier(w.ctx, code))(t)
	if len(d.History) != 2 || d.Batch.Data.State != trace.BatchReleased || d.Producer.ID != a.Producer || d.Product.ID != product {
		t.Errorf("batch %+v with %d revisions, producer %s, product %s", d.Batch, len(d.History), d.Producer.ID, d.Product.ID)
	}
	var certificates, records, tests []string
	for _, c := range d.Certificates {
		certificates = append(certificates, c.ID)
	}
	for _, h := range d.Records {
		records = append(records, h[0].ID)
	}
	for _, h := range d.Tests {
		tests = append(tests, h[0].ID)
	}
	for _, got := range []struct {
		what      string
		want, got []string
	}{
		{"certificates", []string{ocop.ID, general.ID}, certificates},
		{"records, in the order in which they happened", []string{early.ID, late.ID}, records},
		{"tests, in the order of their dates", []string{periodic.ID, ownTest.ID}, tests},
	} {
		if diff := cmp.Diff(got.want, got.got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", got.what, diff)
		}
	}
	if len(d.Records[0]) != 2 || d.Records[0][0].Revision != 1 {
		t.Errorf("the corrected record has %d revisions", len(d.Records[0]))
	}
	if len(d.Inputs) != 1 || d.Inputs[0].Batch.ID != direct || d.Inputs[0].Quantity != kg("10") || d.Inputs[0].Producer != "HTX Nguyên Liệu" {
		t.Errorf("inputs %+v", d.Inputs)
	}
	if len(d.Alerts) != 1 || d.Alerts[0].Batch.ID != deep || !d.Alerts[0].Quantity.IsZero() {
		t.Errorf("alerts %+v", d.Alerts)
	}
	if len(d.Files) != 2 || d.Files[earlier.Files[0]].Type != "image/png" {
		t.Errorf("files %+v", d.Files)
	}
	if d.Void() != nil || d.VoidItem(2) != nil || d.VoidItem(3) == nil || d.VoidItem(5) == nil || d.VoidItem(6) != nil {
		t.Errorf("voids %+v", d.Voids)
	}
	_, err := w.Dossier(w.ctx, unused(t))
	wantErr(t, err, trace.ErrNotFound)
}

// TestTopics makes each kind of change and holds what the store reports of it
// against the topics of the dossier that it concerns.
func TestTopics(t *testing.T) {
	w := newWorld(t)
	a, supplier := w.producer("HTX Mây Trắng"), w.producer("HTX Nguyên Liệu")
	product, theirs := w.product(a), w.product(supplier)
	deep := w.released(supplier, theirs)
	direct := w.released(supplier, theirs, deep)
	late := w.released(supplier, theirs)
	code := w.batch(a, product, direct)
	record := must(w.AddRecord(w.ctx, by(a), sample(t, code, "harvest")))(t).ID
	test := w.reported(lab, sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05"))).ID
	declared := must(w.CreateCertificate(w.ctx, by(a), ocopData(a.Producer, product, 4, "2026-01-01")))(t).ID
	renamed := func(actor trace.Actor) trace.Product {
		p := productData(actor.Producer)
		p.Name.VI = "Tên mới"
		return p
	}
	batchWith := func(code string, inputs ...string) trace.BatchData {
		d := must(w.Batch(w.ctx, office, code))(t).Data.BatchData
		for _, in := range inputs {
			d.Inputs = append(d.Inputs, trace.Input{Batch: in, Quantity: kg("1")})
		}
		return d
	}
	changes := []struct {
		name string
		make func() error
	}{
		{"batch corrected", func() error { return second(w.UpdateBatch(w.ctx, by(a), code, batchWith(code), "")) }},
		{"batch released", func() error {
			return second(w.MoveBatch(w.ctx, by(a), code, trace.Transition{To: trace.BatchReleased}))
		}},
		{"product renamed", func() error { return second(w.UpdateProduct(w.ctx, by(a), product, renamed(a))) }},
		{"photo set", func() error { return second(w.SetPhoto(w.ctx, by(a), product, w.photo(a))) }},
		{"producer renamed", func() error {
			return second(w.UpdateProducer(w.ctx, by(a), a.Producer, producerData("HTX Tên Mới")))
		}},
		{"certificate of the product", func() error {
			return second(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, product, 3, "2025-01-01")))
		}},
		{"certificate of the producer", func() error {
			return second(w.CreateCertificate(w.ctx, by(a), trace.CertificateData{
				Kind: "ATTP", Number: "1", Authority: "Sở", Issued: day("2026-01-01"), Producer: a.Producer,
			}))
		}},
		{"certificate confirmed", func() error { return second(w.ConfirmCertificate(w.ctx, by(office), declared)) }},
		{"certificate withdrawn", func() error {
			return second(w.WithdrawCertificate(w.ctx, by(office), declared, trace.Ending{From: day("2026-11-01"), Reason: "lý do"}))
		}},
		{"record added", func() error { return second(w.AddRecord(w.ctx, by(a), sample(t, code, "packing"))) }},
		{"record corrected", func() error {
			return second(w.CorrectRecord(w.ctx, by(a), record, sample(t, code, "harvest"), "lý do"))
		}},
		{"record verified", func() error { return second(w.VerifyRecord(w.ctx, by(inspector), record)) }},
		{"record retracted", func() error { return second(w.RetractRecord(w.ctx, by(a), record, "lý do")) }},
		{"test added", func() error {
			return second(w.reported(lab, sheet(product, code, row("Asen (As)", "mg/kg", "0,05"))), nil)
		}},
		{"test corrected", func() error {
			return second(w.CorrectTest(w.ctx, by(lab), test, sheet(product, code, row("Chì (Pb)", "mg/kg", "0,06")), "lý do"))
		}},
		{"periodic test", func() error {
			return second(w.reported(lab, sheet(product, "", row("Asen (As)", "mg/kg", "0,05"))), nil)
		}},
		{"codes voided", func() error {
			return second(w.VoidCodes(w.ctx, by(a), trace.Void{Batch: code, Items: &trace.Serials{First: 1, Last: 2}, Reason: "lý do"}))
		}},
		{"input held", func() error {
			return second(w.MoveBatch(w.ctx, by(supplier), direct, trace.Transition{To: trace.BatchHeld, Reason: "lý do"}))
		}},
		{"deep input gets an input", func() error {
			return second(w.UpdateBatch(w.ctx, by(supplier), deep, batchWith(deep, late), "lý do"))
		}},
		{"deep input recalled", func() error {
			return second(w.ApproveRecall(w.ctx, by(office), w.propose(deep)))
		}},
		{"that one is recalled", func() error {
			return second(w.ApproveRecall(w.ctx, by(office), w.propose(late)))
		}},
		{"input's product renamed", func() error { return second(w.UpdateProduct(w.ctx, by(supplier), theirs, renamed(supplier))) }},
		{"input's producer renamed", func() error {
			return second(w.UpdateProducer(w.ctx, by(supplier), supplier.Producer, producerData("HTX Đổi Tên")))
		}},
	}
	for _, change := range changes {
		before := must(w.Dossier(w.ctx, code))(t)
		w.clock.pass(time.Minute)
		if err := change.make(); err != nil {
			t.Fatalf("%s: %v", change.name, err)
		}
		after := must(w.Dossier(w.ctx, code))(t)
		if cmp.Equal(*before, *after) {
			t.Errorf("%s: the dossier is the same as before", change.name)
		}
		seen := false
		for _, c := range must(w.store.Changes(w.ctx, trace.Kinds(), w.Now()))(t) {
			seen = seen || slices.ContainsFunc(trace.ChangeTopics(c), func(topic string) bool { return slices.Contains(before.Topics, topic) })
		}
		if !seen {
			t.Errorf("%s: none of its topics is among those of the dossier", change.name)
		}
	}
	// What does not concern it leaves it alone.
	before := must(w.Dossier(w.ctx, code))(t)
	w.clock.pass(time.Minute)
	stranger := w.producer("HTX Khác")
	w.released(stranger, w.product(stranger))
	for _, c := range must(w.store.Changes(w.ctx, trace.Kinds(), w.Now()))(t) {
		for _, topic := range trace.ChangeTopics(c) {
			if slices.Contains(before.Topics, topic) {
				t.Errorf("a stranger's change has the topic %q", topic)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestVoidCodes(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	code := w.released(a, w.product(a))
	for _, tt := range []struct {
		v    trace.Void
		want []string
	}{
		{trace.Void{}, []string{"batch", "reason", "items"}},
		{trace.Void{Batch: unused(t), Whole: true, Reason: "lý do"}, []string{"batch"}},
		{trace.Void{Batch: code, Items: &trace.Serials{First: 5, Last: 4}, Reason: "lý do"}, []string{"items.last"}},
		{trace.Void{Batch: code, Whole: true}, []string{"reason"}},
		{trace.Void{Batch: code, Reason: "lý do"}, []string{"items"}},
		{trace.Void{Batch: code, Whole: true, Items: &trace.Serials{First: 1, Last: 2}, Reason: "lý do"}, []string{"items"}},
	} {
		_, err := w.VoidCodes(w.ctx, by(a), tt.v)
		wantFields(t, err, tt.want...)
	}
	whole := trace.Void{Batch: code, Whole: true, Reason: "lộ mã"}
	for _, actor := range []trace.Actor{inspector, certifier, admin} {
		_, err := w.VoidCodes(w.ctx, by(actor), whole)
		wantErr(t, err, trace.ErrForbidden)
	}
	for _, actor := range []trace.Actor{lab, nobody, w.producer("HTX Khác")} {
		_, err := w.VoidCodes(w.ctx, by(actor), whole)
		wantFields(t, err, "batch")
	}
	must(w.VoidCodes(w.ctx, by(office), whole))(t)
	d := must(w.Dossier(w.ctx, code))(t)
	if d.Void() == nil || d.VoidItem(0) == nil || d.VoidItem(1<<24-1) == nil {
		t.Errorf("the whole code was voided, the dossier has %+v", d.Voids)
	}
	if got := must(w.Voids(w.ctx, a, code, trace.Paging{}))(t); len(got.Items) != 1 || got.Items[0].Data.Producer != a.Producer {
		t.Errorf("Voids: %+v", got.Items)
	}
}

func TestCriteria(t *testing.T) {
	w := newWorld(t)
	reference := must(w.Criteria(w.ctx, 11))(t)
	if reference.Revision != 0 || len(reference.Data.Criteria) != len(catalog.Criteria(11)) {
		t.Errorf("untouched: revision %d with %d criteria", reference.Revision, len(reference.Data.Criteria))
	}
	for _, set := range []int{0, -1, 27} {
		_, err := w.Criteria(w.ctx, set)
		wantErr(t, err, trace.ErrNotFound)
		_, err = w.SetCriteria(w.ctx, by(office), trace.CriteriaSet{Set: set})
		wantFields(t, err, "set", "source", "effective")
	}
	for _, actor := range []trace.Actor{certifier, lab, inspector, admin, nobody, w.producer("HTX Mây Trắng")} {
		_, err := w.SetCriteria(w.ctx, by(actor), reference.Data)
		wantErr(t, err, trace.ErrForbidden)
	}
	lead := catalog.Criterion{Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Basis: "QCVN", Limit: catalog.Limit{Kind: catalog.LimitMax, Max: "1"}}
	bad := lead
	bad.Limit.Max = ""
	edition := func(effective string, criteria ...catalog.Criterion) trace.CriteriaSet {
		return trace.CriteriaSet{Set: 11, Criteria: criteria, Source: "Công văn 12/SNNMT", Effective: day(effective)}
	}
	_, err := w.SetCriteria(w.ctx, by(office), edition("2026-01-01", lead, lead, bad, catalog.Criterion{}))
	wantFields(t, err, "criteria[1].indicator.vi", "criteria[2].limit.max", "criteria[2].indicator.vi",
		"criteria[3].indicator.vi", "criteria[3].basis", "criteria[3].limit.kind")
	idle, uncertain := lead, lead
	idle.Limit.Min, idle.Indicator.VI = "0.1", "Cadimi (Cd)"
	uncertain.Certainty = "rumour"
	_, err = w.SetCriteria(w.ctx, by(office), edition("2026-01-01", uncertain, idle))
	wantFields(t, err, "criteria[0].certainty", "criteria[1].limit.min")
	stale := by(office)
	stale.If = 3
	_, err = w.SetCriteria(w.ctx, stale, edition("2026-01-01", lead))
	wantErr(t, err, trace.ErrStale)
	first := by(office)
	first.If = trace.NeverEdited
	set := must(w.SetCriteria(w.ctx, first, edition("2026-01-01", lead)))(t)
	_, err = w.SetCriteria(w.ctx, first, edition("2026-01-01", lead))
	wantErr(t, err, trace.ErrStale)
	if set.Data.Criteria[0].Set != 11 {
		t.Errorf("a criterion of set %d", set.Data.Criteria[0].Set)
	}
	if got := must(w.Criteria(w.ctx, 11))(t); got.Revision != 1 || !cmp.Equal(got.Data, set.Data) {
		t.Errorf("edited: %+v", got)
	}
	// A report judged before keeps its limit.
	a := w.producer("HTX Chè")
	product := w.product(a)
	report := w.reported(lab, sheet(product, "", row("Chì (Pb)", "mg/kg", "0,9")))
	lead.Limit.Max = "0.5"
	must(w.SetCriteria(w.ctx, by(office), edition("2026-01-01", lead)))(t)
	if got := must(w.Test(w.ctx, lab, report.ID))(t); got.Data.Rows[0].Verdict != trace.Pass || got.Data.Rows[0].Limit.Max != "1" {
		t.Errorf("the old report now says %+v", got.Data.Rows[0])
	}
	if got := w.reported(lab, sheet(product, "", row("Chì (Pb)", "mg/kg", "0,9"))); got.Data.Rows[0].Verdict != trace.Fail {
		t.Errorf("the new report says %+v", got.Data.Rows[0])
	}
}

// TestCriteriaEditions checks that a report is judged by what counts on the
// day of its issue, and that every edition stays.
func TestCriteriaEditions(t *testing.T) {
	w := newWorld(t)
	edit := func(effective, limit string) {
		lead := catalog.Criterion{Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Basis: "QCVN", Limit: catalog.Limit{Kind: catalog.LimitMax, Max: limit}}
		must(w.SetCriteria(w.ctx, by(office), trace.CriteriaSet{
			Set: 11, Criteria: []catalog.Criterion{lead}, Source: "Công văn " + limit, Effective: day(effective),
		}))(t)
	}
	edit("2026-02-01", "3")
	edit("2026-12-01", "4") // not yet
	product := w.product(w.producer("HTX Chè"))
	limitOn := func(issued string) string {
		d := sheet(product, "", row("Chì (Pb)", "mg/kg", "0,9"))
		d.Issued, d.Sample.Received = day(issued), day("2026-01-01")
		if limit := w.reported(lab, d).Data.Rows[0].Limit; limit != nil {
			return string(limit.Max)
		}
		return ""
	}
	reference := limitOn("2026-01-31")
	for _, test := range []struct{ issued, want string }{{"2026-02-01", "3"}, {"2026-11-15", "3"}} {
		if got := limitOn(test.issued); got != test.want {
			t.Errorf("a report of %s is judged by %q, want %q", test.issued, got, test.want)
		}
	}
	edit("2026-01-15", "5") // a correction of what counts already
	if got := limitOn("2026-02-01"); got != "5" || reference == "5" || reference == "3" {
		t.Errorf("after the correction a report is judged by %q; before the first edition by %q", got, reference)
	}

	history := must(w.CriteriaHistory(w.ctx, office, 11))(t)
	var sources []string
	for i, e := range history {
		if e.Revision != i {
			t.Errorf("edition %d is revision %d", i, e.Revision)
		}
		sources = append(sources, e.Data.Source)
	}
	if diff := cmp.Diff([]string{"", "Công văn 3", "Công văn 4", "Công văn 5"}, sources); diff != "" {
		t.Errorf("sources, -want +got:\n%s", diff)
	}
	if got := must(w.Criteria(w.ctx, 11))(t); got.Revision != 3 {
		t.Errorf("the latest edition is %d, want 3", got.Revision)
	}
	_, err := w.CriteriaHistory(w.ctx, nobody, 11)
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.CriteriaHistory(w.ctx, admin, 27)
	wantErr(t, err, trace.ErrNotFound)
}

func TestKeys(t *testing.T) {
	w := newWorld(t)
	for range 2 { // at every start
		if err := w.PinKeys(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	rotated := must(w.keys.Rotate(newSource()))(t)
	started := func(keys *stamp.Keys) error {
		return trace.New(trace.Config{Store: w.store, Files: w.files, Keys: keys, Now: w.clock.now}).PinKeys(w.ctx)
	}
	if err := started(rotated); err != nil {
		t.Errorf("with one more key: %v", err)
	}
	wantErr(t, w.CheckKeys(w.ctx), trace.ErrConflict) // the old file lacks it now
	other := must(stamp.NewKeys(newSource()))(t)
	wantErr(t, started(other), trace.ErrConflict)
	wantErr(t, started(must(other.Rotate(newSource()))(t)), trace.ErrConflict)
	if err := started(rotated); err != nil {
		t.Errorf("the refused starts left something behind: %v", err)
	}
}
