package trace

import (
	"crypto/rand"
	"io"
	"time"

	"temgoc/internal/stamp"
)

// The kinds of documents that this package owns.
const (
	KindProducers     Kind = "producers"
	KindProducts      Kind = "products"
	KindCertificates  Kind = "certificates"
	KindBatches       Kind = "batches"
	KindRecords       Kind = "records"
	KindRequests      Kind = "requests"
	KindTests         Kind = "tests"
	KindVoids         Kind = "voids"
	KindRecalls       Kind = "recalls"
	KindProblems      Kind = "problems"
	KindContacts      Kind = "contacts"
	KindCriteria      Kind = "criteria"
	KindFiles         Kind = "files"
	KindExports       Kind = "exports"
	KindClaims        Kind = "claims"
	KindMasterKeys    Kind = "masterkeys"
	KindNotifications Kind = "notifications"
	KindRecallResults Kind = "recallresults"
	KindErasures      Kind = "erasures"
)

// Kinds lists the kinds that this package owns.
func Kinds() []Kind {
	return []Kind{
		KindProducers, KindProducts, KindCertificates, KindBatches, KindRecords,
		KindRequests, KindTests, KindVoids, KindRecalls, KindProblems, KindContacts,
		KindCriteria, KindFiles, KindExports, KindClaims, KindMasterKeys, KindErasures,
		KindNotifications, KindRecallResults,
	}
}

// A Ledger keeps the rules of traceability over a Store. It is safe for use by
// many goroutines.
type Ledger struct {
	store  Store
	files  Files
	keys   *stamp.Keys
	clock  func() time.Time
	random io.Reader
	// lineage is the genealogy in memory.
	lineage *lineage
	// resumed is up to when approved recalls are carried out.
	resumed *watermark
}

// Config is what a Ledger is made of.
type Config struct {
	Store Store
	Files Files
	// Keys give the key id that new batches use.
	Keys *stamp.Keys
	// Stamps counts what print orders gave out; nil where there are none.
	Stamps Stamps
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Random is where codes are drawn from; crypto/rand when nil.
	Random io.Reader
}

// New makes a Ledger.
func New(c Config) *Ledger {
	l := &Ledger{store: c.Store, files: c.Files, keys: c.Keys, clock: c.Now, random: c.Random}
	if l.clock == nil {
		l.clock = time.Now
	}
	if l.random == nil {
		l.random = rand.Reader
	}
	l.lineage, l.resumed = newLineage(c.Store, c.Stamps, l.Now), &watermark{}
	return l
}

// Now is the present in the precision that is stored.
func (l *Ledger) Now() time.Time { return instant(l.clock()) }

// Today is the present day in Zone.
func (l *Ledger) Today() Date { return DateOf(l.clock()) }
