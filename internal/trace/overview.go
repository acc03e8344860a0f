package trace

import (
	"cmp"
	"context"
	"slices"
)

// How much is read to tell how many there are: what lies beyond is told as
// "more than". Certificates that gave stars once are many more than those that
// do today.
const (
	countBound = 1000
	starsBound = 5000
)

// A Tally is how many there are: N, or more than N.
type Tally struct {
	N    int
	More bool
}

// An Overview is what the programme office has before it: numbers, each of
// which some list shows one by one.
type Overview struct {
	Producers Tally
	// Declared certificates were confirmed by nobody.
	Declared Tally
	// NewProblems are shoppers' reports that nobody has looked at, SeenProblems
	// those that are looked into.
	NewProblems, SeenProblems Tally
	// Proposed recalls wait for a second person.
	Proposed       Tally
	Held, Recalled Tally // batches
}

// Overview counts for the programme office.
func (l *Ledger) Overview(ctx context.Context, by Actor) (Overview, error) {
	var o Overview
	if by.Role != Office {
		return o, ErrNotAllowed
	}
	for _, count := range []struct {
		into *Tally
		of   func() (Tally, error)
	}{
		{&o.Producers, func() (Tally, error) { return tally[Producer](ctx, l, "") }},
		{&o.Declared, func() (Tally, error) { return tally[Certificate](ctx, l, declaredRef) }},
		{&o.NewProblems, func() (Tally, error) { return tally[Problem](ctx, l, problemRef(ProblemNew)) }},
		{&o.SeenProblems, func() (Tally, error) { return tally[Problem](ctx, l, problemRef(ProblemSeen)) }},
		{&o.Proposed, func() (Tally, error) { return tally[Recall](ctx, l, recallRef(RecallProposed)) }},
		{&o.Held, func() (Tally, error) { return tally[Batch](ctx, l, batchStateRef(BatchHeld)) }},
		{&o.Recalled, func() (Tally, error) { return tally[Batch](ctx, l, batchStateRef(BatchRecalled)) }},
	} {
		var err error
		if *count.into, err = count.of(); err != nil {
			return Overview{}, err
		}
	}
	return o, nil
}

// tally counts the documents under a term, without reading what they say.
func tally[T Document](ctx context.Context, l *Ledger, ref string) (Tally, error) {
	var zero T
	n := 0
	for q := (Query{Kind: zero.DocumentKind(), Ref: ref, Limit: 1000, Newest: true}); ; {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return Tally{}, err
		}
		if n += len(page.Revisions); page.Next == "" || n > countBound {
			return Tally{min(n, countBound), n > countBound}, nil
		}
		q.After = page.Next
	}
}

// atMost loads the documents under a term, the newest first, until it has so
// many of them. More tells that there are others.
func atMost[T Document](ctx context.Context, l *Ledger, ref string, bound int) (found []Stored[T], more bool, err error) {
	var zero T
	for q := (Query{Kind: zero.DocumentKind(), Ref: ref, Limit: 1000, Newest: true}); ; {
		page, err := l.store.List(ctx, q)
		if err != nil {
			return nil, false, err
		}
		part, err := decodeAll[T](page.Revisions)
		if err != nil {
			return nil, false, err
		}
		found = append(found, part...)
		if page.Next == "" || len(found) > bound {
			return found[:min(len(found), bound)], len(found) > bound, nil
		}
		q.After = page.Next
	}
}

// A Recognition is a product that carries stars today, by the certificate that
// gives them.
type Recognition struct {
	Product     string
	Stars       int
	Certificate Stored[Certificate]
}

// Recognitions lists the products that carry stars today, those with the most
// first. More tells that not every certificate was looked at, since there are
// too many of them.
func (l *Ledger) Recognitions(ctx context.Context, by Actor) (list []Recognition, more bool, err error) {
	if !by.oversees() {
		return nil, false, ErrNotAllowed
	}
	all, more, err := atMost[Certificate](ctx, l, starsRef, starsBound)
	if err != nil {
		return nil, false, err
	}
	today, products := l.Today(), map[string]Certificates{}
	for _, c := range all {
		products[c.Data.Product] = append(products[c.Data.Product], c)
	}
	for product, certificates := range products {
		if stars := certificates.Stars(product, today); stars > 0 {
			list = append(list, Recognition{product, stars, *certificates.OCOP(product, today)})
		}
	}
	slices.SortFunc(list, func(a, b Recognition) int {
		return cmp.Or(b.Stars-a.Stars, byEnd(a.Certificate, b.Certificate), cmp.Compare(a.Product, b.Product))
	})
	return list, more, nil
}

// EndingCertificates lists the certificates in force that count for at most so
// many days more, the first to end first: up to ExpiringDays. More tells that
// there are others.
func (l *Ledger) EndingCertificates(ctx context.Context, by Actor, days int) (list []Stored[Certificate], more bool, err error) {
	if !by.oversees() {
		return nil, false, ErrNotAllowed
	}
	today := l.Today()
	last := today.AddDays(min(days, ExpiringDays))
	for _, month := range monthsUntil(today, last) {
		found, others, err := atMost[Certificate](ctx, l, endsRef(month), countBound)
		if err != nil {
			return nil, false, err
		}
		more = more || others
		for _, c := range found {
			if c.Data.StateOn(today) == CertificateExpiring && !c.Data.ValidUntil.After(last) {
				list = append(list, c)
			}
		}
	}
	slices.SortFunc(list, byEnd)
	return list, more, nil
}

// CountEnds counts the certificates that give stars and end within ExpiringDays,
// and those that ended within as many: for who looks after the service, who
// learns no more of them than how many there are.
func (l *Ledger) CountEnds(ctx context.Context) (ending, ended int, err error) {
	today := l.Today()
	for _, month := range monthsUntil(today.AddDays(-ExpiringDays), today.AddDays(ExpiringDays)) {
		found, _, err := atMost[Certificate](ctx, l, endsRef(month), countBound)
		if err != nil {
			return 0, 0, err
		}
		for _, c := range found {
			switch {
			case !c.Data.GivesStars():
			case c.Data.StateOn(today) == CertificateExpiring:
				ending++
			case c.Data.StateOn(today) == CertificateExpired && c.Data.ValidUntil.DaysUntil(today) <= ExpiringDays:
				ended++
			}
		}
	}
	return ending, ended, nil
}

// byEnd orders certificates by their last day.
func byEnd(a, b Stored[Certificate]) int {
	return cmp.Or(cmp.Compare(a.Data.ValidUntil.String(), b.Data.ValidUntil.String()), cmp.Compare(a.ID, b.ID))
}

// monthsUntil are a day of each month from the first day on to the last.
func monthsUntil(first, last Date) []Date {
	var months []Date
	for m := NewDate(first.day.Year(), first.day.Month(), 1); !m.After(last); m = m.AddMonths(1) {
		months = append(months, m)
	}
	return months
}

// The terms of what is counted.
const (
	declaredRef = "certificate:declared"
	starsRef    = "certificate:stars"
)

// endsRef is the term of the certificates that end in the month of a day.
func endsRef(d Date) string { return "ends:" + d.String()[:len("2006-01")] }

func batchStateRef(s BatchState) string { return "state:" + string(s) }

// stateRefs are the terms that follow from what a certificate is worth.
func (c Certificate) stateRefs() []string {
	var refs []string
	if c.Confirmed == nil {
		refs = append(refs, declaredRef)
	}
	if c.GivesStars() {
		refs = append(refs, starsRef)
	}
	if !c.ValidUntil.IsZero() {
		refs = append(refs, endsRef(c.ValidUntil))
	}
	return refs
}
