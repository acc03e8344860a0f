package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
	Request    string           `json:"request,omitempty" doc:"Id of the request that it answers; required of a laboratory, and not for others. The report gets the same id. Cannot be changed"`
	Product    string           `json:"product" doc:"Id of the product; cannot be changed"`
	Batch      string           `json:"batch,omitempty" doc:"Batch code; required for, and only for, the scope batch. Cannot be changed"`
	Scope      string           `json:"scope" enum:"batch,product,material" doc:"This batch, the product from time to time, or raw material"`
	Laboratory TestLaboratory   `json:"laboratory"`
	Number     string           `json:"number" doc:"Number of the report"`
	Issued     Date             `json:"issued" format:"date"`
	Sample     LaboratorySample `json:"sample"`
	Rows       []TestRow        `json:"rows" doc:"1 to 200"`
	Files      []Digest         `json:"files,omitempty" doc:"SHA-256 of the sheet, at most 20; required of a producer, who types what a laboratory gave it on paper"`
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

// PrivateMembers are notes and who took the sample.
func (TestReport) PrivateMembers() []string { return []string{"note", "sample.sampledBy"} }

func (t TestReport) DocumentRefs() []string {
	refs := append(fileRefs(t.Files...), productRef(t.Product), producerRef(t.Producer))
	if t.Verified != nil {
		refs = append(refs, laboratoryRef(t.Verified.Organisation))
	}
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
	if len(t.Files) > 20 {
		c.fail("files", "tối đa 20 tệp", "has more than 20 files")
	}
	c.required("rows", len(t.Rows) > 0)
	if !c.rows(len(t.Rows)) {
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

func keyOf(indicator catalog.Name, unit string) indicatorKey {
	return indicatorKey{catalog.Fold(indicator.VI), catalog.Fold(unit)}
}

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
		key := keyOf(r.Indicator, r.Unit)
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

// AddTest enters a test report: a laboratory one that it was asked for, a
// producer one that it was given on paper, with the sheet attached.
func (l *Ledger) AddTest(ctx context.Context, w Write, d TestData) (Stored[TestReport], error) {
	if w.By.Role == Laboratory {
		return l.answerRequest(ctx, w, d)
	}
	return once(ctx, l, w, func() (TestReport, error) { return l.newTest(ctx, w.By, d) })
}

// answerRequest enters the report that a laboratory was asked for, under the id
// of the request, and closes the request. A repeated request makes up for what
// was left undone.
func (l *Ledger) answerRequest(ctx context.Context, w Write, d TestData) (Stored[TestReport], error) {
	if err := d.checkRequestID(); err != nil {
		return Stored[TestReport]{}, err
	}
	report, err := answered[TestReport](ctx, l, w, d.Request)
	if err != nil {
		return Stored[TestReport]{}, err
	}
	if report == nil {
		made, err := l.createAnswer(ctx, w, d)
		if err != nil {
			return Stored[TestReport]{}, err
		}
		report = &made
	}
	return *report, l.closeRequest(ctx, w.By, *report)
}

// checkRequestID cleans and checks the name of the request.
func (t *TestData) checkRequestID() error {
	t.Request = clean(t.Request)
	c := newCheck()
	if c.required("request", t.Request != "") {
		c.text("request", t.Request, maxName)
	}
	return c.err()
}

func (l *Ledger) createAnswer(ctx context.Context, w Write, d TestData) (Stored[TestReport], error) {
	report, err := l.newTest(ctx, w.By, d)
	if err != nil {
		return Stored[TestReport]{}, err
	}
	made, err := Create(ctx, l, w, d.Request, report)
	if errors.Is(err, ErrExists) {
		err = errReported
	}
	return made, err
}

var errReported = refuse(ErrConflict, "yêu cầu này đã có phiếu kết quả, hãy đính chính phiếu đó",
	"this request has its report already; correct that one")

// checkAnswer holds a report against the request that it answers. The request
// comes first: a laboratory is not told of a product that it was not asked to
// test.
func (l *Ledger) checkAnswer(ctx context.Context, by Actor, d TestData) error {
	r, err := Read(ctx, l, d.Request, by.mayAnswer)
	if err != nil {
		return missing("request", err)
	}
	c := newCheck()
	if d.Product != r.Data.Product {
		c.fail("product", "không phải sản phẩm của yêu cầu kiểm nghiệm", "is not the product of the request")
	}
	if d.Batch != r.Data.Batch {
		c.fail("batch", "không phải lô của yêu cầu kiểm nghiệm", "is not the batch of the request")
	}
	if err := c.err(); err != nil {
		return err
	}
	switch state := r.Data.State; {
	case state == RequestReported:
		return errReported
	case !state.Pending():
		return refuse(ErrConflict, fmt.Sprintf("yêu cầu kiểm nghiệm %s, không thể gửi kết quả", state.Name().VI),
			fmt.Sprintf("the request is %s and can no longer be reported on", state.Name().EN))
	}
	return nil
}

// newTest makes the report that is stored, of what was entered.
func (l *Ledger) newTest(ctx context.Context, by Actor, d TestData) (TestReport, error) {
	r, err := l.composeTest(ctx, by, d)
	if err == nil {
		err = l.requireFiles(ctx, "files", r.Files)
	}
	return r, err
}

// composeTest is newTest but for whether the files are there.
func (l *Ledger) composeTest(ctx context.Context, by Actor, d TestData) (TestReport, error) {
	if err := l.completeTest(by, &d); err != nil {
		return TestReport{}, err
	}
	may := by.mayOwn
	if by.Role == Laboratory {
		if err := l.checkAnswer(ctx, by, d); err != nil {
			return TestReport{}, err
		}
		may = func(string) error { return nil } // who was asked may
	}
	product, err := Head[Product](ctx, l, d.Product)
	if err == nil {
		err = may(product.Data.Producer)
	}
	if err != nil {
		return TestReport{}, missing("product", err)
	}
	if err := l.requireBatchOf(ctx, product.ID, d.Batch); err != nil {
		return TestReport{}, err
	}
	if err := l.judge(ctx, &d, product.Data); err != nil {
		return TestReport{}, err
	}
	return TestReport{
		TestData: d, Producer: product.Data.Producer, EnteredBy: by.Role, Verified: l.verification(by),
	}, nil
}

// completeTest validates the sheet. A laboratory's own name stands on its
// reports, whatever was typed.
func (l *Ledger) completeTest(by Actor, d *TestData) error {
	d.Batch, d.Rows = canonical(d.Batch), cloneRows(d.Rows)
	if by.Role == Laboratory {
		d.Laboratory.Name = by.Organisation
	}
	cleanAll(d)
	c := newCheck()
	d.check(c)
	d.checkSource(c, by)
	if d.Issued.After(l.Today()) {
		c.fail("issued", "ở thời điểm tương lai", "lies in the future")
	}
	return c.err()
}

// checkSource holds a sheet against who enters it: what a producer types must
// show the paper it was typed from, and answers nobody's request.
func (t TestData) checkSource(c check, by Actor) {
	if by.Role != Laboratory && t.Request != "" {
		c.fail("request", "chỉ dành cho phiếu do phòng thử nghiệm gửi", "is for a laboratory's own report only")
	}
	if by.Role == ProducerRole && len(t.Files) == 0 {
		c.fail("files", "phải kèm ảnh chụp hoặc bản quét phiếu kiểm nghiệm", "must have the laboratory's sheet attached")
	}
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
	if err := l.completeTest(w.By, &d); err != nil {
		return Stored[TestReport]{}, err
	}
	if err := l.requireFiles(ctx, "files", d.Files); err != nil {
		return Stored[TestReport]{}, err
	}
	return Update(ctx, l, w, id, w.By.mayCorrectTest, func(cur *TestReport) error {
		if d.Request == "" {
			d.Request = cur.Request
		}
		if d.Product != cur.Product || d.Batch != cur.Batch || d.Request != cur.Request {
			return refuse(ErrInvalid, "không thể chuyển phiếu sang sản phẩm, lô hoặc yêu cầu khác",
				"a report cannot be moved to another product, batch or request")
		}
		product, err := Head[Product](ctx, l, cur.Product)
		if err != nil {
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
	case by.Role == Laboratory:
		ref = laboratoryRef(by.Organisation)
	}
	return ListOf(ctx, l, ref, p, func(s Stored[TestReport]) bool {
		return by.maySeeTest(s.Data) == nil && (q.Product == "" || q.Product == s.Data.Product)
	})
}
