package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// A Key is a key file.
type Key struct {
	// Name is what the file is called, such as keys.json.
	Name    string `json:"name"`
	Content []byte `json:"content"`
}

// keysLine is how a key file stands in the part of the keys.
type keysLine Key

// putKeys writes key files into a part of their own, for recipients of their own.
func (s *segment) putKeys(keys []Key, recipients []age.Recipient) error {
	if len(keys) == 0 {
		return nil
	}
	others := s.recipients
	s.recipients = recipients
	defer func() { s.recipients = others }()
	w := s.writer(RoleKeys)
	for _, k := range keys {
		if err := w.add(keysLine(k), nil); err != nil {
			return err
		}
	}
	return w.end()
}

// Keys reads the key files that are beside the newest segment of a target that
// has any, or of one that is named. Nothing vouches for them but that they could
// be decrypted: it takes one of them to tell whether a manifest is genuine.
func Keys(ctx context.Context, t Target, segment string, identities []age.Identity) ([]Key, error) {
	names, err := t.Names(ctx)
	if err != nil {
		return nil, err
	}
	found := ""
	for _, name := range names {
		if isSegment(segmentOf(name)) && isKeys(name) && (segment == "" || segment == segmentOf(name)) {
			found = name
		}
	}
	if found == "" {
		return nil, damaged("there are no keys in it")
	}
	content, err := fetch(ctx, t, found)
	if err != nil {
		return nil, err
	}
	return readKeys(found, content, identities)
}

// isKeys tells whether an object is a part with keys.
func isKeys(name string) bool { return strings.HasSuffix(name, "-"+string(RoleKeys)+".age") }

// maxKeys is how many key files are read.
const maxKeys = 10

func readKeys(name string, content []byte, identities []age.Identity) ([]Key, error) {
	r, err := openPart(Part{Name: name, Role: RoleKeys, Size: int64(len(content)), SHA256: sum(content), Records: maxKeys}, content, identities)
	if err != nil {
		return nil, err
	}
	defer r.close()
	var keys []Key
	for {
		if _, err := r.lines.Peek(1); errors.Is(err, io.EOF) {
			return keys, nil
		}
		var k keysLine
		if err := r.line(&k); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		keys = append(keys, Key(k))
	}
}
