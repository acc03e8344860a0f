package sighting_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/mongo"
)

// tail is the probability that a Poisson variable of a mean reaches n.
func tail(mean float64, n int) float64 {
	below, term := 0.0, math.Exp(-mean)
	for i := range n {
		below += term
		term *= mean / float64(i+1)
	}
	return 1 - below
}

// TestThresholds computes what the thresholds mean: how often a genuine stamp
// reaches one by itself, and how many copies of one stamp reach it with 95 %.
func TestThresholds(t *testing.T) {
	for _, tt := range []struct {
		threshold int
		mean      float64
		want      float64
	}{
		{sighting.Amber, 1, 3.7e-3}, {sighting.Amber, 2, 5.3e-2}, {sighting.Amber, 3, 0.19},
		{sighting.Red, 1, 1.1e-7}, {sighting.Red, 2, 4.6e-5}, {sighting.Red, 3, 1.1e-3},
	} {
		if got := tail(tt.mean, tt.threshold); math.Abs(got/tt.want-1) > 0.05 {
			t.Errorf("a stamp that %v browsers look at reaches %d with %.2g, want %.2g", tt.mean, tt.threshold, got, tt.want)
		}
	}
	for _, tt := range []struct {
		threshold int
		rate      float64
		want      int
	}{{sighting.Amber, 0.05, 184}, {sighting.Amber, 0.2, 46}, {sighting.Red, 0.05, 316}, {sighting.Red, 0.2, 79}} {
		copies := 1
		for tail(float64(copies)*tt.rate, tt.threshold) < 0.95 {
			copies++
		}
		if copies < tt.want-2 || copies > tt.want+2 {
			t.Errorf("%d copies, of which %v are scanned, reach %d with 95 %%, want %d", copies, tt.rate, tt.threshold, tt.want)
		}
	}
}

// TestLevels counts browsers: the same one once, and no more are stored than the
// red threshold needs.
func TestLevels(t *testing.T) {
	w := newWorld(t)
	r, _ := w.stamp(1)
	all := browsers(14)
	for _, tt := range []struct {
		seen   []string
		want   sighting.Sign
		stored int
	}{
		{all[:1], "", 1},
		{all[:1], "", 1}, // again
		{all[:4], "", 4},
		{all[4:5], sighting.SignAmber, 5},
		{all[:5], sighting.SignAmber, 5},
		{all[5:9], sighting.SignAmber, 9},
		{all[9:10], sighting.SignRed, 10},
		{all[10:], sighting.SignRed, 10}, // enough is known
	} {
		w.see(r, tt.seen...)
		if got, stored := w.level(r), w.count(sighting.KindSightings); got != tt.want || stored != tt.stored {
			t.Errorf("after %d more: %q with %d stored, want %q with %d", len(tt.seen), got, stored, tt.want, tt.stored)
		}
	}
	other, _ := w.stamp(2)
	if w.level(other) != "" {
		t.Error("another stamp has a level")
	}
}

// TestNothingLinksTwoStamps holds that what is stored of one browser has nothing
// in common between stamps, and that its id is stored nowhere.
func TestNothingLinksTwoStamps(t *testing.T) {
	w := newWorld(t)
	browser := sighting.NewBrowser()
	one, _ := w.stamp(1)
	two, _ := w.stamp(2)
	w.see(one, browser)
	w.see(two, browser)
	page, err := w.store.List(w.ctx, trace.Query{Kind: sighting.KindSightings, Limit: 10})
	w.must(err)
	if len(page.Revisions) != 2 {
		t.Fatalf("%d sightings", len(page.Revisions))
	}
	_, markOne, _ := strings.Cut(page.Revisions[0].ID, "-")
	_, markTwo, _ := strings.Cut(page.Revisions[1].ID, "-")
	if markOne == markTwo || len(markOne) != 16 {
		t.Errorf("marks %s and %s", markOne, markTwo)
	}
	for _, rev := range page.Revisions {
		if all := rev.ID + string(rev.Body) + strings.Join(rev.Refs, " ") + rev.By + rev.Op.Key; strings.Contains(all, browser) {
			t.Errorf("stored with the browser's id: %s", all)
		}
	}
}

