package labels

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"temgoc/labels/qr"
)

// A TestSheet is a page with the same kind of QR code at several sizes of its
// modules, in whole dots of a printer, each block with a letter. Which of them
// scan tells how fine the printer prints.
type TestSheet struct {
	DPI int // of the printer
	// Payload is what a real stamp says, whose last characters from Code on are
	// its code. The blocks say as much, so that what is learnt of them holds for
	// stamps.
	Payload string
	Code    int
	// Printer is the name that the heading says.
	Printer string

	Uncompressed bool // see [Sheet]
}

// A TestBlock is one symbol of a test sheet.
type TestBlock struct {
	Letter string // A for the finest
	Dots   int    // side of a module
}

// Micrometres is the side of a module on a printer.
func (b TestBlock) Micrometres(dpi int) int { return (b.Dots*25_400 + dpi/2) / dpi }

// maxTestDots is the coarsest module of a test sheet.
const maxTestDots = 60

// TestBlocks are the blocks of a test sheet for a printer, the finest first: 2
// to 8 dots a module at 203 and 300 dpi, and at finer resolutions as many more
// as make about the same sizes.
func TestBlocks(dpi int) []TestBlock {
	step := max(dpi/300, 1)
	var all []TestBlock
	for n := 2; n <= 8 && n*step <= maxTestDots; n++ {
		all = append(all, TestBlock{string(rune('A' + len(all))), n * step})
	}
	return all
}

// testWord begins the code of a block. With its U it is no code that stamps
// have.
const testWord = "THU"

var testCode = regexp.MustCompile(`/` + testWord + `([A-G])([0-9]{2})U*$`)

// payload is what a block says.
func (s TestSheet) payload(b TestBlock) string {
	code := fmt.Sprintf("%s%s%02d", testWord, b.Letter, b.Dots)
	return s.Payload[:s.Code] + code + strings.Repeat("U", max(len(s.Payload)-s.Code-len(code), 0))
}

// ParseTestBlock tells which block a scanned text is from.
func ParseTestBlock(text string) (TestBlock, bool) {
	m := testCode.FindStringSubmatch(text)
	if m == nil {
		return TestBlock{}, false
	}
	dots, err := strconv.Atoi(m[2])
	return TestBlock{m[1], dots}, err == nil
}

// Measures of the page, in dots of 1/600 inch.
const (
	testMargin  = 480
	testHead    = 1500 // what the words take
	testColumn  = 1340
	testCaption = 110
)

// WriteTestSheet writes a test sheet as a PDF file of one A4 page. Its symbols
// lie on the dots of a printer that counts from the lower left corner of the
// page.
func WriteTestSheet(w io.Writer, s TestSheet) error {
	if s.DPI < 203 || s.DPI > 2400 {
		return &ValueError{FieldDPI, "must be 203 to 2400"}
	}
	if s.Code < 1 || s.Code > len(s.Payload) {
		return &ValueError{FieldPayload, "has no code"}
	}
	sheet := Sheet{
		Stock: Stock{PageWidth: 210, PageHeight: 297},
		Title: "Tờ in thử mã QR", Lang: "vi", Uncompressed: s.Uncompressed,
	}
	page, err := s.draw(sheet)
	if err != nil {
		return err
	}
	doc := newDocument(w, sheet)
	if !s.Uncompressed {
		if page.content, err = doc.deflate(page.content); err != nil {
			return err
		}
	}
	if err := doc.addPage(page); err != nil {
		return err
	}
	return doc.close()
}

