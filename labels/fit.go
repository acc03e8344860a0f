package labels

import "strings"

// breaks says where a text may be broken into lines.
type breaks uint8

const (
	atSpaces     breaks = iota
	atSeparators        // and after hyphens and the like
	anywhere            // and inside of words
)

// wrap breaks glyphs into at most maxLines lines, none wider than limit font
// units. It reports false when that is impossible.
//
// It takes as few lines as will do, and of all possible breaks at spaces those
// with the shortest longest line, so that the lines look balanced; of two such
// the later ones. Codes have no spaces: with other breaks than at spaces it
// fills the first of two lines instead.
func wrap(glyphs []glyph, limit, maxLines int, at breaks) ([][]glyph, bool) {
	if width(glyphs) <= limit {
		return [][]glyph{glyphs}, true
	}
	for n := 2; n <= maxLines; n++ {
		if lines, _ := balance(glyphs, limit, n); lines != nil {
			return lines, true
		}
	}
	if at != atSpaces && maxLines > 1 {
		return fill(glyphs, limit, at == anywhere)
	}
	return nil, false
}

// balance breaks glyphs at spaces into n lines, the longest of which is as
// short as can be and returned with them; nil when one would be wider than
// limit.
func balance(glyphs []glyph, limit, n int) (lines [][]glyph, longest int) {
	total := width(glyphs)
	if total > n*limit {
		return nil, 0 // spaces are the only breaks, so it will not do
	}
	if n == 1 {
		return [][]glyph{glyphs}, total
	}
	left, best := 0, limit
	for i, g := range glyphs {
		if left > best {
			break
		}
		if g.r == ' ' {
			if rest, longer := balance(glyphs[i+1:], best, n-1); rest != nil && max(left, longer) <= best {
				best = max(left, longer)
				lines = append([][]glyph{glyphs[:i]}, rest...)
			}
		}
		left += g.advance
	}
	return lines, best
}

// fill breaks glyphs after the last separator, or before the last parenthesis,
// that fits on the first line, or else, if that is allowed, after the last
// character that fits.
func fill(glyphs []glyph, limit int, inWords bool) (lines [][]glyph, ok bool) {
	left, last := 0, 0
	for i, g := range glyphs {
		left += g.advance
		if left > limit {
			break
		}
		last = i + 1
		separator := strings.ContainsRune("-/._", g.r) || last < len(glyphs) && glyphs[last].r == '('
		if separator && width(glyphs[last:]) <= limit {
			lines = [][]glyph{glyphs[:last], glyphs[last:]}
		}
	}
	if lines == nil && last > 0 && inWords {
		lines = [][]glyph{glyphs[:last], glyphs[last:]}
	}
	return lines, lines != nil && width(lines[1]) <= limit
}
