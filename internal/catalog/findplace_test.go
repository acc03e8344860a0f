package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindCommunes(t *testing.T) {
	for search, want := range map[string][]string{
		"Hồng Thái":              {"02260", "23041"},
		"hong thai":              {"02260", "23041"},
		"xã HỒNG THÁI":           {"02260", "23041"},
		"Hồng Thái, Tuyên Quang": {"02260"},
		"hong thai lam dong":     {"23041"},
		"hong thai commune":      {"02260", "23041"},
		"phường Hồng Thái":       nil,
		"Hồng Thái Hà Nội":       nil,
		"commune":                nil,
		"tinh lam dong":          nil,
		"mật ong":                nil,
		"":                       nil,
	} {
		var got []string
		for _, c := range FindCommunes(search, 10) {
			got = append(got, c.Code)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q:\n%s", search, diff)
		}
	}
	if got := FindCommunes("tuyen quang", 1); len(got) != 1 || got[0].Name.VI != "Xã Tuyên Quang" {
		t.Errorf("the name given whole is not the first: %v", got)
	}
	if got := FindCommunes("tan", 5); len(got) != 5 {
		t.Errorf("%d communes are found, want the first 5", len(got))
	}
}

func BenchmarkFindCommunes(b *testing.B) {
	FindCommunes("x", 1)
	for b.Loop() {
		FindCommunes("hong thai tuyen quang", 10)
	}
}
