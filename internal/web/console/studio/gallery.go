package studio

import (
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A galleryPage shows the templates for a stock.
type galleryPage struct {
	desk.Frame
	Fields   []ui.Field
	Shelves  []shelf
	Printers bool // the visitor may have some
	Empty    bool // there is no template of one's own yet
}

// Template implements ui.Page.
func (galleryPage) Template() string { return "gallery.html" }

// A shelf is the templates of one owner.
type shelf struct {
	Title string
	Cards []card
}

// A card is one template as it looks on the stock.
type card struct {
	ui.Lang
	Title, About string
	Href         string // empty for what cannot be opened
	Drawn        drawn
}

func (s *studio) gallery(v *desk.Visit) (desk.Answer, error) {
	w, c, err := s.view(v, asked(v))
	if err != nil {
		return desk.Answer{}, err
	}
	offers, err := s.Book.Templates(v.Context(), v.Actor, w.stock.Name)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &galleryPage{Frame: v.Frame("Xưởng tem", "Studio"), Fields: c.fields(v, w), Printers: v.Actor.Role == trace.ProducerRole}
	own, office, known := shelf{Title: v.T("Mẫu của cơ sở", "Your templates")}, shelf{Title: v.T("Mẫu của Văn phòng OCOP", "Templates of the programme office")}, shelf{Title: v.T("Mẫu có sẵn", "Built-in templates")}
	for _, o := range offers {
		at := &known
		switch o.Owner {
		case printing.OwnedBySelf:
			at = &own
		case printing.OwnedByOffice:
			at = &office
		}
		at.Cards = append(at.Cards, s.card(v, w, o))
	}
	automatic := printing.Offer{Title: v.T("Tự động", "Automatic"), About: v.T("Tự xếp theo khổ tem, từ 34 × 20 mm.", "Adapts to the label, from 34 × 20 mm on.")}
	if a := s.card(v, w, automatic); a.Drawn.Refusal == "" {
		known.Cards = append(known.Cards, a)
	}
	page.Empty = len(own.Cards)+len(office.Cards) == 0
	for _, sh := range []shelf{own, office, known} {
		if len(sh.Cards) > 0 {
			page.Shelves = append(page.Shelves, sh)
		}
	}
	return desk.Show(page), nil
}

func (s *studio) card(v *desk.Visit, w view, o printing.Offer) card {
	d, _ := s.draw(v, w, o.Text) // it tells why there is no picture
	c := card{Lang: v.Lang, Title: o.Title, About: o.About, Drawn: d}
	if o.Name != "" {
		c.Href = w.with(templatePath, o.Name)
	}
	return c
}
