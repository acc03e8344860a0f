package labels

import (
	"errors"
	"fmt"
)

// Names of the fields that a [FitError], [GlyphError] or [ValueError] can
// point at: those of [Stamp] and [Captions], and the settings of a [Sheet] or
// of an image.
const (
	FieldPayload    = "payload"
	FieldShortCode  = "shortCode"
	FieldProduct    = "product"
	FieldProducer   = "producer"
	FieldLot        = "lot"
	FieldProduction = "productionDate"
	FieldExpiry     = "expiryDate"
	FieldStars      = "stars"
	FieldNote       = "note"
	FieldPIN        = "pin"
	FieldCaptions   = "captions"
	FieldPacking    = "packingDate"
	FieldGS1        = "gs1"
	FieldLogo       = "logo"

	FieldStock     = "stock"
	FieldTemplate  = "template"
	FieldUsed      = "used"
	FieldScaleX    = "scaleX"
	FieldScaleY    = "scaleY"
	FieldStartCell = "startCell"
	FieldOffsetX   = "offsetX"
	FieldOffsetY   = "offsetY"
	FieldTitle     = "title"
	FieldLang      = "lang"
	FieldCell      = "cell"
	FieldDPI       = "dpi"
	FieldModule    = "module"
	FieldProfile   = "profile"
	FieldCreated   = "created"
)

// ErrNoStamps is returned for a sheet without a single stamp: a PDF file has
// at least one page.
var ErrNoStamps = errors.New("labels: no stamps to print")

// A FitError says that a text cannot be set in the space it has, not even at
// the smallest legible size and on as many lines as its field may take. For
// [FieldPayload] it says that the QR symbol would be too large or its modules
// too small to scan.
type FitError struct {
	Field string // the field to shorten
	Text  string // its text as given, normalised
	Lines int    // how many lines the field may take; 0 for the payload
}

func (e *FitError) Error() string {
	if e.Field == FieldPayload {
		return fmt.Sprintf("labels: payload %q is too long for a scannable symbol of this size", e.Text)
	}
	return fmt.Sprintf("labels: %s %q does not fit on %d line(s) with letters of %.1f mm",
		e.Field, e.Text, e.Lines, MinXHeight)
}

// A GlyphError says that a field holds a character that cannot be printed:
// the font lacks it, it is a control or formatting character, a stray
// combining mark, or a letter of a script that needs shaping. In a payload it
// is a character that has no place in a URL. Rune is U+FFFD for bytes that
// are not UTF-8.
type GlyphError struct {
	Field string
	Rune  rune
}

func (e *GlyphError) Error() string {
	return fmt.Sprintf("labels: %s has a character that cannot be printed: %U %q", e.Field, e.Rune, e.Rune)
}

// A ValueError says that a value is missing or outside its limits.
type ValueError struct {
	Field  string
	Reason string // a phrase that continues "field is …" or "field must …"
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("labels: %s %s", e.Field, e.Reason)
}

// A PartError says that a stamp cannot be laid out by a template, and names the
// part that is in the way. Where a text is the reason, Err is its [FitError] or
// [GlyphError], which [errors.As] finds too.
type PartError struct {
	Part    string // its name in the template; column.product for one in a column
	Problem Problem
	With    string // of [ProblemOverlap], the other part
	Err     error  // of [ProblemText]
}

// A Problem is what keeps a part from being set.
type Problem string

// What can be wrong with a part.
const (
	ProblemText    Problem = "text"    // its text does not fit or cannot be printed
	ProblemOverlap Problem = "overlap" // it stands on another part, or in the white around the symbol
	ProblemModule  Problem = "module"  // the symbol's modules would be smaller than the least
	ProblemOutside Problem = "outside" // it leaves the label or enters its margin
	ProblemRoom    Problem = "room"    // it has no width or no height
)

func (e *PartError) Error() string {
	switch e.Problem {
	case ProblemText:
		return fmt.Sprintf("labels: part %s: %v", e.Part, e.Err)
	case ProblemOverlap:
		return fmt.Sprintf("labels: parts %s and %s overlap", e.Part, e.With)
	case ProblemModule:
		return fmt.Sprintf("labels: part %s is too small: modules would be smaller than the least that scans", e.Part)
	case ProblemOutside:
		return fmt.Sprintf("labels: part %s leaves the label or enters its margin", e.Part)
	default:
		return fmt.Sprintf("labels: part %s has no width or no height", e.Part)
	}
}

// Unwrap returns what is wrong with the text.
func (e *PartError) Unwrap() error { return e.Err }
