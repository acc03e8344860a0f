package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestOrderIsAccountedFor follows an order through the API: stamps are found by
// scanning the first and last one, reported, replaced, and counted by sheet.
func TestOrderIsAccountedFor(t *testing.T) {
	f := newFixture(t)
	code := f.batch(0, f.product(0), "L1")
	f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"})
	id := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 150, "stock": "tomy-145"}).id(t)
	report := func(body map[string]any) reply { t.Helper(); return f.do("p0", "POST", "/orders/"+id+"/report", body) }
	if got := report(map[string]any{"fate": "printed", "restPrinted": true}); got.status != http.StatusConflict {
		t.Errorf("a report of an order that is not released: %d %s", got.status, got.body)
	}
	f.must("p0", "POST", "/orders/"+id+"/release", nil)

	codes, _ := f.must("p0", "GET", "/orders/"+id+"/codes?limit=150", nil).get(t, "items").([]any)
	scanned := func(position int) string {
		return url.QueryEscape(codes[position-1].(map[string]any)["address"].(string))
	}
	found := f.must("p0", "GET", "/stamps?first="+scanned(44)+"&last="+scanned(40), nil)
	if found.get(t, "order") != id || found.get(t, "first") != 40.0 || found.get(t, "last") != 44.0 {
		t.Fatalf("from the 44th to the 40th stamp: %s", found.body)
	}
	for _, bad := range []string{"?first=" + code, "?first=" + scanned(1) + "&last=xin", ""} {
		if got := f.do("p0", "GET", "/stamps"+bad, nil); got.status != http.StatusUnprocessableEntity {
			t.Errorf("GET /stamps%s: %d %s", bad, got.status, got.body)
		}
	}
	got := report(map[string]any{"fate": "scrapped", "ranges": []any{stamps(40, 44)}, "reason": "rách", "restPrinted": true})
	for path, want := range map[string]any{
		"sums.allocated": 150.0, "sums.printed": 145.0, "sums.scrapped": 5.0, "sums.lost": 0.0, "sums.unaccounted": 0.0, "rolls": 3.0, "missing": 5.0,
	} {
		if v := got.get(t, path); v != want {
			t.Errorf("%s is %v, want %v: %s", path, v, want, got.body)
		}
	}
	for name, body := range map[string]map[string]any{
		"ranges[0].last":  {"fate": "lost", "ranges": []any{stamps(149, 151)}, "reason": "rơi"},
		"reason":          {"fate": "lost", "ranges": []any{stamps(1, 1)}},
		"rolls[0].last":   {"fate": "printed", "rolls": []any{stamps(3, 4)}},
		"ranges[1].first": {"fate": "printed", "ranges": []any{stamps(1, 1), stamps(0, 1)}},
	} {
		if got := report(body); got.status != http.StatusUnprocessableEntity || !strings.Contains(string(got.body), `"field":"`+name+`"`) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	first := f.must("p0", "GET", "/orders/"+id+"/rolls?limit=2", nil)
	if rolls, _ := first.get(t, "items").([]any); len(rolls) != 2 || first.get(t, "next") != "2" {
		t.Errorf("the first sheets: %s", first.body)
	}
	rest := f.must("inspector", "GET", "/orders/"+id+"/rolls?after=2", nil)
	if rolls := fmt.Sprint(rest.get(t, "items")); rest.get(t, "next") != nil ||
		rolls != "[map[first:131 last:150 number:3 sums:map[allocated:20 lost:0 printed:20 scrapped:0 stolen:0 unaccounted:0]]]" {
		t.Errorf("the last sheet: %s", rest.body)
	}

	again := map[string]any{"codes": "item", "count": 6, "stock": "tomy-145", "replaces": id}
	if got := f.do("p0", "POST", "/batches/"+code+"/orders", again); got.status != http.StatusUnprocessableEntity {
		t.Errorf("more replacements than scrapped stamps: %d %s", got.status, got.body)
	}
	again["count"] = 5
	replacement := f.must("p0", "POST", "/batches/"+code+"/orders", again)
	if replacement.get(t, "data.replaces") != id {
		t.Errorf("the replacement: %s", replacement.body)
	}
	old := f.must("office", "GET", "/orders/"+id, nil)
	if fmt.Sprint(old.get(t, "replacements")) != "["+replacement.id(t)+"]" || old.get(t, "missing") != 0.0 {
		t.Errorf("the order that was replaced: %s", old.body)
	}
}

// TestTooManyStamps orders more than a batch could need: it is said, and not
// refused.
func TestTooManyStamps(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	code := f.batch(0, product, "L1")
	order := map[string]any{"codes": "batch", "count": 100, "stock": "tomy-145"}
	if got := f.must("p0", "POST", "/batches/"+code+"/orders", order); fmt.Sprint(got.get(t, "warnings")) != "[]" {
		t.Errorf("where the need is not known: %s", got.body)
	}
	f.must("p0", "POST", "/batches/"+code+"/records", map[string]any{
		"kind": "packing", "happened": "2026-11-10T07:00:00+07:00", "place": map[string]any{"name": "Xưởng", "commune": "02260"},
		"packing": map[string]any{"netContent": map[string]any{"value": "100", "unit": "GRM"}, "units": 120, "material": "túi", "packedOn": "2026-11-10"},
	})
	got := f.must("p0", "POST", "/batches/"+code+"/orders", order)
	if got.get(t, "need.possible") != 200.0 || got.get(t, "need.needed") != 120.0 || got.get(t, "need.basis") != "packing" {
		t.Errorf("the need: %s", got.body)
	}
	if w, _ := got.get(t, "warnings").([]any); len(w) != 1 || !strings.Contains(fmt.Sprint(w), "thừa 80") || !strings.Contains(fmt.Sprint(w), "80 too many") {
		t.Errorf("the warnings: %s", got.body)
	}
}
