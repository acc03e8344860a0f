package diary

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// A stampsPage orders stamps for a batch, and lists those that were.
type stampsPage struct {
	desk.Frame
	Head   head
	Open   bool // the batch is not released yet
	Form   *ui.Form
	Stocks []stockView
	Sheet  sheetForm
	Orders []orderLine
	Reason string // why no stamps can be ordered
}

// Template implements ui.Page.
func (stampsPage) Template() string { return "stamps.html" }

// A stockView is a kind of label sheet to choose.
type stockView struct {
	Name, Title, Size string
	Chosen            bool
	Sheet             drawing
}

// An orderLine is one order in a list.
type orderLine struct {
	Label   string
	Text    string
	Href    string
	State   desk.Badge
	Counted string
}

// The inputs of how an order is put on paper, which are also parameters of the
// addresses of its page and its file.
const (
	startInput = "o"
	rightInput = "x"
	downInput  = "y"
	fromInput  = "tu"
	countInput = "so"
)

// orders are those of a batch, the last one first.
func (d *diary) orders(v *desk.Visit, code string) ([]trace.Stored[printing.Order], error) {
	all, err := d.Book.OrdersOf(v.Context(), code)
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all, err
}

func orderLineOf(v *desk.Visit, o trace.Stored[printing.Order]) orderLine {
	line := orderLine{
		Label: v.T("Lệnh in ", "Order ") + strconv.Itoa(o.Data.Number), Text: v.Lang.Number(o.Data.Count) + " " + codesName(v, o.Data.Codes) + " · " + v.Lang.Date(trace.DateOf(o.Created)),
		Href: orderPath(o.Data), State: desk.Warn(v.T("chưa phát hành", "not released")),
	}
	if o.Data.State != printing.Released {
		return line
	}
	line.State = desk.Good(v.T("đã phát hành", "released"))
	if left := o.Data.Unaccounted(); left == o.Data.Count {
		line.Counted = v.T("chưa kiểm đếm", "not counted yet")
	} else if left > 0 {
		line.Counted = v.T("không rõ ", "unaccounted for: ") + v.Lang.Number(left) + v.T(" tem", "")
	}
	return line
}

func orderPath(o printing.Order) string {
	return batchPath(o.Batch) + "/tem/" + strconv.Itoa(o.Number)
}

func codesName(v *desk.Visit, c printing.Codes) string {
	if c == printing.ItemCodes {
		return v.T("tem riêng từng sản phẩm", "stamps with codes of their own")
	}
	return v.T("tem chung mã lô", "stamps with the batch code")
}

func (d *diary) stampsPage(v *desk.Visit, dossier *trace.Dossier) (*stampsPage, error) {
	orders, err := d.orders(v, dossier.Batch.ID)
	if err != nil {
		return nil, err
	}
	b := dossier.Batch.Data
	page := &stampsPage{Frame: v.Frame("Tem của lô", "Stamps of the batch", trail(v, dossier)...), Head: headOf(v, dossier), Open: b.State == trace.BatchOpen}
	for _, o := range orders {
		page.Orders = append(page.Orders, orderLineOf(v, o))
	}
	switch {
	case b.State == trace.BatchRecalled:
		page.Reason = v.T("Lô đã bị thu hồi nên không in thêm tem.", "The batch is recalled: no more stamps are printed for it.")
		return page, nil
	case dossier.Void() != nil:
		page.Reason = v.T("Mã lô đã bị hủy nên không in thêm tem.", "The batch code was taken out of use: no more stamps are printed for it.")
		return page, nil
	}
	page.Form = orderForm(v, dossier, orders)
	stock := page.Form.Field("stock").Value
	if v.Form != nil {
		stock = v.Value("stock")
	}
	page.Stocks = stocksOf(v, stock)
	page.Sheet, err = sheetOf(v, cmp.Or(stock, labels.StockNames()[0]), layoutValues(v))
	return page, err
}

// orderForm asks for stamps: as many as units were packed and have none yet,
// of the kind and on the sheet of last time.
func orderForm(v *desk.Visit, d *trace.Dossier, orders []trace.Stored[printing.Order]) *ui.Form {
	packed, made := unitsOf(d), stampsOf(orders)
	count := ui.Field{Name: "count", Label: v.T("Bao nhiêu tem", "How many"), Type: "digits", Required: true, MaxLength: 7}
	if packed > 0 {
		count.Hint = fmt.Sprintf(v.T("Nhật ký ghi đã đóng %s gói, chai, hộp; đã đặt %s tem.", "By the diary %s units were packed; %s stamps were ordered."), v.Lang.Number(packed), v.Lang.Number(made))
	}
	if left := packed - made; left > 0 {
		count.Value = strconv.Itoa(left)
	}
	codes := ui.Field{
		Name: "codes", Label: v.T("Loại tem", "Kind of stamps"), Type: ui.Radio, Required: true, Value: string(printing.BatchCodes),
		Options: []ui.Option{
			{Value: string(printing.BatchCodes), Label: v.T("Chung mã lô", "The batch code"), Hint: v.T("Mọi tem giống nhau: đơn giản, in thêm lúc nào cũng được.", "All stamps are alike: simple, and more can be printed any time.")},
			{Value: string(printing.ItemCodes), Label: v.T("Riêng từng sản phẩm", "A code of its own on each"), Hint: v.T("Mỗi tem một mã: người mua thấy tem đã được quét mấy lần, khó làm giả hơn.", "Shoppers see how often a stamp was scanned, which makes copies show.")},
		},
	}
	stock := ui.Field{Name: "stock", Value: labels.StockNames()[0]}
	if len(orders) > 0 {
		codes.Value, stock.Value = string(orders[0].Data.Codes), orders[0].Data.Stock
	}
	f := v.NewForm("Tạo tem và phát hành", "Make and release stamps", ui.Group{Fields: []ui.Field{codes, count, stock}})
	f.Second = []string{"later", v.T("Tạo tem, phát hành sau", "Make them, release later")}
	f.Cancel = batchPath(d.Batch.ID)
	return f
}

