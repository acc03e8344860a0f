package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A write that can be repeated.
type repeatable struct {
	who, method, path string
	body, other       any
	parts, otherParts []formPart
}

// repeatables has one write of each kind, in an order in which all succeed.
func (f *fixture) repeatables() []repeatable {
	f.t.Helper()
	product := f.product(0)
	code := f.batch(0, product, "L1")
	second := f.batch(0, product, "L2")
	declared := f.must("p0", "POST", "/certificates", ocopCertificate(f.ids[0], product)).id(f.t)
	record := f.must("p0", "POST", "/batches/"+code+"/records", harvest()).id(f.t)
	report := f.must("p0", "POST", "/tests", f.fromPaper(product, code)).id(f.t)
	ask := func() string { return f.must("p0", "POST", "/requests", request(product, code)).id(f.t) }
	accepted, refused, cancelled := ask(), ask(), ask()
	answer := f.asked(0, product, code)
	order := f.must("p0", "POST", "/batches/"+code+"/orders", map[string]any{"codes": "item", "count": 5, "stock": "tomy-145", "activation": "range"}).id(f.t)
	released := f.batch(0, product, "L5")
	f.must("p0", "POST", "/batches/"+released+"/transitions", map[string]any{"to": "released"})
	back := f.batch(0, product, "L6")
	f.must("p0", "POST", "/batches/"+back+"/transitions", map[string]any{"to": "released"})
	f.must("p0", "POST", "/batches/"+back+"/transitions", map[string]any{"to": "recalled", "reason": "x"})
	finished, _, _ := strings.Cut(f.must("p0", "GET", "/batches/"+back, nil).get(f.t, "data.stateSince").(string), "T")
	var notified []string
	for range 2 {
		notified = append(notified, f.must("p0", "POST", "/batches/"+back+"/notifications", map[string]any{"recipient": "Cô Lan"}).id(f.t))
	}
	var recalls, problems []string
	for range 2 {
		problems = append(problems, f.must("office", "POST", "/problems", problemBody(code)).id(f.t))
	}
	for range 3 {
		recalls = append(recalls, f.must("inspector", "POST", "/recalls", recallBody(released)).id(f.t))
	}
	text := func(s string) map[string]any { return map[string]any{"text": s} }
	template := f.must("p0", "POST", "/templates", text(templateText("mau-0"))).id(f.t)
	ownStock := f.must("office", "POST", "/stocks", text(stockText("loai-0"))).id(f.t)
	printer := f.must("p0", "POST", "/printers", printerBody()).id(f.t)
	newProduct := map[string]any{"producer": f.ids[0], "name": map[string]any{"vi": "Mật ong"}, "set": 1, "gtin": "09521234000013"}
	newProducer := map[string]any{"name": "Hộ Lý Thị Mai", "kind": "household", "address": map[string]any{"commune": "02260", "street": ""}}
	note := func(b map[string]any) map[string]any { return with(b, map[string]any{"note": "khác"}) }
	why := func(b map[string]any) map[string]any { return with(b, map[string]any{"reason": "nhập nhầm"}) }
	ending := map[string]any{"from": "2026-11-01", "reason": "vi phạm"}
	file := func(n uint8) []formPart { return []formPart{{"file", "anh.png", "image/png", picture(f.t, n)}} }
	fromPaper := f.fromPaper(product, code)
	var asked []string
	for range 3 {
		asked = append(asked, f.must("office", "POST", "/data-requests", dataRequest("erase")).id(f.t))
	}
	f.must("office", "POST", "/data-requests/"+asked[2]+"/acknowledgement", map[string]any{"identity": "gọi lại"})
	erasure := map[string]any{"picks": []any{map[string]any{"kind": "producers", "id": f.ids[1], "member": "phone"}}, "outcome": "đã xóa"}
	return []repeatable{
		{"office", "POST", "/producers", newProducer, with(newProducer, map[string]any{"phone": "0912345678"}), nil, nil},
		{"office", "PUT", "/producers/" + f.ids[0], newProducer, with(newProducer, map[string]any{"phone": "0912345678"}), nil, nil},
		{"p0", "POST", "/products", newProduct, with(newProduct, map[string]any{"set": 2}), nil, nil},
		{"p0", "PUT", "/products/" + product, with(newProduct, map[string]any{"gtin": nil}), newProduct, nil, nil},
		{"p0", "PUT", "/products/" + product + "/photo", nil, nil, file(1), file(2)},
		{"p0", "POST", "/files", nil, nil, file(3), file(4)},
		{"office", "POST", "/certificates", ocopCertificate(f.ids[0], product), note(ocopCertificate(f.ids[0], product)), nil, nil},
		{"p0", "PUT", "/certificates/" + declared, note(ocopCertificate(f.ids[0], product)), ocopCertificate(f.ids[0], product), nil, nil},
		{"office", "POST", "/certificates/" + declared + "/confirmation", nil, nil, nil, nil},
		{"office", "POST", "/certificates/" + declared + "/withdrawal", ending, why(ending), nil, nil},
		{"office", "POST", "/certificates/" + declared + "/succession", ending, why(ending), nil, nil},
		{"p0", "POST", "/batches", batchBody(product, "L3"), batchBody(product, "L4"), nil, nil},
		{"p0", "PUT", "/batches/" + second, note(batchBody(product, "L2")), batchBody(product, "L2"), nil, nil},
		{"p0", "POST", "/batches/" + second + "/transitions", map[string]any{"to": "released"}, map[string]any{"to": "closed"}, nil, nil},
		{"p0", "POST", "/batches/" + code + "/records", harvest(), note(harvest()), nil, nil},
		{"inspector", "POST", "/records/" + record + "/verification", nil, nil, nil, nil},
		{"p0", "POST", "/records/" + record + "/corrections", with(why(harvest()), map[string]any{"batch": code}), with(why(note(harvest())), map[string]any{"batch": code}), nil, nil},
		{"p0", "POST", "/records/" + record + "/retraction", map[string]any{"reason": "không xảy ra"}, map[string]any{"reason": "khác"}, nil, nil},
		{"p0", "POST", "/requests", request(product, code), note(request(product, code)), nil, nil},
		{"laboratory", "POST", "/requests/" + accepted + "/acceptance", nil, nil, nil, nil},
		{"laboratory", "POST", "/requests/" + refused + "/refusal", map[string]any{"reason": "quá tải"}, map[string]any{"reason": "khác"}, nil, nil},
		{"p0", "POST", "/requests/" + cancelled + "/cancellation", map[string]any{}, map[string]any{"reason": "khác"}, nil, nil},
		{"laboratory", "POST", "/tests", answer, note(answer), nil, nil},
		{"p0", "POST", "/tests", fromPaper, note(fromPaper), nil, nil},
		{"p0", "POST", "/tests/" + report + "/corrections", why(note(fromPaper)), why(fromPaper), nil, nil},
		{"p0", "POST", "/batches/" + code + "/voids", map[string]any{"items": map[string]any{"first": 1, "last": 2}, "reason": "in hỏng"}, map[string]any{"items": map[string]any{"first": 1, "last": 3}, "reason": "in hỏng"}, nil, nil},
		{"office", "PUT", "/criteria/4", edition("QĐ 1"), with(edition("QĐ 1"), map[string]any{"set": 4}), nil, nil},
		{"p0", "POST", "/batches/" + code + "/orders", map[string]any{"codes": "item", "count": 7, "stock": "tomy-145"}, map[string]any{"codes": "item", "count": 8, "stock": "tomy-145"}, nil, nil},
		{"p0", "POST", "/orders/" + order + "/release", nil, nil, nil, nil},
		{"p0", "POST", "/orders/" + order + "/sending/claims", map[string]any{"max": 2}, map[string]any{"max": 3}, nil, nil},
		{"p0", "POST", "/orders/" + order + "/sending/confirmations", stamps(1, 2), stamps(1, 3), nil, nil},
		{"p0", "POST", "/orders/" + order + "/sending/claims", map[string]any{"max": 2}, nil, nil, nil},
		{"p0", "POST", "/orders/" + order + "/sending/resolutions", map[string]any{"first": 3, "printed": 1}, map[string]any{"first": 3, "printed": 0}, nil, nil},
		{"p0", "POST", "/orders/" + order + "/report", map[string]any{"fate": "printed", "restPrinted": true}, map[string]any{"fate": "lost", "ranges": []any{stamps(1, 2)}, "reason": "rơi"}, nil, nil},
		{"p0", "POST", "/orders/" + order + "/activate", stamps(1, 4), stamps(1, 5), nil, nil},
		{"p0", "POST", "/orders/" + order + "/ship", map[string]any{"ranges": []any{stamps(1, 4)}}, map[string]any{"ranges": []any{stamps(1, 5)}}, nil, nil},
		{"p0", "POST", "/printers", printerBody(), note(printerBody()), nil, nil},
		{"p0", "PUT", "/printers/" + printer, printerBody(), note(printerBody()), nil, nil},
		{"p0", "POST", "/printers/" + printer + "/test-result", map[string]any{"blocks": []string{"G"}}, map[string]any{"blocks": []string{"F", "G"}}, nil, nil},
		{"p0", "POST", "/photos/codes", nil, nil, []formPart{stampPhoto(f.t)}, nil},
		{"p0", "POST", "/printers/" + printer + "/retirement", nil, nil, nil, nil},
		{"p0", "POST", "/templates", text(templateText("mau-1")), text(templateText("mau-2")), nil, nil},
		{"p0", "PUT", "/templates/" + template, text(templateText("mau-0") + "about: khác\n"), text(templateText("mau-0")), nil, nil},
		{"p0", "PUT", "/templates/" + template + "/logo", nil, nil, file(5), file(6)},
		{"p0", "POST", "/templates/" + template + "/retirement", nil, nil, nil, nil},
		{"office", "POST", "/stocks", text(stockText("loai-1")), text(stockText("loai-2")), nil, nil},
		{"office", "PUT", "/stocks/" + ownStock, text(stockText("loai-0") + "source: thước\n"), text(stockText("loai-0")), nil, nil},
		{"office", "POST", "/stocks/" + ownStock + "/retirement", nil, nil, nil, nil},
		{"p0", "PUT", "/papers/tomy-145", map[string]any{"used": []int{1}}, map[string]any{"used": []int{2}}, nil, nil},
		{"p0", "POST", "/papers/tomy-145/taken", map[string]any{"count": 3}, map[string]any{"count": 4}, nil, nil},
		{"inspector", "POST", "/recalls", recallBody(released), with(recallBody(released), map[string]any{"holdNow": true}), nil, nil},
		{"office", "POST", "/recalls/" + recalls[0] + "/rejection", map[string]any{"reason": "chưa đủ căn cứ"}, map[string]any{"reason": "khác"}, nil, nil},
		{"inspector", "POST", "/recalls/" + recalls[1] + "/withdrawal", nil, nil, nil, nil},
		{"p0", "POST", "/batches/" + back + "/notifications", map[string]any{"recipient": "Chợ"}, map[string]any{"recipient": "Quán"}, nil, nil},
		{"p0", "POST", "/batches/" + back + "/notifications/known", nil, nil, nil, nil},
		{"p0", "POST", "/notifications/" + notified[0] + "/told", map[string]any{"channel": "phone"}, map[string]any{"channel": "email"}, nil, nil},
		{"p0", "POST", "/notifications/" + notified[1] + "/cancellation", map[string]any{"reason": "nhầm"}, map[string]any{"reason": "khác"}, nil, nil},
		{"p0", "PUT", "/batches/" + back + "/recall-result", map[string]any{"finished": finished}, map[string]any{"finished": finished, "document": "12/BC"}, nil, nil},
		{"office", "POST", "/problems", problemBody(code), with(problemBody(code), map[string]any{"text": "khác"}), nil, nil},
		{"p0", "POST", "/problems/" + problems[0] + "/seen", nil, nil, nil, nil},
		{"p0", "POST", "/problems/" + problems[0] + "/answer", map[string]any{"answer": "đã đổi hàng"}, map[string]any{"answer": "khác"}, nil, nil},
		{"inspector", "POST", "/problems/" + problems[1] + "/dismissal", map[string]any{"reason": "báo trùng"}, map[string]any{"reason": "khác"}, nil, nil},
		{"office", "POST", "/recalls/" + recalls[2] + "/approval", nil, nil, nil, nil},
		{"office", "POST", "/data-requests", dataRequest("erase"), dataRequest("export"), nil, nil},
		{"office", "POST", "/data-requests/" + asked[0] + "/acknowledgement", map[string]any{"identity": "gọi lại"}, map[string]any{"identity": "khác"}, nil, nil},
		{"office", "POST", "/data-requests/" + asked[0] + "/extension", map[string]any{"reason": "nhiều hồ sơ"}, map[string]any{"reason": "khác"}, nil, nil},
		{"office", "POST", "/personal-data/search", map[string]any{"text": "Lò Thị Mẩy"}, nil, nil, nil},
		{"office", "POST", "/data-requests/" + asked[0] + "/erasure", erasure, with(erasure, map[string]any{"outcome": "khác"}), nil, nil},
		{"office", "POST", "/data-requests/" + asked[1] + "/refusal", map[string]any{"reason": "không xác minh được"}, map[string]any{"reason": "khác"}, nil, nil},
		{"office", "POST", "/data-requests/" + asked[2] + "/completion", map[string]any{"outcome": "đã gửi bản sao"}, map[string]any{"outcome": "khác"}, nil, nil},
	}
}

