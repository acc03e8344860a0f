package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"temgoc/internal/account"
	"temgoc/internal/backup"
	"temgoc/internal/health"
	"temgoc/internal/mail"
	"temgoc/internal/metered"
	"temgoc/internal/spans"
	"temgoc/internal/trace"
	"temgoc/internal/web/scan"
)

// watchFlags say how an operator sees what the service does.
type watchFlags struct {
	MetricsAddr string  `help:"Listener for Prometheus, for the operator only; off when empty." default:"127.0.0.1:9464" placeholder:"ADDR"`
	Pprof       bool    `help:"Serve profiles on that listener, at /debug/pprof/."`
	WatchTLS    bool    `help:"Look hourly at the TLS certificate of the public address, when it is https." default:"true" negatable:""`
	Traces      string  `help:"Collector that spans are sent to by OTLP over HTTP, such as http://127.0.0.1:4318; off when empty." placeholder:"URL"`
	TraceSample float64 `help:"Share of the requests that are traced, 0 to 1." default:"0.1" placeholder:"SHARE"`

	addr string // that the service listens on
}

// tracer makes the spans of a service; nil where none are asked for.
func (f watchFlags) tracer(logger *slog.Logger) (*spans.Tracer, error) {
	if f.Traces == "" {
		return nil, nil
	}
	return spans.New(spans.Config{URL: f.Traces, Sample: f.TraceSample, Version: version(), Instance: f.addr, Logger: logger})
}

// gauges are what is measured of a service from its opening on.
type gauges struct {
	stores *metered.Meter
	tries  *prometheus.CounterVec
}

func newGauges() *gauges {
	g := &gauges{metered.New(), prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "temgoc_sign_in_tries_total", Help: "Tries at passwords, codes and links, by result: succeeded, failed, refused after too many failures, or undecided.",
	}, []string{"result"})}
	for _, t := range account.Tries() {
		g.tries.WithLabelValues(string(t))
	}
	return g
}

func (g *gauges) tried(t account.Try) { g.tries.WithLabelValues(string(t)).Inc() }

// registry is one with all that is measured whatever the service does.
func (g *gauges) registry() (*prometheus.Registry, error) {
	r := prometheus.NewRegistry()
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "temgoc_build_info", Help: "Always 1, with the version of the program and of Go."}, []string{"version", "go_version"})
	build.WithLabelValues(version(), runtime.Version()).Set(1)
	return r, errors.Join(
		r.Register(collectors.NewGoCollector()), r.Register(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})),
		r.Register(build), r.Register(g.stores), r.Register(g.tries),
	)
}

// mailCounts are the messages that a mail server was given.
func mailCounts(sender *mail.Sender) prometheus.Collector {
	return mailCollector{sender}
}

type mailCollector struct{ *mail.Sender }

var mailsOf = prometheus.NewDesc("temgoc_mails_total", "Messages for the mail server, by result: sent or failed.", []string{"result"}, nil)

// Describe implements [prometheus.Collector].
func (mailCollector) Describe(c chan<- *prometheus.Desc) { c <- mailsOf }

// Collect implements [prometheus.Collector].
func (m mailCollector) Collect(c chan<- prometheus.Metric) {
	sent, failed := m.Counts()
	c <- prometheus.MustNewConstMetric(mailsOf, prometheus.CounterValue, float64(sent), "sent")
	c <- prometheus.MustNewConstMetric(mailsOf, prometheus.CounterValue, float64(failed), "failed")
}

// engineOf names the engine of a store by its address.
func engineOf(address string) string {
	scheme, _, _ := strings.Cut(address, ":")
	if scheme == "mongodb+srv" {
		return "mongodb"
	}
	return strings.ToLower(scheme)
}

// watch makes what looks after a service.
func (s *service) watch(f webFlags, logger *slog.Logger, log *witnessing, cache *scan.Cache) *health.Watch {
	began := time.Now()
	sources := health.Sources{
		Documents: s.stores.Documents.Ping, Files: s.stores.Files.Ping, Answered: s.gauges.stores.Answers,
		Newest:       s.newest,
		Steady:       func() time.Duration { return time.Since(began) }, // by the monotonic reading
		Log:          func() health.LogState { return s.logState(log) },
		Faults:       func() int { return int(cache.Faults()) },
		Backup:       s.lastBackup,
		Unprotected:  s.people.Unprotected,
		Certificates: s.certificateCounts,
		Chores:       s.chorebook,
		Heart:        health.NewHeart(s.stores.Documents, f.addr, version(), time.Now()),
		Replicas: func(ctx context.Context, now time.Time) ([]health.Replica, error) {
			return health.ReplicasOf(ctx, s.stores.Documents, now)
		},
	}
	if s.flags.readOnly {
		sources.Heart = nil // its beats are written
	}
	if f.WatchTLS && health.TLSNeeded(f.PublicURL) {
		sources.PublicURL = f.PublicURL
	}
	if s.flags.embedded() {
		sources.Data = filepath.Dir(s.flags.databaseFile())
	}
	return health.NewWatch(sources, logger, nil)
}

// newest is the newest entry of the store that is ahead of this machine's clock.
func (s *service) newest(ctx context.Context) (time.Time, error) {
	return newestAfter(ctx, s.stores.Documents, time.Now())
}

// newestAfter is the newest entry of a store behind a moment; zero for none.
func newestAfter(ctx context.Context, store trace.Store, t time.Time) (time.Time, error) {
	changes, err := store.Changes(ctx, kinds(), t)
	if err != nil {
		return time.Time{}, err
	}
	var newest time.Time
	for _, c := range changes {
		if c.At.After(newest) {
			newest = c.At
		}
	}
	return newest, nil
}

func (s *service) logState(log *witnessing) health.LogState {
	state := health.LogState{Size: s.log.Size(), Witnessed: s.log.Witnessed(), Set: log.feeder != nil}
	if log.feeder != nil {
		state.Pending = log.feeder.Status().Pending
	}
	return state
}

// lastBackup is the state that could be restored; zero for none.
func (s *service) lastBackup(ctx context.Context) (time.Time, error) {
	made, err := backup.Last(ctx, s.stores.Documents)
	if errors.Is(err, trace.ErrNotFound) {
		return time.Time{}, nil
	}
	return made.State, err
}

func (s *service) certificateCounts(ctx context.Context) (health.CertificateCounts, error) {
	ending, ended, err := s.ledger.CountEnds(ctx)
	return health.CertificateCounts{Ending: ending, Ended: ended}, err
}
