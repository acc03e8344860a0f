package diary

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/studio"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// An ordering asks for stamps, and draws them.
type ordering struct {
	ui.Lang
	Form      *ui.Form
	Templates []templateChoice
	Picture   string // of the chosen template on the chosen stock
	Refusal   string // why it cannot be drawn
	Sheet     drawing
	Says      string     // how many sheets it takes
	Replaces  *desk.Link // the order whose stamps it makes up for
}

// A templateChoice is a template to choose, drawn with the product.
type templateChoice struct {
	Name, Title, Picture string
	Width, Height        int
	Chosen               bool
}

// replacesInput is the number of the order that a new one makes up for.
const replacesInput = "thay"

// doLook is the button that draws the form again with what was chosen.
const doLook = "look"

// ordering is the form: filled as it was sent, or else like the order before.
func (d *diary) ordering(v *desk.Visit, dossier *trace.Dossier, orders []trace.Stored[printing.Order]) (*ordering, error) {
	o := &ordering{Lang: v.Lang}
	offers, err := d.Book.Stocks(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	data := proposed(orders)
	if old := replaced(v, orders); old != nil {
		missing := printing.Missing(old.Data, printing.ReplacementsAmong(orders, old.ID))
		data = old.Data.OrderData
		data.Replaces, data.Count = old.ID, missing
		o.Replaces = &desk.Link{Label: orderLineOf(v, *old).Label, Href: orderPath(old.Data)}
	}
	printers, err := d.Book.Printers(v.Context(), v.Actor, v.Actor.Producer, false, trace.Paging{})
	if err != nil {
		return nil, err
	}
	o.Form = orderForm(v, dossier, orders, data, studio.StockOptions(v.Lang, offers))
	if len(printers.Items) > 0 {
		first := &o.Form.Groups[1]
		first.Fields = append(first.Fields, printerField(v, printers.Items, nil))
	}
	if v.Form != nil {
		v.Keep(o.Form)
	}
	return o, d.drawOrdering(v, o, offers, dossier, cmp.Or(v.Value("template"), data.Template))
}

// proposed is an order like the last one.
func proposed(orders []trace.Stored[printing.Order]) printing.OrderData {
	if len(orders) == 0 {
		return printing.OrderData{Codes: printing.BatchCodes, Stock: labels.StockNames()[0]}
	}
	last := orders[0].Data.OrderData
	last.Count, last.Replaces = 0, ""
	return last
}

// replaced is the order that the visitor wants to make up for, if there is one.
func replaced(v *desk.Visit, orders []trace.Stored[printing.Order]) *trace.Stored[printing.Order] {
	id, number := v.Value("replaces"), v.Query(replacesInput)
	for i, o := range orders {
		if o.ID == id || v.Form == nil && strconv.Itoa(o.Data.Number) == number {
			return &orders[i]
		}
	}
	return nil
}

// orderForm asks for stamps: as many as units were packed and have none yet,
// of the kind and on the sheet of last time.
func orderForm(v *desk.Visit, d *trace.Dossier, orders []trace.Stored[printing.Order], data printing.OrderData, stocks []ui.Option) *ui.Form {
	packed, made := printing.Packed(d), printing.Possible(orders)
	count := ui.Field{Name: "count", Label: v.T("Bao nhiêu tem", "How many"), Type: "digits", Required: true, MaxLength: 7}
	if packed > 0 {
		count.Hint = fmt.Sprintf(v.T("Nhật ký ghi đã đóng %s gói, chai, hộp; đã đặt %s tem.", "By the diary %s units were packed; %s stamps were ordered."), v.Lang.Number(packed), v.Lang.Number(made))
	}
	if left := cmp.Or(data.Count, packed-made); left > 0 {
		count.Value = strconv.Itoa(left)
	}
	f := v.NewForm("Tạo tem và phát hành", "Make and release stamps",
		ui.Group{Fields: []ui.Field{codesField(v, data.Codes), count}},
		ui.Group{Fields: []ui.Field{{Name: "stock", Label: v.T("Giấy tem", "Label stock"), Type: ui.Select, Options: stocks, Value: data.Stock}}},
		ui.Group{Fields: []ui.Field{
			{Name: "perRoll", Label: v.T("Mỗi cuộn bao nhiêu tem", "Stamps on a roll"), Type: "digits", MaxLength: 7, Value: number(data.PerRoll), Hint: v.T("Tem cuộn thì ghi để báo hỏng theo cuộn; tem tờ thì để trống.", "For rolls, to report by the roll; leave empty for sheets.")},
			{
				Name: "activation", Label: v.T("Tem riêng có hiệu lực khi nào", "When item codes count"), Type: ui.Select, Value: cmp.Or(string(data.Activation), string(printing.ActivateOnRelease)),
				Options: []ui.Option{
					{Value: string(printing.ActivateOnRelease), Label: v.T("ngay khi phát hành lệnh in", "once the order is released")},
					{Value: string(printing.ActivateByRange), Label: v.T("theo dải, khi dán lên hàng (kích hoạt sau)", "range by range, once on the goods")},
				},
			},
			{
				Name: "pin", Label: v.T("Mỗi tem một mã PIN dưới lớp cào (tem cào)", "A scratch PIN on each stamp"), Type: "checkbox", Value: checked(data.PIN),
				Hint: v.T("Chỉ cho tem có mã riêng và mẫu có ô PIN, như cao-pin. Mã PIN chỉ có trong tệp gửi nhà in; mỗi lần tải tệp đều được ghi nhật ký.",
					"For item codes and a template with a place for it, such as cao-pin. PINs are in the files for printing alone, and each download is logged."),
			},
		}},
	)
	if data.Replaces != "" {
		f.Hidden = append(f.Hidden, ui.Field{Name: "replaces", Value: data.Replaces})
	}
	f.Second = []string{"later", v.T("Tạo tem, phát hành sau", "Make them, release later")}
	f.Cancel = batchPath(d.Batch.ID)
	return f
}

func codesField(v *desk.Visit, codes printing.Codes) ui.Field {
	return ui.Field{
		Name: "codes", Label: v.T("Loại tem", "Kind of stamps"), Type: ui.Radio, Required: true, Value: string(codes),
		Options: []ui.Option{
			{Value: string(printing.BatchCodes), Label: v.T("Chung mã lô", "The batch code"), Hint: v.T("Mọi tem giống nhau: đơn giản, in thêm lúc nào cũng được.", "All stamps are alike: simple, and more can be printed any time.")},
			{Value: string(printing.ItemCodes), Label: v.T("Riêng từng sản phẩm", "A code of its own on each"), Hint: v.T("Mỗi tem một mã: người mua thấy tem đã được quét mấy lần, khó làm giả hơn.", "Shoppers see how often a stamp was scanned, which makes copies show.")},
		},
	}
}

// number writes a number that is given.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// drawOrdering draws the templates for the chosen stock, and the first sheet.
func (d *diary) drawOrdering(v *desk.Visit, o *ordering, offers []printing.Offer, dossier *trace.Dossier, template string) error {
	i := slices.IndexFunc(offers, func(s printing.Offer) bool { return s.Name == o.Form.Field("stock").Value })
	if i < 0 {
		return nil // what is wrong is said when the form is sent
	}
	stock, err := labels.ParseStock([]byte(offers[i].Text))
	if err != nil {
		return err
	}
	templates, err := d.Book.Templates(v.Context(), v.Actor, stock.Name)
	if err != nil {
		return err
	}
	p := printing.Preview{Stock: stock.Name, Codes: printing.Codes(o.Form.Field("codes").Value), Product: dossier.Batch.Data.Product}
	if p.Codes != printing.ItemCodes {
		p.Codes = printing.BatchCodes
	}
	automatic := printing.Offer{Title: v.T("Tự động", "Automatic")}
	for _, t := range append([]printing.Offer{automatic}, templates...) {
		p.Text = t.Text
		err := d.Book.PreviewTemplate(v.Context(), v.Actor, p, io.Discard)
		var fields trace.FieldErrors
		if err != nil && !errors.As(err, &fields) {
			return err
		}
		if err != nil { // it cannot carry this product
			continue
		}
		c := templateChoice{Name: t.Name, Title: t.Title, Picture: studio.Picture(p), Chosen: t.Name == template, Width: 240, Height: int(240 * stock.CellHeight / stock.CellWidth)}
		if c.Chosen {
			o.Picture = c.Picture
		}
		o.Templates = append(o.Templates, c)
	}
	o.choose()
	o.drawFirst(v, d, stock)
	return nil
}

// choose takes the first template where the one that is asked for is not among
// them.
func (o *ordering) choose() {
	switch {
	case len(o.Templates) == 0:
		o.Refusal = o.T("Không mẫu nào in vừa sản phẩm này trên loại tem đã chọn. Hãy chọn loại tem lớn hơn, hoặc đặt tên gọi ngắn cho sản phẩm.",
			"No template can carry this product on such labels. Choose larger ones, or give the product a short name.")
	case o.Picture == "":
		o.Templates[0].Chosen, o.Picture = true, o.Templates[0].Picture
	}
}

// drawFirst draws the first sheet and says how many there are.
func (o *ordering) drawFirst(v *desk.Visit, d *diary, stock labels.Stock) {
	count, _ := strconv.Atoi(o.Form.Field("count").Value) // none where it is no number
	j := &printJob{stock: stock, count: max(count, 0), layout: printing.Layout{Begun: true}}
	if paper, err := d.Book.Paper(v.Context(), v.Actor, v.Actor.Producer, stock.Name); err == nil { // else not in sheets
		j.paper = paper.Data
	}
	o.Sheet = drawSheet(stock, j.layout, j.used(), j.count)
	o.Says = j.sheets(v)
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
// takes effect once. Another button draws the form again.
func (d *diary) order(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	var o trace.Stored[printing.Order]
	if v.Value(desk.DoField) != doLook {
		o, err = d.makeOrder(v, dossier.Batch.ID)
	}
	if err != nil || o.ID == "" {
		page, pageErr := d.stampsPage(v, dossier)
		if pageErr != nil || page.Ordering == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		if err == nil {
			return desk.Show(page), nil
		}
		return v.Again(page, page.Ordering.Form, err)
	}
	path := orderPath(o.Data)
	if printer := v.Value(printerInput); printer != "" && printer != noPrinter {
		path += "?" + url.Values{printerInput: {printer}}.Encode()
	}
	return v.Redirect(path, "Tem đã sẵn sàng. Xem lại rồi tải tệp về in.", "The stamps are ready. Look at them, then download the files."), nil
}

func (d *diary) makeOrder(v *desk.Visit, batch string) (trace.Stored[printing.Order], error) {
	var data printing.OrderData
	if err := v.Decode(&data); err != nil {
		return trace.Stored[printing.Order]{}, err
	}
	data.Batch = batch
	if data.Codes == printing.BatchCodes {
		data.Activation, data.PIN = printing.ActivateOnRelease, false // the choices are for codes of their own
	}
	o, err := d.Book.Create(v.Context(), v.Write(), data)
	if err == nil && v.Value(desk.DoField) == "" {
		_, err = d.Book.Release(v.Context(), v.Part("release"), o.ID)
	}
	return o, err
}
