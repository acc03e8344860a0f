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

// refusal turns what the label library refuses into an error of the field.
func refusal(err error) error {
	if fit, ok := errors.AsType[*labels.FitError](err); ok {
		return fieldError(fit.Field, fmt.Sprintf("%q quá dài, không in vừa tem ở cỡ chữ đọc được", fit.Text),
			fmt.Sprintf("%q is too long for the stamp at a legible size", fit.Text))
	}
	if glyph, ok := errors.AsType[*labels.GlyphError](err); ok {
		return fieldError(glyph.Field, fmt.Sprintf("có ký tự không in được: %q (%U)", glyph.Rune, glyph.Rune),
			fmt.Sprintf("has a character that cannot be printed: %q (%U)", glyph.Rune, glyph.Rune))
	}
	if value, ok := errors.AsType[*labels.ValueError](err); ok {
		return fieldError(value.Field, "không hợp lệ: "+value.Reason, value.Reason)
	}
	return err
}
