package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/trace"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestDocument compares the OpenAPI document with the one that clients were
// given last.
func TestDocument(t *testing.T) {
	got, err := newFixture(t).api.Document()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the document differs from testdata/openapi.json; look at the difference after go test -run TestDocument -update")
	}
	var doc map[string]any
	if err := json.Unmarshal(got, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["openapi"] != "3.1.0" {
		t.Errorf("openapi: %v", doc["openapi"])
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllSubmatch(got, -1) {
		if _, ok := doc["components"].(map[string]any)["schemas"].(map[string]any)[string(ref[1])]; !ok {
			t.Errorf("dangling reference to %s", ref[1])
		}
	}
}

// TestDomainTypesAreText holds that values with a form of their own are
// documented as text of that form.
func TestDomainTypesAreText(t *testing.T) {
	schemas := newFixture(t).api.huma.OpenAPI().Components.Schemas.Map()
	for _, tt := range []struct{ schema, field, format, pattern string }{
		{"Product", "gtin", "", `^([0-9]{8}|[0-9]{12,14})$`},
		{"Producer", "gln", "", `^[0-9]{13}$`},
		{"BatchData", "lot", "", "^[!"},
		{"BatchData", "expiry", "date", ""},
		{"Quantity", "value", "", "^-?[0-9]"},
		{"File", "sha256", "", "^[0-9A-Fa-f]{64}$"},
		{"RecordData", "happened", "date-time", ""},
	} {
		s, ok := schemas[tt.schema]
		if !ok {
			// Embedded data appears in what embeds it.
			s = schemas[map[string]string{"BatchData": "BatchChange", "RecordData": "RecordCorrection"}[tt.schema]]
		}
		p := s.Properties[tt.field]
		if p == nil || p.Type != "string" || p.Format != tt.format || !strings.HasPrefix(p.Pattern, tt.pattern) {
			t.Errorf("%s.%s is %+v", tt.schema, tt.field, p)
		}
	}
	for name, s := range schemas {
		if s.Type == huma.TypeObject && s.AdditionalProperties != false {
			t.Errorf("%s takes unknown fields", name)
		}
	}
}

// TestRoles walks every operation as everybody: nobody without a key, and none
// but the roles of the table, gets further than a refusal.
func TestRoles(t *testing.T) {
	f := newFixture(t)
	routes := f.api.table()
	registered := 0
	for _, r := range f.engine.Routes() {
		if strings.HasPrefix(r.Path, Prefix+"/") {
			registered++
		}
	}
	if registered != len(routes) {
		t.Errorf("%d routes are registered under %s, %d are in the table", registered, Prefix, len(routes))
	}
	for _, r := range routes {
		if len(r.roles) == 0 {
			t.Errorf("%s has no roles", r.id)
		}
		path := regexp.MustCompile(`\{[a-z0-9]+\}`).ReplaceAllString(r.path, "1")
		for name, headers := range map[string][]string{
			"no key":    {},
			"wrong key": {"Authorization", "Bearer temgoc_00000000_" + strings.Repeat("0", 43)},
			"basic":     {"Authorization", "Basic eDp5"},
		} {
			got := f.do("", r.method, path, "{}", headers...)
			if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" || got.header.Get("Content-Type") != problemType {
				t.Errorf("%s %s with %s: %d %v", r.method, path, name, got.status, got.header)
			}
		}
		for _, role := range trace.Roles() {
			got := f.do(string(role), r.method, path, "{}")
			if got.status >= 500 {
				t.Errorf("%s as %s: %d %s", r.id, role, got.status, got.body)
			}
			if !slices.Contains(r.roles, role) && got.status != http.StatusForbidden {
				t.Errorf("%s as %s, who may not: %d %s", r.id, role, got.status, got.body)
			}
			if got.status == http.StatusUnauthorized {
				t.Errorf("%s as %s: 401", r.id, role)
			}
		}
	}
}

