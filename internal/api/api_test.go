package api

import (
	"strings"
	"testing"
)

// TestMainPath walks from a producer to released stamps.
func TestMainPath(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	if r := f.upload("p0", "PUT", "/products/"+product+"/photo", formPart{"file", "anh.png", "image/png", picture(t, 1)}); r.status != 200 || r.get(t, "data.photo") == nil {
		t.Fatalf("photo: %d %s", r.status, r.body)
	}
	certificate := f.must("office", "POST", "/certificates", ocopCertificate(f.ids[0], product))
	if certificate.get(t, "state") != "valid" || certificate.get(t, "givesStars") != true {
		t.Errorf("certificate: %s", certificate.body)
	}
	got := f.must("p0", "GET", "/products/"+product, nil)
	if got.get(t, "status") != "recognised" || got.get(t, "stars") != 4.0 {
		t.Errorf("product: %s", got.body)
	}
	code := f.batch(0, product, "L1")
	record := f.must("p0", "POST", "/batches/"+code+"/records", harvest())
	if record.get(t, "provenance") != "declared" || record.get(t, "data.batch") != code {
		t.Errorf("record: %s", record.body)
	}
	verified := f.do("inspector", "POST", "/records/"+record.id(t)+"/verification", nil, "If-Match", `"1"`)
	if verified.get(t, "provenance") != "verified" {
		t.Errorf("verified record: %s", verified.body)
	}
	report := f.must("laboratory", "POST", "/tests", f.asked(0, product, code))
	if report.get(t, "verdict") != "pass" || report.get(t, "data.laboratory.name") != "Cơ quan laboratory" {
		t.Errorf("test: %s", report.body)
	}
	released := f.must("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"})
	if released.get(t, "data.state") != "released" {
		t.Errorf("batch: %s", released.body)
	}
	order := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 10, "stock": "tomy-145"})
	f.must("p0", "POST", "/orders/"+order.id(t)+"/release", nil)
	codes := f.must("p0", "GET", "/orders/"+order.id(t)+"/codes?limit=4", nil)
	if codes.get(t, "next") != "4" || codes.header.Get("Link") == "" {
		t.Errorf("codes: %s", codes.body)
	}
	sheet := f.must("p0", "GET", "/orders/"+order.id(t)+"/labels?startCell=3&offsetX=0.5", nil)
	if sheet.header.Get("Content-Type") != "application/pdf" || string(sheet.body[:5]) != "%PDF-" {
		t.Errorf("labels: %v %.40q", sheet.header, sheet.body)
	}
	for format, magic := range map[string]string{"svg": "<", "png": "\x89PNG"} {
		one := f.must("p0", "GET", "/orders/"+order.id(t)+"/labels?index=2&format="+format, nil)
		if !strings.HasPrefix(string(one.body), magic) || !strings.HasPrefix(one.header.Get("Content-Type"), "image/"+format) {
			t.Errorf("%s: %v %.40q", format, one.header, one.body)
		}
	}
	if got := f.do("p0", "GET", "/orders/"+order.id(t)+"/labels?format=png&index=11", nil); got.status != 422 || fieldMessage(t, got, "index") == "" {
		t.Errorf("a stamp that is not there: %d %s", got.status, got.body)
	}
	if got := f.do("p0", "GET", "/orders/"+order.id(t)+"/labels?startCell=999", nil); got.status != 422 || got.get(t, "errors") == nil {
		t.Errorf("a cell that is not there: %d %s", got.status, got.body)
	}
	if got := f.do("inspector", "GET", "/orders/"+order.id(t)+"/labels", nil); got.status != 403 {
		t.Errorf("an inspector prints: %d %s", got.status, got.body)
	}
	found := f.must("inspector", "GET", "/search?q="+code, nil)
	if found.get(t, "code.id") != code {
		t.Errorf("search: %s", found.body)
	}
}
