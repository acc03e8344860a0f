package e2e

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the screenshots of the documents")

// A phone and an office screen.
const (
	phoneWidth  = 390
	officeWidth = 1280
)

// browserPatience bounds what one browser does; it is no promise.
const browserPatience = 10 * time.Minute

// browser starts a Chromium.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(tool(t, "chromium")), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("accept-lang", "vi-VN,vi"), chromedp.Flag("lang", "vi-VN"), chromedp.Env("LANGUAGE=vi", "TZ=Asia/Ho_Chi_Minh"),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, browserPatience)
	t.Cleanup(cancel)
	return ctx
}

// open shows a page at a width, without scripts, and returns its text.
func open(t *testing.T, ctx context.Context, url string, width int64) string {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, chromedp.EmulateViewport(width, 844))
	run(t, ctx, chromedp.Navigate(url))
	return run(t, ctx, chromedp.Text("body"))
}

// run lets the browser do something.
func run[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// overflow is by how many pixels the page is wider than its window.
func overflow(t *testing.T, ctx context.Context) int64 {
	t.Helper()
	return run(t, ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth - window.innerWidth`))
}

// TestPrintedStampInBrowser opens the page of a stamp that was read off a
// printed sheet, at the width of a phone, with scripts disabled.
func TestPrintedStampInBrowser(t *testing.T) {
	p, _ := demo(t)
	_, pdf := get(t, p.url+"/demo/tem.pdf")
	path := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(path, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	// The sheet also holds the stamps that the producer tore and voided.
	addresses := scan(t, path)
	good := slices.IndexFunc(addresses, func(address string) bool {
		status, _ := get(t, address)
		return status == http.StatusOK
	})
	if good < 0 {
		t.Fatalf("none of the %d stamps that were read opens a page", len(addresses))
	}
	ctx := browser(t)
	text := open(t, ctx, addresses[good], phoneWidth)
	for what, want := range map[string]string{
		"verdict": "đã xuất xưởng", "stars": "★★★★★", "time line": "Thu hoạch", "tests": "Đạt",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks the %s (%q):\n%s", what, want, text)
		}
	}
	if n := overflow(t, ctx); n > 0 {
		t.Errorf("the page is %d px wider than a phone", n)
	}
}

// TestPagesFit opens the pages that the demonstration names, at both widths.
func TestPagesFit(t *testing.T) {
	p, text := demo(t)
	ctx := browser(t)
	for label, name := range map[string]string{
		"Trang đầu": "start", "Lô đầy đủ": "good", "Lô bị thu hồi": "recalled", "Hết hạn sao": "expired", "Tài liệu API": "docs",
	} {
		path := between(t, text, label, p.url)
		for _, width := range []int64{phoneWidth, officeWidth} {
			shown := open(t, ctx, p.url+path, width)
			if n := overflow(t, ctx); n > 0 {
				t.Errorf("%s is %d px wider than %d px", name, n, width)
			}
			if name != "docs" && !strings.Contains(strings.ToLower(shown), "minh họa") {
				t.Errorf("%s is not marked as demonstration:\n%s", name, shown)
			}
		}
		if *update && (name == "good" || name == "recalled") {
			screenshot(t, ctx, p.url+path, name)
		}
	}
}

// screenshot writes a picture for the README.
func screenshot(t *testing.T, ctx context.Context, url, name string) {
	t.Helper()
	open(t, ctx, url, phoneWidth)
	png := run(t, ctx, chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join("..", "..", "..", "docs", "images", "scan-"+name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
