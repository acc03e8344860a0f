package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/gin-gonic/gin"

	"temgoc/internal/problem"
	"temgoc/internal/trace"
)

func TestLangOf(t *testing.T) {
	for header, want := range map[string]string{
		"": "vi", "vi": "vi", "en": "en", "en-US,en;q=0.9": "en", "vi-VN,vi;q=0.9,en;q=0.8": "vi",
		"fr, en;q=0.5": "en", "fr": "vi", "en;q=0": "vi", "*": "vi", "en;q=0.1, vi;q=0.2": "vi",
		"not a language;;": "vi", strings.Repeat("en,", 5000): "en", "EN": "en",
	} {
		if got := langOf(header); got != want {
			t.Errorf("langOf(%.40q) = %q, want %q", header, got, want)
		}
	}
}

// checked has a field for every check that the framework knows.
type checked struct {
	Text     string            `json:"text" minLength:"3" maxLength:"5"`
	Pattern  string            `json:"pattern" pattern:"^a$"`
	Form     string            `json:"form" pattern:"^a$" patternDescription:"an a"`
	Enum     string            `json:"enum" enum:"a,b"`
	Whole    int               `json:"whole" minimum:"2" maximum:"9" multipleOf:"2"`
	Number   float64           `json:"number" exclusiveMinimum:"2" exclusiveMaximum:"9"`
	Flag     bool              `json:"flag"`
	List     []int             `json:"list" minItems:"1" maxItems:"2" uniqueItems:"true"`
	Map      map[string]string `json:"map" minProperties:"1" maxProperties:"2"`
	Base64   []byte            `json:"base64"`
	Time     string            `json:"time" format:"date-time"`
	HTTPTime string            `json:"httpTime" format:"date-time-http"`
	Day      string            `json:"day" format:"date"`
	Clock    string            `json:"clock" format:"time"`
	Duration string            `json:"duration" format:"duration"`
	Email    string            `json:"email" format:"email"`
	Host     string            `json:"host" format:"hostname"`
	V4       string            `json:"v4" format:"ipv4"`
	V6       string            `json:"v6" format:"ipv6"`
	IP       string            `json:"ip" format:"ip"`
	URI      string            `json:"uri" format:"uri"`
	Template string            `json:"template" format:"uri-template"`
	UUID     string            `json:"uuid" format:"uuid"`
	Pointer  string            `json:"pointer" format:"json-pointer"`
	Relative string            `json:"relative" format:"relative-json-pointer"`
	Regexp   string            `json:"regexp" format:"regex"`
	Needs    string            `json:"needs,omitempty" dependentRequired:"needed"`
	Needed   string            `json:"needed,omitempty"`
}

// TestEveryCheckIsTranslated provokes the messages of the framework's checks:
// each is known and said in Vietnamese.
func TestEveryCheckIsTranslated(t *testing.T) {
	registry := huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)
	schema := registry.Schema(reflect.TypeFor[checked](), false, "")
	provoked := map[string]bool{}
	for _, value := range []any{nil, true, 1.0, 3.5, -7.0, 100.0, "", "x", "xxxxxxxxx", "{", "%zz", "(", "€", "{a", []any{}, []any{1.0, 1.0, 1.0}, map[string]any{}, map[string]any{"a": "b", "c": "d", "e": "f"}} {
		for name := range schema.Properties {
			var result huma.ValidateResult
			body := map[string]any{name: value, "extra": 1, "needs": "x"}
			huma.Validate(registry, schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeWriteToServer, body, &result)
			for _, err := range result.Errors {
				provoked[err.(*huma.ErrorDetail).Message] = true
			}
		}
	}
	if len(provoked) < 40 {
		t.Errorf("only %d messages were provoked", len(provoked))
	}
	for message := range provoked {
		say, known := lookup(message)
		if !known {
			t.Errorf("%q is not translated", message)
		}
		if slices.ContainsFunc(english, func(w string) bool { return strings.Contains(say.VI, w) }) {
			t.Errorf("%q is left in English: %q", message, say.VI)
		}
	}
}

