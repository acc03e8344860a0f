package privacy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KeptAfterClosing is how long who asked, and what was written about it, is kept
// after a request is closed: to answer whoever comes back to it.
const KeptAfterClosing = 30 * 24 * time.Hour

// A Register keeps the requests. It is safe for use by many goroutines.
type Register struct {
	ledger *trace.Ledger
	store  trace.Store
	people *account.Directory
	kinds  []trace.ErasableKind
}

// Config is what a Register is made of.
type Config struct {
	Ledger *trace.Ledger
	// Store is the one beneath the ledger.
	Store  trace.Store
	People *account.Directory
	// Kinds are those in which something about persons is kept. Those of this
	// package and of accounts are among them by themselves.
	Kinds []trace.ErasableKind
}

// NewRegister returns the register of a store.
func NewRegister(c Config) *Register {
	return &Register{
		ledger: c.Ledger, store: c.Store, people: c.People,
		kinds: slices.Concat(account.ErasableKinds(), c.Kinds, ErasableKinds()),
	}
}

// limits of texts, in characters.
const (
	maxName = 200
	maxText = 2000
)

// A check collects what is wrong with one input.
type check struct{ errs trace.FieldErrors }

func (c *check) fail(field, vi, en string) {
	c.errs = append(c.errs, trace.FieldError{Field: field, Message: catalog.Name{VI: vi, EN: en}})
}

func (c *check) text(field, s string, limit int) {
	if n := utf8.RuneCountInString(s); n > limit {
		c.fail(field, fmt.Sprintf("dài %d ký tự, tối đa %d", n, limit), fmt.Sprintf("has %d characters, at most %d are allowed", n, limit))
	}
}

func (c *check) required(field, s string, limit int) {
	if s == "" {
		c.fail(field, "bắt buộc phải có", "is required")
	}
	c.text(field, s, limit)
}

func (c *check) err() error {
	if len(c.errs) == 0 {
		return nil
	}
	return c.errs
}

// written cleans a text that has to be given and checks it.
func written(field, s string) (string, error) {
	var c check
	s = trace.Clean(s)
	c.required(field, s, maxText)
	return s, c.err()
}

func (d Asked) cleaned() Asked {
	d.Name, d.Contact, d.Text = trace.Clean(d.Name), trace.Clean(d.Contact), trace.Clean(d.Text)
	return d
}

// oldest is how long ago a request may have come in.
const oldest = 365

func (d Asked) check(today trace.Date) error {
	var c check
	if !slices.Contains(Whats(), d.What) {
		c.fail("what", "phải là export, correct, restrict hoặc erase", "must be export, correct, restrict or erase")
	}
	c.required("name", d.Name, maxName)
	c.required("contact", d.Contact, maxName)
	c.text("text", d.Text, maxText)
	if d.Received.After(today) {
		c.fail("received", "ở thời điểm tương lai", "lies in the future")
	}
	if d.Received.DaysUntil(today) > oldest {
		c.fail("received", fmt.Sprintf("quá %d ngày trước", oldest), fmt.Sprintf("is more than %d days ago", oldest))
	}
	return c.err()
}

// handles refuses all but the office and administrators.
func handles(by trace.Actor) error { return by.MayErase() }

func (r *Register) decision(by trace.Actor) *trace.Decision {
	return &trace.Decision{Actor: by.ID, Role: by.Role, Organisation: by.Organisation, At: r.ledger.Now()}
}

// Ask enters a request that came in by letter, telephone or in person: the
// office or an administrator does.
func (r *Register) Ask(ctx context.Context, w trace.Write, d Asked) (trace.Stored[Request], error) {
	if err := handles(w.By); err != nil {
		return trace.Stored[Request]{}, err
	}
	d = d.cleaned()
	if d.Received.IsZero() {
		d.Received = r.ledger.Today()
	}
	if err := d.check(r.ledger.Today()); err != nil {
		return trace.Stored[Request]{}, err
	}
	return r.enter(ctx, w, Request{Asked: d})
}

func (r *Register) enter(ctx context.Context, w trace.Write, q Request) (trace.Stored[Request], error) {
	q.State = New
	q.AcknowledgeBy, q.CarryOutBy = deadlines(q.What, q.Received)
	return trace.Create(ctx, r.ledger, w, "", q)
}

