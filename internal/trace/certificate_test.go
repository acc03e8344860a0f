package trace_test

import (
	"testing"

	"temgoc/internal/trace"
)

func ended(from string) *trace.Ending { return &trace.Ending{From: day(from), Reason: "lý do"} }

func TestStateOn(t *testing.T) {
	plain := trace.Certificate{CertificateData: trace.CertificateData{
		Issued: day("2024-01-01"), ValidFrom: day("2024-02-01"), ValidUntil: day("2027-01-31"),
	}}
	endless := plain
	endless.ValidUntil = trace.Date{}
	withdrawn, superseded, both, afterEnd := plain, plain, plain, plain
	withdrawn.Withdrawn = ended("2025-06-01")
	superseded.Superseded = ended("2025-06-01")
	both.Withdrawn, both.Superseded = ended("2026-06-01"), ended("2025-06-01")
	afterEnd.Withdrawn = ended("2028-01-01")
	for _, tt := range []struct {
		name  string
		c     trace.Certificate
		on    string
		want  trace.CertificateState
		force bool
	}{
		{"plain", plain, "2024-01-31", trace.CertificateFuture, false},
		{"plain", plain, "2024-02-01", trace.CertificateValid, true},
		{"plain", plain, "2026-11-01", trace.CertificateValid, true}, // 91 days left
		{"plain", plain, "2026-11-02", trace.CertificateExpiring, true},
		{"plain", plain, "2027-01-31", trace.CertificateExpiring, true}, // the last day counts
		{"plain", plain, "2027-02-01", trace.CertificateExpired, false},
		{"endless", endless, "2200-01-01", trace.CertificateValid, true},
		{"withdrawn", withdrawn, "2025-05-31", trace.CertificateValid, true},
		{"withdrawn", withdrawn, "2025-06-01", trace.CertificateWithdrawn, false},
		{"withdrawn", withdrawn, "2030-01-01", trace.CertificateWithdrawn, false}, // not merely expired
		{"superseded", superseded, "2025-05-31", trace.CertificateValid, true},
		{"superseded", superseded, "2025-06-01", trace.CertificateSuperseded, false},
		{"both", both, "2025-05-31", trace.CertificateValid, true},
		{"both", both, "2025-06-01", trace.CertificateSuperseded, false},
		{"both", both, "2026-06-01", trace.CertificateWithdrawn, false},
		{"withdrawn after its end", afterEnd, "2027-06-01", trace.CertificateExpired, false},
		{"withdrawn after its end", afterEnd, "2028-01-01", trace.CertificateWithdrawn, false},
	} {
		got := tt.c.StateOn(day(tt.on))
		if got != tt.want || got.InForce() != tt.force {
			t.Errorf("%s on %s is %s, in force %v; want %s, %v", tt.name, tt.on, got, got.InForce(), tt.want, tt.force)
		}
	}
	for _, tt := range []struct {
		name string
		c    trace.Certificate
		want string
	}{
		{"plain", plain, "2027-02-01"}, {"endless", endless, ""}, {"withdrawn", withdrawn, "2025-06-01"},
		{"superseded", superseded, "2025-06-01"}, {"both", both, "2025-06-01"}, {"withdrawn after its end", afterEnd, "2027-02-01"},
	} {
		end := tt.c.EndedOn()
		if end.String() != tt.want {
			t.Errorf("%s ends on %s, want %s", tt.name, end, tt.want)
		}
		if !end.IsZero() && (tt.c.StateOn(end).InForce() || !tt.c.StateOn(end.AddDays(-1)).InForce()) {
			t.Errorf("%s: EndedOn %s is not the first day out of force", tt.name, end)
		}
	}
}

func ocopData(producer, product string, stars int, issued string) trace.CertificateData {
	return trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: "321/QĐ-UBND", Authority: "UBND tỉnh Tuyên Quang", Issued: day(issued),
		Producer: producer, Product: product, OCOP: &trace.Evaluation{Stars: stars},
	}
}

func TestOCOPLastsThreeYears(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	for issued, until := range map[string]string{
		"2024-08-06": "2027-08-05",
		"2024-01-01": "2026-12-31",
		"2024-08-31": "2027-08-30",
		"2024-02-29": "2027-02-28", // a day that 2027 lacks
		"2024-03-01": "2027-02-28",
	} {
		c := must(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, product, 3, issued)))(t)
		if got := c.Data.ValidUntil.String(); got != until || c.Data.ValidFrom != day(issued) {
			t.Errorf("issued on %s it counts from %s until %s, want until %s", issued, c.Data.ValidFrom, got, until)
		}
	}
	d := ocopData(a.Producer, product, 3, "2024-08-06")
	d.ValidUntil = day("2027-08-07")
	_, err := w.CreateCertificate(w.ctx, by(office), d)
	wantFields(t, err, "validUntil")
	d.Kind = " OCOP\u200b" // what is cleaned away must not take the end away too
	d.ValidUntil = trace.Date{}
	if c := must(w.CreateCertificate(w.ctx, by(office), d))(t); c.Data.ValidUntil.IsZero() {
		t.Error("an OCOP certificate without an end was stored")
	}
	_, err = w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, product, 3, "9998-01-01"))
	wantFields(t, err, "validUntil")
}

func TestCertificateInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	foreign := w.product(w.producer("HTX Khác"))
	points := func(stars int, points trace.Decimal) func(*trace.CertificateData) {
		return func(d *trace.CertificateData) { d.OCOP = &trace.Evaluation{Stars: stars, Points: points} }
	}
	for _, tt := range []struct {
		name   string
		change func(*trace.CertificateData)
		want   []string
	}{
		{"as it is", func(*trace.CertificateData) {}, nil},
		{"50 points are three stars", points(3, "50"), nil},
		{"69.9 points are three stars", points(3, "69.9"), nil},
		{"70 points are four", points(4, "70"), nil},
		{"90 points are five", points(5, "90"), nil},
		{"100 points are five", points(5, "100"), nil},
		{"49.9 points are none", points(3, "49.9"), []string{"ocop.points"}},
		{"70 points are not three", points(3, "70"), []string{"ocop.points"}},
		{"89.99 points are not five", points(5, "89.99"), []string{"ocop.points"}},
		{"101 points do not exist", points(5, "101"), []string{"ocop.points"}},
		{"points are a number", points(5, "chín mươi"), []string{"ocop.points"}},
		{"two stars are not certified", points(2, "40"), []string{"ocop.stars"}},
		{"six stars do not exist", points(6, ""), []string{"ocop.stars"}},
		{"no evaluation", func(d *trace.CertificateData) { d.OCOP = nil }, []string{"ocop"}},
		{"no product", func(d *trace.CertificateData) { d.Product = "" }, []string{"product"}},
		{"product of another", func(d *trace.CertificateData) { d.Product = foreign }, []string{"product"}},
		{"unknown product", func(d *trace.CertificateData) { d.Product = "x" }, []string{"product"}},
		{"unknown producer", func(d *trace.CertificateData) { d.Producer = "x" }, []string{"producer"}},
		{"evaluation elsewhere", func(d *trace.CertificateData) { d.Kind = "VIETGAP" }, []string{"ocop"}},
		{"unknown kind", func(d *trace.CertificateData) { d.Kind, d.OCOP = "GOLD", nil }, []string{"kind"}},
		{"valid before it was issued", func(d *trace.CertificateData) { d.ValidFrom = day("2024-08-05") }, []string{"validFrom"}},
		{"ends before it begins", func(d *trace.CertificateData) { d.ValidUntil = day("2024-08-05") }, []string{"validUntil"}},
		{"nothing", func(d *trace.CertificateData) { *d = trace.CertificateData{Producer: a.Producer} }, []string{"kind", "number", "authority", "issued"}},
		{"missing file", func(d *trace.CertificateData) { d.Files = []trace.Digest{{1}} }, []string{"files[0]"}},
		{"long", func(d *trace.CertificateData) { d.Number, d.Note = long(201), long(2001) }, []string{"number", "note"}},
	} {
		d := ocopData(a.Producer, product, 3, "2024-08-06")
		tt.change(&d)
		before := len(heads(t, w.store, trace.KindCertificates))
		_, err := w.CreateCertificate(w.ctx, by(office), d)
		t.Run(tt.name, func(t *testing.T) { wantFields(t, err, tt.want...) })
		if after := len(heads(t, w.store, trace.KindCertificates)); (after > before) != (tt.want == nil) {
			t.Errorf("%s: %d certificates became %d", tt.name, before, after)
		}
	}
}

// TestStarsNeedAnAuthority goes through every way in which a certificate comes
// to count, or does not.
func TestStarsNeedAnAuthority(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	today := w.Today()
	stars := func(product string) int {
		t.Helper()
		code := w.batch(a, product)
		return must(w.Dossier(w.ctx, code))(t).Certificates.Stars(product, today)
	}
	for _, tt := range []struct {
		by   trace.Actor
		want int
	}{{a, 0}, {office, 4}, {certifier, 4}} {
		product := w.product(a)
		c := must(w.CreateCertificate(w.ctx, by(tt.by), ocopData(a.Producer, product, 4, "2026-01-01")))(t)
		if got := stars(product); got != tt.want || c.Data.GivesStars() != (tt.want > 0) {
			t.Errorf("entered by %s: %d stars, want %d", tt.by.ID, got, tt.want)
		}
		if other := w.product(a); stars(other) != 0 {
			t.Errorf("entered by %s for one product, it gives stars to another", tt.by.ID)
		}
	}
	product := w.product(a)
	declared := must(w.CreateCertificate(w.ctx, by(a), ocopData(a.Producer, product, 5, "2026-01-01")))(t)
	for _, actor := range []trace.Actor{a, inspector, admin} {
		_, err := w.ConfirmCertificate(w.ctx, by(actor), declared.ID)
		wantErr(t, err, trace.ErrForbidden)
	}
	for _, actor := range []trace.Actor{lab, nobody, w.producer("HTX Khác")} {
		_, err := w.ConfirmCertificate(w.ctx, by(actor), declared.ID)
		wantErr(t, err, trace.ErrNotFound)
	}
	confirmed := must(w.ConfirmCertificate(w.ctx, by(certifier), declared.ID))(t)
	if got := confirmed.Data.Confirmed; got == nil || got.Organisation != certifier.Organisation || got.Role != trace.Certifier || stars(product) != 5 {
		t.Errorf("confirmed: %+v with %d stars", got, stars(product))
	}
	_, err := w.ConfirmCertificate(w.ctx, by(office), declared.ID)
	wantErr(t, err, trace.ErrConflict)
	// What is confirmed the producer cannot rewrite.
	_, err = w.UpdateCertificate(w.ctx, by(a), declared.ID, ocopData(a.Producer, product, 5, "2026-02-01"))
	wantErr(t, err, trace.ErrForbidden)
	must(w.WithdrawCertificate(w.ctx, by(office), declared.ID, trace.Ending{From: today, Reason: "không đạt khi đánh giá lại"}))(t)
	if got := stars(product); got != 0 {
		t.Errorf("withdrawn it gives %d stars", got)
	}
}

