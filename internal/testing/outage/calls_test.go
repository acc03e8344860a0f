package outage

import (
	"fmt"
	"net/http"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/testing/faulty"
	"temgoc/internal/trace"
)

// A deed is something that a client does with one request, which it repeats
// with the same key until it is told that it is done.
type deed struct {
	name string
	// prepare makes what the deed needs; mark is like no other's.
	prepare func(s *site, mark string) request
	// kept counts what is there of it: documents and revisions.
	kept func(s *site, mark string, done answer) (documents, revisions int)
	// revisions is how many there must be.
	revisions int
}

func deeds() []deed {
	return []deed{
		{"a record is added", func(s *site, mark string) request {
			return request{method: "POST", path: "/api/v1/batches/" + s.batch("R-"+mark, false) + "/records", key: s.producer, json: harvest(mark)}
		}, func(s *site, mark string, _ answer) (int, int) { return s.count(trace.KindRecords, mark) }, 1},
		{"a batch is opened", func(s *site, mark string) request {
			return request{method: "POST", path: "/api/v1/batches", key: s.producer, json: s.batchData("B-" + mark)}
		}, func(s *site, mark string, _ answer) (int, int) { return s.count(trace.KindBatches, "B-"+mark) }, 1},
		{"a batch is released", func(s *site, mark string) request {
			return request{method: "POST", path: "/api/v1/batches/" + s.batch("L-"+mark, false) + "/transitions", key: s.producer, json: object{"to": "released"}}
		}, func(s *site, mark string, _ answer) (int, int) { return s.count(trace.KindBatches, "L-"+mark) }, 2},
		{"stamps are ordered", func(s *site, mark string) request {
			return request{method: "POST", path: "/api/v1/batches/" + s.batch("O-"+mark, true) + "/orders", key: s.producer,
				json: object{"codes": "item", "count": 10, "stock": "tomy-145"}}
		}, func(s *site, _ string, done answer) (int, int) {
			var batch string
			if _, rest, ok := strings.Cut(done.body, `"batch":"`); ok {
				batch, _, _ = strings.Cut(rest, `"`)
			}
			return s.count("orders", batch)
		}, 1},
		{"a file is uploaded", func(s *site, mark string) request {
			return request{method: "POST", path: "/api/v1/files", key: s.producer, file: pdf(mark)}
		}, func(s *site, mark string, _ answer) (int, int) {
			d := trace.DigestOf(pdf(mark))
			if _, err := s.stores.Files.Get(s.t.Context(), d); err != nil {
				s.t.Errorf("the object of a file that was acknowledged: %v", err)
			}
			return s.count(trace.KindFiles, d.String())
		}, 1},
	}
}

// A tally is what came out.
type tally struct {
	mu                           sync.Mutex
	cases, spoiled, refused, yes int
	lost, doubled, different     int
	slowest                      time.Duration
	points                       map[string]int
}

func (y *tally) String() string {
	return fmt.Sprintf("%d cases, %d calls spoiled, %d requests answered 503 and %d well at first, %d lost, %d doubled, %d answered differently when repeated, slowest no %v",
		y.cases, y.spoiled, y.refused, y.yes, y.lost, y.doubled, y.different, y.slowest.Round(10*time.Millisecond))
}

// A point is where a call can be spoiled: the nth of one name on one thing.
type point struct {
	call faulty.Call
	nth  int
}

func (p point) String() string { return fmt.Sprintf("%s %s, no. %d", p.call.Name, p.call.On, p.nth) }

// points does a deed undisturbed and notes the calls that it needs.
func (s *site) points(d deed, mark string) []point {
	s.t.Helper()
	q := d.prepare(s, mark)
	q.once = mark
	s.documents.Record()
	s.files.Record()
	s.must(q)
	times := map[faulty.Call]int{}
	for _, c := range append(s.documents.Calls(), s.files.Calls()...) {
		times[c]++
	}
	var all []point
	for c, n := range times {
		for i := range min(n, 3) {
			all = append(all, point{c, i + 1})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].String() < all[j].String() })
	return all
}

// reads are calls that the clients of the stores repeat by themselves once or
// twice: those are spoiled as often.
func (p point) times() int {
	switch p.call.Name {
	case "find", "getMore":
		return 2
	case "insert", "update", "delete":
		return 1
	}
	return 3 // S3
}

// late is how long slow calls are held back. It is longer than any call is
// waited for.
func late() time.Duration {
	if soak() {
		return 10 * time.Second
	}
	return 4500 * time.Millisecond
}

