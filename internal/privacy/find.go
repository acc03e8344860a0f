package privacy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// MaxFound is how many documents a search gives.
const MaxFound = 200

// A Found is a document that says something about a person.
type Found struct {
	Kind  trace.Kind   `json:"kind"`
	Name  catalog.Name `json:"name" doc:"What one such document is called"`
	ID    string       `json:"id"`
	Title string       `json:"title,omitempty" doc:"How it is called by what is public of it"`
	// Whole says that all its members are erased or none.
	Whole     bool          `json:"whole,omitempty"`
	Revisions int           `json:"revisions"`
	Members   []FoundMember `json:"members"`
}

// A FoundMember is a member of a document, with what all revisions say in it.
type FoundMember struct {
	Path    string       `json:"path"`
	Name    catalog.Name `json:"name"`
	Values  []string     `json:"values"`
	Matches bool         `json:"matches" doc:"Whether it has what was looked for"`
}

// Findings are what a search gives.
type Findings struct {
	Found []Found `json:"found"`
	// More says that there is more than MaxFound.
	More bool `json:"more"`
}

// Find looks for a person in all that is kept apart as personal, in every
// revision: by words of a name, in any case and without diacritics, by a
// telephone number however it is written, or by an e-mail address. The office
// does, and administrators. It reads everything, which takes a while.
func (r *Register) Find(ctx context.Context, by trace.Actor, text string) (Findings, error) {
	if err := handles(by); err != nil {
		return Findings{}, err
	}
	var c check
	text = trace.Clean(text)
	c.required("text", text, maxName)
	if n := len(strings.Join(catalog.Words(text), "")); n < 3 && text != "" {
		c.fail("text", "cần ít nhất 3 chữ hoặc số", "needs three letters or digits at least")
	}
	if err := c.err(); err != nil {
		return Findings{}, err
	}
	var out Findings
	for _, k := range r.kinds {
		ids, err := r.idsOf(ctx, k, newSought(text))
		if err != nil {
			return Findings{}, err
		}
		for _, id := range ids {
			f, err := r.found(ctx, by, k, id, newSought(text))
			switch {
			case err != nil:
				return Findings{}, err
			case f == nil:
			case len(out.Found) == MaxFound:
				out.More = true
				return out, nil
			default:
				out.Found = append(out.Found, *f)
			}
		}
	}
	return out, nil
}

