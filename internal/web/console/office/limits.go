package office

import (
	"fmt"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A setRow is an OCOP product set in the list.
type setRow struct {
	Number  int
	Name    string
	Service bool
	// Criteria is how many there are, Open how many of them nobody has checked.
	Criteria, Open int
	Edition        string
}

// A setGroup are the sets of a group, or of a part of it.
type setGroup struct {
	Title, Part string
	Sets        []setRow
}

// A setsPage lists the OCOP product sets.
type setsPage struct {
	desk.Frame
	Groups []setGroup
	Source string
}

// Template implements ui.Page.
func (setsPage) Template() string { return "limits.html" }

func (o office) sets(v *desk.Visit) (desk.Answer, error) {
	page := setsPage{Frame: v.Frame("Chỉ tiêu và giới hạn", "Criteria and limits"), Source: v.Lang.Name(catalog.SetData.Source())}
	for _, s := range catalog.Sets() {
		title, part := s.Group.Code+". "+v.Lang.Name(s.Group.Name), v.Lang.Name(s.Subgroup)
		if n := len(page.Groups); n == 0 || page.Groups[n-1].Title != title || page.Groups[n-1].Part != part {
			page.Groups = append(page.Groups, setGroup{Title: title, Part: part})
		}
		row, err := o.setRow(v, s)
		if err != nil {
			return desk.Answer{}, err
		}
		last := &page.Groups[len(page.Groups)-1]
		last.Sets = append(last.Sets, row)
	}
	return desk.Show(&page), nil
}

func (o office) setRow(v *desk.Visit, s catalog.Set) (setRow, error) {
	row := setRow{Number: s.Number, Name: v.Lang.Name(s.Name), Service: s.Service}
	if s.Service {
		return row, nil
	}
	latest, err := o.Ledger.Criteria(v.Context(), s.Number)
	if err != nil {
		return row, err
	}
	row.Criteria, row.Open = len(latest.Data.Criteria), unchecked(latest.Data.Criteria)
	row.Edition = editionName(v, latest)
	return row, nil
}

// unchecked counts the criteria whose limits nobody has compared with their
// basis.
func unchecked(criteria []catalog.Criterion) int {
	n := 0
	for _, c := range criteria {
		if c.Certainty != catalog.Verified {
			n++
		}
	}
	return n
}

// editionName says which edition of criteria it is.
func editionName(v *desk.Visit, s trace.Stored[trace.CriteriaSet]) string {
	if s.Revision == 0 {
		return v.T("dữ liệu tham khảo", "reference data")
	}
	return fmt.Sprintf("%s %d, %s %s", v.T("bản", "edition"), s.Revision, v.T("áp dụng từ", "counts from"), v.Lang.Date(s.Data.Effective))
}

// A criterionView is a criterion as it is shown.
type criterionView struct {
	Product, Indicator, Limit, Basis, Method string
	Certainty                                desk.Badge
}

// An editionView is an edition in the history.
type editionView struct {
	Number              int
	Title, Source, When string
	State               desk.Badge
	Changes             []criterionChange
	Shown               bool // it is the one whose criteria the page shows
}

// A setPage is the criteria of one OCOP product set.
type setPage struct {
	desk.Frame
	Number   int
	Service  bool
	Facts    []desk.Fact
	Shown    editionView
	Criteria []criterionView
	Open     int    // how many of the criteria nobody has checked
	Source   string // of the reference data
	Editions []editionView
}

// Template implements ui.Page.
func (setPage) Template() string { return "limit-set.html" }

func limitsLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Chỉ tiêu và giới hạn", "Criteria and limits"), Href: limitsPath}
}

// setOf is the product set of the address.
func setOf(v *desk.Visit) (catalog.Set, error) {
	number, err := strconv.Atoi(v.Param("set"))
	set, known := catalog.SetByNumber(number)
	if err != nil || !known {
		return catalog.Set{}, trace.ErrHidden
	}
	return set, nil
}

func setTitle(v *desk.Visit, s catalog.Set) string {
	return fmt.Sprintf("%s %d: %s", v.T("Bộ", "Set"), s.Number, v.Lang.Name(s.Name))
}

