package labels

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteCalibration writes a PDF file of one page for the paper of a sheet,
// against which a printer is measured: the outline of every cell where the
// sheet's offset and scale put it, with a cross in its middle; rulers in
// millimetres that the corrections do not move; and, where there is room, how
// to measure and what to enter, in Vietnamese.
func WriteCalibration(w io.Writer, s Sheet) error {
	s.Profile = Office // the paper itself
	if err := s.validate(); err != nil {
		return err
	}
	if s.Title == "" {
		s.Title = "Tờ căn chỉnh máy in – " + s.Stock.Title
	}
	c := calibration{sheet: s, design: &design{width: evenDots(s.Stock.PageWidth), height: evenDots(s.Stock.PageHeight)}}
	c.rulers()
	if err := c.words(); err != nil {
		return err
	}
	c.cells()

	doc := newDocument(w, s)
	p := page{used: [2]usage{{}, {}}, content: []byte(pageSetting)}
	p.addForm(newForm(c.design))
	if !s.Uncompressed {
		packed, err := doc.deflate(p.content)
		if err != nil {
			return err
		}
		p.content = packed
	}
	if err := doc.addPage(p); err != nil {
		return err
	}
	return doc.close()
}

// A calibration is the page being drawn.
type calibration struct {
	*design
	sheet Sheet
	room  box // of the words, which cells leave free
}

// Measures of the page in millimetres.
const (
	rulerEdge  = 6.0 // from the edge of the paper, where printers begin to print
	rulerZero  = 20  // the mark from which is measured
	hairline   = 2   // dots
	tickline   = 4   // dots
	crossArm   = 1.5
	wordsWide  = 118.0
	wordsHigh  = 62.0
	wordsLeast = 140.0 // the page that has room for words
)

func mmDots(mm float64) int { return int(mm*dotsPerInch/mmPerInch + 0.5) }

func (c *calibration) fill(x, y, width, height int) {
	c.rules = append(c.rules, rule{x, y, width, height})
}

// rulers draws a ruler along the top and one along the left edge, which count
// from the edges of the paper.
func (c *calibration) rulers() {
	c.ruler(c.sheet.Stock.PageWidth, func(at, from, long int) { c.fill(at-tickline/2, from, tickline, long) }, true)
	c.ruler(c.sheet.Stock.PageHeight, func(at, from, long int) { c.fill(from, at-tickline/2, long, tickline) }, false)
}

func (c *calibration) ruler(side float64, tick func(at, from, long int), across bool) {
	edge := mmDots(min(rulerEdge, side/8))
	for mm := 10; float64(mm) <= side-5; mm++ {
		long := 0.7
		switch {
		case mm%10 == 0:
			long = 1.8
			c.number(mm, edge, across)
		case mm%5 == 0:
			long = 1.2
		}
		tick(mmDots(float64(mm)), edge, mmDots(long))
	}
}

// number writes the millimetres beside a long mark.
func (c *calibration) number(mm, edge int, across bool) {
	digits := strconv.Itoa(mm)
	glyphs, err := regular().shape(FieldTitle, digits)
	if err != nil {
		return // digits have glyphs
	}
	x, y := mmDots(float64(mm))-dots(width(glyphs), minSize)/2, edge-8
	if !across {
		x, y = edge+mmDots(2.1), mmDots(float64(mm))+dots(capHeight, minSize)/2
	}
	c.texts = append(c.texts, text{face: regular(), size: minSize, x: x, y: y, glyphs: glyphs})
}

// cells draws the outlines, where no words stand.
func (c *calibration) cells() {
	stock := c.sheet.Stock
	wide, high, arm := evenDots(stock.CellWidth), evenDots(stock.CellHeight), mmDots(crossArm)
	for cell := 1; cell <= stock.Cells(); cell++ {
		mmX, mmY := c.sheet.cellOrigin(cell)
		x, y := evenDots(mmX), evenDots(mmY)
		if x < c.room.right && x+wide > c.room.left && y < c.room.bottom && y+high > c.room.top {
			continue
		}
		c.fill(x, y, wide, hairline)
		c.fill(x, y+high-hairline, wide, hairline)
		c.fill(x, y, hairline, high)
		c.fill(x+wide-hairline, y, hairline, high)
		c.fill(x+wide/2-arm, y+high/2-hairline/2, 2*arm, hairline)
		c.fill(x+wide/2-hairline/2, y+high/2-arm, hairline, 2*arm)
	}
}

