package ui_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"temgoc/internal/web/ui"
)

type page struct{ Name string }

func (page) Template() string { return "page.html" }

type lost struct{}

func (lost) Template() string { return "lost.html" }

func parse(t *testing.T, files map[string]string) (*ui.Templates, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys["t/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return ui.Parse(fsys, "t")
}

func TestRender(t *testing.T) {
	templates, err := parse(t, map[string]string{
		"page.html": "<style>{{template \"style.css\"}}</style>\n  <p>Xin chào,\n <b>{{.Name}}</b> \n</p>\n",
		"style.css": "/* why\nnot */\na { color: red; }\nb ,\ni { margin: 0 1px;\n}\n@media (min-width: 1rem) {\n  a { top: 0; }\n}\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := templates.Render(page{`<i>"Lan"</i>`})
	want := "<style>a{color:red}b,i{margin:0 1px}@media (min-width:1rem){a{top:0}}</style><p>Xin chào,<b>&lt;i&gt;&#34;Lan&#34;&lt;/i&gt;</b></p>"
	if err != nil || strings.TrimSpace(string(got)) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	if names := templates.Names(); strings.Join(names, " ") != "page.html style.css" {
		t.Errorf("names %q", names)
	}
	if body, err := templates.Render(lost{}); err == nil || body != nil {
		t.Errorf("a page without a template gives %q, %v", body, err)
	}
}

func TestParseRefusesBadTemplates(t *testing.T) {
	if _, err := parse(t, map[string]string{"page.html": "{{if}}"}); err == nil || !strings.Contains(err.Error(), "page.html") {
		t.Errorf("error %v, want one that names the file", err)
	}
}

func TestStyleSource(t *testing.T) {
	// The SHA-256 of "a{}" in base64, computed with openssl.
	tests := map[string]string{
		"<p><style>a{}</style>": "'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='",
		"<p>":                   "'none'",
		"<style>a{}":            "'none'",
	}
	for body, want := range tests {
		if got := ui.StyleSource([]byte(body)); got != want {
			t.Errorf("StyleSource(%q) = %s, want %s", body, got, want)
		}
	}
}

// TestScriptsWriteNoMarkup holds that no script of ours makes elements or code
// out of text. Whole pages of ours, which are escaped, may be parsed.
func TestScriptsWriteNoMarkup(t *testing.T) {
	scripts, err := filepath.Glob("static/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("scripts %v: %v", scripts, err)
	}
	sinks := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTML|document\.write|srcdoc|\beval\b|new Function|set(?:Timeout|Interval)\(\s*["'` + "`" + `]|javascript:`)
	for _, name := range scripts {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if sink := sinks.Find(source); sink != nil {
			t.Errorf("%s has %s", name, sink)
		}
	}
}
