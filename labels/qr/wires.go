package qr

// wires lead from the bits of the data codewords to the modules.
type wires struct {
	size   int
	places []place
	of     []wire // by data codeword, in the order of the text
	blocks []block
	check  []byte // the generator polynomial
}

// A wire is where a data codeword is: in which block, as which of its
// codewords.
type wire struct{ block, index int }

func wiring(version int, level Level) *wires {
	c := capacities[version][level]
	w := &wires{size: 17 + 4*version, places: places(version), blocks: c.blocks(), check: generator(c.correction)}
	for b, block := range w.blocks {
		for i := range block.data {
			w.of = append(w.of, wire{b, i})
		}
	}
	return w
}

// read returns the data codewords of a symbol without a mask.
func (w *wires) read(m *Matrix) []byte {
	data := make([]byte, len(w.of))
	for i, wire := range w.of {
		first := 8 * w.blocks[wire.block].data[wire.index]
		for _, p := range w.places[first : first+8] {
			data[i] = data[i]<<1 | byte(m.rows[p.y]>>p.x&1)
		}
	}
	return data
}

// bit returns the modules that a bit of the data flips: its own, and those of
// the correction codewords that depend on it.
func (w *wires) bit(n int) *grid {
	g := new(grid)
	wire, value := w.of[n/8], byte(0x80>>(n%8))
	block := w.blocks[wire.block]
	data := make([]byte, len(block.data))
	data[wire.index] = value
	w.flip(g, block.data[wire.index], value)
	for i, c := range remainder(data, w.check) {
		w.flip(g, block.correction[i], c)
	}
	return g
}

// flip changes the modules of a codeword's set bits.
func (w *wires) flip(g *grid, codeword int, value byte) {
	for i, p := range w.places[8*codeword : 8*codeword+8] {
		g[p.y] ^= uint64(value>>(7-i)&1) << p.x
	}
}

// patterns returns the modules that each value of a field of the data flips,
// one after the other: the field has width bits from bit start on.
func (w *wires) patterns(start, width int) []uint64 {
	all := make([]uint64, w.size<<width)
	for i := range width {
		g := w.bit(start + width - 1 - i)
		for value := range 1 << width {
			if value>>i&1 == 0 {
				continue
			}
			for y := range w.size {
				all[value*w.size+y] ^= g[y]
			}
		}
	}
	return all
}

// Mode indicators (ISO/IEC 18004, table 2).
const (
	modeNumeric      = 1
	modeAlphanumeric = 2
	modeByte         = 4
)

// lastSegment reads which characters of a text of the given length are in the
// last segment of its data: the first of them, and the bit in which it begins.
// The segment must be alphanumeric.
func lastSegment(data []byte, version, length int) (first, start int, err error) {
	at := 0
	read := func(width int) (n int) {
		for range width {
			if at/8 < len(data) {
				n = n<<1 | int(data[at/8]>>(7-at%8)&1)
			}
			at++
		}
		return n
	}
	large := 0 // counts are longer from version 10 on
	if version >= 10 {
		large = 1
	}
	for done := 0; done < length; {
		mode := read(4)
		var count int
		switch mode {
		case modeNumeric:
			count = read(10 + 2*large)
			at += count/3*10 + [3]int{0, 4, 7}[count%3]
		case modeAlphanumeric:
			count = read(9 + 2*large)
			first, start = done, at
			at += count/2*11 + count%2*6
		case modeByte:
			count = read(8 + 8*large)
			at += 8 * count
		}
		if done += count; count == 0 || done >= length && mode != modeAlphanumeric {
			return 0, 0, ErrMode
		}
	}
	return first, start, nil
}
