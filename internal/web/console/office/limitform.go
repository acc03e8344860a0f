package office

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

const (
	criteriaList = "criteria"
	// doMore is the button that gives more empty rows; nothing is stored.
	doMore = "more"
	// emptyCriteria is how many empty rows the form has beyond those that are
	// filled in.
	emptyCriteria = 3
	// maxCriteria is how many rows the domain takes.
	maxCriteria = 200
)

// typedFields are those of a row that somebody typed into; the choices always
// have a value.
var typedFields = []string{"product.vi", "product.en", "indicator.vi", "indicator.en", "unit", "limit.min", "limit.max", "basis", "method"}

// A criterionRow are the inputs of one criterion.
type criterionRow struct {
	ui.Lang
	Number                                                           int
	Product, ProductEN, Indicator, IndicatorEN, Unit, Kind, Min, Max *ui.Field
	Basis, Method, Certainty                                         *ui.Field
	Drop                                                             string // name of the box that leaves it out
	Dropped                                                          bool
}

// A setFormPage is the form of a new edition.
type setFormPage struct {
	desk.Frame
	Form     *ui.Form
	Rows     []criterionRow
	Products []string // offered for the input of each row
	Bases    []string
}

// Template implements ui.Page.
func (setFormPage) Template() string { return "limit-form.html" }

// Head are the inputs of the edition itself.
func (p setFormPage) Head() ui.Group { return p.Form.Groups[0] }

func criterionName(i int, field string) string {
	return fmt.Sprintf("%s[%d].%s", criteriaList, i, field)
}

// dropName is the box of a row, which no criterion has a field for.
func dropName(i int) string { return fmt.Sprintf("drop[%d]", i) }

// setForm is the form, filled from the latest edition, with so many rows.
func (o office) setForm(v *desk.Visit, rows int) (*setFormPage, error) {
	set, err := setOf(v)
	if err != nil {
		return nil, err
	}
	latest, err := o.Ledger.Criteria(v.Context(), set.Number)
	if err != nil {
		return nil, err
	}
	criteria := latest.Data.Criteria
	rows = min(max(rows, len(criteria)+emptyCriteria), maxCriteria)
	groups := []ui.Group{{Fields: []ui.Field{
		{Name: "source", Label: v.T("Nguồn của bản mới", "Source of the new edition"), Required: true, MaxLength: 200, Hint: v.T("Văn bản làm căn cứ, ví dụ: Thông tư số …, công văn số …", "The document behind it, such as a circular or a letter with its number")},
		{Name: "effective", Label: v.T("Áp dụng từ ngày", "Counts from"), Type: "date", Required: true, Value: v.Today().String(), Hint: v.T("Cho phiếu kiểm nghiệm trả từ ngày này; phiếu cũ giữ nguyên giới hạn đã xét", "For test reports issued on that day or later; earlier ones keep their limits")},
	}}}
	for i := range rows {
		var c catalog.Criterion
		if i < len(criteria) {
			c = criteria[i]
		}
		groups = append(groups, criterionGroup(v, i, c))
	}
	form := v.NewForm("Lưu bản mới", "Save the new edition", groups...)
	form.Revision, form.Cancel = latest.Revision, fmt.Sprintf("%s/%d", limitsPath, set.Number)
	if latest.Revision == 0 {
		form.Revision = trace.NeverEdited
	}
	form.Second = []string{doMore, v.T("Thêm dòng trống", "More empty rows")}
	title := setTitle(v, set)
	page := &setFormPage{
		Frame: v.Frame("Sửa chỉ tiêu: ", "Edit the criteria: ", limitsLink(v), desk.Link{Label: title, Href: form.Cancel}), Form: form,
	}
	page.Title += title
	page.offer(criteria)
	page.bind(v)
	return page, nil
}