// TestPhrases holds that each message is matched by its own phrase and that
// every slot is filled.
func TestPhrases(t *testing.T) {
	for _, p := range phrases {
		message := verbs.ReplaceAllString(p.message, "7")
		say, ok := lookup(message)
		if !ok || say.VI == "" || say.EN == "" || strings.ContainsAny(say.VI+say.EN, "{}%") {
			t.Errorf("%q becomes %+v, %v", message, say, ok)
		}
	}
	if got := translate("pq: relation \"users\" does not exist"); strings.Contains(got.VI+got.EN, "users") {
		t.Errorf("an unknown message leaks: %+v", got)
	}
	for form, vi := range forms {
		say, ok := lookup(fmt.Sprintf(validation.MsgExpectedBePattern, form))
		if !ok || say.VI != vi {
			t.Errorf("%q becomes %+v", form, say)
		}
	}
}

// TestEveryPatternIsExplained holds that no schema has a pattern that a
// Vietnamese reader is only shown.
func TestEveryPatternIsExplained(t *testing.T) {
	raw, err := newFixture(t).api.Document()
	if err != nil {
		t.Fatal(err)
	}
	var visit func(path string, v any)
	visit = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if pattern, ok := v["pattern"].(string); ok {
				description, _ := v["patternDescription"].(string)
				if forms[description] == "" {
					t.Errorf("%s: pattern %s is described as %q", path, pattern, description)
				}
			}
			for name, member := range v {
				visit(path+"/"+name, member)
			}
		case []any:
			for i, item := range v {
				visit(fmt.Sprint(path, "/", i), item)
			}
		}
	}
	var doc any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	visit("", doc)
}

// TestKinds holds that each kind of failure has its status, whatever wraps it.
func TestKinds(t *testing.T) {
	for err, want := range map[error]int{
		trace.ErrInvalid: 422, trace.ErrNotFound: 404, trace.ErrConflict: 409, trace.ErrForbidden: 403,
		trace.ErrUnauthenticated: 401, trace.ErrUnavailable: 503, trace.ErrStale: 412, trace.ErrKeyReused: 422,
		trace.ErrExists: 409, trace.ErrCorrupt: 500, trace.ErrHidden: 404, trace.ErrNotAllowed: 403,
		errors.New("anything else"): 500, context.Canceled: 500,
	} {
		if got := problem.Of(fmt.Errorf("wrapped: %w", err)).Status; got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}

// A broken store fails as it is told to.
type broken struct {
	trace.Store
	fail *error
}

func (b broken) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	if *b.fail != nil {
		return trace.Page{}, *b.fail
	}
	return b.Store.List(ctx, q)
}

func TestFailures(t *testing.T) {
	var fail error
	f := newFixtureOver(t, broken{openStore(t), &fail}, swapped{})
	for _, tt := range []struct {
		err    error
		status int
	}{
		{errors.New("dial tcp 10.0.0.7: secret-host refused"), http.StatusInternalServerError},
		{fmt.Errorf("%w: dial tcp 10.0.0.7: secret-host refused", trace.ErrUnavailable), http.StatusServiceUnavailable},
	} {
		fail = tt.err
		f.log.Reset()
		got := f.do("office", "GET", "/batches", nil, "Accept-Language", "en")
		if got.status != tt.status || strings.Contains(string(got.body), "secret-host") {
			t.Errorf("%v: %d %s", tt.err, got.status, got.body)
		}
		if retry := got.header.Get("Retry-After"); (retry != "") != (tt.status == http.StatusServiceUnavailable) {
			t.Errorf("%v: Retry-After %q", tt.err, retry)
		}
		id, _ := got.get(t, "instance").(string)
		if id == "" || id != got.header.Get("X-Request-Id") || !strings.Contains(f.log.String(), id) || !strings.Contains(f.log.String(), "secret-host") {
			t.Errorf("%v: request %q is not in the log: %s", tt.err, id, f.log)
		}
		if strings.Contains(f.log.String(), f.keys["office"]) {
			t.Error("the key is in the log")
		}
	}
}

// A bug is a store whose List panics with what it holds.
type bug struct {
	trace.Store
	with *any
}

func (b bug) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	if *b.with != nil {
		panic(*b.with)
	}
	return b.Store.List(ctx, q)
}

// TestPanic holds that a bug is answered like every other failure, and that
// what ends a connection on purpose still does.
func TestPanic(t *testing.T) {
	var with any
	f := newFixtureOver(t, bug{openStore(t), &with}, swapped{})
	with = "index 7 of secret-list"
	got := f.do("office", "GET", "/batches", nil)
	if got.status != http.StatusInternalServerError || got.header.Get("Content-Type") != problemType || got.get(t, "type") != "urn:temgoc:problem:internal" {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	id, _ := got.get(t, "instance").(string)
	if log := f.log.String(); id == "" || !strings.Contains(log, id) || !strings.Contains(log, "secret-list") || !strings.Contains(log, "problem_test.go") {
		t.Errorf("request %q with its panic and stack is not in the log: %s", id, log)
	}
	if strings.Contains(string(got.body), "secret-list") {
		t.Errorf("the answer tells too much: %s", got.body)
	}
	with = http.ErrAbortHandler
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("ErrAbortHandler became %v", p)
		}
	}()
	f.do("office", "GET", "/batches", nil)
}

