package scan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"temgoc/internal/web/ui"
)

// pageTypes are all pages of the package.
var pageTypes = []ui.Page{startPage{}, noticePage{}, batchPage{}, provePage{}}

func parsed(t *testing.T) *ui.Templates {
	t.Helper()
	templates, err := ui.Parse(templateFiles, "templates")
	if err != nil {
		t.Fatal(err)
	}
	return templates
}

func TestTemplatesFitTheirPages(t *testing.T) {
	templates := parsed(t)
	for _, page := range pageTypes {
		if err := templatecheck.CheckHTML(templates.Lookup(page.Template()), page); err != nil {
			t.Errorf("%s: %v", page.Template(), err)
		}
	}
}

func TestNoOrphans(t *testing.T) {
	shared := []string{"parts.html", "style.css"}
	want := slices.Clone(shared)
	for _, page := range pageTypes {
		want = append(want, page.Template())
	}
	slices.Sort(want)
	if got := parsed(t).Names(); !slices.Equal(got, want) {
		t.Errorf("template files %q, pages and shared parts %q", got, want)
	}
}

var verbs = regexp.MustCompile(`%[a-z]`)

func TestBothLanguagesAreComplete(t *testing.T) {
	vi, en := reflect.ValueOf(vietnamese), reflect.ValueOf(english)
	for i := range vi.NumField() {
		name := vi.Type().Field(i).Name
		if vi.Field(i).Kind() == reflect.Slice {
			if vi.Field(i).Len() == 0 || vi.Field(i).Len() != en.Field(i).Len() {
				t.Errorf("%s: %d texts in Vietnamese, %d in English", name, vi.Field(i).Len(), en.Field(i).Len())
			}
			continue
		}
		v, e := vi.Field(i).String(), en.Field(i).String()
		if v == "" || e == "" {
			t.Errorf("%s: %q in Vietnamese, %q in English", name, v, e)
		}
		if got, want := verbs.FindAllString(e, -1), verbs.FindAllString(v, -1); !slices.Equal(got, want) {
			t.Errorf("%s takes %q in Vietnamese and %q in English", name, want, got)
		}
	}
}

func TestEveryKindHasATitleAndWords(t *testing.T) {
	for _, text := range []*texts{&vietnamese, &english} {
		for k := range severity {
			if text.title(k) == "" {
				t.Errorf("%s: no title for %s", text.Lang, k)
			}
		}
		for _, k := range []Kind{
			KindVoided, KindNotActive, KindNotIssued, KindUnknown, KindMistyped, KindMalformed, KindUnavailable, KindTooMany,
			KindGTINUnknown, KindBadLink, KindFileGone, KindFileCorrupt, KindPageGone, KindBroken,
		} {
			lines, _ := text.wordsOf(notice{kind: k, given: "X", since: releasedForTest})
			if text.title(k) == "" || len(lines) == 0 || lines[0] == "" {
				t.Errorf("%s: title %q and lines %q for %s", text.Lang, text.title(k), lines, k)
			}
		}
	}
}

// TestNeverGenuine keeps the page from saying more than the system knows.
func TestNeverGenuine(t *testing.T) {
	claim := regexp.MustCompile(`(?i)hàng thật|chính hãng|hàng chuẩn|genuine|authentic`)
	for _, text := range []texts{vietnamese, english} {
		v := reflect.ValueOf(text)
		for i := range v.NumField() {
			if s := v.Field(i).String(); claim.MatchString(s) {
				t.Errorf("%s says %q", v.Type().Field(i).Name, s)
			}
		}
	}
}

// TestNoTrustedConversions keeps html/template's escaping in force.
func TestNoTrustedConversions(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	banned := []string{"HTML", "HTMLAttr", "JS", "JSStr", "URL", "CSS", "Srcset"}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(banned, s.Sel.Name) {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "template" {
					t.Errorf("%s uses template.%s", f.Name(), s.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestContrast computes WCAG 2.2 contrasts of the style sheet's colours.
func TestContrast(t *testing.T) {
	style, err := templateFiles.ReadFile("templates/style.css")
	if err != nil {
		t.Fatal(err)
	}
	colour := func(name string) string {
		m := regexp.MustCompile(`--` + name + `: (#[0-9a-f]{6})`).FindSubmatch(style)
		if m == nil {
			t.Fatalf("no colour %s", name)
		}
		return string(m[1])
	}
	pairs := [][2]string{
		{colour("i"), colour("p")}, {colour("i"), colour("k")}, {colour("s"), colour("k")},
		{colour("s"), colour("p")}, {colour("n"), colour("k")}, {"#ffffff", colour("g")},
		{"#ffffff", colour("b")}, {"#ffffff", colour("w")}, {"#ffffff", colour("n")}, {colour("g"), colour("k")},
		{colour("b"), colour("k")}, {colour("w"), colour("k")}, {"#ffffff", "#22305a"}, {"#4a3500", "#ffe9a8"},
		{"#8f5b00", colour("k")},
	}
	for _, p := range pairs {
		if c := contrast(p[0], p[1]); c < 4.5 {
			t.Errorf("%s on %s has contrast %.2f, want 4.5", p[0], p[1], c)
		}
	}
}
