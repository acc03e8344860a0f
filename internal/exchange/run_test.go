package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

var errFault = fmt.Errorf("%w: injected fault", trace.ErrUnavailable)

// A faultyStore fails the at-th insert of a kind: before it is carried out or,
// with persist, after; and every one after it, as a process does that is dead.
type faultyStore struct {
	trace.Store
	kind    trace.Kind
	at      int
	persist bool

	mu    sync.Mutex
	calls int
	dead  bool
}

func (s *faultyStore) Insert(ctx context.Context, r trace.Revision) error {
	s.mu.Lock()
	if s.kind == r.Kind {
		s.calls++
	}
	hit := !s.dead && s.kind == r.Kind && s.calls == s.at
	dead := s.dead
	s.dead = s.dead || hit
	s.mu.Unlock()
	if dead || hit && !s.persist {
		return errFault
	}
	err := s.Store.Insert(ctx, r)
	if hit {
		return errors.Join(errFault, err)
	}
	return err
}

// lots are the rows of n batches of one product.
func lots(n int) []byte {
	lines := []string{"Sản phẩm|Số lô|Số lượng|Đơn vị|Ngày sản xuất"}
	for i := range n {
		lines = append(lines, fmt.Sprintf("Chè xanh|L%d|%d|kg|01/11/2026", i+1, i+1))
	}
	return file(lines...)
}

func TestRun(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		a := w.producer("HTX Mây Trắng", "1")
		tea := w.product(a, "Chè xanh", "")
		w.batch(a, tea, "L2", false)
		s, r := w.checked(a, Batches, lots(50))
		if r.Create != 49 || r.Exist != 1 || r.Before != nil {
			t.Fatalf("check %+v", r)
		}
		running := must(w.Run(w.ctx, a, s.ID))(t)
		if p := must(w.Progress(w.ctx, a, s.ID))(t); running.Data.State != Running || p != (Progress{Running, 0, 50}) {
			t.Errorf("started %+v, progress %+v", running.Data, p)
		}
		w.pass(w.ctx, "worker")
		got := must(w.Import(w.ctx, a, s.ID))(t).Data
		want := Import{
			Table: Batches, FileName: "bang.csv", SHA256: trace.DigestOf(lots(50)), Owner: "producer:" + a.Producer, Actor: actor(a),
			State: Done, Rows: 50, Next: 50, Created: 49, Existed: 1, Started: start.UTC(), Finished: start.UTC(), Attempt: 1,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("import, -want +got:\n%s", diff)
		}
		if n := w.documents(trace.KindBatches); n != 50 {
			t.Errorf("%d batches, want 50", n)
		}
		if p := must(w.Progress(w.ctx, a, s.ID))(t); p != (Progress{Done, 50, 50}) {
			t.Errorf("progress %+v", p)
		}
		counts := must(w.store.Counts(w.ctx, []string{progressKey(s.ID, 1)}))(t)
		if len(counts) != 1 || counts[0].N != 40 {
			t.Errorf("while it ran, progress was %+v, want 40", counts)
		}

		_, err := w.Run(w.ctx, a, s.ID)
		wantErr(t, err, trace.ErrConflict)

		again, r := w.checked(a, Batches, lots(50))
		if r.Exist != 50 || r.Before == nil || r.Before.ID != s.ID || again.ID == s.ID {
			t.Errorf("the same file again: %d rows exist, before %+v", r.Exist, r.Before)
		}
		must(w.Run(w.ctx, a, again.ID))(t)
		w.pass(w.ctx, "worker")
		if i := must(w.Import(w.ctx, a, again.ID))(t).Data; i.State != Done || i.Created != 0 || i.Existed != 50 {
			t.Errorf("the same file again: %+v", i)
		}
		if n := w.documents(trace.KindBatches); n != 50 {
			t.Errorf("%d batches after the same file again", n)
		}
	})
}