// TestPanicHalfway holds that an answer that breaks off is cut off, not closed.
func TestPanicHalfway(t *testing.T) {
	a := newFixture(t).api
	w := httptest.NewRecorder()
	g, _ := gin.CreateTestContext(w)
	g.Request = httptest.NewRequest(http.MethodGet, "/", nil)
	ctx := huma.WithValue(humagin.NewContext(&huma.Operation{}, g), callKey{}, &call{lang: "vi"})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.String() != "half" {
			t.Errorf("panic %v after %q", p, w.Body)
		}
	}()
	a.rescue(ctx, func(ctx huma.Context) {
		if _, err := ctx.BodyWriter().Write([]byte("half")); err != nil {
			t.Error(err)
		}
		panic("bug")
	})
}

// TestDownloadsAreBounded takes every slot for files, and gives one back.
func TestDownloadsAreBounded(t *testing.T) {
	f := newFixture(t)
	path := f.upload("p0", "POST", "/files", formPart{"file", "a.pdf", "application/pdf", pdf("1")}).header.Get("Location")
	for range maxDownloads {
		if !f.api.downloads.tryEnter() {
			t.Fatal("no slot is free at first")
		}
	}
	if got := f.do("p0", "GET", path, nil); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
		t.Errorf("one more: %d %v", got.status, got.header)
	}
	f.must("p0", "GET", "/products", nil) // holds no file
	f.api.downloads.leave()
	for range 3 { // each gives its slot back
		f.must("p0", "GET", path, nil)
	}
}

// TestCorruptFile holds that a file that changed in the store is not served.
func TestCorruptFile(t *testing.T) {
	f := newFixtureOver(t, openStore(t), swapped{})
	added := f.upload("p0", "POST", "/files", formPart{"file", "a.pdf", "application/pdf", pdf("1")})
	if added.status != http.StatusCreated {
		t.Fatalf("%d %s", added.status, added.body)
	}
	got := f.do("p0", "GET", added.header.Get("Location"), nil)
	if got.status != http.StatusInternalServerError || got.get(t, "type") != "urn:temgoc:problem:corrupt" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// swapped keeps nothing and has something else instead.
type swapped struct{}

func (swapped) Put(_ context.Context, content []byte) (trace.Digest, error) {
	return trace.DigestOf(content), nil
}
func (swapped) Get(context.Context, trace.Digest) ([]byte, error)               { return nil, trace.ErrCorrupt }
func (swapped) List(context.Context, trace.Digest, int) ([]trace.Object, error) { return nil, nil }
func (swapped) Remove(context.Context, trace.Digest) error                      { return nil }
func (swapped) Ping(context.Context) error                                      { return nil }

// FuzzBadValues feeds the finder of bad values with anything: it never fails,
// and names only fields that are there.
func FuzzBadValues(f *testing.F) {
	f.Add(`{"gtin":"1","netContent":{"value":true},"name":{"vi":1},"standards":["a",2]}`)
	f.Add(`{"rows":[{"lod":"x"},null]}`)
	f.Add(`[]`)
	name := regexp.MustCompile(`^[A-Za-z0-9.\[\]]*$`)
	f.Fuzz(func(t *testing.T, data string) {
		for _, typ := range []reflect.Type{reflect.TypeFor[trace.Product](), reflect.TypeFor[TestCorrection](), reflect.TypeFor[NewRecord]()} {
			for _, e := range badValues(typ, []byte(data)) {
				if !name.MatchString(e.Field) || e.Message.VI == "" || e.Message.EN == "" {
					t.Errorf("%q: %+v", data, e)
				}
			}
		}
	})
}

// FuzzTranslate holds that no message of the framework breaks the translation.
func FuzzTranslate(f *testing.F) {
	f.Add("expected number >= 7")
	f.Add("expected value to be one of \"a, {2}\"")
	f.Fuzz(func(t *testing.T, message string) {
		if say := translate(message); say.VI == "" || say.EN == "" {
			t.Errorf("%q becomes %+v", message, say)
		}
	})
}
