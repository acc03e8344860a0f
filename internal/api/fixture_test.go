package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/stamp"
	"temgoc/internal/testing/leak"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	leak.Main(m)
}

// now is when the tests take place.
var now = time.Date(2026, 11, 24, 9, 0, 0, 0, trace.Zone)

// A fixture is a service over a fresh embedded store, with a key for every
// role and three producers.
type fixture struct {
	t       *testing.T
	engine  *gin.Engine
	api     *API
	ledger  *trace.Ledger
	privacy *privacy.Register
	store   trace.Store
	keys    map[string]string // key text by role, producers under "p0" to "p2", a laboratory that nobody asks under "unasked"
	ids     [3]string         // of the producers
	log     *bytes.Buffer
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	files, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return newFixtureOver(t, openStore(t), files)
}

func openStore(t *testing.T) trace.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func newFixtureOver(t *testing.T, store trace.Store, files trace.Files) *fixture {
	t.Helper()
	ring, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, store: store, keys: map[string]string{}, log: new(bytes.Buffer), engine: gin.New()}
	f.ledger = trace.New(trace.Config{Store: store, Files: files, Keys: ring, Now: steps(now)})
	book, err := printing.New(f.ledger, ring, "https://t.example.vn")
	if err != nil {
		t.Fatal(err)
	}
	keys := account.New(f.ledger)
	people := account.NewDirectory(account.DirectoryConfig{Ledger: f.ledger, Store: store, Keys: ring})
	f.privacy = privacy.NewRegister(privacy.Config{Ledger: f.ledger, Store: store, People: people, Kinds: trace.ErasableKinds()})
	f.engine.HandleMethodNotAllowed = true
	f.api = Register(f.engine, Config{
		Ledger: f.ledger, Keys: keys, Book: book, Privacy: f.privacy, Bundles: bundles(t, store, files, ring), Version: "test",
		Audit:  slices.Concat(trace.AuditKinds(), account.AuditKinds(), printing.AuditKinds(), privacy.AuditKinds()),
		Logger: slog.New(slog.NewTextHandler(f.log, nil)),
	})
	f.engine.NoRoute(f.api.NotFound)
	f.engine.NoMethod(f.api.MethodNotAllowed)
	f.makeKeys(keys)
	return f
}

