// Package outreach is the desk for what follows when goods have to come back:
// which batches they went into, how many stamps are on them and where they were
// sold; who was told, who answered, and which deadline is next. Producers see it
// for their own batches, inspectors and the office for all.
package outreach

import (
	"embed"
	"fmt"
	"io"

	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct{ Ledger *trace.Ledger }

type outreach struct{ Config }

// The addresses of the desk, below each the code of a batch.
const (
	ReachPath  = desk.Prefix + "/tam-lan/"
	NotifyPath = desk.Prefix + "/bao-tin/"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("outreach: %w", err)
	}
	o := outreach{c}
	roles := []trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}
	return desk.Part{Name: "outreach", Templates: templates, Routes: []desk.Route{
		desk.Get("/tam-lan/:code", o.reach, roles...),
		desk.Export("/tam-lan/:code/bang.csv", o.table, roles...),
		desk.Get("/bao-tin/:code", o.notices, roles...),
		desk.Post("/bao-tin/:code/lap", o.notifyKnown, roles...),
		desk.Post("/bao-tin/:code/them", o.notify, roles...),
		desk.Post("/bao-tin/:code/da-bao", o.told, roles...),
		desk.Post("/bao-tin/:code/huy", o.cancel, roles...),
		desk.Post("/bao-tin/:code/ket-qua", o.result, roles...),
	}}, nil
}

// A head says which batch a page is about.
type head struct {
	Product, Code, Lot, Producer string
	State                        desk.Badge
	Href                         string
}

// batchHref is where the visitor's desk shows a batch.
func batchHref(v *desk.Visit, code string) string {
	if v.Actor.Role == trace.ProducerRole {
		return desk.Prefix + "/lo/" + code
	}
	return desk.Prefix + "/ho-so/" + code
}

func (o outreach) head(v *desk.Visit, b trace.Stored[trace.Batch]) (head, error) {
	product, err := o.Ledger.Product(v.Context(), v.Actor, b.Data.Product)
	if err != nil {
		return head{}, err
	}
	producer, err := o.Ledger.Producer(v.Context(), v.Actor, b.Data.Producer)
	return head{
		Product: v.Lang.Name(product.Data.Name), Code: desk.Display(b.ID), Lot: b.Data.Lot.String(), Producer: producer.Data.Name,
		State: desk.StateBadge(v.Lang, b.Data.State), Href: batchHref(v, b.ID),
	}, err
}

func (h head) trail(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Lô ", "Batch ") + h.Lot, Href: h.Href}
}

// most is how much of a list a page shows.
const most = 50

// A reachPage tells how far the goods of a batch got.
type reachPage struct {
	desk.Frame
	Head     head
	Totals   []desk.Fact
	Batches  []batchRow
	More     int
	Outlets  []outletRow
	MoreOut  int
	Table    string
	Warnings []string
	Balance  []desk.Fact
	Notify   string // where notices are sent from; empty when there is nothing to give notice of
}

// Template implements ui.Page.
func (reachPage) Template() string { return "reach.html" }

type batchRow struct {
	Href, Code, Text string
	State            desk.Badge
}

type outletRow struct{ Who, Where, Text string }

func (o outreach) reach(v *desk.Visit) (desk.Answer, error) {
	out, err := o.Ledger.Outreach(v.Context(), v.Actor, v.Param("code"))
	if err != nil {
		return desk.Answer{}, err
	}
	b, err := o.Ledger.Batch(v.Context(), v.Actor, out.Batches[0].Code)
	if err != nil {
		return desk.Answer{}, err
	}
	h, err := o.head(v, b)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &reachPage{
		Frame: v.Frame("Hàng đã đi đâu", "Where the goods went", h.trail(v)), Head: h, Table: ReachPath + b.ID + "/bang.csv", Totals: totals(v, out),
		More: max(0, len(out.Batches)-1-most), MoreOut: max(0, len(out.Outlets)-most),
	}
	if b.Data.State == trace.BatchHeld || b.Data.State == trace.BatchRecalled {
		page.Notify = NotifyPath + b.ID
	}
	if page.Batches, err = o.batchRows(v, out.Batches[1:min(len(out.Batches), most+1)]); err != nil {
		return desk.Answer{}, err
	}
	for _, s := range out.Outlets[:min(len(out.Outlets), most)] {
		page.Outlets = append(page.Outlets, outletRowOf(v, s))
	}
	return desk.Show(page), o.addBalance(v, b, page)
}

