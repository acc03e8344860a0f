package labels

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A Length is a distance on a label, from its left or its top edge: a sum of
// millimetres (1.5), shares of the label (50%) and edges of parts that come
// earlier (qr.right), as in "qr.right + 0.5".
type Length string

// A term is one summand of a length.
type term struct {
	value float64 // millimetres or, with share, hundredths of the label
	share bool
	part  string // of an edge; its sign is that of value, 1 or -1
	edge  string
}

// maxTerms is how many summands a length may have.
const maxTerms = 6

var (
	termForm = regexp.MustCompile(`^(?:([0-9]{1,4}(?:\.[0-9]{1,4})?) ?(mm|%)?|([a-z][a-z0-9]*)\.(left|right|top|bottom))$`)
	signs    = regexp.MustCompile(`[+-]`)
)

// terms reads the length.
func (l Length) terms() ([]term, bool) {
	rest, sign := strings.TrimSpace(string(l)), 1.0
	if strings.HasPrefix(rest, "-") {
		rest, sign = rest[1:], -1
	}
	var terms []term
	for {
		end := len(rest)
		cut := signs.FindStringIndex(rest)
		if cut != nil {
			end = cut[0]
		}
		m := termForm.FindStringSubmatch(strings.TrimSpace(rest[:end]))
		if m == nil || len(terms) == maxTerms {
			return nil, false
		}
		t := term{value: sign, part: m[3], edge: m[4]}
		if m[1] != "" {
			value, _ := strconv.ParseFloat(m[1], 64) // the form is that of a number
			t = term{value: sign * value, share: m[2] == "%"}
		}
		terms = append(terms, t)
		if cut == nil {
			return terms, true
		}
		sign = 1
		if rest[end] == '-' {
			sign = -1
		}
		rest = rest[end+1:]
	}
}

// canonical writes the length in the one form in which it is kept.
func canonical(terms []term) Length {
	var b strings.Builder
	for i, t := range terms {
		switch {
		case i > 0 && math.Signbit(t.value):
			b.WriteString(" - ")
		case i > 0:
			b.WriteString(" + ")
		case math.Signbit(t.value):
			b.WriteString("-")
		}
		if t.part != "" {
			fmt.Fprintf(&b, "%s.%s", t.part, t.edge)
			continue
		}
		b.WriteString(strconv.FormatFloat(math.Abs(t.value), 'f', -1, 64))
		if t.share {
			b.WriteByte('%')
		}
	}
	return Length(b.String())
}

// MarshalYAML writes plain millimetres as a number.
func (l Length) MarshalYAML() (any, error) {
	if mm, err := strconv.ParseFloat(string(l), 64); err == nil {
		return mm, nil
	}
	return string(l), nil
}

// A box is the place of a part, in dots.
type box struct{ left, right, top, bottom int }

func (b box) edge(name string) int {
	switch name {
	case "left":
		return b.left
	case "right":
		return b.right
	case "top":
		return b.top
	default:
		return b.bottom
	}
}

// in measures the length along a side of the given dots, with millimetres
// enlarged by grow.
func (l Length) in(side int, grow float64, boxes map[string]box) int {
	terms, _ := l.terms() // it was checked when the template was read
	sum := 0.0
	for _, t := range terms {
		switch {
		case t.part != "":
			sum += t.value * float64(boxes[t.part].edge(t.edge))
		case t.share:
			sum += t.value / 100 * float64(side)
		default:
			sum += t.value * grow * dotsPerInch / mmPerInch
		}
	}
	return int(math.Round(sum))
}
