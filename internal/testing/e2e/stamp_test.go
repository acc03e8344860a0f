package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"temgoc/internal/printing"
)

type document struct {
	ID   string `json:"id"`
	Data struct {
		State string `json:"state"`
	} `json:"data"`
}

type object map[string]any

// TestFirstStamp goes the whole way on both engines: from an empty store to a
// stamp that scans and its page.
func TestFirstStamp(t *testing.T) {
	for _, open := range engines(t) {
		e := open(t)
		t.Run(e.name, func(t *testing.T) { firstStamp(t, e) })
	}
}

func firstStamp(t *testing.T, e engine) {
	p := serve(t, e)
	office := keyFor(t, e, p, "--role", "office", "--organisation", "Văn phòng OCOP minh họa")
	var producer, product, certificate, batch, asked, order document
	office.call("POST", "/producers", object{
		"name": "Hợp tác xã Chè Mây", "kind": "cooperative", "registration": "0000000000",
		"address": object{"commune": "02260", "street": "Thôn Hồng Ba"},
	}, &producer)
	maker := keyFor(t, e, p, "--role", "producer", "--producer", producer.ID)
	maker.call("POST", "/products", object{
		"producer": producer.ID, "name": object{"vi": "Chè Shan tuyết", "en": "Shan tuyet tea"}, "set": 11,
		"gtin": "9521234000013", "standards": []string{"TCVN 9740:2013"},
	}, &product)
	maker.photo(product.ID)
	today := time.Now().In(time.FixedZone("", 7*60*60))
	day := func(offset int) string { return today.AddDate(0, 0, offset).Format(time.DateOnly) }
	office.call("POST", "/certificates", object{
		"kind": "OCOP", "number": "DEMO-1/QĐ-UBND", "authority": "UBND tỉnh Tuyên Quang", "issued": day(-200),
		"producer": producer.ID, "product": product.ID, "ocop": object{"stars": 4, "points": "78.5"},
	}, &certificate)
	maker.call("POST", "/batches", object{
		"product": product.ID, "lot": "L-1", "quantity": object{"value": "120", "unit": "KGM"},
		"production": day(-10), "packing": day(-5), "expiry": day(700),
	}, &batch)
	maker.call("POST", "/batches/"+batch.ID+"/records", object{
		"kind": "harvest", "happened": today.AddDate(0, 0, -10), "harvest": object{"plot": "Đồi 3", "quantity": object{"value": "480", "unit": "KGM"}},
	}, nil)
	laboratory := keyFor(t, e, p, "--role", "laboratory", "--organisation", "Phòng thử nghiệm Minh Họa")
	maker.call("POST", "/requests", object{"product": product.ID, "batch": batch.ID, "laboratory": "Phòng thử nghiệm Minh Họa"}, &asked)
	laboratory.call("POST", "/tests", object{
		"request": asked.ID,
		"product": product.ID, "batch": batch.ID, "scope": "batch", "laboratory": object{"name": "-"}, "number": "PTN-1",
		"issued": day(-2), "sample": object{"code": "M-1", "received": day(-4)},
		"rows": []object{{"indicator": object{"vi": "Chì (Pb)"}, "unit": "mg/kg", "result": object{"text": "0,12"},
			"limit": object{"kind": "max", "max": "2", "basis": "QCVN 8-2:2011/BYT"}}},
	}, nil)

	if status, body := get(t, p.url+"/"+batch.ID); status != http.StatusNotFound || strings.Contains(body, "L-1") {
		t.Errorf("the page of an open batch answers %d and shows its lot: %t", status, strings.Contains(body, "L-1"))
	}
	maker.call("POST", "/batches/"+batch.ID+"/transitions", object{"to": "released"}, &batch)
	if batch.Data.State != "released" {
		t.Fatalf("state is %q after the release", batch.Data.State)
	}
	maker.call("POST", "/batches/"+batch.ID+"/orders", object{"codes": "item", "count": 65, "stock": "tomy-145"}, &order)
	maker.call("POST", "/orders/"+order.ID+"/release", nil, nil)

	sheet := sameBytes(t, e, p, maker, order.ID, formatsFor(false))
	var roll document
	maker.call("POST", "/batches/"+batch.ID+"/orders", object{"codes": "item", "count": 3, "stock": "roll-50x30"}, &roll)
	sameBytes(t, e, p, maker, roll.ID, formatsFor(true))
	ownDesk(t, maker, order.ID, batch.ID)
	addresses := scan(t, sheet)
	// The stores know which address the service prints.
	more := filepath.Join(t.TempDir(), "more.pdf")
	command(t, append([]string{"labels", "--batch", batch.ID, "--count", "5", "--stock", "avery-l7651", "-o", more}, e.flags...)...)
	if got, want := scan(t, more), []string{"http://" + strings.TrimPrefix(p.url, "http://") + "/" + batch.ID}; !slices.Equal(got, want) {
		t.Errorf("stamps made on the stores say %q, want %q", got, want)
	}
	if len(addresses) != 65 {
		t.Errorf("zbar read %d different codes from the sheet, want 65", len(addresses))
	}
	for _, address := range addresses[:min(3, len(addresses))] {
		eventually(t, address, "L-1")
		status, body := get(t, address)
		for _, want := range []string{"Chè Shan tuyết", "Hợp tác xã Chè Mây", "DEMO-1/QĐ-UBND", "Chì (Pb)", "0,12", "Đồi 3"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page of %s (%d) lacks %q", address, status, want)
			}
		}
	}
	reportStamps(t, e, p, maker, order.ID)
	takesProofAway(t, e, p, batch.ID)
}

