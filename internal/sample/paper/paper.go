// Package paper makes the documents of the demonstration: certificates, test
// sheets and slips as they are filed in Vietnam, each a PDF of one page that
// says across itself that it is worth nothing.
//
// The page is drawn and kept as a picture in sixteen greys, as a scan of a
// signed sheet would be. The same Paper always gives the same bytes.
package paper

import (
	"fmt"
	"image"
	"image/color"
)

// A Paper is what stands on the page. Parts that are empty are left out.
type Paper struct {
	Issuer   string // top left, over Number
	Number   string
	Title    string // the kind of document, in capitals
	Subtitle string
	Stars    int    // a row of stars below the title
	Frame    bool   // the ornamental frame of a certificate
	Lines    []Line // label and value
	Table    Table
	Notes    []string
	Date     string // place and date over the signature
	Signer   string // in whose function it is signed
}

// A Line is a labelled value.
type Line struct{ Label, Value string }

// A Table has a head and rows of as many cells.
type Table struct {
	Head   []string
	Widths []int // of the columns, in parts of their sum
	Rows   [][]string
}

// The page is A4 at 100 dots to the inch.
const (
	width, height = 827, 1169
	margin        = 84
)

// PDF draws the paper. It fails when there is more than one page holds.
func (p Paper) PDF() ([]byte, error) {
	page := image.NewGray(image.Rect(0, 0, width, height))
	copy(page.Pix, marked().Pix)
	s := &sheet{page: page, y: margin}
	if p.Frame {
		s.frame()
	}
	p.head(s)
	p.body(s)
	p.foot(s)
	if s.y > height-margin/2 {
		return nil, fmt.Errorf("%s %s does not fit on its page: it ends at %d of %d", p.Title, p.Number, s.y, height)
	}
	return onePage(p.Title+" "+p.Number, page), nil
}

func (p Paper) head(s *sheet) {
	left, right := margin+125, width-margin-190
	s.centred(serifBold(16), p.Issuer, left, 270)
	below := s.y
	s.y = margin
	s.centred(serifBold(14), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", right, 400)
	s.centred(serifBold(16), "Độc lập – Tự do – Hạnh phúc", right, 400)
	s.rule(right-110, right+110, s.y+2)
	s.y = max(s.y, below) + 8
	if p.Number != "" {
		s.centred(serif(16), "Số: "+p.Number, left, 320)
	}
	s.y += 40
	s.centred(serifBold(30), p.Title, width/2, width-2*margin)
	s.y += 4
	if p.Subtitle != "" {
		s.centred(serifBold(20), p.Subtitle, width/2, width-2*margin)
	}
	if p.Stars > 0 {
		s.stars(p.Stars)
	}
	s.y += 26
}

func (p Paper) body(s *sheet) {
	for _, line := range p.Lines {
		s.labelled(line)
	}
	if len(p.Table.Rows) > 0 {
		s.y += 14
		s.table(p.Table)
	}
	s.y += 12
	for _, note := range p.Notes {
		s.left(serif(15), note, margin, width-2*margin)
	}
}

func (p Paper) foot(s *sheet) {
	x := width - margin - 170
	s.y = max(s.y+16, height-330)
	s.centred(serif(16), p.Date, x, 340)
	s.centred(serifBold(17), p.Signer, x, 320)
	s.seal(x-60, s.y+50)
	s.y += 80
	s.centred(serif(16), "(đã ký – bản minh họa)", x, 320)
}

// sheet is a page that is being written from top to bottom.
type sheet struct {
	page *image.Gray
	y    int
}

var ink = color.Gray{28}

// centred writes text around x in lines of at most limit dots.
func (s *sheet) centred(f *face, text string, x, limit int) {
	for _, line := range f.wrap(text, limit) {
		s.y += f.leading
		f.draw(s.page, line, x-f.width(line)/2, s.y)
	}
}

// left writes text from x on in lines of at most limit dots.
func (s *sheet) left(f *face, text string, x, limit int) {
	for _, line := range f.wrap(text, limit) {
		s.y += f.leading
		f.draw(s.page, line, x, s.y)
	}
}

func (s *sheet) labelled(l Line) {
	const column = 210
	top := s.y
	s.left(serif(17), l.Label, margin, column-16)
	end := s.y
	s.y = top
	s.left(serifBold(17), l.Value, margin+column, width-2*margin-column)
	s.y = max(s.y, end) + 7
}

func (s *sheet) table(t Table) {
	sum := 0
	for _, w := range t.Widths {
		sum += w
	}
	edges := []int{margin}
	for _, w := range t.Widths {
		edges = append(edges, edges[len(edges)-1]+w*(width-2*margin)/sum)
	}
	s.rule(edges[0], edges[len(edges)-1], s.y)
	for i, row := range append([][]string{t.Head}, t.Rows...) {
		f := sans(13)
		if i == 0 {
			f = sansBold(13)
		}
		top, end := s.y, s.y
		for k, cell := range row {
			s.y = top
			s.left(f, cell, edges[k]+5, edges[k+1]-edges[k]-9)
			end = max(end, s.y)
		}
		s.y = end + 6
		s.rule(edges[0], edges[len(edges)-1], s.y)
		for _, x := range edges {
			s.fill(image.Rect(x, top, x+1, s.y+1), ink)
		}
	}
}

func (s *sheet) rule(from, to, y int) { s.fill(image.Rect(from, y, to, y+1), ink) }

func (s *sheet) fill(r image.Rectangle, c color.Gray) {
	r = r.Intersect(s.page.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := s.page.Pix[s.page.PixOffset(r.Min.X, y):s.page.PixOffset(r.Max.X, y)]
		for i := range row {
			row[i] = c.Y
		}
	}
}
