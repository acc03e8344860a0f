package api

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
)

// TestSearch looks for one thing by everything it can be found by.
func TestSearch(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	numbered := map[string]any{"producer": f.ids[0], "name": map[string]any{"vi": "Mật ong 9521234000013"}, "set": 1, "gtin": "09521234000013"}
	f.must("p0", "POST", "/products", numbered)
	code := f.batch(0, product, "LOT-7")
	f.must("p0", "POST", "/certificates", ocopCertificate(f.ids[0], product))
	f.must("p0", "POST", "/requests", request(product, code))
	order := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 2, "stock": "tomy-145"}).id(t)
	codes := f.must("p0", "GET", "/orders/"+order+"/codes", nil).json(t)["items"].([]any)
	item := codes[1].(map[string]any)["display"].(string)
	hyphenated := code[:5] + "-" + code[5:]
	for _, tt := range []struct {
		name, who, text string
		want            map[string]int // finds by group
	}{
		{"batch code", "p0", code, map[string]int{"code": 1}},
		{"as printed, in lower case", "p0", strings.ToLower(hyphenated), map[string]int{"code": 1}},
		{"item code", "inspector", item, map[string]int{"code": 1}},
		{"mistyped code", "p0", mistype(code), map[string]int{}},
		{"lot", "p0", "LOT-7", map[string]int{"lots": 1}},
		{"lot in another case", "p0", "lot-7", map[string]int{}},
		{"words without diacritics", "p0", "shan tuyet", map[string]int{"products": 1}},
		{"words with diacritics", "office", "Tuyết", map[string]int{"products": 1}},
		{"producer", "office", "hop tac xa so", map[string]int{"producers": 3}},
		{"certificate", "office", "321/qd-ubnd", map[string]int{"certificates": 1}},
		{"laboratory that was asked", "laboratory", "shan", map[string]int{"products": 1}},
		{"laboratory, what it was not asked about", "laboratory", "mat ong", map[string]int{}},
		{"laboratory by batch code", "laboratory", code, map[string]int{"code": 1}},
		{"laboratory by lot", "laboratory", "LOT-7", map[string]int{"lots": 1}},
		{"laboratory that nobody asked", "unasked", "shan", map[string]int{}},
		{"laboratory that nobody asked, by batch code", "unasked", code, map[string]int{}},
		{"somebody else's", "p1", code, map[string]int{}},
		{"somebody else's lot", "p1", "LOT-7", map[string]int{}},
		{"GTIN", "p0", "09521234000013", map[string]int{"products": 1}},
		{"GTIN that is also a word", "office", " 9521234000013 ", map[string]int{"products": 1}},
		{"laboratory by GTIN that it was not asked about", "laboratory", "09521234000013", map[string]int{}},
		{"somebody else's GTIN", "p1", "09521234000013", map[string]int{}},
		{"GTIN of nothing", "office", "09521234000020", map[string]int{}},
		{"mistyped GTIN", "office", "09521234000014", map[string]int{}},
		{"nothing", "office", "!!!", map[string]int{}},
	} {
		found := f.must(tt.who, "GET", "/search?q="+url.QueryEscape(tt.text), nil).json(t)
		got := map[string]int{}
		for _, group := range []string{"lots", "products", "producers", "certificates"} {
			if n := len(found[group].([]any)); n > 0 {
				got[group] = n
			}
		}
		if found["code"] != nil {
			got["code"] = 1
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

// TestStream holds that a failure before the first byte is an error, and that
// a later one ends the connection instead of passing a part for the whole.
func TestStream(t *testing.T) {
	a := newFixture(t).api
	failure := errors.New("disk gone")
	if _, err := a.stream(&Download{}, func(io.Writer) error { return failure }); !errors.Is(err, failure) {
		t.Errorf("at once: %v", err)
	}
	for _, tt := range []struct {
		name    string
		size    int
		fail    error
		aborted bool
	}{{"short", 3, nil, false}, {"long", 5000, nil, false}, {"short and failing", 3, failure, false}, {"long and failing", 5000, failure, true}} {
		d, err := a.stream(&Download{}, func(w io.Writer) error {
			if _, err := w.Write(make([]byte, tt.size)); err != nil {
				return err
			}
			return tt.fail
		})
		if tt.name == "short and failing" {
			if !errors.Is(err, failure) {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		g, _ := gin.CreateTestContext(w)
		g.Request = httptest.NewRequest(http.MethodGet, "/", nil)
		aborted := func() (p any) {
			defer func() { p = recover() }()
			d.Body(humagin.NewContext(&huma.Operation{}, g))
			return nil
		}()
		if (aborted == http.ErrAbortHandler) != tt.aborted || w.Body.Len() != tt.size {
			t.Errorf("%s: aborted %v, %d bytes", tt.name, aborted, w.Body.Len())
		}
	}
}

func TestETagForm(t *testing.T) {
	for tag, want := range map[string]int{
		`"3"`: 3, `"12-expired"`: 12, etag(7): 7, etag(7, "stars4"): 7,
		"": 0, "*": 0, "3": 0, `""`: 0, `"-1"`: 0, `"9999999999"`: 0, `W/"3"`: 0,
	} {
		if got := revisionOf(tag); got != want {
			t.Errorf("revisionOf(%s) = %d, want %d", tag, got, want)
		}
	}
}
