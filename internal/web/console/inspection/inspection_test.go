package inspection

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
)

// A world is one whose handler is this desk, with products of both producers.
type world struct {
	*desktest.World
	part            desk.Part
	product, others string // of producer and of producer2
	lots            int
	views           *scan.Counter
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: desktest.New(t)}
	w.views = scan.NewCounter(w.Store, w.Now)
	pages, err := scan.New(scan.Config{Ledger: w.Ledger, Counter: w.views, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	if w.part, err = Part(desktest.Shared(t), Config{Ledger: w.Ledger, Book: w.Book, Bundles: w.Bundles(), Scan: pages}); err != nil {
		t.Fatal(err)
	}
	w.Serve(w.part)
	w.product, w.others = w.make("producer", w.Mine, "Chè Shan tuyết"), w.make("producer2", w.Other, "Kẹo mật ong")
	return w
}

// ok fails for an error.
func ok[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *world) make(who, producer, name string) string {
	w.T.Helper()
	s, err := w.Ledger.CreateProduct(w.T.Context(), w.As(who), trace.Product{Producer: producer, Name: catalog.Name{VI: name}, Set: 11})
	return ok(w.T, s, err).ID
}

// batch opens a batch of a product, made from others.
func (w *world) batch(who, product string, inputs ...string) string {
	w.T.Helper()
	w.lots++
	lot, err := gs1.ParseLotNumber(fmt.Sprintf("L2026-%02d", w.lots))
	d := trace.BatchData{
		Product: product, Lot: ok(w.T, lot, err), Quantity: trace.Quantity{Value: "120", Unit: "KGM"},
		Production: trace.NewDate(2026, 11, 1), Packing: trace.NewDate(2026, 11, 5), Expiry: trace.NewDate(2028, 11, 1),
	}
	for _, code := range inputs {
		d.Inputs = append(d.Inputs, trace.Input{Batch: code, Quantity: trace.Quantity{Value: "10", Unit: "KGM"}})
	}
	s, err := w.Ledger.CreateBatch(w.T.Context(), w.As(who), d)
	return ok(w.T, s, err).ID
}

// released opens a batch and releases it.
func (w *world) released(who, product string, inputs ...string) string {
	w.T.Helper()
	code := w.batch(who, product, inputs...)
	w.move(who, code, trace.BatchReleased)
	return code
}

func (w *world) move(who, code string, to trace.BatchState) {
	w.T.Helper()
	s, err := w.Ledger.MoveBatch(w.T.Context(), w.As(who), code, trace.Transition{To: to, Reason: "kiểm tra lại độ ẩm"})
	ok(w.T, s, err)
}

func (w *world) state(code string) trace.Batch {
	w.T.Helper()
	s, err := w.Ledger.Batch(w.T.Context(), w.Actor("inspector"), code)
	return ok(w.T, s, err).Data
}

// harvest records a harvest.
func (w *world) harvest(code, plot string) trace.Stored[trace.Record] {
	w.T.Helper()
	s, err := w.Ledger.AddRecord(w.T.Context(), w.As("producer"), trace.RecordData{
		Batch: code, Kind: "harvest", Happened: w.Now().AddDate(0, 0, -20),
		Harvest: &trace.Harvest{Plot: plot, Quantity: trace.Quantity{Value: "480", Unit: "KGM"}},
	})
	return ok(w.T, s, err)
}

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	desktest.CheckTemplates(t, w.part, templateFiles, &searchPage{}, &producerPage{}, &filePage{}, &familyPage{}, &comparePage{}, &originalPage{}, &measurePage{}, &recordPage{},
		&proposePage{}, &recallsPage{}, &recallPage{}, &noticePage{})
}

