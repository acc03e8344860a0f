package limit

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/trace"
)

// a stillClock stands until it is moved.
type stillClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *stillClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *stillClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func newClock() *stillClock {
	return &stillClock{t: time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)}
}

func newLimits(t testing.TB, c Config) *Limits {
	t.Helper()
	l, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var somewhere = httptest.NewRequest(http.MethodGet, "/", nil)

func (l *Limits) client(addr string) Who { return l.Who(somewhere, addr) }

func admitted(l *Limits, n Name, client string, times int) (got int) {
	for range times {
		if l.Admit(n, l.client(client)) == nil {
			got++
		}
	}
	return got
}

// TestEveryRule uses up each row of the table, and waits as long as it says.
func TestEveryRule(t *testing.T) {
	seen := map[Name]bool{}
	for _, r := range Rules() {
		if seen[r.Name] || r.What == "" || r.Each.Burst > 0 && r.Kept < shards {
			t.Errorf("row %+v is doubled or incomplete", r)
		}
		seen[r.Name] = true
		if r.Each.Burst == 0 {
			continue
		}
		t.Run(string(r.Name), func(t *testing.T) {
			clock := newClock()
			l := newLimits(t, Config{Now: clock.now})
			if got := admitted(l, r.Name, "192.0.2.1", r.Each.Burst+5); got != r.Each.Burst {
				t.Errorf("admitted %d times at once, want %d", got, r.Each.Burst)
			}
			err := l.Admit(r.Name, l.client("192.0.2.1"))
			throttled, ok := errors.AsType[*trace.Throttled](err)
			if !ok || throttled.After != r.Each.Every || !errors.Is(err, trace.ErrTooMany) {
				t.Errorf("once more: %v, want to wait %v", err, r.Each.Every)
			}
			clock.advance(r.Each.Every - time.Millisecond)
			if got := admitted(l, r.Name, "192.0.2.1", 1); got != 0 {
				t.Error("admitted again too early")
			}
			clock.advance(time.Millisecond)
			if got := admitted(l, r.Name, "192.0.2.1", 5); got != 1 {
				t.Errorf("after that time admitted %d times, want 1: a refusal must not cost a turn", got)
			}
			if got := admitted(l, r.Name, "192.0.2.2", 1); got != 1 {
				t.Error("one client's flood keeps out another")
			}
			clock.advance(time.Duration(r.Each.Burst) * r.Each.Every * 2)
			if got := admitted(l, r.Name, "192.0.2.1", 2*r.Each.Burst); got != r.Each.Burst {
				t.Errorf("after a long pause admitted %d times, want %d", got, r.Each.Burst)
			}
		})
	}
}

// TestAllTogether floods from everywhere.
func TestAllTogether(t *testing.T) {
	clock := newClock()
	l := newLimits(t, Config{Now: clock.now})
	rule, got := RuleOf(Reports), 0
	for i := range 3 * rule.All.Burst {
		got += admitted(l, Reports, fmt.Sprintf("198.51.100.%d", i), 1)
	}
	if got != rule.All.Burst {
		t.Errorf("all are admitted %d times at once, want %d", got, rule.All.Burst)
	}
	clock.advance(3 * rule.All.Every)
	for i := range 10 {
		got += admitted(l, Reports, fmt.Sprintf("203.0.113.%d", i), 1)
	}
	if got != rule.All.Burst+3 {
		t.Errorf("later %d more are admitted, want 3", got-rule.All.Burst)
	}
	probes := 0
	for range 1000 {
		if l.Allow(Probes) {
			probes++
		}
	}
	if want := RuleOf(Probes).All.Burst; probes != want {
		t.Errorf("%d probes at once, want %d", probes, want)
	}
}

// TestChargedLater counts what turns out only afterwards.
func TestChargedLater(t *testing.T) {
	clock := newClock()
	l := newLimits(t, Config{Now: clock.now})
	who := l.Person(l.client("192.0.2.1"), "nguoi-1")
	if err := l.Check(Uploads, who); err != nil || l.rules[Uploads].len() != 0 {
		t.Errorf("a check: %v, and %d buckets", err, l.rules[Uploads].len())
	}
	l.Charge(Uploads, who, 59)
	if err := l.Check(Uploads, who); err != nil {
		t.Errorf("after 59: %v", err)
	}
	l.Charge(Uploads, who, 6)
	throttled, ok := errors.AsType[*trace.Throttled](l.Check(Uploads, who))
	if !ok || throttled.After != time.Minute {
		t.Errorf("after 65: %v, want to wait a minute", throttled)
	}
	if err := l.Check(Uploads, l.Person(l.client("192.0.2.1"), "nguoi-2")); err != nil {
		t.Errorf("somebody else at the same address: %v", err)
	}
}

// TestMemoryIsBounded comes from more addresses than are kept.
func TestMemoryIsBounded(t *testing.T) {
	l := newLimits(t, Config{Now: newClock().now})
	before := heap()
	for i := range 2 * many {
		addr := netip.AddrFrom16([16]byte{0: 0x20, 1: 1, 4: byte(i >> 16), 5: byte(i >> 8), 6: byte(i)})
		if err := l.Admit(Scans, l.client(addr.String())); err != nil {
			t.Fatal(err)
		}
	}
	if n := l.rules[Scans].len(); n > many || n < many*9/10 {
		t.Errorf("%d buckets are kept, want about %d and no more", n, many)
	}
	each := (heap() - before) / many
	runtime.KeepAlive(l)
	t.Logf("a bucket takes %d bytes", each)
	if each < 50 || each > 400 {
		t.Errorf("a bucket takes %d bytes, not about 200", each)
	}
	kept := 0
	for _, r := range Rules() {
		kept += r.Kept
	}
	if kept > 600_000 {
		t.Errorf("the table may keep %d buckets, more than the package says", kept)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMisses floods with codes that were never issued: the client is refused, then
// all are slowed down, and it is said once.
func TestMisses(t *testing.T) {
	clock := newClock()
	var log strings.Builder
	var slept time.Duration
	metrics := prometheus.NewRegistry()
	l := newLimits(t, Config{
		Now: clock.now, Metrics: metrics, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Sleep: func(_ context.Context, d time.Duration) { slept += d },
	})
	refused := 0
	for range 40 {
		if l.Miss(t.Context(), l.client("192.0.2.1")) != nil {
			refused++
		}
	}
	if refused != 10 || slept != 0 || l.Unusual() {
		t.Errorf("40 misses of one client: %d refused, slept %v, alarm %v; want 10, no sleep, none", refused, slept, l.Unusual())
	}
	if got := admitted(l, Scans, "192.0.2.1", 600); got != 600 {
		t.Errorf("after that its neighbours scan %d codes that exist, want 600", got)
	}
	for i := range 30 { // 20 of them are too many
		if err := l.Miss(t.Context(), l.client(fmt.Sprintf("198.51.100.%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if slept != 20*MissDelay || !l.Unusual() {
		t.Errorf("slept %v, alarm %v; want %v and an alarm", slept, l.Unusual(), 20*MissDelay)
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "misses=51") {
		t.Errorf("the log says:\n%s", log.String())
	}
	if got := gathered(t, metrics); got["temgoc_misses_total"] != 70 || got["temgoc_misses_unusual"] != 1 {
		t.Errorf("metrics: %v", got)
	}
	clock.advance(2 * time.Minute)
	if l.Unusual() {
		t.Error("the alarm does not end")
	}
	for i := range 60 {
		_ = l.Miss(t.Context(), l.client(fmt.Sprintf("203.0.113.%d", i)))
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("a second flood is not said:\n%s", log.String())
	}
}

// TestFewWait holds back only so many at once.
func TestFewWait(t *testing.T) {
	clock := newClock()
	var asleep sync.WaitGroup
	wake := make(chan struct{})
	l := newLimits(t, Config{Now: clock.now, Sleep: func(context.Context, time.Duration) {
		asleep.Done()
		<-wake
	}})
	for i := range RuleOf(Misses).All.Burst {
		if err := l.Miss(t.Context(), l.client(fmt.Sprintf("198.51.100.%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	var group sync.WaitGroup
	asleep.Add(maxWaiting)
	for i := range maxWaiting {
		group.Go(func() {
			if err := l.Miss(t.Context(), l.client(fmt.Sprintf("10.0.%d.%d", i>>8, i&255))); err != nil {
				t.Error(err)
			}
		})
	}
	asleep.Wait()
	if err := l.Miss(t.Context(), l.client("203.0.113.1")); !errors.Is(err, trace.ErrTooMany) {
		t.Errorf("one more: %v, want to be refused at once", err)
	}
	close(wake)
	group.Wait()
	if n := len(l.misses.waiting); n != 0 {
		t.Errorf("%d slots are lost", n)
	}
}

// TestFree asks from an address that is not limited.
func TestFree(t *testing.T) {
	l := newLimits(t, Config{Now: newClock().now, Free: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	for _, tt := range []struct {
		remote, client, forwarded string
		free                      bool
	}{
		{"127.0.0.1:4000", "127.0.0.1", "", true},
		{"[::1]:4000", "::1", "", true},
		{"[::ffff:127.0.0.1]:4000", "127.0.0.1", "", true},
		{"127.0.0.1:4000", "198.51.100.1", "198.51.100.1", false}, // a proxy that is trusted
		{"127.0.0.1:4000", "127.0.0.1", "198.51.100.1", false},    // one that is not
		{"127.0.0.1:4000", "127.0.0.1", "127.0.0.1", false},
		{"192.0.2.1:4000", "192.0.2.1", "", false},
		{"192.0.2.1:4000", "127.0.0.1", "127.0.0.1", false}, // forged
		{"@", "", "", false},                                // a socket without an address
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.remote
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := l.Who(r, tt.client); got.free != tt.free || l.Person(got, "x").free != tt.free {
			t.Errorf("%+v: free is %v", tt, got.free)
		}
	}
	var none *Limits
	if who := none.Who(somewhere, "192.0.2.1"); none.Admit(Scans, who) != nil || none.Check(Scans, who) != nil || none.Miss(t.Context(), who) != nil || !none.Allow(Probes) {
		t.Error("no limits refuse something")
	}
}

func TestClientKey(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
		{"", "unix", true},
		{"", "0.0.0.0", false},
	} {
		if got := clientKey(tt.a) == clientKey(tt.b); got != tt.same {
			t.Errorf("%q and %q are one client: %v, want %v", tt.a, tt.b, got, tt.same)
		}
	}
}

// gathered are the values of metrics, by name and label.
func gathered(t *testing.T, metrics *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return got
}

// TestMetrics counts refusals, those of the accounts too.
func TestMetrics(t *testing.T) {
	metrics := prometheus.NewRegistry()
	l := newLimits(t, Config{Now: newClock().now, Metrics: metrics})
	l.WatchSignIns(func() int64 { return 7 })
	admitted(l, Scans, "192.0.2.1", 603)
	got := gathered(t, metrics)
	if got["temgoc_limited_total scans"] != 3 || got["temgoc_limited_total sign-ins"] != 7 || got["temgoc_limited_total misses"] != 0 || got["temgoc_limit_buckets scans"] != 1 {
		t.Errorf("metrics: %v", got)
	}
	for _, r := range Rules() {
		if _, ok := got["temgoc_limited_total "+string(r.Name)]; !ok {
			t.Errorf("nothing is measured of %s", r.Name)
		}
	}
	if _, err := New(Config{Metrics: metrics}); err == nil {
		t.Error("metrics are registered twice")
	}
}

// BenchmarkAdmit takes from buckets of many clients, from all cores.
func BenchmarkAdmit(b *testing.B) {
	l := newLimits(b, Config{})
	who := make([]Who, 1<<16)
	for i := range who {
		who[i] = l.client(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			_ = l.Admit(Scans, who[i&(1<<16-1)])
		}
	})
}

// TestDocumentIsTheTable holds docs/limits.md against the table; -update writes it.
func TestDocumentIsTheTable(t *testing.T) {
	const path = "../../../docs/limits.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| limit | counted for | each | all together | what |\n|---|---|---|---|---|\n")
	for _, r := range Rules() {
		fmt.Fprintf(&want, "| `%s` | %s | %s | %s | %s |\n", r.Name, r.By, r.Each, r.All, r.What)
	}
	before, rest, _ := strings.Cut(string(text), "| limit |")
	_, after, found := strings.Cut(rest, "\n\n")
	if !found {
		before, after, _ = strings.Cut(string(text), "TABLE\n\n")
	}
	whole := before + want.String() + "\n" + after
	if *update {
		if err := os.WriteFile(path, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if whole != string(text) {
		t.Errorf("%s does not have the table; write it with go test ./internal/web/limit -run Document -update", path)
	}
}

var update = flag.Bool("update", false, "write docs/limits.md")
