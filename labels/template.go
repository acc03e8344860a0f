package labels

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// A Template says where the parts of a stamp stand on its label. It is read by
// [ParseTemplate] and never changed; a nil Template is the layout that adapts
// to any label of 34 × 20 mm and more.
type Template struct {
	Name  string `yaml:"name"`  // stable key: small letters, digits, hyphens
	Title string `yaml:"title"` // for people who choose one
	About string `yaml:"about,omitempty"`

	// The label that it is drawn for, in millimetres. On larger ones, up to
	// MaxWidth and MaxHeight, all its lengths grow in proportion; these are
	// twice Width and Height unless they are given.
	Width     float64 `yaml:"width"`
	Height    float64 `yaml:"height"`
	MaxWidth  float64 `yaml:"maxWidth,omitempty"`
	MaxHeight float64 `yaml:"maxHeight,omitempty"`

	Margin float64 `yaml:"margin,omitempty"` // white along the edges; 0 means 1 mm
	Parts  []Part  `yaml:"parts"`
}

// Fits reports whether a template is made for the labels of a stock. Whether
// a stamp's text fits is for [Sheet.Check] to say.
func (t *Template) Fits(s Stock) bool {
	if t == nil {
		return s.CellWidth >= minCellWidth && s.CellHeight >= minCellHeight
	}
	const tolerance = 0.005 // mm
	width, height := t.largest()
	return s.CellWidth >= t.Width-tolerance && s.CellWidth <= width+tolerance &&
		s.CellHeight >= t.Height-tolerance && s.CellHeight <= height+tolerance
}

// largest returns the size of the largest label.
func (t *Template) largest() (width, height float64) {
	width, height = t.MaxWidth, t.MaxHeight
	if width == 0 {
		width = min(2*t.Width, maxCell)
	}
	if height == 0 {
		height = min(2*t.Height, maxCell)
	}
	return width, height
}

// Templates returns the known templates that are made for the labels of a stock.
func (s Stock) Templates() []*Template {
	return slices.DeleteFunc(Templates(), func(t *Template) bool { return !t.Fits(s) })
}

// ParseTemplate reads a template from YAML. What is wrong with it is a
// [TextError] with its line, its part and key.
func ParseTemplate(text []byte) (*Template, error) {
	var t Template
	if err := decodeText(text, &t); err != nil {
		return nil, err
	}
	if err := t.validate(text); err != nil {
		return nil, err
	}
	return &t, nil
}

// Text returns the template as YAML that [ParseTemplate] reads back; "" for
// the layout that adapts.
func (t *Template) Text() string {
	if t == nil {
		return ""
	}
	return encodeText(t)
}

//go:embed templates/*.yaml
var templateFiles embed.FS

// templateNames are the built-in templates in the order in which they are
// offered: those for any label, for large ones, for small ones.
var templateNames = []string{
	"ngang", "nguoc", "sao", "toi-gian", "cao", "cao-pin", "gs1", "tieu-de", "doc",
	"vuong-ten", "vuong-sao", "vuong", "chi-ma",
}

var builtIn = sync.OnceValue(func() []*Template {
	var all []*Template
	for _, name := range templateNames {
		text, err := templateFiles.ReadFile("templates/" + name + ".yaml")
		if err != nil {
			panic(fmt.Sprintf("labels: template %s: %v", name, err))
		}
		t, err := ParseTemplate(text)
		if err != nil {
			panic(fmt.Sprintf("labels: template %s: %v", name, err))
		}
		all = append(all, t)
	}
	return all
})

// Templates returns the templates that are known by name, the usual one first.
func Templates() []*Template { return slices.Clone(builtIn()) }

// TemplateByName returns the template of that name, nil for "", or a
// [ValueError].
func TemplateByName(name string) (*Template, error) {
	if name == "" {
		return nil, nil
	}
	for _, t := range builtIn() {
		if t.Name == name {
			return t, nil
		}
	}
	return nil, &ValueError{FieldTemplate, fmt.Sprintf("%q is not one of %s", name, strings.Join(templateNames, ", "))}
}

// WriteSVG writes one stamp as [WriteSVG] does, laid out by the template.
func (t *Template) WriteSVG(w io.Writer, s Stamp, widthMM, heightMM float64) error {
	d, err := t.lay(s, widthMM, heightMM, 0)
	if err != nil {
		return err
	}
	return d.writeSVG(w, widthMM, heightMM)
}

// WritePNG writes one stamp as [WritePNG] does, laid out by the template.
func (t *Template) WritePNG(w io.Writer, s Stamp, widthMM, heightMM float64, dpi int) error {
	if dpi < MinDPI || dpi > MaxDPI {
		return &ValueError{FieldDPI, fmt.Sprintf("must be %d to %d", MinDPI, MaxDPI)}
	}
	d, err := t.lay(s, widthMM, heightMM, 0)
	if err != nil {
		return err
	}
	return d.writePNG(w, dpi)
}
