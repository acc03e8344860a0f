package office

import (
	"net/http"
	"net/url"
	"testing"

	"temgoc/internal/testing/desktest"
)

// TestOrganisations adds a laboratory, finds it among those of its role,
// corrects it, and brings every mistake to its field.
func TestOrganisations(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	form := b.Get(b.Get(organisationsPath).Want(t, http.StatusOK, desktest.OfficeName).Link(t, "Thêm tổ chức"))
	fields := url.Values{"name": {"Trung tâm Kiểm nghiệm Nà Hang"}, "role": {"laboratory"}, "vilas": {"VILAS 1234"}, "phone": {"0207 111 222"}, "email": {"tn@example.vn"}}
	for field, wrong := range map[string]url.Values{
		"name": {"name": {""}}, "role": {"role": {""}}, "vilas": {"role": {"inspector"}}, "phone": {"phone": {"gọi sau"}}, "email": {"email": {"x"}},
	} {
		sent := url.Values{}
		for k, v := range fields {
			sent[k] = v
		}
		for k, v := range wrong {
			sent[k] = v
		}
		got := b.Submit(form, "", sent).Want(t, http.StatusUnprocessableEntity)
		if !got.Blames(field) {
			t.Errorf("%v: the mistake is not at %s: %s", wrong, field, got.Text())
		}
	}
	shown := b.Submit(form, "", fields).Want(t, http.StatusOK, "Đã thêm tổ chức", "Phòng thử nghiệm", "Người office", "Quản trị viên mời")
	b.Submit(form, "", fields).Want(t, http.StatusOK, "Trung tâm Kiểm nghiệm Nà Hang") // the same form, sent twice
	b.Submit(b.Get(organisationsPath+"/moi"), "", fields).Want(t, http.StatusConflict, "đã có tổ chức mang tên này")
	if shown.Field("vilas") != "VILAS 1234" || shown.Field("name") != "" {
		t.Errorf("the form has vilas %q, name %q", shown.Field("vilas"), shown.Field("name"))
	}

	stale := b.Get(shown.Path)
	b.Submit(shown, "", url.Values{"phone": {"không"}}).Want(t, http.StatusUnprocessableEntity, "không phải là số điện thoại")
	b.Submit(shown, "", url.Values{"phone": {"0207 333 444"}, "vilas": {"VILAS 4321"}}).Want(t, http.StatusOK, "Đã lưu")
	b.Submit(stale, "", url.Values{"phone": {"0207 555 666"}}).Want(t, http.StatusPreconditionFailed)
	b.Get(organisationsPath+"?vai=laboratory").Want(t, http.StatusOK, "Trung tâm Kiểm nghiệm Nà Hang", "VILAS 4321", "0207 333 444 · tn@example.vn")
	if got := b.Get(organisationsPath + "?vai=inspector"); len(got.Links("Nà Hang")) > 0 {
		t.Error("a laboratory is among the inspectorates")
	}
	// A forged form changes neither name nor role.
	b.Post(shown.Path, url.Values{"name": {"Tên khác"}, "role": {"office"}, "_key": {"forged"}})
	b.Get(shown.Path).Want(t, http.StatusOK, "Trung tâm Kiểm nghiệm Nà Hang", "Phòng thử nghiệm")
	b.Get(organisationsPath+"/0000000000000000").Want(t, http.StatusNotFound)
}

// TestOrganisationPeople shows an organisation's people to administrators.
func TestOrganisationPeople(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("administrator")
	page := b.Get(b.Get(organisationsPath).Link(t, desktest.InspectorName)).Want(t, http.StatusOK, "Người inspector", "inspector2@example.vn", "chưa nhận lời mời")
	if got := page.Links("Người inspector"); len(got) != 2 {
		t.Errorf("people %v", got)
	}
	if got := w.Browser("office").Get(page.Path); len(got.Links("Người inspector")) > 0 {
		t.Error("the office sees accounts that are not its to manage")
	}
}
