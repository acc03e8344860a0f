package printing_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/printing"
	"temgoc/labels"
)

// TestPrintedCodesAreTheCodes prints a whole order and holds that the codes in
// its PDF files are those of codes.csv, each once, in order: as text of all
// pages, and as symbols of the pages that are turned into dots and scanned. The
// long form prints a million and scans some pages of each file, the short one
// all.
func TestPrintedCodesAreTheCodes(t *testing.T) {
	count, pages := 1_000, 1_000
	if os.Getenv("TEMGOC_SOAK") != "" {
		count, pages = printing.MaxCount, 5
	}
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, count))
	var table bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: printing.CSV}, &table); err != nil {
		t.Fatal(err)
	}
	var rows []listed
	seen := make(map[string]bool, count)
	for _, row := range csvRows(t, table.Bytes())[1:] {
		if seen[row[1]] {
			t.Fatalf("the code %s is there twice", row[1])
		}
		seen[row[1]] = true
		rows = append(rows, listed{display: row[2], address: row[3]})
	}
	if len(rows) != count {
		t.Fatalf("%d codes are listed, want %d", len(rows), count)
	}
	scanned := 0
	for from := 0; from < count; from += printing.MaxSheetStamps {
		part := rows[from:min(from+printing.MaxSheetStamps, count)]
		file := filepath.Join(t.TempDir(), "part.pdf")
		sheet := w.sheet(t, o.ID, printing.Layout{From: from + 1, Count: len(part)})
		if err := os.WriteFile(file, sheet, 0o644); err != nil {
			t.Fatal(err)
		}
		checkText(t, file, part)
		scanned += scanPages(t, file, part, pages)
	}
	t.Logf("%d codes, all in the text of the PDF files, %d of them scanned", count, scanned)
}

// A listed code is a row of codes.csv.
type listed struct{ display, address string }

var shortCode = regexp.MustCompile(`\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\b`)

// checkText compares the short codes that people read with those listed.
func checkText(t *testing.T, file string, want []listed) {
	t.Helper()
	text := tool(t, "pdftotext", "-raw", file, "-")
	got := shortCode.FindAllString(string(text), -1)
	if len(got) != len(want) {
		t.Fatalf("%d short codes are printed, want %d", len(got), len(want))
	}
	for i, code := range got {
		if code != want[i].display {
			t.Fatalf("stamp %d shows %s, want %s", i+1, code, want[i].display)
		}
	}
}

// scanPages turns pages into dots as an office printer does, all when there are
// no more than that, and reads every stamp on them. It returns how many.
func scanPages(t *testing.T, file string, want []listed, most int) int {
	t.Helper()
	stock := must(labels.StockByName("tomy-145"))(t)
	pages := rand.New(rand.NewPCG(uint64(len(want)), 145)).Perm((len(want) + stock.Cells() - 1) / stock.Cells())
	pages = pages[:min(most, len(pages))]
	dir := t.TempDir()
	cells := make(map[string]string)
	for _, page := range pages {
		dots := ripped(t, file, page+1)
		for cell := 1; cell <= stock.Cells() && page*stock.Cells()+cell <= len(want); cell++ {
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.pgm", page, cell))
			x, y := stock.CellOrigin(cell)
			const perMM = 300 / 25.4
			corner := image.Pt(int(x*perMM), int(y*perMM))
			label := image.NewGray(image.Rect(0, 0, int(stock.CellWidth*perMM), int(stock.CellHeight*perMM)))
			draw.Draw(label, label.Rect, dots, corner, draw.Src)
			head := fmt.Appendf(nil, "P5\n%d %d\n255\n", label.Rect.Dx(), label.Rect.Dy())
			if err := os.WriteFile(path, append(head, label.Pix...), 0o644); err != nil {
				t.Fatal(err)
			}
			cells[path] = want[page*stock.Cells()+cell-1].address
		}
	}
	found := scan(t, cells)
	for path, address := range cells {
		if found[path] != address {
			t.Errorf("%s: the symbol says %q, want %q", filepath.Base(path), found[path], address)
		}
	}
	return len(cells)
}

// ripped returns a page as dots, 300 to the inch.
func ripped(t *testing.T, file string, page int) *image.Gray {
	t.Helper()
	output := tool(t, "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pgmraw", "-dGraphicsAlphaBits=1", "-r300",
		fmt.Sprintf("-dFirstPage=%d", page), fmt.Sprintf("-dLastPage=%d", page), "-sOutputFile=-", file)
	head := regexp.MustCompile(`^P5\s+(?:#.*\n)*(\d+) (\d+)\n255\n`).FindSubmatch(output)
	if head == nil {
		t.Fatalf("Ghostscript made no picture: %q", output[:min(len(output), 60)])
	}
	var width, height int
	if _, err := fmt.Sscan(string(head[1])+" "+string(head[2]), &width, &height); err != nil {
		t.Fatal(err)
	}
	return &image.Gray{Pix: output[len(head[0]):], Stride: width, Rect: image.Rect(0, 0, width, height)}
}

// scan reads pictures with zbar, and with ZXing-cpp the few that it overlooks,
// and returns what they say, by path.
func scan(t *testing.T, pictures map[string]string) map[string]string {
	t.Helper()
	var paths []string
	for path := range pictures {
		paths = append(paths, path)
	}
	found := make(map[string]string)
	for chunk := range slices.Chunk(paths, 1000) {
		output := tool(t, "zbarimg", append([]string{"--quiet", "--nodbus", "--xml", "-S*.enable=0", "-Sqrcode.enable=1"}, chunk...)...)
		var barcodes struct {
			Source []struct {
				Href  string   `xml:"href,attr"`
				Texts []string `xml:"index>symbol>data"`
			} `xml:"source"`
		}
		if err := xml.Unmarshal(output, &barcodes); err != nil {
			t.Fatalf("zbarimg: %v", err)
		}
		for _, source := range barcodes.Source {
			found[source.Href] = strings.Join(source.Texts, " ")
		}
	}
	for _, path := range paths {
		if found[path] == "" {
			output := string(tool(t, "ZXingReader", "-1", "-format", "QRCode", path))
			_, text, _ := strings.Cut(strings.TrimSpace(output), " QRCode ")
			found[path] = strings.Trim(text, `"`)
		}
	}
	return found
}

// tool returns what a program wrote, or skips the test where it is missing,
// unless all programs are required.
func tool(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	output, err := exec.Command(program, args...).Output()
	// zbarimg ends with 4 when there is no symbol in one of the pictures.
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 4) {
		t.Fatalf("%s: %v", program, err)
	}
	return output
}
