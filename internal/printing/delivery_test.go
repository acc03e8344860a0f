package printing_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func (w *world) delivery(t testing.TB, id string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: printing.ZIP}, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpack reads every file of an archive.
func unpack(t *testing.T, archive []byte) (names []string, files map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	return names, files
}

func csvRows(t *testing.T, content []byte) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(content), "\uFEFF")
	if !ok || strings.Count(text, "\r\n") != strings.Count(text, "\n") {
		t.Fatalf("the CSV file begins with %q, or has other line ends than those of Windows", content[:20])
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// deliveryHash is of the archive that TestDelivery makes. When it changes, so do
// the files that people were given for orders that exist.
const deliveryHash = "c50b4cca2fdf43bf4b67cc6cedde403b22e6956176bc2bca4c5a3fcf31481f42"

func TestDelivery(t *testing.T) {
	w := newWorldFrom(t, rand.NewChaCha8([32]byte{1})) // the same keys and codes in every run
	o := w.create(t, w.order(printing.ItemCodes, 130))
	archive := w.delivery(t, o.ID)
	if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != deliveryHash {
		t.Errorf("the archive has another hash, %x", sum)
	}
	w.setClock(w.clock().AddDate(0, 3, 0))
	if !bytes.Equal(archive, w.delivery(t, o.ID)) {
		t.Error("three months later the archive is another")
	}
	names, files := unpack(t, archive)
	if diff := cmp.Diff([]string{"README.txt", "sample.png", "codes-1.csv", "codes-1.xlsx", "manifest.json"}, names); diff != "" {
		t.Fatal(diff)
	}
	var m printing.Manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	for i, f := range m.Files {
		sum := sha256.Sum256(files[f.Name])
		if f.Name != names[i] || f.Size != int64(len(files[f.Name])) || f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("the manifest says %+v of file %s", f, names[i])
		}
	}
	m.Files = nil
	want := printing.Manifest{
		Format: "temgoc-delivery-1", Generator: "Temgốc", Order: o.ID, Batch: w.batch, Product: "Chè Shan tuyết", Producer: "HTX Chè Mây Trắng", Lot: "L1",
		Codes: printing.ItemCodes, Count: 130, Distinct: 130, Stock: "tomy-145", Per: 65, Unit: "sheet",
		Symbol: printing.ManifestSymbol{Version: 3, Level: "Q", Modules: 29, QuietZone: 4, Module: "0.423", Side: "12.277"},
		Label:  printing.ManifestLabel{Width: "38.015", Height: "20.997"},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("manifest, -want +got:\n%s", diff)
	}
	rows := csvRows(t, files["codes-1.csv"])
	if diff := cmp.Diff([]string{"seq", "code", "display", "url", "sheet", "position", "check", "copies"}, rows[0]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(w.listed(t, o.ID, 130), rows[1:]); diff != "" {
		t.Errorf("rows, -want +got:\n%s", diff)
	}
	book, err := excelize.OpenReader(bytes.NewReader(files["codes-1.xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, must(book.GetRows("codes"))(t)); diff != "" {
		t.Errorf("XLSX, -CSV +XLSX:\n%s", diff)
	}
	if kind := must(book.GetCellType("codes", "A3"))(t); kind != excelize.CellTypeInlineString {
		t.Errorf("a number is a cell of type %v, want a text", kind)
	}
	if _, err := png.Decode(bytes.NewReader(files["sample.png"])); err != nil {
		t.Error(err)
	}
	for _, said := range []string{o.ID, "12.277 mm", "mỗi tem một mã riêng", "each with a code of its own"} {
		if !bytes.Contains(files["README.txt"], []byte(said)) {
			t.Errorf("the README does not say %q:\n%s", said, files["README.txt"])
		}
	}
}

// listed are the rows of an order's codes as Codes has them.
func (w *world) listed(t *testing.T, id string, count int) (rows [][]string) {
	t.Helper()
	for from := 1; from <= count; from += printing.MaxCodes {
		for _, c := range must(w.Codes(w.ctx, w.by, id, from, printing.MaxCodes))(t) {
			rows = append(rows, []string{
				fmt.Sprint(c.Index), c.Code, c.Display, c.Address, fmt.Sprint((c.Index-1)/65 + 1), fmt.Sprint((c.Index-1)%65 + 1), c.Code[len(c.Code)-1:], "1",
			})
		}
	}
	return rows
}

// TestDeliveryOfABatchCode has one row, for all stamps are alike.
func TestDeliveryOfABatchCode(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.BatchCodes, 40_000))
	_, files := unpack(t, w.delivery(t, o.ID))
	code := must(stamp.ParseBatchCode(w.batch))(t)
	want := []string{"1", w.batch, code.Display(), "https://T.EXAMPLE.VN/" + w.batch, "", "", w.batch[9:], "40000"}
	if rows := csvRows(t, files["codes-1.csv"]); len(files) != 5 || len(rows) != 2 || !slices.Equal(rows[1], want) {
		t.Errorf("%d files, rows %q", len(files), rows)
	}
	if text := string(files["README.txt"]); !strings.Contains(text, "cùng một mã lô") || strings.Contains(text, "Mỗi mã chỉ in một lần") {
		t.Errorf("README:\n%s", text)
	}
}

// TestDeliveryOnRolls counts positions on rolls, and ends files where a roll does.
func TestDeliveryOnRolls(t *testing.T) {
	w := newWorld(t)
	d := w.order(printing.ItemCodes, 25_000)
	d.Stock, d.PerRoll = "roll-50x30", 3_000
	o := w.create(t, d)
	_, files := unpack(t, w.delivery(t, o.ID))
	first, second := csvRows(t, files["codes-1.csv"]), csvRows(t, files["codes-2.csv"])
	if first[0][4] != "roll" || len(first) != 1+18_000 || len(second) != 1+7_000 {
		t.Fatalf("%q: %d and %d rows", first[0], len(first), len(second))
	}
	for _, tt := range []struct {
		row         []string
		roll, place string
	}{{first[1], "1", "1"}, {first[3_000], "1", "3000"}, {first[3_001], "2", "1"}, {second[1], "7", "1"}, {second[7_000], "9", "1000"}} {
		if tt.row[4] != tt.roll || tt.row[5] != tt.place {
			t.Errorf("stamp %s is said to be number %s on roll %s, want %s on %s", tt.row[0], tt.row[5], tt.row[4], tt.place, tt.roll)
		}
	}
	if text := string(files["README.txt"]); !strings.Contains(text, "mỗi cuộn") || !strings.Contains(text, "each roll") {
		t.Errorf("README:\n%s", text)
	}
}

// TestPrintHouse gives the stamps along where they are asked for: a page each, as
// they are whenever they are written.
func TestPrintHouse(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 30))
	write := func(p printing.Print) ([]byte, error) {
		var b bytes.Buffer
		err := w.WriteLabels(w.ctx, w.by, o.ID, p, &b)
		return b.Bytes(), err
	}
	pages := func(file []byte) int { return bytes.Count(file, []byte("/TrimBox")) }
	house := must(write(printing.Print{Profile: printing.ForHouse}))(t)
	imposed := must(write(printing.Print{Profile: printing.Imposed}))(t)
	if pages(house) != 30 || pages(imposed) != 1 {
		t.Errorf("%d pages of one stamp and %d of all, want 30 and 1", pages(house), pages(imposed))
	}
	w.setClock(w.clock().AddDate(0, 1, 0))
	archive := must(write(printing.Print{Format: printing.ZIP, Profile: printing.ForHouse}))(t)
	names, files := unpack(t, archive)
	if !bytes.Equal(files["stamps-1.pdf"], house) || len(names) != 6 {
		t.Errorf("files %q, or other stamps than a month ago", names)
	}
	if text := string(files["README.txt"]); strings.Count(text, "stamps-N.pdf") != 2 {
		t.Errorf("README:\n%s", text)
	}
	for field, p := range map[string]printing.Print{
		"profile": {Profile: "drum"}, "printer": {Profile: printing.ForHouse, Printer: "x"},
		"startCell": {Profile: printing.Imposed, Layout: printing.Layout{StartCell: 3}},
		"offsetX":   {Profile: printing.ForHouse, Layout: printing.Layout{OffsetX: 1}},
		"begun":     {Profile: printing.ForHouse, Layout: printing.Layout{Begun: true}},
	} {
		_, err := write(p)
		if p.Printer != "" {
			p.Printer = must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, thermal("")))(t).ID
			_, err = write(p)
		}
		wantField(t, err, field)
	}
}

