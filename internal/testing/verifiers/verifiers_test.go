// Package verifiers runs the verifier of the browser and that in Go on the same
// changed receipts and policies: their verdicts are the same.
package verifiers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/receipt"
	"temgoc/internal/testing/treelog"
)

// patience bounds what the browser does; it is no promise.
const patience = 10 * time.Minute

var at = time.Date(2026, 5, 12, 8, 30, 0, 0, time.UTC)

func clock() time.Time { return at }

// A question to a verifier. JSON has the bytes in base64.
type question struct{ Receipt, Entry, Policy []byte }

// A verdict of a verifier, as the browser's words it.
type verdict struct {
	OK        bool   `json:"ok"`
	Why       string `json:"why"`
	Origin    string `json:"origin"`
	Index     int64  `json:"index"`
	Size      int64  `json:"size"`
	Time      int64  `json:"time"`
	Witnesses []seen `json:"witnesses"`
	Unknown   int    `json:"unknown"`
}

type seen struct {
	Name string `json:"name"`
	Key  string `json:"key"`
	Time int64  `json:"time"`
}

// inGo is the verdict of the packages receipt and policy.
func inGo(q question) verdict {
	p, err := policy.Parse(q.Policy)
	if err != nil {
		return verdict{Why: "policy"}
	}
	r, err := receipt.Parse(q.Receipt)
	if err != nil {
		return verdict{Why: "malformed"}
	}
	result, err := r.Verify(q.Entry, p)
	for why, kind := range map[string]error{
		"malformed": checkpoint.ErrMalformed, "untrusted": policy.ErrUntrusted, "not-included": receipt.ErrNotIncluded,
	} {
		if errors.Is(err, kind) {
			return verdict{Why: why}
		}
	}
	v := verdict{OK: err == nil, Origin: result.Origin, Index: r.Index, Size: result.Size, Unknown: result.Unknown}
	if errors.Is(err, policy.ErrQuorum) {
		v.Why = "quorum"
	}
	for _, w := range result.Witnesses {
		v.Witnesses = append(v.Witnesses, seen{w.Witness.Name, w.Witness.Verifier.Name(), w.At.UnixMilli()})
	}
	if len(v.Witnesses) > 0 {
		v.Time = result.Since().UnixMilli()
	}
	return v
}

// A world is a log, its witnesses and a valid question.
type world struct {
	log  *treelog.Log
	w    []note.Signer
	keys string // the policy without its quorum
	good question
}

const size = 11

func newWorld(t *testing.T) world {
	w := world{log: treelog.New(t, "t.example.vn/log")}
	w.log.Grow(size, "Chè Shan tuyết")
	w.keys = "# Sổ ghi\nlog " + w.log.VKey + " https://t.example.vn/log\n"
	for i, name := range []string{"w1.example.vn/sở", "w2.example.vn", "w3.example.vn"} {
		s := treelog.Witness(t, name, clock)
		w.w = append(w.w, s)
		w.keys += fmt.Sprintf("witness w%d %s\n", i+1, s.Verifier())
	}
	w.good = question{w.receipt(5, w.log.Signed(size, w.w...)).Format(), w.log.Entry(5), []byte(w.keys + "group g 2 w1 w2 w3\nquorum g\n")}
	return w
}

func (w world) receipt(index int64, signed []byte) receipt.Receipt {
	return receipt.Receipt{Index: index, Path: w.log.Proof(size, index), Checkpoint: signed}
}

// crafted are questions in which one thing is odd and what depends on it is
// signed again.
func (w world) crafted(t *testing.T) []question {
	all := []question{w.good}
	add := func(change func(q *question)) {
		q := w.good
		change(&q)
		all = append(all, q)
	}
	for index := range int64(size) {
		add(func(q *question) {
			r := w.receipt(index, w.log.Signed(size, w.w[:2]...))
			q.Entry, q.Receipt = w.log.Entry(index), r.Format()
		})
		add(func(q *question) {
			r := w.receipt(index, w.log.Signed(size, w.w...))
			r.Extra = w.log.Entry(index)
			q.Receipt = r.Format() // of another entry, mostly
		})
	}
	for _, quorum := range []string{"quorum none\n", "quorum w1\n", "quorum w3\n", "group a any w3\nquorum a\n", "group a all w1 w2\ngroup b 2 a w3\nquorum b\n", "", "quorum g", "quorum x\n", "quorum none \t\n"} {
		for n := range len(w.w) + 1 {
			add(func(q *question) {
				q.Policy, q.Receipt = []byte(w.keys+quorum), w.receipt(5, w.log.Signed(size, w.w[:n]...)).Format()
			})
		}
	}
	head := w.good.Receipt[bytes.Index(w.good.Receipt, []byte("\n\n"))+2:]
	body := string(head[:bytes.Index(head, []byte("\n\n"))+1])
	for _, odd := range []string{
		body + "more\n", body + "more\nand more\n", body + "\nmore\n", body + "more", strings.Replace(body, "\n11\n", "\n011\n", 1),
		strings.Replace(body, "\n11\n", "\n9223372036854775807\n", 1), strings.Replace(body, "\n11\n", "\n9223372036854775808\n", 1),
		strings.Replace(body, "\n11\n", "\n9007199254740991\n", 1), strings.Replace(body, "\n11\n", "\n9007199254740992\n", 1),
		strings.Replace(body, "\n11\n", "\n0\n", 1), strings.Replace(body, "\n11\n", "\n5\n", 1), strings.Replace(body, "\n11\n", "\n10\n", 1), strings.Replace(body, "\n11\n", "\n12\n", 1),
		strings.Replace(body, "\n11\n", "\n+11\n", 1), strings.Replace(body, w.log.Name, "another", 1), body[strings.Index(body, "\n"):], "",
	} {
		add(func(q *question) { q.Receipt = w.receipt(5, w.signedAnyway(t, odd)).Format() })
	}
	return all
}

