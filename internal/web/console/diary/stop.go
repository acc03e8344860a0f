package diary

import (
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/outreach"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A stopPage takes a batch off the market, or ends it.
type stopPage struct {
	desk.Frame
	Head  head
	Lead  []string
	Reach []relative
	More  int
	Form  *ui.Form
}

// Template implements ui.Page.
func (stopPage) Template() string { return "stop.html" }

// A stop is a way to take a batch off the market, or to end it.
type stop struct {
	to     trace.BatchState
	vi, en string
	lead   func(*desk.Visit) []string
	fields func(*desk.Visit, *trace.Dossier) []ui.Field
	danger bool
}

var (
	hold   = stop{trace.BatchHeld, "Tạm dừng lưu hành", "Put on hold", holdLead, reasonField, true}
	recall = stop{trace.BatchRecalled, "Thu hồi lô", "Recall the batch", recallLead, recallFields, true}
	closed = stop{trace.BatchClosed, "Kết thúc lô", "Close the batch", closeLead, func(*desk.Visit, *trace.Dossier) []ui.Field { return nil }, false}
)

func holdLead(v *desk.Visit) []string {
	return []string{
		v.T("Dùng khi nghi hàng có vấn đề và cần kiểm tra. Mọi tem của lô báo ngừng bán trong vòng 5 giây. Bạn cho lưu hành lại được.",
			"For goods that may have a fault and must be checked. Every stamp of the batch says so within 5 seconds. You can lift it again."),
		v.T("Khi đã biết hàng không an toàn, hãy thu hồi.", "Goods that you know to be unsafe are to be recalled."),
	}
}

func recallLead(v *desk.Visit) []string {
	return []string{
		v.T("Dùng khi hàng không an toàn hoặc không đúng như đã công bố. Mọi tem của lô chuyển đỏ trong vòng 5 giây. Việc này không rút lại được.",
			"For goods that are unsafe or not as declared. Every stamp of the batch turns red within 5 seconds. This cannot be undone."),
		v.T("Luật cho 24 giờ từ khi phát hiện để dừng bán, báo cho những nơi đã nhận hàng và cơ quan quản lý. Sau khi bấm, bạn in được thông báo ngay.",
			"The law gives 24 hours from the discovery to stop sales and tell those who have the goods, and the authority. The notice is ready to print at once."),
	}
}

func closeLead(v *desk.Visit) []string {
	return []string{v.T("Dùng khi hàng của lô đã bán hết. Trang truy xuất vẫn mở. Sau đó chỉ còn ghi được nhận lại, lưu kho, lấy mẫu và tiêu hủy.",
		"For a batch that is sold out. Its page stays. After that only receiving, storing, sampling and destroying can be recorded.")}
}

func reasonField(v *desk.Visit, _ *trace.Dossier) []ui.Field {
	return []ui.Field{{
		Name: "reason", Label: v.T("Lý do", "Reason"), Required: true, MaxLength: 2000, Hint: v.T("Hiện với người mua", "Shown to shoppers"),
		Offers: []string{
			v.T("Kết quả kiểm nghiệm không đạt", "A test failed"), v.T("Nghi nhiễm bẩn, nấm mốc", "Suspected contamination or mould"),
			v.T("Sai nhãn", "Wrong label"), v.T("Khách phản ánh, đang kiểm tra", "A customer's report is being looked into"),
		},
	}}
}

func recallFields(v *desk.Visit, d *trace.Dossier) []ui.Field {
	whom := v.T("Liên hệ cơ sở", "Contact the producer")
	if phone := d.Producer.Data.Phone; phone != "" {
		whom += " " + phone
	}
	first := v.T("Không dùng, ", "Do not use or ")
	if set, _ := catalog.SetByNumber(d.Product.Data.Set); slices.Contains([]string{"I", "II"}, set.Group.Code) { // food and drink
		first = v.T("Không ăn uống, không dùng, ", "Do not eat, drink, use or ")
	}
	return append(reasonField(v, d), ui.Field{
		Name: "instructions", Label: v.T("Người mua phải làm gì", "What buyers should do"), Type: ui.TextArea, Rows: 3, MaxLength: 2000,
		Value: first + v.T("không bán lại. Mang trả nơi mua để được hoàn tiền. ", "resell it. Return it where you bought it for a refund. ") + whom + ".",
		Hint:  v.T("Hiện với người mua", "Shown to shoppers"),
	})
}

func (d *diary) stopPage(v *desk.Visit, dossier *trace.Dossier, s stop) (*stopPage, error) {
	form := v.NewForm(s.vi, s.en, ui.Group{Fields: s.fields(v, dossier)})
	form.Danger, form.Cancel = s.danger, batchPath(dossier.Batch.ID)
	if s.danger { // it is to take effect, even when the signal comes back later
		form.Draft = v.T(s.vi, s.en) + " · " + v.T("lô ", "batch ") + dossier.Batch.Data.Lot.String()
	}
	page := &stopPage{Frame: v.Frame(s.vi, s.en, trail(v, dossier)...), Head: headOf(v, dossier), Lead: s.lead(v), Form: form}
	if !s.danger {
		return page, nil
	}
	var err error
	page.Reach, page.More, err = d.made(v, dossier.Batch.ID)
	return page, err
}

// ask shows the page of a stop.
func (d *diary) ask(s stop) desk.Handler {
	return func(v *desk.Visit) (desk.Answer, error) {
		dossier, err := d.own(v)
		if err != nil {
			return desk.Answer{}, err
		}
		page, err := d.stopPage(v, dossier, s)
		return desk.Show(page), err
	}
}

// stop carries a stop out.
func (d *diary) stop(s stop) desk.Handler {
	return func(v *desk.Visit) (desk.Answer, error) {
		dossier, err := d.own(v)
		if err != nil {
			return desk.Answer{}, err
		}
		t := trace.Transition{To: s.to, Reason: v.Value("reason")}
		if s.to == trace.BatchRecalled {
			t.Instructions = v.Value("instructions")
		}
		if _, err := d.Ledger.MoveBatch(v.Context(), v.Write(), dossier.Batch.ID, t); err != nil {
			page, pageErr := d.stopPage(v, dossier, s)
			if pageErr != nil {
				return desk.Answer{}, pageErr
			}
			return v.Again(page, page.Form, err)
		}
		at := batchPath(dossier.Batch.ID)
		switch s.to {
		case trace.BatchHeld:
			return v.Redirect(at+"/thong-bao", "Đã tạm dừng lưu hành. Hãy báo cho những nơi đang giữ hàng.", "The batch is on hold. Tell those who have the goods."), nil
		case trace.BatchRecalled:
			return v.Redirect(at+"/thong-bao", "Đã thu hồi. Hãy gửi thông báo này trong 24 giờ.", "The batch is recalled. Send this notice within 24 hours."), nil
		}
		return v.Redirect(at, "Lô đã kết thúc.", "The batch is closed."), nil
	}
}

// A noticePage is the notice of a hold or a recall, and whom to send it to.
type noticePage struct {
	desk.Frame
	Head  head
	Paper desk.PaperNotice
	// Deliveries are those who got goods of the batch, from its diary.
	Deliveries []delivery
	Reach      []relative
	More       int
	Recalled   bool
	// Notify is where each of them is told and answers.
	Notify string
}

// Template implements ui.Page.
func (noticePage) Template() string { return "notice-page.html" }

// A delivery is who received goods, and how much when.
type delivery struct{ Who, Where, What string }

func (d *diary) notice(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	n, err := d.Ledger.Notice(v.Context(), v.Actor, dossier.Batch.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	orders, err := d.Book.OrdersOf(v.Context(), dossier.Batch.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &noticePage{
		Frame: v.Frame("Thông báo", "Notice", trail(v, dossier)...), Head: headOf(v, dossier), Paper: v.PaperNotice(n, printing.Possible(orders)),
		Recalled: dossier.Batch.Data.State == trace.BatchRecalled, Notify: outreach.NotifyPath + dossier.Batch.ID,
	}
	for _, r := range dossier.Last() {
		if s := r.Data.Shipping; s != nil {
			what := ui.Joined(" · ", v.Lang.Quantity(s.Quantity), v.Lang.Date(trace.DateOf(r.Data.Happened)), s.Document)
			page.Deliveries = append(page.Deliveries, delivery{s.Recipient, s.Destination, what})
		}
	}
	page.Reach, page.More, err = d.made(v, dossier.Batch.ID)
	return desk.Show(page), err
}

// preview shows the page that shoppers see.
func (d *diary) preview(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	body, policy, err := d.Scan.Preview(v.Context(), v.Actor, dossier.Batch.ID, string(v.Lang), batchPath(dossier.Batch.ID))
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.HTML(policy, body), nil
}
