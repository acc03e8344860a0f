package account

import (
	"context"

	"temgoc/internal/trace"
)

// A Named is somebody who acts, as people know it.
type Named struct {
	ID   string // of the actor
	Name string
	// Memberships tell apart those of one name.
	Memberships []Membership
}

// FindActors finds who acts by the words of a name: people, and API keys by
// their labels. It is for those who read the whole audit log, where the names
// stand anyway: administrator and office. At most limit are returned.
func (d *Directory) FindActors(ctx context.Context, by trace.Actor, name string, limit int) ([]Named, error) {
	if by.Role != trace.Administrator && by.Role != trace.Office {
		return nil, trace.ErrNotAllowed
	}
	term := trace.SearchTerm(name)
	if term == "" {
		return nil, nil
	}
	people, err := trace.ListOf(ctx, d.ledger, term, trace.Paging{Limit: limit}, func(s trace.Stored[Person]) bool {
		return trace.NameMatches(name, s.Data.Name+" "+s.Data.Login)
	})
	if err != nil {
		return nil, err
	}
	keys, err := trace.ListOf(ctx, d.ledger, term, trace.Paging{Limit: limit}, func(s trace.Stored[Key]) bool {
		return trace.NameMatches(name, s.Data.Label)
	})
	if err != nil {
		return nil, err
	}
	var found []Named
	for _, p := range people.Items {
		found = append(found, Named{actorID(p.ID), p.Data.Name, p.Data.Memberships})
	}
	for _, k := range keys.Items {
		m := Membership{Role: k.Data.Role, Producer: k.Data.Producer, Organisation: k.Data.Organisation}
		found = append(found, Named{keyPrefix + k.ID, k.Data.Label, []Membership{m}})
	}
	return found[:min(len(found), limit)], nil
}
