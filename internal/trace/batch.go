package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
)

// A Batch is what was made of one product in one go: GS1's batch or lot. Its
// document id is its batch code.
type Batch struct {
	BatchData
	// Producer is the product's.
	Producer string `json:"producer"`
	// KeyID names the master key from which the item codes derive.
	KeyID string `json:"keyId"`
	// State, and what led to it. Reason is empty for open and released,
	// Instructions for all but recalled.
	State        BatchState `json:"state"`
	Reason       string     `json:"reason,omitempty"`
	Instructions string     `json:"instructions,omitempty"`
	StateBy      Role       `json:"stateBy,omitempty"`
	StateOrg     string     `json:"stateOrg,omitempty"`
	StateSince   time.Time  `json:"stateSince"`
	// FirstReleased is when the batch was released first; zero before.
	FirstReleased time.Time `json:"firstReleased,omitzero"`
	// Correction is why the data was changed after the release.
	Correction string `json:"correction,omitempty"`
}

// BatchData is what the producer says of a batch.
type BatchData struct {
	Product    string        `json:"product" doc:"Id of the product; cannot be changed"`
	Lot        gs1.LotNumber `json:"lot" doc:"Lot number, GS1 AI 10: 1 to 20 characters, unique within the product" example:"L2026-11-A"`
	Quantity   Quantity      `json:"quantity"`
	Production Date          `json:"production" format:"date"`
	Packing    Date          `json:"packing,omitzero" format:"date"`
	Expiry     Date          `json:"expiry,omitzero" format:"date"`
	Inputs     []Input       `json:"inputs,omitempty" doc:"Batches that went into this one"`
	Note       string        `json:"note,omitempty"`
}

// An Input is a batch that went into another.
type Input struct {
	Batch    string   `json:"batch" doc:"Batch code"`
	Quantity Quantity `json:"quantity"`
}

// PackedOn is the day on which stars count as "when packed": the packing
// date, or the production date where no packing date is given.
func (b BatchData) PackedOn() Date {
	if b.Packing.IsZero() {
		return b.Production
	}
	return b.Packing
}

// ExpiredOn tells whether the batch is past its expiry date on day.
func (b BatchData) ExpiredOn(day Date) bool { return !b.Expiry.IsZero() && day.After(b.Expiry) }

func (Batch) DocumentKind() Kind { return KindBatches }

// PrivateMembers are the producer's notes.
func (Batch) PrivateMembers() []string { return []string{"note"} }

func (b Batch) DocumentRefs() []string {
	refs := []string{producerRef(b.Producer), productRef(b.Product), lotRef(b.Lot), uniqueLotRef(b.Product, b.Lot)}
	if b.State == BatchHeld || b.State == BatchRecalled {
		refs = append(refs, batchStateRef(b.State))
	}
	for _, in := range b.Inputs {
		refs = append(refs, inputRef(in.Batch))
	}
	return refs
}

// maxInputs is how many batches may go into one.
const maxInputs = 100

func (b BatchData) check(c check) {
	c.required("product", b.Product != "")
	c.required("lot", !b.Lot.IsZero())
	c.quantity("quantity", b.Quantity)
	c.required("production", !b.Production.IsZero())
	c.order("packing", b.Production, b.Packing, "ngày sản xuất", "the production date")
	c.order("expiry", b.Production, b.Expiry, "ngày sản xuất", "the production date")
	c.order("expiry", b.Packing, b.Expiry, "ngày đóng gói", "the packing date")
	c.text("note", b.Note, maxText)
	if len(b.Inputs) > maxInputs {
		c.fail("inputs", fmt.Sprintf("tối đa %d lô nguyên liệu", maxInputs), fmt.Sprintf("has more than %d batches", maxInputs))
		return
	}
	seen := map[string]bool{}
	for i, in := range b.Inputs {
		f := c.at("inputs", i)
		f.quantity("quantity", in.Quantity)
		if _, err := stamp.ParseBatchCode(in.Batch); err != nil {
			f.fail("batch", "không phải là mã lô hợp lệ", "is not a batch code")
			continue
		}
		b.Inputs[i].Batch = canonical(in.Batch)
		if seen[b.Inputs[i].Batch] {
			f.fail("batch", "bị lặp lại", "is named twice")
		}
		seen[b.Inputs[i].Batch] = true
	}
}

