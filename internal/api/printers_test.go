package api

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

// TestPrinterAndPaper keeps a printer and the sheet begun.
func TestPrinterAndPaper(t *testing.T) {
	f := newFixture(t)
	printer := f.must("p0", "POST", "/printers", printerBody(), "Idempotency-Key", "may-in")
	if again := f.must("p0", "POST", "/printers", printerBody(), "Idempotency-Key", "may-in"); again.id(t) != printer.id(t) {
		t.Errorf("a repeated request made another printer: %s", again.body)
	}
	path := "/printers/" + printer.id(t)
	f.must("p0", "PUT", path, with(printerBody(), map[string]any{"minModule": 4}), "If-Match", printer.header.Get("ETag"))
	if got := f.do("p0", "PUT", path, printerBody(), "If-Match", printer.header.Get("ETag")); got.status != 412 {
		t.Errorf("a stale change: %d %s", got.status, got.body)
	}
	if got := f.do("p0", "POST", "/printers", with(printerBody(), map[string]any{"dpi": 1200})); got.status != 422 || fieldMessage(t, got, "dpi") == "" {
		t.Errorf("resolution: %d %s", got.status, got.body)
	}
	if got := f.must("inspector", "GET", "/printers?producer="+f.ids[0], nil); !bytes.Contains(got.body, []byte(`"minModule":4`)) {
		t.Errorf("list: %s", got.body)
	}
	f.must("p0", "POST", path+"/retirement", nil)
	if got := f.must("p0", "GET", "/printers", nil); bytes.Contains(got.body, []byte("Máy in tem")) {
		t.Errorf("a printer out of use is listed: %s", got.body)
	}
	f.must("p0", "PUT", "/papers/tomy-145", map[string]any{"used": []int{2, 1}})
	f.must("p0", "POST", "/papers/tomy-145/taken", map[string]any{"count": 2})
	if got := f.must("p0", "GET", "/papers/tomy-145", nil); !bytes.Contains(got.body, []byte(`"used":[1,2,3,4]`)) {
		t.Errorf("sheet begun: %s", got.body)
	}
	if got := f.must("p1", "GET", "/papers", nil); !bytes.Contains(got.body, []byte(`"items":[]`)) {
		t.Errorf("somebody else's sheets: %s", got.body)
	}
}

// TestDownloads gets the files that print houses take.
func TestDownloads(t *testing.T) {
	f := newFixture(t)
	code := f.batch(0, f.product(0), "L1")
	order := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 3, "stock": "tomy-145"}).id(t)
	list := f.must("p0", "GET", "/orders/"+order+"/codes.csv", nil)
	if list.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(string(list.body), "\uFEFFseq,") || bytes.Count(list.body, []byte("\r\n")) != 4 {
		t.Errorf("codes.csv: %v %q", list.header, list.body)
	}
	archive := f.must("p0", "GET", "/orders/"+order+"/delivery.zip", nil)
	if name := archive.header.Get("Content-Disposition"); name != `attachment; filename="tem-`+order+`.zip"` {
		t.Errorf("the archive is called %s", name)
	}
	z, err := zip.NewReader(bytes.NewReader(archive.body), int64(len(archive.body)))
	if err != nil || len(z.File) != 5 {
		t.Fatalf("archive: %v, %+v", err, z)
	}
	for _, path := range []string{"/codes.csv", "/delivery.zip"} {
		if got := f.do("p1", "GET", "/orders/"+order+path, nil); got.status != 404 {
			t.Errorf("%s of somebody else: %d", path, got.status)
		}
		if got := f.do("inspector", "GET", "/orders/"+order+path, nil); got.status != 403 {
			t.Errorf("%s as inspector: %d", path, got.status)
		}
	}
}
