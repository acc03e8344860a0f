package proof

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/trace"
)

// Open checks the signature of the log on a checkpoint with a key that came
// another way. Every byte of the note counts: a signature that nobody checked is
// a Mismatch too, so that none can hide behind the others.
func (i Identity) Open(checkpoint string, key note.Verifier) (Checkpoint, error) {
	own, err := note.NewVerifier(i.VKey)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %.80q is not the key of a log", trace.ErrInvalid, i.VKey)
	}
	if own.Name() != key.Name() || own.KeyHash() != key.KeyHash() || i.Origin != key.Name() {
		return Checkpoint{}, mismatch(
			fmt.Sprintf("bằng chứng nêu khóa của nhật ký %q, không phải khóa của %q", i.Origin, key.Name()),
			fmt.Sprintf("the evidence names the key of the log %q, not that of %q", i.Origin, key.Name()))
	}
	n, err := note.Open([]byte(checkpoint), note.VerifierList(key))
	if err != nil {
		return Checkpoint{}, mismatch("chữ ký của nhật ký không đúng", fmt.Sprintf("the signature of the log does not hold: %v", err))
	}
	if !plain(n, checkpoint) {
		return Checkpoint{}, mismatch("dưới mốc nhật ký có chữ ký không kiểm tra được", "the checkpoint has a signature that cannot be checked")
	}
	signed, err := parseCheckpoint(n.Text)
	if err == nil && signed.Origin != key.Name() {
		err = fmt.Errorf("%w: it is one of %.80q", trace.ErrInvalid, signed.Origin)
	}
	if err != nil {
		return Checkpoint{}, mismatch("mốc nhật ký không đúng dạng", fmt.Sprintf("the checkpoint: %v", err))
	}
	return signed, nil
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
