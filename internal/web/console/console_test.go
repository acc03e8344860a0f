package console

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/pquerna/otp/totp"

	"temgoc/internal/account"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// world is a World whose handler is the whole console.
func world(t *testing.T) (*desktest.World, *Console) {
	t.Helper()
	w := desktest.New(t)
	c, err := New(Config{Config: desk.Config{People: w.People, Ledger: w.Ledger, Now: w.Now}, Keys: w.Keys, Privacy: w.Privacy})
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseRawPath, engine.UnescapePathValues = true, false
	if _, err := c.Register(engine); err != nil {
		t.Fatal(err)
	}
	w.Handler = engine
	return w, c
}

func TestTemplates(t *testing.T) {
	_, c := world(t)
	parts, err := c.Parts()
	if err != nil {
		t.Fatal(err)
	}
	desktest.CheckTemplates(t, parts[0], templateFiles, &signPage{}, &recoveryPage{}, &mePage{})
}

// invite registers somebody and returns the address of the invitation.
func invite(t *testing.T, w *desktest.World, login string, m account.Membership) string {
	t.Helper()
	token, _, err := w.People.Invite(t.Context(), trace.Write{By: desktest.Operator}, account.NewPerson{
		Name: "Lò Thị Mây", Login: login, Memberships: []account.Membership{m},
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk.Prefix + "/moi/" + token
}

const goodPassword = "suong som tren doi"

// TestProducerComesIn goes from an invitation to a session, out, and in again
// with the password.
func TestProducerComesIn(t *testing.T) {
	w, _ := world(t)
	link := invite(t, w, "0912 345 678", account.Membership{Role: trace.ProducerRole, Producer: w.Mine})
	b := w.Guest()
	page := b.Get(link).Want(t, http.StatusOK, "Lò Thị Mây")
	b.Submit(page, "", url.Values{"password": {"12345678"}}).Want(t, http.StatusUnprocessableEntity, "Mật khẩu mới")
	if in := b.SubmitOnce(page, "", url.Values{"password": {goodPassword}}); in.Location != desk.Prefix {
		t.Fatalf("the password leads to %q: %d %s", in.Location, in.Status, in.Text())
	}
	b.Get("/console/toi").Want(t, http.StatusOK, "0912345678", "máy này")
	w.Guest().Get(link).Want(t, http.StatusNotFound, "Liên kết này không dùng được")

	out := b.Post("/console/ra", nil)
	if out.Status != http.StatusSeeOther {
		t.Fatalf("signing out answers %d", out.Status)
	}
	asked := b.Get("/console/toi/mat-khau").Want(t, http.StatusOK, "Đăng nhập")
	b.Submit(asked, "", url.Values{"login": {"+84 912 345 678"}, "password": {"sai mat khau"}}).Want(t, http.StatusUnauthorized)
	in := b.SubmitOnce(asked, "", url.Values{"login": {"+84 912 345 678"}, "password": {goodPassword}})
	if in.Location != "/console/toi/mat-khau" {
		t.Errorf("after signing in the visitor is led to %q, not to where it wanted to go", in.Location)
	}
}

// TestOfficeNeedsSecondFactor holds that a privileged role sees no page before
// the second factor is set up, and needs it at the next sign-in.
func TestOfficeNeedsSecondFactor(t *testing.T) {
	w, _ := world(t)
	b := w.Guest()
	page := b.Get(invite(t, w, "lan@example.vn", account.Membership{Role: trace.Office, Organisation: desktest.OfficeName}))
	b.SubmitOnce(page, "", url.Values{"password": {goodPassword}})
	enrol := b.Get("/console/toi").Want(t, http.StatusOK, "Thiết lập mã xác thực")
	if shown := b.Get("/console/van-phong"); regexp.MustCompile("Tổng quan").MatchString(shown.Text()) {
		t.Error("the office's desk is open without a second factor")
	}
	secret := regexp.MustCompile(`[A-Z2-7]{32}`).FindString(enrol.Text())
	code := func() string {
		c, err := totp.GenerateCode(secret, w.Now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	b.Submit(enrol, "", url.Values{"code": {"000000"}}).Want(t, http.StatusUnprocessableEntity)
	enrol = b.Get("/console/toi")
	if again := regexp.MustCompile(`[A-Z2-7]{32}`).FindString(enrol.Text()); again != secret {
		t.Fatalf("the secret changed from %q to %q", secret, again)
	}
	done := b.Submit(enrol, "", url.Values{"code": {code()}}).Want(t, http.StatusOK, "Mã dự phòng")
	b.Get("/console/toi").Want(t, http.StatusOK, "đang bật")

	w.Advance(time.Minute)
	other := w.Guest()
	asked := other.Submit(other.Get("/console/vao"), "", url.Values{"login": {"lan@example.vn"}, "password": {goodPassword}}).Want(t, http.StatusOK, "Mã xác thực")
	other.Get("/console/toi").Want(t, http.StatusOK, "Mã xác thực")
	recovery := regexp.MustCompile(`[a-z0-9]{4,}(-[a-z0-9]{4,})+`).FindString(done.Text())
	other.Submit(asked, "", url.Values{"code": {code()}})
	other.Get("/console/toi").Want(t, http.StatusOK, "Các phiên đang mở")
	if recovery == "" {
		t.Fatalf("no recovery code is shown: %s", done.Text())
	}
}

// TestForeignForms holds that no other site can send forms with our cookies.
func TestForeignForms(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("producer")
	for name, headers := range map[string]http.Header{
		"another site":  {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
		"a subdomain":   {"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://x.console.test"}},
		"no origin":     {},
		"opaque origin": {"Origin": {"null"}},
	} {
		if got := b.PostWith("/console/ra", nil, headers); got.Status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	b.Get("/console/toi").Want(t, http.StatusOK, "Tài khoản của tôi")
}

func TestHeaders(t *testing.T) {
	w, _ := world(t)
	h := w.Browser("producer").Get("/console/toi").Header
	for name, want := range map[string]string{
		"Cache-Control":           "no-store",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestRoleSwitch gives one person two roles, and each only its own pages.
func TestRoleSwitch(t *testing.T) {
	w, _ := world(t)
	token, p, err := w.People.Invite(t.Context(), trace.Write{By: desktest.Operator}, account.NewPerson{
		Name: "Hai vai", Login: "hai@example.vn", Memberships: []account.Membership{
			{Role: trace.ProducerRole, Producer: w.Mine}, {Role: trace.ProducerRole, Producer: w.Other},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := w.Guest()
	b.SubmitOnce(b.Get(desk.Prefix+"/moi/"+token), "", url.Values{"password": {goodPassword}})
	me := b.Get("/console/toi").Want(t, http.StatusOK, "Chuyển sang", "Mật Ong")
	if got := b.Post("/console/vai-tro", url.Values{"index": {"7"}}); got.Status < 400 {
		t.Errorf("a role that %s does not have: %d", p.Data.Name, got.Status)
	}
	b.Post("/console/vai-tro", url.Values{"index": {"1"}})
	if after := b.Get("/console/toi"); after.Text() == me.Text() {
		t.Error("the role did not change")
	}
}
