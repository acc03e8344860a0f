package studio

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

const sheetPicturePath = stocksPath + "/to.svg"

// A stocksPage lists the label stocks.
type stocksPage struct {
	desk.Frame
	Shelves []stockShelf
}

// Template implements ui.Page.
func (stocksPage) Template() string { return "stocks.html" }

type stockShelf struct {
	Title string
	Cards []card
}

func (s *studio) stocks(v *desk.Visit) (desk.Answer, error) {
	offers, stocks, err := s.stocksOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &stocksPage{Frame: v.Frame("Loại tem và giấy", "Label stocks", trail(v))}
	for i, stock := range stocks {
		title := stockGroup(v.Lang, offers[i].Owner, stock.Kind)
		at := slices.IndexFunc(page.Shelves, func(sh stockShelf) bool { return sh.Title == title })
		if at < 0 {
			at = len(page.Shelves)
			page.Shelves = append(page.Shelves, stockShelf{Title: title})
		}
		page.Shelves[at].Cards = append(page.Shelves[at].Cards, card{
			Lang: v.Lang, Title: stock.Title, About: perPage(v.Lang, stock), Href: StockPath(stock.Name), Drawn: drawnSheet(stock),
		})
	}
	return desk.Show(page), nil
}

// perPage is how many labels of which size a stock has.
func perPage(l ui.Lang, s labels.Stock) string {
	if s.Kind == labels.KindSingle {
		return size(l, s)
	}
	what := l.T("%s tem một tờ, %s", "%s labels a sheet, %s")
	if s.Kind == labels.KindRoll {
		what = l.T("%s tem một hàng, %s", "%s labels a row, %s")
	}
	return fmt.Sprintf(what, l.Number(s.Cells()), size(l, s))
}

// drawnSheet is the picture of a sheet.
func drawnSheet(s labels.Stock) drawn {
	return drawn{
		Picture: sheetPicturePath + "?" + url.Values{packedInput: {pack(s.Text())}}.Encode(),
		Width:   pictureWidth, Height: max(1, int(pictureWidth*s.PageHeight/s.PageWidth)),
	}
}

// sheetPicture draws a sheet from a text in the address.
func (s *studio) sheetPicture(v *desk.Visit) (desk.Answer, error) {
	text, err := unpack(v.Query(packedInput))
	if err != nil {
		return desk.Answer{}, desk.FieldError(packedInput, "không đọc được", "cannot be read")
	}
	stock, err := labels.ParseStock([]byte(text))
	if err != nil {
		return desk.Answer{}, stockError(err)
	}
	return desk.Picture("image/svg+xml", "", func(w io.Writer) error { return writeSheet(w, stock) }), nil
}

// writeSheet draws the labels on their paper, in millimetres.
func writeSheet(w io.Writer, s labels.Stock) error {
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 %v %v"><rect width="%v" height="%v" fill="#fff" stroke="#8a8a80" stroke-width=".6"/><path fill="#eef0ea" stroke="#5f6b58" stroke-width=".4" d="`,
		s.PageWidth+2, s.PageHeight+2, s.PageWidth, s.PageHeight)
	for n := 1; n <= s.Cells() && err == nil; n++ {
		x, y := s.CellOrigin(n)
		_, err = fmt.Fprintf(w, "M%.2f %.2fh%.2fv%.2fh-%.2fz", x, y, s.CellWidth, s.CellHeight, s.CellWidth)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, `"/></svg>`)
	return err
}

// stockError leads what is wrong with a stock to its field.
func stockError(err error) error {
	wrong, ok := errors.AsType[*labels.TextError](err)
	if !ok {
		return err
	}
	field := wrong.Field
	if field == "" {
		field = textInput
	}
	return desk.FieldError(field, wrong.Vietnamese, wrong.Reason)
}

// A stockPage shows a stock, and of a sheet the labels that are gone.
type stockPage struct {
	desk.Frame
	About     string
	Own       bool
	Drawn     drawn
	Facts     []desk.Fact
	Edit      string
	Templates string
	// Cells and what follows are for the producer of a stock in sheets alone.
	Cells       []usedCell
	Columns     int
	Form        *ui.Form
	Calibration string
	Printers    []desk.Link
}

// Template implements ui.Page.
func (stockPage) Template() string { return "stock.html" }

type usedCell struct {
	Number int
	Used   bool
}

// usedInput are the labels that are gone.
const usedInput = "used"

// Narrow are the classes of the map of labels, by how many stand in a row.
func (p stockPage) Narrow() string {
	if p.Columns > 7 {
		return "cells many"
	}
	return "cells c" + strconv.Itoa(p.Columns)
}

func calibrationPath(stock, printer string) string {
	q := url.Values{nameInput: {stock}}
	if printer != "" {
		q.Set("may", printer)
	}
	return stocksPath + "/can-chinh.pdf?" + q.Encode()
}

