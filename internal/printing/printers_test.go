package printing_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func thermal(producer string) printing.Printer {
	return printing.Printer{Producer: producer, Name: "Máy in tem", Language: printing.ZPL, DPI: 203, OffsetX: 500, Address: "tcp://192.168.1.50:9100"}
}

func TestPrinters(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	p := must(w.CreatePrinter(w.ctx, write, thermal("")))(t)
	if diff := cmp.Diff(thermal(w.by.Producer), p.Data); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	changed := thermal(w.by.Producer)
	changed.Name, changed.MinModule, changed.DotGain = "  Máy in kho  ", 4, 30
	must(w.ChangePrinter(w.ctx, write, p.ID, changed))(t)
	if got := must(w.Printer(w.ctx, inspector, p.ID))(t); got.Data.Name != "Máy in kho" || got.Data.MinModule != 4 || got.Revision != 2 {
		t.Errorf("after the change: %+v", got)
	}
	list := func(retired bool) int {
		return len(must(w.Printers(w.ctx, w.by, w.by.Producer, retired, trace.Paging{Limit: 10}))(t).Items)
	}
	must(w.RetirePrinter(w.ctx, write, p.ID))(t)
	if list(false) != 0 || list(true) != 1 {
		t.Errorf("a printer out of use: %d listed, %d with those", list(false), list(true))
	}
	_, err := w.RetirePrinter(w.ctx, write, p.ID)
	wantErr(t, err, trace.ErrConflict)
	if again := must(w.ChangePrinter(w.ctx, write, p.ID, changed))(t); again.Data.Retired || list(false) != 1 {
		t.Errorf("a printer taken into use again: %+v", again.Data)
	}
}

// TestPrintersOfOthers holds that nobody reads or changes another's printer, and
// that only producers keep any.
func TestPrintersOfOthers(t *testing.T) {
	w := newWorld(t)
	p := must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, thermal(w.by.Producer)))(t)
	for name, try := range map[string]func(by trace.Actor) error{
		"read": func(by trace.Actor) error { _, err := w.Printer(w.ctx, by, p.ID); return err },
		"list": func(by trace.Actor) error {
			_, err := w.Printers(w.ctx, by, w.by.Producer, true, trace.Paging{})
			return err
		},
		"create": func(by trace.Actor) error {
			_, err := w.CreatePrinter(w.ctx, trace.Write{By: by}, thermal(w.by.Producer))
			return err
		},
		"change": func(by trace.Actor) error {
			_, err := w.ChangePrinter(w.ctx, trace.Write{By: by}, p.ID, thermal(""))
			return err
		},
		"retire": func(by trace.Actor) error { _, err := w.RetirePrinter(w.ctx, trace.Write{By: by}, p.ID); return err },
	} {
		if err := try(w.other); err != trace.ErrHidden {
			t.Errorf("%s as another producer: %v, want ErrHidden", name, err)
		}
		if err := try(trace.Actor{}); err != trace.ErrHidden {
			t.Errorf("%s as nobody: %v, want ErrHidden", name, err)
		}
		if err := try(office); name != "read" && name != "list" && err != trace.ErrNotAllowed {
			t.Errorf("%s as the office: %v, want ErrNotAllowed", name, err)
		}
	}
	_, err := w.CreatePrinter(w.ctx, trace.Write{By: office}, thermal(""))
	wantErr(t, err, trace.ErrNotAllowed)
	if got := must(w.Printer(w.ctx, w.by, p.ID))(t); got.Revision != 1 {
		t.Errorf("somebody changed it: %+v", got)
	}
}

func TestPrinterIsChecked(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		field string
		wrong func(*printing.Printer)
	}{
		{"name", func(p *printing.Printer) { p.Name = " " }},
		{"name", func(p *printing.Printer) { p.Name = strings.Repeat("ế", 101) }},
		{"note", func(p *printing.Printer) { p.Note = strings.Repeat("x", 2001) }},
		{"language", func(p *printing.Printer) { p.Language = "pcl" }},
		{"dpi", func(p *printing.Printer) { p.DPI = 204 }},
		{"dpi", func(p *printing.Printer) { p.DPI = 1200 }},
		{"dpi", func(p *printing.Printer) { p.Language, p.DPI = printing.Brother, 203 }},
		{"dpi", func(p *printing.Printer) { p.Language, p.DPI = printing.EPL, 600 }},
		{"offsetX", func(p *printing.Printer) { p.OffsetX = 4001 }},
		{"offsetY", func(p *printing.Printer) { p.OffsetY = -4001 }},
		{"scaleX", func(p *printing.Printer) { p.ScaleX = 20_001 }},
		{"scaleY", func(p *printing.Printer) { p.ScaleY = -20_001 }},
		{"dotGain", func(p *printing.Printer) { p.DotGain = 201 }},
		{"minModule", func(p *printing.Printer) { p.MinModule = -1 }},
		{"address", func(p *printing.Printer) { p.Address = "192.168.1.50" }},
		{"address", func(p *printing.Printer) { p.Address = "http://192.168.1.50:9100" }},
		{"address", func(p *printing.Printer) { p.Address = "tcp://:9100" }},
		{"address", func(p *printing.Printer) { p.Address = "tcp://may:70000" }},
		{"address", func(p *printing.Printer) { p.Address = "tcp://ai:khoa@may:9100" }},
	} {
		p := thermal("")
		tt.wrong(&p)
		_, err := w.CreatePrinter(w.ctx, trace.Write{By: w.by}, p)
		wantField(t, err, tt.field)
	}
	for _, l := range printing.Languages() {
		p := thermal("")
		p.Language, p.DPI, p.Address = l, 300, "tcp://[fd00::1]:9100"
		must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, p))(t)
	}
}

