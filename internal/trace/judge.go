package trace

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
)

// judge reads the results, fills in the limits that were left out, and judges.
func (t *TestData) judge(product string, criteria []catalog.Criterion) {
	for i := range t.Rows {
		r := &t.Rows[i]
		r.Result = ParseResult(r.Result.Text)
		switch {
		case r.Result.Qualifier == NotDetected && r.Result.Number == "":
			r.Result.Number = r.LOD
		case r.Result.Qualifier == Below && r.Result.Number == "": // "< LOQ"
			r.Result.Number = r.LOQ
		}
		if r.Limit == nil {
			r.Limit = limitFor(*r, product, criteria)
		}
		r.Verdict = Undecided
		if r.Limit != nil {
			r.Verdict = r.Limit.Judge(r.Result)
		}
	}
}

// limitFor is the limit of the criterion for the row.
func limitFor(r TestRow, product string, criteria []catalog.Criterion) *Limit {
	c := criterionFor(r, product, criteria)
	if c == nil {
		return nil
	}
	return &Limit{Kind: c.Limit.Kind, Min: Decimal(c.Limit.Min), Max: Decimal(c.Limit.Max), Basis: c.Basis}
}

// criterionFor finds the criterion with the row's indicator and unit. A set
// holds products of several kinds; where more than one has such a criterion,
// the one whose name is in the product's is taken, and none when that is not
// clear: no limit is better than a wrong one.
func criterionFor(r TestRow, product string, criteria []catalog.Criterion) *catalog.Criterion {
	var fit, named []catalog.Criterion
	for _, c := range criteria {
		if keyOf(c.Indicator, c.Unit) != keyOf(r.Indicator, r.Unit) {
			continue
		}
		fit = append(fit, c)
		if isFor(c, product) {
			named = append(named, c)
		}
	}
	if len(fit) > 1 {
		fit = named
	}
	if len(fit) != 1 {
		return nil
	}
	return &fit[0]
}

// isFor tells whether the kind of goods that a criterion is meant for is in the
// product's name.
func isFor(c catalog.Criterion, product string) bool {
	return slices.ContainsFunc(strings.Split(c.Product.VI, ","), func(kind string) bool { return matches(kind, product) })
}

func (l *Ledger) judge(ctx context.Context, d *TestData, p Product) error {
	criteria, err := l.CriteriaOn(ctx, p.Set, d.Issued)
	if err == nil {
		d.judge(p.Name.VI, criteria.Data.Criteria)
	}
	return err
}

// JudgeTest shows what AddTest would make of the rows: results read, limits
// filled in, verdicts. It stores nothing and takes a form that is half filled
// in: what cannot be judged yet is undecided. For whoever may see the product.
func (l *Ledger) JudgeTest(ctx context.Context, by Actor, d TestData) (TestData, error) {
	product, err := l.Product(ctx, by, d.Product)
	if err != nil {
		return TestData{}, err
	}
	c := newCheck()
	if !c.rows(len(d.Rows)) {
		return TestData{}, c.err()
	}
	d.Rows = cloneRows(d.Rows)
	cleanAll(&d)
	dated := d
	if d.Issued.IsZero() {
		dated.Issued = l.Today()
	}
	if err := l.judge(ctx, &dated, product.Data); err != nil {
		return TestData{}, err
	}
	for i, r := range d.Rows {
		if !r.readable() {
			d.Rows[i].Verdict = Undecided
		}
	}
	return d, nil
}

// cloneRows copies rows that cleaning and judging write to.
func cloneRows(rows []TestRow) []TestRow {
	rows = slices.Clone(rows)
	for i, r := range rows {
		if r.Limit != nil {
			rows[i].Limit = new(*r.Limit)
		}
	}
	return rows
}

// rows refuses more rows than a sheet may have.
func (c check) rows(n int) bool {
	return n <= maxRows || c.fail("rows", "tối đa "+strconv.Itoa(maxRows)+" chỉ tiêu", "has more than "+strconv.Itoa(maxRows)+" entries")
}

// readable tells whether a verdict on the row can be relied on: a number that
// is none would be taken for no limit at all.
func (r TestRow) readable() bool {
	c := newCheck()
	c.text("result.text", r.Result.Text, maxName)
	c.decimal("lod", r.LOD)
	c.decimal("loq", r.LOQ)
	if r.Limit != nil {
		r.Limit.checkBounds(c)
	}
	return c.err() == nil
}

// DraftRows are the rows that a sheet about the product usually has, without
// results: one for each indicator of the criteria of the product's set that
// count today, those that are meant for its kind of goods first. For whoever may see the product.
func (l *Ledger) DraftRows(ctx context.Context, by Actor, product string) ([]TestRow, error) {
	p, err := l.Product(ctx, by, product)
	if err != nil {
		return nil, err
	}
	set, err := l.CriteriaOn(ctx, p.Data.Set, l.Today())
	if err != nil {
		return nil, err
	}
	return draft(p.Data.Name.VI, set.Data.Criteria), nil
}

func draft(product string, criteria []catalog.Criterion) []TestRow {
	ordered := slices.Clone(criteria)
	slices.SortStableFunc(ordered, func(a, b catalog.Criterion) int { return misfit(a, product) - misfit(b, product) })
	rows := []TestRow{}
	seen := map[indicatorKey]bool{}
	for _, c := range ordered {
		key := keyOf(c.Indicator, c.Unit)
		if seen[key] {
			continue
		}
		seen[key] = true
		r := TestRow{Indicator: c.Indicator, Unit: c.Unit, Verdict: Undecided}
		if which := criterionFor(r, product, criteria); which != nil {
			r.Method = which.Method
			r.Limit = limitFor(r, product, criteria)
		}
		rows = append(rows, r)
	}
	return rows
}

// misfit is 0 for a criterion that is meant for the product, else 1.
func misfit(c catalog.Criterion, product string) int {
	if isFor(c, product) {
		return 0
	}
	return 1
}
