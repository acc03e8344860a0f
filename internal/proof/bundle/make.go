package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/proof"
	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// Config is what a Maker works on.
type Config struct {
	Ledger *trace.Ledger
	// Log is that of the Store, through which the Ledger reads.
	Log   *proof.Log
	Store trace.Store
	// PublicURL is where public pages are.
	PublicURL string
}

// A Maker makes bundles.
type Maker struct{ Config }

// New makes a Maker.
func New(c Config) *Maker { return &Maker{c} }

// Name is what the bundle of a batch is called as a file.
func Name(code string) string { return "temgoc-" + code + ".zip" }

// errAltered refuses to seal what is not what was logged.
func errAltered(faults []*proof.Fault) error {
	return &trace.RuleError{Kind: trace.ErrConflict, Message: catalog.Name{
		VI: fmt.Sprintf("không niêm phong được: dữ liệu của lô không khớp với nhật ký (%s); hãy báo người quản trị chạy temgoc audit", faults[0].Kind.Name().VI),
		EN: fmt.Sprintf("cannot be sealed: the records are not those of the log (%s); have the operator run temgoc audit", faults[0].Kind.Name().EN),
	}}
}

// errLarge refuses a bundle beyond the limits.
func errLarge(vi, en string, limit int) error {
	return &trace.RuleError{Kind: trace.ErrInvalid, Message: catalog.Name{
		VI: fmt.Sprintf("hồ sơ quá lớn: tối đa %d %s", limit, vi), EN: fmt.Sprintf("the bundle is too large: at most %d %s", limit, en),
	}}
}

// Write makes the bundle of a batch for those who may have it: inspectors and the
// office have all of it, a producer what is its own and what is public of others.
// It is made in a file on disk and noted as an export before any of it is given
// out: after an error out has got nothing, unless it was out that failed.
func (m *Maker) Write(ctx context.Context, by trace.Actor, code string, out io.Writer) (err error) {
	if by.Role != trace.Inspector && by.Role != trace.Office && by.Role != trace.ProducerRole {
		return trace.ErrNotAllowed
	}
	g, err := m.gather(ctx, by, code)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "temgoc-bundle-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	digest, err := g.write(file)
	if err != nil {
		return err
	}
	_, err = m.Ledger.NoteExport(ctx, trace.Write{By: by}, trace.Export{
		What: "Hồ sơ niêm phong của lô " + g.code, Rows: len(g.shown), SHA256: digest,
	})
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(out, file)
	return err
}

// A revisionKey names a revision.
type revisionKey struct {
	document
	number int
}

// A gathering is what a bundle is made of.
type gathering struct {
	*Maker
	ctx  context.Context
	by   trace.Actor
	code string

	root  *trace.Dossier
	shown map[revisionKey]proof.Shown
	// recalls are those that the actor may see.
	recalls map[string]bool
	// size and checkpoint are of the log, when the last batch was gathered or when
	// witnesses cosigned all of it.
	size       int64
	checkpoint string
}

// gather collects what was stated about a batch and about all that went into it.
func (m *Maker) gather(ctx context.Context, by trace.Actor, code string) (*gathering, error) {
	// The history, unlike the batch, is for those alone who may see all of it.
	history, err := m.Ledger.BatchHistory(ctx, by, code)
	if err != nil {
		return nil, err
	}
	g := &gathering{Maker: m, ctx: ctx, by: by, code: history[0].ID, shown: map[revisionKey]proof.Shown{}, recalls: map[string]bool{}}
	origins, err := m.Ledger.Origins(ctx, by, g.code)
	if err != nil {
		return nil, err
	}
	if len(origins) >= MaxBatches {
		return nil, errLarge("lô", "batches", MaxBatches)
	}
	for _, o := range origins {
		if err := g.batch(o.Batch.ID); err != nil {
			return nil, err
		}
	}
	if err := g.batch(g.code); err != nil {
		return nil, err
	}
	return g, g.witnessed()
}

