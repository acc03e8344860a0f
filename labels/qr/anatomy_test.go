package qr

import "testing"

// Every module belongs to one codeword or to a pattern, the information of
// format and version, or the remainder bits that some versions have.
func TestBlocksCoverTheSymbol(t *testing.T) {
	for version := 1; version <= MaxVersion; version++ {
		for level := L; level <= H; level++ {
			m := &Matrix{version: version, level: level, size: 17 + 4*version}
			var seen grid
			words := 0
			for _, b := range m.Blocks() {
				words += len(b.Codewords)
				if b.Correction != capacities[version][level].correction || m.Capacity() > b.Correction {
					t.Errorf("%d-%v: %d correction codewords, capacity %d", version, level, b.Correction, m.Capacity())
				}
				for _, word := range b.Codewords {
					for _, at := range word {
						if seen[at.Y]>>at.X&1 == 1 || functions(version)[at.Y]>>at.X&1 == 1 {
							t.Fatalf("%d-%v: %v is taken already", version, level, at)
						}
						seen[at.Y] |= 1 << at.X
					}
				}
			}
			if want := len(places(version)) / 8; words != want {
				t.Errorf("%d-%v: %d codewords, want %d", version, level, words, want)
			}
			for _, p := range m.Patterns() {
				for y := p.Y; y < p.Y+p.Height; y++ {
					for x := p.X; x < p.X+p.Width; x++ {
						if functions(version)[y]>>x&1 == 0 {
							t.Fatalf("%d: the pattern %+v covers data at %d, %d", version, p, x, y)
						}
					}
				}
			}
		}
	}
}
