package labels

import (
	"errors"
	"image"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// vietnamese are the 134 letters of the language that ASCII lacks.
const vietnamese = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ" +
	"ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"

func TestFontsHaveVietnamese(t *testing.T) {
	if n := len([]rune(vietnamese)); n != 134 {
		t.Fatalf("the list has %d letters, want 134", n)
	}
	for _, f := range faces() {
		glyphs, err := f.shape(FieldProduct, vietnamese+"★₫")
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
		for _, g := range glyphs {
			if g.advance <= 0 || g.top <= g.bottom {
				t.Errorf("%s: %q is %d wide and reaches from %d to %d", f.name, g.r, g.advance, g.bottom, g.top)
			}
		}
	}
}

func TestSmallestLetterIsLegible(t *testing.T) {
	for _, f := range faces() {
		x, err := f.shape(FieldProduct, "x")
		if err != nil {
			t.Fatal(err)
		}
		if mm := float64(x[0].top) * minSize / unitsPerEm * mmPerInch / dotsPerInch; mm < MinXHeight {
			t.Errorf("%s: x is %.3f mm high at the smallest size, want %v", f.name, mm, MinXHeight)
		}
	}
}

func TestWrap(t *testing.T) {
	glyphs := func(s string) []glyph {
		var g []glyph
		for _, r := range s {
			g = append(g, glyph{r: r, advance: 1}) // one unit a character
		}
		return g
	}
	for _, test := range []struct {
		name  string
		text  string
		limit int
		lines int
		at    breaks
		want  []string // nil when it does not fit
	}{
		{"one line", "trà hoa vàng", 12, 2, atSpaces, []string{"trà hoa vàng"}},
		{"two balanced lines", "một hai ba bốn năm", 15, 2, atSpaces, []string{"một hai ba", "bốn năm"}},
		{"only one line allowed", "một hai", 6, 1, atSpaces, nil},
		{"a word too long", "nghiêng ngả", 6, 2, atSpaces, nil},
		{"two lines that just fit", "một hai ba bốn", 7, 2, atSpaces, []string{"một hai", "ba bốn"}},
		{"three lines needed", "một hai ba bốn", 6, 2, atSpaces, nil},
		{"code after a separator", "AB-123456-78", 10, 2, anywhere, []string{"AB-123456-", "78"}},
		{"code without separator", "ABCDEFGHIJ", 6, 2, anywhere, []string{"ABCDEF", "GHIJ"}},
		{"separator too early to help", "A-BCDEFGHIJ", 6, 2, anywhere, []string{"A-BCDE", "FGHIJ"}},
		{"code broken only after a hyphen", "ABCD-EFGHIJ", 6, 2, atSeparators, []string{"ABCD-", "EFGHIJ"}},
		{"no hyphen to break after", "ABCDEFGHIJ", 6, 2, atSeparators, nil},
		{"code too long", "ABCDEFGHIJKLM", 6, 2, anywhere, nil},
		{"three balanced lines", "một hai ba bốn năm sáu", 9, 3, atSpaces, []string{"một hai", "ba bốn", "năm sáu"}},
		{"three lines allowed, two do", "một hai ba bốn", 7, 3, atSpaces, []string{"một hai", "ba bốn"}},
		{"four lines are not enough", "một hai ba bốn năm", 3, 4, atSpaces, nil},
		{"code before a parenthesis", "(01)0893(10)L1", 9, 2, anywhere, []string{"(01)0893", "(10)L1"}},
		{"empty", "", 6, 2, atSpaces, []string{""}},
		{"no room at all", "A", 0, 2, anywhere, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines, ok := wrap(glyphs(test.text), test.limit, test.lines, test.at)
			var got []string
			for _, line := range lines {
				got = append(got, text{glyphs: line}.String())
			}
			if !ok {
				got = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("wrap(%q, %d) (-want +got):\n%s", test.text, test.limit, diff)
			}
		})
	}
}

