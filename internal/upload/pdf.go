package upload

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"math"

	"temgoc/internal/catalog"
)

// maxInflated bounds what is read for and from the object streams of one PDF,
// in bytes. A file of a few megabytes holds some hundred kilobytes.
const maxInflated = 32 << 20

// trailerWindow is how far from its end a PDF must have its %%EOF, in bytes.
const trailerWindow = 1024

var (
	scripts     = catalog.Name{VI: "mã JavaScript", EN: "JavaScript"}
	attachments = catalog.Name{VI: "tệp đính kèm", EN: "attached files"}
)

// activeNames are the names (ISO 32000-2) that a PDF with active content uses.
var activeNames = map[string]catalog.Name{
	"JavaScript":     scripts,
	"JS":             scripts,
	"Launch":         {VI: "lệnh mở chương trình khác", EN: "a command that starts other programs"},
	"EmbeddedFile":   attachments,
	"EmbeddedFiles":  attachments, // an attachment need not say /Type /EmbeddedFile
	"FileAttachment": attachments,
	"RichMedia":      {VI: "nội dung đa phương tiện", EN: "rich media"},
	"XFA":            {VI: "biểu mẫu động XFA", EN: "a dynamic XFA form"},
}

// unusualFilters are names in the dictionary of an object stream that make it
// more than deflated. No known program writes them there.
var unusualFilters = map[string]bool{
	"ASCIIHexDecode": true, "AHx": true, "ASCII85Decode": true, "A85": true,
	"LZWDecode": true, "LZW": true, "RunLengthDecode": true, "RL": true,
	"Crypt": true, "Predictor": true,
}

// checkPDF refuses a PDF that is cut off, encrypted or active. The content has
// the signature.
func checkPDF(content []byte) error {
	if !bytes.Contains(content[max(0, len(content)-trailerWindow):], []byte("%%EOF")) {
		return refuse("Tệp PDF bị cắt cụt hoặc chưa tải lên trọn vẹn (không có dấu kết thúc %%%%EOF). Hãy xuất lại tệp PDF rồi gửi lại.",
			"The PDF file is cut off or incomplete (it does not end in %%%%EOF). Export it again and send it again.")
	}
	if objectHeader(content) < 0 || !bytes.Contains(content, []byte("startxref")) {
		return refuse("Tệp có phần đầu của PDF nhưng bên trong không phải là tài liệu PDF. Hãy xuất lại thành PDF, hoặc gửi ảnh JPEG, PNG.",
			"The file begins like a PDF but has no PDF document in it. Export it again as PDF, or send a JPEG or PNG picture.")
	}
	s := pdfScan{content: content, budget: maxInflated,
		objects: finder{content: content, find: objectHeader, at: -1},
		ends:    finder{content: content, find: func(b []byte) int { return bytes.Index(b, []byte("endstream")) }, at: -1},
	}
	return s.run()
}

// A pdfScan looks for active content in one PDF. It takes time in proportion
// to the size of the file and of its budget.
type pdfScan struct {
	content []byte
	objects finder        // of object headers
	ends    finder        // of endstream
	inflate io.ReadCloser // reused from stream to stream; nil before the first
	budget  int           // bytes still to be read for and from object streams
}

// run checks what is between streams, and object streams.
func (s *pdfScan) run() error {
	for at := 0; ; {
		keyword, data := nextStream(s.content, at)
		between := s.content[at:keyword]
		if err := checkNames(between); err != nil {
			return err
		}
		if data < 0 {
			return nil
		}
		if isObjectStream(between) {
			if err := s.checkObjectStream(between, data); err != nil {
				return err
			}
		}
		at = s.resume(between, data)
	}
}

// resume returns where to go on after the start of a stream's data: at its end,
// or at once when it may be none. A reader can be led into anything that looks
// like an object, so data with an object's header in it is not passed over.
func (s *pdfScan) resume(before []byte, data int) int {
	end := s.ends.from(data)
	if !bytes.HasSuffix(bytes.TrimRight(before, whitespace), []byte(">>")) || end > len(s.content) || s.objects.from(data) < end {
		return data
	}
	return end
}

// checkObjectStream looks into an object stream. between is what came before
// it, dictionary included; data is where it begins. Deflated data is read to its
// own end, which it knows better than a keyword does.
func (s *pdfScan) checkObjectStream(between []byte, data int) error {
	flate := 0
	for name := range pdfNames(between) {
		if unusualFilters[string(name)] {
			return refuseUnreadable()
		}
		if string(name) == "FlateDecode" || string(name) == "Fl" {
			flate++
		}
	}
	if flate == 0 {
		return s.checkPlainObjects(data)
	}
	objects, err := s.inflated(s.content[data:])
	if err != nil || flate > 1 {
		return refuseUnreadable()
	}
	return checkObjects(objects)
}

// checkPlainObjects checks an object stream that is not compressed.
func (s *pdfScan) checkPlainObjects(data int) error {
	end := min(s.ends.from(data), len(s.content))
	s.budget -= end - data
	if s.budget <= 0 {
		return refuseUnreadable()
	}
	return checkObjects(s.content[data:end])
}

