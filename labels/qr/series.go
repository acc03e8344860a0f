package qr

import (
	"errors"
	"fmt"
	"strings"
)

// ErrMode says that a series cannot be made: its tail would not be encoded in
// alphanumeric mode.
var ErrMode = errors.New("qr: the tail of the series is not alphanumeric")

// ErrText says that a text does not belong to a series.
var ErrText = errors.New("qr: text is not one of the series")

// A Series makes the symbols of texts that share a prefix and are equally long.
// All have the version, level and mask of the series. It never changes once
// made and may be shared.
type Series struct {
	prefix string
	tail   int
	base   Matrix // the symbol with every bit of the variable pairs clear
	pairs  []pair
}

// A pair is what one pair of characters adds to the base, by its value
// 45·first+second, or a last character alone by its own: the pattern of the
// lower 6 bits and that of the other 5, one row of the symbol after the other.
// Two tables of 64 and 32 patterns stay in the processor's cache where one of
// 2025 would not.
type pair struct {
	first, second int // positions in the text; second is -1 for a lone character
	low, high     []uint64
}

// lowBits is how many bits of a pair's value choose from its first table.
const lowBits = 6

// NewSeries prepares the symbols of texts that begin with prefix and go on with
// tail characters in alphanumeric mode: digits, capitals and $%*+-./:
//
// Version, level and the modes of the prefix are those that [Encode] chooses.
// The mask is the one with the lowest sum of penalties (ISO/IEC 18004, 7.8.3)
// over a sample of texts: rating all eight masks for each symbol would take
// several times as long as making it and improves the penalty by a few percent
// only; see BenchmarkMask.
//
// It fails as Encode does, and with [ErrMode] for a prefix that leaves no room
// for the mode, such as one in lower case before a tail of few characters.
func NewSeries(prefix string, tail int, o Options) (*Series, error) {
	if tail < 1 || tail > maxText {
		return nil, fmt.Errorf("%w: it has %d characters", ErrMode, tail)
	}
	m, err := Encode(prefix+strings.Repeat("A", tail), o)
	if err != nil {
		return nil, err
	}
	s := &Series{prefix: prefix, tail: tail, base: *m}
	mask := maskOf(m)
	s.flipMask(mask)
	wires := wiring(m.version, m.level)
	first, start, err := lastSegment(wires.read(&s.base), m.version, len(prefix)+tail)
	if err != nil || first > len(prefix) {
		return nil, ErrMode
	}
	s.addPairs(wires, first, start)
	s.chooseMask()
	return s, nil
}

// flipMask applies a mask to the base and writes it into the format
// information, or takes both away again.
func (s *Series) flipMask(mask int) {
	s.base.rows.xor(maskGrid(s.base.version, mask), s.base.size)
	s.base.rows.xor(formatGrid(s.base.version, s.base.level, mask), s.base.size)
}

// addPairs makes the tables of the pairs of the last segment that have a
// character of the tail. The segment begins with character first of the text,
// in bit start of the data. The base is left with their bits clear.
func (s *Series) addPairs(w *wires, first, start int) {
	length := len(s.prefix) + s.tail
	for at := first; at < length; at, start = at+2, start+11 {
		p, width := pair{first: at, second: at + 1}, 11
		if at+1 == length {
			p.second, width = -1, 6
		}
		if max(at, p.second) < len(s.prefix) {
			continue
		}
		p.low = w.patterns(start+width-lowBits, lowBits)
		p.high = w.patterns(start, width-lowBits)
		s.pairs = append(s.pairs, p)
		if v, ok := p.value(s.prefix + strings.Repeat("A", s.tail)); ok {
			p.flip(&s.base.rows, s.base.size, v)
		}
	}
}

// chooseMask gives the base the mask whose symbols are read best.
func (s *Series) chooseMask() {
	best, least := 0, -1
	for mask := range masks {
		s.flipMask(mask)
		sum := 0
		for i := range maskSample {
			sum += s.sample(i).penalty()
		}
		s.flipMask(mask)
		if least < 0 || sum < least {
			best, least = mask, sum
		}
	}
	s.flipMask(best)
}

// maskSample is how many symbols decide about the mask.
const maskSample = 64

// sample returns a symbol of the series with characters that look like those of
// a code, the same each time.
func (s *Series) sample(i int) *Matrix {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	text := []byte(s.prefix)
	state := uint32(i + 1)
	for range s.tail {
		state = state*1664525 + 1013904223 // Numerical Recipes' generator
		text = append(text, alphabet[state>>27])
	}
	m := new(Matrix)
	if err := s.Symbol(m, string(text)); err != nil {
		panic(err) // the alphabet is a part of the mode's
	}
	return m
}

// Symbol sets dst to the symbol of text, or leaves it as it is and returns an
// error that wraps [ErrText]. It allocates nothing.
func (s *Series) Symbol(dst *Matrix, text string) error {
	if len(text) != len(s.prefix)+s.tail || text[:len(s.prefix)] != s.prefix {
		return ErrText
	}
	rows, size := s.base.rows, s.base.size
	for i := range s.pairs {
		v, ok := s.pairs[i].value(text)
		if !ok {
			return ErrText
		}
		s.pairs[i].flip(&rows, size, v)
	}
	dst.version, dst.level, dst.size, dst.rows = s.base.version, s.base.level, size, rows
	return nil
}

// value returns the value of the pair in a text.
func (p *pair) value(text string) (int, bool) {
	v := int(alphanumeric[text[p.first]])
	if p.second < 0 {
		return v, v < 45
	}
	second := int(alphanumeric[text[p.second]])
	return 45*v + second, v < 45 && second < 45
}

// flip changes the modules of a value.
func (p *pair) flip(rows *grid, size, value int) {
	low := p.low[value&(1<<lowBits-1)*size:][:size]
	if p.second < 0 {
		for y, row := range low {
			rows[y] ^= row
		}
		return
	}
	high := p.high[value>>lowBits*size:][:len(low)]
	for y, row := range low {
		rows[y] ^= row ^ high[y]
	}
}

// alphanumeric are the values of characters in alphanumeric mode
// (ISO/IEC 18004, table 5); 255 for those that it lacks, and for the space, which
// [Encode] refuses too.
var alphanumeric = func() (values [256]byte) {
	for i := range values {
		values[i] = 255
	}
	for v, c := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") {
		values[c] = byte(v)
	}
	values[' '] = 255
	return values
}()
