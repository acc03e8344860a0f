package printing_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/labels"
)

// stockText is a sheet of 24 labels of 60 × 35 mm.
func stockText(name string) string {
	return "name: " + name + "\ntitle: Tem " + name + "\nkind: sheet\npageWidth: 210\npageHeight: 297\n" +
		"columns: 3\nrows: 8\ncellWidth: 60\ncellHeight: 35\nleft: 10\ntop: 8\n"
}

func (w *world) keeps(t *testing.T, by trace.Actor, shape printing.Shape, text string) string {
	t.Helper()
	return must(w.CreatePattern(w.ctx, trace.Write{By: by}, printing.Pattern{Shape: shape, Text: text}))(t).ID
}

// find is the stock of a name that the actor is offered.
func (w *world) find(t *testing.T, by trace.Actor, name string) (found printing.Offer) {
	t.Helper()
	for _, o := range must(w.Stocks(w.ctx, by))(t) {
		if o.Name == name && found.Name != "" {
			t.Errorf("%s is offered twice", name)
		}
		if o.Name == name {
			found = o
		}
	}
	return found
}

// TestOwnStock orders on a stock of one's own and prints after it was changed
// and taken out of use: the order keeps what it was made with.
func TestOwnStock(t *testing.T) {
	w := newWorld(t)
	id := w.keeps(t, w.by, printing.StockShape, stockText("cua-toi"))
	d := w.order(printing.ItemCodes, 30)
	d.Stock = "cua-toi"
	o := w.create(t, d)
	first := w.sheet(t, o.ID, printing.Layout{})
	if bytes.Equal(first, w.sheet(t, o.ID, printing.Layout{Stock: "tomy-145"})) {
		t.Error("the stock of one's own prints as another")
	}
	if offer := w.find(t, w.by, "cua-toi"); offer.Owner != printing.OwnedBySelf || offer.ID != id || offer.Title != "Tem cua-toi" {
		t.Errorf("offered: %+v", offer)
	}
	wider := strings.Replace(stockText("cua-toi"), "cellWidth: 60", "cellWidth: 62", 1)
	must(w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id, wider))(t)
	if !bytes.Equal(first, w.sheet(t, o.ID, printing.Layout{})) {
		t.Error("after the stock was changed the order gives other bytes")
	}
	if next := w.create(t, d); !strings.Contains(next.Data.Design.Stock, "62") || bytes.Equal(first, w.sheet(t, next.ID, printing.Layout{})) {
		t.Errorf("a new order has the stock %q", next.Data.Design.Stock)
	}
	must(w.RetirePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id))(t)
	if _, err := w.RetirePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id); err == nil {
		t.Error("it was taken out of use twice")
	}
	_, err := w.Create(w.ctx, trace.Write{By: w.by}, d)
	wantField(t, err, "stock")
	if !bytes.Equal(first, w.sheet(t, o.ID, printing.Layout{})) || w.find(t, w.by, "cua-toi").Name != "" {
		t.Error("a stock out of use is offered, or takes its orders along")
	}
	must(w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id, wider))(t)
	if w.find(t, w.by, "cua-toi").Name == "" {
		t.Error("a stock taken into use again is not offered")
	}
	must(w.TakePaper(w.ctx, trace.Write{By: w.by}, w.by.Producer, "cua-toi", 25))(t)
	if used := must(w.Paper(w.ctx, w.by, w.by.Producer, "cua-toi"))(t).Data.Used; len(used) != 1 {
		t.Errorf("of the second sheet %v are gone", used)
	}
}

// TestOfficeStock is for everybody, but one's own of the same name comes first.
func TestOfficeStock(t *testing.T) {
	w := newWorld(t)
	id := w.keeps(t, office, printing.StockShape, stockText("chung"))
	for _, by := range []trace.Actor{w.by, w.other, office, inspector} {
		if o := w.find(t, by, "chung"); o.ID != id {
			t.Errorf("%s is offered %+v", by.ID, o)
		}
		must(w.Pattern(w.ctx, by, printing.StockShape, id))(t)
	}
	if o := w.find(t, w.by, "chung"); o.Owner != printing.OwnedByOffice {
		t.Errorf("owner %s", o.Owner)
	}
	own := w.keeps(t, w.by, printing.StockShape, strings.Replace(stockText("chung"), "rows: 8", "rows: 7", 1))
	if o := w.find(t, w.by, "chung"); o.ID != own {
		t.Errorf("with one of its own %s is offered %+v", w.by.ID, o)
	}
	d := w.order(printing.BatchCodes, 1)
	d.Stock = "chung"
	if o := w.create(t, d); !strings.Contains(o.Data.Design.Stock, "rows: 7") {
		t.Errorf("the order has the stock %q", o.Data.Design.Stock)
	}
	_, err := w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id, stockText("chung"))
	wantErr(t, err, trace.ErrNotAllowed)
}

