package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/problem"
	"temgoc/internal/trace"
)

// Descriptions of the forms of headers, which phrases.go also says in
// Vietnamese.
const (
	formKey  = "1 to 200 visible ASCII characters without a space"
	formETag = `an ETag of the form "3", as it was received`
)

// Writing is part of the input of every operation that writes.
type Writing struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" pattern:"^[!-~]*$" patternDescription:"1 to 200 visible ASCII characters without a space" doc:"Chosen by the caller; a repeated request with the same key gets the first answer and takes effect once" example:"b3f1c0de-2026-11-24-0001"`
}

// Replacing is part of the input of operations that replace what is there.
type Replacing struct {
	Writing
	IfMatch string `header:"If-Match" pattern:"^(\\*|\"[0-9]{1,9}(-[a-z0-9-]+)?\")$" patternDescription:"an ETag of the form \"3\", as it was received" doc:"ETag of the revision that the change is meant for; 412 when there is a newer one" example:"\"3\""`
}

// Reading is part of the input of operations that read one document.
type Reading struct {
	IfNoneMatch string `header:"If-None-Match" doc:"ETag that the caller has; 304 when it is still right" example:"\"3\""`
}

// identify notes the canonical form of the request's JSON body for write.
func identify(ctx context.Context, in any) {
	body := reflect.ValueOf(in).Elem().FieldByName("Body")
	if !body.IsValid() {
		return
	}
	// Domain types marshal; what does not would fail in the ledger too.
	callOf(ctx).body, _ = json.Marshal(body.Interface())
}

// seen is write for an operation that vouches for what is there: it must name
// the revision, or a change made meanwhile would be vouched for unseen.
func (in Replacing) seen(ctx context.Context) (trace.Write, error) {
	w := in.write(ctx)
	if w.If == 0 {
		return w, problem.ErrUnseen
	}
	return w, nil
}

// write says who changes something, and which request it is.
func (in Writing) write(ctx context.Context) trace.Write {
	c := callOf(ctx)
	w := trace.Write{By: c.actor}
	if in.IdempotencyKey != "" {
		w.Op = trace.Op{Key: c.actor.ID + ":" + in.IdempotencyKey, Hash: c.hash()}
	}
	return w
}

// write also says which revision the caller has seen.
func (in Replacing) write(ctx context.Context) trace.Write {
	w := in.Writing.write(ctx)
	w.If = revisionOf(in.IfMatch)
	return w
}

// hash identifies what is asked for: method, path, body, and the digests of
// uploaded files.
func (c *call) hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n%d\n%s\n", c.method, c.path, len(c.body), c.body)
	for _, f := range c.files {
		fmt.Fprintf(h, "%s %s %q\n", f.part, trace.DigestOf(f.content), f.name)
	}
	return hex.EncodeToString(h.Sum(nil))
}

var etagForm = regexp.MustCompile(`^"([0-9]{1,9})(-[a-z0-9-]+)?"$`)

// revisionOf takes the revision out of an ETag; 0, any, for "*" and nothing.
func revisionOf(etag string) int {
	m := etagForm.FindStringSubmatch(etag)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // at most nine digits
	return n
}

// etag names a revision. What an answer holds beside it, such as the state of
// a certificate today, goes into variant.
func etag(revision int, variant ...string) string {
	return `"` + strings.Join(append([]string{strconv.Itoa(revision)}, variant...), "-") + `"`
}

// A Document is the answer that holds one document.
type Document[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// A New document is one that was made by the request.
type New[T any] struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     T
}

// read answers with a document, or with 304 when the caller has it.
func read[T any](in Reading, body T, tag string) (*Document[T], error) {
	for t := range strings.SplitSeq(in.IfNoneMatch, ",") {
		t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
		if t == tag || t == "*" {
			return nil, notModified(tag)
		}
	}
	return &Document[T]{tag, body}, nil
}

// notModified is the answer 304, with the ETag that still holds.
type notModified string

func (notModified) Error() string             { return http.StatusText(http.StatusNotModified) }
func (notModified) GetStatus() int            { return http.StatusNotModified }
func (n notModified) GetHeaders() http.Header { return http.Header{"Etag": {string(n)}} }

// fieldError is one thing wrong with the request.
func fieldError(field, vi, en string) error {
	return trace.FieldErrors{{Field: field, Message: catalog.Name{VI: vi, EN: en}}}
}

// Revisions is the answer that holds all revisions of a document.
type Revisions[T any] struct {
	Body RevisionList[T]
}

// A RevisionList is its body.
type RevisionList[T any] struct {
	Items []T `json:"items" doc:"The first revision first"`
}

// revisions makes that answer.
func revisions[T any](items []T, err error) (*Revisions[T], error) {
	if err != nil {
		return nil, err
	}
	return &Revisions[T]{RevisionList[T]{items}}, nil
}