// CreateBatch opens a batch and draws its code.
func (l *Ledger) CreateBatch(ctx context.Context, w Write, d BatchData) (Stored[Batch], error) {
	if done, err := l.createdBatch(ctx, w); err != nil {
		return Stored[Batch]{}, err
	} else if done != nil {
		return *done, nil
	}
	producer, err := l.checkNewBatch(ctx, w.By, &d)
	if err != nil {
		return Stored[Batch]{}, err
	}
	now := l.Now()
	b := Batch{
		BatchData: d, Producer: producer, KeyID: l.keys.Current(),
		State: BatchOpen, StateSince: now, StateBy: w.By.Role, StateOrg: w.By.Organisation,
	}
	return l.createUnderNewCode(ctx, w, b)
}

// checkNewBatch cleans and checks what was entered, and tells whose batch it
// will be.
func (l *Ledger) checkNewBatch(ctx context.Context, by Actor, d *BatchData) (producer string, err error) {
	d.Inputs = slices.Clone(d.Inputs) // validate writes to it
	if err := validate(d); err != nil {
		return "", err
	}
	product, err := Head[Product](ctx, l, d.Product)
	if err == nil {
		err = by.mayOwn(product.Data.Producer)
	}
	if err != nil {
		return "", missing("product", err)
	}
	return product.Data.Producer, l.checkBatch(ctx, "", product.Data, *d)
}

// createdBatch finds the batch that the same request opened before, or nil.
func (l *Ledger) createdBatch(ctx context.Context, w Write) (*Stored[Batch], error) {
	if w.Op.Key == "" {
		return nil, nil
	}
	drawn, err := Head[claim](ctx, l, l.requestTerm(w, KindBatches))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return answered[Batch](ctx, l, w, drawn.Data.ID)
}

// createUnderNewCode gives the batch a code of its own and stores it.
func (l *Ledger) createUnderNewCode(ctx context.Context, w Write, b Batch) (Stored[Batch], error) {
	code, err := l.codeFor(ctx, w)
	if err != nil {
		return Stored[Batch]{}, err
	}
	if err := l.claimLot(ctx, w, b, code); err != nil {
		return Stored[Batch]{}, err
	}
	return Create(ctx, l, w, code, b)
}

// codeFor draws a free code, for a repeated request the same.
func (l *Ledger) codeFor(ctx context.Context, w Write) (string, error) {
	draw := func() (string, error) { return l.drawCode(ctx) }
	if w.Op.Key == "" {
		return draw()
	}
	return l.drawnFor(ctx, w, KindBatches, draw, func(code string) (bool, error) { return l.mayUseCode(ctx, w, code) })
}

// drawnFor draws something for a request with a key, and writes it down in a
// claim on the key, so that the same request, repeated, gets the same. What is
// written down counts if ours says so, else it is drawn again.
func (l *Ledger) drawnFor(ctx context.Context, w Write, kind Kind, draw func() (string, error), ours func(string) (bool, error)) (string, error) {
	term := l.requestTerm(w, kind)
	for range attempts {
		drawn, err := Head[claim](ctx, l, term)
		if err == nil {
			ours, err := ours(drawn.Data.ID)
			if ours || err != nil {
				return drawn.Data.ID, err
			}
		} else if !errors.Is(err, ErrNotFound) {
			return "", err
		}
		id, err := draw()
		if err != nil {
			return "", err
		}
		now := l.Now()
		r, err := encode(Write{By: w.By}, term, drawn.Revision+1, now, now, claim{Kind: kind, ID: id})
		if err != nil {
			return "", err
		}
		if err := l.store.Insert(ctx, r); err != nil && !errors.Is(err, ErrExists) {
			return "", err
		}
	}
	return "", errNothingFree
}

var errNothingFree = fmt.Errorf("%w: nothing free was drawn", ErrUnavailable)

