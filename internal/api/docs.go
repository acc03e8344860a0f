package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

//go:embed docs.html
var docsHTML string

var docsTemplate = template.Must(template.New("docs").Parse(docsHTML))

// docsPage is what docs.html shows.
type docsPage struct {
	Version string
	Groups  []docsGroup
	Schemas []docsSchema
}

// docsGroup is one resource.
type docsGroup struct {
	Anchor     string
	Title      catalog.Name
	Operations []docsOperation
}

// docsOperation is one operation.
type docsOperation struct {
	Anchor, Method, Path string
	Name, Text           catalog.Name
	Roles                []trace.Role
	Everyone             bool
	Params               []docsParam
	Bodies               []docsBody
	Answers              []docsBody
	Status               int
	Curl                 string
}

// docsParam is a parameter, or a property of a schema.
type docsParam struct {
	Name, In, Text      string
	Type                docsType
	Required, ReadOnly  bool
	Example, Constraint string
}

// docsType is a type in words, with the schema it leads to, if any.
type docsType struct{ Text, Schema string }

// docsBody is a request or answer body of one content type.
type docsBody struct {
	Media   string
	Type    docsType
	Fields  []docsParam // of a multipart body
	Example string
}

// docsSchema is a named schema.
type docsSchema struct {
	Name   string
	Fields []docsParam
}

// docsPage renders the pages that explain the API.
func (a *API) docsPage() ([]byte, error) {
	doc := a.huma.OpenAPI()
	p := docsPage{Version: a.Version}
	for _, t := range tags {
		g := docsGroup{Anchor: "resource-" + t.name, Title: t.title}
		for _, r := range a.table() {
			if r.tag == t.name {
				g.Operations = append(g.Operations, describe(doc, r))
			}
		}
		p.Groups = append(p.Groups, g)
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		p.Schemas = append(p.Schemas, docsSchema{name, properties(schemas[name])})
	}
	var out bytes.Buffer
	if err := docsTemplate.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("documentation page: %w", err)
	}
	return out.Bytes(), nil
}

func describe(doc *huma.OpenAPI, r route) docsOperation {
	o := r.operation(doc)
	d := docsOperation{
		Anchor: r.id, Method: r.method, Path: Prefix + r.path, Name: r.name, Text: r.text,
		Roles: r.roles, Everyone: len(r.roles) == len(everyone), Status: r.status,
	}
	for _, param := range o.Parameters {
		f := property(param.Name, param.Schema, param.Required)
		f.In = param.In
		if param.Description != "" {
			f.Text = param.Description
		}
		d.Params = append(d.Params, f)
	}
	if o.RequestBody != nil {
		d.Bodies = bodies(doc, o.RequestBody.Content, true)
	}
	d.Answers = bodies(doc, o.Responses[fmt.Sprint(r.status)].Content, false)
	d.Curl = curl(r, d)
	return d
}

// bodies describes the contents of a request or an answer.
func bodies(doc *huma.OpenAPI, content map[string]*huma.MediaType, request bool) []docsBody {
	var out []docsBody
	for _, media := range slices.Sorted(maps.Keys(content)) {
		s := content[media].Schema
		b := docsBody{Media: media, Type: typeOf(s)}
		if media == "multipart/form-data" {
			b.Fields = properties(s)
		}
		if media == "application/json" {
			b.Example = exampleText(doc, s, request)
		}
		out = append(out, b)
	}
	return out
}

func properties(s *huma.Schema) []docsParam {
	var out []docsParam
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		out = append(out, property(name, s.Properties[name], slices.Contains(s.Required, name)))
	}
	slices.SortStableFunc(out, func(a, b docsParam) int { // required ones first
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return out
}

func property(name string, s *huma.Schema, required bool) docsParam {
	return docsParam{
		Name: name, Text: s.Description, Type: typeOf(s), Required: required && !s.ReadOnly, ReadOnly: s.ReadOnly,
		Example: firstExample(s), Constraint: constraint(s),
	}
}

func firstExample(s *huma.Schema) string {
	if len(s.Examples) == 0 {
		return ""
	}
	if text, ok := s.Examples[0].(string); ok {
		return text
	}
	raw, err := json.Marshal(s.Examples[0])
	if err != nil {
		return ""
	}
	return string(raw)
}

// typeOf names a type: "text", "list of Quantity" and so on.
func typeOf(s *huma.Schema) docsType {
	switch {
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, schemaPrefix)
		return docsType{name, name}
	case s.Type == huma.TypeArray:
		item := typeOf(s.Items)
		return docsType{"[ " + item.Text + " ]", item.Schema}
	case s.Format != "" && s.Type == huma.TypeString:
		return docsType{Text: s.Format}
	}
	return docsType{Text: s.Type}
}

// constraint says what else a value must keep.
func constraint(s *huma.Schema) string {
	var parts []string
	if len(s.Enum) > 0 {
		parts = append(parts, strings.Trim(fmt.Sprint(s.Enum), "[]"))
	}
	if s.PatternDescription != "" {
		parts = append(parts, s.PatternDescription)
	}
	for _, bound := range []struct {
		sign  string
		value *float64
	}{{"≥", s.Minimum}, {"≤", s.Maximum}} {
		if bound.value != nil {
			parts = append(parts, fmt.Sprintf("%s %v", bound.sign, int64(*bound.value)))
		}
	}
	return strings.Join(parts, "; ")
}

// curl is a command line that calls the operation.
func curl(r route, d docsOperation) string {
	path := d.Path
	for _, p := range d.Params {
		if p.In == "path" && p.Example != "" {
			path = strings.Replace(path, "{"+p.Name+"}", p.Example, 1)
		}
	}
	lines := []string{"curl -H 'Authorization: Bearer $KEY'"}
	if r.method != "GET" {
		lines[0] = "curl -X " + r.method + " -H 'Authorization: Bearer $KEY'"
		lines = append(lines, "-H 'Idempotency-Key: 2026-11-24-0001'")
	}
	switch {
	case r.body != nil:
		lines = append(lines, "-H 'Content-Type: application/json'", "--data @body.json")
	case r.parts != nil:
		lines = append(lines, "-F file=@giay-chung-nhan.pdf")
	}
	target := "https://HOST" + path
	if r.media != nil {
		lines = append(lines, "-OJ")
	}
	// The key is a shell variable, so its header is in double quotes.
	lines[0] = strings.ReplaceAll(lines[0], "'", `"`)
	return strings.Join(append(lines, "'"+target+"'"), " \\\n  ")
}
