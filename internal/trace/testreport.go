package trace

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
)

// A TestReport is a laboratory's sheet about a sample.
type TestReport struct {
	TestData
	// Producer is the product's.
	Producer string `json:"producer"`
	// EnteredBy is who made this revision.
	EnteredBy Role `json:"enteredBy"`
	// Verified says which authority stands for it: the laboratory for its own
	// report; nil for a sheet that the producer typed in.
	Verified *Confirmation `json:"verified,omitempty"`
	// Correction is why this revision replaces the one before it.
	Correction string `json:"correction,omitempty"`
}

// TestData is what the sheet says.
type TestData struct {
	Product    string           `json:"product" doc:"Id of the product; cannot be changed"`
	Batch      string           `json:"batch,omitempty" doc:"Batch code; required for, and only for, the scope batch. Cannot be changed"`
	Scope      string           `json:"scope" enum:"batch,product,material" doc:"This batch, the product from time to time, or raw material"`
	Laboratory TestLaboratory   `json:"laboratory"`
	Number     string           `json:"number" doc:"Number of the report"`
	Issued     Date             `json:"issued" format:"date"`
	Sample     LaboratorySample `json:"sample"`
	Rows       []TestRow        `json:"rows" doc:"1 to 200"`
	Files      []Digest         `json:"files,omitempty" doc:"SHA-256 of the sheet"`
	Note       string           `json:"note,omitempty"`
}

// TestLaboratory names who tested.
type TestLaboratory struct {
	Name  string `json:"name"`
	VILAS string `json:"vilas,omitempty" doc:"Accreditation number" example:"VILAS 000"`
}

// LaboratorySample is what was tested. A sheet speaks of the sample, not of
// the goods on the shelf.
type LaboratorySample struct {
	Code        string `json:"code"`
	Description string `json:"description,omitempty"`
	SampledBy   string `json:"sampledBy,omitempty"`
	Received    Date   `json:"received" format:"date"`
	TestedFrom  Date   `json:"testedFrom,omitzero" format:"date"`
	TestedUntil Date   `json:"testedUntil,omitzero" format:"date"`
}

// A TestRow is one indicator.
type TestRow struct {
	Indicator catalog.Name `json:"indicator"`
	Unit      string       `json:"unit,omitempty" example:"mg/kg"`
	Method    string       `json:"method,omitempty" example:"TCVN 7929:2008"`
	LOD       Decimal      `json:"lod,omitempty" doc:"Limit of detection"`
	LOQ       Decimal      `json:"loq,omitempty" doc:"Limit of quantification"`
	Result    Result       `json:"result"`
	Limit     *Limit       `json:"limit,omitempty" doc:"Taken from the criteria of the product's set when left out"`
	Verdict   Verdict      `json:"verdict" readOnly:"true" enum:"pass,fail,undecided"`
}

// Provenance is how far the report can be relied on.
func (t TestReport) Provenance() Provenance { return provenance(t.Verified, len(t.Files) > 0) }

// Verdict of the whole report: Fail if a row failed, Pass if all passed.
func (t TestData) Verdict() Verdict {
	verdict := Pass
	for _, r := range t.Rows {
		verdict = worse(verdict, r.Verdict)
	}
	return verdict
}

// worse is Fail if either is, else Undecided if either is.
func worse(a, b Verdict) Verdict {
	switch {
	case a == Fail || b == Fail:
		return Fail
	case a == Undecided || b == Undecided:
		return Undecided
	}
	return Pass
}

func (TestReport) DocumentKind() Kind { return KindTests }

func (t TestReport) DocumentRefs() []string {
	refs := []string{productRef(t.Product), producerRef(t.Producer)}
	if t.Batch != "" {
		return append(refs, batchRef(t.Batch))
	}
	return append(refs, periodicRef(t.Product))
}

// periodicRef finds the reports about a product that are about no batch.
func periodicRef(product string) string { return "periodic:" + product }

const maxRows = 200

func (t TestData) check(c check) {
	c.required("product", t.Product != "")
	c.oneOf("scope", t.Scope, slices.Contains([]string{"batch", "product", "material"}, t.Scope))
	if (t.Scope == "batch") != (t.Batch != "") {
		c.fail("batch", "bắt buộc với phiếu của một lô và chỉ với phiếu đó", "is required for, and only for, the scope batch")
	}
	c.name("laboratory.name", t.Laboratory.Name)
	c.text("laboratory.vilas", t.Laboratory.VILAS, 40)
	c.name("number", t.Number)
	c.required("issued", !t.Issued.IsZero())
	t.Sample.check(c.in("sample"))
	c.order("issued", t.Sample.Received, t.Issued, "ngày nhận mẫu", "the day on which the sample was received")
	c.text("note", t.Note, maxText)
	c.required("rows", len(t.Rows) > 0)
	if len(t.Rows) > maxRows {
		c.fail("rows", "tối đa "+strconv.Itoa(maxRows)+" chỉ tiêu", "has more than "+strconv.Itoa(maxRows)+" entries")
		return
	}
	for i, r := range t.Rows {
		r.check(c.at("rows", i))
	}
}

