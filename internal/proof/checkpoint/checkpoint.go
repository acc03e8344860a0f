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
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxSize is the largest signed checkpoint that is read, in bytes.
const MaxSize = 1 << 16

// MaxLeaves is the largest log that is read. Up to here browsers count as we do;
// package tlog does not come back from trees of more than 2^62 leaves.
const MaxLeaves = 1<<53 - 1

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
	if err != nil || size < 0 || size > MaxLeaves {
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
	i := bytes.LastIndex(signed, []byte("\n\n"))
	if i < 0 {
		return Head{}, nil, fmt.Errorf("%w: it has no signatures", ErrMalformed)
	}
	h, err := Parse(string(signed[:i+1]))
	if err != nil {
		return Head{}, nil, err
	}
	if err := strict(string(signed[i+2:])); err != nil {
		return Head{}, nil, err
	}
	n, err := note.Open(signed, known)
	if err != nil && !unverified(err) {
		return Head{}, nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return h, n, err
}

// unverified tells an error about who signed from one about the form.
func unverified(err error) bool {
	var nobody *note.UnverifiedNoteError
	var wrong *note.InvalidSignatureError
	return errors.As(err, &nobody) || errors.As(err, &wrong)
}

// maxSignatures is how many signatures package note reads.
const maxSignatures = 100

// strict refuses forms of signature lines that package note lets pass.
func strict(lines string) error {
	seen := map[string]bool{}
	for line := range strings.Lines(lines) {
		signature, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "— ")
		name, text, _ := strings.Cut(signature, " ")
		if !ok || !ValidName(name) {
			return fmt.Errorf("%w: a line that is no signature", ErrMalformed)
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(raw) < 5 || base64.StdEncoding.EncodeToString(raw) != text {
			return fmt.Errorf("%w: a signature that is not base64 in its one form", ErrMalformed)
		}
		key := name + " " + string(raw[:4])
		if seen[key] || len(seen) == maxSignatures {
			return fmt.Errorf("%w: two signatures by the same key, or more than %d", ErrMalformed, maxSignatures)
		}
		seen[key] = true
	}
	return nil
}

// ValidName is the rule of C2SP signed-note for the names of keys.
func ValidName(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsSpace) && !strings.Contains(name, "+")
}
