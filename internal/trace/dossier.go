package trace

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// A Dossier is everything about a batch that its public page is made of. It
// is what a store held at one time; what depends on the day is computed from
// it. It is only read once it is built.
type Dossier struct {
	// Batch is the latest revision; History has all, the first one first.
	Batch   Stored[Batch]
	History []Stored[Batch]

	Producer     Stored[Producer]
	Product      Stored[Product]
	Certificates Certificates
	// Records and Tests have all revisions of each, the first one first.
	// Records are ordered by when they happened, tests by their date.
	Records [][]Stored[Record]
	Tests   [][]Stored[TestReport]
	Voids   []Stored[Void]
	// Files tells type and size of the files that are referred to.
	Files map[Digest]File
	// Inputs are the batches that went directly into this one.
	Inputs []InputBatch
	// Alerts are held and recalled batches among all that went into it.
	Alerts []InputBatch

	// Topics are the terms of the documents it was made of: a Change with one
	// of them, see ChangeTopics, makes the dossier stale.
	Topics []string

	// Log is how it compares with the log of all records. Who checks that sets
	// it; see package proof.
	Log LogCheck
}

// A LogCheck is what a check of a dossier against the log found. It is zero when
// there was none.
type LogCheck struct {
	// Altered says that what is stored is not what was logged.
	Altered bool
	// Statements is how many revisions were compared.
	Statements int
	// Size, Root and At are those of the log then: its number of entries, the
	// root of its tree in base64 and when it was signed.
	Size int64
	Root string
	At   time.Time
}

// An InputBatch is what the page tells of a batch that went into this one.
type InputBatch struct {
	Batch    Stored[Batch]
	Product  catalog.Name
	Producer string
	Quantity Quantity // zero when it did not go in directly
}

// Last is the valid revision of each record that was not retracted, in order.
func (d *Dossier) Last() []Stored[Record] {
	var out []Stored[Record]
	for _, h := range d.Records {
		if last := h[len(h)-1]; !last.Data.Retracted {
			out = append(out, last)
		}
	}
	return out
}

// Void tells whether the batch code itself was taken out of use.
func (d *Dossier) Void() *Stored[Void] {
	for _, v := range d.Voids {
		if v.Data.Whole {
			return &v
		}
	}
	return nil
}

// VoidItem tells whether an item serial was taken out of use.
func (d *Dossier) VoidItem(serial uint32) *Stored[Void] {
	for _, v := range d.Voids {
		if v.Data.Covers(serial) {
			return &v
		}
	}
	return nil
}

// Missing lists what the law asks for and the dossier lacks.
func (d *Dossier) Missing() []catalog.RequiredItem {
	b, p := d.Batch.Data, d.Product.Data
	has := map[string]bool{
		"product_name":    p.Name.VI != "",
		"picture":         p.Photo != Digest{},
		"producer":        d.Producer.Data.Name != "",
		"address":         d.Producer.Data.Address.Commune != "",
		"production_date": !b.Production.IsZero(),
		"events":          len(d.Last()) > 0,
		"trace_code":      true,
		"lot":             !b.Lot.IsZero(),
		"standards":       len(p.Standards) > 0,
		"producer_id":     d.Producer.Data.Registration != "",
	}
	return slices.DeleteFunc(slices.Clone(catalog.RequiredItems()), func(item catalog.RequiredItem) bool {
		return item.Need != catalog.Required || has[item.ID]
	})
}

