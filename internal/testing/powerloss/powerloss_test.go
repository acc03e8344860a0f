package powerloss

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hexed writes the texts of a recording as strace -xx does.
func hexed(recording string) string {
	text := func(s string) (out string) {
		for _, b := range []byte(s) {
			out += `\x` + hex.EncodeToString([]byte{b})
		}
		return out
	}
	recording = regexp.MustCompile(`"[^"]*"`).ReplaceAllStringFunc(recording, func(s string) string { return `"` + text(s[1:len(s)-1]) + `"` })
	return regexp.MustCompile(`<[/.][^. ][^>]*>`).ReplaceAllStringFunc(recording, func(s string) string {
		return "<" + text(s[1:len(s)-1]) + ">"
	})
}

// outcomes are the different contents of a directory after power failures at a
// moment, as many as chance finds: names with contents, in order.
func outcomes(t *testing.T, recording string, step int, deaf bool) map[string]bool {
	t.Helper()
	r, err := Read(strings.NewReader(hexed(recording)), "/d")
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDisk(r, "")
	if err != nil {
		t.Fatal(err)
	}
	d.Deaf = deaf
	if step < 0 {
		step = len(r.steps)
	}
	if err := d.Advance(step); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 15 {
		for j, fate := range Fates() {
			to := filepath.Join(t.TempDir(), fmt.Sprint(i, "-", j))
			if err := d.Fail(to, fate, random); err != nil {
				t.Fatal(err)
			}
			found[contents(t, to)] = true
		}
	}
	return found
}

func contents(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || path == dir || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, entry.Name()+"="+strings.ReplaceAll(string(content), "\x00", "."))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func TestFail(t *testing.T) {
	const create = `7 openat(AT_FDCWD</w>, "/d/f", O_RDWR|O_CREAT, 0600) = 5</d/f>` + "\n"
	const syncName = `7 openat(AT_FDCWD</w>, "/d", O_RDONLY) = 6</d>
7 fsync(6</d>) = 0
`
	set := func(all ...string) map[string]bool {
		m := map[string]bool{}
		for _, s := range all {
			m[s] = true
		}
		return m
	}
	for _, test := range []struct {
		name, recording string
		step            int
		deaf            bool
		want            map[string]bool
	}{
		{"a name alone", create, -1, false, set("", "f=")},
		{"written, synced, its name not", create + `7 pwrite64(5</d/f>, "abc", 3, 0) = 3
7 fdatasync(5</d/f>) = 0
`, -1, false, set("", "f=abc")},
		{"not synced", create + syncName + `7 pwrite64(5</d/f>, "abc", 3, 0) = 3
7 pwrite64(5</d/f>, "de", 2, 3) = 2
`, -1, false, set("f=", "f=abc", "f=...de", "f=abcde")},
		{"a sync covers what ended before it began", create + syncName + `7 pwrite64(5</d/f>, "a", 1, 0) = 1
8 pwrite64(5</d/f>, "b", 1, 1 <unfinished ...>
7 fsync(5</d/f> <unfinished ...>
8 <... pwrite64 resumed>) = 1
7 <... fsync resumed>) = 0
`, -1, false, set("f=a", "f=ab")},
		{"a sync that failed", create + syncName + `7 write(5</d/f>, "a", 1) = 1
7 fsync(5</d/f>) = -1 EIO (Input/output error)
`, -1, false, set("f=", "f=a")},
		{"a sync that is ignored", create + syncName + `7 write(5</d/f>, "a", 1) = 1
7 fsync(5</d/f>) = 0
`, -1, true, set("", "f=", "f=a")},
		{"written in a row, then cut", create + syncName + `7 write(5</d/f>, "ab", 2) = 2
7 write(5</d/f>, "cd", 2) = 2
7 fsync(5</d/f>) = 0
7 ftruncate(5</d/f>, 1) = 0
`, -1, false, set("f=abcd", "f=a")},
		{"moved over another", create + `7 write(5</d/f>, "a", 1) = 1
7 fsync(5</d/f>) = 0
` + syncName + `7 openat(AT_FDCWD</w>, "/d/g", O_RDWR|O_CREAT, 0600) = 8</d/g>
7 write(8</d/g>, "b", 1) = 1
7 fsync(8</d/g>) = 0
7 renameat(AT_FDCWD</w>, "/d/g", AT_FDCWD</w>, "/d/f") = 0
`, -1, false, set("f=a", "f=b", "f=a g=b")},
		{"linked and removed", `7 mkdirat(AT_FDCWD</w>, "/d/t", 0700) = 0
7 openat(AT_FDCWD</w>, "/d/t/x", O_RDWR|O_CREAT, 0600) = 5</d/t/x>
7 write(5</d/t/x>, "a", 1) = 1
7 fsync(5</d/t/x>) = 0
` + syncName + `7 linkat(AT_FDCWD</w>, "/d/t/x", AT_FDCWD</w>, "/d/f", 0) = 0
7 fsync(6</d>) = 0
7 unlinkat(AT_FDCWD</w>, "/d/t/x", 0) = 0
`, -1, false, set("f=a", "f=a x=a")},
		{"what failed did nothing", create + syncName + `7 unlink("/d/f") = -1 EIO (Input/output error)
7 pwrite64(5</d/f>, "abc", 3, 0) = -1 ENOSPC (No space left on device)
`, -1, false, set("f=")},
		{"before anything", create, 0, false, set("")},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, outcomes(t, test.recording, test.step, test.deaf)); diff != "" {
				t.Errorf("-want +found:\n%s", diff)
			}
		})
	}
}

// TestTorn has a write of three sectors, any of which may be lost.
func TestTorn(t *testing.T) {
	c := &change{offset: 510, data: []byte(strings.Repeat("a", 2) + strings.Repeat("b", 512) + "c")}
	var got []string
	for _, part := range c.sectors(512) {
		got = append(got, fmt.Sprintf("%d+%d", part.offset, len(part.data)))
	}
	if diff := cmp.Diff([]string{"510+2", "512+512", "1024+1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownCallsAreRefused(t *testing.T) {
	const create = `7 openat(AT_FDCWD</w>, "/d/f", O_RDWR|O_CREAT, 0600) = 5</d/f>` + "\n"
	for _, line := range []string{
		`7 fallocate(5</d/f>, 0, 0, 4096) = 0`, `7 pwritev(5</d/f>, [{iov_base="a", iov_len=1}], 1, 0) = 1`,
		`7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5</d/f>, 0) = 0x7f0000000000`,
		`7 pwrite64(9</d/g>, "abc", 3, 0) = 3`,
	} {
		r, err := Read(strings.NewReader(hexed(create+line+"\n")), "/d")
		if err != nil {
			t.Fatal(err)
		}
		d, err := NewDisk(r, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Advance(len(r.steps)); err == nil {
			t.Errorf("played back: %s", line)
		}
	}
	if _, err := Read(strings.NewReader("7 nonsense\n"), "/d"); err == nil {
		t.Error("a line that is none of strace was read")
	}
}

func TestSaid(t *testing.T) {
	r, err := Read(strings.NewReader(hexed(`7 write(9<socket:[1]>, "HTTP/1.1 201 Created", 20) = 20
7 write(9<socket:[1]>, "else", 4) = 4
`)), "/d")
	if err != nil || len(r.Said) != 1 || r.Said[0] != (Said{0, "HTTP/1.1 201 Created"}) {
		t.Errorf("%+v, %v", r.Said, err)
	}
	if diff := cmp.Diff([]int{0, 1}, r.Moments()); diff != "" {
		t.Error(diff)
	}
}
