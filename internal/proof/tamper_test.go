package proof

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/minio"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

// soak tells whether the long forms of tests are asked for.
func soak() bool { return os.Getenv("TEMGOC_SOAK") == "1" }

// times is how often something is done, in the short and in the long form.
func times(short, long int) int {
	if soak() {
		return long
	}
	return short
}

// A change is one that is made behind the back of a store.
type change struct {
	what string // its sort, by which changes are counted
	how  string
	// apply makes the change, unless it is impossible; undo takes it back.
	apply func() error
	undo  func() error
	// of is the document that is changed, which must then read differently for
	// the change to count; zero where every change does.
	of key
}

// A vandal thinks of a random change that nobody is to make; nil where the one
// that was drawn is none.
type vandal func(random *rand.Rand) *change

// TestTamper makes single random changes to what is stored, of whatever sort:
// an audit finds each of them, and nothing wrong before and after.
func TestTamper(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		tamperSQLite(t, 2, times(100, 500))
		tamperSQLite(t, 35, times(30, 6000)) // with tiles
	})
	t.Run("mongo", func(t *testing.T) {
		tamperMongo(t, 2, times(30, 2200))
		if soak() {
			tamperMongo(t, 35, 300) // with tiles
		}
	})
	t.Run("dir", func(t *testing.T) {
		root := t.TempDir()
		tamper(t, engines["sqlite"](t)(), openFilesIn(t, root), 2, times(40, 500), func() vandal { return dirVandal(t, root) })
	})
	t.Run("minio", func(t *testing.T) {
		s3 := servers.MinIO(t)
		config, err := minio.ParseURL(s3.URL())
		if err != nil {
			t.Fatal(err)
		}
		config.CreateBucket = true
		files, err := minio.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		tamper(t, engines["sqlite"](t)(), files, 2, times(20, 500), func() vandal { return minioVandal(t, s3) })
	})
}

func tamperSQLite(t *testing.T, eighth, changes int) {
	path := t.TempDir() + "/temgoc.db"
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tamper(t, store, openFiles(t), eighth, changes, func() vandal { return sqliteVandal(t, path) })
}

func tamperMongo(t *testing.T, eighth, changes int) {
	uri := servers.MongoDB(t)
	store, err := mongo.Open(t.Context(), uri, append(Kinds(), logged...))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tamper(t, store, openFiles(t), eighth, changes, func() vandal { return mongoVandal(t, uri) })
}

// tamper makes changes to a store with something in it.
func tamper(t *testing.T, store trace.Store, files trace.Files, eighth, changes int, open func() vandal) {
	key := freshKey(t)
	filled(t, openLog(t, store, key), files, eighth)
	sound := func() {
		t.Helper()
		if found := findings(t, store, files, key); len(found) > 0 {
			t.Fatalf("a false alarm: %q", found)
		}
	}
	sound()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	think := open()
	counts := map[string]int{}
	for made := 0; made < changes; {
		c := think(random)
		if c == nil || !effective(t, store, c) {
			continue
		}
		made++
		counts[c.what]++
		if len(findings(t, store, files, key)) == 0 {
			t.Errorf("not found, with seed %d: %s: %s", seed, c.what, c.how)
		}
		restore(t, c)
		if made%100 == 0 {
			sound()
		}
	}
	sound()
	t.Logf("%d changes, all found unless said above:", changes)
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%6d %s", counts[what], what)
	}
}

// effective makes a change, and takes it back where a document reads as before:
// white space in JSON, or null for what is absent.
func effective(t *testing.T, store trace.Store, c *change) bool {
	t.Helper()
	before := reading(store, c.of)
	if err := c.apply(); err != nil {
		return false // a constraint of the engine
	}
	if c.of == (key{}) || reading(store, c.of) != before {
		return true
	}
	restore(t, c)
	return false
}

func restore(t *testing.T, c *change) {
	t.Helper()
	if err := c.undo(); err != nil {
		t.Fatalf("undoing %s: %v", c.how, err)
	}
}

// reading is how a document reads, as text.
func reading(store trace.Store, k key) string {
	if k == (key{}) {
		return ""
	}
	history, err := store.History(context.Background(), k.kind, k.id)
	var b strings.Builder
	fmt.Fprintln(&b, err)
	for _, r := range history {
		body, err := Canonical(r.Body)
		personal, _ := Canonical(r.Personal)
		fmt.Fprintf(&b, "%d %v %v %q %q %q %s %v %s %x\n", r.Number, r.Created, r.At, r.By, r.Op, r.Refs, body, err, personal, r.Salt)
	}
	return b.String()
}

// findings is what an audit, and a look at the tables, find.
func findings(t *testing.T, store trace.Store, files trace.Files, key *Key) []string {
	t.Helper()
	done, faults := audited(t, store, files, key, "")
	var found []string
	for _, f := range faults {
		found = append(found, f.Error())
	}
	if done.Unfinished > 0 {
		found = append(found, "unfinished")
	}
	if db, ok := store.(*sqlite.DB); ok && len(found) == 0 {
		wrong, err := db.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, wrong...)
	}
	return found
}

// edited changes a text in one place.
func edited(text string, random *rand.Rand) string {
	const letters = `abcdef0123456789":{}[],ABCXYZ -+/=.@`
	letter := string(letters[random.IntN(len(letters))])
	i := random.IntN(len(text) + 1)
	switch {
	case i == len(text) || random.IntN(3) == 0:
		return text[:i] + letter + text[i:]
	case random.IntN(2) == 0:
		return text[:i] + text[i+1:]
	}
	return text[:i] + letter + text[i+1:]
}
