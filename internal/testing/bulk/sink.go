package bulk

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"temgoc/internal/trace"
)

// openSink chooses how an engine is filled.
func openSink(ctx context.Context, address string, store trace.Store) (sink, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return fillSQLite(ctx, path)
	}
	many, ok := store.(trace.Bulk)
	if !ok {
		return nil, errors.New("the engine does not take many revisions at once")
	}
	return &engine{many}, nil
}

// An engine is filled through its own method for many revisions at once.
type engine struct{ store trace.Bulk }

func (e *engine) add(ctx context.Context, revisions []trace.Revision) error {
	for some := range slices.Chunk(revisions, 1000) {
		taken, err := e.store.InsertAll(ctx, some)
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			return fmt.Errorf("%d revisions are there already", len(taken))
		}
	}
	return nil
}

func (e *engine) counts(ctx context.Context, counts []trace.Count) error {
	for some := range slices.Chunk(counts, 500) {
		if err := e.store.AddCounts(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine) finish(context.Context) error { return nil }

// A database is the file of package sqlite, filled without its triggers and
// indexes, which are made afterwards: in the order of their keys, many times as
// fast. The file is of no use before finish.
type database struct {
	pool   *sql.DB
	conn   *sql.Conn
	insert *sql.Stmt
	later  []string // what makes indexes and triggers again
}

// fillSQLite prepares a file that package sqlite has made.
func fillSQLite(ctx context.Context, path string) (*database, error) {
	pool, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return nil, err
	}
	d := &database{pool: pool}
	if d.conn, err = pool.Conn(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	if err := d.prepare(ctx); err != nil {
		return nil, errors.Join(err, d.conn.Close(), pool.Close())
	}
	return d, nil
}

func (d *database) prepare(ctx context.Context) error {
	if _, err := d.conn.ExecContext(ctx, `PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000; PRAGMA wal_autocheckpoint=20000`); err != nil {
		return err
	}
	rows, err := d.conn.QueryContext(ctx, `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var drop []string
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			return err
		}
		d.later, drop = append(d.later, text), append(drop, "DROP "+kind+" "+name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, statement := range drop {
		if _, err := d.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	d.insert, err = d.conn.PrepareContext(ctx, `INSERT INTO revisions
		(kind, id, number, created, at, by, op_key, op_hash, refs, body, personal, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	return err
}

func (d *database) add(ctx context.Context, revisions []trace.Revision) error {
	tx, err := d.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	insert := tx.StmtContext(ctx, d.insert)
	for _, r := range revisions {
		refs, err := json.Marshal(append([]string{}, r.Refs...))
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		var personal sql.NullString
		if r.Personal != nil {
			personal.Valid, personal.String = true, plain(r.Personal)
		}
		_, err = insert.ExecContext(ctx, string(r.Kind), r.ID, r.Number, r.Created.UnixMilli(), r.At.UnixMilli(),
			r.By, r.Op.Key, r.Op.Hash, string(refs), plain(r.Body), personal, r.Salt)
		if err != nil {
			return errors.Join(fmt.Errorf("%s %s@%d: %w", r.Kind, r.ID, r.Number, err), tx.Rollback())
		}
	}
	return tx.Commit()
}

// unescaped are the escapes of encoding/json that the engine does not write.
var unescaped = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// plain is a body in the form in which the engine stores it.
func plain(body []byte) string { return unescaped.Replace(string(body)) }

func (d *database) counts(ctx context.Context, counts []trace.Count) error {
	tx, err := d.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, c := range counts {
		if _, err := tx.ExecContext(ctx, `INSERT INTO counts VALUES (?, ?, ?, ?)`, c.Key, c.N, c.First.UnixMilli(), c.Last.UnixMilli()); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// finish makes the tables and indexes that follow from the revisions.
func (d *database) finish(ctx context.Context) error {
	statements := slices.Concat([]string{
		`INSERT INTO refs SELECT DISTINCT r.kind, e.value AS ref, r.created, r.id FROM revisions r, json_each(r.refs) e
			WHERE r.number = (SELECT max(number) FROM revisions WHERE kind = r.kind AND id = r.id)
			UNION SELECT kind, '', created, id FROM revisions ORDER BY 1, 2, 3, 4`,
		`INSERT INTO log SELECT DISTINCT r.kind, e.value, r.at, r.id, r.number FROM revisions r, json_each(r.refs) e ORDER BY 1, 2, 3, 4, 5`,
	}, d.later, []string{`PRAGMA wal_checkpoint(TRUNCATE)`, `PRAGMA synchronous=FULL`})
	errs := []error{d.insert.Close()}
	for _, statement := range statements {
		if _, err := d.conn.ExecContext(ctx, statement); err != nil {
			errs = append(errs, fmt.Errorf("%.40s: %w", statement, err))
			break
		}
	}
	return errors.Join(append(errs, d.conn.Close(), d.pool.Close())...)
}
