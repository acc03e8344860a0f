// Package policy says who is to be believed about a log: its own key, witnesses,
// and how many of them must have seen what the log signed. It reads the text of
// C2SP tlog-policy:
//
//	log <vkey> [<url>]
//	witness <name> <vkey> [<url>]
//	group <name> all|any|<k> <name>...
//	quorum <name>|none
//
// Beyond that specification the text must be UTF-8.
package policy

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/cosignature"
)

// MaxSize is the largest policy that is read, in bytes.
const MaxSize = 1 << 16

// none is the quorum that asks for no witness.
const none = "none"

var (
	// ErrMalformed says that a text is no policy.
	ErrMalformed = errors.New("malformed policy")
	// ErrUntrusted says that no log of the policy signed a checkpoint, or that a
	// signature by a key of the policy is wrong.
	ErrUntrusted = errors.New("not signed by a log that is trusted")
	// ErrQuorum says that fewer witnesses cosigned than the policy asks for.
	ErrQuorum = errors.New("not cosigned by enough witnesses")
)

// A Policy says who is to be believed.
type Policy struct {
	Logs      []Log
	Witnesses []Witness
	groups    map[string]group
	quorum    string
	known     note.Verifiers
}

// A Log is one whose signature counts. The name of its key is its origin.
type Log struct {
	Verifier note.Verifier
	VKey     string
	URL      string
}

// A Witness is one whose cosignature counts. Name is its name in the policy.
type Witness struct {
	Name     string
	Verifier *cosignature.Verifier
	URL      string
}

// A group is met by at least need of its members.
type group struct {
	need    int
	members []string
}

// A Result is what a checkpoint says, and who says so.
type Result struct {
	checkpoint.Head
	Witnesses []Witnessed
	// Met tells whether they are as many as the policy asks for.
	Met bool
	// Unknown counts signatures by keys that are not in the policy; nothing is
	// known of them.
	Unknown int
}

// Witnessed is the cosignature of a witness, at the time that it says.
type Witnessed struct {
	Witness Witness
	At      time.Time
}

// Tree is the size and the root.
func (r Result) Tree() tlog.Tree { return tlog.Tree{N: r.Size, Hash: r.Root} }

// Since is when the last witness saw the checkpoint; zero for none.
func (r Result) Since() time.Time {
	var last time.Time
	for _, w := range r.Witnesses {
		if w.At.After(last) {
			last = w.At
		}
	}
	return last
}

// Verify reads a signed checkpoint: a log of the policy signed it under its own
// name, and whatever keys of the policy signed is right. Whether the quorum is
// met is in the result, and no error.
func (p *Policy) Verify(signed []byte) (Result, error) {
	head, n, err := checkpoint.Open(signed, p.known)
	if errors.Is(err, checkpoint.ErrMalformed) {
		return Result{}, err
	}
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	r := Result{Head: head, Unknown: len(n.UnverifiedSigs)}
	signedByLog := false
	cosigned := map[string]bool{}
	for _, sig := range n.Sigs {
		if w, ok := p.witness(sig); ok {
			at, err := cosignature.Time(sig)
			if err != nil {
				return Result{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
			}
			r.Witnesses = append(r.Witnesses, Witnessed{w, at})
			cosigned[w.Name] = true
			continue
		}
		signedByLog = signedByLog || sig.Name == head.Origin
	}
	if !signedByLog {
		return Result{}, fmt.Errorf("%w: %.80q", ErrUntrusted, head.Origin)
	}
	r.Met = p.quorum == none || p.met(p.quorum, cosigned)
	return r, nil
}

// witness is the witness whose verified signature it is.
func (p *Policy) witness(sig note.Signature) (Witness, bool) {
	i := slices.IndexFunc(p.Witnesses, func(w Witness) bool {
		return w.Verifier.Name() == sig.Name && w.Verifier.KeyHash() == sig.Hash
	})
	if i < 0 {
		return Witness{}, false
	}
	return p.Witnesses[i], true
}

// met tells whether a witness or a group is satisfied.
func (p *Policy) met(name string, cosigned map[string]bool) bool {
	g, ok := p.groups[name]
	if !ok {
		return cosigned[name]
	}
	n := 0
	for _, m := range g.members {
		if p.met(m, cosigned) {
			n++
		}
	}
	return n >= g.need
}

// Parse reads a policy. Errors name the line.
func Parse(text []byte) (*Policy, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrMalformed, MaxSize)
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		return nil, fmt.Errorf("%w: line %d has no end; the file may be cut off", ErrMalformed, 1+bytes.Count(text, []byte("\n")))
	}
	p := reading{Policy: &Policy{groups: map[string]group{}}, defined: map[string]bool{none: true}, used: map[string]bool{none: true}}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if err := p.line(string(line[:len(line)-1])); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrMalformed, number, err)
		}
	}
	if p.quorum == "" {
		return nil, fmt.Errorf("%w: it has no quorum line; \"quorum none\" asks for no witness", ErrMalformed)
	}
	return p.finish()
}