// AskForOneself enters what a person who is signed in asks about its own
// account. One request of a kind is open at a time.
func (r *Register) AskForOneself(ctx context.Context, v account.Visitor, op trace.Op, what What, text string) (trace.Stored[Request], error) {
	if v.Stage != account.StageFull {
		return trace.Stored[Request]{}, trace.ErrNotAllowed
	}
	p := v.Person.Data
	d := Asked{What: what, Name: p.Name, Contact: cmp.Or(p.Phone, p.Login), Text: text, Received: r.ledger.Today()}.cleaned()
	if err := d.check(r.ledger.Today()); err != nil {
		return trace.Stored[Request]{}, err
	}
	w := trace.Write{By: v.Actor, Op: op}
	mine, err := trace.All[Request](ctx, r.ledger, personTerm(v.Person.ID))
	if err != nil {
		return trace.Stored[Request]{}, err
	}
	again := r.ledger.NewID(w, KindDataRequests)
	for _, m := range mine {
		if m.Data.What == what && m.Data.State.Open() && m.ID != again {
			return trace.Stored[Request]{}, refusal(trace.ErrConflict, "yêu cầu này của bạn đang được xử lý", "this request of yours is in hand already")
		}
	}
	return r.enter(ctx, w, Request{Asked: d, Person: v.Person.ID})
}

// Own lists what a person asked about its own account, the newest first.
func (r *Register) Own(ctx context.Context, v account.Visitor) ([]trace.Stored[Request], error) {
	if v.Stage != account.StageFull {
		return nil, trace.ErrNotAllowed
	}
	mine, err := trace.All[Request](ctx, r.ledger, personTerm(v.Person.ID))
	slices.Reverse(mine)
	return mine, err
}

// maySee is the one rule of who reads a request: who handles requests.
func maySee(by trace.Actor) func(Request) error {
	return func(Request) error {
		if handles(by) != nil {
			return trace.ErrHidden
		}
		return nil
	}
}

// Request returns one request.
func (r *Register) Request(ctx context.Context, by trace.Actor, id string) (trace.Stored[Request], error) {
	return trace.Read(ctx, r.ledger, id, maySee(by))
}

// History returns all revisions of a request, the first one first.
func (r *Register) History(ctx context.Context, by trace.Actor, id string) ([]trace.Stored[Request], error) {
	return trace.HistoryOf(ctx, r.ledger, id, maySee(by))
}

// Open lists what is still to be done, what is due first at the top.
func (r *Register) Open(ctx context.Context, by trace.Actor) ([]trace.Stored[Request], error) {
	if err := handles(by); err != nil {
		return nil, err
	}
	open, err := trace.All[Request](ctx, r.ledger, openTerm(true))
	slices.SortStableFunc(open, func(a, b trace.Stored[Request]) int { return b.Data.Next().DaysUntil(a.Data.Next()) })
	return open, err
}

// List lists the requests in a state, or all, what came in last at the top.
func (r *Register) List(ctx context.Context, by trace.Actor, state State, p trace.Paging) (trace.List[Request], error) {
	if err := handles(by); err != nil {
		return trace.List[Request]{}, err
	}
	term := ""
	if state != "" {
		term = stateTerm(state)
	}
	return trace.ListOf(ctx, r.ledger, term, p, func(trace.Stored[Request]) bool { return true })
}

// Closed lists what was carried out or refused, what came in last at the top.
func (r *Register) Closed(ctx context.Context, by trace.Actor, p trace.Paging) (trace.List[Request], error) {
	if err := handles(by); err != nil {
		return trace.List[Request]{}, err
	}
	return trace.ListOf(ctx, r.ledger, openTerm(false), p, func(trace.Stored[Request]) bool { return true })
}

func refusal(kind error, vi, en string) error {
	return &trace.RuleError{Kind: kind, Message: catalog.Name{VI: vi, EN: en}}
}

// change writes the next revision of a request by who handles it.
func (r *Register) change(ctx context.Context, w trace.Write, id string, do func(*Request) error) (trace.Stored[Request], error) {
	return trace.Update(ctx, r.ledger, w, id, maySee(w.By), do)
}

// step takes a request on by who handles it, with what it writes about that, if
// the request is in one of the states.
func (r *Register) step(ctx context.Context, w trace.Write, id, field, text string, from []State, do func(q *Request, text string) error) (trace.Stored[Request], error) {
	text, err := written(field, text)
	if err != nil {
		return trace.Stored[Request]{}, err
	}
	return r.change(ctx, w, id, func(q *Request) error {
		if err := q.in(from...); err != nil {
			return err
		}
		return do(q, text)
	})
}

