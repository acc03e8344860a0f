package labels

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pdf returns the file of the stamps.
func pdf(t testing.TB, s Sheet, stamps iter.Seq2[Stamp, error]) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := s.WritePDF(&file, stamps); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestGoldenPDF(t *testing.T) {
	s := Sheet{
		Stock: stock(t, "tomy-145"), StartCell: 64, OffsetX: 1, OffsetY: -0.5,
		Title: "Tem gốc: Chè Shan tuyết", Lang: "vi", Uncompressed: true,
	}
	golden(t, "sheet.pdf", pdf(t, s, list(sample(0), sample(1), sample(6))))
}

// cells returns the lower left corners, in dots, at which stamps are drawn in
// an uncompressed file, page by page.
func cells(t *testing.T, file []byte) [][][2]int {
	t.Helper()
	var pages [][][2]int
	for _, content := range regexp.MustCompile(`(?s)0 g\n.*?endstream`).FindAll(file, -1) {
		var page [][2]int
		for _, m := range regexp.MustCompile(`(?m)^q 1 0 0 1 (-?\d+) (-?\d+) cm$`).FindAllSubmatch(content, -1) {
			x, errX := strconv.Atoi(string(m[1]))
			y, errY := strconv.Atoi(string(m[2]))
			if err := errors.Join(errX, errY); err != nil {
				t.Fatal(err)
			}
			page = append(page, [2]int{x, y})
		}
		pages = append(pages, page)
	}
	return pages
}

// Each stamp must lie on its cell to the tenth of a millimetre, on the grid.
func TestStampsLieOnTheirCells(t *testing.T) {
	for _, name := range sheets {
		st := stock(t, name)
		s := Sheet{Stock: st, OffsetX: -1.5, OffsetY: 2.3, Uncompressed: true}
		pages := cells(t, pdf(t, s, samples(65)))
		if len(pages) != 1 || len(pages[0]) != 65 {
			t.Fatalf("%s: %d pages, want one with 65 stamps", name, len(pages))
		}
		for i, got := range pages[0] {
			const mm = mmPerInch / dotsPerInch
			x, y := st.CellOrigin(i + 1)
			left := float64(got[0]) * mm
			top := float64(evenDots(st.PageHeight)-got[1]-evenDots(st.CellHeight)) * mm
			if math.Abs(left-(x-1.5)) > 0.05 || math.Abs(top-(y+2.3)) > 0.05 {
				t.Errorf("%s: stamp %d is at %.3f, %.3f mm, want %.3f, %.3f", name, i+1, left, top, x-1.5, y+2.3)
			}
			if got[0]%2 != 0 || got[1]%2 != 0 {
				t.Errorf("%s: stamp %d is at %v dots, off the grid of 300 dpi", name, i+1, got)
			}
		}
	}
}

func TestStartCellAndPages(t *testing.T) {
	s := Sheet{Stock: stock(t, "tomy-145"), Uncompressed: true}
	all := cells(t, pdf(t, s, samples(65)))[0]
	for _, test := range []struct{ start, stamps int }{{0, 1}, {1, 65}, {1, 66}, {65, 1}, {65, 2}, {64, 67}, {33, 33}} {
		s.StartCell = test.start
		pages := cells(t, pdf(t, s, samples(test.stamps)))
		first := max(test.start, 1) - 1
		var want [][][2]int
		for left := test.stamps; left > 0; first = 0 {
			n := min(left, 65-first)
			want = append(want, all[first:first+n])
			left -= n
		}
		if diff := cmp.Diff(want, pages); diff != "" {
			t.Errorf("%d stamps from cell %d (-want +got):\n%s", test.stamps, test.start, diff)
		}
	}
}

// A symbol is one path of rectangles, filled once; black is the K plate alone;
// numbers stand on the grid, but for the inset.
func TestSymbolsAreDrawnForPrinters(t *testing.T) {
	file := pdf(t, Sheet{Stock: stock(t, "avery-l7651"), Uncompressed: true}, samples(65))
	content := string(regexp.MustCompile(`(?s)0 g\n.*?endstream`).Find(file))
	if n := strings.Count(content, "f Q\n"); n != 65 {
		t.Errorf("%d fills for 65 symbols", n)
	}
	if bad := regexp.MustCompile(`(?m)( rg| k| G| RG| w| S)$`).FindString(content); bad != "" {
		t.Errorf("the page uses the operator%s", bad)
	}
	run := regexp.MustCompile(`(?m)^\d+ \d+ \d*\.99 \d*\.99 re$`)
	if all, good := strings.Count(content, " re\n"), len(run.FindAllString(content, -1)); all != good || all == 0 {
		t.Errorf("%d of %d runs stand on the grid", good, all)
	}
}

