package discreet

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		in     string
		public bool
		want   string
	}{
		{`batches "K7Q2M9XR4V" and K7Q2M9XR4VABCDE12345: connection refused`, true, `batches "(code)" and (code): connection refused`},
		{`batches "K7Q2M9XR4V": connection refused`, false, `batches "K7Q2M9XR4V": connection refused`},
		{"k7q2m-9xr4v was not found", true, "(code) was not found"},
		{"the connection was interrupted by transaction", true, "the connection was interrupted by transaction"},
		{"550 <may.lo@example.vn> unknown", false, "550 <(e-mail)> unknown"},
		{"read tcp 10.0.0.5:8080->203.0.113.9:51234: connection reset by peer", false, "read tcp 10.0.0.5:8080->(client): connection reset by peer"},
		{"write tcp [::1]:8080->[2001:db8::7]:51234: broken pipe", false, "write tcp [::1]:8080->(client): broken pipe"},
		{"http: TLS handshake error from 203.0.113.9:51234: EOF", false, "http: TLS handshake error from (client): EOF"},
		{"http: panic serving [2001:db8::7]:51234: no", false, "http: panic serving (client): no"},
		{"dial tcp 10.0.0.7:27017: connect: connection refused", false, "dial tcp 10.0.0.7:27017: connect: connection refused"},
		{"key temgoc_abcdefgh_" + strings.Repeat("x", 43), false, "key (key)"},
		{"GET /console/moi/" + strings.Repeat("A", 43), false, "GET /console/moi/(token)"},
		{"session " + strings.Repeat("Ab-_", 10) + "xyz", false, "session (token)"},
	} {
		if got := Text(tt.in, tt.public); got != tt.want {
			t.Errorf("%q becomes\n%q, want\n%q", tt.in, got, tt.want)
		}
	}
}

func TestHandler(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(New(slog.NewTextHandler(&out, nil)))
	secret := errors.New("mail to a@example.vn about K7Q2M9XR4V")
	log.With("before", secret).ErrorContext(Public(context.Background()), "sent to b@example.vn",
		"error", secret, slog.Group("inner", "text", "c@example.vn"), "n", 7, "batch", "K7Q2M9XR4V", "nothing", error(nil))
	for _, bad := range []string{"@example.vn", "about K7Q2M9XR4V\" inner"} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("%q is in the log: %s", bad, out.String())
		}
	}
	for _, good := range []string{"n=7", "batch=K7Q2M9XR4V", "inner.text=(e-mail)", "about (code)"} {
		if !strings.Contains(out.String(), good) {
			t.Errorf("%q is not in the log: %s", good, out.String())
		}
	}
}

func TestClients(t *testing.T) {
	var c Clients
	day := time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
	a, b := c.Name("203.0.113.9", day), c.Name("203.0.113.10", day)
	if a == b || a != c.Name("203.0.113.9", day.Add(time.Hour)) {
		t.Errorf("two clients of one day are %s and %s", a, b)
	}
	if a == c.Name("203.0.113.9", day.Add(24*time.Hour)) {
		t.Error("a client has the same name on the next day")
	}
}
