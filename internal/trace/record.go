package trace

import (
	"context"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/catalog"
)

// A Record is one critical tracking event of a batch's journey.
type Record struct {
	RecordData
	// Producer is the batch's.
	Producer string `json:"producer"`
	// EnteredBy is who made this revision.
	EnteredBy Role `json:"enteredBy"`
	// Verified says which authority stands for it; nil while only the
	// producer does.
	Verified *Confirmation `json:"verified,omitempty"`
	// Correction is why this revision replaces the one before it.
	Correction string `json:"correction,omitempty"`
	// Retracted says that the event did not happen after all.
	Retracted bool `json:"retracted,omitempty"`
}

// RecordData is what is entered. Of the typed details exactly the one that
// belongs to Kind is given.
type RecordData struct {
	Batch    string    `json:"batch" doc:"Batch code; cannot be changed"`
	Kind     string    `json:"kind" enum:"planting,stocking,care,harvest,collecting,receiving,processing,sampling,packing,storing,shipping,inspecting,destroying"`
	Happened time.Time `json:"happened" doc:"When it happened"`
	Place    Place     `json:"place,omitzero"`
	Person   string    `json:"person,omitempty" doc:"Who did it; shown to the public as entered"`
	Note     string    `json:"note,omitempty"`
	Files    []Digest  `json:"files,omitempty" doc:"SHA-256 of documents and photos"`

	Planting   *Planting   `json:"planting,omitempty" doc:"For planting and stocking"`
	Care       *Care       `json:"care,omitempty"`
	Harvest    *Harvest    `json:"harvest,omitempty" doc:"For harvest and collecting"`
	Receiving  *Receiving  `json:"receiving,omitempty"`
	Processing *Processing `json:"processing,omitempty"`
	Sampling   *Sampling   `json:"sampling,omitempty"`
	Packing    *Packing    `json:"packing,omitempty"`
	Storing    *Storing    `json:"storing,omitempty"`
	Shipping   *Shipping   `json:"shipping,omitempty"`
	Inspecting *Inspecting `json:"inspecting,omitempty"`
	Destroying *Destroying `json:"destroying,omitempty"`
}

// PrivateMembers are who did it, notes, and what names customers and others by
// their names.
func (Record) PrivateMembers() []string {
	return []string{
		"person", "note", "harvest.harvester", "receiving.supplier", "receiving.document", "sampling.sampledBy",
		"shipping.recipient", "shipping.document", "shipping.vehicle", "shipping.sscc",
		"inspecting.inspector", "inspecting.document", "destroying.witness", "destroying.document",
	}
}

// A Place is where something happened.
type Place struct {
	Name    string `json:"name,omitempty" example:"Xưởng chè Hồng Ba"`
	Commune string `json:"commune,omitempty" doc:"Five-digit code" example:"02260"`
}

func (p Place) check(c check) {
	c.text("name", p.Name, maxName)
	if p.Commune != "" {
		_, known := catalog.CommuneByCode(p.Commune)
		c.oneOf("commune", p.Commune, known)
	}
}

// In writes the place in one line.
func (p Place) In(lang string) string {
	line := p.Name
	if commune, ok := catalog.CommuneByCode(p.Commune); ok {
		if line != "" {
			line += ", "
		}
		line += commune.Name.In(lang)
	}
	return line
}

// A Provenance says how far a statement can be relied on.
type Provenance string

// The levels of provenance, from weak to strong.
const (
	Declared   Provenance = "declared"   // by the producer alone
	Documented Provenance = "documented" // with a document attached
	Verified   Provenance = "verified"   // by a named authority, on a date
)

// provenance is the level that follows from who stands for a statement and
// whether a document is attached.
func provenance(verified *Confirmation, documents bool) Provenance {
	switch {
	case verified != nil:
		return Verified
	case documents:
		return Documented
	}
	return Declared
}

// Provenance is how far the record can be relied on.
func (r Record) Provenance() Provenance { return provenance(r.Verified, len(r.Files) > 0) }

func (Record) DocumentKind() Kind { return KindRecords }

func (r Record) DocumentRefs() []string {
	return append(fileRefs(r.Files...), batchRef(r.Batch), producerRef(r.Producer))
}

func (r RecordData) check(c check) {
	c.required("batch", r.Batch != "")
	_, known := catalog.RecordKindByCode(r.Kind)
	known = c.oneOf("kind", r.Kind, known)
	if c.required("happened", !r.Happened.IsZero()) {
		c.notTooEarly("happened", r.Happened)
	}
	r.Place.check(c.in("place"))
	c.text("person", r.Person, maxName)
	c.text("note", r.Note, maxText)
	if len(r.Files) > 20 {
		c.fail("files", "tối đa 20 tệp", "has more than 20 files")
	}
	if known {
		r.checkDetails(c)
	}
}

