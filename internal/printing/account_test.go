package printing_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func TestAccount(t *testing.T) {
	w := newWorld(t)
	o := w.create(t, w.order(printing.ItemCodes, 65))
	if got := o.Data.Unaccounted(); got != 65 {
		t.Errorf("%d stamps of an order that nobody counted are not accounted for", got)
	}
	write := trace.Write{By: w.by}
	for _, tt := range []struct {
		field string
		a     printing.Account
	}{
		{"printed", printing.Account{Printed: -1}},
		{"printed", printing.Account{Printed: 66}},
		{"spoilt", printing.Account{Spoilt: -1}},
		{"spoilt", printing.Account{Spoilt: 1 << 62}},
		{"spoilt", printing.Account{Printed: 60, Spoilt: 6}},
		{"note", printing.Account{Printed: 60, Note: strings.Repeat("ạ", 2001)}},
	} {
		_, err := w.Account(w.ctx, write, o.ID, tt.a)
		wantField(t, err, tt.field)
	}
	before := w.pdf(t, o.ID)
	first := must(w.Account(w.ctx, write, o.ID, printing.Account{Printed: 60, Spoilt: 3}))(t)
	if first.Revision != 2 || first.Data.Unaccounted() != 2 || !first.Data.Accounted.Equal(w.clock()) {
		t.Errorf("accounted: %+v", first)
	}
	_, err := w.Account(w.ctx, write, o.ID, printing.Account{Printed: 62, Spoilt: 3})
	wantField(t, err, "note")
	w.setClock(w.clock().Add(time.Hour))
	again := must(w.Account(w.ctx, write, o.ID, printing.Account{Printed: 62, Spoilt: 3, Note: "\u200btìm thấy hai tem"}))(t)
	if again.Data.Unaccounted() != 0 || again.Data.Account.Note != "tìm thấy hai tem" {
		t.Errorf("accounted again: %+v", again.Data)
	}
	released := must(w.Release(w.ctx, write, o.ID))(t).Data // in any order
	if released.Account == nil || released.Unaccounted() != 0 {
		t.Errorf("the release lost the count: %+v", released)
	}
	released.Account, released.Accounted, released.State, released.Released = nil, time.Time{}, o.Data.State, time.Time{}
	if diff := gocmp.Diff(o.Data, released); diff != "" {
		t.Errorf("counting changed the order, -before +after:\n%s", diff)
	}
	if !bytes.Equal(before, w.pdf(t, o.ID)) {
		t.Error("printed again after the count, the order gives other bytes")
	}
	for _, actor := range []trace.Actor{office, inspector} {
		_, err := w.Account(w.ctx, trace.Write{By: actor}, o.ID, printing.Account{Note: "x"})
		wantErr(t, err, trace.ErrForbidden)
	}
	_, err = w.Account(w.ctx, trace.Write{By: w.other}, o.ID, printing.Account{Note: "x"})
	wantErr(t, err, trace.ErrNotFound)
}

// pdf is an order as it is printed.
func (w *world) pdf(t *testing.T, id string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := w.WriteLabels(w.ctx, w.by, id, printing.Print{}, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSumsClose counts at random: whatever is accepted leaves no stamp counted
// twice and none forgotten.
func TestSumsClose(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 40)).ID
	dice := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a := printing.Account{Printed: dice.IntN(60) - 5, Spoilt: dice.IntN(60) - 5, Note: "đếm lại"}
		possible := a.Printed >= 0 && a.Spoilt >= 0 && a.Printed+a.Spoilt <= 40
		_, err := w.Account(w.ctx, trace.Write{By: w.by}, id, a)
		if possible != (err == nil) || err != nil && !errors.Is(err, trace.ErrInvalid) {
			t.Fatalf("%+v: %v", a, err)
		}
		o := must(w.Order(w.ctx, w.by, id))(t).Data
		if o.Account == nil {
			continue
		}
		if left := o.Unaccounted(); left < 0 || o.Account.Printed+o.Account.Spoilt+left != o.Count {
			t.Fatalf("%+v of %d leaves %d", o.Account, o.Count, left)
		}
	}
}

// TestRepeatedAccounts sends a count twice, with a fault in between.
func TestRepeatedAccounts(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 40)).ID
	write := trace.Write{By: w.by, Op: trace.Op{Key: "count", Hash: "1"}}
	a := printing.Account{Printed: 39, Spoilt: 1}
	first := must(w.Account(w.ctx, write, id, a))(t)
	again := must(w.Account(w.ctx, write, id, a))(t)
	if diff := gocmp.Diff(first, again); diff != "" {
		t.Errorf("repeated, -first +again:\n%s", diff)
	}
	write.Op.Hash = "2"
	_, err := w.Account(w.ctx, write, id, a)
	wantErr(t, err, trace.ErrKeyReused)
	stale := trace.Write{By: w.by, If: 1}
	_, err = w.Account(w.ctx, stale, id, printing.Account{Printed: 40, Note: "đếm lại"})
	wantErr(t, err, trace.ErrStale)
}

func TestOrdersOfProducer(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 5 {
		w.setClock(w.clock().Add(time.Duration(i+1) * time.Second))
		want = append([]string{w.create(t, w.order(printing.BatchCodes, 10)).ID}, want...)
	}
	for _, actor := range []trace.Actor{w.by, office, inspector} {
		var got []string
		for p := (trace.Paging{Limit: 2}); ; {
			page := must(w.OrdersOfProducer(w.ctx, actor, w.by.Producer, p))(t)
			for _, o := range page.Items {
				got = append(got, o.ID)
			}
			if p.After = page.Next; p.After == "" {
				break
			}
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s lists %v, want %v", actor.ID, got, want)
		}
	}
	_, err := w.OrdersOfProducer(w.ctx, w.other, w.by.Producer, trace.Paging{})
	wantErr(t, err, trace.ErrNotFound)
	if got := must(w.OrdersOfProducer(w.ctx, w.other, w.other.Producer, trace.Paging{}))(t); len(got.Items) != 0 {
		t.Errorf("another producer lists %+v", got.Items)
	}
}

// TestAccountsInTheAuditLog holds what the log says of a count.
func TestAccountsInTheAuditLog(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	id := w.create(t, w.order(printing.BatchCodes, 40)).ID
	must(w.Account(w.ctx, write, id, printing.Account{Printed: 30, Spoilt: 3}))(t)
	w.setClock(w.clock().Add(time.Second))
	must(w.Account(w.ctx, write, id, printing.Account{Printed: 37, Spoilt: 3, Note: "đếm lại"}))(t)
	w.setClock(w.clock().Add(time.Second))
	must(w.Release(w.ctx, write, id))(t)
	var got []string
	for e, err := range w.ledger.AuditAll(w.ctx, w.by, trace.AuditQuery{Kinds: printing.AuditKinds()}) {
		if err != nil {
			t.Fatal(err)
		}
		act := e.Act()
		got = append(got, act.Action.EN+"|"+act.Subject.EN+"|"+act.Detail)
	}
	want := []string{
		"Released a print order|lot L1, 40 stamps|",
		"Counted printed stamps|lot L1, 40 stamps: 37 printed well, 3 spoilt, 0 not accounted for|đếm lại",
		"Counted printed stamps|lot L1, 40 stamps: 30 printed well, 3 spoilt, 7 not accounted for|",
		"Ordered stamps|lot L1, 40 stamps|",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
