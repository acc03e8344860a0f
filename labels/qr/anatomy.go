package qr

// A Module is the place of one module: its column and its row.
type Module struct{ X, Y int }

// A Block is a unit of error correction: its codewords, data first, each with
// the modules of its eight bits.
type Block struct {
	Codewords  [][8]Module
	Correction int // how many of the codewords, the last ones, are for correction
}

// misdecode are the correction codewords that are kept back against a wrong
// reading rather than used for correction (ISO/IEC 18004, table 9: p).
var misdecode = map[int][H + 1]int{1: {L: 3, M: 2, Q: 1, H: 1}, 2: {L: 2}, 3: {L: 1}}

// Capacity is how many codewords a block has to spend on errors, two for each.
func (m *Matrix) Capacity() int {
	return capacities[m.version][m.level].correction - misdecode[m.version][m.level]
}

// Blocks returns where the codewords of the symbol lie, block by block.
func (m *Matrix) Blocks() []Block {
	at := places(m.version)
	layout := capacities[m.version][m.level].blocks()
	all := make([]Block, len(layout))
	for i, b := range layout {
		all[i].Correction = len(b.correction)
		for _, order := range [2][]int{b.data, b.correction} {
			for _, n := range order {
				var word [8]Module
				for bit := range word {
					p := at[8*n+bit]
					word[bit] = Module{p.x, p.y}
				}
				all[i].Codewords = append(all[i].Codewords, word)
			}
		}
	}
	return all
}

// A Pattern is a part of a symbol that is the same in all of its version: a
// rectangle of modules.
type Pattern struct {
	X, Y, Width, Height int
	Finder              bool // one of the three at the corners, with the white around it
}

// Patterns returns the finder, timing and alignment patterns of the symbol.
func (m *Matrix) Patterns() []Pattern {
	far := m.size - 8
	all := []Pattern{
		{0, 0, 8, 8, true}, {far, 0, 8, 8, true}, {0, far, 8, 8, true},
		{8, 6, far - 8, 1, false}, {6, 8, 1, far - 8, false},
	}
	at := alignments[m.version]
	for i, x := range at {
		for j, y := range at {
			last := len(at) - 1
			if i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0 { // finder patterns
				continue
			}
			all = append(all, Pattern{x - 2, y - 2, 5, 5, false})
		}
	}
	return all
}