// signedAnyway signs a body even if it is no checkpoint.
func (w world) signedAnyway(t *testing.T, body string) []byte {
	n, err := note.Sign(&note.Note{Text: strings.TrimSuffix(body, "\n") + "\n"}, w.log.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// changed changes some bytes or lines of a text.
func changed(r *rand.Rand, text []byte) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	some := func() int { return r.IntN(len(lines)) }
	switch r.IntN(8) {
	case 0: // a line left out, twice, or elsewhere
		i := some()
		lines[i] = nil
	case 1:
		i := some()
		lines[i] = bytes.Repeat(lines[i], 2)
	case 2:
		i, j := some(), some()
		lines[i], lines[j] = lines[j], lines[i]
	case 3:
		return append(bytes.Clone(text[:r.IntN(len(text))]), text[r.IntN(len(text)):]...)
	case 4:
		letters := []string{"\x00", "\t", "\n", "\r", " ", "+", "=", "—", "\u00a0", "\ufeff", "é", "\xff", "0", "\ud7ff", "\u2028"}
		i := r.IntN(len(text))
		return bytes.Join([][]byte{text[:i], []byte(letters[r.IntN(len(letters))]), text[i:]}, nil)
	case 5:
		i := r.IntN(len(text))
		return append(bytes.Clone(text[:i]), text[i+1:]...)
	default:
		out := bytes.Clone(text)
		out[r.IntN(len(out))] ^= 1 << r.IntN(8)
		return out
	}
	return bytes.Join(lines, nil)
}

// questions are crafted ones and n that were changed at random.
func (w world) questions(t *testing.T, n int) []question {
	all := w.crafted(t)
	r := rand.New(rand.NewPCG(7, 11))
	few := len(all)
	for range n {
		q := all[r.IntN(few)]
		switch r.IntN(10) {
		case 0:
			q.Policy = changed(r, q.Policy)
		case 1:
			q.Entry = changed(r, q.Entry)
		default:
			q.Receipt = changed(r, q.Receipt)
		}
		all = append(all, q)
	}
	return all
}

// page is an empty page with the verifier, and asks it.
const page = `<!doctype html><title>verifiers</title><script src="/proof.js"></script><script>
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
async function answers() {
  const all = [];
  for (const q of await (await fetch("/questions")).json()) {
    all.push(await temgocProof.verify(bytes(q.Receipt), bytes(q.Entry), bytes(q.Policy)));
  }
  return JSON.stringify(all);
}
</script>`

// inBrowser opens the page in Chromium and has it answer.
func inBrowser(t *testing.T, questions []question, before string) []verdict {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
		t.Fatal("chromium is not installed; make install does")
	}
	if err != nil {
		t.Skip("chromium is not installed")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) })
	mux.HandleFunc("/proof.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.FromSlash("../../web/ui/static/proof.js"))
	})
	mux.HandleFunc("/questions", func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(questions); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if _, err := chromedp.Run(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	wait := true
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](before+"answers()", func(p *runtime.EvaluateParams) { p.AwaitPromise = &wait }))
	if err != nil {
		t.Fatal(err)
	}
	var all []verdict
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(all), len(questions))
	}
	return all
}

// TestSameVerdict asks both verifiers the same.
func TestSameVerdict(t *testing.T) {
	n := 2500
	if os.Getenv("TEMGOC_SOAK") != "" {
		n = 100_000
	}
	w := newWorld(t)
	questions := w.questions(t, n)
	counts := map[string]int{}
	for i, theirs := range inBrowser(t, questions, "") {
		ours := inGo(questions[i])
		if len(theirs.Witnesses) == 0 {
			theirs.Witnesses = nil
		}
		if diff := cmp.Diff(ours, theirs); diff != "" {
			t.Errorf("question %d (- Go, + browser): %s\nreceipt %q\nentry %q\npolicy %q", i, diff, questions[i].Receipt, questions[i].Entry, questions[i].Policy)
		}
		counts[ours.Why]++
	}
	t.Logf("%d questions, verdicts %v", len(questions), counts)
	for _, why := range []string{"", "policy", "malformed", "untrusted", "not-included", "quorum"} {
		if counts[why] == 0 {
			t.Errorf("no question has the verdict %q", why)
		}
	}
}

// TestWithoutEd25519 takes the signature algorithm away from the browser: it says
// so, and checks hashes only.
func TestWithoutEd25519(t *testing.T) {
	w := newWorld(t)
	torn := w.good
	torn.Receipt = bytes.Replace(torn.Receipt, []byte("index 5"), []byte("index 4"), 1)
	answers := inBrowser(t, []question{w.good, torn}, `crypto.subtle.importKey = () => Promise.reject(new DOMException("", "NotSupportedError"));`)
	if a := answers[0]; a.OK || a.Why != "no-ed25519" || a.Size != size || len(a.Witnesses) != 0 {
		t.Errorf("%+v", a)
	}
	if a := answers[1]; a.OK || a.Why != "not-included" {
		t.Errorf("another place: %+v", a)
	}
}
