// Package archtest checks what the compiler does not: which package may
// import which, how long files and functions may get, and a few habits.
package archtest

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// may lists what a package of ours may import of ours. A package that is not
// listed fails: the table is the drawing of the architecture.
var may = map[string][]string{
	"internal/gs1":         {},
	"internal/privatefile": {},
	"internal/stamp":       {"internal/privatefile"},
	"internal/version":     {},
	"internal/catalog":     {},
	"internal/upload":      {"internal/catalog"},
	"internal/photo":       {"internal/upload"},
	"labels":               {"labels/"},
	"labels/":              {"labels/"},

	"internal/trace":        {"internal/gs1", "internal/stamp", "internal/catalog", "internal/upload"},
	"internal/inventory":    {"internal/trace"},
	"internal/sweep":        {"internal/inventory", "internal/trace"},
	"internal/proof":        {"internal/proof/", "internal/privatefile", "internal/trace", "internal/catalog"},
	"internal/proof/":       {"internal/proof/checkpoint", "internal/proof/cosignature", "internal/proof/policy", "internal/proof/witness", "internal/privatefile"},
	"internal/proof/bundle": {"internal/proof", "internal/proof/checkpoint", "internal/proof/policy", "internal/trace", "internal/catalog", "internal/stamp", "labels/qr"},
	"internal/account":      {"internal/trace", "internal/stamp", "internal/catalog"},
	"internal/backup":       {"internal/inventory", "internal/trace", "internal/proof", "internal/proof/checkpoint", "internal/privatefile"},
	"internal/mail":         {"internal/trace"},
	"internal/privacy":      {"internal/account", "internal/trace", "internal/catalog"},
	"internal/readonly":     {"internal/trace"},
	"internal/migrate":      {"internal/inventory", "internal/trace"},
	"internal/problem":      {"internal/trace", "internal/catalog"},
	"internal/printing":     {"internal/trace", "internal/gs1", "internal/stamp", "internal/catalog", "internal/spreadsheet", "labels", "labels/"},
	"internal/sighting":     {"internal/trace", "internal/printing", "internal/stamp", "internal/catalog", "internal/spreadsheet"},
	"internal/sample/":      {},
	"internal/sample":       {"internal/sample/", "internal/trace", "internal/printing", "internal/catalog", "internal/gs1", "internal/stamp"},

	"internal/spreadsheet": {"internal/trace", "internal/catalog"},
	"internal/exchange":    {"internal/spreadsheet", "internal/trace", "internal/gs1", "internal/stamp", "internal/catalog"},

	"internal/spans":    {},
	"internal/metered":  {"internal/spans", "internal/trace"},
	"internal/health":   {"internal/trace", "internal/catalog"},
	"internal/discreet": {},

	"internal/api":       {"internal/web/limit", "internal/proof/bundle", "internal/sighting", "internal/problem", "internal/photo", "internal/trace", "internal/account", "internal/printing", "internal/privacy", "internal/gs1", "internal/stamp", "internal/catalog", "labels"},
	"internal/web/limit": {"internal/trace"},
	"internal/web/ui":    {"internal/trace", "internal/gs1", "internal/catalog"},
	"internal/web/desk":  {"internal/web/limit", "labels/qr", "internal/mail", "internal/account", "internal/trace", "internal/problem", "internal/stamp", "internal/catalog", "internal/web/ui"},
	"internal/web/scan":  {"internal/spans", "internal/web/limit", "internal/sighting", "internal/proof", "internal/trace", "internal/printing", "internal/gs1", "internal/stamp", "internal/catalog", "internal/upload", "internal/web/ui"},
	"internal/web/console/": {
		"internal/health", "internal/sighting", "internal/proof/bundle",
		"internal/web/console/", "internal/web/desk", "internal/web/scan", "internal/web/ui", "internal/account", "internal/printing",
		"internal/spreadsheet", "internal/exchange", "internal/privacy", "internal/photo", "internal/trace", "internal/gs1", "internal/stamp", "internal/catalog", "labels",
	},
	"internal/web/console": {
		"internal/health", "internal/sighting", "internal/proof/bundle",
		"internal/web/console/", "internal/web/desk", "internal/web/scan", "internal/web/ui",
		"internal/account", "internal/printing", "internal/exchange", "internal/privacy", "internal/trace", "internal/catalog", "labels",
	},
	"internal/web/console/testsheet": {"internal/web/desk", "internal/web/ui", "internal/trace", "internal/catalog"},

	"internal/web/public": {"internal/web/limit", "internal/sighting", "internal/printing", "internal/web/desk", "internal/web/scan", "internal/web/ui", "internal/trace", "internal/stamp", "internal/catalog"},
	"internal/web/tiles":  {"internal/web/limit", "internal/trace"},
	"internal/web":        {"internal/spans", "internal/discreet", "internal/problem", "internal/web/limit", "internal/web/tiles", "internal/api", "internal/web/console", "internal/web/desk", "internal/web/public", "internal/web/scan", "internal/web/ui", "internal/trace"},

	"storage":             {"internal/trace", "storage/sqlite", "storage/mongo", "storage/dir", "storage/minio"},
	"storage/sqlite":      {"internal/trace", "internal/version", "storage/internal/"},
	"storage/mongo":       {"internal/trace", "internal/version", "storage/internal/"},
	"storage/dir":         {"internal/trace", "storage/internal/"},
	"storage/minio":       {"internal/trace", "storage/internal/"},
	"storage/internal/":   {"internal/trace", "internal/version"},
	"storage/storagetest": {"internal/trace"},
	"internal/testing/":   {""},
	"cmd/temgoc":          {""},
	"tools/ferretdb":      {},
	"tools/growth":        {""},
}

