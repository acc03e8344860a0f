// Package checkpoint reads and writes what a log signs: its name, its size and
// the root of its tree (C2SP tlog-checkpoint), in a signed note (C2SP
// signed-note).
//
// Texts have one form each: what is accepted here is written again byte for
// byte, unlike in package note, which takes base64 with stray bits and drops
// repeated signatures.
package checkpoint

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxSize is the largest signed checkpoint that is read, in bytes.
const MaxSize = 1 << 16

// ErrMalformed says that a text is no checkpoint, or not in its one form.
var ErrMalformed = errors.New("malformed checkpoint")

// A Head is what a checkpoint says about a log.
type Head struct {
	Origin string
	Size   int64
	Root   tlog.Hash
	// Extension is empty or further lines, each with its newline. Witnesses say
	// nothing about them.
	Extension string
}

// String is the body of the note.
func (h Head) String() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s", h.Origin, h.Size, base64.StdEncoding.EncodeToString(h.Root[:]), h.Extension)
}

// Parse reads the body of a note.
func Parse(text string) (Head, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 || lines[0] == "" {
		return Head{}, fmt.Errorf("%w: it has a line each for name, size and root", ErrMalformed)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Head{}, fmt.Errorf("%w: %.40q is not the size of a log", ErrMalformed, lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Head{}, fmt.Errorf("%w: %.80q is not the root of a log", ErrMalformed, lines[2])
	}
	more := lines[3]
	if more != "" && !strings.HasSuffix(more, "\n") || strings.HasPrefix(more, "\n") || strings.Contains(more, "\n\n") {
		return Head{}, fmt.Errorf("%w: an empty line, or one without an end", ErrMalformed)
	}
	h := Head{lines[0], size, root, more}
	if h.String() != text {
		return Head{}, fmt.Errorf("%w: it is not in its one form", ErrMalformed)
	}
	return h, nil
}

// Open reads a signed checkpoint and verifies its signatures. As in [note.Open],
// at least one is by a key that is known, and none by a known key is wrong.
func Open(signed []byte, known note.Verifiers) (Head, *note.Note, error) {
	if len(signed) > MaxSize {
		return Head{}, nil, fmt.Errorf("%w: more than %d bytes", ErrMalformed, MaxSize)
	}
	if err := strict(signed); err != nil {
		return Head{}, nil, err
	}
	n, err := note.Open(signed, known)
	if err != nil {
		return Head{}, nil, err
	}
	h, err := Parse(n.Text)
	return h, n, err
}

// strict refuses forms of signature lines that package note lets pass.
func strict(signed []byte) error {
	_, lines, _ := bytes.Cut(signed, []byte("\n\n"))
	seen := map[string]bool{}
	for line := range strings.Lines(string(lines)) {
		line = strings.TrimSuffix(line, "\n")
		i := strings.LastIndexByte(line, ' ')
		raw, err := base64.StdEncoding.Strict().DecodeString(line[i+1:])
		if err != nil || len(raw) < 5 || base64.StdEncoding.EncodeToString(raw) != line[i+1:] {
			return fmt.Errorf("%w: a signature that is not base64 in its one form", ErrMalformed)
		}
		key := line[:i+1] + string(raw[:4])
		if seen[key] {
			return fmt.Errorf("%w: two signatures by the same key", ErrMalformed)
		}
		seen[key] = true
	}
	return nil
}
