package inspection

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// chain is a batch, two that were made of it, and one made of the second by
// somebody else.
func (w *world) chain() (tea, blend, other, candy string) {
	w.T.Helper()
	tea = w.released("producer", w.product)
	blend, other = w.released("producer", w.product, tea), w.released("producer", w.product, tea)
	return tea, blend, other, w.released("producer2", w.others, blend)
}

// TestRecall goes from one person's proposal to another's approval and the
// notice.
func TestRecall(t *testing.T) {
	w := newWorld(t)
	tea, blend, other, candy := w.chain()
	open := w.batch("producer", w.product, tea)
	b := w.Browser("inspector")
	form := b.Get(b.Get("/console/ho-so/"+tea).Link(t, "Đề nghị thu hồi")).Want(t, http.StatusOK,
		desk.Display(blend), desk.Display(other), desk.Display(candy), "cách 2 bước", "Cơ sở Mật Ong Rừng", "chưa xuất xưởng")
	fields := url.Values{"reason": {"nhiễm chì"}, "instructions": {"Trả lại nơi mua"}, "also": {blend, candy}}
	wrong := url.Values{"reason": {""}, "instructions": {""}, "also": {blend, open}}
	b.Submit(form, "", url.Values{"reason": {""}, "also": {blend}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	wrong.Set("reason", "nhiễm chì")
	wrong.Set("instructions", "Trả lại nơi mua")
	b.Submit(form, "", wrong).Want(t, http.StatusUnprocessableEntity, desk.Display(open), "chưa xuất xưởng nên không có gì để thu hồi")
	shown := b.Submit(form, "", fields).Want(t, http.StatusOK, "chờ người thứ hai duyệt", "nhiễm chì", "Bạn đã đề nghị nên không tự duyệt được",
		desk.Display(blend), desk.Display(candy), "nhưng không có trong đề nghị", desk.Display(other), "Người inspector")
	if got := w.state(tea).State; got != trace.BatchHeld {
		t.Errorf("the batch, which was to be held at once, is %s", got)
	}
	if got := w.state(blend).State; got != trace.BatchReleased {
		t.Errorf("a batch of the scope is %s before the approval", got)
	}
	id := strings.TrimPrefix(shown.Path, "/console/thu-hoi/")
	if got := b.Post(shown.Path+"/duyet", url.Values{"_key": {"x"}}); got.Status != http.StatusForbidden {
		t.Errorf("the proposer approves: %d", got.Status)
	}
	b.Get(shown.Path+"/thong-bao").Want(t, http.StatusOK, "Đề nghị chưa được duyệt")
	b.Get("/console/thu-hoi").Link(t, "Chè Shan tuyết")

	second := w.Browser("inspector2")
	second.Get("/console/kiem-tra").Want(t, http.StatusOK, "đề nghị thu hồi chờ duyệt")
	page := second.Get(second.Get("/console/thu-hoi").Link(t, "và 2 lô nữa")).Want(t, http.StatusOK, "Duyệt, thu hồi ngay", "0207 123 456", "Lô đang tạm dừng lưu hành")
	approved := second.Submit(page, page.Path+"/duyet", nil).Want(t, http.StatusOK, "đã duyệt thu hồi", "Trong 24 giờ, trước 08:30, 25/11/2026", "Trong 3 ngày làm việc", "Người inspector2")
	for code, want := range map[string]trace.BatchState{tea: trace.BatchRecalled, blend: trace.BatchRecalled, candy: trace.BatchRecalled, other: trace.BatchReleased} {
		if got := w.state(code).State; got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
	notice := second.Get(approved.Link(t, "Thông báo để in")).Want(t, http.StatusOK,
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Về việc thu hồi sản phẩm", desktest.InspectorName, "Căn cứ Luật An toàn thực phẩm", "Xét đề nghị thu hồi ngày 24/11/2026",
		"ngày 24 tháng 11 năm 2026", "cùng bị thu hồi", desk.Display(candy), "Nơi nhận:", "nhiễm chì", "Trả lại nơi mua")
	if strings.Contains(notice.Text(), desk.Display(other)) {
		t.Error("the notice names a batch that is not recalled")
	}
	second.Get("/console/thu-hoi?loc=da-duyet").Link(t, "Chè Shan tuyết")
	second.Get("/console/ho-so/"+candy).Want(t, http.StatusOK, "Lô bị thu hồi", "nhiễm chì").Link(t, "Đề nghị ngày")
	if got := second.Post("/console/thu-hoi/"+id+"/tu-choi", url.Values{"reason": {"x"}}); got.Status != http.StatusConflict {
		t.Errorf("an approved recall is rejected: %d", got.Status)
	}
}

// TestRecallComesToNothing rejects one proposal and withdraws another.
func TestRecallComesToNothing(t *testing.T) {
	w := newWorld(t)
	tea, _, _, _ := w.chain()
	b, office := w.Browser("inspector"), w.Browser("office")
	propose := func() string {
		form := b.Get("/console/ho-so/" + tea + "/thu-hoi")
		return b.SubmitOnce(form, "", url.Values{"reason": {"nghi ngờ"}, "also": {}, "holdNow": {}}).Location
	}
	address := propose()
	page := office.Get(address).Want(t, http.StatusOK, "Không duyệt")
	office.Submit(page, address+"/tu-choi", url.Values{"reason": {""}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	office.Submit(page, address+"/tu-choi", url.Values{"reason": {"mẫu thử lại đạt"}}).Want(t, http.StatusOK, "không được duyệt", "mẫu thử lại đạt", desktest.OfficeName)

	address = propose()
	seen := office.Get(address)
	b.Submit(b.Get(address), address+"/rut", nil).Want(t, http.StatusOK, "đã rút đề nghị")
	if got := office.Submit(seen, address+"/duyet", nil); got.Status != http.StatusConflict && got.Status != http.StatusPreconditionFailed {
		t.Errorf("what was withdrawn is approved: %d", got.Status)
	}
	if got := w.state(tea).State; got != trace.BatchReleased {
		t.Errorf("the batch is %s", got)
	}
	for _, who := range []string{"certifier", "producer", "laboratory", "administrator"} {
		other := w.Browser(who)
		for _, path := range []string{"/console/thu-hoi", address, "/console/ho-so/" + tea + "/thu-hoi"} {
			if got := other.Get(path); got.Status != http.StatusForbidden {
				t.Errorf("%s reads %s: %d", who, path, got.Status)
			}
		}
	}
	open := w.batch("producer", w.product)
	b.Get("/console/ho-so/"+open+"/thu-hoi").Want(t, http.StatusOK, "không thể chuyển sang")
}

// TestEveryStampWithinFiveSeconds holds a batch and recalls it with what was
// made of it, and looks at the public pages as soon as a service has polled: a
// poll begins every 2 seconds and may take 2 more.
func TestEveryStampWithinFiveSeconds(t *testing.T) {
	w := newWorld(t)
	tea, blend, other, candy := w.chain()
	cache := w.pages()
	shopper := w.Guest()
	shown := func(code string) string { return shopper.Get("/" + code).Text() }
	see := func(when string, want map[string]string) {
		t.Helper()
		for code, text := range want {
			if got := shown(code); !strings.Contains(got, text) {
				t.Errorf("%s, the page of %s does not say %q:\n%s", when, w.state(code).Lot, text, got)
			}
		}
	}
	poll := func() {
		t.Helper()
		w.Advance(pollEvery)
		if err := cache.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	poll()
	const good, held, madeOfHeld = "Lô hàng đã xuất xưởng", "Lô hàng đang tạm dừng lưu hành", "Nguyên liệu của lô hàng đang bị tạm dừng lưu hành"
	const recalled, madeOfRecalled = "Lô hàng bị thu hồi", "Lô hàng có nguyên liệu bị thu hồi"
	see("before anything happened", map[string]string{tea: good, blend: good, other: good, candy: good})

	b := w.Browser("inspector")
	b.Submit(b.Get("/console/ho-so/"+tea+"/tam-dung"), "", url.Values{"reason": {"nghi nhiễm chì"}})
	poll()
	see("after the hold", map[string]string{tea: held, blend: madeOfHeld, other: madeOfHeld, candy: madeOfHeld})

	form := b.Get("/console/ho-so/" + tea + "/thu-hoi")
	address := b.SubmitOnce(form, "", url.Values{"reason": {"nhiễm chì"}, "also": {blend, candy}}).Location
	poll()
	see("after the proposal", map[string]string{tea: held, blend: madeOfHeld})
	second := w.Browser("inspector2")
	second.Submit(second.Get(address), address+"/duyet", nil)
	poll()
	see("after the approval", map[string]string{tea: recalled, blend: recalled, candy: recalled, other: madeOfRecalled})
}
