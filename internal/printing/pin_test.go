package printing_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// pinned orders item codes with scratch PINs.
func (w *world) pinned(count int) printing.OrderData {
	d := w.order(printing.ItemCodes, count)
	d.PIN, d.Template, d.Stock = true, "cao-pin", "roll-50x30"
	return d
}

func TestPINsNeedAPlace(t *testing.T) {
	w := newWorld(t)
	for field, change := range map[string]func(*printing.OrderData){
		"pin":      func(d *printing.OrderData) { d.Codes = printing.BatchCodes },
		"template": func(d *printing.OrderData) { d.Template = "" },
	} {
		d := w.pinned(10)
		change(&d)
		_, err := w.Create(w.ctx, trace.Write{By: w.by}, d)
		wantField(t, err, field)
	}
}

// TestPINFiles checks that PINs are in the files for printing and in no picture,
// and that each such file is in the log with the hash that it has.
func TestPINFiles(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.pinned(12)).ID
	write := func(f printing.Format) string {
		var file bytes.Buffer
		must("", w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: f}, &file))(t)
		return file.String()
	}
	list := write(printing.CSV)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(list, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 13 || rows[0][len(rows[0])-1] != "pin" {
		t.Fatalf("codes.csv: %v, %v", rows, err)
	}
	o := must(w.Order(w.ctx, w.by, id))(t)
	pins := map[string]bool{}
	for _, row := range rows[1:] {
		code, pin := must(stamp.ParseItemCode(row[1]))(t), row[len(row)-1]
		if right, err := w.CheckPIN(o.Data, code, pin); !right || err != nil {
			t.Errorf("%s: %q is not the PIN: %v", code, pin, err)
		}
		if right, _ := w.CheckPIN(o.Data, code, "00000000"); right {
			t.Errorf("%s takes any PIN", code)
		}
		pins[pin] = true
	}
	if len(pins) != 12 {
		t.Errorf("%d different PINs of 12", len(pins))
	}
	if svg, again := write(printing.SVG), write(printing.SVG); svg != again {
		t.Error("two pictures differ")
	}
	archive := write(printing.ZIP)
	z := must(zip.NewReader(strings.NewReader(archive), int64(len(archive))))(t)
	for _, f := range z.File {
		r := must(f.Open())(t)
		content := string(must(io.ReadAll(r))(t))
		if f.Name == "codes-1.csv" && !strings.Contains(content, rows[1][len(rows[1])-1]) {
			t.Error("the delivery has no PINs")
		}
		if (f.Name == "README.txt" || f.Name == "manifest.json") && strings.Contains(content, rows[1][len(rows[1])-1]) {
			t.Errorf("%s has a PIN", f.Name)
		}
	}
	exports := must(trace.All[trace.Export](w.ctx, w.ledger, ""))(t)
	if len(exports) != 2 { // pictures are none
		t.Fatalf("%d exports are noted: %v", len(exports), exports)
	}
	for _, file := range []string{list, archive} {
		digest := trace.DigestOf([]byte(file))
		i := slices.IndexFunc(exports, func(e trace.Stored[trace.Export]) bool { return e.Data.SHA256 == digest })
		if i < 0 {
			t.Fatalf("no export of the file with %s is noted: %+v", digest, exports)
		}
		if e := exports[i].Data; e.Rows != 12 || e.Producer != w.by.Producer || !strings.Contains(e.Filter, id) {
			t.Errorf("noted %+v", e)
		}
	}
}

// TestFilesWithoutPINsAreAsBefore holds that other orders have no new column and
// no note of their export.
func TestFilesWithoutPINsAreAsBefore(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.ItemCodes, 3)).ID
	var file bytes.Buffer
	must("", w.WriteLabels(w.ctx, w.by, id, printing.Print{Format: printing.CSV}, &file))(t)
	if head, _, _ := strings.Cut(file.String(), "\r\n"); strings.Contains(head, "pin") {
		t.Errorf("columns %s", head)
	}
	if exports := must(trace.All[trace.Export](w.ctx, w.ledger, ""))(t); len(exports) != 0 {
		t.Errorf("noted %v", exports)
	}
	if right, err := w.CheckPIN(must(w.Order(w.ctx, w.by, id))(t).Data, stamp.ItemCode{}, ""); right || err != nil {
		t.Errorf("a stamp without PIN takes one: %v", err)
	}
}

func TestShip(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	id := w.create(t, w.order(printing.ItemCodes, 130)).ID
	ship := func(text string) (trace.Stored[printing.Order], error) {
		return w.Ship(w.ctx, write, id, must(printing.ParseRanges("", text))(t))
	}
	_, err := ship("1-10")
	wantErr(t, err, trace.ErrConflict) // not released
	must(w.Release(w.ctx, write, id))(t)
	must(w.Report(w.ctx, write, id, printing.Report{Fate: printing.Stolen, Ranges: []printing.Range{{First: 100, Last: 130}}, Reason: "Mất trộm ở kho"}))(t)
	for _, tt := range []struct {
		ranges, want string
		revision     int
	}{{"11-20", "11–20", 4}, {"12-13", "11–20", 4}, {"1, 21-40", "1, 11–40", 5}} {
		s := must(ship(tt.ranges))(t)
		if got := printing.RangesText(s.Data.Sent); got != tt.want || s.Revision != tt.revision {
			t.Errorf("after %s shipped are %s in revision %d, want %s in %d", tt.ranges, got, s.Revision, tt.want, tt.revision)
		}
	}
	o := must(w.Order(w.ctx, w.by, id))(t).Data
	if o.Shipped() != 31 || !o.HasShipped(1) || o.HasShipped(2) || !o.HasShipped(40) || o.HasShipped(41) {
		t.Errorf("shipped %v", o.Sent)
	}
	_, err = ship("99-101")
	wantErr(t, err, trace.ErrConflict) // stolen
	_, err = ship("130-131")
	wantField(t, err, "ranges[0].last")
	_, err = w.Ship(w.ctx, trace.Write{By: w.other}, id, []printing.Range{{First: 1, Last: 1}})
	wantErr(t, err, trace.ErrNotFound)
	_, err = w.Ship(w.ctx, trace.Write{By: office}, id, []printing.Range{{First: 1, Last: 1}})
	wantErr(t, err, trace.ErrForbidden)
}

// TestStolenIsForGood holds that a stolen stamp never counts again, and that a
// lost one may turn out to be stolen.
func TestStolenIsForGood(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	id := w.create(t, w.order(printing.ItemCodes, 10)).ID
	must(w.Release(w.ctx, write, id))(t)
	report := func(f printing.Fate) error {
		_, err := w.Report(w.ctx, write, id, printing.Report{Fate: f, Ranges: []printing.Range{{First: 1, Last: 3}}, Reason: "kho bị phá khóa"})
		return err
	}
	must("", report(printing.Lost))(t)
	must("", report(printing.Stolen))(t)
	for _, f := range []printing.Fate{printing.Printed, printing.Scrapped, printing.Lost, printing.Stolen} {
		wantErr(t, report(f), trace.ErrConflict)
	}
	o := must(w.Order(w.ctx, w.by, id))(t).Data
	if s := o.Sums(); s.Stolen != 3 || s.Withdrawn() != 3 || s.Unaccounted != 7 {
		t.Errorf("sums %+v", s)
	}
}
