package proof

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/trace"
)

// column names of revisions, in the order of row.
var columns = []string{"kind", "id", "number", "created", "at", "by", "op_key", "op_hash", "refs", "body", "personal", "salt"}

// sqlVandal changes a database of SQLite.
type sqlVandal struct {
	db   *sql.DB
	rows []int64 // the rowids of revisions
}

func sqliteVandal(t *testing.T, path string) vandal {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(0)&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	v := &sqlVandal{db: db}
	for _, where := range []string{"kind NOT LIKE 'log%'", "kind = 'logleaves'", "kind = 'logtiles'"} {
		rows, err := db.Query("SELECT rowid FROM revisions WHERE " + where)
		if err != nil {
			t.Fatal(err)
		}
		var some []int64
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			some = append(some, id)
		}
		for len(some) > 0 && len(some) < 1000 {
			some = append(some, some...)
		}
		v.rows = append(v.rows, some[:min(len(some), 1000)]...)
	}
	return v.think
}

func (v *sqlVandal) think(random *rand.Rand) *change {
	rowid := v.rows[random.IntN(len(v.rows))]
	row, err := v.row(rowid)
	if err != nil {
		return nil
	}
	var c *change
	switch n := random.IntN(20); {
	case n < 2:
		c = v.remove(rowid, row)
	case n < 5:
		c = v.insert(row, random)
	case n < 7:
		return v.derived(random)
	default:
		c = v.update(rowid, row, random)
	}
	if c == nil {
		return nil
	}
	return v.thorough(c)
}

func (v *sqlVandal) row(rowid int64) ([]any, error) {
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	err := v.db.QueryRow("SELECT "+strings.Join(columns, ",")+" FROM revisions WHERE rowid = ?", rowid).Scan(into...)
	return row, err
}

// sort is the sort of a change, by the kind of its document.
func sort(what, kind string) string {
	if kind == string(KindLeaves) || kind == string(KindTiles) {
		return what + ", " + kind
	}
	return what + ", records"
}

func keyOfRow(row []any) key {
	return key{trace.Kind(row[0].(string)), row[1].(string), int(row[2].(int64))}
}

// exec makes a step of a change out of a statement.
func (v *sqlVandal) exec(statement string, args ...any) func() error {
	return func() error {
		done, err := v.db.Exec(statement, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); n == 0 {
			return fmt.Errorf("%s changed nothing: %v", statement, err)
		}
		return nil
	}
}

func (v *sqlVandal) update(rowid int64, row []any, random *rand.Rand) *change {
	i := random.IntN(len(columns))
	if row[1] == erasedID && slices.Contains([]string{"op_key", "refs", "personal"}, columns[i]) {
		return nil
	}
	value := mutated(row[i], columns[i], random)
	statement := "UPDATE revisions SET " + columns[i] + " = ? WHERE rowid = ?"
	return &change{
		what: sort("column "+columns[i], row[0].(string)), how: fmt.Sprintf("%v: %s = %.200q, was %.200q", keyOfRow(row), columns[i], value, row[i]),
		apply: v.exec(statement, value, rowid), undo: v.exec(statement, row[i], rowid), of: keyOfRow(row),
	}
}

// mutated is another value for a column.
func mutated(value any, column string, random *rand.Rand) any {
	switch old := value.(type) {
	case int64:
		return old + []int64{-1, 1, -1000, 86_400_000, 1 << 40}[random.IntN(5)]
	case []byte:
		if random.IntN(4) == 0 {
			return nil
		}
		changed := slices.Clone(old)
		changed[random.IntN(len(changed))] ^= 1 << random.IntN(8)
		return changed
	case nil:
		if column == "salt" {
			return make([]byte, 32)
		}
		return `{"person":"Nguyễn Văn A"}`
	case string:
		if column == "personal" && random.IntN(8) == 0 {
			return nil
		}
		if column == "refs" && random.IntN(2) == 0 {
			return otherTerms(old, random)
		}
		return edited(old, random)
	}
	return value
}

// otherTerms takes a term out of a list, adds one, or turns it around.
func otherTerms(list string, random *rand.Rand) string {
	var refs []string
	if err := json.Unmarshal([]byte(list), &refs); err != nil {
		return list
	}
	switch i := random.IntN(3); {
	case i == 0 && len(refs) > 0:
		refs = slices.Delete(refs, 0, 1)
	case i == 1:
		slices.Reverse(refs)
	default:
		refs = append(refs, "batch:AAAAAAAAAA")
	}
	changed, _ := json.Marshal(refs)
	return string(changed)
}

var placeholders = strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",")

func (v *sqlVandal) remove(rowid int64, row []any) *change {
	return &change{
		what: sort("row removed", row[0].(string)), how: fmt.Sprint(keyOfRow(row)), of: keyOfRow(row),
		apply: v.exec("DELETE FROM revisions WHERE rowid = ?", rowid),
		undo: v.exec("INSERT INTO revisions (rowid,"+strings.Join(columns, ",")+") VALUES (?,"+placeholders+")",
			append([]any{rowid}, row...)...),
	}
}

