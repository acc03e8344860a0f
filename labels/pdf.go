package labels

import (
	"bytes"
	"crypto/sha256"
	"encoding/ascii85"
	"fmt"
	"hash"
	"io"
	"unicode/utf16"
)

// Fixed numbers of the objects that others refer to before they are written.
// What a page uses of the fonts is known only at the end, and so is the list
// of pages; pages and their contents are numbered from firstFree on.
const (
	catalogObject = 1 + iota
	pagesObject
	infoObject
	regularObject
	boldObject
	firstFree
)

// A document writes the objects of a PDF file (ISO 32000-1) one after the
// other, and keeps their offsets for the cross-reference table.
type document struct {
	sheet   Sheet
	w       io.Writer
	digest  hash.Hash // of all bytes written, the file's identifier
	written int64
	err     error   // the first error of w; nothing is written after it
	offsets []int64 // by object number; 0 for one not yet written
	pages   []int   // object numbers
	used    [2]usage
	objects map[string]int // numbers of the forms and pictures written, by name
	forms   []string       // names of the forms, in the order in which they were written
	boxes   string         // of every page
	compressor
}

func newDocument(w io.Writer, s Sheet) *document {
	d := &document{
		sheet:   s,
		w:       w,
		digest:  sha256.New(),
		offsets: make([]int64, firstFree),
		used:    [2]usage{{}, {}},
		objects: map[string]int{},
		boxes:   s.boxes(),
	}
	version := "1.7"
	if s.Profile != Office {
		version = "1.4" // what PDF/X is built on; nothing here is younger
	}
	// The second line marks the file as binary for transfer programs.
	d.write([]byte("%PDF-" + version + "\n%\xe2\xe3\xcf\xd3\n"))
	d.marks()
	return d
}

func (d *document) write(b []byte) {
	if d.err != nil {
		return
	}
	d.digest.Write(b)
	n, err := d.w.Write(b)
	d.written += int64(n)
	if err != nil {
		d.err = fmt.Errorf("labels: write PDF: %w", err)
	}
}

// number returns a new object number.
func (d *document) number() int {
	d.offsets = append(d.offsets, 0)
	return len(d.offsets) - 1
}

// object writes the object of that number.
func (d *document) object(number int, format string, args ...any) {
	d.offsets[number] = d.written
	b := fmt.Appendf(nil, "%d 0 obj\n", number)
	b = fmt.Appendf(b, format, args...)
	d.write(append(b, "\nendobj\n"...))
}

// stream writes a stream whose data are encoded already as entries, the
// further entries of its dictionary, say.
func (d *document) stream(number int, entries string, data []byte) {
	d.offsets[number] = d.written
	d.write(fmt.Appendf(nil, "%d 0 obj\n<< %s/Length %d >>\nstream\n", number, entries, len(data)))
	d.write(data)
	d.write([]byte("\nendstream\nendobj\n"))
}

const flate = "/Filter /FlateDecode "

// blob writes a stream of binary data: compressed, or as ASCII text when the
// file is to be readable.
func (d *document) blob(number int, entries string, data []byte) {
	if d.sheet.Uncompressed {
		var text bytes.Buffer
		encoder := ascii85.NewEncoder(&text)
		_, _ = encoder.Write(data) // a bytes.Buffer does not fail
		encoder.Close()
		text.WriteString("~>")
		d.stream(number, entries+"/Filter /ASCII85Decode ", text.Bytes())
		return
	}
	packed, err := d.deflate(data)
	if err != nil && d.err == nil {
		d.err = err
	}
	d.stream(number, entries+flate, packed)
}

// text writes a stream of readable text: compressed, unless the file is to be
// readable.
func (d *document) text(number int, entries string, text []byte) {
	if d.sheet.Uncompressed {
		d.stream(number, entries, text)
		return
	}
	d.blob(number, entries, text)
}

