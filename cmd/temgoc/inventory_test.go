package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPersonalData checks that the inventory of personal data names every kind
// of documents, and none that there is not.
func TestPersonalData(t *testing.T) {
	text, err := os.ReadFile("../../docs/personal-data.md")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 { // five columns
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			named = append(named, m[1])
		}
	}
	want := []string{"counts_by_key"}
	for _, k := range kinds() {
		want = append(want, string(k))
	}
	for _, k := range want {
		if !slices.Contains(named, k) {
			t.Errorf("docs/personal-data.md does not say what %s holds about persons", k)
		}
	}
	for _, k := range named {
		if !slices.Contains(want, k) {
			t.Errorf("docs/personal-data.md has %s, which is not kept", k)
		}
	}
	slices.Sort(named)
	if len(slices.Compact(slices.Clone(named))) != len(named) {
		t.Errorf("a kind stands twice in %q", named)
	}
}