// insert slips in a row like another one: another document, or the next revision,
// dated back with its time.
func (v *sqlVandal) insert(row []any, random *rand.Rand) *change {
	row = slices.Clone(row)
	if random.IntN(2) == 0 {
		row[2] = row[2].(int64) + 1
	} else {
		row[1] = edited(row[1].(string), random)
	}
	return &change{
		what: sort("row inserted", row[0].(string)), how: fmt.Sprint(keyOfRow(row)), of: keyOfRow(row),
		apply: v.exec("INSERT INTO revisions ("+strings.Join(columns, ",")+") VALUES ("+placeholders+")", row...),
		undo:  v.exec("DELETE FROM revisions WHERE kind = ? AND id = ? AND number = ?", row[:3]...),
	}
}

// thorough makes undo leave the tables that follow from revisions as they were,
// of which the triggers of the change may have taken or left something.
func (v *sqlVandal) thorough(c *change) *change {
	undo := c.undo
	c.undo = func() error {
		if err := undo(); err != nil {
			return err
		}
		for _, s := range []string{
			"DELETE FROM refs WHERE kind = ? AND id = ?",
			"DELETE FROM log WHERE kind = ? AND id = ?",
			"INSERT OR IGNORE INTO refs SELECT kind, '', created, id FROM revisions WHERE kind = ? AND id = ?",
			"INSERT OR IGNORE INTO refs SELECT r.kind, e.value, r.created, r.id FROM revisions r, json_each(r.refs) e WHERE r.kind = ? AND r.id = ?",
			"INSERT OR IGNORE INTO log SELECT r.kind, e.value, r.at, r.id, r.number FROM revisions r, json_each(r.refs) e WHERE r.kind = ? AND r.id = ?",
		} {
			if _, err := v.db.Exec(s, string(c.of.kind), c.of.id); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// derived changes a table that follows from revisions.
func (v *sqlVandal) derived(random *rand.Rand) *change {
	table := []string{"refs", "log"}[random.IntN(2)]
	fields := map[string][]string{"refs": {"kind", "ref", "created", "id"}, "log": {"kind", "ref", "at", "id", "number"}}[table]
	row, into := make([]any, len(fields)), make([]any, len(fields))
	for i := range row {
		into[i] = &row[i]
	}
	list := strings.Join(fields, ",")
	if err := v.db.QueryRow("SELECT " + list + " FROM " + table + " ORDER BY random() LIMIT 1").Scan(into...); err != nil {
		return nil
	}
	where := strings.Join(fields, " = ? AND ") + " = ?"
	insert := "INSERT INTO " + table + " (" + list + ") VALUES (" + placeholders[:2*len(fields)-1] + ")"
	switch i := random.IntN(len(fields) + 1); i {
	case len(fields):
		return &change{
			what: "row removed, table " + table, how: fmt.Sprint(row),
			apply: v.exec("DELETE FROM "+table+" WHERE "+where, row...), undo: v.exec(insert, row...),
		}
	default:
		other := slices.Clone(row)
		other[i] = mutated(row[i], fields[i], random)
		if other[i] == row[i] {
			return nil
		}
		if random.IntN(2) == 0 {
			return &change{
				what: "row inserted, table " + table, how: fmt.Sprint(other),
				apply: v.exec(insert, other...), undo: v.exec("DELETE FROM "+table+" WHERE "+where, other...),
			}
		}
		return &change{
			what: "column " + fields[i] + ", table " + table, how: fmt.Sprint(row, other),
			apply: v.exec("UPDATE "+table+" SET "+fields[i]+" = ? WHERE "+where, append([]any{other[i]}, row...)...),
			undo:  v.exec("UPDATE "+table+" SET "+fields[i]+" = ? WHERE "+where, append([]any{row[i]}, other...)...),
		}
	}
}

// dirVandal changes files in a directory.
func dirVandal(t *testing.T, root string) vandal {
	paths, err := filepath.Glob(filepath.Join(root, "sha256", "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	return func(random *rand.Rand) *change {
		path := paths[random.IntN(len(paths))]
		content, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		c := &change{how: path, undo: func() error {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
			return os.WriteFile(path, content, 0o400)
		}}
		switch random.IntN(6) {
		case 0:
			c.what, c.apply = "file removed", func() error { return os.Remove(path) }
		case 1:
			c.what, c.apply = "folder in place of a file", func() error {
				if err := os.Remove(path); err != nil {
					return err
				}
				return os.Mkdir(path, 0o700)
			}
		default:
			c.what, c.apply = "file changed", func() error {
				if err := os.Remove(path); err != nil {
					return err
				}
				return os.WriteFile(path, corrupted(content, random), 0o400)
			}
		}
		return c
	}
}

// corrupted is content with a bit changed, cut or lengthened.
func corrupted(content []byte, random *rand.Rand) []byte {
	content = slices.Clone(content)
	switch random.IntN(4) {
	case 0:
		return content[:random.IntN(len(content))]
	case 1:
		return append(content, byte(random.IntN(256)))
	}
	content[random.IntN(len(content))] ^= 1 << random.IntN(8)
	return content
}
