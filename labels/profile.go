package labels

import (
	"fmt"
	"slices"
)

// A Profile tells for whom a PDF file is made.
type Profile string

// The profiles. The two for print houses are PDF/X-ready: built by the rules of
// PDF/X-1a:2003 (ISO 15930-4), which asks for an output condition by its
// registered name where PDF/X-4 would want a whole colour profile in the file.
// No validator of PDF/X has judged them.
const (
	Office     Profile = ""        // sheets of labels, true to the paper
	PrintHouse Profile = "press"   // one stamp a page, with bleed and crop marks
	Imposed    Profile = "imposed" // the stock's labels on a page, with bleed and crop marks around them
)

// Measures of pages for print houses, in millimetres from the trimmed edge.
const (
	bleed = 3.0
	slug  = 9.0 // to the edge of the page; crop marks lie between the two, and keep 1 mm from either
)

// validateProfile refuses a profile that is not known, and what belongs to
// office printers on a page for a print house.
func (s Sheet) validateProfile() error {
	switch s.Profile {
	case Office:
		return nil
	case PrintHouse, Imposed:
	default:
		return &ValueError{FieldProfile, fmt.Sprintf("must be empty, %s or %s", PrintHouse, Imposed)}
	}
	if s.Created.IsZero() {
		return &ValueError{FieldCreated, "must be set for a print house"}
	}
	if s.Title == "" {
		return &ValueError{FieldTitle, "must be set for a print house"}
	}
	for _, v := range []struct {
		field string
		set   bool
	}{
		{FieldStartCell, s.StartCell > 1}, {FieldUsed, len(s.Used) > 0},
		{FieldOffsetX, s.OffsetX != 0}, {FieldOffsetY, s.OffsetY != 0},
		{FieldScaleX, s.ScaleX != 0 && s.ScaleX != 1}, {FieldScaleY, s.ScaleY != 0 && s.ScaleY != 1},
	} {
		if v.set {
			return &ValueError{v.field, "is for office printers: a print house starts with whole pages and measures from the trimmed edge"}
		}
	}
	return nil
}

// framed returns the sheet whose page is what the profile asks for: for print
// houses the labels with the slug around them, wherever they are on the stock.
func (s Sheet) framed() Sheet {
	stock := &s.Stock
	switch s.Profile {
	case Office:
		return s
	case PrintHouse:
		stock.Columns, stock.Rows = 1, 1
	}
	stock.Left, stock.Top = slug, slug
	x, y := stock.CellOrigin(stock.Cells())
	stock.PageWidth, stock.PageHeight = x+stock.CellWidth+slug, y+stock.CellHeight+slug
	return s
}

// edges returns where labels begin and end on a framed page, in dots from its
// lower left corner, each once.
func (s Sheet) edges() (xs, ys []int) {
	for cell := range s.Stock.Cells() {
		x, y := s.cellOrigin(cell + 1)
		left, bottom := evenDots(x), s.bottom(y)
		xs = append(xs, left, left+evenDots(s.Stock.CellWidth))
		ys = append(ys, bottom, bottom+evenDots(s.Stock.CellHeight))
	}
	slices.Sort(xs)
	slices.Sort(ys)
	// Neighbours without a gap may be a step of the grid apart.
	same := func(next, edge int) bool { return next-edge <= 2 }
	return slices.CompactFunc(xs, same), slices.CompactFunc(ys, same)
}

// bottom returns the lower edge of a label that begins y mm below the upper edge
// of the page, in dots from the lower one.
func (s Sheet) bottom(y float64) int {
	return evenDots(s.Stock.PageHeight) - evenDots(y) - evenDots(s.Stock.CellHeight)
}

// boxes writes the trimmed page and its bleed for the dictionary of a framed
// page. Unlike the MediaBox they are not inherited from the list of pages.
func (s Sheet) boxes() string {
	if s.Profile == Office {
		return ""
	}
	xs, ys := s.edges()
	box := func(more int) string {
		return fmt.Sprintf("[%s %s %s %s]", points(xs[0]-more), points(ys[0]-more),
			points(xs[len(xs)-1]+more), points(ys[len(ys)-1]+more))
	}
	return fmt.Sprintf("\n/TrimBox %s /BleedBox %s", box(0), box(evenDots(bleed)))
}

// cropMarks is the name of the form with the crop marks of every page.
const cropMarks = "Marks"

// appendCropMarks draws lines of 0.25 pt outside the bleed, at every edge of a
// label: black alone, as everything else.
func (s Sheet) appendCropMarks(b []byte) []byte {
	xs, ys := s.edges()
	width, height := evenDots(s.Stock.PageWidth), evenDots(s.Stock.PageHeight)
	gap := evenDots(bleed) + evenDots(1)
	length := xs[0] - gap - evenDots(1)
	b = append(b, "0 G 2.0833 w\n"...)
	for _, x := range xs {
		for _, y := range []int{evenDots(1), height - evenDots(1) - length} {
			b = fmt.Appendf(b, "%d %d m %d %d l\n", x, y, x, y+length)
		}
	}
	for _, y := range ys {
		for _, x := range []int{evenDots(1), width - evenDots(1) - length} {
			b = fmt.Appendf(b, "%d %d m %d %d l\n", x, y, x+length, y)
		}
	}
	return append(b, "S\n"...)
}

// marks writes the crop marks, which every page draws.
func (d *document) marks() {
	if d.sheet.Profile == Office {
		return
	}
	number := d.number()
	d.objects[cropMarks] = number
	d.forms = append(d.forms, cropMarks)
	d.text(number, fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %d %d]\n/Resources << >> ",
		evenDots(d.sheet.Stock.PageWidth), evenDots(d.sheet.Stock.PageHeight)), d.sheet.appendCropMarks(nil))
}
