package office

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"temgoc/internal/account"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
)

// TestProducerSearch finds producers by their names and communes.
func TestProducerSearch(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	// Tân Long is a commune of several provinces.
	for name, commune := range map[string]string{"Rau Tân Long A": communeNamed(t, "tan long", 0), "Rau Tân Long B": communeNamed(t, "tan long", 1)} {
		must(w.Ledger.CreateProducer(t.Context(), w.As("office"), trace.Producer{Name: name, Kind: "household", Address: trace.Address{Commune: commune}}))(t)
	}
	all := b.Get(producersPath).Want(t, http.StatusOK, "Hợp tác xã Chè Mây Trắng", "Xã Hồng Thái, Tỉnh Tuyên Quang", "0207 123 456", "Rau Tân Long A")
	for _, tt := range []struct {
		name, commune string
		want          []string
	}{
		{"che may", "", []string{"Hợp tác xã Chè Mây Trắng"}},
		{"", "Hồng Thái Tuyên Quang", []string{"Hợp tác xã Chè Mây Trắng", "Cơ sở Mật Ong Rừng"}},
		{"mật", "Hồng Thái Tuyên Quang", []string{"Cơ sở Mật Ong Rừng"}},
		{"chè", "tan long", nil},
		{"không có", "", nil},
	} {
		got := b.Submit(all, "", url.Values{"ten": {tt.name}, "xa": {tt.commune}}).Want(t, http.StatusOK, tt.want...)
		if n := strings.Count(got.Body, "<tr><th><a"); n != len(tt.want) {
			t.Errorf("%q in %q: %d producers, want %d: %s", tt.name, tt.commune, n, len(tt.want), got.Text())
		}
	}
	asked := b.Submit(all, "", url.Values{"xa": {"Tân Long"}}).Want(t, http.StatusOK, "Chọn một")
	links := asked.Links("Tân Long")
	if len(links) != 2 {
		t.Fatalf("communes %v: %s", links, asked.Text())
	}
	one := b.Get(links[0])
	if n := strings.Count(one.Body, "<tr><th><a"); n != 1 {
		t.Errorf("%d producers in one commune", n)
	}
	if again := b.Submit(one, "", url.Values{"ten": {"rau"}}); strings.Contains(again.Text(), "Chọn một") {
		t.Error("the commune that was chosen is asked for again")
	}
	if got := b.Submit(all, "", url.Values{"xa": {"Không Có Xã"}}).Want(t, http.StatusUnprocessableEntity, "không có xã, phường nào mang tên này"); !got.Blames("xa") {
		t.Error("the mistake is not at the commune")
	}
}

