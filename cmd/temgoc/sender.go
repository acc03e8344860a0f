package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// act is what the operator writes for the producer of an order.
func (p localPress) act(ctx context.Context, order string) (trace.Write, error) {
	o, err := p.book.Order(ctx, operator, order)
	if err != nil {
		return trace.Write{}, err
	}
	by, err := p.producer(ctx, o.Data.Batch)
	return trace.Write{By: by}, err
}

func (p localPress) progress(ctx context.Context, id string) (printing.Progress, error) {
	return p.book.Progress(ctx, operator, id)
}

func (p localPress) claim(ctx context.Context, id string, c printing.Claim) (printing.Range, error) {
	w, err := p.act(ctx, id)
	if err != nil {
		return printing.Range{}, err
	}
	s, err := p.book.Claim(ctx, w, id, c)
	return s.Data.Latest, err
}

func (p localPress) confirm(ctx context.Context, id string, r printing.Range) error {
	w, err := p.act(ctx, id)
	if err == nil {
		_, err = p.book.Confirm(ctx, w, id, r)
	}
	return err
}

func (p localPress) resolve(ctx context.Context, id string, r printing.Resolution) error {
	w, err := p.act(ctx, id)
	if err == nil {
		_, err = p.book.Resolve(ctx, w, id, r)
	}
	return err
}

func (p localPress) printer(ctx context.Context, order, id string) (printing.Printer, error) {
	w, err := p.act(ctx, order)
	if err != nil {
		return printing.Printer{}, err
	}
	s, err := p.book.Printer(ctx, w.By, id)
	return s.Data, err
}

func (p remotePress) progress(ctx context.Context, id string) (out printing.Progress, err error) {
	return out, p.call(ctx, http.MethodGet, sendingPath(id), nil, &out)
}

func (p remotePress) claim(ctx context.Context, id string, c printing.Claim) (printing.Range, error) {
	var s trace.Stored[printing.Sending]
	err := p.call(ctx, http.MethodPost, sendingPath(id)+"/claims", c, &s)
	return s.Data.Latest, err
}

func (p remotePress) confirm(ctx context.Context, id string, r printing.Range) error {
	return p.call(ctx, http.MethodPost, sendingPath(id)+"/confirmations", r, nil)
}

func (p remotePress) resolve(ctx context.Context, id string, r printing.Resolution) error {
	return p.call(ctx, http.MethodPost, sendingPath(id)+"/resolutions", r, nil)
}

func (p remotePress) printer(ctx context.Context, _, id string) (printing.Printer, error) {
	var s trace.Stored[printing.Printer]
	err := p.call(ctx, http.MethodGet, "/api/v1/printers/"+url.PathEscape(id), nil, &s)
	return s.Data, err
}

func sendingPath(order string) string {
	return "/api/v1/orders/" + url.PathEscape(order) + "/sending"
}

// call sends a request of JSON, and reads the answer where it is wanted.
func (p remotePress) call(ctx context.Context, method, path string, body, answer any) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return err
		}
	}
	got, err := p.do(ctx, method, path, content)
	if err != nil {
		return err
	}
	defer got.Close()
	if answer == nil {
		_, err = io.Copy(io.Discard, got)
		return err
	}
	if err := json.NewDecoder(got).Decode(answer); err != nil {
		return fmt.Errorf("answer of %s: %w", p.server, err)
	}
	return nil
}
