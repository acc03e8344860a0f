package producer

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// world is a World with this desk.
func world(t *testing.T) *desktest.World {
	t.Helper()
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), config(w))
	if err != nil {
		t.Fatal(err)
	}
	return w.Serve(part)
}

func config(w *desktest.World) Config {
	return Config{Ledger: w.Ledger, Book: w.Book, People: w.People, Audit: slices.Concat(trace.AuditKinds(), account.AuditKinds(), printing.AuditKinds())}
}

func TestTemplates(t *testing.T) {
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), config(w))
	if err != nil {
		t.Fatal(err)
	}
	desktest.CheckTemplates(t, part, templateFiles,
		&productsPage{}, &productPage{}, &certificatesPage{}, &certificatePage{}, &certificateKindsPage{}, &newCertificatePage{},
		&batchesPage{}, &batchFormPage{}, &chooseProductPage{},
		&testsPage{}, &reportPage{}, &reportFormPage{}, &requestFormPage{}, &requestPage{},
		&businessPage{}, &problemsPage{}, &problemPage{}, &historyPage{}, &homePage{},
	)
}

// photo is a picture of the colour.
func photo(t *testing.T, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func day(t *testing.T, s string) trace.Date {
	t.Helper()
	d, err := trace.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// addProduct enters a product of a producer of the World.
func addProduct(t *testing.T, w *desktest.World, who, name string) trace.Stored[trace.Product] {
	t.Helper()
	p, err := w.Ledger.CreateProduct(t.Context(), w.As(who), trace.Product{
		Producer: w.Actor(who).Producer, Name: catalog.Name{VI: name}, Set: 11, ShelfLife: 365, Standards: []string{"TCVN 9740:2013"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// addBatch opens a batch of a product.
func addBatch(t *testing.T, w *desktest.World, who, product, lot string, inputs ...trace.Input) trace.Stored[trace.Batch] {
	t.Helper()
	number, err := gs1.ParseLotNumber(lot)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Ledger.CreateBatch(t.Context(), w.As(who), trace.BatchData{
		Product: product, Lot: number, Quantity: trace.Quantity{Value: "24", Unit: "KGM"}, Production: day(t, "2026-11-20"), Inputs: inputs,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func release(t *testing.T, w *desktest.World, who, code string) {
	t.Helper()
	if _, err := w.Ledger.MoveBatch(t.Context(), w.As(who), code, trace.Transition{To: trace.BatchReleased}); err != nil {
		t.Fatal(err)
	}
}

// addCertificate enters a certificate of the first producer.
func addCertificate(t *testing.T, w *desktest.World, who, kind, number, product, until string) trace.Stored[trace.Certificate] {
	t.Helper()
	d := trace.CertificateData{
		Kind: kind, Number: number, Authority: "UBND tỉnh", Issued: day(t, "2024-01-10"), Producer: w.Mine, Product: product, ValidUntil: day(t, until),
	}
	if kind == trace.OCOPCertificate {
		d.OCOP = &trace.Evaluation{Stars: 4}
	}
	c, err := w.Ledger.CreateCertificate(t.Context(), w.As(who), d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// addReport enters a report that a producer typed from paper.
func addReport(t *testing.T, w *desktest.World, who, product, number string) trace.Stored[trace.TestReport] {
	t.Helper()
	sheet, err := w.Ledger.AddFile(t.Context(), w.As(who), "phieu.jpg", photo(t, color.Gray{uint8(len(number))}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Ledger.AddTest(t.Context(), w.As(who), trace.TestData{
		Product: product, Scope: "product", Laboratory: trace.TestLaboratory{Name: "Trung tâm Kiểm nghiệm"}, Number: number,
		Issued: day(t, "2026-11-10"), Sample: trace.LaboratorySample{Code: "M-1", Received: day(t, "2026-11-01")},
		Rows:  []trace.TestRow{{Indicator: catalog.Name{VI: "Chì (Pb)"}, Unit: "mg/kg", Result: trace.Result{Text: "0,05"}}},
		Files: []trace.Digest{sheet.Data.SHA256},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOthersStayOut walks every page as somebody who has no business there: other
// roles are refused, and what belongs to another producer is not there.
func TestOthersStayOut(t *testing.T) {
	w := world(t)
	product := addProduct(t, w, "producer2", "Mật ong BIMAT")
	batch := addBatch(t, w, "producer2", product.ID, "BIMAT-1")
	published := addBatch(t, w, "producer2", product.ID, "BIMAT-2")
	release(t, w, "producer2", published.ID)
	certificate, err := w.Ledger.CreateCertificate(t.Context(), w.As("producer2"), trace.CertificateData{
		Kind: "ATTP", Number: "BIMAT/ATTP", Authority: "Sở", Issued: day(t, "2026-01-01"), Producer: w.Other,
	})
	if err != nil {
		t.Fatal(err)
	}
	request, err := w.Ledger.AskTest(t.Context(), w.As("producer2"), trace.RequestData{Product: product.ID, Laboratory: desktest.LaboratoryName, Note: "BIMAT"})
	if err != nil {
		t.Fatal(err)
	}
	typed, complaint := addReport(t, w, "producer2", product.ID, "BIMAT/1"), report(t, w, published.ID, "BIMAT")
	ids := map[string][]string{
		"/phan-anh-cua-khach/:id": {complaint.ID}, "/phan-anh-cua-khach/:id/xem": {complaint.ID},
		"/phieu/:id": {typed.ID}, "/phieu/:id/sua": {typed.ID}, "/phieu/:id/tep/:n": {typed.ID}, "/phieu/yeu-cau/:id": {request.ID},
		"/san-pham/:id": {product.ID}, "/giay-to/:id": {certificate.ID}, "/giay-to/:id/tep/:n": {certificate.ID}, "/co-so/nguoi/:id": {strings.TrimPrefix(w.Actor("producer2").ID, "person:")},
		"/lo/:code/sua": {batch.ID, published.ID},
	}
	mine, theirs := w.Browser("producer"), []*desktest.Browser{w.Browser("laboratory"), w.Browser("inspector"), w.Browser("administrator"), w.Browser("office")}
	part, err := Part(desktest.Shared(t), config(w))
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range part.Routes {
		path := route.Path
		for _, id := range ids[route.Path] {
			path = strings.NewReplacer(":id", id, ":code", id, ":n", "0").Replace(route.Path)
			got := mine.GetOnce("/console" + path)
			if route.Method == http.MethodPost {
				got = mine.Post("/console"+path, nil)
			}
			if got.Status != http.StatusNotFound {
				t.Errorf("%s %s of another producer answers %d: %s", route.Method, path, got.Status, got.Text())
			}
		}
		if !strings.Contains(route.Path, ":") && route.Method == http.MethodGet {
			if got := mine.Get("/console" + path); strings.Contains(got.Body, "BIMAT") || got.Status != http.StatusOK {
				t.Errorf("%s answers %d or shows another producer's data: %s", path, got.Status, got.Text())
			}
		}
		for _, other := range theirs {
			got := other.Get("/console" + path)
			if route.Method == http.MethodPost {
				got = other.Post("/console"+path, nil)
			}
			if got.Status != http.StatusForbidden {
				t.Errorf("%s %s for another role answers %d", route.Method, path, got.Status)
			}
		}
	}
	for _, query := range []string{"/phieu/moi?sp=" + product.ID, "/phieu/moi?lo=" + published.ID, "/phieu/yeu-cau?sp=" + product.ID, "/lo/moi?sp=" + product.ID, "/lo/moi?tu=" + published.ID, "/lo/moi?tu=" + batch.ID} {
		if got := mine.Get("/console" + query); got.Status != http.StatusNotFound {
			t.Errorf("%s answers %d", query, got.Status)
		}
	}
	if got := mine.Get("/console/lo?sp=" + product.ID); strings.Contains(got.Body, "BIMAT") {
		t.Errorf("the list of batches shows another producer's: %s", got.Text())
	}
}
