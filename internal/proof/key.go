package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/privatefile"
	"temgoc/internal/trace"
)

// A Key signs the checkpoints of a log.
type Key struct {
	note.Signer
	// Verifier belongs to it; VKey is its text, in the form of package note, by
	// which others check what was signed.
	Verifier note.Verifier
	VKey     string
}

// CreateKey makes a key for a log of the given name and writes it to a file of
// mode 0600. A file that exists is left alone, with fs.ErrExist.
func CreateKey(path, origin string) (*Key, error) {
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	k, err := newKey(secret)
	if err != nil {
		return nil, err
	}
	if err := privatefile.Create(path, []byte(secret+"\n")); err != nil {
		return nil, fmt.Errorf("creating the key file of the log: %w", err)
	}
	return k, nil
}

// LoadKey reads a key file.
func LoadKey(path string) (*Key, error) {
	text, err := privatefile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("the key file of the log: %w", err)
	}
	k, err := newKey(string(bytes.TrimSuffix(text, []byte("\n"))))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// newKey reads a key; an error never quotes it.
func newKey(secret string) (*Key, error) {
	damaged := fmt.Errorf("%w: not the key of a log, or a damaged one; restore it from its copy", trace.ErrInvalid)
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, damaged
	}
	// PRIVATE+KEY+name+hash+base64 of an algorithm's number and a seed.
	parts := strings.SplitN(secret, "+", 5)
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, damaged
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, damaged
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, damaged
	}
	return &Key{signer, verifier, vkey}, nil
}
