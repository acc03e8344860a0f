package operation

import (
	"temgoc/internal/catalog"
	"temgoc/internal/health"
	"temgoc/internal/web/desk"
)

// A findingView is one thing that was looked at.
type findingView struct {
	Check, Title, What, Why, Remedy string
	State                           desk.Badge
}

// A replicaView is one process of the service.
type replicaView struct {
	Host, Version, Started, Seen string
	State                        desk.Badge
}

// A statusPage tells how the service stands: what is wrong first, with what to
// do about it.
type statusPage struct {
	desk.Frame
	Worst    desk.Badge
	Findings []findingView
	Replicas []replicaView
}

// Template implements ui.Page.
func (statusPage) Template() string { return "status.html" }

// status shows what the service knows of itself. It was looked at lately, not
// now: the page waits for nothing that may be away.
func (o operation) status(v *desk.Visit) (desk.Answer, error) {
	page := &statusPage{Frame: v.Frame("Tình trạng hệ thống", "State of the service")}
	var findings []health.Finding
	if o.Health != nil {
		findings = o.Health.Findings()
		for _, r := range o.Health.Known() {
			view := replicaView{r.Host, r.Version, v.Lang.Moment(r.Started), v.Lang.Moment(r.At), desk.Good(v.T("đang chạy", "running"))}
			if r.Away(o.Ledger.Now()) {
				view.State = desk.Bad(v.T("không thấy", "not heard of"))
			}
			page.Replicas = append(page.Replicas, view)
		}
	}
	page.Worst = badge(v, health.Worst(findings), overall[health.Worst(findings)])
	for _, level := range []health.Level{health.Bad, health.Warn, health.Good} {
		for _, f := range findings {
			if f.Level == level {
				page.Findings = append(page.Findings, findingView{
					f.Check, v.Lang.Name(f.Title), v.Lang.Name(f.What), v.Lang.Name(f.Why), v.Lang.Name(f.Remedy), badge(v, level, level.Name()),
				})
			}
		}
	}
	return desk.Show(page), nil
}

// overall is what is said of the whole.
var overall = map[health.Level]catalog.Name{
	health.Good: {VI: "Mọi thứ đều ổn", EN: "All is in order"},
	health.Warn: {VI: "Có điều cần lưu ý", EN: "Something needs attention"},
	health.Bad:  {VI: "Có lỗi cần xử lý ngay", EN: "Something is wrong and must be seen to now"},
}

// badge shows a level, in words and by a sign besides its colour.
func badge(v *desk.Visit, l health.Level, text catalog.Name) desk.Badge {
	switch l {
	case health.Good:
		return desk.Good(v.Lang.Name(text))
	case health.Warn:
		return desk.Warn(v.Lang.Name(text))
	}
	return desk.Bad(v.Lang.Name(text))
}
