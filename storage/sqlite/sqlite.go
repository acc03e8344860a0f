// Package sqlite keeps documents and counters in one SQLite file: the
// embedded engine.
//
// # Layout
//
// Format 5 (PRAGMA user_version), application_id "TMGC":
//
//	revisions  one row a revision; (kind, id, number) is the only unique key.
//	           created, at: milliseconds since 1970, UTC. refs: JSON array of
//	           strings. body, personal: JSON objects as package body writes
//	           them; personal and salt are NULL where there are none.
//	refs       (kind, ref, created, id) for each term of the latest revision of
//	           a document, and one with the empty term for each document. List
//	           walks it in order: what lost a term long ago costs nothing.
//	log        (kind, ref, at, id, number) for each term of each revision. Log
//	           walks it where a term is asked for, else an index of revisions:
//	           (kind, at, id, number), or (kind, by, at, id, number) where a
//	           writer is. With both it walks the term.
//	counts     one row a counter.
//	formats    which version of the program brought the file to which format,
//	           and when.
//
// Triggers keep refs and log within the statement that writes to revisions.
// Rows of revisions are changed by Erase only (refs, personal, salt), and deleted
// by Remove only, whole documents at a time; what is gone is overwritten with zeros in the file
// (secure_delete), and gone from the write-ahead log once that is written over.
//
// A file of an older format is brought to the present one when it is opened,
// in one transaction, and one of a newer format is refused. Format 1 had no log,
// and nothing could be removed; format 2 had neither personal nor salt; format 3
// did not know what made it, and could have null for refs where there were none;
// format 4 kept the terms that documents had lost. Indexes that are missing are
// made at every opening.
//
// # Writing
//
// Each write but InsertAll is one statement in its own transaction, which takes the write
// lock at its start as BEGIN IMMEDIATE does, and is synced to the write-ahead
// log before it is acknowledged (synchronous=FULL). One connection writes, so
// that the goroutines of a process queue fairly in database/sql instead of
// polling for SQLite's lock; other processes are waited for through
// busy_timeout. Readers have connections of their own and are never blocked:
// each read is one statement and sees one state of the database.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"temgoc/internal/trace"
)

const (
	applicationID = 0x544D4743 // "TMGC"

	// patience is how long a write, or opening, waits for other writers. A caller
	// is told within five seconds.
	patience = 4 * time.Second
	// readers is how many reads are carried out at once.
	readers = 8
)

// A DB is a trace.Store in one file.
type DB struct {
	write, read *sql.DB
	removable   []trace.Kind

	insert, remove, erase, addCounts, bulk  *sql.Stmt // of write
	head, heads, history, forward, backward *sql.Stmt // of read
	log, logBy, logOf                       *sql.Stmt
	changes, counts, countsAfter, ping      *sql.Stmt
}

var _ trace.Bulk = (*DB)(nil)

// Open opens the database in the file path, and makes the file (mode 0600)
// and its directory (0700) where they are missing. A file of a newer version
// of this program, or of another program, is refused and not touched. Documents
// of the kinds removable can be removed, others cannot.
func Open(ctx context.Context, path string, removable ...trace.Kind) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, wrap(err))
	}
	db.removable = slices.Clone(removable)
	return db, nil
}

func open(ctx context.Context, path string) (*DB, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	mode, err := modeFile(dir)
	if err != nil {
		return nil, err
	}
	defer os.Remove(mode)

	db := &DB{}
	if db.write, err = connect(path, 1, "modeof", mode, "_pragma", "synchronous(FULL)", "_pragma", "secure_delete(1)"); err != nil {
		return nil, err
	}
	if err := patiently(ctx, db.prepareFile); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := syncDir(dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if db.read, err = connect(path, readers, "_pragma", "query_only(1)"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.prepareStatements(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// connect makes a pool of at most n connections. options are pairs of URI
// parameters.
func connect(path string, n int, options ...string) (*sql.DB, error) {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()))
	q.Add("_pragma", "foreign_keys(1)")
	for i := 0; i < len(options); i += 2 {
		q.Add(options[i], options[i+1])
	}
	// A path with a drive letter gets a slash in front of it.
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/"), RawQuery: q.Encode()}
	pool, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	return pool, nil
}

// modeFile makes an empty file of mode 0600, from which SQLite takes the mode
// of the files it makes (URI parameter modeof). The database is not made here:
// a process that opens and closes that file by itself drops the POSIX locks
// which its SQLite may hold on it through another DB.
func modeFile(dir string) (string, error) {
	f, err := os.CreateTemp(dir, ".mode-")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// syncDir makes the names in dir, and its own, survive a power failure.
// Windows has no such call; NTFS keeps a journal of names.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	for _, name := range []string{dir, filepath.Dir(dir)} {
		d, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}

// patiently repeats do while another process is in the way: SQLite does not
// wait for a lock when it changes the journal mode. What do itself does takes
// as long as it takes, which is long where a big file gets a new format.
func patiently(ctx context.Context, do func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := do(ctx)
		var e *sqlite.Error
		if !errors.As(err, &e) || e.Code()&0xff != lib.SQLITE_BUSY {
			return err
		}
		select {
		case <-waiting.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (db *DB) prepareStatements(ctx context.Context) error {
	for _, s := range []struct {
		stmt  **sql.Stmt
		pool  *sql.DB
		query string
	}{
		{&db.insert, db.write, insertQuery},
		{&db.bulk, db.write, bulkQuery},
		{&db.remove, db.write, removeQuery},
		{&db.erase, db.write, eraseQuery},
		{&db.addCounts, db.write, addCountsQuery},
		{&db.head, db.read, headQuery},
		{&db.heads, db.read, headsQuery},
		{&db.history, db.read, historyQuery},
		{&db.forward, db.read, forwardQuery},
		{&db.backward, db.read, backwardQuery},
		{&db.log, db.read, logQuery},
		{&db.logBy, db.read, logByQuery},
		{&db.logOf, db.read, logOfQuery},
		{&db.changes, db.read, changesQuery},
		{&db.counts, db.read, countsQuery},
		{&db.countsAfter, db.read, countsAfterQuery},
		{&db.ping, db.read, pingQuery},
	} {
		var err error
		if *s.stmt, err = s.pool.PrepareContext(ctx, s.query); err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(s.query), err)
		}
	}
	return nil
}

// Close ends all connections. The last process to close the database folds
// the write-ahead log into the file.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.read, db.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// wrap makes what only time or an operator can help with an ErrUnavailable:
// locks held by others, an ended ctx, a full or failing disk.
func wrap(err error) error {
	var e *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone):
		return fmt.Errorf("%w: %w", trace.ErrDocumentsAway, err)
	case !errors.As(err, &e):
		return err
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_FULL:
		return fmt.Errorf("%w: %w", trace.ErrFull, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL, lib.SQLITE_INTERRUPT, lib.SQLITE_NOMEM,
		lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY:
		return fmt.Errorf("%w: %w", trace.ErrDocumentsAway, err)
	case lib.SQLITE_NOTADB:
		return fmt.Errorf("%w: not an SQLite database: %w", trace.ErrInvalid, err)
	}
	return err
}
