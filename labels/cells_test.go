package labels

import (
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Used cells of the first page stay empty; later pages are full.
func TestUsedCells(t *testing.T) {
	for name, test := range map[string]struct {
		sheet Sheet
		want  []int // first cells printed
		field string
	}{
		"all free":              {Sheet{}, []int{1, 2, 3}, ""},
		"a start":               {Sheet{StartCell: 64}, []int{64, 65}, ""},
		"some gone":             {Sheet{Used: []int{1, 3, 4}}, []int{2, 5, 6}, ""},
		"gone behind a start":   {Sheet{StartCell: 3, Used: []int{4, 1}}, []int{3, 5, 6}, ""},
		"named twice":           {Sheet{Used: []int{1, 1}}, []int{2, 3}, ""},
		"no such cell":          {Sheet{Used: []int{66}}, nil, FieldUsed},
		"cell 0":                {Sheet{Used: []int{0}}, nil, FieldUsed},
		"nothing left":          {Sheet{StartCell: 65, Used: []int{65}}, nil, FieldUsed},
		"scale too small":       {Sheet{ScaleX: 0.97}, nil, FieldScaleX},
		"scale too large":       {Sheet{ScaleY: 1.03}, nil, FieldScaleY},
		"scale is not a number": {Sheet{ScaleY: math.NaN()}, nil, FieldScaleY},
	} {
		test.sheet.Stock = stock(t, "tomy-145")
		err := test.sheet.Check(sample(0))
		var value *ValueError
		if test.field != "" {
			if !errors.As(err, &value) || value.Field != test.field {
				t.Errorf("%s: %v, want a ValueError of %s", name, err, test.field)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		cells := test.sheet.firstCells()
		if diff := cmp.Diff(test.want, cells[:len(test.want)]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		var file bytes.Buffer
		test.sheet.Uncompressed = true
		if err := test.sheet.WritePDF(&file, samples(len(cells)+1)); err != nil {
			t.Fatal(err)
		}
		if pages := strings.Count(file.String(), "/Type /Page "); pages != 2 {
			t.Errorf("%s: %d stamps on %d pages, want one on the second", name, len(cells)+1, pages)
		}
	}
}

// The scale stretches the distance of cells, not the stamps, which stay on the
// grid of dots.
func TestScaleStretchesThePitch(t *testing.T) {
	sheet := Sheet{Stock: stock(t, "tomy-145"), ScaleX: 1.01, ScaleY: 0.99, OffsetX: 1}
	for cell, want := range map[int][2]float64{1: {11, 12}, 5: {11 + 152*1.01, 12}, 61: {11, 12 + 252*0.99}} {
		if x, y := sheet.cellOrigin(cell); math.Abs(x-want[0]) > 1e-9 || math.Abs(y-want[1]) > 1e-9 {
			t.Errorf("cell %d is at %v, %v mm, want %v", cell, x, y, want)
		}
	}
	plain, scaled := contentOf(t, Sheet{Stock: sheet.Stock}), contentOf(t, sheet)
	place := regexp.MustCompile(`q 1 0 0 1 \d+ \d+ cm\n`)
	if diff := cmp.Diff(place.ReplaceAllString(plain, "place"), place.ReplaceAllString(scaled, "place")); diff != "" {
		t.Errorf("the stamps themselves have changed:\n%s", diff)
	}
	for _, m := range place.FindAllString(scaled, -1) {
		if f := strings.Fields(m); strings.ContainsAny(f[5][len(f[5])-1:]+f[6][len(f[6])-1:], "13579") {
			t.Errorf("a stamp is off the grid: %s", m)
		}
	}
}

// contentOf returns the content of the one page with five stamps.
func contentOf(t *testing.T, s Sheet) string {
	t.Helper()
	s.Uncompressed = true
	var file bytes.Buffer
	if err := s.WritePDF(&file, samples(5)); err != nil {
		t.Fatal(err)
	}
	content, _, _ := strings.Cut(file.String(), "endstream")
	return content
}

// The calibration page has an outline for each cell that is not under its
// words, where the corrections put it, and rulers that they do not move.
func TestCalibration(t *testing.T) {
	for _, s := range Stocks() {
		var plain, moved bytes.Buffer
		if err := WriteCalibration(&plain, Sheet{Stock: s, Uncompressed: true}); err != nil {
			t.Fatal(err)
		}
		if err := WriteCalibration(&moved, Sheet{Stock: s, OffsetX: 1, Uncompressed: true}); err != nil {
			t.Fatal(err)
		}
		if plain.String() == moved.String() {
			t.Errorf("%s: an offset of 1 mm changes nothing", s.Name)
		}
		if !strings.Contains(plain.String(), "/PrintScaling /None") {
			t.Errorf("%s: viewers would scale the page", s.Name)
		}
	}
	var value *ValueError
	if err := WriteCalibration(io.Discard, Sheet{Stock: stock(t, "tomy-145"), OffsetX: 9}); !errors.As(err, &value) || value.Field != FieldOffsetX {
		t.Errorf("offset of 9 mm: %v, want a ValueError of it", err)
	}
	if err := WriteCalibration(&fullDisk{}, Sheet{Stock: stock(t, "tomy-145")}); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v, want %v", err, errFull)
	}
}

// The page as it is printed, with its words.
func TestCalibrationGolden(t *testing.T) {
	var file bytes.Buffer
	if err := WriteCalibration(&file, Sheet{Stock: stock(t, "tomy-149"), ScaleX: 1.005, Lang: "vi", Uncompressed: true}); err != nil {
		t.Fatal(err)
	}
	content, _, _ := strings.Cut(file.String(), "endstream")
	golden(t, "calibration.txt", []byte(content))
}