// reading is a policy of which some lines are read.
type reading struct {
	*Policy
	defined, used map[string]bool // names of witnesses and groups
}

func (p *reading) finish() (*Policy, error) {
	var all []note.Verifier
	for _, l := range p.Logs {
		all = append(all, l.Verifier)
	}
	for _, w := range p.Witnesses {
		all = append(all, w.Verifier)
	}
	p.known = note.VerifierList(all...)
	for _, v := range all {
		if _, err := p.known.Verifier(v.Name(), v.KeyHash()); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	return p.Policy, nil
}

func (p *reading) line(line string) error {
	if !utf8.ValidString(line) {
		return errors.New("it is not text in UTF-8")
	}
	if i := strings.IndexFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }); i >= 0 {
		return fmt.Errorf("a control character (%#02x) at byte %d", line[i], i+1)
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) == 0 || words[0][0] == '#' {
		return nil
	}
	keyword, words := words[0], words[1:]
	switch keyword {
	case "log":
		return p.log(words)
	case "witness":
		return p.witnessLine(words)
	case "group":
		return p.group(words)
	case "quorum":
		return p.quorumLine(words)
	}
	return fmt.Errorf("%.40q is not log, witness, group or quorum", keyword)
}

func (p *reading) log(words []string) error {
	if len(words) < 1 || len(words) > 2 {
		return errors.New("it is: log VKEY [URL]")
	}
	l := Log{VKey: words[0], URL: strings.Join(words[1:], "")}
	v, err := LogVerifier(l.VKey)
	if err != nil {
		return err
	}
	l.Verifier = v
	if slices.ContainsFunc(p.Logs, func(o Log) bool { return publicOf(o.VKey) == publicOf(l.VKey) }) {
		return errors.New("the same key is given for two logs")
	}
	p.Logs = append(p.Logs, l)
	return nil
}

// LogVerifier reads a vkey of package note, in its one form.
func LogVerifier(vkey string) (note.Verifier, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("not the key of a log: %w", err)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(publicOf(vkey))
	if err != nil || len(raw) != 1+ed25519.PublicKeySize {
		return nil, errors.New("not the key of a log: its last part is not the base64 of 33 bytes")
	}
	again, err := note.NewEd25519VerifierKey(v.Name(), raw[1:])
	if err != nil || again != vkey {
		return nil, errors.New("not the key of a log in its one form")
	}
	return v, nil
}

// publicOf is the last part of a vkey, which is the key itself.
func publicOf(vkey string) string {
	parts := strings.SplitN(vkey, "+", 3)
	return parts[len(parts)-1]
}

func (p *reading) witnessLine(words []string) error {
	if len(words) < 2 || len(words) > 3 {
		return errors.New("it is: witness NAME VKEY [URL]")
	}
	v, err := cosignature.NewVerifier(words[1])
	if err != nil {
		return err
	}
	same := func(w Witness) bool { return w.Verifier.Public().Equal(v.Public()) }
	if slices.ContainsFunc(p.Witnesses, same) {
		return errors.New("the same key is given for two witnesses")
	}
	if err := p.define(words[0]); err != nil {
		return err
	}
	p.Witnesses = append(p.Witnesses, Witness{words[0], v, strings.Join(words[2:], "")})
	return nil
}

func (p *reading) define(name string) error {
	if p.defined[name] {
		return fmt.Errorf("the name %.80q is taken", name)
	}
	p.defined[name] = true
	return nil
}

func (p *reading) group(words []string) error {
	if len(words) < 3 {
		return errors.New("it is: group NAME all|any|NUMBER MEMBER…")
	}
	g := group{members: words[2:]}
	for _, m := range g.members {
		if m == none || !p.defined[m] {
			return fmt.Errorf("%.80q is not defined above", m)
		}
		if p.used[m] {
			return fmt.Errorf("%.80q is a member twice", m)
		}
		p.used[m] = true
	}
	switch words[1] {
	case "all":
		g.need = len(g.members)
	case "any":
		g.need = 1
	default:
		n, err := strconv.Atoi(words[1])
		if err != nil || strconv.Itoa(n) != words[1] || n < 1 || n > len(g.members) {
			return fmt.Errorf("%.40q is not all, any or a number from 1 to %d", words[1], len(g.members))
		}
		g.need = n
	}
	if err := p.define(words[0]); err != nil {
		return err
	}
	p.groups[words[0]] = g
	return nil
}

func (p *reading) quorumLine(words []string) error {
	switch {
	case len(words) != 1:
		return errors.New("it is: quorum NAME, or: quorum none")
	case p.quorum != "":
		return errors.New("a second quorum line")
	case !p.defined[words[0]]:
		return fmt.Errorf("%.80q is not defined above", words[0])
	}
	p.quorum = words[0]
	return nil
}
