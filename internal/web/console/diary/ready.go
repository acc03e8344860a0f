package diary

import (
	"fmt"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A readiness is what was found out about an order before it is printed.
type readiness struct {
	Badge    desk.Badge
	Findings []finding
	Forecast string
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
	if q := p.Forecast; q != nil {
		r.Forecast = fmt.Sprintf(v.T("Dự báo mức %s theo ISO/IEC 15415, ô mã QR %s mm (%s chấm). Là dự báo, không phải chứng nhận.", "Forecast: grade %s by ISO/IEC 15415, modules of %s mm (%s dots). A forecast, not a certificate."),
			q.Grade, trace.Decimal(fmt.Sprintf("%d.%03d", q.Module/1000, q.Module%1000)).In(string(v.Lang)), trace.Decimal(q.Dots).In(string(v.Lang)))
	}
	r.Open = s.Data.State == printing.Allocated || r.Visited || p.Stop
	page.Ready = r
	return nil
}
