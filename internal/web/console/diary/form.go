package diary

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// The inputs of an entry that are files.
const (
	photoInput  = "photo"
	papersInput = "papers"
)

// clock is how an input of a day and a time of day is written.
const clock = "2006-01-02T15:04"

// spareMaterials is how many more materials than the first can be entered.
const spareMaterials = 3

// An asker makes the inputs of an entry.
type asker struct {
	v       *desk.Visit
	dossier *trace.Dossier
	kind    string
	past    past
	// now is filled in as the time of the entry.
	now time.Time
	// said is what the record says that is to be corrected; nil for a new one.
	said url.Values
}

// value is what is filled in for a path: what the record to be corrected says,
// or what usually stays the same.
func (a asker) value(path string, keep bool) string {
	switch {
	case a.said != nil:
		return a.said.Get(path)
	case keep:
		return a.past.usual(a.kind, path)
	}
	return ""
}

// decimal is a number as it is typed.
func (a asker) decimal(path string, keep bool) string {
	return trace.Decimal(a.value(path, keep)).In(string(a.v.Lang))
}

// form asks for an entry: first what the ledger needs, as little as that is;
// what is filled in already or need not be said is folded away.
func (a asker) form() *ui.Form {
	v := a.v
	first, more := a.ask()
	main := ui.Group{Fields: append(append([]ui.Field{a.happened()}, first...), a.photo())}
	groups := []ui.Group{main}
	if a.kind == "processing" {
		groups = append(groups, a.spare(a.rows()))
	}
	groups = append(groups, a.where(), ui.Group{
		Title: v.T("Thêm chi tiết, giấy tờ", "More details, documents"), Folded: true,
		Brief:  v.T("không bắt buộc", "optional"),
		Fields: append(more, a.note(), a.papers()),
	})
	f := v.NewForm("Ghi lại", "Save", groups...)
	f.Cancel = batchPath(a.dossier.Batch.ID)
	f.Draft = kindName(v.Lang, a.kind) + " · " + v.T("lô ", "batch ") + a.dossier.Batch.Data.Lot.String()
	return f
}

func (a asker) happened() ui.Field {
	f := ui.Field{Name: "happened", Label: a.v.T("Lúc", "When"), Type: ui.Moment, Required: true, Value: a.now.In(trace.Zone).Format(clock)}
	if a.said != nil {
		f.Value = a.said.Get("happened")
	}
	return f
}

// ask makes the inputs of the details: those that are needed, and the others.
func (a asker) ask() (first, more []ui.Field) {
	for _, d := range details[a.kind] {
		var fields []ui.Field
		switch {
		case d.path == materials:
			for i := range a.rows() {
				fields = append(fields, a.material(i, true)...)
			}
		case d.content == amount:
			fields = a.amount(d)
		default:
			fields = []ui.Field{a.single(d)}
		}
		if d.need {
			first = append(first, fields...)
		} else {
			more = append(more, fields...)
		}
	}
	return first, more
}

// hint explains a detail, and who sees it.
func (a asker) hint(d detail) string {
	hint := a.v.Lang.Name(d.hint())
	if d.private && hint == "" {
		hint = a.v.T("Không hiện với người mua", "Not shown to shoppers")
	}
	return hint
}

func (a asker) single(d detail) ui.Field {
	f := ui.Field{Name: d.path, Label: a.v.Lang.Name(d.label()), Hint: a.hint(d), Required: d.need}
	f.Value = a.value(d.path, d.keep)
	switch d.content {
	case decimal:
		f.Type, f.Narrow = ui.Decimal, true
		f.Value = a.decimal(d.path, d.keep)
	case whole:
		f.Type, f.Narrow = "digits", !d.need
		if f.Value == "0" {
			f.Value = ""
		}
	case date:
		f.Type = "date"
		if d.today && a.said == nil {
			f.Value = trace.DateOf(a.now).String()
		}
	default:
		f.Offers, f.MaxLength = a.past.offers(d.path), 200
	}
	return f
}

// amount asks for a number and its unit, which is the last one.
func (a asker) amount(d detail) []ui.Field {
	value := ui.Field{Name: d.path + ".value", Label: a.v.Lang.Name(d.label()), Hint: a.hint(d), Type: ui.Decimal, Required: d.need, Narrow: true}
	value.Value = a.decimal(value.Name, d.keep)
	unit := a.unit(d.path+".unit", d.unit)
	if content := a.dossier.Product.Data.NetContent; d.path == "packing.netContent" && a.said == nil && value.Value == "" && !content.IsZero() {
		value.Value, unit = content.Value.In(string(a.v.Lang)), a.unit("", content.Unit)
		unit.Name = d.path + ".unit"
	}
	return []ui.Field{value, unit}
}

