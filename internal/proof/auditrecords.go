package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/trace"
)

// records checks the leaves of groups that were appended one after the other:
// each against its revision, and the terms of each group.
func (a *audit) records(groups []storedGroup) error {
	heads, err := a.heads(groups)
	if err != nil {
		return err
	}
	for _, g := range groups {
		terms, exact := []string{}, true
		for i, e := range g.Leaves {
			found, err := a.leaf(e, g.start+int64(i), heads)
			if err != nil {
				return err
			}
			if found == nil {
				exact = false
				continue
			}
			terms = append(terms, scopesOf(*found)...)
		}
		slices.Sort(terms)
		terms = slices.Compact(terms)
		if exact && !slices.Equal(terms, g.terms) { // an erasure takes none of them
			a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("leaves from %d on are not found under the terms of what they are of", g.start)})
		}
	}
	return nil
}

// heads reads the latest revisions of what groups have leaves of.
func (a *audit) heads(groups []storedGroup) (map[key]trace.Revision, error) {
	ids := map[trace.Kind][]string{}
	for _, g := range groups {
		for _, e := range g.Leaves {
			ids[e.Kind] = append(ids[e.Kind], e.ID)
		}
	}
	found := map[key]trace.Revision{}
	for kind, all := range ids {
		for some := range slices.Chunk(all, 1000) {
			revisions, err := a.Store.Heads(a.ctx, kind, some)
			if err != nil && (errors.Is(err, trace.ErrUnavailable) || a.ctx.Err() != nil) {
				return nil, err
			} // else their histories tell which one cannot be read
			for _, r := range revisions {
				found[key{kind, r.ID, 0}] = r
			}
		}
	}
	return found, nil
}

// leaf checks one leaf and returns the revision that it is of; nil where there is
// none.
func (a *audit) leaf(e storedEntry, index int64, heads map[key]trace.Revision) (*trace.Revision, error) {
	k := e.key()
	if !slices.Contains(a.Kinds, k.kind) {
		a.fault(faultOf(FaultLog, k, fmt.Sprintf("leaf %d is of a kind that is not logged", index)))
		return nil, nil
	}
	if _, twice := a.leaves[k.digest()]; twice {
		a.fault(faultOf(FaultLog, k, fmt.Sprintf("leaf %d is its second", index)))
		return nil, nil
	}
	a.leaves[k.digest()] = false
	logged, err := ParseLeaf([]byte(e.Entry))
	if err != nil {
		a.fault(faultOf(FaultLog, k, fmt.Sprintf("leaf %d: %v", index, err)))
		return nil, nil
	}
	history, err := a.history(k, heads)
	if err != nil {
		return nil, a.unreadable(err, faultOf(FaultChanged, k, "it cannot be read: "))
	}
	i := slices.IndexFunc(history, func(r trace.Revision) bool { return r.Number == k.number })
	if i < 0 {
		a.gone++
		a.fault(faultOf(FaultMissing, k, ""))
		return nil, nil
	}
	r := history[i]
	if r.Salt == nil && logged.Per == "" {
		a.done.Unsalted++
	}
	if err := a.compare(e, logged, r, previous(history, i)); err != nil {
		return nil, err
	}
	return &r, a.checkFiles(k, logged)
}

// history reads all revisions of what a leaf is of; none when it is gone.
func (a *audit) history(k key, heads map[key]trace.Revision) ([]trace.Revision, error) {
	document := key{k.kind, k.id, 0}
	if head, ok := heads[document]; ok && head.Number == 1 {
		return []trace.Revision{head}, nil
	}
	if kept, ok := a.histories.Get(document); ok && len(kept) >= k.number {
		return kept, nil
	}
	history, err := a.Store.History(a.ctx, k.kind, k.id)
	if errors.Is(err, trace.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		a.histories.Add(document, history)
	}
	return history, err
}

