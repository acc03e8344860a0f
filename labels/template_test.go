package labels

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// realistic are stamps as they are printed: a batch code, a batch code with
// long names, and an item code, which makes a larger symbol.
func realistic() map[string]Stamp {
	batch := Stamp{
		Payload: "https://T.EXAMPLE.VN/K7Q2M9XR4V", ShortCode: "K7Q2M-9XR4V",
		Product: "Chè Shan tuyết Hồng Thái", Producer: "HTX Sơn Trà", Lot: "HT-2605-01",
		ProductionDate: "12-05-2026", PackingDate: "14-05-2026", ExpiryDate: "12-05-2028", Stars: 4,
		GS1:      "(01)08936000000017(10)HT-2605-01",
		Captions: Captions{Lot: "Lô", Production: "NSX", Expiry: "HSD", Stars: "OCOP", Packing: "ĐG"},
	}
	long, item, linked := batch, batch, batch
	long.Product, long.Producer, long.Stars, long.Lot = "Cam sành Hàm Yên", "Hợp tác xã Nông nghiệp Tiên Yên", 5, "CS2026-11"
	item.Payload, item.ShortCode = "https://T.EXAMPLE.VN/K7Q2M9XR4VAB0CDEFGHJ", "K7Q2M-9XR4V-AB0CD-EFGHJ"
	linked.Payload = "https://T.EXAMPLE.VN/01/08936000000017/10/HT-2605-01"
	return map[string]Stamp{"batch": batch, "long": long, "item": item, "linked": linked}
}

// tooSmall are the labels on which a template's symbol has no room for the 20
// characters of an item code or of a GS1 Digital Link; they are refused.
var tooSmall = map[string]bool{
	"tem-15 vuong item": true, "tem-20 vuong-ten item": true,
	"tem-15 vuong linked": true, "tem-20 vuong-ten linked": true,
}

// Every template holds realistic stamps on every stock that it is made for.
func TestTemplatesHoldStamps(t *testing.T) {
	for _, s := range Stocks() {
		templates := s.Templates()
		least := 3
		if s.CellWidth < 20 {
			least = 2 // with and without the code: there is no room for more
		}
		if len(templates) < least {
			t.Errorf("%s has %d templates, want %d", s.Name, len(templates), least)
		}
		for _, template := range templates {
			for name, stamp := range realistic() {
				key := fmt.Sprintf("%s %s %s", s.Name, template.Name, name)
				d, err := template.lay(stamp, s.CellWidth, s.CellHeight, 0)
				var part *PartError
				if tooSmall[key] && errors.As(err, &part) {
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", key, err)
					continue
				}
				if fault := d.templateFault(template); fault != "" {
					t.Errorf("%s: %s", key, fault)
				}
			}
		}
	}
}

// templateFault describes what is wrong with a design, seen without the marks
// that the layout keeps for itself.
func (d *design) templateFault(t *Template) string {
	if d.module%2 != 0 || d.module < moduleDots(MinModuleSide) || d.x%2 != 0 || d.y%2 != 0 {
		return "the symbol is off the grid or its modules are too small"
	}
	side := d.symbol.Size() * d.module
	quiet := image.Rect(d.x, d.y, d.x+side, d.y+side).Inset(-quietZone * d.module)
	label := image.Rect(0, 0, d.width, d.height)
	inner := label.Inset(mmDots(minTemplateMargin) - 1)
	if !quiet.In(label) {
		return "the quiet zone leaves the label"
	}
	for _, r := range d.rules {
		if area := image.Rect(r.x, r.y, r.x+r.width, r.y+r.height); !area.In(inner) || area.Overlaps(quiet) {
			return "a rule in the margin or the quiet zone"
		}
	}
	boxes := make([]image.Rectangle, len(d.texts))
	for i, t := range d.texts {
		bottom, top := extent(t.glyphs)
		boxes[i] = image.Rect(t.x, t.y-dots(top, t.size), t.x+dots(width(t.glyphs), t.size), t.y+dots(-bottom, t.size))
		if t.size < minSize || !boxes[i].In(inner) || boxes[i].Overlaps(quiet) {
			return "text too small, in the margin or in the quiet zone: " + t.String()
		}
		for j := range i {
			if boxes[i].Overlaps(boxes[j]) {
				return "text over text: " + d.texts[j].String() + " and " + t.String()
			}
		}
	}
	return ""
}

