package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/catalog"
	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// A Line is one revision with its proof. Its text is canonical JSON.
type Line struct {
	// Index is where its leaf is in the log, Entry the leaf, and Proof the way
	// from there to the root.
	Index int64       `json:"index"`
	Entry string      `json:"entry"`
	Proof []tlog.Hash `json:"proof"`
	// Public is the public part of the revision.
	Public string `json:"public"`
	// Private is the other part, for those who may see it, and Salt what it was
	// hashed with, in base64. Both are absent where the part was erased, too.
	Private string `json:"private,omitempty"`
	Salt    string `json:"salt,omitempty"`
}

// ParseLine reads a line, without its end.
func ParseLine(text []byte) (Line, error) {
	if len(text) > MaxLine {
		return Line{}, fmt.Errorf("%w: a line of more than %d bytes", trace.ErrInvalid, MaxLine)
	}
	var l Line
	if err := proof.Unmarshal(text, &l); err != nil {
		return Line{}, fmt.Errorf("%w: %w", trace.ErrInvalid, err)
	}
	return l, nil
}

// text is the line as it is written.
func (l Line) text() ([]byte, error) {
	text, err := proof.Marshal(l)
	if err == nil && len(text) > MaxLine {
		err = fmt.Errorf("%w: a statement of %d bytes, of which %d are allowed", trace.ErrInvalid, len(text), MaxLine)
	}
	return append(text, '\n'), err
}

func (l Line) proven() proof.Proven {
	return proof.Proven{Index: l.Index, Entry: l.Entry, Public: l.Public, Proof: l.Proof}
}

// A Statement is a line that holds.
type Statement struct {
	proof.Said
	Leaf  proof.Leaf
	Index int64
	// Private is the part that is not public, where it is in the bundle.
	Private []byte
}

// verify checks a line against the tree of a checkpoint that holds.
func (l Line) verify(signed tlog.Tree) (Statement, error) {
	p := l.proven()
	if err := p.Verify(signed); err != nil {
		return Statement{}, err
	}
	leaf, err := proof.ParseLeaf([]byte(l.Entry))
	if err != nil {
		return Statement{}, err
	}
	said, err := p.Said()
	if err != nil {
		return Statement{}, err
	}
	s := Statement{Said: said, Leaf: leaf, Index: l.Index, Private: []byte(l.Private)}
	return s, l.verifyPrivate(leaf)
}

// verifyPrivate checks the private part, where the line has one.
func (l Line) verifyPrivate(leaf proof.Leaf) error {
	if l.Private == "" && l.Salt == "" {
		return nil
	}
	salt, err := base64.StdEncoding.Strict().DecodeString(l.Salt)
	if err != nil || len(salt) != trace.SaltSize {
		return fmt.Errorf("%w: the salt of leaf %d is not %d bytes in base64", trace.ErrInvalid, l.Index, trace.SaltSize)
	}
	sum := sha256.Sum256(append(bytes.Clone(salt), l.Private...))
	if hex.EncodeToString(sum[:]) != leaf.Per {
		return mismatch(
			fmt.Sprintf("phần riêng của mục %d (%s) không phải là phần đã ghi vào nhật ký", l.Index, leaf.Type),
			fmt.Sprintf("the private part of leaf %d (%s) is not the one that was logged", l.Index, leaf.Type))
	}
	return nil
}

func mismatch(vi, en string) error { return &proof.Mismatch{Name: catalog.Name{VI: vi, EN: en}} }
