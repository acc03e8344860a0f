package account

import (
	"context"
	"errors"
	"time"

	"temgoc/internal/trace"
)

// renew replaces a session by a new one with a new token. The new one is there
// before the old one ends, so that whoever is cut off in between can still come.
func (d *Directory) renew(ctx context.Context, c coming, p party, next session) (SignedIn, error) {
	in, err := d.begin(ctx, p, next)
	if err != nil {
		return SignedIn{}, err
	}
	return in, d.end(ctx, c.session.ID, p.person.ID)
}

// end ends a session of a person; one that has ended stays so.
func (d *Directory) end(ctx context.Context, id, person string) error {
	defer d.seen.clear()
	may := func(s session) error {
		if s.Person != person {
			return trace.ErrHidden
		}
		return nil
	}
	_, err := trace.Update(ctx, d.ledger, trace.Write{By: self(person)}, id, may, func(s *session) error {
		if s.Ended.IsZero() {
			s.Ended, s.Pending = d.ledger.Now(), ""
		}
		return nil
	})
	return err
}

// SignOut ends the session of a token. One that has ended is signed out
// already.
func (d *Directory) SignOut(ctx context.Context, token string) error {
	if !isToken(token) {
		return nil
	}
	s, err := trace.Head[session](ctx, d.ledger, hash(token))
	if err != nil {
		if errors.Is(err, trace.ErrNotFound) {
			return nil
		}
		return err
	}
	if !s.Data.Ended.IsZero() {
		return nil
	}
	return d.end(ctx, s.ID, s.Data.Person)
}

// A SessionInfo tells a person about one of its sessions.
type SessionInfo struct {
	ID         string
	Membership Membership
	Stage      Stage
	Agent      string // the browser, as it names itself
	// Since is when the person signed in, Seen when the session was last used,
	// to the minute, Until when it ends at the latest.
	Since, Seen, Until time.Time
	// Current is the session that asks.
	Current bool
}

// Sessions lists the sessions of the visitor that count, the oldest first.
func (d *Directory) Sessions(ctx context.Context, v Visitor) ([]SessionInfo, error) {
	if v.Stage != StageFull {
		return nil, errStage
	}
	p, err := d.party(ctx, v.Person.ID)
	if err != nil {
		return nil, err
	}
	all, err := trace.All[session](ctx, d.ledger, actorID(p.person.ID))
	if err != nil {
		return nil, err
	}
	if len(all) > maxSessions {
		all = all[len(all)-maxSessions:]
	}
	seen, err := d.lastSeen(ctx, all)
	if err != nil {
		return nil, err
	}
	var infos []SessionInfo
	for _, s := range all {
		if !s.Data.counts(p, seen[s.ID], d.ledger.Now()) {
			continue
		}
		infos = append(infos, SessionInfo{
			ID: s.ID, Membership: s.Data.Membership, Stage: s.Data.Stage, Agent: s.Data.Agent,
			Since: s.Data.Since, Seen: seen[s.ID], Until: s.Data.Until, Current: s.ID == v.Session,
		})
	}
	return infos, nil
}

// maxSessions is how many of a person's latest sessions are looked at.
const maxSessions = 1000

// EndSession ends one of the visitor's sessions.
func (d *Directory) EndSession(ctx context.Context, v Visitor, id string) error {
	if v.Stage != StageFull {
		return errStage
	}
	return d.end(ctx, id, v.Person.ID)
}

// EndOtherSessions ends all of the visitor's sessions but the one that asks.
func (d *Directory) EndOtherSessions(ctx context.Context, v Visitor) error {
	infos, err := d.Sessions(ctx, v)
	if err != nil {
		return err
	}
	for _, s := range infos {
		if s.Current {
			continue
		}
		if err := d.end(ctx, s.ID, v.Person.ID); err != nil {
			return err
		}
	}
	return nil
}

// ChooseMembership goes on in another membership of the person's. The token is
// renewed.
func (d *Directory) ChooseMembership(ctx context.Context, token string, index int) (SignedIn, error) {
	c, err := d.signedIn(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	next := c.session.Data
	next.Index = index
	return d.renew(ctx, c, c.party, next)
}

// signedIn is current for what needs StageFull.
func (d *Directory) signedIn(ctx context.Context, token string) (coming, error) {
	c, err := d.current(ctx, token)
	if err == nil && c.session.Data.Stage != StageFull {
		err = errStage
	}
	return c, err
}

// OpenSession signs a person in without asking for anything. It is for the
// demonstration, where everybody may be everybody.
func (d *Directory) OpenSession(ctx context.Context, person string, index int) (SignedIn, error) {
	p, err := d.party(ctx, person)
	if err != nil {
		return SignedIn{}, err
	}
	return d.begin(ctx, p, session{Index: index, Stage: StageFull})
}
