package labels

import (
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
)

// subset returns a TrueType file with the outlines of the given glyphs and of
// those that they are composed of. Glyphs keep their numbers; all others up to
// the last one used are empty. Glyph 0, drawn for a missing character, is
// always there.
func (f *face) subset(ids []uint16) []byte {
	keep := map[uint16]bool{}
	f.closure(0, keep)
	for _, id := range ids {
		f.closure(id, keep)
	}
	count := int(slices.Max(slices.Collect(maps.Keys(keep)))) + 1

	var glyf []byte
	loca := make([]byte, 0, 4*(count+1))
	hmtx := make([]byte, 4*count)
	for id := range count {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if !keep[uint16(id)] {
			continue
		}
		outline := f.outline(uint16(id))
		glyf = append(glyf, outline...)
		glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		binary.BigEndian.PutUint16(hmtx[4*id:], uint16(f.advance(uint16(id))))
		if len(outline) > 0 {
			// The left side bearing: DejaVu's outlines all start at their xMin.
			copy(hmtx[4*id+2:], outline[2:4])
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head := slices.Clone(f.tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0)  // checkSumAdjustment, set below
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets in loca
	hhea := slices.Clone(f.tables["hhea"])
	binary.BigEndian.PutUint16(hhea[34:], uint16(count)) // numberOfHMetrics
	maxp := slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint16(maxp[4:], uint16(count)) // numGlyphs

	// The tables that a PDF reader needs (ISO 32000-1, 9.9), in the order of
	// their tags; the first, sixth and last carry the hinting program.
	return assemble([]table{
		{"cvt ", f.tables["cvt "]}, {"fpgm", f.tables["fpgm"]}, {"glyf", glyf}, {"head", head},
		{"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}, {"prep", f.tables["prep"]},
	})
}

// Flags of a component in a composite glyph (OpenType 1.9, "glyf").
const (
	argsAreWords   = 0x0001
	hasScale       = 0x0008
	moreComponents = 0x0020
	hasXYScale     = 0x0040
	hasTwoByTwo    = 0x0080
)

// closure adds a glyph, and the glyphs it is composed of, to keep.
func (f *face) closure(id uint16, keep map[uint16]bool) {
	if keep[id] {
		return
	}
	keep[id] = true
	outline := f.outline(id)
	if len(outline) == 0 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return // blank or simple
	}
	for rest := outline[10:]; ; {
		flags := binary.BigEndian.Uint16(rest)
		f.closure(binary.BigEndian.Uint16(rest[2:]), keep)
		if flags&moreComponents == 0 {
			return
		}
		rest = rest[componentSize(flags):]
	}
}

func componentSize(flags uint16) int {
	size := 6
	if flags&argsAreWords != 0 {
		size += 2
	}
	switch {
	case flags&hasScale != 0:
		size += 2
	case flags&hasXYScale != 0:
		size += 4
	case flags&hasTwoByTwo != 0:
		size += 8
	}
	return size
}

// A table of a TrueType file.
type table struct {
	tag  string
	data []byte
}

// assemble writes a TrueType file of the tables, which must be sorted by tag
// and include head.
func assemble(tables []table) []byte {
	log := bits.Len(uint(len(tables))) - 1
	file := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(tables), 16 << log, log, 16 * (len(tables) - 1<<log)} {
		file = binary.BigEndian.AppendUint16(file, uint16(v))
	}
	offset := len(file) + 16*len(tables)
	var body []byte
	head := 0
	for _, t := range tables {
		if t.tag == "head" {
			head = offset + len(body)
		}
		file = append(file, t.tag...)
		file = binary.BigEndian.AppendUint32(file, checksum(t.data))
		file = binary.BigEndian.AppendUint32(file, uint32(offset+len(body)))
		file = binary.BigEndian.AppendUint32(file, uint32(len(t.data)))
		body = append(body, t.data...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	file = append(file, body...)
	binary.BigEndian.PutUint32(file[head+8:], 0xB1B0AFBA-checksum(file))
	return file
}

// checksum adds up big-endian words, the last one padded with zeros.
func checksum(data []byte) uint32 {
	var sum uint32
	for len(data) >= 4 {
		sum += binary.BigEndian.Uint32(data)
		data = data[4:]
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}
