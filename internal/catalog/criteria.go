package catalog

import (
	"slices"
	"sync"
)

// A LimitKind says how a result is judged against a limit.
type LimitKind string

// The kinds of limits.
const (
	LimitMax      LimitKind = "max"      // at most Max
	LimitMin      LimitKind = "min"      // at least Min
	LimitRange    LimitKind = "range"    // from Min to Max
	LimitAbsent   LimitKind = "absent"   // must not be found
	LimitDeclared LimitKind = "declared" // as the producer has declared
)

// A Limit is what a test result must keep. Min and Max are inclusive decimals
// and empty where the kind has none.
type Limit struct {
	Kind LimitKind `json:"kind"`
	Min  string    `json:"min,omitempty"`
	Max  string    `json:"max,omitempty"`
}

// A Criterion is one indicator that products of a set are usually tested for.
// It is a default to be edited: the limit that counts is the one written in
// the test report with its own legal basis.
type Criterion struct {
	Set       int    `json:"set"`
	Product   Name   `json:"product"` // what in the set it is meant for
	Indicator Name   `json:"indicator"`
	Unit      string `json:"unit"` // as laboratories write it, such as "mg/kg" or "/25 g"
	Limit     Limit  `json:"limit"`
	Basis     string `json:"basis"`            // law, standard or declaration behind the limit, in Vietnamese
	Method    string `json:"method,omitempty"` // test method, where one is usual
	// Certainty is that of the limit in the basis.
	Certainty Certainty `json:"certainty"`
}

type criterionKey struct {
	set                int
	product, indicator string
}

var criteria = lookup("test-criteria.tsv", readCriterion, func(c Criterion) criterionKey {
	return criterionKey{c.Set, c.Product.VI, c.Indicator.VI}
})

var criteriaBySet = sync.OnceValue(func() map[int][]Criterion {
	bySet := map[int][]Criterion{}
	for _, c := range criteria().entries {
		bySet[c.Set] = append(bySet[c.Set], c)
	}
	return bySet
})

func readCriterion(r *row) Criterion {
	c := Criterion{
		Set:       r.integer("set"),
		Product:   r.name("product_"),
		Indicator: r.name(""),
		Unit:      r.text("unit"),
		Limit: Limit{
			Kind: oneOf(r, "limit", LimitMax, LimitMin, LimitRange, LimitAbsent, LimitDeclared),
			Min:  r.optionalDecimal("min"),
			Max:  r.optionalDecimal("max"),
		},
		Basis:     r.text("basis"),
		Method:    r.optional("method"),
		Certainty: readCertainty(r),
	}
	if s, ok := SetByNumber(c.Set); !ok || s.Service {
		r.fail("set %d has no products", c.Set)
	}
	if !c.Limit.complete() {
		r.fail("a limit of kind %s does not have min %q and max %q", c.Limit.Kind, c.Limit.Min, c.Limit.Max)
	}
	return c
}

// complete tells whether exactly those numbers are there that the kind wants,
// and a range is not upside down.
func (l Limit) complete() bool {
	wantMin := l.Kind == LimitMin || l.Kind == LimitRange
	wantMax := l.Kind == LimitMax || l.Kind == LimitRange
	if wantMin != (l.Min != "") || wantMax != (l.Max != "") {
		return false
	}
	return l.Kind != LimitRange || isDecimal(l.Min) && isDecimal(l.Max) && rational(l.Min).Cmp(rational(l.Max)) < 0
}

// Criteria lists the reference criteria for a product set, grouped by
// product; none where nothing is known.
func Criteria(set int) []Criterion { return slices.Clone(criteriaBySet()[set]) }
