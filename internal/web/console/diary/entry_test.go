package diary

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// entries are what is typed for each kind, beyond what is filled in.
var entries = map[string][]string{
	"planting":   {"planting.crop", "Chè", "planting.variety", "Shan", "planting.plot", "Đồi 1"},
	"stocking":   {"planting.crop", "Ong", "planting.variety", "Ong nội", "planting.plot", "Trại 1"},
	"care":       {"care.applied", "Phân hữu cơ", "care.registeredAs", "Phân A, 123", "care.dose.value", "20", "care.plot", "Đồi 1"},
	"harvest":    {"harvest.plot", "Đồi 1", "harvest.quantity.value", "480,5"},
	"collecting": {"harvest.plot", "Rừng đầu nguồn", "harvest.quantity.value", "12"},
	"receiving":  {"receiving.supplier", "HTX A", "receiving.quantity.value", "12", "receiving.document", "PX-1"},
	"processing": {"processing.process", "Sao, vò", "processing.inputs[0].name", "Chè búp", "processing.inputs[0].quantity.value", "480", "processing.output.value", "120"},
	"sampling":   {"sampling.sample", "M1", "sampling.quantity.value", "200", "sampling.laboratory", "Phòng A", "sampling.sampledBy", "Lan"},
	"packing":    {"packing.units", "1200", "packing.material", "Túi giấy"},
	"storing":    {"storing.place", "Kho 1", "storing.until", "2026-12-24"},
	"shipping":   {"shipping.recipient", "Cửa hàng B", "shipping.quantity.value", "10", "shipping.destination", "Hà Nội", "shipping.document", "HD-9"},
	"destroying": {"destroying.quantity.value", "1", "destroying.reason", "Ẩm", "destroying.method", "Đốt", "destroying.witness", "Công an xã"},
}

// TestEveryKindIsEntered fills in what is asked for of each kind, and nothing
// else: time, place and units are there.
func TestEveryKindIsEntered(t *testing.T) {
	w := newWorld(t)
	for _, k := range catalog.RecordKinds() {
		if k.Code == "inspecting" {
			continue
		}
		t.Run(k.Code, func(t *testing.T) {
			w.Advance(time.Minute)
			p := w.me.Get(w.at("/ghi/"+k.Code)).Want(t, http.StatusOK, k.Name.VI, "Chè Shan tuyết")
			before := len(w.records(w.code))
			w.me.Submit(p, "", form(entries[k.Code]...)).Want(t, http.StatusOK, "Đã ghi "+strings.ToLower(k.Name.VI))
			after := w.records(w.code)
			if len(after) != before+1 {
				t.Fatalf("%d records were made", len(after)-before)
			}
			r := after[0].Data
			if r.Kind != k.Code || !r.Happened.Equal(w.Now().Truncate(time.Minute)) || r.Place.Commune != "02260" {
				t.Errorf("recorded %+v", r)
			}
			again := w.me.Submit(p, "", form(entries[k.Code]...)).Want(t, http.StatusOK, "Đã ghi")
			if n := len(w.records(w.code)); n != len(after) {
				t.Errorf("the same form, sent again, made another record: %s", again.Text())
			}
		})
	}
	w.me.Get(w.at("/ghi/inspecting")).Want(t, http.StatusForbidden, "do cán bộ kiểm tra ghi")
	w.me.Get(w.at("/ghi/nonsense")).Want(t, http.StatusNotFound)
}

// TestLastValuesAreThere holds that what usually stays the same is filled in,
// what changes is not, and other values of before are offered.
func TestLastValuesAreThere(t *testing.T) {
	w := newWorld(t)
	w.harvest(w.code)
	next := w.newBatch("L2026-11-B")
	p := w.me.Get(batchPath(next)+"/ghi/harvest").Want(t, http.StatusOK, "Lần trước", "480,5 yến", "Đồi Mây")
	got := map[string]string{}
	for _, name := range []string{"harvest.plot", "harvest.quantity.value", "harvest.quantity.unit", "harvest.variety", "harvest.weather", "place.name", "place.commune", "person", "happened"} {
		got[name] = p.Field(name)
	}
	want := map[string]string{
		"harvest.plot": "Đồi 3", "harvest.quantity.value": "", "harvest.quantity.unit": "YEN", "harvest.variety": "Shan tuyết cổ thụ", "harvest.weather": "",
		"place.name": "Đồi Mây", "place.commune": "02260", "person": "Lò Thị Mây", "happened": w.Now().In(trace.Zone).Format(clock),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filled in (-want +got):\n%s", diff)
	}
	if !strings.Contains(p.Body, `<option value="Nắng nhẹ">`) {
		t.Error("the weather of last time is not offered")
	}
	care := w.me.Get(batchPath(next) + "/ghi/care")
	if got := care.Field("person"); got != "" {
		t.Errorf("who harvested is taken for who cares: %q", got)
	}
}

// TestOnlyRequiredFieldsAreOpen counts what has to be looked at for a harvest.
func TestOnlyRequiredFieldsAreOpen(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/ghi/harvest"))
	main, _, _ := strings.Cut(p.Body[strings.Index(p.Body, "<form method=\"post\" enctype"):], "<details")
	if n := strings.Count(main, "<label"); n != 5 { // time, plot, quantity, unit, photo
		t.Errorf("%d inputs stand open:\n%s", n, main)
	}
}

