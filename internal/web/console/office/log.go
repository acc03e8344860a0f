package office

import (
	"net/http"
	"net/url"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A logEntry is one entry of the audit log, in words.
type logEntry struct {
	Time    string
	Who     desk.Link
	Action  string
	Subject desk.Link
	Detail  string
	// Batch and Producer are what it is about besides its subject.
	Batch, Producer desk.Link
}

// A logDay is what was done on one day.
type logDay struct {
	Date    string
	Entries []logEntry
}

// A logPage is a part of the audit log.
type logPage struct {
	desk.Frame
	Fields  []ui.Field
	Hidden  []ui.Field // the filter, for the export
	Filter  string     // in words
	Narrow  bool       // something is filtered
	Open    bool       // the filter has something to be seen
	Choices []desk.Link
	Days    []logDay
	Pager   desk.Pager
	Limit   string // of an export
	Problem string // why an export was refused
}

// Template implements ui.Page.
func (logPage) Template() string { return "log.html" }

func (o office) log(v *desk.Visit) (desk.Answer, error) {
	f, err := o.readFilter(v, v.Request.URL.Query())
	if err != nil {
		return desk.Answer{}, err
	}
	page := o.logPage(v, f)
	if f.wrong() {
		return desk.ShowAs(http.StatusUnprocessableEntity, page), nil
	}
	return desk.Show(page), o.fillLog(v, page, f)
}

// logPage is the page without entries.
func (o office) logPage(v *desk.Visit, f *logFilter) *logPage {
	page := &logPage{
		Frame: v.Frame("Nhật ký thao tác", "Audit log"), Fields: f.fields, Choices: f.choices, Open: f.wrong(),
		Narrow: len(f.values) > 0, Filter: f.words(v.Lang), Limit: v.Lang.Number(o.maxExport),
	}
	for name := range f.values {
		page.Hidden = append(page.Hidden, ui.Field{Name: name, Value: f.values.Get(name)})
	}
	return page
}

// fillLog adds the entries, under the days on which they were written.
func (o office) fillLog(v *desk.Visit, page *logPage, f *logFilter) error {
	list, err := o.Ledger.Audit(v.Context(), v.Actor, f.query, v.Paging())
	if err != nil {
		return err
	}
	entries, err := o.tell(v, o.namer(v), list.Items)
	if err != nil {
		return err
	}
	for i, e := range list.Items {
		day := v.Lang.Date(trace.DateOf(e.At))
		if n := len(page.Days); n == 0 || page.Days[n-1].Date != day {
			page.Days = append(page.Days, logDay{Date: day})
		}
		last := &page.Days[len(page.Days)-1]
		last.Entries = append(last.Entries, entries[i])
	}
	page.Pager = v.Pager(list.Next)
	return nil
}

// tell puts entries into words.
func (o office) tell(v *desk.Visit, producers *namer, items []trace.AuditEntry) ([]logEntry, error) {
	var ids []string
	for _, e := range items {
		ids = append(ids, e.By)
		if e.Kind.Kind == account.KindSecrets {
			ids = append(ids, personID(e))
		}
	}
	names, err := v.Names(ids)
	if err != nil {
		return nil, err
	}
	entries := make([]logEntry, len(items))
	for i, e := range items {
		act := e.Act()
		entry := logEntry{
			Time: e.At.In(trace.Zone).Format("15:04:05"), Action: v.Lang.Name(act.Action), Detail: act.Detail,
			Who:     whoOf(v, e.By, names),
			Subject: desk.Link{Label: v.Lang.Name(act.Subject), Href: placeOf(v.Membership.Role, e)},
		}
		if e.Kind.Kind == account.KindSecrets {
			entry.Subject.Label = names[personID(e)]
		}
		if entry.Batch, entry.Producer, err = about(v, producers, e); err != nil {
			return nil, err
		}
		entries[i] = entry
	}
	return entries, nil
}

// whoOf is who wrote an entry, with all that is theirs. Shoppers who report a
// problem are nobody.
func whoOf(v *desk.Visit, id string, names map[string]string) desk.Link {
	if id == "" {
		return desk.Link{Label: v.T("người không đăng nhập", "somebody not signed in")}
	}
	return desk.Link{Label: names[id], Href: logPath + "?" + url.Values{byName: {names[id]}, byActor: {id}}.Encode()}
}

// personID is the actor whose means of signing in an entry is about.
func personID(e trace.AuditEntry) string {
	return account.Membership{}.Actor(e.ID).ID
}

// placeOf is the page of what an entry is about, if the role has one.
func placeOf(role trace.Role, e trace.AuditEntry) string {
	office, administrator := role == trace.Office, role == trace.Administrator
	switch e.Kind.Kind {
	case account.KindOrganisations:
		return organisationsPath + "/" + e.ID
	case account.KindPeople, account.KindSecrets:
		if administrator {
			return peoplePath + "/" + e.ID
		}
	case account.KindKeys:
		if administrator {
			return keysPath
		}
	}
	pages := map[trace.Kind]string{
		trace.KindProducers: producersPath, trace.KindCertificates: registerPath, trace.KindBatches: dossierPath,
		trace.KindRecalls: recallsPath, trace.KindCriteria: limitsPath, trace.KindFiles: filesPath, trace.KindProducts: productsPath, trace.KindProblems: problemsPath,
	}
	if page := pages[e.Kind.Kind]; office && page != "" {
		return page + "/" + url.PathEscape(e.ID)
	}
	return ""
}

// about finds the batch and the producer that an entry is about besides its
// subject: a batch tells itself, and of several no one is named.
func about(v *desk.Visit, producers *namer, e trace.AuditEntry) (batch, producer desk.Link, err error) {
	batches := 0
	for _, ref := range e.Refs {
		if code, ok := strings.CutPrefix(ref, trace.BatchTerm("")); ok {
			batches++
			batch = desk.Link{Label: desk.Display(code), Href: dossierPath + "/" + code}
		}
		if id, ok := strings.CutPrefix(ref, trace.ProducerTerm("")); ok {
			if producer.Label, err = producers.producer(id); err != nil {
				return batch, producer, err
			}
			producer.Href = producersPath + "/" + id
		}
	}
	if e.Kind.Kind == trace.KindBatches {
		batches, batch = 1, desk.Link{Label: desk.Display(e.ID), Href: dossierPath + "/" + e.ID}
	}
	if batches != 1 {
		batch = desk.Link{}
	}
	if v.Membership.Role != trace.Office {
		batch.Href, producer.Href = "", ""
	}
	return batch, producer, nil
}

// A namer looks names of producers and products up once each.
type namer struct {
	office
	v     *desk.Visit
	names map[string]string
}

func (o office) namer(v *desk.Visit) *namer { return &namer{o, v, map[string]string{}} }

func (n *namer) producer(id string) (string, error) {
	if name, ok := n.names[id]; ok {
		return name, nil
	}
	p, err := n.Ledger.Producer(n.v.Context(), n.v.Actor, id)
	n.names[id] = p.Data.Name
	return p.Data.Name, err
}

func (n *namer) product(id string) (string, error) {
	if name, ok := n.names[id]; ok {
		return name, nil
	}
	p, err := n.Ledger.Product(n.v.Context(), n.v.Actor, id)
	n.names[id] = n.v.Lang.Name(p.Data.Name)
	return n.names[id], err
}