// dataRequest is what somebody asks about the own data.
func dataRequest(what string) map[string]any {
	return map[string]any{"what": what, "name": "Lò Thị Mẩy", "contact": "0912345678"}
}

// stamps is a range of stamps of an order.
func stamps(first, last int) map[string]any { return map[string]any{"first": first, "last": last} }

// edition is a set of criteria.
func edition(source string) map[string]any {
	return map[string]any{"criteria": []any{}, "source": source, "effective": "2026-11-01"}
}

// vouching names the revision that the repeatables have come to when somebody
// vouches for it.
func vouching(path string) []string {
	switch {
	case strings.HasSuffix(path, "/confirmation"):
		return []string{"If-Match", `"2"`}
	case strings.HasSuffix(path, "/verification"), strings.HasSuffix(path, "/approval"):
		return []string{"If-Match", `"1"`}
	}
	return nil
}

func (f *fixture) send2(r repeatable, other bool, key string) reply {
	f.t.Helper()
	body, parts := r.body, r.parts
	if other {
		body, parts = r.other, r.otherParts
	}
	if r.parts == nil {
		return f.do(r.who, r.method, r.path, body, append(vouching(r.path), "Idempotency-Key", key)...)
	}
	form, media := form(f.t, parts...)
	return f.do(r.who, r.method, r.path, form, "Idempotency-Key", key, "Content-Type", media)
}

