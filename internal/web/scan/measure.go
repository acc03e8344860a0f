package scan

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/trace"
)

var (
	faultsOf  = prometheus.NewDesc("temgoc_record_faults_total", "Contradictions between records and log, each time a page was made of them.", nil, nil)
	lookupsOf = prometheus.NewDesc("temgoc_scan_cache_lookups_total", "Look-ups of batches for pages, by result: hit or miss.", []string{"result"}, nil)
	entriesOf = prometheus.NewDesc("temgoc_scan_cache_entries", "Batches that are kept in memory.", nil, nil)
	ageOf     = prometheus.NewDesc("temgoc_scan_cache_age_seconds", "How long ago the pages in memory were last compared with the store.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (c *Cache) Describe(d chan<- *prometheus.Desc) {
	d <- faultsOf
	d <- lookupsOf
	d <- entriesOf
	d <- ageOf
}

// Collect implements [prometheus.Collector].
func (c *Cache) Collect(m chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, n int64, labels ...string) {
		m <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	counter(faultsOf, c.Faults())
	counter(lookupsOf, c.hits.Load(), "hit")
	counter(lookupsOf, c.misses.Load(), "miss")
	c.mu.Lock()
	entries := c.entries.Len()
	c.mu.Unlock()
	m <- prometheus.MustNewConstMetric(entriesOf, prometheus.GaugeValue, float64(entries))
	age := c.now().Sub(time.UnixMilli(c.current.Load()))
	m <- prometheus.MustNewConstMetric(ageOf, prometheus.GaugeValue, max(0, age.Seconds()))
}

// Faults is how many contradictions between records and log were seen since the
// start, each time a page was made of them.
func (c *Cache) Faults() int64 { return c.faults.Load() }

// wrong is what a span says of an error; that a code does not exist is none.
func wrong(err error) string {
	switch {
	case err == nil, errors.Is(err, trace.ErrNotFound):
		return ""
	case errors.Is(err, trace.ErrUnavailable):
		return "unavailable"
	}
	return "other"
}
