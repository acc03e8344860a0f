package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A person sits at a browser and does what people do: reads, follows links,
// fills in forms and presses buttons. Each step is counted.
type person struct {
	t     *testing.T
	ctx   context.Context
	url   string
	steps int
}

// sit opens a browser at a width, with or without scripts of pages.
func sit(t *testing.T, url string, width int64, scripts bool) *person {
	t.Helper()
	p := &person{t: t, ctx: browser(t), url: url}
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
		t.Fatal(err)
	}
	run(t, p.ctx, chromedp.EmulateViewport(width, 844))
	return p
}

// unique is a name that no other person of the tests uses.
func (p *person) unique(name string) string {
	return fmt.Sprintf("%s-%d", name, run(p.t, p.ctx, chromedp.Evaluate[int](`innerWidth`)))
}

// open goes to an address of the service.
func (p *person) open(path string) *person {
	p.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = p.url + path
	}
	run(p.t, p.ctx, chromedp.Navigate(path))
	return p
}

// path is where the browser is.
func (p *person) path() string {
	p.t.Helper()
	return run(p.t, p.ctx, chromedp.Evaluate[string](`location.pathname`))
}

// reads is what stands on the page.
func (p *person) reads() string {
	p.t.Helper()
	return run(p.t, p.ctx, chromedp.Evaluate[string](`document.body.innerText`))
}

// sees fails unless all of the texts stand on the page.
func (p *person) sees(texts ...string) *person {
	p.t.Helper()
	shown := p.reads()
	for _, text := range texts {
		if !strings.Contains(strings.ToLower(shown), strings.ToLower(text)) {
			p.t.Fatalf("%s lacks %q:\n%s", p.path(), text, shown)
		}
	}
	return p
}

// mark gives the element that an expression finds the attribute data-target.
func (p *person) mark(find, what string) {
	p.t.Helper()
	found := run(p.t, p.ctx, chromedp.Evaluate[bool](`(() => {
		for (const old of document.querySelectorAll("[data-target]")) old.removeAttribute("data-target");
		const e = `+find+`;
		if (!e) return false;
		for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
		e.setAttribute("data-target", "");
		e.scrollIntoView({block: "center"});
		return true;
	})()`))
	if !found {
		p.t.Fatalf("%s has no %s:\n%s", p.path(), what, p.reads())
	}
}

func js(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings only
	}
	return string(b)
}

// byText finds the first element of a kind whose text has the words.
func byText(selector, text string) string {
	return `[...document.querySelectorAll(` + js(selector) + `)].find(e => e.textContent.toLowerCase().includes(` + js(strings.ToLower(text)) + `))`
}

// press presses a button, which leads to another page.
func (p *person) press(text string) *person { return p.click("button:not([aria-hidden=true])", text) }

// follow follows a link.
func (p *person) follow(text string) *person { return p.click("main a, nav.tabs a, header a", text) }

func (p *person) click(selector, text string) *person {
	p.t.Helper()
	p.mark(byText(selector, text), "\""+text+"\" to press")
	p.steps++
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click("[data-target]")); err != nil {
		p.t.Fatalf("%s: press %q: %v\n%s", p.path(), text, err, p.reads())
	}
	return p
}

// fill types a value into the input of a name, or chooses it.
func (p *person) fill(name, value string) *person {
	p.t.Helper()
	p.mark(`[...document.querySelectorAll("[name=" + CSS.escape(`+js(name)+`) + "]")].find(e => e.type !== "hidden" && (e.type !== "radio" || e.value === `+js(value)+`))`, "input "+name)
	p.steps++
	run(p.t, p.ctx, chromedp.Evaluate[any](`(() => {
		const e = document.querySelector("[data-target]"), value = `+js(value)+`;
		if (e.type === "radio" || e.type === "checkbox") e.checked = true;
		else if (e.tagName === "SELECT") e.value = [...e.options].find(o => o.value === value || o.textContent.trim() === value)?.value;
		else e.value = value;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return 0;
	})()`))
	if got := run(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector("[data-target]").value`)); got == "" && value != "" {
		p.t.Fatalf("%s: %s does not take %q", p.path(), name, value)
	}
	return p
}

// attach chooses a file.
func (p *person) attach(name, file string, content []byte) *person {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), file)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.mark(`document.querySelector("input[type=file][name=" + CSS.escape(`+js(name)+`) + "]")`, "file input "+name)
	p.steps++
	run(p.t, p.ctx, chromedp.SetUploadFiles("[data-target]", []string{path}))
	return p
}

// session is the browser's session cookie, for fetching what a browser would
// save.
func (p *person) session() string {
	p.t.Helper()
	cookies, err := chromedp.Call(p.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{p.url}})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range cookies.Cookies {
		if c.Name == "temgoc-session" {
			return c.Name + "=" + c.Value
		}
	}
	p.t.Fatal("the browser has no session")
	return ""
}

// door is where a role of the demonstration comes in.
func door(t *testing.T, text, role string) string {
	t.Helper()
	found := regexp.MustCompile(`http://\S+/demo/vao/\S+/` + role).FindString(text)
	if found == "" {
		t.Fatalf("the demonstration names no door for %s:\n%s", role, text)
	}
	return found
}

// input is what an input holds.
func (p *person) input(selector string) string {
	p.t.Helper()
	return run(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector(`+js(selector)+`).value`))
}

// attribute is one of the marked element.
func (p *person) attribute(name string) string {
	p.t.Helper()
	return run(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector("[data-target]").getAttribute(`+js(name)+`)`))
}