// offered is the stock that is asked for.
func (s *studio) offered(v *desk.Visit) (printing.Offer, labels.Stock, error) {
	offers, stocks, err := s.stocksOf(v)
	if err != nil {
		return printing.Offer{}, labels.Stock{}, err
	}
	i := indexOf(offers, asked(v)(nameInput))
	if i < 0 {
		return printing.Offer{}, labels.Stock{}, trace.ErrHidden
	}
	return offers[i], stocks[i], nil
}

func stocksLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Loại tem và giấy", "Label stocks"), Href: stocksPath}
}

func (s *studio) stockPage(v *desk.Visit) (*stockPage, labels.Stock, error) {
	o, stock, err := s.offered(v)
	if err != nil {
		return nil, stock, err
	}
	q := url.Values{nameInput: {stock.Name}}.Encode()
	page := &stockPage{
		Frame: v.Frame("", "", trail(v), stocksLink(v)), About: stock.Source, Own: keeps(v, o), Drawn: drawnSheet(stock), Edit: stocksPath + "/sua?" + q,
		Templates: Path + "?" + url.Values{stockInput: {stock.Name}}.Encode(), Columns: stock.Columns, Facts: stockFacts(v, stock),
	}
	page.Title = stock.Title
	if stock.Kind == labels.KindSheet {
		page.Calibration = calibrationPath(stock.Name, "")
	}
	if stock.Kind != labels.KindSheet || v.Actor.Role != trace.ProducerRole {
		return page, stock, nil
	}
	paper, err := s.Book.Paper(v.Context(), v.Actor, v.Actor.Producer, stock.Name)
	if err != nil {
		return nil, stock, err
	}
	for n := 1; n <= stock.Cells(); n++ {
		page.Cells = append(page.Cells, usedCell{n, slices.Contains(paper.Data.Used, n)})
	}
	page.Form = v.NewForm("Ghi nhớ tờ đang dùng", "Remember this sheet")
	page.Form.Action, page.Form.Revision = stocksPath+"/xem", paper.Revision
	page.Form.Hidden = []ui.Field{{Name: nameInput, Value: stock.Name}}
	list, err := s.Book.Printers(v.Context(), v.Actor, v.Actor.Producer, false, trace.Paging{})
	for _, p := range list.Items {
		if suits(p.Data, stock) {
			page.Printers = append(page.Printers, desk.Link{Label: p.Data.Name, Href: PrintersPath + "/" + p.ID})
		}
	}
	return page, stock, err
}

func stockFacts(v *desk.Visit, s labels.Stock) []desk.Fact {
	mm := func(x, y float64) string {
		return millimetres(v.Lang, x) + " × " + millimetres(v.Lang, y) + " mm"
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Loại", "Kind"), Value: kindName(v.Lang, s.Kind)},
		desk.Fact{Label: v.T("Mỗi tem", "A label"), Value: mm(s.CellWidth, s.CellHeight)},
		desk.Fact{Label: v.T("Trang", "Page"), Value: mm(s.PageWidth, s.PageHeight)},
		desk.Fact{Label: v.T("Cột × hàng", "Columns × rows"), Value: fmt.Sprintf("%d × %d", s.Columns, s.Rows)},
		desk.Fact{Label: v.T("Lề trái, trên", "Left, top"), Value: mm(s.Left, s.Top)},
		desk.Fact{Label: v.T("Khe giữa", "Gaps"), Value: mm(s.GapX, s.GapY)},
	)
}

func (s *studio) stock(v *desk.Visit) (desk.Answer, error) {
	page, _, err := s.stockPage(v)
	return desk.Show(page), err
}

// markUsed remembers which labels of the sheet begun are gone.
func (s *studio) markUsed(v *desk.Visit) (desk.Answer, error) {
	page, stock, err := s.stockPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	var used []int
	for _, text := range v.Form[usedInput] {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = 0 // which is refused with the limits
		}
		used = append(used, n)
	}
	if _, err := s.Book.CorrectPaper(v.Context(), v.Write(), v.Actor.Producer, stock.Name, used); err != nil {
		if page.Form == nil {
			return desk.Answer{}, err
		}
		for i := range page.Cells {
			page.Cells[i].Used = slices.Contains(used, page.Cells[i].Number)
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(StockPath(stock.Name), "Đã nhớ. Khi in, chọn in tiếp vào tờ đang dùng dở.", "It is remembered. When printing, choose to go on with the sheet begun."), nil
}

// calibration is the page against which a printer is measured.
func (s *studio) calibration(v *desk.Visit) (desk.Answer, error) {
	name := v.Query(nameInput)
	return desk.Download("application/pdf", "can-chinh.pdf", func(w io.Writer) error {
		return s.Book.WriteCalibration(v.Context(), v.Actor, name, v.Query("may"), w)
	}), nil
}