// Failures names the tests of the batch that failed and were not passed later:
// while there is one, the batch cannot be released.
func (d *Dossier) Failures() []string {
	var own []Stored[TestReport]
	for _, h := range d.Tests {
		if last := h[len(h)-1]; last.Data.Batch == d.Batch.ID {
			own = append(own, last)
		}
	}
	slices.SortFunc(own, func(a, b Stored[TestReport]) int { // as they were entered
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return openFailures(own)
}

// Dossier gathers what is known of a batch, for the public page. It does not
// ask who wants it: what an open batch may show is the page's business.
// ErrNotFound for a code that was never given out.
func (l *Ledger) Dossier(ctx context.Context, code string) (*Dossier, error) {
	code = canonical(code)
	d := &Dossier{Files: map[Digest]File{}}
	var err error
	if d.History, err = revisions[Batch](ctx, l, code); err != nil {
		return nil, err
	}
	d.Batch = d.History[len(d.History)-1]
	b := d.Batch.Data
	if d.Product, err = Head[Product](ctx, l, b.Product); err != nil {
		return nil, err
	}
	if d.Producer, err = Head[Producer](ctx, l, b.Producer); err != nil {
		return nil, err
	}
	if d.Certificates, err = l.certificatesOf(ctx, b.Producer, b.Product); err != nil {
		return nil, err
	}
	if d.Voids, err = All[Void](ctx, l, batchRef(code)); err != nil {
		return nil, err
	}
	d.Topics = []string{
		Topic(KindBatches, code), Topic(KindProducts, b.Product), Topic(KindProducers, b.Producer),
		batchRef(code), productRef(b.Product), generalRef(b.Producer),
	}
	for _, load := range []func(context.Context, *Dossier) error{l.loadRecords, l.loadTests, l.loadInputs, l.loadFiles} {
		if err := load(ctx, d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (l *Ledger) loadRecords(ctx context.Context, d *Dossier) error {
	heads, err := All[Record](ctx, l, batchRef(d.Batch.ID))
	if err != nil {
		return err
	}
	if d.Records, err = histories(ctx, l, heads); err != nil {
		return err
	}
	slices.SortStableFunc(d.Records, func(a, b []Stored[Record]) int {
		return a[len(a)-1].Data.Happened.Compare(b[len(b)-1].Data.Happened)
	})
	return nil
}

func (l *Ledger) loadTests(ctx context.Context, d *Dossier) error {
	own, err := All[TestReport](ctx, l, batchRef(d.Batch.ID))
	if err != nil {
		return err
	}
	periodic, err := All[TestReport](ctx, l, periodicRef(d.Batch.Data.Product))
	if err != nil {
		return err
	}
	if d.Tests, err = histories(ctx, l, append(own, periodic...)); err != nil {
		return err
	}
	slices.SortStableFunc(d.Tests, func(a, b []Stored[TestReport]) int {
		return b[len(b)-1].Data.Issued.DaysUntil(a[len(a)-1].Data.Issued)
	})
	return nil
}

// histories loads the earlier revisions of those documents that have any.
func histories[T Document](ctx context.Context, l *Ledger, heads []Stored[T]) ([][]Stored[T], error) {
	out := make([][]Stored[T], len(heads))
	for i, h := range heads {
		out[i] = []Stored[T]{h}
		if h.Revision == 1 {
			continue
		}
		var err error
		if out[i], err = revisions[T](ctx, l, h.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (l *Ledger) loadInputs(ctx context.Context, d *Dossier) error {
	direct := map[string]Quantity{}
	for _, in := range d.Batch.Data.Inputs {
		direct[in.Batch] = in.Quantity
	}
	family, err := l.ancestors(ctx, []string{d.Batch.ID})
	if err != nil {
		return err
	}
	for code, b := range family {
		if code == d.Batch.ID {
			continue
		}
		d.Topics = append(d.Topics, Topic(KindBatches, code))
		quantity, isDirect := direct[code]
		alert := b.Data.State == BatchRecalled || b.Data.State == BatchHeld
		if !isDirect && !alert {
			continue
		}
		input, err := l.inputBatch(ctx, b, quantity)
		if err != nil {
			return err
		}
		d.Topics = append(d.Topics, Topic(KindProducts, b.Data.Product), Topic(KindProducers, b.Data.Producer))
		if isDirect {
			d.Inputs = append(d.Inputs, input)
		}
		if alert {
			d.Alerts = append(d.Alerts, input)
		}
	}
	byCode := func(a, b InputBatch) int { return strings.Compare(a.Batch.ID, b.Batch.ID) }
	slices.SortFunc(d.Inputs, byCode)
	slices.SortFunc(d.Alerts, byCode)
	return nil
}

func (l *Ledger) inputBatch(ctx context.Context, b Stored[Batch], q Quantity) (InputBatch, error) {
	product, err := Head[Product](ctx, l, b.Data.Product)
	if err != nil {
		return InputBatch{}, err
	}
	producer, err := Head[Producer](ctx, l, b.Data.Producer)
	return InputBatch{Batch: b, Product: product.Data.Name, Producer: producer.Data.Name, Quantity: q}, err
}

func (l *Ledger) loadFiles(ctx context.Context, d *Dossier) error {
	var ids []string
	add := func(files ...Digest) {
		for _, f := range files {
			if (f != Digest{}) && !slices.Contains(ids, f.String()) {
				ids = append(ids, f.String())
			}
		}
	}
	add(d.Product.Data.Photo)
	for _, c := range d.Certificates {
		add(c.Data.Files...)
	}
	for _, h := range d.Records {
		add(h[len(h)-1].Data.Files...)
	}
	for _, h := range d.Tests {
		add(h[len(h)-1].Data.Files...)
	}
	for part := range slices.Chunk(ids, 1000) {
		heads, err := l.store.Heads(ctx, KindFiles, part)
		if err != nil {
			return err
		}
		files, err := decodeAll[File](heads)
		if err != nil {
			return err
		}
		for _, f := range files {
			d.Files[f.Data.SHA256] = f.Data
		}
	}
	return nil
}

// Topic is the term of one document, under which a Change to it is known.
func Topic(kind Kind, id string) string { return string(kind) + "/" + id }

// ChangeTopics are the terms that a change concerns: the document itself, and
// what it belongs to.
func ChangeTopics(c Change) []string {
	return append([]string{Topic(c.Kind, c.ID)}, c.Refs...)
}
