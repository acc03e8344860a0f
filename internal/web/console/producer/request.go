package producer

import (
	"cmp"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A requestFormPage asks a laboratory to test.
type requestFormPage struct {
	desk.Frame
	Product string
	Form    *ui.Form
	// Nobody says that no laboratory works with the service.
	Nobody bool
}

// Template implements ui.Page.
func (requestFormPage) Template() string { return "request-form.html" }

// A requestPage shows one request.
type requestPage struct {
	desk.Frame
	State   desk.Badge
	Facts   []desk.Fact
	Report  string // the address of the report, once it is there
	Cancel  *ui.Form
	History []desk.Change
}

// Template implements ui.Page.
func (requestPage) Template() string { return "request.html" }

func (b *business) newRequest(v *desk.Visit) (desk.Answer, error) {
	frame := v.Frame("Yêu cầu kiểm nghiệm", "Ask for a test", testsLink(v))
	product, batch, answer, err := b.subjectOf(v, frame, v.T("Kiểm nghiệm sản phẩm nào?", "Which product is to be tested?"), requestsPath+"?sp=")
	if answer != nil || err != nil {
		return deref(answer), err
	}
	page, err := b.requestForm(v, product, trace.RequestData{Batch: batch, Sample: trace.RequestSample{Sent: v.Today()}})
	return desk.Show(page), err
}

func (b *business) requestForm(v *desk.Visit, product trace.Stored[trace.Product], d trace.RequestData) (*requestFormPage, error) {
	laboratories, err := every(func(p trace.Paging) (trace.List[account.Organisation], error) {
		return b.People.Organisations(v.Context(), v.Actor, trace.Laboratory, p)
	})
	if err != nil {
		return nil, err
	}
	batches, err := b.batchOptions(v, product.ID, d.Batch)
	if err != nil {
		return nil, err
	}
	rows, err := b.Ledger.DraftRows(v.Context(), v.Actor, product.ID)
	if err != nil {
		return nil, err
	}
	page := &requestFormPage{
		Frame: v.Frame("Yêu cầu kiểm nghiệm", "Ask for a test", testsLink(v)), Product: v.Lang.Name(product.Data.Name), Nobody: len(laboratories) == 0,
	}
	page.Form = v.NewForm("Gửi yêu cầu", "Send the request",
		ui.Group{Fields: []ui.Field{
			{Name: "laboratory", Label: v.T("Phòng thử nghiệm", "Laboratory"), Type: ui.Select, Value: d.Laboratory, Required: true, Options: laboratoryOptions(laboratories)},
			{Name: "batch", Label: v.T("Lô", "Batch"), Type: ui.Select, Value: d.Batch, Options: append([]ui.Option{{Label: v.T("Không riêng lô nào: kiểm định kỳ", "No single batch: the product from time to time")}}, batches...)},
			{Name: "sample.code", Label: v.T("Mã mẫu", "Sample code"), Value: d.Sample.Code, MaxLength: 200, Narrow: true},
			{Name: "sample.sent", Label: v.T("Ngày gửi mẫu", "Sent on"), Type: "date", Value: d.Sample.Sent.String(), Narrow: true},
		}},
		ui.Group{Title: v.T("Chỉ tiêu, mô tả mẫu, lời nhắn", "Indicators, sample, message"), Folded: true, Fields: []ui.Field{
			{Name: "criteria", Label: v.T("Chỉ tiêu cần thử", "Indicators"), Type: ui.TextArea, Value: strings.Join(d.Criteria, "\n"), Hint: usual(v, rows)},
			{Name: "sample.description", Label: v.T("Mô tả mẫu", "Description of the sample"), Value: d.Sample.Description, MaxLength: 200},
			{Name: "note", Label: v.T("Lời nhắn", "Message"), Type: ui.TextArea, Value: d.Note, MaxLength: 2000},
		}},
	)
	page.Form.Hidden = []ui.Field{{Name: "product", Value: product.ID}}
	page.Form.Cancel = testsPath
	return page, nil
}

func laboratoryOptions(all []trace.Stored[account.Organisation]) []ui.Option {
	var options []ui.Option
	for _, o := range all {
		options = append(options, ui.Option{Value: o.Data.Name, Label: strings.TrimSuffix(o.Data.Name+" · "+o.Data.VILAS, " · ")})
	}
	return options
}

// usual tells what is tested when nothing is asked for.
func usual(v *desk.Visit, rows []trace.TestRow) string {
	hint := v.T("Mỗi dòng một chỉ tiêu. Để trống: như thường lệ của loại sản phẩm", "One a line. Empty: what is usual for such goods")
	var names []string
	for _, r := range rows {
		names = append(names, v.Lang.Name(r.Indicator))
	}
	if len(names) > 0 {
		hint += " (" + strings.Join(names, ", ") + ")"
	}
	return hint + "."
}

func (b *business) askTest(v *desk.Visit) (desk.Answer, error) {
	product, err := b.Ledger.Product(v.Context(), v.Actor, v.Value("product"))
	if err != nil {
		return desk.Answer{}, err
	}
	var d trace.RequestData
	err = v.Decode(&d)
	d.Criteria = lines(v.Value("criteria"))
	var asked trace.Stored[trace.TestRequest]
	if err == nil {
		asked, err = b.Ledger.AskTest(v.Context(), v.Write(), d)
	}
	if err != nil {
		page, pageErr := b.requestForm(v, product, d)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(requestsPath+"/"+asked.ID, "Đã gửi yêu cầu.", "The request was sent."), nil
}

func (b *business) request(v *desk.Visit) (desk.Answer, error) {
	page, err := b.requestPage(v)
	return desk.Show(page), err
}

func (b *business) requestPage(v *desk.Visit) (*requestPage, error) {
	r, err := b.Ledger.Request(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	product, err := b.Ledger.Product(v.Context(), v.Actor, r.Data.Product)
	if err != nil {
		return nil, err
	}
	revisions, err := b.Ledger.RequestHistory(v.Context(), v.Actor, r.ID)
	if err != nil {
		return nil, err
	}
	page := &requestPage{Frame: v.Frame("Yêu cầu kiểm nghiệm", "Test request", testsLink(v)), State: requestBadge(v.Lang, r.Data.State)}
	batch := ""
	if r.Data.Batch != "" {
		batch = batchPath(r.Data.Batch)
	}
	page.Facts = desk.Facts(
		desk.Fact{Label: v.T("Phòng thử nghiệm", "Laboratory"), Value: r.Data.Laboratory},
		desk.Fact{Label: v.T("Sản phẩm", "Product"), Value: v.Lang.Name(product.Data.Name)},
		desk.Fact{Label: v.T("Lô", "Batch"), Value: displayCode(r.Data.Batch), Href: batch},
		desk.Fact{Label: v.T("Người yêu cầu", "Asked by"), Value: r.Data.Asker},
		desk.Fact{Label: v.T("Chỉ tiêu", "Indicators"), Value: cmp.Or(strings.Join(r.Data.Criteria, ", "), v.T("như thường lệ", "the usual ones"))},
		desk.Fact{Label: v.T("Mã mẫu", "Sample code"), Value: r.Data.Sample.Code},
		desk.Fact{Label: v.T("Mô tả mẫu", "Sample"), Value: r.Data.Sample.Description},
		desk.Fact{Label: v.T("Ngày gửi mẫu", "Sent on"), Value: v.Lang.Date(r.Data.Sample.Sent)},
		desk.Fact{Label: v.T("Lời nhắn", "Message"), Value: r.Data.Note},
		desk.Fact{Label: v.T("Lý do", "Reason"), Value: r.Data.Reason},
	)
	switch {
	case r.Data.State == trace.RequestReported:
		page.Report = testsPath + "/" + r.ID
	case r.Data.State.Pending() && r.Data.AskedBy == trace.ProducerRole:
		page.Cancel = v.NewForm("Hủy yêu cầu", "Take the request back", ui.Group{Fields: []ui.Field{
			{Name: "reason", Label: v.T("Lý do (không bắt buộc)", "Reason (if any)"), MaxLength: 2000},
		}})
		page.Cancel.Danger, page.Cancel.Revision = true, r.Revision
	}
	page.History, err = desk.History(v, revisions, requestChange)
	return page, err
}

// requestChange says what a revision of a request did.
func requestChange(before *trace.TestRequest, now trace.TestRequest) catalog.Name {
	if before == nil {
		return catalog.Name{VI: "Gửi yêu cầu", EN: "Asked"}
	}
	name := now.State.Name()
	return catalog.Name{VI: sentenceCase(name.VI), EN: sentenceCase(name.EN)}
}

func (b *business) cancelRequest(v *desk.Visit) (desk.Answer, error) {
	_, err := b.Ledger.CancelRequest(v.Context(), v.Write(), v.Param("id"), v.Value("reason"))
	if err != nil {
		page, pageErr := b.requestPage(v)
		if pageErr != nil || page.Cancel == nil {
			return desk.Answer{}, firstError(pageErr, err)
		}
		return v.Again(page, page.Cancel, err)
	}
	return v.Redirect(requestsPath+"/"+v.Param("id"), "Đã hủy yêu cầu.", "The request was taken back."), nil
}