// TestRunAllTables brings every table in.
func TestRunAllTables(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "5000001")
	i := w.run(a, Products, file(productHead, "Chè Shan tuyết|11|100|g|09521234000013|TCVN 9740:2013|730"))
	if i.Created != 1 {
		t.Fatalf("products: %+v", i)
	}
	i = w.run(office, Certificates, file("Chủ thể|Sản phẩm|Loại giấy|Số|Cơ quan cấp|Ngày cấp|Hạng sao", "5000001|09521234000013|OCOP|321/QĐ-UBND|UBND tỉnh|06/08/2026|4"))
	if i.Created != 1 {
		t.Fatalf("certificates: %+v", i)
	}
	i = w.run(a, Batches, file("Sản phẩm|Số lô|Số lượng|Đơn vị|Ngày sản xuất|Ngày đóng gói", "9521234000013|L1|12,5|kg|01/11/2026|02/11/2026"))
	if i.Created != 1 {
		t.Fatalf("batches: %+v", i)
	}
	i = w.run(a, Records, file("Lô|Loại ghi chép|Thời gian|Cách chế biến|Nguyên liệu|Số lượng|Đơn vị|Nhiệt độ (°C)", "L1|Chế biến|02/11/2026 14:00|Sao, vò|Búp tươi: 62,5 kg|12,5|kg|220"))
	if i.Created != 1 {
		t.Fatalf("records: %+v", i)
	}
	i = w.run(inspector, Records, file("Chủ thể|Lô|Loại ghi chép|Thời gian|Cơ quan kiểm tra|Số hiệu cán bộ kiểm tra|Nội dung kiểm tra|Kết luận", "HTX Mây Trắng|L1|Kiểm tra|03/11/2026|Chi cục|TT-1|Sạch sẽ|Không đạt"))
	if i.Created != 1 {
		t.Fatalf("inspections: %+v", i)
	}
	certificates := must(w.ledger.Certificates(w.ctx, office, trace.CertificateQuery{}, trace.Paging{}))(t).Items
	c := certificates[0].Data
	if c.OCOP == nil || c.OCOP.Stars != 4 || c.Confirmed == nil || c.Confirmed.Organisation != office.Organisation || c.ValidUntil.String() != "2029-08-05" || certificates[0].By != office.ID {
		t.Errorf("certificate %+v by %s", c, certificates[0].By)
	}
	records := must(w.ledger.RecordsOf(w.ctx, a, a.Producer, trace.Paging{}))(t).Items
	if len(records) != 2 {
		t.Fatalf("%d records", len(records))
	}
	inspection, processing := records[0].Data, records[1].Data
	if inspection.Inspecting == nil {
		inspection, processing = processing, inspection
	}
	if inspection.Inspecting.Conforms || inspection.Verified == nil || inspection.Verified.Organisation != inspector.Organisation {
		t.Errorf("inspection %+v", inspection)
	}
	if p := processing.Processing; p.Inputs[0] != (trace.Material{Name: "Búp tươi", Quantity: trace.Quantity{Value: "62.5", Unit: "KGM"}}) ||
		p.Output.Value != "12.5" || p.Temperature != "220" || !processing.Happened.Equal(at(2, 14)) {
		t.Errorf("processing %+v", p)
	}
}

func at(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, trace.Zone) }

// TestKilledInTheMiddle ends the worker at every kind of write, before and after
// it is carried out, and holds that another one goes on and writes nothing
// twice.
func TestKilledInTheMiddle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		a := w.producer("HTX Mây Trắng", "1")
		for n, fault := range []*faultyStore{
			{kind: trace.KindBatches, at: 1}, {kind: trace.KindBatches, at: 4, persist: true}, {kind: trace.KindBatches, at: 7},
			{kind: trace.KindClaims, at: 5}, {kind: trace.KindClaims, at: 8, persist: true}, {kind: trace.KindClaims, at: 9},
			{kind: KindImports, at: 1}, {kind: KindImports, at: 1, persist: true}, {kind: KindImports, at: 2}, {kind: KindImports, at: 2, persist: true},
		} {
			name := fmt.Sprintf("%s %d %v", fault.kind, fault.at, fault.persist)
			product := "Chè " + fmt.Sprint(n)
			w.product(a, product, "")
			before := w.documents(trace.KindBatches)
			s, _ := w.checked(a, Batches, []byte(strings.ReplaceAll(string(lots(10)), "Chè xanh", product)))
			must(w.Run(w.ctx, a, s.ID))(t)

			fault.Store = w.store
			_, dying := w.over(fault)
			dying.pass(w.ctx, "dying")
			if !fault.dead {
				t.Fatalf("%s: the fault never came", name)
			}
			w.pass(w.ctx, "too early")
			w.clock.pass(2 * leaseTime)
			w.pass(w.ctx, "next")

			i := must(w.Import(w.ctx, a, s.ID))(t).Data
			if i.State != Done || i.Created != 10 || i.Existed != 0 || i.Next != 10 {
				t.Errorf("%s: %+v", name, i)
			}
			if n := w.documents(trace.KindBatches) - before; n != 10 {
				t.Errorf("%s: %d batches, want 10", name, n)
			}
			if p := must(w.Progress(w.ctx, a, s.ID))(t); p != (Progress{Done, 10, 10}) {
				t.Errorf("%s: progress %+v", name, p)
			}
		}
	})
}