// photo uploads a picture of the product.
func (c client) photo(product string) {
	c.t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i)
	}
	picture.Set(0, 0, color.White)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "che.jpg")
	if err != nil {
		c.t.Fatal(err)
	}
	if err := jpeg.Encode(part, picture, nil); err != nil {
		c.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	if status, answer := c.send("PUT", "/products/"+product+"/photo", form.FormDataContentType(), &body); status >= 300 {
		c.t.Fatalf("photo: %d\n%s", status, answer)
	}
}

// ownDesk keeps a printer, a sheet begun, a template and a stock, and prints with
// them.
func ownDesk(t *testing.T, maker client, order, batch string) {
	t.Helper()
	var printer, own document
	maker.call("POST", "/printers", object{"name": "Máy in tem", "language": "pdf", "dpi": 600, "offsetX": 500, "scaleY": 1000}, &printer)
	maker.call("POST", "/papers/tomy-145/taken", object{"count": 3}, nil)
	maker.call("POST", "/stocks", object{"text": "name: cua-toi\ntitle: Tem của tôi\nkind: single\npageWidth: 60\npageHeight: 40\n" +
		"columns: 1\nrows: 1\ncellWidth: 60\ncellHeight: 40\n"}, nil)
	maker.call("POST", "/templates", object{"text": "name: cua-toi\ntitle: Mẫu của tôi\nwidth: 60\nheight: 40\nparts:\n" +
		"  - {part: qr, left: 0, width: 50%, top: 0, bottom: 100%}\n  - {part: product, left: qr.right, lines: 3}\n"}, nil)
	maker.call("POST", "/batches/"+batch+"/orders", object{"codes": "batch", "count": 3, "stock": "cua-toi", "template": "cua-toi"}, &own)
	files := map[string]string{}
	for _, query := range []string{order + "/labels", order + "/labels?printer=" + printer.ID, order + "/labels?begun=true", own.ID + "/labels"} {
		status, file := maker.send("GET", "/orders/"+query, "", nil)
		if twin := files[string(file)]; status != http.StatusOK || twin != "" {
			t.Errorf("%s: %d, and the same as %q", query, status, twin)
		}
		files[string(file)] = query
	}
}

// formatsFor are the formats of sheets, or those of rolls of 50 × 30 mm, for which
// Brother has no tape.
func formatsFor(roll bool) (formats []printing.Format) {
	for _, f := range printing.Formats() {
		head := f != printing.PDF && slices.Contains(printing.Languages(), f)
		if head == roll && f != printing.Brother {
			formats = append(formats, f)
		}
	}
	return formats
}

