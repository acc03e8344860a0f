package tenancy

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A guarded kind of documents has members that its forms do not set: those that
// are stored but not entered, and a few more.
var guarded = map[trace.Kind]struct {
	stored, entered any
	also            []string
}{
	trace.KindProducers:    {trace.Producer{}, trace.Producer{}, []string{"demonstration"}},
	trace.KindProducts:     {trace.Product{}, trace.Product{}, []string{"photo"}},
	trace.KindCertificates: {trace.Certificate{}, trace.CertificateData{}, nil},
	trace.KindBatches:      {trace.Batch{}, trace.BatchData{}, nil},
	trace.KindRecords:      {trace.Record{}, trace.RecordData{}, nil},
	trace.KindRequests:     {trace.TestRequest{}, trace.RequestData{}, nil},
	trace.KindTests:        {trace.TestReport{}, trace.TestData{}, []string{"rows[0].verdict", "rows[0].result.qualifier", "rows[0].result.number"}},
	trace.KindProblems:     {trace.Problem{}, trace.ProblemData{}, nil},
	trace.KindRecalls:      {trace.Recall{}, trace.RecallData{}, nil},
	printing.KindOrders:    {printing.Order{}, printing.OrderData{}, nil},
	account.KindPeople: {account.Person{}, struct {
		Name     string `json:"name"`
		Login    string `json:"login"`
		Phone    string `json:"phone"`
		Language string `json:"language"`
	}{}, nil},
}

// leaves are the paths of all values of a type, with a forged value for each.
func leaves(t reflect.Type, path string, forged map[string]string) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		forged[path] = "2020-02-02T02:02"
	case t == reflect.TypeFor[trace.Date]():
		forged[path] = "2020-02-02"
	case t == reflect.TypeFor[trace.Decimal]():
		forged[path] = "7.7"
	case t == reflect.TypeFor[trace.Role]():
		forged[path] = string(trace.Administrator)
	case t == reflect.TypeFor[trace.Digest]():
		forged[path] = strings.Repeat("ab", 32)
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
	case t.Kind() == reflect.String:
		forged[path] = "gia-mao"
	case t.Kind() == reflect.Bool:
		forged[path] = "true"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Uint32:
		forged[path] = "77"
	case t.Kind() == reflect.Pointer:
		leaves(t.Elem(), path, forged)
	case t.Kind() == reflect.Slice:
		leaves(t.Elem(), path+"[0]", forged)
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			below := strings.TrimPrefix(path+"."+name, ".")
			if f.Anonymous && name == "" {
				below = path
			}
			leaves(f.Type, below, forged)
		}
	}
}

// protected are the members of documents of a kind that no form sets, with
// forged values.
func protected(kind trace.Kind) map[string]string {
	g, ok := guarded[kind]
	if !ok {
		return nil
	}
	stored, entered := map[string]string{}, map[string]string{}
	leaves(reflect.TypeOf(g.stored), "", stored)
	leaves(reflect.TypeOf(g.entered), "", entered)
	out := map[string]string{}
	for path, forged := range stored {
		if path == "reason" || path == "instructions" {
			continue // what forms ask for beside the document
		}
		if entered[path] == "" || slices.Contains(g.also, path) {
			out[path] = forged
		}
	}
	return out
}

