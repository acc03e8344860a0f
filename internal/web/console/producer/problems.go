package producer

import (
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A problemsPage lists what shoppers report about goods of the business.
type problemsPage struct {
	desk.Frame
	Filters []desk.Link
	Items   []problemLine
	Pager   desk.Pager
	All     bool // nothing narrows the list
}

// Template implements ui.Page.
func (problemsPage) Template() string { return "problems.html" }

// A problemLine is one report in a list.
type problemLine struct {
	Href, Kind, Text, Code, When string
	State                        desk.Badge
}

// problemFilters are the states that the list can be narrowed to, by the word in
// the address.
var problemFilters = []struct {
	word   string
	state  trace.ProblemState
	vi, en string
}{
	{"", "", "Tất cả", "All"}, {"moi", trace.ProblemNew, "Chưa xem", "New"}, {"dang-xem", trace.ProblemSeen, "Đang xem xét", "Being looked into"},
	{"da-tra-loi", trace.ProblemAnswered, "Đã trả lời", "Answered"}, {"khep-lai", trace.ProblemDismissed, "Đã khép lại", "Closed"},
}

func (b *business) problems(v *desk.Visit) (desk.Answer, error) {
	page := &problemsPage{Frame: v.Frame("Phản ánh của khách", "Reports from shoppers"), All: true}
	query := trace.ProblemQuery{Producer: v.Actor.Producer}
	for _, f := range problemFilters {
		current := v.Query("xem") == f.word
		page.Filters = append(page.Filters, desk.Link{Label: v.T(f.vi, f.en), Href: problemsPath + "?xem=" + f.word, Current: current})
		if current {
			query.State, page.All = f.state, f.word == ""
		}
	}
	list, err := b.Ledger.Problems(v.Context(), v.Actor, query, v.Paging())
	for _, s := range list.Items {
		page.Items = append(page.Items, problemLineOf(v, s))
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(page), err
}

func problemLineOf(v *desk.Visit, s trace.Stored[trace.Problem]) problemLine {
	return problemLine{
		Href: problemsPath + "/" + s.ID, Kind: v.Lang.Name(s.Data.Kind.Name()), Text: ui.Shortened(s.Data.Text, 120),
		Code: desk.Display(s.Data.Code), When: v.Lang.Moment(s.Created), State: problemBadge(v.Lang, s.Data.State),
	}
}

// problemBadge shows where a report stands, as the business sees it.
func problemBadge(l ui.Lang, s trace.ProblemState) desk.Badge {
	switch s {
	case trace.ProblemNew:
		return desk.Bad(l.T("chưa xem", "new"))
	case trace.ProblemSeen:
		return desk.Warn(l.T("đang xem xét", "being looked into"))
	case trace.ProblemAnswered:
		return desk.Good(l.T("đã trả lời", "answered"))
	}
	return desk.Calm(l.T("đã khép lại", "closed"))
}

// A problemPage is one report, with a form to answer it.
type problemPage struct {
	desk.Frame
	State   desk.Badge
	Facts   []desk.Fact
	Text    string
	Photo   string
	Answer  string
	Form    *ui.Form
	Seen    *ui.Form // a button; nil once somebody looked
	History []desk.Change
}

// Template implements ui.Page.
func (problemPage) Template() string { return "problem.html" }

func (b *business) problem(v *desk.Visit) (desk.Answer, error) {
	page, err := b.problemPage(v)
	return desk.Show(page), err
}

func (b *business) problemPage(v *desk.Visit) (*problemPage, error) {
	s, err := b.Ledger.Problem(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	revisions, err := b.Ledger.ProblemHistory(v.Context(), v.Actor, s.ID)
	if err != nil {
		return nil, err
	}
	frame := v.Frame("", "", desk.Link{Label: v.T("Phản ánh của khách", "Reports"), Href: problemsPath})
	frame.Title = v.Lang.Name(s.Data.Kind.Name())
	page := &problemPage{Frame: frame, State: problemBadge(v.Lang, s.Data.State), Text: s.Data.Text, Answer: s.Data.Answer}
	page.Facts = desk.Facts(
		desk.Fact{Label: v.T("Mã trên tem", "Code"), Value: desk.Display(s.Data.Code), Href: batchPath(s.Data.Batch)},
		desk.Fact{Label: v.T("Nơi mua", "Bought at"), Value: s.Data.Bought},
		desk.Fact{Label: v.T("Gửi lúc", "Sent"), Value: v.Lang.Moment(s.Created)},
		desk.Fact{Label: v.T("Số phản ánh", "Reference"), Value: s.Data.Reference},
	)
	if s.Data.Photo != (trace.Digest{}) {
		page.Photo = "/anh/" + s.Data.Photo.String()
	}
	if mayAnswer(s.Data) {
		page.Form = answerForm(v, s)
	}
	if s.Data.State == trace.ProblemNew {
		page.Seen = v.NewForm("Tôi đang xem xét", "I am looking into it")
		page.Seen.Action = problemsPath + "/" + s.ID + "/xem"
	}
	page.History, err = desk.History(v, revisions, problemChange)
	return page, err
}

// mayAnswer tells whether a form makes sense: what an authority answered or
// closed stays.
func mayAnswer(p trace.Problem) bool {
	return p.State == trace.ProblemNew || p.State == trace.ProblemSeen || p.State == trace.ProblemAnswered && p.Closed.Role == trace.ProducerRole
}

func answerForm(v *desk.Visit, s trace.Stored[trace.Problem]) *ui.Form {
	form := v.NewForm("Gửi câu trả lời", "Send the answer", ui.Group{Fields: []ui.Field{{
		Name: "answer", Label: v.T("Trả lời", "Answer"), Type: ui.TextArea, Rows: 4, Value: s.Data.Answer, Required: true, MaxLength: 2000,
		Hint: v.T("Người phản ánh đọc được bằng số phản ánh. Đừng ghi thông tin cá nhân của ai.", "Who reported it can read it by the reference. Name nobody's personal data."),
	}}})
	form.Revision = s.Revision
	return form
}

// problemChange says what a revision of a report did.
func problemChange(before *trace.Problem, now trace.Problem) catalog.Name {
	switch {
	case before == nil:
		return catalog.Name{VI: "Khách gửi phản ánh", EN: "Reported"}
	case now.State == trace.ProblemAnswered && before.State == trace.ProblemAnswered:
		return catalog.Name{VI: "Sửa câu trả lời", EN: "Answer replaced"}
	}
	name := now.State.Name()
	return catalog.Name{VI: sentenceCase(name.VI), EN: sentenceCase(name.EN)}
}

func (b *business) answerProblem(v *desk.Visit) (desk.Answer, error) {
	_, err := b.Ledger.AnswerProblem(v.Context(), v.Write(), v.Param("id"), v.Value("answer"))
	if err != nil {
		page, pageErr := b.problemPage(v)
		if pageErr != nil || page.Form == nil {
			return desk.Answer{}, firstError(pageErr, err)
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(problemsPath+"/"+v.Param("id"), "Đã gửi câu trả lời.", "The answer was sent."), nil
}

func (b *business) seeProblem(v *desk.Visit) (desk.Answer, error) {
	if _, err := b.Ledger.SeeProblem(v.Context(), v.Write(), v.Param("id")); err != nil {
		return desk.Answer{}, err
	}
	return v.Redirect(problemsPath+"/"+v.Param("id"), "Đã ghi nhận.", "Noted."), nil
}
