package account

import (
	"context"
	"errors"
	"time"

	"temgoc/internal/trace"
)

// KindSessions is the kind of a session.
const KindSessions trace.Kind = "sessions"

// A Stage tells how far a sign-in has come.
type Stage string

// The stages of a sign-in.
const (
	StageFull  Stage = "full"  // signed in
	StageCode  Stage = "code"  // the second factor is outstanding
	StageEnrol Stage = "enrol" // a role demands a second factor that is not set up yet
)

// How long a session lives.
const (
	IdlePrivileged = 30 * time.Minute // unused, for everybody who needs a second factor
	IdleProducer   = 8 * time.Hour    // unused, for producers' people
	SessionAtMost  = 12 * time.Hour   // from the sign-in on
	UnfinishedFor  = 30 * time.Minute // before StageFull
)

// seenEvery is how often at most it is written down that a session is used; it
// may end that much too early.
const seenEvery = time.Minute

// clockSkew is how far the clock of the replica where a session began may be
// ahead. One that began later than that was opened while a clock was wrong: once
// it is right, the session would last too long.
const clockSkew = time.Minute

// A session is a sign-in. Its id is the SHA-256 of its token.
type session struct {
	Person string `json:"person"`
	// Index is the place of Membership among those of the person.
	Index      int        `json:"index"`
	Membership Membership `json:"membership"`
	Stage      Stage      `json:"stage"`
	// PersonEpoch and SecretsEpoch are those that it began with.
	PersonEpoch  int    `json:"personEpoch"`
	SecretsEpoch int    `json:"secretsEpoch"`
	Agent        string `json:"agent,omitempty"`
	// Device is the hash of the device's cookie when it was known before.
	Device string    `json:"device,omitempty"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	Ended  time.Time `json:"ended,omitzero"`
	// Pending is the sealed secret of a second factor that is being set up.
	Pending string `json:"pending,omitempty"`
}

// DocumentKind implements trace.Document.
func (session) DocumentKind() trace.Kind { return KindSessions }

// DocumentRefs implements trace.Document.
func (s session) DocumentRefs() []string { return []string{actorID(s.Person)} }

// errNoSession is the one answer for every token that opens nothing.
var errNoSession = refusal(trace.ErrUnauthenticated, "phiên làm việc đã kết thúc, hãy đăng nhập lại",
	"the session has ended; sign in again")

// errStage refuses what this stage of a sign-in does not allow.
var errStage = refusal(trace.ErrForbidden, "hãy hoàn tất đăng nhập trước", "finish signing in first")

// A Visitor is who comes with a session.
type Visitor struct {
	Person     trace.Stored[Person]
	Session    string // id of the session
	Membership Membership
	Index      int // of Membership among the person's
	// Actor is who acts; the zero Actor, who may do nothing, before StageFull.
	Actor trace.Actor
	Stage Stage
	// Since is when the person signed in, Until when the session ends at the
	// latest.
	Since, Until time.Time
}

// SignedIn is a session that began, or was renewed.
type SignedIn struct {
	// Token is the session's secret, for a cookie.
	Token string
	// Device marks the browser as one that signed in before, for a cookie of
	// its own that lasts; empty when that is not to be changed.
	Device string
	Visitor
}

// A party is a person with its secrets, as they are at one moment.
type party struct {
	person  trace.Stored[Person]
	secrets secrets
}

// stage is where a sign-in with the right password leads.
func (p party) stage() Stage {
	switch {
	case p.secrets.Factor != "":
		return StageCode
	case p.person.Data.Privileged():
		return StageEnrol
	}
	return StageFull
}

// begin starts a session. Of s it heeds Index, Agent, Device, Stage and Since,
// and fills in the last two where they are missing.
func (d *Directory) begin(ctx context.Context, p party, s session) (SignedIn, error) {
	if s.Index < 0 || s.Index >= len(p.person.Data.Memberships) {
		return SignedIn{}, refusal(trace.ErrInvalid, "không có vai trò này", "there is no such membership")
	}
	now := d.ledger.Now()
	if s.Stage == "" {
		s.Stage = p.stage()
	}
	if s.Since.IsZero() {
		s.Since = now
	}
	s.Until = s.Since.Add(SessionAtMost)
	if soon := now.Add(UnfinishedFor); s.Stage != StageFull && soon.Before(s.Until) {
		s.Until = soon
	}
	s.Person, s.Membership, s.Pending, s.Ended = p.person.ID, p.person.Data.Memberships[s.Index], "", time.Time{}
	s.PersonEpoch, s.SecretsEpoch = p.person.Data.Epoch, p.secrets.Epoch
	s.Agent = shortened(oneLine(s.Agent))
	token := newToken()
	stored, err := trace.Create(ctx, d.ledger, trace.Write{By: self(p.person.ID)}, hash(token), s)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Token: token, Visitor: visitor(stored, p.person)}, nil
}

// shortened cuts a text to maxName characters.
func shortened(s string) string {
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName])
	}
	return s
}

func visitor(s trace.Stored[session], p trace.Stored[Person]) Visitor {
	v := Visitor{
		Person: p, Session: s.ID, Membership: s.Data.Membership, Index: s.Data.Index,
		Stage: s.Data.Stage, Since: s.Data.Since, Until: s.Data.Until,
	}
	if v.Stage == StageFull {
		v.Actor = v.Membership.Actor(p.ID)
	}
	return v
}

// Visitor returns who comes with a token. Whatever is wrong with it gives one
// and the same trace.ErrUnauthenticated; a store that is away gives its
// trace.ErrUnavailable.
func (d *Directory) Visitor(ctx context.Context, token string) (Visitor, error) {
	if !isToken(token) {
		return Visitor{}, errNoSession
	}
	id := hash(token)
	if v, ok := d.seen.get(id); ok {
		return v, nil
	}
	c, err := d.current(ctx, token)
	if err != nil {
		return Visitor{}, err
	}
	if now := d.ledger.Now(); now.Sub(c.seen) >= seenEvery {
		if err := d.store.AddCounts(ctx, []trace.Count{{Key: seenKey(id), N: 1, First: now, Last: now}}); err != nil && !errors.Is(err, trace.ErrReadOnly) {
			return Visitor{}, err
		}
	}
	v := visitor(c.session, c.person)
	d.seen.add(id, v, v.Until)
	return v, nil
}

// seenKey is the counter of a session's use.
func seenKey(id string) string { return "session:" + id }

// A coming is a session that counts, with whose it is.
type coming struct {
	session trace.Stored[session]
	party
	seen time.Time // when it was last used, as far as was written down
}

// current loads what a token stands for now, past the cache.
func (d *Directory) current(ctx context.Context, token string) (coming, error) {
	if !isToken(token) {
		return coming{}, errNoSession
	}
	id := hash(token)
	s, err := trace.Head[session](ctx, d.ledger, id)
	if err != nil {
		return coming{}, noSession(err)
	}
	p, err := d.party(ctx, s.Data.Person)
	if err != nil {
		return coming{}, noSession(err)
	}
	seen, err := d.lastSeen(ctx, []trace.Stored[session]{s})
	if err != nil {
		return coming{}, err
	}
	if !s.Data.counts(p, seen[id], d.ledger.Now()) {
		return coming{}, errNoSession
	}
	return coming{s, p, seen[id]}, nil
}

func noSession(err error) error {
	if errors.Is(err, trace.ErrNotFound) {
		return errNoSession
	}
	return err
}

func (d *Directory) party(ctx context.Context, person string) (party, error) {
	p, err := trace.Head[Person](ctx, d.ledger, person)
	if err != nil {
		return party{}, err
	}
	s, err := d.secretsOf(ctx, person)
	return party{p, s}, err
}

// counts is the one rule of when a session is worth something.
func (s session) counts(p party, seen, now time.Time) bool {
	person := p.person.Data
	idle := IdleProducer
	if person.Privileged() {
		idle = IdlePrivileged
	}
	return s.Ended.IsZero() && person.Disabled.IsZero() &&
		s.PersonEpoch == person.Epoch && s.SecretsEpoch == p.secrets.Epoch &&
		s.Index < len(person.Memberships) && person.Memberships[s.Index] == s.Membership &&
		!s.Since.After(now.Add(clockSkew)) && now.Before(s.Until) && now.Before(seen.Add(idle))
}

// lastSeen tells when each of the sessions was last used.
func (d *Directory) lastSeen(ctx context.Context, sessions []trace.Stored[session]) (map[string]time.Time, error) {
	seen := make(map[string]time.Time, len(sessions))
	keys := make([]string, len(sessions))
	ids := make(map[string]string, len(sessions))
	for i, s := range sessions {
		seen[s.ID], keys[i], ids[seenKey(s.ID)] = s.Created, seenKey(s.ID), s.ID
	}
	counts, err := d.store.Counts(ctx, keys)
	for _, c := range counts {
		if id := ids[c.Key]; c.Last.After(seen[id]) {
			seen[id] = c.Last
		}
	}
	return seen, err
}
