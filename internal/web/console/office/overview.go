package office

import (
	"strconv"
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// Where the numbers of the overview lead.
const (
	overviewPath   = desk.Prefix + "/van-phong"
	recognisedPath = overviewPath + "/san-pham"
	endingPath     = overviewPath + "/het-han"
	batchesPath    = overviewPath + "/lo"
	personalPath   = desk.Prefix + "/du-lieu-ca-nhan"
)

// A figure is a number that leads to the list behind it.
type figure struct {
	Number, Label, Hint, Href, Icon string
	// Tone is warn for what waits for somebody, bad for what is wrong; empty
	// for what is neither, and for nothing.
	Tone  string
	Stars string
}

// An overviewPage is where the office begins.
type overviewPage struct {
	desk.Frame
	At    string
	Tasks []figure
	// Programme are the producers, the recognised products, and these by stars.
	Programme []figure
	Ending    []figure
	Stopped   []figure
}

// Template implements ui.Page.
func (overviewPage) Template() string { return "overview.html" }

// number writes a tally.
func number(l ui.Lang, t trace.Tally) string {
	if t.More {
		return l.T("hơn ", "more than ") + l.Number(t.N)
	}
	return l.Number(t.N)
}

// waiting is a number that wants something done, unless it is nothing.
func waiting(l ui.Lang, t trace.Tally, tone string, f figure) figure {
	f.Number = number(l, t)
	if t.N > 0 {
		f.Tone = tone
	}
	return f
}

func (o office) overview(v *desk.Visit) (desk.Answer, error) {
	all, err := o.Ledger.Overview(v.Context(), v.Actor)
	if err != nil {
		return desk.Answer{}, err
	}
	l := v.Lang
	page := &overviewPage{
		Frame: v.Frame("Tổng quan", "Overview"), At: l.Moment(o.Ledger.Now()),
		Tasks: []figure{
			waiting(l, all.Declared, "warn", figure{Label: l.T("giấy chủ thể tự khai, chờ xác nhận", "declared certificates to confirm"), Href: registerPath + "?loc=cho", Icon: "certificates"}),
			waiting(l, all.NewProblems, "warn", figure{Label: l.T("phản ánh mới, chưa ai xem", "new reports from shoppers"), Href: problemsPath, Icon: "problems"}),
			waiting(l, all.SeenProblems, "", figure{Label: l.T("phản ánh đang xem xét, chưa trả lời", "reports looked into, not answered"), Href: problemsPath + "?loc=" + string(trace.ProblemSeen), Icon: "problems"}),
			waiting(l, all.Proposed, "bad", figure{Label: l.T("đề nghị thu hồi, chờ người thứ hai duyệt", "recalls that wait for a second person"), Href: recallsPath, Icon: "inspecting"}),
		},
		Stopped: []figure{
			waiting(l, all.Held, "warn", figure{Label: l.T("lô tạm dừng lưu hành", "batches held"), Href: batchesPath + "?loc=tam-dung", Icon: "batches"}),
			waiting(l, all.Recalled, "bad", figure{Label: l.T("lô bị thu hồi", "batches recalled"), Href: batchesPath + "?loc=thu-hoi", Icon: "batches"}),
		},
	}
	asked, err := o.askedFigure(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Tasks = append(page.Tasks, asked)
	recognised, err := o.recognisedFigures(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Programme = append([]figure{
		{Number: number(l, all.Producers), Label: l.T("chủ thể", "producers"), Href: producersPath, Icon: "people"},
	}, recognised...)
	page.Ending, err = o.endingFigures(v)
	return desk.Show(page), err
}

// askedFigure is what persons ask about their data, and how much of it is late.
func (o office) askedFigure(v *desk.Visit) (figure, error) {
	open, err := o.Privacy.Open(v.Context(), v.Actor)
	late := 0
	for _, s := range open {
		if s.Data.Overdue(v.Today()) {
			late++
		}
	}
	label, tone := v.T("yêu cầu về dữ liệu cá nhân", "requests about personal data"), "warn"
	if late > 0 {
		label += v.T(", quá hạn: ", ", overdue: ") + v.Lang.Number(late)
		tone = "bad"
	}
	return waiting(v.Lang, trace.Tally{N: len(open)}, tone, figure{Label: label, Href: personalPath, Icon: "people"}), err
}

// recognisedFigures are the products with stars today: all, and by stars.
func (o office) recognisedFigures(v *desk.Visit) ([]figure, error) {
	list, more, err := o.Ledger.Recognitions(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	figures := []figure{{
		Number: number(v.Lang, trace.Tally{N: len(list), More: more}), Label: v.T("sản phẩm được công nhận", "recognised products"), Href: recognisedPath, Icon: "products",
	}}
	for n, count := range countStars(list) {
		if n < 3 {
			continue
		}
		figures = append(figures, figure{
			Number: number(v.Lang, trace.Tally{N: count, More: more}), Label: stars(v.Lang, n), Href: recognisedPath + "?sao=" + strconv.Itoa(n), Stars: strings.Repeat("★", n),
		})
	}
	return figures, nil
}

// countStars counts products by their stars.
func countStars(list []trace.Recognition) (counts [6]int) {
	for _, r := range list {
		counts[r.Stars]++
	}
	return counts
}

// endingFigures are the certificates that end soon.
func (o office) endingFigures(v *desk.Visit) ([]figure, error) {
	var figures []figure
	for _, days := range endingDays {
		list, more, err := o.Ledger.EndingCertificates(v.Context(), v.Actor, days)
		if err != nil {
			return nil, err
		}
		tone := ""
		if days == endingDays[0] {
			tone = "warn"
		}
		figures = append(figures, waiting(v.Lang, trace.Tally{N: len(list), More: more}, tone, figure{
			Label: v.T("giấy chứng nhận hết hạn trong ", "certificates end within ") + v.Lang.Number(days) + v.T(" ngày", " days"),
			Href:  endingPath + "?ngay=" + strconv.Itoa(days), Icon: "history",
		}))
	}
	return figures, nil
}
