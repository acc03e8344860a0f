package tenancy

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// A newcomer is a person who has chosen a password.
type newcomer struct {
	login, id string
	// here is the browser in which the person is signed in.
	here *desktest.Browser
}

// welcome invites a person, who chooses a password.
func welcome(t *testing.T, s *Service, login string, ms ...account.Membership) newcomer {
	t.Helper()
	token, p, err := s.People.Invite(t.Context(), trace.Write{By: desktest.Operator}, account.NewPerson{Name: "Lò Thị Mây", Login: login, Memberships: ms})
	if err != nil {
		t.Fatal(err)
	}
	n := newcomer{login, p.ID, s.Guest()}
	n.here.Submit(n.here.Get("/console/moi/"+token), "", url.Values{"password": {password}})
	n.open(t, n.here, "after the invitation")
	return n
}

// elsewhere signs the person in at another browser.
func (n newcomer) elsewhere(t *testing.T, s *Service) *desktest.Browser {
	t.Helper()
	b := s.Guest()
	b.Submit(b.Get("/console/vao"), "", url.Values{"login": {n.login}, "password": {password}})
	n.open(t, b, "after signing in")
	return b
}

func (n newcomer) open(t *testing.T, b *desktest.Browser, when string) {
	t.Helper()
	if got := b.GetOnce("/console/toi"); got.Status != http.StatusOK {
		t.Errorf("%s: the session is over: %d %s", when, got.Status, got.Location)
	}
}

// over fails unless a session is over, for looking and for changing.
func (n newcomer) over(t *testing.T, b *desktest.Browser, when string) {
	t.Helper()
	if got := b.GetOnce("/console/toi"); outcome(got) != "sign in" {
		t.Errorf("%s: the session still opens pages: %s", when, outcome(got))
	}
	if got := b.Post("/console/toi", url.Values{"name": {"Kẻ trộm"}, "language": {"vi"}}); outcome(got) != "sign in first" {
		t.Errorf("%s: the session still sends forms: %s", when, outcome(got))
	}
}

// TestSessionsEnd ends sessions in every way that pages offer: they are over
// with the next request.
func TestSessionsEnd(t *testing.T) {
	s := Serve(t, desktest.New(t), false)
	producer := account.Membership{Role: trace.ProducerRole, Producer: s.Mine}
	administrator := s.Browser("administrator")
	manage := func(n newcomer, action string) *desktest.Page {
		page := administrator.Get("/console/nguoi-dung/"+n.id).Want(t, http.StatusOK)
		return administrator.Submit(page, "/console/nguoi-dung/"+n.id+action, nil)
	}
	for name, end := range map[string]func(newcomer, *desktest.Browser) *desktest.Browser{
		"signing out": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			thief := other.Twin()
			other.Post("/console/ra", nil)
			n.over(t, thief, "signing out, with the cookie of before")
			return other
		},
		"ending another session": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			page := n.here.Get("/console/toi")
			n.here.Submit(page, "/console/toi/phien", nil)
			return other
		},
		"another password": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			thief := n.here.Twin()
			page := n.here.Get("/console/toi/mat-khau")
			n.here.Submit(page, "", url.Values{"old": {password}, "password": {password + " moi"}})
			n.over(t, thief, "another password, with the cookie of before")
			return other
		},
		"being disabled": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			manage(n, "/khoa")
			n.over(t, n.here, "being disabled")
			manage(n, "/mo")
			n.over(t, n.here, "being let in again")
			return other
		},
		"ended by the administrator": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			manage(n, "/phien")
			n.over(t, n.here, "ended by the administrator")
			return other
		},
		"other roles": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			role := func(role, organisation, producer string) {
				administrator.Submit(administrator.Get("/console/nguoi-dung/"+n.id), "", url.Values{
					"memberships[0].role": {role}, "memberships[0].organisation": {organisation}, "memberships[0].producer": {producer},
				}).Want(t, http.StatusOK)
			}
			role("laboratory", desktest.LaboratoryName, "")
			n.over(t, n.here, "other roles")
			role("producer", "", s.Mine)
			n.over(t, n.here, "the roles of before")
			return other
		},
		"a reset": func(n newcomer, other *desktest.Browser) *desktest.Browser {
			shown := manage(n, "/duong-dan").Want(t, http.StatusOK)
			_, token, found := strings.Cut(shown.Body, "/console/moi/")
			if token, _, _ = strings.Cut(token, `"`); !found {
				t.Fatalf("no link is shown: %s", shown.Text())
			}
			n.open(t, n.here, "a link that nobody has used")
			guest := s.Guest()
			guest.Submit(guest.Get("/console/moi/"+strings.TrimSpace(strings.Split(token, "<")[0])), "", url.Values{"password": {password + " moi"}})
			n.over(t, n.here, "a reset")
			return other
		},
	} {
		login := strings.ReplaceAll(name, " ", ".") + "@example.vn"
		n := welcome(t, s, login, producer)
		n.over(t, end(n, n.elsewhere(t, s)), name)
		s.Advance(time.Second)
	}
}

