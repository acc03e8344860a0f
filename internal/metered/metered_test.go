package metered

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// value is that of a series with all of some values of labels.
func value(t *testing.T, m *Meter, name string, labels ...string) float64 {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(m)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, series := range f.Metric {
			if f.GetName() == name && has(series, labels) {
				if h := series.Histogram; h != nil {
					return float64(h.GetSampleCount())
				}
				return series.Counter.GetValue() + series.Gauge.GetValue()
			}
		}
	}
	t.Fatalf("there is no %s%v", name, labels)
	return 0
}

func has(series *dto.Metric, labels []string) bool {
	found := map[string]bool{}
	for _, l := range series.Label {
		found[l.GetValue()] = true
	}
	for _, l := range labels {
		if !found[l] {
			return false
		}
	}
	return true
}

func TestDocuments(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	m := New()
	measured := m.Documents(store, "sqlite")
	if _, ok := measured.(trace.Bulk); !ok {
		t.Error("what takes many revisions at once does so no longer")
	}
	if _, err := measured.Head(t.Context(), trace.KindBatches, "x"); !errors.Is(err, trace.ErrNotFound) {
		t.Error(err)
	}
	if got := value(t, m, "temgoc_store_call_seconds", "documents", "sqlite", "head"); got != 1 {
		t.Errorf("%v calls are measured", got)
	}
	if got := value(t, m, "temgoc_store_errors_total", "documents", "head", "unavailable"); got != 0 {
		t.Errorf("a document that is not there counts as %v failures", got)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := measured.Ping(t.Context()); err == nil {
		t.Error("a closed store answers")
	}
	if got := value(t, m, "temgoc_store_errors_total", "documents", "ping", "unavailable") + value(t, m, "temgoc_store_errors_total", "documents", "ping", "other"); got != 1 {
		t.Errorf("%v failures are counted", got)
	}
	m.Answers(Documents, false)
	if got := value(t, m, "temgoc_store_up", "documents"); got != 0 {
		t.Errorf("up is %v", got)
	}
}

func TestFailure(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, tt := range []struct {
		ctx  context.Context
		err  error
		want string
	}{
		{t.Context(), nil, ""},
		{t.Context(), fmt.Errorf("x: %w", trace.ErrNotFound), ""},
		{t.Context(), trace.ErrExists, ""},
		{t.Context(), trace.ErrCorrupt, corrupt},
		{t.Context(), trace.ErrUnavailable, unavailable},
		{t.Context(), errors.New("bug"), other},
		{gone, trace.ErrUnavailable, ""}, // the caller left
	} {
		if got := failure(tt.ctx, tt.err); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.err, got, tt.want)
		}
	}
}
