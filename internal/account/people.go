package account

import (
	"context"
	"maps"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A PeopleQuery narrows a list of people. What is empty does not narrow it.
type PeopleQuery struct {
	Producer     string // id
	Organisation string // name
	Search       string // words of name and login
}

// People lists people, the newest first: an administrator sees all, the office
// those of producers, a producer's people their colleagues. Those that were erased
// are left out.
func (d *Directory) People(ctx context.Context, by trace.Actor, q PeopleQuery, p trace.Paging) (trace.List[Person], error) {
	if !slices.Contains([]trace.Role{trace.Administrator, trace.Office, trace.ProducerRole}, by.Role) {
		return trace.List[Person]{}, trace.ErrNotAllowed
	}
	if by.Role == trace.ProducerRole {
		if q.Producer != "" && q.Producer != by.Producer {
			return trace.List[Person]{}, trace.ErrHidden
		}
		q.Producer = by.Producer
	}
	return trace.ListOf(ctx, d.ledger, q.term(), p, func(s trace.Stored[Person]) bool {
		return s.Data.Erased.IsZero() && maySee(by, s.ID, s.Data) == nil && q.matches(s.Data)
	})
}

// term is the one term of the query that fewest people have.
func (q PeopleQuery) term() string {
	switch {
	case q.Producer != "":
		return trace.ProducerTerm(q.Producer)
	case q.Organisation != "":
		return organisationTerm(q.Organisation)
	}
	return trace.SearchTerm(q.Search)
}

func (q PeopleQuery) matches(p Person) bool {
	return (q.Producer == "" || p.memberOf(q.Producer)) &&
		(q.Organisation == "" || slices.Contains(p.DocumentRefs(), organisationTerm(q.Organisation))) &&
		trace.NameMatches(q.Search, p.Name+" "+p.Login)
}

// Person returns one person: oneself, or one of those that People lists.
func (d *Directory) Person(ctx context.Context, by trace.Actor, id string) (trace.Stored[Person], error) {
	return trace.Read(ctx, d.ledger, id, func(p Person) error { return maySee(by, id, p) })
}

// PersonByLogin finds a person by its login, as Person.
func (d *Directory) PersonByLogin(ctx context.Context, by trace.Actor, login string) (trace.Stored[Person], error) {
	id, err := d.ledger.Claimed(ctx, loginTerm(FoldLogin(login)))
	if err != nil {
		return trace.Stored[Person]{}, err
	}
	return d.Person(ctx, by, id)
}

// PersonHistory returns all revisions of a person, the first one first.
func (d *Directory) PersonHistory(ctx context.Context, by trace.Actor, id string) ([]trace.Stored[Person], error) {
	return trace.HistoryOf(ctx, d.ledger, id, func(p Person) error { return maySee(by, id, p) })
}

// maySee is the one rule of who sees a person.
func maySee(by trace.Actor, id string, p Person) error {
	switch {
	case by.ID == actorID(id), by.Role == trace.Administrator:
		return nil
	case by.Role == trace.Office && slices.ContainsFunc(p.Memberships, func(m Membership) bool { return !m.privileged() }):
		return nil
	case by.Role == trace.ProducerRole && p.memberOf(by.Producer):
		return nil
	}
	return trace.ErrHidden
}

// mayManage is the one rule of who changes a person: an administrator, and the
// office for people who are nobody but producers'.
func mayManage(by trace.Actor, id string, p Person) error {
	switch {
	case by.Role == trace.Administrator, by.Role == trace.Office && p.onlyOf(""):
		return nil
	case maySee(by, id, p) == nil:
		return trace.ErrNotAllowed
	}
	return trace.ErrHidden
}

// mayInvite is the one rule of who invites into these memberships: as
// mayManage, and a producer's people into their own producer.
func mayInvite(by trace.Actor, p Person) error {
	switch {
	case by.Role == trace.Administrator, by.Role == trace.Office && p.onlyOf(""):
		return nil
	case by.Role == trace.ProducerRole && by.Producer != "" && p.onlyOf(by.Producer):
		return nil
	}
	return trace.ErrNotAllowed
}

// A State tells how far a person has come.
type State struct {
	Joined       bool // has set a password
	SecondFactor bool
}

// States tells of each person that exists how far it has come. At most 1000
// ids.
func (d *Directory) States(ctx context.Context, ids []string) (map[string]State, error) {
	found, err := trace.HeadsOf[secrets](ctx, d.ledger, ids)
	if err != nil {
		return nil, err
	}
	states := make(map[string]State, len(ids))
	for _, id := range ids {
		c := found[id].Data
		states[id] = State{Joined: c.Password != "", SecondFactor: c.Factor != ""}
	}
	return states, nil
}

// Unprotected counts the people who could act in a role that needs a second
// factor, and have set up a password only.
func (d *Directory) Unprotected(ctx context.Context) (int, error) {
	ids := map[string]struct{}{}
	for _, role := range trace.Roles() {
		if !(Membership{Role: role}).privileged() {
			continue
		}
		people, err := trace.All[Person](ctx, d.ledger, roleTerm(role))
		if err != nil {
			return 0, err
		}
		for _, p := range people {
			if p.Data.Disabled.IsZero() && p.Data.Erased.IsZero() {
				ids[p.ID] = struct{}{}
			}
		}
	}
	n := 0
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(ids)), 1000) {
		states, err := d.States(ctx, chunk)
		if err != nil {
			return 0, err
		}
		for _, s := range states {
			if s.Joined && !s.SecondFactor {
				n++
			}
		}
	}
	return n, nil
}

