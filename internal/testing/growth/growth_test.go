package growth_test

import (
	"testing"

	"temgoc/internal/testing/bulk"
	"temgoc/internal/testing/growth"
)

// TestNothingReadGrows does each operation over few and over many batches of as
// many producers, and compares what it asks of the store: no more, whatever the
// number.
func TestNothingReadGrows(t *testing.T) {
	few, many := asked(t, 150), asked(t, 900)
	for _, o := range growth.Operations() {
		a, b := few[o.Name], many[o.Name]
		t.Logf("%-40s %v; %v", o.Name, a, b)
		// A page that was not full among few is among many.
		if (b.Calls > a.Calls+a.Calls/4+4 || b.Read > 2*a.Read+30) && b.Read > o.Most {
			t.Errorf("%s: %v over few batches, %v over many", o.Name, a, b)
		}
	}
}

// asked does each operation over so many batches and tells what it asked.
func asked(t *testing.T, batches int) map[string]growth.Asked {
	t.Helper()
	place := bulk.Place{Data: t.TempDir()}
	if _, err := bulk.Load(t.Context(), bulk.Config{Place: place, Batches: batches, Producers: 8}); err != nil {
		t.Fatal(err)
	}
	s, err := growth.Open(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Page = 4
	if err := s.Meet(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := map[string]growth.Asked{}
	for _, o := range growth.Operations() {
		a, err := s.Count(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", o.Name, err)
		}
		found[o.Name] = a
	}
	return found
}
