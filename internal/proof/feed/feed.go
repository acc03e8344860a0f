// Package feed shows the checkpoints of a log to witnesses and collects their
// cosignatures (the client of C2SP tlog-witness).
//
// Several processes may feed the same witnesses with the same log: a witness
// answers with the size that it knows, from which the next request goes on, and
// whoever stores cosignatures first is followed by the others.
package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/witness"
)

const (
	// tries is how often one witness is asked about one checkpoint in a round: it
	// may know another size, and that may move while others feed it.
	tries = 4
	// timeout bounds one request to a witness.
	timeout = 10 * time.Second
	// maxAnswer is how much of an answer is read, in bytes.
	maxAnswer = 1 << 14
)

// A Log is what is shown to witnesses.
type Log interface {
	// Checkpoint is the latest one, signed by the log; nil while it is empty.
	Checkpoint(ctx context.Context) ([]byte, error)
	// ConsistencyProof shows that the tree of size newer continues that of older.
	ConsistencyProof(ctx context.Context, older, newer int64) (tlog.TreeProof, error)
}

// A Store keeps the latest cosigned checkpoint for all processes.
type Store interface {
	// Cosigned is what was saved last; nil for nothing.
	Cosigned(ctx context.Context) ([]byte, error)
	// SaveCosigned replaces it; the keys of the witnesses that signed go with it.
	SaveCosigned(ctx context.Context, signed []byte, witnesses []string) error
}

// Config is what a Feeder is made of.
type Config struct {
	Log   Log
	Store Store
	// Policy has the log, and the witnesses with their addresses.
	Policy *policy.Policy
	// Every is the time between two rounds.
	Every  time.Duration
	Client *http.Client
	Logger *slog.Logger
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// A Feeder feeds witnesses.
type Feeder struct {
	Config
	mu     sync.Mutex
	status Status
	sizes  map[string]int64 // what each witness knows, as far as we know
}

// A Status says what is witnessed.
type Status struct {
	// Size is that of the log, Cosigned the latest checkpoint that witnesses
	// signed; its Head is empty if there is none.
	Size     int64
	Cosigned policy.Result
	// Pending is since when there has been something that is not cosigned by
	// enough witnesses, as far as this process saw; zero if all is.
	Pending time.Time
	// Failures are what went wrong with witnesses in the last round, by name.
	Failures map[string]error
}

// New makes a Feeder.
func New(c Config) *Feeder {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &Feeder{Config: c, sizes: map[string]int64{}}
}

// Status is that of the last round.
func (f *Feeder) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}

