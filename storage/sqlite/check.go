package sqlite

import (
	"context"
	"fmt"
)

// contradictions are what the tables must not have, each a query for how many
// there are and one of them.
var contradictions = []struct{ what, query string }{
	{"terms by which documents are not found", `SELECT count(*), coalesce(min(r.kind || '/' || r.id), '')
		FROM revisions r, (SELECT rowid AS row, '' AS ref FROM revisions UNION ALL SELECT v.rowid, e.value FROM revisions v, json_each(v.refs) e
			WHERE v.number = (SELECT max(number) FROM revisions WHERE kind = v.kind AND id = v.id)) t
		WHERE r.rowid = t.row AND NOT EXISTS (SELECT 1 FROM refs f WHERE f.kind = r.kind AND f.ref = t.ref AND f.created = r.created AND f.id = r.id)`},
	{"terms of documents that do not have them", `SELECT count(*), coalesce(min(f.kind || '/' || f.id), '')
		FROM refs f WHERE NOT EXISTS (SELECT 1 FROM revisions r WHERE r.kind = f.kind AND r.id = f.id AND r.created = f.created
			AND r.number = (SELECT max(number) FROM revisions WHERE kind = f.kind AND id = f.id) AND (f.ref = '' OR EXISTS (SELECT 1 FROM json_each(r.refs) e WHERE e.value = f.ref)))`},
	{"terms by which revisions are not found", `SELECT count(*), coalesce(min(r.kind || '/' || r.id), '')
		FROM revisions r, json_each(r.refs) e
		WHERE NOT EXISTS (SELECT 1 FROM log f WHERE f.kind = r.kind AND f.ref = e.value AND f.at = r.at AND f.id = r.id AND f.number = r.number)`},
	{"terms of revisions that do not have them", `SELECT count(*), coalesce(min(f.kind || '/' || f.id), '')
		FROM log f WHERE NOT EXISTS (SELECT 1 FROM revisions r WHERE r.kind = f.kind AND r.id = f.id AND r.number = f.number AND r.at = f.at
			AND EXISTS (SELECT 1 FROM json_each(r.refs) e WHERE e.value = f.ref))`},
}

// Check looks whether the file is sound and its tables agree with each other,
// and says in words what is wrong; nothing when all is well. Others may write
// meanwhile.
func (db *DB) Check(ctx context.Context) ([]string, error) {
	wrong, err := db.damage(ctx)
	if err != nil || len(wrong) > 0 {
		return wrong, err // what is damaged is not asked any more
	}
	for _, c := range contradictions {
		var n int64
		var one string
		if err := db.read.QueryRowContext(ctx, c.query).Scan(&n, &one); err != nil {
			return wrong, fmt.Errorf("%s: %w", c.what, wrap(err))
		}
		if n > 0 {
			wrong = append(wrong, fmt.Sprintf("%d %s, such as %s", n, c.what, one))
		}
	}
	return wrong, nil
}

// damage is what SQLite itself says of the file.
func (db *DB) damage(ctx context.Context) ([]string, error) {
	rows, err := db.read.QueryContext(ctx, `PRAGMA integrity_check(10)`)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var wrong []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, wrap(err)
		}
		if line != "ok" {
			wrong = append(wrong, line)
		}
	}
	return wrong, wrap(rows.Err())
}
