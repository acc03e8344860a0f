package stamp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

func TestCreateAndLoadKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	made, err := CreateKeys(path, source("create"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the key file has mode %v, %v; want 0600", info.Mode(), err)
	}
	loaded, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Fingerprint() != made.Fingerprint() || loaded.Current() != "k1" || !slices.Equal(loaded.IDs(), []string{"k1"}) {
		t.Errorf("wrote %v, read %v", made, loaded)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CreateKeys(path, source("again")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("creating over a key file = %v, want %v", err, fs.ErrExist)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the key file changed: %v", err)
	}
	if _, err := CreateKeys(filepath.Join(path, "below"), source("x")); err == nil {
		t.Error("a key file was created below a file")
	}
	if _, err := LoadKeys(path + ".none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("loading a missing file = %v, want %v", err, fs.ErrNotExist)
	}
}

func TestFailingSourceLeavesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := CreateKeys(path, iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("CreateKeys = %v", err)
	}
	if _, err := CreateKeys(path, strings.NewReader("too short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("CreateKeys with nine bytes = %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after failures the file is there: %v", err)
	}
}

func TestLoadKeysRefusesWiderModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := CreateKeys(path, source("modes")); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o660, 0o666, 0o601, 0o700, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := LoadKeys(path)
		if !errors.Is(err, ErrKeyFileMode) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %#o: %v, want %v and what to do", mode, err, ErrKeyFileMode)
		}
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKeys(path); err != nil {
			t.Errorf("mode %#o: %v", mode, err)
		}
	}
	if _, err := LoadKeys(filepath.Dir(path)); !errors.Is(err, ErrKeyFile) {
		t.Errorf("loading a directory = %v, want %v", err, ErrKeyFile)
	}
}

func TestLoadKeysRefusesDamage(t *testing.T) {
	a, b := strings.Repeat("A", 43)+"=", "B"+strings.Repeat("A", 42)+"="
	file := func(format, current, keys string) string {
		return fmt.Sprintf(`{"format":%q,"current":%q,"keys":[%s]}`, format, current, keys)
	}
	key := func(kid, master string) string { return fmt.Sprintf(`{"kid":%q,"master":%q}`, kid, master) }
	good := file(keyFileFormat, "k2", key("k1", a)+","+key("k2", b))
	tests := map[string]string{
		"empty":               "",
		"white space":         " \n",
		"garbage":             "\x00\xff\x01garbage",
		"null":                "null",
		"another document":    `{}`,
		"a list":              `[]`,
		"unknown field":       strings.Replace(good, `"current"`, `"x":1,"current"`, 1),
		"two documents":       good + good,
		"trailing garbage":    good + "x",
		"another format":      file("temgoc-keys/2", "k1", key("k1", a)),
		"no keys":             file(keyFileFormat, "k1", ""),
		"no current":          file(keyFileFormat, "", key("k1", a)),
		"current not there":   file(keyFileFormat, "k9", key("k1", a)),
		"kid twice":           file(keyFileFormat, "k1", key("k1", a)+","+key("k1", b)),
		"master twice":        file(keyFileFormat, "k1", key("k1", a)+","+key("k2", a)),
		"no kid":              file(keyFileFormat, "", key("", a)),
		"bad kid":             file(keyFileFormat, "K 1", key("K 1", a)),
		"long kid":            file(keyFileFormat, strings.Repeat("k", 33), key(strings.Repeat("k", 33), a)),
		"short master":        file(keyFileFormat, "k1", key("k1", base64.StdEncoding.EncodeToString(make([]byte, 31)))),
		"long master":         file(keyFileFormat, "k1", key("k1", base64.StdEncoding.EncodeToString(make([]byte, 33)))),
		"no master":           file(keyFileFormat, "k1", key("k1", "")),
		"master not base64":   file(keyFileFormat, "k1", key("k1", strings.Repeat("!", 44))),
		"master not strict":   file(keyFileFormat, "k1", key("k1", strings.Repeat("A", 42)+"B=")),
		"master is a number":  `{"format":"temgoc-keys/1","current":"k1","keys":[{"kid":"k1","master":1}]}`,
		"larger than allowed": `{"format":"` + strings.Repeat("x", 2<<20) + `"}`,
	}
	for i := range len(good) {
		tests[fmt.Sprintf("cut at byte %d", i)] = good[:i]
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	load := func(content string) (*Keys, error) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return LoadKeys(path)
	}
	if _, err := load(good); err != nil {
		t.Fatalf("the undamaged file: %v", err)
	}
	for name, content := range tests {
		keys, err := load(content)
		if !errors.Is(err, ErrKeyFile) || keys != nil {
			t.Errorf("%s: %v, %v; want %v", name, keys, err, ErrKeyFile)
			continue
		}
		if strings.Contains(err.Error(), a) || strings.Contains(err.Error(), b) || len(err.Error()) > 400 {
			t.Errorf("%s: the error tells a key or is too long: %.200v", name, err)
		}
	}
}

func TestRotateKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	random := source("rotate")
	first, err := CreateKeys(path, random)
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := RotateKeys(path, random)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Current() != "k2" || !slices.Equal(loaded.IDs(), []string{"k1", "k2"}) || loaded.Fingerprint() != rotated.Fingerprint() {
		t.Errorf("after a rotation the file holds %v with current %s, want %v", loaded, loaded.Current(), rotated)
	}
	was, err := first.KeyFingerprint("k1")
	if err != nil {
		t.Fatal(err)
	}
	if is, err := loaded.KeyFingerprint("k1"); err != nil || is != was {
		t.Errorf("a rotation changed k1 from %s to %s, %v", was, is, err)
	}
	if loaded.Fingerprint() == first.Fingerprint() {
		t.Error("a rotation did not change the fingerprint")
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("a rotation left %v, %v", files, err)
	}
	if _, err := RotateKeys(path+".none", random); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("rotating a missing file = %v", err)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("a failed rotation left %v, %v", files, err)
	}
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := RotateKeys(path, random); !errors.Is(err, fs.ErrExist) {
		t.Errorf("rotating beside another rotation = %v, want %v", err, fs.ErrExist)
	}
	if _, err := os.Stat(path + ".new"); err != nil {
		t.Errorf("the other rotation's file is gone: %v", err)
	}
}

// Rotations at a time either fail or each add a key: none is lost.
func TestConcurrentRotations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := CreateKeys(path, source("start")); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	done := 0
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			_, err := RotateKeys(path, source(fmt.Sprint(i)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if !errors.Is(err, fs.ErrExist) {
				t.Errorf("rotation %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	keys, err := LoadKeys(path)
	if err != nil || done == 0 || len(keys.IDs()) != 1+done {
		t.Errorf("%d rotations succeeded, the file holds %v, %v", done, keys, err)
	}
}

func TestRotateSkipsTakenIDs(t *testing.T) {
	keys := &Keys{current: "k2", masters: map[string][masterSize]byte{"k2": {1}}}
	next, err := keys.Rotate(source("taken"))
	if err != nil || next.Current() != "k3" || !slices.Equal(next.IDs(), []string{"k2", "k3"}) || len(keys.IDs()) != 1 {
		t.Errorf("Rotate = %v, %v; the old ring is %v", next, err, keys)
	}
}

func TestFingerprint(t *testing.T) {
	one, two := [masterSize]byte{1}, [masterSize]byte{2}
	ring := func(current string, masters map[string][masterSize]byte) *Keys { return &Keys{current, masters} }
	base := ring("a", map[string][masterSize]byte{"a": one, "b": two})
	if same := ring("b", map[string][masterSize]byte{"b": two, "a": one}); same.Fingerprint() != base.Fingerprint() {
		t.Error("the fingerprint depends on the current key")
	}
	for name, other := range map[string]*Keys{
		"exchanged": ring("a", map[string][masterSize]byte{"a": two, "b": one}),
		"renamed":   ring("a", map[string][masterSize]byte{"a": one, "c": two}),
		"fewer":     ring("a", map[string][masterSize]byte{"a": one}),
		"changed":   ring("a", map[string][masterSize]byte{"a": one, "b": {3}}),
	} {
		if other.Fingerprint() == base.Fingerprint() {
			t.Errorf("%s: the fingerprint is the same", name)
		}
	}
	if got := base.Fingerprint(); len(got) != 32 {
		t.Errorf("fingerprint %q is not 32 hex digits", got)
	}
	if _, err := base.KeyFingerprint("z"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("KeyFingerprint(z) = %v, want %v", err, ErrUnknownKey)
	}
}

func TestSealerNeedsKeyAndBatch(t *testing.T) {
	keys, err := NewKeys(source("need"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Sealer("k7", drawBatch(t, source("b"))); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("Sealer with an unknown key = %v, want %v", err, ErrUnknownKey)
	}
	if _, err := keys.Sealer("k1", BatchCode{}); err == nil {
		t.Error("a sealer was made for no batch")
	}
}

func TestKeysStayOutOfLogs(t *testing.T) {
	master := [masterSize]byte([]byte("a master key that must not leak!"))
	keys := &Keys{"k1", map[string][masterSize]byte{"k1": master}}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, keys); got != keys.String() {
			t.Errorf("%s prints %s", format, got)
		}
	}
	//lint:ignore SA9005 that nothing comes out is what is tested
	text, err := json.Marshal(keys)
	if err != nil || string(text) != "{}" {
		t.Errorf("as JSON: %s, %v", text, err)
	}
}

func FuzzDecodeKeys(f *testing.F) {
	keys, err := NewKeys(source("fuzz"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encodeKeys(keys))
	f.Add([]byte(`{"format":"temgoc-keys/1","current":"k1","keys":[{"kid":"k1","master":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := decodeKeys(data)
		if err != nil {
			if !errors.Is(err, ErrKeyFile) {
				t.Errorf("decodeKeys = %v", err)
			}
			return
		}
		again, err := decodeKeys(encodeKeys(keys))
		if err != nil || again.Fingerprint() != keys.Fingerprint() || again.Current() != keys.Current() {
			t.Errorf("%v came back as %v, %v", keys, again, err)
		}
	})
}
