package upload

import (
	"bytes"
	"encoding/binary"

	"temgoc/internal/catalog"
)

// signature returns the accepted media type whose signature content has at its
// very start, or "".
func signature(content []byte) string {
	for _, s := range []struct{ prefix, mediaType string }{
		{"%PDF-1.", typePDF},
		{"%PDF-2.", typePDF},
		{"\xff\xd8\xff", typeJPEG},
		{"\x89PNG\r\n\x1a\n", typePNG},
	} {
		if bytes.HasPrefix(content, []byte(s.prefix)) {
			return s.mediaType
		}
	}
	return ""
}

// A foreignFormat is one that is not accepted, but known well enough to say
// its name.
type foreignFormat struct {
	name catalog.Name
	hint catalog.Name // what to do about it
	is   func(content []byte) bool
}

var (
	exportPDF    = catalog.Name{VI: " Hãy xuất tài liệu sang PDF.", EN: " Export the document as PDF."}
	convertJPEG  = catalog.Name{VI: " Hãy chuyển ảnh sang JPEG.", EN: " Convert the picture to JPEG."}
	unpack       = catalog.Name{VI: " Hãy giải nén và gửi từng tệp; với tài liệu Word, Excel thì xuất sang PDF.", EN: " Unpack it and send its files one by one; export Word and Excel documents as PDF."}
	iPhoneJPEG   = catalog.Name{VI: " Hãy chuyển ảnh sang JPEG (trên iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất).", EN: " Convert the picture to JPEG (on an iPhone: Settings › Camera › Formats › Most Compatible)."}
	exportPDFNew = catalog.Name{VI: " Hãy xuất lại tệp PDF.", EN: " Export the PDF file again."}
	noHint       catalog.Name
)

var foreignFormats = []foreignFormat{
	{catalog.Name{VI: "tệp rỗng", EN: "empty"}, noHint, func(b []byte) bool { return len(b) == 0 }},
	{catalog.Name{VI: "ảnh SVG", EN: "an SVG picture"}, convertJPEG, isSVG},
	{catalog.Name{VI: "trang HTML", EN: "an HTML page"}, exportPDF, isHTML},
	{catalog.Name{VI: "tệp XML", EN: "an XML file"}, exportPDF, func(b []byte) bool { return bytes.HasPrefix(markup(b), []byte("<?xml")) }},
	{catalog.Name{VI: "tệp nén ZIP hoặc tài liệu Word, Excel", EN: "a ZIP archive or a Word or Excel document"}, unpack, prefix("PK\x03\x04", "PK\x05\x06", "PK\x07\x08")},
	{catalog.Name{VI: "tài liệu Word, Excel kiểu cũ", EN: "an old Word or Excel document"}, exportPDF, prefix("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
	{catalog.Name{VI: "tài liệu RTF", EN: "an RTF document"}, exportPDF, prefix(`{\rtf`)},
	{catalog.Name{VI: "tệp PostScript", EN: "a PostScript file"}, exportPDF, prefix("%!")},
	{catalog.Name{VI: "tệp nén", EN: "a compressed archive"}, unpack, prefix("Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "\x1f\x8b", "BZh", "\xfd7zXZ\x00")},
	{catalog.Name{VI: "ảnh HEIC", EN: "a HEIC picture"}, iPhoneJPEG, brand("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")},
	{catalog.Name{VI: "ảnh AVIF", EN: "an AVIF picture"}, convertJPEG, brand("avif", "avis")},
	{catalog.Name{VI: "phim hoặc tệp âm thanh", EN: "a video or sound file"}, noHint, func(b []byte) bool { return len(b) >= 12 && string(b[4:8]) == "ftyp" }},
	{catalog.Name{VI: "ảnh WebP", EN: "a WebP picture"}, convertJPEG, func(b []byte) bool { return prefix("RIFF")(b) && len(b) >= 12 && string(b[8:12]) == "WEBP" }},
	{catalog.Name{VI: "ảnh GIF", EN: "a GIF picture"}, convertJPEG, prefix("GIF87a", "GIF89a")},
	{catalog.Name{VI: "ảnh TIFF", EN: "a TIFF picture"}, convertJPEG, prefix("II*\x00", "MM\x00*")},
	{catalog.Name{VI: "ảnh BMP", EN: "a BMP picture"}, convertJPEG, func(b []byte) bool { return prefix("BM")(b) && len(b) >= 14 && string(b[6:10]) == "\x00\x00\x00\x00" }},
	{catalog.Name{VI: "chương trình", EN: "a program"}, noHint, prefix("MZ", "\x7fELF", "#!")},
	{catalog.Name{VI: "tệp PDF có dữ liệu lạ ở trước phần đầu hoặc có phiên bản lạ", EN: "a PDF file with something before its header, or of an unknown version"}, exportPDFNew,
		func(b []byte) bool { return bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) }},
}

// refuseForeign refuses content without an accepted signature. accepted says
// what is accepted.
func refuseForeign(content []byte, accepted catalog.Name) *Error {
	for _, f := range foreignFormats {
		if f.is(content) {
			return refuse("Đây là %[1]s. %[3]s%[5]s", "This file is %[2]s. %[4]s%[6]s",
				f.name.VI, f.name.EN, accepted.VI, accepted.EN, f.hint.VI, f.hint.EN)
		}
	}
	return refuse("Không nhận ra loại của tệp này. %[1]s", "The type of this file is not recognised. %[2]s", accepted.VI, accepted.EN)
}

func prefix(prefixes ...string) func([]byte) bool {
	return func(b []byte) bool {
		for _, p := range prefixes {
			if bytes.HasPrefix(b, []byte(p)) {
				return true
			}
		}
		return false
	}
}

// brand recognises an ISO base media file (ISO/IEC 14496-12) by its major brand.
func brand(brands ...string) func([]byte) bool {
	return func(b []byte) bool {
		for _, name := range brands {
			if len(b) >= 12 && string(b[4:12]) == "ftyp"+name {
				return true
			}
		}
		return false
	}
}

// markup returns the first kilobyte of a text in lower case, without a byte
// order mark and white space before it.
func markup(b []byte) []byte {
	b = bytes.TrimPrefix(b[:min(len(b), 1024)], []byte("\xef\xbb\xbf"))
	return bytes.ToLower(bytes.TrimLeft(b, " \t\r\n\f"))
}

func isSVG(b []byte) bool {
	text := markup(b)
	return prefix("<svg", "<?xml", "<!--", "<!doctype svg")(text) && bytes.Contains(text, []byte("<svg"))
}

func isHTML(b []byte) bool {
	return prefix("<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script", "<iframe",
		"<table", "<div", "<!--", "<style", "<h1", "<p>", "<a ")(markup(b))
}

// endsAsZIP reports whether content ends in a ZIP end-of-central-directory
// record (APPNOTE 4.3.16), whatever it begins with: such a file opens as an
// archive.
func endsAsZIP(content []byte) bool {
	const size, longestComment = 22, 1<<16 - 1
	tail := content[max(0, len(content)-size-longestComment):]
	for end := len(tail); ; {
		i := bytes.LastIndex(tail[:end], []byte("PK\x05\x06"))
		if i < 0 {
			return false
		}
		record := tail[i:]
		if len(record) >= size && int(binary.LittleEndian.Uint16(record[20:])) == len(record)-size {
			return true
		}
		end = i
	}
}
