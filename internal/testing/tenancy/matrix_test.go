package tenancy

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// walkers are who walks through the console: one person of each role.
var walkers = []string{"producer", "laboratory", "inspector", "office", "certifier", "administrator"}

// unlinked are pages that no link leads to: before a sign-in is complete, where
// an invitation leads, where a batch has more relatives than its page shows, and
// what there is only once a stamp is remarkable or somebody asked about personal
// data.
var unlinked = []string{
	"/console/luot-quet/tem/:code", "/console/du-lieu-ca-nhan/:id",
	"/console/ma", "/console/xac-thuc", "/console/vao", "/console/moi/:token", "/console/ho-so/:code/pha-he",
}

// addresses gives every page of the console one address or more, with the
// documents of the first producer, by walking through it.
func (f *fixture) addresses(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, path := range unlinked {
		found[path] = append(found[path], strings.NewReplacer(":token", "khong-co", ":id", "khong-co", ":code", f.mine.Released).Replace(path))
	}
	f.watch.take()
	for _, who := range walkers {
		for _, p := range f.Walk(t, who, Tour{}).Pages {
			if p.Status >= 400 {
				t.Errorf("%s follows a link to %s, which answers %d: %s", who, p.Path, p.Status, p.Text())
			}
			if p.Route.Allows(f.Actor(who).Role) {
				found[p.Route.Full] = append(found[p.Route.Full], p.Path)
			} else {
				t.Errorf("%s is led to %s, which is not for %s", who, p.Path, who)
			}
		}
	}
	for _, r := range f.watch.take() {
		if r.Kind != trace.KindExports {
			t.Errorf("looking at pages wrote %s/%s", r.Kind, r.ID)
		}
	}
	for _, r := range f.Routes {
		if r.Method == http.MethodGet && found[r.Full] == nil {
			t.Errorf("no link leads to %s: what it shows is not tried", r.Full)
		}
	}
	return found
}

// TestRoles asks for every page and sends every form as everybody: what the
// table does not name for a role is refused, and who is not signed in is sent
// to sign in.
func TestRoles(t *testing.T) {
	f := newFixture(t)
	found, people := f.addresses(t), f.people(t)
	before := f.documents(t)
	f.watch.take()
	for _, r := range f.Routes {
		paths := found[r.Full]
		if len(paths) == 0 {
			paths = []string{regexp.MustCompile(`:\w+`).ReplaceAllString(r.Full, "0000000000")}
		}
		for _, p := range people {
			want := expected(r, p)
			if want == "" && r.Method != http.MethodGet {
				continue // may be carried out, see TestForeignForms
			}
			got := p.browser.GetOnce(paths[0])
			if r.Method != http.MethodGet {
				got = p.browser.Post(paths[0], url.Values{})
			}
			if want != "" && want != outcome(got) {
				t.Errorf("%s as %s: %s, want %s", r.Name(), p.name, outcome(got), want)
			}
			if got.Status >= 500 {
				t.Errorf("%s as %s: %d", r.Name(), p.name, got.Status)
			}
			if !r.Allows(p.role) && !r.Guest && p.name != "producer" && strings.Contains(got.Body, mySecret) {
				t.Errorf("%s shows %s what it refuses", r.Name(), p.name)
			}
		}
	}
	f.unchanged(t, before)
}

// outcome is what an answer comes to.
func outcome(p *desktest.Page) string {
	switch {
	case p.Status == http.StatusSeeOther && strings.HasPrefix(p.Location, "/console/vao"):
		return "sign in"
	case p.Status == http.StatusSeeOther && p.Location == "/console/ma":
		return "give the code"
	case p.Status == http.StatusSeeOther && p.Location == "/console/xac-thuc":
		return "set up the second factor"
	case p.Status == http.StatusUnauthorized:
		return "sign in first"
	case p.Status == http.StatusForbidden:
		return "refused"
	}
	return "let in"
}

// expected is what a route must answer a person. Empty means that it is the
// desk's business: what is wrong with an empty form is not the table's.
func expected(r Route, p person) string {
	stage := r.Stage
	if stage == "" {
		stage = account.StageFull
	}
	switch {
	case r.Guest:
		return ""
	case p.role == "" && r.Method == http.MethodGet:
		return "sign in"
	case p.role == "":
		return "sign in first"
	case p.stage != stage && p.stage == account.StageCode:
		return "give the code"
	case p.stage != stage && p.stage == account.StageEnrol:
		return "set up the second factor"
	case p.stage == stage && !r.Allows(p.role):
		return "refused"
	case p.stage == stage && r.Method == http.MethodGet && !strings.Contains(r.Full, ":"):
		return "let in"
	}
	return ""
}

// unchanged fails for what was written since the last take, and for what is
// not as it was.
func (f *fixture) unchanged(t *testing.T, before map[string]string) {
	t.Helper()
	for _, r := range f.watch.take() {
		if r.Kind == trace.KindExports {
			continue // noted where a file was given out
		}
		t.Errorf("%s wrote %s/%s", r.By, r.Kind, r.ID)
	}
	after := f.documents(t)
	for id, was := range before {
		if after[id] != was {
			t.Errorf("%s changed:\n%s\n%s", id, was, after[id])
		}
	}
}