// Run makes rounds until ctx ends.
func (f *Feeder) Run(ctx context.Context) error {
	t := time.NewTicker(f.Every)
	defer t.Stop()
	last := ""
	for {
		err := f.Round(ctx)
		if text := fmt.Sprint(err); err != nil && text != last && ctx.Err() == nil {
			f.Logger.WarnContext(ctx, "the log is not witnessed", slog.Any("error", err))
		}
		last = fmt.Sprint(err)
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// Round asks each witness that has not cosigned the latest checkpoint yet. An
// error says what is missing; what did succeed is stored all the same.
func (f *Feeder) Round(ctx context.Context) error {
	now, head, err := f.latest(ctx)
	if err != nil || now == nil {
		return err
	}
	stored, kept, err := f.stored(ctx)
	if err != nil {
		return err
	}
	if kept.Head.String() == head.Head.String() {
		now, head = stored, kept
	}
	signed, failures := f.collect(ctx, now, head)
	got, err := f.Policy.Verify(signed)
	if err != nil {
		return err
	}
	if better(got, kept) {
		var keys []string
		for _, w := range got.Witnesses {
			keys = append(keys, w.Witness.Verifier.String())
		}
		if err := f.Store.SaveCosigned(ctx, signed, keys); err != nil {
			return err
		}
		kept = got
	}
	f.note(head.Size, kept, failures)
	var all []error
	for _, w := range f.Policy.Witnesses {
		if failures[w.Name] != nil {
			all = append(all, fmt.Errorf("%s: %w", w.Name, failures[w.Name]))
		}
	}
	return errors.Join(all...)
}

// better tells whether a checkpoint is to be kept in place of another: it has
// enough witnesses, or as many as that had.
func better(got, kept policy.Result) bool {
	if got.Head == kept.Head {
		return len(got.Witnesses) > len(kept.Witnesses)
	}
	return len(got.Witnesses) > 0 && got.Size > kept.Size && (got.Met || len(got.Witnesses) >= len(kept.Witnesses))
}

// note keeps the status.
func (f *Feeder) note(size int64, kept policy.Result, failures map[string]error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	pending := f.status.Pending
	if kept.Met && kept.Size == size {
		pending = time.Time{}
	} else if pending.IsZero() {
		pending = f.Now()
	}
	f.status = Status{Size: size, Cosigned: kept, Pending: pending, Failures: failures}
}

func (f *Feeder) latest(ctx context.Context) ([]byte, policy.Result, error) {
	signed, err := f.Log.Checkpoint(ctx)
	if err != nil || signed == nil {
		return nil, policy.Result{}, err
	}
	r, err := f.Policy.Verify(signed)
	return signed, r, err
}

// stored is what was cosigned before. What is not to be believed is the same as
// nothing: the witnesses are asked anew.
func (f *Feeder) stored(ctx context.Context) ([]byte, policy.Result, error) {
	signed, err := f.Store.Cosigned(ctx)
	if err != nil || signed == nil {
		return nil, policy.Result{}, err
	}
	r, err := f.Policy.Verify(signed)
	if err != nil {
		f.Logger.ErrorContext(ctx, "the stored cosigned checkpoint does not verify", slog.Any("error", err))
		return nil, policy.Result{}, nil
	}
	return signed, r, nil
}

// collect asks the witnesses that are missing at one time, and adds what they
// sign.
func (f *Feeder) collect(ctx context.Context, signed []byte, head policy.Result) ([]byte, map[string]error) {
	type outcome struct {
		line []byte
		err  error
	}
	outcomes := make([]outcome, len(f.Policy.Witnesses))
	var group sync.WaitGroup
	for i, w := range f.Policy.Witnesses {
		has := slices.ContainsFunc(head.Witnesses, func(o policy.Witnessed) bool { return o.Witness.Name == w.Name })
		if has || w.URL == "" {
			continue
		}
		group.Go(func() { outcomes[i].line, outcomes[i].err = f.ask(ctx, w, signed, head) })
	}
	group.Wait()
	failures := map[string]error{}
	for i, o := range outcomes {
		signed = append(bytes.Clone(signed), o.line...)
		if o.err != nil {
			failures[f.Policy.Witnesses[i].Name] = o.err
		}
	}
	return signed, failures
}

// ask asks one witness, from the size that it knows.
func (f *Feeder) ask(ctx context.Context, w policy.Witness, signed []byte, head policy.Result) ([]byte, error) {
	known := f.known(w)
	for range tries {
		if known > head.Size {
			return nil, fmt.Errorf("the witness knows %d statements, the log here has %d: another replica is ahead, or the log lost some", known, head.Size)
		}
		line, size, err := f.submit(ctx, w, known, signed, head)
		if err != nil {
			return nil, err
		}
		f.learn(w, size)
		if line != nil {
			return line, nil
		}
		if size == known {
			return nil, fmt.Errorf("the witness knows another log of %d statements under this name", size)
		}
		known = size
	}
	return nil, errors.New("others feed the witness at the same time")
}

func (f *Feeder) known(w policy.Witness) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sizes[w.Name]
}

func (f *Feeder) learn(w policy.Witness, size int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sizes[w.Name] = size
}

// submit makes one request. It returns the cosignature, or the size that the
// witness knows instead.
func (f *Feeder) submit(ctx context.Context, w policy.Witness, known int64, signed []byte, head policy.Result) (line []byte, size int64, err error) {
	request := witness.Request{OldSize: known, Checkpoint: signed}
	if known > 0 && known < head.Size {
		if request.Proof, err = f.Log.ConsistencyProof(ctx, known, head.Size); err != nil {
			return nil, 0, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.URL, "/")+"/add-checkpoint", bytes.NewReader(request.Format()))
	if err != nil {
		return nil, 0, err
	}
	answer, err := f.Client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, 0, err
	}
	switch {
	case answer.StatusCode == http.StatusOK:
		line, err := cosignature(w, signed, body)
		return line, head.Size, err
	case answer.StatusCode == http.StatusConflict && answer.Header.Get("Content-Type") == "text/x.tlog.size":
		size, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err != nil || size < 0 {
			return nil, 0, fmt.Errorf("the witness answers with %.40q, which is no size", body)
		}
		return nil, size, nil
	}
	return nil, 0, fmt.Errorf("the witness answers %s: %.200q", answer.Status, body)
}

// cosignature is the line of the witness among those of its answer, verified.
func cosignature(w policy.Witness, signed, answer []byte) ([]byte, error) {
	body, _, _ := bytes.Cut(signed, []byte("\n\n"))
	n, err := note.Open(slices.Concat(body, []byte("\n\n"), answer), note.VerifierList(w.Verifier))
	if err != nil {
		return nil, fmt.Errorf("the answer of the witness: %w", err)
	}
	return fmt.Appendf(nil, "— %s %s\n", n.Sigs[0].Name, n.Sigs[0].Base64), nil
}