func (a asker) unit(name, likely string) ui.Field {
	value := cmp.Or(a.value(name, true), likely)
	return ui.Field{
		Name: name, Label: a.v.T("Đơn vị", "Unit"), Type: ui.Select, Narrow: true, Value: value,
		Options: ui.Units(a.v.Lang, value),
	}
}

// rows is how many materials are asked for at once: one for each batch that
// went into this one, or for each that the record has.
func (a asker) rows() int {
	if a.said != nil {
		return max(1, ui.CountRows(a.said, materials))
	}
	return max(1, len(a.dossier.Inputs))
}

// material asks for something that went into a process.
func (a asker) material(i int, need bool) []ui.Field {
	v, row := a.v, materialRow(i)
	label := v.T("Nguyên liệu", "Material")
	if i > 0 {
		label += " " + v.Lang.Number(i+1)
	}
	name := ui.Field{Name: row + ".name", Label: label, Required: need, MaxLength: 200, Value: a.value(row+".name", need), Offers: a.past.offers(row + ".name")}
	value := ui.Field{
		Name: row + ".quantity.value", Label: v.T("Đã dùng", "Used"), Type: ui.Decimal, Narrow: true, Required: need, Value: a.decimal(row+".quantity.value", false),
	}
	unit := a.unit(row+".quantity.unit", "KGM")
	if len(a.dossier.Inputs) == 0 {
		if gathered := a.gathered(unit.Value); i == 0 && a.said == nil && gathered != "" {
			value.Hint = v.T("Đã thu hoạch, nhận vào: ", "Harvested and received: ") + v.Lang.Quantity(trace.Quantity{Value: gathered, Unit: unit.Value})
		}
		return []ui.Field{name, value, unit}
	}
	from := ui.Field{Name: row + ".batch", Label: label, Type: ui.Select, Options: []ui.Option{{Label: v.T("Thứ khác (ghi tên ở dưới)", "Something else (name it below)")}}}
	for _, in := range a.dossier.Inputs {
		from.Options = append(from.Options, ui.Option{Value: in.Batch.ID, Label: desk.Display(in.Batch.ID) + " · " + v.Lang.Name(in.Product)})
	}
	name.Label, name.Required, from.Value = v.T("Tên", "Name"), false, a.value(row+".batch", false)
	if a.said == nil && i < len(a.dossier.Inputs) {
		in := a.dossier.Inputs[i]
		from.Value, name.Value, value.Value = in.Batch.ID, v.Lang.Name(in.Product), in.Quantity.Value.In(string(v.Lang))
		unit.Value, unit.Options = in.Quantity.Unit, ui.Units(v.Lang, in.Quantity.Unit)
	}
	return []ui.Field{from, name, value, unit}
}

// gathered is how much was harvested and received for the batch in a unit.
func (a asker) gathered(unit string) trace.Decimal {
	var all []trace.Quantity
	for _, r := range a.dossier.Last() {
		switch {
		case r.Data.Harvest != nil:
			all = append(all, r.Data.Harvest.Quantity)
		case r.Data.Receiving != nil:
			all = append(all, r.Data.Receiving.Quantity)
		}
	}
	return sum(all, unit)
}

// spare asks for more materials than the first ones.
func (a asker) spare(from int) ui.Group {
	g := ui.Group{Title: a.v.T("Thêm nguyên liệu", "More materials"), Folded: true}
	for i := from; i < from+spareMaterials; i++ {
		g.Fields = append(g.Fields, a.material(i, false)...)
	}
	return g
}

// where asks for place and person, which are those of last time.
func (a asker) where() ui.Group {
	v, producer := a.v, a.dossier.Producer.Data
	place, known := a.past.place(a.kind)
	if !known {
		place = trace.Place{Name: producer.ProductionSite, Commune: producer.Address.Commune}
	}
	person := a.value("person", true)
	if a.said != nil {
		place = trace.Place{Name: a.said.Get("place.name"), Commune: a.said.Get("place.commune")}
	}
	return ui.Group{
		Title: v.T("Ở đâu, ai làm", "Where and who"), Folded: true, Brief: ui.Joined(" · ", place.In(string(v.Lang)), person),
		Fields: []ui.Field{
			{Name: "place.name", Label: v.T("Nơi", "Place"), Value: place.Name, MaxLength: 200, Offers: a.past.offers("place.name")},
			{Name: "place.commune", Label: v.T("Xã, phường", "Commune"), Type: ui.Select, Value: place.Commune, Options: communes(v.Lang, place.Commune, producer.Address.Commune)},
			{Name: "person", Label: v.T("Người làm", "Who did it"), Value: person, MaxLength: 200, Offers: a.past.offers("person"),
				Hint: v.T("Hiện với người mua; để trống nếu không muốn nêu tên", "Shown to shoppers; leave it empty to name nobody")},
		},
	}
}

