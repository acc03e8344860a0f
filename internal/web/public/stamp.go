package public

import (
	"cmp"
	"net/http"

	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

// A stampPage is what a shopper can do about one stamp: say with its PIN that the
// pack is open, take that back, and tell roughly where it is.
type stampPage struct {
	desk.Frame
	Display, Back string
	// Said answers what was sent, and Warned whether it is a warning.
	Said      string
	Warned    bool
	Used      string
	PIN, Undo *ui.Form // nil where that cannot be done
	// Place is where the script sends the place.
	Place string
}

// Template implements ui.Page.
func (stampPage) Template() string { return "stamp.html" }

// The addresses below that of a stamp.
const (
	pinPath   = "/:code/pin"
	undoPath  = pinPath + "/rut-lai"
	placePath = "/:code/noi"
)

func (p *Pages) stampRoutes() []desk.Route {
	return []desk.Route{
		desk.Public(http.MethodGet, pinPath, p.stamp),
		desk.Public(http.MethodPost, pinPath, p.open),
		desk.Public(http.MethodPost, undoPath, p.undo),
		desk.Public(http.MethodPost, placePath, p.place),
	}
}

// A stampVisit is a visit about one stamp.
type stampVisit struct {
	*desk.Visit
	ref     sighting.Ref
	order   printing.Order
	browser string
}

func (p *Pages) stampOf(v *desk.Visit) (stampVisit, error) {
	ref, order, ok := p.config.Stamp(v.Context(), v.Param("code"))
	if !ok {
		return stampVisit{}, trace.ErrHidden
	}
	s := stampVisit{Visit: v, ref: ref, order: order}
	if c, err := v.Request.Cookie(scan.CookieName(p.config.HTTPS)); err == nil && sighting.ValidBrowser(c.Value) {
		s.browser = c.Value
	}
	return s, nil
}

// path is an address below that of the stamp, in the language that was chosen.
func (s stampVisit) path(below string) string {
	lang := cmp.Or(s.Query("lang"), s.Value("lang"))
	if lang != "vi" && lang != "en" {
		return "/" + s.ref.Code.String() + below
	}
	return "/" + s.ref.Code.String() + below + "?lang=" + lang
}

func (p *Pages) stampPage(s stampVisit) (*stampPage, error) {
	item, err := p.config.Sightings.Item(s.Context(), s.ref.Code)
	if err != nil {
		return nil, err
	}
	page := &stampPage{
		Frame: s.Frame("Giúp phát hiện tem chép", "Help find copied stamps"), Display: s.ref.Code.Display(),
		Back: s.path(""), Place: s.path("/noi"),
	}
	if item.Used != nil {
		page.Used = s.Lang.Moment(item.Used.At)
	}
	if s.order.PIN {
		page.PIN = s.NewForm("Ghi nhận đã mở", "Mark as opened", ui.Group{Fields: []ui.Field{{
			Name: sighting.FieldPIN, Label: s.T("Mã PIN dưới lớp cào", "PIN under the scratch-off layer"), Type: "digits", Required: true, MaxLength: 12,
			Hint: s.T("8 chữ số. Mỗi tem thử được 5 lần, rồi phải chờ 24 giờ.", "8 digits. Each stamp can be tried 5 times, then one has to wait 24 hours."),
		}}})
		page.PIN.Action = s.path("/pin")
	}
	if item.Used != nil && item.Used.How == sighting.ByPIN && s.browser != "" {
		page.Undo = s.NewForm("Rút lại", "Take it back").Scoped("undo")
		page.Undo.Action = s.path("/pin/rut-lai")
	}
	return page, nil
}

func (p *Pages) stamp(v *desk.Visit) (desk.Answer, error) {
	if err := p.admit(v, limit.LookUps); err != nil {
		return desk.Answer{}, err
	}
	s, err := p.stampOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := p.stampPage(s)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(page), nil
}

// open takes a PIN.
func (p *Pages) open(v *desk.Visit) (desk.Answer, error) {
	s, err := p.stampOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if err := p.admit(v, limit.PINs); err != nil {
		return desk.Answer{}, err
	}
	opening, err := p.config.Sightings.Open(v.Context(), s.ref, s.order, s.browser, v.Value(sighting.FieldPIN))
	if err != nil {
		page, pageErr := p.stampPage(s)
		if pageErr != nil || page.PIN == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.PIN, err)
	}
	if opening.Before == nil {
		return p.told(s, false, v.T("Mã PIN đúng. Gói hàng được ghi nhận là đã mở.", "The PIN is right. The pack is marked as opened."))
	}
	return p.told(s, true, v.T("Mã PIN đúng, nhưng trước đó đã có người nhập. Nếu không phải bạn đã mở gói, hãy báo cho cơ sở sản xuất.",
		"The PIN is right, but somebody gave it before. If it was not you who opened the pack, tell the producer."))
}

// told shows the page with what became of a form. It is no redirect: an address
// that says so could be given to anybody.
func (p *Pages) told(s stampVisit, warned bool, said string) (desk.Answer, error) {
	page, err := p.stampPage(s)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Said, page.Warned = said, warned
	return desk.Show(page), nil
}

// undo takes back that the pack was opened.
func (p *Pages) undo(v *desk.Visit) (desk.Answer, error) {
	s, err := p.stampOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if err := p.admit(v, limit.PINs); err != nil {
		return desk.Answer{}, err
	}
	if err := p.config.Sightings.Close(v.Context(), s.ref, s.browser); err != nil {
		return desk.Answer{}, err
	}
	return p.told(s, false, v.T("Đã rút lại ghi nhận mở gói.", "It is taken back that the pack was opened."))
}

// place takes the area in which a shopper is, as the button sends it.
func (p *Pages) place(v *desk.Visit) (desk.Answer, error) {
	s, err := p.stampOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if err := p.admit(v, limit.Places); err != nil {
		return desk.Answer{}, err
	}
	if err := p.config.Sightings.At(v.Context(), s.ref, s.browser, sighting.Cell(v.Value("o"))); err != nil {
		return desk.Answer{}, err
	}
	return desk.JSON(struct {
		OK bool `json:"ok"`
	}{true}), nil
}
