package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KindKeys is the kind of Key.
const KindKeys trace.Kind = "keys"

// A Key is what is stored of an API key. It does not contain the key, which is
// a text of the form
//
//	temgoc_1a2B3c4D_0123456789abcdefghijABCDEFGHIJklmnopqrstuvw
//
// with an id of 8 characters and a secret of 43, both in base62. It is shown
// once. A fast hash of it is enough because the secret has 256 random bits.
type Key struct {
	// Hash is the SHA-256 of the whole key text, in hex.
	Hash string     `json:"hash"`
	Role trace.Role `json:"role"`
	// Producer is the id of the producer; for that role, and only for it.
	Producer string `json:"producer,omitempty"`
	// Organisation is the authority or laboratory that the key speaks for.
	Organisation string `json:"organisation,omitempty"`
	// Label tells people what the key is for.
	Label   string    `json:"label"`
	Expires time.Time `json:"expires"`
	// Revoked is when the key was taken back; zero while it was not.
	Revoked time.Time `json:"revoked,omitzero"`
}

// DocumentKind implements trace.Document.
func (Key) DocumentKind() trace.Kind { return KindKeys }

// PrivateMembers implements trace.PrivateDocument.
func (Key) PrivateMembers() []string { return []string{"hash", "label"} }

// DocumentRefs implements trace.Document.
func (k Key) DocumentRefs() []string {
	refs := trace.NameTerms(k.Label)
	if k.Producer != "" {
		refs = append(refs, trace.ProducerTerm(k.Producer))
	}
	return refs
}

// ActiveAt tells whether the key opens anything at t.
func (k Key) ActiveAt(t time.Time) bool { return k.Revoked.IsZero() && t.Before(k.Expires) }

// actor is who comes with the key of this id.
func (k Key) actor(id string) trace.Actor {
	return trace.Actor{ID: keyPrefix + id, Role: k.Role, Producer: k.Producer, Organisation: k.Organisation}
}

// NewKey says what a key is to be.
type NewKey struct {
	Role         trace.Role
	Producer     string // required for, and only for, the role producer
	Organisation string // required for every role that speaks for an authority or a laboratory
	Label        string
	// Expires is when the key ends, at most Lifetime from now; zero for
	// Lifetime.
	Expires time.Time
}

// Lifetime is how long a key counts at most.
const Lifetime = 365 * 24 * time.Hour

// check returns the FieldErrors of k, or nil.
func (k NewKey) check(now time.Time) error {
	var c check
	c.refuse(!k.Role.Known(), "role", "không có vai trò này", "is not a role")
	bound := k.Role == trace.ProducerRole
	c.refuse(bound && k.Producer == "", "producer", "bắt buộc với vai trò producer", "is required for the role producer")
	c.refuse(!bound && k.Producer != "", "producer", "chỉ dùng cho vai trò producer", "is for the role producer only")
	speaks := k.Role.Known() && !bound && k.Role != trace.Administrator
	c.refuse(speaks && k.Organisation == "", "organisation", "bắt buộc với vai trò này", "is required for this role")
	c.name("label", k.Label)
	c.text("organisation", k.Organisation)
	c.refuse(!k.Expires.After(now), "expires", "phải ở tương lai", "must lie in the future")
	c.refuse(k.Expires.After(now.Add(Lifetime)), "expires", "tối đa một năm", "may be a year away at most")
	return c.err()
}

// Keys keeps the API keys of a service. It is safe for use by many goroutines.
type Keys struct {
	ledger *trace.Ledger
	seen   cache[trace.Actor]
}

// New returns the keys that are stored beside the ledger's documents.
func New(ledger *trace.Ledger) *Keys {
	return &Keys{ledger: ledger, seen: cache[trace.Actor]{clock: ledger.Now}}
}