// TestRegisterProducer chooses the province, then the commune, without scripts;
// then corrects what was entered. The mark of a demonstration stays.
func TestRegisterProducer(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	form := b.Get(b.Get(producersPath).Link(t, "Đăng ký chủ thể"))
	if form.Field("province") != "08" || !strings.Contains(form.Body, `value="02260"`) || len(form.Body) > 100<<10 {
		t.Errorf("the form begins in province %q, with %d bytes", form.Field("province"), len(form.Body))
	}
	fields := url.Values{
		"name": {"Tổ hợp tác Miến dong"}, "kind": {"cooperative_group"}, "phone": {"0207 999 888"}, "province": {"01"},
		"address.street": {"Thôn 3"}, "gln": {"8930000000002"},
	}
	with := func(more url.Values) url.Values {
		sent := url.Values{}
		for k, v := range fields {
			sent[k] = v
		}
		for k, v := range more {
			sent[k] = v
		}
		return sent
	}
	hanoi := b.Submit(form, "", with(url.Values{"_do": {"province"}})).Want(t, http.StatusOK, "Phường Ba Đình")
	if hanoi.Field("name") != "Tổ hợp tác Miến dong" || strings.Contains(hanoi.Body, `value="02260"`) {
		t.Error("the communes of the province are not offered, or what was typed is gone")
	}
	// Who presses the first button is asked for the commune.
	asked := b.Submit(form, "", with(url.Values{"address.commune": {"02260"}})).Want(t, http.StatusUnprocessableEntity, "xã, phường của tỉnh vừa chọn", "Phường Ba Đình")
	if !asked.Blames("address.commune") {
		t.Error("the mistake is not at the commune")
	}
	if got := b.Submit(hanoi, "", nil).Want(t, http.StatusUnprocessableEntity); !got.Blames("address.commune") {
		t.Error("no commune is asked for")
	}
	for field, wrong := range map[string]url.Values{"name": {"name": {""}}, "kind": {"kind": {""}}, "phone": {"phone": {"x"}}, "gln": {"gln": {"8930000000001"}}} {
		wrong.Set("address.commune", "00004")
		if got := b.Submit(hanoi, "", wrong).Want(t, http.StatusUnprocessableEntity); !got.Blames(field) {
			t.Errorf("%v: the mistake is not at %s: %s", wrong, field, got.Text())
		}
	}
	shown := b.Submit(hanoi, "", url.Values{"address.commune": {"00004"}}).Want(t, http.StatusOK, "Đã đăng ký", "Tổ hợp tác Miến dong", "Thôn 3, Phường Ba Đình, Thành phố Hà Nội", "8930000000002", "Chưa có ai", "Chưa có sản phẩm nào")

	id := shown.Path[strings.LastIndex(shown.Path, "/")+1:]
	demo := must(w.Ledger.Producer(t.Context(), w.Actor("office"), id))(t).Data
	demo.Demonstration = true
	must(w.Ledger.UpdateProducer(t.Context(), w.As("office"), id, demo))(t)
	b.Submit(b.Get(shown.Path+"/sua"), "", url.Values{"_do": {"province"}, "province": {"08"}}).Want(t, http.StatusOK, "Xã Hồng Thái")
	edit, stale := b.Get(shown.Path+"/sua"), b.Get(shown.Path+"/sua")
	b.Submit(edit, "", url.Values{"phone": {""}, "shortName": {"Miến dong"}}).Want(t, http.StatusOK, "Đã lưu", "dữ liệu minh họa", "Miến dong")
	b.Submit(stale, "", url.Values{"phone": {"0207 000 111"}}).Want(t, http.StatusPreconditionFailed)
	if got := must(w.Ledger.Producer(t.Context(), w.Actor("office"), id))(t).Data; got.Phone != "" || !got.Demonstration || got.GLN.IsZero() {
		t.Errorf("the producer is %+v", got)
	}
}

// TestMembers invites somebody for a producer, keeps the person out and lets it
// in again, and touches nobody else.
func TestMembers(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	path := producersPath + "/" + w.Mine
	page := b.Get(path).Want(t, http.StatusOK, "Người producer", "chưa nhận lời mời")
	link := regexp.MustCompile(`/console/moi/[A-Za-z0-9_-]{43}`)
	invited := b.Submit(page, path+"/nguoi", url.Values{"name": {"Lò Thị Mây"}, "login": {"0912 345 678"}}).Want(t, http.StatusOK, "Lò Thị Mây")
	if !link.MatchString(invited.Body) {
		t.Error("no link is shown")
	}
	if got := b.Submit(page, path+"/nguoi", url.Values{"name": {""}, "login": {"x"}}).Want(t, http.StatusUnprocessableEntity); !got.Blames("name") || !got.Blames("login") {
		t.Error("the mistakes are not at their fields")
	}
	b.Submit(b.Get(path), path+"/nguoi", url.Values{"name": {"A"}, "login": {"0912345678"}}).Want(t, http.StatusConflict, "đã có người dùng tên đăng nhập này")

	p := must(w.People.PersonByLogin(t.Context(), desktest.Operator, "0912345678"))(t)
	if want := []account.Membership{{Role: trace.ProducerRole, Producer: w.Mine}}; len(p.Data.Memberships) != 1 || p.Data.Memberships[0] != want[0] {
		t.Errorf("memberships %+v", p.Data.Memberships)
	}
	person := path + "/nguoi/" + p.ID
	if renewed := b.Submit(b.Get(path), person+"/duong-dan", nil).Want(t, http.StatusOK, "Lò Thị Mây"); link.FindString(renewed.Body) == link.FindString(invited.Body) {
		t.Error("the link is not a new one")
	}
	locked := b.Submit(b.Get(path), person+"/khoa", nil).Want(t, http.StatusOK, "Đã khóa tài khoản", "đã khóa")
	b.Follow(b.Post(person+"/duong-dan", nil)).Want(t, http.StatusConflict, "Tài khoản đang bị khóa")
	b.Submit(locked, person+"/mo", nil).Want(t, http.StatusOK, "Đã mở lại")

	other := w.Actor("producer2").ID
	other = other[strings.Index(other, ":")+1:]
	inspector := w.Actor("inspector").ID
	inspector = inspector[strings.Index(inspector, ":")+1:]
	for _, id := range []string{other, inspector, "0000000000000000"} {
		for _, do := range []string{"/khoa", "/mo", "/duong-dan"} {
			b.Follow(b.Post(path+"/nguoi/"+id+do, nil)).Want(t, http.StatusNotFound)
		}
	}
	// Somebody with another role too is the administrator's to manage.
	must(w.People.SetMemberships(t.Context(), trace.Write{By: desktest.Operator}, p.ID, []account.Membership{
		{Role: trace.ProducerRole, Producer: w.Mine}, {Role: trace.Inspector, Organisation: desktest.InspectorName},
	}))(t)
	b.Get(path).Want(t, http.StatusOK, "còn vai trò khác")
	b.Follow(b.Post(person+"/khoa", nil)).Want(t, http.StatusForbidden)
	b.Follow(b.Post(producersPath+"/0000000000000000/nguoi", url.Values{"name": {"A"}, "login": {"a@example.vn"}})).Want(t, http.StatusNotFound)
}

