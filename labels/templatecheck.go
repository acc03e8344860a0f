package labels

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a template.
const (
	maxParts    = 40
	maxAbout    = 400 // characters
	maxFreeText = 200 // characters
	maxLines    = 4

	minTemplateMargin     = 0.5 // mm
	maxTemplateMargin     = 5.0
	defaultTemplateMargin = 1.0

	MinModuleSide     = 0.33 // mm, below which cameras of phones fail
	MaxModuleSide     = 3.0  // mm
	defaultModuleSide = 0.51
	defaultMinModule  = 0.42

	maxXHeight     = 20.0 // mm
	defaultXHeight = 1.0

	minStroke     = 0.1 // mm
	maxStroke     = 2.0
	defaultStroke = 0.17

	maxGap = 20.0 // mm
)

// A check goes through a template and stops at the first fault.
type check struct {
	text  []byte
	seen  map[string]bool // names that a place may refer to
	fault *TextError
}

// fail records the first fault, at a path in the text.
func (c *check) fail(path, field, en, vi string) {
	if c.fault == nil {
		c.fault = &TextError{Line: lineOf(c.text, path), Field: field, Reason: en, Vietnamese: vi}
	}
}

// between checks a measure; 0 stands for the default where that is allowed.
func (c *check) between(path, field string, mm, lo, hi float64, optional bool) {
	if optional && mm == 0 || mm >= lo && mm <= hi {
		return
	}
	c.fail(path, field, fmt.Sprintf("must be %v to %v mm", lo, hi), fmt.Sprintf("phải từ %v đến %v mm", lo, hi))
}

// validate checks the template and brings its texts into their one form.
func (t *Template) validate(text []byte) error {
	c := &check{text: text, seen: map[string]bool{}}
	c.header(t)
	symbols := 0
	for i := range t.Parts {
		p := &t.Parts[i]
		c.part(p, fmt.Sprintf("parts[%d]", i))
		if p.Part == partQR {
			symbols++
		}
	}
	if symbols != 1 {
		c.fail("parts", "parts", fmt.Sprintf("must have one qr, not %d", symbols), fmt.Sprintf("phải có đúng một phần qr, đang có %d", symbols))
	}
	if c.fault != nil {
		return c.fault
	}
	return nil
}

func (c *check) header(t *Template) {
	if len(t.Name) > maxName || !nameForm.MatchString(t.Name) {
		c.fail("name", "name", fmt.Sprintf("must be 1 to %d small letters (a to z) and digits, with single hyphens between", maxName),
			fmt.Sprintf("phải có 1 đến %d chữ thường không dấu (a đến z) và chữ số, nối bằng một gạch ngang", maxName))
	}
	c.prose("title", &t.Title, maxTitle, false)
	c.prose("about", &t.About, maxAbout, true)
	c.between("width", "width", t.Width, MinCell, maxCell, false)
	c.between("height", "height", t.Height, MinCell, maxCell, false)
	c.between("maxWidth", "maxWidth", t.MaxWidth, t.Width, maxCell, true)
	c.between("maxHeight", "maxHeight", t.MaxHeight, t.Height, maxCell, true)
	c.between("margin", "margin", t.Margin, minTemplateMargin, maxTemplateMargin, true)
	if len(t.Parts) > maxParts {
		c.fail("parts", "parts", fmt.Sprintf("must be at most %d", maxParts), fmt.Sprintf("chỉ được nhiều nhất %d phần", maxParts))
	}
}

// prose checks a text for people and puts it into NFC.
func (c *check) prose(field string, text *string, most int, optional bool) {
	*text = strings.TrimSpace(norm.NFC.String(*text))
	if n := utf8.RuneCountInString(*text); n > most || n == 0 && !optional {
		c.fail(field, field, fmt.Sprintf("must have 1 to %d characters", most), fmt.Sprintf("phải có 1 đến %d ký tự", most))
	}
	if strings.ContainsFunc(*text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		c.fail(field, field, "must be one line", "phải nằm trên một dòng")
	}
}

var partNameForm = regexp.MustCompile(`^[a-z][a-z0-9]{0,19}$`)

// part checks a part that stands on the label by itself.
func (c *check) part(p *Part, path string) {
	kind := c.common(p, path)
	if kind == nil {
		return
	}
	name := p.name()
	if !partNameForm.MatchString(name) {
		c.fail(path+".name", name, "must have a name of 1 to 20 small letters (a to z) and digits", "phải có tên gồm 1 đến 20 chữ thường không dấu và chữ số")
	}
	if c.seen[name] || name == partSymbol {
		c.fail(path, name, "is a name that is taken: give the part another one", "là tên đã dùng: hãy đặt tên khác cho phần này")
	}
	c.place(p, path)
	c.seen[name] = true
	if p.Part == partQR {
		c.seen[partSymbol] = true
	}
	for i := range p.Rows {
		c.row(p, i, path)
	}
	if p.Part == partColumn && (len(p.Rows) < 1 || len(p.Rows) > maxParts) {
		c.fail(path, name+".rows", fmt.Sprintf("must be 1 to %d", maxParts), fmt.Sprintf("phải có 1 đến %d hàng", maxParts))
	}
}

// row checks a part inside a column, which has no place of its own.
func (c *check) row(column *Part, i int, path string) {
	p := &column.Rows[i]
	path = fmt.Sprintf("%s.rows[%d]", path, i)
	field := fmt.Sprintf("%s.%s", column.name(), p.name())
	kind := c.common(p, path)
	if kind == nil {
		return
	}
	if kind.field == "" {
		c.fail(path, field, "cannot stand in a column: only texts can", "không đặt được trong cột: cột chỉ chứa chữ")
	}
	for _, l := range p.lengths() {
		if *l.length != "" {
			c.fail(path+"."+l.key, field+"."+l.key, "has no meaning in a column", "không dùng trong cột")
		}
	}
	if p.Align != "" || p.VAlign != "" {
		c.fail(path, field, "is aligned as its column is", "được canh theo cột của nó")
	}
}

