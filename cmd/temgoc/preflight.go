package main

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/printing"
)

// preflightCmd looks at an order before it is printed.
type preflightCmd struct {
	pressFlags
	Order   string `help:"The order, such as K7Q2M9XR4V-3." placeholder:"ID" required:""`
	Printer string `help:"Id of the printer; an office printer of 600 dpi that prints true when left out." placeholder:"ID"`
	Visit   bool   `help:"Also ask the printed address of the first stamp for an answer; it does not count as a scan." negatable:"" default:"true"`
}

// Run implements the command.
func (c preflightCmd) Run(ctx context.Context, out terminal) error {
	press, done, err := c.press(ctx)
	if err != nil {
		return err
	}
	defer done()
	p, err := press.preflight(ctx, c.Order, c.Printer, c.Visit)
	if err != nil {
		return err
	}
	for _, f := range p.Findings {
		if _, err := fmt.Fprintf(out.out, "%-4s  %-11s  %s\n", f.Severity, f.Check, f.Message.EN); err != nil {
			return err
		}
		if f.Severity != printing.OK {
			if _, err := fmt.Fprintf(out.out, "%19s%s\n", "", f.Advice.EN); err != nil {
				return err
			}
		}
	}
	if p.Stop {
		return errors.New("the order cannot be released")
	}
	return nil
}