// words writes what to do in the middle of a page that has room for it.
func (c *calibration) words() error {
	stock := c.sheet.Stock
	if stock.PageWidth < wordsLeast || stock.PageHeight < wordsLeast {
		return nil
	}
	left := mmDots((stock.PageWidth - wordsWide) / 2)
	top := mmDots((stock.PageHeight - wordsHigh) / 2)
	c.room = box{left, left + mmDots(wordsWide), top, top + mmDots(wordsHigh)}
	y := top
	for _, line := range c.instructions() {
		f, size := regular(), 60
		if bare, heading := strings.CutPrefix(line, "# "); heading {
			f, size, line = bold(), 76, bare
		}
		glyphs, err := f.shape(FieldTitle, line)
		if err != nil {
			return err
		}
		y += size * 3 / 2
		c.texts = append(c.texts, text{face: f, size: size, x: left + mmDots(2), y: y, glyphs: glyphs})
	}
	return nil
}

// instructions are the words, line by line; an empty one is a gap.
func (c *calibration) instructions() []string {
	s := c.sheet
	scale := func(v float64) string {
		if v == 0 {
			v = 1
		}
		return decimal(v)
	}
	zero, far := rulerZero, rulerZero+100
	if s.Stock.PageWidth < float64(far)+10 {
		far = rulerZero + 60
	}
	return []string{
		"# Tờ căn chỉnh máy in – " + s.Stock.Title,
		fmt.Sprintf("%d tem %s × %s mm. Đang dùng: dịch ngang %s mm, dịch dọc %s mm,", s.Stock.Cells(),
			decimal(s.Stock.CellWidth), decimal(s.Stock.CellHeight), decimal(s.OffsetX), decimal(s.OffsetY)),
		fmt.Sprintf("tỉ lệ ngang %s, tỉ lệ dọc %s.", scale(s.ScaleX), scale(s.ScaleY)),
		"",
		"1. In trang này lên giấy thường, chọn cỡ 100 % (kích thước thực, không co cho vừa trang).",
		fmt.Sprintf("2. Đo từ mép trái tờ giấy đến vạch %d của thước ngang, được A mm.", zero),
		fmt.Sprintf("    Nhập dịch ngang = %d − A. Ví dụ A = 19,2 thì nhập 0,8.", zero),
		fmt.Sprintf("3. Đo từ mép trên tờ giấy đến vạch %d của thước dọc, được B mm.", zero),
		fmt.Sprintf("    Nhập dịch dọc = %d − B.", zero),
		fmt.Sprintf("4. Đo từ vạch %d đến vạch %d của thước ngang, được C mm. Nhập tỉ lệ ngang = %d : C.", zero, far, far-zero),
		fmt.Sprintf("    Ví dụ C = %s thì nhập 1,005.", decimal(float64(int(float64(far-zero)*9950+0.5))/10000)),
		fmt.Sprintf("5. Đo như vậy trên thước dọc, được D mm. Nhập tỉ lệ dọc = %d : D.", far-zero),
		"6. In lại trang này với các số vừa nhập, đặt sau tờ tem rồi soi lên ánh sáng:",
		"    khung in phải trùng mép tem ở cả bốn góc tờ.",
		"",
		fmt.Sprintf("Dịch được từ %s đến %s mm, tỉ lệ từ %s đến %s. Dịch không đổi vị trí các thước.",
			decimal(-MaxOffset), decimal(MaxOffset), decimal(MinScale), decimal(MaxScale)),
	}
}

// decimal writes a number as Vietnamese readers do, with a comma.
func decimal(v float64) string {
	return strings.NewReplacer(".", ",", "-", "−").Replace(strconv.FormatFloat(v, 'f', -1, 64))
}