// TestIdempotency repeats every kind of write: the same answer comes back and
// nothing more is stored; another body under the key is refused.
func TestIdempotency(t *testing.T) {
	f := newFixture(t)
	covered := map[string]bool{}
	for i, r := range f.repeatables() {
		key := fmt.Sprintf("key-%d", i)
		first := f.send2(r, false, key)
		if first.status >= 300 {
			t.Errorf("%s %s: %d %s", r.method, r.path, first.status, first.body)
			continue
		}
		row := f.api.row(r.method, r.path)
		covered[row.id] = true
		if first.status != row.status {
			t.Errorf("%s answers %d, want %d", row.id, first.status, row.status)
		}
		f.fits(row, row.status, first)
		stored := f.documents()
		again := f.send2(r, false, key)
		for _, h := range []string{"ETag", "Location", "Content-Type"} {
			if first.header.Get(h) != again.header.Get(h) {
				t.Errorf("%s %s again: %s %q, was %q", r.method, r.path, h, again.header.Get(h), first.header.Get(h))
			}
		}
		if first.status != again.status || string(first.body) != string(again.body) {
			t.Errorf("%s %s again: %d %s\nwas %d %s", r.method, r.path, again.status, again.body, first.status, first.body)
		}
		if r.other != nil || r.otherParts != nil {
			if got := f.send2(r, true, key); got.status != 422 || !strings.Contains(fieldMessage(t, got, "Idempotency-Key"), "yêu cầu khác") {
				// PUT /criteria means the same with and without the set.
				if !strings.HasPrefix(r.path, "/criteria") {
					t.Errorf("%s %s with another body: %d %s", r.method, r.path, got.status, got.body)
				}
			}
		}
		if diff := cmp.Diff(stored, f.documents()); diff != "" {
			t.Errorf("%s %s stored more:\n%s", r.method, r.path, diff)
		}
	}
	for _, r := range f.api.table() {
		if r.write() && r.media == nil && !covered[r.id] { // what answers with a picture keeps nothing
			t.Errorf("%s %s is not tried", r.method, r.path)
		}
	}
}

