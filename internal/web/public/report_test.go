package public

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
)

// written is a form filled in by somebody who leaves no contact.
func written(more ...string) url.Values {
	v := url.Values{"kind": {"quality"}, "text": {"Chè có mùi mốc,\nbên trong túi có sợi nấm."}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

var referenceForm = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`)

// openForm loads the form and waits as long as a person needs.
func openForm(w *desktest.World, b *desktest.Browser, code string) *desktest.Page {
	w.T.Helper()
	p := b.Get(ReportPath+"?ma="+url.QueryEscape(code)).Want(w.T, http.StatusOK, "Báo vấn đề")
	w.Advance(20 * time.Second)
	return p
}

func photo(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reports are all that the office sees.
func reports(w *desktest.World) []trace.Stored[trace.Problem] {
	w.T.Helper()
	l, err := w.Ledger.Problems(w.T.Context(), w.Actor("office"), trace.ProblemQuery{}, trace.Paging{})
	if err != nil {
		w.T.Fatal(err)
	}
	return l.Items
}

// TestReportAndAnswer goes from a stamp to a report, its answer and the removal
// of the contact.
func TestReportAndAnswer(t *testing.T) {
	w, p := world(t)
	code := released(w, product(w, catalog.Name{VI: "Chè Shan tuyết"}))
	p.config.Subject = nil
	b := w.Guest()
	form := openForm(w, b, code)
	if got := form.Field("code"); got != display(code) || got == code {
		t.Errorf("the code in the form is %q, want it as it is printed", got)
	}
	sent := b.Submit(form, ReportPath, written("bought", "Chợ Hồng Thái", contactField, "0912 345 678", consentField, "true"),
		desktest.Upload{Field: photoField, Name: "tui-che.jpg", Content: photo(t)}).Want(t, http.StatusOK, "Đã nhận phản ánh", "Hãy giữ lại số phản ánh này")
	reference := referenceForm.FindString(sent.Text())

	all := reports(w)
	if len(all) != 1 || all[0].Data.Batch != code || all[0].Data.Kind != trace.ProblemQuality || all[0].Data.Bought != "Chợ Hồng Thái" || all[0].Data.Photo == (trace.Digest{}) {
		t.Fatalf("reported: %+v", all)
	}
	id := all[0].ID
	if c, err := w.Ledger.ProblemContact(t.Context(), w.Actor("inspector"), id); err != nil || c.Contact != "0912 345 678" {
		t.Errorf("contact %+v, %v", c, err)
	}

	b.Get(sent.Link(t, "Xem trả lời")).Want(t, http.StatusOK, "đã gửi, chưa có người xem", reference, "Chất lượng", display(code))
	if _, err := w.Ledger.AnswerProblem(t.Context(), w.As("office"), id, "Đã lấy mẫu và tạm dừng lô hàng.\nCảm ơn bạn."); err != nil {
		t.Fatal(err)
	}
	typed := strings.ToLower(strings.ReplaceAll(reference, "-", " "))
	answered := b.Submit(b.Get(answerPath), answerPath, url.Values{referenceParameter: {typed}}).Want(t, http.StatusOK,
		"đã trả lời", "Đã lấy mẫu và tạm dừng lô hàng.", "Cảm ơn bạn.", desktest.OfficeName)
	for _, secret := range []string{"0912", "Người office", "mùi mốc", "Chợ Hồng Thái"} {
		if strings.Contains(answered.Body, secret) {
			t.Errorf("whoever has the reference is told %q", secret)
		}
	}

	b.Submit(answered, forgetPath, url.Values{contactField: {"0912 345 679"}}).Want(t, http.StatusUnprocessableEntity, "không có liên hệ như vậy")
	b.Submit(answered, forgetPath, url.Values{contactField: {"+84 912345678"}}).Want(t, http.StatusOK, "Đã xóa thông tin liên hệ")
	if _, err := w.Ledger.ProblemContact(t.Context(), w.Actor("inspector"), id); !errors.Is(err, trace.ErrNotFound) {
		t.Errorf("the contact is still there: %v", err)
	}
	b.Submit(answered, forgetPath, url.Values{contactField: {"0912345678"}}).Want(t, http.StatusUnprocessableEntity, "đã được xóa")
}

func TestReportInEnglish(t *testing.T) {
	w, p := world(t)
	p.config.Subject = func(_ context.Context, code, lang string) string { return lang + " goods of " + code }
	b := w.Guest()
	form := b.Get(ReportPath+"?ma=K7Q2M-9XR4V&lang=en").Want(t, http.StatusOK, "Report a problem", "en goods of K7Q2M-9XR4V", "Suspected counterfeit", "deleted 90 days after", "180 days")
	w.Advance(time.Minute)
	sent := b.Submit(form, ReportPath, written()).Want(t, http.StatusOK, "Your report has arrived")
	id := reports(w)[0].ID
	if _, err := w.Ledger.DismissProblem(t.Context(), w.As("inspector"), id, "LYDOMAT"); err != nil {
		t.Fatal(err)
	}
	if p := b.Get(sent.Link(t, "See the answer")).Want(t, http.StatusOK, "closed without further action"); strings.Contains(p.Body, "LYDOMAT") {
		t.Error("the reason of a dismissal is public")
	}
	b.Get(answerPath+"?so=ABCD").Want(t, http.StatusNotFound, "No report has this number")
	b.Get(sentPath+"?so=ABCD").Want(t, http.StatusNotFound)
}

// TestReportErrorsAtFields holds that nothing is kept of a report that is
// refused, and that the form comes back as it was sent.
func TestReportErrorsAtFields(t *testing.T) {
	w, _ := world(t)
	for _, tt := range []struct {
		name    string
		fields  url.Values
		uploads []desktest.Upload
		want    string
	}{
		{"nothing", url.Values{"code": {""}}, nil, "Loại vấn đề : bắt buộc"},
		{"no code", written("code", ""), nil, "Mã trên tem : bắt buộc"},
		{"long", written("text", strings.Repeat("a", 2001)), nil, "tối đa 2000"},
		{"another kind", written("kind", "mưa"), nil, "Loại vấn đề : không có giá trị"},
		{"no consent", written(contactField, "0912345678"), nil, "hãy đánh dấu đồng ý"},
		{"no contact", written(contactField, "gọi tôi", consentField, "true"), nil, "số điện thoại hoặc địa chỉ e-mail"},
		{"no picture", written(), []desktest.Upload{{Field: photoField, Name: "a.jpg", Content: []byte("GIF89a")}}, "JPEG"},
		{"two pictures", written(), []desktest.Upload{{Field: photoField, Name: "a.jpg", Content: photo(t)}, {Field: photoField, Name: "b.jpg", Content: photo(t)}}, "chỉ gửi được một ảnh"},
	} {
		b := w.Guest()
		got := b.Submit(openForm(w, b, "K7Q2M-9XR4V"), ReportPath, tt.fields, tt.uploads...)
		if got.Want(t, http.StatusUnprocessableEntity, tt.want); t.Failed() {
			t.Fatalf("%s", tt.name)
		}
		if text := tt.fields.Get("text"); text != "" && !strings.Contains(got.Text(), "Chè có mùi mốc") && len(text) < 2000 {
			t.Errorf("%s: the text is lost", tt.name)
		}
		w.Advance(time.Hour)
	}
	if all := reports(w); len(all) != 0 {
		t.Errorf("kept: %+v", all)
	}
}

// TestReportOnlyFromTheForm holds that a form must be loaded, takes a person's
// time, and does not live for ever.
func TestReportOnlyFromTheForm(t *testing.T) {
	w, p := world(t)
	b := w.Guest()
	form := b.Get(ReportPath + "?ma=K7Q2M-9XR4V")
	early := b.Submit(form, ReportPath, written()).Want(t, http.StatusUnprocessableEntity, "Gửi nhanh quá")
	w.Advance(youngest)
	b.Submit(early, ReportPath, written()).Want(t, http.StatusOK, "Đã nhận phản ánh")

	form = openForm(w, b, "K7Q2M-9XR4V")
	w.Advance(oldest)
	late := b.Submit(form, ReportPath, written("text", "Tem rách")).Want(t, http.StatusUnprocessableEntity, "Trang đã mở quá lâu", "Tem rách")
	w.Advance(youngest)
	b.Submit(late, ReportPath, url.Values{}).Want(t, http.StatusOK, "Đã nhận phản ánh")

	w.Advance(time.Hour)
	for _, token := range []string{"", "x", form.Field("_key") + "0", "mgqx3k2v.5J3K7QXW2M6TNA4P.00112233445566778899aabbccddeeff"} {
		b.Post(ReportPath, written("_key", token, "code", "K7Q2M-9XR4V")).Want(t, http.StatusUnprocessableEntity, "Trang đã mở quá lâu")
	}
	w.Advance(time.Hour)
	form = openForm(w, b, "K7Q2M-9XR4V")
	trapped := b.Submit(form, ReportPath, written(trapField, "https://spam.example")).Want(t, http.StatusUnprocessableEntity, "ô ẩn")
	if trapped.Field(trapField) != "" {
		t.Error("what fell into the trap is sent again")
	}
	b.Submit(trapped, ReportPath, url.Values{}).Want(t, http.StatusOK, "Đã nhận phản ánh")
	b.PostWith(ReportPath, written("_key", p.tokens.issue(), "code", "K7Q2M-9XR4V"), http.Header{"Origin": {"https://other.example"}, "Sec-Fetch-Site": {"cross-site"}}).
		Want(t, http.StatusForbidden)
	if n := len(reports(w)); n != 3 {
		t.Errorf("%d reports, want 3", n)
	}
}

// TestReportSentTwice holds that a second tap is no second report, and that
// going back and writing something else is one.
func TestReportSentTwice(t *testing.T) {
	w, _ := world(t)
	b := w.Guest()
	form := openForm(w, b, "K7Q2M-9XR4V")
	upload := desktest.Upload{Field: photoField, Name: "a.jpg", Content: photo(t)}
	first, second := b.SubmitOnce(form, ReportPath, written(), upload), b.SubmitOnce(form, ReportPath, written(), upload)
	if first.Location == "" || first.Location != second.Location {
		t.Errorf("sent twice: %q and %q", first.Location, second.Location)
	}
	other := b.Submit(form, ReportPath, written("text", "Một chuyện khác")).Want(t, http.StatusUnprocessableEntity, "Phản ánh trước trên trang này đã được gửi")
	w.Advance(youngest)
	b.Submit(other, ReportPath, url.Values{}).Want(t, http.StatusOK, "Đã nhận phản ánh")
	if n := len(reports(w)); n != 2 {
		t.Errorf("%d reports, want 2", n)
	}
}

// An untouchedBody fails when it is read.
type untouchedBody struct{ t *testing.T }

func (b untouchedBody) Read([]byte) (int, error) {
	b.t.Error("the body of a refused report is read")
	return 0, io.EOF
}

// post sends a report from an address, with a body that must not be read when
// it is nil.
func post(t *testing.T, w *desktest.World, from string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	if body == nil {
		body = untouchedBody{t}
	}
	r := httptest.NewRequest(http.MethodPost, ReportPath, body)
	r.RemoteAddr = from + ":4711"
	r.Header.Set("Origin", "http://example.com")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.Handler.ServeHTTP(rec, r)
	return rec
}

func TestReportFlood(t *testing.T) {
	w, p := world(t)
	b := w.Guest()
	for range limit.RuleOf(limit.Reports).Each.Burst {
		post(t, w, "192.0.2.1", strings.NewReader(""))
	}
	rec := post(t, w, "192.0.2.1", nil)
	if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") != "60" || !strings.Contains(rec.Body.String(), "hãy thử lại sau 60 giây") {
		t.Errorf("a flood gets %d, Retry-After %q: %s", rec.Code, rec.Header().Get("Retry-After"), rec.Body)
	}
	if rec := post(t, w, "2001:db8::1", strings.NewReader("")); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("somebody else gets %d, want the form again", rec.Code)
	}
	w.Advance(time.Minute)
	b.Submit(openForm(w, b, "K7Q2M-9XR4V"), ReportPath, written()).Want(t, http.StatusOK, "Đã nhận phản ánh")

	w.Advance(time.Hour)
	for i := range limit.RuleOf(limit.Reports).All.Burst {
		post(t, w, "198.51.100."+string(rune('0'+i%10))+string(rune('0'+i/10)), strings.NewReader(""))
	}
	if rec := post(t, w, "203.0.113.1", nil); rec.Code != http.StatusTooManyRequests {
		t.Errorf("a flood from everywhere gets %d", rec.Code)
	}
	w.Advance(time.Hour)
	for range reading {
		p.reading <- struct{}{}
	}
	if rec := post(t, w, "203.0.113.1", nil); rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
		t.Errorf("with all slots taken: %d", rec.Code)
	}
	<-p.reading
	if rec := post(t, w, "203.0.113.1", strings.NewReader("")); rec.Code != http.StatusUnprocessableEntity || len(p.reading) != reading-1 {
		t.Errorf("with a free slot: %d, %d slots taken", rec.Code, len(p.reading))
	}
	big := strings.NewReader("text=" + strings.Repeat("a", 1<<20))
	if rec := post(t, w, "203.0.113.1", big); rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of a megabyte: %d", rec.Code)
	}
}

func TestReferencesAreNotGuessed(t *testing.T) {
	w, _ := world(t)
	b := w.Guest()
	for i := range limit.RuleOf(limit.References).Each.Burst {
		b.Get(answerPath+"?so=K7Q2M9X"+string("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i])).Want(t, http.StatusNotFound)
	}
	b.Get(answerPath+"?so=K7Q2M9XR").Want(t, http.StatusTooManyRequests, "quá nhiều")
	b.Post(forgetPath, url.Values{referenceParameter: {"K7Q2M9XR"}, contactField: {"0912345678"}}).Want(t, http.StatusTooManyRequests)
}

// TestNoAddressIsStored looks for the address of who reported in all that is
// kept.
func TestNoAddressIsStored(t *testing.T) {
	w, _ := world(t)
	b := w.Guest()
	b.Submit(openForm(w, b, "K7Q2M-9XR4V"), ReportPath, written(contactField, "a@example.vn", consentField, "true"), desktest.Upload{Field: photoField, Name: "a.jpg", Content: photo(t)})
	seen := 0
	for _, kind := range trace.Kinds() {
		page, err := w.Store.List(t.Context(), trace.Query{Kind: kind, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Revisions {
			seen++
			all := r.ID + r.By + r.Op.Key + r.Op.Hash + strings.Join(r.Refs, " ") + string(r.Body)
			if strings.Contains(all, "192.0.2.1") || kind != trace.KindContacts && strings.Contains(all, "a@example.vn") {
				t.Errorf("%s/%s: %s", r.Kind, r.ID, all)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d documents were looked at", seen)
	}
}

// TestHostileReports holds that whatever is typed stays text.
func TestHostileReports(t *testing.T) {
	w, _ := world(t)
	v, b := hostile.Vocabulary{}, w.Guest()
	answered := func(text string) *desktest.Page {
		t.Helper()
		w.Advance(time.Hour) // for the limits
		sent := b.Submit(openForm(w, b, text), ReportPath, written("text", text, "bought", text, contactField, "a@example.vn", consentField, "true")).
			Want(t, http.StatusOK, "Đã nhận phản ánh")
		if _, err := w.Ledger.AnswerProblem(t.Context(), w.As("inspector"), reports(w)[0].ID, text); err != nil {
			t.Fatal(err)
		}
		return b.Get(sent.Link(t, "Xem trả lời")).Want(t, http.StatusOK, "đã trả lời")
	}
	refused := func(text string) *desktest.Page {
		t.Helper()
		return b.Submit(openForm(w, b, text), ReportPath, url.Values{"text": {text}, "bought": {text}, "kind": {text}, contactField: {text}})
	}
	mistaken := func(p *desktest.Page, text string) *desktest.Page {
		t.Helper()
		return b.Submit(p, forgetPath, url.Values{contactField: {text}})
	}
	plain := answered("Tem rách")
	for _, p := range []*desktest.Page{plain, refused("không"), mistaken(plain, "không"), b.Get(answerPath + "?so=x"), b.Get(ReportPath)} {
		if err := v.Learn(p.Body); err != nil {
			t.Fatal(err)
		}
	}
	for _, evil := range hostile.Texts() {
		evil = strings.ReplaceAll(evil, "\x00", "") // no browser sends one in a form with files, and none is taken
		answer := answered(evil)
		for _, p := range []*desktest.Page{answer, refused(evil), mistaken(answer, evil), b.Get(answerPath + "?so=" + url.QueryEscape(evil))} {
			if err := v.Inert(p.Body); err != nil {
				t.Errorf("%s: %v", p.Path, err)
			}
		}
	}
}

func TestPhotoMayBePNG(t *testing.T) {
	w, _ := world(t)
	var content bytes.Buffer
	if err := png.Encode(&content, image.NewRGBA(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	b := w.Guest()
	b.Submit(openForm(w, b, "Chè mua ở chợ, không có tem"), ReportPath, written(), desktest.Upload{Field: photoField, Name: "a.png", Content: content.Bytes()}).
		Want(t, http.StatusOK, "Đã nhận")
	if got := reports(w)[0].Data; got.Photo == (trace.Digest{}) || got.Batch != "" || got.Code != "Chè mua ở chợ, không có tem" {
		t.Errorf("%+v", got)
	}
}

// TestSizes holds that a page with all it loads stays small.
func TestSizes(t *testing.T) {
	w, _ := world(t)
	b := w.Guest()
	sent := b.Submit(openForm(w, b, "K7Q2M-9XR4V"), ReportPath, written())
	for _, p := range []*desktest.Page{b.Get(LookUpPath), b.Get(ReportPath), sent, b.Get(sent.Link(t, "Xem trả lời"))} {
		if len(p.Body) > 16<<10 {
			t.Errorf("%s has %d bytes", p.Path, len(p.Body))
		}
	}
}
