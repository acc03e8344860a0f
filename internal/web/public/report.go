package public

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

// The addresses of reports. CodeParameter fills in the code on the stamp.
const (
	ReportPath    = "/phan-anh"
	CodeParameter = "ma"

	sentPath   = ReportPath + "/da-gui"
	answerPath = ReportPath + "/tra-loi"
	forgetPath = ReportPath + "/xoa-lien-he"
)

// referenceParameter holds the reference of a report.
const referenceParameter = "so"

// The fields of the form that are no part of the report.
const (
	contactField = "contact"
	consentField = "consent"
	photoField   = "photo"
	trapField    = "website"
)

const (
	// reading is how many reports are received at once, each with a photo of at
	// most trace.MaxFileSize in memory.
	reading = 16
	// decoding is how many photos are decoded at once: one needs up to half a
	// gigabyte.
	decoding = 1
)

// anybody is who reports: no more is known.
var anybody = trace.Actor{ID: "public"}

// A reportPage is the form.
type reportPage struct {
	desk.Frame
	Form *ui.Form
	// Subject is what the code in the form stands for.
	Subject string
	Office  scan.Contact
}

// Template implements ui.Page.
func (reportPage) Template() string { return "report.html" }

// admitReport takes a report unless there are too many.
func (p *Pages) admitReport(v *desk.Visit) (func(), error) {
	if err := p.admit(v, limit.Reports); err != nil {
		return nil, err
	}
	select {
	case p.reading <- struct{}{}:
		return func() { <-p.reading }, nil
	default:
		return nil, fmt.Errorf("%w: %d reports are being received", trace.ErrUnavailable, reading)
	}
}

// reportForm shows the form, with the code that the visitor comes from.
func (p *Pages) reportForm(v *desk.Visit) (desk.Answer, error) {
	page := p.newReport(v, p.tokens.issue())
	code := strings.TrimSpace(v.Query(CodeParameter))
	page.Form.Field("code").Value = display(code)
	if code != "" && p.config.Subject != nil && p.admit(v, limit.LookUps) == nil {
		page.Subject = p.config.Subject(v.Context(), code, string(v.Lang))
	}
	return desk.Show(page), nil
}

// display is a code as it is printed; what is no code stays, up to a length.
func display(code string) string {
	if parsed, err := stamp.Parse(code); err == nil {
		return parsed.Display()
	}
	runes := []rune(code)
	return string(runes[:min(len(runes), maxTyped)])
}

func (p *Pages) newReport(v *desk.Visit, token string) reportPage {
	frame := v.Frame("Báo vấn đề", "Report a problem")
	form := v.NewForm("Gửi phản ánh", "Send the report", p.reportFields(v.Lang)...)
	form.Action, form.Key = ReportPath, token
	return reportPage{Frame: frame, Form: form, Office: p.config.Office}
}

func (p *Pages) reportFields(l ui.Lang) []ui.Group {
	var kinds []ui.Option
	for _, k := range trace.ProblemKinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: l.Name(k.Name())})
	}
	return []ui.Group{
		{Fields: []ui.Field{
			{Name: "kind", Label: l.T("Loại vấn đề", "What is it about"), Type: ui.Radio, Required: true, Options: kinds},
			{Name: "text", Label: l.T("Kể lại sự việc", "What happened"), Type: ui.TextArea, Rows: 5, Required: true, MaxLength: 2000,
				Hint: l.T("Chủ thể sản xuất cũng đọc được phần này: đừng ghi tên, số điện thoại của bạn ở đây.", "The producer reads this too: do not write your name or telephone number here.")},
			{Name: "code", Label: l.T("Mã trên tem", "Code on the stamp"), Required: true, MaxLength: maxTyped,
				Hint: l.T("Không có tem thì ghi tên sản phẩm hoặc số quyết định in trên bao bì.", "Without a stamp: the name of the product, or the number of the decision on the pack.")},
			{Name: "bought", Label: l.T("Mua ở đâu", "Where bought"), MaxLength: 200, Hint: l.T("Không bắt buộc. Tên cửa hàng, chợ hoặc trang bán hàng.", "Optional. Name of the shop, market or website.")},
			{Name: photoField, Label: l.T("Ảnh chụp sản phẩm, tem", "Photo of the product or the stamp"), Type: "file", Accept: "image/jpeg,image/png",
				Hint: l.T("Không bắt buộc. Một ảnh, tối đa 12 MB; vị trí chụp ghi trong ảnh được bỏ đi.", "Optional. One picture of at most 12 MB; the place stored in it is left out.")},
			{Name: trapField, Label: l.T("Để trống ô này", "Leave this empty"), Type: ui.Trap},
		}},
		{Title: l.T("Liên hệ với bạn (không bắt buộc)", "How to reach you (optional)"), Hint: contactNotice(l), Fields: []ui.Field{
			{Name: contactField, Label: l.T("Số điện thoại hoặc e-mail", "Telephone number or e-mail"), MaxLength: 200},
			{Name: consentField, Type: "checkbox", Label: l.T("Tôi đồng ý cho dùng thông tin liên hệ này vào việc nói trên.", "I agree that this contact is used for that.")},
		}},
	}
}

// contactNotice says what a contact is for, who sees it and when it is removed.
func contactNotice(l ui.Lang) string {
	closed, most := days(l, trace.ContactAfterClosing), days(l, trace.ContactAtMost)
	return l.T(
		"Chỉ dùng để hỏi thêm hoặc trả lời bạn về phản ánh này. Chỉ Văn phòng OCOP và cán bộ kiểm tra xem được, chủ thể sản xuất thì không. "+
			"Tự xóa "+closed+" ngày sau khi phản ánh được trả lời hoặc khép lại, chậm nhất "+most+" ngày sau khi gửi; bạn cũng tự xóa được bất cứ lúc nào.",
		"Only to ask you more, or to answer you, about this report. Only the programme office and inspectors see it, the producer does not. "+
			"It is deleted "+closed+" days after the report was answered or closed, at the latest "+most+" days after it was sent; you can delete it yourself at any time.")
}

