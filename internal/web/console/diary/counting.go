package diary

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/photo"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A counting is what became of the stamps of a released order.
type counting struct {
	ui.Lang
	All     tally
	Rolls   []rollLine
	Unit    string // what stamps come on: sheet or roll
	Pager   desk.Pager
	Out     []desk.Fact // the stamps that are out of use
	Begun   bool        // something was reported
	Form    *ui.Form
	Scanned *ui.Form // names stamps by their codes; nil where all have the same
}

// A tally is stamps by their fate, drawn as a bar whose parts are of a hundred,
// and in words.
type tally struct {
	Bars  []bar
	Parts []part
	Total string
}

type bar struct {
	Fate     string
	X, Width float64
}

type part struct{ Fate, Words string }

// A rollLine is one roll or sheet.
type rollLine struct {
	Number, Stamps string
	tally
}

// tallyOf draws sums and says them in words, which close.
func tallyOf(v *desk.Visit, s printing.Sums) tally {
	const least = 1.5 // what is there at all is seen
	parts := []struct {
		fate printing.Fate
		n    int
	}{{printing.Printed, s.Printed}, {printing.Scrapped, s.Scrapped}, {printing.Lost, s.Lost}, {printing.Stolen, s.Stolen}, {printing.Unaccounted, s.Unaccounted}}
	var t tally
	total := 0.0
	for _, p := range parts {
		if p.n > 0 {
			width := max(100*float64(p.n)/float64(s.Allocated), least)
			t.Bars = append(t.Bars, bar{string(p.fate), total, width})
			total += width
		}
		if p.n == 0 && p.fate == printing.Stolen {
			continue // the others are said even when there are none
		}
		t.Parts = append(t.Parts, part{string(p.fate), v.Lang.Number(p.n) + " " + v.Lang.Name(p.fate.Name())})
	}
	for i := range t.Bars {
		t.Bars[i].X, t.Bars[i].Width = 100*t.Bars[i].X/total, 100*t.Bars[i].Width/total
	}
	t.Total = v.Lang.Number(s.Allocated) + v.T(" tem", " stamps")
	return t
}

// rollInput is the first roll of the list that is shown, rangeInput are stamps
// to report.
const (
	rollInput  = "cuon"
	rangeInput = "dai"
	maxRolls   = 10
)

func (d *diary) addCounting(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order]) {
	o := s.Data
	c := &counting{Lang: v.Lang, All: tallyOf(v, o.Sums()), Unit: unitName(v, o), Begun: o.Unaccounted() < o.Count, Form: reportForm(v, s)}
	if o.Rolls() > 1 && o.Account == nil {
		from, _ := strconv.Atoi(v.Query(rollInput)) // the first one where it is no number
		from = max(1, from)
		for _, r := range o.RollsOf(from, maxRolls) {
			c.Rolls = append(c.Rolls, rollLine{v.Lang.Number(r.Number), r.Range.String(), tallyOf(v, r.Sums)})
		}
		if next := from + maxRolls; next <= o.Rolls() {
			c.Pager = desk.Pager{Next: orderPath(o) + "?" + url.Values{rollInput: {strconv.Itoa(next)}}.Encode() + "#dem", Label: v.T("Xem tiếp từ ", "Go on from ") + c.Unit + " " + v.Lang.Number(next)}
		}
	}
	for _, r := range o.Runs {
		if r.Fate.Withdrawn() {
			c.Out = append(c.Out, desk.Fact{
				Label: v.T("Tem ", "Stamps ") + r.Range.String(), Value: ui.Joined(" · ", v.Lang.Name(r.Fate.Name()), r.Reason, v.Lang.Moment(r.Since)),
			})
		}
	}
	if o.Codes == printing.ItemCodes {
		c.Scanned = scannedForm(v, o)
	}
	page.Counting = c
}

func unitName(v *desk.Visit, o printing.Order) string {
	if o.OnRolls() {
		return v.T("cuộn", "roll")
	}
	return v.T("tờ", "sheet")
}