// drawCode draws until it finds a code that no batch has.
func (l *Ledger) drawCode(ctx context.Context) (string, error) {
	for range attempts {
		code, err := stamp.NewBatchCode(l.random)
		if err != nil {
			return "", err
		}
		_, err = l.store.Head(ctx, KindBatches, code.String())
		if errors.Is(err, ErrNotFound) {
			return code.String(), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", errNothingFree
}

// mayUseCode tells whether the code is free or was used by this very request.
func (l *Ledger) mayUseCode(ctx context.Context, w Write, code string) (bool, error) {
	owner, err := l.store.History(ctx, KindBatches, code)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return owner[0].Op.Key == w.Op.Key && owner[0].By == w.By.ID, nil
}

func (l *Ledger) claimLot(ctx context.Context, w Write, b Batch, code string) error {
	return lotTaken(l.claim(ctx, w, uniqueLotRef(b.Product, b.Lot), KindBatches, code))
}

func lotTaken(err error) error {
	return taken(err, "lot", "số lô này đã có trong sản phẩm", "this product has a batch with this lot number already")
}

// UpdateBatch replaces a batch's data. Its product stays. After the release its
// lot number stays too, since lot and code are printed on stamps, and so does
// every input, since a recall of the input must find what was made of it; a
// reason must then be given. Nothing changes while the batch is recalled or
// held by an authority.
func (l *Ledger) UpdateBatch(ctx context.Context, w Write, code string, d BatchData, reason string) (Stored[Batch], error) {
	reason = clean(reason)
	d.Inputs = slices.Clone(d.Inputs) // validate writes to it
	if err := validate(&d); err != nil {
		return Stored[Batch]{}, err
	}
	code = canonical(code)
	may := func(b Batch) error { return w.By.mayOwn(b.Producer) }
	var before []Input
	s, err := Update(ctx, l, w, code, may, func(cur *Batch) error {
		before = cur.Inputs
		if err := checkBatchChange(*cur, d, reason); err != nil {
			return err
		}
		product, err := Head[Product](ctx, l, cur.Product)
		if err != nil {
			return err
		}
		if err := l.checkBatch(ctx, code, product.Data, d); err != nil {
			return err
		}
		cur.BatchData, cur.Correction = d, reason
		return l.claimLot(ctx, w, *cur, code)
	})
	if err != nil || len((BatchData{Inputs: before}).withoutInputs(d.Inputs)) == 0 {
		return s, err
	}
	return s, l.undoLoop(ctx, w, s, before)
}

// undoLoop looks again for a loop once new inputs are written, and takes them
// back if there is one: of two corrections at once that close a loop between
// them, neither sees the other before it is written, but at least one does
// afterwards. What a crash leaves between the two steps stays: it is seen as a
// loop by whoever corrects one of its batches next, and no walk hangs on it.
func (l *Ledger) undoLoop(ctx context.Context, w Write, s Stored[Batch], before []Input) error {
	loop := l.refuseLoop(ctx, s.ID, s.Data.BatchData)
	if loop == nil || !errors.As(loop, new(FieldErrors)) {
		return loop
	}
	everybody := func(Batch) error { return nil }
	_, err := Update(ctx, l, Write{By: w.By}, s.ID, everybody, func(cur *Batch) error {
		cur.Inputs = slices.DeleteFunc(slices.Clone(cur.Inputs), func(in Input) bool {
			return !slices.ContainsFunc(before, func(b Input) bool { return b.Batch == in.Batch })
		})
		cur.Correction = "tự động bỏ lô nguyên liệu vừa thêm: tạo thành vòng lặp"
		return nil
	})
	return errors.Join(loop, err)
}

func checkBatchChange(cur Batch, d BatchData, reason string) error {
	if err := cur.frozen(); err != nil {
		return err
	}
	c := newCheck()
	if d.Product != cur.Product {
		c.fail("product", "không thể thay đổi", "cannot be changed")
	}
	if cur.State.Published() {
		if d.Lot != cur.Lot {
			c.fail("lot", "không thể thay đổi sau khi xuất xưởng", "cannot be changed once the batch is released")
		}
		if gone := d.withoutInputs(cur.Inputs); len(gone) > 0 {
			codes := strings.Join(gone, ", ")
			c.fail("inputs", "không thể bỏ lô nguyên liệu sau khi xuất xưởng: "+codes,
				"cannot be taken away once the batch is released: "+codes)
		}
		c.required("reason", reason != "")
	}
	c.text("reason", reason, maxText)
	return c.err()
}

// frozen refuses to change a batch under a measure that a change could undermine.
func (b Batch) frozen() error {
	switch {
	case b.State == BatchRecalled:
		return refuse(ErrConflict, "lô đã bị thu hồi, không thể sửa dữ liệu của lô nữa",
			"the batch is recalled, and its data can no longer be changed")
	case b.State == BatchHeld && b.StateBy.authority():
		return refuse(ErrConflict, "lô đang bị cơ quan quản lý tạm dừng lưu hành, không thể sửa dữ liệu của lô trong thời gian này",
			"the batch is held by an authority, and its data cannot be changed until the hold is lifted")
	}
	return nil
}

// withoutInputs lists those of inputs that b does not have.
func (b BatchData) withoutInputs(inputs []Input) []string {
	var gone []string
	for _, in := range inputs {
		if !slices.ContainsFunc(b.Inputs, func(kept Input) bool { return kept.Batch == in.Batch }) {
			gone = append(gone, in.Batch)
		}
	}
	return gone
}

// checkBatch holds a batch's data against the documents it refers to. code is
// empty for a new batch.
func (l *Ledger) checkBatch(ctx context.Context, code string, p Product, d BatchData) error {
	c := newCheck()
	if set, _ := catalog.SetByNumber(p.Set); set.Service {
		c.fail("product", "là dịch vụ, không có lô hàng", "is a service and has no batches")
	}
	if d.Production.After(l.Today()) {
		c.fail("production", "ở thời điểm tương lai", "lies in the future")
	}
	for i, in := range d.Inputs {
		f := c.at("inputs", i)
		input, err := Head[Batch](ctx, l, in.Batch)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && !input.Data.State.Published():
			f.fail("batch", "không có lô nào mang mã này đã xuất xưởng", "is not the code of a released batch")
		case err != nil:
			return err
		}
	}
	if err := c.err(); err != nil || code == "" || len(d.Inputs) == 0 {
		return err
	}
	return l.refuseLoop(ctx, code, d)
}

// refuseLoop refuses inputs that the batch itself went into.
func (l *Ledger) refuseLoop(ctx context.Context, code string, d BatchData) error {
	c := newCheck()
	for i, in := range d.Inputs {
		ancestors, err := l.ancestors(ctx, []string{in.Batch})
		if err != nil {
			return err
		}
		if _, loop := ancestors[code]; loop || in.Batch == code {
			c.at("inputs", i).fail("batch", "được làm từ chính lô này", "was made from this very batch")
		}
	}
	return c.err()
}

// canonical brings a batch code into the form that is its document's id. What
// is no code stays as it is, and is then not found.
func canonical(code string) string {
	if c, err := stamp.ParseBatchCode(code); err == nil {
		return c.String()
	}
	return code
}

// Batch returns one batch by its code, which may be written in any of the
// accepted ways.
func (l *Ledger) Batch(ctx context.Context, by Actor, code string) (Stored[Batch], error) {
	code = canonical(code)
	return Read(ctx, l, code, func(b Batch) error { return l.maySeeBatch(ctx, by, code, b) })
}

// maySeeBatch lets everybody see what is published.
func (a Actor) maySeeBatch(b Batch) error {
	if b.State.Published() {
		return nil
	}
	return a.maySee(b.Producer)
}

// BatchHistory returns all revisions of a batch.
func (l *Ledger) BatchHistory(ctx context.Context, by Actor, code string) ([]Stored[Batch], error) {
	return HistoryOf(ctx, l, canonical(code), func(b Batch) error { return by.maySee(b.Producer) })
}

// BatchQuery narrows a list of batches; empty fields do not. Lot is a whole
// lot number.
type BatchQuery struct {
	Producer, Product, Lot string
	State                  BatchState
}

// wants tells whether the query is for a batch like b.
func (q BatchQuery) wants(b Batch) bool {
	return (q.Producer == "" || q.Producer == b.Producer) && (q.Product == "" || q.Product == b.Product) && (q.State == "" || q.State == b.State)
}

// Batches lists the batches that the actor may see.
func (l *Ledger) Batches(ctx context.Context, by Actor, q BatchQuery, p Paging) (List[Batch], error) {
	ref := ""
	switch {
	case q.Lot != "":
		lot, err := gs1.ParseLotNumber(q.Lot)
		if err != nil {
			c := newCheck()
			c.fail("lot", "không phải là số lô hợp lệ", "is not a lot number")
			return List[Batch]{}, c.err()
		}
		ref = lotRef(lot)
	case q.State == BatchHeld || q.State == BatchRecalled: // few of all, where a producer has many
		ref = batchStateRef(q.State)
	case q.Product != "":
		ref = productRef(q.Product)
	case q.Producer != "":
		ref = producerRef(q.Producer)
	case by.Role == ProducerRole:
		ref = producerRef(by.Producer)
	}
	var failed error
	list, err := ListOf(ctx, l, ref, p, func(s Stored[Batch]) bool {
		if failed != nil || !q.wants(s.Data) {
			return false
		}
		err := l.maySeeBatch(ctx, by, s.ID, s.Data)
		if err != nil && !errors.Is(err, ErrHidden) {
			failed = err
		}
		return err == nil
	})
	if failed != nil {
		return List[Batch]{}, failed
	}
	return list, err
}

// BatchByLot finds the code of a batch by its product's GTIN and its lot number,
// published or not: what its page may show is the page's business.
func (l *Ledger) BatchByLot(ctx context.Context, gtin gs1.GTIN, lot gs1.LotNumber) (string, error) {
	product, err := l.ProductByGTIN(ctx, gtin)
	if err != nil {
		return "", err
	}
	return l.claimed(ctx, uniqueLotRef(product.ID, lot))
}
