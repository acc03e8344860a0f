package inspection

import (
	"net/http"
	"net/url"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// TestInspection records an inspection in the field with a photo and a sample,
// once however often it is sent.
func TestInspection(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	address := "/console/ho-so/" + code
	b := w.Browser("inspector")
	form := b.Get(b.Get(address).Link(t, "Lập biên bản kiểm tra")).Want(t, http.StatusOK, "Kết luận")
	if got := form.Field("inspecting.inspector"); got != "Người inspector" {
		t.Errorf("the inspector is %q", got)
	}
	photo := desktest.Upload{Field: "photo", Name: "anh.jpg", Content: desktest.JPEG(5)}
	refused := b.Submit(form, "", url.Values{"sampling.sample": {"NP-0012"}}, photo).Want(t, http.StatusUnprocessableEntity, "hãy chọn đạt hay không đạt")
	for _, field := range []string{"inspecting.finding", "sampling.quantity.value", "sampling.laboratory"} {
		if !refused.Blames(field) {
			t.Errorf("%s is not blamed", field)
		}
	}
	if refused.Field("sampling.sample") != "NP-0012" {
		t.Error("the form did not come back as it was sent")
	}
	fields := url.Values{
		"inspecting.conforms": {"false"}, "inspecting.finding": {"Nhãn ghi thiếu hạn dùng"}, "inspecting.measures": {"Ghi lại nhãn trước 30/11"},
		"sampling.sample": {"NP-0012"}, "sampling.quantity.value": {"0,5"}, "sampling.quantity.unit": {"KGM"}, "sampling.laboratory": {"PTN Minh Họa"},
		"place.name": {"Chợ Tam Cờ"},
	}
	for range 2 {
		b.Submit(form, "", fields, photo).Want(t, http.StatusOK, "Nhãn ghi thiếu hạn dùng", "không đạt yêu cầu", "Chợ Tam Cờ", "NP-0012",
			"đã xác minh: "+desktest.InspectorName)
	}
	list, err := w.Ledger.Records(t.Context(), w.Actor("inspector"), code, trace.Paging{})
	records := ok(t, list, err).Items
	if len(records) != 2 {
		t.Fatalf("%d records were made, want the inspection and the sample", len(records))
	}
	for _, r := range records {
		switch {
		case r.Data.Inspecting != nil:
			if r.Data.Inspecting.Authority != desktest.InspectorName || r.Data.Inspecting.Conforms || len(r.Data.Files) != 1 {
				t.Errorf("the inspection is %+v", r.Data)
			}
		case r.Data.Sampling == nil || r.Data.Sampling.SampledBy != "Người inspector":
			t.Errorf("the sample is %+v", r.Data)
		}
	}

	again := b.Get(address + "/bien-ban")
	held := b.Submit(again, "", url.Values{"inspecting.conforms": {"true"}, "inspecting.finding": {"Đạt"}, "_do": {"tam-dung"}})
	if held.Path != address+"/tam-dung" {
		t.Errorf("the second button leads to %s", held.Path)
	}
	for _, who := range []string{"certifier", "producer"} {
		w.Browser(who).Get(address+"/bien-ban").Want(t, http.StatusForbidden)
	}
}

// TestInspectionWithABadPhoto keeps nothing.
func TestInspectionWithABadPhoto(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	b := w.Browser("office")
	form := b.Get("/console/ho-so/" + code + "/bien-ban")
	refused := b.Submit(form, "", url.Values{"inspecting.conforms": {"true"}, "inspecting.finding": {"Đạt"}},
		desktest.Upload{Field: "photo", Name: "anh.jpg", Content: []byte("không phải ảnh")}).Want(t, http.StatusUnprocessableEntity)
	if !refused.Blames("photo") {
		t.Errorf("the photo is not blamed:\n%s", refused.Text())
	}
	list, err := w.Ledger.Records(t.Context(), w.Actor("office"), code, trace.Paging{})
	if n := len(ok(t, list, err).Items); n != 0 {
		t.Errorf("%d records were made", n)
	}
}
