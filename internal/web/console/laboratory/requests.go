package laboratory

import (
	"errors"
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A requestView is a request in the list.
type requestView struct {
	ID, Asker, Sample, Asked string
	Subject                  subject
	State                    desk.Badge
}

// A requestsPage lists what was asked of the laboratory.
type requestsPage struct {
	desk.Frame
	Filters  []desk.Link
	Requests []requestView
	Pager    desk.Pager
}

// Template implements ui.Page.
func (requestsPage) Template() string { return "requests.html" }

// badge shows where a request stands.
func badge(v *desk.Visit, s trace.RequestState) desk.Badge {
	text := v.Lang.Name(s.Name())
	switch s {
	case trace.RequestOpen:
		return desk.Warn(text)
	case trace.RequestReported:
		return desk.Good(text)
	}
	return desk.Calm(text)
}

func (l laboratory) requests(v *desk.Visit) (desk.Answer, error) {
	page := requestsPage{Frame: v.Frame("Yêu cầu kiểm nghiệm", "Test requests")}
	chosen := trace.RequestState(v.Query("loc"))
	for _, s := range []trace.RequestState{"", trace.RequestOpen, trace.RequestAccepted, trace.RequestReported, trace.RequestDeclined, trace.RequestCancelled} {
		label := v.Lang.Name(s.Name())
		if s == "" {
			label = v.T("tất cả", "all")
		}
		page.Filters = append(page.Filters, desk.Link{Label: label, Href: path + "?loc=" + string(s), Current: s == chosen})
	}
	list, err := l.Ledger.Requests(v.Context(), v.Actor, trace.RequestQuery{State: chosen}, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	for _, r := range list.Items {
		view := requestView{
			ID: r.ID, Asker: r.Data.Asker, Sample: r.Data.Sample.Code, Asked: v.Lang.Date(trace.DateOf(r.Created)), State: badge(v, r.Data.State),
		}
		// What is declined or cancelled may be hidden from the laboratory by now.
		view.Subject, err = l.subject(v, r.Data.Product, r.Data.Batch)
		if err != nil && !errors.Is(err, trace.ErrNotFound) {
			return desk.Answer{}, err
		}
		page.Requests = append(page.Requests, view)
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// A requestPage is one request.
type requestPage struct {
	desk.Frame
	ID       string
	State    desk.Badge
	Facts    []desk.Fact
	Criteria []string
	Note     string
	MayWrite bool
	Reported bool
	Accept   *ui.Form
	Decline  *ui.Form
}

// Template implements ui.Page.
func (requestPage) Template() string { return "request.html" }

func (l laboratory) requestPage(v *desk.Visit) (*requestPage, error) {
	r, err := l.Ledger.Request(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	s, err := l.subject(v, r.Data.Product, r.Data.Batch)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return nil, err
	}
	title := s.Product
	if title == "" {
		title = v.T("Yêu cầu kiểm nghiệm", "Test request")
	}
	page := &requestPage{
		Frame: v.Frame(title, title, home(v)), ID: r.ID, State: badge(v, r.Data.State), Criteria: r.Data.Criteria, Note: r.Data.Note,
		MayWrite: r.Data.State.Pending(), Reported: r.Data.State == trace.RequestReported,
		Facts: desk.Facts(
			desk.Fact{Label: v.T("Bên yêu cầu", "Asked by"), Value: r.Data.Asker},
			desk.Fact{Label: v.T("Số lô", "Lot"), Value: s.Lot},
			desk.Fact{Label: v.T("Mã lô", "Batch code"), Value: s.Code},
			desk.Fact{Label: v.T("Mã mẫu", "Sample code"), Value: r.Data.Sample.Code},
			desk.Fact{Label: v.T("Mô tả mẫu", "Sample"), Value: r.Data.Sample.Description},
			desk.Fact{Label: v.T("Ngày gửi mẫu", "Sent on"), Value: v.Lang.Date(r.Data.Sample.Sent)},
			desk.Fact{Label: v.T("Yêu cầu lúc", "Asked"), Value: v.Lang.Moment(r.Created)},
			desk.Fact{Label: v.T("Lý do", "Reason"), Value: r.Data.Reason},
		),
	}
	if r.Data.State == trace.RequestOpen {
		page.Accept = v.NewForm("Tiếp nhận mẫu", "Accept the sample")
		page.Accept.Action, page.Accept.Revision = path+"/"+r.ID+"/tiep-nhan", r.Revision
	}
	if r.Data.State.Pending() {
		page.Decline = v.NewForm("Từ chối yêu cầu", "Decline the request", ui.Group{Fields: []ui.Field{
			{Name: "reason", Label: v.T("Lý do", "Reason"), Type: ui.TextArea, Rows: 2, Required: true, MaxLength: 2000},
		}})
		page.Decline.Action, page.Decline.Danger, page.Decline.Revision = path+"/"+r.ID+"/tu-choi", true, r.Revision
	}
	return page, nil
}

func (l laboratory) request(v *desk.Visit) (desk.Answer, error) {
	page, err := l.requestPage(v)
	return desk.Show(page), err
}

func (l laboratory) accept(v *desk.Visit) (desk.Answer, error) {
	if _, err := l.Ledger.AcceptRequest(v.Context(), v.Write(), v.Param("id")); err != nil {
		return desk.Answer{}, err
	}
	return v.Redirect(path+"/"+v.Param("id"), "Đã tiếp nhận mẫu.", "The sample is accepted."), nil
}

func (l laboratory) decline(v *desk.Visit) (desk.Answer, error) {
	_, err := l.Ledger.DeclineRequest(v.Context(), v.Write(), v.Param("id"), v.Value("reason"))
	if err == nil {
		return v.Redirect(path, "Đã từ chối yêu cầu.", "The request is declined."), nil
	}
	page, pageErr := l.requestPage(v)
	if pageErr != nil || page.Decline == nil {
		return desk.Answer{}, err
	}
	return v.Again(page, page.Decline, err)
}

// lines joins what is there.
func lines(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}
