package privacy

import (
	"context"
	"slices"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/trace"
)

// MaxEntries is how many of what a person wrote an export lists, the newest.
const MaxEntries = 10000

// An OwnData is all that is kept about a person who has an account, for itself.
type OwnData struct {
	Made     time.Time                      `json:"made"`
	Account  trace.Stored[account.Person]   `json:"account"`
	Earlier  []trace.Stored[account.Person] `json:"earlier" doc:"What the account said before"`
	Sessions []account.SessionInfo          `json:"sessions"`
	Requests []trace.Stored[Request]        `json:"requests"`
	// Entries are what the person wrote, the newest first; More that there is more.
	Entries []Entry `json:"entries"`
	More    bool    `json:"more"`
}

// An Entry is a revision of a document that a person wrote.
type Entry struct {
	At       time.Time  `json:"at"`
	Kind     trace.Kind `json:"kind"`
	ID       string     `json:"id"`
	Revision int        `json:"revision"`
}

// OwnData returns all that is kept about a person who is signed in. kinds are those
// that people write.
func (r *Register) OwnData(ctx context.Context, v account.Visitor, kinds []trace.AuditKind) (OwnData, error) {
	history, err := r.people.PersonHistory(ctx, v.Actor, v.Person.ID)
	if err != nil {
		return OwnData{}, err
	}
	for i := range history { // opens a door; it is nobody's to have
		history[i].Data.Link = nil
	}
	out := OwnData{Made: r.ledger.Now(), Account: history[len(history)-1], Earlier: history[:len(history)-1], Entries: []Entry{}}
	if out.Sessions, err = r.people.Sessions(ctx, v); err != nil {
		return OwnData{}, err
	}
	if out.Requests, err = r.Own(ctx, v); err != nil {
		return OwnData{}, err
	}
	for _, k := range kinds {
		if err := r.entries(ctx, k.Kind, v.Actor.ID, &out); err != nil {
			return OwnData{}, err
		}
	}
	slices.SortStableFunc(out.Entries, func(a, b Entry) int { return b.At.Compare(a.At) })
	if len(out.Entries) > MaxEntries {
		out.Entries, out.More = out.Entries[:MaxEntries], true
	}
	return out, nil
}

// entries adds what an actor wrote of a kind, at most one more than MaxEntries.
func (r *Register) entries(ctx context.Context, kind trace.Kind, by string, out *OwnData) error {
	added := 0
	for q := (trace.LogQuery{Kind: kind, By: by, Limit: 1000}); ; {
		page, err := r.store.Log(ctx, q)
		if err != nil {
			return err
		}
		for _, rev := range page.Revisions {
			out.Entries = append(out.Entries, Entry{rev.At, rev.Kind, rev.ID, rev.Number})
		}
		added += len(page.Revisions)
		if page.Next == "" || added > MaxEntries {
			return nil
		}
		q.After = page.Next
	}
}
