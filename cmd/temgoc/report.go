package main

import (
	"context"
	"fmt"

	"temgoc/internal/printing"
)

// reportCmd says what became of the stamps of an order once they were printed.
type reportCmd struct {
	pressFlags
	Order       string `help:"The order, such as K7Q2M9XR4V-3." placeholder:"ID" required:""`
	Fate        string `help:"What became of the stamps: printed well, scrapped (spoilt and destroyed), lost or stolen." enum:"printed,scrapped,lost,stolen" default:"printed"`
	Stamps      string `help:"Which stamps, by their position in the order from 1, as in 40-44,51." placeholder:"RANGES"`
	Rolls       string `help:"Whole rolls, or sheets where the order has none, by their number from 1." placeholder:"RANGES"`
	RestPrinted bool   `help:"All other stamps that nothing was reported of were printed well."`
	Reason      string `help:"Why they are scrapped, lost or stolen; whoever scans one can read it." placeholder:"TEXT"`
}

// Run implements the command.
func (c reportCmd) Run(ctx context.Context, out terminal) error {
	r := printing.Report{Fate: printing.Fate(c.Fate), RestPrinted: c.RestPrinted, Reason: c.Reason}
	var err error
	if r.Ranges, err = printing.ParseRanges("--stamps", c.Stamps); err != nil {
		return err
	}
	if r.Rolls, err = printing.ParseRanges("--rolls", c.Rolls); err != nil {
		return err
	}
	press, done, err := c.press(ctx)
	if err != nil {
		return err
	}
	defer done()
	s, err := press.report(ctx, c.Order, r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%d stamps: %d printed, %d scrapped, %d lost, %d stolen, %d not accounted for\n",
		s.Allocated, s.Printed, s.Scrapped, s.Lost, s.Stolen, s.Unaccounted)
	return err
}
