package api

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// exampleText is a JSON text that fits a schema: for a request what has to be
// sent and what has an example, for an answer every field.
func exampleText(doc *huma.OpenAPI, s *huma.Schema, request bool) string {
	raw := new(bytes.Buffer)
	encoder := json.NewEncoder(raw)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(example(doc, s, request, 0)); err != nil {
		return ""
	}
	return raw.String()
}

// exampleDepth bounds how deep an example goes.
const exampleDepth = 6

func example(doc *huma.OpenAPI, s *huma.Schema, request bool, depth int) any {
	if s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		return exampleObject(doc, s, request, depth)
	case huma.TypeArray:
		if depth > exampleDepth {
			return []any{}
		}
		return []any{example(doc, s.Items, request, depth+1)}
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return int64(*s.Minimum)
		}
		return 1
	case huma.TypeBoolean:
		return true
	}
	return exampleWord(s)
}

func exampleObject(doc *huma.OpenAPI, s *huma.Schema, request bool, depth int) any {
	out := map[string]any{}
	if depth > exampleDepth {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		wanted := slices.Contains(s.Required, name) || len(p.Examples) > 0
		if request && (p.ReadOnly || !wanted) {
			continue
		}
		if !wanted && p.Ref != "" {
			continue // keeps the example short
		}
		out[name] = example(doc, p, request, depth+1)
	}
	return out
}

// exampleWord is a text in the form that the schema asks for.
func exampleWord(s *huma.Schema) string {
	switch {
	case s.Format == "date":
		return "2026-11-20"
	case s.Format == "date-time":
		return "2026-11-20T08:30:00+07:00"
	case s.PatternDescription == formDigest:
		return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	case s.PatternDescription == formDecimal:
		return "12.5"
	case s.PatternDescription == formGTIN:
		return "09521234000013"
	case s.PatternDescription == formGLN:
		return "9521234000006"
	case s.PatternDescription == formLot:
		return "L2026-11-A"
	}
	return "…"
}