// row finds the row of the table that a path belongs to.
func (a *API) row(method, path string) route {
	for _, r := range a.table() {
		want, got := strings.Split(r.path, "/"), strings.Split(path, "/")
		same := r.method == method && len(want) == len(got)
		for i := range want {
			same = same && (want[i] == got[i] || strings.HasPrefix(want[i], "{"))
		}
		if same {
			return r
		}
	}
	return route{}
}

// TestSameRequestAtOnce sends one request many times at once.
func TestSameRequestAtOnce(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	before := len(f.documents())
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		answers = map[string]int{}
	)
	for range 24 {
		wg.Go(func() {
			got := f.do("p0", "POST", "/batches", batchBody(product, "L1"), "Idempotency-Key", "one")
			mu.Lock()
			defer mu.Unlock()
			answers[fmt.Sprintf("%d %s %s", got.status, got.header.Get("ETag"), got.body)]++
		})
	}
	wg.Wait()
	if len(answers) != 1 {
		t.Errorf("%d different answers: %v", len(answers), answers)
	}
	for a := range answers {
		if !strings.HasPrefix(a, "201 ") {
			t.Errorf("answer: %s", a)
		}
	}
	// One batch, the claim of its lot, and the claim of its code.
	if after := len(f.documents()); after != before+3 {
		t.Errorf("%d documents were stored, want 3", after-before)
	}
}

