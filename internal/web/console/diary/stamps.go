package diary

import (
	"fmt"
	"math"
	"net/url"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/labels"
)

// A stampsPage orders stamps for a batch, and lists those that were.
type stampsPage struct {
	desk.Frame
	Head     head
	Open     bool // the batch is not released yet
	Ordering *ordering
	Orders   []orderLine
	Warnings []string
	Reason   string // why no stamps can be ordered
}

// Template implements ui.Page.
func (stampsPage) Template() string { return "stamps.html" }

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
	// printerInput chooses a printer, begunInput goes on with the sheet begun.
	printerInput = "may"
	begunInput   = "tiep"
	// profileInput is for whom a PDF is made.
	profileInput = "kieu"
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
	if page.Warnings, err = d.addNeed(v, dossier.Batch.ID); err != nil {
		return nil, err
	}
	switch {
	case b.State == trace.BatchRecalled:
		page.Reason = v.T("Lô đã bị thu hồi nên không in thêm tem.", "The batch is recalled: no more stamps are printed for it.")
		return page, nil
	case dossier.Void() != nil:
		page.Reason = v.T("Mã lô đã bị hủy nên không in thêm tem.", "The batch code was taken out of use: no more stamps are printed for it.")
		return page, nil
	}
	page.Ordering, err = d.ordering(v, dossier, orders)
	return page, err
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
	l.Begun = values.Get(begunInput) == "true"
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
	if l.Begun {
		q.Set(begunInput, "true")
	}
	if len(q) == 0 {
		return ""
	}
	return q.Encode()
}
