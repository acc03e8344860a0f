// Package testsheet is the form in which a laboratory's sheet is typed, and how
// a sheet is shown. Laboratories and producers both use it.
//
// A row of the form holds a result beside what it is held against. Rows come
// filled in with the indicators that goods of the kind are usually tested for;
// one without a result is not part of the report.
package testsheet

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// With adds the templates "sheet-form" and "sheet" to a set.
func With(shared *ui.Templates) (*ui.Templates, error) {
	return shared.With(templateFiles, "templates")
}

// What the buttons beside the first do: the form comes back, and nothing is
// stored.
const (
	DoJudge = "judge" // with verdicts
	DoMore  = "more"  // with more empty rows
)

// emptyRows is how many rows without an indicator a form offers at a time.
const emptyRows = 3

// A Form is the form of a sheet.
type Form struct {
	*ui.Form
	// Verdict is that of all rows that have a result; nil while there is none.
	Verdict *desk.Badge
	// Rows are those that the form offers.
	Rows []FormRow
	head int // groups before the rows
}

// A FormRow is one indicator of a form, as it is shown.
type FormRow struct {
	ui.Lang
	// Named rows show their indicator as the label of the result; others have
	// an input for it.
	Named bool
	// VerdictID is where in the page the verdict stands.
	VerdictID string
	Verdict   *desk.Badge
	Why       string // there is no verdict
	group     *ui.Group
}

// Options are what the form shows besides the sheet.
type Options struct {
	// Submit is the text of the button, in both languages.
	SubmitVI, SubmitEN string
	// Laboratory leaves out what a laboratory's own reports have by
	// themselves: its name.
	Laboratory bool
	// Before and After are groups of fields before and after the sheet's.
	Before, After []ui.Group
	// More adds empty rows.
	More bool
}

// New makes the form of a sheet. Judged are the same rows with limits and
// verdicts, as JudgeTest and DraftRows give them.
func New(v *desk.Visit, d trace.TestData, judged []trace.TestRow, o Options) *Form {
	groups := append(slices.Clone(o.Before), sheetGroup(v, d, o.Laboratory), moreGroup(v, d))
	f := &Form{head: len(groups)}
	rows := d.Rows
	if len(rows) == 0 || o.More {
		rows = append(slices.Clone(rows), make([]trace.TestRow, emptyRows)...)
	}
	for i, r := range rows {
		groups = append(groups, rowGroup(v, i, r))
		f.Rows = append(f.Rows, FormRow{Lang: v.Lang, Named: r.Indicator.VI != "", VerdictID: fmt.Sprintf("verdict-%d", i)})
	}
	f.Form = v.NewForm(o.SubmitVI, o.SubmitEN, append(groups, o.After...)...)
	for i := range f.Rows {
		f.Rows[i].group = &f.Groups[f.head+i]
		if i < len(judged) {
			f.judge(v.Lang, &f.Rows[i], judged[i])
		}
	}
	return f
}

// Draft makes of DraftRows the rows of a new form: without limits, which follow
// from the date of the report.
func Draft(rows []trace.TestRow) []trace.TestRow {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Limit = nil
	}
	return rows
}

// Head are the groups before the rows.
func (f *Form) Head() []ui.Group { return f.Groups[:f.head] }

// Tail are the groups after the rows.
func (f *Form) Tail() []ui.Group { return f.Groups[f.head+len(f.Rows):] }

// Result is the input of the result.
func (r FormRow) Result() ui.Field { return r.group.Fields[0] }

// Subject are the inputs of indicator and unit.
func (r FormRow) Subject() []ui.Field { return r.group.Fields[1:3] }

// Details are the inputs that are seldom touched; of a named row also Subject.
func (r FormRow) Details() []ui.Field {
	if r.Named {
		return r.group.Fields[1:]
	}
	return r.group.Fields[3:]
}

// Open tells whether the details have something that must be seen.
func (r FormRow) Open() bool {
	return slices.ContainsFunc(r.Details(), func(f ui.Field) bool { return f.Error != "" })
}

