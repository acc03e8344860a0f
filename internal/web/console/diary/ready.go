package diary

import (
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A readiness is what was found out about an order before it is printed.
type readiness struct {
	Badge    desk.Badge
	Findings []finding
	Visited  bool
	Open     bool
}

type finding struct {
	Badge        desk.Badge
	Says, Advice string
}

// visitInput asks to try the address that is printed, which takes a while.
const visitInput = "thu"

// addReadiness looks at an order before it is printed, on the printer that is
// chosen. The address is only tried when somebody asks for it.
func (d *diary) addReadiness(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order], printer string) error {
	var visit printing.Visit
	if v.Query(visitInput) != "" {
		visit = d.Visit
	}
	p, err := d.Book.Preflight(v.Context(), v.Actor, s.ID, printer, visit)
	if err != nil {
		return err
	}
	r := &readiness{Badge: desk.Good(v.T("sẵn sàng in", "ready to print")), Visited: visit != nil}
	for _, f := range p.Findings {
		shown := finding{Says: v.Lang.Name(f.Message), Advice: v.Lang.Name(f.Advice), Badge: desk.Good(v.T("đạt", "fine"))}
		switch f.Severity {
		case printing.Warn:
			shown.Badge = desk.Warn(v.T("xem lại", "look again"))
		case printing.Stop:
			shown.Badge = desk.Bad(v.T("dừng", "stop"))
		}
		r.Findings = append(r.Findings, shown)
		if f.Severity == printing.Warn && !p.Stop {
			r.Badge = desk.Warn(v.T("nên xem lại", "look again"))
		}
	}
	if p.Stop {
		r.Badge = desk.Bad(v.T("chưa nên in", "do not print"))
	}
	r.Open = s.Data.State == printing.Allocated || r.Visited || p.Stop
	page.Ready = r
	return nil
}