// standardOnly are packages that import nothing but the standard library.
var standardOnly = []string{"internal/gs1", "internal/stamp"}

// reserved are libraries that only some packages may use.
var reserved = map[string][]string{
	"github.com/gin-gonic/gin":         {"internal/api", "internal/web", "internal/testing/"},
	"github.com/danielgtaylor/huma/v2": {"internal/api"},
	"go.mongodb.org/mongo-driver/v2":   {"storage/mongo", "internal/testing/"},
	"github.com/minio/minio-go/v7":     {"storage/minio", "internal/testing/"},
	"modernc.org/sqlite":               {"storage/sqlite", "internal/testing/bulk"},
	"github.com/makiuchi-d/gozxing":    {"internal/photo"},
	"github.com/skip2/go-qrcode":       {"labels/qr"},
	"github.com/xuri/excelize/v2":      {"internal/spreadsheet"},
}

type listed struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// rule finds the entry for a package: its own, or that of a folder above it
// that ends with a slash.
func rule[T any](table map[string]T, name string) (T, bool) {
	if r, ok := table[name]; ok {
		return r, true
	}
	for dir := name; dir != "."; dir = path.Dir(dir) {
		if r, ok := table[dir+"/"]; ok {
			return r, true
		}
	}
	var none T
	return none, false
}

func covered(allowed []string, name string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return a == name || a == "" || strings.HasSuffix(a, "/") && strings.HasPrefix(name+"/", a)
	})
}

func TestArrows(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "temgoc/")
		allowed, known := rule(may, name)
		if !known {
			t.Errorf("%s is not in the table of packages", name)
			continue
		}
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, "temgoc/"); ok && !covered(allowed, ours) {
				t.Errorf("%s imports %s, which the architecture does not allow", name, ours)
			}
			if slices.Contains(standardOnly, name) && strings.Contains(strings.Split(imported, "/")[0], ".") {
				t.Errorf("%s imports %s, but is standard library only", name, imported)
			}
			for library, users := range reserved {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !usesLibrary(users, name) {
					t.Errorf("%s imports %s, which only %v may", name, imported, users)
				}
			}
		}
	}
}

func usesLibrary(users []string, name string) bool {
	return slices.ContainsFunc(users, func(u string) bool {
		return name == u || strings.HasPrefix(name, strings.TrimSuffix(u, "/")+"/")
	})
}

// Budgets, in lines. What exceeds them is listed with the reason.
const (
	maxFile     = 500
	maxFunction = 60
)

func TestBudgets(t *testing.T) {
	for _, p := range packages(t) {
		for _, file := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, file), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if n := fset.Position(f.End()).Line; n > maxFile {
				t.Errorf("%s/%s has %d lines, more than %d", p.ImportPath, file, n, maxFile)
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > maxFunction {
					t.Errorf("%s/%s: %s has %d lines, more than %d", p.ImportPath, file, fn.Name.Name, n, maxFunction)
				}
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	for _, p := range packages(t) {
		documented := len(p.GoFiles) == 0
		for _, file := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			documented = documented || f.Doc != nil
		}
		if !documented {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// TestTemplateEscapes bans the conversions that switch off html/template's
// escaping.
func TestTemplateEscapes(t *testing.T) {
	banned := []string{"HTML", "HTMLAttr", "JS", "JSStr", "URL", "CSS", "Srcset"}
	for _, p := range packages(t) {
		if !slices.Contains(p.Imports, "html/template") {
			continue
		}
		for _, file := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "template" && slices.Contains(banned, s.Sel.Name) {
					t.Errorf("%v: template.%s switches off escaping", fset.Position(n.Pos()), s.Sel.Name)
				}
				return true
			})
		}
	}
}

// TestNoJunkDrawers keeps names that mean nothing out of the tree.
func TestNoJunkDrawers(t *testing.T) {
	banned := []string{"util", "utils", "common", "helper", "helpers", "misc", "models", "types", "base"}
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains(banned, d.Name()) {
			t.Errorf("%s is a name that says nothing", p)
		}
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && p != "." {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
