package inspection

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
)

// TestHold puts a batch on hold and lifts it, by whoever may.
func TestHold(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	address := "/console/ho-so/" + code
	b := w.Browser("inspector")
	form := b.Get(b.Get(address).Link(t, "Tạm dừng lưu hành")).Want(t, http.StatusOK, "Một người quyết định là đủ")
	refused := b.Submit(form, "", url.Values{"reason": {" "}}).Want(t, http.StatusUnprocessableEntity, "bắt buộc phải có")
	if !refused.Blames("reason") {
		t.Error("the reason is not blamed")
	}
	b.Submit(refused, "", url.Values{"reason": {"nghi nhiễm chì"}}).Want(t, http.StatusOK, "Lô đang tạm dừng lưu hành", "nghi nhiễm chì", desktest.InspectorName)
	if got := w.state(code); got.State != trace.BatchHeld || got.StateOrg != desktest.InspectorName {
		t.Fatalf("the batch is %+v", got)
	}
	b.Get(address+"/tam-dung").Want(t, http.StatusOK, "tạm dừng lưu hành")

	office := w.Browser("office")
	if got := office.Get(address).Links("Cho lưu hành trở lại"); len(got) > 0 {
		t.Error("the office is offered to lift the inspector's hold")
	}
	office.Get(address+"/luu-hanh").Want(t, http.StatusOK, "chỉ cơ quan đó mới được cho lưu hành lại")
	if got := office.Post(address+"/luu-hanh", url.Values{"_key": {"k"}}); got.Status != http.StatusForbidden {
		t.Errorf("the office lifts the inspector's hold: %d", got.Status)
	}
	colleague := w.Browser("inspector2")
	colleague.Submit(colleague.Get(colleague.Get(address).Link(t, "Cho lưu hành trở lại")), address+"/luu-hanh", nil)
	if got := w.state(code).State; got != trace.BatchReleased {
		t.Errorf("the batch is %s", got)
	}
	for _, who := range []string{"certifier", "producer", "laboratory", "administrator"} {
		if got := w.Browser(who).Post(address+"/tam-dung", url.Values{"reason": {"x"}}); got.Status != http.StatusForbidden {
			t.Errorf("%s holds: %d", who, got.Status)
		}
	}
}

// TestHoldSeen refuses to lift a hold that somebody changed meanwhile.
func TestHoldSeen(t *testing.T) {
	w := newWorld(t)
	code := w.released("producer", w.product)
	w.move("inspector", code, trace.BatchHeld)
	b := w.Browser("inspector")
	address := "/console/ho-so/" + code + "/luu-hanh"
	seen := b.Get(address)
	w.move("inspector2", code, trace.BatchReleased)
	w.move("inspector2", code, trace.BatchHeld)
	again := b.Submit(seen, address, nil).Want(t, http.StatusPreconditionFailed)
	b.Submit(again, address, nil)
	if got := w.state(code).State; got != trace.BatchReleased {
		t.Errorf("the batch is %s", got)
	}
}

// pages serves the public pages of a world beside its desk, from a cache that is
// polled by hand.
func (w *world) pages() *scan.Cache {
	w.T.Helper()
	cache, err := scan.NewCache(scan.CacheConfig{Store: w.Store, Loader: w.Ledger, Orders: w.Book, Keys: w.Ring, Now: w.Now})
	ok(w.T, cache, err)
	pages, err := scan.New(scan.Config{Ledger: w.Ledger, Cache: cache, Counter: w.views, Now: w.Now})
	ok(w.T, pages, err)
	engine := gin.New()
	pages.Register(engine)
	desks := w.Handler
	w.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, desk.Prefix) {
			desks.ServeHTTP(rw, r)
			return
		}
		engine.ServeHTTP(rw, r)
	})
	return cache
}

// pollEvery is how often a service polls its cache: see scan.Cache.Run.
const pollEvery = 2 * time.Second
