package labels

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"unicode/utf16"
)

// font writes a face with the glyphs used of it: a composite font whose codes
// are the glyph numbers of the original (ISO 32000-1, 9.7), with a table that
// gives the text back on copying and searching.
func (d *document) font(number int, f *face, used usage) {
	ids := slices.Sorted(maps.Keys(used))
	subset := f.subset(ids)
	name := subsetTag(subset) + "+" + f.name
	descendant, descriptor, program, unicodes := d.number(), d.number(), d.number(), d.number()

	d.object(number, "<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H\n"+
		"/DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", name, descendant, unicodes)
	d.object(descendant, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s\n"+
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>\n"+
		"/CIDToGIDMap /Identity /FontDescriptor %d 0 R\n/W [%s] >>",
		name, descriptor, f.widths(ids))
	head, hhea := f.tables["head"], f.tables["hhea"]
	d.object(descriptor, "<< /Type /FontDescriptor /FontName /%s /Flags 4 /ItalicAngle 0 /StemV %d\n"+
		"/FontBBox [%s %s %s %s] /Ascent %s /Descent %s /CapHeight %s /FontFile2 %d 0 R >>",
		name, f.stemV,
		signed(head[36:]), signed(head[38:]), signed(head[40:]), signed(head[42:]),
		signed(hhea[4:]), signed(hhea[6:]), thousandths(capHeight), program)
	d.blob(program, fmt.Sprintf("/Length1 %d ", len(subset)), subset)
	d.text(unicodes, "", toUnicode(ids, used))
}

// subsetTag returns the six letters that tell one subset of a font from
// another (ISO 32000-1, 9.6.4), drawn from its bytes.
func subsetTag(subset []byte) string {
	sum := sha256.Sum256(subset)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

// widths lists the advances of glyphs in the form of the W array.
func (f *face) widths(ids []uint16) []byte {
	var b []byte
	for i, id := range ids {
		switch {
		case i == 0:
			b = fmt.Appendf(b, "%d [", id)
		case id != ids[i-1]+1:
			b = fmt.Appendf(b, "]\n%d [", id)
		default:
			b = append(b, ' ')
		}
		b = append(b, thousandths(f.advance(id))...)
	}
	if len(ids) > 0 {
		b = append(b, ']')
	}
	return b
}

// thousandths converts font units to thousandths of the em.
func thousandths(units int) string {
	return fmt.Sprintf("%.5g", float64(units)*1000/unitsPerEm)
}

// signed converts a 16 bit value of a font table, in font units.
func signed(b []byte) string {
	return thousandths(int(int16(binary.BigEndian.Uint16(b))))
}

// toUnicode writes the CMap that leads from glyphs back to characters
// (ISO 32000-1, 9.10.3), in sections of at most 100 as the format demands.
func toUnicode(ids []uint16, used usage) []byte {
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for section := range slices.Chunk(ids, 100) {
		b = fmt.Appendf(b, "%d beginbfchar\n", len(section))
		for _, id := range section {
			b = fmt.Appendf(b, "<%04X> <", id)
			for _, unit := range utf16.Encode([]rune{used[id]}) {
				b = fmt.Appendf(b, "%04X", unit)
			}
			b = append(b, ">\n"...)
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}