func TestSameStampsSameBytes(t *testing.T) {
	s := Sheet{Stock: stock(t, "tomy-145"), Title: "Tem"}
	want := pdf(t, s, samples(200))
	for _, processors := range []int{1, 3} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		if got := pdf(t, s, samples(200)); !bytes.Equal(got, want) {
			t.Errorf("on %d processors the file differs", processors)
		}
	}
	if other := pdf(t, s, samples(199)); bytes.Equal(trailerID(other), trailerID(want)) {
		t.Error("another file has the same identifier")
	}
}

func trailerID(file []byte) []byte {
	return regexp.MustCompile(`/ID \[<[0-9A-F]{32}>`).Find(file)
}

// The cross-reference table must lead to each object.
func TestCrossReferences(t *testing.T) {
	for _, uncompressed := range []bool{false, true} {
		file := pdf(t, Sheet{Stock: stock(t, "tomy-145"), Uncompressed: uncompressed}, samples(70))
		table := file[bytes.LastIndex(file, []byte("xref\n0 ")):]
		start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
		if start == nil || !bytes.HasPrefix(file[number(t, start[1]):], []byte("xref\n")) {
			t.Fatal("startxref does not lead to the table")
		}
		entries := regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllSubmatch(table, -1)
		if want := bytes.Count(file, []byte("\nendobj\n")); len(entries) != want {
			t.Errorf("%d entries for %d objects", len(entries), want)
		}
		for i, entry := range entries {
			if want := strconv.Itoa(i+1) + " 0 obj\n"; !bytes.HasPrefix(file[number(t, entry[1]):], []byte(want)) {
				t.Errorf("entry %d does not lead to its object", i+1)
			}
		}
	}
}

func number(t *testing.T, digits []byte) int {
	t.Helper()
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSheetRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Sheet)
		field  string
	}{
		"start beyond the sheet": {func(s *Sheet) { s.StartCell = 66 }, FieldStartCell},
		"negative start":         {func(s *Sheet) { s.StartCell = -1 }, FieldStartCell},
		"offset too large":       {func(s *Sheet) { s.OffsetX = 4.01 }, FieldOffsetX},
		"offset not a number":    {func(s *Sheet) { s.OffsetY = math.NaN() }, FieldOffsetY},
		"no stock":               {func(s *Sheet) { s.Stock = Stock{} }, FieldStock},
		"language with brackets": {func(s *Sheet) { s.Lang = "vi) /X (" }, FieldLang},
		"title not UTF-8":        {func(s *Sheet) { s.Title = "\xff" }, FieldTitle},
	} {
		s := Sheet{Stock: stock(t, "tomy-145")}
		test.change(&s)
		var value *ValueError
		var file bytes.Buffer
		if err := s.WritePDF(&file, samples(1)); !errors.As(err, &value) || value.Field != test.field || file.Len() > 0 {
			t.Errorf("%s: %v after %d bytes, want a ValueError of %s before the first", name, err, file.Len(), test.field)
		}
		if err := s.Check(sample(0)); !errors.As(err, &value) || value.Field != test.field {
			t.Errorf("%s: Check says %v, want a ValueError of %s", name, err, test.field)
		}
	}
}

