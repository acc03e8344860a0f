package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestConsolePages walks through the console as each role of the demonstration,
// from page to page along the links, one page of each kind. Every page is
// looked at on a phone and on an office screen, in light and dark: nothing is
// wider than the window, axe finds nothing to complain of, and the page with
// all it loads stays small. The pictures are kept as artefacts.
func TestConsolePages(t *testing.T) {
	p, text := demo(t)
	ctx := browser(t)
	seen := map[string]bool{}
	for _, role := range []string{"producer", "laboratory", "inspector", "office", "certifier", "administrator"} {
		t.Run(role, func(t *testing.T) {
			navigate(t, ctx, door(t, text, role), officeWidth)
			c := crawler{t: t, ctx: ctx, root: p.url, kinds: seen, role: role}
			c.walk("/console")
		})
	}
	t.Run("public", func(t *testing.T) {
		c := crawler{t: t, ctx: ctx, root: p.url, kinds: seen, role: "public", public: true}
		for _, path := range publicPages {
			c.look(path)
		}
	})
	for _, kind := range pageKinds(t) {
		if !seen[kind] && !slices.Contains(unlinked, kind) && !files.MatchString(kind) {
			t.Errorf("no link led to %s", kind)
		}
	}
}

// publicPages are for people who do not sign in. The console's own are seen
// signed out, too.
var publicPages = []string{
	"/console/vao", "/console/moi/" + "khong-co",
	"/tra-cuu", "/tra-cuu?q=che", "/tra-cuu?q=999/QD-UBND&lang=en", "/phan-anh?ma=K7Q2M-9XR4V&lang=vi", "/phan-anh/tra-loi", "/phan-anh/tra-loi?so=K7Q2M9XR",
}

// unlinked are kinds of pages of the console that no link leads to: they follow
// on a form, or are shown only before a sign-in is complete, while a batch is on
// hold, after a recall, or once a stamp is remarkable.
var unlinked = []string{"/console", "/console/ho-so/:x/luu-hanh", "/console/lo/:x/thong-bao", "/console/ma", "/console/vao", "/console/moi/:x", "/console/xac-thuc", "/console/bang-tinh/:x", "/console/phieu/:x/sua", "/console/du-lieu-ca-nhan/:x", "/console/luot-quet/tem/:x"}

// filePattern finds addresses that answer with a file instead of a page, in Go and
// in browsers.
const filePattern = `\/(?:tep|tai-ve|xuat|mau|anh|niem-phong)(?:\/|\?|$)|\.(?:pdf|svg|png|csv|xlsx)(?:\?|$)`

var files = regexp.MustCompile(filePattern)

