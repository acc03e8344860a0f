package tenancy

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/web/console/studio"
	"temgoc/internal/web/desk"
)

// matches tells whether a path is of a route's form.
func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (!strings.HasPrefix(a[i], ":") || b[i] == "") {
			return false
		}
	}
	return true
}

// moreFixed tells whether pattern a wins over b where both match, as in the
// router: by the first part that is fixed in one of them only.
func moreFixed(a, b string) bool {
	bs := strings.Split(b, "/")
	for i, part := range strings.Split(a, "/") {
		if fixed, other := !strings.HasPrefix(part, ":"), !strings.HasPrefix(bs[i], ":"); fixed != other {
			return fixed
		}
	}
	return false
}

// A Seen page, with the route that answered it.
type Seen struct {
	*desktest.Page
	Route Route
}

// A Walk is what somebody finds in the console by following links.
type Walk struct {
	Who   string
	Pages []Seen // unless they were only looked at
	Forms []desktest.Form
}

// A Tour says how to walk.
type Tour struct {
	// Limit is how many pages of each kind are opened; 0 means all, but for
	// drawings of stamps. Of the routes All every page is, since each has
	// something of its own.
	Limit int
	All   []string
	// Skip are routes that are not opened.
	Skip []string
	// Look is shown each page, which is then not kept.
	Look func(Seen)
}

// Walk follows every link of the console from its first page on and from one's
// own account, as a person.
func (s *Service) Walk(t testing.TB, who string, tour Tour) Walk {
	t.Helper()
	b, w := s.Browser(who), Walk{Who: who}
	seen, kinds, forms := map[string]bool{}, map[string]int{}, map[string]bool{}
	for queue := []string{desk.Prefix, desk.Prefix + "/toi"}; len(queue) > 0; queue = queue[1:] {
		address := queue[0]
		path, query, _ := strings.Cut(address, "?")
		route, known := s.Find(http.MethodGet, path)
		kind := kindOf(path) + "?" + names(query)
		limit := tour.Limit
		if limit == 0 && strings.HasPrefix(path, studio.Path) {
			limit = maxDrawings
		}
		if seen[address] || limit > 0 && kinds[kind] >= limit && !slices.Contains(tour.All, route.Full) || slices.Contains(tour.Skip, route.Full) {
			continue
		}
		seen[address] = true
		kinds[kind]++
		if !known {
			t.Errorf("%s: a link leads to %s, which no route answers", who, address)
			continue
		}
		page := b.GetOnce(address)
		for _, f := range page.Forms() {
			if id := f.Method + f.Page + f.Action + shape(f); !forms[id] {
				forms[id] = true
				w.Forms = append(w.Forms, f)
			}
		}
		for _, next := range append(page.Addresses(), page.Location) {
			if next, ok := ours(address, next); ok {
				queue = append(queue, next)
			}
		}
		if tour.Look != nil {
			tour.Look(Seen{page, route})
			continue
		}
		w.Pages = append(w.Pages, Seen{page, route})
	}
	return w
}

// maxDrawings is how many pages of each kind are opened that draw every template
// on every stock with every product.
const maxDrawings = 24

// Entries is where the entries of a diary are, each kind of which has fields of
// its own.
var Entries = []string{desk.Prefix + "/lo/:code/ghi-chep/:id"}

var idForm = regexp.MustCompile(`/(?:[0-9a-f]{64}|[0-9a-hjkmnp-tv-z]{16}|[0-9A-HJKMNP-TV-Z]{10}(?:-[0-9]+)?|[0-9]{1,2})\b`)

// kindOf is a path without what names a document.
func kindOf(path string) string { return idForm.ReplaceAllString(path, "/:x") }

// shape tells forms of one page apart.
func shape(f desktest.Form) string {
	var b strings.Builder
	last := ""
	for _, in := range f.Inputs {
		if in.Name == last {
			continue // one more to choose from
		}
		last = in.Name
		b.WriteString(" " + in.Name)
		if in.Type == "hidden" && !strings.HasPrefix(in.Name, "_") {
			b.WriteString("=" + in.Value)
		}
	}
	return b.String()
}

// names are the parameters of a query, without their values.
func names(query string) string {
	values, _ := url.ParseQuery(query)
	var all []string
	for name := range values {
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, "&")
}

// ours is where an address on a page leads, if that is a page of the console in
// the language that is spoken already.
func ours(page, address string) (string, bool) {
	base, err := url.Parse(page)
	if err != nil {
		return "", false
	}
	u, err := base.Parse(address)
	if err != nil || u.Host != "" || u.Scheme != "" || address == "" || strings.HasPrefix(address, "#") {
		return "", false
	}
	inside := u.Path == desk.Prefix || strings.HasPrefix(u.Path, desk.Prefix+"/")
	return u.RequestURI(), inside && !u.Query().Has("lang")
}
