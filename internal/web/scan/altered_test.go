package scan_test

import (
	"bytes"
	"database/sql"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to change records past the service

	"temgoc/internal/web/scan"
)

// tamper changes the database from outside, in a way that must hit something.
func (w *world) tamper(query string, args ...any) {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+w.database)
	w.must(err)
	defer db.Close()
	done, err := db.Exec(query, args...)
	w.must(err)
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		w.Fatalf("%s changed nothing: %v", query, err)
	}
}

// TestAlteredRecord changes what a page is made of past the service, in each of
// its documents: the page turns red and says nothing good.
func TestAlteredRecord(t *testing.T) {
	const last = ` AND number = (SELECT max(number) FROM revisions x WHERE x.kind = revisions.kind AND x.id = revisions.id)`
	for name, query := range map[string]string{
		"the expiry date of the batch":    `UPDATE revisions SET body = json_set(body, '$.expiry', '2031-01-01') WHERE kind = 'batches' AND id = ?` + last,
		"the batch without its release":   `DELETE FROM revisions WHERE kind = 'batches' AND id = ?` + last,
		"who did a step":                  `UPDATE revisions SET personal = json_set(personal, '$.person', 'X') WHERE kind = 'records' AND json_extract(body, '$.batch') = ? AND personal LIKE '%person%'`,
		"when a step was entered":         `UPDATE revisions SET at = at + 1 WHERE kind = 'records' AND json_extract(body, '$.batch') = ? AND number = 1`,
		"a step that is gone":             `DELETE FROM revisions WHERE kind = 'records' AND rowid = (SELECT min(rowid) FROM revisions WHERE kind = 'records' AND json_extract(body, '$.batch') = ?)`,
		"a step that is hidden":           `DELETE FROM refs WHERE kind = 'records' AND ref = 'batch:' || ? AND id = (SELECT min(id) FROM refs WHERE kind = 'records')`,
		"a step that was slipped in":      `INSERT INTO revisions SELECT kind, 'slipped', 1, created - 90000000, at - 90000000, by, '', '', refs, body, personal, salt FROM revisions WHERE kind = 'records' AND json_extract(body, '$.batch') = ? AND number = 1 LIMIT 1`,
		"the result of a test":            `UPDATE revisions SET body = json_set(body, '$.rows[0].result.text', '0') WHERE kind = 'tests' AND ? <> ''`,
		"the stars of a certificate":      `UPDATE revisions SET body = replace(body, '"stars":4', '"stars":5') WHERE kind = 'certificates' AND ? <> '' AND body LIKE '%"stars":4%'`,
		"the name of the product":         `UPDATE revisions SET body = replace(body, 'Chè', 'Trà') WHERE kind = 'products' AND ? <> '' AND body LIKE '%Chè%'`,
		"the name of the producer":        `UPDATE revisions SET body = json_set(body, '$.name', 'HTX Khác') WHERE kind = 'producers' AND ? <> ''`,
		"a salt that was thrown away":     `UPDATE revisions SET salt = NULL WHERE kind = 'records' AND json_extract(body, '$.batch') = ?`,
		"the term of a step":              `UPDATE revisions SET refs = '["batch:0000000000"]' WHERE kind = 'records' AND json_extract(body, '$.batch') = ? AND number = 1`,
		"the leaves of the batch":         `DELETE FROM revisions WHERE kind = 'logleaves' AND body LIKE '%' || ? || '%'`,
		"a leaf":                          `UPDATE revisions SET body = replace(body, '\"pub\":\"', '\"pub\":\"0') WHERE kind = 'logleaves' AND body LIKE '%' || ? || '%'`,
		"the number of items in an order": `UPDATE revisions SET body = json_set(body, '$.count', 99) WHERE kind = 'orders' AND json_extract(body, '$.batch') = ?`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			code := w.fullest()
			item := w.items(code, 3, true)[0].String()
			contains(t, w.freshCache()("/"+code), "Lô hàng đã xuất xưởng")
			w.advance(25 * time.Hour)
			w.tamper(query, code)
			page := w.freshCache()("/" + code)
			contains(t, page, "Hồ sơ không khớp với nhật ký")
			lacks(t, page, "✓ Lô")
			contains(t, w.get("/"+item).Body.String(), "Hồ sơ không khớp với nhật ký")
			d := decode(t, w.get("/"+code, "Accept", "application/json").Body.Bytes())
			if d.Verdict.Kind != scan.KindAltered {
				t.Errorf("the verdict is %s", d.Verdict.Kind)
			}
		})
	}
}

// TestAlarm writes what does not agree with the log to the service's own log, and
// finds it in a page that was good before when the page grows old.
func TestAlarm(t *testing.T) {
	w := newWorld(t)
	code := w.fullest()
	var said bytes.Buffer
	cache, err := scan.NewCache(scan.CacheConfig{
		Store: w.store, Loader: w.ledger, Orders: w.book, Keys: w.keys, Log: w.log, Now: w.now,
		Logger: slog.New(slog.NewTextHandler(&said, nil)),
	})
	w.must(err)
	pages, err := scan.New(scan.Config{Ledger: w.ledger, Cache: cache, Counter: w.counter, Now: w.now})
	w.must(err)
	w.handler = engine(pages)
	if got := w.get("/" + code); got.Code != http.StatusOK || strings.Contains(got.Body.String(), "không khớp với nhật ký") {
		t.Fatal(got.Body.String())
	}
	w.tamper(`UPDATE revisions SET body = json_set(body, '$.expiry', '2031-01-01') WHERE kind = 'batches' AND id = ?`, code)
	w.advance(3 * time.Minute) // older than a page is kept
	w.must(cache.Poll(t.Context()))
	contains(t, w.get("/"+code).Body.String(), "Hồ sơ không khớp với nhật ký")
	if !strings.Contains(said.String(), "record and log contradict each other") || !strings.Contains(said.String(), code) {
		t.Errorf("the alarm says %q", said.String())
	}
}
