package proof

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/trace"
)

// Seal signs a text that is not a checkpoint, as a note: its first line says what
// it is, and is not the name of the log.
func (l *Log) Seal(text string) (string, error) {
	if first, _, _ := strings.Cut(text, "\n"); first == l.Origin() {
		return "", fmt.Errorf("%w: a seal that could be taken for a checkpoint", trace.ErrInvalid)
	}
	signed, err := note.Sign(&note.Note{Text: text}, l.signer)
	return string(signed), err
}