// compare checks a revision against its leaf, which is to be what would be
// written of it today, byte for byte.
func (a *audit) compare(e storedEntry, logged Leaf, r trace.Revision, before *trace.Revision) error {
	k := e.key()
	want, err := LeafOf(r, before)
	if err != nil {
		a.fault(faultOf(FaultChanged, k, err.Error()))
		return nil
	}
	if r.Salt == nil && logged.Per != "" {
		ordered, err := a.erasureOrdered(r)
		if err != nil {
			return a.unreadable(err, faultOf(FaultErased, k, "what was stated of it cannot be read: "))
		}
		if !ordered {
			a.fault(faultOf(FaultErased, k, ""))
			return nil
		}
		want.Per = logged.Per
	}
	entry, err := want.Entry()
	switch {
	case err != nil:
		return err
	case want.Pub != logged.Pub:
		a.fault(faultOf(FaultChanged, k, "its public part"))
	case want.Per != logged.Per:
		a.fault(faultOf(FaultChanged, k, "the part that is not public"))
	case !bytes.Equal(entry, []byte(e.Entry)):
		a.fault(faultOf(FaultChanged, k, "its time, its files, what it stated or the revision before"))
	case e.In != inOf(scopesOf(r)):
		a.fault(faultOf(FaultLog, k, "its leaf is said to belong to "+e.In))
	}
	return nil
}

// erasureOrdered tells whether it was stated that what is not there any more of a
// revision is erased. That the statement is logged is checked with its own leaf.
// What else there was that is not public cannot be proved any more.
func (a *audit) erasureOrdered(r trace.Revision) (bool, error) {
	stated, err := a.Store.Head(a.ctx, trace.KindErasures, trace.Topic(r.Kind, r.ID))
	if errors.Is(err, trace.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var e trace.Erasure
	var left map[string]any
	if json.Unmarshal(stated.Body, &e) != nil || r.Personal != nil && json.Unmarshal(r.Personal, &left) != nil {
		return false, nil
	}
	back := e.State == trace.ErasureDone && slices.ContainsFunc(e.Members, func(path string) bool { return says(left, strings.Split(path, ".")) })
	return r.Op.Hash == "" && !back, nil
}

// says tells whether there is something at a path.
func says(object map[string]any, path []string) bool {
	if len(path) > 1 {
		inner, _ := object[path[0]].(map[string]any)
		return says(inner, path[1:])
	}
	return object[path[0]] != nil && object[path[0]] != ""
}

// checkFiles reads the files of a leaf, each once. Those of exports were handed
// out and are not kept.
func (a *audit) checkFiles(k key, l Leaf) error {
	if k.kind == trace.KindExports {
		return nil
	}
	for _, name := range l.Files {
		d, err := trace.ParseDigest(name)
		if err != nil {
			return err // ParseLeaf has read it
		}
		if _, known := a.files[d]; known {
			continue
		}
		a.files[d] = struct{}{}
		_, err = a.Files.Get(a.ctx, d)
		if err != nil && !errors.Is(err, trace.ErrNotFound) && !errors.Is(err, trace.ErrCorrupt) {
			return err
		}
		if err != nil {
			a.fault(faultOf(FaultFile, k, err.Error()))
		}
		a.done.Files++
	}
	return nil
}

// walkRecords goes through all that is stored of the logged kinds: each revision
// has a leaf, and none is there twice.
func (a *audit) walkRecords() error {
	logged := int64(len(a.leaves))
	met := int64(0)
	for _, kind := range a.Kinds {
		err := a.each(kind, func(r trace.Revision) {
			a.done.Revisions++
			k := key{r.Kind, r.ID, r.Number}
			twice, ok := a.leaves[k.digest()]
			switch {
			case !ok:
				a.unlogged = append(a.unlogged, unlogged{k, r.At})
			case twice:
				a.fault(faultOf(FaultUnlogged, k, "it is stored twice"))
			default:
				a.leaves[k.digest()] = true
				met++
			}
		})
		if err != nil {
			return err
		}
	}
	if met+a.gone < logged {
		a.fault(&Fault{Kind: FaultMissing, Detail: fmt.Sprintf("%d records are not found among those of their kind", logged-met-a.gone)})
	}
	return nil
}

// stillUnlogged are the revisions whose leaf was not met by now.
func (a *audit) stillUnlogged() []unlogged {
	return slices.DeleteFunc(a.unlogged, func(u unlogged) bool {
		_, ok := a.leaves[u.digest()]
		return ok
	})
}
