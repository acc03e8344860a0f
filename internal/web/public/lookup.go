package public

import (
	"net/url"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

// LookUpPath is where certificates are looked up.
const LookUpPath = "/tra-cuu"

// The parameters of a look-up: what was typed, the words that narrow a long
// answer, and whether the answer is by name, which its next page must know.
const (
	textParameter   = "q"
	filterParameter = "loc"
	byParameter     = "theo"
	byName          = "ten"
)

// perPage is how many certificates one page shows.
const perPage = 20

// maxTyped is how many characters the fields take.
const maxTyped = 120

// A lookUpPage is the form, with what was found.
type lookUpPage struct {
	desk.Frame
	Text, Filter string
	// Asked tells whether anything was looked for, ByName whether by the words
	// of a name.
	Asked, ByName bool
	// Filterable answers are those by number that are long, or narrowed already.
	Filterable bool
	Found      []foundView
	Pager      desk.Pager
	Today      string
	Office     scan.Contact
	Max        int
}

// Template implements ui.Page.
func (lookUpPage) Template() string { return "lookup.html" }

// A foundView is one certificate.
type foundView struct {
	Title string
	// Other is the product's name in Vietnamese where Title is not.
	Other string
	Badge desk.Badge
	// Drawn are the stars, while they count; Stars says how many. Words are what
	// the shopper should make of it.
	Drawn, Stars string
	Words        []string
	// Instead is the decision that counts today in place of this one.
	Instead, InsteadLink string
	Facts                []desk.Fact
}

// lookUp shows the form, and what is found for what was typed into it.
func (p *Pages) lookUp(v *desk.Visit) (desk.Answer, error) {
	page := lookUpPage{
		Frame: v.Frame("Tra cứu chứng nhận OCOP", "Look up an OCOP certificate"),
		Text:  strings.TrimSpace(v.Query(textParameter)), Filter: strings.TrimSpace(v.Query(filterParameter)),
		Today: v.Lang.Date(v.Today()), Office: p.config.Office, Max: maxTyped,
	}
	if code, err := stamp.Parse(page.Text); err == nil {
		return v.Redirect("/"+code.String()+"?lang="+string(v.Lang), "", ""), nil
	}
	if page.Asked = page.Text != ""; !page.Asked {
		return desk.Show(page), nil
	}
	if err := p.admit(v, limit.LookUps); err != nil {
		return desk.Answer{}, err
	}
	found, byName, err := p.find(v, page.Text, page.Filter)
	if err != nil {
		return desk.Answer{}, err
	}
	if scan.WantsJSON(v.Request.Header.Get("Accept")) {
		return desk.JSON(found), nil
	}
	page.fill(v, found, byName)
	return desk.Show(page), nil
}

// find looks for a number first, and where there is none for a name.
func (p *Pages) find(v *desk.Visit, text, filter string) (found trace.PublicList, named bool, err error) {
	paging := trace.Paging{After: v.Query("after"), Limit: perPage}
	if v.Query(byParameter) != byName {
		found, err = p.config.Ledger.PublicCertificates(v.Context(), trace.PublicQuery{Number: text, Search: filter}, paging)
		if err != nil || len(found.Items) > 0 || found.Next != "" || paging.After != "" || filter != "" {
			return found, false, err
		}
	}
	found, err = p.config.Ledger.PublicCertificates(v.Context(), trace.PublicQuery{Search: text}, paging)
	return found, true, err
}

func (page *lookUpPage) fill(v *desk.Visit, found trace.PublicList, named bool) {
	page.ByName = named && (len(found.Items) > 0 || found.Next != "")
	for _, c := range found.Items {
		page.Found = append(page.Found, viewOf(v.Lang, c, v.Today()))
		page.Demo = page.Demo || c.Demonstration
	}
	page.Filterable = !named && (found.Next != "" || len(found.Items) > 3 || page.Filter != "")
	if found.Next == "" {
		return
	}
	query := url.Values{textParameter: {page.Text}, "after": {found.Next}, "lang": {string(v.Lang)}}
	if named {
		query.Set(byParameter, byName)
	}
	if page.Filter != "" {
		query.Set(filterParameter, page.Filter)
	}
	page.Pager = desk.Pager{Next: LookUpPath + "?" + query.Encode(), Label: v.T("Xem thêm", "Show more")}
}

// viewOf words one certificate.
func viewOf(l ui.Lang, c trace.PublicCertificate, today trace.Date) foundView {
	kind, _ := catalog.CertificateKindByCode(c.Kind)
	out := foundView{Title: l.Name(c.Product), Badge: stateBadge(l, c)}
	if l == ui.English && c.Product.EN != "" {
		out.Other = c.Product.VI
	}
	if out.Title == "" { // about the producer
		out.Title = c.Producer
	}
	out.tellStars(l, c, today)
	if c.Reason != "" {
		out.Words = append(out.Words, l.T("Lý do: ", "Reason: ")+c.Reason)
	}
	number := c.Number + l.T(", ngày ", ", ") + l.Date(c.Issued)
	out.Facts = desk.Facts(
		desk.Fact{Label: l.T("Loại giấy tờ", "Kind"), Value: l.Name(kind.Name)},
		desk.Fact{Label: l.T("Chủ thể", "Producer"), Value: c.Producer},
		desk.Fact{Label: l.T("Địa phương", "Place"), Value: place(l, c.Commune)},
		desk.Fact{Label: l.T("Số", "Number"), Value: number},
		desk.Fact{Label: l.T("Cơ quan cấp", "Issued by"), Value: c.Authority},
		desk.Fact{Label: l.T("Hiệu lực", "Validity"), Value: validity(l, c)},
		desk.Fact{Label: l.T("Xác nhận trong hệ thống", "Confirmed here by"), Value: c.Confirmed},
	)
	return out
}

// tellStars says what the stars of a certificate are worth today.
func (f *foundView) tellStars(l ui.Lang, c trace.PublicCertificate, today trace.Date) {
	if c.Stars == 0 {
		return
	}
	count := l.Number(c.Stars)
	if c.Counts {
		f.Drawn = strings.Repeat("★", c.Stars) + strings.Repeat("☆", 5-c.Stars)
		f.Stars = l.T("OCOP "+count+" sao", "OCOP, "+count+" stars")
		words := l.T("Hôm nay ("+l.Date(today)+") sản phẩm đang được công nhận hạng "+count+" sao.", "Today ("+l.Date(today)+") the product carries "+count+" stars.")
		if c.State == trace.CertificateExpiring {
			left := l.Number(today.DaysUntil(c.Ends))
			words += l.T(" Hạng sao còn "+left+" ngày nữa là hết hạn.", " They end in "+left+" days.")
		}
		f.Words = append(f.Words, words)
		return
	}
	switch {
	case c.Instead != nil:
		now := l.Number(c.Instead.Stars)
		f.Words = append(f.Words, l.T("Hạng "+count+" sao theo quyết định này không dùng nữa: hôm nay sản phẩm có hạng "+now+" sao theo một quyết định khác.",
			"The "+count+" stars of this decision are no longer used: today the product carries "+now+" stars by another decision."))
		f.Instead = c.Instead.Number
		f.InsteadLink = LookUpPath + "?" + url.Values{textParameter: {c.Instead.Number}, "lang": {string(l)}}.Encode()
	case c.State == trace.CertificateFuture:
		f.Words = append(f.Words, l.T("Hạng "+count+" sao chưa có hiệu lực.", "Its "+count+" stars do not count yet."))
	default:
		f.Words = append(f.Words, l.T("Hạng "+count+" sao không còn giá trị: hôm nay sản phẩm không có hạng sao OCOP.",
			"Its "+count+" stars count no longer: today the product may not carry OCOP stars."))
	}
}

// stateBadge is the state in words.
func stateBadge(l ui.Lang, c trace.PublicCertificate) desk.Badge {
	ends := l.Date(c.Ends)
	switch c.State {
	case trace.CertificateValid:
		return desk.Good(l.T("còn hiệu lực", "in force"))
	case trace.CertificateExpiring:
		return desk.Warn(l.T("còn hiệu lực, sắp hết hạn", "in force, ends soon"))
	case trace.CertificateExpired:
		return desk.Bad(l.T("hết hiệu lực từ ", "ended, since ") + ends)
	case trace.CertificateWithdrawn:
		return desk.Bad(l.T("bị thu hồi từ ", "withdrawn since ") + ends)
	case trace.CertificateSuperseded:
		return desk.Calm(l.T("đã được thay thế từ ", "replaced since ") + ends)
	}
	return desk.Calm(l.T("chưa có hiệu lực, từ ", "not yet in force, from ") + l.Date(c.Begins))
}

// validity is from when to when it counts, as far as is known today.
func validity(l ui.Lang, c trace.PublicCertificate) string {
	if c.Ends.IsZero() {
		return l.T("từ "+l.Date(c.Begins)+", không ghi thời hạn", "from "+l.Date(c.Begins)+", no end date")
	}
	last := l.Date(c.Ends.AddDays(-1))
	return l.T("từ "+l.Date(c.Begins)+" đến hết "+last, "from "+l.Date(c.Begins)+" until "+last)
}

// place is a commune with its province.
func place(l ui.Lang, code string) string {
	commune, ok := catalog.CommuneByCode(code)
	if !ok {
		return ""
	}
	province, ok := catalog.ProvinceByCode(commune.Province)
	if !ok {
		return l.Name(commune.Name)
	}
	return l.Name(commune.Name) + ", " + l.Name(province.Name)
}
