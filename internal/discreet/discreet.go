// Package discreet keeps what is personal out of the log: e-mail addresses,
// network addresses of clients, the tokens of links, sessions and API keys, and
// codes where the public asks for them. Whoever logs is to leave these out in the
// first place; what an error of a library brings along is taken out here.
package discreet

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"time"
)

type publicKey struct{}

// Public marks what is done for whoever comes. Codes in its log lines tell who
// looked at what, and are taken out.
func Public(ctx context.Context) context.Context { return context.WithValue(ctx, publicKey{}, true) }

// A Handler takes out what is personal and passes the rest on.
type Handler struct{ next slog.Handler }

// New makes a Handler before another one.
func New(next slog.Handler) Handler { return Handler{next} }

// Enabled implements slog.Handler.
func (h Handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// WithAttrs implements slog.Handler.
func (h Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	kept := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		kept[i] = attribute(a, false)
	}
	return Handler{h.next.WithAttrs(kept)}
}

// WithGroup implements slog.Handler.
func (h Handler) WithGroup(name string) slog.Handler { return Handler{h.next.WithGroup(name)} }

// Handle implements slog.Handler.
func (h Handler) Handle(ctx context.Context, r slog.Record) error {
	public := ctx.Value(publicKey{}) != nil
	out := slog.NewRecord(r.Time, r.Level, Text(r.Message, public), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(attribute(a, public))
		return true
	})
	return h.next.Handle(ctx, out)
}

// Setup is the attribute of the one token that is logged on purpose: the link
// with which the first administrator of an empty service registers itself. It
// works once, for 24 hours, and until somebody did.
const Setup = "link"

// attribute takes out of a value what a text must not have. The batch that an
// alarm is about is named: it says which records to look at, and of nobody that
// it did.
func attribute(a slog.Attr, public bool) slog.Attr {
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindGroup:
		var kept []slog.Attr
		for _, member := range a.Value.Group() {
			kept = append(kept, attribute(member, public))
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(kept...)}
	case slog.KindString, slog.KindAny:
		if a.Key == Setup || a.Value.Kind() == slog.KindAny && a.Value.Any() == nil {
			return a
		}
		text := a.Value.String()
		if err, ok := a.Value.Any().(error); ok {
			text = err.Error()
		}
		return slog.String(a.Key, Text(text, public && a.Key != "batch"))
	}
	return a
}

// What must not be in the log.
var masks = []struct {
	form *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+`), "(e-mail)"},
	{regexp.MustCompile(`temgoc_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}`), "(key)"},
	{regexp.MustCompile(`\b(moi|thong-bao|tra-loi|vao)/[A-Za-z0-9_\-]{16,}`), "$1/(token)"},
	{regexp.MustCompile(`\b[A-Za-z0-9_\-]{43}\b`), "(token)"},
	// Who is at the other end of a connection: net/http and net.OpError.
	{regexp.MustCompile(`->(?:\[[0-9A-Fa-f:.%a-z]+\]|[0-9.]+):[0-9]+`), "->(client)"},
	{regexp.MustCompile(`((?:from|serving|to) )(?:\[[0-9A-Fa-f:.%a-z]+\]|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+):[0-9]+`), "$1(client)"},
}

// codeForm is a batch or item code, with hyphens or without. A word of ten
// letters only is none that an error of ours would have in capitals.
var codeForm = regexp.MustCompile(`(?i)\b[0-9A-HJKMNP-TV-Z]{5}-?[0-9A-HJKMNP-TV-Z]{5}(?:-?[0-9A-HJKMNP-TV-Z]{5}-?[0-9A-HJKMNP-TV-Z]{5})?\b`)

// Text is a text without what is personal, and where the public asks without
// codes.
func Text(s string, public bool) string {
	for _, m := range masks {
		s = m.form.ReplaceAllString(s, m.with)
	}
	if public {
		s = codeForm.ReplaceAllStringFunc(s, func(word string) string {
			if !telling(word) {
				return word
			}
			return "(code)"
		})
	}
	return s
}

// telling tells whether a word of the form of a code is more likely one than a
// word of English: it has a digit, or capitals only.
func telling(word string) bool {
	lower := false
	for _, r := range word {
		if r >= '0' && r <= '9' {
			return true
		}
		lower = lower || r >= 'a' && r <= 'z'
	}
	return !lower
}

// Clients gives network addresses names that tell them apart for a day, by which
// the lines of one client can be found and the client cannot: the key is forgotten
// with the day.
type Clients struct {
	mu  sync.Mutex
	day string
	key [32]byte
}

// Name is the name of an address on the day of now.
func (c *Clients) Name(address string, now time.Time) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if day := now.UTC().Format(time.DateOnly); day != c.day {
		c.day = day
		rand.Read(c.key[:]) // never fails since Go 1.24
	}
	m := hmac.New(sha256.New, c.key[:])
	fmt.Fprint(m, address)
	return hex.EncodeToString(m.Sum(nil)[:5])
}