// TestIdempotencyKeysBelongToTheActor holds that two actors may use the same key text.
func TestIdempotencyKeysBelongToTheActor(t *testing.T) {
	f := newFixture(t)
	for i := range 3 {
		body := map[string]any{"producer": f.ids[i], "name": map[string]any{"vi": "Mật ong"}, "set": 1}
		f.must(fmt.Sprintf("p%d", i), "POST", "/products", body, "Idempotency-Key", "same")
	}
}

func TestETags(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	path := "/products/" + product
	body := map[string]any{"producer": f.ids[0], "name": map[string]any{"vi": "Chè"}, "set": 4}
	first := f.must("p0", "GET", path, nil)
	tag := first.header.Get("ETag")
	if got := f.do("p0", "GET", path, nil, "If-None-Match", tag); got.status != http.StatusNotModified || len(got.body) > 0 || got.header.Get("ETag") != tag {
		t.Errorf("If-None-Match: %d %v %s", got.status, got.header, got.body)
	}
	if got := f.do("p0", "GET", path, nil, "If-None-Match", `"x", W/`+tag); got.status != http.StatusNotModified {
		t.Errorf("If-None-Match with a list: %d", got.status)
	}
	second := f.must("p0", "PUT", path, body, "If-Match", tag)
	if second.header.Get("ETag") != `"2"` || second.get(t, "revision") != 2.0 {
		t.Errorf("PUT: %v", second.header)
	}
	if got := f.do("p0", "PUT", path, body, "If-Match", tag); got.status != http.StatusPreconditionFailed {
		t.Errorf("PUT with the old tag: %d", got.status)
	}
	f.must("p0", "PUT", path, body, "If-Match", "*")
	// Stars that come or go change what a product's answer says.
	before := f.must("p0", "GET", path, nil).header.Get("ETag")
	f.must("office", "POST", "/certificates", ocopCertificate(f.ids[0], product))
	after := f.must("p0", "GET", path, nil, "If-None-Match", before)
	if after.status != 200 || after.get(t, "stars") != 4.0 {
		t.Errorf("after the certificate: %d %s", after.status, after.body)
	}
	code := f.batch(0, product, "L1")
	if got := f.do("p0", "POST", "/batches/"+code+"/transitions", map[string]any{"to": "released"}, "If-Match", `"9"`); got.status != 412 {
		t.Errorf("transition with a wrong tag: %d", got.status)
	}
	record := f.must("p0", "POST", "/batches/"+code+"/records", harvest())
	correction := with(harvest(), map[string]any{"batch": code, "reason": "nhầm"})
	f.must("p0", "POST", "/records/"+record.id(t)+"/corrections", correction, "If-Match", record.header.Get("ETag"))
	if got := f.do("p0", "POST", "/records/"+record.id(t)+"/corrections", correction, "If-Match", record.header.Get("ETag")); got.status != 412 {
		t.Errorf("correction with the old tag: %d", got.status)
	}
}

