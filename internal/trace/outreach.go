package trace

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// An Outreach is what a recall of a batch has to find: which batches the goods
// went into, how many stamps are on them, and where they were sold.
type Outreach struct {
	// Batches are the batch itself, at depth 0, and all that it went into, the
	// nearest first, as far as the actor may see them.
	Batches []ReachedBatch `json:"batches"`
	// Stamps are those of all of them, as far as the actor may see them.
	Stamps StampCount `json:"stamps"`
	// Outlets are where they were shipped, the latest first.
	Outlets []Outlet `json:"outlets"`
}

// A ReachedBatch is one batch of an Outreach.
type ReachedBatch struct {
	Code     string     `json:"code"`
	Depth    int        `json:"depth" doc:"0 for the batch itself, 1 for what it went into, and so on"`
	Product  string     `json:"product" doc:"Id of the product"`
	Producer string     `json:"producer" doc:"Id of the producer"`
	Lot      string     `json:"lot"`
	State    BatchState `json:"state"`
	Quantity Quantity   `json:"quantity"`
	Stamps   StampCount `json:"stamps"`
	Shipped  int        `json:"shipped" doc:"Number of shipments"`
}

// An Outlet is a recipient at a destination, as shipping records name them.
type Outlet struct {
	Recipient   string `json:"recipient"`
	Destination string `json:"destination"`
	// Producer is whose records name it; Batch the first of its batches.
	Producer   string     `json:"producer" doc:"Id of the producer that shipped"`
	Batch      string     `json:"batch" doc:"The nearest batch that was shipped there"`
	Batches    int        `json:"batches" doc:"How many batches were shipped there"`
	Shipments  int        `json:"shipments"`
	Quantities []Quantity `json:"quantities" doc:"What was shipped in all, a unit each"`
	Last       time.Time  `json:"last" doc:"When last"`

	lastBatch int32
	sums      []unitSum
}

type unitSum struct {
	unit    string
	million int64
}

// Outreach computes what a recall of the batch has to find. A producer sees
// stamps and shipments of its own batches only: those of others are for them
// and for the authorities.
func (l *Ledger) Outreach(ctx context.Context, by Actor, code string) (Outreach, error) {
	b, err := l.ownBatch(ctx, by, code)
	if err != nil {
		return Outreach{}, err
	}
	g, err := l.lineageOf(ctx, b.ID, true)
	if err != nil {
		return Outreach{}, err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	hops, err := g.descend(b.ID)
	if err != nil {
		return Outreach{}, err
	}
	t := outreachTally{out: Outreach{Batches: make([]ReachedBatch, 0, len(hops))}, outlets: map[outletKey]*Outlet{}}
	for _, h := range hops {
		if n := g.nodes[h.at]; n.visible(by) {
			t.add(h, n, by.Reads(n.producer))
		}
	}
	return t.sum(), nil
}

type outletKey struct{ producer, recipient, destination string }

// An outreachTally adds batches to an Outreach.
type outreachTally struct {
	out     Outreach
	outlets map[outletKey]*Outlet
}

// add counts a batch in; whole says that its stamps and shipments are for the
// actor too.
func (t *outreachTally) add(h hop, n *lineageNode, whole bool) {
	b := ReachedBatch{Code: n.code, Depth: h.depth, Product: n.product, Producer: n.producer, Lot: n.lot, State: n.state, Quantity: n.quantity}
	if whole {
		b.Stamps = n.stamps()
		t.out.Stamps = t.out.Stamps.plus(b.Stamps)
		for _, s := range n.sold {
			if !s.retracted {
				b.Shipped++
				t.ship(h, n, s)
			}
		}
	}
	t.out.Batches = append(t.out.Batches, b)
}

func (t *outreachTally) ship(h hop, n *lineageNode, s *shipment) {
	key := outletKey{n.producer, s.recipient, s.destination}
	p := t.outlets[key]
	if p == nil {
		p = &Outlet{Recipient: s.recipient, Destination: s.destination, Producer: n.producer, Batch: n.code, lastBatch: -1}
		t.outlets[key] = p
	}
	p.Shipments++
	if p.lastBatch != h.at {
		p.Batches, p.lastBatch = p.Batches+1, h.at
	}
	if s.at.After(p.Last) {
		p.Last = s.at
	}
	at := slices.IndexFunc(p.sums, func(u unitSum) bool { return u.unit == s.quantity.Unit })
	if at < 0 {
		at = len(p.sums)
		p.sums = append(p.sums, unitSum{unit: s.quantity.Unit})
	}
	p.sums[at].million = addUp(p.sums[at].million, millionths(s.quantity.Value))
}

func (t *outreachTally) sum() Outreach {
	t.out.Outlets = make([]Outlet, 0, len(t.outlets))
	for _, p := range t.outlets {
		for _, u := range p.sums {
			p.Quantities = append(p.Quantities, Quantity{decimalOf(u.million), u.unit})
		}
		p.sums = nil
		t.out.Outlets = append(t.out.Outlets, *p)
	}
	slices.SortFunc(t.out.Outlets, func(a, b Outlet) int {
		return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.Recipient, b.Recipient), strings.Compare(a.Destination, b.Destination), strings.Compare(a.Producer, b.Producer))
	})
	return t.out
}

// million is what sums of quantities are kept in parts of: nobody ships less
// than a millionth of a unit.
const million = 1_000_000

// millionths is a decimal in parts of a million, cut off there; what is too
// large counts as the largest that there is.
func millionths(d Decimal) int64 {
	whole, fraction, _ := strings.Cut(string(d), ".")
	n := int64(0)
	for _, digits := range []string{whole, (fraction + "000000")[:6]} {
		for i := range len(digits) {
			c := digits[i]
			if c < '0' || c > '9' {
				return 0 // shipped quantities are above zero
			}
			if n > (math.MaxInt64-9)/10 {
				return math.MaxInt64
			}
			n = n*10 + int64(c-'0')
		}
	}
	return n
}

func addUp(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func decimalOf(n int64) Decimal {
	s := formatMillionths(n)
	return Decimal(strings.TrimSuffix(strings.TrimRight(s, "0"), "."))
}

// formatMillionths writes all six decimals.
func formatMillionths(n int64) string {
	return fmt.Sprintf("%d.%06d", n/million, n%million)
}