// Every sample must keep its quiet zone, its margins and all of its letters,
// on both stocks.
func TestDesignsAreSound(t *testing.T) {
	for _, name := range sheets {
		s := stock(t, name)
		for i := range 35 {
			d, err := lay(sample(i), s.CellWidth, s.CellHeight)
			if err != nil {
				t.Fatal(err)
			}
			if fault := d.fault(sample(i)); fault != "" {
				t.Errorf("%s: stamp %d (%s): %s", name, i, sample(i).Product, fault)
			}
		}
	}
}

// fault describes what is wrong with a design, if anything is.
func (d *design) fault(s Stamp) string {
	if d.module%2 != 0 || d.module < minModule || d.x%2 != 0 || d.y%2 != 0 {
		return "the symbol is off the grid or its modules are too small"
	}
	side := d.symbol.Size() * d.module
	quiet := image.Rect(d.x, d.y, d.x+side, d.y+side).Inset(-quietZone * d.module)
	if !quiet.In(image.Rect(0, 0, d.width, d.height)) {
		return "the quiet zone leaves the label"
	}
	inner := image.Rect(0, 0, d.width, d.height).Inset(margin)
	boxes := make([]image.Rectangle, len(d.texts))
	for i, t := range d.texts {
		bottom, top := extent(t.glyphs)
		boxes[i] = image.Rect(t.x, t.y-dots(top, t.size), t.x+dots(width(t.glyphs), t.size), t.y+dots(-bottom, t.size))
		switch {
		case t.size < minSize:
			return "type too small: " + t.String()
		case !boxes[i].In(inner):
			return "text in the margin: " + t.String()
		case boxes[i].Overlaps(quiet):
			return "text in the quiet zone: " + t.String()
		}
		for j := range i {
			if boxes[i].Overlaps(boxes[j]) {
				return "text over text: " + d.texts[j].String() + " and " + t.String()
			}
		}
	}
	if missing := d.missing(s); missing != "" {
		return "lost text: " + missing
	}
	return ""
}

// missing returns the first field whose text is not on the label letter for
// letter, spaces at line ends aside.
func (d *design) missing(s Stamp) string {
	squeeze := func(s string) string {
		return strings.Join(strings.FieldsFunc(norm.NFC.String(s), func(r rune) bool { return r == ' ' }), "")
	}
	set := squeeze(d.caption())
	for _, f := range []string{s.ShortCode, s.Product, s.Producer, s.Lot, s.ProductionDate, s.ExpiryDate,
		strings.Repeat(star, s.Stars), s.Note} {
		if !strings.Contains(set, squeeze(f)) {
			return f
		}
	}
	return ""
}

func TestQuietZoneHasNothingOfTheNeighbours(t *testing.T) {
	for _, name := range sheets {
		s := stock(t, name)
		d, err := lay(sample(0), s.CellWidth, s.CellHeight)
		if err != nil {
			t.Fatal(err)
		}
		if mm := float64(d.module) * mmPerInch / dotsPerInch; mm < 0.396 {
			t.Errorf("%s: modules of %.3f mm, want at least 0.396", name, mm)
		}
		if d.x < quietZone*d.module || d.y < quietZone*d.module {
			t.Errorf("%s: the symbol is %d, %d dots from the edge of its label, want %d", name, d.x, d.y, quietZone*d.module)
		}
	}
}