// brotherTape is a stock for all languages of label printers: Brother's leave the
// edges white.
const brotherTape = `
name: brother-62x29
title: Brother DK-11209
kind: roll
pageWidth: 62
pageHeight: 29
columns: 1
rows: 1
cellWidth: 58.8
cellHeight: 22.8
left: 1.6
top: 3.1
gapY: 3
`

// TestOutputsRefuse holds that nothing is written of what may not be printed,
// and that nobody else gets it.
func TestOutputsRefuse(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 3))
	must(w.CreatePattern(w.ctx, trace.Write{By: w.by}, printing.Pattern{Shape: printing.StockShape, Text: brotherTape}))(t)
	for _, output := range printing.Outputs() {
		write := func(by trace.Actor, out io.Writer) error {
			p := printing.Print{Format: output.Format}
			if slices.Contains(printing.Languages(), output.Format) && output.Format != printing.PDF {
				p.Stock = "brother-62x29"
			}
			return w.WriteLabels(w.ctx, by, o.ID, p, out)
		}
		var out bytes.Buffer
		wantErr(t, write(w.other, &out), trace.ErrHidden)
		wantErr(t, write(inspector, &out), trace.ErrNotAllowed)
		wantErr(t, write(w.by, failing{}), errFull)
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were written for nobody", output.Format, out.Len())
		}
	}
	must(w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch, trace.Transition{To: trace.BatchRecalled, Reason: "lý do"}))(t)
	var out bytes.Buffer
	for _, output := range printing.Outputs() {
		wantErr(t, w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: output.Format}, &out), trace.ErrConflict)
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written of a batch that is recalled", out.Len())
	}
}