// try does a deed with one call spoiled, as a client does it: again with the
// same key until it is answered.
func (s *site) try(y *tally, d deed, p point, way faulty.Way, mark, key string) {
	s.t.Helper()
	q := d.prepare(s, mark)
	q.once = key
	proxy := s.documents
	if p.call.On == "object" || p.call.On == "bucket" {
		proxy = s.files
	}
	proxy.Arm(faulty.Fault{Match: func(c faulty.Call) bool { return c == p.call }, Nth: p.nth, Times: p.times(), Way: way, Delay: late()})
	first := s.sent(q)
	spoiled := proxy.Disarm()
	done, slowest := first, waited(first)
	for deadline := time.Now().Add(recovers); done.status >= 300 && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		done = s.sent(q)
		slowest = max(slowest, waited(done))
	}
	proxy.WaitLate()
	again := s.sent(q)
	documents, revisions := d.kept(s, mark, done)

	name := fmt.Sprintf("%s, %v %s", d.name, p, way)
	y.mu.Lock()
	defer y.mu.Unlock()
	y.cases++
	y.spoiled += spoiled
	y.slowest = max(y.slowest, slowest)
	y.points[p.call.Name+" "+p.call.On]++
	switch {
	case first.status == http.StatusServiceUnavailable && first.header.Get("Retry-After") != "":
		y.refused++
	case first.status < 300:
		y.yes++
	default:
		s.t.Errorf("%s: answered %d\n%s", name, first.status, first.body)
	}
	if slowest > told {
		s.t.Errorf("%s: answered after %v", name, slowest)
	}
	if done.status >= 300 {
		s.t.Errorf("%s: not done after %v: %d\n%s", name, recovers, done.status, done.body)
	}
	if again.status != done.status || again.id() != done.id() {
		y.different++
		s.t.Errorf("%s: %d %s, and repeated %d %s", name, done.status, done.id(), again.status, again.id())
	}
	if documents == 0 {
		y.lost++
		s.t.Errorf("%s: nothing is there", name)
	}
	if documents > 1 || revisions > d.revisions {
		y.doubled++
		s.t.Errorf("%s: %d documents with %d revisions are there", name, documents, revisions)
	}
}

// waited is how long a caller waited for a no.
func waited(a answer) time.Duration {
	if a.status < 300 {
		return 0
	}
	return a.took
}

// short tells whether a case is in the short form: what writes, in all ways,
// and the first reads, in those that take no time.
func short(d deed, p point, way faulty.Way) bool {
	if p.nth > 1 || d.name != "a record is added" && d.name != "a file is uploaded" {
		return false
	}
	return p.call.Name == "insert" || p.call.Name == "PUT" || way == faulty.Refuse || way == faulty.Reset
}

// TestSpoiledCalls spoils every call that a request makes, each in four ways.
// Several services share the work, each with stores of its own.
func TestSpoiledCalls(t *testing.T) {
	t.Parallel()
	lanes := 2
	if soak() {
		lanes = 4
	}
	type job struct {
		deed  int
		point point
		way   faulty.Way
	}
	y := &tally{points: map[string]int{}}
	all := deeds()
	var jobs []job
	var sites []*site
	for range lanes {
		sites = append(sites, started(t, distributed(t)))
	}
	for i, d := range all {
		for _, p := range sites[0].points(d, fmt.Sprintf("clean-%d", i)) {
			for _, way := range faulty.Ways() {
				if !soak() && !short(d, p, way) {
					continue
				}
				jobs = append(jobs, job{i, p, way})
			}
		}
	}
	var work sync.WaitGroup
	next := make(chan int)
	for _, s := range sites {
		work.Go(func() {
			for n := range next {
				j := jobs[n]
				s.try(y, all[j.deed], j.point, j.way, fmt.Sprintf("case-%d-end", n), fmt.Sprintf("case-%d", n))
			}
		})
	}
	for n := range jobs {
		next <- n
	}
	close(next)
	work.Wait()
	for _, s := range sites {
		s.audited()
	}
	t.Logf("%v", y)
	for name, n := range y.points {
		t.Logf("  %s: %d", name, n)
	}
	if y.spoiled < len(jobs)/2 {
		t.Errorf("only %d calls were spoiled in %d cases: the test looks elsewhere", y.spoiled, len(jobs))
	}
}

// TestWithoutKey is the control: a client that repeats without a key, after an
// answer that got lost, enters its record twice, and the count shows it.
func TestWithoutKey(t *testing.T) {
	t.Parallel()
	s := started(t, distributed(t))
	d, mark := deeds()[0], "without-a-key"
	q := d.prepare(s, mark)
	s.documents.Arm(faulty.Fault{Match: func(c faulty.Call) bool { return c == faulty.Call{Name: "insert", On: "records"} }, Times: 1, Way: faulty.Lose})
	first := s.sent(q)
	spoiled := s.documents.Disarm()
	second := s.must(q)
	documents, _ := d.kept(s, mark, second)
	if spoiled != 1 || first.status != http.StatusServiceUnavailable || documents != 2 {
		t.Errorf("%d spoiled, answered %d, %d records; the control must show 2", spoiled, first.status, documents)
	}
}
