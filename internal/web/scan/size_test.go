package scan_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// maxSize is the size that a scan page may have.
const maxSize = 20_000

// fullest is the fullest page that is shown whole: 12 records, 14 test rows
// and 6 certificates with files, with a correction and a retraction.
func (w *world) fullest() string {
	w.Helper()
	w.addPhoto()
	w.addStars("321/QĐ-UBND", "2025-08-06", 4)
	for i, kind := range []string{"VIETGAP", "ATTP", "HACCP", "TRADEMARK", "GI"} {
		w.addCertificate(office, trace.CertificateData{
			Kind: kind, Number: fmt.Sprintf("%d/2025/%s", 100+i, kind), Authority: "Sở Nông nghiệp và Môi trường Tuyên Quang",
			Issued: date("2025-02-01"), ValidUntil: date("2027-01-31"), Files: []trace.Digest{w.addFile(office, 20+i)},
		})
	}
	code := w.addBatch("L2026-03-A").ID
	w.journey(code)
	for i := range 5 {
		w.addRecord(w.asProducer(), trace.RecordData{
			Batch: code, Kind: "care", Happened: at("2026-01-10 07:00").AddDate(0, 0, 9*i), Person: "Tổ chăm sóc",
			Place: trace.Place{Name: "Nương chè Hồng Ba", Commune: "02260"},
			Care: &trace.Care{
				Applied: "Phân hữu cơ vi sinh Sông Gianh", RegisteredAs: "MSPB 12345", Dose: qty("20", "KGM"), Plot: "Nương Hồng Ba 1",
				WithdrawalEnds: date("2026-02-20"), Purpose: "bón thúc",
			},
			Files: []trace.Digest{w.addFile(w.asProducer(), 30+i)},
		})
	}
	rows := []trace.TestRow{
		row("Chì (Pb)", "Lead (Pb)", "mg/kg", "KPH (LOD = 0,01)", "2"), row("Asen (As)", "Arsenic (As)", "mg/kg", "0,05", "1"),
		row("Cadimi (Cd)", "Cadmium (Cd)", "mg/kg", "KPH (LOD = 0,005)", "1"), row("Thủy ngân (Hg)", "Mercury (Hg)", "mg/kg", "< 0,01", "0.05"),
		row("Độ ẩm", "Moisture", "%", "6,2", "7.5"), row("Tro tổng số", "Total ash", "%", "5,1", "8"), row("Chất xơ thô", "Crude fibre", "%", "12,3", "16.5"),
		row("Imidacloprid", "Imidacloprid", "mg/kg", "KPH (LOD = 0,01)", "50"), row("Acetamiprid", "Acetamiprid", "mg/kg", "KPH (LOD = 0,01)", "15"),
		row("Cypermethrin", "Cypermethrin", "mg/kg", "0,2", "15"), row("Tổng số vi sinh vật hiếu khí", "Aerobic plate count", "CFU/g", "1,2×10²", "10000"),
		row("Nấm men, nấm mốc", "Yeasts and moulds", "CFU/g", "< 10", "100"), row("Coliform", "Coliforms", "CFU/g", "< 10", "10"), row("E. coli", "E. coli", "CFU/g", "KPH", "3"),
	}
	w.addTest(lab, code, rows...)
	w.move(w.asProducer(), code, trace.BatchReleased, "")
	return code
}

func TestFullestPageIsSmallAndWhole(t *testing.T) {
	w := newWorld(t)
	code := w.fullest()
	item := w.items(code, 1, true)[0].String()
	w.recall(code, "Dư lượng chì vượt mức cho phép ở mẫu lấy tại chợ huyện ngày 20/11/2026.")
	for _, path := range []string{"/" + code, "/" + code + "?lang=en", "/" + item} {
		body := w.get(path).Body.String()
		t.Logf("%s: %d bytes", path, len(body))
		if len(body) > maxSize {
			t.Errorf("%s has %d bytes, more than %d", path, len(body), maxSize)
		}
		if got := strings.Count(body, "<li><time"); got != 12 {
			t.Errorf("%s shows %d records, want 12", path, got)
		}
		if got := strings.Count(body, `<th scope=row>`); got != 14 {
			t.Errorf("%s shows %d test rows, want 14", path, got)
		}
		if got := strings.Count(body, `<a href="/tep/`); got < 6+6+1 {
			t.Errorf("%s shows %d files", path, got)
		}
	}
}

