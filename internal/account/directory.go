package account

import (
	"cmp"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A Directory keeps people, organisations and sessions. It is safe for use by
// many goroutines.
type Directory struct {
	ledger   *trace.Ledger
	store    trace.Store
	vault    vault
	issuer   string
	tried    func(Try)
	throttle *throttle
	seen     cache[Visitor]
}

// DirectoryConfig is what a Directory is made of.
type DirectoryConfig struct {
	// Ledger gives the clock and the rules of documents.
	Ledger *trace.Ledger
	// Store is the one beneath the ledger.
	Store trace.Store
	// Keys seal the secrets of second factors.
	Keys *stamp.Keys
	// Tried is told how each try at a password, a code or a link went; not
	// called when nil.
	Tried func(Try)
	// Issuer names the service in an authenticator app; Temgoc when empty.
	Issuer string
}

// NewDirectory returns the directory of a store.
func NewDirectory(c DirectoryConfig) *Directory {
	return &Directory{
		ledger: c.Ledger, store: c.Store, vault: vault{c.Keys}, issuer: cmp.Or(c.Issuer, "Temgoc"),
		tried: c.Tried, throttle: newThrottle(c.Ledger.Now), seen: cache[Visitor]{clock: c.Ledger.Now},
	}
}