// TestRoleRenewsSession goes on in another role: the cookie of before is worth
// nothing.
func TestRoleRenewsSession(t *testing.T) {
	s := Serve(t, desktest.New(t), false)
	n := welcome(t, s, "hai@example.vn", account.Membership{Role: trace.ProducerRole, Producer: s.Mine}, account.Membership{Role: trace.ProducerRole, Producer: s.Other})
	thief := n.here.Twin()
	n.here.Post("/console/vai-tro", url.Values{"index": {"1"}})
	n.open(t, n.here, "in another role")
	n.over(t, thief, "in another role, with the cookie of before")
}

// TestSignInLeadsNowhereElse asks to be led to other sites after signing in.
func TestSignInLeadsNowhereElse(t *testing.T) {
	s := Serve(t, desktest.New(t), false)
	n := welcome(t, s, "may@example.vn", account.Membership{Role: trace.ProducerRole, Producer: s.Mine})
	for _, wanted := range []string{
		"https://xss.example/", "//xss.example/", `/\xss.example/`, `\\xss.example`, "/\t/xss.example/", "javascript:xss()", "data:text/html,xss",
		"https:xss.example", "///xss.example", "/%09/xss.example", "http://console.test@xss.example/", "/console/../..//xss.example", "/\n/xss.example",
	} {
		b := s.Guest()
		page := b.Get("/console/vao?tiep=" + url.QueryEscape(wanted))
		got := b.SubmitOnce(page, "", url.Values{"login": {n.login}, "password": {password}})
		u, err := url.Parse("http://console.test/console/vao")
		if err == nil {
			u, err = u.Parse(got.Location)
		}
		if err != nil || u.Scheme+u.Host != "httpconsole.test" || strings.ContainsAny(got.Location, "\\\t\r\n") || strings.HasPrefix(got.Location, "//") {
			t.Errorf("%q leads to %q", wanted, got.Location)
		}
	}
}

// TestCookies looks at what a browser is given over https.
func TestCookies(t *testing.T) {
	w := desktest.New(t)
	n := welcome(t, Serve(t, w, false), "may@example.vn", account.Membership{Role: trace.ProducerRole, Producer: w.Mine})
	s := Serve(t, w, true)
	server := httptest.NewTLSServer(s.Handler)
	defer server.Close()
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var err error
	if client.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	send := func(method, path string, fields url.Values) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(fields.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", server.URL)
		got, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		return got
	}
	given := map[string]*http.Cookie{}
	for _, got := range []*http.Response{
		send("GET", "/console/vao?lang=en", nil),
		send("POST", "/console/vao", url.Values{"login": {n.login}, "password": {password}}),
		send("POST", "/console/toi", url.Values{"name": {"Lò Thị Mây"}, "language": {"vi"}}),
		send("POST", "/console/ra", nil),
	} {
		if hsts := got.Header.Get("Strict-Transport-Security"); !strings.Contains(hsts, "max-age=31536000") || !strings.Contains(hsts, "includeSubDomains") {
			t.Errorf("%s: HSTS is %q", got.Request.URL.Path, hsts)
		}
		for _, c := range got.Cookies() {
			given[c.Name] = c
			if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%s gives the cookie %+v", got.Request.URL.Path, c)
			}
		}
	}
	for _, name := range []string{"__Host-temgoc-session", "__Host-temgoc-device", "temgoc-lang"} {
		if given[name] == nil {
			t.Errorf("no cookie %s was given", name)
		}
	}
	if c := given["__Host-temgoc-session"]; c != nil && c.MaxAge >= 0 {
		t.Errorf("signing out leaves the cookie %+v", c)
	}
}