// TestReleasedWhenInterrupted holds that a worker that is told to end, or meets
// an outage, leaves the import to others at once.
func TestReleasedWhenInterrupted(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	w.product(a, "Chè xanh", "")
	s, _ := w.checked(a, Batches, lots(30))
	must(w.Run(w.ctx, a, s.ID))(t)
	ctx, cancel := context.WithCancel(w.ctx)
	stopping := &endingStore{Store: w.store, at: 12, end: cancel}
	_, first := w.over(stopping)
	first.pass(ctx, "first")
	i := must(w.Import(w.ctx, a, s.ID))(t).Data
	if i.State != Running || i.Worker != "" || i.Attempt != 1 {
		t.Fatalf("after the interruption: %+v", i)
	}
	if n := w.documents(trace.KindBatches); n != 12 {
		t.Errorf("%d batches were written before the interruption", n)
	}
	w.pass(w.ctx, "second")
	if i := must(w.Import(w.ctx, a, s.ID))(t).Data; i.State != Done || i.Created != 30 || i.Attempt != 2 {
		t.Errorf("after the second worker: %+v", i)
	}
}

// An endingStore ends the worker after some batches.
type endingStore struct {
	trace.Store
	at, calls int
	end       func()
}

func (s *endingStore) Insert(ctx context.Context, r trace.Revision) error {
	err := s.Store.Insert(ctx, r)
	if r.Kind == trace.KindBatches {
		if s.calls++; s.calls == s.at {
			s.end()
		}
	}
	return err
}

// TestConflictInTheMiddle lets somebody else take the lot of a later row while
// the import runs.
func TestConflictInTheMiddle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		a := w.producer("HTX Mây Trắng", "1")
		tea := w.product(a, "Chè xanh", "")
		s, _ := w.checked(a, Batches, lots(10))
		must(w.Run(w.ctx, a, s.ID))(t)
		w.batch(a, tea, "L6", false)
		w.pass(w.ctx, "worker")
		i := must(w.Import(w.ctx, a, s.ID))(t)
		if i.Data.State != Stopped || i.Data.Next != 5 || i.Data.Created != 5 || i.Data.Worker != "" {
			t.Fatalf("stopped import %+v", i.Data)
		}
		stop := i.Data.Stop
		if stop == nil || stop.Row != 7 || stop.Column != "Số lô" || stop.Message.VI != "số lô này đã có trong sản phẩm" || stop.Message.EN == "" {
			t.Errorf("stopped because of %+v", stop)
		}
		if p := must(w.Progress(w.ctx, a, s.ID))(t); p != (Progress{Stopped, 5, 10}) {
			t.Errorf("progress %+v", p)
		}
		w.pass(w.ctx, "worker") // a stopped import waits for people
		if n := w.documents(trace.KindBatches); n != 6 {
			t.Errorf("%d batches", n)
		}
		r := must(w.Result(w.ctx, a, s.ID))(t)
		if actions(r) != "exists create create create create" || r.Outcomes[0].Row != 7 || r.Before != nil {
			t.Errorf("what is left: %s from row %d, before %v", actions(r), r.Outcomes[0].Row, r.Before)
		}
		colleague := trace.Actor{ID: "colleague", Role: trace.ProducerRole, Producer: a.Producer}
		must(w.Run(w.ctx, colleague, s.ID))(t)
		w.pass(w.ctx, "worker")
		i = must(w.Import(w.ctx, a, s.ID))(t)
		if d := i.Data; d.State != Done || d.Created != 9 || d.Existed != 1 || d.Stop != nil {
			t.Errorf("continued import %+v", d)
		}
		if n := w.documents(trace.KindBatches); n != 10 {
			t.Errorf("%d batches", n)
		}
	})
}

