// Package printing keeps print orders, the released runs of stamps of a batch,
// and turns them into labels. It is the only bridge between the domain and the
// label library.
//
// An order takes a run of item serials, or copies of the batch code, once and
// for all. What its stamps say is written down with it, so that the same order
// gives the same bytes whenever it is printed again. Once they would be untrue,
// because a certificate ended or the batch was recalled, it is printed no more;
// what is still true takes a new order. Afterwards it is counted what was printed
// well and what was spoilt; the rest is not accounted for.
//
// Orders are documents of kind "orders", found under their batch. The id is
// the batch code and the number of the order, "K7Q2M9XR4V-3": taking the next
// run is the insert of the next number under the unique key, so two orders can
// never share a serial.
package printing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// KindOrders is the kind of document that this package owns.
const KindOrders trace.Kind = "orders"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind {
	return []trace.Kind{KindOrders, KindSettings, KindPrinters, KindPatterns, KindPapers, KindSendings}
}

// Codes says what the stamps of an order carry.
type Codes string

// The kinds of codes.
const (
	BatchCodes Codes = "batch" // the same code on each stamp
	ItemCodes  Codes = "item"  // a code of its own on each stamp
)

// State is where an order stands.
type State string

// The states of an order. The item codes of an allocated order are taken but
// answer "not yet activated".
const (
	Allocated State = "allocated"
	Released  State = "released"
)

// MaxCount is how many stamps one order may have, and MaxItems how many item
// codes a batch can have in all: a serial has 24 bits.
const (
	MaxCount = 1_000_000
	MaxItems = 1 << 24
)

// OrderData is what is asked for.
type OrderData struct {
	Batch string `json:"batch" doc:"Batch code"`
	Codes Codes  `json:"codes" enum:"batch,item"`
	Count int    `json:"count" minimum:"1" maximum:"1000000" doc:"Number of stamps"`
	Stock string `json:"stock" doc:"Label stock" example:"tomy-145"`
	// What follows may be left out.
	Template   string     `json:"template,omitempty" maxLength:"60" doc:"Template of the stamps; the layout that adapts to the stock when left out"`
	PerRoll    int        `json:"perRoll,omitempty" minimum:"0" maximum:"1000000" doc:"Stamps on a roll, where they come on rolls; by the sheet of the stock when left out"`
	Activation Activation `json:"activation,omitempty" doc:"Item codes count from the release of the order on, which is the default, or range by range once they are activated"`
	PIN        bool       `json:"pin,omitempty" doc:"Each stamp has a scratch PIN, eight digits, which the template hides under a scratch-off box; for item codes only"`
	Replaces   string     `json:"replaces,omitempty" maxLength:"40" doc:"Id of the order whose scrapped and lost stamps this one makes up for" example:"K7Q2M9XR4V-3"`
}

// Activation says when the item codes of an order begin to count.
type Activation string

// The ways of activation. Orders made before there was a choice have neither
// and are active on release.
const (
	ActivateOnRelease Activation = "release"
	ActivateByRange   Activation = "range"
)

// An Order is a run of stamps of a batch.
type Order struct {
	OrderData
	Number   int     `json:"number" doc:"Of the orders of the batch, from 1"`
	First    uint32  `json:"first" doc:"Serial of the first item code"`
	KeyID    string  `json:"keyId"`
	Producer string  `json:"producer"`
	State    State   `json:"state"`
	Content  Content `json:"content"`
	// Design is how the stamps look, as it was when the order was made; empty
	// for orders made before designs were kept, which have their stock by name.
	Design Design `json:"design,omitzero"`
	// Released is when the order was released; zero before.
	Released time.Time `json:"released,omitzero"`
	// PerSheet is how many stamps a sheet of the stock has; 0 where it does not
	// come in sheets.
	PerSheet int `json:"perSheet,omitempty" doc:"Stamps on a sheet of the stock"`
	// Runs are the fates of the stamps that something was reported of, in order;
	// see Fates for all stamps. Reported is the latest report.
	Runs     []Run     `json:"runs,omitempty"`
	Reported *Reported `json:"reported,omitempty"`
	// Active are the stamps whose item codes count, where they are activated by
	// range.
	Active []Range `json:"active,omitempty"`
	// Sent are the stamps whose goods were reported as shipped.
	Sent []Range `json:"shipped,omitempty" doc:"Stamps whose goods left the producer"`
	// Checkpoint is the latest one of the log when the order was made: on paper
	// it shows later that the log was not begun anew.
	Checkpoint string `json:"checkpoint,omitempty" doc:"Signed checkpoint of the log when the order was made (C2SP tlog-checkpoint)"`
	// Account and Accounted are a count that was made before stamps were
	// reported by range.
	Account   *Account  `json:"account,omitempty"`
	Accounted time.Time `json:"accounted,omitzero"`
}

