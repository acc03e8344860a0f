package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"temgoc/internal/printing"
	"temgoc/internal/stamp"
)

// labelsCmd prints stamps: from the stores while no server needs to run, or
// through a running one. Both give the same bytes.
type labelsCmd struct {
	pressFlags
	Batch     string  `help:"Code of the batch: make a new order and release it." placeholder:"CODE" xor:"what" required:""`
	Order     string  `help:"Print an order that exists, such as K7Q2M9XR4V-3." placeholder:"ID" xor:"what" required:""`
	Codes     string  `help:"What a new order carries: the batch code or item codes." enum:"batch,item" default:"batch"`
	Count     int     `help:"Number of stamps: of a new order (default 65), or to print of one that exists (default all)." default:"0"`
	From      int     `help:"First stamp of the order to print." default:"1"`
	Stock     string  `help:"Label stock; of a new order tomy-145, of one that exists its own, when left out." placeholder:"NAME"`
	Template  string  `help:"Template of a new order; the layout that adapts to the stock when left out." placeholder:"NAME"`
	PerRoll   int     `help:"Stamps on a roll of a new order, where it comes on rolls." default:"0"`
	Activate  string  `help:"When item codes of a new order count: from its release on, or range by range." enum:"release,range" default:"release"`
	PIN       bool    `help:"A scratch PIN on each stamp of a new order; needs item codes and a template such as cao-pin." name:"pin"`
	Replaces  string  `help:"Order whose scrapped and lost stamps a new order makes up for." placeholder:"ID"`
	Format    string  `help:"What to write: ${formats}." enum:"${formats}" default:"pdf"`
	Profile   string  `help:"For whom a PDF is made: office, or a print house with one stamp a page (house) or the labels of the stock imposed (imposed), with bleed and crop marks." enum:"office,house,imposed" default:"office"`
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
			PerRoll: c.PerRoll, Activation: printing.Activation(c.Activate), PIN: c.PIN, Replaces: c.Replaces,
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
		Format: printing.Format(c.Format), Profile: printing.Profile(c.Profile), Printer: c.Printer, DPI: c.DPI, Index: c.Index,
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
