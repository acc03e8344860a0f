package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// writer is who writes the documents of the log.
const writer = "log"

// A group is what was appended in one step, as a document of KindLeaves. Its id
// is the index of its first leaf, so that the unique key of the store is
// compare-and-append: of several replicas that append at one size, one does.
type group struct {
	// Size is that of the log with the group.
	Size int64 `json:"size"`
	// Checkpoint is the signed note about that size.
	Checkpoint string        `json:"checkpoint"`
	Leaves     []storedEntry `json:"leaves"`
}

// A storedEntry is a leaf with the revision that it is of. Only the entry is
// public.
type storedEntry struct {
	Kind   trace.Kind `json:"kind"`
	ID     string     `json:"id"`
	Number int        `json:"number"`
	// In is the term of what the document belongs to, such as a batch's.
	In    string `json:"in,omitempty"`
	Entry string `json:"entry"`
}

// key names a revision.
type key struct {
	kind   trace.Kind
	id     string
	number int
}

func (e storedEntry) key() key { return key{e.Kind, e.ID, e.Number} }

func groupID(start int64) string { return fmt.Sprintf("%015d", start) }

// A storedGroup is a group with its place.
type storedGroup struct {
	group
	start int64
	at    time.Time
	terms []string
}

func (g storedGroup) entries() [][]byte {
	out := make([][]byte, len(g.Leaves))
	for i, l := range g.Leaves {
		out[i] = []byte(l.Entry)
	}
	return out
}

// readGroup reads what a document of KindLeaves says, unchecked but for its
// form.
func readGroup(r trace.Revision) (storedGroup, error) {
	g := storedGroup{at: r.Created, terms: r.Refs}
	err := json.Unmarshal(r.Body, &g.group)
	if err == nil {
		_, err = fmt.Sscanf(r.ID, "%d", &g.start)
	}
	if err == nil && (g.start < 0 || groupID(g.start) != r.ID || g.Size != g.start+int64(len(g.Leaves)) || len(g.Leaves) == 0) {
		err = errors.New("its size is not what it holds")
	}
	if err != nil {
		return g, &Fault{Kind: FaultLog, Detail: fmt.Sprintf("leaves from %s on: %v", r.ID, err)}
	}
	return g, nil
}

// revision is the document of a group; terms are where its leaves are found.
func (g group) revision(start int64, at time.Time, terms []string) (trace.Revision, error) {
	raw, err := json.Marshal(g)
	return trace.Revision{Kind: KindLeaves, ID: groupID(start), Number: 1, Created: at, At: at, By: writer, Refs: terms, Body: raw}, err
}

// groupAt reads the group that begins at an index; ErrNotFound where none does.
func (l *Log) groupAt(ctx context.Context, start int64) (storedGroup, error) {
	r, err := l.store.Head(ctx, KindLeaves, groupID(start))
	if err != nil {
		return storedGroup{}, err
	}
	return readGroup(r)
}

// newest reads the groups that were appended lately, the oldest of them first,
// and those before them back to the index base, a multiple of tileWidth. None in
// an empty log.
func (l *Log) newest(ctx context.Context) (found []storedGroup, base int64, err error) {
	for q := (trace.Query{Kind: KindLeaves, Newest: true, Limit: 1}); ; q.Limit = 100 {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, r := range page.Revisions {
			g, err := readGroup(r)
			if err != nil {
				return nil, 0, err
			}
			found = append(found, g)
			lately := !g.at.Before(found[0].at.Add(-overlap)) && found[0].start-g.start < keptLeaves
			if lately {
				base = g.start &^ (tileWidth - 1)
			}
			if g.start == 0 || !lately && g.start <= base {
				slices.Reverse(found)
				return found, base, nil
			}
		}
		if page.Next == "" {
			if len(found) > 0 {
				return nil, 0, &Fault{Kind: FaultLog, Detail: fmt.Sprintf("no leaves from %d on", base)}
			}
			return nil, 0, nil
		}
		q.After = page.Next
	}
}

// opened checks the signature of the log on a checkpoint.
func (l *Log) opened(text string) (checkpoint.Head, error) {
	n, err := note.Open([]byte(text), note.VerifierList(l.verifier))
	if err != nil {
		return checkpoint.Head{}, err
	}
	return parseHead(n.Text)
}
