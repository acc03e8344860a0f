package register

import (
	"context"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A file is an original with its hash.
type file struct{ SHA256, Short string }

// A showPage is one certificate.
type showPage struct {
	desk.Frame
	ID                           string
	State, Provenance            desk.Badge
	Stars                        string
	Facts                        []desk.Fact
	Endings                      []desk.Fact
	Files                        []file
	History                      []desk.Change
	MayJudge                     bool
	Confirm, Withdraw, Supersede *ui.Form
}

// Template implements ui.Page.
func (showPage) Template() string { return "register-show.html" }

func (r register) showPage(v *desk.Visit) (*showPage, error) {
	history, err := r.Ledger.CertificateHistory(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	c := history[len(history)-1]
	entry, err := namer{r, v, map[string]string{}}.row(c)
	if err != nil {
		return nil, err
	}
	page := &showPage{
		Frame: v.Frame(c.Data.Number, c.Data.Number, back(v)), ID: c.ID, State: entry.State, Stars: entry.Stars,
		Provenance: desk.ProvenanceBadge(v.Lang, provenance(c.Data), c.Data.Confirmed),
		Facts:      facts(v, c.Data, entry), Endings: endings(v, c.Data), MayJudge: v.Membership.Role != trace.Inspector,
	}
	for _, f := range c.Data.Files {
		page.Files = append(page.Files, file{f.String(), f.String()[:12] + "…"})
	}
	if page.MayJudge {
		page.offer(v, c)
	}
	page.History, err = desk.History(v, history, changeOf)
	return page, err
}

func provenance(c trace.Certificate) trace.Provenance {
	switch {
	case c.Confirmed != nil:
		return trace.Verified
	case len(c.Files) > 0:
		return trace.Documented
	}
	return trace.Declared
}

func facts(v *desk.Visit, c trace.Certificate, entry row) []desk.Fact {
	until := v.Lang.Date(c.ValidUntil)
	if until == "" {
		until = v.T("không thời hạn", "no end")
	}
	points := ""
	if c.OCOP != nil {
		points = c.OCOP.Points.In(string(v.Lang))
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Loại giấy", "Kind"), Value: entry.Kind},
		desk.Fact{Label: v.T("Sản phẩm", "Product"), Value: entry.Product},
		desk.Fact{Label: v.T("Chủ thể", "Producer"), Value: entry.Producer},
		desk.Fact{Label: v.T("Cơ quan cấp", "Authority"), Value: c.Authority},
		desk.Fact{Label: v.T("Ngày cấp", "Issued"), Value: v.Lang.Date(c.Issued)},
		desk.Fact{Label: v.T("Hiệu lực", "Valid"), Value: v.Lang.Date(c.ValidFrom) + " – " + until},
		desk.Fact{Label: v.T("Điểm OCOP", "OCOP points"), Value: points},
		desk.Fact{Label: v.T("Căn cứ pháp lý", "Legal basis"), Value: c.LegalBasis},
		desk.Fact{Label: v.T("Ghi chú", "Note"), Value: c.Note},
	)
}

func endings(v *desk.Visit, c trace.Certificate) []desk.Fact {
	var out []desk.Fact
	for _, e := range []struct {
		label  string
		ending *trace.Ending
	}{{v.T("Thu hồi", "Withdrawn"), c.Withdrawn}, {v.T("Thay thế", "Superseded"), c.Superseded}} {
		if e.ending == nil {
			continue
		}
		text := v.T("từ ", "from ") + v.Lang.Date(e.ending.From) + ": " + e.ending.Reason
		for _, more := range []string{e.ending.Authority, e.ending.Document} {
			if more != "" {
				text += " · " + more
			}
		}
		out = append(out, desk.Fact{Label: e.label, Value: text})
	}
	return out
}

// offer adds the forms of what may be decided now.
func (p *showPage) offer(v *desk.Visit, c trace.Stored[trace.Certificate]) {
	address := path + "/" + c.ID
	if c.Data.Confirmed == nil {
		p.Confirm = v.NewForm("Xác nhận đã đối chiếu bản gốc", "Confirm: compared with the original")
		p.Confirm.Action, p.Confirm.Revision = address+"/xac-nhan", c.Revision
	}
	if c.Data.Withdrawn == nil {
		p.Withdraw = endingForm(v, c.Revision, "Thu hồi giấy chứng nhận", "Withdraw the certificate").Scoped("w")
		p.Withdraw.Action, p.Withdraw.Danger = address+"/thu-hoi", true
	}
	if c.Data.Superseded == nil {
		p.Supersede = endingForm(v, c.Revision, "Ghi nhận đã thay thế", "Record the succession").Scoped("s")
		p.Supersede.Action = address + "/thay-the"
	}
}

func endingForm(v *desk.Visit, revision int, vi, en string) *ui.Form {
	form := v.NewForm(vi, en, ui.Group{Fields: []ui.Field{
		{Name: "from", Label: v.T("Từ ngày", "From"), Type: "date", Value: v.Today().String(), Required: true, Narrow: true},
		{Name: "document", Label: v.T("Số văn bản", "Document number"), MaxLength: 200, Narrow: true},
		{Name: "reason", Label: v.T("Lý do (công khai)", "Reason (public)"), Type: ui.TextArea, Required: true, MaxLength: 2000, Rows: 2},
	}})
	form.Revision = revision
	return form
}

// changeOf tells in words what a revision did.
func changeOf(before *trace.Certificate, after trace.Certificate) catalog.Name {
	switch {
	case before == nil && after.Confirmed == nil:
		return catalog.Name{VI: "Chủ thể khai báo", EN: "Declared by the producer"}
	case before == nil:
		return catalog.Name{VI: "Ghi vào sổ", EN: "Entered"}
	case before.Withdrawn == nil && after.Withdrawn != nil:
		return catalog.Name{VI: "Thu hồi", EN: "Withdrawn"}
	case before.Superseded == nil && after.Superseded != nil:
		return catalog.Name{VI: "Thay thế", EN: "Superseded"}
	case before.Confirmed == nil && after.Confirmed != nil:
		return catalog.Name{VI: "Xác nhận", EN: "Confirmed"}
	}
	return catalog.Name{VI: "Sửa dữ liệu", EN: "Corrected"}
}

func (r register) show(v *desk.Visit) (desk.Answer, error) {
	page, err := r.showPage(v)
	return desk.Show(page), err
}

func (r register) confirm(v *desk.Visit) (desk.Answer, error) {
	if _, err := r.Ledger.ConfirmCertificate(v.Context(), v.Write(), v.Param("id")); err != nil {
		return r.showAgain(v, err, func(p *showPage) *ui.Form { return p.Confirm })
	}
	return v.Redirect(path+"/"+v.Param("id"), "Đã xác nhận. Nếu là chứng nhận OCOP, hạng sao hiện trên tem trong vài giây.",
		"Confirmed. Stars of an OCOP certificate show on stamps within seconds."), nil
}

func (r register) withdraw(v *desk.Visit) (desk.Answer, error) {
	return r.end(v, r.Ledger.WithdrawCertificate, func(p *showPage) *ui.Form { return p.Withdraw },
		"Đã thu hồi. Mọi tem liên quan ngừng hiện sao trong vài giây.", "Withdrawn. Every stamp concerned stops showing stars within seconds.")
}

func (r register) supersede(v *desk.Visit) (desk.Answer, error) {
	return r.end(v, r.Ledger.SupersedeCertificate, func(p *showPage) *ui.Form { return p.Supersede }, "Đã ghi nhận.", "Recorded.")
}

type ender func(context.Context, trace.Write, string, trace.Ending) (trace.Stored[trace.Certificate], error)

func (r register) end(v *desk.Visit, do ender, form func(*showPage) *ui.Form, vi, en string) (desk.Answer, error) {
	var e trace.Ending
	err := v.Decode(&e)
	if err == nil {
		_, err = do(v.Context(), v.Write(), v.Param("id"), e)
	}
	if err != nil {
		return r.showAgain(v, err, form)
	}
	return v.Redirect(path+"/"+v.Param("id"), vi, en), nil
}

// showAgain shows the certificate with what was refused; where the form is no
// longer offered, because somebody else was faster, the refusal stands alone.
func (r register) showAgain(v *desk.Visit, err error, form func(*showPage) *ui.Form) (desk.Answer, error) {
	page, pageErr := r.showPage(v)
	if pageErr != nil || form(page) == nil {
		return desk.Answer{}, err
	}
	return v.Again(page, form(page), err)
}
