package qr

import "math/bits"

// penalty rates how hard a symbol is to read, by the four rules of
// ISO/IEC 18004, 7.8.3: long runs, blocks of four, patterns that look like a
// finder pattern, and an uneven share of dark modules. What lies outside the
// symbol counts as light, as the quiet zone is.
func (m *Matrix) penalty() int {
	columns := m.transposed()
	dark, sum := 0, 0
	for y, row := range m.rows[:m.size] {
		dark += bits.OnesCount64(row)
		sum += linePenalty(row, m.size) + linePenalty(columns[y], m.size)
		if y > 0 {
			sum += 3 * (squares(row, m.rows[y-1]) + squares(m.light(y), m.light(y-1)))
		}
	}
	total := m.size * m.size
	uneven := max(20*dark-10*total, 10*total-20*dark) / total
	return sum + 10*uneven
}

// light returns the light modules of a row.
func (m *Matrix) light(y int) uint64 { return ^m.rows[y] & (1<<m.size - 1) }

func (m *Matrix) transposed() *grid {
	t := new(grid)
	for r := range m.Runs() {
		for x := r.X; x < r.X+r.N; x++ {
			t[x] |= 1 << r.Y
		}
	}
	return t
}

// linePenalty rates one row or column.
func linePenalty(line uint64, size int) int {
	return runs(line) + runs(^line&(1<<size-1)) + 40*finders(line)
}

// runs rates the runs of five and more set bits: 3 for five, 1 for each bit
// more.
func runs(line uint64) int {
	fives := line & (line >> 1) & (line >> 2) & (line >> 3) & (line >> 4)
	return bits.OnesCount64(fives) + 2*bits.OnesCount64(fives&^(fives<<1))
}

// squares counts the squares of four set bits in two neighbouring lines.
func squares(a, b uint64) int {
	both := a & b
	return bits.OnesCount64(both & (both >> 1))
}

// finders counts the patterns 1:1:3:1:1 with four light modules before or
// behind them.
func finders(line uint64) int {
	l := line << 4 // room for the light modules before the line
	found := l & ^(l >> 1) & (l >> 2) & (l >> 3) & (l >> 4) & ^(l >> 5) & (l >> 6)
	before := ^(l<<1 | l<<2 | l<<3 | l<<4)
	behind := ^(l>>7 | l>>8 | l>>9 | l>>10)
	return bits.OnesCount64(found & (before | behind))
}