func TestWritePDFErrors(t *testing.T) {
	s := Sheet{Stock: stock(t, "tomy-145")}
	if err := s.WritePDF(io.Discard, list()); !errors.Is(err, ErrNoStamps) {
		t.Errorf("no stamps: %v, want ErrNoStamps", err)
	}

	broken := errors.New("the database is away")
	stamps := func(yield func(Stamp, error) bool) {
		for i := range 1000 {
			if i == 300 {
				yield(Stamp{}, broken)
				return
			}
			if !yield(sample(i), nil) {
				return
			}
		}
	}
	if err := s.WritePDF(io.Discard, stamps); !errors.Is(err, broken) {
		t.Errorf("broken sequence: %v, want its error", err)
	}

	long := sample(0)
	long.Product = strings.Repeat("m", 99)
	var fit *FitError
	if err := s.WritePDF(io.Discard, list(sample(0), long)); !errors.As(err, &fit) || fit.Field != FieldProduct {
		t.Errorf("overlong product: %v, want a FitError of the product", err)
	}
	if err := s.Check(long); !errors.As(err, &fit) {
		t.Errorf("Check of an overlong product: %v, want a FitError", err)
	}
	if err := s.Check(sample(0)); err != nil {
		t.Error(err)
	}

	whole := len(pdf(t, s, samples(200)))
	for _, room := range []int{0, 100, whole / 2, whole - 1} {
		w := &fullDisk{room: room}
		if err := s.WritePDF(w, samples(200)); !errors.Is(err, errFull) {
			t.Errorf("disk full after %d bytes: %v, want %v", room, err, errFull)
		}
	}
}

var errFull = errors.New("disk full")

// A fullDisk takes room bytes and no more.
type fullDisk struct{ room int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if len(b) > d.room {
		return 0, errFull
	}
	d.room -= len(b)
	return len(b), nil
}

// A peak discards what is written and notes the most memory in use meanwhile.
type peak struct {
	writes, bytes int
	heap          uint64
}

func (p *peak) Write(b []byte) (int, error) {
	p.bytes += len(b)
	if p.writes++; p.writes%8 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		p.heap = max(p.heap, m.HeapAlloc)
	}
	return len(b), nil
}

// Ten times the stamps must not need more memory: what is alive while the
// file grows is a few pages, whatever their number. On one processor no page
// is being drawn while another is written, so the measure is of what is kept.
func TestMemoryDoesNotGrow(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	s := Sheet{Stock: stock(t, "tomy-145")}
	measure := func(n int) *peak {
		p := new(peak)
		if err := s.WritePDF(p, samples(n)); err != nil {
			t.Fatal(err)
		}
		return p
	}
	few, many := measure(1000), measure(10_000)
	if many.bytes < 5*few.bytes {
		t.Fatalf("10,000 stamps are %d bytes, 1,000 are %d: the test measures nothing", many.bytes, few.bytes)
	}
	if many.heap > few.heap+64<<10 {
		t.Errorf("10,000 stamps keep %d kB alive, 1,000 keep %d kB", many.heap>>10, few.heap>>10)
	}
	t.Logf("peak of live heap: %d kB for 1,000 stamps, %d kB for 10,000 (%d bytes a stamp written)",
		few.heap>>10, many.heap>>10, many.bytes/10_000)
}

func BenchmarkWritePDF(b *testing.B) {
	const stamps = 10_000
	same := sample(0)
	for _, kind := range []struct {
		name   string
		stamps iter.Seq2[Stamp, error]
	}{
		{"item codes of an order", itemCodes(stamps)},
		{"different stamps", samples(stamps)},
		{"the same code", func(yield func(Stamp, error) bool) {
			for range stamps {
				if !yield(same, nil) {
					return
				}
			}
		}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			s := Sheet{Stock: stock(b, "tomy-145"), Title: "Tem", Lang: "vi"}
			b.ReportAllocs()
			var written int
			for b.Loop() {
				p := countingWriter(0)
				if err := s.WritePDF(&p, kind.stamps); err != nil {
					b.Fatal(err)
				}
				written = int(p)
			}
			b.ReportMetric(float64(written)/stamps, "B/stamp")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/stamps, "µs/stamp")
		})
	}
}

// itemCodes yields the stamps of an order: all say the same but for their code.
func itemCodes(n int) iter.Seq2[Stamp, error] {
	return func(yield func(Stamp, error) bool) {
		s, state := sample(0), uint64(1)
		code := []byte("K7Q2M9XR4V0000000000")
		for range n {
			for i := 10; i < len(code); i++ {
				state = state*6364136223846793005 + 1442695040888963407
				code[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[state>>59]
			}
			s.Payload = "https://T.EXAMPLE.VN/" + string(code)
			s.ShortCode = string(code[:5]) + "-" + string(code[5:10]) + "-" + string(code[10:15]) + "-" + string(code[15:])
			if !yield(s, nil) {
				return
			}
		}
	}
}

type countingWriter int

func (w *countingWriter) Write(b []byte) (int, error) {
	*w += countingWriter(len(b))
	return len(b), nil
}