// in refuses what is not in one of the states.
func (q Request) in(states ...State) error {
	if slices.Contains(states, q.State) {
		return nil
	}
	return refusal(trace.ErrConflict, "yêu cầu "+q.State.Name().VI+", không làm được việc này", "the request is "+string(q.State)+"; that cannot be done now")
}

// Acknowledge says that the person was told that the request is in hand, and how
// it was made sure that it is who it says.
func (r *Register) Acknowledge(ctx context.Context, w trace.Write, id, identity string) (trace.Stored[Request], error) {
	return r.step(ctx, w, id, "identity", identity, []State{New}, func(q *Request, identity string) error {
		q.State, q.Identity, q.Acknowledged = Acknowledged, identity, r.decision(w.By)
		return nil
	})
}

// Extend puts off the last day, once, for a reason that the person is told.
func (r *Register) Extend(ctx context.Context, w trace.Write, id, reason string) (trace.Stored[Request], error) {
	return r.step(ctx, w, id, "reason", reason, []State{New, Acknowledged}, func(q *Request, reason string) error {
		if q.Extended {
			return refusal(trace.ErrConflict, "chỉ được gia hạn một lần", "it can be extended once only")
		}
		q.Extended, q.Extension = true, reason
		q.CarryOutBy = LastWorkingDay(q.Received.AddDays(q.What.Days() + ExtendedBy))
		return nil
	})
}

// Refuse closes a request that is not carried out, for a reason that the person
// is told.
func (r *Register) Refuse(ctx context.Context, w trace.Write, id, reason string) (trace.Stored[Request], error) {
	return r.step(ctx, w, id, "reason", reason, []State{New, Acknowledged}, func(q *Request, reason string) error {
		q.State, q.Outcome, q.Closed = Refused, reason, r.decision(w.By)
		return nil
	})
}

// Finish closes a request that was carried out by other means, and says how. An
// erasure is finished by CarryOut, but where nothing was found to erase.
func (r *Register) Finish(ctx context.Context, w trace.Write, id, outcome string) (trace.Stored[Request], error) {
	return r.step(ctx, w, id, "outcome", outcome, []State{Acknowledged}, func(q *Request, outcome string) error {
		q.State, q.Outcome, q.Closed = Done, outcome, r.decision(w.By)
		return nil
	})
}

// Sweep erases who asked, and what was written about it, of requests that were
// closed long ago. A service does now and then.
func (r *Register) Sweep(ctx context.Context) error {
	closed, err := trace.All[Request](ctx, r.ledger, openTerm(false))
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range closed {
		if s.Data.Name+s.Data.Contact+s.Data.Outcome != "" && r.ledger.Now().Sub(s.Data.Closed.At) >= KeptAfterClosing {
			errs = append(errs, r.forget(ctx, trace.Write{By: system}, s.ID, trace.ErasureExpired))
		}
	}
	return errors.Join(errs...)
}

// system is who erases what was kept long enough.
var system = trace.Actor{ID: "system", Role: trace.Administrator}

// forget erases the personal part of a request.
func (r *Register) forget(ctx context.Context, w trace.Write, id string, reason trace.ErasureReason) error {
	k := ErasableKinds()[0]
	return r.ledger.Erase(ctx, w, k, trace.Erasure{ID: id, Members: paths(k), Request: id, Reason: reason})
}

// Forget erases at once who asked, and what was written about it, of a closed
// request: when the person was answered.
func (r *Register) Forget(ctx context.Context, w trace.Write, id string) error {
	s, err := r.Request(ctx, w.By, id)
	if err != nil {
		return err
	}
	if err := s.Data.in(Done, Refused); err != nil {
		return err
	}
	return r.forget(ctx, w, id, trace.ErasureAsked)
}

func paths(k trace.ErasableKind) []string {
	var all []string
	for _, m := range k.Members {
		all = append(all, m.Path)
	}
	return all
}

// kind finds one of the kinds in which something about persons is kept.
func (r *Register) kind(kind trace.Kind) (trace.ErasableKind, bool) {
	i := slices.IndexFunc(r.kinds, func(k trace.ErasableKind) bool { return k.Kind == kind })
	if i < 0 {
		return trace.ErasableKind{}, false
	}
	return r.kinds[i], true
}

// digits are those of a text that is a telephone number, with 0 for +84.
func digits(s string) string {
	only := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
	if rest, ok := strings.CutPrefix(only, "84"); ok && strings.Contains(s, "+") {
		return "0" + rest
	}
	return only
}
