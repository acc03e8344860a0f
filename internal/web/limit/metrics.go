package limit

import "github.com/prometheus/client_golang/prometheus"

// What is measured.
var (
	limitedDesc = prometheus.NewDesc("temgoc_limited_total", "Requests refused because they came too often, by limit.", []string{"limit"}, nil)
	missesDesc  = prometheus.NewDesc("temgoc_misses_total", "Requests for codes that were never issued or are mistyped.", nil, nil)
	alarmDesc   = prometheus.NewDesc("temgoc_misses_unusual", "1 while there were more misses than usual in the last minute.", nil, nil)
	keptDesc    = prometheus.NewDesc("temgoc_limit_buckets", "Clients, persons and keys that are counted at the moment, by limit.", []string{"limit"}, nil)
)

// A collector reads what Limits counted.
type collector struct{ limits *Limits }

// Describe implements prometheus.Collector.
func (c collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{limitedDesc, missesDesc, alarmDesc, keptDesc} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	l := c.limits
	for name, b := range l.rules {
		refused := b.refused.Load()
		if name == SignIns {
			refused = l.failedSignIns()
		}
		out <- prometheus.MustNewConstMetric(limitedDesc, prometheus.CounterValue, float64(refused), string(name))
		if b.shards != nil {
			out <- prometheus.MustNewConstMetric(keptDesc, prometheus.GaugeValue, float64(b.len()), string(name))
		}
	}
	out <- prometheus.MustNewConstMetric(missesDesc, prometheus.CounterValue, float64(l.misses.total.Load()))
	unusual := 0.0
	if l.Unusual() {
		unusual = 1
	}
	out <- prometheus.MustNewConstMetric(alarmDesc, prometheus.GaugeValue, unusual)
}