// judge writes limit and verdict into the row, and into the form's verdict.
func (f *Form) judge(l ui.Lang, r *FormRow, judged trace.TestRow) {
	if judged.Limit != nil && r.Named {
		r.group.Fields[0].Hint = ui.Joined(" · ", judged.Limit.In(string(l)), judged.Limit.Basis)
	}
	if judged.Result.Text == "" {
		return
	}
	badge := desk.VerdictBadge(l, judged.Verdict)
	r.Verdict, r.Why = &badge, why(l, judged)
	if f.Verdict == nil || judged.Verdict == trace.Fail || judged.Verdict == trace.Undecided && f.Verdict.Tone == "good" {
		f.Verdict = &badge
	}
}

// why tells what is lacking for a verdict.
func why(l ui.Lang, r trace.TestRow) string {
	switch {
	case r.Verdict != trace.Undecided:
		return ""
	case r.Result.Qualifier == trace.Unread:
		return l.T("chưa hiểu cách ghi này, giữ nguyên chữ của phiếu", "this cannot be read as a result; it is kept as the sheet says it")
	case r.Limit == nil:
		return l.T("chưa có giới hạn để so", "there is no limit to hold it against")
	case r.Limit.Kind == catalog.LimitDeclared:
		return l.T("so với mức cơ sở công bố", "to be held against what the producer declares")
	}
	return l.T("kết quả chưa đủ để so với giới hạn", "the result does not settle it")
}

// sheetGroup are what a sheet must say.
func sheetGroup(v *desk.Visit, d trace.TestData, laboratory bool) ui.Group {
	fields := []ui.Field{
		{Name: "number", Label: v.T("Số phiếu", "Report number"), Value: d.Number, Required: true, MaxLength: 200, Narrow: true},
		{Name: "issued", Label: v.T("Ngày trả kết quả", "Date of the report"), Type: "date", Value: d.Issued.String(), Required: true, Narrow: true},
		{Name: "sample.code", Label: v.T("Mã mẫu", "Sample code"), Value: d.Sample.Code, Required: true, MaxLength: 200, Narrow: true},
		{Name: "sample.received", Label: v.T("Ngày nhận mẫu", "Sample received"), Type: "date", Value: d.Sample.Received.String(), Required: true, Narrow: true},
	}
	if !laboratory {
		fields = append([]ui.Field{
			{Name: "laboratory.name", Label: v.T("Phòng thử nghiệm", "Laboratory"), Value: d.Laboratory.Name, Required: true, MaxLength: 200},
		}, fields...)
	}
	return ui.Group{Title: v.T("Phiếu", "The sheet"), Fields: fields}
}

// moreGroup are what else a sheet may say.
func moreGroup(v *desk.Visit, d trace.TestData) ui.Group {
	return ui.Group{Title: v.T("Ngày thử, mô tả mẫu, người lấy mẫu, số VILAS", "Days of testing, sample, who took it, VILAS number"), Folded: true, Fields: []ui.Field{
		{Name: "sample.testedFrom", Label: v.T("Thử từ ngày", "Tested from"), Type: "date", Value: d.Sample.TestedFrom.String(), Narrow: true},
		{Name: "sample.testedUntil", Label: v.T("Đến ngày", "Until"), Type: "date", Value: d.Sample.TestedUntil.String(), Narrow: true},
		{Name: "sample.description", Label: v.T("Mô tả mẫu", "Description of the sample"), Value: d.Sample.Description, MaxLength: 200},
		{Name: "sample.sampledBy", Label: v.T("Người lấy mẫu", "Sampled by"), Value: d.Sample.SampledBy, MaxLength: 200},
		{Name: "laboratory.vilas", Label: v.T("Số công nhận VILAS", "VILAS accreditation number"), Value: d.Laboratory.VILAS, MaxLength: 40},
	}}
}

func rowName(i int, field string) string { return fmt.Sprintf("rows[%d].%s", i, field) }