// criterionGroup are the inputs of a row, in the order in which bind takes them.
func criterionGroup(v *desk.Visit, i int, c catalog.Criterion) ui.Group {
	text := func(field, vi, en, value string) ui.Field {
		return ui.Field{Name: criterionName(i, field), Label: v.T(vi, en), Value: value, MaxLength: 200}
	}
	choice := func(field, vi, en, value string, options []ui.Option) ui.Field {
		return ui.Field{Name: criterionName(i, field), Label: v.T(vi, en), Type: ui.Select, Value: value, Options: options}
	}
	number := func(field, vi, en, value string) ui.Field {
		f := text(field, vi, en, trace.Decimal(value).In(string(v.Lang)))
		f.Type = ui.Decimal
		return f
	}
	return ui.Group{Fields: []ui.Field{
		text("product.vi", "Sản phẩm", "Product", c.Product.VI), text("product.en", "Sản phẩm (EN)", "Product (EN)", c.Product.EN),
		text("indicator.vi", "Chỉ tiêu", "Indicator", c.Indicator.VI), text("indicator.en", "Chỉ tiêu (EN)", "Indicator (EN)", c.Indicator.EN),
		text("unit", "Đơn vị", "Unit", c.Unit),
		choice("limit.kind", "Kiểu giới hạn", "Kind of limit", string(c.Limit.Kind), limitKinds(v.Lang)),
		number("limit.min", "Từ (tối thiểu)", "From (minimum)", c.Limit.Min), number("limit.max", "Đến (tối đa)", "To (maximum)", c.Limit.Max),
		text("basis", "Căn cứ", "Basis", c.Basis), text("method", "Phương pháp thử", "Method", c.Method),
		choice("certainty", "Độ tin cậy", "Certainty", string(c.Certainty), certainties(v.Lang)),
	}}
}

func limitKinds(l ui.Lang) []ui.Option {
	return []ui.Option{
		{Value: string(catalog.LimitMax), Label: l.T("Không quá (≤)", "At most (≤)")},
		{Value: string(catalog.LimitMin), Label: l.T("Ít nhất (≥)", "At least (≥)")},
		{Value: string(catalog.LimitRange), Label: l.T("Trong khoảng", "Within a range")},
		{Value: string(catalog.LimitAbsent), Label: l.T("Không được có", "Must be absent")},
		{Value: string(catalog.LimitDeclared), Label: l.T("Theo mức công bố", "As declared")},
	}
}

// certainties are offered with the lowest first: who says more chooses it.
func certainties(l ui.Lang) []ui.Option {
	var options []ui.Option
	for _, c := range slices.Backward(catalog.Certainties()) {
		options = append(options, ui.Option{Value: string(c), Label: l.Name(c.Name())})
	}
	return options
}

// offer lists what many rows have in common.
func (p *setFormPage) offer(criteria []catalog.Criterion) {
	add := func(list []string, s string) []string {
		if s == "" || slices.Contains(list, s) {
			return list
		}
		return append(list, s)
	}
	for _, c := range criteria {
		p.Products, p.Bases = add(p.Products, c.Product.VI), add(p.Bases, c.Basis)
	}
}

// bind gives the rows their inputs.
func (p *setFormPage) bind(v *desk.Visit) {
	p.Rows = nil
	for i := range p.Form.Groups[1:] {
		f := p.Form.Groups[i+1].Fields
		p.Rows = append(p.Rows, criterionRow{
			v.Lang, i + 1, &f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6], &f[7], &f[8], &f[9], &f[10],
			dropName(i), v.Value(dropName(i)) != "",
		})
	}
}

func (o office) editSet(v *desk.Visit) (desk.Answer, error) {
	page, err := o.setForm(v, 0)
	return desk.Show(page), err
}

// saveSet stores a new edition: the rows that are filled in and not left out.
func (o office) saveSet(v *desk.Visit) (desk.Answer, error) {
	set, err := setOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	rows := ui.CountRows(v.Form, criteriaList)
	if v.Value(desk.DoField) == doMore {
		page, err := o.setForm(v, rows+emptyCriteria)
		if err != nil {
			return desk.Answer{}, err
		}
		v.Keep(page.Form)
		return desk.Show(page), nil
	}
	kept := keptRows(v.Form)
	filled := ui.FilledRows(kept, criteriaList, typedFields...)
	var edition trace.CriteriaSet
	err = ui.Decode(filled.Values(kept), &edition)
	if err == nil {
		edition.Set = set.Number
		_, err = o.Ledger.SetCriteria(v.Context(), v.Write(), edition)
	}
	if err != nil {
		page, pageErr := o.setForm(v, rows)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		return v.Again(page, page.Form, filled.Errors(err))
	}
	return v.Redirect(fmt.Sprintf("%s/%d", limitsPath, set.Number), "Đã lưu bản mới.", "The new edition is saved."), nil
}

// keptRows are what was sent without the rows that are left out, and with
// numbers as they are stored.
func keptRows(sent url.Values) url.Values {
	kept := url.Values{}
	for name, value := range sent {
		kept[name] = value
	}
	for i := range ui.CountRows(sent, criteriaList) {
		for _, bound := range []string{"limit.min", "limit.max"} {
			name := criterionName(i, bound)
			if d, err := trace.ParseDecimal(strings.TrimSpace(sent.Get(name))); err == nil {
				kept.Set(name, string(d))
			}
		}
		if sent.Get(dropName(i)) == "" {
			continue
		}
		for _, field := range typedFields {
			kept.Del(criterionName(i, field))
		}
	}
	return kept
}
