package labels

import (
	"errors"
	"fmt"

	"temgoc/labels/qr"
)

// quietZone is the white border of a symbol in modules.
const quietZone = qr.QuietZone

// encode makes the symbol of a stamp, of at most the given version.
func encode(payload string, maxVersion int) (*qr.Matrix, error) {
	m, err := qr.Encode(payload, qr.Options{MaxVersion: maxVersion})
	return m, refused(payload, err)
}

// refused turns what is wrong with a payload into an error of its field.
func refused(payload string, err error) error {
	if char, ok := errors.AsType[*qr.CharError](err); ok {
		if char.Rune == 0 {
			return &ValueError{FieldPayload, "is empty"}
		}
		return &GlyphError{FieldPayload, char.Rune}
	}
	if errors.Is(err, qr.ErrTooLong) {
		return &FitError{Field: FieldPayload, Text: payload}
	}
	if err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	return nil
}