// TestSweep removes what is older than it may be, and no sooner. A stamp that a
// browser comes back to afterwards begins anew.
func TestSweep(t *testing.T) {
	w := newWorld(t)
	r, pin := w.stamp(1)
	all := browsers(6)
	w.see(r, all[:5]...)
	w.must(w.At(w.ctx, r, all[0], "220,1050"))
	if _, err := w.Open(w.ctx, r, w.order, all[0], pin); err != nil {
		t.Fatal(err)
	}
	kinds := sighting.Removable()
	left := func() (out []int) {
		w.must(w.Sweep(w.ctx))
		for _, k := range kinds {
			out = append(out, w.count(k))
		}
		return out
	}
	for _, tt := range []struct {
		after time.Duration
		want  []int // sightings, places, tries, openers
	}{
		{23 * time.Hour, []int{5, 1, 1, 1}},
		{2 * time.Hour, []int{5, 1, 0, 1}},
		{sighting.UndoWithin, []int{5, 1, 0, 0}},
		{sighting.Window - sighting.UndoWithin - 26*time.Hour, []int{5, 1, 0, 0}},
		{2 * time.Hour, []int{0, 0, 0, 0}},
	} {
		w.pass(tt.after)
		if got := left(); !equal(got, tt.want) {
			t.Errorf("after %v more: %v of %v are left, want %v", tt.after, got, kinds, tt.want)
		}
	}
	if w.level(r) != "" {
		t.Error("a level outlives its window")
	}
	w.see(r, all[0])
	if w.count(sighting.KindSightings) != 1 {
		t.Error("a browser that comes back is not counted anew")
	}
}

func equal(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// TestPIN opens a pack, takes that back, and opens it again.
func TestPIN(t *testing.T) {
	w := newWorld(t)
	r, pin := w.stamp(3)
	mine, other := sighting.NewBrowser(), sighting.NewBrowser()
	wrong := strings.Map(func(d rune) rune { return '0' + (d-'0'+1)%10 }, pin)
	field := func(digits string) {
		t.Helper()
		_, err := w.Open(w.ctx, r, w.order, mine, digits)
		if f, ok := errors.AsType[trace.FieldErrors](err); !ok || f[0].Field != sighting.FieldPIN {
			t.Errorf("%q: %v", digits, err)
		}
	}
	field("")
	field("1234")
	field("1234567x")
	field(wrong)
	if opening, err := w.Open(w.ctx, r, w.order, mine, pin[:4]+" "+pin[4:]); err != nil || opening.Before != nil {
		t.Fatalf("the right PIN: %+v, %v", opening, err)
	}
	i, err := w.Item(w.ctx, r.Code)
	w.must(err)
	if i.Used == nil || i.Used.How != sighting.ByPIN || i.Used.By != "" {
		t.Fatalf("used: %+v", i.Used)
	}
	if opening, err := w.Open(w.ctx, r, w.order, mine, pin); err != nil || opening.Before == nil {
		t.Errorf("the PIN again: %+v, %v", opening, err)
	}
	w.must(w.Flush(w.ctx))
	if s := w.signs(r); s != "" {
		t.Errorf("the same browser twice is remarkable: %s", s)
	}
	if opening, err := w.Open(w.ctx, r, w.order, other, pin); err != nil || opening.Before == nil {
		t.Errorf("the PIN from another: %+v, %v", opening, err)
	}
	w.must(w.Flush(w.ctx))
	if s := w.signs(r); s != "pin" {
		t.Errorf("signs %q", s)
	}
	w.want(w.Close(w.ctx, r, other), trace.ErrForbidden)
	w.want(w.Close(w.ctx, r, ""), trace.ErrForbidden)
	w.pass(9 * 24 * time.Hour)
	w.must(w.Close(w.ctx, r, mine))
	w.want(w.Close(w.ctx, r, mine), trace.ErrForbidden) // it is nobody's now
	if opening, err := w.Open(w.ctx, r, w.order, other, pin); err != nil || opening.Before != nil {
		t.Errorf("opened again: %+v, %v", opening, err)
	}
	w.pass(11 * 24 * time.Hour)
	w.want(w.Close(w.ctx, r, other), trace.ErrConflict)
	without := w.order
	without.PIN = false
	_, err = w.Open(w.ctx, r, without, mine, pin)
	w.want(err, trace.ErrNotFound)
}

// signs are those of a stamp.
func (w *world) signs(r sighting.Ref) string {
	w.Helper()
	w.pass(3 * time.Second)
	i, err := w.Item(w.ctx, r.Code)
	w.must(err)
	var out []string
	for _, n := range i.Signs {
		out = append(out, string(n.Sign))
	}
	return strings.Join(out, " ")
}

// TestTriesArePaused makes many tries at once: five are answered, and then none
// until the pause is over, not even with the right PIN.
func TestTriesArePaused(t *testing.T) {
	w := newWorld(t)
	r, pin := w.stamp(4)
	wrong := strings.Map(func(d rune) rune { return '0' + (d-'0'+1)%10 }, pin)
	var (
		mu               sync.Mutex
		tried, throttled int
		group            sync.WaitGroup
	)
	for range 40 {
		group.Go(func() {
			_, err := w.Open(w.ctx, r, w.order, "", wrong)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, trace.ErrTooMany):
				throttled++
			case errors.Is(err, trace.ErrConflict): // others were faster eight times in a row; nothing was tried
			case err != nil:
				tried++
			}
		})
	}
	group.Wait()
	if tried > sighting.MaxTries || throttled == 0 {
		t.Errorf("%d tries, %d refused", tried, throttled)
	}
	for tried < sighting.MaxTries {
		_, _ = w.Open(w.ctx, r, w.order, "", wrong) // the rest
		tried++
	}
	w.pass(sighting.TriesPause - time.Minute)
	_, err := w.Open(w.ctx, r, w.order, "", pin)
	w.want(err, trace.ErrTooMany)
	if wait, ok := errors.AsType[*trace.Throttled](err); !ok || wait.After <= 0 || wait.After > time.Minute {
		t.Errorf("to wait: %v", err)
	}
	w.pass(2 * time.Minute)
	if _, err := w.Open(w.ctx, r, w.order, "", pin); err != nil {
		t.Errorf("after the pause: %v", err)
	}
	if n := w.count(sighting.KindTries); n != 1 {
		t.Errorf("tries of one stamp take %d documents", n)
	}
}

