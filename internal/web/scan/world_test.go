package scan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// A world is a service with a clock of its own, on a real store.
type world struct {
	testing.TB
	clock   atomic.Int64 // Unix milliseconds
	store   *outage
	files   *dir.Files
	fileDir string
	// database is the file of the store.
	database  string
	log       *proof.Log
	ledger    *trace.Ledger
	book      *printing.Book
	keys      *stamp.Keys
	cache     *scan.Cache
	counter   *scan.Counter
	sightings *sighting.Keeper
	pages     *scan.Pages
	handler   http.Handler

	producer, product string
	numbers           int
}

// An outage is a store that can be taken away.
type outage struct {
	trace.Store
	away  atomic.Bool
	reads atomic.Int64
	// mute hides all changes, as if they became visible too late; slow makes
	// reading a document's history take this long.
	mute atomic.Bool
	slow atomic.Int64
	// count, when set, takes the place of AddCounts, and hang makes Counts wait
	// for its deadline.
	count atomic.Pointer[func(context.Context, []trace.Count) error]
	hang  atomic.Bool
	// delay, when set, is called after a dossier's batch has been read.
	delay atomic.Pointer[func()]
}

var errAway = fmt.Errorf("%w: taken away by the test", trace.ErrUnavailable)

func (o *outage) err() error {
	o.reads.Add(1)
	if o.away.Load() {
		return errAway
	}
	return nil
}

func (o *outage) Head(ctx context.Context, k trace.Kind, id string) (trace.Revision, error) {
	if err := o.err(); err != nil {
		return trace.Revision{}, err
	}
	return o.Store.Head(ctx, k, id)
}

func (o *outage) History(ctx context.Context, k trace.Kind, id string) ([]trace.Revision, error) {
	if err := o.err(); err != nil {
		return nil, err
	}
	select {
	case <-time.After(time.Duration(o.slow.Load())):
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", trace.ErrUnavailable, ctx.Err())
	}
	h, err := o.Store.History(ctx, k, id)
	if f := o.delay.Swap(nil); f != nil && k == trace.KindBatches {
		(*f)()
	}
	return h, err
}

func (o *outage) Changes(ctx context.Context, k []trace.Kind, since time.Time) ([]trace.Change, error) {
	if err := o.err(); err != nil {
		return nil, err
	}
	if o.mute.Load() {
		return nil, nil
	}
	return o.Store.Changes(ctx, k, since)
}

func (o *outage) AddCounts(ctx context.Context, c []trace.Count) error {
	if err := o.err(); err != nil {
		return err
	}
	if f := o.count.Load(); f != nil {
		return (*f)(ctx, c)
	}
	return o.Store.AddCounts(ctx, c)
}

func (o *outage) Counts(ctx context.Context, keys []string) ([]trace.Count, error) {
	if err := o.err(); err != nil {
		return nil, err
	}
	if o.hang.Load() {
		<-ctx.Done()
		return nil, fmt.Errorf("%w: %w", trace.ErrUnavailable, ctx.Err())
	}
	return o.Store.Counts(ctx, keys)
}

var (
	office    = trace.Write{By: trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng Nông thôn mới Tuyên Quang"}}
	inspector = trace.Write{By: trace.Actor{ID: "inspector", Role: trace.Inspector, Organisation: "Chi cục Chất lượng tỉnh Tuyên Quang"}}
	lab       = trace.Write{By: trace.Actor{ID: "lab", Role: trace.Laboratory, Organisation: "Phòng thử nghiệm Minh Họa"}}
)

// noon is when tests happen: 09:30 in Vietnam on 23 November 2026.
var noon = time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)

