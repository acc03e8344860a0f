package producer

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"temgoc/internal/gs1"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A chooseProductPage asks for a product.
type chooseProductPage struct {
	desk.Frame
	Question string
	Items    []productTile
	Add      string
}

// Template implements ui.Page.
func (chooseProductPage) Template() string { return "choose-product.html" }

// A batchFormPage is the form of a batch.
type batchFormPage struct {
	desk.Frame
	Product string
	Other   string // another product instead; empty where there is no choice
	Copy    string // the last batch, to copy
	Form    *ui.Form
}

// Template implements ui.Page.
func (batchFormPage) Template() string { return "batch-form.html" }

// doMore shows the form again with more rows for batches that went in.
const doMore = "more"

// inputRows is how many such rows a form offers at a time.
const inputRows = 3

// newBatch begins with the product, unless there is but one or the address
// names it, or a batch to copy.
func (b *business) newBatch(v *desk.Visit) (desk.Answer, error) {
	if code := v.Query("tu"); code != "" {
		return b.copyBatch(v, code)
	}
	products, err := b.allProducts(v)
	if err != nil {
		return desk.Answer{}, err
	}
	products = sellable(products)
	id := v.Query("sp")
	if id == "" && len(products) == 1 {
		id = products[0].ID
	}
	if id == "" {
		frame := v.Frame("Mở lô mới", "Open a batch", batchesLink(v))
		return b.chooseProduct(v, frame, v.T("Lô của sản phẩm nào?", "A batch of which product?"), batchesPath+"/moi?sp=", products)
	}
	product, err := b.Ledger.Product(v.Context(), v.Actor, id)
	if err != nil {
		return desk.Answer{}, err
	}
	last, err := b.lastBatch(v, id)
	if err != nil {
		return desk.Answer{}, err
	}
	d, err := b.proposed(v, product, last)
	if err != nil {
		return desk.Answer{}, err
	}
	page := newBatchPage(v, product, d, len(products) > 1)
	if last != nil {
		page.Copy = batchesPath + "/moi?tu=" + last.ID
	}
	return desk.Show(page), nil
}

// chooseProduct asks for one of the products; base is followed by its id.
func (b *business) chooseProduct(v *desk.Visit, frame desk.Frame, question, base string, products []trace.Stored[trace.Product]) (desk.Answer, error) {
	page := &chooseProductPage{Frame: frame, Question: question, Add: productsPath + "/moi"}
	certificates, err := b.allCertificates(v)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, p := range products {
		page.Items = append(page.Items, tileOf(v, p, certificates, base+p.ID))
	}
	return desk.Show(page), nil
}

// copyBatch proposes a batch like an earlier one, made today: with what went
// into it, and with as many days to packing and expiry.
func (b *business) copyBatch(v *desk.Visit, code string) (desk.Answer, error) {
	from, err := b.Ledger.Batch(v.Context(), v.Actor, code)
	if err == nil && from.Data.Producer != v.Actor.Producer {
		err = trace.ErrHidden // published, but somebody else's
	}
	if err != nil {
		return desk.Answer{}, err
	}
	product, err := b.Ledger.Product(v.Context(), v.Actor, from.Data.Product)
	if err != nil {
		return desk.Answer{}, err
	}
	d, err := b.proposed(v, product, &from)
	if err != nil {
		return desk.Answer{}, err
	}
	d.Inputs, d.Note = from.Data.Inputs, from.Data.Note
	return desk.Show(newBatchPage(v, product, d, true)), nil
}

// lastBatch is the product's newest batch, or nil.
func (b *business) lastBatch(v *desk.Visit, product string) (*trace.Stored[trace.Batch], error) {
	list, err := b.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Product: product}, trace.Paging{Limit: 1})
	if err != nil || len(list.Items) == 0 {
		return nil, err
	}
	return &list.Items[0], nil
}

// proposed is a batch made today as the last one was.
func (b *business) proposed(v *desk.Visit, product trace.Stored[trace.Product], last *trace.Stored[trace.Batch]) (trace.BatchData, error) {
	today := v.Today()
	d := trace.BatchData{Product: product.ID, Production: today}
	if days := product.Data.ShelfLife; days > 0 {
		d.Expiry = today.AddDays(days)
	}
	if last != nil {
		made := last.Data.Production
		d.Quantity = last.Data.Quantity
		if !last.Data.Packing.IsZero() {
			d.Packing = today.AddDays(made.DaysUntil(last.Data.Packing))
		}
		if !last.Data.Expiry.IsZero() && d.Expiry.IsZero() {
			d.Expiry = today.AddDays(made.DaysUntil(last.Data.Expiry))
		}
	}
	lot, err := b.freeLot(v, product.ID)
	d.Lot = lot
	return d, err
}

