package proof

import (
	"fmt"
	"sync/atomic"
	"testing"

	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// BenchmarkStatement is a statement through the log on SQLite, durable with its
// leaf, against the bare insert of the same revision.
func BenchmarkStatement(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		for _, how := range []string{"bare", "logged"} {
			b.Run(fmt.Sprintf("writers=%d/%s", writers, how), func(b *testing.B) {
				db, err := sqlite.Open(b.Context(), b.TempDir()+"/temgoc.db")
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				var store trace.Store = db
				if how == "logged" {
					store = openLog(b, db, freshKey(b)).Store()
				}
				var n atomic.Int64
				b.SetParallelism(writers)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						write(b, store, stated(trace.KindRecords, fmt.Sprint("r", n.Add(1)), 1, "batch:K7Q2M9XR4V"))
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
			})
		}
	}
}
