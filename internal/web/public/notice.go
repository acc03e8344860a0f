package public

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/ui"
)

// A recallNoticePage is the notice of a hold or a recall for one recipient, with
// the form by which it acknowledges.
type recallNoticePage struct {
	desk.Frame
	Recipient string
	Recalled  bool
	// Lifted says that the hold is over: there is then no paper and no form.
	Lifted bool
	Lead   string
	Scan   string // the public page of the batch
	Paper  desk.PaperNotice
	Form   *ui.Form
	// Sent is what the recipient has answered so far; empty for nothing.
	Sent  []desk.Fact
	Phone string // of the producer
}

// Template implements ui.Page.
func (recallNoticePage) Template() string { return "recall-notice.html" }

// openNotice shows a notice. What fetches pages ahead of people does not count
// as the recipient, nor does who sends the notice. A wrong token counts against the
// limit as much as a right one.
func (p *Pages) openNotice(v *desk.Visit) (desk.Answer, error) {
	if err := p.admit(v, limit.Notices); err != nil {
		return desk.Answer{}, err
	}
	ahead := v.Request.Method != http.MethodGet || v.Request.Header.Get("Sec-Purpose") != "" || v.Request.Header.Get("Purpose") != "" ||
		"?"+v.Request.URL.RawQuery == desk.UnnotedQuery
	n, err := p.config.Ledger.OpenNotice(v.Context(), v.Param("token"), !ahead)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(p.noticePage(v, n, p.tokens.issue())), nil
}

func (p *Pages) noticePage(v *desk.Visit, n trace.OpenNotice, token string) *recallNoticePage {
	b := n.Notice.Batch.Data
	page := &recallNoticePage{
		Frame:     v.Frame("Thông báo tạm dừng lưu hành", "Notice of a hold"),
		Recipient: n.Notification.Data.Recipient, Recalled: b.State == trace.BatchRecalled, Lifted: n.Lifted,
		Scan: "/" + n.Notice.Batch.ID + "?lang=" + string(v.Lang), Phone: n.Notice.Producer.Data.Phone,
		Lead: v.T("Hãy dừng bán hàng của lô này, để riêng và chờ thông báo tiếp theo.", "Stop selling the goods of this batch, set them apart and wait for further notice."),
	}
	if page.Lifted {
		page.Frame.Title = v.T("Lô được lưu hành trở lại", "The hold is lifted")
		return page
	}
	if page.Recalled {
		page.Frame.Title = v.T("Thông báo thu hồi", "Notice of a recall")
		page.Lead = v.T("Hãy dừng bán và dừng sử dụng ngay hàng của lô này, để riêng và làm theo thông báo dưới đây.", "Stop selling and using the goods of this batch at once, set them apart and follow the notice below.")
	}
	page.Paper, page.Sent = v.PaperNotice(n.Notice, n.Stamps.Given), answered(v, n.Notification.Data.Acknowledged)
	page.Form = acknowledgementForm(v, b, len(page.Sent) > 0)
	page.Form.Action, page.Form.Key = v.Request.URL.Path, token
	return page
}

// answered is what a recipient answered in words.
func answered(v *desk.Visit, a *trace.Acknowledgement) []desk.Fact {
	if a == nil {
		return nil
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Xác nhận lúc", "Acknowledged at"), Value: v.Lang.Moment(a.At)},
		desk.Fact{Label: v.T("Người xác nhận", "By"), Value: a.Name},
		desk.Fact{Label: v.T("Đã làm", "Done"), Value: v.Lang.Name(a.Done.Name())},
		desk.Fact{Label: v.T("Còn lại", "Left"), Value: v.Lang.Quantity(a.Left)},
	)
}

func acknowledgementForm(v *desk.Visit, b trace.Batch, again bool) *ui.Form {
	l := v.Lang
	var dones []ui.Option
	for _, d := range trace.Dones() {
		dones = append(dones, ui.Option{Value: string(d), Label: l.Name(d.Name())})
	}
	submit := []string{"Gửi xác nhận", "Acknowledge"}
	if again {
		submit = []string{"Gửi xác nhận mới", "Acknowledge again"}
	}
	return v.NewForm(submit[0], submit[1], ui.Group{Fields: []ui.Field{
		{Name: "name", Label: l.T("Họ tên người xác nhận", "Your name"), Required: true, MaxLength: 200, Autocomplete: "name"},
		{Name: "contact", Label: l.T("Số điện thoại hoặc e-mail", "Telephone number or e-mail"), MaxLength: 200, Autocomplete: "tel",
			Hint: l.T("Không bắt buộc. Chỉ cơ sở sản xuất và cơ quan quản lý thấy.", "Optional. Only the producer and the authorities see it.")},
		{Name: "done", Label: l.T("Đã làm gì với hàng", "What was done with the goods"), Type: ui.Radio, Required: true, Options: dones},
		{Name: "left.value", Label: l.T("Còn lại bao nhiêu", "How much is left"), Type: ui.Decimal, Required: true, Narrow: true, MaxLength: 20, Hint: l.T("Hết thì ghi 0", "0 for nothing")},
		{Name: "left.unit", Label: l.T("Đơn vị", "Unit"), Type: ui.Select, Required: true, Narrow: true, Options: ui.Units(l, likelyUnits(b)...)},
		{Name: "note", Label: l.T("Ghi chú", "Note"), Type: ui.TextArea, Rows: 2, MaxLength: 2000},
		{Name: trapField, Label: l.T("Để trống ô này", "Leave this empty"), Type: ui.Trap},
	}})
}

// likelyUnits are the unit of the batch, and those in which shops count.
func likelyUnits(b trace.Batch) []string {
	out := []string{b.Quantity.Unit}
	for _, unit := range []string{"XPA", "XBX", "KGM"} {
		if unit != b.Quantity.Unit {
			out = append(out, unit)
		}
	}
	return out
}

// acknowledge takes a recipient's word.
func (p *Pages) acknowledge(v *desk.Visit) (desk.Answer, error) {
	link, token := v.Param("token"), v.Value("_key")
	n, err := p.config.Ledger.OpenNotice(v.Context(), link, false)
	if err != nil {
		return desk.Answer{}, err
	}
	var data trace.AcknowledgementData
	if err = p.fromForm(v, token); err == nil {
		err = v.Decode(&data)
	}
	if err == nil {
		op := trace.Op{Key: "public:" + token, Hash: acknowledgementHash(data)}
		_, err = p.config.Ledger.Acknowledge(v.Context(), op, link, data)
	}
	if err == nil {
		return v.Redirect(desk.NoticePath+link+"?lang="+string(v.Lang), "", ""), nil
	}
	if errors.Is(err, trace.ErrKeyReused) || p.tokens.usable(token) != nil {
		token = p.tokens.issue()
	}
	page := p.noticePage(v, n, token)
	if page.Form == nil {
		return desk.Answer{}, err
	}
	answer, err := v.Again(page, page.Form, err)
	page.Form.Key = token
	return answer, err
}

// acknowledgementHash leaves out what must not survive its own erasure.
func acknowledgementHash(d trace.AcknowledgementData) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", d.Done, d.Left.Value, strings.TrimSpace(d.Left.Unit)))
	return hex.EncodeToString(sum[:])
}

// admitAcknowledgement takes one unless there are too many.
func (p *Pages) admitAcknowledgement(v *desk.Visit) (func(), error) {
	return func() {}, p.admit(v, limit.Acknowledgements)
}