// TestPatternsOfOthers holds that what a producer keeps is not there for others.
func TestPatternsOfOthers(t *testing.T) {
	w := newWorld(t)
	id := w.keeps(t, w.by, printing.StockShape, stockText("rieng"))
	stock := printing.StockShape
	for name, err := range map[string]error{
		"read":     second(w.Pattern(w.ctx, w.other, stock, id)),
		"change":   second(w.ChangePattern(w.ctx, trace.Write{By: w.other}, stock, id, stockText("rieng"))),
		"retire":   second(w.RetirePattern(w.ctx, trace.Write{By: w.other}, stock, id)),
		"nobody":   second(w.Pattern(w.ctx, trace.Actor{}, stock, id)),
		"shape":    second(w.Pattern(w.ctx, w.by, printing.TemplateShape, id)),
		"in shape": second(w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.TemplateShape, id, stockText("rieng"))),
		"create": second(w.CreatePattern(w.ctx, trace.Write{By: w.other},
			printing.Pattern{Shape: stock, Producer: w.by.Producer, Text: stockText("khac")})),
	} {
		if err != trace.ErrHidden {
			t.Errorf("%s: %v, want ErrHidden", name, err)
		}
	}
	if o := w.find(t, w.other, "rieng"); o.Name != "" {
		t.Errorf("another producer is offered %+v", o)
	}
	_, err := w.Paper(w.ctx, w.other, w.other.Producer, "rieng")
	wantField(t, err, "stock")
	_, err = w.CreatePattern(w.ctx, trace.Write{By: inspector}, printing.Pattern{Shape: stock, Text: stockText("x")})
	wantErr(t, err, trace.ErrNotAllowed)
	_, err = w.Stocks(w.ctx, trace.Actor{})
	wantErr(t, err, trace.ErrNotAllowed)
	must(w.Pattern(w.ctx, inspector, stock, id))(t)
}

func second[T any](_ T, err error) error { return err }

func TestPatternIsChecked(t *testing.T) {
	w := newWorld(t)
	id := w.keeps(t, w.by, printing.StockShape, stockText("cua-toi"))
	for name, text := range map[string]string{
		"empty": "", "not YAML": "name: [", "unknown key": stockText("a") + "weight: 3\n", "too wide": strings.Replace(stockText("a"), "cellWidth: 60", "cellWidth: 70", 1),
		"name of a built-in": stockText("tomy-145"), "name taken": stockText("cua-toi"), "too long": stockText("a") + "#" + strings.Repeat("x", printing.MaxPattern),
	} {
		_, err := w.CreatePattern(w.ctx, trace.Write{By: w.by}, printing.Pattern{Shape: printing.StockShape, Text: text})
		t.Log(name, err)
		wantField(t, err, "text")
	}
	_, err := w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id, stockText("ten-khac"))
	wantField(t, err, "text")
	_, err = w.CreatePattern(w.ctx, trace.Write{By: w.by}, printing.Pattern{Shape: printing.StockShape, Text: stockText("a") + "weight: 3\n"})
	if err == nil || !strings.Contains(err.Error(), "12") {
		t.Errorf("the error names no line: %v", err)
	}
}

// TestPatternsHaveAnEnd keeps as many as one owner may, and one more.
func TestPatternsHaveAnEnd(t *testing.T) {
	w := newWorld(t)
	for i := range printing.MaxPatterns {
		w.keeps(t, w.by, printing.StockShape, stockText(fmt.Sprintf("loai-%d", i)))
	}
	_, err := w.CreatePattern(w.ctx, trace.Write{By: w.by}, printing.Pattern{Shape: printing.StockShape, Text: stockText("mot-nua")})
	wantErr(t, err, trace.ErrConflict)
	w.keeps(t, w.by, printing.TemplateShape, ownTemplate("mau", "lot"))
	w.keeps(t, w.other, printing.StockShape, stockText("mot-nua"))
}

