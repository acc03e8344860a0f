package inspection

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"temgoc/internal/testing/desktest"
)

// maxFile is what the page of a batch may weigh, in bytes: together with style
// sheet and scripts it stays below 100 kB.
const maxFile = 62_000

// TestLongFile shows the file of a batch with more records and relatives than
// fit on a page in parts, and leads to each of them.
func TestLongFile(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	var first string
	for n := range 2*maxRecords + 3 {
		r := w.harvest(code, fmt.Sprintf("Đồi số %d, thửa giáp suối, bên trái đường lên bản Hồng Ba", n))
		w.Advance(time.Minute)
		if n == 0 {
			first = r.ID
		}
	}
	for range drawnHere + 3 {
		w.released("producer2", w.others, code)
	}
	b := w.Browser("inspector")
	page := b.Get("/console/ho-so/"+code).Want(t, http.StatusOK, fmt.Sprintf("Ghi chép %d", 2*maxRecords+3), "Đồi số 52,")
	if n := len(page.Body); n > maxFile {
		t.Errorf("the page has %d bytes, more than %d", n, maxFile)
	}
	second := b.Get(page.Link(t, "Ghi chép trước đó")).Want(t, http.StatusOK, "Đồi số 27,")
	third := b.Get(second.Link(t, "Ghi chép trước đó")).Want(t, http.StatusOK, "Đồi số 0,")
	if more := third.Links("Ghi chép trước đó"); len(more) > 0 {
		t.Errorf("the end leads on to %v", more)
	}
	b.Get("/console/ho-so/"+code+"?r="+first).Want(t, http.StatusOK, "Đồi số 0,")
	form := "/console/ho-so/" + code + "/ghi-chep/" + first + "/xac-minh"
	b.Submit(third, form, nil).Want(t, http.StatusOK, "Đồi số 0,", "đã xác minh: "+desktest.InspectorName)
	b.Submit(third, form, nil)

	all := b.Get(page.Link(t, "Mở nguồn gốc")).Want(t, http.StatusOK)
	if got := len(all.Links("Kẹo mật ong")); got < drawnHere+3 {
		t.Errorf("%d of %d relatives are drawn", got, drawnHere+3)
	}
}
