package studio

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A world is a World with a producer of one product at the desk.
type world struct {
	*desktest.World
	part desk.Part
	me   *desktest.Browser
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: desktest.New(t)}
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger, Book: w.Book})
	if err != nil {
		t.Fatal(err)
	}
	w.part = part
	w.Serve(part)
	for _, who := range []string{"producer", "producer2"} {
		if _, err := w.Ledger.CreateProduct(t.Context(), w.As(who), trace.Product{
			Producer: w.Actor(who).Producer, Name: catalog.Name{VI: "Chè của " + who}, Set: 11,
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.me = w.Browser("producer")
	return w
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestTemplates(t *testing.T) {
	desktest.CheckTemplates(t, newWorld(t).part, templateFiles, &galleryPage{}, &templatePage{}, &stocksPage{}, &stockPage{}, &stockFormPage{}, &printersPage{}, &printerPage{})
}

// TestOwnTemplate makes a template of a built-in one, sees what is wrong with
// it, changes it and takes it out of use.
func TestOwnTemplate(t *testing.T) {
	w := newWorld(t)
	p := w.me.Get(Path).Want(t, http.StatusOK, "Mẫu có sẵn", "Chè của producer")
	if strings.Contains(p.Text(), "Chè của producer2") {
		t.Error("the products of others are offered")
	}
	p = w.me.Get(p.Link(t, "Ngang"))
	text := p.Field("text")
	if !strings.HasPrefix(text, "name: ngang-rieng\n") {
		t.Errorf("the text begins %.60q", text)
	}
	w.me.Submit(p, "", form("text", strings.Replace(text, "part: producer", "part: nonsense", 1))).Want(t, http.StatusUnprocessableEntity, "dòng ", "Chưa vẽ được")
	seen := w.me.Submit(p, "", form("text", strings.Replace(text, "top: qr.bottom", "top: symbol.top", 1), "_do", "preview")).Want(t, http.StatusUnprocessableEntity, "phần")
	if seen.Field("text") == text {
		t.Error("what was typed is gone")
	}
	changed := strings.Replace(text, "size: 1.4", "size: 1.5", 1)
	seen = w.me.Submit(p, "", form("text", changed, "_do", "preview")).Want(t, http.StatusOK, "38 × 21 mm")
	picture := ""
	for _, a := range seen.Addresses() {
		if strings.HasPrefix(a, picturePath) {
			picture = a
		}
	}
	if svg := w.me.Get(picture); svg.Status != http.StatusOK || !strings.Contains(svg.Body, "Chè của producer") || !strings.Contains(svg.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the picture answers %d: %.200s", svg.Status, svg.Body)
	}
	for range 2 { // takes effect once
		w.me.Submit(p, "", form("text", changed)).Want(t, http.StatusOK, "Đã lưu mẫu tem")
	}
	p = w.me.Get(w.me.Get(Path).Want(t, http.StatusOK, "Mẫu của cơ sở").Link(t, "(riêng)"))
	w.me.Submit(p, "", form("text", strings.Replace(changed, "size: 1.5", "size: 1.6", 1))).Want(t, http.StatusOK, "Đã lưu mẫu tem")
	w.me.Submit(p, "", form("text", changed)).Want(t, http.StatusUnprocessableEntity, "đã được gửi trước đó")
	p = w.me.Get(p.Path)
	w.me.Submit(p, "", form("text", strings.Replace(changed, "name: ngang-rieng", "name: ban-hai", 1), "_do", "copy")).Want(t, http.StatusOK, "Đã lưu mẫu tem")
	w.me.Submit(p, templatePath+"/ngung", nil).Want(t, http.StatusOK, "không còn được chọn")
	if links := w.me.Get(Path).Links("(riêng)"); len(links) != 1 {
		t.Errorf("%d own templates are left, want the copy", len(links))
	}
}

// TestOffersOfOthers holds that a producer sees what the office keeps, and
// nothing of other producers.
func TestOffersOfOthers(t *testing.T) {
	w := newWorld(t)
	office, other := w.Browser("office"), w.Browser("producer2")
	open := func(b *desktest.Browser, name string) *desktest.Page {
		return b.Get(templatePath + "?ten=" + name)
	}
	rename := func(p *desktest.Page, name string) url.Values {
		return form("text", strings.Replace(p.Field("text"), "ngang-rieng", name, 1))
	}
	p := open(office, "ngang")
	office.Submit(p, "", rename(p, "van-phong")).Want(t, http.StatusOK, "Đã lưu mẫu tem")
	p = open(other, "ngang")
	other.Submit(p, "", rename(p, "cua-ho")).Want(t, http.StatusOK, "Đã lưu mẫu tem")

	p = open(w.me, "van-phong").Want(t, http.StatusOK, "Mẫu này dùng chung")
	w.me.Post(templatePath+"/ngung", form("ten", "van-phong")).Want(t, http.StatusForbidden)
	open(w.me, "cua-ho").Want(t, http.StatusNotFound)
	open(office, "cua-ho").Want(t, http.StatusNotFound)
	w.me.Post(templatePath, form("ten", "cua-ho", "text", p.Field("text"))).Want(t, http.StatusNotFound)
	product := ""
	for _, pair := range strings.Split(w.Browser("producer2").Get(Path).Link(t, "Ngang"), "&") {
		if id, ok := strings.CutPrefix(pair, "sp="); ok {
			product = id
		}
	}
	w.me.Get(picturePath+"?loai=tomy-145&sp="+product).Want(t, http.StatusNotFound)
	w.me.Get(picturePath+"?loai=tomy-145&m=%25").Want(t, http.StatusUnprocessableEntity)
	w.me.Get(picturePath+"?loai=tomy-145&m="+pack(strings.Repeat("a", printing.MaxPattern+1))).Want(t, http.StatusUnprocessableEntity)
}
