package tenancy

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/account"
	"temgoc/internal/privacy"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A sending is one way to send a form of a route.
type sending struct {
	Sending
	route  Route
	filled bool // or as the form stands
}

// sendings are the ways in which the forms of a walk are sent that change
// something: each as it stands and filled in, with each of its buttons.
func (f *fixture) sendings(t *testing.T, w Walk) []sending {
	t.Helper()
	var all []sending
	alike := map[string]int{}
	for _, form := range w.Forms {
		path, _, _ := strings.Cut(form.Action, "?")
		route, known := f.Find(form.Method, path)
		if !known && strings.HasPrefix(path, desk.Prefix) {
			t.Errorf("a form of %s leads to %s %s, which no route answers", form.Page, form.Method, form.Action)
		}
		if !known || route.Method != http.MethodPost || route.Full == "/console/ra" {
			continue // signing out ends the walk
		}
		if strings.Contains(form.Action, f.PersonID(w.Who)) {
			continue // an administrator who takes its own role away
		}
		kind := kindOf(path) + " " + kindOf(form.Page)
		if alike[kind]++; alike[kind] > 12 {
			continue // there are more documents in the same state
		}
		for _, button := range form.Buttons {
			all = append(all, sending{Sending{Form: form, Values: form.Values(button)}, route, false}, sending{Plausible(form, button), route, true})
		}
	}
	return all
}

// TestForeignForms sends the forms that people of each role see, as they see
// them, as everybody else. Whom the table does not name is refused. Another
// producer, and a laboratory that was not asked, change nothing, are told
// nothing, and cannot tell whether what they ask for is there.
func TestForeignForms(t *testing.T) {
	f := newFixture(t)
	ids, people := f.ids(t), f.people(t)
	before := f.documents(t)
	var own []string
	for _, who := range strangers {
		own = append(own, "people/"+f.PersonID(who), "secrets/"+f.PersonID(who))
	}
	for _, owner := range walkers {
		all := f.sendings(t, f.Walk(t, owner, Tour{}))
		f.watch.take()
		for _, s := range all {
			for _, p := range people {
				if p.name != owner {
					f.replay(t, p, s, ids)
				}
			}
		}
	}
	after := f.documents(t)
	for id, was := range before {
		if after[id] != was && !slices.Contains(own, id) && !strings.Contains(was, otherSecret) {
			t.Errorf("%s changed:\n%s\n%s", id, was, after[id])
		}
	}
}

// strangers are the people who may use a route, but not with what is somebody
// else's.
var strangers = []string{"producer2", "laboratory2"}

// replay sends a form as somebody else.
func (f *fixture) replay(t *testing.T, p person, s sending, ids []string) {
	t.Helper()
	may := p.stage == account.StageFull && s.route.Allows(p.role)
	switch {
	case s.route.Guest, may && !slices.Contains(strangers, p.name):
		return // who may, may
	case may && p.name == "producer2" && namesOne(f.other, s.Form.Page):
		return // its own, which others see too
	case !may && f.tried[s.route.Name()+" "+p.name]:
		return // is refused whatever it says
	}
	f.tried[s.route.Name()+" "+p.name] = true
	name := s.route.Name() + " of " + s.Form.Page + " as " + p.name
	sent := Sending{s.Form, masked(s.Values), s.Uploads}
	got := Try(p.browser, sent)
	if got.Status == http.StatusSeeOther {
		p.browser.Get("/console/toi") // takes what the next page would say of it
	}
	written := f.watch.take()
	if want := expected(s.route, p); want != "" && outcome(got) != want {
		t.Errorf("%s: %s, want %s", name, outcome(got), want)
	}
	if strings.Contains(got.Body, mySecret) && (slices.Contains(strangers, p.name) || p.role == "") {
		t.Errorf("%s reads %s", name, mySecret)
	}
	if !may {
		for _, r := range written {
			t.Errorf("%s was refused and wrote %s/%s", name, r.Kind, r.ID)
		}
		return
	}
	f.ownOnly(t, name, p, written)
	own := s.route.Name() + " by " + p.name
	if f.wrote[own] = f.wrote[own] || len(written) > 0; len(written) > 0 || f.wrote[own] && got.Status == http.StatusSeeOther {
		return // something of one's own, which a second time is there already
	}
	missing := Sending{s.Form, url.Values{}, s.Uploads}
	missing.Form.Action = nowhere(ids, s.Form.Action)
	for field, all := range sent.Values {
		for _, v := range all {
			missing.Values.Add(field, nowhere(ids, v))
		}
	}
	if missing.Form.Action == s.Form.Action && missing.Values.Encode() == sent.Values.Encode() {
		return // names no document
	}
	none := Try(p.browser, missing)
	if none.Status == http.StatusSeeOther {
		p.browser.Get("/console/toi")
	}
	f.watch.take()
	if got.Status != none.Status {
		t.Errorf("%s: %d, but for what is not there %d", name, got.Status, none.Status)
	}
	if diff := cmp.Diff(lines(stillness(ids, none.Body)), lines(stillness(ids, got.Body))); diff != "" {
		t.Errorf("%s is told of what is there:\n%s", name, diff)
	}
}

// namesOne tells whether an address names a document of a tenant.
func namesOne(n *desktest.Tenant, address string) bool {
	return slices.ContainsFunc(n.IDs(), func(id string) bool { return strings.Contains(address, id) })
}

// lines are the tags and texts of a page.
func lines(page string) []string { return strings.SplitAfter(page, ">") }

// masked is what the form says with the secret taken out, so that an answer
// that shows what was sent shows no secret.
func masked(values url.Values) url.Values {
	out := url.Values{}
	for name, all := range values {
		for _, v := range all {
			out.Add(name, strings.ReplaceAll(v, mySecret, "kyhieukhac"))
		}
	}
	return out
}

// ownOnly fails for writes to anything but what is the person's own, and for
// writes that name what is somebody else's.
func (f *fixture) ownOnly(t *testing.T, name string, p person, written []trace.Revision) {
	t.Helper()
	for _, r := range written {
		self := r.ID == f.PersonID(p.name) || p.name == "producer2" && r.ID == f.Other
		own := p.name == "producer2" && slices.Contains(r.Refs, trace.ProducerTerm(f.Other)) && !slices.Contains(r.Refs, trace.ProducerTerm(f.Mine))
		asked := r.Kind == privacy.KindDataRequests && slices.Contains(r.Refs, "asks:"+f.PersonID(p.name))
		file := r.Kind == trace.KindFiles && len(written) > 1 // came with what was accepted
		if !self && !own && !file && !asked {
			t.Errorf("%s wrote %s/%s %v", name, r.Kind, r.ID, r.Refs)
		}
		for _, id := range f.mine.IDs() {
			if strings.Contains(string(r.Body), id) {
				t.Errorf("%s wrote %s/%s, which names %s: %s", name, r.Kind, r.ID, id, r.Body)
			}
		}
	}
}
