package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/sample"
	"temgoc/internal/trace"
)

// running is a service with the demonstration, and what somebody took away from
// it.
type running struct {
	*service
	data    *sample.Data
	address string
	folder  string
}

func newRunning(t *testing.T) *running {
	t.Helper()
	s, err := storeFlags{Data: filepath.Join(t.TempDir(), "data")}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{service: s, address: "http://" + l.Addr().String(), folder: t.TempDir()}
	book, err := printing.New(s.ledger, s.keys, r.address)
	if err != nil {
		t.Fatal(err)
	}
	if r.data, err = sample.Load(t.Context(), s.ledger, book, time.Now()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	quiet := slog.New(slog.DiscardHandler)
	go func() {
		ended <- s.serve(ctx, l, webFlags{PublicURL: r.address}, quiet, func(h http.Handler) http.Handler { return h })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
		s.close()
	})
	return r
}

// file writes a file that somebody has.
func (r *running) file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// verify runs the command, and checks its exit code and a part of what it says.
func verify(t *testing.T, code int, say string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	got := run(t.Context(), append([]string{"verify"}, args...), &out, &errs)
	if said := out.String() + errs.String(); got != code || !strings.Contains(said, say) {
		t.Errorf("verify %v: exit code %d, want %d and %q:\n%s", args, got, code, say, said)
	}
	return out.String()
}

func TestVerify(t *testing.T) {
	r := newRunning(t)
	t.Run("a page", r.testPage)
	t.Run("a bundle", r.testBundle)
	t.Run("a certificate", r.testCertificate)
	t.Run("a service", r.testService)
	t.Run("what cannot be checked", r.testUnchecked)
}

func (r *running) pageOf(t *testing.T, code string) []byte {
	t.Helper()
	content, err := site{t.Context(), r.address, http.DefaultClient}.get("/"+code+"/proof.json", proof.MaxEvidence)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (r *running) testPage(t *testing.T) {
	content := r.pageOf(t, r.data.Good)
	path := r.file(t, "page.json", content)
	said := verify(t, 0, "ĐÚNG", path, "--key", r.logKey.VKey)
	if !strings.Contains(said, "batches/"+r.data.Good) || !strings.Contains(said, "Không có nhân chứng") {
		t.Errorf("it does not say what holds:\n%s", said)
	}
	verify(t, 0, "HOLDS", path, "--key", r.file(t, "log.vkey", []byte(r.logKey.VKey+"\n")))
	verify(t, 0, "HOLDS", path, "--policy", r.file(t, "policy", fmt.Appendf(nil, "log %s\nquorum none\n", r.logKey.VKey)))
	changed := bytes.Replace(content, []byte(`\"lot\":\"`), []byte(`\"lot\":\"X`), 1)
	verify(t, 1, "KHÔNG ĐÚNG", r.file(t, "changed.json", changed), "--key", r.logKey.VKey)
	verify(t, 1, "DOES NOT HOLD", path, "--key", strangeKey(t))

	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		i := random.IntN(len(content))
		mutated := bytes.Clone(content)
		mutated[i] ^= byte(1 + random.IntN(255))
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"verify", r.file(t, "mutated.json", mutated), "--key", r.logKey.VKey}, &out, &errs); code == 0 {
			t.Fatalf("byte %d changed, and it holds", i)
		}
	}
}

func strangeKey(t *testing.T) string {
	t.Helper()
	k, err := proof.CreateKey(filepath.Join(t.TempDir(), "log.key"), "another-log")
	if err != nil {
		t.Fatal(err)
	}
	return k.VKey
}