// addPage writes a page whose content is compressed as the sheet asks.
func (d *document) addPage(p page) error {
	for i, used := range p.used {
		d.used[i].addAll(used)
	}
	for _, f := range p.forms {
		d.form(f)
	}
	content, leaf := d.number(), d.number()
	d.pages = append(d.pages, leaf)
	entries := flate
	if d.sheet.Uncompressed {
		entries = ""
	}
	d.stream(content, entries, p.content)
	d.reuse(p.content)
	d.object(leaf, "<< /Type /Page /Parent %d 0 R /Contents %d 0 R%s >>", pagesObject, content, d.boxes)
	return d.err
}

// fontResources names the fonts of pages and forms.
var fontResources = fmt.Sprintf("/Font << /F0 %d 0 R /F1 %d 0 R >>", regularObject, boldObject)

// xobjects lists forms or pictures in a dictionary of resources.
func (d *document) xobjects(names []string) string {
	if len(names) == 0 {
		return ""
	}
	list := "\n/XObject <<"
	for _, name := range names {
		list += fmt.Sprintf(" /%s %d 0 R", name, d.objects[name])
	}
	return list + " >>"
}

// form writes what stamps have in common, and its logos, once a file.
func (d *document) form(f *form) {
	if d.objects[f.name] > 0 || len(f.content) == 0 {
		return
	}
	for i, used := range f.used {
		d.used[i].addAll(used)
	}
	var pictures []string
	for _, m := range f.images {
		d.image(m)
		pictures = append(pictures, m.name)
	}
	number := d.number()
	d.objects[f.name] = number
	d.forms = append(d.forms, f.name)
	d.text(number, fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %d %d]\n/Resources << %s%s >> ",
		f.width, f.height, fontResources, d.xobjects(pictures)), f.content)
}

// close writes all that pages refer to and the cross-reference table.
func (d *document) close() error {
	d.font(regularObject, regular(), d.used[0])
	d.font(boldObject, bold(), d.used[1])

	kids := make([]byte, 0, 12*len(d.pages))
	for _, leaf := range d.pages {
		kids = fmt.Appendf(kids, "%d 0 R\n", leaf)
	}
	// The page is the paper rounded to whole pixels of 300 dpi (less than
	// 0.05 mm): renderers count from its corners, and a fraction of a pixel
	// there would move every symbol off the grid.
	d.object(pagesObject, "<< /Type /Pages /Count %d /MediaBox [0 0 %s %s]\n"+
		"/Resources << %s%s >>\n/Kids [%s] >>",
		len(d.pages), points(evenDots(d.sheet.Stock.PageWidth)), points(evenDots(d.sheet.Stock.PageHeight)),
		fontResources, d.xobjects(d.forms), bytes.TrimSpace(kids))

	lang := ""
	if d.sheet.Lang != "" {
		lang = "\n/Lang (" + d.sheet.Lang + ")"
	}
	press := d.pressCatalog()
	// Scaling to the printable area would move every stamp off its label.
	d.object(catalogObject, "<< /Type /Catalog /Pages %d 0 R%s\n"+
		"/ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >>%s >>", pagesObject, lang, press)
	d.object(infoObject, "<< /Title %s /Producer (%s)%s >>", textString(d.sheet.Title), producer, d.sheet.pressInfo())
	d.trailer()
	return d.err
}

func (d *document) trailer() {
	start := d.written
	table := fmt.Appendf(nil, "xref\n0 %d\n0000000000 65535 f \n", len(d.offsets))
	for _, offset := range d.offsets[1:] {
		table = fmt.Appendf(table, "%010d 00000 n \n", offset)
	}
	d.write(table)
	id := d.digest.Sum(nil)[:16]
	d.write(fmt.Appendf(nil, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%X> <%X>] >>\nstartxref\n%d\n%%%%EOF\n",
		len(d.offsets), catalogObject, infoObject, id, id, start))
}

// producer is the name of this package in the files it writes.
const producer = "temgoc labels"

// points writes a length in dots as points, of which it is a multiple of 0.24.
func points(dots int) string {
	return fmt.Sprintf("%d.%02d", dots*12/100, dots*12%100)
}

// textString writes a text as PDF wants it for people to read: UTF-16 with a
// byte order mark, in hexadecimal (ISO 32000-1, 7.9.2.2).
func textString(s string) string {
	b := []byte("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		b = fmt.Appendf(b, "%04X", unit)
	}
	return string(append(b, '>'))
}