// TestRunAgainstChanges refuses to start when something has changed since the
// check, and goes on with nothing written.
func TestRunAgainstChanges(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	s, r := w.checked(a, Batches, lots(3))
	if r.Wrong != 3 {
		t.Fatalf("without the product: %+v", r)
	}
	_, err := w.Run(w.ctx, a, s.ID)
	wantErr(t, err, trace.ErrConflict)
	w.product(a, "Chè xanh", "")
	w.product(a, "Chè  Xanh", "100")
	_, err = w.Run(w.ctx, a, s.ID) // which of the two?
	wantErr(t, err, trace.ErrConflict)
	w.pass(w.ctx, "worker")
	if i := must(w.Import(w.ctx, a, s.ID))(t); i.Data.State != Checked || w.documents(trace.KindBatches) != 0 {
		t.Errorf("a refused import %+v", i.Data)
	}

	b := w.producer("HTX Khác", "2")
	w.product(b, "Chè xanh", "")
	s, _ = w.checked(b, Batches, lots(3))
	first := must(w.Run(w.ctx, b, s.ID))(t)
	second := must(w.Run(w.ctx, b, s.ID))(t)
	if first.Revision != second.Revision {
		t.Errorf("a running import was started again: revisions %d and %d", first.Revision, second.Revision)
	}
	w.pass(w.ctx, "worker")
	if n := w.documents(trace.KindBatches); n != 3 {
		t.Errorf("%d batches", n)
	}
}

// TestTwoWorkers lets two replicas work at once.
func TestTwoWorkers(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		a := w.producer("HTX Mây Trắng", "1")
		w.product(a, "Chè xanh", "")
		s, _ := w.checked(a, Batches, lots(40))
		must(w.Run(w.ctx, a, s.ID))(t)
		var group sync.WaitGroup
		for n := range 3 {
			_, replica := w.over(w.store)
			group.Go(func() { replica.pass(w.ctx, fmt.Sprint("worker ", n)) })
		}
		group.Wait()
		if i := must(w.Import(w.ctx, a, s.ID))(t).Data; i.State != Done || i.Created != 40 || i.Attempt != 1 {
			t.Errorf("%+v", i)
		}
		if n := w.documents(trace.KindBatches); n != 40 {
			t.Errorf("%d batches", n)
		}
	})
}

// TestReplacedWorker lets a worker go on that was replaced: both write the same
// rows, and neither writes one twice.
func TestReplacedWorker(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		a := w.producer("HTX Mây Trắng", "1")
		w.product(a, "Chè xanh", "")
		s, _ := w.checked(a, Batches, lots(20))
		must(w.Run(w.ctx, a, s.ID))(t)
		slow := must(w.take(w.ctx, "slow", s.ID))(t)
		w.clock.pass(2 * leaseTime)
		w.pass(w.ctx, "quick")
		if err := w.carryOn(w.ctx, "slow", slow); !errors.Is(err, errHeld) {
			t.Errorf("the replaced worker: %v", err)
		}
		slow.Data.Until = w.clock.now().Add(2 * leaseTime) // as if it had not noticed the time
		if err := w.carryOn(w.ctx, "slow", slow); !errors.Is(err, errHeld) {
			t.Errorf("the replaced worker at the end: %v", err)
		}
		if i := must(w.Import(w.ctx, a, s.ID))(t).Data; i.State != Done || i.Created != 20 {
			t.Errorf("%+v", i)
		}
		if n := w.documents(trace.KindBatches); n != 20 {
			t.Errorf("%d batches", n)
		}
	})
}