// bundles seals what is in the store; its log takes in what is written past it.
func bundles(t *testing.T, store trace.Store, files trace.Files, ring *stamp.Keys) *bundle.Maker {
	t.Helper()
	key, err := proof.CreateKey(filepath.Join(t.TempDir(), "log.key"), "t.example.vn/log")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []trace.Kind
	for _, k := range append(trace.AuditKinds(), printing.AuditKinds()...) {
		kinds = append(kinds, k.Kind)
	}
	log, err := proof.Open(t.Context(), proof.Config{
		Store: store, Kinds: kinds, Signer: key, Verifier: key.Verifier, VKey: key.VKey, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	ledger := trace.New(trace.Config{Store: log.Store(), Files: files, Keys: ring, Now: steps(now)})
	return bundle.New(bundle.Config{Ledger: ledger, Log: log, Store: log.Store(), PublicURL: "https://t.example.vn"})
}

// steps is a clock that goes on by a millisecond at each look, so that lists
// have an order.
func steps(start time.Time) func() time.Time {
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		start = start.Add(time.Millisecond)
		return start
	}
}

func (f *fixture) makeKeys(keys *account.Keys) {
	f.t.Helper()
	admin := trace.Write{By: trace.Actor{ID: "cli", Role: trace.Administrator}}
	office := trace.Write{By: trace.Actor{ID: "office", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh Tuyên Quang"}}
	add := func(name string, n account.NewKey) {
		n.Label = name
		text, _, err := keys.Create(context.Background(), admin, n)
		if err != nil {
			f.t.Fatal(err)
		}
		f.keys[name] = text
	}
	for _, role := range trace.Roles() {
		if role != trace.ProducerRole {
			add(string(role), account.NewKey{Role: role, Organisation: "Cơ quan " + string(role)})
		}
	}
	add("unasked", account.NewKey{Role: trace.Laboratory, Organisation: "Phòng thử nghiệm khác"})
	for i := range f.ids {
		p, err := f.ledger.CreateProducer(context.Background(), office, trace.Producer{
			Name: fmt.Sprintf("Hợp tác xã Số %d", i), Kind: "cooperative", Address: trace.Address{Commune: "02260"},
		})
		if err != nil {
			f.t.Fatal(err)
		}
		f.ids[i] = p.ID
		add(fmt.Sprintf("p%d", i), account.NewKey{Role: trace.ProducerRole, Producer: p.ID})
	}
	f.keys[string(trace.ProducerRole)] = f.keys["p0"]
}

// A reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// json reads the body into a map.
func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.body, &m); err != nil {
		t.Fatalf("%d: body is not JSON: %v: %.300s", r.status, err, r.body)
	}
	return m
}

// get reads a member of the body by its path, such as "data.lot".
func (r reply) get(t *testing.T, path string) any {
	t.Helper()
	var v any = r.json(t)
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

func (r reply) id(t *testing.T) string {
	t.Helper()
	id, _ := r.get(t, "id").(string)
	if id == "" {
		t.Fatalf("%d without an id: %.300s", r.status, r.body)
	}
	return id
}

// do sends a request as the key's holder. body is JSON text, anything to
// marshal, or nil. headers are name, value, name, value …
func (f *fixture) do(who, method, path string, body any, headers ...string) reply {
	f.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			f.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "/api/") {
		path = Prefix + path
	}
	request := httptest.NewRequest(method, path, r)
	if who != "" {
		request.Header.Set("Authorization", "Bearer "+f.keys[who])
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.engine.ServeHTTP(w, request)
	return reply{w.Code, w.Header(), w.Body.Bytes()}
}

// root gets a page outside of the API.
func (f *fixture) root(path string, headers ...string) reply {
	f.t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.engine.ServeHTTP(w, request)
	return reply{w.Code, w.Header(), w.Body.Bytes()}
}

// must sends a request that has to succeed.
func (f *fixture) must(who, method, path string, body any, headers ...string) reply {
	f.t.Helper()
	r := f.do(who, method, path, body, headers...)
	if r.status < 200 || r.status > 299 {
		f.t.Fatalf("%s %s %s: %d: %s", who, method, path, r.status, r.body)
	}
	return r
}

// product registers a product of producer i.
func (f *fixture) product(i int) string {
	f.t.Helper()
	return f.must(fmt.Sprintf("p%d", i), "POST", "/products", map[string]any{
		"producer": f.ids[i], "name": map[string]any{"vi": fmt.Sprintf("Chè Shan tuyết %d", i)}, "set": 4,
	}).id(f.t)
}

// batch opens a batch.
func (f *fixture) batch(i int, product, lot string) string {
	f.t.Helper()
	return f.must(fmt.Sprintf("p%d", i), "POST", "/batches", batchBody(product, lot)).id(f.t)
}

// recalled recalls a released batch by two people and gives the recall.
func (f *fixture) recalled(code string) reply {
	f.t.Helper()
	proposal := f.must("inspector", "POST", "/recalls", recallBody(code))
	return f.must("office", "POST", "/recalls/"+proposal.id(f.t)+"/approval", nil, "If-Match", proposal.header.Get("ETag"))
}

func recallBody(code string) map[string]any {
	return map[string]any{"batch": code, "reason": "nhiễm chì", "instructions": "trả lại nơi mua"}
}

func problemBody(code string) map[string]any {
	return map[string]any{"code": code, "kind": "quality", "text": "có mùi mốc"}
}

func batchBody(product, lot string) map[string]any {
	return map[string]any{
		"product": product, "lot": lot, "quantity": map[string]any{"value": "120", "unit": "KGM"},
		"production": "2026-11-01", "packing": "2026-11-05", "expiry": "2027-11-01",
	}
}

func printerBody() map[string]any {
	return map[string]any{"name": "Máy in tem", "language": "zpl", "dpi": 203, "offsetX": 500}
}

// stockText is a sheet of 24 labels.
func stockText(name string) string {
	return "name: " + name + "\ntitle: Tem " + name + "\nkind: sheet\npageWidth: 210\npageHeight: 297\n" +
		"columns: 3\nrows: 8\ncellWidth: 60\ncellHeight: 35\nleft: 10\ntop: 8\n"
}

// templateText is a template for labels of 38 × 21 mm.
func templateText(name string) string {
	return "name: " + name + "\ntitle: Mẫu " + name + "\nwidth: 38\nheight: 21\nparts:\n  - {part: qr, right: 50%}\n  - {part: logo, left: 50%}\n"
}

func harvest() map[string]any {
	return map[string]any{
		"kind": "harvest", "happened": "2026-11-01T07:00:00+07:00", "place": map[string]any{"name": "Đồi A", "commune": "02260"},
		"harvest": map[string]any{"plot": "Đồi A", "quantity": map[string]any{"value": "300", "unit": "KGM"}},
	}
}

func testReport(product, batch string) map[string]any {
	return map[string]any{
		"product": product, "batch": batch, "scope": "batch", "laboratory": map[string]any{"name": "Trung tâm"}, "number": "01/2026",
		"issued": "2026-11-20", "sample": map[string]any{"code": "M1", "received": "2026-11-10"},
		"rows": []any{map[string]any{
			"indicator": map[string]any{"vi": "Chì (Pb)"}, "unit": "mg/kg", "result": map[string]any{"text": "0,05"},
			"limit": map[string]any{"kind": "max", "max": "2.0", "basis": "QCVN 8-2:2011/BYT"},
		}},
	}
}

// request is what a laboratory is asked.
func request(product, batch string) map[string]any {
	return map[string]any{"product": product, "batch": batch, "laboratory": "Cơ quan laboratory"}
}

// asked is a report of the laboratory that producer i has asked for it.
func (f *fixture) asked(i int, product, batch string) map[string]any {
	f.t.Helper()
	id := f.must(fmt.Sprintf("p%d", i), "POST", "/requests", request(product, batch)).id(f.t)
	return with(testReport(product, batch), map[string]any{"request": id})
}

// fromPaper is a report that a producer types, with the sheet attached.
func (f *fixture) fromPaper(product, batch string) map[string]any {
	f.t.Helper()
	got := f.upload("office", "POST", "/files", formPart{"file", "phieu.pdf", "application/pdf", pdf("phiếu")})
	digest, _ := got.get(f.t, "sha256").(string)
	if digest == "" {
		f.t.Fatalf("upload: %d %s", got.status, got.body)
	}
	return with(testReport(product, batch), map[string]any{"files": []any{digest}})
}

func ocopCertificate(producer, product string) map[string]any {
	return map[string]any{
		"kind": "OCOP", "number": "321/QĐ-UBND", "authority": "UBND tỉnh Tuyên Quang", "issued": "2026-03-01",
		"producer": producer, "product": product, "ocop": map[string]any{"stars": 4, "points": "78.5"},
	}
}

// A formPart is one part of a multipart body.
type formPart struct {
	name, file, media string
	content           []byte
}

// form makes a multipart body and its content type.
func form(t *testing.T, parts ...formPart) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		disposition := fmt.Sprintf(`form-data; name=%q`, p.name)
		if p.file != "" {
			disposition += fmt.Sprintf(`; filename=%q`, p.file)
		}
		h.Set("Content-Disposition", disposition)
		if p.media != "" {
			h.Set("Content-Type", p.media)
		}
		into, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Write(p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

// upload sends a multipart request.
func (f *fixture) upload(who, method, path string, parts ...formPart) reply {
	f.t.Helper()
	body, media := form(f.t, parts...)
	return f.do(who, method, path, body, "Content-Type", media)
}

// picture is a small PNG that no other number gives.
func picture(t *testing.T, n uint8) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			img.Set(x, y, color.NRGBA{n, uint8(x), uint8(y), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// documents is everything that is stored, for a comparison before and after.
func (f *fixture) documents() map[string]int {
	f.t.Helper()
	out := map[string]int{}
	for _, kind := range slices.Concat(trace.Kinds(), account.Kinds(), printing.Kinds(), privacy.Kinds()) {
		for q := (trace.Query{Kind: kind, Limit: 1000}); ; {
			page, err := f.store.List(context.Background(), q)
			if err != nil {
				f.t.Fatal(err)
			}
			for _, r := range page.Revisions {
				out[fmt.Sprintf("%s/%s", r.Kind, r.ID)] = r.Number
			}
			if q.After = page.Next; page.Next == "" {
				break
			}
		}
	}
	return out
}
