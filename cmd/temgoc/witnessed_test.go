package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/account"
	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/witness"
	"temgoc/internal/trace"
)

// A witness is set up by the commands, cosigns what the service writes, and the
// service says what is witnessed.
func TestWitnessedService(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "witness")
	command := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"witness"}, args...), &out, &errs); code != 0 {
			t.Fatalf("witness %v: exit code %d: %s", args, code, errs.String())
		}
		return strings.TrimSpace(out.String())
	}
	s, err := storeFlags{Data: filepath.Join(t.TempDir(), "data")}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	vkey := command("init", "--dir", dir, "--name", "witness.example.vn")
	command("watch", "--dir", dir, s.logKey.VKey)
	quiet := slog.New(slog.DiscardHandler)
	w, err := witness.Open(dir, time.Now, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	server := httptest.NewServer(w.Handler(prometheus.NewRegistry()))
	t.Cleanup(server.Close)

	flags := webFlags{PublicURL: "http://127.0.0.1:8080", cosignFlags: cosignFlags{Witness: []string{vkey + " " + server.URL}, WitnessEvery: time.Second}}
	log, err := s.witnessing(flags, quiet, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse([]byte(log.policy))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		_, _, err := s.accounts.Create(t.Context(), trace.Write{By: operator}, account.NewKey{
			Role: trace.Administrator, Organisation: "operator", Label: "test", Expires: time.Now().Add(time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := p.Verify([]byte(s.log.Checkpoint())); err != nil || r.Met {
			t.Errorf("before: %+v, %v", r, err)
		}
		if err := log.feeder.Round(t.Context()); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
		if r, err := p.Verify([]byte(s.log.Checkpoint())); err != nil || !r.Met || r.Size != s.log.Size() {
			t.Errorf("after: %+v, %v", r, err)
		}
	}
	if said := log.String(); !strings.HasPrefix(said, "all ") || !strings.Contains(said, "are witnessed, by 1, since ") {
		t.Errorf("it says %q", said)
	}
}

func TestWitnessFlags(t *testing.T) {
	const key = "witness.example.vn+12043ec0+BJi5UBA8pMfSwIITCvOPIJiVW5eSzUpq7RO4twsY2q//"
	for flag, want := range map[string]string{
		"":                                 "not the key of a witness",
		key:                                "comes its address",
		key + " witness.example.vn":        "comes its address",
		key + " http://witness.example.vn": "comes its address",
		"x" + key + " https://w.example":   "does not fit",
	} {
		if _, err := (cosignFlags{Witness: []string{flag}}).policyText("log", "https://t.example.vn"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", flag, err, want)
		}
	}
}