func newWorld(tb testing.TB) *world {
	tb.Helper()
	gin.SetMode(gin.ReleaseMode)
	w := &world{TB: tb, fileDir: tb.TempDir()}
	w.clock.Store(noon.UnixMilli())
	w.database = filepath.Join(tb.TempDir(), "temgoc.db")
	db, err := sqlite.Open(tb.Context(), w.database, sighting.Removable()...)
	w.must(err)
	tb.Cleanup(func() { db.Close() })
	w.store = &outage{Store: db}
	w.files, err = dir.Open(w.fileDir)
	w.must(err)
	random := rand.NewChaCha8([32]byte{42})
	w.keys, err = stamp.NewKeys(random)
	w.must(err)
	key, err := proof.CreateKey(filepath.Join(tb.TempDir(), "log.key"), "log.example")
	w.must(err)
	w.log, err = proof.Open(tb.Context(), proof.Config{Store: w.store, Kinds: loggedKinds(), Signer: key, Verifier: key.Verifier, VKey: key.VKey, Now: w.now})
	w.must(err)
	w.ledger = trace.New(trace.Config{Store: w.log.Store(), Files: w.files, Keys: w.keys, Now: w.now, Random: random})
	w.book, err = printing.New(w.ledger, w.keys, "https://t.example.vn")
	w.must(err)
	w.cache, err = w.newCache(w.now)
	w.must(err)
	w.counter = scan.NewCounter(w.store, w.now)
	w.sightings = sighting.New(sighting.Config{Ledger: w.ledger, Store: w.log.Store(), Book: w.book, Keys: w.keys, Now: w.now})
	w.pages, err = scan.New(scan.Config{
		Ledger: w.ledger, Cache: w.cache, Counter: w.counter, Now: w.now, Sightings: w.sightings,
		Office: scan.Contact{Name: "Văn phòng Nông thôn mới tỉnh", Phone: "0207 000 000", Email: "ocop@example.vn"},
	})
	w.must(err)
	w.handler = engine(w.pages)
	w.producer, w.product = w.addProducer(), ""
	w.product = w.addProduct()
	return w
}

// newCache is an empty cache on a clock.
func (w *world) newCache(now func() time.Time) (*scan.Cache, error) {
	return scan.NewCache(scan.CacheConfig{Store: w.store, Loader: w.ledger, Orders: w.book, Keys: w.keys, Log: w.log, Now: now})
}

// engine is set up as the service does it.
func engine(p *scan.Pages) *gin.Engine {
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.UseRawPath = true
	e.UnescapePathValues = false
	p.Register(e)
	e.NoRoute(p.NotFound)
	return e
}

func (w *world) now() time.Time          { return time.UnixMilli(w.clock.Load()).UTC() }
func (w *world) advance(d time.Duration) { w.clock.Add(d.Milliseconds()) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		var fields trace.FieldErrors
		errors.As(err, &fields)
		w.Fatalf("%v %v", err, fields)
	}
}

// get asks as a browser does; headers are name, value, name, value.
func (w *world) get(path string, headers ...string) *httptest.ResponseRecorder {
	w.Helper()
	return w.do(http.MethodGet, path, headers...)
}

