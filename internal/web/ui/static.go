package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

//go:embed templates
var sharedFiles embed.FS

// StaticPath is where the files are served that pages refer to.
const StaticPath = "/static/"

// A Static is a style sheet or script of the service. Its name holds a hash of
// its content, so that browsers may keep it for ever.
type Static struct {
	Name    string // such as "console.1a2b3c4d5e6f.css"
	Type    string
	Content []byte
}

type statics struct {
	byName map[string]Static // by hashed name
	names  map[string]string // plain name to hashed
}

var loadStatics = sync.OnceValue(func() statics {
	s := statics{map[string]Static{}, map[string]string{}}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, e := range entries {
		content, err := fs.ReadFile(staticFiles, path.Join("static", e.Name()))
		if err != nil {
			panic(err)
		}
		ext := path.Ext(e.Name())
		if ext == ".css" {
			content = []byte(squeeze(ext, string(content)))
		}
		sum := sha256.Sum256(content)
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		s.byName[hashed] = Static{hashed, mime.TypeByExtension(ext), content}
		s.names[e.Name()] = hashed
	}
	return s
})

// StaticFile finds a file by the name it is served under.
func StaticFile(name string) (Static, bool) {
	s, ok := loadStatics().byName[name]
	return s, ok
}

// StaticURL is the address of a file by its plain name. It panics for a file
// that does not exist, which is a mistake in a template that its test finds.
func StaticURL(name string) string {
	hashed, ok := loadStatics().names[name]
	if !ok {
		panic(fmt.Sprintf("no static file %q", name))
	}
	return StaticPath + hashed
}

// Shared parses the templates that all desks use: the frame of a page, forms,
// icons.
func Shared() (*Templates, error) { return Parse(sharedFiles, "templates") }

// With adds the templates of a directory to a copy of the set.
func (t *Templates) With(fsys fs.FS, dir string) (*Templates, error) {
	set, err := t.set.Clone()
	if err != nil {
		return nil, fmt.Errorf("copy templates: %w", err)
	}
	if err := parseInto(set, fsys, dir); err != nil {
		return nil, err
	}
	return &Templates{set}, nil
}
