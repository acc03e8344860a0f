package labels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"
	"golang.org/x/text/unicode/norm"
)

// pdfcpu finds the program that tools/build.sh leaves in .tools/bin.
func pdfcpu(t *testing.T) string {
	t.Helper()
	path := filepath.Join("..", ".tools", "bin", "pdfcpu")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	need(t, "pdfcpu")
	return "pdfcpu"
}

// full returns a stamp that has all that a stamp can have.
func full(t *testing.T, i int) Stamp {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 40, 40))
	for p := range 40 * 40 {
		if x, y := p%40-20, p/40-20; x*x+y*y > 150 {
			picture.Pix[p] = 255
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	logo, err := NewLogo(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return Stamp{
		Product: "Chè Shan tuyết Hồng Thái", Producer: "HTX Sơn Trà", Lot: "HT-2605-01", Stars: 4,
		ProductionDate: "12-05-2026", PackingDate: "14-05-2026", ExpiryDate: "12-05-2028", GS1: "(01)08938505970011",
		Note: "Quét mã để truy xuất", Logo: logo,
		Captions:  Captions{Lot: "Lô", Production: "NSX", Packing: "ĐG", Expiry: "HSD", Stars: "OCOP"},
		ShortCode: fmt.Sprintf("K7Q2M-%05d", i),
		Payload:   fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M%05d", i),
	}
}

// sheetFiles writes a page of every stock with every template that fits it and
// with the layout that adapts, and one for each kind of print house with the
// first of them. It returns the files.
func sheetFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	dir := t.TempDir()
	for _, s := range Stocks() {
		templates := s.Templates()
		if (*Template)(nil).Fits(s) {
			templates = append(templates, nil)
		}
		for i, tmpl := range templates {
			name := "none"
			if tmpl != nil {
				name = tmpl.Name
			}
			profiles := []Profile{Office, PrintHouse, Imposed}
			if i > 0 {
				profiles = profiles[:1]
			}
			for _, profile := range profiles {
				sheet := Sheet{Stock: s, Template: tmpl, Profile: profile, Title: "Tem gốc", Lang: "vi", Created: time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC)}
				first, again := pdf(t, sheet, list(full(t, 1), full(t, 2))), pdf(t, sheet, list(full(t, 1), full(t, 2)))
				if !bytes.Equal(first, again) {
					t.Errorf("%s, %s, %s: the same stamps give another file", s.Name, name, profile)
				}
				path := filepath.Join(dir, fmt.Sprintf("%s-%s-%s.pdf", s.Name, name, profile))
				if err := os.WriteFile(path, first, 0o644); err != nil {
					t.Fatal(err)
				}
				files = append(files, path)
			}
		}
	}
	if len(files) < 100 {
		t.Fatalf("only %d files of stocks and templates", len(files))
	}
	return files
}

// TestEveryFileIsAccepted lets programs of others judge the file of every
// stock with every template: qpdf its structure, pdfcpu the standard, pdffonts
// its fonts, pdftotext its text, and Ghostscript the inks it needs.
func TestEveryFileIsAccepted(t *testing.T) {
	for _, program := range []string{"qpdf", "pdffonts", "pdftotext", "gs"} {
		need(t, program)
	}
	files := sheetFiles(t)
	// Files for print houses say that they are PDF 1.4, as PDF/X asks, and all the
	// same that they must not be scaled, which is younger.
	strict, relaxed := []string{"validate", "--conf", "disable", "-m", "strict"}, []string{"validate", "--conf", "disable", "-m", "relaxed"}
	for _, file := range files {
		if strings.HasSuffix(file, "-"+string(Office)+".pdf") {
			strict = append(strict, file)
		} else {
			relaxed = append(relaxed, file)
		}
	}
	run(t, pdfcpu(t), strict...)
	run(t, pdfcpu(t), relaxed...)
	for _, file := range files {
		name := filepath.Base(file)
		run(t, "qpdf", "--check", file) // fails on warnings too
		checkFonts(t, name, run(t, "pdffonts", file))
		text := string(run(t, "pdftotext", "-raw", file, "-"))
		if !norm.NFC.IsNormalString(text) {
			t.Errorf("%s: the text is not in NFC", name)
		}
		if !strings.Contains(name, "-chi-ma") && !strings.Contains(text, "K7Q2M") {
			t.Errorf("%s: the text lacks the short code:\n%s", name, text)
		}
	}
	checkInks(t, files)
}