// TestSearch finds a batch in every way in which an inspector may know it, and
// follows the finds.
func TestSearch(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	c, err := w.Ledger.CreateCertificate(t.Context(), w.As("office"), trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: "DEMO-321/QĐ-UBND", Authority: "UBND tỉnh", Issued: trace.NewDate(2026, 1, 5),
		Producer: w.Mine, Product: w.product, OCOP: &trace.Evaluation{Stars: 4},
	})
	ok(t, c, err)
	for _, who := range []string{"inspector", "office", "certifier"} {
		b := w.Browser(who)
		page := b.Get("/console/kiem-tra").Want(t, http.StatusOK)
		find := func(text string) *desktest.Page { return b.Submit(page, "", url.Values{"q": {text}}) }
		for _, text := range []string{code, strings.ToLower(desk.Display(code)), "https://t.example.vn/" + code} {
			if got := find(text); got.Path != "/console/ho-so/"+code {
				t.Errorf("%s: %q leads to %s", who, text, got.Path)
			}
		}
		for text, link := range map[string]string{
			"L2026-01": desk.Display(code), "che shan": "Chè Shan tuyết", "may trang": "Hợp tác xã Chè Mây Trắng",
			"demo-321/qd-ubnd": "DEMO-321/QĐ-UBND", "xa hong thai": "Cơ sở Mật Ong Rừng",
		} {
			find(text).Want(t, http.StatusOK).Link(t, link)
		}
	}
	b := w.Browser("inspector")
	maker := b.Get(b.Get("/console/kiem-tra?q=may+trang").Link(t, "Mây Trắng")).Want(t, http.StatusOK, "0207 123 456", desk.Display(code), "DEMO-321/QĐ-UBND")
	goods := b.Get(maker.Link(t, "Chè Shan tuyết")).Want(t, http.StatusOK, desk.Display(code), "DEMO-321/QĐ-UBND")
	b.Get(goods.Link(t, desk.Display(code))).Want(t, http.StatusOK, "Số lô L2026-01")

	slip := []byte(code)
	at := slices.IndexFunc(slip[1:], func(c byte) bool { return c != slip[0] }) + 1
	slip[at-1], slip[at] = slip[at], slip[at-1]
	suggested := b.Get("/console/kiem-tra?q="+string(slip)).Want(t, http.StatusOK, "gõ nhầm")
	if got := suggested.Link(t, desk.Display(code)); got != "/console/ho-so/"+code {
		t.Errorf("the suggestion leads to %s", got)
	}
	b.Get("/console/ho-so/"+string(slip)).Want(t, http.StatusOK, "gõ nhầm")
	b.Get("/console/kiem-tra?q=K7Q2M-9XR4V").Want(t, http.StatusOK, "chưa từng được cấp")
	b.Get("/console/kiem-tra?q=khong+co+gi").Want(t, http.StatusOK, "Không tìm thấy gì")
	b.Get("/console/ho-so/K7Q2M9XR4V").Want(t, http.StatusNotFound)
}

