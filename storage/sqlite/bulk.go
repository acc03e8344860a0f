package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/trace"
	"temgoc/storage/internal/contract"
)

// bulkPatience is how long InsertAll may take, with the waiting for others.
const bulkPatience = time.Minute

const bulkQuery = insertQuery + ` ON CONFLICT (kind, id, number) DO NOTHING`

// InsertAll implements trace.Bulk, in one transaction: all are stored that can
// be, or none.
func (db *DB) InsertAll(ctx context.Context, revisions []trace.Revision) ([]int, error) {
	if err := contract.Revisions(revisions); err != nil {
		return nil, err
	}
	rows := make([][]any, len(revisions))
	for i, r := range revisions {
		var err error
		if rows[i], err = rowOf(r); err != nil {
			return nil, fmt.Errorf("%s %q revision %d: %w", r.Kind, r.ID, r.Number, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, bulkPatience)
	defer cancel()
	taken, err := db.insertRows(ctx, rows)
	if err != nil {
		return nil, fmt.Errorf("insert %d revisions: %w", len(revisions), wrap(err))
	}
	return taken, nil
}

func (db *DB) insertRows(ctx context.Context, rows [][]any) (taken []int, err error) {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() {
		if undo := tx.Rollback(); err != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
	}()
	insert := tx.StmtContext(ctx, db.bulk)
	for i, row := range rows {
		done, err := insert.ExecContext(ctx, row...)
		if err != nil {
			return nil, err
		}
		stored, err := done.RowsAffected()
		if err != nil {
			return nil, err
		}
		if stored == 0 {
			taken = append(taken, i)
		}
	}
	return taken, tx.Commit()
}