func (r RecordData) checkDetails(c check) {
	want := detailsFor(r.Kind)
	for _, name := range detailNames {
		d := r.details(name)
		switch {
		case name == want && d == nil:
			c.required(name, false)
		case name == want:
			d.check(c.in(name))
		case d != nil:
			c.fail(name, fmt.Sprintf("không thuộc loại ghi chép %q", r.Kind), fmt.Sprintf("does not belong to a record of kind %q", r.Kind))
		}
	}
}

// normalise brings the batch codes into the form that they are stored in.
func (r *RecordData) normalise() {
	r.Batch = canonical(r.Batch)
	if r.Processing == nil {
		return
	}
	// The caller's may be shared with others.
	p := *r.Processing
	p.Inputs = slices.Clone(p.Inputs)
	for i, m := range p.Inputs {
		p.Inputs[i].Batch = canonical(m.Batch)
	}
	r.Processing = &p
}

// Step is the stage of a record's kind, for the order of a journey.
func (r RecordData) Step() catalog.RecordKind {
	k, _ := catalog.RecordKindByCode(r.Kind)
	return k
}

// AddRecord enters an event of a batch: the producer, or an inspector or the
// office for an inspection. Once the batch is closed or recalled the producer
// enters only what becomes of goods that are left or come back.
func (l *Ledger) AddRecord(ctx context.Context, w Write, d RecordData) (Stored[Record], error) {
	return once(ctx, l, w, func() (Record, error) {
		producer, err := l.checkNewRecord(ctx, w.By, &d)
		if err != nil {
			return Record{}, err
		}
		return Record{
			RecordData: d, Producer: producer, EnteredBy: w.By.Role, Verified: l.verification(w.By),
		}, nil
	})
}

// checkNewRecord cleans and checks what was entered, and tells whose record it
// will be.
func (l *Ledger) checkNewRecord(ctx context.Context, by Actor, d *RecordData) (producer string, err error) {
	d.normalise()
	if err := validate(d); err != nil {
		return "", err
	}
	batch, err := Head[Batch](ctx, l, d.Batch)
	if err == nil {
		err = by.MayRecord(batch.Data, d.Kind)
	}
	if err != nil {
		return "", missing("batch", err)
	}
	return batch.Data.Producer, l.checkRecord(ctx, *d, batch.Data)
}

// verification is what the actor's own entry is worth.
func (l *Ledger) verification(by Actor) *Confirmation {
	if !by.Role.authority() {
		return nil
	}
	return &Confirmation{Organisation: by.Organisation, Role: by.Role, At: l.Now()}
}

// afterTheEnd are the kinds of events that a closed or recalled batch can still
// have: with what is left of it, or comes back.
var afterTheEnd = []string{"receiving", "storing", "sampling", "destroying"}

