package stamp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// blockedWords may not appear in a batch code, which people read aloud and
// stick on food. They are spelt in the alphabet: 1 stands for I and L, 0 for
// O, V for U. The list takes the words that would hurt a producer, not every
// rude one; at four letters a word costs one draw in 150,000. Item codes are
// not checked beyond their batch: they are computed, not drawn.
var blockedWords = []string{
	// Vietnamese, as written without marks: insults, death, poison, fakes.
	"BV01", "CAC", "CH0", "CHET", "CVT", "D0C", "D1T", "DAM", "DE0", "DKM", "DVMA", "G1A", "G1ET",
	"10N", "1VADA0", "MATVY", "NGV", "VC1",
	// English.
	"A1DS", "ANA1", "ANVS", "ASS", "B1TCH", "C0CK", "CRAP", "CVM", "CVNT", "D1CK", "D1E", "DEAD",
	"DEATH", "FAG", "FAKE", "FCK", "FVCK", "H1V", "HE11", "K111", "KKK", "N1GG", "NAZ1", "P01S0N",
	"P0RN", "PEN1S", "RAPE", "S1VT", "SCAM", "SEX", "SH1T", "T0X1C", "TWAT", "VAG1NA", "WTF", "XXX",
	// Numbers.
	"666",
}

// maxDraws bounds the draws for one code. One in two hundred is blocked, so a
// source that fails this often is not random.
const maxDraws = 32

// NewBatchCode draws a batch code from random, which is crypto/rand.Reader
// outside tests. That it is not in use yet is for the caller to find out.
func NewBatchCode(random io.Reader) (BatchCode, error) {
	for range maxDraws {
		var raw [8]byte
		if _, err := io.ReadFull(random, raw[:6]); err != nil {
			return BatchCode{}, fmt.Errorf("drawing a batch code: %w", err)
		}
		var payload [batchPayload]byte
		putBits(payload[:], binary.BigEndian.Uint64(raw[:])>>(64-5*batchPayload))
		if b := completeBatch(payload[:]); !blocked(b.String()) {
			return b, nil
		}
	}
	return BatchCode{}, errors.New("drawing a batch code: the random source keeps giving blocked words")
}

// completeBatch adds the check character to nine payload characters.
func completeBatch(payload []byte) (b BatchCode) {
	copy(b.text[:], payload)
	b.text[batchPayload] = checkCharacter(b.text[:batchPayload])
	return b
}

// blocked reports whether text spells a blocked word.
func blocked(text string) bool {
	for _, word := range blockedWords {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