// common checks what parts have wherever they stand. It returns nil for a part
// of no known kind.
func (c *check) common(p *Part, path string) *partKind {
	kind, ok := partKinds[p.Part]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(partKinds)), ", ")
		c.fail(path, p.Part, "is not one of "+known, "không phải là một trong: "+known)
		return nil
	}
	field := p.name()
	for _, key := range p.given() {
		if !strings.Contains(kind.keys, " "+key+" ") {
			c.fail(path+"."+key, field+"."+key, "has no meaning for "+p.Part, "không dùng cho phần "+p.Part)
		}
	}
	c.choice(path, field, "align", p.Align, "left center right")
	valigns := "top middle bottom"
	if p.Part == partColumn {
		valigns += " spread"
	}
	c.choice(path, field, "valign", p.VAlign, valigns)
	c.between(path+".stroke", field+".stroke", p.Stroke, minStroke, maxStroke, true)
	c.between(path+".gap", field+".gap", p.Gap, 0, maxGap, true)
	if p.Part == partQR {
		c.between(path+".min", field+".min", p.Min, MinModuleSide, MaxModuleSide, true)
		c.between(path+".size", field+".size", p.Size, p.min(), MaxModuleSide, true)
		return &kind
	}
	c.between(path+".min", field+".min", p.Min, MinXHeight, maxXHeight, true)
	c.between(path+".size", field+".size", p.Size, p.min(), maxXHeight, true)
	c.image(p, path, field)
	if p.Lines < 0 || p.Lines > maxLines {
		c.fail(path+".lines", field+".lines", fmt.Sprintf("must be 1 to %d", maxLines), fmt.Sprintf("phải từ 1 đến %d", maxLines))
	}
	if p.Caption != nil {
		c.letters(path+".caption", field+".caption", p.Caption)
	}
	if p.Part == partText && strings.TrimSpace(p.Text) == "" {
		c.fail(path, field+".text", "is empty", "đang trống")
	}
	c.letters(path+".text", field+".text", &p.Text)
	return &kind
}

func (c *check) choice(path, field, key, value, known string) {
	if value != "" && !slices.Contains(strings.Fields(known), value) {
		list := strings.Join(strings.Fields(known), ", ")
		c.fail(path+"."+key, field+"."+key, "must be one of "+list, "phải là một trong: "+list)
	}
}

// letters checks a text that is printed and brings it into the form that the
// font has.
func (c *check) letters(path, field string, text *string) {
	set, err := normalise(field, *text)
	if err == nil {
		_, err = regular().shape(field, set)
	}
	if err != nil {
		c.fail(path, field, "has a character that cannot be printed", "có ký tự không in được")
		return
	}
	if utf8.RuneCountInString(set) > maxFreeText {
		c.fail(path, field, fmt.Sprintf("must have at most %d characters", maxFreeText), fmt.Sprintf("chỉ được nhiều nhất %d ký tự", maxFreeText))
	}
	*text = set
}

// place checks where a part stands, and writes it in the one form.
func (c *check) place(p *Part, path string) {
	across, down := 0, 0
	for _, l := range p.lengths() {
		if *l.length == "" {
			continue
		}
		if l.across {
			across++
		} else {
			down++
		}
		terms, ok := l.length.terms()
		if !ok {
			c.fail(path+"."+l.key, p.name()+"."+l.key, fmt.Sprintf("must be a sum of at most %d lengths like 1.5, 50%% and qr.right: %q", maxTerms, *l.length),
				fmt.Sprintf("phải là tổng của nhiều nhất %d độ dài như 1.5, 50%% hoặc qr.right: %q", maxTerms, *l.length))
			return
		}
		for _, t := range terms {
			c.reference(p, l.key, l.across, path, t)
		}
		*l.length = canonical(terms)
	}
	if across > 2 {
		c.fail(path, p.name(), "must have at most two of left, right and width", "chỉ được có hai trong ba: left, right, width")
	}
	if down > 2 {
		c.fail(path, p.name(), "must have at most two of top, bottom and height", "chỉ được có hai trong ba: top, bottom, height")
	}
}

func (c *check) reference(p *Part, key string, across bool, path string, t term) {
	if t.part == "" {
		return
	}
	if !c.seen[t.part] {
		c.fail(path+"."+key, p.name()+"."+key, fmt.Sprintf("refers to %q, which is no part above it", t.part),
			fmt.Sprintf("nhắc đến %q, không có phần nào tên đó ở phía trên", t.part))
	}
	if sideways := t.edge == "left" || t.edge == "right"; sideways != across {
		c.fail(path+"."+key, p.name()+"."+key, fmt.Sprintf("cannot be measured from %s.%s", t.part, t.edge),
			fmt.Sprintf("không tính theo %s.%s được", t.part, t.edge))
	}
}

func (p Part) name() string {
	if p.Name == "" {
		return p.Part
	}
	return p.Name
}

// min is the least size of a part's letters or modules.
func (p Part) min() float64 {
	switch {
	case p.Min != 0:
		return p.Min
	case p.Part == partQR:
		return defaultMinModule
	default:
		return MinXHeight
	}
}

// size is the preferred size of a part's letters or modules.
func (p Part) size() float64 {
	switch {
	case p.Size != 0:
		return p.Size
	case p.Part == partQR:
		return max(defaultModuleSide, p.min())
	default:
		return max(defaultXHeight, p.min())
	}
}
