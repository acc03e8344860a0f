package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// tokenSize is how many random bytes a token of a session or a link has.
const tokenSize = 32

// newToken draws a token: 43 characters of base64url.
func newToken() string {
	var b [tokenSize]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// isToken tells whether s has the one form of a token.
func isToken(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == tokenSize && len(s) == base64.RawURLEncoding.EncodedLen(tokenSize)
}

// hash is what is stored of a text that opens something by itself.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