func checkFonts(t *testing.T, name string, list []byte) {
	t.Helper()
	for i, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		if i < 2 { // a head of two lines
			continue
		}
		f := strings.Fields(line)
		if !strings.Contains(f[0], "+DejaVuSansCondensed") || len(f) < 7 || strings.Join(f[4:7], " ") != "yes yes yes" {
			t.Errorf("%s: a font is not embedded, a subset and with Unicode: %s", name, line)
		}
	}
}

var coverage = regexp.MustCompile(`^ *([0-9.]+) +([0-9.]+) +([0-9.]+) +([0-9.]+) CMYK OK$`)

// checkInks makes sure that every page needs black alone, and needs it.
func checkInks(t *testing.T, files []string) {
	t.Helper()
	output := run(t, "gs", append([]string{"-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=inkcov", "-o", "-"}, files...)...)
	pages := 0
	for line := range strings.Lines(string(output)) {
		m := coverage.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Errorf("Ghostscript says %q", line)
			continue
		}
		pages++
		if m[1] != "0.00000" || m[2] != "0.00000" || m[3] != "0.00000" || m[4] == "0.00000" {
			t.Errorf("page %d of all needs other inks than black, or none: %s", pages, line)
		}
	}
	if pages < len(files) {
		t.Errorf("%d pages in %d files", pages, len(files))
	}
}

// TestSeparations makes the plates of a press from a sheet: black is on its own
// plate, the others are empty, and there is no spot colour.
func TestSeparations(t *testing.T) {
	need(t, "gs")
	dir := t.TempDir()
	run(t, "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=tiffsep", "-r100", "-o", filepath.Join(dir, "plate.tif"), sheetFile(t, "tomy-145"))
	plates, err := filepath.Glob(filepath.Join(dir, "plate(*).tif"))
	if err != nil || len(plates) != 4 {
		t.Fatalf("the plates are %q, %v, want four", plates, err)
	}
	for _, plate := range plates {
		inked := darkest(t, plate) < 255
		if black := strings.Contains(plate, "(Black)"); inked != black {
			t.Errorf("%s has ink: %v", filepath.Base(plate), inked)
		}
	}
}

// darkest returns the darkest grey of a plate.
func darkest(t *testing.T, path string) uint8 {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plate, err := tiff.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	dark := uint8(255)
	for y := plate.Bounds().Min.Y; y < plate.Bounds().Max.Y; y++ {
		for x := plate.Bounds().Min.X; x < plate.Bounds().Max.X; x++ {
			dark = min(dark, color.GrayModel.Convert(plate.At(x, y)).(color.Gray).Y)
		}
	}
	return dark
}

// TestEveryTemplateScans reads a picture of every template on every stock at
// the resolution of an office printer with all decoders.
func TestEveryTemplateScans(t *testing.T) {
	for _, program := range []string{"zbarimg", "ZXingReader"} {
		need(t, program)
	}
	var pictures []*image.Gray
	var payloads, names []string
	for _, s := range Stocks() {
		for _, tmpl := range s.Templates() {
			stamp := full(t, len(names))
			var file bytes.Buffer
			if err := tmpl.WritePNG(&file, stamp, s.CellWidth, s.CellHeight, 300); err != nil {
				t.Errorf("%s, %s: %v", s.Name, tmpl.Name, err)
				continue
			}
			picture, err := png.Decode(&file)
			if err != nil {
				t.Fatal(err)
			}
			pictures, payloads, names = append(pictures, picture.(*image.Gray)), append(payloads, stamp.Payload), append(names, s.Name+" "+tmpl.Name)
		}
	}
	got := read(t, pictures, payloads)
	for j, decoder := range decoders {
		for i, ok := range got[j] {
			if !ok {
				t.Errorf("%s does not read %s", decoder, names[i])
			}
		}
	}
}
