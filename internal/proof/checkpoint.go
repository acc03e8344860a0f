package proof

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
)

// signedHead is a checkpoint as a note.
func signedHead(h checkpoint.Head, s note.Signer) (string, error) {
	text, err := note.Sign(&note.Note{Text: h.String()}, s)
	return string(text), err
}

// parseHead reads the body of a note. Ours have no extension lines.
func parseHead(text string) (checkpoint.Head, error) {
	h, err := checkpoint.Parse(text)
	if err == nil && h.Extension != "" {
		err = errors.New("a checkpoint with extension lines")
	}
	if err != nil {
		return checkpoint.Head{}, fmt.Errorf("%w: %w", trace.ErrInvalid, err)
	}
	return h, nil
}