var errFull = fmt.Errorf("the disk is full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

// TestEveryCodeIsDelivered compares the codes of all files of a large order with
// those that Codes gives: none is missing, none is there twice.
func TestEveryCodeIsDelivered(t *testing.T) {
	count := 50_000
	if os.Getenv("TEMGOC_SOAK") == "1" {
		count = printing.MaxCount
	}
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, count))
	var whole bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: printing.CSV}, &whole); err != nil {
		t.Fatal(err)
	}
	rows := csvRows(t, whole.Bytes())[1:]
	seen := make(map[string]bool, count)
	for i, row := range rows {
		if seen[row[1]] || row[0] != fmt.Sprint(i+1) {
			t.Fatalf("row %d is %q, which was there before or stands elsewhere", i, row)
		}
		seen[row[1]] = true
	}
	for from := 1; from <= count; from += printing.MaxCodes {
		for i, c := range must(w.Codes(w.ctx, w.by, o.ID, from, printing.MaxCodes))(t) {
			if rows[from-1+i][1] != c.Code {
				t.Fatalf("row %d has the code %s, want %s", from+i, rows[from-1+i][1], c.Code)
			}
		}
	}
	if len(rows) != count {
		t.Errorf("%d rows, want %d", len(rows), count)
	}
	next, files := 1, 0
	_, parts := unpack(t, w.delivery(t, o.ID))
	for ; parts[fmt.Sprintf("codes-%d.csv", files+1)] != nil; files++ {
		part := csvRows(t, parts[fmt.Sprintf("codes-%d.csv", files+1)])[1:]
		if next%65 != 1 || len(part) > printing.FileCodes {
			t.Errorf("file %d begins with stamp %d in the middle of a sheet, or has too many, %d", files+1, next, len(part))
		}
		for i, row := range part {
			if !slices.Equal(row, rows[next-1+i]) {
				t.Fatalf("file %d has %q, want %q", files+1, row, rows[next-1+i])
			}
		}
		next += len(part)
	}
	if next != count+1 || files != (count+19_954)/19_955 {
		t.Errorf("%d files have the stamps up to %d, want all %d", files, next-1, count)
	}
}

// A meter is a writer that watches how much memory is alive while it is written
// to, once in every megabyte.
type meter struct {
	bytes, measured int
	heap            uint64
}

func (m *meter) Write(b []byte) (int, error) {
	m.bytes += len(b)
	if m.bytes-m.measured >= 1<<20 {
		m.measured = m.bytes
		runtime.GC()
		live := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(live)
		m.heap = max(m.heap, live[0].Value.Uint64())
	}
	return len(b), nil
}

