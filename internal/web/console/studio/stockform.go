package studio

import (
	"fmt"
	"strings"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// A stockFormPage is the form of a stock, in millimetres or as text.
type stockFormPage struct {
	desk.Frame
	Form   *ui.Form
	Own    bool
	Drawn  drawn
	Retire *ui.Form
}

// Template implements ui.Page.
func (stockFormPage) Template() string { return "stock-form.html" }

// A stockEntry is a stock as it is measured.
type stockEntry struct {
	Name       string        `json:"name"`
	Title      string        `json:"title"`
	Kind       labels.Kind   `json:"kind"`
	PageWidth  trace.Decimal `json:"pageWidth"`
	PageHeight trace.Decimal `json:"pageHeight"`
	Columns    int           `json:"columns"`
	Rows       int           `json:"rows"`
	CellWidth  trace.Decimal `json:"cellWidth"`
	CellHeight trace.Decimal `json:"cellHeight"`
	Left       trace.Decimal `json:"left"`
	Top        trace.Decimal `json:"top"`
	GapX       trace.Decimal `json:"gapX"`
	GapY       trace.Decimal `json:"gapY"`
	Source     string        `json:"source"`
	Text       string        `json:"text"` // in place of all others
}

// stock checks what was entered and writes it out.
func (e stockEntry) stock() (labels.Stock, error) {
	text := strings.ReplaceAll(e.Text, "\r\n", "\n")
	if strings.TrimSpace(text) != "" {
		s, err := labels.ParseStock([]byte(text))
		if err != nil {
			return s, textError(err)
		}
		return s, nil
	}
	mm := func(d trace.Decimal) float64 {
		if d == "" {
			return 0
		}
		f, _ := d.Rat().Float64()
		return f
	}
	s := labels.Stock{
		Name: strings.TrimSpace(e.Name), Title: trace.Clean(e.Title), Kind: e.Kind, PageWidth: mm(e.PageWidth), PageHeight: mm(e.PageHeight),
		Columns: e.Columns, Rows: e.Rows, CellWidth: mm(e.CellWidth), CellHeight: mm(e.CellHeight),
		Left: mm(e.Left), Top: mm(e.Top), GapX: mm(e.GapX), GapY: mm(e.GapY), Source: trace.Clean(e.Source),
	}
	s, err := labels.ParseStock([]byte(s.Text()))
	if err != nil {
		return s, stockError(err)
	}
	return s, nil
}

// textError is what is wrong with a text, at its input.
func textError(err error) error {
	fields, ok := stockError(err).(trace.FieldErrors)
	if !ok {
		return err
	}
	for i, f := range fields {
		if f.Field != textInput {
			fields[i].Message.VI, fields[i].Message.EN = f.Field+" "+f.Message.VI, f.Field+" "+f.Message.EN
		}
		fields[i].Field = textInput
	}
	return fields
}

// stockForm is the form, filled from a stock.
func stockForm(v *desk.Visit, s labels.Stock) *ui.Form {
	l := v.Lang
	mm := func(name, vi, en string, value float64) ui.Field {
		return ui.Field{Name: name, Label: l.T(vi, en), Type: ui.Decimal, Narrow: true, Value: millimetres(l, value)}
	}
	count := func(name, vi, en string, n int) ui.Field {
		return ui.Field{Name: name, Label: l.T(vi, en), Type: "digits", Narrow: true, Value: fmt.Sprint(n)}
	}
	kind := ui.Field{Name: "kind", Label: l.T("Loại", "Kind"), Type: ui.Select, Value: string(s.Kind)}
	for _, k := range []labels.Kind{labels.KindSheet, labels.KindRoll, labels.KindSingle} {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Label: kindName(l, k)})
	}
	return v.NewForm("Lưu loại tem", "Save the stock",
		ui.Group{Fields: []ui.Field{
			{Name: "title", Label: l.T("Tên gọi", "Title"), Value: s.Title, MaxLength: 60, Hint: l.T("Như ghi trên gói giấy", "As on the pack")},
			{Name: "name", Label: l.T("Tên ngắn", "Short name"), Value: s.Name, MaxLength: 40, Hint: l.T("Chữ thường không dấu, số, gạch nối; không đổi được về sau", "Small letters, digits, hyphens; it stays for ever")},
			kind,
		}},
		ui.Group{Title: l.T("Kích thước (mm)", "Measures (mm)"), Fields: []ui.Field{
			mm("pageWidth", "Trang rộng", "Page width", s.PageWidth), mm("pageHeight", "Trang cao", "Page height", s.PageHeight),
			count("columns", "Số cột", "Columns", s.Columns), count("rows", "Số hàng", "Rows", s.Rows),
			mm("cellWidth", "Tem rộng", "Label width", s.CellWidth), mm("cellHeight", "Tem cao", "Label height", s.CellHeight),
			mm("left", "Lề trái", "Left margin", s.Left), mm("top", "Lề trên", "Top margin", s.Top),
			mm("gapX", "Khe giữa hai cột", "Gap between columns", s.GapX), mm("gapY", "Khe giữa hai hàng", "Gap between rows", s.GapY),
			{Name: "source", Label: l.T("Số đo lấy từ đâu", "Where the measures are from"), Value: s.Source, MaxLength: 400},
		}},
		ui.Group{Title: l.T("Hoặc dán YAML", "Or paste YAML"), Folded: true, Fields: []ui.Field{
			{Name: textInput, Label: "YAML", Type: ui.TextArea, Rows: 10, Hint: l.T("Có gì ở đây thì thay cho mọi ô phía trên.", "What stands here takes the place of all inputs above.")},
		}},
	)
}

