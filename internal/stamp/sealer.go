package stamp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"
)

// MaxSerial is the highest serial number of an item in its batch.
const MaxSerial = 1<<24 - 1

const (
	tagBits  = 26
	maskBits = 24
)

// A Sealer makes and opens the item codes of one batch. It holds the keys
// derived for the batch, so that a code costs two HMACs and no allocation;
// keep it while a batch is in use. It is safe for concurrent use.
type Sealer struct {
	batch BatchCode
	macs  sync.Pool // of *macs
	pins  sync.Pool // of hash.Hash
}

// macs are the keyed hashes of a batch with their buffers. They are not safe
// for concurrent use.
type macs struct {
	tag, mask hash.Hash
	in        [4]byte
	out       [sha256.Size]byte
}

// newSealer derives the keys of a batch from a master.
func newSealer(master []byte, batch BatchCode) (*Sealer, error) {
	tagKey, err := deriveKey(master, "tag", batch)
	if err != nil {
		return nil, err
	}
	maskKey, err := deriveKey(master, "enc", batch)
	if err != nil {
		return nil, err
	}
	pinKey, err := deriveKey(master, "pin", batch)
	if err != nil {
		return nil, err
	}
	s := &Sealer{batch: batch}
	s.pins.New = func() any { return hmac.New(sha256.New, pinKey) }
	s.macs.New = func() any {
		return &macs{tag: hmac.New(sha256.New, tagKey), mask: hmac.New(sha256.New, maskKey)}
	}
	return s, nil
}

// deriveKey is Kt (purpose "tag"), Ke (purpose "enc") or Kpin (purpose "pin") of
// a batch.
func deriveKey(master []byte, purpose string, batch BatchCode) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, master, nil, "ocop/item/v1/"+purpose+"/"+batch.payload(), sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("deriving the %s key of batch %v: %w", purpose, batch, err)
	}
	return key, nil
}

// Batch returns the code of the batch.
func (s *Sealer) Batch() BatchCode { return s.batch }

// Item returns the code of the item with this serial number. The same serial
// always gives the same code. It panics when serial exceeds MaxSerial.
func (s *Sealer) Item(serial uint32) ItemCode {
	if serial > MaxSerial {
		panic(fmt.Sprintf("stamp: serial %d exceeds %d", serial, MaxSerial))
	}
	m := s.macs.Get().(*macs)
	tag := m.tagOf(serial)
	masked := serial ^ m.maskOf(tag)
	s.macs.Put(m)

	var c ItemCode
	copy(c.text[:], s.batch.text[:batchPayload])
	putBits(c.text[batchPayload:itemLength-1], uint64(tag)<<maskBits|uint64(masked))
	c.text[itemLength-1] = checkCharacter(c.text[:itemLength-1])
	return c
}

// Open returns the serial number in c, and false when c is of another batch
// or was not made with this key. Whether an item with that serial was ever
// issued is for the caller to check.
func (s *Sealer) Open(c ItemCode) (serial uint32, ok bool) {
	if string(c.text[:batchPayload]) != string(s.batch.text[:batchPayload]) {
		return 0, false
	}
	bits := getBits(c.text[batchPayload : itemLength-1])
	tag, masked := uint32(bits>>maskBits), uint32(bits&MaxSerial)

	m := s.macs.Get().(*macs)
	serial = masked ^ m.maskOf(tag)
	want := m.tagOf(serial)
	s.macs.Put(m)

	if subtle.ConstantTimeEq(int32(tag), int32(want)) != 1 {
		return 0, false
	}
	return serial, true
}

// String names the batch; it keeps the keys out of logs.
func (s *Sealer) String() string { return "stamp.Sealer(" + s.batch.Display() + ")" }

// GoString is String.
func (s *Sealer) GoString() string { return s.String() }

// tagOf is the tag of a serial number, 26 bits.
func (m *macs) tagOf(serial uint32) uint32 { return m.sum(m.tag, serial) >> (32 - tagBits) }

// maskOf is what the serial number is hidden with, 24 bits.
func (m *macs) maskOf(tag uint32) uint32 { return m.sum(m.mask, tag) >> (32 - maskBits) }

// sum is the first four bytes of the MAC of a number.
func (m *macs) sum(h hash.Hash, number uint32) uint32 {
	binary.BigEndian.PutUint32(m.in[:], number)
	h.Reset()
	h.Write(m.in[:])
	return binary.BigEndian.Uint32(h.Sum(m.out[:0]))
}
