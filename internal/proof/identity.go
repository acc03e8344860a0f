package proof

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/cosignature"
	"temgoc/internal/proof/policy"
	"temgoc/internal/trace"
)

// An Identity says by which keys a log and its witnesses are checked. It comes
// with what is to be checked and proves nothing by itself: who checks compares
// it with a policy that came another way.
type Identity struct {
	Origin string `json:"origin"`
	VKey   string `json:"vkey"`
	// Witnesses are the keys of those who cosigned the checkpoint.
	Witnesses []string `json:"witnesses,omitempty"`
}

// Identity is how what this log signs is checked.
func (l *Log) Identity() Identity { return Identity{Origin: l.Origin(), VKey: l.vkey} }

// Trusting is the policy that believes the log with this key, without asking for
// a witness.
func Trusting(vkey string) (*policy.Policy, error) {
	p, err := policy.Parse(fmt.Appendf(nil, "log %s\nquorum none\n", vkey))
	if err != nil {
		return nil, fmt.Errorf("%w: %.200q is not the key of a log: %w", trace.ErrInvalid, vkey, err)
	}
	return p, nil
}

// Open checks the signatures on a checkpoint. Every byte of the note counts: a
// signature by a key that neither the policy nor the identity names is a Mismatch
// too, so that none can hide behind the others.
func (i Identity) Open(signed string, p *policy.Policy) (policy.Result, error) {
	log, err := i.trusted(p)
	if err != nil {
		return policy.Result{}, err
	}
	result, err := p.Verify([]byte(signed))
	if errors.Is(err, checkpoint.ErrMalformed) {
		return policy.Result{}, mismatch("mốc nhật ký không đúng dạng", fmt.Sprintf("the checkpoint: %v", err))
	}
	if err != nil || result.Origin != i.Origin {
		return policy.Result{}, mismatch("chữ ký trên mốc nhật ký không đúng", fmt.Sprintf("the signatures on the checkpoint do not hold: %v", err))
	}
	if !result.Met {
		return policy.Result{}, mismatch(
			fmt.Sprintf("mốc nhật ký chưa có đủ nhân chứng ký như quy định yêu cầu (mới có %d)", len(result.Witnesses)),
			fmt.Sprintf("the checkpoint is not cosigned by as many witnesses as the policy asks for (%d did)", len(result.Witnesses)))
	}
	known := []note.Verifier{log}
	for _, w := range p.Witnesses {
		known = append(known, w.Verifier)
	}
	return result, i.everySignature(signed, known)
}

// everySignature checks that a note has no signature but those by keys that are
// known or that the identity names, and that each of the latter signed.
func (i Identity) everySignature(signed string, known []note.Verifier) error {
	named := map[string]bool{}
	for _, vkey := range i.Witnesses {
		w, err := cosignature.NewVerifier(vkey)
		if err != nil {
			return fmt.Errorf("%w: %.200q is not the key of a witness", trace.ErrInvalid, vkey)
		}
		if named[w.Name()] {
			return fmt.Errorf("%w: the witness %.80q is named twice", trace.ErrInvalid, w.Name())
		}
		named[w.Name()] = true
		if !slices.ContainsFunc(known, func(k note.Verifier) bool { return k.Name() == w.Name() && k.KeyHash() == w.KeyHash() }) {
			known = append(known, w)
		}
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil || !plain(n, signed) {
		return unchecked
	}
	for _, s := range n.Sigs {
		delete(named, s.Name)
	}
	if len(named) > 0 {
		return unchecked
	}
	return nil
}

var unchecked = mismatch("có chữ ký không kiểm tra được", "there is a signature that cannot be checked")

// OpenNote checks the signature of the log on a note that has no other, and
// returns its text.
func (i Identity) OpenNote(signed string, p *policy.Policy) (string, error) {
	log, err := i.trusted(p)
	if err != nil {
		return "", err
	}
	n, err := note.Open([]byte(signed), note.VerifierList(log))
	if err != nil {
		return "", mismatch("chữ ký của nhật ký không đúng", fmt.Sprintf("the signature of the log does not hold: %v", err))
	}
	if !plain(n, signed) {
		return "", unchecked
	}
	return n.Text, nil
}

// trusted is the key of the log, if the policy believes it.
func (i Identity) trusted(p *policy.Policy) (note.Verifier, error) {
	for _, l := range p.Logs {
		if l.VKey == i.VKey && l.Verifier.Name() == i.Origin {
			return l.Verifier, nil
		}
	}
	return nil, mismatch(
		fmt.Sprintf("bằng chứng là của nhật ký %q với một khóa không phải khóa bạn đưa ra", i.Origin),
		fmt.Sprintf("the evidence is of the log %q, with a key that is not the one you gave", i.Origin))
}

// plain tells whether a note consists of its text and the signatures that were
// checked, each in its one form.
func plain(n *note.Note, text string) bool {
	var b strings.Builder
	b.WriteString(n.Text + "\n")
	for _, s := range n.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return false
		}
		fmt.Fprintf(&b, "— %s %s\n", s.Name, s.Base64)
	}
	return b.String() == text
}
