package ui

import (
	"slices"

	"temgoc/internal/catalog"
)

// Units are the choices of a unit, with those that are likely first and the
// others by what they measure.
func Units(l Lang, likely ...string) []Option {
	var first, rest []Option
	for _, code := range likely {
		if u, ok := catalog.UnitByCode(code); ok {
			first = append(first, Option{Value: code, Label: l.Name(u.Name)})
		}
	}
	for _, u := range catalog.Units() {
		if !slices.Contains(likely, u.Code) {
			rest = append(rest, Option{Value: u.Code, Label: l.Name(u.Name), Group: dimension(l, u.Dimension)})
		}
	}
	return append(first, rest...)
}

func dimension(l Lang, d catalog.Dimension) string {
	switch d {
	case catalog.Mass:
		return l.T("Khối lượng", "Mass")
	case catalog.Volume:
		return l.T("Thể tích", "Volume")
	case catalog.Area:
		return l.T("Diện tích", "Area")
	}
	return l.T("Số lượng", "Count")
}
