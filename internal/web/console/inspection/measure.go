package inspection

import (
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A measurePage puts a batch on hold, or lifts the hold.
type measurePage struct {
	desk.Frame
	Head    head
	Lead    []string
	Refused string // why nothing can be done
	Form    *ui.Form
}

// Template implements ui.Page.
func (measurePage) Template() string { return "measure.html" }

// A measure is what one person of an authority orders at once.
type measure struct {
	to     trace.BatchState
	path   string // below that of the batch
	vi, en string
	lead   func(*desk.Visit) []string
	fields func(*desk.Visit) []ui.Field
	danger bool
}

var (
	hold = measure{trace.BatchHeld, "/tam-dung", "Tạm dừng lưu hành", "Put on hold", holdLead, holdFields, true}
	lift = measure{trace.BatchReleased, "/luu-hanh", "Cho lưu hành trở lại", "Lift the hold", liftLead, func(*desk.Visit) []ui.Field { return nil }, false}
)

func holdLead(v *desk.Visit) []string {
	return []string{
		v.T("Một người quyết định là đủ. Mọi tem của lô, và của các lô làm từ lô này, báo ngừng bán trong vòng 5 giây.",
			"One person is enough. Every stamp of the batch, and of what was made of it, says so within 5 seconds."),
		v.T("Chủ thể không tự cho lưu hành lại được; chỉ cơ quan của bạn mới gỡ được lệnh này.",
			"The producer cannot lift it; only your organisation can."),
	}
}

func liftLead(v *desk.Visit) []string {
	return []string{
		v.T("Tem của lô trở lại bình thường trong vòng 5 giây. Nên lập biên bản kiểm tra trước, để ghi lại vì sao lô được lưu hành trở lại.",
			"Stamps are back to normal within 5 seconds. Record an inspection first, so that it is known why."),
	}
}

func holdFields(v *desk.Visit) []ui.Field {
	return []ui.Field{{
		Name: "reason", Label: v.T("Lý do", "Reason"), Required: true, MaxLength: 2000, Value: v.Query("ly-do"),
		Hint: v.T("Hiện với người mua và chủ thể", "Shown to shoppers and the producer"),
		Offers: []string{
			v.T("Nghi không bảo đảm an toàn thực phẩm, chờ kết quả kiểm nghiệm", "Suspected to be unsafe; test results are awaited"),
			v.T("Kết quả kiểm nghiệm không đạt", "A test failed"), v.T("Nghi tem giả, hàng giả", "Suspected counterfeit"),
			v.T("Nhãn không đúng với hàng", "The label does not fit the goods"), v.T("Giấy chứng nhận không còn hiệu lực", "A certificate is no longer in force"),
		},
	}}
}

// ask shows the page of a measure.
func (i inspection) ask(m measure) desk.Handler {
	return func(v *desk.Visit) (desk.Answer, error) {
		s, err := i.open(v)
		if err != nil {
			return desk.Answer{}, err
		}
		page := s.measurePage(v, m)
		if err := v.Actor.MayMove(s.Batch.Data, m.to); err != nil {
			page.Form, page.Refused = nil, v.Words(err)
		}
		return desk.Show(page), nil
	}
}

func (s subject) measurePage(v *desk.Visit, m measure) *measurePage {
	form := v.NewForm(m.vi, m.en, ui.Group{Fields: m.fields(v)})
	form.Action = s.path() + m.path
	form.Danger, form.Cancel, form.Revision = m.danger, s.path(), s.Batch.Revision
	if m.danger { // it is to take effect, even when the signal comes back later
		form.Draft = v.T(m.vi, m.en) + " · " + v.T("lô ", "batch ") + s.Batch.Data.Lot.String()
	}
	return &measurePage{Frame: frame(v, m.vi, m.en, s.trail(v)...), Head: s.head(v), Lead: m.lead(v), Form: form}
}

// order carries a measure out.
func (i inspection) order(m measure) desk.Handler {
	return func(v *desk.Visit) (desk.Answer, error) {
		s, err := i.open(v)
		if err != nil {
			return desk.Answer{}, err
		}
		_, err = i.Ledger.MoveBatch(v.Context(), v.Write(), s.Batch.ID, trace.Transition{To: m.to, Reason: v.Value("reason")})
		if err != nil {
			page := s.measurePage(v, m)
			answer, err := v.Again(page, page.Form, err)
			page.Form.Revision = s.Batch.Revision // of what the page shows now
			return answer, err
		}
		if m.to == trace.BatchHeld {
			return v.Redirect(s.path(), "Đã tạm dừng lưu hành. Mọi tem báo ngừng bán trong vài giây.", "The batch is on hold. Every stamp says so within seconds."), nil
		}
		return v.Redirect(s.path(), "Lô được lưu hành trở lại.", "The hold is lifted."), nil
	}
}