// pageKinds are the addresses of all pages of the console, with their
// parameters as :x.
func pageKinds(t *testing.T) []string {
	t.Helper()
	table, err := os.ReadFile(filepath.Join("..", "..", "web", "console", "testdata", "routes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for line := range strings.Lines(string(table)) {
		if path, ok := strings.CutPrefix(line, "GET "); ok {
			kinds = append(kinds, regexp.MustCompile(`:\w+`).ReplaceAllString(strings.Fields(path)[0], ":x"))
		}
	}
	return kinds
}

// A crawler looks at pages.
type crawler struct {
	t      *testing.T
	ctx    context.Context
	root   string
	role   string
	public bool
	kinds  map[string]bool // what anybody has seen
	mine   map[string]int  // how often this role has opened a kind
}

// samples is how many pages of a kind are opened for their links: a batch that
// was recalled leads elsewhere than one that is open.
const samples = 12

// walk looks at a page and at what its links lead to: one page of each kind,
// and the links of a few more.
func (c *crawler) walk(start string) {
	c.mine = map[string]int{}
	opened := map[string]bool{}
	for queue := []string{start, "/console/toi"}; len(queue) > 0; queue = queue[1:] {
		path, kind := queue[0], kindOfPage(queue[0])
		if opened[path] || c.mine[kind] == samples {
			continue
		}
		opened[path] = true
		c.mine[kind]++
		if c.mine[kind] == 1 {
			queue = append(queue, c.look(path)...)
			continue
		}
		navigate(c.t, c.ctx, c.root+path, officeWidth)
		queue = append(queue, run(c.t, c.ctx, chromedp.Evaluate[[]string](ownLinks))...)
	}
	if len(c.mine) < 3 {
		c.t.Errorf("only %d kinds of pages were found: %v", len(c.mine), slices.Sorted(maps.Keys(c.mine)))
	}
}

var (
	parameter = regexp.MustCompile(`/(?:[0-9a-f]{64}|[0-9a-hjkmnp-tv-z]{16}|[0-9A-HJKMNP-TV-Z]{10,20}(?:-[0-9]+)?|[0-9]{1,2})\b`)
	word      = regexp.MustCompile(`/(ghi|nhap)/[a-z]+$`)
)

// kindOfPage is an address with :x in place of what names a document.
func kindOfPage(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	return word.ReplaceAllString(parameter.ReplaceAllString(u.Path, "/:x"), "/$1/:x")
}

// look checks one page and returns the addresses of ours that it leads to.
func (c *crawler) look(path string) []string {
	c.t.Helper()
	kind := kindOfPage(path)
	links := c.check(path, kind, phoneWidth)
	c.check(path, kind, officeWidth)
	here := kindOfPage(run(c.t, c.ctx, chromedp.Evaluate[string](`location.pathname`)))
	c.kinds[kind], c.kinds[here] = true, true
	return links
}

func (c *crawler) check(path, kind string, width int64) []string {
	c.t.Helper()
	navigate(c.t, c.ctx, c.root+path, width)
	if status := run(c.t, c.ctx, chromedp.Evaluate[int](`performance.getEntriesByType("navigation")[0].responseStatus`)); status != 200 && !c.public {
		c.t.Errorf("%s %s answers %d", c.role, path, status)
	}
	name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(kind), "-"), "-")
	picture := run(c.t, c.ctx, chromedp.FullScreenshot(100))
	file := filepath.Join(artifacts(c.t), fmt.Sprintf("%s-%s-%d.png", c.role, name, width))
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		c.t.Fatal(err)
	}
	if n := overflow(c.t, c.ctx); n > 0 {
		c.t.Errorf("%s %s is %d px wider than %d px", c.role, path, n, width)
	}
	for _, address := range run(c.t, c.ctx, chromedp.Evaluate[[]string](brokenPictures)) {
		c.t.Errorf("%s %s shows nothing of the picture %.100s", c.role, path, address)
	}
	schemes := []string{"light", "dark"}
	if width != phoneWidth {
		schemes = schemes[:1] // colours are the same at every width
	}
	for _, scheme := range schemes {
		colours(c.t, c.ctx, scheme)
		for _, v := range violations(c.t, c.ctx) {
			c.t.Errorf("%s %s at %d px, %s: %s", c.role, path, width, scheme, v)
		}
	}
	colours(c.t, c.ctx, "light")
	if size := run(c.t, c.ctx, chromedp.Evaluate[int64](pageWeight)); size > maxPage {
		c.t.Errorf("%s %s loads %d bytes, more than %d", c.role, path, size, maxPage)
	}
	return run(c.t, c.ctx, chromedp.Evaluate[[]string](ownLinks))
}

// maxPage bounds a page of the console with its style sheet and scripts; what
// people have photographed is not counted.
const maxPage = 100 << 10

const (
	pageWeight = `performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
		.filter(e => e.initiatorType !== "img").reduce((n, e) => n + e.encodedBodySize, 0)`
	brokenPictures = `[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.getAttribute("src"))`
	ownLinks       = `[...new Set([...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href")))]
		.filter(h => h.startsWith("/console") && !h.includes("lang=") && !/` + filePattern + `/.test(h))`
)

// artifacts is where pictures are kept: where the test tool keeps them when it
// is asked to, or in TEMGOC_TEST_PICTURES.
func artifacts(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("TEMGOC_TEST_PICTURES"); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	return t.ArtifactDir()
}

// navigate shows a page at a width, with scripts.
func navigate(t *testing.T, ctx context.Context, address string, width int64) {
	t.Helper()
	run(t, ctx, chromedp.EmulateViewport(width, 844))
	run(t, ctx, chromedp.Navigate(address))
}

// colours asks for light or dark pages.
func colours(t *testing.T, ctx context.Context, scheme string) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// violations lists what axe finds on the page: rules of WCAG 2.2, levels A and
// AA, and good practice.
func violations(t *testing.T, ctx context.Context) []string {
	t.Helper()
	if !run(t, ctx, chromedp.Evaluate[bool](`typeof axe !== "undefined"`)) {
		run(t, ctx, chromedp.Evaluate[any](axe(t)+";0"))
	}
	return run(t, ctx, chromedp.Evaluate[[]string](`axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}).then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | ")))`, chromedp.EvalAwaitPromise))
}

// axe is the source of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "..", ".tools", "browser", "node_modules", "axe-core", "axe.min.js"))
	if err != nil && os.Getenv("TEMGOC_TEST_REQUIRE") == "" {
		t.Skip("axe-core is not installed; make servers does")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}