// stockFormPage is the page of the form: of an own stock to change it, else to
// make one like it.
func (s *studio) stockFormPage(v *desk.Visit) (*stockFormPage, printing.Offer, error) {
	o, stock, err := s.offered(v)
	if err != nil {
		return nil, o, err
	}
	page := &stockFormPage{Frame: v.Frame("Thêm loại tem", "Add a stock", trail(v), stocksLink(v)), Own: keeps(v, o), Drawn: drawnSheet(stock)}
	if !page.Own {
		offers, err := s.Book.Stocks(v.Context(), v.Actor)
		if err != nil {
			return nil, o, err
		}
		stock.Name, stock.Title = freeName(offers, stock.Name), stock.Title+v.T(" (riêng)", " (own)")
	}
	page.Form = stockForm(v, stock)
	page.Form.Action, page.Form.Hidden = stocksPath+"/sua", []ui.Field{{Name: nameInput, Value: o.Name}}
	page.Form.Second = []string{doPreview, v.T("Vẽ thử", "Draw it")}
	page.Form.Cancel = stocksPath
	if page.Own {
		page.Title = v.T("Sửa loại tem: ", "Change the stock: ") + stock.Title
		kept, err := s.Book.Pattern(v.Context(), v.Actor, printing.StockShape, o.ID)
		if err != nil {
			return nil, o, err
		}
		page.Form.Revision = kept.Revision
		page.Retire = v.NewForm("Ngừng dùng loại tem này", "Take it out of use").Scoped("retire")
		page.Retire.Action, page.Retire.Revision, page.Retire.Danger = stocksPath+"/ngung", kept.Revision, true
		page.Retire.Hidden = page.Form.Hidden
	}
	return page, o, nil
}

func (s *studio) editStock(v *desk.Visit) (desk.Answer, error) {
	page, _, err := s.stockFormPage(v)
	return desk.Show(page), err
}

// keepStock draws a stock, or keeps it.
func (s *studio) keepStock(v *desk.Visit) (desk.Answer, error) {
	page, o, err := s.stockFormPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	var e stockEntry
	var stock labels.Stock
	if err = v.Decode(&e); err == nil {
		stock, err = e.stock()
	}
	if err == nil {
		page.Drawn = drawnSheet(stock)
	}
	if err == nil && v.Value(desk.DoField) == doPreview {
		v.Keep(page.Form)
		return desk.Show(page), nil
	}
	if err == nil {
		err = s.keepStockText(v, page.Own, o, stock.Text())
	}
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(StockPath(stock.Name), "Đã lưu loại tem.", "The stock is saved."), nil
}

func (s *studio) keepStockText(v *desk.Visit, own bool, o printing.Offer, text string) (err error) {
	if own {
		_, err = s.Book.ChangePattern(v.Context(), v.Write(), printing.StockShape, o.ID, text)
	} else {
		_, err = s.Book.CreatePattern(v.Context(), v.Part(doCopy), printing.Pattern{Shape: printing.StockShape, Text: text})
	}
	return desk.Renamed(err, printing.FieldText, "name")
}

func (s *studio) retireStock(v *desk.Visit) (desk.Answer, error) {
	page, o, err := s.stockFormPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if !page.Own {
		return desk.Answer{}, trace.ErrNotAllowed
	}
	if _, err := s.Book.RetirePattern(v.Context(), v.Write(), printing.StockShape, o.ID); err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(stocksPath, "Loại tem không còn được chọn cho lệnh in mới.", "The stock is no longer offered for new orders."), nil
}
