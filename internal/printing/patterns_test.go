package printing_test

import (
	"bytes"
	"strings"
	"testing"

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
