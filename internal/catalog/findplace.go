package catalog

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// A findable is a commune with the words that it is found by.
type findable struct {
	Commune
	own, around []string // of its name proper; of its kind and its province
}

// communeKinds are the words that names begin with.
var communeKinds = []string{"Xã ", "Phường ", "Đặc khu "}

var findables = sync.OnceValue(func() []findable {
	var all []findable
	for _, p := range places().provinces {
		for _, c := range places().communes[p.Code] {
			proper, kind := c.Name.VI, ""
			for _, k := range communeKinds {
				if rest, ok := strings.CutPrefix(proper, k); ok {
					proper, kind = rest, k
				}
			}
			all = append(all, findable{c, Words(proper), Words(kind + " commune ward special zone " + p.Name.VI + " " + p.Name.EN)})
		}
	}
	return all
})

// match tells whether the words find the commune: each is its own, of its kind
// or of its province, and they say more than a kind and a province. Left is how
// many words of its name were not given.
func (f findable) match(words []string) (left int, ok bool) {
	own, around, both := 0, 0, 0
	for _, w := range words {
		isOwn, isAround := slices.Contains(f.own, w), slices.Contains(f.around, w)
		switch {
		case isOwn && isAround:
			both++
		case isOwn:
			own++
		case isAround:
			around++
		default:
			return 0, false
		}
	}
	return len(f.own) - own - both, own > 0 || both > 0 && around == 0
}

// FindCommunes finds communes by the words of their names, whatever the case
// and the diacritics. "Xã" and the name of the province may be among the words,
// but alone they find nothing. At most limit are returned, those whose names
// were given whole first.
func FindCommunes(search string, limit int) []Commune {
	type match struct {
		Commune
		left int
	}
	var found []match
	words := Words(search)
	for _, f := range findables() {
		if left, ok := f.match(words); ok {
			found = append(found, match{f.Commune, left})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(a.left, b.left) })
	var out []Commune
	for _, m := range found[:min(len(found), limit)] {
		out = append(out, m.Commune)
	}
	return out
}
