// Package metered measures what is asked of the stores: how long each call
// takes, what fails, and whether the engines answer. It is the one place where
// that is done, around trace.Store and trace.Files, so that no engine and no
// caller need know of it.
package metered

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/spans"
	"temgoc/internal/trace"
)

// The stores, as labels name them.
const (
	Documents = "documents"
	Files     = "files"
)

// operations are the calls of each store, which are counted from the start: a
// failure must be seen as a step from 0 to 1.
var operations = map[string][]string{
	Documents: {
		"insert", "head", "heads", "history", "list", "changes", "log", "remove", "erase", "add_counts", "counts", "counts_after", "insert_all", "ping",
	},
	Files: {"put", "get", "list", "remove", "ping"},
}

// The ways in which a call fails.
const (
	unavailable = "unavailable"
	corrupt     = "corrupt"
	other       = "other"
)

// A Meter collects what is measured. It is a [prometheus.Collector].
type Meter struct {
	seconds *prometheus.HistogramVec
	errors  *prometheus.CounterVec
	up      *prometheus.GaugeVec
	engines map[string]string // by store
}

// New makes a Meter.
func New() *Meter {
	return &Meter{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "temgoc_store_call_seconds", Help: "How long calls of the stores took.",
			Buckets: []float64{.0001, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"store", "engine", "operation"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "temgoc_store_errors_total", Help: "Calls of the stores that failed, by how. That nothing is there, or is there already, is no failure.",
		}, []string{"store", "engine", "operation", "error"}),
		up: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "temgoc_store_up", Help: "Whether the store answered when it was asked last: 1 or 0.",
		}, []string{"store", "engine"}),
		engines: map[string]string{},
	}
}

// Describe implements [prometheus.Collector].
func (m *Meter) Describe(c chan<- *prometheus.Desc) {
	m.seconds.Describe(c)
	m.errors.Describe(c)
	m.up.Describe(c)
}

// Collect implements [prometheus.Collector].
func (m *Meter) Collect(c chan<- prometheus.Metric) {
	m.seconds.Collect(c)
	m.errors.Collect(c)
	m.up.Collect(c)
}

// Answers notes whether a store answers.
func (m *Meter) Answers(store string, answers bool) {
	v := 0.0
	if answers {
		v = 1
	}
	m.up.WithLabelValues(store, m.engines[store]).Set(v)
}

// begin makes the series of a store. It was just opened, so it answers.
func (m *Meter) begin(store, engine string) meter {
	m.engines[store] = engine
	names := map[string]string{}
	for _, operation := range operations[store] {
		names[operation] = store + "." + operation
		m.seconds.WithLabelValues(store, engine, operation)
		for _, e := range []string{unavailable, corrupt, other} {
			m.errors.WithLabelValues(store, engine, operation, e)
		}
	}
	m.Answers(store, true)
	return meter{m, store, engine, names}
}

// A meter measures one store.
type meter struct {
	*Meter
	store, engine string
	names         map[string]string // of spans, by operation
}

// call begins a call; the function returned ends it. Kinds are those of
// documents, for the span.
func (m meter) call(ctx context.Context, operation string, kind trace.Kind) (context.Context, func(error)) {
	start := time.Now()
	inner, span := spans.Begin(ctx, m.names[operation], "db.system.name", m.engine, "db.operation.name", operation, "db.collection.name", string(kind))
	return inner, func(err error) {
		m.seconds.WithLabelValues(m.store, m.engine, operation).Observe(time.Since(start).Seconds())
		wrong := failure(ctx, err)
		if wrong != "" {
			m.errors.WithLabelValues(m.store, m.engine, operation, wrong).Inc()
		}
		span.End(wrong)
	}
}

// failure names what went wrong; empty for answers, and for callers who left.
func failure(ctx context.Context, err error) string {
	switch {
	case err == nil, errors.Is(err, trace.ErrNotFound), errors.Is(err, trace.ErrConflict), errors.Is(err, trace.ErrInvalid):
		return ""
	case errors.Is(ctx.Err(), context.Canceled):
		return ""
	case errors.Is(err, trace.ErrCorrupt):
		return corrupt
	case errors.Is(err, trace.ErrUnavailable):
		return unavailable
	}
	return other
}
