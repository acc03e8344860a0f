package storagetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"temgoc/internal/trace"
)

// personal is a revision with something personal in it.
func personal(id string, number int, refs ...string) trace.Revision {
	r := revision(plants, id, number, refs...)
	r.Op = trace.Op{Key: "htx 1", Hash: "0f0f"}
	r.Personal = json.RawMessage(`{"person":"Bàn Thị Mai","shipping":{"recipient":"Nguyễn Văn A"}}`)
	r.Salt = bytes.Repeat([]byte{byte(number), 0, 255, '"'}, trace.SaltSize/4)
	return r
}

// history is that of a document, which must be there.
func history(t *testing.T, s trace.Store, id string) []trace.Revision {
	t.Helper()
	found, err := s.History(t.Context(), plants, id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func testPersonal(t *testing.T, s trace.Store) {
	want := []trace.Revision{personal("a", 1, "term"), revision(plants, "a", 2, "term")}
	insert(t, s, want...)
	same(t, "History", history(t, s, "a"), want)
	if got := history(t, s, "a")[1]; got.Personal != nil || got.Salt != nil {
		t.Errorf("a revision without anything personal comes back with %s and %x", got.Personal, got.Salt)
	}
}

func testErase(t *testing.T, s trace.Store) {
	want := []trace.Revision{personal("a", 1, "mai", "batch"), personal("a", 2, "mai", "batch"), personal("b", 1, "mai")}
	insert(t, s, want...)
	want[0].Personal, want[0].Salt, want[0].Refs = nil, nil, []string{"batch"}
	want[0].Op.Hash, want[1].Op.Hash = "", ""
	want[1].Personal, want[1].Salt, want[1].Refs = json.RawMessage(`{"shipping":{"recipient":"Nguyễn Văn A"}}`), nil, []string{"batch", "new"}
	for range 2 { // it can be repeated
		for _, r := range want[:2] {
			if err := s.Erase(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "History", history(t, s, "a"), want[:2])
		same(t, "History of another", history(t, s, "b"), want[2:])
		for term, ids := range map[string][]string{"mai": {"b"}, "batch": {"a"}, "new": {"a"}, "": {"a", "b"}} {
			listed, err := s.List(t.Context(), trace.Query{Kind: plants, Ref: term, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			if got := idsOf(listed.Revisions); !slices.Equal(got, ids) {
				t.Errorf("List under %q gives %q, want %q", term, got, ids)
			}
		}
		logged, err := s.Log(t.Context(), trace.LogQuery{Kind: plants, Ref: "mai", Limit: 10})
		if err != nil || len(logged.Revisions) != 1 {
			t.Errorf("Log still finds %d revisions under what was erased: %v", len(logged.Revisions), err)
		}
	}
}

func idsOf(revisions []trace.Revision) []string {
	var ids []string
	for _, r := range revisions {
		ids = append(ids, r.ID)
	}
	return ids
}

func testEraseRefused(t *testing.T, s trace.Store) {
	insert(t, s, personal("a", 1, "mai"))
	missing, salted, broken := revision(plants, "a", 2), personal("a", 1), revision(plants, "a", 1)
	broken.Personal = json.RawMessage(`[1]`)
	for name, test := range map[string]struct {
		r    trace.Revision
		want error
	}{
		"no such revision": {missing, trace.ErrNotFound},
		"a salt":           {salted, trace.ErrInvalid},
		"no object":        {broken, trace.ErrInvalid},
		"a bad ref":        {revision(plants, "a", 1, ""), trace.ErrInvalid},
	} {
		if err := s.Erase(t.Context(), test.r); !errors.Is(err, test.want) {
			t.Errorf("Erase with %s: %v, want %v", name, err, test.want)
		}
	}
	same(t, "History", history(t, s, "a"), []trace.Revision{personal("a", 1, "mai")})
	short := personal("c", 1)
	short.Salt = short.Salt[1:]
	if err := s.Insert(t.Context(), short); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("Insert with a salt that is too short: %v", err)
	}
}