// TestPaging walks a list while others write: each batch that was there before
// is seen once, and Link leads to the next page.
func TestPaging(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	want := map[string]int{}
	for i := range 11 {
		want[f.batch(0, product, fmt.Sprintf("L%d", i))] = 1
	}
	got := map[string]int{}
	pages := 0
	for path := Prefix + "/batches?limit=3&product=" + product; path != ""; pages++ {
		r := f.must("p0", "GET", path, nil)
		for _, item := range r.json(t)["items"].([]any) {
			got[item.(map[string]any)["id"].(string)]++
		}
		f.batch(0, product, fmt.Sprintf("new%d", pages))
		link := r.header.Get("Link")
		path, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
		if (link == "") != (r.get(t, "next") == nil) || link != "" && !strings.HasSuffix(link, `; rel="next"`) {
			t.Errorf("Link %q beside next %v", link, r.get(t, "next"))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 4 {
		t.Errorf("%d pages:\n%s", pages, diff)
	}
}

// TestVouchingForWhatWasSeen confirms a certificate that was changed in the
// meantime, and one without saying which revision was seen.
func TestVouchingForWhatWasSeen(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	declared := f.must("p0", "POST", "/certificates", ocopCertificate(f.ids[0], product))
	path := "/certificates/" + declared.id(t)
	code := f.batch(0, product, "L1")
	record := "/records/" + f.must("p0", "POST", "/batches/"+code+"/records", harvest()).id(t)
	for _, path := range []string{path + "/confirmation", record + "/verification"} {
		for _, headers := range [][]string{nil, {"If-Match", "*"}} {
			for lang, word := range map[string]string{"vi": "phiên bản đã xem", "en": "revision that was seen"} {
				got := f.do("office", "POST", path, nil, append(headers, "Accept-Language", lang)...)
				title, _ := got.get(t, "title").(string)
				if got.status != http.StatusPreconditionRequired || !strings.Contains(title, word) {
					t.Errorf("%s with %v (%s): %d %s", path, headers, lang, got.status, got.body)
				}
			}
		}
	}
	f.must("p0", "PUT", path, ocopCertificate(f.ids[0], product))
	if got := f.do("office", "POST", path+"/confirmation", nil, "If-Match", `"1"`); got.status != 412 {
		t.Errorf("of an older revision: %d %s", got.status, got.body)
	}
	if got := f.do("office", "POST", path+"/confirmation", nil, "If-Match", `"2"`); got.status != 200 {
		t.Errorf("of the latest revision: %d %s", got.status, got.body)
	}
}

// TestRefusedCertificateKeepsNothing sends a certificate with a file twice
// under one key: first with a mistake, then without.
func TestRefusedCertificateKeepsNothing(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	send := func(change func(map[string]any)) reply {
		c := ocopCertificate(f.ids[0], product)
		change(c)
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		body, media := form(t, formPart{name: "certificate", media: "application/json", content: text},
			formPart{name: "file", file: "giay.png", media: "image/png", content: picture(t, 9)})
		return f.do("p0", "POST", "/certificates", body, "Content-Type", media, "Idempotency-Key", "one")
	}
	before := f.documents()
	if got := send(func(c map[string]any) { c["validUntil"] = "2001-01-01" }); got.status != 422 {
		t.Fatalf("a certificate that ends before it begins: %d %s", got.status, got.body)
	}
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("the refused certificate left something behind, -before +after:\n%s", diff)
	}
	if got := send(func(map[string]any) {}); got.status != 201 {
		t.Errorf("corrected, under the same key: %d %s", got.status, got.body)
	}
}

// TestStalePhotoIsNotKept sends a photo for a revision that is gone.
func TestStalePhotoIsNotKept(t *testing.T) {
	f := newFixture(t)
	path := "/products/" + f.product(0) + "/photo"
	before := f.documents()
	body, media := form(t, formPart{"file", "anh.png", "image/png", picture(t, 3)})
	if got := f.do("p0", "PUT", path, body, "Content-Type", media, "If-Match", `"9"`); got.status != http.StatusPreconditionFailed {
		t.Errorf("%d %s", got.status, got.body)
	}
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("something was stored, -before +after:\n%s", diff)
	}
}
