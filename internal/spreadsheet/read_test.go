package spreadsheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var fruit = []Heading{
	{Names: []string{"Tên sản phẩm", "Product name"}, Required: true},
	{Names: []string{"Khối lượng", "Weight"}, Required: true},
	{Names: []string{"Ngày thu hoạch", "Harvested"}},
	{Names: []string{"Mã"}},
}

// shown are the cells of a table as they are shown, row by row, with the number
// of the row before them.
func shown(table *Table) []string {
	var rows []string
	for _, r := range table.Rows {
		line := fmt.Sprint(r.Number)
		for _, c := range r.Cells {
			line += "|" + c.String()
		}
		rows = append(rows, line)
	}
	return rows
}

func TestReadCSV(t *testing.T) {
	const bom = "\ufeff"
	want := []string{"2|Cam sành|12,5|24/11/2026|", "3|Bưởi|7||0012"}
	tests := []struct {
		name, content string
		want          []string
	}{
		{"commas", "Tên sản phẩm,Khối lượng,Ngày thu hoạch,Mã\nCam sành,\"12,5\",24/11/2026,\nBưởi,7,,0012\n", want},
		{"BOM, CRLF", bom + "Tên sản phẩm,Khối lượng,Ngày thu hoạch,Mã\r\nCam sành,\"12,5\",24/11/2026,\r\nBưởi,7,,0012\r\n", want},
		{"semicolons", "Tên sản phẩm;Khối lượng;Ngày thu hoạch;Mã\nCam sành;12,5;24/11/2026;\nBưởi;7;;0012", want},
		{"tabs", "Tên sản phẩm\tKhối lượng\tNgày thu hoạch\tMã\nCam sành\t12,5\t24/11/2026\nBưởi\t7\t\t0012", want},
		{"old line ends", "Tên sản phẩm;Khối lượng;Ngày thu hoạch;Mã\rCam sành;12,5;24/11/2026;\rBưởi;7;;0012\r", want},
		{"English, another order", "Harvested,Weight,product NAME\n24/11/2026,\"12,5\",Cam sành\n,7,Bưởi\n", []string{"2|Cam sành|12,5|24/11/2026|", "3|Bưởi|7||"}},
		{"no diacritics, marks", "TEN SAN PHAM *,khoi luong (kg),ma:\nCam sành,\"12,5\",\n", []string{"2|Cam sành|12,5||"}},
		{"decomposed", "Te\u0302n sa\u0309n pha\u0302\u0309m,Kho\u0302\u0301i lu\u031bo\u031b\u0323ng\nBu\u031bo\u031b\u0309i,7\n", []string{"2|Bưởi|7||"}},
		{"titles above, ordinals, example", "DANH SÁCH,,\n,,\nTT,Tên sản phẩm,Khối lượng\nVí dụ,Xoài,5\n1,Cam sành,6\n,,\n2,Bưởi,7\n", []string{"5|Cam sành|6||", "7|Bưởi|7||"}},
		{"empty lines", "\n\nTên sản phẩm,Khối lượng\n\nCam sành,6\n\n", []string{"5|Cam sành|6||"}},
		{"lines inside cells", "Tên sản phẩm,Khối lượng\n\"Cam\nsành\",6\nBưởi,7\n", []string{"2|Cam\nsành|6||", "3|Bưởi|7||"}},
		{"invisible marks", "Tên sản phẩm,Khối lượng\nCam\u200b sa\u0300nh\u202e , 6\u00a0\n", []string{"2|Cam sành|6||"}},
		{"guarded", "Tên sản phẩm,Khối lượng\n'=1+1,6\n'quoted',7\n''-x,8\n", []string{"2|=1+1|6||", "3|'quoted'|7||", "4|'-x|8||"}},
	}
	for _, tt := range tests {
		table, err := Read("bang.csv", []byte(tt.content), fruit)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, shown(table)); diff != "" || table.Format != CSV {
			t.Errorf("%s: %s table, -want +got:\n%s", tt.name, table.Format, diff)
		}
	}
}