// reportForm asks what became of the stamps: in most cases some are spoilt and
// the rest came out well.
func reportForm(v *desk.Visit, s trace.Stored[printing.Order]) *ui.Form {
	o := s.Data
	fields := []ui.Field{{
		Name: "ranges", Label: v.T("Tem số", "Stamps"), Value: v.Query(rangeInput), MaxLength: 2000,
		Hint: fmt.Sprintf(v.T("Ghi như 40-44, 51: từ 1 đến %s, đếm từ tem đầu tiên. Để trống nếu in đạt hết.", "As in 40-44, 51: 1 to %s, counted from the first stamp. Leave empty if all came out well."), v.Lang.Number(o.Count)),
	}}
	if o.Rolls() > 1 {
		fields = append(fields, ui.Field{
			Name: "rolls", Label: v.T("Hoặc cả ", "Or whole ") + unitName(v, o) + v.T(" số", "s"), MaxLength: 2000,
			Hint: fmt.Sprintf(v.T("Như 2 hoặc 3-4, từ 1 đến %s.", "As in 2 or 3-4, 1 to %s."), v.Lang.Number(o.Rolls())),
		})
	}
	fate := ui.Field{Name: "fate", Label: v.T("Những tem đó", "Those stamps"), Type: ui.Radio, Value: string(printing.Scrapped)}
	for _, f := range printing.Fates() {
		fate.Options = append(fate.Options, ui.Option{Value: string(f), Label: v.Lang.Name(f.Name())})
	}
	fields = append(fields, fate,
		ui.Field{Name: "reason", Label: v.T("Vì sao hỏng, thất lạc, mất cắp", "Why they were spoilt, lost or stolen"), MaxLength: 200, Hint: v.T("Người quét những tem đó sẽ đọc được.", "Whoever scans those stamps can read it.")},
		ui.Field{Name: "restPrinted", Label: v.T("Mọi tem khác chưa báo đều in đạt", "All other stamps not reported yet came out well"), Type: "checkbox", Value: "true"},
	)
	if v.Form != nil { // a box that was emptied is not sent
		fields[len(fields)-1].Value = v.Value("restPrinted")
	}
	f := v.NewForm("Lưu báo cáo", "Save the report", ui.Group{Fields: fields})
	f.Action, f.Revision = orderPath(o)+"/kiem-dem", s.Revision
	return f
}

// reportOf reads the form of a report. No stamps named means that all came out
// well.
func reportOf(v *desk.Visit) (printing.Report, error) {
	r := printing.Report{Fate: printing.Fate(v.Value("fate")), Reason: v.Value("reason"), RestPrinted: v.Value("restPrinted") == "true"}
	var err error
	if r.Ranges, err = printing.ParseRanges("ranges", v.Value("ranges")); err != nil {
		return r, err
	}
	if r.Rolls, err = printing.ParseRanges("rolls", v.Value("rolls")); err != nil {
		return r, err
	}
	if len(r.Ranges)+len(r.Rolls) == 0 && r.RestPrinted {
		r.Fate, r.Reason = printing.Printed, ""
	}
	return r, nil
}

func (d *diary) count(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	r, err := reportOf(v)
	if err == nil {
		_, err = d.Book.Report(v.Context(), v.Write(), o.ID, r)
	}
	if err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Counting == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Counting.Form, err)
	}
	return v.Redirect(orderPath(o.Data)+"#dem", "Đã ghi số tem.", "The report is saved."), nil
}

// The inputs of the first and the last stamp: their codes, or photographs.
const (
	firstInput = "dau"
	lastInput  = "cuoi"
	firstPhoto = "anhDau"
	lastPhoto  = "anhCuoi"
)

// scannedForm asks for the first and the last stamp, by photographs or codes.
func scannedForm(v *desk.Visit, o printing.Order) *ui.Form {
	picture := func(name, vi, en string) ui.Field {
		return ui.Field{Name: name, Label: v.T(vi, en), Type: "file", Accept: "image/jpeg,image/png", Capture: true, Narrow: true}
	}
	f := v.NewForm("Tìm dải tem", "Find the range", ui.Group{
		Hint: v.T("Chụp tem đầu và tem cuối, hoặc gõ mã in trên tem. Một tem thì chỉ cần tem đầu.", "Photograph the first and the last stamp, or type their codes. For one stamp the first is enough."),
		Fields: []ui.Field{
			picture(firstPhoto, "Ảnh tem đầu", "Photo of the first"), picture(lastPhoto, "Ảnh tem cuối", "Photo of the last"),
			{Name: firstInput, Label: v.T("Hoặc mã tem đầu", "Or its code"), MaxLength: 200, Narrow: true},
			{Name: lastInput, Label: v.T("Hoặc mã tem cuối", "Or its code"), MaxLength: 200, Narrow: true},
		},
	}).Scoped("scanned")
	f.Action = orderPath(o) + "/kiem-dem/dai"
	return f
}

// findRange finds which stamps two codes are, and leads back to the report with
// them filled in: nothing is written before somebody has looked at it.
func (d *diary) findRange(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	r, err := d.rangeOf(v, o.ID)
	if err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Counting == nil || page.Counting.Scanned == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Counting.Scanned, err)
	}
	q := url.Values{rangeInput: {r.String()}}
	return v.Redirect(orderPath(o.Data)+"?"+q.Encode()+"#dem", "Là tem số "+r.String()+". Xem lại rồi bấm Lưu báo cáo.", "These are stamps "+r.String()+". Look at the report, then save it."), nil
}

func (d *diary) rangeOf(v *desk.Visit, order string) (printing.Range, error) {
	first, found, err := d.positionOf(v, order, firstPhoto, firstInput)
	if err == nil && !found {
		err = desk.FieldError(firstInput, "cần ảnh hoặc mã của tem đầu", "needs a photo or the code of the first stamp")
	}
	if err != nil {
		return printing.Range{}, err
	}
	last, found, err := d.positionOf(v, order, lastPhoto, lastInput)
	if err != nil {
		return printing.Range{}, err
	}
	if !found {
		last = first
	}
	return printing.RangeOf(first, last)
}