// What a template shows of a stamp is on the label letter for letter.
func TestTemplatesLoseNothing(t *testing.T) {
	stamp := realistic()["item"]
	shown := map[string]string{
		"code": stamp.ShortCode, "product": stamp.Product, "producer": stamp.Producer, "lot": stamp.Lot, "gs1": stamp.GS1,
		"production": stamp.ProductionDate, "packing": stamp.PackingDate, "expiry": stamp.ExpiryDate, "stars": "★★★★",
	}
	squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	for _, template := range Templates() {
		width, height := template.largest()
		d, err := template.lay(stamp, width, height, 0)
		if err != nil {
			t.Errorf("%s: %v", template.Name, err)
			continue
		}
		for part, text := range shown {
			if template.Shows(part) && !strings.Contains(squeeze(d.caption()), squeeze(text)) {
				t.Errorf("%s: %s is not on the label", template.Name, part)
			}
		}
	}
}

// The files and the list of templates are the same, and each is read back from
// its own text.
func TestTemplateText(t *testing.T) {
	files, err := os.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(Templates()) {
		t.Errorf("%d files for %d templates", len(files), len(Templates()))
	}
	for _, want := range Templates() {
		got, err := ParseTemplate([]byte(want.Text()))
		if err != nil {
			t.Fatalf("%s: %v\n%s", want.Name, err, want.Text())
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Part{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
		if byName, err := TemplateByName(want.Name); err != nil || byName.Name != want.Name {
			t.Errorf("%s: %v, %v", want.Name, byName, err)
		}
	}
	var value *ValueError
	if _, err := TemplateByName("no-such"); !errors.As(err, &value) || value.Field != FieldTemplate {
		t.Errorf("unknown name: %v, want a ValueError of the template", err)
	}
	if adapts, err := TemplateByName(""); adapts != nil || err != nil || adapts.Text() != "" {
		t.Errorf("no name: %v, %v, want the layout that adapts", adapts, err)
	}
}

const ownTemplate = `name: cua-toi
title: Của tôi
width: 40
height: 25
parts:
  - part: qr
    left: 0
    width: 18
    top: 0
  - part: product
    left: qr.right
    top: symbol.top
    height: 6
    lines: 2
`

// What is wrong with a template is told with its line, its part and key.
func TestParseTemplateRefuses(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(ownTemplate, from) {
			t.Fatalf("%q is not in the template", from)
		}
		return strings.Replace(ownTemplate, from, to, 1)
	}
	if _, err := ParseTemplate([]byte(ownTemplate)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text        string
		line        int
		field, says string
	}{
		"no text":                {"", 0, "", "empty"},
		"not a mapping":          {"- a\n", 1, "", ""},
		"no qr":                  {change("part: qr\n", "part: frame\n    name: qr\n"), 13, "product.top", "symbol"},
		"two qr":                 {ownTemplate + "  - {part: qr, name: b}\n", 6, "parts", "one qr, not 2"},
		"unknown part":           {change("part: product", "part: price"), 10, "price", "is not one of"},
		"unknown key":            {change("lines: 2", "rows2: 2"), 14, "", "unknown field"},
		"key of another part":    {change("lines: 2", "stroke: 1"), 14, "product.stroke", "no meaning for product"},
		"three of a side":        {change("width: 18", "width: 18\n    right: 20"), 6, "qr", "at most two"},
		"no length":              {change("left: qr.right", "left: qr.right * 2"), 11, "product.left", "must be a sum"},
		"endless length":         {change("left: 0", "left: 0"+strings.Repeat(" + 1", maxTerms)), 7, "qr.left", "at most 6"},
		"no such part":           {change("left: qr.right", "left: logo.right"), 11, "product.left", "no part above"},
		"a part below":           {change("left: 0", "left: product.left"), 7, "qr.left", "no part above"},
		"a height for a width":   {change("left: qr.right", "left: qr.top"), 11, "product.left", "cannot be measured from qr.top"},
		"a name twice":           {ownTemplate + "  - {part: product, top: 20}\n", 15, "product", "taken"},
		"the name of the symbol": {ownTemplate + "  - {part: lot, name: symbol, top: 20}\n", 15, "symbol", "taken"},
		"a name with a hyphen":   {ownTemplate + "  - {part: lot, name: lo-hang, top: 20}\n", 15, "lo-hang", "small letters"},
		"letters too small":      {change("lines: 2", "min: 0.5"), 14, "product.min", "0.9 to 20 mm"},
		"size below min":         {change("lines: 2", "min: 1.5\n    size: 1.2"), 15, "product.size", "1.5 to 20 mm"},
		"modules too small":      {change("width: 18", "width: 18\n    min: 0.2"), 9, "qr.min", "0.33 to 3 mm"},
		"too many lines":         {change("lines: 2", "lines: 9"), 14, "product.lines", "1 to 4"},
		"a word for align":       {change("lines: 2", "align: middle"), 14, "product.align", "left, center, right"},
		"spread text":            {change("lines: 2", "valign: spread"), 14, "product.valign", "top, middle, bottom"},
		"text without text":      {change("part: product", "part: text"), 10, "text.text", "empty"},
		"a letter without glyph": {change("part: product", "part: text\n    text: 茶"), 11, "text.text", "cannot be printed"},
		"caption without glyph":  {change("lines: 2", "caption: 茶"), 14, "product.caption", "cannot be printed"},
		"a long text":            {change("part: product", "part: text\n    text: "+strings.Repeat("a", 201)), 11, "text.text", "200"},
		"no picture":             {ownTemplate + "  - part: logo\n    image: aGVsbG8=\n", 16, "logo.image", "two tones"},
		"no base64":              {ownTemplate + "  - part: logo\n    image: '!'\n", 16, "logo.image", "two tones"},
		"rows of no column":      {change("lines: 2", "rows: [{part: lot}]"), 14, "product.rows", "no meaning"},
		"a column without rows":  {ownTemplate + "  - {part: column, rows: []}\n", 15, "column.rows", "1 to 40"},
		"a symbol in a column":   {ownTemplate + "  - part: column\n    rows:\n      - {part: logo}\n", 17, "logo", "cannot stand in a column"},
		"a place in a column":    {ownTemplate + "  - part: column\n    rows:\n      - {part: lot, left: 3}\n", 17, "column.lot.left", "no meaning in a column"},
		"too wide":               {change("width: 40", "width: 400"), 3, "width", "10 to 200 mm"},
		"no number":              {change("height: 25", "height: .nan"), 4, "height", "10 to 200 mm"},
		"max below":              {change("height: 25", "height: 25\nmaxHeight: 20"), 5, "maxHeight", "25 to 200 mm"},
		"no margin":              {change("height: 25", "height: 25\nmargin: 0.1"), 5, "margin", "0.5 to 5 mm"},
		"no title":               {change("title: Của tôi", "title: ''"), 2, "title", "1 to 100"},
		"capital letters":        {change("name: cua-toi", "name: CuaToi"), 1, "name", "small letters"},
	} {
		_, err := ParseTemplate([]byte(test.text))
		var e *TextError
		if !errors.As(err, &e) || e.Line != test.line || !strings.Contains(e.Field, test.field) || !strings.Contains(e.Reason, test.says) || e.Vietnamese == "" {
			t.Errorf("%s: %v, want line %d, %q, %q", name, err, test.line, test.field, test.says)
		}
	}
}

// A stamp that a template cannot hold is refused with the names of its parts.
func TestTemplateRefusesStamps(t *testing.T) {
	for name, test := range map[string]struct {
		extra  string // parts behind those of the template
		change func(*Stamp)
		want   PartError
	}{
		"text too long":       {"", func(s *Stamp) { s.Product = strings.Repeat("rất dài ", 20) }, PartError{Part: "product", Problem: ProblemText}},
		"text in a column":    {"  - {part: column, top: 20, rows: [{part: producer, name: htx}]}\n", func(s *Stamp) { s.Producer = strings.Repeat("m", 90) }, PartError{Part: "column.htx", Problem: ProblemText}},
		"missing glyph":       {"", func(s *Stamp) { s.Product = "Trà 茶" }, PartError{Part: "product", Problem: ProblemText}},
		"payload too long":    {"", func(s *Stamp) { s.Payload += strings.Repeat("A", 90) }, PartError{Part: "qr", Problem: ProblemText}},
		"line over symbol":    {"  - {part: line, top: 10}\n", nil, PartError{Part: "qr", Problem: ProblemOverlap, With: "line"}},
		"text over symbol":    {"  - {part: lot, left: 5, top: 5, height: 5}\n", nil, PartError{Part: "lot", Problem: ProblemOverlap, With: "qr"}},
		"text over text":      {"  - {part: lot, left: product.left, top: product.top, height: 2}\n", nil, PartError{Part: "lot", Problem: ProblemOverlap, With: "product"}},
		"beyond the label":    {"  - {part: frame, left: 20, width: 30}\n", nil, PartError{Part: "frame", Problem: ProblemOutside}},
		"in the margin":       {"  - {part: line, left: 0, top: 22}\n", nil, PartError{Part: "line", Problem: ProblemOutside}},
		"right before left":   {"  - {part: lot, left: 20, right: 10}\n", nil, PartError{Part: "lot", Problem: ProblemRoom}},
		"symbol without room": {"  - {part: lot, name: l, top: 20}\n", func(s *Stamp) { s.Lot = "" }, PartError{}},
	} {
		template, err := ParseTemplate([]byte(ownTemplate + test.extra))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := realistic()["batch"]
		if test.change != nil {
			test.change(&s)
		}
		_, err = template.lay(s, 40, 25, 0)
		if test.want == (PartError{}) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var got *PartError
		if !errors.As(err, &got) || got.Part != test.want.Part || got.Problem != test.want.Problem || got.With != test.want.With {
			t.Errorf("%s: %v, want %v", name, err, &test.want)
		}
	}
}

// The printer's least module is kept by templates and by the layout that
// adapts.
func TestLeastModule(t *testing.T) {
	stamp := realistic()["item"]
	small := stock(t, "tomy-145")
	for _, name := range []string{"", "ngang"} {
		template, err := TemplateByName(name)
		if err != nil {
			t.Fatal(err)
		}
		sheet := Sheet{Stock: small, Template: template, MinModule: 0.42}
		if err := sheet.Check(stamp); err != nil {
			t.Errorf("%q with modules of 0.42 mm: %v", name, err)
		}
		sheet.MinModule = 0.6
		var part *PartError
		if err := sheet.Check(stamp); !errors.As(err, &part) || part.Part != "qr" {
			t.Errorf("%q with modules of 0.6 mm: %v, want an error of the part qr", name, err)
		}
	}
}

// On a larger label a template grows: half as large again is the same picture
// in other dots, as far as modules are whole.
func TestTemplateGrows(t *testing.T) {
	template, err := TemplateByName("toi-gian")
	if err != nil {
		t.Fatal(err)
	}
	small, err := template.lay(realistic()["batch"], 34, 20, 0)
	if err != nil {
		t.Fatal(err)
	}
	large, err := template.lay(realistic()["batch"], 68, 40, 0)
	if err != nil {
		t.Fatal(err)
	}
	if large.module < 3*small.module/2 || large.texts[0].size < 3*small.texts[0].size/2 {
		t.Errorf("twice the label: modules of %d dots became %d, letters of %d became %d", small.module, large.module, small.texts[0].size, large.texts[0].size)
	}
	var value *ValueError
	if _, err := template.lay(realistic()["batch"], 30, 20, 0); !errors.As(err, &value) || value.Field != FieldCell {
		t.Errorf("a smaller label: %v, want a ValueError of the cell", err)
	}
}

// Parts without content leave no hole, and what depends on them moves up.
func TestEmptyPartsTakeNoRoom(t *testing.T) {
	template, err := TemplateByName("tieu-de")
	if err != nil {
		t.Fatal(err)
	}
	right := func(s Stamp) int {
		d, err := template.lay(s, 60, 40, 0)
		if err != nil {
			t.Fatal(err)
		}
		most := 0
		for _, line := range d.texts {
			if line.face == bold() {
				most = max(most, line.x+dots(width(line.glyphs), line.size))
			}
		}
		return most
	}
	s := realistic()["batch"]
	s.Product = "Chè Shan tuyết cổ thụ Hồng Thái"
	without := right(s)
	s.Logo = testLogo(t)
	if with := right(s); with >= without {
		t.Errorf("the heading reaches to %d dots with a logo, to %d without", with, without)
	}
}

// The symbol in a drawn template can be read.
func TestTemplatePicturesScan(t *testing.T) {
	for _, template := range Templates() {
		s := realistic()["batch"]
		s.Logo = testLogo(t)
		var file bytes.Buffer
		if err := template.WritePNG(&file, s, template.Width, template.Height, 600); err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(&file)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(picture); err != nil || got != s.Payload {
			t.Errorf("%s: decoded %q, %v", template.Name, got, err)
		}
	}
}

// What can be parsed is written in one form, and laying it out never panics.
func FuzzTemplate(f *testing.F) {
	for _, t := range Templates() {
		f.Add(t.Text())
	}
	f.Add(ownTemplate)
	f.Add("name: a\ntitle: a\nwidth: 20\nheight: 20\nparts: [{part: qr}, {part: scratch, hatch: true}, {part: line, top: -qr.top + 50% - 1mm}]")
	f.Fuzz(func(t *testing.T, text string) {
		template, err := ParseTemplate([]byte(text))
		if err != nil {
			var fault *TextError
			if !errors.As(err, &fault) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		again, err := ParseTemplate([]byte(template.Text()))
		if err != nil {
			t.Fatalf("%v in the canonical form:\n%s", err, template.Text())
		}
		if again.Text() != template.Text() {
			t.Fatalf("two canonical forms:\n%s\n%s", template.Text(), again.Text())
		}
		for _, s := range realistic() {
			d, err := template.lay(s, template.Width, template.Height, 0)
			if err == nil {
				if fault := d.templateFault(template); fault != "" {
					t.Fatalf("%s\n%s", fault, text)
				}
			}
		}
	})
}

// What can be parsed as a stock is read back the same.
func FuzzStock(f *testing.F) {
	for _, s := range Stocks() {
		f.Add(s.Text())
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseStock([]byte(text))
		if err != nil {
			return
		}
		if again, err := ParseStock([]byte(s.Text())); err != nil || again != s {
			t.Fatalf("%v, %v, want %v from\n%s", again, err, s, s.Text())
		}
	})
}
