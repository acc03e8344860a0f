package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/trace"
)

// pressFlags say where print orders are kept: in the stores, while no server
// needs to run, or with a running one.
type pressFlags struct {
	storeFlags
	Server    string `help:"Address of a running service; needs --api-key." placeholder:"URL"`
	APIKey    string `help:"API key of the producer, with --server." placeholder:"KEY" name:"api-key"`
	PublicURL string `help:"Address that is printed on stamps of a new order (default: that of the service that last ran here)." placeholder:"URL"`
}

// A press makes orders and prints them.
type press interface {
	// order makes an order, releases it and returns its id.
	order(context.Context, printing.OrderData) (string, error)
	labels(context.Context, string, printing.Print, io.Writer) error
	// report tells what became of stamps of an order, and returns its sums.
	report(context.Context, string, printing.Report) (printing.Sums, error)
	// preflight looks at an order for a printer, and asks its address if it is to.
	preflight(ctx context.Context, order, printer string, visit bool) (printing.Preflight, error)
	// bundle writes the sealed file of a batch.
	bundle(ctx context.Context, code string, w io.Writer) error
	sender
}

func (c pressFlags) press(ctx context.Context) (press, func(), error) {
	if c.Server != "" {
		u, err := url.Parse(c.Server)
		if err != nil || u.Host == "" {
			return nil, nil, fmt.Errorf("--server: %q is not an address", c.Server)
		}
		return remotePress{strings.TrimSuffix(c.Server, "/"), c.APIKey, &http.Client{Timeout: 2 * time.Minute}}, func() {}, nil
	}
	s, err := c.storeFlags.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	address, err := c.address(ctx, s)
	if err != nil {
		return nil, nil, errors.Join(err, s.close())
	}
	book, err := printing.New(s.ledger, s.keys, address)
	if err != nil {
		return nil, nil, errors.Join(err, s.close())
	}
	book.Quote(s.log.Checkpoint)
	return localPress{s.ledger, book, s.bundles(address)}, func() { s.close() }, nil
}

// address is the given one, or the one that stamps of these stores had last. An
// order that exists keeps its own.
func (c pressFlags) address(ctx context.Context, s *service) (string, error) {
	if c.PublicURL != "" {
		return c.PublicURL, (webFlags{PublicURL: c.PublicURL}).check()
	}
	address, err := printing.PublishedAddress(ctx, s.ledger)
	if errors.Is(err, trace.ErrNotFound) {
		return "", errors.New("no service has run on these stores yet: say with --public-url what to print on stamps")
	}
	return address, err
}

// localPress works on the stores. Who can read them may act for the producer.
type localPress struct {
	ledger  *trace.Ledger
	book    *printing.Book
	bundles *bundle.Maker
}

func (p localPress) order(ctx context.Context, d printing.OrderData) (string, error) {
	by, err := p.producer(ctx, d.Batch)
	if err != nil {
		return "", err
	}
	w := trace.Write{By: by}
	o, err := p.book.Create(ctx, w, d)
	if err != nil {
		return "", err
	}
	_, err = p.book.Release(ctx, w, o.ID)
	return o.ID, err
}

func (p localPress) labels(ctx context.Context, id string, l printing.Print, w io.Writer) error {
	o, err := p.book.Order(ctx, operator, id)
	if err != nil {
		return err
	}
	by, err := p.producer(ctx, o.Data.Batch)
	if err != nil {
		return err
	}
	return p.book.WriteLabels(ctx, by, id, l, w)
}

func (p localPress) report(ctx context.Context, id string, r printing.Report) (printing.Sums, error) {
	o, err := p.book.Order(ctx, operator, id)
	if err != nil {
		return printing.Sums{}, err
	}
	by, err := p.producer(ctx, o.Data.Batch)
	if err != nil {
		return printing.Sums{}, err
	}
	o, err = p.book.Report(ctx, trace.Write{By: by}, id, r)
	return o.Data.Sums(), err
}

