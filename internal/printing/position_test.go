package printing_test

import (
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// TestPositions scans the first and the last stamp of a run.
func TestPositions(t *testing.T) {
	w := newWorld(t)
	w.create(t, w.order(printing.ItemCodes, 10)) // so that serials are no positions
	id := w.released(t, 130)
	w.report(t, id, scrapped("70", "rách"))
	codes := must(w.Codes(w.ctx, w.by, id, 1, 130))(t)
	one := must(w.Position(w.ctx, w.by, codes[69].Address))(t)
	want := printing.Position{Order: id, Position: 70, Roll: 2, Code: codes[69].Code, Fate: printing.Scrapped}
	if diff := gocmp.Diff(want, one); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	other := must(w.Position(w.ctx, w.by, " "+strings.ToLower(codes[39].Display)))(t)
	for _, r := range []printing.Range{must(printing.RangeOf(one, other))(t), must(printing.RangeOf(other, one))(t)} {
		if r != (printing.Range{First: 40, Last: 70}) {
			t.Errorf("from one to the other are %s", r)
		}
	}
	next := must(w.Codes(w.ctx, w.by, w.released(t, 3), 1, 1))(t)[0]
	_, err := printing.RangeOf(one, must(w.Position(w.ctx, w.by, next.Code))(t))
	wantErr(t, err, trace.ErrConflict)
	for _, text := range []string{"", "xin chào", w.batch, "https://t.example.vn/" + w.batch, codes[0].Code[:19] + flipped(codes[0].Code[19:])} {
		_, err := w.Position(w.ctx, w.by, text)
		wantField(t, err, printing.FieldCode)
	}
	must(w.Position(w.ctx, inspector, codes[0].Code))(t)
	_, err = w.Position(w.ctx, w.other, codes[0].Code)
	wantField(t, err, printing.FieldCode)
}

// flipped is another letter.
func flipped(s string) string {
	if s == "A" {
		return "B"
	}
	return "A"
}

func TestParseRanges(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " , ;\n": "", "7": "7", "40-44, 51": "40–44, 51", "40 – 44;51\r\n60—61": "40–44, 51, 60–61", "1-2,1-2": "1–2, 1–2", "5-3": "5–3", "9‑10": "9–10",
	} {
		got, err := printing.ParseRanges("ranges", text)
		if err != nil || printing.RangesText(got) != want {
			t.Errorf("%q: %s, %v, want %s", text, printing.RangesText(got), err, want)
		}
	}
	for _, text := range []string{"a", "1-", "-1", "1-2-3", "1 2", "99999999999999999999"} {
		_, err := printing.ParseRanges("ranges", text)
		wantField(t, err, "ranges")
	}
}

// FuzzParseRanges holds that what is read is written so that it is read again,
// and that what cannot be read blames the field.
func FuzzParseRanges(f *testing.F) {
	for _, text := range []string{"40-44, 51", "7", "", "1–2;3", "-", "a-b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := printing.ParseRanges("x", text)
		if err != nil {
			if wrong, ok := errors.AsType[trace.FieldErrors](err); !ok || wrong[0].Field != "x" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := printing.ParseRanges("x", printing.RangesText(got))
		if diff := gocmp.Diff(got, again); diff != "" || err != nil {
			t.Fatalf("%q is %v and again %v: %v", text, got, again, err)
		}
	})
}
