package office

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

func world(t *testing.T) (*desktest.World, desk.Part) {
	t.Helper()
	w := desktest.New(t)
	part := must(Part(desktest.Shared(t), config(w)))(t)
	return w.Serve(part), part
}

func config(w *desktest.World) Config {
	return Config{
		Ledger: w.Ledger, People: w.People, Privacy: w.Privacy, Audit: append(append(trace.AuditKinds(), account.AuditKinds()...), printing.AuditKinds()...),
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// newProduct makes a product of the producer Mine.
func newProduct(t *testing.T, w *desktest.World, name string) string {
	t.Helper()
	return must(w.Ledger.CreateProduct(t.Context(), w.As("producer"), trace.Product{Producer: w.Mine, Name: catalog.Name{VI: name}, Set: 11}))(t).ID
}

// newBatch makes a batch of a product of the producer Mine, brought through the
// states.
func newBatch(t *testing.T, w *desktest.World, product, lot string, states ...trace.BatchState) string {
	t.Helper()
	b := must(w.Ledger.CreateBatch(t.Context(), w.As("producer"), trace.BatchData{
		Product: product, Lot: must(gs1.ParseLotNumber(lot))(t), Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1),
	}))(t)
	for _, s := range states {
		tr := trace.Transition{To: s}
		if s == trace.BatchHeld || s == trace.BatchRecalled {
			tr.Reason = "Bao bì in sai"
		}
		must(w.Ledger.MoveBatch(t.Context(), w.As("producer"), b.ID, tr))(t)
	}
	return b.ID
}

// ocop is an OCOP certificate of a product of the producer Mine.
func ocop(w *desktest.World, product, number string, stars int) trace.CertificateData {
	return trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: number, Authority: "UBND tỉnh", Issued: trace.NewDate(2026, 1, 10), Producer: w.Mine, Product: product,
		OCOP: &trace.Evaluation{Stars: stars},
	}
}

// communeNamed is one of the communes of a name.
func communeNamed(t *testing.T, name string, i int) string {
	t.Helper()
	found := catalog.FindCommunes(name, 20)
	if len(found) <= i {
		t.Fatalf("%d communes are called %s", len(found), name)
	}
	return found[i].Code
}

func TestTemplates(t *testing.T) {
	_, part := world(t)
	desktest.CheckTemplates(t, part, templateFiles, &logPage{}, &organisationsPage{}, &newOrganisationPage{}, &organisationPage{},
		&setsPage{}, &setPage{}, &setFormPage{}, &referencePage{},
		&producersPage{}, &producerPage{}, &producerFormPage{},
		&overviewPage{}, &certificatesPage{}, &batchesPage{})
}

// TestWhoMay holds that each address of the desk is refused to every role but
// those of its route, whether it shows or changes something.
func TestWhoMay(t *testing.T) {
	w, part := world(t)
	allowed := map[string]string{
		"/nhat-ky": "office administrator", "/nhat-ky/xuat": "office administrator",
		"/van-phong": "office", "/van-phong/san-pham": "office", "/van-phong/het-han": "office", "/van-phong/lo": "office",
		"/chu-the-ocop": "office", "/chu-the-ocop/moi": "office", "/chu-the-ocop/:id": "office", "/chu-the-ocop/:id/sua": "office", "/chu-the-ocop/:id/nguoi": "office",
		"/chu-the-ocop/:id/nguoi/:person/duong-dan": "office", "/chu-the-ocop/:id/nguoi/:person/khoa": "office", "/chu-the-ocop/:id/nguoi/:person/mo": "office",
		"/gioi-han": "office", "/gioi-han/danh-muc": "office", "/gioi-han/:set": "office", "/gioi-han/:set/sua": "office",
		"/to-chuc": "office administrator", "/to-chuc/moi": "office administrator", "/to-chuc/:id": "office administrator",
	}
	for _, r := range part.Routes {
		may, known := allowed[r.Path]
		if !known {
			t.Errorf("%s is not in the table of who may", r.Path)
		}
		for _, who := range []string{"administrator", "office", "certifier", "laboratory", "inspector", "producer"} {
			path := desk.Prefix + strings.NewReplacer(":id", w.Mine, ":set", "11", ":person", "x").Replace(r.Path)
			var got *desktest.Page
			if b := w.Browser(who); r.Method == http.MethodGet {
				got = b.GetOnce(path)
			} else {
				got = b.Post(path, url.Values{})
			}
			refused := got.Status == http.StatusForbidden && strings.Contains(got.Text(), "Vai trò đang dùng không có trang này")
			if want := !strings.Contains(may, who); refused != want {
				t.Errorf("%s %s by %s: %d, want refused: %v", r.Method, r.Path, who, got.Status, want)
			}
		}
	}
	if got := w.Guest().GetOnce(logPath); got.Status != http.StatusSeeOther {
		t.Errorf("a guest gets %d", got.Status)
	}
}
