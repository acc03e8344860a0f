package printing_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func TestAddress(t *testing.T) {
	for url, want := range map[string]string{
		"https://t.example.vn":        "https://T.EXAMPLE.VN/",
		"https://t.example.vn/":       "https://T.EXAMPLE.VN/",
		"HTTPS://T.Example.vn":        "https://T.EXAMPLE.VN/",
		"http://192.168.1.5:8080":     "http://192.168.1.5:8080/",
		"http://localhost:1":          "http://LOCALHOST:1/",
		"http://[fe80::1]:8080":       "http://[FE80::1]:8080/",
		"https://xn--tem-gc-7wa.vn":   "https://XN--TEM-GC-7WA.VN/",
		"https://t.example.vn:443///": "https://T.EXAMPLE.VN:443/",
	} {
		if got, err := printing.Address(url); err != nil || got != want {
			t.Errorf("Address(%q) = %q, %v, want %q", url, got, err, want)
		}
	}
	for _, url := range []string{
		"", "t.example.vn", "ftp://t.example.vn", "https://", "https:///x", "https://t.example.vn/path", "https://t.example.vn/?a=b",
		"https://t.example.vn?", "https://t.example.vn/#x", "https://user@t.example.vn", "https://temgốc.vn", "https://t_.vn", "https://a b",
		"https://t.example.vn:", "https://:80", "javascript:alert(1)",
	} {
		if got, err := printing.Address(url); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("Address(%q) = %q, %v, want ErrInvalid", url, got, err)
		}
		if _, err := printing.New(nil, nil, url); err == nil {
			t.Errorf("a book was made for %q", url)
		}
	}
}

func TestOrderInput(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		field  string
		change func(*printing.OrderData)
	}{
		{"codes", func(d *printing.OrderData) { d.Codes = "both" }},
		{"codes", func(d *printing.OrderData) { d.Codes = "" }},
		{"count", func(d *printing.OrderData) { d.Count = 0 }},
		{"count", func(d *printing.OrderData) { d.Count = -5 }},
		{"count", func(d *printing.OrderData) { d.Count = printing.MaxCount + 1 }},
		{"stock", func(d *printing.OrderData) { d.Stock = "a4" }},
	} {
		d := w.order(printing.ItemCodes, 10)
		tt.change(&d)
		_, err := w.Create(w.ctx, trace.Write{By: w.by}, d)
		wantField(t, err, tt.field)
	}
	if orders := must(w.OrdersOf(w.ctx, w.batch))(t); len(orders) != 0 {
		t.Errorf("refused orders left %+v", orders)
	}
}

func TestOrdersTakeRunsOneAfterTheOther(t *testing.T) {
	w := newWorld(t)
	for i, tt := range []struct {
		codes printing.Codes
		count int
		first uint32
	}{
		{printing.ItemCodes, 10, 0}, {printing.BatchCodes, 500, 10}, {printing.ItemCodes, 1, 10}, {printing.ItemCodes, 65, 11},
	} {
		o := w.create(t, w.order(tt.codes, tt.count))
		if o.Data.Number != i+1 || o.Data.First != tt.first || o.ID != fmt.Sprintf("%s-%d", w.batch, i+1) || o.Data.State != printing.Allocated {
			t.Errorf("order %d: %s, %+v, want first %d", i+1, o.ID, o.Data, tt.first)
		}
	}
	orders := must(w.OrdersOf(w.ctx, w.batch))(t)
	for serial, want := range map[uint32]int{0: 1, 9: 1, 10: 3, 11: 4, 75: 4, 76: 0} {
		got := 0
		for _, o := range orders {
			if o.Data.Covers(serial) {
				got = o.Data.Number
			}
		}
		if got != want {
			t.Errorf("serial %d belongs to order %d, want %d", serial, got, want)
		}
	}
}

