package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"temgoc/internal/proof/bundle"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// bundleCmd writes the sealed file of a batch: from the stores, or through a
// running service.
type bundleCmd struct {
	pressFlags
	Code   string `arg:"" help:"Code of the batch." placeholder:"CODE"`
	Output string `help:"File to write; - for standard output (default: temgoc-CODE.zip)." short:"o" placeholder:"FILE"`
}

// Run implements the command.
func (c bundleCmd) Run(ctx context.Context, out terminal) error {
	code, err := stamp.ParseBatchCode(c.Code)
	if err != nil {
		return fmt.Errorf("%q: %w", c.Code, err)
	}
	press, done, err := c.press(ctx)
	if err != nil {
		return err
	}
	defer done()
	if c.Output == "-" {
		return press.bundle(ctx, code.String(), out.out)
	}
	if c.Output == "" {
		c.Output = bundle.Name(code.String())
	}
	if err := writeFile(c.Output, func(w io.Writer) error { return press.bundle(ctx, code.String(), w) }); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out.err, c.Output)
	return err
}

// bundle implements press. Who can read the stores may have all of them.
func (p localPress) bundle(ctx context.Context, code string, w io.Writer) error {
	return p.bundles.Write(ctx, trace.Actor{ID: operator.ID, Role: trace.Office, Organisation: operator.Organisation}, code, w)
}

// bundle implements press.
func (p remotePress) bundle(ctx context.Context, code string, w io.Writer) error {
	answer, err := p.do(ctx, http.MethodGet, "/api/v1/batches/"+code+"/bundle", nil)
	if err != nil {
		return err
	}
	defer answer.Close()
	_, err = io.Copy(w, answer)
	return err
}
