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
// the later ones. Codes have no spaces: they are broken into two lines at most,
// after a separator or, with anywhere, where the first line is full.
func wrap(glyphs []glyph, limit, maxLines int, at breaks) ([][]glyph, bool) {
	if width(glyphs) <= limit {
		return [][]glyph{glyphs}, true
	}
	for n := 2; n <= maxLines; n++ {
		if lines, _ := balance(glyphs, limit, n); lines != nil {
			return lines, true
		}
	}
	if at == atSeparators && maxLines > 1 {
		return halve(glyphs, limit)
	}
	if at == anywhere && maxLines > 1 {
		return fill(glyphs, limit)
	}
	return nil, false
}

// halve breaks glyphs after the one of their separators that leaves the
// shortest longer line.
func halve(glyphs []glyph, limit int) (lines [][]glyph, ok bool) {
	total, left, best := width(glyphs), 0, limit
	for i, g := range glyphs {
		left += g.advance
		if longer := max(left, total-left); strings.ContainsRune(separators, g.r) && longer <= best {
			best = longer
			lines = [][]glyph{glyphs[:i+1], glyphs[i+1:]}
		}
	}
	return lines, lines != nil
}

// separators are the characters after which a code may be broken.
const separators = "-/._"

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
// that fits on the first line, or else after the last character that fits.
func fill(glyphs []glyph, limit int) (lines [][]glyph, ok bool) {
	left, last := 0, 0
	for i, g := range glyphs {
		left += g.advance
		if left > limit {
			break
		}
		last = i + 1
		separator := strings.ContainsRune(separators, g.r) || last < len(glyphs) && glyphs[last].r == '('
		if separator && width(glyphs[last:]) <= limit {
			lines = [][]glyph{glyphs[:last], glyphs[last:]}
		}
	}
	if lines == nil && last > 0 {
		lines = [][]glyph{glyphs[:last], glyphs[last:]}
	}
	return lines, lines != nil && width(lines[1]) <= limit
}
