package printing_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/labels"
	heads "temgoc/labels/thermal"
	"temgoc/labels/thermal/thermaltest"
)

// onRoll makes an order of labels on a roll and releases it.
func (w *world) onRoll(t testing.TB, count int) string {
	t.Helper()
	d := w.order(printing.ItemCodes, count)
	d.Stock = "roll-50x30"
	id := w.create(t, d).ID
	must(w.Release(w.ctx, trace.Write{By: w.by}, id))(t)
	return id
}

func (w *world) progress(t testing.TB, id string) printing.Progress {
	t.Helper()
	return must(w.Progress(w.ctx, w.by, id))(t)
}

// Many senders claim and confirm at once: each stamp is given out once, and what
// was sent is one part in the end.
func TestSendersNeverTakeTheSameStamp(t *testing.T) {
	onEachEngine(t, sendersNeverTakeTheSameStamp)
}

func sendersNeverTakeTheSameStamp(t *testing.T, w *world) {
	const count = 200
	id := w.onRoll(t, count)
	var (
		mu    sync.Mutex
		taken [count + 1]int
		group sync.WaitGroup
	)
	for sender := range 4 {
		chance := rand.New(rand.NewPCG(1, uint64(sender)))
		group.Go(func() {
			for {
				s, err := w.Claim(w.ctx, trace.Write{By: w.by}, id, printing.Claim{Max: 1 + chance.IntN(20)})
				if errors.Is(err, trace.ErrConflict) { // none are left, or the others were faster too often
					if w.progress(t, id).Left == 0 {
						return
					}
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for i := s.Data.Latest.First; i <= s.Data.Latest.Last; i++ {
					taken[i]++
				}
				mu.Unlock()
				for {
					_, err := w.Confirm(w.ctx, trace.Write{By: w.by}, id, s.Data.Latest)
					if err == nil {
						break
					}
					if !errors.Is(err, trace.ErrConflict) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	group.Wait()
	for i := 1; i <= count; i++ {
		if taken[i] != 1 {
			t.Errorf("stamp %d was given out %d times", i, taken[i])
		}
	}
	want := printing.Progress{Order: id, Count: count, Sent: count, Uncertain: []printing.Part{}, Free: []printing.Range{}}
	if diff := cmp.Diff(want, w.progress(t, id)); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// What was claimed and not confirmed is never given out again by itself, and the
// next claim goes on behind it.
func TestUncertainStampsWaitForAPerson(t *testing.T) {
	onEachEngine(t, uncertainStampsWaitForAPerson)
}

func uncertainStampsWaitForAPerson(t *testing.T, w *world) {
	id := w.onRoll(t, 50)
	write := trace.Write{By: w.by}
	claim := func(c printing.Claim) printing.Range {
		t.Helper()
		return must(w.Claim(w.ctx, write, id, c))(t).Data.Latest
	}
	first := claim(printing.Claim{Max: 10, Printer: "kho 1"})
	if got, want := claim(printing.Claim{Max: 10}), (printing.Range{First: 11, Last: 20}); got != want {
		t.Fatalf("claimed %v behind an uncertain part, want %v", got, want)
	}
	must(w.Confirm(w.ctx, write, id, printing.Range{First: 11, Last: 20}))(t)
	if got, want := claim(printing.Claim{Max: 10, From: 41, Count: 4}), (printing.Range{First: 41, Last: 44}); got != want {
		t.Fatalf("claimed %v, want %v", got, want)
	}

	p := w.progress(t, id)
	if p.Sent != 10 || p.Left != 26 || len(p.Uncertain) != 2 || p.Uncertain[0].Range != first || p.Uncertain[0].Printer != "kho 1" {
		t.Fatalf("progress %+v", p)
	}
	// 3 of the first 10 lie there; of the part behind, what came out was scrapped.
	must(w.Resolve(w.ctx, write, id, printing.Resolution{First: 1, Printed: 3}))(t)
	must(w.Report(w.ctx, write, id, printing.Report{Fate: printing.Scrapped, Ranges: []printing.Range{{First: 41, Last: 44}}, Reason: "kẹt giấy"}))(t)
	p = w.progress(t, id)
	if diff := cmp.Diff([]printing.Range{{First: 4, Last: 10}, {First: 21, Last: 40}, {First: 45, Last: 50}}, p.Free); diff != "" || len(p.Uncertain) != 0 {
		t.Errorf("after a person looked: %+v\n%s", p, diff)
	}
	if got, want := claim(printing.Claim{Max: 100}), (printing.Range{First: 4, Last: 10}); got != want {
		t.Errorf("claimed %v, want %v", got, want)
	}
	must(w.Resolve(w.ctx, write, id, printing.Resolution{First: 4, Printed: 0}))(t)
	if got, want := claim(printing.Claim{Max: 2}), (printing.Range{First: 4, Last: 5}); got != want {
		t.Errorf("claimed %v, want %v", got, want)
	}
}

func TestRepeatedClaim(t *testing.T) {
	w := newWorld(t)
	id := w.onRoll(t, 50)
	write := trace.Write{By: w.by, Op: trace.Op{Key: "k1", Hash: "h1"}}
	a := must(w.Claim(w.ctx, write, id, printing.Claim{Max: 10}))(t)
	must(w.Claim(w.ctx, trace.Write{By: w.by}, id, printing.Claim{Max: 10}))(t)
	if b := must(w.Claim(w.ctx, write, id, printing.Claim{Max: 10}))(t); a.Data.Latest != b.Data.Latest {
		t.Errorf("the same request got %v and %v", a.Data.Latest, b.Data.Latest)
	}
}

func TestSendingRefuses(t *testing.T) {
	w := newWorld(t)
	d := w.order(printing.ItemCodes, 10)
	allocated := w.create(t, d).ID
	id := w.onRoll(t, 10)
	claim := func(by trace.Actor, id string, c printing.Claim) error {
		_, err := w.Claim(w.ctx, trace.Write{By: by}, id, c)
		return err
	}
	wantErr(t, claim(w.by, allocated, printing.Claim{Max: 1}), trace.ErrConflict)
	wantErr(t, claim(w.other, id, printing.Claim{Max: 1}), trace.ErrHidden)
	wantErr(t, claim(office, id, printing.Claim{Max: 1}), trace.ErrNotAllowed)
	wantErr(t, claim(w.by, "nowhere-1", printing.Claim{Max: 1}), trace.ErrHidden)
	wantField(t, claim(w.by, id, printing.Claim{Max: 0}), "max")
	wantField(t, claim(w.by, id, printing.Claim{Max: printing.MaxClaim + 1}), "max")
	wantField(t, claim(w.by, id, printing.Claim{Max: 1, From: 11}), "from")
	if _, err := w.Progress(w.ctx, w.other, id); !errors.Is(err, trace.ErrHidden) {
		t.Errorf("another producer sees the progress: %v", err)
	}

	_, err := w.Confirm(w.ctx, trace.Write{By: w.by}, id, printing.Range{First: 1, Last: 1})
	wantErr(t, err, trace.ErrConflict)
	_, err = w.Resolve(w.ctx, trace.Write{By: w.by}, id, printing.Resolution{First: 1})
	wantField(t, err, "first")
	must(w.Claim(w.ctx, trace.Write{By: w.by}, id, printing.Claim{Max: 5}))(t)
	for _, r := range []printing.Range{{First: 1, Last: 4}, {First: 2, Last: 5}, {First: 0, Last: 0}} {
		_, err = w.Confirm(w.ctx, trace.Write{By: w.by}, id, r)
		wantErr(t, err, trace.ErrConflict)
	}
	_, err = w.Resolve(w.ctx, trace.Write{By: w.by}, id, printing.Resolution{First: 1, Printed: 6})
	wantField(t, err, "printed")
	_, err = w.Confirm(w.ctx, trace.Write{By: w.other}, id, printing.Range{First: 1, Last: 5})
	wantErr(t, err, trace.ErrHidden)

	// Of a recalled batch nothing more is claimed, but what is on the way can be
	// confirmed.
	must(w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch, trace.Transition{To: trace.BatchRecalled, Reason: "lý do"}))(t)
	wantErr(t, claim(w.by, id, printing.Claim{Max: 1}), trace.ErrConflict)
	must(w.Confirm(w.ctx, trace.Write{By: w.by}, id, printing.Range{First: 1, Last: 5}))(t)
}

// The stamps of an order in the language of a printer are those that a head
// prints of its list of codes, in any part and on the stock that is asked for.
func TestOrdersInThermalLanguages(t *testing.T) {
	w := newWorld(t)
	id := w.onRoll(t, 5)
	for _, format := range []printing.Format{printing.ZPL, printing.TSPL, printing.EPL, printing.ESCPOS} {
		var out bytes.Buffer
		p := printing.Print{Format: format, Layout: printing.Layout{Stock: "roll-104x22", From: 2}}
		if err := w.WriteLabels(w.ctx, w.by, id, p, &out); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		m := heads.Media{DPI: 203, Width: 104, Height: 22, Gap: 2}
		rows, err := thermaltest.Decode(heads.Language(format), out.Bytes(), m, 832)
		if err != nil || len(rows) != 2 {
			t.Errorf("%s: %d rows of 3 for 4 stamps, %v", format, len(rows), err)
		}
	}
	for field, p := range map[string]printing.Print{
		labels.FieldStock: {Format: printing.ZPL, Layout: printing.Layout{Stock: "tomy-145"}},
		labels.FieldDPI:   {Format: printing.EPL, DPI: 600},
	} {
		var out bytes.Buffer
		wantField(t, w.WriteLabels(w.ctx, w.by, id, p, &out), field)
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were written before the refusal", field, out.Len())
		}
	}
}
