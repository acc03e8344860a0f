package sqlite

import (
	"context"
	"fmt"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// The parameters of the three are the kind, the lower bound of at, the place
// to go on from (at, id, number), how many, and who wrote it or the term.
const (
	logQuery = selectRevisions + `FROM revisions r
		WHERE r.kind = ?1 AND r.at >= ?2 AND (r.at, r.id, r.number) < (?3, ?4, ?5)
		ORDER BY r.at DESC, r.id DESC, r.number DESC LIMIT ?6`

	logByQuery = selectRevisions + `FROM revisions r
		WHERE r.kind = ?1 AND r.by = ?7 AND r.at >= ?2 AND (r.at, r.id, r.number) < (?3, ?4, ?5)
		ORDER BY r.at DESC, r.id DESC, r.number DESC LIMIT ?6`

	// CROSS JOIN keeps SQLite to the order of tables as written.
	logOfQuery = selectRevisions + `FROM log f CROSS JOIN revisions r
		WHERE f.kind = ?1 AND f.ref = ?7 AND f.at >= ?2 AND (f.at, f.id, f.number) < (?3, ?4, ?5)
		AND r.kind = f.kind AND r.id = f.id AND r.number = f.number
		ORDER BY f.at DESC, f.id DESC, f.number DESC LIMIT ?6`

	removeQuery = `DELETE FROM revisions WHERE kind = ? AND id = ?`
)

// Log implements trace.Store.
func (db *DB) Log(ctx context.Context, q trace.LogQuery) (trace.Page, error) {
	want, err := contract.Log(q)
	if err != nil {
		return trace.Page{}, err
	}
	// One more than wanted, to know whether there is a next page.
	args := []any{string(q.Kind), want.Since, want.After.At, want.After.ID, want.After.Number, q.Limit + 1}
	stmt := db.log
	switch {
	case q.Ref != "":
		stmt, args = db.logOf, append(args, q.Ref)
	case q.By != "":
		stmt, args = db.logBy, append(args, q.By)
	}
	found, err := query(ctx, stmt, scanRevision, args...)
	if err != nil {
		return trace.Page{}, fmt.Errorf("log of %s: %w", q.Kind, err)
	}
	return contract.LogPage(q, found), nil
}

// Remove implements trace.Store, in one step.
func (db *DB) Remove(ctx context.Context, kind trace.Kind, id string) error {
	if err := contract.Removable(db.removable, kind); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := db.remove.ExecContext(ctx, string(kind), id); err != nil {
		return fmt.Errorf("remove %s %.250q: %w", kind, id, wrap(err))
	}
	return nil
}
