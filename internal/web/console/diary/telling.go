package diary

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// told is the value of a detail in words; empty when there is none.
func (d detail) told(l ui.Lang, values url.Values) string {
	v := values.Get(d.path)
	switch {
	case d.path == materials:
		return toldMaterials(l, values)
	case d.content == amount:
		return l.Quantity(trace.Quantity{Value: trace.Decimal(values.Get(d.path + ".value")), Unit: values.Get(d.path + ".unit")})
	case v == "":
		return ""
	}
	switch d.content {
	case decimal:
		return trace.Decimal(v).In(string(l))
	case whole:
		n, _ := strconv.Atoi(v) // the ledger's own
		if n == 0 {
			return ""
		}
		return l.Number(n)
	case date:
		day, _ := trace.ParseDate(v) // the ledger's own
		return l.Date(day)
	case yes:
		if v == "true" {
			return l.T("đạt yêu cầu", "conforms")
		}
		return l.T("không đạt yêu cầu", "does not conform")
	}
	return v
}

func toldMaterials(l ui.Lang, values url.Values) string {
	var all []string
	for i := range ui.CountRows(values, materials) {
		row := materialRow(i)
		q := trace.Quantity{Value: trace.Decimal(values.Get(row + ".quantity.value")), Unit: values.Get(row + ".quantity.unit")}
		parts := []string{l.Quantity(q), values.Get(row + ".name")}
		if batch := values.Get(row + ".batch"); batch != "" {
			parts = append(parts, l.T("lô ", "batch ")+desk.Display(batch))
		}
		all = append(all, ui.Joined(" ", parts...))
	}
	return strings.Join(all, " + ")
}

func materialRow(i int) string { return materials + "[" + strconv.Itoa(i) + "]" }

// summary tells in a line what an entry is about.
func summary(l ui.Lang, r trace.RecordData) string {
	values, err := ui.Values(r)
	if err != nil {
		return "" // a line to recognise it by, no more
	}
	var parts []string
	for _, d := range details[r.Kind] {
		said := d.told(l, values)
		if !d.need || said == "" {
			continue
		}
		if tell := l.Name(d.tell); tell != "" {
			said = fmt.Sprintf(tell, said)
		}
		parts = append(parts, said)
	}
	return strings.Join(parts, " · ")
}

// facts are all that an entry says.
func facts(l ui.Lang, r trace.RecordData) []desk.Fact {
	values, err := ui.Values(r)
	if err != nil {
		return nil
	}
	all := []desk.Fact{
		{Label: l.T("Lúc", "When"), Value: l.Moment(r.Happened)},
		{Label: l.T("Ở đâu", "Where"), Value: r.Place.In(string(l))},
		{Label: l.T("Người làm", "Who"), Value: r.Person},
	}
	for _, d := range details[r.Kind] {
		all = append(all, desk.Fact{Label: l.Name(d.label()), Value: d.told(l, values)})
	}
	return desk.Facts(append(all, desk.Fact{Label: l.T("Ghi chú", "Note"), Value: r.Note})...)
}