// TestDeliveriesKeepNothing holds that memory does not grow with the order. A
// delivery keeps the spreadsheet that is being written, which has its limit.
func TestDeliveriesKeepNothing(t *testing.T) {
	w := newWorld(t)
	small, large := w.create(t, w.order(printing.ItemCodes, 21_000)).ID, w.create(t, w.order(printing.ItemCodes, 100_000)).ID
	for _, name := range []printing.Format{printing.CSV, printing.ZIP} {
		write := func(id string, out io.Writer) error {
			return w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: name}, out)
		}
		var few, many meter
		if err := errors.Join(write(small, &few), write(large, &many)); err != nil {
			t.Fatal(err)
		}
		if many.bytes < 3*few.bytes || few.heap == 0 {
			t.Fatalf("%s: %d and %d bytes: the test measures nothing", name, few.bytes, many.bytes)
		}
		if many.heap > few.heap+512<<10 {
			t.Errorf("%s: 100,000 codes keep %d kB alive, 21,000 keep %d kB", name, many.heap>>10, few.heap>>10)
		}
		t.Logf("%s: at most %d kB alive for 21,000 codes, %d kB for 100,000", name, few.heap>>10, many.heap>>10)
	}
}

// BenchmarkCodes writes a million item codes, beside encoding/csv with the same
// rows once they are made.
func BenchmarkCodes(b *testing.B) {
	w := newWorld(b)
	id := w.create(b, w.order(printing.ItemCodes, printing.MaxCount)).ID
	b.Run("of an order", func(b *testing.B) {
		for b.Loop() {
			if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: printing.CSV}, io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/csv", func(b *testing.B) {
		batch := must(stamp.ParseBatchCode(w.batch))(b)
		sealer := must(w.keys.Sealer(w.keys.Current(), batch))(b)
		for b.Loop() {
			out := csv.NewWriter(io.Discard)
			out.UseCRLF = true
			for i := range printing.MaxCount {
				code := sealer.Item(uint32(i))
				text := code.String()
				err := out.Write([]string{
					strconv.Itoa(i + 1), text, code.Display(), "https://T.EXAMPLE.VN/" + text,
					strconv.Itoa(i/65 + 1), strconv.Itoa(i%65 + 1), text[len(text)-1:], "1",
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			out.Flush()
		}
	})
	b.Run("the codes alone", func(b *testing.B) {
		batch := must(stamp.ParseBatchCode(w.batch))(b)
		sealer := must(w.keys.Sealer(w.keys.Current(), batch))(b)
		for b.Loop() {
			for i := range printing.MaxCount {
				_ = sealer.Item(uint32(i))
			}
		}
	})
}

// BenchmarkSheets writes a hundred thousand item-coded stamps as PDF.
func BenchmarkSheets(b *testing.B) {
	w := newWorld(b)
	id := w.create(b, w.order(printing.ItemCodes, printing.MaxSheetStamps)).ID
	for b.Loop() {
		if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{}, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDelivery(b *testing.B) {
	w := newWorld(b)
	id := w.create(b, w.order(printing.ItemCodes, 100_000)).ID
	for b.Loop() {
		if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: printing.ZIP}, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// An order carries the checkpoint of the log at which it was made, and its
// delivery says that one for ever.
func TestCheckpointOfOrder(t *testing.T) {
	w := newWorld(t)
	latest := "t.example.vn/log\n7\nroot\n\n— t.example.vn/log AAAA\n"
	w.Book.Quote(func() string { return latest })
	o := w.create(t, w.order(printing.ItemCodes, 65))
	first := latest
	latest = "t.example.vn/log\n9\nlater\n\n— t.example.vn/log BBBB\n"
	if o.Data.Checkpoint != first {
		t.Errorf("the order has the checkpoint %q", o.Data.Checkpoint)
	}
	_, files := unpack(t, w.delivery(t, o.ID))
	var m printing.Manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	if m.Checkpoint != first {
		t.Errorf("the manifest has the checkpoint %q", m.Checkpoint)
	}
	if text := string(files["README.txt"]); !strings.Contains(text, "Mốc của sổ nhật ký") || !strings.Contains(text, "\n"+first) {
		t.Errorf("README:\n%s", text)
	}
}