// TestFile shows everything of a batch on one page.
func TestFile(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	leaf := w.released("producer", w.product)
	code := w.released("producer", w.product, leaf)
	candy := w.released("producer2", w.others, code)
	record := w.harvest(code, "Đồi 3")
	corrected := record.Data.RecordData
	corrected.Harvest = &trace.Harvest{Plot: "Đồi 4", Quantity: corrected.Harvest.Quantity}
	r, err := w.Ledger.CorrectRecord(ctx, w.As("producer"), record.ID, corrected, "ghi nhầm đồi")
	ok(t, r, err)
	sheet, err := w.Ledger.AddFile(ctx, w.As("producer"), "phieu.pdf", desktest.PDF("phiếu"))
	digest := ok(t, sheet, err).Data.SHA256
	test, err := w.Ledger.AddTest(ctx, w.As("producer"), trace.TestData{
		Product: w.product, Batch: code, Scope: "batch", Number: "PKN-07", Issued: trace.NewDate(2026, 11, 20), Files: []trace.Digest{digest},
		Laboratory: trace.TestLaboratory{Name: "PTN Minh Họa"}, Sample: trace.LaboratorySample{Code: "M1", Received: trace.NewDate(2026, 11, 10)},
		Rows: []trace.TestRow{{Indicator: catalog.Name{VI: "Chì"}, Unit: "mg/kg", Result: trace.Result{Text: "0,1"}}},
	})
	ok(t, test, err)
	c, err := w.Ledger.CreateCertificate(ctx, w.As("office"), trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: "DEMO-9/QĐ", Authority: "UBND tỉnh", Issued: trace.NewDate(2026, 11, 10),
		Producer: w.Mine, Product: w.product, OCOP: &trace.Evaluation{Stars: 3}, Files: []trace.Digest{digest},
	})
	ok(t, c, err)
	order, err := w.Book.Create(ctx, w.As("producer"), printing.OrderData{Batch: code, Codes: printing.ItemCodes, Count: 30, Stock: "tomy-145"})
	ok(t, order, err)
	released, err := w.Book.Release(ctx, w.As("producer"), order.ID)
	ok(t, released, err)
	reported, err := w.Book.Report(ctx, w.As("producer"), order.ID, printing.Report{Fate: printing.Lost, Ranges: []printing.Range{{First: 8, Last: 9}}, Reason: "rơi trên xe"})
	ok(t, reported, err)
	v, err := w.Ledger.VoidCodes(ctx, w.As("producer"), trace.Void{Batch: code, Items: &trace.Serials{First: 3, Last: 4}, Reason: "in hỏng"})
	ok(t, v, err)
	problem, err := w.Ledger.ReportProblem(ctx, trace.Write{}, trace.ProblemData{Code: code, Kind: trace.ProblemQuality, Text: "Chè có mùi mốc"}, "")
	ok(t, problem, err)
	w.views.Add(code, w.Now())
	w.move("producer", code, trace.BatchHeld)

	page := w.Browser("inspector").Get("/console/ho-so/"+code).Want(t, http.StatusOK,
		"Lô đang tạm dừng lưu hành", "kiểm tra lại độ ẩm", "Hợp tác xã Chè Mây Trắng", "0207 123 456",
		"Thửa đất: Đồi 3", "Đồi 4", "ghi nhầm đồi", "Người producer", "chủ thể tự khai",
		"PKN-07", "0,1", digest.String(), "DEMO-9/QĐ", "còn hiệu lực đến 09/11/2029", "chưa có hiệu lực",
		"30 tem đã phát hành", "Lệnh in 1, tem 8–9", "thất lạc · rơi trên xe", "Lệnh in 1, tem 10–30", "Tem số 3 đến 4", "in hỏng", "1 lượt", "Chè có mùi mốc",
		"Hình ảnh sản phẩm", desk.Display(leaf), desk.Display(candy), "đi vào lô này, cách 1 bước", "làm ra từ lô này, cách 1 bước",
		"Lập lô", "đã xuất xưởng",
	)
	for text, want := range map[string]string{
		desk.Display(candy): "/console/ho-so/" + candy, "DEMO-9/QĐ": "/console/dang-ky/" + c.ID, "PDF": "/console/tep/" + digest.String(),
		"Chất lượng": "/console/phan-anh/" + problem.ID,
	} {
		if got := page.Link(t, text); got != want {
			t.Errorf("%q leads to %s, want %s", text, got, want)
		}
	}

	codes, err := w.Book.Codes(ctx, w.Actor("producer"), order.ID, 1, 30)
	ok(t, codes, err)
	b := w.Browser("certifier")
	w.views.Add(codes[7].Code, w.Now())
	b.Get("/console/ho-so/"+codes[7].Code).Want(t, http.StatusOK, desk.Display(codes[7].Code), "tem đã phát hành", "1 lượt")
	b.Get("/console/ho-so/"+codes[3].Code).Want(t, http.StatusOK, "tem đã bị hủy", "in hỏng")
}

// TestWhoMayRead lets nobody else in.
func TestWhoMayRead(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	for who, want := range map[string]int{"inspector": 200, "office": 200, "certifier": 200, "producer": 403, "laboratory": 403, "administrator": 403} {
		b := w.Browser(who)
		for _, path := range []string{"/console/kiem-tra", "/console/ho-so/" + code, "/console/ho-so/" + code + "/pha-he"} {
			if got := b.Get(path); got.Status != want {
				t.Errorf("%s gets %s: %d, want %d", who, path, got.Status, want)
			}
		}
	}
}
