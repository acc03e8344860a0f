package backup

import (
	"fmt"
	"strconv"
	"time"
)

// instantFormat is that of times in parts: UTC, whole milliseconds.
const instantFormat = "2006-01-02T15:04:05.000Z"

// An instant is a time of a store, which keeps milliseconds.
type instant struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (i instant) MarshalJSON() ([]byte, error) {
	return i.UTC().AppendFormat(nil, `"`+instantFormat+`"`), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *instant) UnmarshalJSON(text []byte) error {
	unquoted, err := strconv.Unquote(string(text))
	if err != nil {
		return fmt.Errorf("%.40s is no time", text)
	}
	i.Time, err = time.Parse(instantFormat, unquoted)
	return err
}