// MayRecord tells whether the actor may enter an event of a kind of the batch as
// it stands now.
func (a Actor) MayRecord(b Batch, kind string) error {
	inspection := kind == "inspecting" || kind == "sampling" || kind == "destroying"
	switch {
	case a.owns(b.Producer) && kind == "inspecting":
		return refuse(ErrForbidden, "biên bản kiểm tra do cán bộ kiểm tra ghi", "inspections are recorded by the inspector")
	case a.owns(b.Producer) && (b.State == BatchClosed || b.State == BatchRecalled) && !slices.Contains(afterTheEnd, kind):
		return refuse(ErrConflict,
			fmt.Sprintf("lô %s, chỉ còn ghi được việc nhận lại, lưu kho, lấy mẫu và tiêu hủy", b.State.Name().VI),
			fmt.Sprintf("the batch is %s: only receiving, storing, sampling and destroying can still be recorded", b.State))
	case a.owns(b.Producer), a.Role.in(Inspector, Office) && inspection:
		return nil
	case a.Reads(b.Producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// checkRecord holds a record against its batch and the files it names.
func (l *Ledger) checkRecord(ctx context.Context, d RecordData, b Batch) error {
	c := newCheck()
	c.notAfter("happened", d.Happened, l.Now())
	if d.Processing != nil {
		for i, m := range d.Processing.Inputs {
			if m.Batch != "" && !slices.ContainsFunc(b.Inputs, func(in Input) bool { return in.Batch == m.Batch }) {
				c.at("processing.inputs", i).fail("batch", "chưa có trong danh sách lô nguyên liệu của lô này",
					"is not among the inputs of this batch")
			}
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	return l.requireFiles(ctx, "files", d.Files)
}

// CorrectRecord replaces a record's content by a new revision; the old one
// stays and is shown struck through. An authority's entry is corrected by an
// authority only.
func (l *Ledger) CorrectRecord(ctx context.Context, w Write, id string, d RecordData, reason string) (Stored[Record], error) {
	reason = clean(reason)
	d.normalise()
	if err := validate(&d); err != nil {
		return Stored[Record]{}, err
	}
	return l.reviseRecord(ctx, w, id, reason, func(cur *Record) error { return l.correct(ctx, cur, d) })
}

// correct puts d in the place of what the record says.
func (l *Ledger) correct(ctx context.Context, cur *Record, d RecordData) error {
	if d.Batch != cur.Batch || d.Kind != cur.Kind {
		return refuse(ErrInvalid, "không thể chuyển ghi chép sang lô khác hoặc loại khác",
			"a record cannot be moved to another batch or kind")
	}
	if cur.Retracted {
		return errRetracted
	}
	batch, err := Head[Batch](ctx, l, cur.Batch)
	if err != nil {
		return err
	}
	cur.RecordData = d
	return l.checkRecord(ctx, d, batch.Data)
}

var errRetracted = refuse(ErrConflict, "ghi chép đã được rút lại", "the record is retracted already")

// RetractRecord declares that the event did not happen.
func (l *Ledger) RetractRecord(ctx context.Context, w Write, id, reason string) (Stored[Record], error) {
	return l.reviseRecord(ctx, w, id, clean(reason), func(cur *Record) error {
		if cur.Retracted {
			return errRetracted
		}
		cur.Retracted = true
		return nil
	})
}

func checkReason(reason string) error {
	c := newCheck()
	c.required("reason", reason != "")
	c.text("reason", reason, maxText)
	return c.err()
}

func (l *Ledger) reviseRecord(ctx context.Context, w Write, id, reason string, change func(*Record) error) (Stored[Record], error) {
	if err := checkReason(reason); err != nil {
		return Stored[Record]{}, err
	}
	return Update(ctx, l, w, id, w.By.MayCorrect, func(cur *Record) error {
		if err := change(cur); err != nil {
			return err
		}
		cur.Correction, cur.EnteredBy, cur.Verified = reason, w.By.Role, l.verification(w.By)
		return nil
	})
}

// MayCorrect tells whether the actor may correct or retract the record.
func (a Actor) MayCorrect(r Record) error {
	switch {
	case a.Role.in(Inspector, Office) && r.EnteredBy.authority():
		return nil
	case a.owns(r.Producer) && !r.EnteredBy.authority():
		return nil
	case a.Reads(r.Producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// VerifyRecord records that an authority has checked a producer's entry.
func (l *Ledger) VerifyRecord(ctx context.Context, w Write, id string) (Stored[Record], error) {
	may := func(r Record) error { return w.By.mayVerify(r.Producer) }
	return Update(ctx, l, w, id, may, func(cur *Record) error {
		if cur.Verified != nil || cur.Retracted {
			return refuse(ErrConflict, "ghi chép đã được xác minh hoặc rút lại", "the record is verified or retracted already")
		}
		cur.Verified = l.verification(w.By)
		return nil
	})
}

func (a Actor) mayVerify(producer string) error {
	if a.Role.in(Inspector, Office) {
		return nil
	}
	if a.Reads(producer) {
		return ErrNotAllowed
	}
	return ErrHidden
}

// Record returns one record.
func (l *Ledger) Record(ctx context.Context, by Actor, id string) (Stored[Record], error) {
	return Read(ctx, l, id, func(r Record) error { return by.maySee(r.Producer) })
}

// RecordHistory returns all revisions of a record, the first one first.
func (l *Ledger) RecordHistory(ctx context.Context, by Actor, id string) ([]Stored[Record], error) {
	return HistoryOf(ctx, l, id, func(r Record) error { return by.maySee(r.Producer) })
}

// Records lists the records of a batch: to everybody once it is published.
func (l *Ledger) Records(ctx context.Context, by Actor, batch string, p Paging) (List[Record], error) {
	b, err := l.Batch(ctx, by, batch)
	if err != nil {
		return List[Record]{}, err
	}
	published := b.Data.State.Published()
	return ListOf(ctx, l, batchRef(b.ID), p, func(r Stored[Record]) bool {
		return published || by.maySee(r.Data.Producer) == nil
	})
}

// RecordsOf lists the records of all batches of a producer, the last one that
// was entered first.
func (l *Ledger) RecordsOf(ctx context.Context, by Actor, producer string, p Paging) (List[Record], error) {
	if err := by.maySee(producer); err != nil {
		return List[Record]{}, err
	}
	return ListOf(ctx, l, producerRef(producer), p, func(s Stored[Record]) bool { return by.maySee(s.Data.Producer) == nil })
}