// sameBytes writes an order in some formats through the API, through the command
// line against the server, and through the command line on the stores; all must
// agree. It returns the sheet.
func sameBytes(t *testing.T, e engine, p *process, maker client, order string, formats []printing.Format) (sheet string) {
	t.Helper()
	dir := t.TempDir()
	for _, format := range formats {
		status, api := maker.send("GET", "/orders/"+order+"/labels?index=2&format="+string(format), "", nil)
		if status != http.StatusOK {
			t.Fatalf("labels as %s: %d\n%s", format, status, api)
		}
		remote, local := filepath.Join(dir, "remote."+string(format)), filepath.Join(dir, "local."+string(format))
		options := []string{"labels", "--order", order, "--format", string(format), "--index", "2"}
		command(t, append(options, "--server", p.url, "--api-key", maker.key, "-o", remote)...)
		command(t, append(append(options, "-o", local), e.flags...)...)
		for _, path := range []string{remote, local} {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, api) {
				t.Errorf("%s differs from what the API writes (%d and %d bytes)", filepath.Base(path), len(data), len(api))
			}
		}
	}
	return filepath.Join(dir, "local.pdf")
}

// scan rasterises the first page of a sheet and reads every code on it.
func scan(t *testing.T, pdf string) []string {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "page")
	if out, err := exec.Command(tool(t, "pdftoppm"), "-r", "600", "-mono", "-f", "1", "-l", "1", "-singlefile", pdf, picture).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, out)
	}
	out, err := exec.Command(tool(t, "zbarimg"), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture+".pbm").Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	return slices.Compact(slices.Sorted(strings.FieldsSeq(string(out))))
}

// eventually waits until a page contains the text.
func eventually(t *testing.T, url, want string) {
	t.Helper()
	var status int
	var body string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if status, body = get(t, url); strings.Contains(body, want) {
			return
		}
	}
	t.Fatalf("%s (%d) never contained %q:\n%s", url, status, want, body)
}

// TestReplicas changes a batch through one replica and reads it from another.
func TestReplicas(t *testing.T) {
	e := engines(t)[1](t)
	a, b := serve(t, e), serve(t, e)
	office := keyFor(t, e, a, "--role", "office", "--organisation", "Văn phòng OCOP minh họa")
	var producer, product, batch document
	office.call("POST", "/producers", object{
		"name": "Tổ hợp tác Lạc", "kind": "cooperative_group", "address": object{"commune": "02287", "street": "Thôn 1"},
	}, &producer)
	maker := keyFor(t, e, a, "--role", "producer", "--producer", producer.ID)
	maker.call("POST", "/products", object{"producer": producer.ID, "name": object{"vi": "Lạc củ khô"}, "set": 3}, &product)
	maker.call("POST", "/batches", object{
		"product": product.ID, "lot": "L-9", "quantity": object{"value": "50", "unit": "KGM"}, "production": "2026-01-02",
	}, &batch)
	maker.call("POST", "/batches/"+batch.ID+"/transitions", object{"to": "released"}, nil)
	for _, p := range []*process{a, b} {
		eventually(t, p.url+"/"+batch.ID, "L-9")
	}
	inspector := keyFor(t, e, b, "--role", "inspector", "--organisation", "Chi cục Quản lý chất lượng minh họa")
	var recall document
	inspector.call("POST", "/recalls", object{"batch": batch.ID, "reason": "Aflatoxin vượt giới hạn", "instructions": "Trả lại nơi mua"}, &recall)
	office.call("POST", "/recalls/"+recall.ID+"/approval", nil, nil, "If-Match", `"1"`)
	for _, p := range []*process{a, b} {
		eventually(t, p.url+"/"+batch.ID, "Aflatoxin vượt giới hạn")
	}
}

// TestScansSurviveStop counts scans, stops the service at once, and finds all
// of them after the next start.
func TestScansSurviveStop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const scans = 40
	p, text := demo(t, "--data", dir)
	item := p.url + "/" + between(t, text, "Tem đơn vị", p.url+"/")
	for range scans {
		if status, _ := get(t, item); status != http.StatusOK {
			t.Fatalf("GET %s: %d", item, status)
		}
	}
	p.stop(t)
	again, _ := demo(t, "--data", dir)
	_, body := get(t, again.url+strings.TrimPrefix(item, p.url), "Accept", "application/json")
	if want := fmt.Sprintf(`"views":%d`, scans); !strings.Contains(body, want) {
		t.Errorf("after %d scans and a stop the page does not say %s:\n%.2000s", scans, want, body)
	}
}

// between finds the rest of the word that follows marker, in the line that
// has label.
func between(t *testing.T, text, label, marker string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if _, rest, ok := strings.Cut(line, marker); ok && strings.Contains(line, label) {
			return strings.TrimSpace(rest)
		}
	}
	t.Fatalf("no line with %q and %q in:\n%s", label, marker, text)
	return ""
}