func totals(v *desk.Visit, out trace.Outreach) []desk.Fact {
	return []desk.Fact{
		{Label: v.T("Lô bị ảnh hưởng", "Batches"), Value: v.Lang.Number(len(out.Batches))},
		{Label: v.T("Tem đã phát ra", "Stamps given out"), Value: v.Lang.Number(out.Stamps.Given)},
		{Label: v.T("trong đó đang kích hoạt", "of which active"), Value: v.Lang.Number(out.Stamps.Active)},
		{Label: v.T("Nơi nhận hàng", "Recipients"), Value: v.Lang.Number(len(out.Outlets))},
	}
}

func (o outreach) batchRows(v *desk.Visit, batches []trace.ReachedBatch) ([]batchRow, error) {
	names, err := o.names(v, batches)
	if err != nil {
		return nil, err
	}
	var rows []batchRow
	for _, b := range batches {
		row := batchRow{Code: desk.Display(b.Code), Text: names.text(v, b), State: desk.StateBadge(v.Lang, b.State)}
		if v.Actor.Reads(b.Producer) {
			row.Href = batchHref(v, b.Code)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// nameTable are the names of products and producers of batches.
type nameTable struct {
	products  map[string]trace.Stored[trace.Product]
	producers map[string]trace.Stored[trace.Producer]
}

// names loads the names of batches that the visitor may see: who sees a batch
// sees whose it is and of what.
func (o outreach) names(v *desk.Visit, batches []trace.ReachedBatch) (nameTable, error) {
	t := nameTable{map[string]trace.Stored[trace.Product]{}, map[string]trace.Stored[trace.Producer]{}}
	products, producers := map[string]bool{}, map[string]bool{}
	for _, b := range batches {
		products[b.Product], producers[b.Producer] = true, true
	}
	if err := load(v, o.Ledger, products, t.products); err != nil {
		return t, err
	}
	return t, load(v, o.Ledger, producers, t.producers)
}

func load[T trace.Document](v *desk.Visit, l *trace.Ledger, wanted map[string]bool, into map[string]trace.Stored[T]) error {
	var ids []string
	for id := range wanted {
		ids = append(ids, id)
	}
	for len(ids) > 0 {
		n := min(len(ids), 1000)
		found, err := trace.HeadsOf[T](v.Context(), l, ids[:n])
		if err != nil {
			return err
		}
		for id, s := range found {
			into[id] = s
		}
		ids = ids[n:]
	}
	return nil
}

func (t nameTable) text(v *desk.Visit, b trace.ReachedBatch) string {
	stamps := ""
	if b.Stamps.Given > 0 {
		stamps = v.Lang.Number(b.Stamps.Given) + v.T(" tem", " stamps")
	}
	return ui.Joined(" · ", v.Lang.Name(t.products[b.Product].Data.Name), v.T("lô ", "lot ")+b.Lot, t.producers[b.Producer].Data.Name, v.Lang.Quantity(b.Quantity), stamps)
}

func outletRowOf(v *desk.Visit, s trace.Outlet) outletRow {
	who := s.Recipient
	if who == "" {
		who = v.T("(tên đã xóa theo yêu cầu)", "(name erased on request)")
	}
	return outletRow{Who: who, Where: s.Destination, Text: ui.Joined(" · ", amounts(v, s.Quantities),
		fmt.Sprintf(v.T("%d lần giao", "%d shipments"), s.Shipments), v.T("lần cuối ", "last ")+v.Lang.Date(trace.DateOf(s.Last)))}
}

func amounts(v *desk.Visit, all []trace.Quantity) string {
	var parts []string
	for _, q := range all {
		parts = append(parts, v.Lang.Quantity(q))
	}
	return ui.Joined(" + ", parts...)
}

func (o outreach) addBalance(v *desk.Visit, b trace.Stored[trace.Batch], page *reachPage) error {
	balance, err := o.Ledger.Balance(v.Context(), v.Actor, b.ID)
	if err != nil {
		return err
	}
	for _, w := range balance.Warnings {
		page.Warnings = append(page.Warnings, ui.Sentence(v.Lang.Name(w.Message)))
	}
	page.Balance = desk.Facts(
		desk.Fact{Label: v.T("Nguyên liệu đã vào", "Went in"), Value: v.Lang.Quantity(balance.Inputs)},
		desk.Fact{Label: v.T("Lô này có", "This batch"), Value: v.Lang.Quantity(b.Data.Quantity)},
		desk.Fact{Label: v.T("Các lô khác đã dùng", "Other batches took"), Value: v.Lang.Quantity(balance.Used)},
	)
	if balance.Unlike > 0 {
		page.Balance = append(page.Balance, desk.Fact{Label: v.T("Không quy đổi được", "Not convertible"), Value: fmt.Sprintf(v.T("%d số lượng", "%d quantities"), balance.Unlike)})
	}
	return nil
}

// table writes all batches that are reached and all places, for a spreadsheet.
func (o outreach) table(v *desk.Visit) (desk.Answer, error) {
	out, err := o.Ledger.Outreach(v.Context(), v.Actor, v.Param("code"))
	if err != nil {
		return desk.Answer{}, err
	}
	names, err := o.names(v, out.Batches)
	if err != nil {
		return desk.Answer{}, err
	}
	name := "tam-lan-" + out.Batches[0].Code + ".csv"
	return desk.Download("text/csv; charset=utf-8", name, func(w io.Writer) error { return writeTable(w, v, out, names) }), nil
}

func writeTable(out io.Writer, v *desk.Visit, reach trace.Outreach, names nameTable) error {
	column := func(vi, en string, form spreadsheet.Form) spreadsheet.LayoutColumn {
		return spreadsheet.LayoutColumn{Title: v.T(vi, en), Form: form, Width: 20}
	}
	w, err := spreadsheet.NewWriter(out, spreadsheet.CSV, spreadsheet.Layout{Columns: []spreadsheet.LayoutColumn{
		column("Mã lô", "Batch code", spreadsheet.Text), column("Cách mấy bước", "Steps away", spreadsheet.Number), column("Sản phẩm", "Product", spreadsheet.Text),
		column("Số lô", "Lot", spreadsheet.Text), column("Chủ thể", "Producer", spreadsheet.Text), column("Tình trạng", "State", spreadsheet.Text),
		column("Số lượng", "Quantity", spreadsheet.Text), column("Tem đã phát ra", "Stamps given out", spreadsheet.Number), column("Tem đang kích hoạt", "Active stamps", spreadsheet.Number),
		column("Nơi nhận", "Recipient", spreadsheet.Text), column("Địa điểm", "Destination", spreadsheet.Text), column("Đã giao", "Shipped", spreadsheet.Text),
	}})
	if err != nil {
		return err
	}
	defer w.Discard()
	text := spreadsheet.TextValue
	for _, b := range reach.Batches {
		err := w.Row([]spreadsheet.Value{
			text(desk.Display(b.Code)), spreadsheet.IntegerValue(b.Depth), text(v.Lang.Name(names.products[b.Product].Data.Name)), text(b.Lot),
			text(names.producers[b.Producer].Data.Name), text(v.Lang.Name(b.State.Name())), text(v.Lang.Quantity(b.Quantity)),
			spreadsheet.IntegerValue(b.Stamps.Given), spreadsheet.IntegerValue(b.Stamps.Active), text(""), text(""), text(""),
		})
		if err != nil {
			return err
		}
	}
	for _, s := range reach.Outlets {
		row := outletRowOf(v, s)
		blank := spreadsheet.TextValue("")
		err := w.Row([]spreadsheet.Value{
			text(desk.Display(s.Batch)), blank, blank, blank, text(names.producers[s.Producer].Data.Name), blank, blank, blank, blank,
			text(row.Who), text(row.Where), text(amounts(v, s.Quantities)),
		})
		if err != nil {
			return err
		}
	}
	return w.Close()
}