func TestFitOrRefuse(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Stamp)
		field  string // "" when it fits
	}{
		{"two long lines", func(s *Stamp) { s.Product = "Rượu ngô men lá Na Hang đặc biệt" }, ""},
		{"product of three lines", func(s *Stamp) { s.Product = "Rượu ngô men lá Na Hang đặc biệt thượng hạng lâu năm" }, FieldProduct},
		{"product of one endless word", func(s *Stamp) { s.Product = strings.Repeat("m", 30) }, FieldProduct},
		{"producer too long", func(s *Stamp) {
			s.Producer = "Hợp tác xã sản xuất, chế biến và kinh doanh nông lâm nghiệp tổng hợp Hồng Thái"
		}, FieldProducer},
		{"lot of 20 digits, as long as GS1 allows", func(s *Stamp) { s.Lot = strings.Repeat("9", 20) }, ""},
		{"lot of 20 wide letters", func(s *Stamp) { s.Lot = strings.Repeat("W", 20) }, ""},
		{"lot too long", func(s *Stamp) { s.Lot = strings.Repeat("9", 60) }, FieldLot},
		{"date too long", func(s *Stamp) { s.ExpiryDate = "ngày 12 tháng 5 năm 2028" }, FieldExpiry},
		{"caption that leaves no room", func(s *Stamp) { s.Captions.Production = "Ngày sản xuất đóng gói" }, FieldLot},
		{"note too long", func(s *Stamp) { s.Note = strings.Repeat("quét mã ", 20) }, FieldNote},
		{"short code too long", func(s *Stamp) { s.ShortCode = strings.Repeat("K7Q2M-", 10) }, FieldShortCode},
		{"payload too long", func(s *Stamp) { s.Payload = "https://T.EXAMPLE.VN/" + strings.Repeat("A", 90) }, FieldPayload},
		{"everything in two lines, and a note: too high", func(s *Stamp) {
			*s = sample(13)
			s.Note = "Quét mã để truy xuất nguồn gốc"
		}, FieldProduct},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sample(0)
			test.change(&s)
			d, err := lay(s, 38, 21)
			if test.field == "" {
				if err != nil {
					t.Fatal(err)
				}
				if fault := d.fault(s); fault != "" {
					t.Error(fault)
				}
				return
			}
			var fit *FitError
			if !errors.As(err, &fit) || fit.Field != test.field {
				t.Fatalf("got %v, want a FitError of %s", err, test.field)
			}
			if !strings.Contains(err.Error(), test.field) || !strings.Contains(err.Error(), fit.Text) {
				t.Errorf("the message does not say what is wrong: %v", err)
			}
		})
	}
}

func TestTextIsNormalised(t *testing.T) {
	composed, decomposed := sample(3), sample(3)
	decomposed.Product = norm.NFD.String("  " + composed.Product + " ")
	decomposed.Producer = norm.NFD.String(strings.ReplaceAll(composed.Producer, " ", "   "))
	if decomposed.Product == composed.Product {
		t.Fatal("the sample has nothing to compose")
	}
	want, err := lay(composed, 38, 21)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lay(decomposed, 38, 21)
	if err != nil {
		t.Fatal(err)
	}
	if got.caption() != want.caption() || !norm.NFC.IsNormalString(got.caption()) {
		t.Errorf("decomposed text was set as %q, want %q", got.caption(), want.caption())
	}
}

func TestGlyphsThatCannotBePrinted(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Stamp)
		field  string
		r      rune
	}{
		"Chinese":            {func(s *Stamp) { s.Product = "Trà 茶" }, FieldProduct, '茶'},
		"emoji":              {func(s *Stamp) { s.Producer = "HTX 🌱" }, FieldProducer, '🌱'},
		"line feed":          {func(s *Stamp) { s.Lot = "A\nB" }, FieldLot, '\n'},
		"right-to-left mark": {func(s *Stamp) { s.Note = "a\u202eb" }, FieldNote, '\u202e'},
		"zero-width space":   {func(s *Stamp) { s.ExpiryDate = "12\u200b-05" }, FieldExpiry, '\u200b'},
		"stray accent":       {func(s *Stamp) { s.ProductionDate = "x\u0302" }, FieldProduction, '\u0302'},
		"Arabic":             {func(s *Stamp) { s.ShortCode = "Kسلام" }, FieldShortCode, 'س'},
		"private use":        {func(s *Stamp) { s.Captions.Lot = "\uf8ff" }, FieldCaptions, '\uf8ff'},
		"not UTF-8":          {func(s *Stamp) { s.Product = "Ch\xe8" }, FieldProduct, unicode.ReplacementChar},
	} {
		t.Run(name, func(t *testing.T) {
			s := sample(0)
			test.change(&s)
			_, err := lay(s, 38, 21)
			var glyph *GlyphError
			if !errors.As(err, &glyph) || glyph.Field != test.field || glyph.Rune != test.r {
				t.Errorf("got %v, want a GlyphError of %s with %U", err, test.field, test.r)
			}
		})
	}
}