// keyPrefix stands before the id of an API key in the id of an actor.
const keyPrefix = "key:"

// ErasedName stands for the name of a person that was erased.
var ErasedName = catalog.Name{VI: "đã xóa theo yêu cầu", EN: "erased on request"}

// nameOr is a name in all languages, or that it was erased.
func nameOr(name string) catalog.Name {
	if name == "" {
		return ErasedName
	}
	return catalog.Name{VI: name}
}

// Called is the name of the person, or that it was erased.
func (p Person) Called() catalog.Name { return nameOr(p.Name) }

// Names turns ids of actors into names, for histories: "person:…" into the
// person's name, "key:…" into the key's label. Others are left out. At most
// 1000 ids.
func (d *Directory) Names(ctx context.Context, ids []string) (map[string]catalog.Name, error) {
	var people, keys []string
	for _, id := range ids {
		if person, ok := strings.CutPrefix(id, personPrefix); ok {
			people = append(people, person)
		}
		if key, ok := strings.CutPrefix(id, keyPrefix); ok {
			keys = append(keys, key)
		}
	}
	persons, err := trace.HeadsOf[Person](ctx, d.ledger, people)
	if err != nil {
		return nil, err
	}
	labels, err := trace.HeadsOf[Key](ctx, d.ledger, keys)
	if err != nil {
		return nil, err
	}
	names := make(map[string]catalog.Name, len(ids))
	for id, p := range persons {
		names[actorID(id)] = p.Data.Called()
	}
	for id, k := range labels {
		names[keyPrefix+id] = nameOr(k.Data.Label)
	}
	return names, nil
}

// NoPeople tells whether nobody was ever let in.
func (d *Directory) NoPeople(ctx context.Context) (bool, error) {
	first, err := trace.ListOf(ctx, d.ledger, "", trace.Paging{Limit: 1}, func(trace.Stored[Person]) bool { return true })
	return len(first.Items) == 0, err
}

// lastAdministrator tells whether this person could administer, and nobody
// else could.
func (d *Directory) lastAdministrator(ctx context.Context, id string, p Person) (bool, error) {
	if !p.administers() {
		return false, nil
	}
	all, err := trace.All[Person](ctx, d.ledger, roleTerm(trace.Administrator))
	if err != nil {
		return false, err
	}
	joined := map[string]bool{}
	for _, a := range all {
		s, err := d.secretsOf(ctx, a.ID)
		if err != nil {
			return false, err
		}
		if s.Password != "" && a.Data.administers() {
			joined[a.ID] = true
		}
	}
	return joined[id] && len(joined) == 1, nil
}
