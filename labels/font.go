package labels

import (
	"encoding/binary"
	"fmt"
	"sync"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// unitsPerEm is the resolution in which DejaVu fonts are drawn; all glyph
// measures below are in these font units, y upwards.
const unitsPerEm = 2048

// MinXHeight is the height in millimetres of the letter x at the smallest
// size that is ever set.
const MinXHeight = 0.9

// A face is one font of the family, parsed once and read by all.
type face struct {
	name   string // PostScript name
	stemV  int    // thickness of upright strokes, in thousandths of the em
	font   *sfnt.Font
	tables map[string][]byte // raw tables of the TrueType file, by tag
	glyphs int               // how many glyphs the font has
	ascii  [128]glyph        // of printable ASCII, looked up once
}

// faces are the two fonts in use: regular, then bold.
var faces = sync.OnceValue(func() [2]*face {
	return [2]*face{
		mustParse("DejaVuSansCondensed", 86, dejavusanscondensed.TTF),
		mustParse("DejaVuSansCondensed-Bold", 160, dejavusanscondensedbold.TTF),
	}
})

// number tells the faces apart in files.
func (f *face) number() int {
	if f == bold() {
		return 1
	}
	return 0
}

func regular() *face { return faces()[0] }
func bold() *face    { return faces()[1] }

// mustParse panics on a damaged font: the fonts are compiled in.
func mustParse(name string, stemV int, ttf []byte) *face {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("labels: font %s: %v", name, err))
	}
	if f.UnitsPerEm() != unitsPerEm {
		panic(fmt.Sprintf("labels: font %s has %d units per em", name, f.UnitsPerEm()))
	}
	face := &face{name: name, stemV: stemV, font: f, tables: sfntTables(ttf), glyphs: f.NumGlyphs()}
	for r := ' '; r <= '~'; r++ {
		g, err := face.lookUp("", r)
		if err != nil {
			panic(err)
		}
		face.ascii[r] = g
	}
	return face
}

// sfntTables cuts a TrueType file into its tables (OpenType 1.9, "Table
// directory").
func sfntTables(ttf []byte) map[string][]byte {
	tables := make(map[string][]byte)
	for i := range int(binary.BigEndian.Uint16(ttf[4:])) {
		record := ttf[12+16*i:]
		offset, length := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		tables[string(record[:4])] = ttf[offset : offset+length]
	}
	return tables
}

// A glyph is one character of a text as the font draws it.
type glyph struct {
	id          uint16
	r           rune
	advance     int
	bottom, top int // extent of the ink above the baseline; 0, 0 when blank
}

// shape looks up the glyphs of s, which must be in NFC. There is no shaping
// beyond that, so it refuses whatever would need it.
func (f *face) shape(field, s string) ([]glyph, error) {
	return f.appendGlyphs(make([]glyph, 0, len(s)), field, s)
}

// appendGlyphs shapes s behind other glyphs.
func (f *face) appendGlyphs(glyphs []glyph, field, s string) ([]glyph, error) {
	for _, r := range s {
		if ' ' <= r && r <= '~' {
			glyphs = append(glyphs, f.ascii[r])
			continue
		}
		g, err := f.lookUp(field, r)
		if err != nil {
			return nil, err
		}
		glyphs = append(glyphs, g)
	}
	return glyphs, nil
}

func (f *face) lookUp(field string, r rune) (glyph, error) {
	var buffer sfnt.Buffer
	id, err := f.font.GlyphIndex(&buffer, r)
	if err != nil || id == 0 || !printable(r) {
		return glyph{}, &GlyphError{field, r}
	}
	return f.glyph(uint16(id), r), nil
}

// printable reports whether r stands for itself: no control or formatting
// character, no combining mark without a composed form, and no letter of a
// script that is written from the right or joins its letters.
func printable(r rune) bool {
	if !unicode.IsGraphic(r) || unicode.Is(unicode.M, r) {
		return false
	}
	return unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common)
}

func (f *face) glyph(id uint16, r rune) glyph {
	g := glyph{id: id, r: r, advance: f.advance(id)}
	if outline := f.outline(id); len(outline) > 0 {
		g.bottom = int(int16(binary.BigEndian.Uint16(outline[4:])))
		g.top = int(int16(binary.BigEndian.Uint16(outline[8:])))
	}
	return g
}

// advance reads the width of a glyph from the hmtx table, in which the last
// width holds for all glyphs that follow.
func (f *face) advance(id uint16) int {
	last := binary.BigEndian.Uint16(f.tables["hhea"][34:]) - 1
	return int(binary.BigEndian.Uint16(f.tables["hmtx"][4*min(id, last):]))
}

// outline returns the description of a glyph in the glyf table, empty for a
// blank one.
func (f *face) outline(id uint16) []byte {
	loca := f.tables["loca"]
	if binary.BigEndian.Uint16(f.tables["head"][50:]) == 0 {
		from, to := binary.BigEndian.Uint16(loca[2*int(id):]), binary.BigEndian.Uint16(loca[2*int(id)+2:])
		return f.tables["glyf"][2*int(from) : 2*int(to)]
	}
	from, to := binary.BigEndian.Uint32(loca[4*int(id):]), binary.BigEndian.Uint32(loca[4*int(id)+4:])
	return f.tables["glyf"][from:to]
}

// segments returns the outline of a glyph for drawing: 26.6 fixed point font
// units, y downwards.
func (f *face) segments(id uint16) (sfnt.Segments, error) {
	var buffer sfnt.Buffer
	segments, err := f.font.LoadGlyph(&buffer, sfnt.GlyphIndex(id), fixed.I(unitsPerEm), nil)
	if err != nil {
		return nil, fmt.Errorf("labels: glyph %d of %s: %w", id, f.name, err)
	}
	return segments, nil
}

// width returns the sum of the advances.
func width(glyphs []glyph) int {
	sum := 0
	for _, g := range glyphs {
		sum += g.advance
	}
	return sum
}

// extent returns how far the ink of the glyphs reaches below (negative) and
// above the baseline.
func extent(glyphs []glyph) (bottom, top int) {
	for _, g := range glyphs {
		bottom, top = min(bottom, g.bottom), max(top, g.top)
	}
	return bottom, top
}

// capHeight is the height of a capital in both fonts.
const capHeight = 1493