func TestMistakesLandAtTheirFields(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/ghi/harvest"))
	back := w.me.Submit(p, "", form("harvest.plot", "", "harvest.quantity.value", "nhiều", "happened", "2027-01-01T08:00")).
		Want(t, http.StatusUnprocessableEntity, "không phải là số", "bắt buộc phải có")
	if got := back.Field("harvest.quantity.value"); got != "nhiều" {
		t.Errorf("what was typed is gone: %q", got)
	}
	w.me.Submit(back, "", form("harvest.plot", "Đồi 1", "harvest.quantity.value", "2")).Want(t, http.StatusUnprocessableEntity, "tương lai")
	w.me.Submit(back, "", form("harvest.plot", "Đồi 1", "harvest.quantity.value", "2", "happened", "2026-11-24T08:00")).Want(t, http.StatusOK, "Đã ghi")
	if n := len(w.records(w.code)); n != 1 {
		t.Errorf("%d records were made", n)
	}
}

// TestMaterials leaves rows empty and fills a spare one.
func TestMaterials(t *testing.T) {
	w := newWorld(t)
	w.harvest(w.code)
	p := w.me.Get(w.at("/ghi/processing")).Want(t, http.StatusOK)
	typed := append([]string{"processing.inputs[2].name", "Hoa nhài", "processing.inputs[2].quantity.value", "5"}, entries["processing"]...)
	w.me.Submit(p, "", form(append(slices.Clone(typed), "processing.inputs[2].quantity.value", "năm")...)).Want(t, http.StatusUnprocessableEntity, "Đã dùng")
	w.me.Submit(p, "", form(typed...)).Want(t, http.StatusOK, "480 kg Chè búp + 5 kg Hoa nhài", "thu được 120 kg")
	inputs := w.record(w.code, "processing").Data.Processing.Inputs
	if len(inputs) != 2 || inputs[1].Name != "Hoa nhài" {
		t.Errorf("recorded %+v", inputs)
	}
}

// TestInputBatchesAreMaterials fills in the batches that went into this one.
func TestInputBatchesAreMaterials(t *testing.T) {
	w := newWorld(t)
	w.move(w.code, trace.BatchReleased, "")
	next := w.newBatch("L2026-11-B", trace.Input{Batch: w.code, Quantity: trace.Quantity{Value: "60.5", Unit: "KGM"}})
	p := w.me.Get(batchPath(next) + "/ghi/processing")
	if got := p.Field("processing.inputs[0].batch") + " " + p.Field("processing.inputs[0].quantity.value"); got != w.code+" 60,5" {
		t.Errorf("filled in: %s", got)
	}
	w.me.Submit(p, "", form("processing.process", "Ướp hương", "processing.output.value", "55")).Want(t, http.StatusOK, "Đã ghi chế biến")
}

func TestPhotosAndPapers(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/ghi/harvest"))
	typed := form(entries["harvest"]...)
	w.me.Submit(p, "", typed, desktest.Upload{Field: "photo", Name: "anh.jpg", Content: []byte("nothing")}).Want(t, http.StatusUnprocessableEntity, "Ảnh")
	if n := len(w.records(w.code)); n != 0 {
		t.Fatalf("%d records with a bad photo", n)
	}
	uploads := []desktest.Upload{
		{Field: "photo", Name: "anh.jpg", Content: photograph(t, 70)},
		{Field: "papers", Name: "phieu-can.jpg", Content: photograph(t, 80)},
	}
	for range 2 { // once more, as when the answer was lost
		w.me.Submit(p, "", typed, uploads...).Want(t, http.StatusOK, "Đã ghi thu hoạch", "2 tệp", "có giấy tờ kèm theo")
	}
	if r := w.records(w.code); len(r) != 1 || len(r[0].Data.Files) != 2 {
		t.Errorf("recorded %+v", r)
	}
}

// TestRepeatedAfterTheBatchIsClosed sends a form again whose answer was lost,
// when nothing could be entered any more.
func TestRepeatedAfterTheBatchIsClosed(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/ghi/harvest"))
	w.me.SubmitOnce(p, "", form(entries["harvest"]...))
	w.move(w.code, trace.BatchReleased, "")
	w.move(w.code, trace.BatchClosed, "")
	w.me.Submit(p, "", form(entries["harvest"]...)).Want(t, http.StatusOK, "Đã ghi thu hoạch")
	w.me.Submit(p, "", form(append([]string{"_key", "ANOTHERKEY"}, entries["harvest"]...)...)).Want(t, http.StatusConflict, "chỉ còn ghi được")
	if n := len(w.records(w.code)); n != 1 {
		t.Errorf("%d records", n)
	}
}

// TestScriptIsToldTheEnd holds what the script that keeps unsent forms goes by:
// a form that was carried out says so, a refused one comes back, and one of a
// session that ended is neither.
func TestScriptIsToldTheEnd(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(w.at("/ghi/harvest"))
	sent := form(append([]string{"_key", p.Field("_key"), "happened", p.Field("happened"), "harvest.quantity.unit", "KGM"}, entries["harvest"]...)...)
	script := http.Header{"Origin": {"http://console.test"}, "Sec-Fetch-Site": {"same-origin"}, "Temgoc-Outbox": {"1"}}
	if got := w.Guest().PostWith(w.at("/ghi/harvest"), sent, script); got.Status != http.StatusUnauthorized {
		t.Errorf("without a session: %d", got.Status)
	}
	for range 2 {
		got := w.me.PostWith(w.at("/ghi/harvest"), sent, script)
		if got.Status != http.StatusNoContent || got.Header.Get("Temgoc-Outbox") != batchPath(w.code) {
			t.Errorf("carried out: %d %v", got.Status, got.Header)
		}
	}
	sent.Del("harvest.plot")
	sent.Set("_key", "ANOTHER")
	if got := w.me.PostWith(w.at("/ghi/harvest"), sent, script); got.Status != http.StatusUnprocessableEntity || got.Header.Get("Temgoc-Outbox") != "" {
		t.Errorf("refused: %d %v", got.Status, got.Header)
	}
	w.record(w.code, "harvest")
}
