package producer

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/gs1"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// batchesOf are the stored batches of the first producer, the newest first.
func batchesOf(t *testing.T, w *desktest.World) []trace.Stored[trace.Batch] {
	t.Helper()
	list, err := w.Ledger.Batches(t.Context(), w.Actor("producer"), trace.BatchQuery{Producer: w.Mine}, trace.Paging{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// TestNewBatch opens the first batch of the only product: everything but the
// quantity is proposed. The second is proposed like the first.
func TestNewBatch(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	b.Get("/console/lo").Want(t, http.StatusOK, "Chưa có lô nào")
	b.Get("/console/lo/moi").Want(t, http.StatusOK, "Cần có sản phẩm trước")
	p := addProduct(t, w, "producer", "Chè Shan tuyết")

	form := b.Get("/console/lo/moi").Want(t, http.StatusOK, "Chè Shan tuyết")
	for field, want := range map[string]string{"lot": "L261124-A", "production": "2026-11-24", "expiry": "2027-11-24", "packing": "", "product": p.ID} {
		if got := form.Field(field); got != want {
			t.Errorf("%s is proposed as %q, want %q", field, got, want)
		}
	}
	b.Submit(form, "", url.Values{"quantity.value": {""}}).Want(t, http.StatusUnprocessableEntity, "Sản lượng : bắt buộc")
	fields := url.Values{"quantity.value": {"24,5"}, "quantity.unit": {"XPA"}, "packing": {"2026-11-25"}, "expiry": {"2027-06-01"}}
	done := b.SubmitOnce(form, "", fields)
	if again := b.SubmitOnce(form, "", fields); again.Location != done.Location {
		t.Errorf("sent twice, it leads to %q and %q", done.Location, again.Location)
	}
	stored := batchesOf(t, w)
	if len(stored) != 1 || done.Location != "/console/lo/"+stored[0].ID {
		t.Fatalf("%d batches, led to %q: %s", len(stored), done.Location, done.Text())
	}
	if got := stored[0].Data.BatchData; got.Quantity != (trace.Quantity{Value: "24.5", Unit: "XPA"}) || got.Inputs != nil {
		t.Errorf("stored %+v", got)
	}
	next := b.Get("/console/lo/moi?sp=" + p.ID)
	for field, want := range map[string]string{"lot": "L261124-B", "quantity.value": "24,5", "quantity.unit": "XPA", "packing": "2026-11-25", "expiry": "2027-11-24"} {
		if got := next.Field(field); got != want {
			t.Errorf("the next one's %s is proposed as %q, want %q", field, got, want)
		}
	}
	b.Submit(next, "", url.Values{"lot": {"L261124-A"}}).Want(t, http.StatusConflict, "Số lô : số lô này đã có")
}

// TestCopiedBatch copies the last batch with what went into it.
func TestCopiedBatch(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	leaves, tea := addProduct(t, w, "producer", "Búp chè tươi"), addProduct(t, w, "producer", "Chè khô")
	raw := addBatch(t, w, "producer", leaves.ID, "B1")
	release(t, w, "producer", raw.ID)
	addBatch(t, w, "producer", tea.ID, "T1", trace.Input{Batch: raw.ID, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}})

	choice := b.Get("/console/lo/moi").Want(t, http.StatusOK, "Lô của sản phẩm nào?", "Búp chè tươi", "Chè khô")
	form := b.Get(b.Get(choice.Link(t, "Chè khô")).Link(t, "Chép lô gần nhất"))
	if form.Field("inputs[0].quantity.value") != "120" || form.Field("production") != "2026-11-24" {
		t.Fatalf("the copy proposes %s", form.Text())
	}
	w.Advance(time.Second)
	b.SubmitOnce(form, "", url.Values{"inputs[0].quantity.value": {"130,5"}})
	want := []trace.Input{{Batch: raw.ID, Quantity: trace.Quantity{Value: "130.5", Unit: "KGM"}}}
	if diff := cmp.Diff(want, batchesOf(t, w)[0].Data.Inputs); diff != "" {
		t.Error(diff)
	}
}

// TestInputRows adds rows without scripts, leaves some empty, takes the address
// of a stamp for its code, and tells mistakes at their row.
func TestInputRows(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	open, raw := addBatch(t, w, "producer", p.ID, "B0"), addBatch(t, w, "producer", p.ID, "B1")
	release(t, w, "producer", raw.ID)

	w.Advance(time.Second)
	form := b.Get("/console/lo/moi")
	more := b.Submit(form, "", url.Values{"_do": {doMore}, "quantity.value": {"7"}, "inputs[2].batch": {"https://T.EXAMPLE.VN/" + raw.ID}}).Want(t, http.StatusOK)
	if more.Field("quantity.value") != "7" || !strings.HasSuffix(more.Field("inputs[2].batch"), raw.ID) || !strings.Contains(more.Body, "inputs[5].batch") {
		t.Fatalf("after adding rows: %s", more.Body)
	}
	wrong := url.Values{"_do": {""}, "inputs[2].quantity.value": {"5"}, "inputs[4].batch": {open.ID}, "inputs[4].quantity.value": {"1"}}
	page := b.Submit(more, "", wrong).Want(t, http.StatusUnprocessableEntity, "Mã lô 5 : không có lô nào mang mã này đã xuất xưởng")
	b.SubmitOnce(page, "", url.Values{"inputs[4].batch": {""}, "inputs[4].quantity.value": {""}})
	want := []trace.Input{{Batch: raw.ID, Quantity: trace.Quantity{Value: "5", Unit: "KGM"}}}
	if diff := cmp.Diff(want, batchesOf(t, w)[0].Data.Inputs); diff != "" {
		t.Error(diff)
	}
}

// TestEditedBatch changes an open batch freely, and a released one with a
// reason and without its lot number.
func TestEditedBatch(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	p := addProduct(t, w, "producer", "Chè Shan tuyết")
	s := addBatch(t, w, "producer", p.ID, "B1")
	form, stale := b.Get("/console/lo/"+s.ID+"/sua"), b.Get("/console/lo/"+s.ID+"/sua")
	if done := b.SubmitOnce(form, "", url.Values{"lot": {"B2"}, "note": {"mẻ sáng"}}); done.Location != "/console/lo/"+s.ID {
		t.Fatalf("edited: %d %s", done.Status, done.Text())
	}
	b.Submit(stale, "", url.Values{"lot": {"B3"}}).Want(t, http.StatusPreconditionFailed)
	release(t, w, "producer", s.ID)
	form = b.Get("/console/lo/"+s.ID+"/sua").Want(t, http.StatusOK, "Lý do sửa", "Đã in trên tem")
	b.Submit(form, "", url.Values{"quantity.value": {"30"}}).Want(t, http.StatusUnprocessableEntity, "Lý do sửa : bắt buộc")
	b.SubmitOnce(form, "", url.Values{"quantity.value": {"30"}, "reason": {"cân lại"}})
	got := batchesOf(t, w)[0].Data
	lot, _ := gs1.ParseLotNumber("B2")
	if got.Lot != lot || got.Note != "mẻ sáng" || got.Quantity.Value != "30" || got.Correction != "cân lại" {
		t.Errorf("stored %+v", got)
	}
}

// TestBatchList narrows by state, product and lot, and leads a code to its page.
func TestBatchList(t *testing.T) {
	w := world(t)
	b := w.Browser("producer")
	tea, bamboo := addProduct(t, w, "producer", "Chè Shan tuyết"), addProduct(t, w, "producer", "Măng khô")
	addBatch(t, w, "producer", tea.ID, "CHE-1")
	sold := addBatch(t, w, "producer", bamboo.ID, "MANG-1")
	release(t, w, "producer", sold.ID)
	all := b.Get("/console/lo").Want(t, http.StatusOK, "CHE-1", "MANG-1", "đã xuất xưởng", "đang ghi chép")
	for query, want := range map[string]string{"?tt=xuat-xuong": "MANG-1", "?sp=" + tea.ID: "CHE-1", "?q=CHE-1": "CHE-1"} {
		other := strings.NewReplacer("CHE-1", "MANG-1", "MANG-1", "CHE-1").Replace(want)
		if page := b.Get("/console/lo"+query).Want(t, http.StatusOK, want); strings.Contains(page.Text(), other) {
			t.Errorf("%s also finds %s", query, other)
		}
	}
	b.Get("/console/lo?q=%C4%91").Want(t, http.StatusOK, "Không có mã lô hay số lô nào viết như vậy")
	b.Get("/console/lo?q=khong").Want(t, http.StatusOK, "Không có lô nào như vậy")
	for _, typed := range []string{sold.ID, strings.ToLower(sold.ID[:5] + "-" + sold.ID[5:]), "https://t.example.vn/" + sold.ID} {
		if got := b.GetOnce("/console/lo?q=" + url.QueryEscape(typed)); got.Location != "/console/lo/"+sold.ID {
			t.Errorf("%s leads to %q", typed, got.Location)
		}
	}
	if got := all.Link(t, "Đã xuất xưởng"); got == "" {
		t.Errorf("states %s", all.Text())
	}
}
