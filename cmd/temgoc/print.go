package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"temgoc/internal/printing"
	"temgoc/labels/thermal"
)

// printCmd sends stamps to a label printer, a few at a time. Those few are
// claimed before the first byte leaves and confirmed once the printer took them,
// so that whatever stops in between, no stamp is sent twice by itself.
type printCmd struct {
	pressFlags
	Order    string        `help:"The order, such as K7Q2M9XR4V-3. It must be released." placeholder:"ID" required:""`
	To       string        `help:"Where to send: tcp://printer:9100, file:PATH or - for standard output (default: the address of --printer)." placeholder:"ADDRESS"`
	Language string        `help:"What the printer understands: zpl, tspl, epl, escpos or brother (default: what is known of --printer, or zpl)." enum:",zpl,tspl,epl,escpos,brother" default:""`
	DPI      int           `help:"Dots to the inch of its print head (default: the printer's, or what is usual)." default:"0" name:"dpi"`
	Printer  string        `help:"Id of a printer: its language, resolution, address and corrections are used." placeholder:"ID"`
	Stock    string        `help:"Labels in the printer, where they are not those of the order." placeholder:"NAME"`
	OffsetX  float64       `help:"Shift to the right in mm, besides the printer's." default:"0"`
	OffsetY  float64       `help:"Shift downwards in mm, besides the printer's." default:"0"`
	Chunk    int           `help:"Stamps sent and confirmed at once, 1 to 1000." default:"10"`
	From     int           `help:"First stamp to send." default:"1"`
	Count    int           `help:"Send from these stamps only (default: all that are left)." default:"0"`
	Ask      bool          `help:"Ask the printer whether it printed them, in zpl and tspl." default:"true" negatable:""`
	Timeout  time.Duration `help:"How long the printer may take for a chunk." default:"1m"`
	Printed  int           `help:"Send nothing, but say how many stamps of an uncertain part lie there printed (of the part at --from, where there are several); the others are sent again." default:"-1" placeholder:"N"`
}

// A sender keeps which stamps of an order went to a printer.
type sender interface {
	progress(ctx context.Context, id string) (printing.Progress, error)
	claim(ctx context.Context, id string, c printing.Claim) (printing.Range, error)
	confirm(ctx context.Context, id string, r printing.Range) error
	resolve(ctx context.Context, id string, r printing.Resolution) error
	// printer is what is known of a printer of the order's producer.
	printer(ctx context.Context, order, id string) (printing.Printer, error)
}

// Run implements the command.
func (c printCmd) Run(ctx context.Context, out terminal) error {
	press, done, err := c.press(ctx)
	if err != nil {
		return err
	}
	defer done()
	if c.Printed >= 0 {
		err = c.resolve(ctx, press)
	} else {
		err = c.send(ctx, press, out)
	}
	if err != nil {
		err = fmt.Errorf("order %s: %w", c.Order, err)
	}
	p, unknown := press.progress(context.WithoutCancel(ctx), c.Order)
	if unknown != nil {
		return cmp.Or(err, unknown)
	}
	fmt.Fprintf(out.err, "order %s: %d of %d stamps sent, %d left\n", c.Order, p.Sent, p.Count, p.Left)
	for _, part := range p.Uncertain {
		fmt.Fprintf(out.err, "stamps %s may have been printed: look, then say how many with --from %d --printed N\n", part.Range, part.First)
	}
	return err
}

// resolve says what became of the part that is uncertain.
func (c printCmd) resolve(ctx context.Context, press press) error {
	p, err := press.progress(ctx, c.Order)
	if err != nil {
		return err
	}
	first := c.From
	if len(p.Uncertain) == 0 {
		return errors.New("no stamps are uncertain")
	}
	if len(p.Uncertain) == 1 && c.From <= 1 {
		first = p.Uncertain[0].First
	}
	return press.resolve(ctx, c.Order, printing.Resolution{First: first, Printed: c.Printed})
}