// Content is what every stamp of an order says, as it was when the order was
// made.
type Content struct {
	Address    string     `json:"address" doc:"What stands before the code in the QR code" example:"https://T.EXAMPLE.VN/"`
	Product    string     `json:"product"`
	Producer   string     `json:"producer"`
	Lot        string     `json:"lot"`
	Production trace.Date `json:"production" format:"date"`
	Packing    trace.Date `json:"packing,omitzero" format:"date"`
	Expiry     trace.Date `json:"expiry,omitzero" format:"date"`
	GTIN       gs1.GTIN   `json:"gtin,omitzero"`
	// Link takes the place of the code in the QR code where the template asks
	// for a GS1 Digital Link. It leads to the batch: a Digital Link with a serial
	// does not lead further.
	Link string `json:"link,omitempty" doc:"Path of a GS1 Digital Link, which the QR code says instead of the code" example:"01/09521234000013/10/L1"`
	// Stars are those in force on the packing date and when the order was
	// made; 0 when the certificate did not count on both days.
	Stars         int  `json:"stars,omitempty"`
	Demonstration bool `json:"demonstration,omitempty"`
}

// DocumentKind implements trace.Document.
func (Order) DocumentKind() trace.Kind { return KindOrders }

// DocumentRefs implements trace.Document.
func (o Order) DocumentRefs() []string {
	return []string{trace.BatchTerm(o.Batch), trace.ProducerTerm(o.Producer)}
}

// ID is the id of the order's document.
func (o Order) ID() string { return fmt.Sprintf("%s-%d", o.Batch, o.Number) }

// Covers tells whether an item serial belongs to the order.
func (o Order) Covers(serial uint32) bool {
	return o.Codes == ItemCodes && serial >= o.First && serial-o.First < uint32(o.Count)
}

// A Book keeps the print orders of a service.
type Book struct {
	ledger  *trace.Ledger
	keys    *stamp.Keys
	address string
	// checkpoint is the latest one of the log; nil where there is no log.
	checkpoint func() string
}

// Quote has the orders that are made from now on carry the checkpoint of the log
// that latest returns.
func (b *Book) Quote(latest func() string) { b.checkpoint = latest }

// New makes a Book whose new stamps lead to publicURL, such as
// "https://t.example.vn"; see Address for its form.
func New(ledger *trace.Ledger, keys *stamp.Keys, publicURL string) (*Book, error) {
	address, err := Address(publicURL)
	if err != nil {
		return nil, err
	}
	return &Book{ledger: ledger, keys: keys, address: address}, nil
}

// Address is what stands before the code on stamps: the scheme in lower case,
// since some phones refuse "HTTPS", and the rest in upper case, which makes
// the QR code smaller. A host is the same in either case; a path is not, so
// publicURL has none.
func Address(publicURL string) (string, error) {
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", fmt.Errorf("%w: public address %q is not of the form https://host", trace.ErrInvalid, publicURL)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%w: public address %q has more than a host", trace.ErrInvalid, publicURL)
	}
	if !hostForm.MatchString(u.Host) {
		return "", fmt.Errorf("%w: the host of public address %q is not written in plain letters, digits, hyphens and points (an international name has a form that begins with xn--)",
			trace.ErrInvalid, publicURL)
	}
	return u.Scheme + "://" + strings.ToUpper(u.Host) + "/", nil
}

// hostForm is a name, an IPv4 or an IPv6 address, and perhaps a port: what a QR
// code can carry as it is and any phone can open.
var hostForm = regexp.MustCompile(`^(?:[0-9A-Za-z][0-9A-Za-z.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$`)