// positionOf finds the stamp on a photograph, or else of the code that was typed.
func (d *diary) positionOf(v *desk.Visit, order, picture, input string) (p printing.Position, found bool, err error) {
	for _, f := range v.Files {
		if f.Field == picture {
			p, err = d.photographed(v, order, f)
			return p, true, err
		}
	}
	if v.Value(input) == "" {
		return p, false, nil
	}
	if p, err = d.Book.Position(v.Context(), v.Actor, v.Value(input)); err != nil {
		return p, true, desk.Renamed(err, printing.FieldCode, input)
	}
	if p.Order != order {
		return p, true, desk.FieldError(input, "là tem của lệnh in khác", "is a stamp of another order")
	}
	return p, true, nil
}

// photographed finds the one stamp of an order on a photograph.
func (d *diary) photographed(v *desk.Visit, order string, f desk.File) (printing.Position, error) {
	codes, err := photo.Codes(v.Context(), f.Name, f.Content)
	if refused, ok := errors.AsType[*photo.Error](err); ok {
		return printing.Position{}, desk.FieldError(f.Field, refused.Message.VI, refused.Message.EN)
	}
	if err != nil {
		return printing.Position{}, err
	}
	var found []printing.Position
	for _, c := range codes {
		p, err := d.Book.Position(v.Context(), v.Actor, c.Text)
		if _, none := errors.AsType[trace.FieldErrors](err); err != nil && !none {
			return p, err
		}
		if err == nil && p.Order == order {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return printing.Position{}, desk.FieldError(f.Field, "không thấy tem nào của lệnh in này trong ảnh, hãy chụp gần và rõ hơn", "shows no stamp of this order: come closer")
	case 1:
		return found[0], nil
	}
	return printing.Position{}, desk.FieldError(f.Field, fmt.Sprintf("có %d tem trong ảnh, hãy chụp riêng một tem", len(found)), fmt.Sprintf("shows %d stamps: photograph one alone", len(found)))
}

// An activating is which stamps of an order count already.
type activating struct {
	Words string
	Form  *ui.Form
}

// addActivation asks which stamps are on the goods, where they count range by
// range.
func (d *diary) addActivation(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order]) {
	o := s.Data
	if o.Activation != printing.ActivateByRange || o.State != printing.Released {
		return
	}
	a := &activating{Words: v.T("Chưa tem nào được kích hoạt.", "No stamp is active yet.")}
	if n := o.Activated(); n > 0 {
		a.Words = fmt.Sprintf(v.T("Đã kích hoạt %s trong %s tem: %s.", "%s of %s stamps are active: %s."), v.Lang.Number(n), v.Lang.Number(o.Count), printing.RangesText(o.Active))
	}
	if o.Activated() < o.Count {
		next := 1
		if len(o.Active) > 0 {
			next = min(o.Active[0].Last+1, o.Count)
		}
		a.Form = v.NewForm("Kích hoạt", "Activate", ui.Group{Fields: []ui.Field{
			{Name: "first", Label: v.T("Từ tem số", "From stamp"), Type: "digits", Narrow: true, Required: true, Value: strconv.Itoa(next)},
			{Name: "last", Label: v.T("Đến tem số", "To stamp"), Type: "digits", Narrow: true, Required: true},
		}}).Scoped("active")
		a.Form.Action, a.Form.Revision = orderPath(o)+"/kich-hoat", s.Revision
	}
	page.Activation = a
}

func (d *diary) activate(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	var r printing.Range
	if err = v.Decode(&r); err == nil {
		_, err = d.Book.Activate(v.Context(), v.Write(), o.ID, r)
	}
	if err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Activation == nil || page.Activation.Form == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Activation.Form, err)
	}
	return v.Redirect(orderPath(o.Data)+"#kich-hoat", "Các tem này có hiệu lực từ bây giờ.", "These stamps count from now on."), nil
}

// addReplacements tells what makes up for stamps that are out of use, and leads
// to a new order where something is missing.
func (d *diary) addReplacements(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order], all []trace.Stored[printing.Order]) {
	made := printing.ReplacementsAmong(all, s.ID)
	for _, o := range made {
		page.Replacements = append(page.Replacements, orderLineOf(v, o))
	}
	if missing := printing.Missing(s.Data, made); missing > 0 && s.Data.State == printing.Released && page.Refusal == "" {
		page.Replace = &desk.Link{
			Label: fmt.Sprintf(v.T("In bù %s tem", "Replace %s stamps"), v.Lang.Number(missing)),
			Href:  batchPath(s.Data.Batch) + "/tem?" + url.Values{replacesInput: {strconv.Itoa(s.Data.Number)}}.Encode() + "#dat",
		}
	}
	for _, o := range all {
		if o.ID == s.Data.Replaces {
			page.Replaces = &desk.Link{Label: orderLineOf(v, o).Label, Href: orderPath(o.Data)}
		}
	}
}

// addNeed tells whether the batch has more stamps than it could need.
func (d *diary) addNeed(v *desk.Visit, batch string) ([]string, error) {
	need, err := d.Book.Need(v.Context(), v.Actor, batch)
	if err != nil {
		return nil, err
	}
	return names(v, need.Warnings()), nil
}

func names(v *desk.Visit, all []catalog.Name) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = v.Lang.Name(n)
	}
	return out
}