// TestUse lets the producer mark packs, and nobody else, and only whoever did it
// take it back in time.
func TestUse(t *testing.T) {
	w := newWorld(t)
	r, _ := w.stamp(5)
	colleague := w.by
	colleague.ID = "colleague"
	_, err := w.Use(w.ctx, trace.Write{By: office}, r.Code)
	w.want(err, trace.ErrForbidden)
	_, err = w.Use(w.ctx, trace.Write{By: trace.Actor{ID: "x", Role: trace.ProducerRole, Producer: "another"}}, r.Code)
	if err == nil {
		t.Error("another producer marks our pack")
	}
	s, err := w.Use(w.ctx, trace.Write{By: w.by}, r.Code)
	w.must(err)
	if s.Data.Used == nil || s.Data.Used.By != "producer" || s.Data.Position != 5 {
		t.Errorf("used: %+v", s.Data)
	}
	_, err = w.Use(w.ctx, trace.Write{By: w.by}, r.Code)
	w.want(err, trace.ErrConflict)
	_, err = w.Undo(w.ctx, trace.Write{By: colleague}, r.Code)
	w.want(err, trace.ErrForbidden)
	if st, err := w.Stamp(w.ctx, w.by, r.Code); err != nil || st.Stage != sighting.StageUsed {
		t.Errorf("stage %s, %v", st.Stage, err)
	}
	s, err = w.Undo(w.ctx, trace.Write{By: w.by}, r.Code)
	w.must(err)
	if s.Data.Used != nil || s.Revision != 2 {
		t.Errorf("taken back: %+v", s)
	}
	_, err = w.Undo(w.ctx, trace.Write{By: w.by}, r.Code)
	w.want(err, trace.ErrConflict)
	_, err = w.Use(w.ctx, trace.Write{By: w.by}, r.Code)
	w.must(err)
	w.pass(sighting.UndoWithin + time.Minute)
	_, err = w.Undo(w.ctx, trace.Write{By: w.by}, r.Code)
	w.want(err, trace.ErrConflict)
}

