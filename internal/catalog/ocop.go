package catalog

import (
	"math/big"
	"strings"
)

// A Group is one of the six product groups of the OCOP programme.
type Group struct {
	Code string `json:"code"` // Roman numeral I to VI
	Name Name   `json:"name"`
}

// A Set is one of the 26 product sets (bộ sản phẩm) of the OCOP programme.
type Set struct {
	Number   int   `json:"number"` // 1 to 26
	Group    Group `json:"group"`
	Subgroup Name  `json:"subgroup,omitzero"` // zero in groups III to VI
	Name     Name  `json:"name"`
	// Service marks what is not goods: no batch can be made of it.
	Service bool `json:"service,omitempty"`
	// Stages are the codes of the record kinds that a batch usually goes
	// through, in order. It is a proposal: other records are allowed.
	Stages []string `json:"stages,omitempty"`
}

// A StarBand says how many stars a range of OCOP points gives. Points are
// decimals; AtLeast belongs to the band and Below does not, but 100 points
// belong to the highest band.
type StarBand struct {
	Stars     int    `json:"stars"`
	AtLeast   string `json:"atLeast"`
	Below     string `json:"below"`
	Certified bool   `json:"certified"` // only three stars and more get a certificate
	Name      Name   `json:"name"`
}

var (
	groups    = lookup("ocop-groups.tsv", readGroup, func(g Group) string { return g.Code })
	sets      = lookup("ocop-sets.tsv", readSet, func(s Set) int { return s.Number })
	starBands = lookup("star-bands.tsv", readStarBand, func(b StarBand) int { return b.Stars })
)

func readGroup(r *row) Group { return Group{Code: r.text("code"), Name: r.name("")} }

func readSet(r *row) Set {
	group, ok := groups().get(r.text("group"))
	if !ok {
		r.fail("unknown group")
	}
	s := Set{
		Number:   r.integer("number"),
		Group:    group,
		Subgroup: r.optionalName("subgroup_"),
		Name:     r.name(""),
		Service:  r.flag("service"),
		Stages:   strings.Fields(r.optional("stages")),
	}
	for _, stage := range s.Stages {
		if _, ok := RecordKindByCode(stage); !ok {
			r.fail("unknown stage %q", stage)
		}
	}
	if s.Service != (len(s.Stages) == 0) {
		r.fail("goods have stages and services have none")
	}
	return s
}

func readStarBand(r *row) StarBand {
	return StarBand{
		Stars:     r.integer("stars"),
		AtLeast:   r.decimal("at_least"),
		Below:     r.decimal("below"),
		Certified: r.flag("certified"),
		Name:      r.name(""),
	}
}

// Groups lists the six product groups.
func Groups() []Group { return groups().all() }

// Sets lists the 26 product sets by number.
func Sets() []Set { return sets().all() }

// SetByNumber finds a product set by its number.
func SetByNumber(number int) (Set, bool) { return sets().get(number) }

// StarBands lists the bands, the highest first.
func StarBands() []StarBand { return starBands().all() }

// StarsForPoints returns the stars, 1 to 5, that points out of 100 give. It
// reports false when points is not a decimal number from 0 to 100.
func StarsForPoints(points string) (int, bool) {
	if !isDecimal(points) {
		return 0, false
	}
	p, top := rational(points), rational("100")
	if p.Cmp(top) > 0 {
		return 0, false
	}
	for _, b := range starBands().entries {
		if p.Cmp(rational(b.AtLeast)) >= 0 {
			return b.Stars, true
		}
	}
	return 0, false
}

// rational converts a decimal that isDecimal has accepted.
func rational(decimal string) *big.Rat {
	r, _ := new(big.Rat).SetString(decimal)
	return r
}
