package stamp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"
)

// PINLength is how many digits a scratch PIN has.
const PINLength = 8

// pins is how many scratch PINs there are.
const pins = 100_000_000

// PIN returns the scratch PIN of an item, eight digits. It is empty for the code
// of another batch. Whether the item was ever issued is for the caller to check.
func (s *Sealer) PIN(c ItemCode) string {
	if c.IsZero() || string(c.text[:batchPayload]) != string(s.batch.text[:batchPayload]) {
		return ""
	}
	mac := s.pins.Get().(hash.Hash)
	defer s.pins.Put(mac)
	var room [sha256.Size]byte
	mac.Reset()
	mac.Write(c.text[:])
	sum := mac.Sum(room[:0])
	// Of 2⁶⁴ numbers no PIN has more than one in 2³⁷ in excess of another.
	return fmt.Sprintf("%0*d", PINLength, binary.BigEndian.Uint64(sum)%pins)
}

// CheckPIN tells whether digits are the scratch PIN of the item, in a time that
// says nothing about how many of them are right. Spaces and dashes, which people
// type, do not count.
func (s *Sealer) CheckPIN(c ItemCode, digits string) bool {
	want := s.PIN(c)
	return want != "" && subtle.ConstantTimeCompare([]byte(CleanPIN(digits)), []byte(want)) == 1
}

// CleanPIN drops the spaces, dashes and full stops that people type in a PIN.
func CleanPIN(digits string) string { return pinMarks.Replace(digits) }

var pinMarks = strings.NewReplacer(" ", "", "-", "", ".", "", "\u00a0", "", "\u2013", "")
