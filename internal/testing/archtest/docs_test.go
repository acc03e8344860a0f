package archtest

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the texts for people, by their path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	tree := os.DirFS(root)
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		names, err := fs.Glob(tree, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(tree, name)
			if err != nil {
				t.Fatal(err)
			}
			found[name] = string(text)
		}
	}
	if len(found) < 3 {
		t.Fatalf("only %d documents were found", len(found))
	}
	return found
}

var linkForm = regexp.MustCompile(`(?:\]\(|src=")([^)"\s]+)[)"]`)

// TestDocumentLinks holds every link and picture of the documents against the
// files, and looks for pictures that no document shows.
func TestDocumentLinks(t *testing.T) {
	shown := map[string]bool{}
	for name, text := range documents(t) {
		for _, link := range linkForm.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(link[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			target = path.Join(path.Dir(name), target)
			shown[target] = true
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s: there is no %s", name, target)
			}
		}
	}
	err := fs.WalkDir(os.DirFS(root), "docs/images", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !shown[p] {
			t.Errorf("no document shows %s", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// addressForm finds addresses of the console as documents write them, with … for
// what differs.
var addressForm = regexp.MustCompile(`/console(?:/[A-Za-z0-9:./_…-]*[A-Za-z0-9…])?`)

// TestDocumentAddresses holds every address of the console that a document
// names against the table of routes.
func TestDocumentAddresses(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(root, "internal/web/console/testdata/routes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var routes []*regexp.Regexp
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 1 {
			routes = append(routes, regexp.MustCompile("^"+regexp.MustCompile(`:[a-z0-9]+`).ReplaceAllString(fields[1], "[^/]+")+"$"))
		}
	}
	for name, text := range documents(t) {
		for _, at := range addressForm.FindAllStringIndex(text, -1) {
			if at[0] > 0 && regexp.MustCompile(`[A-Za-z]`).MatchString(text[at[0]-1:at[0]]) {
				continue // a path of a package
			}
			address := text[at[0]:at[1]]
			if !slices.ContainsFunc(routes, func(r *regexp.Regexp) bool { return r.MatchString(address) }) {
				t.Errorf("%s: the console has no address %s", name, address)
			}
		}
	}
}

// TestPackageTable holds the table of packages in README.md against the
// packages that there are. A name that ends with /… covers what is below it.
func TestPackageTable(t *testing.T) {
	_, code, ok := strings.Cut(documents(t)["README.md"], "\n## The code\n")
	if !ok {
		t.Fatal("README.md has no section on the code")
	}
	code, _, _ = strings.Cut(code, "\n## ")
	var named []string
	for line := range strings.Lines(code) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
				named = append(named, name[1])
			}
		}
	}
	unused := slices.Clone(named)
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "temgoc/")
		i := slices.IndexFunc(named, func(n string) bool {
			above, whole := strings.CutSuffix(n, "/…")
			return n == name || whole && strings.HasPrefix(name, above+"/")
		})
		if i < 0 {
			t.Errorf("README.md does not name the package %s", name)
			continue
		}
		unused = slices.DeleteFunc(unused, func(n string) bool { return n == named[i] })
	}
	for _, n := range unused {
		t.Errorf("README.md names %s, which is no package", n)
	}
}
