package producer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A certificatesPage lists the certificates.
type certificatesPage struct {
	desk.Frame
	Filters []desk.Link
	Items   []certificateLine
	Any     bool // there are some, whatever is shown
}

// Template implements ui.Page.
func (certificatesPage) Template() string { return "certificates.html" }

// A certificateLine is one certificate in a list.
type certificateLine struct {
	Href, Kind, Number, Authority string
	Subject                       string // the product, or the business
	State, Standing               desk.Badge
}

func (b *business) certificates(v *desk.Visit) (desk.Answer, error) {
	all, err := b.allCertificates(v)
	if err != nil {
		return desk.Answer{}, err
	}
	products, err := b.allProducts(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &certificatesPage{Frame: v.Frame("Giấy tờ", "Certificates"), Filters: certificateFilters(v), Any: len(all) > 0}
	slices.SortStableFunc(all, func(x, y trace.Stored[trace.Certificate]) int { return byUrgency(x.Data, y.Data, v.Today()) })
	names := labels(products)
	for _, c := range all {
		if matchesFilter(v.Query("xem"), c.Data.StateOn(v.Today())) {
			page.Items = append(page.Items, lineOf(v, c, names))
		}
	}
	return desk.Show(page), nil
}

// byUrgency puts what ends soon first, then what is in force, then what ended.
func byUrgency(x, y trace.Certificate, day trace.Date) int {
	return cmp.Or(cmp.Compare(urgency(x.StateOn(day)), urgency(y.StateOn(day))), cmp.Compare(daysLeft(x, day), daysLeft(y, day)))
}

// daysLeft are the days until a certificate ends; very many without an end.
func daysLeft(c trace.Certificate, day trace.Date) int {
	if c.ValidUntil.IsZero() {
		return math.MaxInt
	}
	return day.DaysUntil(c.ValidUntil)
}

func urgency(s trace.CertificateState) int {
	switch s {
	case trace.CertificateExpiring:
		return 0
	case trace.CertificateValid:
		return 1
	case trace.CertificateFuture:
		return 2
	}
	return 3
}

func certificateFilters(v *desk.Visit) []desk.Link {
	var links []desk.Link
	for _, f := range []struct{ value, vi, en string }{
		{"", "Tất cả", "All"}, {"con", "Còn hiệu lực", "In force"}, {"sap", "Sắp hết hạn", "Ending soon"}, {"het", "Đã hết hiệu lực", "Ended"},
	} {
		links = append(links, desk.Link{Label: v.T(f.vi, f.en), Href: certificatesPath + "?xem=" + f.value, Current: v.Query("xem") == f.value})
	}
	return links
}

func matchesFilter(filter string, s trace.CertificateState) bool {
	switch filter {
	case "con":
		return s.InForce()
	case "sap":
		return s == trace.CertificateExpiring
	case "het":
		return urgency(s) == 3
	}
	return true
}

// lineOf shows a certificate in a list. Names are those of products; nil where
// the product is plain.
func lineOf(v *desk.Visit, c trace.Stored[trace.Certificate], names map[string]string) certificateLine {
	line := certificateLine{
		Href: certificatesPath + "/" + c.ID, Kind: kindName(v.Lang, c.Data), Number: c.Data.Number, Authority: c.Data.Authority,
		State: stateBadge(v, c.Data), Standing: declaredBadge(v.Lang),
	}
	if c.Data.Confirmed != nil {
		line.Standing = desk.Good(v.T("đã xác nhận", "confirmed"))
	}
	switch {
	case c.Data.Product == "":
		line.Subject = v.T("của cơ sở", "of the business")
	case names != nil:
		line.Subject = names[c.Data.Product]
	}
	return line
}

// kindName is the kind in words, with the stars of an OCOP certificate.
func kindName(l ui.Lang, c trace.Certificate) string {
	kind, _ := catalog.CertificateKindByCode(c.Kind)
	name := l.Name(kind.Name)
	if c.OCOP != nil {
		name += fmt.Sprintf(l.T(", %d sao", ", %d stars"), c.OCOP.Stars)
	}
	return name
}

// stateBadge says what a certificate is worth today, in days where they count.
func stateBadge(v *desk.Visit, c trace.Certificate) desk.Badge {
	words := lasting(v, c)
	switch c.StateOn(v.Today()) {
	case trace.CertificateValid:
		return desk.Good(words)
	case trace.CertificateExpiring:
		return desk.Warn(words)
	case trace.CertificateFuture, trace.CertificateSuperseded:
		return desk.Calm(words)
	}
	return desk.Bad(words)
}

// lasting says how long a certificate still counts, or since when it does not.
func lasting(v *desk.Visit, c trace.Certificate) string {
	day, until := v.Today(), v.Lang.Date(c.ValidUntil)
	switch c.StateOn(day) {
	case trace.CertificateValid:
		if c.ValidUntil.IsZero() {
			return v.T("còn hiệu lực, không có thời hạn", "in force without an end")
		}
		return v.T("còn hiệu lực đến hết ", "in force until ") + until
	case trace.CertificateExpiring:
		left := day.DaysUntil(c.ValidUntil)
		if left == 0 {
			return v.T("hôm nay là ngày cuối", "today is its last day")
		}
		return fmt.Sprintf(v.T("còn %d ngày, đến hết %s", "%d days left, until %s"), left, until)
	case trace.CertificateExpired:
		return fmt.Sprintf(v.T("đã hết hạn %d ngày, từ %s", "ended %d days ago, on %s"), c.EndedOn().DaysUntil(day), v.Lang.Date(c.EndedOn()))
	case trace.CertificateWithdrawn:
		return v.T("bị thu hồi từ ", "withdrawn since ") + v.Lang.Date(c.Withdrawn.From)
	case trace.CertificateSuperseded:
		return v.T("đã có bản mới thay thế từ ", "replaced by a newer one since ") + v.Lang.Date(c.Superseded.From)
	}
	return v.T("có hiệu lực từ ", "in force from ") + v.Lang.Date(c.ValidFrom)
}

// standingBadge says who stands for a certificate.
func standingBadge(l ui.Lang, c trace.Certificate) desk.Badge {
	if c.Confirmed == nil {
		return declaredBadge(l)
	}
	return desk.Good(fmt.Sprintf(l.T("%s xác nhận %s", "confirmed by %s, %s"), c.Confirmed.Organisation, l.Date(trace.DateOf(c.Confirmed.At))))
}

func declaredBadge(l ui.Lang) desk.Badge {
	return desk.Badge{Tone: "calm", Glyph: "○", Text: l.T("chủ thể tự khai", "declared by the producer")}
}

// A certificatePage is one certificate, with a form while no authority has
// confirmed it.
type certificatePage struct {
	desk.Frame
	State, Standing desk.Badge
	Facts           []desk.Fact
	Files           []fileLink
	Form            *ui.Form
}

// Template implements ui.Page.
func (certificatePage) Template() string { return "certificate.html" }

// A fileLink leads to a document.
type fileLink struct{ Href, Label string }

func (b *business) certificate(v *desk.Visit) (desk.Answer, error) {
	c, err := b.Ledger.Certificate(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := b.certificatePage(v, c)
	return desk.Show(page), err
}

func (b *business) certificatePage(v *desk.Visit, c trace.Stored[trace.Certificate]) (*certificatePage, error) {
	frame := v.Frame("", "", certificatesLink(v))
	frame.Title = kindName(v.Lang, c.Data)
	page := &certificatePage{Frame: frame, State: stateBadge(v, c.Data), Standing: standingBadge(v.Lang, c.Data)}
	subject := v.T("Cả cơ sở", "The business")
	if c.Data.Product != "" {
		p, err := b.Ledger.Product(v.Context(), v.Actor, c.Data.Product)
		if err != nil {
			return nil, err
		}
		subject = v.Lang.Name(p.Data.Name)
	}
	page.Facts = certificateFacts(v, c.Data, subject)
	for i := range c.Data.Files {
		page.Files = append(page.Files, fileLink{fmt.Sprintf("%s/%s/tep/%d", certificatesPath, c.ID, i), fmt.Sprintf(v.T("Tệp %d", "File %d"), i+1)})
	}
	if c.Data.Confirmed == nil {
		page.Form = b.certificateForm(v, c.Data.CertificateData, nil, nil)
		page.Form.Revision, page.Form.Cancel = c.Revision, certificatesPath
		page.Form.Groups = append(page.Form.Groups, keptFiles(v, page.Files, c.Data.Files))
	}
	return page, nil
}

func certificateFacts(v *desk.Visit, c trace.Certificate, subject string) []desk.Fact {
	ending := func(e *trace.Ending) string {
		if e == nil {
			return ""
		}
		return e.Reason + " (" + strings.Trim(e.Authority+", "+e.Document, ", ") + ")"
	}
	points := ""
	if c.OCOP != nil {
		points = c.OCOP.Points.In(string(v.Lang))
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Cho", "About"), Value: subject},
		desk.Fact{Label: v.T("Số", "Number"), Value: c.Number},
		desk.Fact{Label: v.T("Nơi cấp", "Authority"), Value: c.Authority},
		desk.Fact{Label: v.T("Ngày cấp", "Issued"), Value: v.Lang.Date(c.Issued)},
		desk.Fact{Label: v.T("Có hiệu lực từ", "In force from"), Value: v.Lang.Date(c.ValidFrom)},
		desk.Fact{Label: v.T("Đến hết ngày", "Until"), Value: v.Lang.Date(c.ValidUntil)},
		desk.Fact{Label: v.T("Điểm", "Points"), Value: points},
		desk.Fact{Label: v.T("Căn cứ", "Legal basis"), Value: c.LegalBasis},
		desk.Fact{Label: v.T("Ghi chú", "Note"), Value: c.Note},
		desk.Fact{Label: v.T("Lý do thu hồi", "Withdrawn because"), Value: ending(c.Withdrawn)},
		desk.Fact{Label: v.T("Lý do thay thế", "Replaced because"), Value: ending(c.Superseded)},
	)
}

// keptFiles are the files that a certificate has, each with a box to keep it.
func keptFiles(v *desk.Visit, links []fileLink, files []trace.Digest) ui.Group {
	var fields []ui.Field
	for i, f := range files {
		fields = append(fields, ui.Field{Name: keepName(f), Label: v.T("Giữ ", "Keep ") + links[i].Label, Type: "checkbox", Value: "true"})
	}
	return ui.Group{Fields: fields}
}

func keepName(f trace.Digest) string { return "keep." + f.String() }

func (b *business) certificateFile(v *desk.Visit) (desk.Answer, error) {
	c, err := b.Ledger.Certificate(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	return b.file(v, c.Data.Files)
}

func (b *business) updateCertificate(v *desk.Visit) (desk.Answer, error) {
	cur, err := b.Ledger.Certificate(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	again := func(err error) (desk.Answer, error) {
		page, pageErr := b.certificatePage(v, cur)
		if pageErr != nil || page.Form == nil {
			return desk.Answer{}, firstError(pageErr, err)
		}
		chooseFilesAgain(v, page.Form, "file")
		return v.Again(page, page.Form, err)
	}
	d := trace.CertificateData{Kind: cur.Data.Kind, Producer: cur.Data.Producer, Product: cur.Data.Product}
	err = v.Decode(&d)
	if v.Value(desk.DoField) == doPropose {
		page, err := b.certificatePage(v, cur)
		if err == nil && page.Form != nil {
			propose(v, page.Form, d)
		}
		return desk.Show(page), err
	}
	for _, f := range cur.Data.Files {
		if v.Value(keepName(f)) != "" {
			d.Files = append(d.Files, f)
		}
	}
	if err == nil {
		err = b.Ledger.CheckCertificate(v.Context(), v.Actor, d)
	}
	if err != nil {
		return again(err)
	}
	added, err := keep(v, b.Ledger.AddFile)
	d.Files = append(d.Files, added...)
	if err == nil {
		_, err = b.Ledger.UpdateCertificate(v.Context(), v.Write(), cur.ID, d)
	}
	if err != nil {
		return again(err)
	}
	return v.Redirect(certificatesPath+"/"+cur.ID, "Đã lưu giấy tờ.", "The certificate is saved."), nil
}

// fileField is the input that the first file came through.
func fileField(v *desk.Visit) string {
	if len(v.Files) > 0 {
		return v.Files[0].Field
	}
	return "file"
}

// file gives out one of the documents, by its place in the list.
func (b *business) file(v *desk.Visit, files []trace.Digest) (desk.Answer, error) {
	i, err := strconv.Atoi(v.Param("n"))
	if err != nil || i < 0 || i >= len(files) {
		return desk.Answer{}, trace.ErrHidden
	}
	return b.original(v, files[i])
}
