package spreadsheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// pack makes an archive of parts.
func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parts is a workbook of the least that one can be made of, with the rows of a
// sheet in it. Styles: 0 general, 1 a date, 2 five digits, 3 a date and time of
// its own, 4 money.
func parts(rows string) map[string]string {
	return map[string]string{
		"_rels/.rels": `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="x"><workbookPr/><sheets>` +
			`<sheet name="Ẩn" sheetId="1" state="hidden" r:id="r3"/><sheet name="Bảng" sheetId="2" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r3" Type="http://x/worksheet" Target="/xl/worksheets/hidden.xml"/>` +
			`<Relationship Id="r4" Type="http://x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r5" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst><si><t>Tên sản phẩm</t></si><si><r><t xml:space="preserve">Khối </t></r><r><rPr/><t>lượng</t></r><rPh sb="0" eb="1"><t>ko</t></rPh></si>` +
			`<si><t>Ngày thu hoạch</t></si><si><t>Mã</t></si><si><t>Cam_x005F_x0041_</t></si></sst>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-42A]d &quot;tháng&quot; m\, yyyy h:mm;@"/><numFmt numFmtId="165" formatCode="00000"/>` +
			`<numFmt numFmtId="166" formatCode="#,##0.00\ &quot;đ (dy)&quot;;[Red]\-#,##0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/><xf numFmtId="164"/><xf numFmtId="166"/></cellXfs></styleSheet>`,
		"xl/worksheets/hidden.xml": `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row></sheetData></worksheet>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + `</sheetData><mergeCells><mergeCell ref="D1:D2"/><mergeCell ref="A1:B1"/><mergeCell ref="bad"/></mergeCells></worksheet>`,
	}
}

const heads = `<row r="1"><c r="D1" t="s"><v>3</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c></row>`

func TestReadXLSX(t *testing.T) {
	rows := heads +
		`<row r="4"><c r="A4" t="s"><v>4</v></c><c r="B4"><v>1.234</v></c><c r="C4" s="1"><v>46350</v></c><c r="D4" s="2"><v>12</v></c></row>` +
		`<row><c t="inlineStr"><is><t>Bưởi</t></is></c><c s="4"><v>12.300000000000001</v></c><c s="3"><v>46350.354166666664</v></c><c t="str"><f>A1</f><v>x</v></c></row>` +
		`<row r="9"><c r="A9" t="b"><v>1</v></c><c r="B9" t="e"><v>#REF!</v></c><c r="C9" t="d"><v>2026-11-24T08:30:00</v></c><c r="D9"><f>SUM(B4:B5)</f></c></row>` +
		`<row r="10"><c r="A10" s="1"/><c r="B10"/><c r="XFD10" s="1"/></row>` +
		`<row r="11"><c r="A11"><v>1.2345678901234567E+17</v></c><c r="B11" t="s"><v>3</v></c><c r="C11"><v>2026</v></c><c r="D11" s="1"><v>46350</v></c></row>` +
		`<row r="1048576" s="3" customFormat="1"/>`
	table, err := Read("bang.xlsx", pack(t, parts(rows)), fruit)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"4|Cam_x0041_|1.234|24/11/2026|00012",
		"5|Bưởi|12.3|24/11/2026 08:30|x",
		"9|TRUE|#REF!|24/11/2026 08:30|",
		"11|123456789012346000|Mã|2026|24/11/2026",
	}
	if diff := cmp.Diff(want, shown(table)); diff != "" || table.Sheet != "Bảng" || table.Format != XLSX {
		t.Errorf("sheet %q, -want +got:\n%s", table.Sheet, diff)
	}
	if d, err := table.Rows[0].Cells[1].Decimal(); d != "1.234" || err != nil {
		t.Errorf("the number 1.234 is read as %q, %v", d, err)
	}
	if got, err := table.Rows[1].Cells[2].Instant(); err != nil || !got.Equal(at(2026, 11, 24, 8, 30, 0, 0)) {
		t.Errorf("a date with a time of day is read as %v, %v", got, err)
	}
	refused := map[string]error{}
	_, refused["#REF!"] = table.Rows[2].Cells[1].Decimal()
	_, refused["công thức"] = table.Rows[2].Cells[3].Text()
	_, refused["làm tròn"] = table.Rows[3].Cells[0].Text()
	_, refused["không phải là số"] = table.Rows[3].Cells[1].Decimal()
	_, refused["không phải là ngày"] = table.Rows[3].Cells[2].Date()
	_, refused["định dạng ô là văn bản"] = table.Rows[3].Cells[3].Text()
	for want, err := range refused {
		if err == nil || !strings.Contains(err.(*Error).Message.VI, want) {
			t.Errorf("%v does not say %q", err, want)
			continue
		}
		spoken(t, err)
	}
}

