package api

import (
	"archive/zip"
	"bytes"
	"slices"
	"testing"
)

// TestBundle gives the sealed file of a batch to those who may have it.
func TestBundle(t *testing.T) {
	f := newFixture(t)
	code := f.batch(0, f.product(0), "L1")
	for _, who := range []string{"p0", "inspector", "office"} {
		got := f.must(who, "GET", "/batches/"+code+"/bundle", nil)
		if media := got.header.Get("Content-Type"); media != "application/zip" {
			t.Errorf("%s: it is %s", who, media)
		}
		z, err := zip.NewReader(bytes.NewReader(got.body), int64(len(got.body)))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "seal" }) {
			t.Errorf("%s: it has no seal", who)
		}
	}
	for who, want := range map[string]int{"p1": 404, "laboratory": 403, "certifier": 403, "administrator": 403} {
		if got := f.do(who, "GET", "/batches/"+code+"/bundle", nil); got.status != want {
			t.Errorf("%s gets %d, want %d", who, got.status, want)
		}
	}
}
