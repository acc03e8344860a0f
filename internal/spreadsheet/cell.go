package spreadsheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/trace"
)

// A kind is what a cell holds.
type kind uint8

const (
	empty   kind = iota
	written      // text
	numeric
	dated
	logical
	failed     // an error such as #REF!
	uncomputed // a formula that was stored without a result
)

// A Cell is what one cell of a file holds. The zero Cell is empty.
type Cell struct {
	kind   kind
	text   string // as it is shown
	number float64
	at     time.Time // when dated
}

// IsEmpty tells whether nothing is in the cell.
func (c Cell) IsEmpty() bool { return c.kind == empty }

// String is the cell as its program shows it, for messages.
func (c Cell) String() string { return c.text }

// textCell is a cell with a text, cleaned; empty when nothing is left of it.
func textCell(s string) Cell {
	if s = trace.Clean(s); s == "" {
		return Cell{}
	}
	return Cell{kind: written, text: s}
}

// numberCell is a cell with a number, shown with at least so many digits before
// the point.
func numberCell(f float64, digits int) Cell {
	text := storedNumber(f)
	if digits > len(text) && f >= 0 && !strings.Contains(text, ".") {
		text = strings.Repeat("0", digits-len(text)) + text
	}
	return Cell{kind: numeric, text: text, number: f}
}

// unusable says why nothing can be read from the cell.
func (c Cell) unusable() error {
	switch c.kind {
	case failed:
		return refuse(fmt.Sprintf("ô báo lỗi %s", Short(c.text)), fmt.Sprintf("the cell shows the error %s", Short(c.text)))
	case uncomputed:
		return refuse("ô có công thức nhưng tệp không lưu kết quả; hãy mở tệp bằng Excel rồi lưu lại, hoặc thay công thức bằng giá trị",
			"the cell has a formula without a stored result; open the file in a spreadsheet program and save it again, or put the value in its place")
	}
	return nil
}

// exactDigits is the number from which on programs do not keep every digit.
const exactDigits = 1e15

// Text is the cell as text. What Excel made of a text on its own, a date or a
// number without its last digits, is refused: the text is lost.
func (c Cell) Text() (string, error) {
	switch {
	case c.kind == dated:
		return "", refuse(fmt.Sprintf("ô chứa ngày %s, có thể do bảng tính tự đổi; hãy định dạng ô là văn bản rồi nhập lại", c.text),
			fmt.Sprintf("the cell holds the date %s, perhaps made by the spreadsheet program; format the cell as text and enter it again", c.text))
	case c.kind == numeric && math.Abs(c.number) >= exactDigits:
		return "", refuse("số quá dài, bảng tính đã làm tròn các chữ số cuối; hãy định dạng ô là văn bản rồi nhập lại",
			"the number is so long that the spreadsheet program rounded its last digits; format the cell as text and enter it again")
	}
	return c.text, c.unusable()
}

// Decimal is the cell as a number; nothing for an empty one.
func (c Cell) Decimal() (trace.Decimal, error) {
	switch c.kind {
	case empty:
		return "", nil
	case written:
		return ParseDecimal(c.text)
	case numeric:
		rounded := strconv.FormatFloat(math.Abs(roundNine(c.number)), 'f', -1, 64)
		whole, fraction, _ := strings.Cut(rounded, ".")
		sign := ""
		if c.number < 0 {
			sign = "-"
		}
		return decimal(c.text, sign, whole, fraction)
	}
	return "", c.noNumber()
}

// roundNine drops the digits behind a point that no Decimal has, and that a
// division leaves.
func roundNine(f float64) float64 {
	rounded, err := strconv.ParseFloat(storedNumber(f), 64)
	if err == nil {
		rounded, err = strconv.ParseFloat(strconv.FormatFloat(rounded, 'f', 9, 64), 64)
	}
	if err != nil {
		return f
	}
	return rounded
}

// Integer is the cell as a whole number; 0 for an empty one.
func (c Cell) Integer() (int, error) {
	switch c.kind {
	case empty:
		return 0, nil
	case written:
		return ParseInteger(c.text)
	case numeric:
		whole, fraction, _ := strings.Cut(storedNumber(c.number), ".")
		return integer(c.text, whole, fraction)
	}
	return 0, c.noNumber()
}

func (c Cell) noNumber() error {
	if err := c.unusable(); err != nil {
		return err
	}
	return refuse(fmt.Sprintf("%q không phải là số", Short(c.text)), fmt.Sprintf("%q is not a number", Short(c.text)))
}

// Instant is the cell as a date with or without a time of day; the zero time
// for an empty one.
func (c Cell) Instant() (time.Time, error) {
	switch c.kind {
	case empty:
		return time.Time{}, nil
	case written:
		return ParseInstant(c.text)
	case dated:
		return c.at, nil
	}
	if err := c.unusable(); err != nil {
		return time.Time{}, err
	}
	return time.Time{}, noDate(c.text)
}

// Date is the day of Instant.
func (c Cell) Date() (trace.Date, error) {
	t, err := c.Instant()
	if err != nil || t.IsZero() {
		return trace.Date{}, err
	}
	return trace.DateOf(t), nil
}
