package studio

import (
	"cmp"
	"fmt"
	"math/big"
	"strconv"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// LanguageName is what a printer understands, as its users know it.
func LanguageName(l ui.Lang, f printing.Format) string {
	switch f {
	case printing.PDF:
		return l.T("máy in văn phòng", "office printer")
	case printing.ZPL:
		return "Zebra ZPL"
	case printing.TSPL:
		return "TSPL"
	case printing.EPL:
		return "EPL"
	case printing.ESCPOS:
		return "ESC/POS"
	case printing.Brother:
		return "Brother QL"
	}
	return string(f)
}

// PrintCommand is the line that sends an order to a printer.
func PrintCommand(order string, p trace.Stored[printing.Printer]) string {
	line := "temgoc print --order " + order + " --printer " + p.ID
	if p.Data.Address == "" { // else it is known
		line += " --to tcp://MAY-IN:9100"
	}
	return line
}

// A printersPage lists the printers.
type printersPage struct {
	desk.Frame
	Lines []printerLine
	Pager desk.Pager
}

// Template implements ui.Page.
func (printersPage) Template() string { return "printers.html" }

type printerLine struct {
	Name, Href, Text string
	Safe             desk.Badge
}

func (s *studio) printers(v *desk.Visit) (desk.Answer, error) {
	page := &printersPage{Frame: v.Frame("Máy in", "Printers", trail(v))}
	list, err := s.Book.Printers(v.Context(), v.Actor, v.Actor.Producer, false, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	for _, p := range list.Items {
		page.Lines = append(page.Lines, printerLine{
			Name: p.Data.Name, Href: PrintersPath + "/" + p.ID, Safe: safeBadge(v, p.Data),
			Text: fmt.Sprintf("%s · %d dpi", LanguageName(v.Lang, p.Data.Language), p.Data.DPI),
		})
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(page), nil
}

// safeBadge tells the smallest module that scans, where somebody has tried.
func safeBadge(v *desk.Visit, p printing.Printer) desk.Badge {
	if p.MinModule == 0 {
		return desk.Warn(v.T("chưa in thử", "not tried yet"))
	}
	return desk.Good(v.T("ô mã QR từ ", "QR modules from ") + moduleText(v.Lang, p))
}

// moduleText is the smallest module: "4 chấm (0,5 mm)".
func moduleText(l ui.Lang, p printing.Printer) string {
	return fmt.Sprintf(l.T("%d chấm (%s mm)", "%d dots (%s mm)"), p.MinModule, millimetres(l, float64(moduleUM(p))/1000))
}

// moduleUM is the side of the smallest module in micrometres.
func moduleUM(p printing.Printer) int { return (p.MinModule*25400 + p.DPI/2) / p.DPI }

// A printerPage is the form of a printer, and what is to be tried on it.
type printerPage struct {
	desk.Frame
	Form      *ui.Form
	Safe      *desk.Badge // nil for a new one
	Sheets    []desk.Link // calibration pages
	TestSheet string
	Blocks    []block
	Tried     *ui.Form
	Photo     *ui.Form
	Retire    *ui.Form
}

// Template implements ui.Page.
func (printerPage) Template() string { return "printer.html" }

// A printerEntry is a printer as people measure it: in millimetres and factors.
type printerEntry struct {
	Name      string          `json:"name"`
	Language  printing.Format `json:"language"`
	DPI       int             `json:"dpi"`
	OffsetX   trace.Decimal   `json:"offsetX"`
	OffsetY   trace.Decimal   `json:"offsetY"`
	ScaleX    trace.Decimal   `json:"scaleX"`
	ScaleY    trace.Decimal   `json:"scaleY"`
	DotGain   int             `json:"dotGain"`
	MinModule int             `json:"minModule"`
	Address   string          `json:"address"`
	Note      string          `json:"note"`
}

// printer converts what was entered to whole micrometres and millionths.
func (e printerEntry) printer() printing.Printer {
	ppm := func(d trace.Decimal) int {
		if d == "" {
			return 0
		}
		return scaled(d, 1_000_000) - 1_000_000
	}
	return printing.Printer{
		Name: e.Name, Language: e.Language, DPI: e.DPI, OffsetX: scaled(e.OffsetX, 1000), OffsetY: scaled(e.OffsetY, 1000),
		ScaleX: ppm(e.ScaleX), ScaleY: ppm(e.ScaleY), DotGain: e.DotGain, MinModule: e.MinModule, Address: e.Address, Note: e.Note,
	}
}

// scaled is so many times a decimal, cut to a whole number that is far beyond
// any limit where it is larger.
func scaled(d trace.Decimal, times int64) int {
	if d == "" {
		return 0
	}
	r := new(big.Rat).Mul(d.Rat(), big.NewRat(times, 1))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if !n.IsInt64() {
		return 1 << 30
	}
	return int(max(min(n.Int64(), 1<<30), -1<<30))
}

// decimal writes so many parts as a decimal.
func decimal(l ui.Lang, n, parts int) string {
	return trace.Decimal(strconv.FormatFloat(float64(n)/float64(parts), 'f', -1, 64)).In(string(l))
}

// printerForm is the form of a printer.
func printerForm(v *desk.Visit, p printing.Printer) *ui.Form {
	l := v.Lang
	text := func(name, vi, en, value, hint string) ui.Field {
		return ui.Field{Name: name, Label: l.T(vi, en), Value: value, Hint: hint, Narrow: true}
	}
	number := func(name, vi, en, value, hint string) ui.Field {
		f := text(name, vi, en, value, hint)
		f.Type = ui.Decimal
		return f
	}
	name := ui.Field{Name: "name", Label: l.T("Tên gọi", "Name"), Value: p.Name, Required: true, MaxLength: 100, Hint: l.T("Ví dụ: máy in tem kho 1", "Such as: label printer, store 1")}
	language := ui.Field{Name: "language", Label: l.T("Loại máy", "Kind"), Type: ui.Select, Narrow: true, Value: string(cmp.Or(p.Language, printing.PDF)), Hint: l.T("Xem tem trên máy hoặc sách hướng dẫn", "See the printer's manual")}
	for _, f := range printing.Languages() {
		language.Options = append(language.Options, ui.Option{Value: string(f), Label: LanguageName(l, f)})
	}
	dpi := ui.Field{Name: "dpi", Label: l.T("Độ phân giải", "Resolution"), Type: ui.Select, Narrow: true, Value: strconv.Itoa(cmp.Or(p.DPI, 600)), Hint: l.T("máy in tem thường 203 hoặc 300", "label printers mostly have 203 or 300")}
	for _, n := range []int{203, 300, 600, 1200, 2400} {
		dpi.Options = append(dpi.Options, ui.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n) + " dpi"})
	}
	shift := l.T("mm, từ tờ căn chỉnh", "mm, from the calibration page")
	factor := l.T("như 1,005; đúng là 1", "as in 1.005; 1 is true")
	module := number("minModule", "Ô mã QR nhỏ nhất quét được", "Smallest QR module that scans", zero(p.MinModule), l.T("chấm; để trống nếu chưa thử", "dots; leave empty if nobody tried"))
	module.Type = "digits"
	gain := number("dotGain", "Mực loang", "Dot gain", zero(p.DotGain), l.T("µm nét đen nở ra, để trống nếu không rõ", "µm by which black grows; empty if unknown"))
	gain.Type = "digits"
	return v.NewForm("Lưu máy in", "Save the printer",
		ui.Group{Fields: []ui.Field{name, language, dpi}},
		ui.Group{Title: l.T("Căn chỉnh", "Calibration"), Folded: true, Brief: brief(v, p), Fields: []ui.Field{
			number("offsetX", "Dịch ngang", "Shift right", decimal(l, p.OffsetX, 1000), shift), number("offsetY", "Dịch dọc", "Shift down", decimal(l, p.OffsetY, 1000), shift),
			number("scaleX", "Tỉ lệ ngang", "Scale across", decimal(l, 1_000_000+p.ScaleX, 1_000_000), factor), number("scaleY", "Tỉ lệ dọc", "Scale down", decimal(l, 1_000_000+p.ScaleY, 1_000_000), factor),
		}},
		ui.Group{Title: l.T("Mực và mã QR", "Ink and QR codes"), Folded: true, Fields: []ui.Field{module, gain}},
		ui.Group{Title: l.T("Địa chỉ trong mạng, ghi chú", "Network address, note"), Folded: true, Fields: []ui.Field{
			{Name: "address", Label: l.T("Địa chỉ", "Address"), Value: p.Address, MaxLength: 200, Hint: l.T("Như tcp://192.168.1.50:9100. Chỉ lệnh temgoc print dùng; máy chủ không gửi gì đến máy in.", "As in tcp://192.168.1.50:9100. For temgoc print alone; the service sends nothing to printers.")},
			{Name: "note", Label: l.T("Ghi chú", "Note"), Value: p.Note, MaxLength: 2000},
		}},
	)
}

func zero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// brief tells how a printer is corrected.
func brief(v *desk.Visit, p printing.Printer) string {
	if p.OffsetX == 0 && p.OffsetY == 0 && p.ScaleX == 0 && p.ScaleY == 0 {
		return v.T("chưa căn chỉnh", "not calibrated")
	}
	return fmt.Sprintf(v.T("dịch %s × %s mm, tỉ lệ %s × %s", "shift %s × %s mm, scale %s × %s"),
		decimal(v.Lang, p.OffsetX, 1000), decimal(v.Lang, p.OffsetY, 1000), decimal(v.Lang, 1_000_000+p.ScaleX, 1_000_000), decimal(v.Lang, 1_000_000+p.ScaleY, 1_000_000))
}

func printersLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Máy in", "Printers"), Href: PrintersPath}
}