func (o office) set(v *desk.Visit) (desk.Answer, error) {
	set, err := setOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	history, err := o.Ledger.CriteriaHistory(v.Context(), v.Actor, set.Number)
	if err != nil {
		return desk.Answer{}, err
	}
	today, err := o.Ledger.CriteriaOn(v.Context(), set.Number, v.Today())
	if err != nil {
		return desk.Answer{}, err
	}
	title := setTitle(v, set)
	page := &setPage{
		Frame: v.Frame(title, title, limitsLink(v)), Number: set.Number, Service: set.Service, Facts: setFacts(v, set),
		Source: v.Lang.Name(catalog.CriterionData.Source()),
	}
	shown := today.Revision // which is its place in the history
	if n, err := strconv.Atoi(v.Query("ban")); err == nil && n >= 0 && n < len(history) {
		shown = n
	}
	if page.Editions, err = editions(v, history, today.Revision); err != nil {
		return desk.Answer{}, err
	}
	page.Editions[len(history)-1-shown].Shown = true
	page.Shown = page.Editions[len(history)-1-shown]
	page.Open = unchecked(history[shown].Data.Criteria)
	for _, c := range history[shown].Data.Criteria {
		page.Criteria = append(page.Criteria, viewCriterion(v.Lang, c))
	}
	return desk.Show(page), nil
}

func setFacts(v *desk.Visit, s catalog.Set) []desk.Fact {
	var stages []string
	for _, code := range s.Stages {
		kind, _ := catalog.RecordKindByCode(code)
		stages = append(stages, v.Lang.Name(kind.Name))
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Nhóm", "Group"), Value: s.Group.Code + ". " + v.Lang.Name(s.Group.Name)},
		desk.Fact{Label: v.T("Phân nhóm", "Part"), Value: v.Lang.Name(s.Subgroup)},
		desk.Fact{Label: v.T("Các công đoạn thường có", "Usual stages"), Value: ui.Joined(" → ", stages...)},
	)
}

// editions are the editions, the latest first, with what each changed. Now is
// the place of the one that counts today.
func editions(v *desk.Visit, history []trace.Stored[trace.CriteriaSet], now int) ([]editionView, error) {
	ids := make([]string, len(history))
	for i, s := range history {
		ids[i] = s.By
	}
	names, err := v.Names(ids)
	if err != nil {
		return nil, err
	}
	var views []editionView
	for i := len(history) - 1; i >= 0; i-- {
		s := history[i]
		view := editionView{Number: s.Revision, Title: editionName(v, s), Source: s.Data.Source, State: editionBadge(v, i, now)}
		if i > 0 {
			view.When = v.Lang.Moment(s.Changed) + " · " + names[s.By]
			view.Changes = changesOf(v.Lang, history[i-1].Data.Criteria, s.Data.Criteria)
		}
		views = append(views, view)
	}
	return views, nil
}

// editionBadge tells whether the edition at a place counts, when that at now
// does.
func editionBadge(v *desk.Visit, place, now int) desk.Badge {
	switch {
	case place == now:
		return desk.Good(v.T("đang áp dụng", "counts today"))
	case place > now:
		return desk.Calm(v.T("chưa đến ngày áp dụng", "does not count yet"))
	}
	return desk.Calm(v.T("đã được thay", "replaced"))
}

func viewCriterion(l ui.Lang, c catalog.Criterion) criterionView {
	return criterionView{
		Product: l.Name(c.Product), Indicator: l.Name(c.Indicator), Limit: limitWords(l, c), Basis: c.Basis, Method: c.Method,
		Certainty: certaintyBadge(l, c.Certainty),
	}
}

// limitWords writes a limit with its unit.
func limitWords(l ui.Lang, c catalog.Criterion) string {
	limit := trace.Limit{Kind: c.Limit.Kind, Min: trace.Decimal(c.Limit.Min), Max: trace.Decimal(c.Limit.Max)}
	if c.Unit != "" && (c.Limit.Kind == catalog.LimitAbsent || c.Limit.Kind == catalog.LimitDeclared) {
		return limit.In(string(l)) + " (" + c.Unit + ")"
	}
	return ui.Joined(" ", limit.In(string(l)), c.Unit)
}

func certaintyBadge(l ui.Lang, c catalog.Certainty) desk.Badge {
	text := l.Name(c.Name())
	switch c {
	case catalog.Verified:
		return desk.Good(text)
	case catalog.Secondary:
		return desk.Badge{Tone: "calm", Glyph: "○", Text: text}
	}
	return desk.Badge{Tone: "warn", Glyph: "?", Text: text}
}
