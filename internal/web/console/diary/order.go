package diary

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// An orderPage shows the stamps of one order before and after they are printed.
type orderPage struct {
	desk.Frame
	Head    head
	State   desk.Badge
	Release *ui.Form // nil once the order is released
	// Refusal is why nothing is printed any more; Paper is then nil.
	Refusal      string
	Paper        *paperView
	Warnings     []string
	Ready        *readiness
	Counting     *counting   // nil before the release
	Activation   *activating // nil unless stamps are activated by range
	Shipping     *shipping   // nil unless stamps can be shipped one by one
	Replace      *desk.Link
	Replacements []orderLine
	Replaces     *desk.Link
	Facts        []desk.Fact
	Checkpoint   string // of the log when the order was made
	Changes      []desk.Change
	Open         bool
}

// Template implements ui.Page.
func (orderPage) Template() string { return "order.html" }

// ordered finds the order of the address.
func (d *diary) ordered(v *desk.Visit) (*trace.Dossier, trace.Stored[printing.Order], error) {
	dossier, err := d.own(v)
	if err != nil {
		return nil, trace.Stored[printing.Order]{}, err
	}
	o, err := d.Book.Order(v.Context(), v.Actor, dossier.Batch.ID+"-"+v.Param("order"))
	return dossier, o, err
}

func (d *diary) orderPage(v *desk.Visit, dossier *trace.Dossier, s trace.Stored[printing.Order]) (*orderPage, error) {
	o := s.Data
	title := fmt.Sprintf("%s %d", v.T("Lệnh in", "Order"), o.Number)
	page := &orderPage{
		Frame: v.Frame(title, title, append(trail(v, dossier), desk.Link{Label: v.T("Tem", "Stamps"), Href: batchPath(o.Batch) + "/tem"})...),
		Head:  headOf(v, dossier), State: orderLineOf(v, s).State, Open: dossier.Batch.Data.State == trace.BatchOpen, Facts: orderFacts(v, s), Checkpoint: s.Data.Checkpoint,
	}
	if o.State == printing.Allocated {
		page.Release = v.NewForm("Phát hành", "Release")
		page.Release.Action, page.Release.Revision = orderPath(o)+"/phat-hanh", s.Revision
	} else {
		d.addCounting(v, page, s)
	}
	d.addActivation(v, page, s)
	d.addShipping(v, page, s)
	if err := d.addPaper(v, page, s); err != nil {
		return nil, err
	}
	all, err := d.Book.OrdersOf(v.Context(), o.Batch)
	if err != nil {
		return nil, err
	}
	d.addReplacements(v, page, s, all)
	if page.Warnings, err = d.addNeed(v, o.Batch); err != nil {
		return nil, err
	}
	page.Changes, err = d.orderChanges(v, s.ID)
	return page, err
}

// orderChanges are what was done with an order, the last first.
func (d *diary) orderChanges(v *desk.Visit, id string) ([]desk.Change, error) {
	history, err := trace.HistoryOf(v.Context(), d.Ledger, id, func(o printing.Order) error {
		if !v.Actor.Reads(o.Producer) {
			return trace.ErrHidden
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	i := len(history)
	return desk.History(v, history, func(*printing.Order, printing.Order) catalog.Name {
		i-- // they are told from the last one on
		said := ui.Sentence(orderStep(v, history, i))
		return catalog.Name{VI: said, EN: said}
	})
}

func orderFacts(v *desk.Visit, s trace.Stored[printing.Order]) []desk.Fact {
	o, l := s.Data, v.Lang
	serials, stars, rolls, active, pin := "", "", "", "", ""
	if o.PIN {
		pin = v.T("có, dưới lớp cào", "yes, under a scratch-off layer")
	}
	if o.Codes == printing.ItemCodes {
		serials = l.Number(int(o.First)+1) + "–" + l.Number(int(o.First)+o.Count)
	}
	if o.OnRolls() {
		rolls = fmt.Sprintf(v.T("%s cuộn, mỗi cuộn %s tem", "%s rolls of %s stamps"), l.Number(o.Rolls()), l.Number(o.PerRoll))
	}
	if o.Activation == printing.ActivateByRange {
		active = v.T("theo dải, khi dán tem", "range by range, once on the goods")
	}
	if o.Content.Stars > 0 {
		stars = strconv.Itoa(o.Content.Stars)
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Số tem", "Stamps"), Value: l.Number(o.Count)},
		desk.Fact{Label: v.T("Loại", "Kind"), Value: codesName(v, o.Codes)},
		desk.Fact{Label: v.T("Giấy tem", "Label stock"), Value: o.Stock},
		desk.Fact{Label: v.T("Mẫu tem", "Template"), Value: cmp.Or(o.Template, v.T("tự động", "automatic"))},
		desk.Fact{Label: v.T("Cuộn", "Rolls"), Value: rolls},
		desk.Fact{Label: v.T("Có hiệu lực", "They count"), Value: active},
		desk.Fact{Label: v.T("Mã PIN", "PIN"), Value: pin},
		desk.Fact{Label: v.T("Số thứ tự mã", "Serials"), Value: serials},
		desk.Fact{Label: v.T("Sao in trên tem", "Stars on them"), Value: stars},
		desk.Fact{Label: v.T("Lập lúc", "Made"), Value: l.Moment(s.Created)},
		desk.Fact{Label: v.T("Phát hành lúc", "Released"), Value: l.Moment(o.Released)},
	)
}

func (d *diary) showOrder(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := d.orderPage(v, dossier, o)
	return desk.Show(page), err
}

func (d *diary) releaseOrder(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if _, err := d.Book.Release(v.Context(), v.Write(), o.ID); err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Release == nil {
			return desk.Answer{}, err
		}
		return v.Again(page, page.Release, err)
	}
	return v.Redirect(orderPath(o.Data), "Tem đã phát hành, các mã bắt đầu có hiệu lực.", "The stamps are released; their codes count from now on."), nil
}

// stampPicture is one stamp of an order as it will be printed.
func (d *diary) stampPicture(v *desk.Visit) (desk.Answer, error) {
	_, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	index, err := strconv.Atoi(v.Query("tem"))
	if err != nil {
		index = 1
	}
	return desk.Picture("image/svg+xml", "", func(w io.Writer) error {
		return d.Book.WriteLabels(v.Context(), v.Actor, o.ID, printing.Print{Format: printing.SVG, Index: index}, w)
	}), nil
}
