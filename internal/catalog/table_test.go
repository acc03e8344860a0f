package catalog

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// loaders reads each data file and returns its number of entries.
var loaders = map[string]func() int{
	"administrative-units.tsv": func() int { return len(administrativeUnits().entries) },
	"certificate-kinds.tsv":    func() int { return len(certificateKinds().entries) },
	"ocop-groups.tsv":          func() int { return len(groups().entries) },
	"ocop-sets.tsv":            func() int { return len(sets().entries) },
	"producer-kinds.tsv":       func() int { return len(producerKinds().entries) },
	"record-kinds.tsv":         func() int { return len(recordKinds().entries) },
	"required-items.tsv":       func() int { return len(requiredItems().entries) },
	"star-bands.tsv":           func() int { return len(starBands().entries) },
	"test-criteria.tsv":        func() int { return len(criteria().entries) },
	"units.tsv":                func() int { return len(units().entries) },
}

func dataFiles(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(files, "*")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts
}

func TestEveryDataFileIsRead(t *testing.T) {
	texts := dataFiles(t)
	if len(texts) != len(loaders) {
		t.Errorf("%d files, %d loaders", len(texts), len(loaders))
	}
	for name, text := range texts {
		load, ok := loaders[name]
		if !ok {
			t.Errorf("%s: nobody reads it", name)
			continue
		}
		rows := -1 // the column names
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "#") {
				rows++
			}
		}
		if got := load(); got != rows {
			t.Errorf("%s: %d entries from %d rows", name, got, rows)
		}
	}
}

func TestDataFilesAreClean(t *testing.T) {
	source := regexp.MustCompile(`(?m)^# Nguồn: \S.*\n# Source: \S`)
	untidy := regexp.MustCompile(`(?m)\r|\x{feff}|\x{a0}|  | $|^ | \t|\t `)
	for name, text := range dataFiles(t) {
		if !source.MatchString(text) {
			t.Errorf("%s names no source in both languages", name)
		}
		if !norm.NFC.IsNormalString(text) {
			t.Errorf("%s is not in NFC", name)
		}
		if at := untidy.FindStringIndex(text); at != nil {
			t.Errorf("%s: stray white space at byte %d, line %d", name, at[0], 1+strings.Count(text[:at[0]], "\n"))
		}
		if !strings.HasSuffix(text, "\n") {
			t.Errorf("%s does not end its last line", name)
		}
	}
}

type item struct {
	Key    string
	Number int
	Factor string
	Colour string
	On     bool
	Name   Name
}

func readItem(r *row) item {
	return item{
		Key:    r.text("key"),
		Number: r.integer("number"),
		Factor: r.optionalDecimal("factor"),
		Colour: oneOf(r, "colour", "red", "blue"),
		On:     r.flag("on"),
		Name:   r.name(""),
	}
}

const header = "key\tnumber\tfactor\tcolour\ton\tvi\ten\n"

func parseItems(text string) (table[string, item], error) {
	return parse(text, readItem, func(i item) string { return i.Key })
}

func TestParse(t *testing.T) {
	got, err := parseItems("# comment\n" + header + "a\t7\t0.05\tred\tyes\tđỏ\tred\n# between\nb\t0\t\tblue\tno\txanh\tblue")
	if err != nil {
		t.Fatal(err)
	}
	a := item{Key: "a", Number: 7, Factor: "0.05", Colour: "red", On: true, Name: Name{"đỏ", "red"}}
	b := item{Key: "b", Colour: "blue", Name: Name{"xanh", "blue"}}
	if diff := cmp.Diff([]item{a, b}, got.all()); diff != "" {
		t.Error(diff)
	}
	if found, ok := got.get("b"); !ok || found != b {
		t.Errorf("get(b) = %v, %v", found, ok)
	}
	if _, ok := got.get("c"); ok {
		t.Error("found c")
	}
}

func TestParseRefuses(t *testing.T) {
	const good = "a\t7\t0.05\tred\tyes\tđỏ\tred\n"
	tests := map[string]struct{ text, want string }{
		"nothing":         {"# comment\n", "no entries"},
		"header only":     {header, "no entries"},
		"too few cells":   {header + "a\t7\n", "line 2: 2 cells"},
		"too many cells":  {header + strings.TrimSuffix(good, "\n") + "\tx\n", "line 2: 8 cells"},
		"blank line":      {header + good + "\n", "line 3: 1 cells"},
		"same column":     {"key\tkey\n" + "a\tb\n", "line 1: two columns have one name"},
		"missing column":  {"key\na\n", "no column number"},
		"same key":        {header + good + good, "line 3: key a is there already"},
		"empty key":       {header + strings.Replace(good, "a", "", 1), "key is empty"},
		"no English":      {header + "a\t7\t\tred\tyes\tđỏ\t\n", "en is empty"},
		"not a number":    {header + strings.Replace(good, "7", "x", 1), "number is not a whole number"},
		"negative number": {header + strings.Replace(good, "7", "-7", 1), "number is not a whole number"},
		"decimal comma":   {header + strings.Replace(good, "0.05", "0,05", 1), "factor is not a decimal"},
		"exponent":        {header + strings.Replace(good, "0.05", "1e5", 1), "factor is not a decimal"},
		"unknown colour":  {header + strings.Replace(good, "red", "green", 1), `colour is "green"`},
		"unknown flag":    {header + strings.Replace(good, "yes", "true", 1), `on is "true"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parseItems(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header + "a\t7\t0.05\tred\tyes\tđỏ\tred\n")
	f.Add("key\na\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseItems(text)
		if err == nil && (len(got.entries) == 0 || len(got.entries) != len(got.byKey)) {
			t.Errorf("%d entries under %d keys", len(got.entries), len(got.byKey))
		}
	})
}