// TestStages walks a stamp through what is known of it.
func TestStages(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	r, _ := w.stamp(6)
	stage := func(want sighting.Stage) {
		t.Helper()
		if s, err := w.Stamp(w.ctx, w.by, r.Code); err != nil || s.Stage != want {
			t.Errorf("stage %s, %v, want %s", s.Stage, err, want)
		}
	}
	here := []printing.Range{{First: 6, Last: 6}}
	stage(sighting.StageIssued)
	_, err := w.book.Report(w.ctx, write, w.order.ID(), printing.Report{Fate: printing.Printed, Ranges: here})
	w.must(err)
	stage(sighting.StagePrinted)
	_, err = w.book.Ship(w.ctx, write, w.order.ID(), here)
	w.must(err)
	stage(sighting.StageShipped)
	w.must(w.store.AddCounts(w.ctx, []trace.Count{{Key: "scan:" + r.Code.String(), N: 1, First: w.clock(), Last: w.clock()}}))
	stage(sighting.StageScanned)
	_, err = w.Use(w.ctx, write, r.Code)
	w.must(err)
	stage(sighting.StageUsed)
	_, err = w.book.Report(w.ctx, write, w.order.ID(), printing.Report{Fate: printing.Stolen, Ranges: here, Reason: "mất trộm"})
	w.must(err)
	stage(sighting.StageStolen)
	r, _ = w.stamp(7)
	_, err = w.ledger.VoidCodes(w.ctx, write, trace.Void{Batch: w.batch.ID, Items: &trace.Serials{First: w.order.First + 6, Last: w.order.First + 6}, Reason: "in sai"})
	w.must(err)
	stage(sighting.StageVoid)
}

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		latitude, longitude float64
		want                sighting.Cell
	}{{21.0278, 105.8342, "210,1058"}, {10.762, 106.66, "107,1066"}, {-33.86, 151.2, "-339,1512"}, {0, -0.01, "0,-1"}} {
		if c, ok := sighting.CellOf(tt.latitude, tt.longitude); !ok || c != tt.want || !c.Valid() {
			t.Errorf("cell of %v, %v is %s, want %s", tt.latitude, tt.longitude, c, tt.want)
		}
	}
	for _, c := range []sighting.Cell{"", "1", "1,2,3", "10.5,106", "901,0", "0,1801", "a,b"} {
		if c.Valid() {
			t.Errorf("%q is taken for a cell", c)
		}
	}
	w := newWorld(t)
	r, _ := w.stamp(8)
	all := browsers(3)
	w.must(w.At(w.ctx, r, all[0], "210,1058")) // Hà Nội
	w.must(w.At(w.ctx, r, all[0], "107,1066")) // the same browser tells once
	w.pass(time.Hour)
	w.must(w.At(w.ctx, r, all[1], "211,1059"))
	w.must(w.Flush(w.ctx))
	if s := w.signs(r); s != "" {
		t.Errorf("two places nearby are %q", s)
	}
	w.must(w.At(w.ctx, r, all[2], "107,1066")) // Thành phố Hồ Chí Minh, 1,140 km in an hour
	w.must(w.Flush(w.ctx))
	if s := w.signs(r); s != "far" {
		t.Errorf("two places far apart are %q", s)
	}
	if n := w.count(sighting.KindPlaces); n != 3 {
		t.Errorf("%d places", n)
	}
	if err := w.At(w.ctx, r, "", "107,1066"); err == nil {
		t.Error("a place without a browser is kept")
	}
}

// TestFigures adds up days and areas, and tells of no group smaller than five.
func TestFigures(t *testing.T) {
	w := newWorld(t)
	today := w.ledger.Today()
	var counts []trace.Count
	for day, n := range map[int]int64{0: 12, -1: 4, -2: 5, -20: 100} {
		for _, batch := range []string{w.batch.ID, ""} {
			counts = append(counts, trace.Count{Key: sighting.DayKey(batch, today.AddDays(day)), N: n, First: w.clock(), Last: w.clock()})
		}
	}
	w.must(w.store.AddCounts(w.ctx, counts))
	for i, cell := range []sighting.Cell{"210,1058", "210,1058", "210,1058", "210,1058", "210,1058", "107,1066", "107,1066", "160,1080", "160,1080", "160,1080"} {
		r, _ := w.stamp(i + 1)
		w.must(w.At(w.ctx, r, sighting.NewBrowser(), cell))
	}
	r, _ := w.stamp(9)
	w.see(r, browsers(5)...)
	for _, by := range []trace.Actor{w.by, office} {
		f, err := w.Figures(w.ctx, by, sighting.FigureQuery{Days: 7})
		w.must(err)
		if len(f.Days) != 7 || f.Days[6].Views != 12 || !f.Days[5].Few || f.Days[5].Views != 0 || f.Days[4].Views != 5 || f.Days[3].Few || f.Shown != 17 {
			t.Errorf("%s: days %+v, %d shown", by.ID, f.Days, f.Shown)
		}
		if len(f.Areas) != 2 || f.Areas[0] != (sighting.Area{Cell: "210,1058", Scans: 5}) || f.Areas[1] != (sighting.Area{Scans: 5}) {
			t.Errorf("%s: areas %+v", by.ID, f.Areas)
		}
		if f.Signs[sighting.SignAmber] != 1 || len(f.Batches) != 1 || f.Batches[0].Signs[sighting.SignAmber] != 1 || f.Batches[0].Views != 20 {
			t.Errorf("%s: signs %v, batches %+v", by.ID, f.Signs, f.Batches)
		}
	}
	list, err := w.Remarkable(w.ctx, w.by, sighting.SignQuery{Sign: sighting.SignAmber}, trace.Paging{})
	w.must(err)
	if len(list.Items) != 1 || list.Items[0].ID != r.Code.String() {
		t.Errorf("remarkable: %+v", list)
	}
	stranger := trace.Actor{ID: "x", Role: trace.ProducerRole, Producer: "another"}
	if list, err = w.Remarkable(w.ctx, stranger, sighting.SignQuery{Sign: sighting.SignAmber}, trace.Paging{}); err != nil || len(list.Items) != 0 {
		t.Errorf("another producer sees %+v, %v", list, err)
	}
	_, err = w.Figures(w.ctx, stranger, sighting.FigureQuery{Batch: w.batch.ID, Days: 7})
	w.want(err, trace.ErrNotFound)
	_, err = w.Figures(w.ctx, trace.Actor{Role: trace.Laboratory}, sighting.FigureQuery{Days: 7})
	w.want(err, trace.ErrForbidden)
}

