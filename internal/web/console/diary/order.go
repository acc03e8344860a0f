package diary

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// An orderPage shows the stamps of one order before and after they are printed.
type orderPage struct {
	desk.Frame
	Head    head
	State   desk.Badge
	Release *ui.Form // nil once the order is released
	// Refusal is why nothing is printed any more; the rest of what concerns
	// printing is then empty.
	Refusal string
	Picture string
	Caption string
	First   drawing
	Sheets  string
	Files   []desk.Link
	Sheet   sheetForm
	Part    []ui.Field
	Account *ui.Form
	Counted []desk.Fact
	Facts   []desk.Fact
	Open    bool
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
		Head:  headOf(v, dossier), State: orderLineOf(v, s).State, Open: dossier.Batch.Data.State == trace.BatchOpen,
	}
	names, err := v.Names([]string{s.By})
	if err != nil {
		return nil, err
	}
	page.Facts = orderFacts(v, s, names[s.By])
	if o.State == printing.Allocated {
		page.Release = v.NewForm("Phát hành", "Release")
		page.Release.Action, page.Release.Revision = orderPath(o)+"/phat-hanh", s.Revision
	}
	if o.State == printing.Released {
		page.Account = reportForm(v, s)
	}
	if sums := o.Sums(); sums.Unaccounted < o.Count {
		page.Counted = desk.Facts(
			desk.Fact{Label: v.T("In đạt", "Printed well"), Value: v.Lang.Number(sums.Printed)},
			desk.Fact{Label: v.T("Hỏng, đã hủy", "Scrapped"), Value: v.Lang.Number(sums.Scrapped)},
			desk.Fact{Label: v.T("Thất lạc", "Lost"), Value: v.Lang.Number(sums.Lost)},
			desk.Fact{Label: v.T("Không rõ", "Unaccounted for"), Value: v.Lang.Number(sums.Unaccounted)},
			desk.Fact{Label: v.T("Tem hỏng", "Scrapped stamps"), Value: printing.RangesText(o.RangesOf(printing.Scrapped))},
			desk.Fact{Label: v.T("Tem thất lạc", "Lost stamps"), Value: printing.RangesText(o.RangesOf(printing.Lost))},
		)
	}
	return page, d.addPrinting(v, page, s)
}

// addPrinting adds how the order will look on paper, unless that would be
// untrue by now.
func (d *diary) addPrinting(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order]) error {
	o := s.Data
	if err := d.Book.WriteLabels(v.Context(), v.Actor, s.ID, printing.Print{Format: printing.SVG}, io.Discard); err != nil {
		page.Refusal = v.Words(err)
		return nil
	}
	stock, _, err := o.Drawn()
	if err != nil {
		return err
	}
	values := v.Request.URL.Query()
	page.Part = []ui.Field{
		{Name: fromInput, Label: v.T("Từ tem số", "From stamp"), Type: "digits", Narrow: true, Value: values.Get(fromInput)},
		{Name: countInput, Label: v.T("Số tem", "How many"), Type: "digits", Narrow: true, Value: values.Get(countInput)},
	}
	if page.Sheet, err = sheetOf(v, o.Stock, values); err != nil {
		return err
	}
	layout, wrong := layoutOf(values, o.Count)
	page.Sheet.Open = page.Sheet.Open || layout.From > 0 || layout.Count > 0 || wrong != nil
	for _, fields := range [][]ui.Field{page.Sheet.Offsets, page.Part} {
		for i, f := range fields {
			fields[i].Error = wrong.of(v, f.Name)
		}
	}
	from := max(1, layout.From)
	count := o.Count - from + 1
	if layout.Count > 0 {
		count = min(count, layout.Count)
	}
	page.Picture = orderPath(o) + "/tem.svg?tem=" + strconv.Itoa(from)
	page.Caption = fmt.Sprintf(v.T("Tem số %s trong %s tem, phóng to.", "Stamp %s of %s, enlarged."), v.Lang.Number(from), v.Lang.Number(o.Count))
	page.First = drawSheet(stock, layout, count)
	page.Sheets = sheetsOf(v, stock, layout, count)
	page.Files = filesOfOrder(v, o, layout, from, count)
	return nil
}

// sheetsOf tells how many sheets the printer needs.
func sheetsOf(v *desk.Visit, s labels.Stock, l printing.Layout, count int) string {
	sheets := (max(1, l.StartCell) - 1 + max(0, count) + s.Cells() - 1) / s.Cells()
	return fmt.Sprintf(v.T("%s tờ %s", "%s sheets of %s"), v.Lang.Number(sheets), s.Title)
}

