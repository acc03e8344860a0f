package trace_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// uses lists what refers to a file: the id of each document, with "once" where
// it no longer does.
func uses(u trace.FileUses) []string {
	var out []string
	add := func(id string, now bool) {
		if !now {
			id += " once"
		}
		out = append(out, id)
	}
	for _, c := range u.Certificates {
		add(c.Document.ID, c.Now)
	}
	for _, r := range u.Records {
		add(r.Document.ID, r.Now)
	}
	for _, r := range u.Tests {
		add(r.Document.ID, r.Now)
	}
	for _, p := range u.Products {
		add(p.Document.ID, p.Now)
	}
	slices.Sort(out)
	return out
}

// TestFileUses attaches one file to a document of every kind, and takes it away
// from one again.
func TestFileUses(t *testing.T) {
	w := newWorld(t)
	a, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(a)
	code := w.released(a, product)
	file := w.photo(a) // a JPEG can belong to all of them
	unused := w.file(a)

	c := ocopData(a.Producer, product, 4, "2025-01-01")
	c.Files = []trace.Digest{unused, file}
	certificate := must(w.CreateCertificate(w.ctx, by(office), c))(t).ID
	r := sample(t, code, "harvest")
	r.Files = []trace.Digest{file}
	first := must(w.AddRecord(w.ctx, by(a), r))(t).ID
	second := must(w.AddRecord(w.ctx, by(a), r))(t).ID
	corrected := r
	corrected.Files = nil
	must(w.CorrectRecord(w.ctx, by(a), first, corrected, "nhầm ảnh"))(t)
	sheet := sheet(product, code, row("Chì", "mg/kg", "0,1"))
	sheet.Files = []trace.Digest{file}
	test := must(w.AddTest(w.ctx, by(a), sheet))(t).ID
	must(w.SetPhoto(w.ctx, by(a), product, file))(t)

	all := []string{certificate, second, first + " once", test, product}
	slices.Sort(all)
	for _, tt := range []struct {
		by   trace.Actor
		file trace.Digest
		want []string
	}{
		{inspector, file, all}, {office, file, all}, {certifier, file, all}, {a, file, all},
		{other, file, nil}, {lab, file, nil}, {nobody, file, nil},
		{inspector, unused, []string{certificate}},
	} {
		got := must(w.FileUses(w.ctx, tt.by, tt.file))(t)
		if diff := cmp.Diff(tt.want, uses(got)); diff != "" {
			t.Errorf("%s:\n%s", tt.by.ID, diff)
		}
		if got.File == nil || got.File.Data.SHA256 != tt.file || got.Any() != (tt.want != nil) {
			t.Errorf("%s: %+v", tt.by.ID, got)
		}
	}
	if got := must(w.FileUses(w.ctx, inspector, trace.DigestOf([]byte("khác"))))(t); got.File != nil || got.Any() {
		t.Errorf("bytes that nobody uploaded: %+v", got)
	}
}
