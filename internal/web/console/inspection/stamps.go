package inspection

import (
	"fmt"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// An itemView is the stamp that was looked up.
type itemView struct {
	Code   string
	Badge  desk.Badge
	Facts  []desk.Fact
	Reason string
}

// stamps are the print orders of a batch, its void codes, and how often its
// code was looked at.
type stamps struct {
	Orders []row
	Fates  []desk.Fact // stamps that are not in order, by range
	More   string      // of these
	Total  string
	Scans  string
	Voids  []void
}

// A void is codes that were taken out of use.
type void struct{ What, Reason, At string }

// addItem tells of the one stamp that was asked for.
func (i inspection) addItem(v *desk.Visit, s subject, page *filePage) error {
	if s.item == nil {
		return nil
	}
	view := &itemView{Code: s.item.code.Display()}
	page.Item = view
	order := s.item.Order
	switch {
	case !s.item.Genuine:
		view.Badge = desk.Bad(v.T("mã không do hệ thống này tạo ra", "not a code of this service"))
		view.Reason = v.T("Mã đúng dạng và mang mã của lô này, nhưng không phải là mã đã tạo cho lô: rất có thể là tem giả.",
			"It is well formed and names this batch, but no such code was made for it: most probably counterfeit.")
		return nil
	case order == nil:
		view.Badge = desk.Bad(v.T("chưa cấp cho tem nào", "not given to any stamp"))
		return nil
	case s.VoidItem(s.item.Serial) != nil:
		view.Badge = desk.Bad(v.T("tem đã bị hủy", "taken out of use"))
		view.Reason = s.VoidItem(s.item.Serial).Data.Reason
	case i.withdrawn(v, s.item, view):
	case !order.Data.Live(order.Data.Position(s.item.Serial)):
		view.Badge = desk.Warn(v.T("tem chưa phát hành", "not released"))
	default:
		view.Badge = desk.Good(v.T("tem đã phát hành", "released"))
	}
	view.Facts = desk.Facts(
		desk.Fact{Label: v.T("Số thứ tự", "Serial"), Value: v.Lang.Number(int(s.item.Serial))},
		desk.Fact{Label: v.T("Lệnh in", "Print order"), Value: fmt.Sprintf("%d · %s", order.Data.Number, v.Lang.Date(trace.DateOf(order.Created)))},
		desk.Fact{Label: v.T("Lượt quét tem này", "Scans of this stamp"), Value: i.scans(v, s.item.code.String())},
	)
	return nil
}

// withdrawn tells of a stamp that was scrapped or lost, and whether it was.
func (inspection) withdrawn(v *desk.Visit, item *itemOf, view *itemView) bool {
	run := item.Order.Data.FateOf(item.Order.Data.Position(item.Serial))
	if !run.Fate.Withdrawn() {
		return false
	}
	view.Badge = desk.Bad(ui.Joined(" ", v.T("tem đã báo", "reported"), v.Lang.Name(run.Fate.Name()), v.Lang.Moment(run.Since)))
	view.Reason = run.Reason
	return true
}

// scans tells how often a code was looked at, first and last. That it cannot be
// read just now is no reason to show no page.
func (i inspection) scans(v *desk.Visit, code string) string {
	if i.Scan == nil {
		return ""
	}
	count, err := i.Scan.Views(v.Context(), code)
	switch {
	case err != nil:
		return v.T("hiện chưa đọc được", "cannot be read just now")
	case count.N == 0:
		return v.T("chưa quét lần nào", "not scanned yet")
	}
	return fmt.Sprintf(v.T("%s lượt · lần đầu %s · gần nhất %s", "%s times · first %s · last %s"),
		v.Lang.Number(int(count.N)), v.Lang.Moment(count.First), v.Lang.Moment(count.Last))
}

func (i inspection) addStamps(v *desk.Visit, s subject, page *filePage) error {
	orders, err := i.Book.OrdersOf(v.Context(), s.Batch.ID)
	if err != nil {
		return err
	}
	total := 0
	for _, o := range orders {
		if o.Data.State == printing.Released {
			total += o.Data.Count
		}
		page.Stamps.Orders = append(page.Stamps.Orders, orderRow(v, o))
		page.Stamps.Fates = append(page.Stamps.Fates, fatesOf(v, o.Data)...)
	}
	if n := len(page.Stamps.Fates); n > maxFates {
		page.Stamps.Fates = page.Stamps.Fates[:maxFates]
		page.Stamps.More = fmt.Sprintf(v.T("và %s dải khác", "and %s more ranges"), v.Lang.Number(n-maxFates))
	}
	if total > 0 {
		page.Stamps.Total = v.Lang.Number(total) + v.T(" tem đã phát hành", " stamps released")
	}
	page.Stamps.Scans = i.scans(v, s.Batch.ID)
	for _, x := range s.Voids {
		what := v.T("Mã lô và mọi tem của lô", "The batch code and every stamp")
		if items := x.Data.Items; items != nil {
			what = fmt.Sprintf(v.T("Tem số %s đến %s", "Stamps %s to %s"), v.Lang.Number(int(items.First)), v.Lang.Number(int(items.Last)))
		}
		page.Stamps.Voids = append(page.Stamps.Voids, void{what, x.Data.Reason, v.Lang.Moment(x.Created)})
	}
	return nil
}

func orderRow(v *desk.Visit, o trace.Stored[printing.Order]) row {
	kind := v.T("tem chung mã lô", "stamps with the batch code")
	serials := ""
	if o.Data.Codes == printing.ItemCodes {
		kind = v.T("tem có mã riêng", "stamps with codes of their own")
		serials = fmt.Sprintf(v.T("số %s đến %s", "serials %s to %s"), v.Lang.Number(int(o.Data.First)), v.Lang.Number(int(o.Data.First)+o.Data.Count-1))
	}
	state := desk.Warn(v.T("chưa phát hành", "not released"))
	if o.Data.State == printing.Released {
		state = desk.Good(v.T("phát hành ", "released ") + v.Lang.Date(trace.DateOf(o.Data.Released)))
	}
	return row{
		Label: fmt.Sprintf("%s %d", v.T("Lệnh in", "Order"), o.Data.Number), State: &state,
		Text: ui.Joined(" · ", v.Lang.Number(o.Data.Count)+" "+kind, serials, v.T("lập ", "made ")+v.Lang.Moment(o.Created), account(v, o.Data)),
	}
}

// maxFates is how many ranges of stamps a file lists.
const maxFates = 100

// fatesOf are the ranges of stamps of an order that did not come out well, or of
// which nothing was reported while others were.
func fatesOf(v *desk.Visit, o printing.Order) []desk.Fact {
	if o.Account != nil || o.Unaccounted() == o.Count {
		return nil
	}
	var out []desk.Fact
	for _, r := range o.Fates() {
		if r.Fate == printing.Printed {
			continue
		}
		out = append(out, desk.Fact{
			Label: fmt.Sprintf(v.T("Lệnh in %d, tem %s", "Order %d, stamps %s"), o.Number, r.Range),
			Value: ui.Joined(" · ", v.Lang.Name(r.Fate.Name()), r.Reason, v.Lang.Moment(r.Since)),
		})
	}
	return out
}

// account tells what became of the stamps of an order.
func account(v *desk.Visit, o printing.Order) string {
	sums := o.Sums()
	if sums.Unaccounted == o.Count {
		return v.T("chưa báo tem nào", "nothing reported yet")
	}
	said := fmt.Sprintf(v.T("in đạt %s, hỏng %s, thất lạc %s", "%s printed, %s scrapped, %s lost"), v.Lang.Number(sums.Printed), v.Lang.Number(sums.Scrapped), v.Lang.Number(sums.Lost))
	if sums.Stolen > 0 {
		said += fmt.Sprintf(v.T(", mất cắp %s", ", %s stolen"), v.Lang.Number(sums.Stolen))
	}
	if sums.Unaccounted > 0 {
		said += fmt.Sprintf(v.T(", không rõ %s", ", %s unaccounted for"), v.Lang.Number(sums.Unaccounted))
	}
	return said
}

// addProblems lists what shoppers reported, to those who may read it.
func (i inspection) addProblems(v *desk.Visit, s subject, page *filePage) error {
	if !authority(v) {
		return nil
	}
	list, err := i.Ledger.Problems(v.Context(), v.Actor, trace.ProblemQuery{Batch: s.Batch.ID}, trace.Paging{Limit: maxListed})
	if err != nil {
		return err
	}
	for _, p := range list.Items {
		state := desk.Calm(v.Lang.Name(p.Data.State.Name()))
		if p.Data.State == trace.ProblemNew {
			state = desk.Warn(v.Lang.Name(p.Data.State.Name()))
		}
		page.Problems = append(page.Problems, row{
			Label: v.Lang.Name(p.Data.Kind.Name()), Href: desk.Prefix + "/phan-anh/" + p.ID, State: &state,
			Text: ui.Joined(" · ", v.Lang.Moment(p.Created), p.Data.Bought, p.Data.Text),
		})
	}
	return nil
}

// addRecalls lists the proposals that name the batch.
func (i inspection) addRecalls(v *desk.Visit, s subject, page *filePage) error {
	if !authority(v) {
		return nil
	}
	list, err := i.Ledger.Recalls(v.Context(), v.Actor, trace.RecallQuery{Batch: s.Batch.ID}, trace.Paging{Limit: maxListed})
	if err != nil {
		return err
	}
	for _, r := range list.Items {
		state := recallBadge(v.Lang, r.Data.State)
		page.Recalls = append(page.Recalls, row{
			Label: v.T("Đề nghị ngày ", "Proposed on ") + v.Lang.Date(trace.DateOf(r.Created)), Href: recallsPath + "/" + r.ID, State: &state,
			Text: ui.Joined(" · ", r.Data.Proposed.Organisation, r.Data.Reason),
		})
	}
	return nil
}
