package diary

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A historyPage tells who did what with a batch, exactly and to the minute.
type historyPage struct {
	desk.Frame
	Head   head
	Events []event
	Pager  desk.Pager
}

// Template implements ui.Page.
func (historyPage) Template() string { return "history.html" }

// An event is one revision of one of a batch's documents.
type event struct {
	When, Who, What string
	Icon, Href      string
	Changes         []difference

	at time.Time
	by string // the actor, while Who is to be looked up
}

// eventsShown is how many events a page of the history has.
const eventsShown = 100

func (d *diary) history(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	events, err := d.events(v, dossier)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &historyPage{Frame: v.Frame("Lịch sử của lô", "History of the batch", trail(v, dossier)...), Head: headOf(v, dossier)}
	from, _ := strconv.Atoi(v.Query("after")) // the beginning where it is no number
	from = min(max(0, from), len(events))
	until := min(from+eventsShown, len(events))
	if until < len(events) {
		page.Pager = v.Pager(strconv.Itoa(until))
	}
	page.Events = events[from:until]
	return desk.Show(page), nameActors(v, page.Events)
}

// events gathers what was written about a batch, the latest first.
func (d *diary) events(v *desk.Visit, dossier *trace.Dossier) ([]event, error) {
	orders, err := d.orderEvents(v, dossier.Batch.ID)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(batchEvents(v, dossier), recordEvents(v, dossier), testEvents(v, dossier), voidEvents(v, dossier), orders)
	slices.Reverse(all) // of what was written at one time, the last first
	slices.SortStableFunc(all, func(a, b event) int { return b.at.Compare(a.at) })
	return all, nil
}

// nameActors names those who are no authority: that is named already.
func nameActors(v *desk.Visit, events []event) error {
	var ids []string
	for _, e := range events {
		ids = append(ids, e.by)
	}
	slices.Sort(ids)
	names, err := v.Names(slices.Compact(ids))
	for i, e := range events {
		events[i].Who = cmp.Or(e.Who, names[e.by])
	}
	return err
}

// eventOf begins the event of a revision, by an authority where one is named.
func eventOf[T any](v *desk.Visit, s trace.Stored[T], authority, icon, what string) event {
	return event{When: v.Lang.Moment(s.Changed), Who: authority, What: what, Icon: icon, at: s.Changed, by: s.By}
}

func batchEvents(v *desk.Visit, d *trace.Dossier) []event {
	var out []event
	for i, s := range d.History {
		b := s.Data
		if i == 0 {
			out = append(out, eventOf(v, s, "", "batches", v.T("Mở lô, số lô ", "Batch opened, lot ")+b.Lot.String()))
			continue
		}
		before := d.History[i-1].Data
		if b.State != before.State || b.StateSince != before.StateSince {
			out = append(out, eventOf(v, s, b.StateOrg, "batches", ui.Joined(": ", v.T("Lô ", "Batch ")+v.Lang.Name(b.State.Name()), b.Reason)))
			continue
		}
		e := eventOf(v, s, "", "register", ui.Joined(": ", v.T("Sửa thông tin lô", "Batch edited"), b.Correction))
		e.Changes = differences(dataFacts(v, before.BatchData), dataFacts(v, b.BatchData))
		out = append(out, e)
	}
	return out
}

// dataFacts are what the producer says of a batch.
func dataFacts(v *desk.Visit, b trace.BatchData) []desk.Fact {
	var inputs []string
	for _, in := range b.Inputs {
		inputs = append(inputs, desk.Display(in.Batch)+" ("+v.Lang.Quantity(in.Quantity)+")")
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Số lô", "Lot"), Value: b.Lot.String()},
		desk.Fact{Label: v.T("Sản lượng", "Quantity"), Value: v.Lang.Quantity(b.Quantity)},
		desk.Fact{Label: v.T("Ngày sản xuất", "Produced"), Value: v.Lang.Date(b.Production)},
		desk.Fact{Label: v.T("Ngày đóng gói", "Packed"), Value: v.Lang.Date(b.Packing)},
		desk.Fact{Label: v.T("Hạn dùng", "Expiry"), Value: v.Lang.Date(b.Expiry)},
		desk.Fact{Label: v.T("Lô nguyên liệu", "Made from"), Value: strings.Join(inputs, ", ")},
		desk.Fact{Label: v.T("Ghi chú", "Note"), Value: b.Note},
	)
}

func recordEvents(v *desk.Visit, d *trace.Dossier) []event {
	var out []event
	for _, h := range d.Records {
		for i, s := range h {
			kind := kindName(v.Lang, s.Data.Kind)
			e := eventOf(v, s, authorityOf(s.Data), s.Data.Kind, kind+": "+summary(v.Lang, s.Data.RecordData))
			e.Href = batchPath(d.Batch.ID) + "/ghi-chep/" + s.ID
			if i > 0 {
				what, changes := whatChanged(v, h[i-1].Data, s.Data)
				e.What, e.Changes = kind+", "+what, changes
			}
			out = append(out, e)
		}
	}
	return out
}