// Create takes the next run of a batch's codes: the producer does. The order
// is allocated; its item codes count once it is released.
func (b *Book) Create(ctx context.Context, w trace.Write, d OrderData) (trace.Stored[Order], error) {
	batch, err := b.ledger.Batch(ctx, w.By, d.Batch)
	if err != nil {
		return trace.Stored[Order]{}, cmp.Or(check(d), err)
	}
	if done, err := b.answered(ctx, w, batch.ID); done.ID != "" || err != nil {
		return done, err
	}
	if err := check(d); err != nil {
		return trace.Stored[Order]{}, err
	}
	o, err := b.draft(ctx, w.By, batch, d)
	if err != nil {
		return trace.Stored[Order]{}, err
	}
	return b.allocate(ctx, w, o)
}

// draft is the order that is asked for, before it takes a number.
func (b *Book) draft(ctx context.Context, by trace.Actor, batch trace.Stored[trace.Batch], d OrderData) (Order, error) {
	if by.Role != trace.ProducerRole || by.Producer != batch.Data.Producer {
		return Order{}, trace.ErrNotAllowed
	}
	content, err := b.content(ctx, batch.ID)
	if err != nil {
		return Order{}, err
	}
	d.Batch, d.Activation = batch.ID, cmp.Or(d.Activation, ActivateOnRelease)
	design, err := b.design(ctx, by, batch.Data.Producer, d.Template, d.Stock)
	if err != nil {
		return Order{}, err
	}
	o := Order{OrderData: d, KeyID: batch.Data.KeyID, Producer: batch.Data.Producer, State: Allocated, Content: content, Design: design}
	stock, template, err := o.Drawn()
	if err != nil {
		return Order{}, err
	}
	if err := refusePIN(d.PIN, template); err != nil {
		return Order{}, err
	}
	o.PerSheet = sheetSize(stock)
	return o, o.Content.link(template)
}

func check(d OrderData) error {
	var f findings
	if d.Codes != BatchCodes && d.Codes != ItemCodes {
		f.fail("codes", `phải là "batch" hoặc "item"`, `must be "batch" or "item"`)
	}
	f.between("count", d.Count, 1, MaxCount, "")
	if d.PerRoll < 0 || d.PerRoll > MaxCount {
		f.fail("perRoll", fmt.Sprintf("phải từ 0 (không theo cuộn) đến %d", MaxCount), fmt.Sprintf("must be 0 (no rolls) to %d", MaxCount))
	}
	switch {
	case !slices.Contains([]Activation{"", ActivateOnRelease, ActivateByRange}, d.Activation):
		f.fail("activation", `phải là "release" hoặc "range"`, `must be "release" or "range"`)
	case d.Activation == ActivateByRange && d.Codes == BatchCodes:
		f.fail("activation", "chỉ kích hoạt theo dải được với tem có mã riêng", "by range is for item codes only: each stamp of this order has the same code")
	}
	if d.PIN && d.Codes == BatchCodes {
		f.fail("pin", "chỉ đặt được mã PIN với tem có mã riêng", "is for item codes only: each stamp of this order has the same code")
	}
	return f.err()
}

// content gathers what the stamps say.
func (b *Book) content(ctx context.Context, code string) (Content, error) {
	d, err := b.ledger.Dossier(ctx, code)
	if err != nil {
		return Content{}, err
	}
	if err := refuseUnsellable(d); err != nil {
		return Content{}, err
	}
	batch := d.Batch.Data
	c := Content{
		Address: b.address, Product: d.Product.Data.Label(), Producer: d.Producer.Data.Label(),
		Lot: batch.Lot.String(), Production: batch.Production, Packing: batch.Packing, Expiry: batch.Expiry,
		GTIN:          d.Product.Data.GTIN,
		Demonstration: d.Producer.Data.Demonstration,
	}
	packed := d.Certificates.Stars(batch.Product, batch.PackedOn())
	today := d.Certificates.Stars(batch.Product, b.ledger.Today())
	c.Stars = min(packed, today)
	return c, nil
}

// attempts is how often the next number is tried against others. Each time it
// is lost another order of the same batch was made, so that many people at once
// would have to order for one batch.
const attempts = 64

