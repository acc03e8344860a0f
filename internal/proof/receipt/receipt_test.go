package receipt_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/receipt"
	"temgoc/internal/testing/treelog"
)

var at = time.Date(2026, 5, 12, 8, 30, 0, 0, time.UTC)

func clock() time.Time { return at }

// A world is a log with two witnesses, and two readings of one policy that asks
// for both.
type world struct {
	log    *treelog.Log
	sign   []note.Signer
	ours   *policy.Policy
	theirs torchwood.Policy
}

func newWorld(t testing.TB, size int) world {
	w := world{log: treelog.New(t, "t.example.vn/log")}
	w.log.Grow(size, "a")
	text := "log " + w.log.VKey + "\n"
	for _, name := range []string{"w1", "w2"} {
		s := treelog.Witness(t, name+".example.vn", clock)
		w.sign = append(w.sign, s)
		text += fmt.Sprintf("witness %s %s\n", name, s.Verifier())
	}
	text += "group both all w1 w2\nquorum both\n"
	var err error
	if w.ours, err = policy.Parse([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if w.theirs, err = torchwood.ParsePolicy([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return w
}

// receipt is that of an entry in the tree of a size.
func (w world) receipt(size, index int64) receipt.Receipt {
	return receipt.Receipt{Index: index, Path: w.log.Proof(size, index), Checkpoint: w.log.Signed(size, w.sign...)}
}

// check is our verdict on a text.
func (w world) check(text, entry []byte) (policy.Result, error) {
	r, err := receipt.Parse(text)
	if err != nil {
		return policy.Result{}, err
	}
	if !bytes.Equal(r.Format(), text) {
		return policy.Result{}, nil // accepted in a second form: tests fail by it
	}
	return r.Verify(entry, w.ours)
}

// Every leaf of every small tree is proved, in the bytes that torchwood writes,
// and torchwood verifies it.
func TestAllLeaves(t *testing.T) {
	const most = 20
	w := newWorld(t, most)
	for size := int64(1); size <= most; size++ {
		for index := range size {
			r := w.receipt(size, index)
			entry := w.log.Entry(index)
			text := r.Format()
			if theirs := torchwood.FormatProof(index, r.Path, r.Checkpoint); !bytes.Equal(theirs, text) {
				t.Fatalf("torchwood writes\n%s\nwe\n%s", theirs, text)
			}
			if err := torchwood.VerifyProof(w.theirs, tlog.RecordHash(entry), text); err != nil {
				t.Errorf("%d of %d: torchwood says %v", index, size, err)
			}
			result, err := w.check(text, entry)
			if err != nil || result.Size != size || len(result.Witnesses) != 2 || !result.Since().Equal(at) {
				t.Errorf("%d of %d: %+v, %v", index, size, result, err)
			}
			if _, err := w.check(text, append(bytes.Clone(entry), ' ')); !errors.Is(err, receipt.ErrNotIncluded) {
				t.Errorf("%d of %d: another entry gives %v", index, size, err)
			}
		}
	}
}

// Extra data is the entry, as torchwood writes it, and nothing else.
func TestExtra(t *testing.T) {
	w := newWorld(t, 9)
	r := w.receipt(9, 4)
	r.Extra = w.log.Entry(4)
	text := r.Format()
	if theirs := torchwood.FormatProofWithExtraData(4, r.Extra, r.Path, r.Checkpoint); !bytes.Equal(theirs, text) {
		t.Fatalf("torchwood writes\n%s\nwe\n%s", theirs, text)
	}
	if _, err := w.check(text, w.log.Entry(4)); err != nil {
		t.Error(err)
	}
	r.Extra = w.log.Entry(5)
	if _, err := w.check(r.Format(), w.log.Entry(4)); !errors.Is(err, receipt.ErrNotIncluded) {
		t.Errorf("foreign extra data gives %v", err)
	}
}

func TestQuorumNotMet(t *testing.T) {
	w := newWorld(t, 9)
	r := w.receipt(9, 4)
	r.Checkpoint = w.log.Signed(9, w.sign[0])
	result, err := w.check(r.Format(), w.log.Entry(4))
	if !errors.Is(err, policy.ErrQuorum) || result.Size != 9 || len(result.Witnesses) != 1 {
		t.Errorf("%+v, %v", result, err)
	}
}

// mutations yields a text with each byte changed in several ways, left out, and
// with others put in before it.
func mutations(text []byte, yield func(at int, changed []byte)) {
	others := []byte("\n\r =A0\xff")
	for i := range text {
		var swaps [256]bool
		for bit := range 8 {
			swaps[text[i]^1<<bit] = true
		}
		for _, c := range others {
			swaps[c] = true
			yield(i, bytes.Join([][]byte{text[:i], {c}, text[i:]}, nil))
		}
		for c, ok := range swaps {
			if ok && byte(c) != text[i] {
				changed := bytes.Clone(text)
				changed[i] = byte(c)
				yield(i, changed)
			}
		}
		yield(i, append(bytes.Clone(text[:i]), text[i+1:]...))
	}
}

// No change of a single character of a valid receipt passes.
func TestMutations(t *testing.T) {
	w := newWorld(t, 11)
	for _, extra := range []bool{false, true} {
		r := w.receipt(11, 5)
		if extra {
			r.Extra = w.log.Entry(5)
		}
		text, entry := r.Format(), w.log.Entry(5)
		if _, err := w.check(text, entry); err != nil {
			t.Fatal(err)
		}
		tried := 0
		mutations(text, func(at int, changed []byte) {
			tried++
			if bytes.Equal(changed, text) {
				return // a character put in beside its like and left out again
			}
			if _, err := w.check(changed, entry); err == nil {
				t.Errorf("a change at byte %d passes:\n%q", at, changed)
			}
		})
		t.Logf("%d changes of %d bytes", tried, len(text))
		for _, more := range []string{"\n", " ", "x", "— w3 AAAAAAAA\n\n"} {
			if _, err := w.check(append(bytes.Clone(text), more...), entry); err == nil {
				t.Errorf("%q at the end passes", more)
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	w := newWorld(t, 11)
	good := string(w.receipt(11, 5).Format())
	hash := strings.SplitN(good, "\n", 4)[2]
	for name, text := range map[string]string{
		"empty":             "",
		"header only":       "c2sp.org/tlog-proof@v1\n",
		"another version":   strings.Replace(good, "@v1", "@v2", 1),
		"no index":          strings.Replace(good, "index 5\n", "", 1),
		"index with a sign": strings.Replace(good, "index 5", "index +5", 1),
		"index too large":   strings.Replace(good, "index 5", "index 9223372036854775808", 1),
		"empty extra":       strings.Replace(good, "index 5", "extra \nindex 5", 1),
		"two extras":        strings.Replace(good, "index 5", "extra YQ==\nextra YQ==\nindex 5", 1),
		"extra after index": strings.Replace(good, "index 5", "index 5\nextra YQ==", 1),
		"stray bits":        strings.Replace(good, "index 5", "extra YR==\nindex 5", 1),
		"64 hashes":         strings.Replace(good, hash+"\n", strings.Repeat(hash+"\n", 64), 1),
		"returns":           strings.ReplaceAll(good, "\n", "\r\n"),
		"a mark in front":   "\ufeff" + good,
		"too long":          good + strings.Repeat("x", receipt.MaxSize),
	} {
		if _, err := receipt.Parse([]byte(text)); !errors.Is(err, receipt.ErrMalformed) {
			t.Errorf("%s: %v, want %v", name, err, receipt.ErrMalformed)
		}
	}
}

// What is accepted is written again as it was, and what verifies here verifies
// with torchwood.
func FuzzParse(f *testing.F) {
	w := newWorld(f, 11)
	r := w.receipt(11, 5)
	f.Add(r.Format())
	r.Extra = w.log.Entry(5)
	f.Add(r.Format())
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\n"))
	entry := w.log.Entry(5)
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := receipt.Parse(text)
		if err != nil {
			return
		}
		if again := r.Format(); !bytes.Equal(again, text) {
			t.Errorf("%q is written as %q", text, again)
		}
		if _, err := r.Verify(entry, w.ours); err != nil {
			return
		}
		if err := torchwood.VerifyProof(w.theirs, tlog.RecordHash(entry), text); err != nil {
			t.Errorf("we accept what torchwood refuses (%v):\n%s", err, text)
		}
	})
}