// unitsOf is how many units the diary says were packed.
func unitsOf(d *trace.Dossier) int {
	n := 0
	for _, r := range d.Last() {
		if r.Data.Packing != nil {
			n += r.Data.Packing.Units
		}
	}
	return n
}

func stampsOf(orders []trace.Stored[printing.Order]) int {
	n := 0
	for _, o := range orders {
		n += o.Data.Count
	}
	return n
}

func stocksOf(v *desk.Visit, chosen string) []stockView {
	var out []stockView
	for _, s := range labels.Stocks() {
		if layout := (*labels.Template)(nil); s.Kind != labels.KindSheet || !layout.Fits(s) {
			continue
		}
		mm := func(f float64) string {
			return trace.Decimal(strconv.FormatFloat(f, 'f', -1, 64)).In(string(v.Lang))
		}
		out = append(out, stockView{
			Name: s.Name, Title: s.Title, Chosen: s.Name == chosen, Sheet: drawSheet(s, printing.Layout{}, 0),
			Size: v.Lang.Number(s.Cells()) + v.T(" tem một tờ, mỗi tem ", " stamps a sheet, each ") + mm(s.CellWidth) + " × " + mm(s.CellHeight) + " mm",
		})
	}
	return out
}

func (d *diary) stamps(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := d.stampsPage(v, dossier)
	return desk.Show(page), err
}

// order makes an order, and releases it unless that is to wait. Each of the two
// takes effect once.
func (d *diary) order(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	var data printing.OrderData
	err = v.Decode(&data)
	data.Batch = dossier.Batch.ID
	layout, wrong := layoutOf(v.Form, printing.MaxCount)
	if err == nil && wrong != nil {
		err = trace.FieldErrors(wrong)
	}
	var o trace.Stored[printing.Order]
	if err == nil {
		o, err = d.Book.Create(v.Context(), v.Write(), data)
	}
	if err == nil && v.Value(desk.DoField) == "" {
		_, err = d.Book.Release(v.Context(), v.Part("release"), o.ID)
	}
	if err != nil {
		page, pageErr := d.stampsPage(v, dossier)
		if pageErr != nil || page.Form == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(orderPath(o.Data)+layoutQuery(layout), "Tem đã sẵn sàng. Xem lại rồi tải tờ tem về in.", "The stamps are ready. Look at them, then download the sheets."), nil
}

// layoutValues is the layout that the visitor asked for, in whichever way.
func layoutValues(v *desk.Visit) url.Values {
	if v.Form != nil {
		return v.Form
	}
	return v.Request.URL.Query()
}

// mistakes are what is wrong with a layout.
type mistakes trace.FieldErrors

// of is what is wrong with an input, in words.
func (m mistakes) of(v *desk.Visit, input string) string {
	for _, e := range m {
		if e.Field == input {
			return v.Lang.Name(e.Message)
		}
	}
	return ""
}

// layoutOf reads how an order of so many stamps is put on paper. What is wrong
// is left out of the layout.
func layoutOf(values url.Values, stamps int) (printing.Layout, mistakes) {
	var (
		l     printing.Layout
		wrong mistakes
	)
	fail := func(name, vi, en string) {
		wrong = append(wrong, trace.FieldError{Field: name, Message: catalog.Name{VI: vi, EN: en}})
	}
	for name, into := range map[string]*int{startInput: &l.StartCell, fromInput: &l.From, countInput: &l.Count} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || name != startInput && n > stamps {
			fail(name, fmt.Sprintf("phải từ 1 đến %d", stamps), fmt.Sprintf("must be 1 to %d", stamps))
			continue
		}
		*into = n
	}
	for name, into := range map[string]*float64{rightInput: &l.OffsetX, downInput: &l.OffsetY} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		d, err := trace.ParseDecimal(text)
		mm := 0.0
		if err == nil {
			mm, _ = d.Rat().Float64()
		}
		if limit := fmt.Sprint(labels.MaxOffset); err != nil || math.Abs(mm) > labels.MaxOffset {
			fail(name, "phải là số từ -"+limit+" đến "+limit, "must be a number from -"+limit+" to "+limit)
			continue
		}
		*into = mm
	}
	return l, wrong
}

// layoutQuery writes a layout into an address.
func layoutQuery(l printing.Layout) string {
	q := url.Values{}
	for name, n := range map[string]int{startInput: l.StartCell, fromInput: l.From, countInput: l.Count} {
		if n > 0 && !(name == startInput && n == 1) {
			q.Set(name, strconv.Itoa(n))
		}
	}
	for name, mm := range map[string]float64{rightInput: l.OffsetX, downInput: l.OffsetY} {
		if mm != 0 {
			q.Set(name, strconv.FormatFloat(mm, 'f', -1, 64))
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}
