package sample

import (
	"context"
	"fmt"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// Data names what was loaded. Every string but an id is a batch or item code
// without hyphens; several names may stand for one batch.
type Data struct {
	// Producers are in the order of the products of the demonstration.
	Producers []Producer
	// Batches are the codes of all batches, by producer.
	Batches []string

	Good            string // everything in order: five stars, verified, tested, item codes
	Potential       string // product without stars; a legally required item is missing
	Expiring        string // OCOP certificate ends in 25 days
	Expired         string // stars when packed, certificate expired today
	Withdrawn       string // stars when packed, certificate withdrawn today
	Recalled        string // recalled: proposed by the inspector, approved by the office
	AffectedChild   string // released, but the recalled batch went into it
	FailedTest      string // failed a test after its release, held by the inspector
	OldDistrict     string // recognised by a district that no longer exists
	Voided          string // the batch code was taken out of use
	NotYetActivated string // not released
	Corrected       string // has a corrected and a retracted record
	Declared        string // has a certificate that no authority confirmed
	OldTest         string // its only test sheet is older than twelve months
	LongJourney     string // more than twelve records
	PastExpiry      string // past its expiry date

	// Answered is the reference of a problem report that was answered.
	Answered string

	Item Item
}

// A Producer is who an API key of the demonstration can be made for.
type Producer struct {
	ID, Name string
}

// Item names the batch with stamps of its own for each unit.
type Item struct {
	Batch   string // batch code; the same as Data.Good
	Order   string // id of the released print order
	Code    string // an item code in order
	Void    string // an item code that was taken out of use
	Pending string // an item code whose print order is not released
}

// Load enters the demonstration. What is there already, from an earlier call
// however long ago, is left as it is and named again; what a broken-off call
// left out is added. The ledger's clock must not be behind now.
func Load(ctx context.Context, ledger *trace.Ledger, book *printing.Book, now time.Time) (*Data, error) {
	l := newLoader(ledger, book)
	farms := farms(calendar{trace.DateOf(now)})
	if err := l.loadFarms(ctx, farms); err != nil {
		return nil, fmt.Errorf("load the demonstration: %w", err)
	}
	data := l.data(farms)
	if err := l.loadPrinters(ctx); err != nil {
		return nil, fmt.Errorf("load the demonstration's printers: %w", err)
	}
	if err := l.loadItems(ctx, data); err != nil {
		return nil, fmt.Errorf("load the demonstration's item codes: %w", err)
	}
	if err := l.loadComplaints(ctx, data); err != nil {
		return nil, fmt.Errorf("load the demonstration's problem reports: %w", err)
	}
	return data, nil
}

// data names what was loaded.
func (l *loader) data(farms []farm) *Data {
	d := &Data{
		Good: l.code("shan-good"), Potential: l.code("mang"), Expiring: l.code("non"), Expired: l.code("bun"),
		Withdrawn: l.code("dua"), Recalled: l.code("trau-recalled"), AffectedChild: l.code("hop"),
		FailedTest: l.code("lac"), OldDistrict: l.code("bacha"), Voided: l.code("shan-void"),
		NotYetActivated: l.code("shan-open"), Corrected: l.code("mien"), Declared: l.code("nep"),
		OldTest: l.code("bup"), LongJourney: l.code("cam"), PastExpiry: l.code("gai-old"),
	}
	for _, f := range farms {
		d.Producers = append(d.Producers, Producer{l.ids[f.key], f.producer.Name})
		for _, g := range f.goods {
			for _, lot := range g.lots {
				d.Batches = append(d.Batches, l.code(lot.key))
			}
		}
	}
	return d
}