func TestReadTellsColumns(t *testing.T) {
	table, err := Read("a.csv", []byte("TT,Ghi chú riêng,Khối lượng,,Tên sản phẩm,Màu\n1,x,5,y,Cam,vàng\n"), fruit)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Ghi chú riêng", "Màu"}, table.Unknown); diff != "" {
		t.Errorf("unknown columns, -want +got:\n%s", diff)
	}
	var letters []string
	for _, c := range table.Columns {
		letters = append(letters, c.Letter+" "+c.Title)
	}
	if diff := cmp.Diff([]string{"E Tên sản phẩm", "C Khối lượng", " ", " "}, letters); diff != "" {
		t.Errorf("columns, -want +got:\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	many := strings.Repeat("Cam,1\n", MaxRows)
	wide := strings.Repeat("x,", MaxColumns)
	tests := []struct{ name, file, content, want string }{
		{"empty", "a.csv", "", "tệp trống"},
		{"another format", "a.ods", "x", ".xlsx"},
		{"old Excel", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"},
		{"Latin-1", "a.csv", "Tên s\xe1n phẩm,Khối lượng\n", "UTF-8"},
		{"UTF-16", "a.csv", "\xff\xfeT\x00\xea\x00", "UTF-8"},
		{"no headings", "a.csv", "a,b\n1,2\n", "Tên sản phẩm, Khối lượng"},
		{"a missing column", "a.csv", "Tên sản phẩm,Mã\nCam,1\n", "thiếu các cột: Khối lượng"},
		{"a column twice", "a.csv", "Tên sản phẩm,Khối lượng,Mã,Product name\n", "hai cột \"Tên sản phẩm\": cột A và cột D"},
		{"a quotation mark out of place", "a.csv", "Tên sản phẩm,Khối lượng\nCam,\"1\"2\n", "dấu ngoặc kép"},
		{"an open quotation", "a.csv", "Tên sản phẩm,Khối lượng\nCam,\"1\n", "dấu ngoặc kép"},
		{"too many rows", "a.csv", "Tên sản phẩm,Khối lượng\n" + many + "Bưởi,1\n", "hơn 5000 dòng"},
		{"far too many rows", "a.csv", "Tên sản phẩm,Khối lượng\n" + many + many, "hơn 5000 dòng"},
		{"too many columns", "a.csv", "Tên sản phẩm,Khối lượng\n" + wide + "x\n", "tối đa 100 cột"},
		{"too large", "a.csv", strings.Repeat("x", MaxSize+1), "lớn hơn 8 MB"},
		{"no archive", "a.xlsx", "PK\x03\x04 and nothing", "hỏng"},
	}
	for _, tt := range tests {
		_, err := Read(tt.file, []byte(tt.content), fruit)
		if !IsFault(err) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		spoken(t, err)
		if vi := err.(*Error).Message.VI; !strings.Contains(vi, tt.want) {
			t.Errorf("%s: %q does not say %q", tt.name, vi, tt.want)
		}
	}
	if table, err := Read("a.csv", []byte("Tên sản phẩm,Khối lượng\n"+many), fruit); err != nil || len(table.Rows) != MaxRows {
		t.Errorf("%d rows are refused: %v", MaxRows, err)
	}
}

func TestLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := letter(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
		if column, row, ok := parseRef(want + "12"); !ok || column != i+1 || row != 12 {
			t.Errorf("%s12 is column %d, row %d, %v", want, column, row, ok)
		}
	}
	for _, bad := range []string{"", "A", "12", "A0", "AAAA1", "A-1", "É1", "A1B"} {
		if _, _, ok := parseRef(bad); ok {
			t.Errorf("%q is a cell", bad)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("Tên sản phẩm,Khối lượng\nCam,\"1\n2\"\n"))
	f.Add([]byte("\ufeffTT;Product name;Weight\r\nVí dụ;x;1\r\n1;'=1;2\r\n"))
	f.Add([]byte("ten san pham\tkhoi luong\rCam\t1\r"))
	f.Fuzz(func(t *testing.T, content []byte) {
		table, err := Read("a.csv", content, fruit)
		if err != nil {
			if !IsFault(err) {
				t.Errorf("%v", err)
			}
			return
		}
		checkTable(t, table)
	})
}

// checkTable asserts what holds of every table.
func checkTable(t testing.TB, table *Table) {
	t.Helper()
	if len(table.Rows) > MaxRows {
		t.Errorf("%d rows", len(table.Rows))
	}
	for i, r := range table.Rows {
		if r.Number < 1 || i > 0 && r.Number <= table.Rows[i-1].Number || len(r.Cells) != len(table.Columns) {
			t.Errorf("row %d has number %d and %d cells", i, r.Number, len(r.Cells))
		}
		for _, c := range r.Cells {
			for _, err := range refusals(c) {
				if err != nil {
					spoken(t, err)
				}
			}
		}
	}
}

// refusals are what the cell answers to each question.
func refusals(c Cell) []error {
	_, text := c.Text()
	_, decimal := c.Decimal()
	_, integer := c.Integer()
	_, instant := c.Instant()
	_, date := c.Date()
	return []error{text, decimal, integer, instant, date}
}

// TestMessagesAreShort holds that no cell makes a long message.
func TestMessagesAreShort(t *testing.T) {
	long := strings.Repeat("ư", 30_000)
	for _, err := range refusals(textCell(long))[1:] {
		if err == nil || len(err.(*Error).Message.VI) > 600 {
			t.Errorf("the message has %d bytes", len(err.Error()))
		}
	}
	if got := Short(long); got != strings.Repeat("ư", maxQuoted)+"…" {
		t.Errorf("cut to %q", got)
	}
	if got := Short("ngắn"); got != "ngắn" {
		t.Errorf("cut to %q", got)
	}
}
