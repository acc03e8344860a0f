package main

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/migrate"
	"temgoc/internal/problem"
	"temgoc/internal/trace"
)

// TestReadOnly serves records that moved elsewhere: they are shown, nothing is
// written, and what would write is told so in both languages. Without --read-only
// they are not served, and beside a service that only reads none that writes is.
func TestReadOnly(t *testing.T) {
	flags := storeFlags{Data: filepath.Join(t.TempDir(), "data")}
	s, err := flags.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.accounts.Create(t.Context(), trace.Write{By: operator}, account.NewKey{
		Role: trace.Office, Organisation: "Sở", Label: "test", Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	to := filepath.Join(t.TempDir(), "to")
	if code := run(t.Context(), []string{"migrate", "--finish", "--from", flags.Data, "--to", to}, &said, &said); code != 0 {
		t.Fatalf("migrate: exit code %d: %s", code, said.String())
	}
	if _, err := flags.open(t.Context()); !errors.Is(err, trace.ErrConflict) {
		t.Errorf("what has moved is opened: %v", err)
	}

	c := serveCmd{storeFlags: flags, webFlags: webFlags{PublicURL: "http://127.0.0.1:8080"}, ReadOnly: true}
	c.storeFlags.readOnly = true
	quiet := slog.New(slog.DiscardHandler)
	s, r, err := c.start(t.Context(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if _, err := flags.lock(false); err == nil {
		t.Error("a service that writes may run beside one that reads")
	}
	before := s.log.Size()
	server := httptest.NewServer(r.handler)
	defer server.Close()
	ask := func(method, path, language, body string) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Accept-Language", language)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", "k-"+language)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(text)
	}
	if answer, text := ask("GET", "/api/v1/producers", "vi", ""); answer.StatusCode != http.StatusOK {
		t.Errorf("a list: %s %s", answer.Status, text)
	}
	if answer, text := ask("GET", "/readyz", "vi", ""); answer.StatusCode != http.StatusOK || !strings.Contains(text, "read-only") {
		t.Errorf("/readyz: %s %s", answer.Status, text)
	}
	for language, title := range map[string]string{"vi": problem.Of(trace.ErrReadOnly).Title.VI, "en": problem.Of(trace.ErrReadOnly).Title.EN} {
		answer, text := ask("POST", "/api/v1/producers", language, `{"name":"Hộ Lý Thị Mai","kind":"household","address":{"commune":"02260","street":""}}`)
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(text, title) || !strings.Contains(text, "read-only") {
			t.Errorf("a write, in %s: %s %s", language, answer.Status, text)
		}
	}
	if standing, err := migrate.StandingOf(t.Context(), s.stores.Documents); err != nil || standing.State != migrate.Moved || s.log.Size() != before {
		t.Errorf("afterwards: %+v, %v, %d leaves of %d", standing, err, s.log.Size(), before)
	}
}
