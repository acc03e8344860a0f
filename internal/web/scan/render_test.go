package scan

import (
	"testing"

	"temgoc/internal/stamp"
)

func TestFill(t *testing.T) {
	item := named{code: "C", display: "D", scans: "1 &lt; 2", after: "<a>"}
	tests := map[string]string{
		"":                                 "",
		"no item":                          "no item",
		blank.code + blank.display + "|":   "CD|",
		"<p>" + blank.scans + "</p>":       "<p>1 &lt; 2</p>",
		blank.after:                        "<a>",
		"QITEM QITEMS Q" + blank.code[:19]: "QITEM QITEMS Q" + blank.code[:19],
	}
	for page, want := range tests {
		if got := string(fill([]byte(page), item)); got != want {
			t.Errorf("fill(%q) = %q, want %q", page, got, want)
		}
	}
}

// TestBlankIsAsLongAsACode lets texts be shortened before the code is known.
func TestBlankIsAsLongAsACode(t *testing.T) {
	keys, err := stamp.NewKeys(zeros{})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := stamp.NewBatchCode(zeros{})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := keys.Sealer(keys.Current(), batch)
	if err != nil {
		t.Fatal(err)
	}
	item := sealer.Item(0)
	if len(blank.code) != len(item.String()) || len(blank.display) != len(item.Display()) {
		t.Errorf("%q and %q stand for %q and %q", blank.code, blank.display, item, item.Display())
	}
	for _, text := range []*texts{&vietnamese, &english} {
		s := text.scans(views{known: true, n: 1 << 40, first: releasedForTest})
		if grown := len(s) - len(blank.scans); grown > roomForScans {
			t.Errorf("%q needs %d bytes more than its blank, %d are free", s, grown, roomForScans)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