func TestValuesOutOfBounds(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Stamp)
		field  string
	}{
		"too many stars": {func(s *Stamp) { s.Stars = 6 }, FieldStars},
		"negative stars": {func(s *Stamp) { s.Stars = -1 }, FieldStars},
		"no payload":     {func(s *Stamp) { s.Payload = "" }, FieldPayload},
		"no short code":  {func(s *Stamp) { s.ShortCode = " " }, FieldShortCode},
		"no product":     {func(s *Stamp) { s.Product = "" }, FieldProduct},
	} {
		s := sample(0)
		test.change(&s)
		_, err := lay(s, 38, 21)
		var value *ValueError
		if !errors.As(err, &value) || value.Field != test.field {
			t.Errorf("%s: %v, want a ValueError of %s", name, err, test.field)
		}
	}
	for _, cell := range [][2]float64{{20, 20}, {38, 10}, {1e9, 21}, {38, -1}} {
		var value *ValueError
		if _, err := lay(sample(0), cell[0], cell[1]); !errors.As(err, &value) || value.Field != FieldCell {
			t.Errorf("label of %v mm: %v, want a ValueError of the cell", cell, err)
		}
	}
}

func TestStarsAreDrawnOnlyWhenGiven(t *testing.T) {
	for stars := range maxStars + 1 {
		s := sample(0)
		s.Stars = stars
		d, err := lay(s, 38, 21)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(d.caption(), star); got != stars {
			t.Errorf("%d stars drawn, want %d", got, stars)
		}
		if stars == 0 && strings.Contains(d.caption(), captions.Stars) {
			t.Error("the caption of the stars is drawn without stars")
		}
	}
}

// On a larger label symbol and type grow and stay sound.
func TestLargerLabels(t *testing.T) {
	for _, cell := range [][2]float64{{35, 22}, {50, 30}, {63.5, 38.1}, {70, 42.5}, {100, 50}, {200, 200}} {
		d, err := lay(sample(0), cell[0], cell[1])
		if err != nil {
			t.Errorf("label of %v mm: %v", cell, err)
			continue
		}
		if fault := d.fault(sample(0)); fault != "" {
			t.Errorf("label of %v mm: %s", cell, fault)
		}
	}
}

// Whatever the text is, a stamp is either sound or refused with an error that
// names a field.
func FuzzLay(f *testing.F) {
	for i := range 7 {
		s := sample(i)
		f.Add(s.Product, s.Producer, s.Lot, s.ShortCode, s.Note, s.Stars, 38.0, 21.0)
	}
	f.Add("Ẫ Ẫ", "g Ự", "----", "-", "\u00a0\u00a0", 5, 38.1, 21.2)
	f.Add(strings.Repeat("x ", 400), "", strings.Repeat("/", 90), "K", "e\u0323\u0302", 0, 63.5, 38.1)
	f.Fuzz(func(t *testing.T, product, producer, lot, code, note string, stars int, width, height float64) {
		s := Stamp{Payload: "https://T.EXAMPLE.VN/K7Q2M9XR4V", ShortCode: code, Product: product, Producer: producer,
			Lot: lot, ExpiryDate: "12-05-2028", Stars: stars, Note: note, Captions: captions}
		d, err := lay(s, width, height)
		if err != nil {
			if !typed(err) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if fault := d.fault(s); fault != "" {
			t.Fatalf("%+v: %s", s, fault)
		}
	})
}

// typed reports whether err is one that names a field.
func typed(err error) bool {
	var (
		fit   *FitError
		glyph *GlyphError
		value *ValueError
	)
	return errors.As(err, &fit) || errors.As(err, &glyph) || errors.As(err, &value)
}