func (w *world) do(method, path string, headers ...string) *httptest.ResponseRecorder {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

// poll lets the cache catch up.
func (w *world) poll() {
	w.Helper()
	w.must(w.cache.Poll(w.Context()))
}

func (w *world) asProducer() trace.Write {
	return trace.Write{By: trace.Actor{ID: "producer", Role: trace.ProducerRole, Producer: w.producer}}
}

func date(s string) trace.Date {
	d, err := trace.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func qty(v, unit string) trace.Quantity { return trace.Quantity{Value: trace.Decimal(v), Unit: unit} }

func (w *world) addProducer() string {
	w.Helper()
	s, err := w.ledger.CreateProducer(w.Context(), office, trace.Producer{
		Name: "Hợp tác xã Chè Mây Trắng", ShortName: "HTX Mây Trắng", Kind: "cooperative", Registration: "5000000000",
		Address: trace.Address{Commune: "02260", Street: "Thôn Hồng Ba", OldDistrict: "Na Hang"},
		Phone:   "0912 000 000", Email: "maytrang@example.vn", ProductionSite: "Xưởng chè Hồng Ba", Demonstration: true,
	})
	w.must(err)
	return s.ID
}

func (w *world) addProduct() string {
	w.Helper()
	gtin, err := gs1.ParseGTIN("09521234000013")
	w.must(err)
	w.numbers++
	p := trace.Product{
		Producer: w.producer, Name: catalog.Name{VI: "Chè Shan tuyết một tôm một lá", EN: "Shan Tuyet tea, one bud and one leaf"},
		Set: 11, NetContent: qty("100", "GRM"), Brand: "Mây Trắng", Standards: []string{"TCVN 9740:2013", "TCCS 01:2025/MT"},
		Ingredients: catalog.Name{VI: "100 % búp chè Shan tuyết cổ thụ", EN: "100 % buds of old Shan Tuyet tea trees"},
		Storage:     catalog.Name{VI: "Nơi khô, mát, tránh ánh nắng trực tiếp.", EN: "Keep cool and dry, out of the sun."},
		Usage:       catalog.Name{VI: "Tráng ấm bằng nước sôi, pha 5 g chè với 200 ml nước 85 °C trong 2 phút.", EN: "Rinse the pot, steep 5 g in 200 ml of water at 85 °C for two minutes."},
		Warnings:    catalog.Name{VI: "Có chứa caffein.", EN: "Contains caffeine."},
	}
	if w.product == "" {
		p.GTIN = gtin
	} else {
		p.Name = catalog.Name{VI: fmt.Sprintf("Búp chè tươi %d", w.numbers), EN: fmt.Sprintf("Fresh tea buds %d", w.numbers)}
	}
	s, err := w.ledger.CreateProduct(w.Context(), w.asProducer(), p)
	w.must(err)
	return s.ID
}

func (w *world) addPhoto() {
	w.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 960, 720))
	for y := range 720 {
		for x := range 960 {
			img.Set(x, y, color.RGBA{uint8(20 + x/12), uint8(90 + y/8), uint8(50 + (x+y)/40), 255})
		}
	}
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, img, nil))
	photo, err := w.ledger.AddPhoto(w.Context(), w.asProducer(), "anh.jpg", b.Bytes())
	w.must(err)
	_, err = w.ledger.SetPhoto(w.Context(), w.asProducer(), w.product, photo.Data.SHA256)
	w.must(err)
}

// addFile adds a small PDF that differs from others by n.
func (w *world) addFile(by trace.Write, n int) trace.Digest {
	w.Helper()
	f, err := w.ledger.AddFile(w.Context(), by, "phieu.pdf", pdf(n))
	w.must(err)
	return f.Data.SHA256
}

func pdf(n int) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n%% %d\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 1>>\nstartxref\n9\n%%%%EOF\n", n)
}

// addBatch opens a batch that is not released yet.
func (w *world) addBatch(lot string, inputs ...trace.Input) trace.Stored[trace.Batch] {
	w.Helper()
	number, err := gs1.ParseLotNumber(lot)
	w.must(err)
	s, err := w.ledger.CreateBatch(w.Context(), w.asProducer(), trace.BatchData{
		Product: w.product, Lot: number, Quantity: qty("24", "KGM"),
		Production: date("2026-03-10"), Packing: date("2026-03-12"), Expiry: date("2028-03-11"), Inputs: inputs,
	})
	w.must(err)
	return s
}

// released opens and releases a batch and gives its code.
func (w *world) released(lot string, inputs ...trace.Input) string {
	w.Helper()
	b := w.addBatch(lot, inputs...)
	w.move(w.asProducer(), b.ID, trace.BatchReleased, "")
	return b.ID
}

func (w *world) move(by trace.Write, code string, to trace.BatchState, reason string) {
	w.Helper()
	_, err := w.ledger.MoveBatch(w.Context(), by, code, trace.Transition{To: to, Reason: reason})
	w.must(err)
}

// recall recalls a batch with the usual instructions.
func (w *world) recall(code, reason string) {
	w.Helper()
	w.recallWith(code, reason, "Trả hàng tại nơi mua để được hoàn tiền; cửa hàng ngừng bán và trả về cơ sở.")
}

// recallWith recalls a batch, by two inspectors.
func (w *world) recallWith(code, reason, instructions string) {
	w.Helper()
	s, err := w.ledger.ProposeRecall(w.Context(), inspector, trace.RecallData{Batch: code, Reason: reason, Instructions: instructions})
	w.must(err)
	second := inspector
	second.By.ID = "inspector-2"
	_, err = w.ledger.ApproveRecall(w.Context(), second, s.ID)
	w.must(err)
}

