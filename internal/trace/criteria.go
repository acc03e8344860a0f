package trace

import (
	"context"
	"errors"
	"strconv"

	"temgoc/internal/catalog"
)

// A CriteriaSet is what products of one OCOP set are usually tested for, with
// the limits. It begins as the reference data of the catalog; the programme
// office edits it.
type CriteriaSet struct {
	Set      int                 `json:"set"`
	Criteria []catalog.Criterion `json:"criteria"`
}

func (CriteriaSet) DocumentKind() Kind     { return KindCriteria }
func (CriteriaSet) DocumentRefs() []string { return nil }

func (s CriteriaSet) check(c check) {
	_, known := catalog.SetByNumber(s.Set)
	c.oneOf("set", strconv.Itoa(s.Set), known)
	if len(s.Criteria) > maxRows {
		c.fail("criteria", "tối đa 200 chỉ tiêu", "has more than 200 entries")
		return
	}
	seen := map[string]bool{}
	for i, k := range s.Criteria {
		f := c.at("criteria", i)
		f.name("indicator.vi", k.Indicator.VI)
		f.text("indicator.en", k.Indicator.EN, maxName)
		f.text("unit", k.Unit, 40)
		f.text("method", k.Method, maxName)
		f.name("basis", k.Basis)
		Limit{Kind: k.Limit.Kind, Min: Decimal(k.Limit.Min), Max: Decimal(k.Limit.Max)}.checkBounds(f.in("limit"))
		f.text("product.vi", k.Product.VI, maxName)
		key := catalog.Fold(k.Product.VI + "|" + k.Indicator.VI + "|" + k.Unit)
		if seen[key] {
			f.fail("indicator.vi", "bị lặp lại", "is named twice")
		}
		seen[key] = true
	}
}

// Criteria returns the criteria of an OCOP set. Revision 0 is the reference
// data, which nobody has edited yet.
func (l *Ledger) Criteria(ctx context.Context, set int) (Stored[CriteriaSet], error) {
	if _, known := catalog.SetByNumber(set); !known {
		return Stored[CriteriaSet]{}, ErrHidden
	}
	return l.criteria(ctx, set)
}

func (l *Ledger) criteria(ctx context.Context, set int) (Stored[CriteriaSet], error) {
	s, err := Head[CriteriaSet](ctx, l, strconv.Itoa(set))
	if errors.Is(err, ErrNotFound) {
		return Stored[CriteriaSet]{ID: strconv.Itoa(set), Data: CriteriaSet{set, catalog.Criteria(set)}}, nil
	}
	return s, err
}

// SetCriteria replaces the criteria of an OCOP set; the office does. Reports
// keep the limits that they were judged by.
func (l *Ledger) SetCriteria(ctx context.Context, w Write, s CriteriaSet) (Stored[CriteriaSet], error) {
	if w.By.Role != Office {
		return Stored[CriteriaSet]{}, ErrNotAllowed
	}
	if err := validate(&s); err != nil {
		return Stored[CriteriaSet]{}, err
	}
	id := strconv.Itoa(s.Set)
	if _, err := Head[CriteriaSet](ctx, l, id); errors.Is(err, ErrNotFound) {
		if w.If != 0 {
			return Stored[CriteriaSet]{}, ErrStale
		}
		first, err := Create(ctx, l, w, id, s)
		if !errors.Is(err, ErrExists) {
			return first, err
		}
	}
	return Update(ctx, l, w, id, func(CriteriaSet) error { return nil }, func(cur *CriteriaSet) error {
		*cur = s
		return nil
	})
}