func (s LaboratorySample) check(c check) {
	c.name("code", s.Code)
	c.text("description", s.Description, maxName)
	c.text("sampledBy", s.SampledBy, maxName)
	c.required("received", !s.Received.IsZero())
	c.order("testedFrom", s.Received, s.TestedFrom, "ngày nhận mẫu", "the day on which the sample was received")
	c.order("testedUntil", s.TestedFrom, s.TestedUntil, "ngày bắt đầu thử", "the first day of testing")
}

func (r TestRow) check(c check) {
	c.name("indicator.vi", r.Indicator.VI)
	c.text("indicator.en", r.Indicator.EN, maxName)
	c.text("unit", r.Unit, 40)
	c.text("method", r.Method, maxName)
	c.decimal("lod", r.LOD)
	c.decimal("loq", r.LOQ)
	c.name("result.text", r.Result.Text)
	if r.Limit != nil {
		r.Limit.check(c.in("limit"))
	}
}

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

// limitFor finds the criterion with the row's indicator and unit. A set holds
// products of several kinds; where more than one has such a criterion, the
// one whose name is in the product's is taken, and none when that is not
// clear: no limit is better than a wrong one.
func limitFor(r TestRow, product string, criteria []catalog.Criterion) *Limit {
	var fit, named []catalog.Criterion
	for _, c := range criteria {
		if catalog.Fold(c.Indicator.VI) != catalog.Fold(r.Indicator.VI) || catalog.Fold(c.Unit) != catalog.Fold(r.Unit) {
			continue
		}
		fit = append(fit, c)
		if slices.ContainsFunc(strings.Split(c.Product.VI, ","), func(kind string) bool { return matches(kind, product) }) {
			named = append(named, c)
		}
	}
	if len(fit) > 1 {
		fit = named
	}
	if len(fit) != 1 {
		return nil
	}
	c := fit[0]
	return &Limit{Kind: c.Limit.Kind, Min: Decimal(c.Limit.Min), Max: Decimal(c.Limit.Max), Basis: c.Basis}
}

// openFailures names the indicators that failed and were not passed later. A
// report counts as a whole: no row of it lifts a failure in another row. Among
// reports of one day the order of entry counts. A result that settles nothing does not lift a failure, and
// a laboratory's own report is lifted by a laboratory's only, not by a sheet
// that the producer typed in.
func openFailures(tests []Stored[TestReport]) []string {
	tests = slices.Clone(tests)
	slices.SortStableFunc(tests, func(a, b Stored[TestReport]) int { return b.Data.Issued.DaysUntil(a.Data.Issued) })
	verified := map[indicatorKey]bool{} // open failures: does a laboratory stand for it
	var failed []indicatorVerdict
	for _, t := range tests {
		for _, v := range t.Data.verdicts() {
			byLaboratory, open := verified[v.key]
			switch {
			case v.verdict == Fail:
				verified[v.key] = byLaboratory || t.Data.Verified != nil
				failed = append(failed, v)
			case v.verdict == Pass && open && (t.Data.Verified != nil || !byLaboratory):
				delete(verified, v.key)
			}
		}
	}
	var names []string
	seen := map[string]bool{}
	for _, v := range failed {
		if _, open := verified[v.key]; open && !seen[v.key.indicator] {
			seen[v.key.indicator] = true
			names = append(names, v.name)
		}
	}
	return names
}

// An indicatorKey tells indicators apart: the same one in another unit is
// another, since a result in mg/kg says nothing of the one in CFU/g.
type indicatorKey struct{ indicator, unit string } // both folded

// An indicatorVerdict is what a whole report says of one indicator.
type indicatorVerdict struct {
	key     indicatorKey
	name    string
	verdict Verdict
}

// verdicts gives one verdict per indicator, the worst of its rows, in the order
// of the sheet.
func (t TestData) verdicts() []indicatorVerdict {
	var out []indicatorVerdict
	place := map[indicatorKey]int{}
	for _, r := range t.Rows {
		key := indicatorKey{catalog.Fold(r.Indicator.VI), catalog.Fold(r.Unit)}
		i, known := place[key]
		if !known {
			place[key] = len(out)
			out = append(out, indicatorVerdict{key, r.Indicator.VI, r.Verdict})
			continue
		}
		out[i].verdict = worse(out[i].verdict, r.Verdict)
	}
	return out
}

// AddTest enters a test report: a laboratory its own, a producer one that it
// was given on paper.
func (l *Ledger) AddTest(ctx context.Context, w Write, d TestData) (Stored[TestReport], error) {
	return once(ctx, l, w, func() (TestReport, error) {
		if err := l.completeTest(ctx, w, &d); err != nil {
			return TestReport{}, err
		}
		product, err := Head[Product](ctx, l, d.Product)
		if err == nil {
			err = w.By.mayTest(product.Data.Producer)
		}
		if err != nil {
			return TestReport{}, missing("product", err)
		}
		if err := l.checkTest(ctx, d, product); err != nil {
			return TestReport{}, err
		}
		if err := l.judge(ctx, &d, product.Data); err != nil {
			return TestReport{}, err
		}
		return TestReport{
			TestData: d, Producer: product.Data.Producer, EnteredBy: w.By.Role, Verified: l.verification(w.By),
		}, nil
	})
}

