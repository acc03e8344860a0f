package hostile

import (
	"html/template"
	"strings"
	"testing"
	"unicode/utf8"
)

const ours = `<html><head><script src="/static/x.js"></script></head><body><p title="T">A</p><a href="/x">B</a></body></html>`

// TestInertSeesWhatRuns puts the texts into a page unescaped, and escaped: the
// first must be noticed wherever they make an element, the second never.
func TestInertSeesWhatRuns(t *testing.T) {
	if len(Texts()) < 100 {
		t.Fatalf("there are only %d texts", len(Texts()))
	}
	v := Vocabulary{}
	if err := v.Learn(ours); err != nil {
		t.Fatal(err)
	}
	seen, tags := 0, 0
	for _, text := range Texts() {
		if !strings.Contains(text, Mark) && !strings.Contains(text, "eHNz") && !strings.Contains(text, "54c3") {
			t.Errorf("%q has no mark", text)
		}
		if strings.HasPrefix(text, "<") && !strings.HasPrefix(text, "<<") {
			tags++
			if v.Inert(strings.Replace(ours, "A", text, 1)) != nil {
				seen++
			}
		}
		escaped := strings.Replace(strings.Replace(ours, "A", template.HTMLEscapeString(text), 1), "T", template.HTMLEscapeString(text), 1)
		if err := v.Inert(escaped); err != nil {
			t.Errorf("%q, escaped: %v", text, err)
		}
	}
	// A few are inert as an HTML5 parser reads them, such as <% and <?.
	if seen*10 < tags*8 {
		t.Errorf("of %d texts that open a tag only %d were noticed", tags, seen)
	}
}

// TestBundles holds that no text is lost.
func TestBundles(t *testing.T) {
	n := 0
	for _, b := range Bundles(200) {
		if n += len(b); len(b) > 1 && utf8.RuneCountInString(strings.Join(b, " ")) > 200 {
			t.Errorf("%q is too long", b)
		}
	}
	if n != len(Texts()) {
		t.Errorf("the bundles have %d texts of %d", n, len(Texts()))
	}
}