// TestOrdersAtOnce orders from many sides: no serial may be given out twice,
// and none be lost.
func TestOrdersAtOnce(t *testing.T) {
	w := newWorld(t)
	const people, each = 16, 5
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			for j := range each {
				d := w.order(printing.ItemCodes, 1+(i+j)%7)
				if _, err := w.Create(w.ctx, trace.Write{By: w.by}, d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	orders := must(w.OrdersOf(w.ctx, w.batch))(t)
	if len(orders) != people*each {
		t.Errorf("%d orders were made, want %d", len(orders), people*each)
	}
	slices.SortFunc(orders, func(a, b trace.Stored[printing.Order]) int { return cmp.Compare(a.Data.Number, b.Data.Number) })
	next := uint32(0)
	for i, o := range orders {
		if o.Data.Number != i+1 || o.Data.First != next {
			t.Fatalf("order %d begins at %d, want order %d at %d", o.Data.Number, o.Data.First, i+1, next)
		}
		next += uint32(o.Data.Count)
	}
}

// TestBatchesHaveAnEnd takes all serials of a batch. Only the long form makes
// each order as people do, which lays out every stamp of it; the short one makes
// the first and the last so, and writes down those between.
func TestBatchesHaveAnEnd(t *testing.T) {
	w := newWorld(t)
	first := w.create(t, w.order(printing.ItemCodes, printing.MaxCount))
	for i := 1; i < printing.MaxItems/printing.MaxCount; i++ {
		if os.Getenv("TEMGOC_SOAK") != "" {
			w.create(t, w.order(printing.ItemCodes, printing.MaxCount))
			continue
		}
		o := first.Data
		o.Number, o.First = i+1, uint32(i*printing.MaxCount)
		must(trace.Create(w.ctx, w.ledger, trace.Write{By: w.by}, fmt.Sprintf("%s-%d", w.batch, o.Number), o))(t)
	}
	const left = printing.MaxItems % printing.MaxCount
	_, err := w.Create(w.ctx, trace.Write{By: w.by}, w.order(printing.ItemCodes, left+1))
	wantField(t, err, "count")
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint(left)) {
		t.Errorf("the refusal does not say that %d are left: %v", left, err)
	}
	last := w.create(t, w.order(printing.ItemCodes, left))
	if end := int(last.Data.First) + last.Data.Count; end != printing.MaxItems {
		t.Errorf("the last order ends at %d, want %d", end, printing.MaxItems)
	}
	_, err = w.Create(w.ctx, trace.Write{By: w.by}, w.order(printing.ItemCodes, 1))
	wantField(t, err, "count")
	w.create(t, w.order(printing.BatchCodes, 1)) // these need no serials
	codes := must(w.Codes(w.ctx, w.by, last.ID, left, 10))(t)
	if len(codes) != 1 {
		t.Fatalf("%d codes at the end of the last order, want 1", len(codes))
	}
	code := must(stamp.ParseBatchCode(w.batch))(t)
	item := must(stamp.ParseItemCode(codes[0].Code))(t)
	if serial, ok := must(w.keys.Sealer(last.Data.KeyID, code))(t).Open(item); !ok || serial != printing.MaxItems-1 {
		t.Errorf("the last code has the serial %d, %v", serial, ok)
	}
}

func TestRepeatedOrders(t *testing.T) {
	w := newWorld(t)
	request := trace.Write{By: w.by, Op: trace.Op{Key: "key", Hash: "hash"}}
	first := must(w.Create(w.ctx, request, w.order(printing.ItemCodes, 10)))(t)
	w.create(t, w.order(printing.ItemCodes, 3))
	// What would refuse the order today does not change yesterday's answer.
	must(w.ledger.UpdateProduct(w.ctx, trace.Write{By: w.by}, w.product, trace.Product{
		Producer: w.by.Producer, Name: catalog.Name{VI: strings.TrimSpace(strings.Repeat("Chè rất dài ", 16))}, Set: 11,
	}))(t)
	w.setClock(w.clock().Add(time.Hour))
	again, err := w.Create(w.ctx, request, w.order(printing.ItemCodes, 10))
	if diff := gocmp.Diff(first, again); err != nil || diff != "" {
		t.Errorf("repeated: %v\n%s", err, diff)
	}
	request.Op.Hash = "other"
	_, err = w.Create(w.ctx, request, w.order(printing.ItemCodes, 11))
	wantErr(t, err, trace.ErrKeyReused)

	release := trace.Write{By: w.by, Op: trace.Op{Key: "release", Hash: "hash"}}
	released := must(w.Release(w.ctx, release, first.ID))(t)
	if released.Data.State != printing.Released || !released.Data.Released.Equal(w.clock()) {
		t.Errorf("released: %+v", released.Data)
	}
	w.setClock(w.clock().Add(time.Hour))
	if again := must(w.Release(w.ctx, release, first.ID))(t); gocmp.Diff(released, again) != "" {
		t.Errorf("released again: %s", gocmp.Diff(released, again))
	}
	_, err = w.Release(w.ctx, trace.Write{By: w.by}, first.ID)
	wantErr(t, err, trace.ErrConflict)
	if rule, ok := errors.AsType[*trace.RuleError](err); !ok || rule.Message.VI == "" || rule.Message.EN == "" {
		t.Errorf("the refusal %v does not speak both languages", err)
	}
}

func TestIdenticalOrdersAtOnce(t *testing.T) {
	w := newWorld(t)
	var (
		all     sync.WaitGroup
		mu      sync.Mutex
		answers = map[string]bool{}
	)
	for i := range 60 {
		request := trace.Write{By: w.by, Op: trace.Op{Key: fmt.Sprint("key", i%3), Hash: "hash"}}
		all.Go(func() {
			o, err := w.Create(w.ctx, request, w.order(printing.ItemCodes, 10))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			answers[fmt.Sprintf("%+v", o)] = true
		})
	}
	all.Wait()
	if orders := must(w.OrdersOf(w.ctx, w.batch))(t); len(answers) != 3 || len(orders) != 3 {
		t.Errorf("%d answers and %d orders, want 3 of each", len(answers), len(orders))
	}
}

// A faultyStore fails its next insert of an order, after it is stored or
// before.
type faultyStore struct {
	trace.Store
	persist bool
}

var errFault = fmt.Errorf("%w: injected fault", trace.ErrUnavailable)

func (s faultyStore) Insert(ctx context.Context, r trace.Revision) error {
	if r.Kind != printing.KindOrders {
		return s.Store.Insert(ctx, r)
	}
	if s.persist {
		return errors.Join(errFault, s.Store.Insert(ctx, r))
	}
	return errFault
}

func TestOrdersSurviveFaults(t *testing.T) {
	w := newWorld(t)
	for i, persist := range []bool{false, true} {
		request := trace.Write{By: w.by, Op: trace.Op{Key: fmt.Sprint(persist), Hash: "hash"}}
		faulty := must(printing.New(w.ledgerOver(faultyStore{w.store, persist}), w.keys, "https://t.example.vn"))(t)
		_, err := faulty.Create(w.ctx, request, w.order(printing.ItemCodes, 10))
		wantErr(t, err, errFault)
		first := must(w.Create(w.ctx, request, w.order(printing.ItemCodes, 10)))(t)
		again := must(w.Create(w.ctx, request, w.order(printing.ItemCodes, 10)))(t)
		orders := must(w.OrdersOf(w.ctx, w.batch))(t)
		if gocmp.Diff(first, again) != "" || len(orders) != i+1 || first.Data.First != uint32(10*i) {
			t.Errorf("stored %v: %d orders, %+v and %+v", persist, len(orders), first, again)
		}
	}
}

func TestWhoMayOrder(t *testing.T) {
	w := newWorld(t)
	secret := w.open(t, "L2") // not published
	o := w.create(t, w.order(printing.ItemCodes, 10))
	for _, tt := range []struct {
		by                                   trace.Actor
		create, secret, read, list, sheetErr error
	}{
		{w.other, trace.ErrForbidden, trace.ErrNotFound, trace.ErrNotFound, nil, trace.ErrNotFound},
		{trace.Actor{}, trace.ErrForbidden, trace.ErrNotFound, trace.ErrNotFound, nil, trace.ErrNotFound},
		{office, trace.ErrForbidden, trace.ErrForbidden, nil, nil, trace.ErrForbidden},
		{inspector, trace.ErrForbidden, trace.ErrForbidden, nil, nil, trace.ErrForbidden},
	} {
		write := trace.Write{By: tt.by}
		_, err := w.Create(w.ctx, write, w.order(printing.ItemCodes, 1))
		wantErr(t, err, tt.create)
		d := w.order(printing.ItemCodes, 1)
		d.Batch = secret
		_, err = w.Create(w.ctx, write, d)
		wantErr(t, err, tt.secret)
		_, err = w.Order(w.ctx, tt.by, o.ID)
		wantErr(t, err, tt.read)
		_, err = w.Codes(w.ctx, tt.by, o.ID, 1, 1)
		wantErr(t, err, tt.read)
		_, err = w.Release(w.ctx, write, o.ID)
		wantErr(t, err, tt.sheetErr)
		var b strings.Builder
		wantErr(t, w.WriteLabels(w.ctx, tt.by, o.ID, printing.Print{}, &b), tt.sheetErr)
		if b.Len() > 0 {
			t.Errorf("%q was refused after %d bytes", tt.by.ID, b.Len())
		}
		list := must(w.Orders(w.ctx, tt.by, w.batch, trace.Paging{}))(t)
		if got, want := len(list.Items) > 0, tt.read == nil; got != want {
			t.Errorf("%q sees orders: %v, want %v", tt.by.ID, got, want)
		}
	}
	_, err := w.Order(w.ctx, w.by, w.batch+"-99")
	wantErr(t, err, trace.ErrNotFound)
}

// TestStarsOnStamps: stars are printed only when they counted on the packing
// date, 5 October 2026, and count on the day of the order.
func TestStarsOnStamps(t *testing.T) {
	for _, tt := range []struct {
		name    string
		certify func(t *testing.T, w *world)
		today   string
		want    int
	}{
		{"no certificate", func(*testing.T, *world) {}, "2026-11-15", 0},
		{"on both days", func(t *testing.T, w *world) { w.certify(t, 4, "2026-01-01") }, "2026-11-15", 4},
		{"from the packing date on", func(t *testing.T, w *world) { w.certify(t, 4, "2026-10-05") }, "2026-11-15", 4},
		{"certified after packing", func(t *testing.T, w *world) { w.certify(t, 4, "2026-10-06") }, "2026-11-15", 0},
		{"expired since packing", func(t *testing.T, w *world) { w.certify(t, 4, "2023-11-15") }, "2026-11-15", 0},
		{"on its last day", func(t *testing.T, w *world) { w.certify(t, 4, "2023-11-16") }, "2026-11-15", 4},
		{"withdrawn since packing", func(t *testing.T, w *world) {
			must(w.ledger.WithdrawCertificate(w.ctx, trace.Write{By: office}, w.certify(t, 4, "2026-01-01"),
				trace.Ending{From: day("2026-11-01"), Reason: "lý do"}))(t)
		}, "2026-11-15", 0},
		{"upgraded since packing", func(t *testing.T, w *world) { w.certify(t, 3, "2026-01-01"); w.certify(t, 4, "2026-11-01") }, "2026-11-15", 3},
		{"declared by the producer", func(t *testing.T, w *world) {
			must(w.ledger.CreateCertificate(w.ctx, trace.Write{By: w.by}, trace.CertificateData{
				Kind: trace.OCOPCertificate, Number: "1", Authority: "UBND", Issued: day("2026-01-01"),
				Producer: w.by.Producer, Product: w.product, OCOP: &trace.Evaluation{Stars: 5},
			}))(t)
		}, "2026-11-15", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.certify(t, w)
			w.setClock(day(tt.today).Start().Add(10 * time.Hour))
			if got := w.create(t, w.order(printing.ItemCodes, 1)).Data.Content.Stars; got != tt.want {
				t.Errorf("%d stars, want %d", got, tt.want)
			}
		})
	}
}
