package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSets(t *testing.T) {
	sets := Sets()
	if len(sets) != 26 || len(Groups()) != 6 {
		t.Fatalf("%d sets in %d groups, want 26 in 6", len(sets), len(Groups()))
	}
	perGroup := map[string]int{}
	for i, s := range sets {
		if s.Number != i+1 {
			t.Errorf("set %d at place %d", s.Number, i+1)
		}
		if s.Service != (s.Number == 26) {
			t.Errorf("set %d: service %v", s.Number, s.Service)
		}
		if inParts := s.Group.Code == "I" || s.Group.Code == "II"; inParts != (s.Subgroup != Name{}) {
			t.Errorf("set %d of group %s: subgroup %v", s.Number, s.Group.Code, s.Subgroup)
		}
		if found, ok := SetByNumber(s.Number); !ok || !cmp.Equal(found, s) {
			t.Errorf("SetByNumber(%d) = %v, %v", s.Number, found, ok)
		}
		perGroup[s.Group.Code]++
	}
	want := map[string]int{"I": 13, "II": 4, "III": 3, "IV": 2, "V": 3, "VI": 1}
	if diff := cmp.Diff(want, perGroup); diff != "" {
		t.Errorf("sets per group: %s", diff)
	}
	for _, n := range []int{-1, 0, 27} {
		if s, ok := SetByNumber(n); ok {
			t.Errorf("SetByNumber(%d) = %v", n, s)
		}
	}
}

func TestStages(t *testing.T) {
	tea, _ := SetByNumber(11)
	if got := strings.Join(tea.Stages, " "); got != "planting care harvest processing sampling packing storing shipping" {
		t.Errorf("stages of tea: %s", got)
	}
	order := map[string]int{}
	for i, k := range RecordKinds() {
		order[k.Code] = i
	}
	for _, s := range Sets() {
		last := -1
		for _, stage := range s.Stages {
			if stage == "inspecting" { // happens at any time
				continue
			}
			if order[stage] <= last {
				t.Errorf("set %d: %s is out of order or there twice", s.Number, stage)
			}
			last = order[stage]
		}
	}
}

func TestStarBandsMeet(t *testing.T) {
	bands := StarBands()
	if len(bands) != 5 || bands[0].Below != "100" || bands[4].AtLeast != "0" {
		t.Fatalf("bands %+v do not cover 0 to 100", bands)
	}
	for i, b := range bands {
		if b.Stars != 5-i {
			t.Errorf("band %d has %d stars", i, b.Stars)
		}
		if b.Certified != (b.Stars >= 3) {
			t.Errorf("%d stars: certified %v", b.Stars, b.Certified)
		}
		if i > 0 && b.Below != bands[i-1].AtLeast {
			t.Errorf("%d stars end at %s, the next begin at %s", b.Stars, b.Below, bands[i-1].AtLeast)
		}
	}
}

func TestStarsForPoints(t *testing.T) {
	tests := []struct {
		points string
		stars  int
		ok     bool
	}{
		{"100", 5, true}, {"100.0", 5, true}, {"94.9", 5, true}, {"90", 5, true},
		{"89.999", 4, true}, {"70", 4, true},
		{"69.9", 3, true}, {"50.0", 3, true},
		{"49.99", 2, true}, {"30", 2, true},
		{"29.9", 1, true}, {"0", 1, true},
		{"100.01", 0, false}, {"101", 0, false}, {"-1", 0, false}, {"", 0, false},
		{"94,9", 0, false}, {"1e2", 0, false}, {"1/2", 0, false}, {"090", 0, false},
		{"90.", 0, false}, {".5", 0, false}, {" 90", 0, false}, {"NaN", 0, false},
		{"0x50", 0, false}, {strings.Repeat("9", 1000), 0, false},
	}
	for _, tt := range tests {
		if stars, ok := StarsForPoints(tt.points); stars != tt.stars || ok != tt.ok {
			t.Errorf("StarsForPoints(%q) = %d, %v, want %d, %v", tt.points, stars, ok, tt.stars, tt.ok)
		}
	}
}
