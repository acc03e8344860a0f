package problems

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// queryOf makes the query of an address out of names and values; empty ones are
// left out.
func queryOf(pairs ...string) string {
	query := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query.Encode()
}

// A reportPage is one report.
type reportPage struct {
	desk.Frame
	ID     string
	State  desk.Badge
	Lines  []string
	Facts  []desk.Fact
	Photo  string
	File   string // the whole record of the batch
	Others string // reports about the same producer
	// Contact is how to reach who reported; Mail tells which kind it is.
	Contact, Tel  string
	Mail          bool
	ContactUntil  string
	Given         []string // the answer
	GivenBy       string
	Reason        string // of a dismissal
	See           *ui.Form
	Answer        *ui.Form
	Dismiss       *ui.Form
	PublicAddress string
	History       []desk.Change
}

// Template implements ui.Page.
func (reportPage) Template() string { return "problem-show.html" }

func (in inbox) show(v *desk.Visit) (desk.Answer, error) {
	page, err := in.report(v)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(page), nil
}

// report builds the page of the report that is asked for.
func (in inbox) report(v *desk.Visit) (*reportPage, error) {
	history, err := in.Ledger.ProblemHistory(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	s := history[len(history)-1]
	p := s.Data
	name := v.Lang.Name(p.Kind.Name())
	page := &reportPage{
		Frame: v.Frame(name, name, desk.Link{Label: v.T("Phản ánh", "Reports"), Href: path}), ID: s.ID,
		State: desk.ProblemBadge(v.Lang, p.State), Lines: strings.Split(p.Text, "\n"),
		PublicAddress: "/phan-anh/tra-loi?so=" + p.Reference,
	}
	if (p.Photo != trace.Digest{}) {
		page.Photo = path + "/" + s.ID + "/anh"
	}
	if err := in.about(v, page, s); err != nil {
		return nil, err
	}
	if err := in.contact(v, page, s); err != nil {
		return nil, err
	}
	page.decided(v, p)
	page.forms(v, s)
	page.History, err = desk.History(v, history, whatChanged)
	return page, err
}

// about tells what goods a report is about.
func (in inbox) about(v *desk.Visit, page *reportPage, s trace.Stored[trace.Problem]) error {
	p := s.Data
	var goods, maker, lot string
	if p.Batch != "" {
		batch, err := in.Ledger.Batch(v.Context(), v.Actor, p.Batch)
		if err != nil {
			return err
		}
		product, err := in.Ledger.Product(v.Context(), v.Actor, batch.Data.Product)
		if err != nil {
			return err
		}
		producer, err := in.Ledger.Producer(v.Context(), v.Actor, p.Producer)
		if err != nil {
			return err
		}
		goods, maker, lot = v.Lang.Name(product.Data.Name), producer.Data.Name, batch.Data.Lot.String()
		page.File = desk.Prefix + "/ho-so/" + p.Batch
		page.Others = path + "?" + queryOf(producerParameter, p.Producer, stateParameter, everyState)
	}
	page.Facts = desk.Facts(
		desk.Fact{Label: v.T("Số phản ánh", "Reference"), Value: desk.DisplayReference(p.Reference)},
		desk.Fact{Label: v.T("Gửi lúc", "Sent at"), Value: v.Lang.Moment(s.Created)},
		desk.Fact{Label: v.T("Mã trên tem", "Code on the stamp"), Value: desk.Display(p.Code)},
		desk.Fact{Label: v.T("Sản phẩm", "Product"), Value: goods},
		desk.Fact{Label: v.T("Số lô", "Lot"), Value: lot},
		desk.Fact{Label: v.T("Chủ thể", "Producer"), Value: maker},
		desk.Fact{Label: v.T("Mua ở đâu", "Where bought"), Value: p.Bought},
	)
	return nil
}

// contact tells how to reach who reported, and until when that is kept.
func (in inbox) contact(v *desk.Visit, page *reportPage, s trace.Stored[trace.Problem]) error {
	c, err := in.Ledger.ProblemContact(v.Context(), v.Actor, s.ID)
	if errors.Is(err, trace.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	page.Contact, page.Mail = c.Contact, strings.Contains(c.Contact, "@")
	page.Tel = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, c.Contact)
	until := s.Created.Add(trace.ContactAtMost)
	if closed := s.Data.Closed; closed != nil {
		until = earlier(until, closed.At.Add(trace.ContactAfterClosing))
	}
	page.ContactUntil = v.Lang.Date(trace.DateOf(until))
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// decided tells what was done about a report.
func (page *reportPage) decided(v *desk.Visit, p trace.Problem) {
	if p.Closed == nil {
		return
	}
	by := p.Closed.Organisation
	if p.Closed.Role == trace.ProducerRole {
		by = v.T("chủ thể", "the producer")
	}
	page.GivenBy = by + ", " + v.Lang.Moment(p.Closed.At)
	page.Reason = p.Closed.Reason
	if p.State == trace.ProblemAnswered {
		page.Given = strings.Split(p.Answer, "\n")
	}
}

// forms offers what may still be done.
func (page *reportPage) forms(v *desk.Visit, s trace.Stored[trace.Problem]) {
	form := func(action, vi, en string, groups ...ui.Group) *ui.Form {
		f := v.NewForm(vi, en, groups...)
		f.Action, f.Revision = path+"/"+s.ID+"/"+action, s.Revision
		return f
	}
	if s.Data.State == trace.ProblemDismissed {
		return
	}
	answer := ui.Field{
		Name: "answer", Label: v.T("Câu trả lời", "The answer"), Type: ui.TextArea, Rows: 5, Required: true, MaxLength: 2000, Value: s.Data.Answer,
		Hint: v.T("Công khai: ai có số phản ánh đều đọc được. Không ghi tên hay liên hệ của người phản ánh.", "Public: whoever has the reference can read it. Do not name who reported."),
	}
	page.Answer = form("tra-loi", "Trả lời", "Answer", ui.Group{Fields: []ui.Field{answer}})
	if s.Data.State == trace.ProblemAnswered {
		page.Answer.Submit = v.T("Thay câu trả lời", "Replace the answer")
		return
	}
	if s.Data.State == trace.ProblemNew {
		page.See = form("nhan", "Nhận xem xét", "Look into it")
	}
	page.Dismiss = form("khep-lai", "Khép lại", "Close", ui.Group{Fields: []ui.Field{{
		Name: "reason", Label: v.T("Lý do", "Reason"), Type: ui.TextArea, Required: true, MaxLength: 2000,
		Hint: v.T("Chỉ lưu nội bộ; người phản ánh chỉ thấy là đã khép lại.", "Kept here only; who reported sees no more than that it was closed."),
	}}})
	page.Dismiss.Danger = true
}

// whatChanged words a revision of a report.
func whatChanged(before *trace.Problem, after trace.Problem) catalog.Name {
	switch {
	case before == nil:
		return catalog.Name{VI: "Gửi phản ánh", EN: "Reported"}
	case after.State == trace.ProblemSeen:
		return catalog.Name{VI: "Nhận xem xét", EN: "Being looked into"}
	case after.State == trace.ProblemDismissed:
		return catalog.Name{VI: "Khép lại", EN: "Closed"}
	case before.State == trace.ProblemAnswered:
		return catalog.Name{VI: "Thay câu trả lời", EN: "Answer replaced"}
	}
	return catalog.Name{VI: "Trả lời", EN: "Answered"}
}

// photo shows the picture that came with a report.
func (in inbox) photo(v *desk.Visit) (desk.Answer, error) {
	s, err := in.Ledger.Problem(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	if (s.Data.Photo == trace.Digest{}) {
		return desk.Answer{}, trace.ErrHidden
	}
	info, content, err := in.Ledger.FileContent(v.Context(), s.Data.Photo)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Picture(info.Type, "phan-anh-"+s.Data.Reference+".jpg", func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}), nil
}

func (in inbox) see(v *desk.Visit) (desk.Answer, error) {
	id := v.Param("id")
	if _, err := in.Ledger.SeeProblem(v.Context(), v.Write(), id); err != nil {
		return in.again(v, err, func(p *reportPage) *ui.Form { return p.See })
	}
	return v.Redirect(path+"/"+id, "Đã nhận xem xét. Người phản ánh thấy “đang xem xét”.", "You are looking into it; who reported sees that."), nil
}

func (in inbox) answer(v *desk.Visit) (desk.Answer, error) {
	id := v.Param("id")
	if _, err := in.Ledger.AnswerProblem(v.Context(), v.Write(), id, v.Value("answer")); err != nil {
		return in.again(v, err, func(p *reportPage) *ui.Form { return p.Answer })
	}
	return v.Redirect(path+"/"+id, "Đã trả lời.", "Answered."), nil
}

func (in inbox) dismiss(v *desk.Visit) (desk.Answer, error) {
	id := v.Param("id")
	if _, err := in.Ledger.DismissProblem(v.Context(), v.Write(), id, v.Value("reason")); err != nil {
		return in.again(v, err, func(p *reportPage) *ui.Form { return p.Dismiss })
	}
	return v.Redirect(path+"/"+id, "Đã khép lại.", "Closed."), nil
}

// again shows the page with a form that was refused. Where somebody else was
// faster and the form is no longer offered, the error itself is shown.
func (in inbox) again(v *desk.Visit, err error, of func(*reportPage) *ui.Form) (desk.Answer, error) {
	page, pageErr := in.report(v)
	if pageErr != nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	form := of(page)
	if form == nil {
		return desk.Answer{}, err
	}
	return v.Again(page, form, err)
}
