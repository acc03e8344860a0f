package diary

import (
	"fmt"
	"io"
	"net/url"
	"strconv"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/studio"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// A paperView is how an order will look, and its files.
type paperView struct {
	ui.Lang
	Picture, Caption string
	First            drawing
	Sheets           string
	Chosen           []ui.Field // the inputs of the layout
	Cells            []startCell
	Open             bool // somebody chose
	Groups           []fileGroup
	Begun            string // what is known of the sheet begun
	Map              string // where its labels are marked
	Took             *ui.Form
}

// A fileGroup is the files for one purpose.
type fileGroup struct {
	Title, Says string
	Files       []desk.Link
	Command     string     // to copy
	Elsewhere   *desk.Link // where what is missing is entered
	Second      bool       // not what most people come for
}

// A startCell is a label of the sheet to begin with.
type startCell struct {
	Number int
	Chosen bool
}

// A printJob is how the visitor wants an order to be printed.
type printJob struct {
	order    printing.Order
	stock    labels.Stock
	layout   printing.Layout
	printers []trace.Stored[printing.Printer]
	printer  *trace.Stored[printing.Printer] // nil for none of them
	paper    printing.Paper
	from     int
	count    int
}

// noPrinter is the choice of a printer of which nothing is known.
const noPrinter = "-"

// addPaper adds how the order will look on paper, unless that would be untrue by
// now.
func (d *diary) addPaper(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order]) error {
	if err := d.Book.WriteLabels(v.Context(), v.Actor, s.ID, printing.Print{Format: printing.SVG}, io.Discard); err != nil {
		page.Refusal = v.Words(err)
		return nil
	}
	values := v.Request.URL.Query()
	j, wrong, err := d.printJob(v, s.Data, values)
	if err != nil {
		return err
	}
	p := &paperView{
		Lang: v.Lang, Picture: orderPath(s.Data) + "/tem.svg?tem=" + strconv.Itoa(j.from),
		Caption: fmt.Sprintf(v.T("Tem số %s trong %s tem, phóng to.", "Stamp %s of %s, enlarged."), v.Lang.Number(j.from), v.Lang.Number(s.Data.Count)),
		First:   drawSheet(j.stock, j.layout, j.used(), j.count), Sheets: j.sheets(v), Chosen: j.fields(v, values, wrong), Groups: j.groups(v, s),
	}
	for _, f := range p.Chosen {
		p.Open = p.Open || f.Error != ""
	}
	p.Open = p.Open || j.query() != ""
	if j.stock.Kind == labels.KindSheet {
		j.addSheet(v, p)
	}
	page.Paper = p
	printer := ""
	if j.printer != nil {
		printer = j.printer.ID
	}
	return d.addReadiness(v, page, s, printer)
}

// printJob reads how an order is to be printed. What is wrong is left out.
func (d *diary) printJob(v *desk.Visit, o printing.Order, values url.Values) (*printJob, mistakes, error) {
	stock, _, err := o.Drawn()
	if err != nil {
		return nil, nil, err
	}
	layout, wrong := layoutOf(values, o.Count)
	j := &printJob{order: o, stock: stock, layout: layout, from: max(1, layout.From)}
	j.count = o.Count - j.from + 1
	if layout.Count > 0 {
		j.count = min(j.count, layout.Count)
	}
	list, err := d.Book.Printers(v.Context(), v.Actor, o.Producer, false, trace.Paging{})
	if err != nil {
		return nil, nil, err
	}
	j.printers = list.Items
	j.choose(values.Get(printerInput))
	if stock.Kind == labels.KindSheet {
		paper, err := d.Book.Paper(v.Context(), v.Actor, o.Producer, o.Stock)
		if err == nil { // a stock that is no longer offered has no sheet begun
			j.paper = paper.Data
		}
	}
	return j, wrong, nil
}

// choose takes the printer that is asked for, or else the first one that prints
// on such stock.
func (j *printJob) choose(id string) {
	for i, p := range j.printers {
		suits := (p.Data.Language == printing.PDF) == (j.stock.Kind != labels.KindRoll)
		if p.ID == id || id == "" && suits {
			j.printer = &j.printers[i]
			return
		}
	}
}

// used are the labels that the printing leaves out.
func (j *printJob) used() []int {
	if !j.layout.Begun {
		return nil
	}
	return j.paper.Used
}

// gone is how many labels of the first sheet the printing leaves out.
func (j *printJob) gone() int {
	gone := max(1, j.layout.StartCell) - 1
	for _, n := range j.used() {
		if n > gone {
			gone++
		}
	}
	return gone
}

// sheets tells how many sheets the printer needs.
func (j *printJob) sheets(v *desk.Visit) string {
	n := (j.gone() + max(0, j.count) + j.stock.Cells() - 1) / j.stock.Cells()
	what := v.T("%s tờ %s", "%s sheets of %s")
	if j.stock.Kind == labels.KindRoll {
		what = v.T("%s hàng trên %s", "%s rows of %s")
	}
	if j.stock.Kind == labels.KindSingle {
		what = v.T("%s con, %s", "%s, %s")
	}
	return fmt.Sprintf(what, v.Lang.Number(n), j.stock.Title)
}

