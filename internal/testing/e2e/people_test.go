package e2e

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// linkForm is where an invitation is opened.
var linkForm = regexp.MustCompile(`https?://[a-z0-9.:]+/console/moi/([A-Za-z0-9._-]+)`)

// TestFirstPeople goes from a service that nobody knows to one with people, on
// the command line.
func TestFirstPeople(t *testing.T) {
	for _, open := range engines(t) {
		e := open(t)
		t.Run(e.name, func(t *testing.T) {
			with := func(args ...string) []string { return append(args, e.flags...) }
			if said := fails(t, with("user", "create", "--name", "Tuấn", "--login", "tuan@example.vn", "--role", "administrator")...); !strings.Contains(said, "--public-url") {
				t.Errorf("with no service ever run it says %q", said)
			}
			p := serve(t, e)
			p.stop(t)
			if links := linkForm.FindAllString(p.out.String(), -1); len(links) != 1 || !strings.HasPrefix(links[0], p.url+"/") {
				t.Errorf("with nobody there it prints %v", links)
			}

			link := command(t, with("user", "create", "--name", "Tuấn", "--login", "Tuan@Example.VN", "--role", "administrator")...)
			if linkForm.FindString(link) != link || !strings.HasPrefix(link, p.url+"/") {
				t.Errorf("the invitation is %q", link)
			}
			command(t, with("user", "create", "--name", "Hương", "--login", "0912 345 678", "--role", "office", "--organisation", "Văn phòng OCOP")...)
			for name, args := range map[string][]string{
				"login":        {"user", "create", "--name", "X", "--login", "+84 912345678", "--role", "administrator"},
				"role":         {"user", "create", "--name", "X", "--login", "x@example.vn", "--role", "king"},
				"organisation": {"user", "create", "--name", "X", "--login", "x@example.vn", "--role", "inspector", "--organisation", "văn phòng ocop"},
				"nobody":       {"user", "disable", "nobody@example.vn"},
			} {
				if said := fails(t, with(args...)...); !strings.Contains(said, name) {
					t.Errorf("%v says %q, which lacks %q", args, said, name)
				}
			}
			command(t, with("user", "disable", "+84912345678")...)
			list := command(t, with("user", "list")...)
			for _, want := range []string{`tuan@example\.vn +Tuấn +administrator +invited +no`, `0912345678 +Hương +office Văn phòng OCOP +disabled \S+ +no`} {
				if !regexp.MustCompile(want).MatchString(list) {
					t.Errorf("the list has no line %s:\n%s", want, list)
				}
			}
			command(t, with("user", "enable", "0912345678")...)
			newer := command(t, with("user", "reset", "--second-factor", "tuan@example.vn")...)

			p = serve(t, e)
			for link, want := range map[string]int{link: http.StatusNotFound, newer: http.StatusOK} {
				answer, err := http.Get(p.url + "/console/moi/" + linkForm.FindStringSubmatch(link)[1])
				if err != nil {
					t.Fatal(err)
				}
				page, _ := io.ReadAll(answer.Body)
				answer.Body.Close()
				if answer.StatusCode != want || want == http.StatusOK && !strings.Contains(string(page), "tuan@example.vn") {
					t.Errorf("%s answers %d", link, answer.StatusCode)
				}
			}
			p.stop(t)
			if links := linkForm.FindAllString(p.out.String(), -1); len(links) != 0 {
				t.Errorf("with people there it prints %v", links)
			}
		})
	}
}
