package stamp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// masterSize is the length of a master key in bytes.
const masterSize = 32

// ErrUnknownKey says that the ring has no master key of the id that a batch
// was stamped with.
var ErrUnknownKey = errors.New("unknown key id")

// Keys is a ring of master keys, each under its key id ("kid"). A batch keeps
// the kid it was stamped with for ever; new batches take the current one.
// Keys never change once made and are safe for concurrent use.
type Keys struct {
	current string
	masters map[string][masterSize]byte
}

// NewKeys makes a ring with one fresh master key, k1. Without its key file
// it is lost with the process; CreateKeys is for what is printed.
func NewKeys(random io.Reader) (*Keys, error) {
	return (&Keys{}).Rotate(random)
}

// Rotate returns a ring with one more master key, which is the current one.
// All older keys stay to open the codes made with them.
func (k *Keys) Rotate(random io.Reader) (*Keys, error) {
	var master [masterSize]byte
	if _, err := io.ReadFull(random, master[:]); err != nil {
		return nil, fmt.Errorf("drawing a master key: %w", err)
	}
	next := &Keys{masters: maps.Clone(k.masters)}
	if next.masters == nil {
		next.masters = make(map[string][masterSize]byte)
	}
	for n := len(next.masters) + 1; ; n++ {
		next.current = "k" + strconv.Itoa(n)
		if _, taken := next.masters[next.current]; !taken {
			break
		}
	}
	next.masters[next.current] = master
	return next, nil
}

// Current returns the kid for new batches.
func (k *Keys) Current() string { return k.current }

// IDs returns all kids, sorted.
func (k *Keys) IDs() []string { return slices.Sorted(maps.Keys(k.masters)) }

// Sealer returns the maker and opener of the item codes of a batch that was
// stamped under kid. It fails with ErrUnknownKey.
func (k *Keys) Sealer(kid string, batch BatchCode) (*Sealer, error) {
	master, ok := k.masters[kid]
	if !ok {
		return nil, fmt.Errorf("%w %q: the key file has %s", ErrUnknownKey, kid, strings.Join(k.IDs(), ", "))
	}
	if batch.IsZero() {
		return nil, errors.New("no batch code to seal items of")
	}
	return newSealer(master[:], batch)
}

// Purpose derives from the master key of kid a key of 32 bytes for something
// other than codes. Each purpose has a key of its own, and none tells anything
// about the master or another. It fails with ErrUnknownKey.
func (k *Keys) Purpose(kid, purpose string) ([]byte, error) {
	master, ok := k.masters[kid]
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrUnknownKey, kid)
	}
	return hkdf.Key(sha256.New, master[:], nil, "temgoc/purpose/v1/"+purpose, sha256.Size)
}

// Fingerprint returns a short text that is the same for two rings exactly if
// they hold the same keys under the same kids, whichever is current. It tells
// nothing about the keys and may be stored and logged.
func (k *Keys) Fingerprint() string {
	digest := sha256.New()
	for _, kid := range k.IDs() {
		fmt.Fprintf(digest, "%s %x\n", kid, k.print(kid))
	}
	return hex.EncodeToString(digest.Sum(nil)[:16])
}

// KeyFingerprint is Fingerprint for one key, to tell a ring that gained a key
// from one whose keys differ. It fails with ErrUnknownKey.
func (k *Keys) KeyFingerprint(kid string) (string, error) {
	if _, ok := k.masters[kid]; !ok {
		return "", fmt.Errorf("%w %q", ErrUnknownKey, kid)
	}
	return hex.EncodeToString(k.print(kid)[:16]), nil
}

// print is a one-way image of a master key that is used for nothing else.
func (k *Keys) print(kid string) []byte {
	master := k.masters[kid]
	mac := hmac.New(sha256.New, master[:])
	mac.Write([]byte("ocop/keys/v1/fingerprint"))
	return mac.Sum(nil)
}

// String returns the kids and the fingerprint; it keeps the keys out of logs.
func (k *Keys) String() string {
	return fmt.Sprintf("stamp.Keys(%s; %s)", strings.Join(k.IDs(), ", "), k.Fingerprint())
}

// GoString is String.
func (k *Keys) GoString() string { return k.String() }
