package spreadsheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Bounds of what is unpacked of an XLSX file. A part that claims to be smaller
// than it is ends with an error: archive/zip counts.
const (
	maxUnpacked = 64 << 20  // bytes of all parts that are read
	maxParts    = 5000      // in the archive
	maxStrings  = 1_000_000 // in the table of shared strings
	maxStyles   = 100_000   //
	maxSheets   = 20        // that are looked at
	maxMerges   = 10_000    // in one sheet
)

// errDamaged refuses what no spreadsheet program writes.
var errDamaged = refuse("tệp .xlsx bị hỏng; hãy mở bằng Excel rồi lưu lại", "the .xlsx file is damaged; open it in a spreadsheet program and save it again")

var errUnpacked = refuse(fmt.Sprintf("tệp .xlsx giải nén ra hơn %d MB hoặc có quá nhiều phần", maxUnpacked>>20),
	fmt.Sprintf("the .xlsx file unpacks to more than %d MiB or has too many parts", maxUnpacked>>20))

// An archive is the zip file that an XLSX file is. left is how many bytes may
// still be unpacked.
type archive struct {
	parts map[string]*zip.File
	left  uint64
}

func openArchive(content []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, errDamaged
	}
	if len(r.File) > maxParts {
		return nil, errUnpacked
	}
	a := &archive{parts: map[string]*zip.File{}, left: maxUnpacked}
	for _, f := range r.File {
		a.parts[partName(f.Name)] = f
	}
	return a, nil
}

// partName is the form in which parts are compared.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// An element is a start or an end tag, or text.
type element struct {
	start, end bool
	name       string
	attributes []xml.Attr
	text       []byte
}

// attribute is the value of an attribute, whatever its prefix.
func (e element) attribute(name string) string {
	for _, a := range e.attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// each reads a part and gives its elements in turn. A part that is not there
// has none.
func (a *archive) each(part string, use func(element) error) (err error) {
	f, ok := a.parts[partName(part)]
	if !ok {
		return nil
	}
	if f.UncompressedSize64 > a.left {
		return errUnpacked
	}
	a.left -= f.UncompressedSize64
	r, err := f.Open()
	if err != nil {
		return errDamaged
	}
	defer r.Close()
	for d := xml.NewDecoder(r); ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errDamaged
		}
		var e element
		switch t := token.(type) {
		case xml.StartElement:
			e = element{start: true, name: t.Name.Local, attributes: t.Attr}
		case xml.EndElement:
			e = element{end: true, name: t.Name.Local}
		case xml.CharData:
			e = element{text: t}
		default:
			continue
		}
		if err := use(e); err != nil {
			return err
		}
	}
}

// A relation is a part that another one refers to.
type relation struct{ kind, target string }

// relations are the parts that part refers to, by their ids.
func (a *archive) relations(part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	found := map[string]relation{}
	err := a.each(dir+"_rels/"+base+".rels", func(e element) error {
		if !e.start || e.name != "Relationship" || e.attribute("TargetMode") == "External" {
			return nil
		}
		target := e.attribute("Target")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		found[e.attribute("Id")] = relation{path.Base(e.attribute("Type")), strings.TrimPrefix(path.Clean(target), "/")}
		return nil
	})
	return found, err
}
