package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"temgoc/internal/trace"
	program "temgoc/internal/version"
	"temgoc/storage/internal/contract"
)

// formats are the steps to the present format: formats[n] makes format n+1 of
// format n, and format 0 is an empty file.
var formats = []string{`
CREATE TABLE revisions (
	kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
	created INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
	op_key TEXT NOT NULL, op_hash TEXT NOT NULL,
	refs TEXT NOT NULL, body TEXT NOT NULL,
	PRIMARY KEY (kind, id, number)
) STRICT;
CREATE INDEX revisions_at ON revisions (kind, at);
CREATE TABLE refs (
	kind TEXT NOT NULL, ref TEXT NOT NULL, created INTEGER NOT NULL, id TEXT NOT NULL,
	PRIMARY KEY (kind, ref, created, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER revisions_refs AFTER INSERT ON revisions BEGIN
	INSERT OR IGNORE INTO refs VALUES (NEW.kind, '', NEW.created, NEW.id);
	INSERT OR IGNORE INTO refs SELECT NEW.kind, value, NEW.created, NEW.id FROM json_each(NEW.refs);
END;
CREATE TABLE counts (
	key TEXT NOT NULL PRIMARY KEY,
	n INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`, `
DROP INDEX revisions_at;
CREATE INDEX revisions_log ON revisions (kind, at, id, number);
CREATE INDEX revisions_by ON revisions (kind, by, at, id, number);
CREATE TABLE log (
	kind TEXT NOT NULL, ref TEXT NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
	PRIMARY KEY (kind, ref, at, id, number)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO log SELECT r.kind, e.value, r.at, r.id, r.number FROM revisions r, json_each(r.refs) e;
CREATE TRIGGER revisions_log AFTER INSERT ON revisions BEGIN
	INSERT OR IGNORE INTO log SELECT NEW.kind, value, NEW.at, NEW.id, NEW.number FROM json_each(NEW.refs);
END;
CREATE TRIGGER revisions_removed AFTER DELETE ON revisions BEGIN
	DELETE FROM refs WHERE kind = OLD.kind AND created = OLD.created AND id = OLD.id
		AND ref IN (SELECT '' UNION ALL SELECT value FROM json_each(OLD.refs));
	DELETE FROM log WHERE kind = OLD.kind AND at = OLD.at AND id = OLD.id AND number = OLD.number
		AND ref IN (SELECT value FROM json_each(OLD.refs));
END;
`, `
ALTER TABLE revisions ADD COLUMN personal TEXT;
ALTER TABLE revisions ADD COLUMN salt BLOB;
CREATE TRIGGER revisions_erased AFTER UPDATE OF refs ON revisions BEGIN
	DELETE FROM log WHERE kind = OLD.kind AND at = OLD.at AND id = OLD.id AND number = OLD.number
		AND ref IN (SELECT value FROM json_each(OLD.refs));
	INSERT OR IGNORE INTO log SELECT NEW.kind, value, NEW.at, NEW.id, NEW.number FROM json_each(NEW.refs);
	DELETE FROM refs WHERE kind = OLD.kind AND created = OLD.created AND id = OLD.id
		AND ref IN (SELECT value FROM json_each(OLD.refs));
	INSERT OR IGNORE INTO refs SELECT r.kind, e.value, r.created, r.id FROM revisions r, json_each(r.refs) e
		WHERE r.kind = NEW.kind AND r.id = NEW.id;
END;
`, `
CREATE TABLE formats (number INTEGER PRIMARY KEY, program TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
UPDATE revisions SET refs = '[]' WHERE refs = 'null';
`, `
DROP TRIGGER revisions_refs;
CREATE TRIGGER revisions_refs AFTER INSERT ON revisions BEGIN
	INSERT OR IGNORE INTO refs VALUES (NEW.kind, '', NEW.created, NEW.id);
	DELETE FROM refs WHERE kind = NEW.kind AND created = NEW.created AND id = NEW.id AND ref IN (
		SELECT e.value FROM revisions r, json_each(r.refs) e
		WHERE r.kind = NEW.kind AND r.id = NEW.id
			AND r.number = (SELECT max(number) FROM revisions WHERE kind = NEW.kind AND id = NEW.id AND number < NEW.number)
			AND e.value NOT IN (SELECT value FROM json_each(NEW.refs))
			AND NOT EXISTS (SELECT 1 FROM revisions WHERE kind = NEW.kind AND id = NEW.id AND number > NEW.number));
	INSERT OR IGNORE INTO refs SELECT NEW.kind, value, NEW.created, NEW.id FROM json_each(NEW.refs)
		WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE kind = NEW.kind AND id = NEW.id AND number > NEW.number);
END;
DROP TRIGGER revisions_erased;
CREATE TRIGGER revisions_erased AFTER UPDATE OF refs ON revisions BEGIN
	DELETE FROM log WHERE kind = OLD.kind AND at = OLD.at AND id = OLD.id AND number = OLD.number
		AND ref IN (SELECT value FROM json_each(OLD.refs));
	INSERT OR IGNORE INTO log SELECT NEW.kind, value, NEW.at, NEW.id, NEW.number FROM json_each(NEW.refs);
	DELETE FROM refs WHERE kind = OLD.kind AND created = OLD.created AND id = OLD.id
		AND ref IN (SELECT value FROM json_each(OLD.refs));
	INSERT OR IGNORE INTO refs SELECT r.kind, e.value, r.created, r.id FROM revisions r, json_each(r.refs) e
		WHERE r.kind = NEW.kind AND r.id = NEW.id
			AND r.number = (SELECT max(number) FROM revisions WHERE kind = NEW.kind AND id = NEW.id);
END;
DELETE FROM refs WHERE ref <> '' AND NOT EXISTS (
	SELECT 1 FROM revisions r, json_each(r.refs) e
	WHERE r.kind = refs.kind AND r.id = refs.id AND e.value = refs.ref
		AND r.number = (SELECT max(number) FROM revisions WHERE kind = refs.kind AND id = refs.id));
`}