// witnessed takes the latest checkpoint that witnesses cosigned, if that has all
// that was gathered.
func (g *gathering) witnessed() error {
	signed, err := g.Log.Cosigned(g.ctx)
	if err != nil || signed == nil {
		return err
	}
	body, _, _ := strings.Cut(string(signed), "\n\n")
	head, err := checkpoint.Parse(body + "\n")
	if err != nil {
		return err
	}
	for _, s := range g.shown {
		if s.Place.Index >= head.Size {
			return nil
		}
	}
	g.size, g.checkpoint = head.Size, string(signed)
	return nil
}

// attempts is how often a batch is read again that changes meanwhile.
const attempts = 5

// batch gathers what was stated about one batch.
func (g *gathering) batch(code string) error {
	var last proof.Report
	for range attempts {
		d, report, err := g.check(code)
		if err != nil {
			return err
		}
		if last = report; len(report.Faults)+len(report.Moved) == 0 {
			g.take(d, report)
			if len(g.shown) > MaxStatements {
				return errLarge("mục", "statements", MaxStatements)
			}
			return nil
		}
	}
	return errAltered(append(last.Faults, last.Moved...))
}

// check reads what is to be shown of a batch, and compares it with the log.
func (g *gathering) check(code string) (*trace.Dossier, proof.Report, error) {
	ctx, seen := g.Log.Watch(g.ctx)
	d, err := g.Ledger.Dossier(ctx, code)
	if err != nil {
		return nil, proof.Report{}, err
	}
	if err := g.list(ctx, kindOrders, code); err != nil {
		return nil, proof.Report{}, err
	}
	if err := g.findRecalls(ctx, code); err != nil {
		return nil, proof.Report{}, err
	}
	for _, r := range seen.Revisions() {
		if r.Number == 1 || !g.whole(r) {
			continue
		}
		if _, err := g.Store.History(ctx, r.Kind, r.ID); err != nil {
			return nil, proof.Report{}, err
		}
	}
	report, err := seen.Check(ctx, d)
	return d, report, err
}

// kindOrders are the print orders, which belong to package printing.
const kindOrders trace.Kind = "orders"

// list reads the documents of a kind that belong to a batch.
func (g *gathering) list(ctx context.Context, kind trace.Kind, code string) error {
	for q := (trace.Query{Kind: kind, Ref: trace.BatchTerm(code), Limit: 500}); ; {
		page, err := g.Store.List(ctx, q)
		if err != nil || page.Next == "" {
			return err
		}
		q.After = page.Next
	}
}

func (g *gathering) findRecalls(ctx context.Context, code string) error {
	for p := (trace.Paging{Limit: trace.MaxPage}); ; {
		found, err := g.Ledger.Recalls(ctx, g.by, trace.RecallQuery{Batch: code}, p)
		if err != nil {
			return err
		}
		for _, r := range found.Items {
			g.recalls[r.ID] = true
		}
		if p.After = found.Next; p.After == "" {
			return nil
		}
	}
}

// take keeps what the actor may have. Recalls apart, everything that was read of
// a batch of somebody else is on its public page, but for its print orders.
func (g *gathering) take(d *trace.Dossier, report proof.Report) {
	g.root, g.size, g.checkpoint = d, report.Size, report.Checkpoint
	for _, s := range report.Leaves {
		r := s.Revision
		if r.Kind == trace.KindRecalls && !g.recalls[r.ID] || r.Kind == kindOrders && !g.whole(r) {
			continue
		}
		g.shown[revisionKey{document{r.Kind, r.ID}, r.Number}] = s
	}
}

// whole tells whether the actor may have all revisions of a document, with their
// private part.
func (g *gathering) whole(r trace.Revision) bool {
	if g.by.Role != trace.ProducerRole {
		return true
	}
	if r.Kind == trace.KindRecalls {
		return g.recalls[r.ID]
	}
	return ownerOf(r) == g.by.Producer
}

// sorted are the revisions in the order of the log.
func (g *gathering) sorted() []proof.Shown {
	all := make([]proof.Shown, 0, len(g.shown))
	for _, s := range g.shown {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b proof.Shown) int { return int(a.Place.Index - b.Place.Index) })
	return all
}
