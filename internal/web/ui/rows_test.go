package ui_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// TestRows sends a list with rows left empty: the domain gets the filled ones,
// and what it finds wrong comes back to where it was typed.
func TestRows(t *testing.T) {
	sent := url.Values{
		"lot":                      {"L1"},
		"inputs[0].batch":          {" "},
		"inputs[0].quantity.unit":  {"KGM"},
		"inputs[1].batch":          {"K7Q2M9XR4V"},
		"inputs[1].quantity.unit":  {"KGM"},
		"inputs[3].batch":          {""},
		"inputs[3].quantity.value": {"12,5"},
		"inputs[3].quantity.unit":  {"GRM"},
	}
	r := ui.FilledRows(sent, "inputs", "batch", "quantity.value")
	if r.Len() != 2 || r.Place(0) != 1 || r.Place(1) != 3 || ui.CountRows(sent, "inputs") != 4 {
		t.Errorf("rows %+v of %d", r, ui.CountRows(sent, "inputs"))
	}
	var got trace.BatchData
	if err := ui.Decode(r.Values(sent), &got); err != nil {
		t.Fatal(err)
	}
	want := []trace.Input{
		{Batch: "K7Q2M9XR4V", Quantity: trace.Quantity{Unit: "KGM"}},
		{Quantity: trace.Quantity{Value: "12.5", Unit: "GRM"}},
	}
	if diff := cmp.Diff(want, got.Inputs); diff != "" {
		t.Error(diff)
	}
	wrong := trace.FieldErrors{{Field: "lot"}, {Field: "inputs[1].batch", Message: catalog.Name{VI: "sai"}}, {Field: "inputs"}}
	back := trace.FieldErrors{{Field: "lot"}, {Field: "inputs[3].batch", Message: catalog.Name{VI: "sai"}}, {Field: "inputs"}}
	if diff := cmp.Diff(error(back), r.Errors(wrong)); diff != "" {
		t.Error(diff)
	}
	conflict := trace.FieldConflict("lot", "đã có", "is taken")
	if err := r.Errors(conflict); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("a conflict became %v", err)
	}
}

// TestFoldedGroups holds that a fold opens for what somebody entered, not for
// a choice that stands at its first option.
func TestFoldedGroups(t *testing.T) {
	unit := ui.Field{Type: ui.Select, Value: "KGM", Options: ui.Units(ui.Vietnamese, "KGM", "GRM")}
	other := unit
	other.Value = "GRM"
	for _, tt := range []struct {
		name   string
		fields []ui.Field
		open   bool
	}{
		{"empty", []ui.Field{{}, unit}, false},
		{"a text", []ui.Field{{Value: "x"}}, true},
		{"an error", []ui.Field{{Error: "sai"}}, true},
		{"another choice", []ui.Field{other}, true},
	} {
		if got := (ui.Group{Folded: true, Fields: tt.fields}).Open(); got != tt.open {
			t.Errorf("%s: open is %v", tt.name, got)
		}
	}
	seen := map[string]bool{}
	for _, o := range unit.Options {
		if seen[o.Value] || o.Label == "" {
			t.Errorf("unit %+v", o)
		}
		seen[o.Value] = true
	}
	if len(seen) != len(catalog.Units()) {
		t.Errorf("%d units, want %d", len(seen), len(catalog.Units()))
	}
}