// TestPreview draws every built-in template on every stock that it fits, and the
// layout that adapts.
func TestPreview(t *testing.T) {
	w := newWorld(t)
	draw := func(by trace.Actor, p printing.Preview) (string, error) {
		var b bytes.Buffer
		err := w.PreviewTemplate(w.ctx, by, p, &b)
		return b.String(), err
	}
	adapts := (*labels.Template)(nil)
	for _, stock := range labels.Stocks() {
		for _, o := range must(w.Templates(w.ctx, w.by, stock.Name))(t) {
			if svg, err := draw(w.by, printing.Preview{Text: o.Text, Stock: stock.Name}); err != nil || !strings.HasPrefix(svg, "<svg") {
				t.Errorf("%s on %s: %v %.20q", o.Name, stock.Name, err, svg)
			}
		}
		if !adapts.Fits(stock) {
			continue
		}
		for _, codes := range []printing.Codes{printing.BatchCodes, printing.ItemCodes} {
			if _, err := draw(office, printing.Preview{Stock: stock.Name, Codes: codes}); err != nil {
				t.Errorf("%s codes on %s: %v", codes, stock.Name, err)
			}
		}
	}
	_, err := draw(w.by, printing.Preview{Text: "name: [", Stock: "tomy-145"})
	wantField(t, err, "text")
	_, err = draw(w.by, printing.Preview{Stock: "a4"})
	wantField(t, err, "stock")
	for _, by := range []trace.Actor{inspector, {}} {
		_, err = draw(by, printing.Preview{Stock: "tomy-145"})
		wantErr(t, err, trace.ErrNotAllowed)
	}
}

// ownTemplate is a template with one row of text more.
func ownTemplate(name, row string) string {
	return "name: " + name + "\ntitle: Mẫu " + name + "\nwidth: 38\nheight: 21\nmaxWidth: 100\nmaxHeight: 60\nparts:\n" +
		"  - part: qr\n    left: 0\n    width: 50%\n    top: 0\n    bottom: 100% - 2.9\n" +
		"  - part: column\n    left: qr.right\n    top: 1.4\n    bottom: 100% - 2.9\n    valign: spread\n    rows:\n" +
		"      - {part: product, bold: true, lines: 2}\n      - {part: code, lines: 2}\n      - {part: " + row + ", lines: 2}\n"
}

// TestOwnTemplate orders with a template of one's own and changes it: the order
// keeps what it was made with.
func TestOwnTemplate(t *testing.T) {
	w := newWorld(t)
	id := w.keeps(t, w.by, printing.TemplateShape, ownTemplate("cua-toi", "lot"))
	d := w.order(printing.ItemCodes, 3)
	d.Template = "cua-toi"
	o := w.create(t, d)
	svg := func(id string) string {
		var b bytes.Buffer
		if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: printing.SVG}, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := svg(o.ID)
	must(w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.TemplateShape, id, ownTemplate("cua-toi", "expiry")))(t)
	if svg(o.ID) != first {
		t.Error("after the template was changed the order looks otherwise")
	}
	if second := w.create(t, d); svg(second.ID) == first || second.Data.Design.Template == o.Data.Design.Template {
		t.Error("a new order has the old template")
	}
	_, err := w.Create(w.ctx, trace.Write{By: w.by}, printing.OrderData{Batch: w.batch, Codes: printing.BatchCodes, Count: 1, Stock: "tomy-145", Template: "khong-co"})
	wantField(t, err, "template")
	d.Stock = "tem-15" // too small for it
	_, err = w.Create(w.ctx, trace.Write{By: w.by}, d)
	if !strings.Contains(err.Error(), "15") {
		t.Errorf("on a label that is too small: %v", err)
	}
	d.Stock = "tomy-145"
	w.keeps(t, w.by, printing.TemplateShape, strings.Replace(ownTemplate("chong", "lot"), "left: qr.right", "left: 0", 1))
	d.Template = "chong"
	_, err = w.Create(w.ctx, trace.Write{By: w.by}, d)
	if wantField(t, err, "template"); !strings.Contains(err.Error(), "column") {
		t.Errorf("the error names no part: %v", err)
	}
	names := map[string]bool{}
	for _, o := range must(w.Templates(w.ctx, w.by, "tomy-145"))(t) {
		names[o.Name] = true
	}
	if !names["cua-toi"] || len(names) < 5 {
		t.Errorf("offered: %v", names)
	}
}

