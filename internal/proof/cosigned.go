package proof

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/cosignature"
	"temgoc/internal/trace"
)

// KindCosigned has the latest checkpoint that witnesses signed. Older ones are
// removed: each says all that those before it said.
const KindCosigned trace.Kind = "logcosigned"

// Removable lists the kinds of this package whose documents are not kept for
// ever.
func Removable() []trace.Kind { return []trace.Kind{KindCosigned} }

// cosigned is a checkpoint with cosignatures, and the keys that made them.
type cosigned struct {
	Checkpoint string   `json:"checkpoint"`
	Size       int64    `json:"size"`
	Witnesses  []string `json:"witnesses"`
	// At is the time of the latest cosignature.
	At time.Time `json:"at"`
}

// Witnessed is when a witness cosigned the log last, as far as this process
// knows; zero for never.
func (l *Log) Witnessed() time.Time {
	if c := l.cosigned.Load(); c != nil {
		return c.At
	}
	return time.Time{}
}

// Cosigned is the latest checkpoint with cosignatures of witnesses, whichever
// process obtained them; nil for none. It may be older than Checkpoint.
func (l *Log) Cosigned(ctx context.Context) ([]byte, error) {
	page, err := l.store.List(ctx, trace.Query{Kind: KindCosigned, Newest: true, Limit: 1})
	if err != nil || len(page.Revisions) == 0 {
		return nil, err
	}
	var c cosigned
	if err := json.Unmarshal(page.Revisions[0].Body, &c); err != nil {
		return nil, &Fault{Kind: FaultLog, Detail: fmt.Sprintf("the cosigned checkpoint: %v", err)}
	}
	l.cosigned.Store(&c)
	return []byte(c.Checkpoint), nil
}

// SaveCosigned keeps a checkpoint with cosignatures by the given keys for all
// processes, in place of older ones.
func (l *Log) SaveCosigned(ctx context.Context, signed []byte, witnesses []string) error {
	head, n, err := checkpoint.Open(signed, note.VerifierList(l.verifier))
	if err != nil {
		return err
	}
	older, err := l.store.List(ctx, trace.Query{Kind: KindCosigned, Limit: trace.MaxPage})
	if err != nil {
		return err
	}
	c := cosigned{Checkpoint: string(signed), Size: head.Size, Witnesses: witnesses}
	for _, s := range n.UnverifiedSigs { // whoever asked the witnesses verified them
		if at, err := cosignature.Time(s); err == nil && at.After(c.At) {
			c.At = at
		}
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	now := l.now().UTC().Truncate(time.Millisecond)
	id := groupID(head.Size) + "-" + rand.Text()
	err = l.store.Insert(ctx, trace.Revision{Kind: KindCosigned, ID: id, Number: 1, Created: now, At: now, By: writer, Body: body})
	if err != nil {
		return err
	}
	l.cosigned.Store(&c)
	for _, old := range older.Revisions {
		if err := l.store.Remove(ctx, KindCosigned, old.ID); err != nil && !errors.Is(err, trace.ErrNotFound) {
			return err
		}
	}
	return nil
}

// withCosignatures is a checkpoint with the cosignatures that are known of it.
func (l *Log) withCosignatures(signed string) string {
	if c := l.cosigned.Load(); c != nil && bodyOf(c.Checkpoint) == bodyOf(signed) {
		return c.Checkpoint
	}
	return signed
}

// cosignedFrom is a cosigned checkpoint of a size or a larger one, if one is
// known.
func (l *Log) cosignedFrom(size int64) (*cosigned, bool) {
	c := l.cosigned.Load()
	return c, c != nil && size <= c.Size && c.Size <= l.Size()
}

// IdentityOf is how a checkpoint of this log is checked: with the keys of those
// who signed it.
func (l *Log) IdentityOf(signed string) Identity {
	identity := l.Identity()
	c := l.cosigned.Load()
	if c == nil {
		return identity
	}
	known := []note.Verifier{l.verifier}
	keys := map[string]string{}
	for _, vkey := range c.Witnesses {
		if v, err := cosignature.NewVerifier(vkey); err == nil {
			known, keys[v.Name()] = append(known, v), vkey
		}
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil {
		return identity
	}
	for _, s := range n.Sigs {
		if vkey, ok := keys[s.Name]; ok {
			identity.Witnesses = append(identity.Witnesses, vkey)
		}
	}
	slices.Sort(identity.Witnesses)
	return identity
}

// bodyOf is a signed note without its signatures.
func bodyOf(signed string) string {
	body, _, _ := strings.Cut(signed, "\n\n")
	return body
}
