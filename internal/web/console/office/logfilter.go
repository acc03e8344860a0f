package office

import (
	"net/url"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// The fields of the log's filter. Who and what a name was taken for goes along
// with it, so that the choice among several of one name is kept.
const (
	byKind       = "loai"
	byName       = "nguoi"
	byActor      = "ai" // the id of who was taken for byName
	byProducer   = "chuthe"
	byProducerID = "ma" // the id of who was taken for byProducer
	byBatch      = "lo"
	bySince      = "tu"
	byUntil      = "den"
)

// maxChoices is how many of one name are offered to choose from.
const maxChoices = 12

// A logFilter is what the log is narrowed to.
type logFilter struct {
	query trace.AuditQuery
	// fields are the inputs, as they were sent and with what is wrong.
	fields []ui.Field
	// choices are the people or producers whose name was given, where these are
	// several.
	choices []desk.Link
	// values are the filter as it is sent again; parts is it in words.
	values url.Values
	parts  []string
}

// readFilter reads what was sent of the filter.
func (o office) readFilter(v *desk.Visit, sent url.Values) (*logFilter, error) {
	f := &logFilter{query: trace.AuditQuery{Kinds: o.Audit}, values: url.Values{}}
	f.kind(v, o.Audit, sent)
	if err := o.filterPerson(v, f, sent); err != nil {
		return nil, err
	}
	if err := o.filterProducer(v, f, sent); err != nil {
		return nil, err
	}
	f.batch(v, sent)
	since := f.day(v, sent, bySince, v.T("Từ ngày", "From"))
	until := f.day(v, sent, byUntil, v.T("Đến hết ngày", "Until"))
	if !since.IsZero() {
		f.query.Since = since.Start()
	}
	if !until.IsZero() {
		f.query.Until = until.AddDays(1).Start()
	}
	if !since.IsZero() && until.Before(since) && !until.IsZero() {
		f.blame(v, byUntil, "trước ngày bắt đầu", "is before the first day")
	}
	return f, nil
}

// add adds an input with what was sent for it.
func (f *logFilter) add(field ui.Field, sent url.Values) string {
	field.Value = strings.TrimSpace(sent.Get(field.Name))
	f.fields = append(f.fields, field)
	if field.Value != "" {
		f.values.Set(field.Name, field.Value)
	}
	return field.Value
}

// blame says what is wrong with a field.
func (f *logFilter) blame(v *desk.Visit, name, vi, en string) {
	for i := range f.fields {
		if f.fields[i].Name == name {
			f.fields[i].Error = v.T(vi, en)
		}
	}
}

// wrong tells whether a field is.
func (f *logFilter) wrong() bool {
	for _, field := range f.fields {
		if field.Error != "" {
			return true
		}
	}
	return false
}

// words are the filter in words.
func (f *logFilter) words(l ui.Lang) string {
	if len(f.parts) == 0 {
		return l.T("Toàn bộ nhật ký", "The whole log")
	}
	return strings.Join(f.parts, " · ")
}

func (f *logFilter) say(label, value string) { f.parts = append(f.parts, label+": "+value) }

func (f *logFilter) kind(v *desk.Visit, kinds []trace.AuditKind, sent url.Values) {
	options := []ui.Option{{Label: v.T("Mọi loại", "Everything")}}
	for _, k := range kinds {
		options = append(options, ui.Option{Value: string(k.Kind), Label: v.Lang.Name(k.Name)})
	}
	label := v.T("Loại việc", "About")
	chosen := f.add(ui.Field{Name: byKind, Label: label, Type: ui.Select, Options: options}, sent)
	if chosen == "" {
		return
	}
	for _, k := range kinds {
		if string(k.Kind) == chosen {
			f.query.Kinds = []trace.AuditKind{k}
			f.say(label, v.Lang.Name(k.Name))
			return
		}
	}
	f.blame(v, byKind, "không có loại này", "is no such kind")
}

// filterPerson finds who is meant by a name.
func (o office) filterPerson(v *desk.Visit, f *logFilter, sent url.Values) error {
	label := v.T("Người thực hiện", "By whom")
	name := f.add(ui.Field{Name: byName, Label: label + v.T(" (họ tên)", " (name)"), MaxLength: 200}, sent)
	if name == "" {
		return nil
	}
	if id := sent.Get(byActor); id != "" {
		names, err := v.Names([]string{id})
		if err != nil {
			return err
		}
		if names[id] == name {
			f.person(account.Named{ID: id, Name: name}, label)
			return nil
		}
	}
	found, err := o.People.FindActors(v.Context(), v.Actor, name, maxChoices)
	if err != nil {
		return err
	}
	switch len(found) {
	case 0:
		f.blame(v, byName, "không có ai mang tên này", "is nobody's name")
	case 1:
		f.person(found[0], label)
	default:
		f.blame(v, byName, "có nhiều người mang tên này, hãy chọn một người bên dưới", "is the name of several; choose one below")
		for _, n := range found {
			f.choose(n.Name+" · "+roleWords(v, n.Memberships), sent, url.Values{byName: {n.Name}, byActor: {n.ID}})
		}
	}
	return nil
}

// person is who was meant.
func (f *logFilter) person(n account.Named, label string) {
	f.query.By = n.ID
	f.take(byName, n.Name, byActor, n.ID)
	f.say(label, n.Name)
}

// take writes whole what a name was taken for.
func (f *logFilter) take(field, name, idField, id string) {
	for i := range f.fields {
		if f.fields[i].Name == field {
			f.fields[i].Value = name
		}
	}
	f.values.Set(field, name)
	f.values.Set(idField, id)
}

// choose offers a choice: the filter as it was sent with other values for some
// fields.
func (f *logFilter) choose(label string, sent, with url.Values) {
	query := url.Values{}
	for _, name := range []string{byKind, byName, byActor, byProducer, byProducerID, byBatch, bySince, byUntil} {
		if value := sent.Get(name); value != "" {
			query.Set(name, value)
		}
	}
	for name, value := range with {
		query[name] = value
	}
	f.choices = append(f.choices, desk.Link{Label: label, Href: logPath + "?" + query.Encode()})
}

// roleWords are the roles of memberships, and whom they are for.
func roleWords(v *desk.Visit, ms []account.Membership) string {
	var words []string
	for _, m := range ms {
		word := v.Lang.Name(m.Role.Name())
		if m.Organisation != "" {
			word += ", " + m.Organisation
		}
		words = append(words, word)
	}
	return strings.Join(words, "; ")
}

// filterProducer finds which producer is meant by a name.
func (o office) filterProducer(v *desk.Visit, f *logFilter, sent url.Values) error {
	label := v.T("Chủ thể", "Producer")
	name := f.add(ui.Field{Name: byProducer, Label: label + v.T(" (tên)", " (name)"), MaxLength: 200}, sent)
	if name == "" {
		return nil
	}
	take := func(p trace.Stored[trace.Producer]) {
		f.query.Ref = trace.ProducerTerm(p.ID)
		f.take(byProducer, p.Data.Name, byProducerID, p.ID)
		f.say(label, p.Data.Name)
	}
	if id := sent.Get(byProducerID); id != "" {
		if p, err := o.Ledger.Producer(v.Context(), v.Actor, id); err == nil && p.Data.Name == name {
			take(p)
			return nil
		}
	}
	if len(catalog.Words(name)) == 0 {
		f.blame(v, byProducer, "không có chủ thể nào mang tên này", "is not the name of a producer")
		return nil
	}
	found, err := o.Ledger.Producers(v.Context(), v.Actor, name, trace.Paging{Limit: maxChoices})
	if err != nil {
		return err
	}
	switch len(found.Items) {
	case 0:
		f.blame(v, byProducer, "không có chủ thể nào mang tên này", "is not the name of a producer")
	case 1:
		take(found.Items[0])
	default:
		f.blame(v, byProducer, "có nhiều chủ thể mang tên này, hãy chọn một bên dưới", "is the name of several; choose one below")
		for _, p := range found.Items {
			f.choose(p.Data.Name+" · "+p.Data.Address.In(string(v.Lang)), sent, url.Values{byProducer: {p.Data.Name}, byProducerID: {p.ID}})
		}
	}
	return nil
}

func (f *logFilter) batch(v *desk.Visit, sent url.Values) {
	label := v.T("Mã lô", "Batch code")
	text := f.add(ui.Field{Name: byBatch, Label: label, MaxLength: 40}, sent)
	if text == "" {
		return
	}
	code, err := stamp.ParseBatchCode(text)
	switch {
	case err != nil:
		f.blame(v, byBatch, "không phải là mã lô", "is not a batch code")
	case f.values.Has(byProducer):
		f.blame(v, byBatch, "chỉ chọn chủ thể hoặc mã lô", "cannot be chosen together with a producer")
	default:
		f.query.Ref = trace.BatchTerm(code.String())
		f.say(label, code.Display())
	}
}

func (f *logFilter) day(v *desk.Visit, sent url.Values, name, label string) trace.Date {
	text := f.add(ui.Field{Name: name, Label: label, Type: "date", Narrow: true}, sent)
	d, err := trace.ParseDate(text)
	if err != nil {
		f.blame(v, name, "không phải là ngày hợp lệ", "is not a valid date")
	}
	if !d.IsZero() {
		f.say(label, v.Lang.Date(d))
	}
	return d
}
