package catalog

// A Dimension is what a unit measures.
type Dimension string

// The dimensions and the base unit of each.
const (
	Mass   Dimension = "mass"   // KGM
	Volume Dimension = "volume" // LTR
	Count  Dimension = "count"  // H87
	Area   Dimension = "area"   // MTK
)

// A Unit is what quantities of goods, and areas, are counted in. Units of
// test results (mg/kg, CFU/g) are free text and not listed here.
type Unit struct {
	// Code is that of UN/ECE Recommendation 20, of Recommendation 21 behind an
	// X, or a local one. All fit the uom of EPCIS 2.0.
	Code string `json:"code"`
	// Name is written after a number: "12 kg", "1 bottle".
	Name Name `json:"name"`
	// Plural is the English name after other numbers than 1.
	Plural    string    `json:"plural"`
	Dimension Dimension `json:"dimension"`
	// Factor is the decimal number of base units that make one of this unit.
	// It is empty for packages and bundles, whose content varies: they do not
	// convert.
	Factor string `json:"factor,omitempty"`
	// Exchange is the code to write for other systems. It differs from Code
	// for a local unit only; the quantity is then to be multiplied by Factor
	// and divided by that of Exchange.
	Exchange string `json:"exchange"`
}

var units = lookup("units.tsv", readUnit, func(u Unit) string { return u.Code })

func readUnit(r *row) Unit {
	return Unit{
		Code:      r.text("code"),
		Name:      r.name(""),
		Plural:    r.text("en_plural"),
		Dimension: oneOf(r, "dimension", Mass, Volume, Count, Area),
		Factor:    r.optionalDecimal("factor"),
		Exchange:  r.text("exchange"),
	}
}

// Units lists all units: mass, volume, count, area.
func Units() []Unit { return units().all() }

// UnitByCode finds a unit by its code, such as "KGM".
func UnitByCode(code string) (Unit, bool) { return units().get(code) }

// After returns the name as it stands after the decimal number amount.
func (u Unit) After(amount, lang string) string {
	if lang == "en" && amount != "1" {
		return u.Plural
	}
	return u.Name.In(lang)
}

// ConvertsTo tells whether a quantity in u can be expressed in v: by the ratio
// of their factors, or as it is when they are the same.
func (u Unit) ConvertsTo(v Unit) bool {
	return u.Code == v.Code || u.Dimension == v.Dimension && u.Factor != "" && v.Factor != ""
}