// TestNothingMakesAPageLarge fills everything to its limits.
func TestNothingMakesAPageLarge(t *testing.T) {
	w := newWorld(t)
	long, name := strings.Repeat("Đậu nành ", 222), strings.Repeat("ề", 200)
	both := catalog.Name{VI: long, EN: long}
	product, err := w.ledger.CreateProduct(t.Context(), w.asProducer(), trace.Product{
		Producer: w.producer, Name: catalog.Name{VI: name, EN: name}, Set: 11, Brand: name, Description: both, Ingredients: both, Storage: both,
		Usage: both, Warnings: both, Standards: []string{name, name, name, name, name, name},
	})
	w.must(err)
	w.product = product.ID
	var inputs []trace.Input
	for i := range 20 {
		parent := w.released(fmt.Sprintf("P%d", i))
		inputs = append(inputs, trace.Input{Batch: parent, Quantity: qty("1", "KGM")})
		w.recall(parent, long)
	}
	code := w.released("L1", inputs...)
	for i, set := range catalog.RecordKinds()[2:5] {
		_ = set
		s := w.addRecord(w.asProducer(), trace.RecordData{
			Batch: code, Kind: "storing", Happened: at("2026-03-12 18:00").Add(time.Duration(i) * time.Hour), Person: name, Note: long, Place: trace.Place{Name: name},
			Storing: &trace.Storing{Place: name, From: date("2026-03-12"), Until: date("2026-03-14")},
		})
		_, err := w.ledger.RetractRecord(t.Context(), w.asProducer(), s.ID, long)
		w.must(err)
	}
	var rows []trace.TestRow
	for range 100 {
		rows = append(rows, row(name, name, "mg/kg", "9", "2"))
	}
	for range 5 {
		w.addTest(lab, code, rows...)
		w.addCertificate(office, trace.CertificateData{Kind: "OTHER", Number: name, Authority: name, Issued: date("2025-01-01"), Note: long})
	}
	w.recallWith(code, long, long)
	for _, path := range []string{"/" + code, "/" + code + "?lang=en"} {
		rec := w.get(path)
		t.Logf("%s: %d bytes", path, rec.Body.Len())
		if rec.Code != http.StatusOK || rec.Body.Len() > maxSize {
			t.Errorf("%s: %d, %d bytes, more than %d", path, rec.Code, rec.Body.Len(), maxSize)
		}
		contains(t, rec.Body.String(), `class="v bad"`, "/records")
	}
	if full := w.get("/" + code + "/records").Body.Len(); full < 200_000 {
		t.Errorf("the records page has %d bytes: it should leave nothing out", full)
	}
}

// TestAccessibleStructure parses pages and checks what a screen reader relies
// on: language, one main heading, no level left out, landmarks, alternative
// texts, labelled fields, unique ids and known targets.
func TestAccessibleStructure(t *testing.T) {
	w := newWorld(t)
	code := w.fullest()
	for _, path := range []string{"/" + code, "/" + code + "/records?lang=en", "/", "/" + unknownCode(), "/" + lookalike(code)} {
		doc, err := html.Parse(bytes.NewReader(w.get(path).Body.Bytes()))
		w.must(err)
		c := outline{ids: map[string]int{}, tags: map[string]int{}}
		c.walk(doc)
		for _, problem := range c.problems() {
			t.Errorf("%s: %s", path, problem)
		}
	}
}

// An outline is what the structure test collects of a page.
type outline struct {
	ids, tags map[string]int
	headings  []int
	refs      []string
	found     []string
	lang      string
}

func (o *outline) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		o.element(n)
	}
	for c := range n.ChildNodes() {
		o.walk(c)
	}
}

func (o *outline) element(n *html.Node) {
	attr := map[string]string{}
	for _, a := range n.Attr {
		attr[a.Key] = a.Val
	}
	o.tags[n.Data]++
	if id, ok := attr["id"]; ok {
		o.ids[id]++
	}
	switch n.Data {
	case "html":
		o.lang = attr["lang"]
	case "h1", "h2", "h3", "h4":
		o.headings = append(o.headings, int(n.Data[1]-'0'))
	case "img":
		if attr["alt"] == "" {
			o.found = append(o.found, "an image without alternative text")
		}
	case "label":
		o.refs = append(o.refs, attr["for"])
	case "a":
		if strings.HasPrefix(attr["href"], "#") {
			o.refs = append(o.refs, attr["href"][1:])
		}
		if n.FirstChild == nil {
			o.found = append(o.found, "a link without text")
		}
	}
	if ref := attr["aria-describedby"]; ref != "" {
		o.refs = append(o.refs, ref)
	}
}

func (o *outline) problems() []string {
	if o.lang == "" {
		o.found = append(o.found, "no language")
	}
	for _, tag := range []string{"h1", "main", "header", "nav", "title"} {
		if o.tags[tag] != 1 {
			o.found = append(o.found, fmt.Sprintf("%d <%s>", o.tags[tag], tag))
		}
	}
	for i, level := range o.headings {
		if i == 0 && level != 1 || i > 0 && level > o.headings[i-1]+1 {
			o.found = append(o.found, fmt.Sprintf("heading levels %v", o.headings))
			break
		}
	}
	for _, ref := range o.refs {
		if o.ids[ref] != 1 {
			o.found = append(o.found, fmt.Sprintf("%d elements with id %q", o.ids[ref], ref))
		}
	}
	return o.found
}
