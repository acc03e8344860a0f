package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KindImports is the kind of document that this package owns.
const KindImports trace.Kind = "imports"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind { return []trace.Kind{KindImports} }

// A State is where an import stands.
type State string

// The states of an import.
const (
	Checked State = "checked" // the file is kept and was looked at
	Running State = "running" // rows are being written, or wait for a worker
	Stopped State = "stopped" // a row was refused while others were written
	Done    State = "done"
)

// Name is the state in words.
func (s State) Name() catalog.Name {
	switch s {
	case Checked:
		return catalog.Name{VI: "đã kiểm tra", EN: "checked"}
	case Running:
		return catalog.Name{VI: "đang nhập", EN: "running"}
	case Stopped:
		return catalog.Name{VI: "dừng giữa chừng", EN: "stopped"}
	case Done:
		return catalog.Name{VI: "đã nhập xong", EN: "done"}
	}
	return catalog.Name{}
}

// An Import is a file that was brought in, and what has become of it.
type Import struct {
	Table    Table        `json:"table"`
	FileName string       `json:"fileName"`
	SHA256   trace.Digest `json:"sha256"`
	// Owner is whose import it is, see ownerOf: all people of one organisation
	// see it and may run it.
	Owner string `json:"owner"`
	// Actor is who checked it and, once it runs, who started it: rows are
	// written in that actor's name.
	Actor actor `json:"actor"`

	State State `json:"state"`
	// Rows is the number of rows of the file, and Wrong how many of them had
	// problems when it was checked. It cannot be run before they are gone.
	Rows  int `json:"rows"`
	Wrong int `json:"wrong"`
	// Next is how many rows are done with for certain: the place from which an
	// attempt goes through the file. Created and Existed are what became of
	// them.
	Next    int `json:"next"`
	Created int `json:"created"`
	Existed int `json:"existed"`
	// There are the rows, by their place in the file, that were there already
	// when the import was started last.
	There []int `json:"there,omitempty"`

	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	// Stop says why the import stopped.
	Stop *Stop `json:"stop,omitempty"`

	// Attempt counts how often a worker took the import, Worker is the one that
	// has it and Until the time until which it does. Empty while it waits.
	Attempt int       `json:"attempt,omitempty"`
	Worker  string    `json:"worker,omitempty"`
	Until   time.Time `json:"until,omitzero"`
}

// A Stop is why an import stopped.
type Stop struct {
	Row     int          `json:"row"`    // as spreadsheet programs number it
	Column  string       `json:"column"` // empty for what concerns the row as a whole
	Message catalog.Name `json:"message"`
}

// An actor is a trace.Actor that is stored.
type actor struct {
	ID           string     `json:"id"`
	Role         trace.Role `json:"role"`
	Producer     string     `json:"producer,omitempty"`
	Organisation string     `json:"organisation,omitempty"`
}

// DocumentKind implements trace.Document.
func (Import) DocumentKind() trace.Kind { return KindImports }

// runningTerm is the term of imports that workers look for.
const runningTerm = "running"

// DocumentRefs implements trace.Document.
func (i Import) DocumentRefs() []string {
	refs := []string{ownerTerm(i.Owner), fileTerm(i.SHA256)}
	if i.Actor.Producer != "" { // its audit log shows the import
		refs = append(refs, trace.ProducerTerm(i.Actor.Producer))
	}
	if i.State == Running {
		refs = append(refs, runningTerm)
	}
	return refs
}

func fileTerm(d trace.Digest) string { return "file:" + d.String() }

// ownerTerm hides the owner's name, which may be longer than a term.
func ownerTerm(owner string) string {
	sum := sha256.Sum256([]byte(owner))
	return "owner:" + hex.EncodeToString(sum[:16])
}

// ownerOf names the organisation that the actor acts for: its producer, or its
// role and authority.
func ownerOf(by trace.Actor) string {
	if by.Role == trace.ProducerRole {
		return "producer:" + by.Producer
	}
	return string(by.Role) + ":" + by.Organisation
}

// Config is what an Exchange is made of.
type Config struct {
	Ledger *trace.Ledger
	// Store counts progress and Files keeps the files that are brought in; they
	// are the ledger's own.
	Store trace.Store
	Files trace.Files
	// Logger hears what workers cannot tell anybody else; the default one when
	// nil.
	Logger *slog.Logger
}

// An Exchange brings tables in and out. It is safe for use by many goroutines.
type Exchange struct {
	ledger *trace.Ledger
	store  trace.Store
	files  trace.Files
	logger *slog.Logger
	// reading bounds how many files are read at once, for the memory that they
	// take.
	reading chan struct{}
	wake    chan struct{} // a worker that waits
}

// maxReading is how many files are read at once.
const maxReading = 2

// New makes an Exchange.
func New(c Config) *Exchange {
	e := &Exchange{
		ledger: c.Ledger, store: c.Store, files: c.Files, logger: c.Logger,
		reading: make(chan struct{}, maxReading), wake: make(chan struct{}, 1),
	}
	if e.logger == nil {
		e.logger = slog.Default()
	}
	return e
}

// Import returns one import of the actor's organisation.
func (e *Exchange) Import(ctx context.Context, by trace.Actor, id string) (trace.Stored[Import], error) {
	return trace.Read(ctx, e.ledger, id, mayUse(by))
}

// Imports lists the imports of the actor's organisation, the newest first; an
// administrator sees those of all.
func (e *Exchange) Imports(ctx context.Context, by trace.Actor, p trace.Paging) (trace.List[Import], error) {
	ref := ownerTerm(ownerOf(by))
	if by.Role == trace.Administrator {
		ref = ""
	}
	may := mayUse(by)
	return trace.ListOf(ctx, e.ledger, ref, p, func(s trace.Stored[Import]) bool { return may(s.Data) == nil })
}

// mayUse lets an organisation see and run its own imports. What a person of it
// may write is decided row by row.
func mayUse(by trace.Actor) func(Import) error {
	return func(i Import) error {
		if by.Role == trace.Administrator || by.Role.Known() && i.Owner == ownerOf(by) {
			return nil
		}
		return trace.ErrHidden
	}
}

// Progress is how far an import has come.
type Progress struct {
	State       State
	Done, Total int // rows
}

// Progress tells how far an import of the actor's organisation has come,
// whichever replica works on it. It may be a few rows behind.
func (e *Exchange) Progress(ctx context.Context, by trace.Actor, id string) (Progress, error) {
	s, err := e.Import(ctx, by, id)
	if err != nil {
		return Progress{}, err
	}
	p := Progress{State: s.Data.State, Done: s.Data.Next, Total: s.Data.Rows}
	if s.Data.State != Running || s.Data.Attempt == 0 {
		return p, nil
	}
	counts, err := e.store.Counts(ctx, []string{progressKey(id, s.Data.Attempt)})
	if err != nil {
		return Progress{}, err
	}
	for _, c := range counts {
		p.Done = min(p.Done+int(c.N), p.Total)
	}
	return p, nil
}

// progressKey is the counter of the rows that an attempt is done with. Each
// attempt has one of its own, so that none counts what another did.
func progressKey(id string, attempt int) string { return fmt.Sprintf("import:%s:%d", id, attempt) }