// idsOf lists the documents of a kind in a revision of which somebody is found,
// each once, at most one more than MaxFound.
func (r *Register) idsOf(ctx context.Context, k trace.ErasableKind, s sought) ([]string, error) {
	var ids []string
	seen := map[string]bool{}
	for q := (trace.LogQuery{Kind: k.Kind, Limit: 1000}); ; {
		page, err := r.store.Log(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rev := range page.Revisions {
			values, err := shown(k, rev)
			if err != nil {
				return nil, err
			}
			if !seen[rev.ID] && s.inAny(values) {
				seen[rev.ID] = true
				ids = append(ids, rev.ID)
			}
		}
		if page.Next == "" || len(ids) > MaxFound {
			return ids, nil
		}
		q.After = page.Next
	}
}

// shown are the values of a revision that may be shown.
func shown(k trace.ErasableKind, r trace.Revision) (map[string]string, error) {
	values, err := k.Values(r)
	for _, m := range k.Members {
		if m.Secret {
			delete(values, m.Path)
		}
	}
	return values, err
}

// secret tells whether a member is never shown, nor chosen by itself.
func secret(k trace.ErasableKind, path string) bool {
	return slices.ContainsFunc(k.Members, func(m trace.Member) bool { return m.Path == path && m.Secret })
}

// found tells what a document says in all its revisions; nil when the actor may
// not know.
func (r *Register) found(ctx context.Context, by trace.Actor, k trace.ErasableKind, id string, s sought) (*Found, error) {
	if r.hidden(ctx, by, k.Kind, id) {
		return nil, nil
	}
	history, err := r.store.History(ctx, k.Kind, id)
	if err != nil {
		return nil, err
	}
	f := &Found{Kind: k.Kind, Name: k.Name, ID: id, Title: k.Title(history[len(history)-1]), Whole: k.Whole, Revisions: len(history)}
	said := map[string][]string{}
	for _, rev := range history {
		values, err := shown(k, rev)
		if err != nil {
			return nil, err
		}
		for path, value := range values {
			if !slices.Contains(said[path], value) {
				said[path] = append(said[path], value)
			}
		}
	}
	for _, m := range k.Members {
		if values := said[m.Path]; len(values) > 0 {
			f.Members = append(f.Members, FoundMember{m.Path, m.Name, values, slices.ContainsFunc(values, s.in)})
		}
	}
	return f, nil
}

// hidden tells whether the actor may not know of a document: accounts and keys
// have their own rules.
func (r *Register) hidden(ctx context.Context, by trace.Actor, kind trace.Kind, id string) bool {
	switch kind {
	case account.KindPeople:
		_, err := r.people.Person(ctx, by, id)
		return err != nil
	case account.KindKeys:
		return by.Role != trace.Administrator
	}
	return false
}

// A sought is what is looked for.
type sought struct {
	text   string
	words  []string
	number string
}

// minNumber is from how many digits on a search is for a telephone number.
const minNumber = 8

func newSought(text string) sought {
	s := sought{text: catalog.Fold(text), words: catalog.Words(text)}
	if n := digits(text); len(n) >= minNumber {
		s.number = n
	}
	return s
}

// in tells whether a value has what is looked for.
func (s sought) in(value string) bool {
	if s.number != "" && strings.Contains(digits(value), s.number) || strings.Contains(catalog.Fold(value), s.text) {
		return true
	}
	have := catalog.Words(value)
	return !slices.ContainsFunc(s.words, func(w string) bool { return !slices.Contains(have, w) }) && len(s.words) > 0
}

func (s sought) inAny(values map[string]string) bool {
	for _, v := range values {
		if s.in(v) {
			return true
		}
	}
	return false
}

// Preview tells exactly what picks would erase: each document with the members
// that are chosen, or those that go with them, and what they say now.
func (r *Register) Preview(ctx context.Context, by trace.Actor, picks []Pick) ([]Found, error) {
	if err := r.checkPicks(ctx, by, picks); err != nil {
		return nil, err
	}
	var out []Found
	for _, d := range documents(picks) {
		k, _ := r.kind(d.Kind)
		f, err := r.found(ctx, by, k, d.ID, sought{text: "\x00"})
		if err != nil {
			return nil, err
		}
		if f == nil {
			return nil, trace.ErrHidden
		}
		members := membersOf(picks, d)
		f.Members = slices.DeleteFunc(f.Members, func(m FoundMember) bool { return !k.Whole && !slices.Contains(members, m.Path) })
		out = append(out, *f)
	}
	return out, nil
}

// maxPicks is how many members one request can have erased.
const maxPicks = 1000

// checkPicks refuses what is not there, or not the actor's to erase, before
// anything is erased.
func (r *Register) checkPicks(ctx context.Context, by trace.Actor, picks []Pick) error {
	if err := handles(by); err != nil {
		return err
	}
	var c check
	if len(picks) == 0 {
		c.fail("picks", "hãy chọn ít nhất một mục cần xóa", "must name something to erase")
	}
	if len(picks) > maxPicks {
		c.fail("picks", fmt.Sprintf("tối đa %d mục", maxPicks), fmt.Sprintf("may be %d at most", maxPicks))
		return c.err()
	}
	for i, p := range picks {
		k, known := r.kind(p.Kind)
		if !known || !k.Has([]string{p.Member}) || secret(k, p.Member) || r.hidden(ctx, by, p.Kind, p.ID) {
			c.fail(fmt.Sprintf("picks[%d]", i), "không có mục này", "is nothing that can be erased")
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	for i, d := range documents(picks) {
		if d.Kind == account.KindPeople {
			if err := r.people.MayErase(ctx, by, d.ID); err != nil {
				return err
			}
		}
		if _, err := r.store.Head(ctx, d.Kind, d.ID); err != nil {
			return fmt.Errorf("document %d: %w", i, hide(err))
		}
	}
	return nil
}