func TestUpgradeFromThreeToFourStars(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	three := must(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, product, 3, "2024-06-01")))(t)
	four := must(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, product, 4, "2025-06-01")))(t)
	load := func() trace.Certificates { return must(w.Dossier(w.ctx, w.batch(a, product)))(t).Certificates }
	check := func(cs trace.Certificates, on string, stars int, decides string) {
		t.Helper()
		got := cs.OCOP(product, day(on))
		if (got == nil) != (decides == "") || got != nil && got.ID != decides || cs.Stars(product, day(on)) != stars {
			t.Errorf("on %s: %d stars by %+v, want %d by %s", on, cs.Stars(product, day(on)), got, stars, decides)
		}
	}
	cs := load()
	check(cs, "2024-05-31", 0, "")
	check(cs, "2024-06-01", 3, three.ID)
	check(cs, "2025-06-01", 4, four.ID) // both are in force: the later one decides
	check(cs, "2028-05-31", 4, four.ID)
	check(cs, "2028-06-01", 0, four.ID) // both are over: the last one tells since when
	must(w.SupersedeCertificate(w.ctx, by(certifier), three.ID, trace.Ending{From: day("2025-06-01"), Reason: "nâng hạng", Document: "99/QĐ-UBND"}))(t)
	cs = load()
	check(cs, "2025-05-31", 3, three.ID)
	check(cs, "2026-01-01", 4, four.ID)
	must(w.WithdrawCertificate(w.ctx, by(certifier), four.ID, trace.Ending{From: day("2026-03-01"), Reason: "vi phạm"}))(t)
	cs = load()
	check(cs, "2026-02-28", 4, four.ID)
	check(cs, "2026-03-01", 0, four.ID) // the superseded one does not come back
}

func TestEndingACertificate(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	c := must(w.CreateCertificate(w.ctx, by(office), ocopData(a.Producer, w.product(a), 3, "2026-01-01")))(t)
	end := trace.Ending{From: day("2026-06-01"), Reason: "lý do"}
	_, err := w.WithdrawCertificate(w.ctx, by(office), c.ID, trace.Ending{})
	wantFields(t, err, "from", "reason")
	_, err = w.WithdrawCertificate(w.ctx, by(office), c.ID, trace.Ending{From: day("2025-12-31"), Reason: "lý do"})
	wantFields(t, err, "from")
	_, err = w.WithdrawCertificate(w.ctx, by(a), c.ID, end)
	wantErr(t, err, trace.ErrForbidden)
	got := must(w.WithdrawCertificate(w.ctx, by(certifier), c.ID, end))(t)
	if got.Data.Withdrawn.Authority != certifier.Organisation {
		t.Errorf("withdrawn by %q", got.Data.Withdrawn.Authority)
	}
	_, err = w.WithdrawCertificate(w.ctx, by(certifier), c.ID, end)
	wantErr(t, err, trace.ErrConflict)
	_, err = w.WithdrawCertificate(w.ctx, by(certifier), "unknown", end)
	wantErr(t, err, trace.ErrNotFound)
}

func TestUpdateCertificate(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product, other := w.product(a), w.product(a)
	c := must(w.CreateCertificate(w.ctx, by(a), ocopData(a.Producer, product, 3, "2026-01-01")))(t)
	d := ocopData(a.Producer, product, 3, "2026-01-02")
	if got := must(w.UpdateCertificate(w.ctx, by(a), c.ID, d))(t); got.Data.Confirmed != nil || got.Data.Issued != d.Issued {
		t.Errorf("corrected by the producer: %+v", got.Data)
	}
	d.Product = other
	_, err := w.UpdateCertificate(w.ctx, by(a), c.ID, d)
	wantErr(t, err, trace.ErrInvalid)
	d.Product = product
	if got := must(w.UpdateCertificate(w.ctx, by(office), c.ID, d))(t); got.Data.Confirmed == nil {
		t.Error("what the office corrects is not confirmed")
	}
	stale := by(office)
	stale.If = 1
	_, err = w.UpdateCertificate(w.ctx, stale, c.ID, d)
	wantErr(t, err, trace.ErrStale)
}
