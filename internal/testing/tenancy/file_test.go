package tenancy

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing"
)

// inertZIP looks into the tables of an archive. What else is in one is text and
// pictures.
func inertZIP(body string) error {
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	for _, f := range r.File {
		inert, ok := map[string]func(string) error{".csv": inertCSV, ".xlsx": inertXLSX}[path.Ext(f.Name)]
		if !ok {
			continue
		}
		content, err := fs.ReadFile(r, f.Name)
		if err == nil {
			err = inert(string(content))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// inertXLSX fails for a workbook with a formula, a link, a macro or anything
// from elsewhere.
func inertXLSX(body string) error {
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	for _, f := range r.File {
		for _, bad := range []string{"vba", "externallink", "connection", "activex", "embedding", "macro", "drawing"} {
			if strings.Contains(strings.ToLower(f.Name), bad) {
				return fmt.Errorf("it has a part %s", f.Name)
			}
		}
		part, err := f.Open()
		if err != nil {
			return err
		}
		if err := inertPart(part); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// inertPart fails for an element of a workbook that does something.
func inertPart(r io.Reader) error {
	for d := xml.NewDecoder(r); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch strings.ToLower(e.Name.Local) {
		case "f", "hyperlink", "hyperlinks", "ddelink", "olelink", "oleobject", "webpublishing", "externalreference", "definedname":
			return fmt.Errorf("an element <%s>", e.Name.Local)
		}
		for _, a := range e.Attr {
			if a.Name.Local == "TargetMode" && a.Value == "External" {
				return fmt.Errorf("something from elsewhere: %v", e.Attr)
			}
		}
	}
}

// inertSVG fails for a picture that has more than shapes.
func inertSVG(body string) error {
	for d := xml.NewDecoder(strings.NewReader(body)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "svg", "g", "path", "rect", "title", "desc", "defs", "use", "text":
		default:
			return fmt.Errorf("an element <%s>", e.Name.Local)
		}
		for _, a := range e.Attr {
			if name := strings.ToLower(a.Name.Local); strings.HasPrefix(name, "on") || name == "href" && !strings.HasPrefix(a.Value, "#") {
				return fmt.Errorf("an attribute %s=%q", a.Name.Local, a.Value)
			}
		}
	}
}

// TestInertFilesSeeHarm is the control of the checks above.
func TestInertFilesSeeHarm(t *testing.T) {
	for _, bad := range []string{"a;b\n=xss();1\n", "a,b\n1,@SUM(1)\n", "a\n\"\t=xss()\"\n", "a\n-xss\n"} {
		if inertCSV(bad) == nil {
			t.Errorf("%q passes for inert", bad)
		}
	}
	if err := inertCSV("\ufeffa;b\n-12,5;'=xss()\n+3;x=1\n"); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{`<svg><script/></svg>`, `<svg onload="x"/>`, `<svg><a href="x"/></svg>`, `<svg><use href="//x"/></svg>`} {
		if inertSVG(bad) == nil {
			t.Errorf("%q passes for inert", bad)
		}
	}
	for _, bad := range []string{`<c><f>1+1</f></c>`, `<hyperlinks/>`, `<Relationship TargetMode="External"/>`} {
		if inertPart(strings.NewReader(bad)) == nil {
			t.Errorf("%q passes for inert", bad)
		}
	}
}
