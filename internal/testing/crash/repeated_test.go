//go:build linux

package crash

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestRepeated sends one request a thousand times at once, with one
// Idempotency-Key, to a service, and 60 or 200 times to two replicas, which are
// over a FerretDB that takes one message at a time: one record is made, and all
// answers are the same. Another request with the key is refused. The control sends
// the request without a key, which makes a record each time.
func TestRepeated(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { repeating(t, Embedded(t, ""), 1, 1000) })
	t.Run("mongodb and s3", func(t *testing.T) { repeating(t, Distributed(t), 2, times(60, 200)) })
}

func repeating(t *testing.T, s Stores, replicas, n int) {
	var urls []string
	for range replicas {
		public := ""
		if len(urls) > 0 {
			public = urls[0]
		}
		service := NewService(t, s, public)
		if err := service.Start(); err != nil {
			t.Fatal(err)
		}
		urls = append(urls, service.URL)
	}
	m := NewMaker(t, s, urls...)
	m.tell(t, 1, 1)
	batch := m.Stories()[0].Batch
	record := func(plot string) object {
		return object{"kind": "harvest", "happened": time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC),
			"harvest": object{"plot": plot, "quantity": object{"value": "480", "unit": "KGM"}}}
	}
	path := "/batches/" + batch + "/records"
	for what, request := range map[string]Request{
		"records": JSON(http.MethodPost, path, "same-record", record("Đồi 1")),
		"orders":  JSON(http.MethodPost, "/batches/"+batch+"/orders", "same-order", object{"codes": "item", "count": perStory, "stock": "tomy-145"}),
	} {
		before := m.count(t, batch, what)
		answers := m.atOnce(t, n, request)
		if made := m.count(t, batch, what) - before; made != 1 || len(answers) != 1 {
			t.Errorf("%d identical requests made %d %s, with %d different answers: %.1000v", n, made, what, len(answers), answers)
		}
	}
	t.Logf("%d identical requests for a record, and for an order: one each, %d equal answers", n, n)
	a, err := m.Send(t.Context(), 0, JSON(http.MethodPost, path, "same-record", record("Đồi 2")))
	if err != nil || a.Status != http.StatusUnprocessableEntity {
		t.Errorf("another request with the key: %v, %+v", err, a)
	}
	const control = 20
	before := m.count(t, batch, "records")
	m.atOnce(t, control, JSON(http.MethodPost, path, "", record("Đồi 3")))
	if made := m.count(t, batch, "records") - before; made != control {
		t.Errorf("%d requests without a key made %d records", control, made)
	}
}

// atOnce sends a request so often at once, spread over the replicas, and counts
// the different answers; all must be acknowledgements, after repetition where a
// replica answers 503.
func (m *Maker) atOnce(t *testing.T, n int, r Request) map[string]int {
	t.Helper()
	var (
		group   sync.WaitGroup
		mu      sync.Mutex
		answers = map[string]int{}
		began   = make(chan struct{})
		again   atomic.Int64
		start   = time.Now()
	)
	for i := range n {
		group.Go(func() {
			<-began
			a, err := m.Send(t.Context(), i, r)
			for err == nil && r.Key != "" && a.Status == http.StatusServiceUnavailable && time.Since(start) < patience {
				time.Sleep(100 * time.Millisecond)
				again.Add(1)
				a, err = m.Send(t.Context(), i, r)
			}
			text := fmt.Sprint(err)
			if err == nil {
				text = fmt.Sprint(a.Status, " ", a.Header.Get("Location"), " ", string(a.Body))
			}
			mu.Lock()
			defer mu.Unlock()
			answers[text]++
		})
	}
	close(began)
	group.Wait()
	if n := again.Load(); n > 0 {
		t.Logf("%d answers were 503 and repeated: the servers of the test are slow", n)
	}
	for text, times := range answers {
		if !strings.HasPrefix(text, "201 ") {
			t.Errorf("%d requests were answered with %.300s", times, text)
		}
	}
	return answers
}

// count counts the records or orders of a batch.
func (m *Maker) count(t *testing.T, batch, what string) int {
	t.Helper()
	all, err := m.list(t.Context(), "/batches/"+batch+"/"+what+"?limit=100")
	if err != nil {
		t.Fatal(err)
	}
	return len(all.Items)
}
