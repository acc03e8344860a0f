package trace_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// certified registers a product under a name and gives it stars.
func (w *world) certified(a trace.Actor, name, number string, stars int, issued string) (product, certificate string) {
	w.Helper()
	p := productData(a.Producer)
	p.Name = catalog.Name{VI: name}
	s, err := w.CreateProduct(w.ctx, by(a), p)
	if err != nil {
		w.Fatal(err)
	}
	d := ocopData(a.Producer, s.ID, stars, issued)
	d.Number = number
	c, err := w.CreateCertificate(w.ctx, by(office), d)
	if err != nil {
		w.Fatal(err)
	}
	return s.ID, c.ID
}

func (w *world) lookUp(q trace.PublicQuery) []trace.PublicCertificate {
	w.Helper()
	l, err := w.PublicCertificates(w.ctx, q, trace.Paging{})
	if err != nil {
		w.Fatalf("%+v: %v", q, err)
	}
	return l.Items
}

func TestPublicNumberInAnyForm(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	w.certified(a, "Chè Shan tuyết", "321/QĐ-UBND", 4, "2025-01-10")
	w.certified(a, "Chè xanh", "3210/QĐ-UBND", 3, "2025-01-10")
	w.certified(a, "Chè vàng", "0012/3/QĐ-UBND", 3, "2025-01-10")
	w.certified(a, "Chè đen", "DEMO-0077/QĐ-UBND", 3, "2025-01-10")
	for typed, want := range map[string]string{
		"321/QĐ-UBND": "Chè Shan tuyết", " 321 / qđ – ubnd ": "Chè Shan tuyết", "321/QD-UBND": "Chè Shan tuyết", "321QDUBND": "Chè Shan tuyết",
		"321-qd.ubnd": "Chè Shan tuyết", "Quyết định số 321/QĐ-UBND ngày 10/01/2025": "Chè Shan tuyết", "QĐ 321": "Chè Shan tuyết",
		"321": "Chè Shan tuyết", "0321": "Chè Shan tuyết", "3210": "Chè xanh", "12/3/QĐ-UBND": "Chè vàng", "12 3 qd ubnd": "Chè vàng", "77": "Chè đen", "demo 77 qd ubnd": "Chè đen", "3": "",
		"123/QĐ-UBND": "", "32": "", "QĐ-UBND": "", "321/QĐ": "",
	} {
		got := ""
		for _, c := range w.lookUp(trace.PublicQuery{Number: typed}) {
			got += c.Product.VI
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}

// TestPublicStarsCountToday follows one decision through its life and a newer
// one that takes over.
func TestPublicStarsCountToday(t *testing.T) {
	w := newWorld(t) // 15 November 2026
	a := w.producer("HTX Mây Trắng")
	product, id := w.certified(a, "Chè Shan tuyết", "321/QĐ-UBND", 3, "2025-01-10")
	only := func() trace.PublicCertificate {
		t.Helper()
		all := w.lookUp(trace.PublicQuery{Number: "321/QĐ-UBND"})
		if len(all) != 1 {
			t.Fatalf("found %d certificates, want 1", len(all))
		}
		return all[0]
	}
	if c := only(); !c.Counts || c.Stars != 3 || c.State != trace.CertificateValid || c.Ends.String() != "2028-01-10" || c.Confirmed != office.Organisation || c.Instead != nil {
		t.Errorf("in force: %+v", c)
	}

	better := ocopData(a.Producer, product, 4, "2026-11-01")
	better.Number = "400/QĐ-UBND"
	if _, err := w.CreateCertificate(w.ctx, by(office), better); err != nil {
		t.Fatal(err)
	}
	if c := only(); c.Counts || c.Instead == nil || c.Instead.Stars != 4 || c.Instead.Number != "400/QĐ-UBND" {
		t.Errorf("with a newer decision: %+v", c)
	}
	if _, err := w.WithdrawCertificate(w.ctx, by(office), id, trace.Ending{From: day("2026-11-10"), Reason: "không còn đáp ứng"}); err != nil {
		t.Fatal(err)
	}
	if c := only(); c.Counts || c.State != trace.CertificateWithdrawn || c.Ends.String() != "2026-11-10" || c.Reason != "không còn đáp ứng" {
		t.Errorf("withdrawn: %+v", c)
	}
	w.clock.pass(4 * 365 * 24 * 60 * 60 * 1e9)
	c := w.lookUp(trace.PublicQuery{Number: "400/QĐ-UBND"})[0]
	if c.Counts || c.State != trace.CertificateExpired || c.Ends.String() != "2029-11-01" {
		t.Errorf("after its end: %+v", c)
	}
	if c := only(); c.Instead != nil {
		t.Errorf("instead of a withdrawn one, one that has ended counts: %+v", c)
	}
}

// TestPublicOnlyConfirmed holds that what a producer says of itself, and what
// is nobody's business, is not found.
func TestPublicOnlyConfirmed(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	enter := func(who trace.Actor, kind, number string) {
		t.Helper()
		d := trace.CertificateData{Kind: kind, Number: number, Authority: "UBND tỉnh", Issued: day("2025-01-10"), Producer: a.Producer, Note: "GHICHUMAT"}
		if kind == trace.OCOPCertificate {
			d.Product, d.OCOP = product, &trace.Evaluation{Stars: 5}
		}
		if _, err := w.CreateCertificate(w.ctx, by(who), d); err != nil {
			t.Fatal(err)
		}
	}
	enter(a, trace.OCOPCertificate, "1/QĐ-UBND")
	enter(a, "ATTP", "2/ATTP")
	enter(office, "CONTRACT", "3/HĐ")
	enter(office, "OTHER", "4/K")
	for _, number := range []string{"1/QĐ-UBND", "2/ATTP", "3/HĐ", "4/K", "1"} {
		if got := w.lookUp(trace.PublicQuery{Number: number}); len(got) != 0 {
			t.Errorf("%s is found: %+v", number, got)
		}
	}
	if got := w.lookUp(trace.PublicQuery{Search: "che shan"}); len(got) != 0 {
		t.Errorf("a product that is not recognised is found: %+v", got)
	}
	enter(office, "ATTP", "5/ATTP")
	got := w.lookUp(trace.PublicQuery{Number: "5/ATTP"})
	if len(got) != 1 || got[0].Stars != 0 || got[0].Counts || got[0].Producer != "HTX Mây Trắng" {
		t.Fatalf("a confirmed certificate of another kind: %+v", got)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{a.Producer, product, "GHICHUMAT", "0207", "Thôn", `"by"`, `"office"`} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the public is told %q: %s", secret, text)
		}
	}
}

func TestPublicPagesAndFilter(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng"), w.producer("Cơ sở Mật Ong Rừng")
	for i := range 7 {
		w.certified(a, fmt.Sprintf("Chè số hiệu A%d", i), "500/QĐ-UBND", 3, "2025-01-10")
	}
	w.certified(b, "Mật ong bạc hà", "500/QĐ-UBND", 4, "2025-01-10")
	w.certified(b, "Mật ong chè", "501/QĐ-UBND", 4, "2025-01-10")
	all := func(q trace.PublicQuery) (names []string) {
		t.Helper()
		for p := (trace.Paging{Limit: 2}); ; {
			l, err := w.PublicCertificates(w.ctx, q, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range l.Items {
				names = append(names, c.Product.VI)
			}
			if p.After = l.Next; l.Next == "" {
				return names
			}
		}
	}
	for _, tt := range []struct {
		q    trace.PublicQuery
		want int
	}{
		{trace.PublicQuery{Number: "500/QĐ-UBND"}, 8},
		{trace.PublicQuery{Number: "500/QĐ-UBND", Search: "mat ong"}, 1},
		{trace.PublicQuery{Number: "500/QĐ-UBND", Search: "mây trắng"}, 7},
		{trace.PublicQuery{Number: "500/QĐ-UBND", Search: "A3"}, 1},
		{trace.PublicQuery{Number: "500/QĐ-UBND", Search: "cà phê"}, 0},
		{trace.PublicQuery{Search: "CHE"}, 8},
		{trace.PublicQuery{Search: "ong che"}, 1},
		{trace.PublicQuery{Search: "?"}, 0},
		{trace.PublicQuery{}, 0},
	} {
		if got := all(tt.q); len(got) != tt.want {
			t.Errorf("%+v finds %d, want %d: %v", tt.q, len(got), tt.want, got)
		}
	}
	long := strings.Repeat("a", 121)
	for _, q := range []trace.PublicQuery{{Number: long}, {Search: long}} {
		if _, err := w.PublicCertificates(w.ctx, q, trace.Paging{}); err == nil {
			t.Errorf("%d characters are accepted", len(long))
		}
	}
	if _, err := w.PublicCertificates(w.ctx, trace.PublicQuery{Number: "500"}, trace.Paging{After: "không"}); err == nil {
		t.Error("a cursor that is not ours is accepted")
	}
}