// filesOfOrder are the files to download: more than one where a file would have
// too many stamps.
func filesOfOrder(v *desk.Visit, o printing.Order, l printing.Layout, from, count int) []desk.Link {
	var out []desk.Link
	for count > 0 {
		part := l
		part.From, part.Count = from, min(count, printing.MaxSheetStamps)
		label := v.T("Tải tờ tem (PDF)", "Download the sheets (PDF)")
		if part.Count < o.Count {
			label += fmt.Sprintf(" %s–%s", v.Lang.Number(part.From), v.Lang.Number(part.From+part.Count-1))
		}
		out = append(out, desk.Link{Label: label, Href: orderPath(o) + "/tem.pdf" + layoutQuery(part)})
		from, count, l.StartCell = from+part.Count, count-part.Count, 0
	}
	return out
}

func orderFacts(v *desk.Visit, s trace.Stored[printing.Order], by string) []desk.Fact {
	o, l := s.Data, v.Lang
	serials, stars := "", ""
	if o.Codes == printing.ItemCodes {
		serials = l.Number(int(o.First)+1) + "–" + l.Number(int(o.First)+o.Count)
	}
	if o.Content.Stars > 0 {
		stars = strconv.Itoa(o.Content.Stars)
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Số tem", "Stamps"), Value: l.Number(o.Count)},
		desk.Fact{Label: v.T("Loại", "Kind"), Value: codesName(v, o.Codes)},
		desk.Fact{Label: v.T("Số thứ tự mã", "Serials"), Value: serials},
		desk.Fact{Label: v.T("Sao in trên tem", "Stars on them"), Value: stars},
		desk.Fact{Label: v.T("Lập lúc", "Made"), Value: l.Moment(s.Created)},
		desk.Fact{Label: v.T("Phát hành lúc", "Released"), Value: l.Moment(o.Released)},
		desk.Fact{Label: v.T("Người ghi gần nhất", "Last changed by"), Value: by},
	)
}

// reportForm asks what became of the stamps: in most cases some are spoilt and
// the rest came out well.
func reportForm(v *desk.Visit, s trace.Stored[printing.Order]) *ui.Form {
	which := ui.Field{
		Name: "ranges", Label: v.T("Tem nào hỏng hoặc thất lạc", "Which stamps were spoilt or lost"),
		Hint: fmt.Sprintf(v.T("Ghi như 40-44, 51: vị trí từ 1 đến %s, đếm từ tem đầu tờ thứ nhất. Để trống nếu in đạt hết.", "As in 40-44, 51: positions from 1 to %s, counted from the first stamp of the first sheet. Leave empty if all came out well."), v.Lang.Number(s.Data.Count)),
	}
	fate := ui.Field{Name: "fate", Label: v.T("Những tem đó", "Those stamps"), Type: ui.Select, Value: string(printing.Scrapped), Narrow: true, Options: []ui.Option{
		{Value: string(printing.Scrapped), Label: v.Lang.Name(printing.Scrapped.Name())}, {Value: string(printing.Lost), Label: v.Lang.Name(printing.Lost.Name())},
	}}
	reason := ui.Field{Name: "reason", Label: v.T("Vì sao", "Why"), MaxLength: 200, Hint: v.T("Người quét những tem đó sẽ đọc được.", "Whoever scans those stamps can read it.")}
	rest := ui.Field{Name: "restPrinted", Label: v.T("Tem chưa báo còn lại", "All others not reported yet"), Type: ui.Select, Value: "true", Narrow: true, Options: []ui.Option{
		{Value: "true", Label: v.T("in đạt", "came out well")}, {Value: "false", Label: v.T("báo sau", "report later")},
	}}
	f := v.NewForm("Lưu số tem", "Save the report", ui.Group{Fields: []ui.Field{which, fate, reason, rest}})
	f.Action, f.Revision = orderPath(s.Data)+"/kiem-dem", s.Revision
	return f
}

// reportOf reads the form of a report. No stamps named means that all came out
// well.
func reportOf(v *desk.Visit) (printing.Report, error) {
	r := printing.Report{Fate: printing.Fate(v.Value("fate")), Reason: v.Value("reason"), RestPrinted: v.Value("restPrinted") == "true"}
	ranges, err := printing.ParseRanges("ranges", v.Value("ranges"))
	if r.Ranges = ranges; len(ranges) == 0 && r.RestPrinted {
		r.Fate, r.Reason = printing.Printed, ""
	}
	return r, err
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

func (d *diary) count(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	r, err := reportOf(v)
	if err == nil {
		_, err = d.Book.Report(v.Context(), v.Write(), o.ID, r)
	}
	if err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Account == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Account, err)
	}
	return v.Redirect(orderPath(o.Data), "Đã ghi số tem.", "The count is saved."), nil
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

// sheets are the stamps of an order on paper.
func (d *diary) sheets(v *desk.Visit) (desk.Answer, error) {
	_, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	layout, wrong := layoutOf(v.Request.URL.Query(), o.Data.Count)
	if wrong != nil {
		return desk.Answer{}, trace.FieldErrors(wrong)
	}
	return desk.Download("application/pdf", "tem-"+o.ID+".pdf", func(w io.Writer) error {
		return d.Book.WriteLabels(v.Context(), v.Actor, o.ID, printing.Print{Layout: layout}, w)
	}), nil
}
