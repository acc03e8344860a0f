package feed

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// String says what is witnessed, in one line.
func (s Status) String() string {
	switch {
	case s.Size == 0:
		return "nothing to witness yet"
	case s.Cosigned.Size == 0:
		return fmt.Sprintf("never witnessed; %d statements", s.Size)
	case s.Pending.IsZero():
		return fmt.Sprintf("all %d statements are witnessed, by %d, since %s", s.Size, len(s.Cosigned.Witnesses), s.Cosigned.Since().Format(time.RFC3339))
	}
	return fmt.Sprintf("not yet witnessed since %s; %d of %d statements are", s.Cosigned.Since().Format(time.RFC3339), s.Cosigned.Size, s.Size)
}

var (
	cosignedOf = prometheus.NewDesc("temgoc_log_cosigned_size", "Statements that witnesses have seen.", nil, nil)
	timeOf     = prometheus.NewDesc("temgoc_log_cosigned_timestamp_seconds", "Time of the latest cosignature, in seconds since 1970; 0 for none.", nil, nil)
	pendingOf  = prometheus.NewDesc("temgoc_log_unwitnessed_seconds", "For how long there have been statements that not enough witnesses have seen.", nil, nil)
	failureOf  = prometheus.NewDesc("temgoc_witness_failing", "Whether the last round failed with a witness.", []string{"witness"}, nil)
)

// Describe implements [prometheus.Collector].
func (f *Feeder) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cosignedOf, timeOf, pendingOf, failureOf} {
		c <- d
	}
}

// Collect implements [prometheus.Collector].
func (f *Feeder) Collect(c chan<- prometheus.Metric) {
	s := f.Status()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(cosignedOf, float64(s.Cosigned.Size))
	latest := 0.0
	if at := s.Cosigned.Since(); !at.IsZero() {
		latest = float64(at.Unix())
	}
	gauge(timeOf, latest)
	pending := time.Duration(0)
	if !s.Pending.IsZero() {
		pending = f.Now().Sub(s.Pending)
	}
	gauge(pendingOf, pending.Seconds())
	for _, w := range f.Policy.Witnesses {
		failing := 0.0
		if s.Failures[w.Name] != nil {
			failing = 1
		}
		gauge(failureOf, failing, w.Name)
	}
}