// TestPrinterIsMadeUpFor prints with what is known of a printer: as if the layout
// said so, and together with what it says.
func TestPrinterIsMadeUpFor(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 70))
	p := thermal("")
	p.Language, p.DPI, p.OffsetX, p.OffsetY = printing.PDF, 600, 500, -250
	id := must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, p))(t).ID
	write := func(p printing.Print) ([]byte, error) {
		var b bytes.Buffer
		err := w.WriteLabels(w.ctx, w.by, o.ID, p, &b)
		return b.Bytes(), err
	}
	shifted := must(write(printing.Print{Layout: printing.Layout{OffsetX: 0.5, OffsetY: -0.25}}))(t)
	if !bytes.Equal(shifted, must(write(printing.Print{Printer: id}))(t)) {
		t.Error("a printer's shift is another than the layout's")
	}
	if more := must(write(printing.Print{Printer: id, Layout: printing.Layout{OffsetX: 0.5}}))(t); bytes.Equal(more, shifted) {
		t.Error("the layout's shift is lost where there is a printer")
	}
	_, err := write(printing.Print{Printer: id, Layout: printing.Layout{OffsetX: 3.9}})
	wantField(t, err, "offsetX")
	p.ScaleX, p.ScaleY = 5_000, -5_000
	must(w.ChangePrinter(w.ctx, trace.Write{By: w.by}, id, p))(t)
	if bytes.Equal(shifted, must(write(printing.Print{Printer: id}))(t)) {
		t.Error("a printer's scale changes nothing")
	}
	other := must(w.CreatePrinter(w.ctx, trace.Write{By: w.other}, thermal("")))(t).ID
	for _, wrong := range []string{other, "khong-co"} {
		_, err := write(printing.Print{Printer: wrong})
		wantField(t, err, "printer")
	}
	must(w.RetirePrinter(w.ctx, trace.Write{By: w.by}, id))(t)
	_, err = write(printing.Print{Printer: id})
	wantField(t, err, "printer")
}

// TestSheetBegun leaves out what is gone of the sheet begun, and of no other.
func TestSheetBegun(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 10))
	must(w.CorrectPaper(w.ctx, trace.Write{By: w.by}, w.by.Producer, "tomy-145", cells(1, 7)))(t)
	begun := w.sheet(t, o.ID, printing.Layout{Begun: true})
	if !bytes.Equal(begun, w.sheet(t, o.ID, printing.Layout{StartCell: 8})) {
		t.Error("it does not begin with the first free cell")
	}
	fresh := w.sheet(t, o.ID, printing.Layout{Stock: "avery-l7651"})
	if !bytes.Equal(fresh, w.sheet(t, o.ID, printing.Layout{Stock: "avery-l7651", Begun: true})) || bytes.Equal(begun, w.sheet(t, o.ID, printing.Layout{})) {
		t.Error("a sheet of another stock has cells that are gone, or one that was not asked for")
	}
}

// TestSheetBegunOfAStockThatShrank prints on a sheet begun whose stock was
// changed since: labels that it no longer has are not looked at.
func TestSheetBegunOfAStockThatShrank(t *testing.T) {
	w := newWorld(t)
	id := w.keeps(t, w.by, printing.StockShape, stockText("cua-toi")) // 24 labels
	must(w.CorrectPaper(w.ctx, trace.Write{By: w.by}, w.by.Producer, "cua-toi", []int{1, 24}))(t)
	rows := strings.Replace(stockText("cua-toi"), "rows: 8", "rows: 2", 1)
	must(w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id, rows))(t)
	d := w.order(printing.ItemCodes, 10)
	d.Stock = "cua-toi"
	o := w.create(t, d)
	if !bytes.Equal(w.sheet(t, o.ID, printing.Layout{Begun: true}), w.sheet(t, o.ID, printing.Layout{StartCell: 2})) {
		t.Error("it does not begin with the first free label")
	}
	must(w.CorrectPaper(w.ctx, trace.Write{By: w.by}, w.by.Producer, "cua-toi", cells(1, 3)))(t)
	rows = strings.Replace(stockText("cua-toi"), "rows: 8", "rows: 1", 1)
	must(w.ChangePattern(w.ctx, trace.Write{By: w.by}, printing.StockShape, id, rows))(t)
	o = w.create(t, d)
	if !bytes.Equal(w.sheet(t, o.ID, printing.Layout{Begun: true}), w.sheet(t, o.ID, printing.Layout{})) {
		t.Error("with no label left it does not begin with a new sheet")
	}
}

func TestCalibration(t *testing.T) {
	w := newWorld(t)
	p := thermal("")
	id := must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, p))(t).ID
	write := func(by trace.Actor, stock, printer string) (string, error) {
		var b bytes.Buffer
		err := w.WriteCalibration(w.ctx, by, stock, printer, &b)
		return b.String(), err
	}
	plain, corrected := must(write(w.by, "tomy-145", ""))(t), must(write(w.by, "tomy-145", id))(t)
	if !strings.HasPrefix(plain, "%PDF-") || plain == corrected {
		t.Errorf("the page begins with %.10q, with a printer %.10q", plain, corrected)
	}
	must(write(office, "avery-l7651", ""))(t)
	_, err := write(w.by, "a4", "")
	wantField(t, err, "stock")
	for _, by := range []trace.Actor{w.other, office} {
		_, err = write(by, "tomy-145", id)
		wantField(t, err, "printer")
	}
	_, err = write(inspector, "tomy-145", "")
	wantErr(t, err, trace.ErrNotAllowed)
}
