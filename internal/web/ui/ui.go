// Package ui renders pages: templates that are parsed once at start-up, a Go
// struct behind every page, and output that is complete before the first byte
// of the answer is sent. What the pages say belongs to the packages that use
// it, such as scan.
package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A Page is the content of one page. It names the template that shows it,
// which is checked against the page's type by a test of its package.
type Page interface {
	// Template is the file name, such as "batch.html".
	Template() string
}

// Templates are the parsed files of one package.
type Templates struct{ set *template.Template }

// Parse reads all *.html and *.css files of a directory into one set: each is
// a template under its file name, and may define more. Line breaks and
// indentation are dropped, since some pages have a size to keep.
func Parse(fsys fs.FS, dir string) (*Templates, error) {
	set := template.New("")
	if err := parseInto(set, fsys, dir); err != nil {
		return nil, err
	}
	return &Templates{set}, nil
}

func parseInto(set *template.Template, fsys fs.FS, dir string) error {
	names, err := fs.Glob(fsys, path.Join(dir, "*.*"))
	if err != nil {
		return fmt.Errorf("list templates: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("read template: %w", err)
		}
		if _, err := set.New(path.Base(name)).Parse(squeeze(path.Ext(name), string(text))); err != nil {
			return fmt.Errorf("parse template %s: %w", name, err)
		}
	}
	return nil
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s*([{};,])\s*|:\s+`)
	cssLast    = regexp.MustCompile(`;}`)
	lineIndent = regexp.MustCompile(`\s*\n\s*`)
)

// squeeze removes what a browser does not need. A line break in a template,
// with the indentation around it, is for its readers only: where a space is
// meant, one is written inside a line.
func squeeze(ext, text string) string {
	if ext != ".css" {
		return lineIndent.ReplaceAllString(text, "")
	}
	text = cssComment.ReplaceAllString(text, "")
	text = cssSpace.ReplaceAllStringFunc(text, func(s string) string {
		return strings.TrimSpace(s)
	})
	return strings.TrimSpace(cssLast.ReplaceAllString(lineIndent.ReplaceAllString(text, " "), "}"))
}

// Names lists the files that were parsed, sorted.
func (t *Templates) Names() []string {
	var names []string
	for _, part := range t.set.Templates() {
		if ext := path.Ext(part.Name()); ext == ".html" || ext == ".css" {
			names = append(names, part.Name())
		}
	}
	slices.Sort(names)
	return names
}

// Lookup returns a template by its file name, or nil.
func (t *Templates) Lookup(name string) *template.Template { return t.set.Lookup(name) }

// Render gives the whole page, or an error and nothing.
func (t *Templates) Render(p Page) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(20 << 10)
	if err := t.set.ExecuteTemplate(&b, p.Template(), p); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.Template(), err)
	}
	return b.Bytes(), nil
}

// StyleSource is the source expression that lets a Content-Security-Policy
// accept the one <style> element of a rendered page, such as
// "'sha256-…'". It is taken from the bytes as they are sent, because
// html/template changes style sheets. Without such an element it is "'none'".
func StyleSource(page []byte) string {
	_, rest, ok := bytes.Cut(page, []byte("<style>"))
	style, _, closed := bytes.Cut(rest, []byte("</style>"))
	if !ok || !closed {
		return "'none'"
	}
	sum := sha256.Sum256(style)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