// at is what stands at a path of a document, as text.
func at(body json.RawMessage, path string) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return ""
	}
	for part := range strings.SplitSeq(strings.NewReplacer("[", ".", "]", "").Replace(path), ".") {
		switch c := v.(type) {
		case map[string]any:
			v = c[part]
		case []any:
			if len(c) == 0 {
				return ""
			}
			v = c[0]
		default:
			return ""
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// forge adds to what a form sends.
func forge(form desktest.Form, values url.Values, more map[string]string) url.Values {
	out := maps.Clone(values)
	for path, forged := range more {
		if !form.Has(path) {
			out.Set(path, forged)
		}
	}
	return out
}

// meant are members that a form sets after all: the office may mark a producer
// as invented, whoever retracts an entry retracts it, and a report of stamps says
// what became of the rest.
var meant = map[string]string{
	"POST /console/chu-the-ocop/moi": "demonstration", "POST /console/chu-the-ocop/:id": "demonstration",
	"POST /console/lo/:code/ghi-chep/:id/rut":    "retracted",
	"POST /console/lo/:code/tem/:order/kiem-dem": "reported.restPrinted",
}

// reading are routes that take a form and write nothing, or only what they read
// off a photograph.
var reading = []string{"POST /console/doi-chieu", "POST /console/lo/:code/tem/:order/kiem-dem/dai", "POST /console/xuong-tem/may-in/:id/to-thu/anh"}

// elsewhere are routes whose forms are there only for what the documents of these
// tests do not have: a remarkable stamp, a request about personal data with what
// was found. The tests of their packages send them.
var elsewhere = []string{
	"POST /console/luot-quet/tem/:code", "POST /console/du-lieu-ca-nhan/:id/ket-qua", "POST /console/du-lieu-ca-nhan/:id/quen",
	"POST /console/du-lieu-ca-nhan/:id/chon", "POST /console/du-lieu-ca-nhan/:id/xoa", "POST /console/du-lieu-ca-nhan/:id/xac-nhan",
	"POST /console/du-lieu-ca-nhan/:id/gia-han", "POST /console/du-lieu-ca-nhan/:id/tu-choi",
}

// TestForgedFields sends the owners' forms with every member added that is not
// theirs to set: state, who entered or verified it, stars, roles. The forms are
// carried out all the same, which is the control of TestForeignForms too, and
// nothing of what was added is stored.
func TestForgedFields(t *testing.T) {
	f := newFixture(t)
	more := map[string]string{}
	for kind := range guarded {
		maps.Copy(more, protected(kind))
	}
	delete(more, "producer") // see TestForgedOwner
	carriedOut := f.forged(t, more, func(s sending, r trace.Revision) { f.genuine(t, s, r) })
	refused := 0
	for name, done := range carriedOut {
		if !done && !slices.Contains(reading, name) {
			t.Logf("%s was never carried out", name)
			refused++
		}
	}
	if refused > 2 { // one that another form of the tour was faster than
		t.Errorf("%d of %d forms were never carried out", refused, len(carriedOut))
	}
	for _, r := range f.Routes {
		own := r.Guest || r.Stage != "" || strings.HasPrefix(r.Full, "/console/toi/") || r.Full == "/console/vai-tro" // see TestSessionsEnd
		if _, met := carriedOut[r.Name()]; !met && r.Method == http.MethodPost && !own && !slices.Contains(elsewhere, r.Name()) {
			t.Errorf("no form was found for %s", r.Name())
		}
	}
}

// TestForgedOwner sends the owners' forms with the names of another producer's
// documents added: nothing is written that belongs to the other, or names it.
func TestForgedOwner(t *testing.T) {
	f := newFixture(t)
	n := f.other
	more := map[string]string{
		"producer": n.ID, "product": n.Product, "batch": n.Open, "request": n.Requests[0], "id": n.Product, "code": n.Open,
		"inputs[0].batch": n.Open, "inputs[0].quantity.value": "1", "inputs[0].quantity.unit": "KGM", "also[0]": n.Released,
		"processing.inputs[0].batch": n.Open, "memberships[0].producer": n.ID, "memberships[0].role": "producer", "person": f.PersonID("producer2"),
	}
	f.forged(t, more, func(s sending, r trace.Revision) {
		for _, id := range n.IDs() {
			if r.ID == id || strings.Contains(string(r.Body), id) {
				t.Errorf("%s of %s wrote %s/%s, which names %s", s.route.Name(), s.Form.Page, r.Kind, r.ID, id)
			}
		}
	}, "producer")
}

// forged sends every form that people see as its owners, with more fields than
// it has, and passes on what it wrote. It tells which routes wrote anything.
func (f *fixture) forged(t *testing.T, more map[string]string, look func(sending, trace.Revision), owners ...string) map[string]bool {
	t.Helper()
	carriedOut, form, said := map[string]bool{}, map[string]bool{}, map[string]string{}
	if len(owners) == 0 {
		owners = walkers
	}
	for _, owner := range owners {
		b := f.Browser(owner)
		all := f.sendings(t, f.Walk(t, owner, Tour{}))
		// What ends a document is sent after what fills in much.
		slices.SortStableFunc(all, func(a, b sending) int { return len(b.Form.Inputs) - len(a.Form.Inputs) })
		for _, s := range all {
			var still bool
			kind := s.route.Method + " " + kindOf(s.Form.Action) + s.Values.Get(desk.DoField)
			if form[kind] {
				continue // leaves what there is for others
			}
			if s.Sending, still = s.again(b); !still || !s.filled || strings.HasPrefix(s.route.Full, "/console/toi/") {
				continue
			}
			f.watch.take()
			got := Try(b, Sending{s.Form, forge(s.Form, s.Values, more), s.Uploads})
			written := f.watch.take()
			if len(written) > 0 {
				carriedOut[s.route.Name()], form[kind] = true, true
			} else if !carriedOut[s.route.Name()] {
				carriedOut[s.route.Name()] = false
				said[s.route.Name()] = got.Text()
			}
			if got.Status >= 500 {
				t.Errorf("%s of %s: %d", s.route.Name(), s.Form.Page, got.Status)
			}
			for _, r := range written {
				look(s, r)
			}
		}
	}
	for name, done := range carriedOut {
		if !done {
			t.Logf("%s says %s", name, said[name])
		}
	}
	return carriedOut
}

// genuine fails for a revision that holds what was forged and the one before
// did not.
func (f *fixture) genuine(t *testing.T, s sending, r trace.Revision) {
	t.Helper()
	var before json.RawMessage
	if r.Number > 1 {
		history, err := f.Store.History(t.Context(), r.Kind, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		before = history[r.Number-2].Body
	}
	for path, forged := range protected(r.Kind) {
		is := at(r.Body, path)
		if is == at(before, path) || s.Form.Has(path) || meant[s.route.Name()] == path {
			continue
		}
		if is == forged || strings.HasPrefix(is, "2020-02-02") {
			t.Errorf("%s of %s set %s of %s/%s to %q", s.route.Name(), s.Form.Page, path, r.Kind, r.ID, is)
		}
	}
}

// again is the same form as its page shows it now, if it still does.
func (s sending) again(b *desktest.Browser) (Sending, bool) {
	for _, form := range b.Get(s.Form.Page).Forms() {
		if form.Action != s.Form.Action || shape(form) != shape(s.Form) {
			continue
		}
		for _, button := range form.Buttons {
			if (Sending{Values: form.Values(button)}).Values.Get(desk.DoField) == s.Values.Get(desk.DoField) {
				return Plausible(form, button), true
			}
		}
	}
	return Sending{}, false
}
