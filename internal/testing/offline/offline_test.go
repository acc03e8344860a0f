// Package offline enters the diary in a real browser whose connection fails in
// every way it can, and counts what the ledger got: exactly one record.
package offline

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/gin-gonic/gin"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/console"
	"temgoc/internal/web/desk"
)

// patience bounds waiting for something that must happen; it is no promise.
const patience = 60 * time.Second

// A phone is somebody at a browser with scripts, signed in as a producer, whose
// requests come through a line that can be cut.
type phone struct {
	*desktest.World
	t    *testing.T
	url  string
	code string
	// tab is the open tab, browser what outlives it.
	tab, browser context.Context
	closeTab     context.CancelFunc
	// swallow lets the next form through and loses the answer to it.
	swallow atomic.Bool
	posts   atomic.Int32
}

func newPhone(t *testing.T) *phone {
	t.Helper()
	p := &phone{World: desktest.New(t), t: t}
	c, err := console.New(console.Config{Config: desk.Config{People: p.People, Ledger: p.Ledger, Now: p.Now}, Keys: p.Keys, Book: p.Book})
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseRawPath, engine.UnescapePathValues = true, false
	if _, err := c.Register(engine); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.line(engine))
	t.Cleanup(server.Close)
	p.url = server.URL
	p.code = p.batch()
	p.start()
	p.signIn()
	return p
}

// line passes requests on, and loses answers on demand.
func (p *phone) line(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			p.posts.Add(1)
			if p.swallow.CompareAndSwap(true, false) {
				next.ServeHTTP(httptest.NewRecorder(), r)
				p.hangUp(w)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// hangUp ends the connection in the middle of an answer. Without the first bytes
// of one, Chromium would send the request again by itself.
func (p *phone) hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		p.t.Error(err)
		return
	}
	_, _ = conn.Write([]byte("HTTP/1.1 204 No Cont")) // whoever it goes to
	conn.Close()
}

func (p *phone) batch() string {
	p.t.Helper()
	ctx := p.t.Context()
	product, err := p.Ledger.CreateProduct(ctx, p.As("producer"), trace.Product{Producer: p.Mine, Name: catalog.Name{VI: "Chè Shan tuyết"}, Set: 11})
	if err != nil {
		p.t.Fatal(err)
	}
	lot, err := gs1.ParseLotNumber("L1")
	if err != nil {
		p.t.Fatal(err)
	}
	b, err := p.Ledger.CreateBatch(ctx, p.As("producer"), trace.BatchData{
		Product: product.ID, Lot: lot, Quantity: trace.Quantity{Value: "1", Unit: "KGM"}, Production: trace.DateOf(p.Now()),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return b.ID
}

func (p *phone) start() {
	p.t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
		p.t.Fatal("chromium is not installed; make install does")
	}
	if err != nil {
		p.t.Skip("chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(p.t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", "vi-VN,vi"), chromedp.WindowSize(390, 844),
	)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	p.t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	p.t.Cleanup(stop)
	var closeBrowser context.CancelFunc
	p.browser, closeBrowser = chromedp.NewContext(ctx)
	p.t.Cleanup(closeBrowser)
	do(p, chromedp.Navigate("about:blank"), p.browser)
	p.open()
}

// open opens a tab.
func (p *phone) open() { p.tab, p.closeTab = chromedp.NewContext(p.browser) }

// signIn gives the browser the session of the producer.
func (p *phone) signIn() {
	p.t.Helper()
	c := p.Session("producer")
	if _, err := chromedp.Call(p.tab, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: p.url}); err != nil {
		p.t.Fatal(err)
	}
}

