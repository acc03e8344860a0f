package tenancy

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
)

// patience bounds what the browser does; it is no promise.
const patience = 5 * time.Minute

// A victim is a Chromium with scripts, in which the hostile texts would call
// xss, and which notes what goes on.
type victim struct {
	t    *testing.T
	ctx  context.Context
	url  string
	mu   sync.Mutex
	went []string
}

// told is what pages run before anything of theirs: a function that hostile
// texts call, and an ear for what the policy forbids.
const told = `window.xss = () => tell("a script ran");
document.addEventListener("securitypolicyviolation", e => tell("forbidden: " + e.violatedDirective + " " + e.blockedURI));`

// openVictim opens a Chromium on a service.
func openVictim(t *testing.T, h http.Handler) *victim {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
		t.Fatal("chromium is not installed; make install does")
	}
	if err != nil {
		t.Skip("chromium is not installed")
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", "vi-VN,vi"), chromedp.WindowSize(1280, 844))...)
	t.Cleanup(stop)
	v := &victim{t: t, url: server.URL}
	v.ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Listen(v.ctx, v.notice); err != nil {
		t.Fatal(err)
	}
	_, err = chromedp.Call(v.ctx, runtime.AddBinding, runtime.AddBindingParams{Name: "tell"})
	if err == nil {
		_, err = chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: told})
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// notice notes what must not happen.
func (v *victim) notice(event any) {
	what := ""
	switch e := event.(type) {
	case *runtime.EventBindingCalled:
		what = e.Payload
	case *page.EventJavascriptDialogOpening:
		what = "a dialog: " + e.Message
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || "http://"+u.Host != v.url && u.Scheme != "data" && u.Scheme != "blob" {
			what = "a request to " + e.Request.URL
		}
	}
	if what != "" {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.went = append(v.went, what)
	}
}

// happened is what was noticed since the last time.
func (v *victim) happened() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	went := v.went
	v.went = nil
	return went
}

// lenient lets pages do what their policy forbids.
func (v *victim) lenient(on bool) {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: on}); err != nil {
		v.t.Fatal(err)
	}
}

// become signs the browser in as a person of the World.
func (v *victim) become(s *Service, who string) {
	v.t.Helper()
	c := s.Session(who)
	if _, err := chromedp.Call(v.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: v.url}); err != nil {
		v.t.Fatal(err)
	}
}

// open shows a page until it has come to rest.
func (v *victim) open(path string) {
	v.t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Navigate(v.url+path)); err != nil {
		v.t.Fatalf("%s: %v", path, err)
	}
	v.rest()
}

func (v *victim) rest() {
	v.t.Helper()
	const frames = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 0))))`
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](frames, chromedp.EvalAwaitPromise)); err != nil {
		v.t.Fatal(err)
	}
}

// typeEverywhere fills a text into every field of the first form that changes
// something, sends it and waits for the answer.
func (v *victim) typeEverywhere(text string) {
	v.t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		v.t.Fatal(err)
	}
	fill := `(() => { const f = [...document.querySelectorAll("main form[method=post]")].sort((a, b) => b.elements.length - a.elements.length)[0];
		for (const e of f.elements) if (e.name && !["file", "checkbox", "radio"].includes(e.type) && e.tagName !== "SELECT" && e.tagName !== "BUTTON") e.value = ` + string(quoted) + `;
		f.removeAttribute("data-draft"); HTMLFormElement.prototype.submit.call(f) })()`
	if _, err := chromedp.RunResponse(v.ctx, chromedp.Evaluate[chromedp.Void](fill)); err != nil {
		v.t.Fatal(err)
	}
	v.rest()
}

// harmful is a page that does all that must not happen.
const harmful = `<!doctype html><title>x</title><img src=x onerror=xss()><img src="http://xss.example/x.png"><script>xss()</script>`

// TestHostilePagesInBrowser opens pages that are full of hostile texts in a
// browser with scripts, as people of several roles: even where the policy is
// lifted no script runs but ours, nothing is asked of another host, and with the
// policy in force nothing is there that it has to forbid.
func TestHostilePagesInBrowser(t *testing.T) {
	s := Serve(t, desktest.New(t), false)
	var tenants []*desktest.Tenant
	for i, bundle := range hostile.Bundles(200) {
		tenants = append(tenants, s.inhabit(t, "nguoi"+string(rune('a'+i%26))+string(rune('a'+i/26)), bundle))
	}
	first := tenants[0]
	paths := map[string][]string{}
	for _, p := range s.Walk(t, first.Who, Tour{Limit: 1}).Pages {
		if p.Status == http.StatusOK && strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			paths[first.Who] = append(paths[first.Who], p.Path)
		}
	}
	for _, n := range tenants {
		paths["inspector"] = append(paths["inspector"], "/console/ho-so/"+n.Released, "/"+n.Released)
	}
	mux := http.NewServeMux()
	mux.Handle("/", s.Handler)
	mux.HandleFunc("/harmful", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		_, _ = w.Write([]byte(harmful))
	})
	v := openVictim(t, mux)
	v.control()
	for who, all := range paths {
		v.become(s, who)
		for _, lenient := range []bool{true, false} {
			v.lenient(lenient)
			for i, path := range all {
				if !lenient && i >= 20 {
					break // the policy is the same on all
				}
				v.open(path)
				for _, what := range v.happened() {
					t.Errorf("%s as %s: %s", path, who, what)
				}
			}
		}
	}
	v.echo(s, first)
}

// control holds that what must not happen is noticed.
func (v *victim) control() {
	v.t.Helper()
	v.lenient(true)
	v.open("/harmful")
	if went := strings.Join(v.happened(), "\n"); !strings.Contains(went, "a script ran") || !strings.Contains(went, "a request to http://xss.example") {
		v.t.Errorf("of a harmful page only this is noticed: %q", went)
	}
	v.lenient(false)
	v.open("/harmful")
	if went := strings.Join(v.happened(), "\n"); !strings.Contains(went, "forbidden: script-src") || strings.Contains(went, "a script ran") {
		v.t.Errorf("of a harmful page under a policy this is noticed: %q", went)
	}
}

// echo types all texts into forms and reads the answers.
func (v *victim) echo(s *Service, n *desktest.Tenant) {
	v.t.Helper()
	v.become(s, n.Who)
	v.lenient(true)
	for _, path := range []string{"/console/san-pham/moi", "/console/lo/" + n.Open + "/ghi/harvest", "/console/co-so", "/console/toi", "/phan-anh?ma=" + n.Released} {
		for _, text := range reflected() {
			v.open(path)
			v.typeEverywhere(strings.ReplaceAll(text, "\x00", "")) // which no browser sends
			if shown, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`[...document.querySelectorAll("main *")].some(e => (e.value || e.textContent || "").includes("xss"))`)); err != nil || !shown {
				v.t.Errorf("the answer to a form of %s shows nothing of what was typed: %v", path, err)
			}
			for _, what := range v.happened() {
				v.t.Errorf("the answer to a form of %s: %s", path, what)
			}
		}
	}
}