func (p localPress) preflight(ctx context.Context, id, printer string, visit bool) (printing.Preflight, error) {
	if !visit {
		return p.book.Preflight(ctx, operator, id, printer, nil)
	}
	return p.book.Preflight(ctx, operator, id, printer, printing.Outside)
}

// producer is the batch's producer, for whom the operator acts.
func (p localPress) producer(ctx context.Context, batch string) (trace.Actor, error) {
	b, err := p.ledger.Batch(ctx, operator, batch)
	return trace.Actor{ID: operator.ID, Role: trace.ProducerRole, Producer: b.Data.Producer}, err
}

// remotePress asks a running service.
type remotePress struct {
	server, key string
	client      *http.Client
}

func (p remotePress) order(ctx context.Context, d printing.OrderData) (string, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	var made struct {
		ID string `json:"id"`
	}
	answer, err := p.do(ctx, http.MethodPost, "/api/v1/batches/"+d.Batch+"/orders", body)
	if err != nil {
		return "", err
	}
	defer answer.Close()
	if err := json.NewDecoder(answer).Decode(&made); err != nil {
		return "", fmt.Errorf("answer of %s: %w", p.server, err)
	}
	released, err := p.do(ctx, http.MethodPost, "/api/v1/orders/"+made.ID+"/release", nil)
	if err != nil {
		return "", err
	}
	return made.ID, released.Close()
}

func (p remotePress) labels(ctx context.Context, id string, l printing.Print, w io.Writer) error {
	q := url.Values{
		"format": {string(l.Format)}, "profile": {string(l.Profile)}, "printer": {l.Printer}, "dpi": {fmt.Sprint(l.DPI)}, "index": {fmt.Sprint(l.Index)},
		"stock": {l.Stock}, "startCell": {fmt.Sprint(l.StartCell)}, "begun": {fmt.Sprint(l.Begun)}, "from": {fmt.Sprint(l.From)},
		"offsetX": {fmt.Sprint(l.OffsetX)}, "offsetY": {fmt.Sprint(l.OffsetY)},
	}
	if l.Count > 0 {
		q.Set("count", fmt.Sprint(l.Count))
	}
	answer, err := p.do(ctx, http.MethodGet, "/api/v1/orders/"+url.PathEscape(id)+"/labels?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	defer answer.Close()
	_, err = io.Copy(w, answer)
	return err
}

func (p remotePress) report(ctx context.Context, id string, r printing.Report) (printing.Sums, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return printing.Sums{}, err
	}
	answer, err := p.do(ctx, http.MethodPost, "/api/v1/orders/"+url.PathEscape(id)+"/report", body)
	if err != nil {
		return printing.Sums{}, err
	}
	defer answer.Close()
	var order struct {
		Sums printing.Sums `json:"sums"`
	}
	if err := json.NewDecoder(answer).Decode(&order); err != nil {
		return printing.Sums{}, fmt.Errorf("answer of %s: %w", p.server, err)
	}
	return order.Sums, nil
}

func (p remotePress) preflight(ctx context.Context, id, printer string, visit bool) (printing.Preflight, error) {
	q := url.Values{"printer": {printer}, "visit": {fmt.Sprint(visit)}}
	answer, err := p.do(ctx, http.MethodGet, "/api/v1/orders/"+url.PathEscape(id)+"/preflight?"+q.Encode(), nil)
	if err != nil {
		return printing.Preflight{}, err
	}
	defer answer.Close()
	var found printing.Preflight
	if err := json.NewDecoder(answer).Decode(&found); err != nil {
		return printing.Preflight{}, fmt.Errorf("answer of %s: %w", p.server, err)
	}
	return found, nil
}

// do sends one request and returns the body of a good answer.
func (p remotePress) do(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, method, p.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+p.key)
	r.Header.Set("Accept-Language", "en")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode < 300 {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	return nil, errors.Join(fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, bytes.TrimSpace(text)), err)
}