// TestLogo puts a picture into a template, which orders then keep with it.
func TestLogo(t *testing.T) {
	w := newWorld(t)
	plain := w.keeps(t, w.by, printing.TemplateShape, ownTemplate("khong-logo", "lot"))
	id := w.keeps(t, w.by, printing.TemplateShape, "name: logo\ntitle: Có logo\nwidth: 38\nheight: 21\nparts:\n"+
		"  - {part: qr, left: 0, width: 50%, top: 0, bottom: 100%}\n  - {part: logo, left: qr.right}\n")
	logo := image.NewGray(image.Rect(0, 0, 60, 60))
	for x := range 30 {
		for y := range 60 {
			logo.SetGray(x, y, color.Gray{Y: 255})
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, logo); err != nil {
		t.Fatal(err)
	}
	write := trace.Write{By: w.by}
	s := must(w.SetLogo(w.ctx, write, id, file.Bytes()))(t)
	if !strings.Contains(s.Data.Text, "image:") || s.Data.Name != "logo" {
		t.Errorf("the template is %s", s.Data.Text)
	}
	d := w.order(printing.BatchCodes, 1)
	d.Template = "logo"
	if o := w.create(t, d); !strings.Contains(o.Data.Design.Template, "image:") {
		t.Error("the order does not keep the logo")
	}
	_, err := w.SetLogo(w.ctx, write, id, []byte("GIF89a"))
	wantField(t, err, "logo")
	_, err = w.SetLogo(w.ctx, write, plain, file.Bytes())
	wantField(t, err, "logo")
	_, err = w.SetLogo(w.ctx, trace.Write{By: w.other}, id, file.Bytes())
	wantErr(t, err, trace.ErrHidden)
}

// TestDigitalLink has the batch's GS1 Digital Link in the QR code where the
// template shows its line, and is refused for a product without a GTIN.
func TestDigitalLink(t *testing.T) {
	w := newWorld(t)
	d := w.order(printing.ItemCodes, 2)
	d.Template = "gs1"
	_, err := w.Create(w.ctx, trace.Write{By: w.by}, d)
	wantField(t, err, "template")
	must(w.ledger.UpdateProduct(w.ctx, trace.Write{By: w.by}, w.product, trace.Product{
		Producer: w.by.Producer, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11, GTIN: must(gs1.ParseGTIN("09521234000013"))(t),
	}))(t)
	o := w.create(t, d)
	const link = "https://T.EXAMPLE.VN/01/09521234000013/10/L1"
	codes := must(w.Codes(w.ctx, w.by, o.ID, 1, 10))(t)
	if len(codes) != 2 || codes[0].Address != link || codes[1].Address != link || codes[0].Code == codes[1].Code {
		t.Errorf("codes: %+v", codes)
	}
	_, files := unpack(t, w.delivery(t, o.ID))
	if rows := csvRows(t, files["codes-1.csv"]); rows[2][3] != link {
		t.Errorf("CSV: %q", rows)
	}
	var picture bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, o.ID, printing.Print{Format: printing.PNG}, &picture); err != nil {
		t.Fatal(err)
	}
	if read := qrOf(t, picture.Bytes()); read != link {
		t.Errorf("the QR code says %q, want %q", read, link)
	}
	d.Template = ""
	if plain := w.create(t, d); plain.Data.Content.Link != "" || plain.Data.Content.GTIN.IsZero() {
		t.Errorf("an order without the template: %+v", plain.Data.Content)
	}
}

// qrOf reads the QR code of a picture.
func qrOf(t *testing.T, file []byte) string {
	t.Helper()
	picture := must(png.Decode(bytes.NewReader(file)))(t)
	bitmap := must(gozxing.NewBinaryBitmapFromImage(picture))(t)
	return must(qrcode.NewQRCodeReader().Decode(bitmap, nil))(t).GetText()
}
