package desktest

import (
	"slices"
	"testing"
)

// closed are fields that take no text, by the last part of their path: numbers,
// dates, codes of units and names of other documents.
var closed = []string{
	"unit", "value", "gtin", "gln", "phone", "points", "temperature", "humidity", "sscc", "files", "photo", "issued", "validFrom", "validUntil",
	"production", "packing", "expiry", "happened", "withdrawalEnds", "packedOn", "from", "until", "received", "testedFrom", "testedUntil",
	"sent", "lod", "loq", "min", "max", "laboratory",
}

// TestPopulate types a word into everything, and into all else that takes it.
func TestPopulate(t *testing.T) {
	w := New(t)
	mine, other := w.Populate("producer", Same("bimat")), w.Populate("producer2", Same("khac"))
	for path, took := range mine.Filled {
		if len(took) == 0 && !slices.Contains(closed, leaf(path)) {
			t.Errorf("%s took no text", path)
		}
	}
	for _, id := range mine.IDs() {
		if id == "" || slices.Contains(other.IDs(), id) {
			t.Errorf("the document %q is not the producer's own", id)
		}
	}
}
