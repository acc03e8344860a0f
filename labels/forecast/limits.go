package forecast

// Limits of others for the size of a module.
const (
	MinModule    = 396 // µm, GS1 General Specifications for QR codes at retail
	TargetModule = 495 // µm, likewise
	MaxModule    = 990 // µm, likewise
	MinDots      = 4   // dots a module, Denso Wave, who invented the code
	QuietZone    = 4   // modules of white around the symbol, ISO/IEC 18004
)

// A Limit names one of the limits of a symbol's size.
type Limit string

// The limits that can be broken.
const (
	LimitModuleSmall Limit = "module-small" // below MinModule
	LimitModuleLarge Limit = "module-large" // above MaxModule
	LimitDots        Limit = "dots"         // fewer than MinDots
	LimitBroken      Limit = "broken-dots"  // modules are not a whole number of dots
	LimitQuietZone   Limit = "quiet-zone"   // less white than QuietZone
	LimitFine        Limit = "fine"         // finer than what the printer is known to print
)

// A Size is how large the parts of a symbol come out.
type Size struct {
	Module    int     // side of a module in µm
	Dots      float64 // the same in dots of the printer
	QuietZone int     // modules of white on each side
	Safe      int     // smallest module in dots that the printer is known to print so that it scans; 0 where nobody has tried
}

// Limits returns the limits that a size breaks, in the order above. The target
// is none: anything from MinModule to MaxModule is allowed.
func Limits(s Size) []Limit {
	var broken []Limit
	for _, l := range []struct {
		limit Limit
		is    bool
	}{
		{LimitModuleSmall, s.Module < MinModule},
		{LimitModuleLarge, s.Module > MaxModule},
		{LimitDots, s.Dots < MinDots-wholeDots},
		{LimitBroken, !Whole(s.Dots)},
		{LimitQuietZone, s.QuietZone < QuietZone},
		{LimitFine, s.Safe > 0 && s.Dots < float64(s.Safe)-wholeDots},
	} {
		if l.is {
			broken = append(broken, l.limit)
		}
	}
	return broken
}

// wholeDots is how far a number of dots may miss a whole one: over the 65
// modules of a large symbol the dots then still fall into place.
const wholeDots = 0.005

// Whole tells whether a module is a whole number of dots.
func Whole(dots float64) bool {
	rest := dots - float64(int(dots+0.5))
	return rest < wholeDots && rest > -wholeDots
}
