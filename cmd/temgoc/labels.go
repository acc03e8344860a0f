package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// labelsCmd prints stamps: from the stores while no server needs to run, or
// through a running one. Both give the same bytes.
type labelsCmd struct {
	storeFlags
	Server string `help:"Address of a running service; needs --api-key." placeholder:"URL"`
	APIKey string `help:"API key of the producer, with --server." placeholder:"KEY" name:"api-key"`

	PublicURL string  `help:"Address that is printed on stamps of a new order (default: that of the service that last ran here)." placeholder:"URL"`
	Batch     string  `help:"Code of the batch: make a new order and release it." placeholder:"CODE" xor:"what" required:""`
	Order     string  `help:"Print an order that exists, such as K7Q2M9XR4V-3." placeholder:"ID" xor:"what" required:""`
	Codes     string  `help:"What a new order carries: the batch code or item codes." enum:"batch,item" default:"batch"`
	Count     int     `help:"Number of stamps: of a new order (default 65), or to print of one that exists (default all)." default:"0"`
	From      int     `help:"First stamp of the order to print." default:"1"`
	Stock     string  `help:"Label stock; of a new order tomy-145, of one that exists its own, when left out." placeholder:"NAME"`
	Template  string  `help:"Template of a new order; the layout that adapts to the stock when left out." placeholder:"NAME"`
	Format    string  `help:"What to write: ${formats}." enum:"${formats}" default:"pdf"`
	Printer   string  `help:"Id of a printer whose shift, scale and resolution are made up for." placeholder:"ID"`
	DPI       int     `help:"Dots to the inch of pictures and label printers (default: the printer's, or what is usual)." default:"0" name:"dpi"`
	Index     int     `help:"The stamp for formats that hold one." default:"1"`
	StartCell int     `help:"First free label on the first sheet." default:"1"`
	Begun     bool    `help:"Leave out the labels that are gone of the sheet begun."`
	OffsetX   float64 `help:"Shift to the right in mm, besides the printer's." default:"0"`
	OffsetY   float64 `help:"Shift downwards in mm, besides the printer's." default:"0"`
	Output    string  `help:"File to write; - for standard output." short:"o" required:"" placeholder:"FILE"`
}

// Run implements the command.
func (c labelsCmd) Run(ctx context.Context, out terminal) error {
	press, done, err := c.press(ctx)
	if err != nil {
		return err
	}
	defer done()
	id := c.Order
	if id == "" {
		code, err := stamp.ParseBatchCode(c.Batch)
		if err != nil {
			return fmt.Errorf("--batch: %w", err)
		}
		id, err = press.order(ctx, printing.OrderData{
			Batch: code.String(), Codes: printing.Codes(c.Codes), Count: cmp.Or(c.Count, 65), Stock: cmp.Or(c.Stock, "tomy-145"), Template: c.Template,
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(out.err, "order %s\n", id)
	}
	if c.Output == "-" {
		return press.labels(ctx, id, c.print(), out.out)
	}
	return writeFile(c.Output, func(w io.Writer) error { return press.labels(ctx, id, c.print(), w) })
}

// formats are those that --format takes.
func formats() string {
	var names []string
	for _, f := range printing.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ",")
}

func (c labelsCmd) print() printing.Print {
	return printing.Print{
		Format: printing.Format(c.Format), Printer: c.Printer, DPI: c.DPI, Index: c.Index,
		Layout: printing.Layout{
			Stock: c.Stock, StartCell: c.StartCell, Begun: c.Begun, OffsetX: c.OffsetX, OffsetY: c.OffsetY, From: c.From, Count: c.Count,
		},
	}
}

// writeFile writes a file that is there whole or not at all.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".temgoc-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// A press makes orders and prints them.
type press interface {
	// order makes an order, releases it and returns its id.
	order(context.Context, printing.OrderData) (string, error)
	labels(context.Context, string, printing.Print, io.Writer) error
}

func (c labelsCmd) press(ctx context.Context) (press, func(), error) {
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
	book, err := c.book(ctx, s)
	if err != nil {
		return nil, nil, errors.Join(err, s.close())
	}
	return localPress{s.ledger, book}, func() { s.close() }, nil
}

// book prints the given address, or the one that stamps of these stores had
// last. An order that exists keeps its own.
func (c labelsCmd) book(ctx context.Context, s *service) (*printing.Book, error) {
	if c.PublicURL != "" {
		if err := (webFlags{PublicURL: c.PublicURL}).check(); err != nil {
			return nil, err
		}
		return printing.New(s.ledger, s.keys, c.PublicURL)
	}
	address, err := printing.PublishedAddress(ctx, s.ledger)
	if errors.Is(err, trace.ErrNotFound) {
		return nil, errors.New("no service has run on these stores yet: say with --public-url what to print on stamps")
	}
	if err != nil {
		return nil, err
	}
	return printing.New(s.ledger, s.keys, address)
}

// localPress works on the stores. Who can read them may act for the producer.
type localPress struct {
	ledger *trace.Ledger
	book   *printing.Book
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
	body, err := json.Marshal(map[string]any{"codes": d.Codes, "count": d.Count, "stock": d.Stock, "template": d.Template})
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
		"format": {string(l.Format)}, "printer": {l.Printer}, "dpi": {fmt.Sprint(l.DPI)}, "index": {fmt.Sprint(l.Index)},
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
