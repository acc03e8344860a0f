package sqlite

import "testing"

// TestCheck finds each way in which the tables can contradict each other.
func TestCheck(t *testing.T) {
	db := fresh(t)
	for _, id := range []string{"a", "b"} {
		if err := db.Insert(t.Context(), sample(id, 1)); err != nil {
			t.Fatal(err)
		}
	}
	for _, change := range []string{
		``,
		`DELETE FROM refs WHERE id = 'a' AND ref = ''`,
		`DELETE FROM refs WHERE id = 'a' AND ref <> ''`,
		`INSERT INTO refs SELECT kind, 'batch:A', created, id FROM revisions WHERE id = 'a'`,
		`UPDATE refs SET created = created + 1 WHERE id = 'a' AND ref = ''`,
		`DELETE FROM log WHERE id = 'b'`,
		`INSERT INTO log SELECT kind, 'batch:A', at, id, number FROM revisions WHERE id = 'a'`,
		`UPDATE log SET at = at - 1 WHERE id = 'a'`,
	} {
		tx, err := db.write.Begin()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{`CREATE TEMP TABLE refs_kept AS SELECT * FROM refs`, `CREATE TEMP TABLE log_kept AS SELECT * FROM log`, change} {
			if _, err := tx.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		wrong, err := db.Check(t.Context())
		if err != nil || (len(wrong) > 0) != (change != "") {
			t.Errorf("after %q: %q, %v", change, wrong, err)
		}
		if _, err := db.write.Exec(`DELETE FROM refs; INSERT INTO refs SELECT * FROM refs_kept; DROP TABLE refs_kept;
			DELETE FROM log; INSERT INTO log SELECT * FROM log_kept; DROP TABLE log_kept`); err != nil {
			t.Fatal(err)
		}
	}
}