// freeLot proposes a lot number: the day and a letter that no other batch of
// the day has.
func (b *business) freeLot(v *desk.Visit, product string) (gs1.LotNumber, error) {
	list, err := b.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Product: product}, trace.Paging{})
	if err != nil {
		return gs1.LotNumber{}, err
	}
	taken := map[string]bool{}
	for _, s := range list.Items {
		taken[s.Data.Lot.String()] = true
	}
	day := "L" + v.Today().Start().Format("060102")
	for n := 1; ; n++ {
		lot := day + "-" + letters(n)
		if !taken[lot] {
			return gs1.ParseLotNumber(lot)
		}
	}
}

// letters counts A to Z, then AA and so on.
func letters(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

func newBatchPage(v *desk.Visit, product trace.Stored[trace.Product], d trace.BatchData, choice bool) *batchFormPage {
	page := &batchFormPage{Frame: v.Frame("Mở lô mới", "Open a batch", batchesLink(v)), Product: v.Lang.Name(product.Data.Name), Form: batchForm(v, d, false)}
	page.Form.Hidden = append(page.Form.Hidden, ui.Field{Name: "product", Value: product.ID})
	if days := product.Data.ShelfLife; days > 0 {
		page.Form.Hidden = append(page.Form.Hidden, ui.Field{Name: "_shelf", Value: strconv.Itoa(days)})
	}
	page.Form.Cancel = batchesPath
	if choice {
		page.Other = batchesPath + "/moi"
	}
	return page
}

// batchForm is the form of a batch. A released one keeps its lot number, which
// is printed on stamps.
func batchForm(v *desk.Visit, d trace.BatchData, released bool) *ui.Form {
	lot := ui.Field{Name: "lot", Label: v.T("Số lô", "Lot number"), Value: d.Lot.String(), Required: true, MaxLength: 20, ReadOnly: released}
	if released {
		lot.Hint = v.T("Đã in trên tem nên không đổi được.", "It is printed on stamps and stays.")
	}
	first := ui.Group{Fields: []ui.Field{
		lot,
		{Name: "quantity.value", Label: v.T("Sản lượng", "Quantity"), Type: ui.Decimal, Value: d.Quantity.Value.In(string(v.Lang)), Required: true, Narrow: true},
		{Name: "quantity.unit", Label: v.T("Đơn vị", "Unit"), Type: ui.Select, Value: d.Quantity.Unit, Options: ui.Units(v.Lang, cmp.Or(d.Quantity.Unit, "KGM"), "XPA", "XBX", "XBO", "LTR", "TNE"), Narrow: true},
		{Name: "production", Label: v.T("Ngày sản xuất", "Production date"), Type: "date", Value: d.Production.String(), Required: true, Narrow: true},
		{Name: "packing", Label: v.T("Ngày đóng gói", "Packing date"), Type: "date", Value: d.Packing.String(), Narrow: true},
		{Name: "expiry", Label: v.T("Hạn sử dụng", "Expiry date"), Type: "date", Value: d.Expiry.String(), Hint: v.T("Để trống nếu hàng không có hạn.", "Empty for goods without one.")},
	}}
	note := ui.Group{Title: v.T("Ghi chú", "Note"), Folded: true, Fields: []ui.Field{{Name: "note", Label: v.T("Ghi chú", "Note"), Type: ui.TextArea, Value: d.Note, MaxLength: 2000}}}
	return v.NewForm("Lưu lô", "Save the batch", first, inputsGroup(v, d.Inputs), note)
}

// inputsGroup are rows for the batches that went into this one.
func inputsGroup(v *desk.Visit, inputs []trace.Input) ui.Group {
	g := ui.Group{
		Title: v.T("Làm từ lô nào?", "Made from which batches?"), Folded: true, More: []string{doMore, v.T("Thêm dòng", "More rows")},
		Hint: v.T("Mã của lô nguyên liệu đã xuất xưởng, của mình hoặc của người bán. Để trống nếu không có.", "Codes of released batches that went in, your own or a supplier's. Leave empty if there are none."),
	}
	count := max(inputRows, len(inputs))
	if v.Value(desk.DoField) == doMore {
		count = len(inputs) + inputRows
	}
	for i := range count {
		var in trace.Input
		if i < len(inputs) {
			in = inputs[i]
		}
		name := func(field string) string { return fmt.Sprintf("inputs[%d].%s", i, field) }
		g.Fields = append(g.Fields,
			ui.Field{Name: name("batch"), Label: fmt.Sprintf(v.T("Mã lô %d", "Batch code %d"), i+1), Value: displayCode(in.Batch), MaxLength: 40},
			ui.Field{Name: name("quantity.value"), Label: v.T("Lượng dùng", "Quantity used"), Type: ui.Decimal, Value: in.Quantity.Value.In(string(v.Lang)), Narrow: true},
			ui.Field{Name: name("quantity.unit"), Label: v.T("Đơn vị", "Unit"), Type: ui.Select, Value: in.Quantity.Unit, Options: ui.Units(v.Lang, cmp.Or(in.Quantity.Unit, "KGM"), "GRM", "LTR", "TNE"), Narrow: true},
		)
	}
	return g
}

func displayCode(code string) string {
	if code == "" {
		return ""
	}
	return desk.Display(code)
}

// A sentBatch is what came back of the form: rows in which nothing stands are
// left out.
type sentBatch struct {
	data trace.BatchData
	rows ui.Rows
	err  error
}

func readBatch(v *desk.Visit) sentBatch {
	s := sentBatch{rows: ui.FilledRows(v.Form, "inputs", "batch", "quantity.value")}
	s.err = s.rows.Errors(ui.Decode(s.rows.Values(v.Form), &s.data))
	for i, in := range s.data.Inputs { // a stamp's whole address will do
		s.data.Inputs[i].Batch = in.Batch[strings.LastIndexByte(in.Batch, '/')+1:]
	}
	return s
}

// all is what the form is shown with again: with every row.
func (s sentBatch) all(v *desk.Visit) trace.BatchData {
	d := s.data
	d.Inputs = make([]trace.Input, ui.CountRows(v.Form, "inputs"))
	return d // the rows are filled in by Keep
}

func (b *business) createBatch(v *desk.Visit) (desk.Answer, error) {
	sent := readBatch(v)
	product, err := b.Ledger.Product(v.Context(), v.Actor, sent.data.Product)
	if err != nil {
		return desk.Answer{}, err
	}
	page := newBatchPage(v, product, sent.all(v), true)
	if v.Value(desk.DoField) == doMore {
		return again(v, page)
	}
	err = sent.err
	var created trace.Stored[trace.Batch]
	if err == nil {
		created, err = b.Ledger.CreateBatch(v.Context(), v.Write(), sent.data)
	}
	if err != nil {
		return v.Again(page, page.Form, sent.rows.Errors(err))
	}
	return v.Redirect(batchPath(created.ID), "Đã mở lô "+created.Data.Lot.String()+".", "Batch "+created.Data.Lot.String()+" is open."), nil
}

// again shows the form with the rows that were asked for, and these open.
func again(v *desk.Visit, page *batchFormPage) (desk.Answer, error) {
	v.Keep(page.Form)
	page.Form.Groups[1].Folded = false
	return desk.Show(page), nil
}

// own finds a batch of this business.
func (b *business) own(v *desk.Visit) (trace.Stored[trace.Batch], error) {
	s, err := b.Ledger.Batch(v.Context(), v.Actor, v.Param("code"))
	if err == nil && s.Data.Producer != v.Actor.Producer {
		err = trace.ErrHidden // published, but somebody else's
	}
	return s, err
}

func (b *business) editBatch(v *desk.Visit) (desk.Answer, error) {
	s, err := b.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := b.editBatchPage(v, s, s.Data.BatchData)
	return desk.Show(page), err
}

func (b *business) editBatchPage(v *desk.Visit, s trace.Stored[trace.Batch], d trace.BatchData) (*batchFormPage, error) {
	product, err := b.Ledger.Product(v.Context(), v.Actor, s.Data.Product)
	if err != nil {
		return nil, err
	}
	trail := []desk.Link{batchesLink(v), {Label: s.Data.Lot.String(), Href: batchPath(s.ID)}}
	page := &batchFormPage{Frame: v.Frame("Sửa thông tin lô", "Edit the batch", trail...), Product: v.Lang.Name(product.Data.Name)}
	released := s.Data.State.Published()
	page.Form = batchForm(v, d, released)
	page.Form.Revision, page.Form.Cancel = s.Revision, batchPath(s.ID)
	if released {
		page.Form.Groups = append(page.Form.Groups, ui.Group{Fields: []ui.Field{{
			Name: "reason", Label: v.T("Lý do sửa", "Reason for the change"), Required: true, MaxLength: 2000,
			Hint: v.T("Lô đã xuất xưởng: người quét tem sẽ đọc được lý do này.", "The batch is released: who scans a stamp can read this."),
		}}})
	}
	return page, nil
}

func (b *business) updateBatch(v *desk.Visit) (desk.Answer, error) {
	cur, err := b.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	sent := readBatch(v)
	sent.data.Product = cur.Data.Product
	page, err := b.editBatchPage(v, cur, sent.all(v))
	if err != nil {
		return desk.Answer{}, err
	}
	if v.Value(desk.DoField) == doMore {
		return again(v, page)
	}
	err = sent.err
	if err == nil {
		_, err = b.Ledger.UpdateBatch(v.Context(), v.Write(), cur.ID, sent.data, v.Value("reason"))
	}
	if err != nil {
		return v.Again(page, page.Form, sent.rows.Errors(err))
	}
	return v.Redirect(batchPath(cur.ID), "Đã sửa thông tin lô.", "The batch was changed."), nil
}

// sentenceCase begins a word in a heading or a choice.
func sentenceCase(s string) string {
	if s == "" {
		return ""
	}
	text := ui.Sentence(s)
	return text[:len(text)-1]
}
