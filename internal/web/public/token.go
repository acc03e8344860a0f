package public

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/stamp"
)

// A form that anybody may send carries a token, which the service made when it
// rendered the form: who sends one has loaded the page, has taken the time that
// a person needs, and cannot send an old one for ever. It says nothing about who
// that is.
//
// A token is the time of its making in milliseconds, a random part and a MAC
// over both, joined by full stops:
//
//	mgqx3k2v.5J3K7QXW2M6TNA4P.90f2a1…
const (
	youngest  = 3 * time.Second // nobody fills in the form faster
	oldest    = 2 * time.Hour
	nonceSize = 16
	macSize   = 16 // bytes; 32 hexadecimal digits
)

// What may be wrong with a token.
var (
	errForged = errors.New("not a token of ours")
	errEarly  = errors.New("token used too early")
	errLate   = errors.New("token is too old")
)

// tokenPurpose is what the key of tokens is derived for.
const tokenPurpose = "public/form"

// A tokenMaker makes and checks tokens.
type tokenMaker struct {
	clock func() time.Time
	key   []byte
	keys  [][]byte // those of replicas with another current key too
}

func newTokenMaker(clock func() time.Time, keys *stamp.Keys) (*tokenMaker, error) {
	m := &tokenMaker{clock: clock}
	for _, kid := range keys.IDs() {
		key, err := keys.Purpose(kid, tokenPurpose)
		if err != nil {
			return nil, fmt.Errorf("key of form tokens: %w", err)
		}
		m.keys = append(m.keys, key)
		if kid == keys.Current() {
			m.key = key
		}
	}
	return m, nil
}

// issue makes a token.
func (m *tokenMaker) issue() string {
	signed := strconv.FormatInt(m.clock().UnixMilli(), 36) + "." + rand.Text()[:nonceSize]
	return signed + "." + hex.EncodeToString(sign(m.key, signed))
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)[:macSize]
}

// check tells whether a token may be used now.
func (m *tokenMaker) check(token string) error {
	if err := m.usable(token); err != nil {
		return err
	}
	if issued, _ := m.open(token); m.clock().Sub(issued) < youngest {
		return errEarly
	}
	return nil
}

// usable tells whether a token may be used now or soon.
func (m *tokenMaker) usable(token string) error {
	issued, err := m.open(token)
	if err == nil && m.clock().Sub(issued) > oldest {
		err = errLate
	}
	return err
}

// open finds when a token was made.
func (m *tokenMaker) open(token string) (time.Time, error) {
	end := strings.LastIndexByte(token, '.')
	if end < 0 || len(token)-end-1 != hex.EncodedLen(macSize) {
		return time.Time{}, errForged
	}
	signed := token[:end]
	mac, err := hex.DecodeString(token[end+1:])
	if err != nil || hex.EncodeToString(mac) != token[end+1:] || !m.signed(signed, mac) {
		return time.Time{}, errForged
	}
	at, _, _ := strings.Cut(signed, ".")
	ms, err := strconv.ParseInt(at, 36, 64)
	if err != nil {
		return time.Time{}, errForged
	}
	return time.UnixMilli(ms), nil
}

func (m *tokenMaker) signed(text string, mac []byte) bool {
	for _, key := range m.keys {
		if hmac.Equal(sign(key, text), mac) {
			return true
		}
	}
	return false
}
