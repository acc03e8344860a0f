package exchange

import (
	"fmt"
	"regexp"
	"strings"

	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// Several things in one cell stand behind one another with semicolons between
// them, or each on a line of its own. One that has a semicolon in it, or
// anything else that would be misread, stands in quotation marks.

// splitList parts what stands in one cell. Quotation marks stay.
func splitList(s string) []string {
	var entries []string
	quoted, begin := false, 0
	add := func(end int) {
		if e := strings.TrimSpace(s[begin:end]); e != "" {
			entries = append(entries, e)
		}
		begin = end + 1
	}
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case (s[i] == ';' || s[i] == '\n') && !quoted:
			add(i)
		}
	}
	add(len(s))
	return entries
}

// quote puts an entry into quotation marks where it needs them.
func quote(s string) string {
	if strings.ContainsAny(s, "\";\n#:=") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// unquote undoes quote.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return s
}

// A portion is a batch, or something else by name, or both, and how much of it.
type portion struct {
	name, batch string
	quantity    trace.Quantity
}

// portionForm is "Búp chè tươi #K7Q2M-9XR4V: 12,5 kg": a name or a batch or
// both, and how much of it.
var portionForm = regexp.MustCompile(`^("(?:[^"]|"")*"|.*?)\s*(?:#\s*(\S+))?\s*[:=]\s*([+-]?[0-9][0-9.,]*)\s*(\S[^:=]*)$`)

// parsePortions reads what stands in one cell.
func parsePortions(s string) ([]portion, error) {
	var all []portion
	for _, entry := range splitList(s) {
		m := portionForm.FindStringSubmatch(entry)
		if m == nil {
			return nil, wrong(fmt.Sprintf("%q không có dạng “tên: số lượng đơn vị”, chẳng hạn “Búp chè tươi: 12,5 kg”", spreadsheet.Short(entry)),
				fmt.Sprintf("%q is not of the form “name: amount unit”, such as “Fresh buds: 12.5 kg”", spreadsheet.Short(entry)))
		}
		amount, err := spreadsheet.ParseDecimal(m[3])
		if err != nil {
			return nil, err
		}
		unit, err := units().find(m[4])
		if err != nil {
			return nil, err
		}
		all = append(all, portion{unquote(m[1]), m[2], trace.Quantity{Value: amount, Unit: unit}})
	}
	return all, nil
}

// write gives the form that parsePortions reads.
func (p portion) write(lang string) string {
	name := quote(p.name)
	if p.batch != "" {
		name = strings.TrimSpace(name + " #" + showCode(p.batch))
	}
	amount := spreadsheet.NumberValue(p.quantity.Value).String()
	return name + ": " + amount + " " + units().name(p.quantity.Unit, lang)
}

// writePortions writes several into one cell.
func writePortions(all []portion, lang string) string {
	var entries []string
	for _, p := range all {
		entries = append(entries, p.write(lang))
	}
	return strings.Join(entries, "; ")
}
