package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/trace"
)

// MaxEvidence is the largest Evidence that is read, in bytes.
const MaxEvidence = 8 << 20

// Evidence is what a page shows and how it is proved: every statement with its
// leaf and the way from there to the root that the checkpoint signs. Its JSON
// has one form only, that of RFC 8785: see JSON and ParseEvidence.
type Evidence struct {
	// V is the version of this form: 1.
	V   int      `json:"v"`
	Log Identity `json:"log"`
	// Checkpoint is the signed note whose tree the statements are in.
	Checkpoint string `json:"checkpoint"`
	// Statements are in the order of the log.
	Statements []Proven `json:"statements"`
}

// An Identity says by which keys a log and its witnesses are checked. It comes
// with what is to be checked and proves nothing by itself: who checks compares
// it with a key that came another way.
type Identity struct {
	Origin string `json:"origin"`
	VKey   string `json:"vkey"`
	// Witnesses are the keys of those who cosigned the checkpoint.
	Witnesses []string `json:"witnesses,omitempty"`
}

// A Proven statement is one leaf of the log with what it stands for.
type Proven struct {
	Index int64 `json:"index"`
	// Entry is the leaf, Public the public part of its revision: the very bytes
	// that were hashed.
	Entry  string `json:"entry"`
	Public string `json:"public"`
	// Proof is the inclusion proof of RFC 6962.
	Proof []tlog.Hash `json:"proof"`
}

// Identity is how what this log signs is checked.
func (l *Log) Identity() Identity { return Identity{Origin: l.Origin(), VKey: l.vkey} }

// Evidence proves the revisions of a report.
func (l *Log) Evidence(ctx context.Context, r Report) (Evidence, error) {
	e := Evidence{V: 1, Log: l.Identity(), Checkpoint: r.Checkpoint, Statements: []Proven{}}
	for _, shown := range r.Leaves {
		public, err := Public(shown.Revision)
		if err != nil {
			return Evidence{}, err
		}
		way, err := l.Prove(ctx, r.Size, shown.Place.Index)
		if err != nil {
			return Evidence{}, err
		}
		e.Statements = append(e.Statements, Proven{shown.Place.Index, string(shown.Place.Entry), string(public), way})
	}
	return e, nil
}

// Prove gives the inclusion proof of a leaf in the tree of a size that the log
// has or had.
func (l *Log) Prove(ctx context.Context, size, index int64) ([]tlog.Hash, error) {
	if index < 0 || index >= size || size > l.Size() {
		return nil, fmt.Errorf("%w: leaf %d in a tree of %d leaves, of %d in all", trace.ErrInvalid, index, size, l.Size())
	}
	way, err := tlog.ProveRecord(size, index, l.reader(ctx))
	if way == nil {
		way = tlog.RecordProof{} // the only leaf of a log
	}
	return way, err
}

// JSON is the one form that Evidence has as a file.
func (e Evidence) JSON() ([]byte, error) { return marshal(e) }

// ParseEvidence reads what JSON writes, and nothing else: another form of the
// same content is ErrInvalid.
func ParseEvidence(text []byte) (Evidence, error) {
	if len(text) > MaxEvidence {
		return Evidence{}, fmt.Errorf("%w: evidence of %d bytes, of which %d are allowed", trace.ErrInvalid, len(text), MaxEvidence)
	}
	var e Evidence
	if err := strictJSON(text, &e); err != nil {
		return Evidence{}, fmt.Errorf("%w: no evidence of a page: %w", trace.ErrInvalid, err)
	}
	if e.V != 1 || len(e.Statements) == 0 {
		return Evidence{}, fmt.Errorf("%w: evidence of version %d with %d statements", trace.ErrInvalid, e.V, len(e.Statements))
	}
	return e, nil
}

// strictJSON reads canonical JSON that is exactly what v is written as.
func strictJSON(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	again, err := marshal(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, text) {
		return fmt.Errorf("it is not in the one form that is written")
	}
	return nil
}

// Verify checks evidence against the key of the log: the signature, and of each
// statement its content and its place. An error that is a *Mismatch means that
// it does not hold.
func (e Evidence) Verify(key note.Verifier) (Checkpoint, error) {
	signed, err := e.Log.Open(e.Checkpoint, key)
	if err != nil {
		return Checkpoint{}, err
	}
	last := int64(-1)
	for _, p := range e.Statements {
		if p.Index <= last {
			return Checkpoint{}, mismatch(
				fmt.Sprintf("bằng chứng số %d không đứng đúng thứ tự", p.Index), fmt.Sprintf("leaf %d is not in the order of the log", p.Index))
		}
		last = p.Index
		if err := p.Verify(signed); err != nil {
			return Checkpoint{}, err
		}
	}
	return signed, nil
}

// Verify checks one statement against a checkpoint whose signature holds.
func (p Proven) Verify(signed Checkpoint) error {
	leaf, err := ParseLeaf([]byte(p.Entry))
	if err != nil {
		return mismatch(fmt.Sprintf("mục %d của nhật ký không đúng dạng", p.Index), fmt.Sprintf("leaf %d: %v", p.Index, err))
	}
	if hexSum([]byte(p.Public)) != leaf.Pub {
		return mismatch(
			fmt.Sprintf("nội dung của mục %d (%s) không phải là nội dung đã ghi vào nhật ký", p.Index, leaf.Type),
			fmt.Sprintf("the content of leaf %d (%s) is not the one that was logged", p.Index, leaf.Type))
	}
	err = tlog.CheckRecord(p.Proof, signed.Size, signed.Root, p.Index, tlog.RecordHash([]byte(p.Entry)))
	if err != nil {
		return mismatch(
			fmt.Sprintf("mục %d (%s) không có trong nhật ký đã ký", p.Index, leaf.Type),
			fmt.Sprintf("leaf %d (%s) is not in the log that was signed", p.Index, leaf.Type))
	}
	return nil
}