// communes are those of the province of the producer, and the one chosen.
func communes(l ui.Lang, chosen, home string) []ui.Option {
	out := []ui.Option{{Label: l.T("(không ghi)", "(not stated)")}}
	at, _ := catalog.CommuneByCode(home)
	all := catalog.Communes(at.Province)
	if c, ok := catalog.CommuneByCode(chosen); ok && c.Province != at.Province {
		all = append(all, c)
	}
	folded := make(map[string]string, len(all)) // by code: once each, not at every comparison
	for _, c := range all {
		folded[c.Code] = catalog.Fold(c.Name.VI)
	}
	slices.SortFunc(all, func(x, y catalog.Commune) int { return strings.Compare(folded[x.Code], folded[y.Code]) })
	for _, c := range all {
		out = append(out, ui.Option{Value: c.Code, Label: l.Name(c.Name)})
	}
	return out
}

func (a asker) photo() ui.Field {
	return ui.Field{
		Name: photoInput, Label: a.v.T("Ảnh", "Photo"), Type: "file", Accept: "image/jpeg,image/png", Capture: true, Multiple: true,
		Hint: a.v.T("Bấm để chụp. ", "Tap to take one. ") + a.filesSeen(),
	}
}

func (a asker) papers() ui.Field {
	return ui.Field{
		Name: papersInput, Label: a.v.T("Giấy tờ, ảnh có sẵn", "Documents, photos you have"), Type: "file",
		Accept: "application/pdf,image/jpeg,image/png", Multiple: true,
		Hint: a.v.T("PDF hoặc ảnh: hóa đơn, phiếu cân, sổ tay… ", "PDF or pictures: invoice, weighing slip, notebook… ") + a.filesSeen(),
	}
}

// filesSeen tells who sees attachments: a delivery note names the customer, and
// is no business of shoppers.
func (a asker) filesSeen() string {
	if a.kind == "shipping" {
		return a.v.T("Không hiện với người mua.", "Not shown to shoppers.")
	}
	return a.v.T("Người mua xem được.", "Shoppers can see it.")
}

func (a asker) note() ui.Field {
	return ui.Field{Name: "note", Label: a.v.T("Ghi chú", "Note"), Type: ui.TextArea, MaxLength: 2000, Rows: 2, Value: a.value("note", false), Hint: a.v.T("Hiện với người mua", "Shown to shoppers")}
}

// read reads an entry out of the form. What cannot be read is reported along
// with what check finds wrong with the rest.
func read(v *desk.Visit, batch, kind string, check func(trace.RecordData) error) (trace.RecordData, error) {
	rows := ui.FilledRows(v.Form, materials, "batch", "name", "quantity.value")
	values := rows.Values(v.Form)
	for _, d := range details[kind] {
		if d.content == amount && !d.need && strings.TrimSpace(values.Get(d.path+".value")) == "" {
			values.Del(d.path + ".unit")
		}
	}
	data := trace.RecordData{}
	unread := ui.Decode(only(values, kind), &data)
	data.Batch, data.Kind = batch, kind
	return data, rows.Errors(both(unread, check(data)))
}

// only keeps what the form of a kind asks for.
func only(values url.Values, kind string) url.Values {
	kept := url.Values{}
	for name, sent := range values {
		asked := slices.Contains([]string{"happened", "place.name", "place.commune", "person", "note"}, name) ||
			slices.ContainsFunc(details[kind], func(d detail) bool {
				return name == d.path || strings.HasPrefix(name, d.path+".") || strings.HasPrefix(name, d.path+"[")
			})
		if asked {
			kept[name] = sent
		}
	}
	return kept
}

// both is all that is wrong with an input: what could not be read, and what is
// wrong with other fields than those.
func both(unread, wrong error) error {
	var first, second trace.FieldErrors
	switch {
	case unread == nil:
		return wrong
	case !errors.As(unread, &first):
		return unread
	}
	if !errors.As(wrong, &second) {
		return first
	}
	for _, e := range second {
		if !slices.ContainsFunc(first, func(f trace.FieldError) bool { return f.Field == e.Field }) {
			first = append(first, e)
		}
	}
	return first
}