// TestWork runs the worker as the service does.
func TestWork(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	w.product(a, "Chè xanh", "")
	s, _ := w.checked(a, Batches, lots(5))
	must(w.Run(w.ctx, a, s.ID))(t) // before the worker is there
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan error)
	finished := &watchedStore{Store: w.store, done: cancel}
	_, replica := w.over(finished)
	go func() { ended <- replica.Work(ctx) }()
	if err := <-ended; err != nil {
		t.Errorf("Work: %v", err)
	}
	if i := must(w.Import(w.ctx, a, s.ID))(t).Data; i.State != Done {
		t.Errorf("%+v", i)
	}
}

// A watchedStore tells when an import is done.
type watchedStore struct {
	trace.Store
	done func()
}

func (s *watchedStore) Insert(ctx context.Context, r trace.Revision) error {
	err := s.Store.Insert(ctx, r)
	if r.Kind == KindImports && strings.Contains(string(r.Body), `"state":"done"`) {
		s.done()
	}
	return err
}

// TestLostFile holds that an import whose file is gone is not given up: an
// outage looks the same.
func TestLostFile(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	w.product(a, "Chè xanh", "")
	s, _ := w.checked(a, Batches, lots(5))
	lost := New(Config{Ledger: w.ledger, Store: w.store, Files: lostFiles{w.files}})
	_, err := lost.Run(w.ctx, a, s.ID)
	wantErr(t, err, trace.ErrCorrupt)
	must(w.Run(w.ctx, a, s.ID))(t)
	lost.logger = w.logger
	lost.pass(w.ctx, "blind")
	if i := must(w.Import(w.ctx, a, s.ID))(t).Data; i.State != Running || i.Worker != "" {
		t.Errorf("%+v", i)
	}
	w.pass(w.ctx, "worker")
	if i := must(w.Import(w.ctx, a, s.ID))(t).Data; i.State != Done {
		t.Errorf("%+v", i)
	}
}

type lostFiles struct{ trace.Files }

func (lostFiles) Get(context.Context, trace.Digest) ([]byte, error) {
	return nil, trace.ErrNotFound
}

// TestFiveThousandRows brings in as many rows as a file may have, and takes them
// out again.
func TestFiveThousandRows(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	w.batch(a, w.product(a, "Chè xanh", ""), "L1", false)
	products, batches, records := []string{productHead}, []string{"Sản phẩm|Số lô|Số lượng|Đơn vị|Ngày sản xuất"},
		[]string{"Lô|Loại ghi chép|Thời gian|Thửa, ao, điểm thu hái|Số lượng|Đơn vị"}
	for i := range spreadsheet.MaxRows {
		products = append(products, fmt.Sprintf("Chè số %d|11|100|g|||", i))
		batches = append(batches, fmt.Sprintf("Chè xanh|N%d|10|kg|01/11/2026", i))
		records = append(records, fmt.Sprintf("L1|Thu hoạch|02/11/2026 08:%02d|Lô %d|5|kg", i%60, i))
	}
	for _, tt := range []struct {
		table Table
		lines []string
	}{{Products, products}, {Batches, batches}} {
		if _, r := w.checked(a, tt.table, file(tt.lines...)); r.Create != spreadsheet.MaxRows {
			t.Errorf("%s: %d rows would be created", tt.table, r.Create)
		}
	}
	if i := w.run(a, Records, file(records...)); i.State != Done || i.Created != spreadsheet.MaxRows {
		t.Fatalf("%+v", i)
	}
	if n := w.documents(trace.KindRecords); n != spreadsheet.MaxRows {
		t.Errorf("%d records", n)
	}
	for _, format := range []spreadsheet.Format{spreadsheet.CSV, spreadsheet.XLSX} {
		_, r, err := w.Check(w.ctx, a, Records, "a."+string(format), w.export(a, Records, Query{}, format))
		if err != nil || r.Exist != spreadsheet.MaxRows {
			t.Errorf("taken out as %s and checked: %+v, %v", format, r, err)
		}
	}
	records = append(records, records[1])
	if _, _, err := w.Check(w.ctx, a, Records, "a.csv", file(records...)); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("one row more: %v", err)
	}
}
