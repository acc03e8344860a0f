package printing

import (
	"errors"
	"fmt"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/labels"
)

func unknownStock() error {
	known := strings.Join(labels.StockNames(), ", ")
	return fieldError(labels.FieldStock, "chỉ có các khổ giấy "+known, "must be one of "+known)
}

func fieldError(field, vi, en string) error {
	return trace.FieldErrors{{Field: field, Message: catalog.Name{VI: vi, EN: en}}}
}

// refusal turns what the label library refuses into an error of the field, which
// also names the part of the template that is in the way.
func refusal(err error) error {
	vi, en := "", ""
	part, inPart := errors.AsType[*labels.PartError](err)
	if inPart {
		vi, en = fmt.Sprintf(" (phần %s của mẫu tem)", part.Part), fmt.Sprintf(" (part %s of the template)", part.Part)
	}
	if fit, ok := errors.AsType[*labels.FitError](err); ok {
		return fieldError(fit.Field, fmt.Sprintf("%q quá dài, không in vừa tem ở cỡ chữ đọc được", fit.Text)+vi,
			fmt.Sprintf("%q is too long for the stamp at a legible size", fit.Text)+en)
	}
	if glyph, ok := errors.AsType[*labels.GlyphError](err); ok {
		return fieldError(glyph.Field, fmt.Sprintf("có ký tự không in được: %q (%U)", glyph.Rune, glyph.Rune)+vi,
			fmt.Sprintf("has a character that cannot be printed: %q (%U)", glyph.Rune, glyph.Rune)+en)
	}
	if value, ok := errors.AsType[*labels.ValueError](err); ok {
		return fieldError(value.Field, "không hợp lệ: "+value.Reason+vi, value.Reason+en)
	}
	if inPart {
		return partRefusal(part)
	}
	return err
}

// partRefusal says why a part cannot be set where it is not its text.
func partRefusal(p *labels.PartError) error {
	switch p.Problem {
	case labels.ProblemOverlap:
		return fieldError(FieldTemplate, fmt.Sprintf("phần %s và phần %s chồng lên nhau", p.Part, p.With), fmt.Sprintf("has parts %s and %s on each other", p.Part, p.With))
	case labels.ProblemModule:
		return fieldError(FieldTemplate, fmt.Sprintf("phần %s quá nhỏ, mã QR sẽ không quét được", p.Part), fmt.Sprintf("has a part %s that is too small: its QR code would not scan", p.Part))
	case labels.ProblemOutside:
		return fieldError(FieldTemplate, fmt.Sprintf("phần %s ra ngoài tem hoặc lấn vào lề", p.Part), fmt.Sprintf("has a part %s that leaves the label or enters its margin", p.Part))
	}
	return fieldError(FieldTemplate, fmt.Sprintf("phần %s không còn chỗ", p.Part), fmt.Sprintf("has no room for part %s", p.Part))
}
