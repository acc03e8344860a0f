package scan_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

var (
	previewBand = regexp.MustCompile(`<div class=demo role=status>.*?</div>`)
	logLine     = regexp.MustCompile(`<p class=s>✓ [^<]*<a href="/[^"]*/proof[^"]*">[^<]*</a></p>`)
	recordsLink = regexp.MustCompile(`<p><a class=btn href="/[^"]*/records[^"]*">[^<]*</a></p>`)
)

// TestPreview shows an open batch to its producer as it will be, and to nobody
// else.
func TestPreview(t *testing.T) {
	w := newWorld(t)
	code := w.addBatch("L-PREVIEW").ID
	w.journey(code)
	mine := w.asProducer().By
	preview := func(by trace.Actor, lang string) (string, string) {
		t.Helper()
		body, policy, err := w.pages.Preview(w.Context(), by, code, lang, "/console/lo/"+code)
		w.must(err)
		return string(body), policy
	}
	before, policy := preview(mine, "vi")
	contains(t, before, "Bản xem trước: lô chưa xuất xưởng", `href="/console/lo/`+code, "đã xuất xưởng", "L-PREVIEW", "Thu hoạch")
	if style := regexp.MustCompile(`'sha256-[^']+'`).FindString(policy); style == "" || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	english, _ := preview(mine, "en")
	contains(t, english, "Preview: the batch is not released")

	for name, by := range map[string]trace.Actor{
		"public": {}, "another producer": {ID: "x", Role: trace.ProducerRole, Producer: "other"}, "laboratory": {ID: "l", Role: trace.Laboratory, Organisation: "L"},
	} {
		if body, _, err := w.pages.Preview(w.Context(), by, code, "vi", "/"); !errors.Is(err, trace.ErrNotFound) || body != nil {
			t.Errorf("%s sees a preview: %v", name, err)
		}
	}
	if public := w.get("/" + code); public.Code != http.StatusNotFound || strings.Contains(public.Body.String(), "L-PREVIEW") {
		t.Errorf("the public is told of an open batch: %d", public.Code)
	}

	w.move(w.asProducer(), code, trace.BatchReleased, "")
	w.poll()
	views, err := w.pages.Views(w.Context(), code)
	w.must(err)
	after, _ := preview(mine, "vi")
	if again, err := w.pages.Views(w.Context(), code); err != nil || again != views {
		t.Errorf("a preview is counted: %+v, before %+v, %v", again, views, err)
	}
	contains(t, after, "người mua đang thấy trang như thế này")
	public := w.get("/" + code).Body.String()
	if diff := cmp.Diff(logLine.ReplaceAllString(recordsLink.ReplaceAllString(public, ""), ""), previewBand.ReplaceAllString(after, "")); diff != "" {
		t.Errorf("shoppers see another page (-public +preview):\n%s", diff)
	}
}

// TestPreviewOfAVoidedCode shows what shoppers see of it.
func TestPreviewOfAVoidedCode(t *testing.T) {
	w := newWorld(t)
	code := w.released("L-VOID")
	_, err := w.ledger.VoidCodes(w.Context(), w.asProducer(), trace.Void{Batch: code, Whole: true, Reason: "in nhầm"})
	w.must(err)
	body, _, err := w.pages.Preview(w.Context(), w.asProducer().By, code, "vi", "/console")
	w.must(err)
	contains(t, string(body), "in nhầm", "Bản xem trước")
}
