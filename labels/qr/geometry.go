package qr

// A group is a number of blocks of the same length.
type group struct{ blocks, data int }

// A capacity is how the codewords of a version and level are divided into
// blocks: correction codewords in each, and data codewords by group.
type capacity struct {
	correction int
	groups     [2]group
}

// capacities are those of ISO/IEC 18004, table 9, by version and level.
var capacities = [MaxVersion + 1][H + 1]capacity{
	1:  {L: {7, [2]group{{1, 19}}}, M: {10, [2]group{{1, 16}}}, Q: {13, [2]group{{1, 13}}}, H: {17, [2]group{{1, 9}}}},
	2:  {L: {10, [2]group{{1, 34}}}, M: {16, [2]group{{1, 28}}}, Q: {22, [2]group{{1, 22}}}, H: {28, [2]group{{1, 16}}}},
	3:  {L: {15, [2]group{{1, 55}}}, M: {26, [2]group{{1, 44}}}, Q: {18, [2]group{{2, 17}}}, H: {22, [2]group{{2, 13}}}},
	4:  {L: {20, [2]group{{1, 80}}}, M: {18, [2]group{{2, 32}}}, Q: {26, [2]group{{2, 24}}}, H: {16, [2]group{{4, 9}}}},
	5:  {L: {26, [2]group{{1, 108}}}, M: {24, [2]group{{2, 43}}}, Q: {18, [2]group{{2, 15}, {2, 16}}}, H: {22, [2]group{{2, 11}, {2, 12}}}},
	6:  {L: {18, [2]group{{2, 68}}}, M: {16, [2]group{{4, 27}}}, Q: {24, [2]group{{4, 19}}}, H: {28, [2]group{{4, 15}}}},
	7:  {L: {20, [2]group{{2, 78}}}, M: {18, [2]group{{4, 31}}}, Q: {18, [2]group{{2, 14}, {4, 15}}}, H: {26, [2]group{{4, 13}, {1, 14}}}},
	8:  {L: {24, [2]group{{2, 97}}}, M: {22, [2]group{{2, 38}, {2, 39}}}, Q: {22, [2]group{{4, 18}, {2, 19}}}, H: {26, [2]group{{4, 14}, {2, 15}}}},
	9:  {L: {30, [2]group{{2, 116}}}, M: {22, [2]group{{3, 36}, {2, 37}}}, Q: {20, [2]group{{4, 16}, {4, 17}}}, H: {24, [2]group{{4, 12}, {4, 13}}}},
	10: {L: {18, [2]group{{2, 68}, {2, 69}}}, M: {26, [2]group{{4, 43}, {1, 44}}}, Q: {24, [2]group{{6, 19}, {2, 20}}}, H: {28, [2]group{{6, 15}, {2, 16}}}},
}

// A block is where the codewords of one block stand in the order in which they
// are placed.
type block struct{ data, correction []int }

// blocks interleaves the codewords (ISO/IEC 18004, 7.6).
func (c capacity) blocks() []block {
	var all []block
	longest := 0
	for _, g := range c.groups {
		for range g.blocks {
			all = append(all, block{data: make([]int, g.data), correction: make([]int, c.correction)})
			longest = g.data
		}
	}
	next := 0
	for i := range longest {
		for _, b := range all {
			if i < len(b.data) {
				b.data[i] = next
				next++
			}
		}
	}
	for i := range c.correction {
		for _, b := range all {
			b.correction[i] = next
			next++
		}
	}
	return all
}

// alignments are the coordinates of the centres of the alignment patterns, by
// version (ISO/IEC 18004, table E.1).
var alignments = [MaxVersion + 1][]int{
	2: {6, 18}, 3: {6, 22}, 4: {6, 26}, 5: {6, 30}, 6: {6, 34},
	7: {6, 22, 38}, 8: {6, 24, 42}, 9: {6, 26, 46}, 10: {6, 28, 50},
}

