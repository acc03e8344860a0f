package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"temgoc/internal/trace"
	"temgoc/storage/internal/body"
	"temgoc/storage/internal/contract"
)

const (
	insertQuery = `INSERT INTO revisions (kind, id, number, created, at, by, op_key, op_hash, refs, body, personal, salt)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

	eraseQuery = `UPDATE revisions SET refs = ?, personal = ?, salt = NULL, op_hash = '' WHERE kind = ? AND id = ? AND number = ?`

	// selectRevisions is completed with where r comes from.
	selectRevisions = `SELECT r.kind, r.id, r.number, r.created, r.at, r.by, r.op_key, r.op_hash, r.refs, r.body, r.personal, r.salt `

	headQuery    = selectRevisions + `FROM revisions r WHERE kind = ? AND id = ? ORDER BY number DESC LIMIT 1`
	historyQuery = selectRevisions + `FROM revisions r WHERE kind = ? AND id = ? ORDER BY number`

	// CROSS JOIN keeps SQLite to the order of tables as written.
	headsQuery = selectRevisions + `FROM json_each(?2) wanted CROSS JOIN revisions r
		WHERE r.kind = ?1 AND r.id = wanted.value
		AND r.number = (SELECT max(number) FROM revisions WHERE kind = ?1 AND id = wanted.value)
		ORDER BY wanted.key`

	listJoin = selectRevisions + `FROM refs f CROSS JOIN revisions r
		WHERE f.kind = ?1 AND f.ref = ?2 AND r.kind = f.kind AND r.id = f.id
		AND r.number = (SELECT max(number) FROM revisions WHERE kind = f.kind AND id = f.id) `
	forwardQuery  = listJoin + `AND (f.created, f.id) > (?3, ?4) ORDER BY f.created, f.id LIMIT ?5`
	backwardQuery = listJoin + `AND (f.created, f.id) < (?3, ?4) ORDER BY f.created DESC, f.id DESC LIMIT ?5`

	changesQuery = `SELECT r.kind, r.id, r.number, r.at, r.refs FROM json_each(?) k CROSS JOIN revisions r
		WHERE r.kind = k.value AND r.at >= ?`

	// The JSON is an array of [key, n, first, last].
	addCountsQuery = `INSERT INTO counts (key, n, first, last)
		SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
		ON CONFLICT (key) DO UPDATE SET n = n + excluded.n, first = min(first, excluded.first), last = max(last, excluded.last)`

	countsQuery = `SELECT c.key, c.n, c.first, c.last FROM json_each(?) k CROSS JOIN counts c
		WHERE c.key = k.value GROUP BY c.key`

	countsAfterQuery = `SELECT key, n, first, last FROM counts WHERE key > ? ORDER BY key LIMIT ?`

	pingQuery = `SELECT count(*) FROM (SELECT 1 FROM revisions LIMIT 1)`
)

// Insert implements trace.Store.
func (db *DB) Insert(ctx context.Context, r trace.Revision) error {
	if err := contract.Revision(r); err != nil {
		return err
	}
	row, err := rowOf(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err = db.insert.ExecContext(ctx, row...)
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY {
		return fmt.Errorf("%s %q revision %d: %w", r.Kind, r.ID, r.Number, trace.ErrExists)
	}
	if err != nil {
		return fmt.Errorf("insert %s %q revision %d: %w", r.Kind, r.ID, r.Number, wrap(err))
	}
	return nil
}

// rowOf are the columns of a revision, in the order of insertQuery.
func rowOf(r trace.Revision) ([]any, error) {
	content, err := normal(r.Body)
	if err != nil {
		return nil, err
	}
	refs, personal, err := erasable(r)
	return []any{
		string(r.Kind), r.ID, r.Number, r.Created.UnixMilli(), r.At.UnixMilli(),
		r.By, r.Op.Key, r.Op.Hash, refs, content, personal, r.Salt,
	}, err
}

// normal is the form in which a body is stored.
func normal(raw []byte) (string, error) {
	object, err := body.Parse(raw)
	if err != nil {
		return "", err
	}
	content, err := object.JSON()
	return string(content), err
}

// erasable are the columns that Erase changes: refs, and personal, which is NULL
// where there is nothing personal.
func erasable(r trace.Revision) (refs string, personal sql.NullString, err error) {
	list, err := json.Marshal(append([]string{}, r.Refs...))
	if err == nil && r.Personal != nil {
		personal.Valid = true
		personal.String, err = normal(r.Personal)
	}
	return string(list), personal, err
}

// Erase implements trace.Store, in one step.
func (db *DB) Erase(ctx context.Context, r trace.Revision) error {
	if err := contract.Erased(r); err != nil {
		return err
	}
	refs, personal, err := erasable(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done, err := db.erase.ExecContext(ctx, refs, personal, string(r.Kind), r.ID, r.Number)
	var n int64
	if err == nil {
		n, err = done.RowsAffected()
	}
	switch {
	case err != nil:
		return fmt.Errorf("erase %s %.250q revision %d: %w", r.Kind, r.ID, r.Number, wrap(err))
	case n == 0:
		return fmt.Errorf("erase %s %.250q revision %d: %w", r.Kind, r.ID, r.Number, trace.ErrNotFound)
	}
	return nil
}

// Head implements trace.Store.
func (db *DB) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	found, err := db.document(ctx, db.head, kind, id)
	if err != nil {
		return trace.Revision{}, err
	}
	return found[0], nil
}

// History implements trace.Store.
func (db *DB) History(ctx context.Context, kind trace.Kind, id string) ([]trace.Revision, error) {
	return db.document(ctx, db.history, kind, id)
}

// document asks for revisions of one document and gives at least one, or an
// error.
func (db *DB) document(ctx context.Context, stmt *sql.Stmt, kind trace.Kind, id string) ([]trace.Revision, error) {
	if err := contract.Kind(kind); err != nil {
		return nil, err
	}
	found, err := query(ctx, stmt, scanRevision, string(kind), id)
	if err == nil && len(found) == 0 {
		err = trace.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("%s %.250q: %w", kind, id, err)
	}
	return found, nil
}

// Heads implements trace.Store.
func (db *DB) Heads(ctx context.Context, kind trace.Kind, ids []string) ([]trace.Revision, error) {
	if err := contract.Kind(kind); err != nil {
		return nil, err
	}
	wanted, err := contract.Keys(ids)
	if err != nil {
		return nil, err
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	return query(ctx, db.heads, scanRevision, string(kind), string(list))
}

// List implements trace.Store.
func (db *DB) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	after, err := contract.Query(q)
	if err != nil {
		return trace.Page{}, err
	}
	stmt := db.forward
	if q.Newest {
		stmt = db.backward
	}
	// One more than wanted, to know whether there is a next page.
	found, err := query(ctx, stmt, scanRevision, string(q.Kind), q.Ref, after.Created, after.ID, q.Limit+1)
	if err != nil {
		return trace.Page{}, fmt.Errorf("list %s: %w", q.Kind, err)
	}
	var page trace.Page
	if len(found) > q.Limit {
		found = found[:q.Limit]
		last := found[q.Limit-1]
		page.Next = contract.Cursor(q, contract.Position{Created: last.Created.UnixMilli(), ID: last.ID})
	}
	for _, r := range found {
		if q.Ref == "" || slices.Contains(r.Refs, q.Ref) {
			page.Revisions = append(page.Revisions, r)
		}
	}
	return page, nil
}

// Changes implements trace.Store.
func (db *DB) Changes(ctx context.Context, kinds []trace.Kind, since time.Time) ([]trace.Change, error) {
	for _, k := range kinds {
		if err := contract.Kind(k); err != nil {
			return nil, err
		}
	}
	list, err := json.Marshal(slices.Compact(slices.Sorted(slices.Values(kinds))))
	if err != nil {
		return nil, err
	}
	found, err := query(ctx, db.changes, scanChange, string(list), contract.Millis(since))
	if err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	return found, nil
}

// AddCounts implements trace.Store. All are added, or none.
func (db *DB) AddCounts(ctx context.Context, counts []trace.Count) error {
	sums, err := contract.Counts(counts)
	if err != nil || len(sums) == 0 {
		return err
	}
	rows := make([][4]any, len(sums))
	for i, c := range sums {
		rows[i] = [4]any{c.Key, c.N, c.First.UnixMilli(), c.Last.UnixMilli()}
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := db.addCounts.ExecContext(ctx, string(list)); err != nil {
		return fmt.Errorf("add to %d counters: %w", len(sums), wrap(err))
	}
	return nil
}

// Counts implements trace.Store.
func (db *DB) Counts(ctx context.Context, keys []string) ([]trace.Count, error) {
	wanted, err := contract.Keys(keys)
	if err != nil {
		return nil, err
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	found, err := query(ctx, db.counts, scanCount, string(list))
	if err != nil {
		return nil, fmt.Errorf("counters: %w", err)
	}
	return found, nil
}

// CountsAfter implements trace.Store.
func (db *DB) CountsAfter(ctx context.Context, after string, limit int) ([]trace.Count, error) {
	if err := contract.Limit(limit); err != nil {
		return nil, err
	}
	found, err := query(ctx, db.countsAfter, scanCount, after, limit)
	if err != nil {
		return nil, fmt.Errorf("counters behind %.250q: %w", after, err)
	}
	return found, nil
}

// Ping implements trace.Store.
func (db *DB) Ping(ctx context.Context) error {
	var n int
	if err := db.ping.QueryRowContext(ctx).Scan(&n); err != nil {
		return fmt.Errorf("ping: %w", wrap(err))
	}
	return nil
}

// query collects the rows of an answer.
func query[T any](ctx context.Context, stmt *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, wrap(err)
		}
		found = append(found, v)
	}
	return found, wrap(rows.Err())
}

func scanRevision(rows *sql.Rows) (r trace.Revision, err error) {
	var created, at int64
	var refs sql.RawBytes
	var content, personal []byte
	err = rows.Scan(&r.Kind, &r.ID, &r.Number, &created, &at, &r.By, &r.Op.Key, &r.Op.Hash, &refs, &content, &personal, &r.Salt)
	if err != nil {
		return r, err
	}
	r.Created, r.At, r.Body, r.Personal = instant(created), instant(at), content, personal
	r.Refs, err = decodeRefs(refs)
	return r, err
}

func scanChange(rows *sql.Rows) (c trace.Change, err error) {
	var at int64
	var refs sql.RawBytes
	if err = rows.Scan(&c.Kind, &c.ID, &c.Number, &at, &refs); err != nil {
		return c, err
	}
	c.At = instant(at)
	c.Refs, err = decodeRefs(refs)
	return c, err
}

func scanCount(rows *sql.Rows) (c trace.Count, err error) {
	var first, last int64
	err = rows.Scan(&c.Key, &c.N, &first, &last)
	c.First, c.Last = instant(first), instant(last)
	return c, err
}

// decodeRefs reads the column refs; no refs are nil.
func decodeRefs(column []byte) ([]string, error) {
	if string(column) == "[]" {
		return nil, nil
	}
	var refs []string
	if err := json.Unmarshal(column, &refs); err != nil {
		return nil, fmt.Errorf("column refs: %w", err)
	}
	return refs, nil
}

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