// TestProducerPage shows products with the stars that they carry today, and
// batches that lead to their files.
func TestProducerPage(t *testing.T) {
	w, _ := world(t)
	product := newProduct(t, w, "Chè Shan tuyết")
	newProduct(t, w, "Chè xanh")
	code := newBatch(t, w, product, "L-1", trace.BatchReleased, trace.BatchHeld)
	c := must(w.Ledger.CreateCertificate(t.Context(), w.As("office"), ocop(w, product, "1/QĐ", 4)))(t)
	b := w.Browser("office")
	page := b.Get(producersPath+"/"+w.Mine).Want(t, http.StatusOK, "4 sao", "còn hiệu lực đến", "chưa được công nhận", "tạm dừng lưu hành", "L-1")
	if got := page.Link(t, "4 sao"); got != "/console/dang-ky/"+c.ID {
		t.Errorf("the stars lead to %s", got)
	}
	if got := page.Link(t, "L-1"); got != "/console/ho-so/"+code {
		t.Errorf("the batch leads to %s", got)
	}
	b.Get(page.Link(t, "Nhật ký của chủ thể")).Want(t, http.StatusOK, "Đăng ký chủ thể", "Thêm sản phẩm", "Nhập giấy chứng nhận")
	b.Get(producersPath+"/0000000000000000").Want(t, http.StatusNotFound)
}

// TestInert holds that what people type stays text on every page of the desk.
func TestInert(t *testing.T) {
	w, _ := world(t)
	w.Populate("producer2", desktest.Same("lành"))
	texts := hostile.Texts()
	n := 0
	w.Populate("producer", func(path string) []string {
		if path == "name.vi" || path == "shortName" {
			return []string{"<i>xss"} // what stands on a stamp must fit it
		}
		n++
		return append(texts[n%len(texts):], texts[:n%len(texts)]...)
	})
	b := w.Browser("office")
	visit := func(path string, do func(string) error) {
		t.Helper()
		for pages := 0; path != "" && pages < 20; pages++ {
			page := b.Get(path).Want(t, http.StatusOK)
			if err := do(page.Body); err != nil {
				t.Errorf("%s: %v", page.Path, err)
			}
			path = ""
			if more := page.Links("Xem thêm"); len(more) > 0 {
				path = more[0]
			}
		}
	}
	v := hostile.Vocabulary{}
	for _, path := range []string{producersPath, producersPath + "/" + w.Other, producersPath + "/" + w.Other + "/sua", logPath + "?" + url.Values{byProducer: {"x"}, byProducerID: {w.Other}}.Encode()} {
		page := b.Get(path)
		if err := v.Learn(page.Body); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Learn(b.Get(logPath + "?loai=organisations").Body); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{producersPath, producersPath + "/" + w.Mine, producersPath + "/" + w.Mine + "/sua", logPath} {
		visit(path, v.Inert)
	}
}
