package labels

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Stamp is the content of one label, finished strings in the language of
// the reader. Payload, ShortCode and Product are required; an empty field
// takes no room. Stamps are comparable, and equal stamps look alike.
type Stamp struct {
	Payload        string // what the QR symbol says, a URL
	ShortCode      string // the code as people read and type it: K7Q2M-9XR4V
	Product        string // the heading, at most 2 lines
	Producer       string // at most 2 lines
	Lot            string // at most 2 lines, broken anywhere
	ProductionDate string // 1 line, already formatted: 12-05-2026
	ExpiryDate     string // 1 line, already formatted
	PackingDate    string // 1 line, already formatted; only templates show it
	Stars          int    // 0 to 5; 0 draws none
	GS1            string // the human-readable line, (01)…(10)…; only templates show it
	Logo           *Logo  // only templates show it
	PIN            string // what a scratch-off layer hides; only templates show it
	Note           string // small print below all else, at most 2 lines
	Captions       Captions
}

// Captions are the words printed before the values of a stamp. They are the
// caller's, so that a label can be in any language the font has; an empty
// one leaves the value alone.
type Captions struct {
	Lot        string // "Lô"
	Production string // "NSX"
	Expiry     string // "HSD"
	Packing    string // "ĐG"
	Stars      string // "OCOP"
}

// maxStars is the highest rating that a stamp can show.
const maxStars = 5

// star is drawn once for each star.
const star = "★"

// clean returns the stamp with its texts normalised, or the error of the
// first field that can never be printed.
func (s Stamp) clean() (Stamp, error) {
	if s.Stars < 0 || s.Stars > maxStars {
		return Stamp{}, &ValueError{FieldStars, fmt.Sprintf("must be 0 to %d", maxStars)}
	}
	for _, f := range []struct {
		name string
		text *string
	}{
		{FieldShortCode, &s.ShortCode},
		{FieldProduct, &s.Product},
		{FieldProducer, &s.Producer},
		{FieldLot, &s.Lot},
		{FieldProduction, &s.ProductionDate},
		{FieldExpiry, &s.ExpiryDate},
		{FieldPacking, &s.PackingDate},
		{FieldGS1, &s.GS1},
		{FieldNote, &s.Note},
		{FieldPIN, &s.PIN},
		{FieldCaptions, &s.Captions.Lot},
		{FieldCaptions, &s.Captions.Production},
		{FieldCaptions, &s.Captions.Expiry},
		{FieldCaptions, &s.Captions.Packing},
		{FieldCaptions, &s.Captions.Stars},
	} {
		text, err := normalise(f.name, *f.text)
		if err != nil {
			return Stamp{}, err
		}
		*f.text = text
	}
	for _, f := range []struct{ name, text string }{
		{FieldPayload, s.Payload}, {FieldShortCode, s.ShortCode}, {FieldProduct, s.Product},
	} {
		if f.text == "" {
			return Stamp{}, &ValueError{f.name, "is empty"}
		}
	}
	return s, nil
}

// normalise returns s in NFC, since the font's letters are composed ones,
// with runs of spaces made one and none at the ends.
func normalise(field, s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &GlyphError{field, utf8.RuneError}
	}
	words := strings.FieldsFunc(norm.NFC.String(s), func(r rune) bool { return r == ' ' })
	return strings.Join(words, " "), nil
}