func (s TestSheet) draw(sheet Sheet) (page, error) {
	d := &design{width: evenDots(sheet.Stock.PageWidth), height: evenDots(sheet.Stock.PageHeight)}
	p := page{used: [2]usage{{}, {}}}
	var symbols []byte
	if err := s.words(d); err != nil {
		return page{}, err
	}
	top, column, high := testMargin+testHead, 0, 0
	for _, b := range TestBlocks(s.DPI) {
		m, err := encode(s.payload(b), qr.MaxVersion)
		if err != nil {
			return page{}, err
		}
		side := m.Size() * b.Dots * dotsPerInch / s.DPI
		quiet := quietZone * b.Dots * dotsPerInch / s.DPI
		if column == 3 {
			top, column, high = top+high, 0, 0
		}
		x := testMargin + column*testColumn
		caption := fmt.Sprintf("%s   %d chấm = %s mm", b.Letter, b.Dots, decimal(float64(b.Micrometres(s.DPI))/1000))
		if err := d.write(bold(), 72, x, top, caption); err != nil {
			return page{}, err
		}
		y := top + testCaption/2 + quiet
		symbols = s.appendSymbol(symbols, m, b.Dots, x+quiet, d.height-y-side)
		column, high = column+1, max(high, side+2*quiet+testCaption+60)
	}
	p.content = append(symbols, pageSetting...)
	p.addForm(newForm(d))
	return p, nil
}

// write sets one line of type.
func (d *design) write(f *face, size, x, y int, line string) error {
	glyphs, err := f.shape(FieldTitle, line)
	if err != nil {
		return err
	}
	d.texts = append(d.texts, text{face: f, size: size, x: x, y: y, glyphs: glyphs})
	return nil
}

// appendSymbol draws a symbol in dots of the printer, the corner at the dot
// nearest to the given place, inset as stamps are.
func (s TestSheet) appendSymbol(b []byte, m *qr.Matrix, dots, x, y int) []byte {
	at := func(units int) int { return units * s.DPI / dotsPerInch }
	inset := 0.04 * float64(s.DPI) / dotsPerInch
	unit := strconv.FormatFloat(72/float64(s.DPI), 'f', 9, 64)
	b = fmt.Appendf(b, "q %s 0 0 %s 0 0 cm 0 g\n1 0 0 1 %d %d cm\n", unit, unit, at(x), at(y))
	for r := range m.Runs() {
		b = fmt.Appendf(b, "%.3f %.3f %.3f %.3f re\n", float64(r.X*dots)+inset, float64((m.Size()-1-r.Y)*dots)+inset,
			float64(r.N*dots)-2*inset, float64(dots)-2*inset)
	}
	return append(b, "f Q\n"...)
}

// words writes what to do.
func (s TestSheet) words(d *design) error {
	y := testMargin + 90
	heading := "Tờ in thử mã QR"
	if s.Printer != "" {
		heading += " – " + s.Printer
	}
	if err := d.write(bold(), 120, testMargin, y, heading); err != nil {
		return err
	}
	y += 60
	for _, line := range []string{
		fmt.Sprintf("Dành cho máy in %d điểm trên inch (dpi). Các mã dưới đây dài như mã trên tem thật, chỉ khác cỡ ô vuông.", s.DPI),
		"",
		"1. In trang này bằng đúng máy in, giấy và độ đậm sẽ dùng cho tem. Chọn cỡ 100 % (kích thước thực).",
		"2. Dùng điện thoại quét từng mã, cách chừng 10–15 cm. Mã quét được sẽ hiện địa chỉ có chữ " + testWord + " và chữ cái của ô.",
		"    Che các mã bên cạnh bằng tờ giấy khác để máy không quét nhầm.",
		"3. Đánh dấu những ô quét được ngay, trong khoảng hai giây, rồi nhập vào trang của máy in;",
		"    hoặc chụp rõ nét cả trang và gửi ảnh lên, hệ thống tự đọc.",
		"4. Hệ thống nhớ cỡ nhỏ nhất mà từ đó trở lên mọi mã đều quét được, và cảnh báo khi tem cần cỡ nhỏ hơn.",
		"",
		"Ô đạt:   A □    B □    C □    D □    E □    F □    G □          Ngày in: ..................   Giấy: ......................................",
	} {
		y += 105
		if line == "" {
			continue
		}
		if err := d.write(regular(), 64, testMargin, y, line); err != nil {
			return err
		}
	}
	return nil
}
