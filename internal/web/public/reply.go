package public

import (
	"errors"
	"net/http"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/ui"
)

// A sentPage says that a report has arrived, and what happens next.
type sentPage struct {
	desk.Frame
	Reference  string
	AnswerLink string
}

// Template implements ui.Page.
func (sentPage) Template() string { return "sent.html" }

// An answerPage tells whoever has the reference of a report what became of it.
type answerPage struct {
	desk.Frame
	Typed, Problem string
	Max            int
	Found          bool
	Reference      string
	Badge          desk.Badge
	// Words are what the state means, Answer the lines of the answer.
	Words  string
	Answer []string
	By     string
	Facts  []desk.Fact
	Forget *ui.Form
	// Forgotten tells that the contact was removed just now.
	Forgotten bool
}

// Template implements ui.Page.
func (answerPage) Template() string { return "answer.html" }

// byReference finds a report for whoever has its reference, unless too much is
// asked.
func (p *Pages) byReference(v *desk.Visit, reference string) (trace.ProblemStatus, error) {
	if err := p.admit(v, limit.References); err != nil {
		return trace.ProblemStatus{}, err
	}
	return p.config.Ledger.ProblemByReference(v.Context(), reference)
}

// sent shows the reference to keep.
func (p *Pages) sent(v *desk.Visit) (desk.Answer, error) {
	status, err := p.byReference(v, v.Query(referenceParameter))
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(sentPage{
		Frame:     v.Frame("Đã nhận phản ánh", "Your report has arrived"),
		Reference: desk.DisplayReference(status.Reference), AnswerLink: answerLink(v.Lang, status.Reference),
	}), nil
}

func answerLink(l ui.Lang, reference string) string {
	return answerPath + "?" + referenceParameter + "=" + reference + "&lang=" + string(l)
}

// answer shows what became of a report.
func (p *Pages) answer(v *desk.Visit) (desk.Answer, error) {
	typed := strings.TrimSpace(v.Query(referenceParameter))
	if typed == "" {
		return desk.Show(p.newAnswer(v, "")), nil
	}
	status, err := p.byReference(v, typed)
	if errors.Is(err, trace.ErrNotFound) {
		page := p.newAnswer(v, typed)
		page.Problem = v.T("Không có phản ánh nào mang số này. Hãy so lại từng ký tự.", "No report has this number. Compare each character.")
		return desk.ShowAs(http.StatusNotFound, page), nil
	}
	if err != nil {
		return desk.Answer{}, err
	}
	page := p.newAnswer(v, typed)
	page.tell(v, status)
	return desk.Show(page), nil
}

func (p *Pages) newAnswer(v *desk.Visit, typed string) answerPage {
	runes := []rune(typed)
	return answerPage{Frame: v.Frame("Xem trả lời phản ánh", "The answer to a report"), Typed: string(runes[:min(len(runes), maxTyped)]), Max: maxTyped}
}

// tell words the state of a report.
func (page *answerPage) tell(v *desk.Visit, s trace.ProblemStatus) {
	l := v.Lang
	page.Found, page.Reference = true, desk.DisplayReference(s.Reference)
	page.Badge = desk.ProblemBadge(l, s.State)
	switch s.State {
	case trace.ProblemNew:
		page.Words = l.T("Phản ánh đã đến nơi và đang chờ người xem. Mời bạn quay lại sau vài ngày.", "The report has arrived and waits to be read. Please come back in a few days.")
	case trace.ProblemSeen:
		page.Words = l.T("Đã có người xem phản ánh và đang tìm hiểu.", "Somebody has read the report and is looking into it.")
	case trace.ProblemDismissed:
		page.Words = l.T("Phản ánh đã được xem và khép lại mà không xử lý tiếp. Nếu có thông tin mới, mời bạn gửi phản ánh khác.",
			"The report was read and closed without further action. If you know more, please send another one.")
	case trace.ProblemAnswered:
		page.Answer = strings.Split(s.Answer, "\n")
		page.By = s.AnsweredBy + ", " + l.Moment(s.Answered)
	}
	page.Facts = desk.Facts(
		desk.Fact{Label: l.T("Số phản ánh", "Report"), Value: page.Reference},
		desk.Fact{Label: l.T("Gửi lúc", "Sent at"), Value: l.Moment(s.Reported)},
		desk.Fact{Label: l.T("Vấn đề", "About"), Value: l.Name(s.Kind.Name())},
		desk.Fact{Label: l.T("Mã trên tem", "Code on the stamp"), Value: display(s.Code)},
	)
	page.Forget = forgetForm(v, s.Reference)
}

func forgetForm(v *desk.Visit, reference string) *ui.Form {
	form := v.NewForm("Xóa liên hệ của tôi", "Delete my contact", ui.Group{Fields: []ui.Field{{
		Name: contactField, Label: v.T("Số điện thoại hoặc e-mail bạn đã để lại", "The telephone number or e-mail that you left"), Required: true, MaxLength: 200,
	}}})
	form.Action, form.Hidden = forgetPath, []ui.Field{{Name: referenceParameter, Value: reference}}
	return form
}

var errNoContact = trace.FieldErrors{{Field: contactField, Message: catalog.Name{
	VI: "phản ánh này không có liên hệ như vậy: gõ chưa đúng, không để lại, hoặc đã được xóa",
	EN: "this report has no such contact: it is mistyped, was never left, or is deleted already",
}}}

// forget removes the contact of a report for whoever knows both.
func (p *Pages) forget(v *desk.Visit) (desk.Answer, error) {
	reference := v.Value(referenceParameter)
	status, err := p.byReference(v, reference)
	if err != nil {
		return desk.Answer{}, err
	}
	page := p.newAnswer(v, reference)
	page.tell(v, status)
	err = p.config.Ledger.ForgetContact(v.Context(), reference, v.Value(contactField))
	if errors.Is(err, trace.ErrNotFound) {
		err = errNoContact
	}
	if err != nil {
		return v.Again(page, page.Forget, err)
	}
	page.Forgotten = true
	return desk.Show(page), nil
}