// completeTest validates the sheet. A laboratory's own name stands on its
// reports, whatever was typed.
func (l *Ledger) completeTest(ctx context.Context, w Write, d *TestData) error {
	d.Batch, d.Rows = canonical(d.Batch), slices.Clone(d.Rows) // judge writes to the rows
	if w.By.Role == Laboratory {
		d.Laboratory.Name = w.By.Organisation
	}
	if err := validate(d); err != nil {
		return err
	}
	return l.requireFiles(ctx, "files", d.Files)
}

func (a Actor) mayTest(producer string) error {
	if a.owns(producer) || a.Role == Laboratory {
		return nil
	}
	if a.Reads(producer) {
		return ErrNotAllowed
	}
	return ErrHidden
}

func (l *Ledger) checkTest(ctx context.Context, d TestData, product Stored[Product]) error {
	c := newCheck()
	if d.Issued.After(l.Today()) {
		c.fail("issued", "ở thời điểm tương lai", "lies in the future")
	}
	if d.Batch != "" {
		batch, err := Head[Batch](ctx, l, d.Batch)
		if err == nil && batch.Data.Product != product.ID {
			err = ErrHidden
		}
		if err != nil {
			return missing("batch", err)
		}
	}
	return c.err()
}

func (l *Ledger) judge(ctx context.Context, d *TestData, p Product) error {
	criteria, err := l.CriteriaOn(ctx, p.Set, d.Issued)
	if err == nil {
		d.judge(p.Name.VI, criteria.Data.Criteria)
	}
	return err
}

// CorrectTest replaces a report by a new revision. A laboratory's report is
// corrected by that laboratory only.
func (l *Ledger) CorrectTest(ctx context.Context, w Write, id string, d TestData, reason string) (Stored[TestReport], error) {
	reason = clean(reason)
	c := newCheck()
	c.required("reason", reason != "")
	c.text("reason", reason, maxText)
	if err := c.err(); err != nil {
		return Stored[TestReport]{}, err
	}
	if err := l.completeTest(ctx, w, &d); err != nil {
		return Stored[TestReport]{}, err
	}
	return Update(ctx, l, w, id, w.By.mayCorrectTest, func(cur *TestReport) error {
		if d.Product != cur.Product || d.Batch != cur.Batch {
			return refuse(ErrInvalid, "không thể chuyển phiếu sang sản phẩm hoặc lô khác",
				"a report cannot be moved to another product or batch")
		}
		product, err := Head[Product](ctx, l, cur.Product)
		if err != nil {
			return err
		}
		if err := l.checkTest(ctx, d, product); err != nil {
			return err
		}
		if err := l.judge(ctx, &d, product.Data); err != nil {
			return err
		}
		cur.TestData, cur.Correction = d, reason
		cur.EnteredBy, cur.Verified = w.By.Role, l.verification(w.By)
		return nil
	})
}

func (a Actor) mayCorrectTest(t TestReport) error {
	switch {
	case a.Role == Laboratory && t.Verified != nil && t.Verified.Organisation == a.Organisation:
		return nil
	case a.owns(t.Producer) && t.Verified == nil:
		return nil
	case a.maySeeTest(t) == nil:
		return ErrNotAllowed
	}
	return ErrHidden
}

// Test returns one test report.
func (l *Ledger) Test(ctx context.Context, by Actor, id string) (Stored[TestReport], error) {
	return Read(ctx, l, id, by.maySeeTest)
}

func (a Actor) maySeeTest(t TestReport) error {
	if a.Role == Laboratory && t.Verified != nil && t.Verified.Organisation == a.Organisation {
		return nil
	}
	return a.maySee(t.Producer)
}

// TestHistory returns all revisions of a report, the first one first.
func (l *Ledger) TestHistory(ctx context.Context, by Actor, id string) ([]Stored[TestReport], error) {
	return HistoryOf(ctx, l, id, by.maySeeTest)
}

// TestQuery narrows a list of test reports; empty fields do not.
type TestQuery struct{ Product, Batch string }

// Tests lists test reports.
func (l *Ledger) Tests(ctx context.Context, by Actor, q TestQuery, p Paging) (List[TestReport], error) {
	ref := ""
	switch {
	case q.Batch != "":
		ref = batchRef(q.Batch)
	case q.Product != "":
		ref = productRef(q.Product)
	case by.Role == ProducerRole:
		ref = producerRef(by.Producer)
	}
	return ListOf(ctx, l, ref, p, func(s Stored[TestReport]) bool {
		return by.maySeeTest(s.Data) == nil && (q.Product == "" || q.Product == s.Data.Product)
	})
}
