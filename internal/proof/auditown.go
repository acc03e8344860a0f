package proof

import (
	"fmt"
	"strconv"
	"strings"

	"temgoc/internal/trace"
)

// walkOwn looks for documents of the log that do not belong to it: one for each
// group that was met, and those of the tiles that they fill.
func (a *audit) walkOwn() error {
	size, groups, tiles := a.tree.size, a.groups, int64(0)
	for level := 0; size>>(tileHeight*(level+1)) > 0; level++ {
		tiles += size >> (tileHeight * (level + 1))
	}
	tiles += size >> tileHeight // the entries under level 0
	for _, of := range []struct {
		kind   trace.Kind
		needs  func(string) (int64, bool)
		wanted int64
	}{{KindLeaves, neededByGroup, groups}, {KindTiles, neededByTile, tiles}} {
		if err := a.count(of.kind, of.needs, size, of.wanted); err != nil {
			return err
		}
	}
	return nil
}

// neededByGroup is the size from which on the log has a group of this id.
func neededByGroup(id string) (int64, bool) {
	start, err := strconv.ParseInt(id, 10, 64)
	return start + 1, err == nil && start >= 0 && groupID(start) == id
}

// neededByTile is the size from which on the log has a tile of this id.
func neededByTile(id string) (int64, bool) {
	level, number, _ := strings.Cut(id, "/")
	if level == "entries" {
		level = "0"
	}
	l, errLevel := strconv.Atoi(level)
	n, errNumber := strconv.ParseInt(number, 10, 64)
	if errLevel != nil || errNumber != nil || l < 0 || l > 6 || n < 0 || n > 1<<40>>(tileHeight*l) {
		return 0, false
	}
	canonical := place{l, n}.id() == id || bundleID(n) == id
	return tile{level: l, n: n}.end(), canonical
}

// count goes through the documents of a kind, of which a log of a size has as
// many as wanted. What was appended meanwhile has more.
func (a *audit) count(kind trace.Kind, needs func(id string) (int64, bool), size, wanted int64) error {
	found := int64(0)
	var later []trace.Revision
	err := a.each(kind, func(r trace.Revision) {
		switch needed, ok := needs(r.ID); {
		case ok && r.Number == 1 && needed <= size:
			found++
		default:
			later = append(later, trace.Revision{ID: r.ID, Number: r.Number})
		}
	})
	if err != nil {
		return err
	}
	if err := a.follow(); err != nil {
		return err
	}
	for _, r := range later {
		if needed, ok := needs(r.ID); !ok || r.Number != 1 || needed > a.tree.size {
			a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("%s/%.60s revision %d does not belong to the log", kind, r.ID, r.Number)})
		}
	}
	if found > wanted {
		a.fault(&Fault{Kind: FaultLog, Detail: fmt.Sprintf("%s has %d documents, of which %d belong to the log", kind, found, wanted)})
	}
	return nil
}

// each goes through all revisions of a kind.
func (a *audit) each(kind trace.Kind, see func(trace.Revision)) error {
	for q := (trace.LogQuery{Kind: kind, Limit: 200}); ; {
		page, err := a.Store.Log(a.ctx, q)
		if err != nil {
			return a.unreadable(err, &Fault{Kind: FaultChanged, Document: kind, Detail: "not all can be read: "})
		}
		for _, r := range page.Revisions {
			see(r)
		}
		a.Progress(a.done)
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