// query is the part of an address that says how to print.
func (j *printJob) query() string { return layoutQuery(j.layout) }

// fields ask how to print.
func (j *printJob) fields(v *desk.Visit, values url.Values, wrong mistakes) []ui.Field {
	limit := trace.Decimal(strconv.FormatFloat(labels.MaxOffset, 'f', -1, 64)).In(string(v.Lang))
	fields := []ui.Field{
		{Name: rightInput, Label: v.T("Dịch sang phải (mm)", "Shift right (mm)"), Type: ui.Decimal, Narrow: true, Hint: v.T("Sang trái thì ghi số âm, tối đa ", "Negative for left; at most ") + limit},
		{Name: downInput, Label: v.T("Dịch xuống (mm)", "Shift down (mm)"), Type: ui.Decimal, Narrow: true, Hint: v.T("Lên trên thì ghi số âm, tối đa ", "Negative for up; at most ") + limit},
		{Name: fromInput, Label: v.T("Từ tem số", "From stamp"), Type: "digits", Narrow: true},
		{Name: countInput, Label: v.T("Số tem", "How many"), Type: "digits", Narrow: true},
	}
	for i := range fields {
		fields[i].Value, fields[i].Error = values.Get(fields[i].Name), wrong.of(v, fields[i].Name)
	}
	if len(j.printers) == 0 {
		return fields
	}
	return append([]ui.Field{printerField(v, j.printers, j.printer)}, fields...)
}

// printerField chooses one of the printers.
func printerField(v *desk.Visit, printers []trace.Stored[printing.Printer], chosen *trace.Stored[printing.Printer]) ui.Field {
	f := ui.Field{Name: printerInput, Label: v.T("Máy in", "Printer"), Type: ui.Select, Value: noPrinter}
	for _, p := range printers {
		f.Options = append(f.Options, ui.Option{Value: p.ID, Label: p.Data.Name + " · " + studio.LanguageName(v.Lang, p.Data.Language)})
	}
	f.Options = append(f.Options, ui.Option{Value: noPrinter, Label: v.T("máy khác", "another one")})
	if chosen != nil {
		f.Value = chosen.ID
	}
	return f
}

// addSheet adds what is about a sheet of labels alone.
func (j *printJob) addSheet(v *desk.Visit, p *paperView) {
	for n := 1; n <= j.stock.Cells(); n++ {
		p.Cells = append(p.Cells, startCell{n, n == max(1, j.layout.StartCell)})
	}
	p.Map = studio.StockPath(j.order.Stock)
	p.Took = v.NewForm("Ghi nhớ", "Remember", ui.Group{Fields: []ui.Field{
		{Name: "taken", Label: v.T("Vừa in bao nhiêu tem", "How many were printed just now"), Type: "digits", Required: true, Value: strconv.Itoa(j.count)},
	}}).Scoped("took")
	p.Took.Action = orderPath(j.order) + "/to-dang-dung"
	if n := len(j.paper.Used); n > 0 {
		p.Begun = fmt.Sprintf(v.T("In tiếp vào tờ đang dùng dở (đã dùng %d trong %d ô)", "Go on with the sheet begun (%d of %d labels are gone)"), n, j.stock.Cells())
		p.Chosen = append(p.Chosen, ui.Field{Name: begunInput, Label: p.Begun, Type: "checkbox", Value: checked(j.layout.Begun)})
	}
}

func checked(yes bool) string {
	if yes {
		return "true"
	}
	return ""
}