// inflated inflates data within the budget. A wrong checksum does not matter,
// for it does not to readers.
func (s *pdfScan) inflated(data []byte) ([]byte, error) {
	in := bytes.NewReader(data)
	var err error
	if s.inflate == nil {
		s.inflate, err = zlib.NewReader(in)
	} else {
		err = s.inflate.(zlib.Resetter).Reset(in, nil)
	}
	if err != nil {
		return nil, err
	}
	objects, err := io.ReadAll(io.LimitReader(s.inflate, int64(s.budget)))
	s.budget -= len(objects) + len(data) - in.Len()
	if s.budget <= 0 {
		return nil, errors.New("too many object streams")
	}
	if err != nil && !errors.Is(err, zlib.ErrChecksum) {
		return nil, err
	}
	return objects, nil
}

// checkObjects checks the content of an object stream, which begins with a
// table of numbers (ISO 32000-2 §7.5.7).
func checkObjects(objects []byte) error {
	table := bytes.TrimLeft(objects, whitespace)
	if len(table) > 0 && !isDigit(table[0]) {
		return refuseUnreadable()
	}
	return checkNames(objects)
}

// isObjectStream reports whether what precedes a stream makes it an object
// stream. Some readers go by /N and /First alone.
func isObjectStream(between []byte) bool {
	dictionary := between[max(0, bytes.LastIndex(between, []byte("obj"))):]
	var n, first bool
	for name := range pdfNames(dictionary) {
		n = n || string(name) == "N"
		first = first || string(name) == "First"
	}
	if n && first {
		return true
	}
	for name := range pdfNames(between) {
		if string(name) == "ObjStm" {
			return true
		}
	}
	return false
}

// checkNames refuses the names of active content.
func checkNames(b []byte) error {
	for name := range pdfNames(b) {
		if string(name) == "Encrypt" {
			return refuse("Tệp PDF được đặt mật khẩu hoặc hạn chế quyền. Hãy gỡ bỏ bảo vệ, hoặc in lại thành tệp PDF mới, rồi gửi lại.",
				"The PDF file is encrypted by a password or usage restrictions. Remove the protection, or print it to a new PDF file, and send it again.")
		}
		if what, ok := activeNames[string(name)]; ok {
			return refuse("Tệp PDF có %[1]s nên không được nhận. Hãy in lại thành tệp PDF mới chỉ có nội dung trang, hoặc gửi ảnh JPEG, PNG.",
				"The PDF file has %[2]s in it and is not accepted. Print it to a new PDF file that has nothing but pages, or send a JPEG or PNG picture.", what.VI, what.EN)
		}
	}
	return nil
}

func refuseUnreadable() *Error {
	return refuse("Không kiểm tra được bên trong tệp PDF này vì nó được nén theo cách bất thường. Hãy in lại thành tệp PDF mới, hoặc gửi ảnh JPEG, PNG.",
		"This PDF file cannot be checked inside because it is compressed in an unusual way. Print it to a new PDF file, or send a JPEG or PNG picture.")
}

// A finder finds the next place of something from ever higher positions,
// passing over the content once in all.
type finder struct {
	content []byte
	find    func([]byte) int // index of the next place, or -1
	at      int              // the last place found; -1 at first
}

// from returns the first place at or after a position, or [math.MaxInt].
func (f *finder) from(position int) int {
	if f.at >= position {
		return f.at
	}
	f.at = math.MaxInt
	if i := f.find(f.content[position:]); i >= 0 {
		f.at = position + i
	}
	return f.at
}

// whitespace are the white-space characters of PDF.
const whitespace = "\x00\t\n\f\r "

// delimiters are the characters that end a name besides white space.
const delimiters = "()<>[]{}/%"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// objectHeader returns the index of the first "obj" that ends an object's
// header, such as "12 0 obj", or -1.
func objectHeader(b []byte) int {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("obj"))
		if i < 0 {
			return -1
		}
		at += i
		number := bytes.TrimRight(b[max(0, at-16):at], whitespace)
		if len(number) > 0 && len(number) < min(16, at) && isDigit(number[len(number)-1]) {
			return at
		}
		at += len("obj")
	}
}

// nextStream returns the index of the next keyword "stream" at the end of a
// line and that of the data after it; without one, the end of the content and -1.
func nextStream(content []byte, from int) (keyword, data int) {
	for at := from; ; {
		i := bytes.Index(content[at:], []byte("stream"))
		if i < 0 {
			return len(content), -1
		}
		keyword = at + i
		at = keyword + len("stream")
		rest := bytes.TrimLeft(content[at:min(len(content), at+16)], " \t\f\x00")
		if len(rest) == 0 || rest[0] != '\r' && rest[0] != '\n' || bytes.HasSuffix(content[:keyword], []byte("end")) {
			continue
		}
		data = at + bytes.IndexAny(content[at:], "\r\n") + 1
		if content[data-1] == '\r' && data < len(content) && content[data] == '\n' {
			data++
		}
		return keyword, data
	}
}

// pdfNames yields everything that looks like a PDF name, without its slash and
// with its escapes resolved (ISO 32000-2 §7.3.5).
func pdfNames(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for {
			i := bytes.IndexByte(b, '/')
			if i < 0 {
				return
			}
			b = b[i+1:]
			name := b
			if end := bytes.IndexAny(b, whitespace+delimiters); end >= 0 {
				name = b[:end]
			}
			b = b[len(name):]
			if !yield(unescape(name)) {
				return
			}
		}
	}
}

// unescape resolves the #xx escapes of a name.
func unescape(name []byte) []byte {
	if bytes.IndexByte(name, '#') < 0 {
		return name
	}
	plain := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '#' && i+2 < len(name) {
			var code [1]byte
			if _, err := hex.Decode(code[:], name[i+1:i+3]); err == nil {
				c = code[0]
				i += 2
			}
		}
		plain = append(plain, c)
	}
	return plain
}
