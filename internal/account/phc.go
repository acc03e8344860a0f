package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"temgoc/internal/trace"
)

// A cost is how much work a hash of a password is.
type cost struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// present is what passwords are hashed with today; older hashes are replaced
// when their person signs in. 19 MiB, two passes and one lane are OWASP's first
// choice for Argon2id.
var present = cost{memory: 19 << 10, time: 2, threads: 1}

// Sizes of what is stored, in bytes.
const (
	saltSize = 16
	keySize  = 32
)

// A passwordHash is an Argon2id hash with what it was made with.
type passwordHash struct {
	cost
	salt, key []byte
}

// String writes the hash in the PHC form,
// $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH.
func (h passwordHash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parsePHC reads what String writes, and hashes of other costs within bounds
// that a sign-in can bear.
func parsePHC(s string) (passwordHash, bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return passwordHash{}, false
	}
	var h passwordHash
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil {
		return passwordHash{}, false
	}
	b64 := base64.RawStdEncoding.Strict()
	var err1, err2 error
	h.salt, err1 = b64.DecodeString(parts[4])
	h.key, err2 = b64.DecodeString(parts[5])
	sound := err1 == nil && err2 == nil && len(h.salt) >= 8 && len(h.salt) <= 64 && len(h.key) >= 16 && len(h.key) <= 64 &&
		h.threads >= 1 && h.threads <= 8 && h.time >= 1 && h.time <= 16 && h.memory >= 8*uint32(h.threads) && h.memory <= 256<<10
	return h, sound && h.String() == s
}

// slots bounds how many hashes are made at once, each with its memory, so that
// a flood of sign-ins cannot exhaust it.
var slots = make(chan struct{}, 4)

// derive computes the key of a password. Its forms under Unicode count as one.
func derive(ctx context.Context, password string, salt []byte, c cost, size int) ([]byte, error) {
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: waiting to hash a password: %w", trace.ErrUnavailable, ctx.Err())
	}
	defer func() { <-slots }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.time, c.memory, c.threads, uint32(size)), nil
}

// hashPassword makes the hash that is stored.
func hashPassword(ctx context.Context, password string) (string, error) {
	h := passwordHash{cost: present, salt: make([]byte, saltSize)}
	rand.Read(h.salt) // never fails since Go 1.24
	var err error
	h.key, err = derive(ctx, password, h.salt, h.cost, keySize)
	return h.String(), err
}

// nobody is compared with where there is no hash, so that an unknown login
// takes as long as a wrong password.
var nobody = passwordHash{cost: present, salt: make([]byte, saltSize), key: make([]byte, keySize)}

// samePassword tells whether phc is a hash of the password, and whether it
// should be replaced by a present one.
func samePassword(ctx context.Context, phc, password string) (same, old bool, err error) {
	h, known := parsePHC(phc)
	if !known {
		h = nobody
	}
	key, err := derive(ctx, password, h.salt, h.cost, len(h.key))
	if err != nil {
		return false, false, err
	}
	same = subtle.ConstantTimeCompare(key, h.key) == 1 && known
	return same, h.cost != present, nil
}
