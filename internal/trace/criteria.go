package trace

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"temgoc/internal/catalog"
)

// A CriteriaSet is what products of one OCOP set are usually tested for, with
// the limits. It begins as the reference data of the catalog, which has neither
// a Source nor a date but the basis of each limit; the programme office edits
// it, and every edition stays.
type CriteriaSet struct {
	Set      int                 `json:"set"`
	Criteria []catalog.Criterion `json:"criteria"`
	// Source is why this edition was made.
	Source string `json:"source,omitempty" doc:"Where these criteria come from: the decision, standard or document. Required" example:"QCVN 8-2:2011/BYT"`
	// Effective is the day from which on reports are judged by this edition.
	Effective Date `json:"effective,omitzero" format:"date" doc:"Day from which on they count: for reports issued on it or later. Required"`
}

func (CriteriaSet) DocumentKind() Kind     { return KindCriteria }
func (CriteriaSet) DocumentRefs() []string { return nil }

func (s CriteriaSet) check(c check) {
	_, known := catalog.SetByNumber(s.Set)
	c.oneOf("set", strconv.Itoa(s.Set), known)
	c.name("source", s.Source)
	c.required("effective", !s.Effective.IsZero())
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
		limit := Limit{Kind: k.Limit.Kind, Min: Decimal(k.Limit.Min), Max: Decimal(k.Limit.Max)}
		limit.checkBounds(f.in("limit"))
		limit.refuseIdle(f.in("limit"))
		if k.Certainty != "" {
			f.oneOf("certainty", string(k.Certainty), slices.Contains(catalog.Certainties(), k.Certainty))
		}
		f.text("product.vi", k.Product.VI, maxName)
		key := catalog.Fold(k.Product.VI + "|" + k.Indicator.VI + "|" + k.Unit)
		if seen[key] {
			f.fail("indicator.vi", "bị lặp lại", "is named twice")
		}
		seen[key] = true
	}
}

// refuseIdle refuses bounds that say nothing with the kind of limit.
func (l Limit) refuseIdle(c check) {
	if l.Min != "" && l.Kind != catalog.LimitMin && l.Kind != catalog.LimitRange {
		c.fail("min", "chỉ dùng cho giới hạn tối thiểu hoặc trong khoảng", "is for limits of the kinds min and range only")
	}
	if l.Max != "" && l.Kind != catalog.LimitMax && l.Kind != catalog.LimitRange {
		c.fail("max", "chỉ dùng cho giới hạn tối đa hoặc trong khoảng", "is for limits of the kinds max and range only")
	}
}

// Criteria returns the latest criteria of an OCOP set, which may not count yet.
// Revision 0 is the reference data, which nobody has edited yet.
func (l *Ledger) Criteria(ctx context.Context, set int) (Stored[CriteriaSet], error) {
	editions, err := l.editions(ctx, set)
	if err != nil {
		return Stored[CriteriaSet]{}, err
	}
	return editions[len(editions)-1], nil
}

// CriteriaOn returns the criteria by which a report that is issued on day is
// judged: the latest of the editions that count on it.
func (l *Ledger) CriteriaOn(ctx context.Context, set int, day Date) (Stored[CriteriaSet], error) {
	editions, err := l.editions(ctx, set)
	if err != nil {
		return Stored[CriteriaSet]{}, err
	}
	last := len(editions) - 1
	for last > 0 && editions[last].Data.Effective.After(day) {
		last--
	}
	return editions[last], nil
}

// CriteriaHistory returns every edition of the criteria of an OCOP set, to
// everybody who has a role. The first one is the reference data, revision 0.
func (l *Ledger) CriteriaHistory(ctx context.Context, by Actor, set int) ([]Stored[CriteriaSet], error) {
	if !by.Role.Known() {
		return nil, ErrNotAllowed
	}
	return l.editions(ctx, set)
}

// editions are the reference data of a set and what the office made of it.
func (l *Ledger) editions(ctx context.Context, set int) ([]Stored[CriteriaSet], error) {
	if _, known := catalog.SetByNumber(set); !known {
		return nil, ErrHidden
	}
	id := strconv.Itoa(set)
	edited, err := revisions[CriteriaSet](ctx, l, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	reference := Stored[CriteriaSet]{ID: id, Data: CriteriaSet{Set: set, Criteria: catalog.Criteria(set)}}
	return append([]Stored[CriteriaSet]{reference}, edited...), nil
}

// NeverEdited is a Write.If of SetCriteria: nobody may have edited them yet.
const NeverEdited = -1

// SetCriteria makes a new edition of the criteria of an OCOP set; the office
// does, and says by what source and from when on. Reports keep the limits that
// they were judged by.
func (l *Ledger) SetCriteria(ctx context.Context, w Write, s CriteriaSet) (Stored[CriteriaSet], error) {
	if w.By.Role != Office {
		return Stored[CriteriaSet]{}, ErrNotAllowed
	}
	s.Criteria = slices.Clone(s.Criteria) // not the caller's
	for i := range s.Criteria {
		s.Criteria[i].Set = s.Set
	}
	if err := validate(&s); err != nil {
		return Stored[CriteriaSet]{}, err
	}
	id := strconv.Itoa(s.Set)
	if _, err := Head[CriteriaSet](ctx, l, id); errors.Is(err, ErrNotFound) {
		if w.If > 0 {
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