func (r *running) testBundle(t *testing.T) {
	path := filepath.Join(r.folder, "bundle.zip")
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"bundle", r.data.Good, "--data", r.flags.Data, "-o", path}, &out, &errs); code != 0 {
		t.Fatalf("bundle: exit code %d: %s", code, errs.String())
	}
	verify(t, 0, "hồ sơ niêm phong của lô "+r.data.Good, path, "--key", r.logKey.VKey)
	verify(t, 1, "DOES NOT HOLD", path, "--key", strangeKey(t))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(content, []byte("Những gì đã được ghi"))
	content[at] ^= 1
	verify(t, 2, "COULD NOT BE CHECKED", r.file(t, "changed.zip", content), "--key", r.logKey.VKey)
}

func (r *running) testCertificate(t *testing.T) {
	page := r.file(t, "page.json", r.pageOf(t, r.data.Good))
	d, err := r.ledger.Dossier(t.Context(), r.data.Good)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(d.Certificates, func(c trace.Stored[trace.Certificate]) bool { return len(c.Data.Files) > 0 })
	if i < 0 {
		t.Fatal("the demonstration has no certificate with a file")
	}
	_, content, err := r.ledger.FileContent(t.Context(), d.Certificates[i].Data.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	verify(t, 0, "certificates/", r.file(t, "giay.pdf", content), "--proof", page, "--key", r.logKey.VKey)
	verify(t, 1, "no statement names", r.file(t, "khac.pdf", append(content, '\n')), "--proof", page, "--key", r.logKey.VKey)
	verify(t, 1, "DOES NOT HOLD", r.file(t, "giay.pdf", content), "--proof", page, "--key", strangeKey(t))
}

func (r *running) testService(t *testing.T) {
	page, kept := r.address+"/"+r.data.Good, filepath.Join(r.folder, "kept")
	verify(t, 0, "ĐÚNG: trang", page, "--key", r.logKey.VKey, "--kept", kept)
	first, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	w := trace.Write{By: trace.Actor{ID: "o", Role: trace.Office, Organisation: "Văn phòng"}}
	for range 3 {
		if _, err := r.ledger.NoteExport(t.Context(), w, trace.Export{What: "bảng", SHA256: trace.DigestOf(nil)}); err != nil {
			t.Fatal(err)
		}
	}
	verify(t, 0, "HOLDS", page, "--key", r.logKey.VKey, "--kept", kept)
	second, err := os.ReadFile(kept)
	if err != nil || bytes.Equal(first, second) {
		t.Errorf("the present checkpoint was not kept: %v", err)
	}
	for name, size := range map[string]int64{"forked": 5, "rolled-back": 1 << 40} {
		head := checkpoint.Head{Origin: r.log.Origin(), Size: size}
		signed, err := note.Sign(&note.Note{Text: head.String()}, r.logKey)
		if err != nil {
			t.Fatal(err)
		}
		verify(t, 1, "no longer contains", page, "--key", r.logKey.VKey, "--kept", r.file(t, name, signed))
	}
	verify(t, 1, "DOES NOT HOLD", page, "--key", strangeKey(t))
	verify(t, 2, "COULD NOT", r.address+"/K7Q2M9XR4V", "--key", r.logKey.VKey)
}

func (r *running) testUnchecked(t *testing.T) {
	page := r.file(t, "page.json", r.pageOf(t, r.data.Good))
	verify(t, 2, "no key", page)
	verify(t, 2, "COULD NOT", page, "--key", "khóa")
	verify(t, 2, "COULD NOT", page, "--key", "a+b+c")
	verify(t, 2, "COULD NOT", filepath.Join(r.folder, "nowhere"), "--key", r.logKey.VKey)
	verify(t, 2, "neither a proof", r.file(t, "text", []byte("Giấy chứng nhận")), "--key", r.logKey.VKey)
	verify(t, 2, "COULD NOT", r.file(t, "cut.json", []byte("{")), "--key", r.logKey.VKey)
	verify(t, 2, "COULD NOT", r.file(t, "cut.zip", []byte("PK\x03\x04")), "--key", r.logKey.VKey)
	verify(t, 2, "--kept", page, "--key", r.logKey.VKey, "--kept", "x")
}
