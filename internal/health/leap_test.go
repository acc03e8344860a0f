package health

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"temgoc/internal/catalog"
)

// TestLeaps moves the clock of a watch against one that nobody sets.
func TestLeaps(t *testing.T) {
	const good = "Not behind what was entered"
	start := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	var set, passed time.Duration // by which the clock is wrong, and since the start
	var newest time.Time
	var log bytes.Buffer
	w := NewWatch(Sources{
		Steady: func() time.Duration { return passed },
		Newest: func(context.Context) (time.Time, error) { return newest, nil },
	}, slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return start.Add(passed + set) })
	for _, step := range []struct {
		name   string
		after  time.Duration
		set    time.Duration
		level  Level
		vi, en string
		logged string // none when empty
	}{
		{"at first", 0, 0, Good, "Không chậm hơn những gì đã ghi trong kho", good, ""},
		{"a year without a leap", 365 * 24 * time.Hour, 0, Good, "", good, ""},
		{"a minute", lookOften, time.Minute, Good, "", good, ""},
		{"more, little by little", lookOften, time.Minute + time.Second, Warn,
			"Giờ máy nhảy tới 1m1s từ lúc khởi động dịch vụ", "It leapt ahead by 1m1s since the service was started", "by=1m1s since_start=1m1s"},
		{"looked at again", lookOften, time.Minute + time.Second, Warn, "", "It leapt ahead by 1m1s since the service was started", ""},
		{"set right", lookOften, 0, Good, "", good, "by=-1m1s since_start=0s"},
		{"an hour back", lookOften, -time.Hour, Warn,
			"Giờ máy lùi lại 1h0m0s từ lúc khởi động dịch vụ", "It was set back by 1h0m0s since the service was started", "by=-1h0m0s since_start=-1h0m0s"},
		{"a year ahead", lookOften, 365 * 24 * time.Hour, Warn, "", "It leapt ahead by 8760h0m0s since the service was started", "by=8761h0m0s since_start=8760h0m0s"},
		{"right again", lookOften, 0, Good, "", good, "by=-8760h0m0s since_start=0s"},
	} {
		log.Reset()
		passed, set = passed+step.after, step.set
		w.LookOften(t.Context())
		found := w.Findings()
		if len(found) != 1 || found[0].Check != Clock || found[0].Level != step.level || found[0].What.EN != step.en || w.Clock() != step.en {
			t.Errorf("%s: found %+v", step.name, found)
		}
		if step.vi != "" && found[0].What.VI != step.vi {
			t.Errorf("%s: in Vietnamese %q", step.name, found[0].What.VI)
		}
		if f := found[0]; (f.Level != Good) != (f.Remedy != catalog.Name{}) {
			t.Errorf("%s: the remedy is %+v", step.name, f.Remedy)
		}
		if step.logged == "" && log.Len() > 0 || strings.Count(log.String(), "\n") > 1 || !strings.Contains(log.String(), step.logged) {
			t.Errorf("%s: logged %q", step.name, log.String())
		}
	}
	// What was entered in the time of the wrong clock is worse than the leap.
	newest = start.Add(passed + 24*time.Hour)
	w.LookNow(t.Context())
	if f := w.Findings(); f[0].Level != Bad || !strings.Contains(w.Clock(), "but the store has entries of") {
		t.Errorf("behind the store: %+v", f)
	}
	// A store all of whose entries are old says nothing of the clock.
	newest = start.Add(-365 * 24 * time.Hour)
	w.LookNow(t.Context())
	if f := w.Findings(); f[0].Level != Good {
		t.Errorf("far ahead of the store: %+v", f)
	}
}

// TestReadings holds that a watch on real clocks does not compare the monotonic
// reading with itself.
func TestReadings(t *testing.T) {
	began := time.Now()
	l := newLeaps(began, 0)
	leapt := began.Round(0).Add(time.Hour)
	if all, fresh := l.since(leapt, 0); all != time.Hour || fresh != time.Hour {
		t.Errorf("an hour ahead: %v, %v", all, fresh)
	}
	if all, _ := newLeaps(began, 0).since(began.Add(time.Hour), time.Hour); all != 0 {
		t.Errorf("an hour later: %v", all)
	}
}
