package labels

import "strings"

// wrap breaks glyphs into at most maxLines (1 or 2) lines, none wider than
// limit font units. It reports false when that is impossible.
//
// Of all possible breaks at a space it takes the one with the shortest longer
// line, so that two lines look balanced; of two such the later one. With anywhere set, for codes, it
// fills the first line instead, breaking after a separator when that fits.
func wrap(glyphs []glyph, limit, maxLines int, anywhere bool) ([][]glyph, bool) {
	if width(glyphs) <= limit {
		return [][]glyph{glyphs}, true
	}
	if maxLines < 2 {
		return nil, false
	}
	lines, ok := balance(glyphs, limit)
	if !ok && anywhere {
		lines, ok = fill(glyphs, limit)
	}
	return lines, ok
}

// balance breaks glyphs at the last of the spaces that leave the shortest
// longer line.
func balance(glyphs []glyph, limit int) (lines [][]glyph, ok bool) {
	total, left := width(glyphs), 0
	best := limit
	for i, g := range glyphs {
		if g.r == ' ' {
			if longer := max(left, total-left-g.advance); longer <= best {
				best = longer
				lines = [][]glyph{glyphs[:i], glyphs[i+1:]}
			}
		}
		left += g.advance
	}
	return lines, lines != nil
}

// fill breaks glyphs after the last separator that fits on the first line, or
// else after the last character that fits.
func fill(glyphs []glyph, limit int) (lines [][]glyph, ok bool) {
	left, last := 0, 0
	for i, g := range glyphs {
		left += g.advance
		if left > limit {
			break
		}
		if last = i + 1; strings.ContainsRune("-/._", g.r) && width(glyphs[last:]) <= limit {
			lines = [][]glyph{glyphs[:last], glyphs[last:]}
		}
	}
	if lines == nil && last > 0 {
		lines = [][]glyph{glyphs[:last], glyphs[last:]}
	}
	return lines, lines != nil && width(lines[1]) <= limit
}