func newPrinterPage(v *desk.Visit) *printerPage {
	page := &printerPage{Frame: v.Frame("Thêm máy in", "Add a printer", trail(v), printersLink(v)), Form: printerForm(v, printing.Printer{})}
	page.Form.Cancel = PrintersPath
	return page
}

func (s *studio) newPrinter(v *desk.Visit) (desk.Answer, error) {
	return desk.Show(newPrinterPage(v)), nil
}

func (s *studio) addPrinter(v *desk.Visit) (desk.Answer, error) {
	var e printerEntry
	err := v.Decode(&e)
	var p trace.Stored[printing.Printer]
	if err == nil {
		p, err = s.Book.CreatePrinter(v.Context(), v.Write(), e.printer())
	}
	if err != nil {
		page := newPrinterPage(v)
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(PrintersPath+"/"+p.ID, "Đã thêm máy in. Bước tiếp theo: căn chỉnh và in thử.", "The printer is added. Next: calibrate it and try it."), nil
}

// printerPage is the page of a printer of one's own.
func (s *studio) printerPage(v *desk.Visit) (*printerPage, error) {
	p, err := s.Book.Printer(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	page := &printerPage{Frame: v.Frame("", "", trail(v), printersLink(v)), Form: printerForm(v, p.Data)}
	page.Title = p.Data.Name
	page.Form.Revision, page.Form.Cancel = p.Revision, PrintersPath
	badge := safeBadge(v, p.Data)
	page.Safe = &badge
	offers, stocks, err := s.stocksOf(v)
	if err != nil {
		return nil, err
	}
	for i, stock := range stocks {
		if suits(p.Data, stock) {
			page.Sheets = append(page.Sheets, desk.Link{Label: titleOf(v.Lang, stock), Href: calibrationPath(offers[i].Name, p.ID)})
		}
	}
	addTrial(v, page, p)
	if !p.Data.Retired {
		page.Retire = v.NewForm("Ngừng dùng máy in này", "Take it out of use").Scoped("retire")
		page.Retire.Action, page.Retire.Revision, page.Retire.Danger = PrintersPath+"/"+p.ID+"/ngung", p.Revision, true
	}
	return page, nil
}

// suits tells whether a calibration page of a stock says something of a printer:
// it is for the paper of office printers.
func suits(p printing.Printer, s labels.Stock) bool {
	return p.Language == printing.PDF && s.Kind == labels.KindSheet
}

func (s *studio) printer(v *desk.Visit) (desk.Answer, error) {
	page, err := s.printerPage(v)
	return desk.Show(page), err
}

func (s *studio) changePrinter(v *desk.Visit) (desk.Answer, error) {
	page, err := s.printerPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	var e printerEntry
	if err = v.Decode(&e); err == nil {
		_, err = s.Book.ChangePrinter(v.Context(), v.Write(), v.Param("id"), e.printer())
	}
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(PrintersPath+"/"+v.Param("id"), "Đã lưu máy in.", "The printer is saved."), nil
}

func (s *studio) retirePrinter(v *desk.Visit) (desk.Answer, error) {
	page, err := s.printerPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if _, err := s.Book.RetirePrinter(v.Context(), v.Write(), v.Param("id")); err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(PrintersPath, "Máy in không còn trong danh sách.", "The printer is no longer listed."), nil
}