func TestReadXLSXVariants(t *testing.T) {
	row := `<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3"><v>2</v></c><c r="C3" s="1"><v>44888</v></c></row>`
	want := []string{"3|Mã|2|24/11/2026|"}
	change := func(part, old, replacement string) func(map[string]string) {
		return func(p map[string]string) { p[part] = strings.ReplaceAll(p[part], old, replacement) }
	}
	for name, vary := range map[string]func(map[string]string){
		"from 1904": change("xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="1"/>`),
		"with 1904": change("xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="true"/>`),
		"backslashes": func(p map[string]string) {
			p[`xl\worksheets\sheet1.xml`] = p["xl/worksheets/sheet1.xml"]
			delete(p, "xl/worksheets/sheet1.xml")
		},
		"prefixes": func(p map[string]string) {
			for _, tag := range []string{"worksheet", "sheetData", "row", "c", "v", "mergeCells", "mergeCell"} {
				for _, end := range []string{" ", ">", "/"} {
					p["xl/worksheets/sheet1.xml"] = strings.ReplaceAll(p["xl/worksheets/sheet1.xml"], "<"+tag+end, "<x:"+tag+end)
				}
				p["xl/worksheets/sheet1.xml"] = strings.ReplaceAll(p["xl/worksheets/sheet1.xml"], "</"+tag+">", "</x:"+tag+">")
			}
		},
		"no relations of the package": func(p map[string]string) { delete(p, "_rels/.rels") },
	} {
		p := parts(heads + row)
		change("xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="1"/>`)(p)
		vary(p)
		table, err := Read("a.xlsx", pack(t, p), fruit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, shown(table)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func TestReadXLSXRefuses(t *testing.T) {
	replace := func(part, old, replacement string) func(map[string]string) {
		return func(p map[string]string) {
			if !strings.Contains(p[part], old) {
				t.Fatalf("%s has no %s", part, old)
			}
			p[part] = strings.Replace(p[part], old, replacement, 1)
		}
	}
	const sheet, sst = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
	for name, tt := range map[string]struct {
		vary func(map[string]string)
		want string
	}{
		"column 101":        {replace(sheet, "</sheetData>", `<row r="3"><c r="CW3"><v>1</v></c></row></sheetData>`), "cột CW"},
		"a huge part":       {replace(sst, "</sst>", "<si><t>"+strings.Repeat("a", maxUnpacked)+"</t></si></sst>"), "64 MB"},
		"many strings":      {replace(sst, "</sst>", strings.Repeat("<si/>", maxStrings)+"</sst>"), "64 MB"},
		"many rows":         {replace(sheet, "</sheetData>", strings.Repeat("<row><c><v>1</v></c></row>", MaxRows+1)+"</sheetData>"), "hơn 5000"},
		"many, many rows":   {replace(sheet, "</sheetData>", strings.Repeat("<row><c><v>1</v></c></row>", 100_000)+"</sheetData>"), "hơn 5000"},
		"a string too far":  {replace(sheet, "<v>3</v>", "<v>99</v>"), "hỏng"},
		"a negative string": {replace(sheet, "<v>3</v>", "<v>-1</v>"), "hỏng"},
		"no number":         {replace(sheet, `<c r="D1" t="s"><v>3</v>`, `<c r="D1"><v>x</v>`), "hỏng"},
		"no such cell":      {replace(sheet, `r="D1"`, `r="1D"`), "hỏng"},
		"an entity":         {replace(sst, "<t>Mã</t>", "<t>&x;</t>"), "hỏng"},
		"cut off":           {replace(sheet, "</worksheet>", "<"), "hỏng"},
		"a cell end alone":  {replace(sheet, "<sheetData>", "<sheetData></c>"), "hỏng"},
		"no sheet":          {replace("xl/workbook.xml", `<sheet name="Bảng" sheetId="2" r:id="r1"/>`, ""), "hỏng"},
		"many parts": {func(p map[string]string) {
			for i := range maxParts {
				p[fmt.Sprint(i)] = ""
			}
		}, "64 MB"},
	} {
		p := parts(heads)
		tt.vary(p)
		_, err := Read("a.xlsx", pack(t, p), fruit)
		if !IsFault(err) || !strings.Contains(err.(*Error).Message.VI, tt.want) {
			t.Errorf("%s: %v does not say %q", name, err, tt.want)
		}
	}
}

// TestAgreesWithExcelize reads what another program wrote.
func TestAgreesWithExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewSheet("Bảng"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{
		{"DANH SÁCH", nil, nil, nil},
		{"Tên sản phẩm", "Khối lượng", "Ngày thu hoạch", "Mã"},
		{"Cam", 12.5, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), "0012"},
		{"_x5_\nBưởi", 7, time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC), "=1+1"},
	} {
		if err := f.SetSheetRow("Bảng", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Bảng", "A1", "D1"); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	table, err := Read("a.xlsx", b.Bytes(), fruit)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"3|Cam|12.5|24/11/2026|0012", "4|_x5_\nBưởi|7|24/11/2026 08:30|=1+1"}
	if diff := cmp.Diff(want, shown(table)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestInheritedStyles reads numbers that are dates by the style of their row or
// column.
func TestInheritedStyles(t *testing.T) {
	p := parts(heads + `<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3"><v>46350</v></c><c r="C3"><v>46350</v></c></row>` +
		`<row r="4" s="1" customFormat="1"><c r="A4" s="0"><v>7</v></c><c r="B4"><v>46350</v></c></row><row r="5" s="1"><c r="B5"><v>46350</v></c></row>`)
	const sheet = "xl/worksheets/sheet1.xml"
	p[sheet] = strings.Replace(p[sheet], "<sheetData>", `<cols><col min="3" max="16384" style="1"/><col min="0" max="-1" style="1"/><col/></cols><sheetData>`, 1)
	table, err := Read("a.xlsx", pack(t, p), fruit)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"3|Mã|46350|24/11/2026|", "4|7|24/11/2026||", "5||46350||"}
	if diff := cmp.Diff(want, shown(table)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestJudgeFormat(t *testing.T) {
	for code, want := range map[string]numberFormat{
		"General": {}, "0": {digits: 1}, "0.00": {}, "#,##0": {}, "00000": {digits: 5}, "@": {}, "0%": {}, "0.00E+00": {},
		"dd/mm/yyyy": {date: true}, "[h]:mm": {date: true}, "mmm": {date: true}, "[$-42A]dd": {date: true},
		`#,##0 "đồng một ngày"`: {}, `[Red]0.0`: {}, `_-* #,##0\ \d_-`: {}, `0;"dmy"`: {digits: 1}, `"`: {}, "[": {}, `\`: {}, "": {},
	} {
		if got := judgeFormat(code); got != want {
			t.Errorf("judgeFormat(%q) = %+v, want %+v", code, got, want)
		}
	}
}

func FuzzReadXLSX(f *testing.F) {
	f.Add([]byte(`<row r="3"><c r="A3" t="s"><v>4</v></c><c r="B3"><v>1.5</v></c><c r="C3" s="1"><v>46350</v></c></row>`), []byte("<si><t>x</t></si>"), []byte(`<xf numFmtId="14"/>`))
	f.Add([]byte(`<row><c t="inlineStr"><is><r><t>a</t></r></is></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><f>A1</f></c></row>`), []byte(""), []byte(""))
	f.Add([]byte(`<row r="2"/><row r="1"><c r="ZZ1"><v>1e308</v></c></row></c></v>`), []byte("<si><t>_x0041_</t></si></si>"), []byte(`<numFmt formatCode="[h"/>`))
	f.Fuzz(func(t *testing.T, rows, texts, styles []byte) {
		p := parts(heads + string(rows))
		p["xl/sharedStrings.xml"] = strings.Replace(p["xl/sharedStrings.xml"], "</sst>", string(texts)+"</sst>", 1)
		p["xl/styles.xml"] = strings.Replace(p["xl/styles.xml"], "</cellXfs>", string(styles)+"</cellXfs>", 1)
		table, err := Read("a.xlsx", pack(t, p), fruit)
		if err != nil {
			if !IsFault(err) {
				t.Errorf("%v", err)
			}
			return
		}
		checkTable(t, table)
	})
}

// FuzzReadArchive changes the bytes of a whole file.
func FuzzReadArchive(f *testing.F) {
	f.Add(pack(f, parts(heads)))
	f.Fuzz(func(t *testing.T, content []byte) {
		if _, err := Read("a.xlsx", content, fruit); err != nil && !IsFault(err) {
			t.Errorf("%v", err)
		}
	})
}