// TestSigns notes each sign once within its window.
func TestSigns(t *testing.T) {
	w := newWorld(t)
	r, _ := w.stamp(10)
	for range 3 {
		w.Note(r, sighting.SignEarly, w.clock())
		w.Note(r, sighting.SignWithdrawn, w.clock())
		w.must(w.Flush(w.ctx))
		w.pass(2 * time.Hour)
	}
	s, err := trace.Head[sighting.Item](w.ctx, w.ledger, r.Code.String())
	w.must(err)
	if s.Revision != 2 || len(s.Data.Signs) != 2 {
		t.Errorf("revision %d with %v", s.Revision, s.Data.Signs)
	}
	for _, sign := range sighting.Signs() {
		if sign.Name().VI == "" || sign.Name().EN == "" {
			t.Errorf("%s has no name", sign)
		}
	}
}

// TestOnTheOtherEngine counts browsers with the MongoDB protocol, on two replicas
// at once.
func TestOnTheOtherEngine(t *testing.T) {
	uri := servers.MongoDB(t)
	kinds := append(append(trace.Kinds(), printing.Kinds()...), sighting.Kinds()...)
	db, err := mongo.Open(t.Context(), uri, kinds, sighting.Removable()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := newWorldOn(t, db)
	second := sighting.New(sighting.Config{Ledger: w.ledger, Store: db, Book: w.book, Keys: w.keys, Now: w.clock})
	r, pin := w.stamp(1)
	all := browsers(10)
	var group sync.WaitGroup
	for i, k := range []*sighting.Keeper{w.Keeper, second} {
		for _, b := range all[i*5 : i*5+5] {
			k.Seen(r, b, w.clock())
		}
		group.Go(func() { w.must(k.Flush(w.ctx)) })
	}
	group.Wait()
	w.see(r, sighting.NewBrowser())
	if got := w.level(r); got != sighting.SignRed {
		t.Errorf("level %q", got)
	}
	if _, err := w.Open(w.ctx, r, w.order, all[0], pin); err != nil {
		t.Error(err)
	}
	w.must(w.Close(w.ctx, r, all[0]))
	w.pass(sighting.Window + time.Hour)
	w.must(w.Sweep(w.ctx))
	for _, k := range sighting.Removable() {
		if n := w.count(k); n != 0 {
			t.Errorf("%d documents of %s are left", n, k)
		}
	}
}

func FuzzCell(f *testing.F) {
	f.Add("210,1058")
	f.Add("-1,-2")
	f.Fuzz(func(t *testing.T, text string) {
		c := sighting.Cell(text)
		if c.Valid() && (len(text) > 10 || c.String() == "") {
			t.Errorf("%q is taken for a cell", text)
		}
	})
}

func FuzzBrowser(f *testing.F) {
	f.Add(sighting.NewBrowser())
	f.Add("x")
	f.Fuzz(func(t *testing.T, id string) {
		if sighting.ValidBrowser(id) && strings.ContainsAny(id, ";, \"\\\n0189abc") {
			t.Errorf("%q is taken for an id", id)
		}
	})
}