func days(l ui.Lang, d time.Duration) string { return l.Number(int(d / (24 * time.Hour))) }

// What a form of ours does not do.
var (
	errTrapped = refusal("không gửi được: một ô ẩn lẽ ra để trống đã bị điền; hãy bấm gửi lại", "not sent: a hidden field that must stay empty was filled in; press send again")
	errTooFast = refusal("gửi nhanh quá, hãy đợi vài giây rồi bấm gửi lại", "sent too fast; wait a few seconds and press send again")
	errTooOld  = refusal("trang đã mở quá lâu nên chưa gửi; hãy xem lại, chọn lại ảnh nếu có, rồi bấm gửi lần nữa",
		"the page was open for too long, so nothing was sent; look it over, choose the photo again if there is one, and press send once more")
	errSentBefore = refusal("phản ánh trước trên trang này đã được gửi; nếu muốn gửi thêm phản ánh này, hãy bấm gửi lần nữa",
		"the report before this one was sent from this page already; to send this one too, press send once more")
)

func refusal(vi, en string) error {
	return &trace.RuleError{Kind: trace.ErrInvalid, Message: catalog.Name{VI: vi, EN: en}}
}

// report takes a report.
func (p *Pages) report(v *desk.Visit) (desk.Answer, error) {
	token := v.Value("_key")
	again := func(err error) (desk.Answer, error) {
		if errors.Is(err, trace.ErrKeyReused) {
			err, token = errSentBefore, ""
		}
		if p.tokens.usable(token) != nil {
			token = p.tokens.issue()
		}
		page := p.newReport(v, token)
		return v.Again(page, page.Form, err)
	}
	if err := p.fromForm(v, token); err != nil {
		return again(err)
	}
	var data trace.ProblemData
	err := v.Decode(&data)
	data.Photo = trace.Digest{} // what is uploaded, not what is named
	if err == nil {
		err = p.checkReport(v, data)
	}
	if err != nil {
		return again(err)
	}
	reported, err := p.take(v, token, data)
	if err != nil {
		return again(err)
	}
	query := url.Values{referenceParameter: {reported.Data.Reference}, "lang": {string(v.Lang)}}
	return v.Redirect(sentPath+"?"+query.Encode(), "", ""), nil
}

// fromForm tells whether what was sent comes from a form that a person filled
// in.
func (p *Pages) fromForm(v *desk.Visit, token string) error {
	if v.Value(trapField) != "" {
		return errTrapped
	}
	switch err := p.tokens.check(token); {
	case errors.Is(err, errEarly):
		return errTooFast
	case err != nil:
		return errTooOld
	}
	return nil
}

// checkReport asks for what is wrong before a photo is kept.
func (p *Pages) checkReport(v *desk.Visit, data trace.ProblemData) error {
	var wrong trace.FieldErrors
	err := p.config.Ledger.CheckProblem(v.Context(), data, v.Value(contactField))
	if err != nil && !errors.As(err, &wrong) {
		return err
	}
	if strings.TrimSpace(v.Value(contactField)) != "" && v.Value(consentField) != "true" {
		wrong = append(wrong, trace.FieldError{Field: consentField, Message: catalog.Name{
			VI: "hãy đánh dấu đồng ý, hoặc bỏ trống ô liên hệ", EN: "agree to this, or leave the contact empty",
		}})
	}
	if len(v.Files) > 1 {
		wrong = append(wrong, trace.FieldError{Field: photoField, Message: catalog.Name{VI: "chỉ gửi được một ảnh", EN: "takes one picture only"}})
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// take keeps the photo and the report. The form's token is its idempotency key.
// Its hash leaves the contact out: that must not survive its own removal.
func (p *Pages) take(v *desk.Visit, token string, data trace.ProblemData) (trace.Stored[trace.Problem], error) {
	if len(v.Files) == 1 {
		photo, err := p.keepPhoto(v.Context(), v.Files[0], token)
		if err != nil {
			return trace.Stored[trace.Problem]{}, err
		}
		data.Photo = photo
	}
	w := trace.Write{By: anybody, Op: trace.Op{Key: "public:" + token, Hash: hashOf(data)}}
	return p.config.Ledger.ReportProblem(v.Context(), w, data, v.Value(contactField))
}

func hashOf(d trace.ProblemData) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %s", d.Code, d.Kind, d.Text, d.Bought, d.Photo))
	return hex.EncodeToString(sum[:])
}

func (p *Pages) keepPhoto(ctx context.Context, f desk.File, token string) (trace.Digest, error) {
	select {
	case p.decoding <- struct{}{}:
		defer func() { <-p.decoding }()
	case <-ctx.Done():
		return trace.Digest{}, fmt.Errorf("%w: %w", trace.ErrUnavailable, ctx.Err())
	}
	w := trace.Write{By: anybody, Op: trace.Op{Key: "public:" + token + ":photo", Hash: trace.DigestOf(f.Content).String()}}
	kept, err := p.config.Ledger.AddProblemPhoto(ctx, w, f.Name, f.Content)
	var wrong trace.FieldErrors
	if errors.As(err, &wrong) {
		for i := range wrong {
			wrong[i].Field = photoField
		}
		return trace.Digest{}, wrong
	}
	return kept.Data.SHA256, err
}
