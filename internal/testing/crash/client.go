//go:build linux

package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"sync"
	"time"
)

// A Request is something that a client wants written.
type Request struct {
	Method, Path string
	Key          string // Idempotency-Key; none when empty
	Type         string // of the body
	Body         []byte
}

// An Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Document is the part of the body that all documents have.
	Document struct {
		ID       string `json:"id"`
		Revision int    `json:"revision"`
		Data     struct {
			First int    `json:"first"`
			State string `json:"state"`
		} `json:"data"`
	}
}

// A Client calls the API of one of several replicas, with a key.
type Client struct {
	URLs []string
	Key  string
	http *http.Client

	mu   sync.Mutex
	seen map[int]int // answers by status
}

// Seen counts the answers so far, by status.
func (c *Client) Seen() map[int]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.seen)
}

// NewClient makes one.
func NewClient(key string, urls ...string) *Client {
	return &Client{URLs: urls, Key: key, seen: map[int]int{}, http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// Send sends a request once, to a replica of the caller's choice.
func (c *Client) Send(ctx context.Context, replica int, r Request) (*Answer, error) {
	return c.SendIn(ctx, "en", replica, r)
}

// SendIn is Send for who reads a language.
func (c *Client) SendIn(ctx context.Context, language string, replica int, r Request) (*Answer, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, c.URLs[replica%len(c.URLs)]+"/api/v1"+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.Key)
	request.Header.Set("Accept-Language", language)
	if r.Type != "" {
		request.Header.Set("Content-Type", r.Type)
	}
	if r.Key != "" {
		request.Header.Set("Idempotency-Key", r.Key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	c.mu.Lock()
	c.seen[response.StatusCode]++
	c.mu.Unlock()
	a := &Answer{Status: response.StatusCode, Header: response.Header}
	if a.Body, err = io.ReadAll(response.Body); err != nil {
		return nil, err
	}
	if a.Status < 300 && a.Header.Get("Content-Type") == "application/json" {
		err = json.Unmarshal(a.Body, &a.Document)
	}
	return a, err
}

// ErrRefused says that a request was answered with a status that repeating it
// does not change.
var ErrRefused = errors.New("refused")

// Insist repeats a request, at all replicas in turn, until it is acknowledged. It
// gives up when ctx ends, after patience, and when it is told that the request is
// wrong.
func (c *Client) Insist(ctx context.Context, r Request) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	last := "nothing"
	for i := 0; ; i++ {
		a, err := c.Send(ctx, i, r)
		switch {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("%w: %s %s: the last answer was %s", ctx.Err(), r.Method, r.Path, last)
		case err != nil: // the service is gone, or went while it answered
			last = err.Error()
		case a.Status < 300:
			return a, nil
		case a.Status < 500 && a.Status != http.StatusTooManyRequests:
			return a, fmt.Errorf("%w: %s %s: %d %s", ErrRefused, r.Method, r.Path, a.Status, a.Body)
		default:
			last = fmt.Sprintf("%d %s", a.Status, a.Body)
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Get reads JSON.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	a, err := c.Insist(ctx, Request{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return json.Unmarshal(a.Body, out)
}

// JSON makes a request with a JSON body.
func JSON(method, path, key string, body any) Request {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // only what tests write
	}
	return Request{method, path, key, "application/json", data}
}

// Upload makes a request that brings a file.
func Upload(path, key, name string, content []byte) Request {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err := errors.Join(err, form.Close()); err != nil {
		panic(err) // memory
	}
	return Request{http.MethodPost, path, key, form.FormDataContentType(), body.Bytes()}
}

// PDF is a document that no other mark gives.
func PDF(mark string) []byte {
	var b bytes.Buffer
	var at []int
	fmt.Fprintf(&b, "%%PDF-1.4\n%%%s\n", mark)
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table)
	return b.Bytes()
}

// A Note is a write that was acknowledged.
type Note struct {
	Request  Request
	Kind     string // the last part of the path, such as batches
	ID       string
	Revision int
	// Answered is the X-Request-Id of the answer.
	Answered string
}

// Notes are all that clients were told.
type Notes struct {
	mu  sync.Mutex
	all []Note
}

func (n *Notes) add(note Note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, note)
}

// All are the notes so far.
func (n *Notes) All() []Note {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Note(nil), n.all...)
}
