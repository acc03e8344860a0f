package personal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

func world(t *testing.T) (*desktest.World, desk.Part) {
	t.Helper()
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), Config{Register: w.Privacy, People: w.People, Audit: append(trace.AuditKinds(), account.AuditKinds()...)})
	if err != nil {
		t.Fatal(err)
	}
	return w.Serve(part), part
}

func TestTemplates(t *testing.T) {
	_, part := world(t)
	desktest.CheckTemplates(t, part, templateFiles, &listPage{}, &formPage{}, &requestPage{}, &choosePage{}, &previewPage{}, &ownPage{})
}

// record is a record of a batch of the World that names a person.
func record(w *desktest.World, person string) trace.Stored[trace.Record] {
	w.T.Helper()
	ctx, by := w.T.Context(), w.As("producer")
	product, err := w.Ledger.CreateProduct(ctx, by, trace.Product{Producer: w.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		w.T.Fatal(err)
	}
	lot, err := gs1.ParseLotNumber("L-01")
	if err != nil {
		w.T.Fatal(err)
	}
	b, err := w.Ledger.CreateBatch(ctx, by, trace.BatchData{
		Product: product.ID, Lot: lot, Quantity: trace.Quantity{Value: "120", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1),
	})
	if err != nil {
		w.T.Fatal(err)
	}
	r, err := w.Ledger.AddRecord(ctx, by, trace.RecordData{
		Batch: b.ID, Kind: "storing", Happened: w.Now().Add(-time.Hour), Person: person, Note: "khóa kho giữ ở nhà",
		Storing: &trace.Storing{Place: "Kho số 2", From: trace.NewDate(2026, 11, 2), Until: trace.NewDate(2026, 11, 3)},
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return r
}

// TestErasure takes a request that came by letter, finds the person, chooses,
// reviews and erases.
func TestErasure(t *testing.T) {
	w, _ := world(t)
	r := record(w, "Bàn Thị Mai")
	b := w.Browser("office")
	form := b.Get(path+"/moi").Want(t, http.StatusOK, "Ghi yêu cầu mới", "Xóa dữ liệu")
	b.Submit(form, path+"/moi", url.Values{"what": {"erase"}, "name": {"Bàn Thị Mai"}, "received": {"2026-11-20"}}).
		Want(t, http.StatusUnprocessableEntity, "Liên hệ để trả lời")
	entered := b.Submit(form, path+"/moi", url.Values{"what": {"erase"}, "name": {"Bàn Thị Mai"}, "contact": {"thôn Hồng Ba"}, "received": {"2026-11-20"}}).
		Want(t, http.StatusOK, "24/11/2026", "10/12/2026", "thôn Hồng Ba", "mới nhận")
	b.Get(path).Want(t, http.StatusOK, "Bàn Thị Mai", "xác nhận trước hết ngày 24/11/2026")
	address := entered.Path
	acknowledged := b.Submit(entered, address+"/xac-nhan", url.Values{"identity": {"gọi lại"}}).Want(t, http.StatusOK, "đang xử lý", "Tìm dữ liệu")
	found := b.Submit(acknowledged, address+"/chon", url.Values{"text": {"ban thi mai"}}).Want(t, http.StatusOK, "Ghi chép", "Bàn Thị Mai", "khóa kho giữ ở nhà")
	b.Submit(found, address+"/chon", url.Values{"text": {"ban thi mai"}, "_do": {"chon"}}).Want(t, http.StatusOK, "ít nhất một mục")
	b.Submit(found, address+"/chon", url.Values{"text": {"a"}, "_do": {"tim"}}).Want(t, http.StatusOK, "ít nhất 3 chữ")
	pick := "records " + r.ID + " person"
	again := b.Submit(found, address+"/chon", url.Values{"text": {"0912345678"}, "_do": {"tim"}, "pick": {pick}}).Want(t, http.StatusOK, "Đã chọn", "Bàn Thị Mai", "Không thấy gì nữa")
	copied := b.Submit(again, address+"/chon", url.Values{"text": {"x"}, "_do": {"tai-ve"}, "pick": {pick}})
	if copied.Status != http.StatusOK || !strings.Contains(copied.Body, `"Bàn Thị Mai"`) || strings.Contains(copied.Body, "khóa kho") {
		t.Errorf("the copy: %d %s", copied.Status, copied.Body)
	}
	review := b.Submit(again, address+"/chon", url.Values{"text": {"x"}, "_do": {"chon"}, "pick": {pick}}).Want(t, http.StatusOK, "Xem lại trước khi xóa", "Bàn Thị Mai", "Không khôi phục được")
	if strings.Contains(review.Text(), "khóa kho giữ ở nhà") {
		t.Error("the review shows what was not chosen")
	}
	b.Submit(review, address+"/xoa", url.Values{"pick": {pick}, "outcome": {" "}}).Want(t, http.StatusUnprocessableEntity, "Xem lại trước khi xóa", "Trả lời người yêu cầu")
	done := b.Submit(review, address+"/xoa", url.Values{"pick": {pick}, "outcome": {"Đã xóa tên."}}).Want(t, http.StatusOK, "đã thực hiện", "Đã xóa tên.", "records/"+r.ID)
	got, err := w.Ledger.Record(t.Context(), w.Actor("office"), r.ID)
	if err != nil || got.Data.Person != "" || got.Data.Note == "" {
		t.Errorf("the record is by %q, %q: %v", got.Data.Person, got.Data.Note, err)
	}
	b.Submit(done, address+"/quen", nil).Want(t, http.StatusOK, "đã xóa tên người yêu cầu")
	closed := b.Get(path+"?loc=xong").Want(t, http.StatusOK, "đã xóa tên người yêu cầu", "đã thực hiện")
	if strings.Contains(closed.Text(), "Bàn Thị Mai") {
		t.Error("the name of who asked is still there")
	}
}

func TestDecisions(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("administrator")
	enter := func(what string) *desktest.Page {
		t.Helper()
		form := b.Get(path + "/moi")
		return b.Submit(form, path+"/moi", url.Values{"what": {what}, "name": {"A"}, "contact": {"B"}, "received": {"2026-10-01"}}).Want(t, http.StatusOK, "quá hạn")
	}
	p := enter("export")
	extended := b.Submit(p, p.Path+"/gia-han", url.Values{"reason": {"nhiều hồ sơ"}}).Want(t, http.StatusOK, "26/10/2026", "đã gia hạn", "nhiều hồ sơ")
	b.Submit(extended, p.Path+"/tu-choi", url.Values{"reason": {""}}).Want(t, http.StatusUnprocessableEntity, "Lý do từ chối")
	b.Submit(extended, p.Path+"/tu-choi", url.Values{"reason": {"không phải người đó"}}).Want(t, http.StatusOK, "đã từ chối", "không phải người đó")
	q := enter("correct")
	acknowledged := b.Submit(q, q.Path+"/xac-nhan", url.Values{"identity": {"x"}}).Want(t, http.StatusOK)
	b.Submit(acknowledged, q.Path+"/ket-qua", url.Values{"outcome": {"đã sửa số điện thoại"}}).Want(t, http.StatusOK, "đã thực hiện", "đã sửa số điện thoại")
	b.Get(path+"?lang=en").Want(t, http.StatusOK, "Nothing waits", "Deadlines")
}

// TestOwn sees and downloads what is kept of oneself, asks for erasure, and is
// erased.
func TestOwn(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("producer")
	own := b.Get(ownPath).Want(t, http.StatusOK, "Người producer", "producer@example.vn", "Tải về tất cả")
	file := b.Get(ownPath + "/tai-ve")
	if file.Status != http.StatusOK || !strings.Contains(file.Body, "producer@example.vn") || strings.Contains(file.Body, "argon2id") {
		t.Errorf("the download: %d %s", file.Status, file.Body)
	}
	b.Submit(own, ownPath, url.Values{"what": {""}}).Want(t, http.StatusUnprocessableEntity)
	b.Submit(own, ownPath, url.Values{"what": {"erase"}, "text": {"Tôi nghỉ việc"}}).Want(t, http.StatusOK, "mới nhận", "26/11/2026")
	b.Submit(own, ownPath, url.Values{"what": {"erase"}, "text": {"lần nữa"}}).Want(t, http.StatusUnprocessableEntity)

	admin := w.Browser("administrator")
	list := admin.Get(path).Want(t, http.StatusOK, "Người producer")
	shown := admin.Get(list.Link(t, "Xóa dữ liệu")).Want(t, http.StatusOK, "Tôi nghỉ việc", "người đó tự gửi")
	address := shown.Path
	acknowledged := admin.Submit(shown, address+"/xac-nhan", url.Values{"identity": {"đã đăng nhập"}})
	found := admin.Submit(acknowledged, address+"/chon", url.Values{"text": {"producer@example.vn"}}).Want(t, http.StatusOK, "Tài khoản", "Tên đăng nhập")
	pick := "people " + w.PersonID("producer") + " name"
	review := admin.Submit(found, address+"/chon", url.Values{"_do": {"chon"}, "pick": {pick}}).Want(t, http.StatusOK, "Cả tài khoản", "producer@example.vn")
	admin.Submit(review, address+"/xoa", url.Values{"pick": {pick}, "outcome": {"xong"}}).Want(t, http.StatusOK, "đã thực hiện", "đã xóa theo yêu cầu")
	if p := b.Get(ownPath); !strings.HasPrefix(p.Path, "/console/vao") { // the page of that address is another desk's
		t.Errorf("the erased person comes to %s", p.Path)
	}
	mine := "people " + w.PersonID("administrator") + " name"
	second := admin.Submit(admin.Get(path+"/moi"), path+"/moi", url.Values{"what": {"erase"}, "name": {"X"}, "contact": {"Y"}, "received": {"2026-11-24"}})
	acknowledged = admin.Submit(second, second.Path+"/xac-nhan", url.Values{"identity": {"x"}})
	for _, address := range []string{"/chon", "/xoa"} {
		admin.Post(acknowledged.Path+address, url.Values{"_do": {"chon"}, "pick": {mine}, "outcome": {"x"}}).Want(t, http.StatusConflict, "Không tự khóa tài khoản")
	}
}

func TestWhoMay(t *testing.T) {
	w, _ := world(t)
	s := w.Browser("office")
	p := s.Submit(s.Get(path+"/moi"), path+"/moi", url.Values{"what": {"erase"}, "name": {"BIMAT"}, "contact": {"BIMAT"}, "received": {"2026-11-24"}})
	for _, who := range []string{"producer", "laboratory", "certifier", "inspector"} {
		b := w.Browser(who)
		for _, address := range []string{path, path + "/moi", p.Path} {
			if got := b.Get(address); got.Status != http.StatusForbidden || strings.Contains(got.Body, "BIMAT") {
				t.Errorf("%s reads %s: %d", who, address, got.Status)
			}
		}
		for _, act := range []string{"xac-nhan", "gia-han", "tu-choi", "ket-qua", "quen", "chon", "xoa"} {
			if got := b.Post(p.Path+"/"+act, url.Values{"text": {"Người office"}, "pick": {"producers " + w.Mine + " phone"}}); got.Status != http.StatusForbidden {
				t.Errorf("%s: %s answers %d", who, act, got.Status)
			}
		}
		if got := b.Get(ownPath).Want(t, http.StatusOK); strings.Contains(got.Body, "BIMAT") {
			t.Errorf("%s sees what others ask", who)
		}
	}
	w.Browser("office").Get(path+"/0000000000000000").Want(t, http.StatusNotFound)
}

// TestHostile holds that what anybody writes stays text.
func TestHostile(t *testing.T) {
	w, _ := world(t)
	v, b := hostile.Vocabulary{}, w.Browser("office")
	r := record(w, "Mai")
	pages := func(text string) []*desktest.Page {
		t.Helper()
		if d := r.Data.RecordData; true {
			d.Note = text
			if _, err := w.Ledger.CorrectRecord(t.Context(), w.As("producer"), r.ID, d, "x"); err != nil {
				t.Fatal(err)
			}
		}
		p := b.Submit(b.Get(path+"/moi"), path+"/moi", url.Values{"what": {"erase"}, "name": {text}, "contact": {text}, "text": {text}, "received": {"2026-11-24"}}).Want(t, http.StatusOK)
		q := b.Submit(p, p.Path+"/xac-nhan", url.Values{"identity": {text}}).Want(t, http.StatusOK)
		found := b.Submit(q, p.Path+"/chon", url.Values{"text": {"khong co ai het"}}).Want(t, http.StatusOK)
		review := b.Post(p.Path+"/chon", url.Values{"_do": {"chon"}, "pick": {"records " + r.ID + " note"}}).Want(t, http.StatusOK)
		return []*desktest.Page{p, q, found, review, b.Get(path)}
	}
	for _, p := range pages("Tên thường") {
		if err := v.Learn(p.Body); err != nil {
			t.Fatal(err)
		}
	}
	for _, evil := range hostile.Texts()[:20] {
		for _, p := range pages(evil) {
			if err := v.Inert(p.Body); err != nil {
				t.Errorf("%q: %v", evil, err)
			}
		}
	}
}
