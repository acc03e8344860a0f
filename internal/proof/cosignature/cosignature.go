// Package cosignature signs and verifies as witnesses do (C2SP
// tlog-cosignature, cosignature/v1 with Ed25519): a witness states that at a
// certain time the largest tree of a log that it saw had this size and root, and
// that it continues all that the witness saw before.
package cosignature

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
)

// algorithm is the number of cosignature/v1 in keys.
const algorithm = 0x04

// signatureSize is that of a time and an Ed25519 signature.
const signatureSize = 8 + ed25519.SignatureSize

// secretPrefix begins a secret key, as in package note.
const secretPrefix = "PRIVATE+KEY+"

// ErrKey says that a text is no key of a witness, or not in its one form.
var ErrKey = errors.New("not the key of a witness")

// A Signer cosigns checkpoints. It is a [note.Signer].
type Signer struct {
	verifier *Verifier
	key      ed25519.PrivateKey
	now      func() time.Time
}

// GenerateKey makes the key of a witness of the given name: its secret and its
// public text.
func GenerateKey(random io.Reader, name string) (secret, vkey string, err error) {
	if !checkpoint.ValidName(name) {
		return "", "", fmt.Errorf("%w: the name %.80q is empty or has spaces or plus signs", ErrKey, name)
	}
	public, private, err := ed25519.GenerateKey(random)
	if err != nil {
		return "", "", err
	}
	v := newVerifier(name, public)
	seed := base64.StdEncoding.EncodeToString(append([]byte{algorithm}, private.Seed()...))
	return fmt.Sprintf("%s%s+%08x+%s", secretPrefix, name, v.hash, seed), v.String(), nil
}

// NewSigner reads a secret key as GenerateKey makes it; an error never quotes
// it. Now is the clock of the cosignatures.
func NewSigner(secret string, now func() time.Time) (*Signer, error) {
	rest, ok := strings.CutPrefix(secret, secretPrefix)
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with %s", ErrKey, secretPrefix)
	}
	name, hash, seed, err := split(rest)
	if err != nil {
		return nil, err
	}
	key := ed25519.NewKeyFromSeed(seed)
	v := newVerifier(name, key.Public().(ed25519.PublicKey))
	if v.hash != hash {
		return nil, fmt.Errorf("%w: its hash does not fit, it is damaged", ErrKey)
	}
	return &Signer{v, key, now}, nil
}

// Name implements [note.Signer].
func (s *Signer) Name() string { return s.verifier.name }

// KeyHash implements [note.Signer].
func (s *Signer) KeyHash() uint32 { return s.verifier.hash }

// Verifier belongs to the signer.
func (s *Signer) Verifier() *Verifier { return s.verifier }

// Sign implements [note.Signer] for the body of a checkpoint, with the time of
// the signer's clock.
func (s *Signer) Sign(body []byte) ([]byte, error) { return s.SignAt(body, s.now()) }

// SignAt is Sign with a given time.
func (s *Signer) SignAt(body []byte, at time.Time) ([]byte, error) {
	seconds := at.Unix()
	if seconds < 0 {
		return nil, fmt.Errorf("cosignature: %v is before 1970", at)
	}
	if _, err := checkpoint.Parse(string(body)); err != nil {
		return nil, err
	}
	sig := binary.BigEndian.AppendUint64(nil, uint64(seconds))
	return append(sig, ed25519.Sign(s.key, message(seconds, body))...), nil
}

// message is what is signed.
func message(seconds int64, body []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, body)
}

// A Verifier verifies the cosignatures of one witness. It is a [note.Verifier].
type Verifier struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

// NewVerifier reads a vkey: name+hash+base64(0x04‖public key).
func NewVerifier(vkey string) (*Verifier, error) {
	name, hash, public, err := split(vkey)
	if err != nil {
		return nil, err
	}
	v := newVerifier(name, public)
	if v.hash != hash {
		return nil, fmt.Errorf("%w: its hash does not fit, it is damaged", ErrKey)
	}
	return v, nil
}

func newVerifier(name string, public ed25519.PublicKey) *Verifier {
	sum := sha256.Sum256(append([]byte(name+"\n\x04"), public...))
	return &Verifier{name, binary.BigEndian.Uint32(sum[:]), public}
}

// split takes a key apart: name+hash+base64(0x04‖32 bytes).
func split(key string) (name string, hash uint32, raw []byte, err error) {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 || !checkpoint.ValidName(parts[0]) {
		return "", 0, nil, fmt.Errorf("%w: it is NAME+HASH+KEY", ErrKey)
	}
	raw, err = base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || base64.StdEncoding.EncodeToString(raw) != parts[2] {
		return "", 0, nil, fmt.Errorf("%w: its last part is not the base64 of 33 bytes", ErrKey)
	}
	if raw[0] != algorithm {
		return "", 0, nil, fmt.Errorf("%w: algorithm %d is not that of cosignatures, %d", ErrKey, raw[0], algorithm)
	}
	if _, err := fmt.Sscanf(parts[1], "%08x", &hash); err != nil || fmt.Sprintf("%08x", hash) != parts[1] {
		return "", 0, nil, fmt.Errorf("%w: its hash is not 8 digits of base 16 in lower case", ErrKey)
	}
	return parts[0], hash, raw[1:], nil
}

// Name implements [note.Verifier].
func (v *Verifier) Name() string { return v.name }

// KeyHash implements [note.Verifier].
func (v *Verifier) KeyHash() uint32 { return v.hash }

// Public is the key itself, by which two vkeys are the same.
func (v *Verifier) Public() ed25519.PublicKey { return v.public }

// String is the vkey.
func (v *Verifier) String() string {
	return fmt.Sprintf("%s+%08x+%s", v.name, v.hash, base64.StdEncoding.EncodeToString(append([]byte{algorithm}, v.public...)))
}

// Verify implements [note.Verifier] for the body of a checkpoint.
func (v *Verifier) Verify(body, sig []byte) bool {
	if len(sig) != signatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	if _, err := checkpoint.Parse(string(body)); err != nil || seconds > math.MaxInt64 {
		return false
	}
	return ed25519.Verify(v.public, message(int64(seconds), body), sig[8:])
}

// Time is when a cosignature says that it was made. It means something only for
// signatures that were verified.
func Time(sig note.Signature) (time.Time, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(sig.Base64)
	if err != nil || len(raw) != 4+signatureSize {
		return time.Time{}, errors.New("cosignature: not a cosignature")
	}
	seconds := binary.BigEndian.Uint64(raw[4:])
	if seconds > math.MaxInt64 {
		return time.Time{}, errors.New("cosignature: a time that is out of range")
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}
