package labels

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// pressSheet is a sheet for a print house.
func pressSheet(t testing.TB, profile Profile) Sheet {
	return Sheet{
		Stock: stock(t, "tomy-145"), Profile: profile, Created: time.Date(2026, 11, 28, 9, 30, 0, 0, time.FixedZone("ICT", 7*3600)),
		Title: "Tem gốc <Chè & cam>", Lang: "vi",
	}
}

// boxesOf returns a box of each page, in points.
func boxesOf(t *testing.T, file []byte, name string) [][4]float64 {
	t.Helper()
	var all [][4]float64
	for _, m := range regexp.MustCompile(`/`+name+` \[(.*?)\]`).FindAllSubmatch(file, -1) {
		var b [4]float64
		if _, err := fmt.Sscan(string(m[1]), &b[0], &b[1], &b[2], &b[3]); err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// grown returns a box with that many millimetres more on every side.
func grown(b [4]float64, mm float64) [4]float64 {
	d := mm / mmPerInch * 72
	return [4]float64{b[0] - d, b[1] - d, b[2] + d, b[3] + d}
}

// near tells whether two boxes are the same but for a tenth of a millimetre.
func near(a, b [4]float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 0.1/mmPerInch*72 {
			return false
		}
	}
	return true
}

func TestPressPagesHaveTheirBoxes(t *testing.T) {
	const stamps = 70
	for _, test := range []struct {
		profile       Profile
		pages         int
		width, height float64 // of the trimmed page, in mm
		marks         int
	}{
		{PrintHouse, stamps, 38, 21, 8},
		{Imposed, 2, 5 * 38, 13 * 21, 2*6 + 2*14},
	} {
		s := pressSheet(t, test.profile)
		s.Uncompressed = true
		file := pdf(t, s, samples(stamps))
		media, bleeds, trims := boxesOf(t, file, "MediaBox"), boxesOf(t, file, "BleedBox"), boxesOf(t, file, "TrimBox")
		if len(media) != 1 || len(bleeds) != test.pages || len(trims) != test.pages {
			t.Fatalf("%s: %d pages with a bleed and %d trimmed ones, want %d", test.profile, len(bleeds), len(trims), test.pages)
		}
		margin := slug / mmPerInch * 72
		want := [4]float64{margin, margin, margin + test.width/mmPerInch*72, margin + test.height/mmPerInch*72}
		for i, trim := range trims {
			if !near(trim, want) || !near(bleeds[i], grown(trim, bleed)) || !near(media[0], grown(trim, slug)) {
				t.Fatalf("%s, page %d: trim %v, bleed %v, media %v", test.profile, i+1, trim, bleeds[i], media[0])
			}
		}
		checkMarks(t, file, bleeds[0], trims[0], test.marks)
	}
}

// checkMarks looks at the lines of the crop marks: all are outside the bleed,
// and the outermost are at the trimmed edges.
func checkMarks(t *testing.T, file []byte, bleed, trim [4]float64, want int) {
	t.Helper()
	lines := regexp.MustCompile(`(?m)^(\d+ \d+) m (\d+ \d+) l$`).FindAllSubmatch(file, -1)
	if len(lines) != want {
		t.Errorf("%d crop marks, want %d", len(lines), want)
	}
	edges := 0
	for _, m := range lines {
		var x0, y0, x1, y1 float64
		if _, err := fmt.Sscan(string(m[1])+" "+string(m[2]), &x0, &y0, &x1, &y1); err != nil {
			t.Fatal(err)
		}
		for _, v := range []*float64{&x0, &y0, &x1, &y1} {
			*v *= 0.12
		}
		outside := max(x0, x1) < bleed[0] || min(x0, x1) > bleed[2] || max(y0, y1) < bleed[1] || min(y0, y1) > bleed[3]
		if !outside {
			t.Errorf("crop mark %s is in the bleed %v", m[0], bleed)
		}
		at := func(a, b float64) bool { return math.Abs(a-b) < 0.001 }
		if x0 == x1 && (at(x0, trim[0]) || at(x0, trim[2])) || y0 == y1 && (at(y0, trim[1]) || at(y0, trim[3])) {
			edges++
		}
	}
	if edges != 8 {
		t.Errorf("%d crop marks are at the trimmed edges, want 8", edges)
	}
}

func TestPressRefuses(t *testing.T) {
	for field, change := range map[string]func(*Sheet){
		FieldProfile:   func(s *Sheet) { s.Profile = "offset" },
		FieldCreated:   func(s *Sheet) { s.Created = time.Time{} },
		FieldTitle:     func(s *Sheet) { s.Title = "" },
		FieldStartCell: func(s *Sheet) { s.StartCell = 2 },
		FieldUsed:      func(s *Sheet) { s.Used = []int{1} },
		FieldOffsetX:   func(s *Sheet) { s.OffsetX = 1 },
		FieldOffsetY:   func(s *Sheet) { s.OffsetY = -1 },
		FieldScaleX:    func(s *Sheet) { s.ScaleX = 1.01 },
		FieldScaleY:    func(s *Sheet) { s.ScaleY = 0.99 },
	} {
		s := pressSheet(t, Imposed)
		change(&s)
		var value *ValueError
		if err := s.Check(sample(0)); !errors.As(err, &value) || value.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestPressFilesSayWhatTheyAre(t *testing.T) {
	file := pdf(t, pressSheet(t, PrintHouse), samples(3))
	for _, want := range []string{
		"%PDF-1.4\n", "/S /GTS_PDFX", "/OutputConditionIdentifier (FOGRA51)", "/RegistryName (http://www.color.org)",
		"/GTS_PDFXVersion (PDF/X-1a:2003)", "/Trapped /False", "/CreationDate (D:20261128023000+00'00')", "/PrintScaling /None",
		"<xmp:CreateDate>2026-11-28T02:30:00Z<", "Tem gốc &lt;Chè &amp; cam&gt;",
	} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("the file lacks %s", want)
		}
	}
	for _, unwanted := range []string{"/SMask", "/ExtGState", "/Group", "DeviceRGB", "DeviceCMYK"} {
		if bytes.Contains(file, []byte(unwanted)) {
			t.Errorf("the file has %s", unwanted)
		}
	}
	if !bytes.Equal(file, pdf(t, pressSheet(t, PrintHouse), samples(3))) {
		t.Error("the same stamps make another file")
	}
}

// pressFile writes stamps for a print house. It is kept under go test
// -artifacts.
func pressFile(t *testing.T, profile Profile, stamps int) string {
	t.Helper()
	path := filepath.Join(t.ArtifactDir(), string(profile)+".pdf")
	if err := os.WriteFile(path, pdf(t, pressSheet(t, profile), samples(stamps)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Print houses make plates of the file: all of it must be on the black one, and
// every symbol exactly as on an office printer's sheet.
func TestPressFilesPrint(t *testing.T) {
	for _, program := range []string{"gs", "qpdf", "pdfinfo", "zbarimg"} {
		need(t, program)
	}
	for profile, stamps := range map[Profile]int{PrintHouse: 1, Imposed: 65} {
		t.Run(string(profile), func(t *testing.T) {
			path := pressFile(t, profile, stamps)
			run(t, "qpdf", "--check", path) // fails on warnings too
			run(t, "pdfinfo", "-box", path)
			to := filepath.Join(t.ArtifactDir(), "page")
			run(t, "gs", rippers[0].args(600, path, to)...)
			checkStamps(t, readPBM(t, to+".pbm"), pressSheet(t, profile).framed().Stock, 600)
			checkInk(t, string(run(t, "gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=inkcov", "-o", "-", path)))
		})
	}
}

// checkInk reads the share of the page that each ink covers.
func checkInk(t *testing.T, report string) {
	t.Helper()
	for line := range strings.Lines(report) {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] != "0.00000" || f[1] != "0.00000" || f[2] != "0.00000" || f[3] == "0.00000" {
			t.Errorf("inks are %s", line)
		}
	}
	if report == "" {
		t.Error("no page was printed")
	}
}
