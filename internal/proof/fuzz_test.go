package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// FuzzParseLeaf: what is read is written as the very bytes that it was read from.
func FuzzParseLeaf(f *testing.F) {
	first := stated(trace.KindRecords, "a", 1)
	first.Salt = make([]byte, trace.SaltSize)
	leaf, err := LeafOf(stated(trace.KindRecords, "a", 2), &first)
	if err != nil {
		f.Fatal(err)
	}
	entry, err := leaf.Entry()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(entry)
	f.Add([]byte(`{"pub":"","time":"2026-01-01T00:00:00Z","type":"x","v":1}`))
	f.Fuzz(func(t *testing.T, entry []byte) {
		l, err := ParseLeaf(entry)
		if err != nil {
			return
		}
		again, err := l.Entry()
		if err != nil || !bytes.Equal(again, entry) {
			t.Errorf("read and written again: %v\n%s\n%s", err, entry, again)
		}
	})
}

// FuzzCanonical: the one form of a value is JSON of the same value, and its own
// one form.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{
		`{"b":[1,-2,null,true],"a":{"é":"\u00e9\u2028\\","\ud83d\ude00":""}}`, `9007199254740993`, `-0`, `1.5`, `"\ud800"`, ` [ ] `, `{"a":1,"a":2}`, `1 2`, `0]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		form, err := Canonical(raw)
		if err != nil {
			if !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("%v is of no kind", err)
			}
			return
		}
		again, err := Canonical(form)
		if err != nil || !bytes.Equal(again, form) {
			t.Errorf("%q became %q, and that %q: %v", raw, form, again, err)
		}
		var before, after any
		if json.Unmarshal(raw, &before) != nil || json.Unmarshal(form, &after) != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%q says something else than %q", form, raw)
		}
	})
}

// FuzzReadGroup: a group that is read has its place and size, and is written as
// what it was read from, or is found to be changed.
func FuzzReadGroup(f *testing.F) {
	g := group{Size: 8, Checkpoint: "c", Leaves: []storedEntry{{Kind: trace.KindRecords, ID: "a", Number: 1, In: "batch:A", Entry: "{}"}}}
	raw, err := json.Marshal(g)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(groupID(7), raw)
	f.Add("7", raw)
	f.Add(groupID(0), []byte(`{"size":0,"leaves":[]}`))
	f.Fuzz(func(t *testing.T, id string, body []byte) {
		r := trace.Revision{Kind: KindLeaves, ID: id, Number: 1, By: writer, Body: body}
		g, err := readGroup(r)
		if err != nil {
			return
		}
		if g.start < 0 || g.Size != g.start+int64(len(g.Leaves)) || groupID(g.start) != id {
			t.Errorf("%q, %s: %+v", id, body, g)
		}
		if !asWritten(r, g.group) {
			return
		}
		again, err := Marshal(g.group)
		form, other := Canonical(body)
		if err != nil || other != nil || !bytes.Equal(again, form) {
			t.Errorf("%s is taken for %s", body, again)
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(checkpoint.Head{Origin: "temgoc.example/log", Size: 7, Root: tlog.RecordHash(nil)}.String())
	f.Add("a\n07\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
	f.Add("a\n-1\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseHead(text)
		if err == nil && (c.String() != text || c.Size < 0) {
			t.Errorf("read and written again:\n%q\n%q", text, c.String())
		}
	})
}

// FuzzTile: whatever path is asked for, there is a tile of the right size or none.
func FuzzTile(f *testing.F) {
	db, err := sqlite.Open(f.Context(), filepath.Join(f.TempDir(), "temgoc.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	l := openLog(f, db, freshKey(f))
	for i := range 5 {
		write(f, l.Store(), stated(trace.KindRecords, fmt.Sprint("r", i), 1))
	}
	for _, path := range []string{
		"0/000.p/5", "0/000.p/6", "entries/000.p/5", "entries/000", "1/000.p/1", "0/x001/234", "-1/000", "63/000",
		"0/x036/x028/x797/x018/963/968.p/1", "0/x072/x057/x594/x037/927/935.p/255", "data/000.p/1", "",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		data, err := l.Tile(t.Context(), path)
		if err != nil && !errors.Is(err, trace.ErrNotFound) {
			t.Errorf("%q: %v", path, err)
		}
		if err == nil && len(data) == 0 {
			t.Errorf("%q: an empty tile", path)
		}
	})
}
