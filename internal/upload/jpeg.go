package upload

import (
	"bytes"
	"encoding/binary"
)

// The markers of a JPEG that matter here (ISO/IEC 10918-1 table B.1).
const (
	markerSOF2 = 0xc2 // a progressive frame
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerEOI  = 0xd9 // end of image
	markerSOS  = 0xda // start of a scan
	markerAPP1 = 0xe1
)

// A layout is what the sequence of a JPEG's segments tells.
type layout struct {
	end         int    // where the end-of-image marker ends
	scans       int    // how many scans there are
	progressive bool   // whether any frame is
	exif        []byte // the TIFF structure of the first EXIF segment, or nil
}

// layoutOf follows the segments of a JPEG to its end of image. The content has
// the signature.
func layoutOf(content []byte) (layout, bool) {
	var l layout
	for at := 2; ; { // after the start of image
		at = nextMarker(content, at)
		if len(content)-at < 2 {
			return layout{}, false
		}
		marker := content[at+1]
		at += 2
		if marker == markerEOI {
			l.end = at
			return l, true
		}
		if len(content)-at < 2 {
			return layout{}, false
		}
		length := int(binary.BigEndian.Uint16(content[at:])) // counts itself
		if length < 2 || length > len(content)-at {
			return layout{}, false
		}
		l.add(marker, content[at+2:at+length])
		at += length
	}
}

// isJPEGs tells whether the content is one whole JPEG after another.
func isJPEGs(content []byte) bool {
	for len(content) > 0 {
		if signature(content) != typeJPEG {
			return false
		}
		l, ok := layoutOf(content)
		if !ok {
			return false
		}
		content = content[l.end:]
	}
	return true
}

// add takes note of a segment.
func (l *layout) add(marker byte, data []byte) {
	switch marker {
	case markerSOS:
		l.scans++
	case markerSOF2:
		l.progressive = true
	case markerAPP1:
		if tiff, ok := bytes.CutPrefix(data, []byte("Exif\x00\x00")); ok && l.exif == nil {
			l.exif = tiff
		}
	}
}

// nextMarker returns the position of the first marker of a segment or of the
// end of the image, at or after a position. What else there may be is passed
// over as decoders do: entropy-coded data with its stuffed zeros and restart
// markers, fill bytes, stray bytes between segments.
func nextMarker(content []byte, at int) int {
	for {
		i := bytes.IndexByte(content[at:], 0xff)
		if i < 0 || at+i+1 >= len(content) {
			return len(content)
		}
		at += i
		next := content[at+1]
		switch {
		case next == 0xff:
			at++
		case next == 0 || markerRST0 <= next && next <= markerRST7:
			at += 2
		default:
			return at
		}
	}
}

// orientation returns the orientation in a TIFF structure (EXIF 2.32 §4.6.4,
// tag 0x0112 in the first directory): 1 to 8, and 1 where there is none or it
// makes no sense, for a picture is not refused for its metadata.
func orientation(tiff []byte) int {
	const upright, tag, typeShort, header, entry = 1, 0x0112, 3, 8, 12
	if len(tiff) < header {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	directory := int64(order.Uint32(tiff[4:]))
	if directory < header || directory+2 > int64(len(tiff)) {
		return upright
	}
	entries := tiff[directory+2:]
	for range order.Uint16(tiff[directory:]) {
		if len(entries) < entry {
			return upright
		}
		if order.Uint16(entries) != tag {
			entries = entries[entry:]
			continue
		}
		value := int(order.Uint16(entries[8:]))
		if order.Uint16(entries[2:]) != typeShort || order.Uint32(entries[4:]) != 1 || value < 1 || value > 8 {
			return upright
		}
		return value
	}
	return upright
}
