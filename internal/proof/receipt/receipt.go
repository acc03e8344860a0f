// Package receipt reads, writes and verifies proofs that an entry is in a log, as
// one takes them away and checks them offline (C2SP tlog-proof):
//
//	c2sp.org/tlog-proof@v1
//	extra <base64>              may be missing
//	index <decimal>
//	<base64 of a hash>          from the sibling of the leaf upwards
//	…
//	                            an empty line
//	<signed checkpoint>
//
// A text has one form: what Parse accepts, Format writes again byte for byte.
package receipt

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/policy"
)

const (
	header = "c2sp.org/tlog-proof@v1\n"
	// maxHashes is how many hashes the path through any tree has at most.
	maxHashes = 63
	// MaxSize is the largest receipt that is read, in bytes: room for the
	// largest entry of a log as extra data.
	MaxSize = checkpoint.MaxSize + 1<<17
)

var (
	// ErrMalformed says that a text is no receipt, or not in its one form.
	ErrMalformed = errors.New("malformed receipt")
	// ErrNotIncluded says that a receipt does not prove that an entry is in the
	// log.
	ErrNotIncluded = errors.New("the entry is not in the log at that place")
)

// A Receipt proves that an entry is in a log.
type Receipt struct {
	Index int64
	// Extra is the entry itself, or nil. Nothing else is accepted there, since
	// nothing would vouch for it.
	Extra []byte
	// Path are the hashes from the leaf's sibling up to the root's child.
	Path tlog.RecordProof
	// Checkpoint is the signed checkpoint, with what cosignatures there are.
	Checkpoint []byte
}

// Format writes a receipt.
func (r Receipt) Format() []byte {
	var b bytes.Buffer
	b.WriteString(header)
	if r.Extra != nil {
		fmt.Fprintf(&b, "extra %s\n", base64.StdEncoding.EncodeToString(r.Extra))
	}
	fmt.Fprintf(&b, "index %d\n", r.Index)
	for _, h := range r.Path {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteByte('\n')
	b.Write(r.Checkpoint)
	return b.Bytes()
}

// Parse reads a receipt. The checkpoint is read by Verify.
func Parse(text []byte) (Receipt, error) {
	if len(text) > MaxSize {
		return Receipt{}, malformed("more than %d bytes", MaxSize)
	}
	head, signed, ok := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0]+"\n" != header {
		return Receipt{}, malformed("it does not begin with %q", header)
	}
	r := Receipt{Checkpoint: []byte(signed)}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		extra, err := base64.StdEncoding.DecodeString(lines[0][len("extra "):])
		if err != nil || len(extra) == 0 {
			return Receipt{}, malformed("extra data that is not base64")
		}
		r.Extra, lines = extra, lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return Receipt{}, malformed("no line with the index")
	}
	var err error
	if r.Index, err = strconv.ParseInt(lines[0][len("index "):], 10, 64); err != nil || r.Index < 0 {
		return Receipt{}, malformed("%.40q is not an index", lines[0])
	}
	if r.Path, err = path(lines[1:]); err != nil {
		return Receipt{}, err
	}
	if !bytes.Equal(r.Format(), text) {
		return Receipt{}, malformed("it is not in its one form")
	}
	return r, nil
}

func path(lines []string) (tlog.RecordProof, error) {
	if len(lines) > maxHashes {
		return nil, malformed("more than %d hashes", maxHashes)
	}
	var p tlog.RecordProof
	for _, line := range lines {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return nil, malformed("%.80q is not a hash", line)
		}
		p = append(p, h)
	}
	return p, nil
}

func malformed(format string, values ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, values...))
}

// Verify checks that a log of the policy signed a tree that has the entry at the
// receipt's index. With policy.ErrQuorum the result says what did hold: all but
// the number of witnesses.
func (r Receipt) Verify(entry []byte, p *policy.Policy) (policy.Result, error) {
	result, err := p.Verify(r.Checkpoint)
	if err != nil {
		return policy.Result{}, err
	}
	if r.Extra != nil && !bytes.Equal(r.Extra, entry) {
		return policy.Result{}, fmt.Errorf("%w: the receipt carries another entry", ErrNotIncluded)
	}
	if err := tlog.CheckRecord(r.Path, result.Size, result.Root, r.Index, tlog.RecordHash(entry)); err != nil {
		return policy.Result{}, fmt.Errorf("%w: index %d of %d", ErrNotIncluded, r.Index, result.Size)
	}
	if !result.Met {
		return result, policy.ErrQuorum
	}
	return result, nil
}
