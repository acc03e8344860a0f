package operation

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

func world(t *testing.T) *desktest.World {
	t.Helper()
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger, People: w.People, Keys: w.Keys})
	if err != nil {
		t.Fatal(err)
	}
	return w.Serve(part)
}

func TestTemplates(t *testing.T) {
	w := desktest.New(t)
	part, err := Part(desktest.Shared(t), Config{Ledger: w.Ledger, People: w.People, Keys: w.Keys})
	if err != nil {
		t.Fatal(err)
	}
	desktest.CheckTemplates(t, part, templateFiles, &peoplePage{}, &formPage{}, &personPage{}, &keysPage{}, &statusPage{})
}

// TestInvite invites somebody with two roles, and brings every mistake back to
// its field.
func TestInvite(t *testing.T) {
	w := world(t)
	b := w.Browser("administrator")
	form := b.Get("/console/nguoi-dung/moi")
	fields := url.Values{
		"name": {"Lò Thị Mây"}, "login": {"may@example.vn"},
		"memberships[0].role": {"producer"}, "memberships[0].producer": {"hop tac xa che may trang"},
		"memberships[2].role": {"laboratory"}, "memberships[2].organisation": {desktest.LaboratoryName},
	}
	link := b.Submit(form, "", fields).Want(t, http.StatusOK, "Lò Thị Mây", "Đường dẫn")
	if !regexp.MustCompile(`/console/moi/[A-Za-z0-9_-]{43}`).MatchString(link.Field("")) && !regexp.MustCompile(`/console/moi/[A-Za-z0-9_-]{43}`).MatchString(link.Body) {
		t.Errorf("no link is shown:\n%s", link.Text())
	}
	b.Get("/console/nguoi-dung?tim=may").Want(t, http.StatusOK, "may@example.vn", "Chủ thể OCOP · Hợp tác xã Chè Mây Trắng", "Phòng thử nghiệm · "+desktest.LaboratoryName, "chưa nhận lời mời")

	for field, bad := range map[string]url.Values{
		"memberships[0].producer": {"memberships[0].role": {"producer"}, "memberships[0].producer": {"Không có ai"}},
		"memberships[0].role":     {"memberships[0].role": {""}, "memberships[0].organisation": {desktest.OfficeName}},
		"login":                   {"login": {"không phải"}, "memberships[0].role": {"administrator"}},
		"name":                    {"name": {" "}, "login": {"x@example.vn"}, "memberships[0].role": {"administrator"}},
	} {
		wrong := url.Values{"name": {"A"}, "login": {"a@example.vn"}}
		for k, v := range bad {
			wrong[k] = v
		}
		page := b.Submit(b.Get("/console/nguoi-dung/moi"), "", wrong)
		page.Want(t, http.StatusUnprocessableEntity)
		if !page.Blames(field) {
			t.Errorf("%v: the mistake is not at %s:\n%s", wrong, field, page.Text())
		}
	}
	taken := b.Submit(b.Get("/console/nguoi-dung/moi"), "", url.Values{"name": {"A"}, "login": {"may@example.vn"}, "memberships[0].role": {"administrator"}})
	taken.Want(t, http.StatusConflict, "đã có người dùng tên đăng nhập này")
}

// TestDisable keeps a person out, and lets it in again.
func TestDisable(t *testing.T) {
	w := world(t)
	b := w.Browser("administrator")
	inspector := b.Get("/console/nguoi-dung?tim=inspector2").Link(t, "Người inspector2")
	person := b.Get(inspector).Want(t, http.StatusOK, "Mời")
	victim := w.Browser("inspector2")
	if got := victim.GetOnce(peoplePath); got.Status != http.StatusForbidden {
		t.Fatalf("an inspector gets %d", got.Status)
	}
	b.Submit(person, inspector+"/khoa", nil).Want(t, http.StatusOK, "đã khóa", "Khóa tài khoản")
	if got := victim.GetOnce(peoplePath); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location, "/console/vao") {
		t.Errorf("a disabled person gets %d %s", got.Status, got.Location)
	}
	b.Submit(b.Get(inspector), inspector+"/mo", nil).Want(t, http.StatusOK, "Mở lại tài khoản")

	me := b.Get("/console/nguoi-dung?tim=administrator").Link(t, "Người administrator")
	if forms := b.Get(me); len(forms.Links("Khóa tài khoản")) > 0 {
		t.Error("the administrator is offered to disable itself")
	}
	b.Follow(b.Post(me+"/khoa", nil)).Want(t, http.StatusConflict, "Không tự khóa")
}

func TestChangeRoles(t *testing.T) {
	w := world(t)
	b := w.Browser("administrator")
	path := b.Get("/console/nguoi-dung?tim=certifier").Link(t, "Người certifier")
	stale := b.Get(path)
	b.Submit(b.Get(path), "", url.Values{"memberships[0].role": {"office"}, "memberships[0].organisation": {desktest.OfficeName}}).Want(t, http.StatusOK, "Đã lưu vai trò", "Đổi vai trò")
	b.Submit(stale, "", url.Values{"memberships[0].role": {"administrator"}, "memberships[0].organisation": {""}}).Want(t, http.StatusPreconditionFailed)
	if p, err := w.People.PersonByLogin(t.Context(), desktest.Operator, "certifier@example.vn"); err != nil || p.Data.Memberships[0].Role != trace.Office {
		t.Errorf("roles %+v, %v", p.Data.Memberships, err)
	}
}

func TestKeys(t *testing.T) {
	w := world(t)
	b := w.Browser("administrator")
	made := b.Submit(b.Get("/console/khoa"), "", url.Values{"label": {"Máy cân"}, "role": {"producer"}, "producer": {"Cơ sở Mật Ong Rừng"}, "expires": {"2026-12-31"}})
	made.Want(t, http.StatusOK, "Khóa mới: Máy cân", "Cơ sở Mật Ong Rừng", "31/12/2026")
	text := regexp.MustCompile(`temgoc_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}`).FindString(made.Text())
	actor, err := w.Keys.Authenticate(t.Context(), text)
	if err != nil || actor.Producer != w.Other {
		t.Fatalf("the key opens for %+v, %v", actor, err)
	}
	if again := b.Get("/console/khoa"); regexp.MustCompile(text).MatchString(again.Body) {
		t.Error("the key is shown again")
	}
	b.Submit(b.Get("/console/khoa"), "/console/khoa/"+text[7:15], nil).Want(t, http.StatusOK, "Đã thu hồi khóa", "đã thu hồi")
	if _, err := w.Keys.Authenticate(t.Context(), text); err == nil {
		t.Error("a revoked key opens")
	}
	b.Submit(b.Get("/console/khoa"), "", url.Values{"label": {"x"}, "role": {"office"}, "expires": {"2029-01-01"}}).Want(t, http.StatusUnprocessableEntity, "tối đa một năm", "bắt buộc với vai trò này")
}

// TestOnlyAdministrators holds that no other role sees the desk.
func TestOnlyAdministrators(t *testing.T) {
	w := world(t)
	for _, who := range []string{"office", "producer", "inspector", "laboratory", "certifier"} {
		for _, path := range []string{"/console/nguoi-dung", "/console/khoa", "/console/tinh-trang"} {
			w.Browser(who).Get(path).Want(t, http.StatusForbidden)
		}
	}
}
