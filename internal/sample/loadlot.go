package sample

import (
	"context"
	"fmt"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// loadLot enters a batch and what happened to it. Each move is one revision
// of the batch, so that its revision tells how far an earlier load came.
func (e *estate) loadLot(ctx context.Context, g good, product string, l lot) error {
	b, err := e.openBatch(ctx, product, l)
	if err != nil {
		return fmt.Errorf("batch %s: %w", l.key, err)
	}
	e.mu.Lock()
	e.codes[l.key] = b.ID
	e.mu.Unlock()
	if err := e.loadRecords(ctx, l, b.ID, "", l.records); err != nil {
		return err
	}
	if err := e.loadReports(ctx, g, product, l, b.ID, l.reports); err != nil {
		return err
	}
	if err := e.loadRequests(ctx, product, b.ID, l.requests); err != nil {
		return err
	}
	if l.opens {
		return nil
	}
	if b.Revision == 1 {
		release := trace.Transition{To: trace.BatchReleased}
		if _, err := e.ledger.MoveBatch(ctx, write(e.actor, "batch/"+l.key+"/release"), b.ID, release); err != nil {
			return fmt.Errorf("release %s: %w", l.key, err)
		}
	}
	if err := e.loadRecords(ctx, l, b.ID, "/after", l.after); err != nil {
		return err
	}
	if err := e.loadReports(ctx, g, product, l, b.ID, l.answers); err != nil {
		return err
	}
	for i, m := range l.moves {
		if b.Revision > i+2 {
			continue
		}
		if err := e.move(ctx, m, fmt.Sprintf("batch/%s/move/%d", l.key, i), b.ID); err != nil {
			return fmt.Errorf("move %s to %s: %w", l.key, m.to.To, err)
		}
	}
	return e.voidWhole(ctx, l, b.ID)
}

// move makes a move, by two people where it takes two.
func (e *estate) move(ctx context.Context, m move, key, code string) error {
	if m.to.To != trace.BatchRecalled {
		_, err := e.ledger.MoveBatch(ctx, write(e.as(m.by), key), code, m.to)
		return err
	}
	r, err := e.ledger.ProposeRecall(ctx, write(e.as(m.by), key), trace.RecallData{
		Batch: code, Reason: m.to.Reason, Instructions: m.to.Instructions,
	})
	if err != nil {
		return err
	}
	_, err = e.ledger.ApproveRecall(ctx, write(office, key+"/approval"), r.ID)
	return err
}

// openBatch finds the batch of an earlier load by its lot number, or opens it.
func (e *estate) openBatch(ctx context.Context, product string, l lot) (trace.Stored[trace.Batch], error) {
	found, err := e.ledger.Batches(ctx, office, trace.BatchQuery{Product: product, Lot: l.data.Lot.String()}, trace.Paging{})
	if err != nil {
		return trace.Stored[trace.Batch]{}, err
	}
	if len(found.Items) > 0 {
		return found.Items[0], nil
	}
	d := l.data
	d.Product = product
	for _, in := range l.inputs {
		d.Inputs = append(d.Inputs, trace.Input{Batch: e.code(in.lot), Quantity: in.quantity})
	}
	return e.ledger.CreateBatch(ctx, write(e.actor, "batch/"+l.key), d)
}

func (e *estate) loadReports(ctx context.Context, g good, product string, l lot, code string, reports []report) error {
	for _, r := range reports {
		if err := e.loadReport(ctx, g, product, l, code, r); err != nil {
			return err
		}
	}
	return nil
}

func (e *estate) loadRequests(ctx context.Context, product, code string, requests []request) error {
	for _, r := range requests {
		if err := e.loadRequest(ctx, product, code, r); err != nil {
			return err
		}
	}
	return nil
}

func (e *estate) loadRecords(ctx context.Context, l lot, code, part string, records []record) error {
	for i, r := range records {
		if err := e.loadRecord(ctx, l, code, fmt.Sprintf("record/%s%s/%d", l.key, part, i), r); err != nil {
			return err
		}
	}
	return nil
}

// loadRecord enters a record, and corrects, retracts or verifies it.
func (e *estate) loadRecord(ctx context.Context, l lot, code, key string, r record) error {
	by := e.as(r.by)
	w := write(by, key)
	d := r.data
	d.Batch = code
	s, err := ensure(e.loader, w, trace.KindRecords,
		func(id string) (trace.Stored[trace.Record], error) { return e.ledger.Record(ctx, office, id) },
		func() (trace.Stored[trace.Record], error) {
			if r.document != "" {
				var err error
				if d.Files, err = e.addPaper(ctx, by, recordPaper(e.farm.producer, l.data, r)); err != nil {
					return trace.Stored[trace.Record]{}, err
				}
			}
			return e.ledger.AddRecord(ctx, w, d)
		})
	if err != nil || s.Revision > 1 {
		return err
	}
	switch {
	case r.revised != nil:
		revised := *r.revised
		revised.Batch, revised.Files = code, s.Data.Files
		_, err = e.ledger.CorrectRecord(ctx, write(by, key+"/correct"), s.ID, revised, r.reason)
	case r.reason != "":
		_, err = e.ledger.RetractRecord(ctx, write(by, key+"/retract"), s.ID, r.reason)
	case r.verified:
		_, err = e.ledger.VerifyRecord(ctx, write(inspecting, key+"/verify"), s.ID)
	}
	if err != nil {
		return fmt.Errorf("revise %s: %w", key, err)
	}
	return nil
}

// voidWhole takes a batch code out of use. A void is found by nobody but the
// same request, which Ledger.VoidCodes recognises.
func (e *estate) voidWhole(ctx context.Context, l lot, code string) error {
	if l.void == "" {
		return nil
	}
	_, err := e.ledger.VoidCodes(ctx, write(e.actor, "batch/"+l.key+"/void"), trace.Void{Batch: code, Whole: true, Reason: l.void})
	if err != nil {
		return fmt.Errorf("void %s: %w", l.key, err)
	}
	return nil
}

// loadPrinters gives the producer whose stamps are shown a printer for sheets
// and one for rolls.
func (l *loader) loadPrinters(ctx context.Context) error {
	maker := trace.Actor{ID: "sample-may-hong", Role: trace.ProducerRole, Producer: l.ids["may-hong"]}
	for i, p := range []printing.Printer{
		{Name: "Máy in văn phòng", Language: printing.PDF, DPI: 600, OffsetX: 300, DotGain: 10},
		{Name: "Máy in tem kho 1", Language: printing.TSPL, DPI: 203, DotGain: 20, MinModule: 4,
			Address: "tcp://192.168.1.50:9100", Note: "Tem cuộn 50 × 30 mm. Thay đầu in tháng 9/2026."},
	} {
		p.Producer = maker.Producer
		if _, err := l.book.CreatePrinter(ctx, write(maker, fmt.Sprintf("printer/%d", i)), p); err != nil {
			return err
		}
	}
	return nil
}

// The item codes of the good batch: two sheets that are released, of which some
// stamps were torn, most came out well and nobody knows of the last two; one
// sheet that is not released; and as many again as were torn.
const (
	releasedItems, pendingItems = 130, 65
	lastPrinted                 = 128
	firstTorn, lastTorn         = 41, 45
	shownItem                   = 7
)

// loadItems orders item codes for the good batch and names one of each state.
func (l *loader) loadItems(ctx context.Context, d *Data) error {
	maker := trace.Actor{ID: "sample-may-hong", Role: trace.ProducerRole, Producer: l.ids["may-hong"]}
	order := func(key string, count int, replaces string) (trace.Stored[printing.Order], error) {
		return l.book.Create(ctx, write(maker, key), printing.OrderData{
			Batch: d.Good, Codes: printing.ItemCodes, Count: count, Stock: "tomy-145", Replaces: replaces,
		})
	}
	released, err := order("order/released", releasedItems, "")
	if err != nil {
		return err
	}
	if _, err := l.book.Release(ctx, write(maker, "order/released/release"), released.ID); err != nil {
		return err
	}
	if err := l.reportItems(ctx, maker, released.ID); err != nil {
		return err
	}
	pending, err := order("order/pending", pendingItems, "")
	if err != nil {
		return err
	}
	again, err := order("order/replacement", lastTorn-firstTorn+1, released.ID)
	if err != nil {
		return err
	}
	if _, err := l.book.Release(ctx, write(maker, "order/replacement/release"), again.ID); err != nil {
		return err
	}
	d.Item = Item{Batch: d.Good, Order: released.ID}
	for _, want := range []struct {
		code  *string
		order string
		index int
	}{{&d.Item.Code, released.ID, shownItem}, {&d.Item.Void, released.ID, firstTorn}, {&d.Item.Pending, pending.ID, 1}} {
		codes, err := l.book.Codes(ctx, maker, want.order, want.index, 1)
		if err != nil {
			return err
		}
		*want.code = codes[0].Code
	}
	return nil
}

// reportItems reports the torn stamps and those that came out well.
func (l *loader) reportItems(ctx context.Context, maker trace.Actor, id string) error {
	torn := printing.Report{
		Fate: printing.Scrapped, Ranges: []printing.Range{{First: firstTorn, Last: lastTorn}}, Reason: "Rách khi bóc tem, đã hủy năm tem.",
	}
	if _, err := l.book.Report(ctx, write(maker, "order/released/torn"), id, torn); err != nil {
		return err
	}
	good := printing.Report{
		Fate: printing.Printed, Ranges: []printing.Range{{First: 1, Last: firstTorn - 1}, {First: lastTorn + 1, Last: lastPrinted}},
	}
	_, err := l.book.Report(ctx, write(maker, "order/released/printed"), id, good)
	return err
}
