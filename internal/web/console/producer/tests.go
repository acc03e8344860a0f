package producer

import (
	"slices"

	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A testsPage lists test reports, and what laboratories are asked for.
type testsPage struct {
	desk.Frame
	// Pending are requests that a laboratory has not answered; of all requests
	// there is a list of its own.
	Pending     []requestLine
	AllRequests string
	// Requests says that the list is that of requests.
	Requests []requestLine
	Reports  []reportLine
	Whole    bool // only requests are shown
	Pager    desk.Pager
}

// Template implements ui.Page.
func (testsPage) Template() string { return "tests.html" }

// A reportLine is one report in a list.
type reportLine struct {
	Href, Laboratory, Number, Issued string
	Product, Subject                 string
	Verdict, Standing                desk.Badge
}

// A requestLine is one request in a list.
type requestLine struct {
	Href, Laboratory, Product, Subject, Since string
	State                                     desk.Badge
}

// requestsView is the value of the parameter "xem" for the list of requests.
const requestsView = "yeu-cau"

func (b *business) tests(v *desk.Visit) (desk.Answer, error) {
	page := &testsPage{Frame: v.Frame("Kiểm nghiệm", "Tests"), AllRequests: testsPath + "?xem=" + requestsView, Whole: v.Query("xem") == requestsView}
	products, err := b.allProducts(v)
	if err != nil {
		return desk.Answer{}, err
	}
	names := labels(products)
	if page.Whole {
		requests, err := b.Ledger.Requests(v.Context(), v.Actor, trace.RequestQuery{}, v.Paging())
		for _, r := range requests.Items {
			page.Requests = append(page.Requests, requestLineOf(v, r, names))
		}
		page.Pager = v.Pager(requests.Next)
		return desk.Show(page), err
	}
	pending, err := b.pendingRequests(v)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, r := range pending {
		page.Pending = append(page.Pending, requestLineOf(v, r, names))
	}
	reports, err := b.Ledger.Tests(v.Context(), v.Actor, trace.TestQuery{}, v.Paging())
	for _, r := range reports.Items {
		page.Reports = append(page.Reports, reportLineOf(v, r, names))
	}
	page.Pager = v.Pager(reports.Next)
	return desk.Show(page), err
}

// pendingRequests are those of the latest that wait for their laboratory.
func (b *business) pendingRequests(v *desk.Visit) ([]trace.Stored[trace.TestRequest], error) {
	latest, err := b.Ledger.Requests(v.Context(), v.Actor, trace.RequestQuery{}, trace.Paging{})
	pending := slices.DeleteFunc(latest.Items, func(r trace.Stored[trace.TestRequest]) bool { return !r.Data.State.Pending() })
	return pending, err
}

func reportLineOf(v *desk.Visit, r trace.Stored[trace.TestReport], names map[string]string) reportLine {
	return reportLine{
		Href: testsPath + "/" + r.ID, Laboratory: r.Data.Laboratory.Name, Number: r.Data.Number, Issued: v.Lang.Date(r.Data.Issued),
		Product: names[r.Data.Product], Subject: subjectWords(v.Lang, r.Data.Scope, r.Data.Batch),
		Verdict: desk.VerdictBadge(v.Lang, r.Data.Verdict()), Standing: reportStanding(v.Lang, r.Data),
	}
}

// reportStanding tells the laboratory's own reports from those that were typed.
func reportStanding(l ui.Lang, r trace.TestReport) desk.Badge {
	if r.Verified != nil {
		return desk.Good(l.T("phòng thử nghiệm gửi", "sent by the laboratory"))
	}
	return declaredBadge(l)
}

// subjectWords are what was tested: the batch, where it was one.
func subjectWords(l ui.Lang, scope, batch string) string {
	if batch != "" {
		return l.T("lô ", "batch ") + desk.Display(batch)
	}
	return testsheet.ScopeName(l, scope)
}

func requestLineOf(v *desk.Visit, r trace.Stored[trace.TestRequest], names map[string]string) requestLine {
	line := requestLine{
		Href: requestsPath + "/" + r.ID, Laboratory: r.Data.Laboratory, Product: names[r.Data.Product],
		Since: v.Lang.Date(trace.DateOf(r.Created)), State: requestBadge(v.Lang, r.Data.State),
	}
	if r.Data.Batch != "" {
		line.Subject = subjectWords(v.Lang, "", r.Data.Batch)
	}
	return line
}

// requestBadge shows where a request stands.
func requestBadge(l ui.Lang, s trace.RequestState) desk.Badge {
	text := l.Name(s.Name())
	switch s {
	case trace.RequestOpen:
		return desk.Warn(text)
	case trace.RequestReported:
		return desk.Good(text)
	case trace.RequestDeclined:
		return desk.Bad(text)
	}
	return desk.Calm(text)
}