// do lets the tab, or another context, do something.
func do[T any](p *phone, a chromedp.Action[T], in ...context.Context) T {
	p.t.Helper()
	ctx := p.tab
	if len(in) > 0 {
		ctx = in[0]
	}
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

// goTo opens a page of the batch, and waits until its script is at work.
func (p *phone) goTo(path string) {
	p.t.Helper()
	do(p, chromedp.Navigate(p.url+desk.Prefix+"/lo/"+p.code+path))
}

// online takes the connection away and gives it back.
func (p *phone) online(on bool) {
	p.t.Helper()
	_, err := chromedp.Call(p.tab, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: !on}},
	})
	if err == nil {
		_, err = chromedp.Call(p.tab, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// see waits until the page, or the one after it, says something.
func (p *phone) see(text string) {
	p.t.Helper()
	var err error
	for range 3 { // a page that goes away takes its wait along
		_, err = chromedp.Run(p.tab, chromedp.PollFunction[bool](`(text) => document.body.innerText.includes(text)`,
			chromedp.WithPollingArgs(text), chromedp.WithPollingTimeout(patience/4)))
		if err == nil {
			return
		}
	}
	shown, _ := chromedp.Run(p.tab, chromedp.Evaluate[string](`document.body.innerText`))
	p.t.Fatalf("the page never says %q: %v\n%s", text, err, shown)
}

// harvest types a harvest.
func (p *phone) harvest() {
	p.t.Helper()
	p.goTo("/ghi/harvest")
	p.ready()
	do(p, chromedp.SendKeys(`[name="harvest.plot"]`, "Đồi 3"))
	do(p, chromedp.SendKeys(`[name="harvest.quantity.value"]`, "48,5"))
}

// ready waits until the script has taken charge of the form.
func (p *phone) ready() {
	p.t.Helper()
	do(p, chromedp.Poll[bool](`document.querySelector("form[data-draft]")?.dataset.kept === "1"`))
}

func (p *phone) save() {
	p.t.Helper()
	do(p, chromedp.Click(`form[data-draft] button:not([type])`))
}

// photograph is a picture as a phone takes it: more than a weak connection
// should carry.
func (p *phone) photograph() string {
	p.t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 2000, 1500))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(rand.Uint32())
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.t.TempDir(), "IMG_0001.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// one fails unless the batch has exactly one record, and returns it.
func (p *phone) one() trace.Record {
	p.t.Helper()
	list, err := p.Ledger.Records(p.t.Context(), p.Actor("producer"), p.code, trace.Paging{})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(list.Items) != 1 {
		p.t.Fatalf("there are %d records, want 1", len(list.Items))
	}
	return list.Items[0].Data
}

func (p *phone) none() {
	p.t.Helper()
	list, err := p.Ledger.Records(p.t.Context(), p.Actor("producer"), p.code, trace.Paging{})
	if err != nil || len(list.Items) != 0 {
		p.t.Fatalf("%d records too early: %v", len(list.Items), err)
	}
}

// TestEntryWithoutConnection cuts the network in the middle of an entry, closes
// the tab and comes back.
func TestEntryWithoutConnection(t *testing.T) {
	p := newPhone(t)
	p.harvest()
	do(p, chromedp.SetUploadFiles(`[name="photo"]`, []string{p.photograph()}))
	do(p, chromedp.WaitVisible(".shots img"))
	p.online(false)
	p.save()
	p.see("Chưa có mạng nên chưa gửi được")
	p.see("Chưa gửi: Thu hoạch · lô L1")
	p.none()
	p.closeTab()
	p.open()
	p.goTo("")
	p.see("Đã gửi: Thu hoạch · lô L1")
	r := p.one()
	if r.Harvest.Quantity.Value != "48.5" || len(r.Files) != 1 {
		t.Errorf("recorded %+v", r)
	}
	p.goTo("")
	p.see("48,5 kg")
	if shown := do(p, chromedp.Evaluate[string](`document.getElementById("outbox").innerText`)); shown != "" {
		t.Errorf("later the bar still says %q", shown)
	}
}

// TestAnswerLost lets the form reach the server and loses the answer: it is
// sent again, and recorded once.
func TestAnswerLost(t *testing.T) {
	p := newPhone(t)
	p.harvest()
	p.swallow.Store(true)
	p.save()
	p.see("Đã giữ trên máy này")
	p.one()
	do(p, chromedp.Click(`//button[.="Gửi lại ngay"]`))
	p.see("Đã ghi thu hoạch")
	p.one()
	if n := p.posts.Load(); n != 2 {
		t.Errorf("the form was sent %d times", n)
	}
}

// TestSignalReturns waits on the page for the connection.
func TestSignalReturns(t *testing.T) {
	p := newPhone(t)
	p.harvest()
	p.online(false)
	p.save()
	p.see("Chưa có mạng nên chưa gửi được")
	p.online(true)
	p.see("Đã ghi thu hoạch")
	p.one()
}

// TestDraft closes the tab before the entry is sent, and finds all of it again.
func TestDraft(t *testing.T) {
	p := newPhone(t)
	p.harvest()
	do(p, chromedp.SetUploadFiles(`[name="photo"]`, []string{p.photograph()}))
	do(p, chromedp.WaitVisible(".shots img"))
	do(p, chromedp.Poll[bool](`Object.values(localStorage).some((v) => v.includes("48,5"))`))
	p.closeTab()
	p.open()
	p.goTo("/ghi/harvest")
	p.see("Đã điền lại phần bạn gõ dở")
	do(p, chromedp.WaitVisible(".shots img"))
	p.none()
	p.save()
	p.see("Đã ghi thu hoạch")
	if r := p.one(); r.Harvest.Plot != "Đồi 3" || len(r.Files) != 1 {
		t.Errorf("recorded %+v", r)
	}
	p.goTo("/ghi/harvest")
	p.ready()
	if shown := do(p, chromedp.Text("main")); strings.Contains(shown, "gõ dở") {
		t.Errorf("what was sent is a draft still:\n%s", shown)
	}
}

// TestRefusedComesBack sends what the server refuses: the form is there again,
// as it was typed and with its photo.
func TestRefusedComesBack(t *testing.T) {
	p := newPhone(t)
	p.goTo("/ghi/harvest")
	p.ready()
	do(p, chromedp.SetUploadFiles(`[name="photo"]`, []string{p.photograph()}))
	do(p, chromedp.WaitVisible(".shots img"))
	do(p, chromedp.SendKeys(`[name="harvest.plot"]`, "Đồi 3"))
	p.save()
	p.see("Chưa lưu được, hãy xem lại")
	if plot := do(p, chromedp.Value(`[name="harvest.plot"]`)); plot != "Đồi 3" {
		t.Errorf("what was typed is gone: %q", plot)
	}
	do(p, chromedp.SendKeys(`[name="harvest.quantity.value"]`, "48,5"))
	p.save()
	p.see("Đã ghi thu hoạch")
	if r := p.one(); len(r.Files) != 1 {
		t.Errorf("recorded %+v", r)
	}
}

// TestSessionEnded sends after the session ended: it is kept until the same
// person is back.
func TestSessionEnded(t *testing.T) {
	p := newPhone(t)
	p.harvest()
	if _, err := chromedp.Call(p.tab, network.DeleteCookies, network.DeleteCookiesParams{Name: "temgoc-session", URL: p.url}); err != nil {
		t.Fatal(err)
	}
	p.save()
	p.see("Phiên làm việc đã hết")
	p.none()
	do(p, chromedp.Click(`//a[.="Đăng nhập lại để gửi"]`))
	p.see("Máy này còn 1 mục chưa gửi")
	p.signIn()
	p.goTo("")
	p.see("Đã gửi: Thu hoạch · lô L1")
	p.one()
}