func (w *world) addRecord(by trace.Write, d trace.RecordData) trace.Stored[trace.Record] {
	w.Helper()
	s, err := w.ledger.AddRecord(w.Context(), by, d)
	w.must(err)
	return s
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, trace.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

// journey records what usually happens to tea, with a correction and a
// retraction.
func (w *world) journey(code string) {
	w.Helper()
	plot := trace.Place{Name: "Nương chè Hồng Ba", Commune: "02260"}
	shop := trace.Place{Name: "Xưởng chè Hồng Ba", Commune: "02260"}
	p := w.asProducer()
	harvest := trace.RecordData{
		Batch: code, Kind: "harvest", Happened: at("2026-03-10 06:30"), Place: plot, Person: "Tổ hái số 2",
		Harvest: &trace.Harvest{Plot: "Nương Hồng Ba 1", Quantity: qty("210", "KGM"), Weather: "nắng nhẹ", Harvester: "Bí mật A"},
	}
	h := w.addRecord(p, harvest)
	w.addRecord(p, trace.RecordData{
		Batch: code, Kind: "processing", Happened: at("2026-03-10 15:00"), Place: shop, Person: "Tổ chế biến",
		Processing: &trace.Processing{
			Process: "Sao, vò, sấy", Inputs: []trace.Material{{Name: "búp chè tươi", Quantity: qty("120", "KGM")}},
			Output: qty("24.5", "KGM"), Temperature: "95", Minutes: 180,
		},
		Files: []trace.Digest{w.addFile(p, 1)},
	})
	w.addRecord(p, trace.RecordData{
		Batch: code, Kind: "sampling", Happened: at("2026-03-11 09:00"), Place: shop,
		Sampling: &trace.Sampling{Sample: "M-2026-031", Quantity: qty("500", "GRM"), Laboratory: "Phòng thử nghiệm Minh Họa", SampledBy: "Bí mật B"},
	})
	w.addRecord(p, trace.RecordData{
		Batch: code, Kind: "packing", Happened: at("2026-03-12 10:00"), Place: shop,
		Packing: &trace.Packing{NetContent: qty("100", "GRM"), Units: 240, Material: "Túi kraft có lớp nhôm", PackedOn: date("2026-03-12")},
	})
	w.addRecord(p, trace.RecordData{
		Batch: code, Kind: "shipping", Happened: at("2026-03-14 07:00"), Place: shop,
		Shipping: &trace.Shipping{
			Recipient: "Cửa hàng bí mật", Quantity: qty("120", "XPA"), Document: "PX-BIMAT", Destination: "Thành phố Hà Nội",
			Vehicle: "22C-BIMAT",
		},
		Files: []trace.Digest{w.addFile(p, 2)},
	})
	w.addRecord(inspector, trace.RecordData{
		Batch: code, Kind: "inspecting", Happened: at("2026-03-13 14:00"), Place: shop,
		Inspecting: &trace.Inspecting{Authority: "Chi cục Chất lượng tỉnh Tuyên Quang", Inspector: "CB-BIMAT", Finding: "Hồ sơ đầy đủ, kho sạch.", Conforms: true},
	})
	wrong := w.addRecord(p, trace.RecordData{
		Batch: code, Kind: "storing", Happened: at("2026-03-12 18:00"), Place: shop,
		Storing: &trace.Storing{Place: "Kho số 1", From: date("2026-03-12"), Until: date("2026-03-14")},
	})
	w.advance(time.Minute)
	harvest.Harvest = &trace.Harvest{Plot: "Nương Hồng Ba 1", Quantity: qty("120", "KGM"), Weather: "nắng nhẹ", Harvester: "Bí mật A"}
	_, err := w.ledger.CorrectRecord(w.Context(), p, h.ID, harvest, "gõ nhầm số cân")
	w.must(err)
	_, err = w.ledger.RetractRecord(w.Context(), p, wrong.ID, "ghi nhầm lô")
	w.must(err)
}

// addStars adds an OCOP certificate that the office stands for.
func (w *world) addStars(number, from string, stars int) trace.Stored[trace.Certificate] {
	w.Helper()
	s, err := w.ledger.CreateCertificate(w.Context(), office, trace.CertificateData{
		Kind: "OCOP", Number: number, Authority: "UBND tỉnh Tuyên Quang", Issued: date(from), Producer: w.producer, Product: w.product,
		OCOP: &trace.Evaluation{Stars: stars}, Files: []trace.Digest{w.addFile(office, 100+stars)},
	})
	w.must(err)
	return s
}

func (w *world) addCertificate(by trace.Write, d trace.CertificateData) trace.Stored[trace.Certificate] {
	w.Helper()
	d.Producer = w.producer
	s, err := w.ledger.CreateCertificate(w.Context(), by, d)
	w.must(err)
	return s
}

func (w *world) addTest(by trace.Write, batch string, rows ...trace.TestRow) trace.Stored[trace.TestReport] {
	w.Helper()
	w.numbers++
	d := trace.TestData{
		Product: w.product, Batch: batch, Scope: "batch", Laboratory: trace.TestLaboratory{Name: "Phòng thử nghiệm Minh Họa", VILAS: "VILAS 000"},
		Number: fmt.Sprintf("PTN-2026-%03d", w.numbers), Issued: date("2026-03-18"),
		Sample: trace.LaboratorySample{Code: "M-2026-031", Received: date("2026-03-11")}, Rows: rows,
		Files: []trace.Digest{w.addFile(by, 50+w.numbers)},
	}
	if batch == "" {
		d.Scope = "product"
	}
	if by.By.Role == trace.Laboratory {
		asked, err := w.ledger.AskTest(w.Context(), office, trace.RequestData{Product: w.product, Batch: batch, Laboratory: by.By.Organisation})
		w.must(err)
		d.Request = asked.ID
	}
	s, err := w.ledger.AddTest(w.Context(), by, d)
	w.must(err)
	return s
}

func row(vi, en, unit, result, max string) trace.TestRow {
	return trace.TestRow{
		Indicator: catalog.Name{VI: vi, EN: en}, Unit: unit, Result: trace.Result{Text: result},
		Limit: &trace.Limit{Kind: catalog.LimitMax, Max: trace.Decimal(max), Basis: "QCVN 8-2:2011/BYT"},
	}
}

// complete is a batch with everything in order.
func (w *world) complete() string {
	w.Helper()
	w.addPhoto()
	w.addStars("321/QĐ-UBND", "2025-08-06", 4)
	w.addCertificate(inspectorOffice(), trace.CertificateData{Kind: "VIETGAP", Number: "VG-0001", Authority: "Tổ chức chứng nhận Minh Họa", Issued: date("2025-02-01"), ValidUntil: date("2027-01-31")})
	w.addCertificate(w.asProducer(), trace.CertificateData{Kind: "ATTP", Number: "12/2025/ATTP", Authority: "Sở Nông nghiệp và Môi trường", Issued: date("2025-01-15"), ValidUntil: date("2028-01-14"), Files: []trace.Digest{w.addFile(w.asProducer(), 9)}})
	code := w.addBatch("L2026-03-A").ID
	w.journey(code)
	w.addTest(lab, code, row("Chì (Pb)", "Lead (Pb)", "mg/kg", "KPH (LOD = 0,01)", "2"), row("Asen (As)", "Arsenic (As)", "mg/kg", "0,05", "1"), row("Độ ẩm", "Moisture", "%", "6,2", "7.5"))
	w.move(w.asProducer(), code, trace.BatchReleased, "")
	return code
}

func inspectorOffice() trace.Write { return office }

// items orders and releases item stamps and gives their codes.
func (w *world) items(code string, count int, release bool) []stamp.ItemCode {
	w.Helper()
	o, err := w.book.Create(w.Context(), w.asProducer(), printing.OrderData{Batch: code, Codes: printing.ItemCodes, Count: count, Stock: "tomy-145"})
	w.must(err)
	if release {
		_, err = w.book.Release(w.Context(), w.asProducer(), o.ID)
		w.must(err)
	}
	batch, err := stamp.ParseBatchCode(code)
	w.must(err)
	sealer, err := w.keys.Sealer(o.Data.KeyID, batch)
	w.must(err)
	var out []stamp.ItemCode
	for i := range count {
		out = append(out, sealer.Item(o.Data.First+uint32(i)))
	}
	return out
}
