package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkInsert measures a durable insert of a record, and in the same run,
// turn by turn, a bare insert of the same bytes into a table without any index
// but its key, with the same settings. The metric "bare/engine" is the part of
// the bare rate that is reached.
func BenchmarkInsert(b *testing.B) {
	db := fresh(b)
	path := filepath.Join(b.TempDir(), "bare.db")
	raw, err := connect(path, 1, "_pragma", "synchronous(FULL)", "_pragma", "journal_mode(WAL)")
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	bare, err := raw.Prepare("INSERT INTO bare VALUES (?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	var engineTime, bareTime time.Duration
	n := 0
	for b.Loop() {
		n++
		id := fmt.Sprint("record-", n)
		r := sample(id, 1)
		start := time.Now()
		if err := db.Insert(b.Context(), r); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		if _, err := bare.ExecContext(b.Context(), id, string(r.Body)); err != nil {
			b.Fatal(err)
		}
		engineTime += between.Sub(start)
		bareTime += time.Since(between)
	}
	b.ReportMetric(0, "ns/op") // of both together: says nothing
	b.ReportMetric(float64(engineTime.Nanoseconds())/float64(n), "engine-ns/op")
	b.ReportMetric(float64(bareTime.Nanoseconds())/float64(n), "bare-ns/op")
	b.ReportMetric(float64(bareTime)/float64(engineTime), "bare/engine")
}

// BenchmarkHead reads one of 10,000 documents.
func BenchmarkHead(b *testing.B) {
	db := fresh(b)
	fill(b, db.write, 10_000)
	n := 0
	for b.Loop() {
		n++
		if _, err := db.Head(b.Context(), "plants", fmt.Sprint("record-", n*7919%10_000)); err != nil {
			b.Fatal(err)
		}
	}
}

// fill inserts n documents in one transaction.
func fill(b *testing.B, pool *sql.DB, n int) {
	tx, err := pool.Begin()
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	r := sample("", 1)
	for i := range n {
		if _, err := tx.Exec(insertQuery, "plants", fmt.Sprint("record-", i), 1, i, i, r.By, "", "", `["all"]`, string(r.Body)); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