// authorityOf is who stands for a revision of an entry besides the producer:
// the organisation, since its people are nobody's business.
func authorityOf(r trace.Record) string {
	if r.Verified == nil {
		return ""
	}
	return r.Verified.Organisation
}

func testEvents(v *desk.Visit, d *trace.Dossier) []event {
	var out []event
	for _, h := range d.Tests {
		for i, s := range h {
			t := s.Data
			if t.Batch != d.Batch.ID {
				continue
			}
			what := v.T("Phiếu kiểm nghiệm ", "Test report ") + ui.Joined(", ", t.Number, t.Laboratory.Name) + ": " + v.Lang.Name(t.Verdict().Name())
			if i > 0 {
				what = v.T("Sửa phiếu kiểm nghiệm ", "Test report corrected: ") + t.Number + ": " + t.Correction
			}
			by := ""
			if t.Verified != nil {
				by = t.Verified.Organisation
			}
			out = append(out, eventOf(v, s, by, "tests", what))
		}
	}
	return out
}

func voidEvents(v *desk.Visit, d *trace.Dossier) []event {
	var out []event
	for _, s := range d.Voids {
		what := v.T("Hủy mã lô và mọi tem", "Batch code and all stamps taken out of use")
		if r := s.Data.Items; r != nil {
			what = v.T("Hủy mã tem số ", "Stamps taken out of use: ") + v.Lang.Number(int(r.First)+1) + "–" + v.Lang.Number(int(r.Last)+1)
		}
		out = append(out, eventOf(v, s, "", "stamps", what+": "+s.Data.Reason))
	}
	return out
}

func (d *diary) orderEvents(v *desk.Visit, code string) ([]event, error) {
	orders, err := d.Book.OrdersOf(v.Context(), code)
	if err != nil {
		return nil, err
	}
	var out []event
	for _, o := range orders {
		history, err := trace.HistoryOf(v.Context(), d.Ledger, o.ID, func(o printing.Order) error {
			if !v.Actor.Reads(o.Producer) {
				return trace.ErrHidden
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for i, s := range history {
			e := eventOf(v, s, "", "stamps", orderLineOf(v, s).Label+": "+orderStep(v, history, i))
			e.Href = orderPath(s.Data)
			out = append(out, e)
		}
	}
	return out, nil
}

// orderStep is what a revision of an order did.
func orderStep(v *desk.Visit, history []trace.Stored[printing.Order], i int) string {
	o := history[i].Data
	switch {
	case i == 0:
		return v.T("lập ", "made, ") + v.Lang.Number(o.Count) + " " + codesName(v, o.Codes)
	case o.State != history[i-1].Data.State:
		return v.T("phát hành", "released")
	case o.Activated() > history[i-1].Data.Activated():
		return v.T("kích hoạt thêm tem: ", "more stamps active: ") + v.Lang.Number(o.Activated()-history[i-1].Data.Activated())
	case o.Shipped() > history[i-1].Data.Shipped():
		return v.T("xuất kho thêm tem: ", "more stamps shipped: ") + v.Lang.Number(o.Shipped()-history[i-1].Data.Shipped())
	case o.Reported != nil, o.Account != nil:
		return countedStep(v.Lang, o)
	}
	return v.T("thay đổi", "changed")
}

func countedStep(l ui.Lang, o printing.Order) string {
	note, sums := "", o.Sums()
	switch {
	case o.Reported != nil:
		note = o.Reported.Reason
	case o.Account != nil:
		note = o.Account.Note
	}
	parts := []string{l.T("in đạt ", "printed well ") + l.Number(sums.Printed), l.T("hỏng ", "scrapped ") + l.Number(sums.Scrapped)}
	if sums.Lost > 0 {
		parts = append(parts, l.T("thất lạc ", "lost ")+l.Number(sums.Lost))
	}
	if sums.Stolen > 0 {
		parts = append(parts, l.T("mất cắp ", "stolen ")+l.Number(sums.Stolen))
	}
	return ui.Joined(", ", append(parts, l.T("không rõ ", "unaccounted for ")+l.Number(sums.Unaccounted), note)...)
}

// bundle gives out the sealed file of the batch.
func (d *diary) bundle(v *desk.Visit) (desk.Answer, error) {
	history, err := d.Ledger.BatchHistory(v.Context(), v.Actor, v.Param("code"))
	if err != nil {
		return desk.Answer{}, err
	}
	code := history[0].ID
	return desk.Download("application/zip", bundle.Name(code), func(w io.Writer) error {
		return d.Bundles.Write(v.Context(), v.Actor, code, w)
	}), nil
}