// stillness takes out of a page what differs each time it is shown, and what it
// was asked for.
func stillness(ids []string, body string) string {
	body = regexp.MustCompile(`name="_key" value="[^"]*"`).ReplaceAllString(body, "")
	return nowhere(ids, regexp.MustCompile(`\b[A-Z2-7]{16}\b`).ReplaceAllString(body, ""))
}

// TestTenants holds that nobody sees what is somebody else's.
func TestTenants(t *testing.T) {
	f := newFixture(t)
	t.Run("own pages", f.ownPages)
	t.Run("foreign pages", f.foreignPages)
	t.Run("searches", f.searches)
}

// foreignPages asks for what the first producer and its laboratory see, as
// another producer and a laboratory that was not asked: every answer is that
// for what does not exist.
func (f *fixture) foreignPages(t *testing.T) {
	ids := f.ids(t)
	for who, stranger := range map[string]string{"producer": "producer2", "laboratory": "laboratory2"} {
		b := f.Browser(stranger)
		n := 0
		for _, p := range f.Walk(t, who, Tour{}).Pages {
			missing := nowhere(ids, p.Path)
			got := b.GetOnce(p.Path)
			f.clean(t, stranger, got, p.Path)
			if missing == p.Path {
				continue // names no document
			}
			n++
			none := b.GetOnce(missing)
			if got.Status != none.Status || stillness(ids, got.Body) != stillness(ids, none.Body) || nowhere(ids, got.Location) != none.Location {
				t.Errorf("%s asks for %s: %d %s\nbut for what is not there: %d %s", stranger, p.Path, got.Status, got.Text(), none.Status, none.Text())
			}
			if !strings.Contains(p.Path, "?") && got.Status == http.StatusOK {
				t.Errorf("%s sees %s", stranger, p.Path)
			}
		}
		if n < 20 && who == "producer" || n < 5 {
			t.Errorf("only %d pages of %s name a document", n, who)
		}
	}
}

// clean fails for an answer that shows somebody else's secrets, or the ids of
// their documents that it was not asked for.
func (f *fixture) clean(t *testing.T, who string, p *desktest.Page, asked string) {
	t.Helper()
	for _, n := range f.foreign(who) {
		if secret := secretOf(n); strings.Contains(p.Body+p.Location, secret) {
			t.Errorf("%s asks for %s and reads %s", who, asked, secret)
		}
		for _, id := range n.IDs() {
			if strings.Contains(p.Body, id) && !strings.Contains(asked, id) {
				t.Errorf("%s asks for %s and is told of %s", who, asked, id)
			}
		}
	}
}

func secretOf(n *desktest.Tenant) string {
	if n.Who == "producer" {
		return mySecret
	}
	return otherSecret
}

// foreign are the tenants of which a person may see nothing.
func (f *fixture) foreign(who string) []*desktest.Tenant {
	switch who {
	case "producer":
		return []*desktest.Tenant{f.other}
	case "producer2":
		return []*desktest.Tenant{f.mine}
	}
	return []*desktest.Tenant{f.mine, f.other} // laboratory2
}

// ownPages is the control of foreignPages: the owners see their secrets, on
// their own pages, and those of nobody else; who was not asked sees none.
func (f *fixture) ownPages(t *testing.T) {
	for who, shows := range map[string]bool{"producer": true, "producer2": true, "laboratory2": false} {
		n := 0
		for _, p := range f.Walk(t, who, Tour{}).Pages {
			f.clean(t, who, p.Page, p.Path)
			if strings.Contains(p.Body, mySecret) || strings.Contains(p.Body, otherSecret) {
				n++
			}
		}
		if shows != (n > 20) {
			t.Errorf("%s reads a secret on %d pages", who, n)
		}
	}
}

// searches fills in every search and filter with what is somebody else's.
func (f *fixture) searches(t *testing.T) {
	for who, owner := range map[string]*desktest.Tenant{"producer2": f.mine, "laboratory2": f.mine} {
		words := append(owner.IDs(), strings.ToUpper(secretOf(owner)), "Chè", "LO-1", "321/QĐ-UBND", "01/2026", "0912 345 678", owner.References[0])
		b, n := f.Browser(who), 0
		tried := map[string]bool{}
		for _, form := range f.Walk(t, who, Tour{}).Forms {
			action, _, _ := strings.Cut(kindOf(form.Action), "?")
			for _, in := range form.Inputs {
				if form.Method != http.MethodGet || tried[action+" "+in.Name] {
					continue
				}
				tried[action+" "+in.Name] = true
				for _, word := range append(slices.Clone(words), in.Options...) {
					values := form.Values(form.Buttons[0])
					values.Set(in.Name, word)
					f.clean(t, who, b.Follow(b.Send(form, values)), values.Encode()+" "+word)
					n++
				}
			}
		}
		if n == 0 && who == "producer2" {
			t.Errorf("%s has no search", who)
		}
	}
}