// functions returns the modules that carry no codewords: finder, timing and
// alignment patterns, and the format and version information.
func functions(version int) *grid {
	size := 17 + 4*version
	g := new(grid)
	fill := func(x, y, width, height int) {
		for row := y; row < y+height; row++ {
			g[row] |= (1<<width - 1) << x
		}
	}
	fill(0, 0, 9, 9)
	fill(size-8, 0, 8, 9)
	fill(0, size-8, 9, 8)
	fill(6, 0, 1, size)
	fill(0, 6, size, 1)
	at := alignments[version]
	for i, x := range at {
		for j, y := range at {
			last := len(at) - 1
			if i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0 { // finder patterns
				continue
			}
			fill(x-2, y-2, 5, 5)
		}
	}
	if version >= 7 {
		fill(size-11, 0, 3, 6)
		fill(0, size-11, 6, 3)
	}
	return g
}

// A place is the module of one bit.
type place struct{ x, y int }

// places lists the modules of the codewords' bits in the order in which they
// are placed (ISO/IEC 18004, 7.7.3): in columns two modules wide, from the
// right, upwards and downwards in turn.
func places(version int) []place {
	size := 17 + 4*version
	taken := functions(version)
	var all []place
	up := true
	for right := size - 1; right > 0; right -= 2 {
		if right == 6 { // the timing pattern has a column of its own
			right--
		}
		for i := range size {
			y := i
			if up {
				y = size - 1 - i
			}
			for _, x := range [2]int{right, right - 1} {
				if taken[y]>>x&1 == 0 {
					all = append(all, place{x, y})
				}
			}
		}
		up = !up
	}
	return all
}

// masks are the conditions under which a module is inverted, by mask number
// (ISO/IEC 18004, table 10), x being the column.
var masks = [8]func(x, y int) bool{
	func(x, y int) bool { return (x+y)%2 == 0 },
	func(_, y int) bool { return y%2 == 0 },
	func(x, _ int) bool { return x%3 == 0 },
	func(x, y int) bool { return (x+y)%3 == 0 },
	func(x, y int) bool { return (x/3+y/2)%2 == 0 },
	func(x, y int) bool { return x*y%2+x*y%3 == 0 },
	func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
	func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
}

// maskGrid returns the modules that a mask inverts: none of a pattern.
func maskGrid(version, mask int) *grid {
	g := new(grid)
	for _, p := range places(version) {
		if masks[mask](p.x, p.y) {
			g[p.y] |= 1 << p.x
		}
	}
	return g
}

// formatGrid returns the modules of the format information that are dark, in
// both of its places (ISO/IEC 18004, 7.9).
func formatGrid(version int, level Level, mask int) *grid {
	size := 17 + 4*version
	word := formatWord(level, mask)
	g := new(grid)
	set := func(x, y, bit int) { g[y] |= uint64(word>>bit&1) << x }
	for i := range 6 {
		set(8, i, i)
		set(5-i, 8, 9+i)
	}
	set(8, 7, 6)
	set(8, 8, 7)
	set(7, 8, 8)
	for i := range 8 {
		set(size-1-i, 8, i)
	}
	for i := 8; i < 15; i++ {
		set(8, size-15+i, i)
	}
	return g
}

// formatWord encodes level and mask with the BCH code of ISO/IEC 18004,
// annex C.
func formatWord(level Level, mask int) int {
	data := [H + 1]int{L: 1, M: 0, Q: 3, H: 2}[level]<<3 | mask
	rest := data
	for range 10 {
		rest = rest<<1 ^ rest>>9*0x537
	}
	return (data<<10 | rest) ^ 0x5412
}

// maskOf reads from a symbol which mask it has.
func maskOf(m *Matrix) int {
	// The row of the copy beside the upper left finder pattern, without the
	// timing pattern that it crosses.
	const row = 0b110111111
	for mask := range masks {
		if m.rows[8]&row == formatGrid(m.version, m.level, mask)[8]&row {
			return mask
		}
	}
	panic("qr: a symbol without format information")
}
