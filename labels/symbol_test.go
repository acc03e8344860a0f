package labels

import (
	"errors"
	"strings"
	"testing"
)

// What the payload may not be is said of the field.
func TestPayloadErrorsNameTheField(t *testing.T) {
	for _, payload := range []string{"", "https://TEMGỐC.VN/A", "https://T.VN/A B", strings.Repeat("x", 5000)} {
		if _, err := encode(payload, 10); !typed(err) || !strings.Contains(err.Error(), FieldPayload) {
			t.Errorf("%.20q: %v, want an error of the payload", payload, err)
		}
	}
	var fit *FitError
	if _, err := encode("https://T.EXAMPLE.VN/ABCDEFGHJKMNP", 2); !errors.As(err, &fit) || fit.Field != FieldPayload {
		t.Errorf("34 characters in version 2: %v, want a FitError of the payload", err)
	}
}
