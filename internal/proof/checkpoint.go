package proof

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/trace"
)

// A Checkpoint is what the log signs: its name, its size and the root of its
// tree (C2SP tlog-checkpoint, without extension lines).
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// text is the body of the signed note.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// signed is the checkpoint as a note.
func (c Checkpoint) signed(s note.Signer) (string, error) {
	text, err := note.Sign(&note.Note{Text: c.text()}, s)
	return string(text), err
}

// parseCheckpoint reads the body of a note, byte for byte as text writes it.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 {
		return Checkpoint{}, fmt.Errorf("%w: a checkpoint has three lines", trace.ErrInvalid)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, fmt.Errorf("%w: %.40q is not the size of a log", trace.ErrInvalid, lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %.80q is not the root of a log", trace.ErrInvalid, lines[2])
	}
	c := Checkpoint{lines[0], size, root}
	if c.text() != text {
		return Checkpoint{}, fmt.Errorf("%w: a checkpoint that is not in its one form", trace.ErrInvalid)
	}
	return c, nil
}