// Create makes a key and returns its text, which nobody can read again: an
// administrator does. An idempotency key is not heeded: a repeated request makes
// another key, since the text of the first is gone.
func (k *Keys) Create(ctx context.Context, w trace.Write, n NewKey) (text string, key trace.Stored[Key], err error) {
	if w.By.Role != trace.Administrator {
		return "", key, trace.ErrNotAllowed
	}
	now := k.ledger.Now()
	if n.Expires.IsZero() {
		n.Expires = now.Add(Lifetime)
	}
	n.Expires = n.Expires.UTC().Truncate(time.Millisecond)
	n.Label, n.Organisation = trace.Clean(n.Label), trace.Clean(n.Organisation)
	if err := n.check(now); err != nil {
		return "", key, err
	}
	if err := k.checkBounds(ctx, &n); err != nil {
		return "", key, err
	}
	id := base62(idLength)
	text = prefix + id + "_" + base62(secretLength)
	key, err = trace.Create(ctx, k.ledger, trace.Write{By: w.By}, id, Key{
		Hash: hash(text), Role: n.Role, Producer: n.Producer, Organisation: n.Organisation,
		Label: n.Label, Expires: n.Expires,
	})
	if err != nil {
		return "", key, err
	}
	return text, key, nil
}

// checkBounds checks the producer and the organisation of a key against those
// that are registered. An organisation that is not may have a key all the same.
func (k *Keys) checkBounds(ctx context.Context, n *NewKey) error {
	var c check
	if n.Producer != "" {
		_, err := trace.Head[trace.Producer](ctx, k.ledger, n.Producer)
		if err := c.exists(err, "producer"); err != nil {
			return err
		}
	}
	if n.Organisation == "" || n.Role == trace.Administrator {
		return c.err()
	}
	o, err := c.organisation(ctx, k.ledger, "organisation", n.Organisation, n.Role)
	if errors.Is(err, trace.ErrNotFound) {
		return c.err()
	}
	n.Organisation = o.Name
	return cmp.Or(err, c.err())
}

// Revoke takes a key back for good: an administrator does. Every replica
// refuses it within CacheFor.
func (k *Keys) Revoke(ctx context.Context, w trace.Write, id string) (trace.Stored[Key], error) {
	may := func(Key) error { return mayKeepKeys(w.By) }
	defer k.seen.clear()
	return trace.Update(ctx, k.ledger, w, id, may, func(key *Key) error {
		if !key.Revoked.IsZero() {
			return &trace.RuleError{Kind: trace.ErrConflict, Message: catalog.Name{
				VI: "khóa đã bị thu hồi", EN: "the key is revoked already",
			}}
		}
		key.Revoked = k.ledger.Now()
		return nil
	})
}

// List lists the keys, the newest first: an administrator does.
func (k *Keys) List(ctx context.Context, by trace.Actor, p trace.Paging) (trace.List[Key], error) {
	if err := mayKeepKeys(by); err != nil {
		return trace.List[Key]{}, err
	}
	return trace.ListOf(ctx, k.ledger, "", p, func(trace.Stored[Key]) bool { return true })
}

func mayKeepKeys(by trace.Actor) error {
	if by.Role != trace.Administrator {
		return trace.ErrNotAllowed
	}
	return nil
}

// The form of a key text. 62^43 > 2^256.
const (
	prefix       = "temgoc_"
	idLength     = 8
	secretLength = 43
	alphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// base62 draws n characters, each equally likely.
func base62(n int) string {
	const fair = 256 - 256%len(alphabet) // bytes from here on would favour the first letters
	out := make([]byte, 0, n)
	var b [64]byte
	for len(out) < n {
		rand.Read(b[:]) // never fails since Go 1.24
		for _, c := range b {
			if int(c) < fair && len(out) < n {
				out = append(out, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(out)
}

// parse takes the id out of a key text.
func parse(text string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok || len(rest) != idLength+1+secretLength || rest[idLength] != '_' {
		return "", false
	}
	for i := range len(rest) {
		if i != idLength && strings.IndexByte(alphabet, rest[i]) < 0 {
			return "", false
		}
	}
	return rest[:idLength], true
}
