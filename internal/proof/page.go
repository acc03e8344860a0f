package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/policy"
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

// Evidence proves the revisions of a report: in the tree that witnesses cosigned
// since, if there is one, else in that of the report.
func (l *Log) Evidence(ctx context.Context, r Report) (Evidence, error) {
	if c, ok := l.cosignedFrom(r.Size); ok {
		r.Size, r.Checkpoint = c.Size, c.Checkpoint
	}
	e := Evidence{V: 1, Log: l.IdentityOf(r.Checkpoint), Checkpoint: r.Checkpoint, Statements: []Proven{}}
	for _, shown := range r.Leaves {
		p, err := l.Proven(ctx, r.Size, shown)
		if err != nil {
			return Evidence{}, err
		}
		e.Statements = append(e.Statements, p)
	}
	return e, nil
}

// Proven proves a revision in the log of a size.
func (l *Log) Proven(ctx context.Context, size int64, s Shown) (Proven, error) {
	public, err := Public(s.Revision)
	if err != nil {
		return Proven{}, err
	}
	way, err := l.InclusionProof(ctx, size, s.Place.Index)
	if way == nil {
		way = tlog.RecordProof{} // the only leaf of a log
	}
	return Proven{Index: s.Place.Index, Entry: string(s.Place.Entry), Public: string(public), Proof: way}, err
}

// JSON is the one form that Evidence has as a file.
func (e Evidence) JSON() ([]byte, error) { return Marshal(e) }

// ParseEvidence reads what JSON writes, and nothing else: another form of the
// same content is ErrInvalid.
func ParseEvidence(text []byte) (Evidence, error) {
	if len(text) > MaxEvidence {
		return Evidence{}, fmt.Errorf("%w: evidence of %d bytes, of which %d are allowed", trace.ErrInvalid, len(text), MaxEvidence)
	}
	var e Evidence
	if err := Unmarshal(text, &e); err != nil {
		return Evidence{}, fmt.Errorf("%w: no evidence of a page: %w", trace.ErrInvalid, err)
	}
	if e.V != 1 || len(e.Statements) == 0 {
		return Evidence{}, fmt.Errorf("%w: evidence of version %d with %d statements", trace.ErrInvalid, e.V, len(e.Statements))
	}
	return e, nil
}

// Unmarshal reads what Marshal writes, and nothing else.
func Unmarshal(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	again, err := Marshal(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, text) {
		return errors.New("it is not in the one form that is written")
	}
	return nil
}

// Verify checks evidence: the signatures, and of each statement its content and
// its place. An error that is a *Mismatch means that it does not hold.
func (e Evidence) Verify(p *policy.Policy) (policy.Result, error) {
	signed, err := e.Log.Open(e.Checkpoint, p)
	if err != nil {
		return policy.Result{}, err
	}
	last := int64(-1)
	for _, p := range e.Statements {
		if p.Index <= last {
			return policy.Result{}, mismatch(
				fmt.Sprintf("bằng chứng số %d không đứng đúng thứ tự", p.Index), fmt.Sprintf("leaf %d is not in the order of the log", p.Index))
		}
		last = p.Index
		if err := p.Verify(signed.Tree()); err != nil {
			return policy.Result{}, err
		}
	}
	return signed, nil
}

// Said is the public part of a revision, read back.
type Said struct {
	At       time.Time       `json:"at"`
	Body     json.RawMessage `json:"body"`
	By       string          `json:"by"`
	Created  time.Time       `json:"created"`
	ID       string          `json:"id"`
	Kind     trace.Kind      `json:"kind"`
	Revision int             `json:"revision"`
}

// Said reads what a statement says. Only Verify tells whether it was said.
func (p Proven) Said() (Said, error) {
	var s Said
	if err := Unmarshal([]byte(p.Public), &s); err != nil {
		return Said{}, fmt.Errorf("%w: leaf %d says nothing that can be read: %w", trace.ErrInvalid, p.Index, err)
	}
	return s, nil
}

// Verify checks one statement against the tree of a checkpoint that holds.
func (p Proven) Verify(signed tlog.Tree) error {
	leaf, err := ParseLeaf([]byte(p.Entry))
	if err != nil {
		return mismatch(fmt.Sprintf("mục %d của nhật ký không đúng dạng", p.Index), fmt.Sprintf("leaf %d: %v", p.Index, err))
	}
	if hexSum([]byte(p.Public)) != leaf.Pub {
		return mismatch(
			fmt.Sprintf("nội dung của mục %d (%s) không phải là nội dung đã ghi vào nhật ký", p.Index, leaf.Type),
			fmt.Sprintf("the content of leaf %d (%s) is not the one that was logged", p.Index, leaf.Type))
	}
	err = tlog.CheckRecord(p.Proof, signed.N, signed.Hash, p.Index, tlog.RecordHash([]byte(p.Entry)))
	if err != nil {
		return mismatch(
			fmt.Sprintf("mục %d (%s) không có trong nhật ký đã ký", p.Index, leaf.Type),
			fmt.Sprintf("leaf %d (%s) is not in the log that was signed", p.Index, leaf.Type))
	}
	return nil
}
