package labels

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// need finds a program that the print tests run. A laptop may lack it; where
// TEMGOC_TEST_REQUIRE is set, a test that cannot run has failed.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

// run returns what a program wrote to its standard output.
func run(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	var messages bytes.Buffer
	command := exec.Command(program, args...)
	command.Stderr = &messages
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, output, messages.Bytes())
	}
	return output
}

// sheetFile writes a full sheet of 65 different stamps. It is kept under
// go test -artifacts.
func sheetFile(t *testing.T, stockName string) string {
	t.Helper()
	s := Sheet{Stock: stock(t, stockName), Title: "Tem gốc", Lang: "vi"}
	path := filepath.Join(t.ArtifactDir(), stockName+".pdf")
	if err := os.WriteFile(path, pdf(t, s, samples(s.Stock.Cells())), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A ripper turns a PDF page into dots of pure black and white, as a printer
// does.
type ripper struct {
	name, program string
	args          func(dpi int, pdf, to string) []string
}

var rippers = []ripper{
	{"ghostscript", "gs", func(dpi int, pdf, to string) []string {
		return []string{"-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pbmraw", fmt.Sprintf("-r%d", dpi), "-o", to + ".pbm", pdf}
	}},
	{"poppler", "pdftoppm", func(dpi int, pdf, to string) []string {
		return []string{"-mono", "-singlefile", "-r", fmt.Sprint(dpi), pdf, to}
	}},
	{"mupdf", "mutool", func(dpi int, pdf, to string) []string {
		return []string{"draw", "-q", "-A", "0", "-c", "mono", "-F", "pbm", "-r", fmt.Sprint(dpi), "-o", to + ".pbm", pdf, "1"}
	}},
}

// TestPrintedSheetScans prints full sheets of both stocks the way printers do
// and reads every stamp with two decoders.
func TestPrintedSheetScans(t *testing.T) {
	need(t, "zbarimg")
	for _, name := range sheets {
		for _, rip := range rippers {
			for _, dpi := range []int{300, 600} {
				t.Run(fmt.Sprintf("%s/%s/%d", name, rip.name, dpi), func(t *testing.T) {
					need(t, rip.program)
					to := filepath.Join(t.ArtifactDir(), "page")
					run(t, rip.program, rip.args(dpi, sheetFile(t, name), to)...)
					page := readPBM(t, to+".pbm")
					if got, want := page.Bounds().Size(), image.Pt(4960*dpi/600, 7016*dpi/600); got != want {
						t.Errorf("the page is %v pixels, want %v", got, want)
					}
					checkStamps(t, page, stock(t, name), dpi)
				})
			}
		}
	}
}

// checkStamps cuts the stamps out of a page by the positions of the stock and
// compares their symbols dot for dot and by reading them.
func checkStamps(t *testing.T, page *image.Gray, s Stock, dpi int) {
	dir := t.ArtifactDir()
	want := make(map[string]string)
	for i := range s.Cells() {
		x, y := s.CellOrigin(i + 1)
		d, err := Sheet{Stock: s}.lay(sample(i))
		if err != nil {
			t.Fatal(err)
		}
		corner := image.Pt(evenDots(x), evenDots(y)).Mul(dpi).Div(dotsPerInch)
		size := image.Pt(d.width, d.height).Mul(dpi).Div(dotsPerInch)
		stamp := page.SubImage(image.Rectangle{corner, corner.Add(size)}).(*image.Gray)
		if wrong := wrongDots(stamp, d, dpi); wrong != 0 {
			t.Errorf("stamp %d: %d dots of the symbol and its quiet zone are wrong", i, wrong)
		}
		if got, err := decode(stamp); err != nil || got != sample(i).Payload {
			t.Errorf("stamp %d: gozxing reads %q, %v, want %q", i, got, err, sample(i).Payload)
		}
		path := filepath.Join(dir, fmt.Sprintf("stamp%02d.png", i))
		savePNG(t, path, stamp)
		want[path] = sample(i).Payload
	}
	if diff := cmp.Diff(want, zbar(t, want)); diff != "" {
		t.Errorf("zbar reads other payloads (-want +got):\n%s", diff)
	}
}

// wrongDots counts the dots of the symbol and its quiet zone that a printer
// would set wrongly: every module must be a square of exactly its dots.
func wrongDots(stamp *image.Gray, d *design, dpi int) int {
	origin := stamp.Bounds().Min
	module := d.module * dpi / dotsPerInch
	corner := origin.Add(image.Pt(d.x, d.y).Mul(dpi).Div(dotsPerInch))
	wrong := 0
	for y := -quietZone * module; y < (d.symbol.Size()+quietZone)*module; y++ {
		for x := -quietZone * module; x < (d.symbol.Size()+quietZone)*module; x++ {
			// Adding the quiet zone first makes the division round down.
			dark := d.symbol.Dark((x+quietZone*module)/module-quietZone, (y+quietZone*module)/module-quietZone)
			if (stamp.GrayAt(corner.X+x, corner.Y+y).Y == 0) != dark {
				wrong++
			}
		}
	}
	return wrong
}

// zbar reads all of the pictures at once and returns what it found, by path.
func zbar(t *testing.T, pictures map[string]string) map[string]string {
	t.Helper()
	var paths []string
	for path := range pictures {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	command := exec.Command("zbarimg", append([]string{"--quiet", "--nodbus", "--xml", "-S*.enable=0", "-Sqrcode.enable=1"}, paths...)...)
	output, err := command.Output()
	// It ends with 4 when one of the pictures holds no symbol; the caller
	// sees which.
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 4) {
		t.Fatalf("zbarimg: %v", err)
	}
	var barcodes struct {
		Source []struct {
			Href  string   `xml:"href,attr"`
			Texts []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	if err := xml.Unmarshal(output, &barcodes); err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	found := make(map[string]string)
	for _, source := range barcodes.Source {
		found[source.Href] = strings.Join(source.Texts, " ")
	}
	return found
}

func savePNG(t *testing.T, path string, picture image.Image) {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readPBM reads a raw bitmap of one bit a dot, 1 being black.
func readPBM(t *testing.T, path string) *image.Gray {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The header is P4, width and height, with comments in lines of their own;
	// the rest of the file is the bitmap.
	header := regexp.MustCompile(`^P4\s+(?:#.*\n)*(\d+) (\d+)\n`).FindSubmatch(file)
	if header == nil {
		t.Fatalf("%s is no bitmap: %q", path, file[:min(len(file), 40)])
	}
	width, height := number(t, header[1]), number(t, header[2])
	stride := (width + 7) / 8
	bits := file[len(header[0]):]
	if len(bits) != stride*height {
		t.Fatalf("%s: %d bytes for %d × %d dots", path, len(bits), width, height)
	}
	page := blank(width, height)
	for y := range height {
		row := page.Pix[y*page.Stride:][:width]
		for x := range row {
			if bits[y*stride+x/8]&(0x80>>(x%8)) != 0 {
				row[x] = 0
			}
		}
	}
	return page
}

// The text of every stamp must come out of the file as it went in, letter for
// letter and composed.
func TestTextCanBeExtracted(t *testing.T) {
	need(t, "pdftotext")
	for _, name := range sheets {
		s := stock(t, name)
		text := string(run(t, "pdftotext", "-raw", sheetFile(t, name), "-"))
		if !norm.NFC.IsNormalString(text) {
			t.Errorf("%s: the text is not in NFC", name)
		}
		var want []string
		for i := range s.Cells() {
			d, err := Sheet{Stock: s}.lay(sample(i))
			if err != nil {
				t.Fatal(err)
			}
			if missing := d.missing(sample(i)); missing != "" {
				t.Errorf("stamp %d lacks %q", i, missing)
			}
			want = append(want, strings.Fields(d.caption())...)
		}
		if diff := cmp.Diff(want, strings.Fields(text)); diff != "" {
			t.Errorf("%s: other words (-want +got):\n%s", name, diff)
		}
	}
}

func TestFontsAreEmbedded(t *testing.T) {
	need(t, "pdffonts")
	lines := strings.Split(strings.TrimSpace(string(run(t, "pdffonts", sheetFile(t, "tomy-145")))), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want a head of two and two fonts:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for _, line := range lines[2:] {
		f := strings.Fields(line)
		if !strings.Contains(f[0], "+DejaVuSansCondensed") || len(f) < 7 || strings.Join(f[4:7], " ") != "yes yes yes" {
			t.Errorf("not embedded, subset and with Unicode: %s", line)
		}
	}
}

func TestDocumentInformation(t *testing.T) {
	need(t, "pdfinfo")
	info := string(run(t, "pdfinfo", sheetFile(t, "avery-l7651")))
	for _, want := range []string{"Tem gốc", "Pages:           1", "(A4)"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, info)
		}
	}
}

func TestFileIsWellFormed(t *testing.T) {
	need(t, "qpdf")
	for _, name := range sheets {
		path := sheetFile(t, name)
		run(t, "qpdf", "--check", path) // fails on warnings too
		catalog := string(run(t, "qpdf", "--show-object=1", path))
		for _, want := range []string{"/PrintScaling /None", "/Lang (vi)"} {
			if !strings.Contains(catalog, want) {
				t.Errorf("%s: the catalog lacks %s: %s", name, want, catalog)
			}
		}
	}
}