// allocate stores the order under the next number that is free.
func (b *Book) allocate(ctx context.Context, w trace.Write, o Order) (trace.Stored[Order], error) {
	for range attempts {
		orders, err := b.OrdersOf(ctx, o.Batch)
		if err != nil {
			return trace.Stored[Order]{}, err
		}
		if done, err := repeated(ctx, b, w, orders); done.ID != "" || err != nil {
			return done, err
		}
		if err := refuseReplacement(o.OrderData, orders); err != nil {
			return trace.Stored[Order]{}, err
		}
		o.Number, o.First = len(orders)+1, nextSerial(orders)
		if o.Codes == ItemCodes && int(o.First)+o.Count > MaxItems {
			left := MaxItems - int(o.First)
			return trace.Stored[Order]{}, fieldError("count", fmt.Sprintf("lô này chỉ còn %d mã đơn vị", left),
				fmt.Sprintf("only %d item codes of this batch are left", left))
		}
		if err := b.printable(ctx, o); err != nil {
			return trace.Stored[Order]{}, err
		}
		if b.checkpoint != nil {
			o.Checkpoint = b.checkpoint()
		}
		s, err := trace.Create(ctx, b.ledger, w, o.ID(), o)
		if !errors.Is(err, trace.ErrExists) {
			return s, err
		}
	}
	return trace.Stored[Order]{}, trace.ErrExists
}

// nextSerial is the first serial that no order has.
func nextSerial(orders []trace.Stored[Order]) uint32 {
	var next uint32
	for _, o := range orders {
		if o.Data.Codes == ItemCodes {
			next = max(next, o.Data.First+uint32(o.Data.Count))
		}
	}
	return next
}

// answered finds, before anything is looked at that may have changed since, the
// order that the same request made before.
func (b *Book) answered(ctx context.Context, w trace.Write, batch string) (trace.Stored[Order], error) {
	if w.Op.Key == "" {
		return trace.Stored[Order]{}, nil
	}
	orders, err := b.OrdersOf(ctx, batch)
	if err != nil {
		return trace.Stored[Order]{}, err
	}
	return repeated(ctx, b, w, orders)
}

// repeated finds, among documents, the one that the same request made before.
func repeated[T trace.Document](ctx context.Context, b *Book, w trace.Write, among []trace.Stored[T]) (trace.Stored[T], error) {
	if w.Op.Key == "" {
		return trace.Stored[T]{}, nil
	}
	for _, s := range among {
		done, err := trace.Replay[T](ctx, b.ledger, w, s.ID)
		if !errors.Is(err, trace.ErrExists) {
			return done, err
		}
	}
	return trace.Stored[T]{}, nil
}

// Release makes the item codes of an order count. It cannot be undone.
func (b *Book) Release(ctx context.Context, w trace.Write, id string) (trace.Stored[Order], error) {
	may := func(o Order) error { return mayPrint(w.By, o) }
	return trace.Update(ctx, b.ledger, w, id, may, func(o *Order) error {
		if o.State == Released {
			return conflict("lệnh in đã được phát hành", "the order is released already")
		}
		if err := b.refuseOutdated(ctx, *o); err != nil {
			return err
		}
		o.State, o.Released = Released, b.ledger.Now()
		return nil
	})
}

// mayPrint lets the producer print its own stamps; those who may read its data
// learn that they may not.
func mayPrint(by trace.Actor, o Order) error {
	if by.Role == trace.ProducerRole && by.Producer == o.Producer {
		return nil
	}
	if by.Reads(o.Producer) {
		return trace.ErrNotAllowed
	}
	return trace.ErrHidden
}

func maySee(by trace.Actor, o Order) error {
	if by.Reads(o.Producer) {
		return nil
	}
	return trace.ErrHidden
}

// Order returns one order.
func (b *Book) Order(ctx context.Context, by trace.Actor, id string) (trace.Stored[Order], error) {
	return trace.Read(ctx, b.ledger, id, func(o Order) error { return maySee(by, o) })
}

// Orders lists the orders of a batch.
func (b *Book) Orders(ctx context.Context, by trace.Actor, batch string, p trace.Paging) (trace.List[Order], error) {
	s, err := b.ledger.Batch(ctx, by, batch)
	if err != nil {
		return trace.List[Order]{}, err
	}
	return trace.ListOf(ctx, b.ledger, trace.BatchTerm(s.ID), p, func(o trace.Stored[Order]) bool { return maySee(by, o.Data) == nil })
}

// OrdersOf returns all orders of a batch, the first one first, whoever asks.
func (b *Book) OrdersOf(ctx context.Context, batch string) ([]trace.Stored[Order], error) {
	orders, err := trace.All[Order](ctx, b.ledger, trace.BatchTerm(batch))
	slices.SortFunc(orders, func(x, y trace.Stored[Order]) int { return x.Data.Number - y.Data.Number })
	return orders, err
}