// send sends what is left, a chunk after the other.
func (c printCmd) send(ctx context.Context, press press, out terminal) error {
	open, err := c.complete(ctx, press, out)
	if err != nil {
		return err
	}
	p, err := press.progress(ctx, c.Order)
	if err != nil {
		return err
	}
	if p.Left == 0 {
		_, err := fmt.Fprintln(out.err, "nothing is left to send")
		return err
	}
	// What cannot be printed is refused before a stamp is claimed.
	if err := press.labels(ctx, c.Order, c.print(printing.Range{First: p.Free[0].First, Last: p.Free[0].First}), io.Discard); err != nil {
		return err
	}
	for rest := c.rest(p); rest > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := c.chunk(ctx, press, open)
		if err != nil {
			return err
		}
		if p, err = press.progress(ctx, c.Order); err != nil {
			return err
		}
		rest = c.rest(p)
		fmt.Fprintf(out.err, "stamps %s\n", n)
	}
	return nil
}

// rest is how many of the stamps that are asked for are left.
func (c printCmd) rest(p printing.Progress) int {
	last := p.Count
	if c.Count > 0 {
		last = min(last, c.From+c.Count-1)
	}
	n := 0
	for _, r := range p.Free {
		n += max(0, min(r.Last, last)-max(r.First, c.From)+1)
	}
	return n
}

// chunk sends the next stamps. The printer is reached before they are claimed,
// and the part is finished even when the program is told to stop.
func (c printCmd) chunk(ctx context.Context, press press, open opener) (printing.Range, error) {
	printer, err := open(ctx)
	if err != nil {
		return printing.Range{}, err
	}
	defer func() { _ = printer.Close() }() // send has seen to it that all has arrived
	ctx = context.WithoutCancel(ctx)
	r, err := press.claim(ctx, c.Order, printing.Claim{Printer: cmp.Or(c.Printer, c.To), Max: c.Chunk, From: c.From, Count: c.Count})
	if err != nil {
		return r, err
	}
	var data bytes.Buffer
	if err := press.labels(ctx, c.Order, c.print(r), &data); err != nil {
		// Not a byte has left.
		return r, errors.Join(err, press.resolve(ctx, c.Order, printing.Resolution{First: r.First}))
	}
	if err := printer.send(ctx, data.Bytes()); err != nil {
		return r, err
	}
	return r, press.confirm(ctx, c.Order, r)
}

func (c printCmd) print(r printing.Range) printing.Print {
	return printing.Print{
		Format: printing.Format(c.Language), Printer: c.Printer, DPI: c.DPI,
		Layout: printing.Layout{Stock: c.Stock, OffsetX: c.OffsetX, OffsetY: c.OffsetY, From: r.First, Count: r.Count()},
	}
}

// complete fills in what is known of the printer, and returns how to reach it.
func (c *printCmd) complete(ctx context.Context, press press, out terminal) (opener, error) {
	if c.Printer != "" {
		known, err := press.printer(ctx, c.Order, c.Printer)
		if err != nil {
			return nil, fmt.Errorf("--printer %s: %w", c.Printer, err)
		}
		c.To, c.Language = cmp.Or(c.To, known.Address), cmp.Or(c.Language, string(known.Language))
	}
	c.Language = cmp.Or(c.Language, string(thermal.ZPL))
	language := thermal.Language(c.Language)
	if c.Language == string(printing.PDF) {
		return nil, errors.New("this printer takes PDF files: print them with temgoc labels")
	}
	if c.To == "" {
		return nil, errors.New("--to is missing: where to send, such as tcp://192.168.1.50:9100")
	}
	if c.To == "-" {
		return toStream(out.out), nil
	}
	u, err := url.Parse(c.To)
	if err == nil && u.Scheme == "file" {
		return toFile(cmp.Or(u.Opaque, u.Path)), nil
	}
	if err == nil && u.Scheme == "tcp" && u.Port() != "" {
		line := line{address: u.Host, timeout: c.Timeout}
		if c.Ask {
			line.language = language
		}
		return line.open, nil
	}
	return nil, fmt.Errorf("--to %s: must be tcp://HOST:PORT, file:PATH or -", c.To)
}
