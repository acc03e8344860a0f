package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// walkLog goes through the groups from the first on.
func (a *audit) walkLog() error {
	for q := (trace.Query{Kind: KindLeaves, Limit: 100}); ; {
		page, err := a.Store.List(a.ctx, q)
		if err != nil {
			if err := a.unreadable(err, &Fault{Kind: FaultLog, Detail: "leaves that cannot be read: "}); err != nil {
				return err
			}
			return a.follow()
		}
		inOrder, err := a.page(page.Revisions)
		if err != nil {
			return err
		}
		a.Progress(a.done)
		if !inOrder || page.Next == "" {
			return a.follow()
		}
		q.After = page.Next
	}
}

// page goes through groups that the store listed, which it does in the order in
// which they were appended; if it does not, they are to be followed by the index
// of their leaves.
func (a *audit) page(listed []trace.Revision) (inOrder bool, err error) {
	var run []storedGroup
	for _, r := range listed {
		if r.ID != groupID(a.tree.size) {
			a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("leaves from %.40s on are listed where those from %d on should be", r.ID, a.tree.size)})
			return false, errors.Join(a.records(run), a.upTo(r.ID))
		}
		g, err := a.group(r)
		if err != nil {
			return false, err
		}
		if run = append(run, g); leavesOf(run) < tileWidth {
			continue
		}
		if err := a.records(run); err != nil {
			return false, err
		}
		run = nil
	}
	return true, a.records(run)
}

// upTo follows the log to its end, which must be behind a group that is stored.
func (a *audit) upTo(id string) error {
	if err := a.follow(); err != nil || id < groupID(a.tree.size) {
		return err
	}
	a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("leaves from %d on are missing; what follows them was not looked at", a.tree.size)})
	return errStop
}

func leavesOf(groups []storedGroup) (n int) {
	for _, g := range groups {
		n += len(g.Leaves)
	}
	return n
}

// follow goes through the groups behind those that were met, one by one.
func (a *audit) follow() error {
	for {
		r, err := a.Store.Head(a.ctx, KindLeaves, groupID(a.tree.size))
		if errors.Is(err, trace.ErrNotFound) {
			return nil
		}
		if err != nil {
			if err := a.unreadable(err, &Fault{Kind: FaultLog, Detail: fmt.Sprintf("leaves from %d on cannot be read: ", a.tree.size)}); err != nil {
				return err
			}
			return errStop
		}
		g, err := a.group(r)
		if err == nil {
			err = a.records([]storedGroup{g})
		}
		if err != nil {
			return err
		}
	}
}

// group checks the document of a group and adds its leaves to the tree. Without
// it nothing behind it has a place.
func (a *audit) group(r trace.Revision) (storedGroup, error) {
	g, err := readGroup(r)
	if err != nil {
		a.fault(&Fault{Kind: FaultLog, Detail: err.Error() + "; what follows them was not looked at"})
		return g, errStop
	}
	where := fmt.Sprintf("leaves from %d on", g.start)
	if !asWritten(r, g.group) || r.At.Before(a.last.at) {
		a.fault(&Fault{Kind: FaultLog, Detail: where + ": their document is not as it was written"})
	}
	entries := g.entries()
	if kept := a.earlier; kept != nil && kept.Size >= g.start && kept.Size < g.Size {
		if err := a.meetEarlier(entries[:kept.Size-g.start]); err != nil {
			return g, err
		}
	}
	next, full, err := a.tree.add(entries)
	if err != nil {
		return g, err
	}
	a.tree, a.last = next, g
	a.groups++
	if a.earlier != nil && a.earlier.Size == g.Size {
		if err := a.meetEarlier(nil); err != nil {
			return g, err
		}
	}
	if err := a.signed(g, where); err != nil {
		return g, err
	}
	a.done.Leaves, a.done.Checkpoint, a.done.At = g.Size, g.Checkpoint, g.at
	return g, a.checkTiles(full, g)
}

// asWritten tells whether the document of a group has nothing but what it is
// written with.
func asWritten(r trace.Revision, g group) bool {
	raw, err := Marshal(g)
	if err != nil {
		return false
	}
	stored, err := Canonical(r.Body)
	return err == nil && bytes.Equal(raw, stored) && ownDocument(r)
}

// ownDocument tells whether all but content and terms of a document of the log
// is what it is written with.
func ownDocument(r trace.Revision) bool {
	return r.Number == 1 && r.Created.Equal(r.At) && r.By == writer && r.Op == trace.Op{} && r.Personal == nil && r.Salt == nil
}

// signed checks the checkpoint of a group against the tree. That they differ is
// said once: from then on they always do.
func (a *audit) signed(g storedGroup, where string) error {
	n, err := note.Open([]byte(g.Checkpoint), note.VerifierList(a.Verifier))
	if err != nil || !plain(n, g.Checkpoint) {
		a.fault(&Fault{Kind: FaultLog, Detail: where + ": their checkpoint is not signed with the key of the log, " + a.Verifier.Name()})
		return nil
	}
	root, err := a.tree.root()
	if err != nil {
		return err
	}
	if n.Text != (checkpoint.Head{Origin: a.Verifier.Name(), Size: g.Size, Root: root}).String() && !a.forked {
		a.forked = true
		a.fault(&Fault{Kind: FaultLog, Detail: where + ": they are not those that were signed"})
	}
	return nil
}

// meetEarlier compares the checkpoint that was kept with the tree and the leaves
// that are still missing to its size.
func (a *audit) meetEarlier(rest [][]byte) error {
	then, _, err := a.tree.add(rest)
	if err != nil {
		return err
	}
	root, err := then.root()
	if err != nil {
		return err
	}
	if root != a.earlier.Root {
		a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("its first %d leaves are not those of the checkpoint that was kept", a.earlier.Size)})
	}
	a.earlier = nil
	return nil
}

// checkTiles compares tiles with what is stored; those that are not stored yet
// are looked for again in the end.
func (a *audit) checkTiles(full []tile, g storedGroup) error {
	for _, t := range full {
		t.at = g.at
		complete, err := a.checkTile(t)
		if err != nil {
			return err
		}
		if !complete {
			a.untiled = append(a.untiled, t)
		}
	}
	return nil
}

// checkTile tells whether a tile is stored, with its entries, and reports one
// that is not what it should be.
func (a *audit) checkTile(t tile) (complete bool, err error) {
	complete = true
	for _, want := range t.documents() {
		r, err := a.Store.Head(a.ctx, KindTiles, want.id)
		if errors.Is(err, trace.ErrNotFound) {
			complete = false
			continue
		}
		if err != nil {
			if err := a.unreadable(err, &Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %s cannot be read: ", want.id)}); err != nil {
				return false, err
			}
			continue
		}
		raw, err := json.Marshal(want.body)
		if err != nil {
			return false, err
		}
		if !same(raw, r.Body) || !ownDocument(r) || len(r.Refs) > 0 || !r.At.Equal(t.at) {
			a.fault(&Fault{Kind: FaultTile, Detail: fmt.Sprintf("tile %s is not the one that was signed", want.id)})
		}
	}
	if complete {
		a.done.Tiles += int64(len(t.documents()))
	}
	return complete, nil
}

func (a *audit) stillUntiled() ([]tile, error) {
	var left []tile
	for _, t := range a.untiled {
		complete, err := a.checkTile(t)
		if err != nil {
			return nil, err
		}
		if !complete {
			left = append(left, t)
		}
	}
	return left, nil
}