// rowGroup are the inputs of a row: first what everybody fills in. The label of
// the result is what was tested.
func rowGroup(v *desk.Visit, i int, r trace.TestRow) ui.Group {
	var limit trace.Limit
	if r.Limit != nil {
		limit = *r.Limit
	}
	lang := string(v.Lang)
	text := func(name, vi, en, value string) ui.Field {
		return ui.Field{Name: rowName(i, name), Label: v.T(vi, en), Value: value, MaxLength: 200}
	}
	narrow := func(f ui.Field, kind string) ui.Field {
		f.Type, f.Narrow = kind, true
		return f
	}
	result := text("result.text", "Kết quả", "Result", r.Result.Text)
	if r.Indicator.VI != "" {
		result.Label = ui.Joined(", ", r.Indicator.In(lang), r.Unit)
	}
	return ui.Group{Fields: []ui.Field{
		result,
		text("indicator.vi", "Chỉ tiêu", "Indicator", r.Indicator.VI),
		text("unit", "Đơn vị", "Unit", r.Unit),
		text("method", "Phương pháp thử", "Method", r.Method),
		narrow(text("lod", "LOD", "LOD", r.LOD.In(lang)), ui.Decimal),
		narrow(text("loq", "LOQ", "LOQ", r.LOQ.In(lang)), ui.Decimal),
		{Name: rowName(i, "limit.kind"), Label: v.T("Giới hạn", "Limit"), Type: ui.Select, Value: string(limit.Kind), Options: limitKinds(v.Lang)},
		narrow(text("limit.min", "Từ", "From", limit.Min.In(lang)), ui.Decimal),
		narrow(text("limit.max", "Đến", "To", limit.Max.In(lang)), ui.Decimal),
		text("limit.basis", "Căn cứ của giới hạn", "Basis of the limit", limit.Basis),
		{Name: rowName(i, "indicator.en"), Type: "hidden", Value: r.Indicator.EN},
		{Name: rowName(i, "named"), Type: "hidden", Value: r.Indicator.VI},
	}}
}

func limitKinds(l ui.Lang) []ui.Option {
	return []ui.Option{
		{Value: "", Label: l.T("Như quy định", "As usual")},
		{Value: string(catalog.LimitMax), Label: l.T("Không quá (≤)", "At most (≤)")},
		{Value: string(catalog.LimitMin), Label: l.T("Ít nhất (≥)", "At least (≥)")},
		{Value: string(catalog.LimitRange), Label: l.T("Trong khoảng", "Within a range")},
		{Value: string(catalog.LimitAbsent), Label: l.T("Không được có", "Must be absent")},
		{Value: string(catalog.LimitDeclared), Label: l.T("Theo mức công bố", "As declared")},
	}
}

// A Sent is what came back of the form.
type Sent struct {
	// All has every row of the form: for JudgeTest, and to show the form again.
	All trace.TestData
	// Filled has the rows of the report: those with a result, and those whose
	// indicator somebody typed without one, which is a mistake to be told.
	Filled trace.TestData
	rows   ui.Rows
	err    error
}

// Read reads a form that was sent.
func Read(v *desk.Visit) Sent {
	sent := marked(v.Form)
	s := Sent{rows: ui.FilledRows(sent, "rows", "result.text", "typed")}
	_ = ui.Decode(sent, &s.All) // the form is shown as it was sent
	s.err = s.Errors(ui.Decode(s.rows.Values(sent), &s.Filled))
	dropEmptyLimits(s.All.Rows)
	dropEmptyLimits(s.Filled.Rows)
	return s
}

// Err is what could not be read.
func (s Sent) Err() error { return s.err }

// Errors leads what the domain finds wrong with Filled to the inputs.
func (s Sent) Errors(err error) error {
	err = s.rows.Errors(err)
	var fields trace.FieldErrors
	if !errors.As(err, &fields) {
		return err
	}
	for i, f := range fields {
		if f.Field == "rows" && s.rows.Len() == 0 {
			fields[i].Message = catalog.Name{VI: "cần ít nhất một chỉ tiêu có kết quả", EN: "need at least one indicator with a result"}
		}
	}
	return err
}

// marked adds "typed" to rows without a result whose indicator was typed, and
// takes the English name away from an indicator that became another.
func marked(sent url.Values) url.Values {
	out := maps.Clone(sent)
	for i := range ui.CountRows(sent, "rows") {
		named, indicator := sent.Get(rowName(i, "named")), strings.TrimSpace(sent.Get(rowName(i, "indicator.vi")))
		if named == "" && indicator != "" {
			out.Set(rowName(i, "typed"), "1")
		}
		if named != indicator {
			out.Del(rowName(i, "indicator.en"))
		}
	}
	return out
}

func dropEmptyLimits(rows []trace.TestRow) {
	for i, r := range rows {
		if r.Limit != nil && *r.Limit == (trace.Limit{}) {
			rows[i].Limit = nil
		}
	}
}
