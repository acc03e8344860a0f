package labels

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"temgoc/labels/qr"
)

func TestTestBlocks(t *testing.T) {
	for dpi, want := range map[int][2]int{203: {2, 8}, 300: {2, 8}, 600: {4, 16}, 1200: {8, 32}, 2400: {16, 56}} {
		all := TestBlocks(dpi)
		if first, last := all[0], all[len(all)-1]; first.Letter != "A" || first.Dots != want[0] || last.Dots != want[1] {
			t.Errorf("%d dpi: %v, want %v dots", dpi, all, want)
		}
	}
	if got := (TestBlock{"D", 5}).Micrometres(300); got != 423 {
		t.Errorf("5 dots at 300 dpi are %d µm", got)
	}
}

// A block says as much as a stamp does, in a symbol of the same version and
// level, and what it says tells the block.
func TestBlockPayload(t *testing.T) {
	const prefix = "https://T.EXAMPLE.VN/"
	for _, code := range []string{"K7Q2M9XR4V", "K7Q2M9XR4VK7Q2M9XR4V"} {
		stamp, err := qr.Encode(prefix+code, qr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range TestBlocks(1200) {
			text := TestSheet{DPI: 1200, Payload: prefix + code, Code: len(prefix)}.payload(b)
			m, err := qr.Encode(text, qr.Options{})
			if err != nil || len(text) != len(prefix+code) || m.Version() != stamp.Version() || m.Level() != stamp.Level() {
				t.Errorf("%q: %v", text, err)
			}
			if got, ok := ParseTestBlock(text); !ok || got != b {
				t.Errorf("%q is read as %v, %v", text, got, ok)
			}
		}
	}
	for _, text := range []string{"", prefix + "K7Q2M9XR4V", prefix + "THUH08UUUU", prefix + "THUA0", prefix + "THUA08X"} {
		if b, ok := ParseTestBlock(text); ok {
			t.Errorf("%q is read as %v", text, b)
		}
	}
}

// TestTestSheetIsOnTheDots prints test sheets and looks at each symbol: every
// run of black in it is a whole number of modules.
func TestTestSheetIsOnTheDots(t *testing.T) {
	for _, dpi := range []int{300, 600} {
		s := TestSheet{DPI: dpi, Payload: "https://T.EXAMPLE.VN/0000000000", Code: 21, Printer: "Máy in thử"}
		var file bytes.Buffer
		if err := WriteTestSheet(&file, s); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.ArtifactDir(), "test.pdf")
		if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, rip := range rippers {
			need(t, rip.program)
			to := filepath.Join(t.ArtifactDir(), rip.name)
			run(t, rip.program, rip.args(dpi, path, to)...)
			page := readPBM(t, to+".pbm")
			for _, b := range TestBlocks(dpi) {
				if !shows(page, s, b) {
					t.Errorf("%s at %d dpi: block %s is not printed dot for dot", rip.name, dpi, b.Letter)
				}
			}
		}
	}
}

// shows looks for the symbol of a block on a page, dot for dot.
func shows(page *image.Gray, s TestSheet, b TestBlock) bool {
	m, err := qr.Encode(s.payload(b), qr.Options{})
	if err != nil {
		return false
	}
	side := m.Size() * b.Dots
	bounds := page.Bounds()
	for y := bounds.Min.Y; y+side <= bounds.Max.Y; y++ {
		for x := bounds.Min.X; x+side <= bounds.Max.X; x++ {
			if page.GrayAt(x, y).Y == 0 && matches(page, m, b.Dots, x, y) {
				return true
			}
		}
	}
	return false
}

func matches(page *image.Gray, m *qr.Matrix, dots, left, top int) bool {
	for y := range m.Size() * dots {
		for x := range m.Size() * dots {
			if black := page.GrayAt(left+x, top+y).Y == 0; black != m.Dark(x/dots, y/dots) {
				return false
			}
		}
	}
	return true
}

func TestTestSheetRefuses(t *testing.T) {
	for _, s := range []TestSheet{
		{}, {DPI: 202, Payload: "https://A/B", Code: 10}, {DPI: 300, Payload: "https://A/B"}, {DPI: 300, Payload: "https://A/B", Code: 99},
		{DPI: 300, Payload: "https://Ä/B", Code: 10}, {DPI: 300, Payload: "https://A/B", Code: 10, Printer: "\u4e00"},
		{DPI: 300, Payload: strings.Repeat("A", 2000), Code: 10},
	} {
		if err := WriteTestSheet(&bytes.Buffer{}, s); err == nil {
			t.Errorf("%.60v was written", s)
		}
	}
}
