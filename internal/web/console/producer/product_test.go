package producer

import (
	"image/color"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// TestFirstProduct goes from the empty list to the product with its photo, and
// on to the first batch.
func TestFirstProduct(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	list := b.Get("/console/san-pham").Want(t, http.StatusOK, "Chưa có sản phẩm nào")
	form := b.Get(list.Link(t, "Thêm sản phẩm")).Want(t, http.StatusOK, "Bộ sản phẩm OCOP", "Chè tươi, chè chế biến")

	fields := url.Values{
		"name.vi": {"Chè Shan tuyết"}, "set": {"11"}, "netContent.value": {"100"}, "netContent.unit": {"GRM"}, "shelfLife": {"730"},
		"standards": {" TCVN 9740:2013\r\n\r\nTCCS 01:2026/MT "}, "gtin": {"9521234000013"}, "usage.en": {"Steep."},
	}
	upload := desktest.Upload{Field: "camera", Name: "anh.jpg", Content: photo(t, color.RGBA{G: 120, A: 255})}
	done := b.SubmitOnce(form, "", fields, upload)
	if !strings.HasPrefix(done.Location, "/console/lo/moi?sp=") {
		t.Fatalf("the first product leads to %q: %d %s", done.Location, done.Status, done.Text())
	}
	again := b.SubmitOnce(form, "", fields, upload)
	if again.Location != done.Location {
		t.Errorf("sent twice, it leads to %q and %q", done.Location, again.Location)
	}
	stored, err := w.Ledger.Products(t.Context(), w.Actor("producer"), w.Mine, "", trace.Paging{})
	if err != nil || len(stored.Items) != 1 {
		t.Fatalf("%d products are stored, %v", len(stored.Items), err)
	}
	p := stored.Items[0].Data
	if p.Photo == (trace.Digest{}) || p.GTIN.String() != "09521234000013" {
		t.Errorf("photo %s, GTIN %s", p.Photo, p.GTIN)
	}
	want := trace.Product{
		Producer: w.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11, NetContent: trace.Quantity{Value: "100", Unit: "GRM"},
		ShelfLife: 730, Standards: []string{"TCVN 9740:2013", "TCCS 01:2026/MT"}, Usage: catalog.Name{EN: "Steep."}, GTIN: p.GTIN, Photo: p.Photo,
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
	page := b.Get("/console/san-pham").Want(t, http.StatusOK, "Chè Shan tuyết", "Chè tươi, chè chế biến")
	if !strings.Contains(page.Body, `src="/anh/`+p.Photo.String()+`/nho"`) {
		t.Errorf("the list lacks the photo:\n%s", page.Body)
	}
}

// TestProductRefused holds that mistakes are told at their fields, that nothing
// is stored then, and that what was typed stays.
func TestProductRefused(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	form := b.Get("/console/san-pham/moi")
	picture := desktest.Upload{Field: "file", Name: "anh.jpg", Content: photo(t, color.White)}
	page := b.Submit(form, "", url.Values{"name.vi": {""}, "netContent.value": {"nhiều"}, "brand": {"Mây Trắng"}}, picture).
		Want(t, http.StatusUnprocessableEntity, "không phải là số", "Hãy chọn lại tệp")
	if got := page.Field("brand"); got != "Mây Trắng" {
		t.Errorf("the brand comes back as %q", got)
	}
	b.Submit(page, "", url.Values{"netContent.value": {""}}, picture).Want(t, http.StatusUnprocessableEntity, "Tên sản phẩm : bắt buộc phải có", "Bộ sản phẩm OCOP : hãy chọn bộ sản phẩm")
	b.Submit(page, "", url.Values{"name.vi": {"Chè"}, "set": {"11"}, "netContent.value": {""}},
		desktest.Upload{Field: "camera", Name: "anh.jpg", Content: []byte("GIF89a không phải ảnh")}).Want(t, http.StatusUnprocessableEntity, "Chụp ảnh sản phẩm")
	stored, err := w.Ledger.Products(t.Context(), w.Actor("producer"), w.Mine, "", trace.Paging{})
	if err != nil || len(stored.Items) != 0 {
		t.Errorf("%d products are stored, %v", len(stored.Items), err)
	}
	if _, err := w.Ledger.FileInfo(t.Context(), trace.DigestOf(picture.Content)); err == nil {
		t.Error("the photo of a refused product is kept")
	}
}

// TestProductEdited changes a product with its photo, and refuses a form that
// was filled from an older state.
func TestProductEdited(t *testing.T) {
	w := world(t)
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	addCertificate(t, w, "office", "OCOP", "321/QĐ-UBND", p.ID, "2027-01-09")
	addCertificate(t, w, "producer", "TCCS", "TCCS 01", p.ID, "2030-01-01")
	b := w.Browser("producer")
	b.Get("/console/san-pham").Want(t, http.StatusOK, "★★★★☆", "chưa có ảnh")
	form := b.Get("/console/san-pham/"+p.ID).Want(t, http.StatusOK, "Quyết định 321/QĐ-UBND ngày 10/01/2024", "Còn 46 ngày, đến hết 09/01/2027", "TCCS 01", "chủ thể tự khai")
	stale := b.Get("/console/san-pham/" + p.ID)
	b.Submit(form, "", url.Values{"name.vi": {"Chè Shan tuyết một tôm"}, "standards": {""}},
		desktest.Upload{Field: "file", Name: "anh.jpg", Content: photo(t, color.Black)}).Want(t, http.StatusOK, "Đã lưu sản phẩm", "Chụp ảnh khác")
	got, err := w.Ledger.Product(t.Context(), w.Actor("producer"), p.ID)
	if err != nil || got.Data.Name.VI != "Chè Shan tuyết một tôm" || got.Data.Standards != nil || got.Data.Photo == (trace.Digest{}) || got.Data.ShelfLife != 365 {
		t.Errorf("stored %+v, %v", got.Data, err)
	}
	b.Submit(stale, "", url.Values{"name.vi": {"Tên cũ"}}).Want(t, http.StatusPreconditionFailed)
}

// TestBackButton goes back to a form that was sent, changes it and sends it
// again: that is said, and one more press sends it.
func TestBackButton(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	form := b.Get("/console/san-pham/moi")
	b.SubmitOnce(form, "", url.Values{"name.vi": {"Chè xanh"}, "set": {"11"}})
	page := b.Submit(form, "", url.Values{"name.vi": {"Chè vàng"}, "set": {"11"}}).Want(t, http.StatusUnprocessableEntity, "đã được gửi trước đó")
	b.SubmitOnce(page, "", url.Values{"brand": {""}})
	b.Get("/console/san-pham").Want(t, http.StatusOK, "Chè xanh", "Chè vàng")
}

// TestPhotoOfRefusedProduct holds that a product which is refused only when it
// is stored can be mended and sent with its photo: the photo was kept by then.
func TestPhotoOfRefusedProduct(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	b.SubmitOnce(b.Get("/console/san-pham/moi"), "", url.Values{"name.vi": {"Chè xanh"}, "set": {"11"}, "gtin": {"8938500009006"}})
	picture := desktest.Upload{Field: "file", Name: "anh.jpg", Content: photo(t, color.White)}
	page := b.Submit(b.Get("/console/san-pham/moi"), "", url.Values{"name.vi": {"Chè vàng"}, "set": {"11"}, "gtin": {"8938500009006"}}, picture)
	if page.Status != http.StatusConflict || !page.Blames("gtin") {
		t.Fatalf("a GTIN that is taken answers %d: %s", page.Status, page.Text())
	}
	b.Submit(page, "", url.Values{"gtin": {""}}, picture).Want(t, http.StatusOK, "Đã lưu sản phẩm")
}

func TestProductSearch(t *testing.T) {
	w := world(t)
	addProduct(t, w, "producer", "Chè Shan tuyết")
	addProduct(t, w, "producer", "Măng khô")
	b := w.Browser("producer")
	if page := b.Get("/console/san-pham?q=mang").Want(t, http.StatusOK, "Măng khô"); strings.Contains(page.Text(), "Chè Shan") {
		t.Errorf("the search finds %s", page.Text())
	}
	b.Get("/console/san-pham?q=gạo").Want(t, http.StatusOK, "Không có sản phẩm nào tên như vậy")
}
