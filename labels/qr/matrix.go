package qr

import (
	"fmt"
	"iter"
	"math/bits"
)

// A Level is the error correction of a symbol: the share of damaged codewords
// it can repair.
type Level uint8

// The four levels of ISO/IEC 18004, which repair about 7, 15, 25 and 30 %.
const (
	L Level = iota + 1
	M
	Q
	H
)

// String returns the letter of the level.
func (l Level) String() string {
	if l < L || l > H {
		return fmt.Sprintf("Level(%d)", uint8(l))
	}
	return "LMQH"[l-1 : l]
}

// QuietZone is the white border that a symbol needs, in modules
// (ISO/IEC 18004, 9.1).
const QuietZone = 4

// MaxVersion is the largest version that is made, 57 modules a side for some
// 200 characters. The standard goes on to 40, but such symbols have no place
// on a label and phones struggle with them.
const MaxVersion = 10

// maxSize is the number of modules on a side of the largest symbol.
const maxSize = 17 + 4*MaxVersion

// A Matrix is a QR symbol: its modules without the quiet zone. It is a value of
// some 460 bytes; what [Encode] returns never changes and may be shared.
type Matrix struct {
	version, size int
	level         Level
	rows          grid
}

// A grid has a bit for each module, column x of row y being bit x of word y. A
// row then is one word to the processor, however many modules it has.
type grid [maxSize]uint64

// xor changes the modules of g that are set in o, in the first rows.
func (g *grid) xor(o *grid, rows int) {
	for y, row := range o[:rows] {
		g[y] ^= row
	}
}

// Version returns the version of the symbol, 1 to 10.
func (m *Matrix) Version() int { return m.version }

// Level returns the error correction that the symbol really has.
func (m *Matrix) Level() Level { return m.level }

// Size returns the number of modules on a side, without the quiet zone.
func (m *Matrix) Size() int { return m.size }

// Dark reports whether the module in column x and row y is dark. Everything
// outside the symbol is light.
func (m *Matrix) Dark(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.size && y < m.size && m.rows[y]>>x&1 != 0
}

// Row returns a row of modules: bit x is set where column x is dark.
func (m *Matrix) Row(y int) uint64 { return m.rows[y] }

// A Run is a horizontal run of N dark modules that starts in column X of row Y.
type Run struct{ X, Y, N int }

// Runs yields the dark runs of the symbol, row by row from the left.
func (m *Matrix) Runs() iter.Seq[Run] {
	return func(yield func(Run) bool) {
		for y, row := range m.rows[:m.size] {
			for row != 0 {
				x := bits.TrailingZeros64(row)
				n := bits.TrailingZeros64(^(row >> x))
				if !yield(Run{x, y, n}) {
					return
				}
				row &^= (1<<n - 1) << x
			}
		}
	}
}