// prepareFile checks whose file it is and brings it to the present format.
func (db *DB) prepareFile(ctx context.Context) error {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	switch version, err := inspect(ctx, conn); {
	case err != nil:
		return err
	case version == len(formats):
		return mendIndexes(ctx, conn)
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode=WAL"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	version, err := inspect(ctx, conn) // again: somebody may have been faster
	if err == nil && version < len(formats) {
		steps := strings.Join(formats[version:], "") + fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;", applicationID, len(formats))
		_, err = conn.ExecContext(ctx, steps+"INSERT INTO formats VALUES (?, ?, ?);", len(formats), program.String(), time.Now().UnixMilli())
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, undo := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}

// inspect tells the format of the file; that of an empty one is 0.
func inspect(ctx context.Context, conn *sql.Conn) (version int, err error) {
	var id, objects int
	err = conn.QueryRowContext(ctx, `SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id a, pragma_user_version v`).Scan(&id, &version, &objects)
	switch {
	case err != nil:
		return 0, err
	case id == 0 && version == 0 && objects == 0:
		return 0, nil
	case id != applicationID:
		return 0, fmt.Errorf("%w: the file is a database of another program", trace.ErrInvalid)
	case version > len(formats):
		return 0, contract.Newer("the file", version, len(formats), maker(ctx, conn, version))
	case version < 1:
		return 0, fmt.Errorf("%w: the file has format %d, which never existed", trace.ErrInvalid, version)
	}
	return version, nil
}

// maker is the version of the program that brought the file to a format; empty
// where that is not known.
func maker(ctx context.Context, conn *sql.Conn, version int) (name string) {
	// A format to come may keep it elsewhere: then it is not known.
	_ = conn.QueryRowContext(ctx, "SELECT program FROM formats WHERE number = ?", version).Scan(&name)
	return name
}

// An object is a table, an index or a trigger. A trigger may have the name of an
// index.
type object struct{ kind, name string }

func (o object) String() string { return o.kind + " " + o.name }

// objects are those of a database, with the statements that made them. Indexes
// that SQLite makes by itself have none.
func objects(ctx context.Context, conn *sql.Conn) (map[object]string, error) {
	rows, err := conn.QueryContext(ctx, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[object]string{}
	for rows.Next() {
		var o object
		var statement string
		if err := rows.Scan(&o.kind, &o.name, &statement); err != nil {
			return nil, err
		}
		found[o] = statement
	}
	return found, rows.Err()
}

// wanted are the objects of the present format, which an empty database in
// memory gets.
func wanted(ctx context.Context) (found map[object]string, err error) {
	memory, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, memory.Close()) }()
	conn, err := memory.Conn(ctx) // each has a memory of its own
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, strings.Join(formats, "")); err != nil {
		return nil, err
	}
	return objects(ctx, conn)
}

// mendIndexes makes the indexes that somebody took away.
func mendIndexes(ctx context.Context, conn *sql.Conn) error {
	want, err := wanted(ctx)
	if err != nil {
		return err
	}
	have, err := objects(ctx, conn)
	if err != nil {
		return err
	}
	for o, statement := range want {
		if _, there := have[o]; o.kind != "index" || there {
			continue
		}
		if _, err := conn.ExecContext(ctx, strings.Replace(statement, "CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1)); err != nil {
			return fmt.Errorf("%v: %w", o, err)
		}
	}
	return nil
}

// Schema says in words how tables, indexes and triggers differ from those of the
// present format, each with the remedy; nothing when they do not.
func (db *DB) Schema(ctx context.Context) ([]string, error) {
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return nil, wrap(err)
	}
	defer conn.Close()
	have, err := objects(ctx, conn)
	if err != nil {
		return nil, wrap(err)
	}
	want, err := wanted(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, o := range slices.SortedFunc(maps.Keys(want), order) {
		switch statement, there := have[o]; {
		case !there && o.kind == "index":
			wrong = append(wrong, fmt.Sprintf("the %v is missing: the next start of the service makes it", o))
		case !there:
			wrong = append(wrong, fmt.Sprintf("the %v is missing: restore the file from a back-up, or copy its records to a new one with: temgoc migrate", o))
		case statement != want[o]:
			wrong = append(wrong, fmt.Sprintf("the %v is not the one of this format: copy the records to a new file with: temgoc migrate", o))
		}
	}
	for _, o := range slices.SortedFunc(maps.Keys(have), order) {
		if _, known := want[o]; !known && !strings.HasPrefix(o.name, "sqlite_") {
			wrong = append(wrong, fmt.Sprintf("the %v is not of this program: remove it with: DROP %s %q", o, strings.ToUpper(o.kind), o.name))
		}
	}
	return wrong, nil
}

func order(a, b object) int { return strings.Compare(a.String(), b.String()) }
