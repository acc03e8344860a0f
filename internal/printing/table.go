package printing

import (
	"context"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/spreadsheet"
	"temgoc/internal/stamp"
)

// A table is the list of an order's codes as print houses take it: a row for
// each stamp, or the one row of a batch code with the number of its copies. No
// cell has a comma, a quote or a beginning that a program takes for a formula.
type table struct {
	order Order
	codes func(from, count int) iter.Seq2[stamp.Code, error] // from counts from 0
	// unit is what stamps come on, "sheet" or "roll", and per how many are on it.
	unit string
	per  int
	// pin gives the scratch PIN; nil where stamps have none.
	pin func(stamp.Code) string
}

// titles are the headings: for machines, and so in no language.
func (t table) titles() []string {
	titles := []string{"seq", "code", "display", "url", t.unit, "position", "check", "copies"}
	if t.pin != nil {
		titles = append(titles, "pin")
	}
	return titles
}

// rows is how many rows the table has.
func (t table) rows() int {
	if t.order.Codes == BatchCodes {
		return 1
	}
	return t.order.Count
}

// appendRow appends the row of the stamp seq, from 1, with commas between the
// cells.
func (t table) appendRow(dst []byte, seq int, code stamp.Code) []byte {
	dst = strconv.AppendInt(dst, int64(seq), 10)
	dst = append(dst, ',')
	dst, _ = code.AppendText(dst) // never fails
	check := dst[len(dst)-1]
	dst = append(dst, ',')
	dst = code.AppendDisplay(dst)
	dst = append(dst, ',')
	dst = t.order.Content.appendPayload(dst, code)
	dst = append(dst, ',')
	copies := t.order.Count
	if t.order.Codes == ItemCodes {
		dst = strconv.AppendInt(dst, int64((seq-1)/t.per+1), 10)
		dst = append(dst, ',')
		dst = strconv.AppendInt(dst, int64((seq-1)%t.per+1), 10)
		copies = 1
	} else {
		dst = append(dst, ',') // it stands everywhere
	}
	dst = append(dst, ',', check, ',')
	dst = strconv.AppendInt(dst, int64(copies), 10)
	if t.pin != nil {
		dst = append(append(dst, ','), t.pin(code)...)
	}
	return dst
}

// chunk is how much text is written at once.
const chunk = 64 << 10

// byteOrderMark is by what Excel knows that a text is UTF-8.
const byteOrderMark = "\uFEFF"

// writeCSV writes count rows from the from-th on, counted from 0: in UTF-8 with
// a byte order mark and the line ends of Windows, as Excel wants it.
func (t table) writeCSV(ctx context.Context, w io.Writer, from, count int) error {
	out := slices.Grow([]byte(byteOrderMark+strings.Join(t.titles(), ",")+"\r\n"), 2*chunk)
	for code, err := range t.codes(from, count) {
		if err != nil {
			return err
		}
		from++
		out = append(t.appendRow(out, from, code), '\r', '\n')
		if len(out) < chunk {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
		out = out[:0]
	}
	_, err := w.Write(out)
	return err
}

// writeXLSX writes the same rows as texts.
func (t table) writeXLSX(ctx context.Context, w io.Writer, from, count int) error {
	return spreadsheet.WriteTexts(w, "codes", t.titles(), func(yield func([]string, error) bool) {
		var row []byte
		for code, err := range t.codes(from, count) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			from++
			row = t.appendRow(row[:0], from, code)
			if !yield(strings.Split(string(row), ","), nil) {
				return
			}
		}
	})
}
