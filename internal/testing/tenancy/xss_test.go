package tenancy

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
)

// typed gives the texts of a bundle for every field: together, or where that is
// too long one by one, beginning with another each time.
func typed(bundle []string) desktest.Texts {
	joined, turn := strings.Join(bundle, " "), map[string]int{}
	return func(path string) []string {
		n := turn[path]
		turn[path]++
		all := []string{joined}
		for i := range bundle {
			all = append(all, bundle[(i+n)%len(bundle)])
		}
		switch path {
		case "email":
			return []string{"=xss+SUM(1)@xss.example", "=1+xss@xss.example", "'-xss-'@xss.example"}
		case "website":
			for i := range all {
				all[i] = "https://xss.example/" + all[i]
			}
		}
		return all
	}
}

// inhabit gives a World one more producer, all of whose texts, and whose
// person's name, are of a bundle.
func (s *Service) inhabit(t *testing.T, who string, bundle []string) *desktest.Tenant {
	t.Helper()
	s.JoinProducer(who)
	n := s.Populate(who, typed(bundle))
	in, err := s.People.OpenSession(t.Context(), s.PersonID(who), 0)
	if err == nil {
		_, err = s.People.UpdateProfile(t.Context(), in.Visitor, account.Profile{Name: strings.Join(bundle, " "), Phone: "+84 912 345 678", Language: "vi"})
	}
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = s.People.Invite(t.Context(), trace.Write{By: s.Actor(who)}, account.NewPerson{
		Name: strings.Join(bundle, " "), Login: "=xss|'-{{xss}}-'`" + who + "@xss.example", Memberships: []account.Membership{{Role: trace.ProducerRole, Producer: n.ID}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Bring(t, who, strings.Join(bundle, " "))
	return n
}

// learn walks through a World in which nobody means harm, and learns what its
// pages are made of: the console's, and what shoppers see.
func learn(t *testing.T) (console, public hostile.Vocabulary) {
	t.Helper()
	s := Serve(t, desktest.New(t), false)
	n := s.inhabit(t, "lanh", []string{"Chè Shan tuyết hái tay"})
	console, public = hostile.Vocabulary{}, hostile.Vocabulary{}
	teach := func(v hostile.Vocabulary) func(string, *desktest.Page) {
		return func(_ string, p *desktest.Page) {
			if err := v.Learn(p.Body); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, who := range append([]string{"lanh"}, walkers[1:]...) {
		w := s.Walk(t, who, Tour{Look: s.show(t, who, teach(console))})
		s.echo(t, w, []string{strings.Repeat("Chè Shan tuyết ", 300)}, teach(console))
	}
	s.showPublic(t, n, teach(public))
	return console, public
}

// show passes on the pages of a walk, and reads back the files.
func (s *Service) show(t *testing.T, who string, look func(string, *desktest.Page)) func(Seen) {
	return func(p Seen) {
		if p.Status >= 500 {
			t.Errorf("%s: %s answers %d", who, p.Path, p.Status)
		}
		s.shown(t, who, p.Page, look)
	}
}

// shown passes on what is a page, and looks into what is a file.
func (s *Service) shown(t *testing.T, who string, p *desktest.Page, look func(string, *desktest.Page)) {
	t.Helper()
	media, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
	if p.Status != http.StatusSeeOther {
		s.sealed(t, who, p, media)
	}
	switch media {
	case "text/html":
		look(who, p)
	case "text/csv":
		if err := inertCSV(p.Body); err != nil {
			t.Errorf("%s: %s: %v", who, p.Path, err)
		}
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		if err := inertXLSX(p.Body); err != nil {
			t.Errorf("%s: %s: %v", who, p.Path, err)
		}
	case "application/zip":
		if err := inertZIP(p.Body); err != nil {
			t.Errorf("%s: %s: %v", who, p.Path, err)
		}
	case "image/svg+xml":
		if err := inertSVG(p.Body); err != nil {
			t.Errorf("%s: %s: %v", who, p.Path, err)
		}
	case "application/json":
		if !json.Valid([]byte(p.Body)) {
			t.Errorf("%s: %s is no JSON", who, p.Path)
		}
	case "", "application/pdf", "image/jpeg", "image/png":
	default:
		t.Errorf("%s: %s is a %s", who, p.Path, media)
	}
}

// sealed fails for an answer that is sent without what keeps it harmless: a
// policy without exceptions on pages, a sandbox around what people brought.
func (s *Service) sealed(t *testing.T, who string, p *desktest.Page, media string) {
	t.Helper()
	policy := p.Header.Get("Content-Security-Policy")
	if p.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: %s may be sniffed", who, p.Path)
	}
	if who != "shopper" && p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: %s may be stored: %s", who, p.Path, p.Header.Get("Cache-Control"))
	}
	if media != "text/html" {
		if who != "shopper" && !strings.Contains(policy, "sandbox") {
			t.Errorf("%s: %s, a %s, has the policy %q", who, p.Path, media, policy)
		}
		return
	}
	for _, want := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s has the policy %q", who, p.Path, policy)
		}
	}
	if !strings.Contains(policy, "frame-ancestors 'none'") && !strings.Contains(p.Path, "/xem-truoc") {
		t.Errorf("%s: %s may be framed: %q", who, p.Path, policy)
	}
}

// echo sends the forms of a walk with texts in every field, one form of each
// kind, and passes on the answers, most of which show what was sent.
func (s *Service) echo(t *testing.T, w Walk, texts []string, look func(string, *desktest.Page)) {
	t.Helper()
	b, tried := s.Browser(w.Who), map[string]bool{}
	for _, f := range w.Forms {
		path, _, _ := strings.Cut(f.Action, "?")
		route, known := s.Find(f.Method, path)
		kind := route.Name()
		for _, in := range f.Inputs {
			kind += " " + in.Name
		}
		if !known || tried[kind] || route.Full == "/console/ra" || strings.HasPrefix(route.Full, "/console/toi/") {
			continue
		}
		tried[kind] = true
		for _, text := range texts {
			for _, button := range f.Buttons {
				values := url.Values{}
				for _, in := range f.Inputs {
					values.Set(in.Name, text)
				}
				values.Set("_key", text)
				if button[0] != "" {
					values.Set(button[0], button[1])
				}
				got := b.Send(f, values)
				if got.Status >= 500 {
					t.Errorf("%s: %s answers %d", w.Who, route.Name(), got.Status)
				}
				s.shown(t, w.Who, got, look)
			}
		}
	}
}

// showPublic passes on what shoppers see of a producer.
func (s *Service) showPublic(t *testing.T, n *desktest.Tenant, look func(string, *desktest.Page)) {
	t.Helper()
	b := s.Guest()
	for _, code := range []string{n.Open, n.Released, n.Held, n.Recalled} {
		for _, path := range []string{"/" + code, "/" + code + "?lang=en", "/" + code + "/records", "/phan-anh?ma=" + code} {
			s.shown(t, "shopper", b.GetOnce(path), look)
		}
	}
	for _, ref := range n.References {
		s.shown(t, "shopper", b.GetOnce("/phan-anh/tra-loi?so="+ref), look)
	}
}

// TestHostileTexts has producers, shoppers and people type every hostile text
// into every field, and looks at every page as everybody who has it, at what is
// taken out as CSV and XLSX, and at what shoppers see.
func TestHostileTexts(t *testing.T) {
	console, public := learn(t)
	s := Serve(t, desktest.New(t), false)
	marked, filled := map[string]int{}, coverage{}
	check := func(v hostile.Vocabulary) func(string, *desktest.Page) {
		return func(who string, p *desktest.Page) {
			if err := v.Inert(p.Body); err != nil {
				t.Errorf("%s: %s: %v", who, p.Path, err)
			}
			if strings.Contains(p.Text(), hostile.Mark) {
				marked[strings.TrimRight(who, "0123456789")]++
			}
		}
	}
	var tenants []*desktest.Tenant
	tour := Tour{Limit: 2, All: Entries}
	for i, bundle := range hostile.Bundles(200) {
		who := fmt.Sprintf("nguoi%d", i)
		n := s.inhabit(t, who, bundle)
		tenants = append(tenants, n)
		tour.Look = s.show(t, who, check(console))
		w := s.Walk(t, who, tour)
		tour.Skip = []string{"/console/bang-tinh/xuat/:table", "/console/bang-tinh/mau/:table"} // the office takes out those of all
		if i == 3 {
			tour.Limit = 1 // the texts differ, the pages are the same
		}
		s.showPublic(t, n, check(public))
		if i == 0 {
			s.echo(t, w, reflected(), check(console))
		}
		b, shown := s.Browser(who), s.show(t, who, check(console))
		for _, text := range bundle {
			s.cram(t, n, text)
			for _, path := range cramped(n) {
				shown(Seen{Page: b.GetOnce(path)})
			}
			s.shown(t, "shopper", s.Guest().GetOnce("/"+n.Open), check(public))
		}
		for path, texts := range n.Filled {
			filled.note(path, bundle, texts)
		}
	}
	filled.check(t)
	for _, who := range walkers[1:] {
		w := s.Walk(t, who, Tour{Limit: 2})
		s.echo(t, w, reflected(), check(console))
		b, shown := s.Browser(who), s.show(t, who, check(console))
		for _, p := range w.Pages {
			shown(p)
			for _, path := range alike(p.Path, tenants) {
				shown(Seen{b.GetOnce(path), p.Route})
			}
		}
	}
	for _, who := range []string{"nguoi", "shopper", "laboratory", "office", "inspector", "certifier", "administrator"} {
		if marked[who] < 10 {
			t.Errorf("%s sees a hostile text on %d pages only", who, marked[who])
		}
	}
}

// alike are the addresses of the same page for the documents of the other
// tenants.
func alike(path string, tenants []*desktest.Tenant) []string {
	for _, n := range tenants {
		for i, id := range n.IDs() {
			if !strings.Contains(path, id) {
				continue
			}
			var others []string
			for _, o := range tenants {
				if o != n {
					others = append(others, strings.ReplaceAll(path, id, o.IDs()[i]))
				}
			}
			return others
		}
	}
	return nil
}

// reflected are all the texts in two long ones, for fields that show what was
// sent whatever it is.
func reflected() []string {
	all := hostile.Texts()
	half := len(all) / 2
	return []string{strings.Join(all[:half], " "), strings.Join(all[half:], " ")}
}

var number = regexp.MustCompile(`^[+-]?[0-9][0-9.,]*$`)

// inertCSV fails for a cell that a spreadsheet program takes for a formula.
func inertCSV(body string) error {
	body = strings.TrimPrefix(body, "\ufeff")
	r := csv.NewReader(strings.NewReader(body))
	if line, _, _ := strings.Cut(body, "\n"); strings.Count(line, ";") > strings.Count(line, ",") {
		r.Comma = ';'
	}
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n|%") && !number.MatchString(cell) {
				return fmt.Errorf("a cell that is evaluated: %q", cell)
			}
		}
	}
	return nil
}