// TestAnswersFitTheDocument holds the answers of the main operations against
// the schemas that the document gives for them.
func TestAnswersFitTheDocument(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	code := f.batch(0, product, "L1")
	certificate := f.must("p0", "POST", "/certificates", ocopCertificate(f.ids[0], product)).id(t)
	record := f.must("p0", "POST", "/batches/"+code+"/records", harvest()).id(t)
	report := f.must("laboratory", "POST", "/tests", f.asked(0, product, code)).id(t)
	f.must("p0", "POST", "/requests", with(request(product, code), map[string]any{"sample": map[string]any{"code": "M1", "sent": "2026-11-20"}}))
	f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"})
	f.must("p0", "POST", "/batches/"+code+"/voids", map[string]any{"items": map[string]any{"first": 1, "last": 3}, "reason": "tem rách"})
	order := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 3, "stock": "tomy-145"}).id(t)
	f.must("p0", "POST", "/orders/"+order+"/release", nil)
	f.must("p0", "POST", "/orders/"+order+"/report", map[string]any{"fate": "scrapped", "ranges": []any{stamps(2, 2)}, "reason": "tem rách", "restPrinted": true})
	codes, _ := f.must("p0", "GET", "/orders/"+order+"/codes", nil).get(t, "items").([]any)
	template := f.must("p0", "POST", "/templates", map[string]any{"text": templateText("cua-toi")}).id(t)
	ownStock := f.must("p0", "POST", "/stocks", map[string]any{"text": stockText("cua-toi")}).id(t)
	printer := f.must("p0", "POST", "/printers", printerBody()).id(t)
	recalled := f.batch(0, product, "L2")
	f.must("p0", "POST", "/batches/"+recalled+"/transitions", map[string]any{"to": "released"})
	recall := f.recalled(recalled).id(t)
	entered := f.must("office", "POST", "/problems", with(problemBody(code), map[string]any{"contact": "0912345678"}))
	asked := f.must("office", "POST", "/data-requests", map[string]any{"what": "erase", "name": "Mai", "contact": "0912345678"}).id(t)
	problem, reference := entered.id(t), entered.get(t, "data.reference").(string)
	params := map[string]string{
		"listProducers": "", "getProducer": f.ids[0], "getProduct": product, "getCertificate": certificate,
		"getRecord": record, "getRecordHistory": record, "getTest": report, "getTestHistory": report,
		"getRequest": report, "getRequestHistory": report,
		"getOrder": order, "getSending": order, "preflightOrder": order, "getPrinter": printer, "getPaper": "tomy-145", "getTemplate": template, "getStock": ownStock, "getRecall": recall, "getProblem": problem, "getDataRequest": asked, "getProblemContact": problem, "listCodes": order, "listRolls": order, "listCommunes": "08", "getCriteria": "4", "getCriteriaHistory": "4",
	}
	for _, r := range f.api.table() {
		if r.write() || r.media != nil {
			continue
		}
		path := r.path
		for _, name := range []string{"{id}", "{province}", "{set}", "{stock}"} {
			path = strings.Replace(path, name, params[r.id], 1)
		}
		if ofRecalled(r) {
			path = strings.Replace(path, "{code}", recalled, 1)
		}
		path = strings.Replace(path, "{code}", code, 1)
		if r.id == "search" {
			path += "?q=che"
		}
		if r.id == "findStamps" {
			path += fmt.Sprint("?first=", codes[0].(map[string]any)["code"], "&last=", codes[2].(map[string]any)["address"])
		}
		path = strings.Replace(path, "{reference}", reference, 1)
		who := "p0"
		if !slices.Contains(r.roles, trace.ProducerRole) {
			who = string(r.roles[0])
		}
		got := f.must(who, r.method, path, nil)
		f.fits(r, http.StatusOK, got)
		bad, _, _ := strings.Cut(path, "?")
		f.fits(r, 0, f.do(who, r.method, bad+"?unknown=1", nil))
	}
	for _, r := range f.api.table() {
		if !r.write() {
			continue
		}
		path := regexp.MustCompile(`\{[a-z0-9]+\}`).ReplaceAllString(r.path, "1")
		f.fits(r, 0, f.do(string(r.roles[0]), r.method, path, "{}"))
	}
}

// fits holds an answer against its schema; status 0 means a problem.
func (f *fixture) fits(r route, status int, got reply) {
	f.t.Helper()
	doc := f.api.huma.OpenAPI()
	o := r.operation(doc)
	key, media := "default", problemType
	if status != 0 {
		key, media = fmt.Sprint(status), "application/json"
	}
	if ct := got.header.Get("Content-Type"); ct != media {
		f.t.Errorf("%s: content type %q, want %q (%d)", r.id, ct, media, got.status)
		return
	}
	var body any
	if err := json.Unmarshal(got.body, &body); err != nil {
		f.t.Fatal(err)
	}
	var result huma.ValidateResult
	path := huma.NewPathBuffer([]byte{}, 0)
	huma.Validate(doc.Components.Schemas, o.Responses[key].Content[media].Schema, path, huma.ModeReadFromServer, body, &result)
	for _, err := range result.Errors {
		f.t.Errorf("%s answers %d: %v", r.id, got.status, err)
	}
}

func TestUnknownPathsAreProblems(t *testing.T) {
	f := newFixture(t)
	for path, status := range map[string]int{"/nothing": 404, "/producers/1/2/3": 404} {
		got := f.do("p0", "GET", path, nil)
		if got.status != status || !strings.HasPrefix(got.header.Get("Content-Type"), problemType) {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
	}
	if got := f.do("p0", "DELETE", "/producers", nil); got.status != 405 || !strings.HasPrefix(got.header.Get("Content-Type"), problemType) {
		t.Errorf("DELETE: %d %v", got.status, got.header)
	}
}

// TestDocsPage holds that the page explains every operation and needs nothing
// from elsewhere.
func TestDocsPage(t *testing.T) {
	f := newFixture(t)
	page := f.root("/docs")
	if page.status != 200 || page.header.Get("Content-Security-Policy") != docsPolicy {
		t.Fatalf("%d %v", page.status, page.header)
	}
	for _, r := range f.api.table() {
		for _, want := range []string{`id="` + r.id + `"`, Prefix + r.path} {
			if !bytes.Contains(page.body, []byte(want)) {
				t.Errorf("the page lacks %q", want)
			}
		}
	}
	for _, bad := range []string{"<script", "style=", "src=", "ZgotmplZ", `href="http`} {
		if bytes.Contains(page.body, []byte(bad)) {
			t.Errorf("the page has %q", bad)
		}
	}
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllSubmatch(page.body, -1) {
		if anchors[string(m[1])] {
			t.Errorf("id %q occurs twice", m[1])
		}
		anchors[string(m[1])] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllSubmatch(page.body, -1) {
		if !anchors[string(m[1])] {
			t.Errorf("a link leads to #%s, which is not there", m[1])
		}
	}
	for path, media := range map[string]string{"/docs/style.css": "text/css; charset=utf-8", "/openapi.json": "application/openapi+json"} {
		got := f.root(path)
		if got.status != 200 || got.header.Get("Content-Type") != media {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
		if again := f.root(path, "If-None-Match", got.header.Get("ETag")); again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s again: %d", path, again.status)
		}
	}
}
