package health

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	tlsEnd      = prometheus.NewDesc("temgoc_tls_not_after_timestamp_seconds", "When the TLS certificate of the public address ends, in seconds since 1970.", nil, nil)
	tlsValid    = prometheus.NewDesc("temgoc_tls_valid", "Whether a browser would take the TLS certificate of the public address, when it was looked at last: 1 or 0.", nil, nil)
	diskFree    = prometheus.NewDesc("temgoc_disk_free_bytes", "Room on the disk of the embedded stores.", nil, nil)
	diskSize    = prometheus.NewDesc("temgoc_disk_size_bytes", "Size of the disk of the embedded stores.", nil, nil)
	clockNow    = prometheus.NewDesc("temgoc_clock_timestamp_seconds", "What the clock of this machine says, in seconds since 1970.", nil, nil)
	clockBehind = prometheus.NewDesc("temgoc_clock_behind_seconds", "How far the newest entry of the store is ahead of this machine's clock; 0 for none that is.", nil, nil)
	logSize     = prometheus.NewDesc("temgoc_log_size", "Statements in the log.", nil, nil)
	backupAt    = prometheus.NewDesc("temgoc_backup_timestamp_seconds", "When the last verified backup was made, in seconds since 1970; 0 for never.", nil, nil)
	unprotected = prometheus.NewDesc("temgoc_people_without_second_factor", "People in privileged roles who have a password and no second factor.", nil, nil)
	certificate = prometheus.NewDesc("temgoc_ocop_certificates", "OCOP certificates that end within 90 days, or ended within the last 90, by state: ending or ended.", []string{"state"}, nil)
	choreDone   = prometheus.NewDesc("temgoc_chore_success_timestamp_seconds", "When a chore was done last, in seconds since 1970; 0 for not yet.", []string{"chore"}, nil)
	choreFailed = prometheus.NewDesc("temgoc_chore_failures_total", "How often a chore failed.", []string{"chore"}, nil)
	replicasRun = prometheus.NewDesc("temgoc_replicas", "Processes of the service, by state: running, or away without having said that they stop.", []string{"state"}, nil)
	problems    = prometheus.NewDesc("temgoc_findings", "What the status page shows, by level: good, warn or bad.", []string{"level"}, nil)
)

// Describe implements [prometheus.Collector].
func (w *Watch) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		tlsEnd, tlsValid, diskFree, diskSize, clockNow, clockBehind, logSize, backupAt, unprotected, certificate, choreDone, choreFailed, replicasRun, problems,
	} {
		c <- d
	}
}

// Collect implements [prometheus.Collector]. It waits for nothing but the disk.
func (w *Watch) Collect(c chan<- prometheus.Metric) {
	w.mu.Lock()
	s := w.seen
	w.mu.Unlock()
	now := w.now()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(clockNow, float64(now.UnixMilli())/1000)
	if w.Newest != nil {
		gauge(clockBehind, max(0, since(s.newest, now)))
	}
	if w.PublicURL != "" {
		gauge(tlsEnd, seconds(s.tls.NotAfter))
		gauge(tlsValid, one(s.tlsLooked && s.tls.Err == nil))
	}
	if space, err := SpaceOf(w.Data); w.Data != "" && err == nil {
		gauge(diskFree, float64(space.Free))
		gauge(diskSize, float64(space.Size))
	}
	if w.Log != nil {
		gauge(logSize, float64(w.Log().Size))
	}
	if w.Backup != nil {
		gauge(backupAt, seconds(s.backup))
	}
	if w.Unprotected != nil {
		gauge(unprotected, float64(s.unprotected))
	}
	if w.Certificates != nil {
		gauge(certificate, float64(s.certificates.Ending), "ending")
		gauge(certificate, float64(s.certificates.Ended), "ended")
	}
	w.collectChores(c)
	w.collectReplicas(gauge, s.replicas, now)
	levels := map[Level]int{}
	for _, f := range w.Findings() {
		levels[f.Level]++
	}
	for _, l := range Levels() {
		gauge(problems, float64(levels[l]), string(l))
	}
}

func (w *Watch) collectChores(c chan<- prometheus.Metric) {
	if w.Chores == nil {
		return
	}
	for _, one := range w.Chores.States() {
		c <- prometheus.MustNewConstMetric(choreDone, prometheus.GaugeValue, seconds(one.Done), one.Name)
		c <- prometheus.MustNewConstMetric(choreFailed, prometheus.CounterValue, float64(one.Failures), one.Name)
	}
}

func (w *Watch) collectReplicas(gauge func(*prometheus.Desc, float64, ...string), replicas []Replica, now time.Time) {
	if w.Replicas == nil {
		return
	}
	away := 0
	for _, r := range replicas {
		if r.Away(now) {
			away++
		}
	}
	gauge(replicasRun, float64(len(replicas)-away), "running")
	gauge(replicasRun, float64(away), "away")
}

// seconds is a time as Prometheus has it; 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// since is how far t is ahead of now, in seconds; 0 for no time.
func since(t, now time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return t.Sub(now).Seconds()
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
