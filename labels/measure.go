package labels

import "slices"

// Measures are what a printer of labels has to hit: how large a stamp and its
// symbol come out. Lengths are whole micrometres.
type Measures struct {
	Version   int    // of the QR symbol
	Level     string // of its error correction: L, M, Q or H
	Modules   int    // on a side, without the quiet zone
	QuietZone int    // modules of white on each side
	Module    int    // side of a module
	Symbol    int    // side of the symbol, without the quiet zone
	Width     int    // of the label
	Height    int
}

// Measure lays a stamp out and says how large it is.
func (s Sheet) Measure(stamp Stamp) (Measures, error) {
	if err := s.validate(); err != nil {
		return Measures{}, err
	}
	d, err := s.lay(stamp)
	if err != nil {
		return Measures{}, err
	}
	return Measures{
		Version: d.symbol.Version(), Level: d.symbol.Level().String(),
		Modules: d.symbol.Size(), QuietZone: quietZone,
		Module: micrometres(d.module), Symbol: micrometres(d.module * d.symbol.Size()),
		Width: micrometres(d.width), Height: micrometres(d.height),
	}, nil
}

// micrometres converts dots, rounded to the nearest.
func micrometres(dots int) int { return (dots*25_400 + dotsPerInch/2) / dotsPerInch }

// Shows tells whether a template has a part of a kind, be it in a column.
func (t *Template) Shows(kind string) bool {
	return t != nil && slices.ContainsFunc(t.Parts, func(p Part) bool {
		return p.Part == kind || slices.ContainsFunc(p.Rows, func(row Part) bool { return row.Part == kind })
	})
}