// file is the address of a file of the order.
func (j *printJob) file(f printing.Format, part printing.Layout, printer bool) string {
	q, _ := url.ParseQuery(layoutQuery(part)) // written by ourselves
	if printer && j.printer != nil {
		q.Set(printerInput, j.printer.ID)
	}
	path := orderPath(j.order) + "/tep/" + string(f)
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// parts are files of whole sheets, as many as one may have.
func (j *printJob) parts(v *desk.Visit, f printing.Format, vi, en string) []desk.Link {
	var out []desk.Link
	l, most := j.layout, printing.FileStamps(j.stock)-j.gone()
	for from, count := j.from, j.count; count > 0; {
		part := l
		part.From, part.Count = from, min(count, most)
		label := v.T(vi, en)
		if part.Count < j.order.Count {
			label += fmt.Sprintf(" %s–%s", v.Lang.Number(part.From), v.Lang.Number(part.From+part.Count-1))
		} else {
			part.From, part.Count = 0, 0
		}
		out = append(out, desk.Link{Label: label, Href: j.file(f, part, true)})
		from, count = from+min(count, most), count-min(count, most)
		l.StartCell, l.Begun, most = 0, false, printing.FileStamps(j.stock)
	}
	return out
}

// forHouse is the address of a PDF for a print house, of as many stamps as one
// may have.
func (j *printJob) forHouse(p printing.Profile) string {
	part := printing.Layout{}
	if j.order.Count > printing.MaxSheetStamps {
		part.From, part.Count = j.from, min(j.count, printing.MaxSheetStamps)
	}
	q, _ := url.ParseQuery(layoutQuery(part)) // written by ourselves
	q.Set(profileInput, string(p))
	return orderPath(j.order) + "/tep/pdf?" + q.Encode()
}

// groups are the files of the order by what they are for.
func (j *printJob) groups(v *desk.Visit, s trace.Stored[printing.Order]) []fileGroup {
	here := fileGroup{Title: v.T("In tại chỗ", "Print here"), Says: v.T("Máy in văn phòng, giấy tem theo tờ. In ở tỉ lệ 100 %, không chọn “vừa trang”.", "Office printers. Print at 100 %, not “fit to page”.")}
	here.Files = j.parts(v, printing.PDF, "Tải tờ tem (PDF)", "Download the sheets (PDF)")
	return []fileGroup{here, j.labelPrinter(v, s),
		{
			Second: true, Title: v.T("Gửi nhà in", "Send to a print house"), Says: v.T("Mã (CSV, XLSX), hình mẫu, kích thước phải đạt và hướng dẫn, trong một gói.", "The codes (CSV, XLSX), a sample, the sizes to hit and instructions, in one archive."),
			Files: []desk.Link{
				{Label: v.T("Tải gói cho nhà in (ZIP)", "Download the archive (ZIP)"), Href: j.file(printing.ZIP, printing.Layout{}, false)},
				{Label: v.T("PDF cho nhà in, mỗi trang một tem", "PDF with bleed, a stamp a page"), Href: j.forHouse(printing.ForHouse)},
				{Label: v.T("PDF cho nhà in, ghép cả tờ", "PDF with bleed, imposed"), Href: j.forHouse(printing.Imposed)},
			},
		},
		{
			Second: true, Title: v.T("Chỉ lấy dữ liệu", "Data only"), Says: v.T("Danh sách mã để tự dàn trang; mở được bằng Excel.", "The codes, to compose stamps yourself; Excel opens it."),
			Files: []desk.Link{{Label: v.T("Tải danh sách mã (CSV)", "Download the codes (CSV)"), Href: j.file(printing.CSV, printing.Layout{}, false)}},
		},
	}
}

// labelPrinter is what a label printer takes.
func (j *printJob) labelPrinter(v *desk.Visit, s trace.Stored[printing.Order]) fileGroup {
	g := fileGroup{Title: v.T("Máy in tem", "Label printer"), Says: v.T("Lệnh in riêng cho máy in tem (cuộn), từng chấm một, không qua trình điều khiển.", "What a label printer understands, dot by dot, without a driver.")}
	if j.printer == nil || j.printer.Data.Language == printing.PDF {
		g.Elsewhere = &desk.Link{Label: v.T("Thêm máy in tem", "Add a label printer"), Href: studio.PrintersPath}
		return g
	}
	if j.stock.Kind == labels.KindSheet {
		g.Says = v.T("Máy in tem chạy tem cuộn, còn lệnh in này dùng giấy theo tờ. Đặt lệnh in với một loại tem cuộn.", "Label printers take rolls, and this order is for sheets. Order stamps on a roll.")
		return g
	}
	language := studio.LanguageName(v.Lang, j.printer.Data.Language)
	if _, known := j.printer.Data.Language.Output(); !known {
		g.Says = language + v.T(": chưa xuất được tệp.", ": no file can be written yet.")
		return g
	}
	g.Files = j.parts(v, j.printer.Data.Language, "Tải tệp cho "+j.printer.Data.Name+" ("+language+")", "Download for "+j.printer.Data.Name+" ("+language+")")
	g.Command = studio.PrintCommand(s.ID, *j.printer)
	return g
}

// download is an order in one of its formats.
func (d *diary) download(v *desk.Visit) (desk.Answer, error) {
	_, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	output, known := printing.Format(v.Param("format")).Output()
	if !known {
		return desk.Answer{}, trace.ErrHidden
	}
	values := v.Request.URL.Query()
	layout, wrong := layoutOf(values, o.Data.Count)
	if wrong != nil {
		return desk.Answer{}, trace.FieldErrors(wrong)
	}
	p := printing.Print{Layout: layout, Format: output.Format, Profile: printing.Profile(values.Get(profileInput)), Printer: values.Get(printerInput)}
	return desk.Download(output.Media, "tem-"+o.ID+"."+output.Ending, func(w io.Writer) error {
		return d.Book.WriteLabels(v.Context(), v.Actor, o.ID, p, w)
	}), nil
}

// take notes which labels of the sheet begun the printing took.
func (d *diary) take(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	n, err := strconv.Atoi(v.Value("taken"))
	if err != nil {
		n = 0 // which is refused with its limits
	}
	_, err = d.Book.TakePaper(v.Context(), v.Write(), o.Data.Producer, o.Data.Stock, n)
	if err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Paper == nil || page.Paper.Took == nil {
			return desk.Answer{}, err
		}
		return v.Again(page, page.Paper.Took, desk.Renamed(err, "count", "taken"))
	}
	return v.Redirect(orderPath(o.Data), "Đã nhớ các ô vừa dùng của tờ tem.", "The labels that are gone are remembered."), nil
}
