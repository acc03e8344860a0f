// Growth makes services with very many batches, and measures how what people
// wait for grows with their number.
//
//	go run ./tools/growth load --batches 100000 --data DIR
//
// fills an empty data directory, or the stores that --documents and --files
// name. See package bulk for what is in it.
//
//	go run ./tools/growth measure DIR DIR …
//
// does what people wait for in each of them in turn, and prints one table:
// median and 95th percentile in milliseconds, the exponent of growth between the
// sizes, and by what a tenfold number multiplies the time. It writes to what it
// measures.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/alecthomas/kong"

	"temgoc/internal/testing/bulk"
)

// placeFlags say where the stores are.
type placeFlags struct {
	Data      string `help:"Directory of the key files and the embedded stores." required:"" placeholder:"DIR"`
	Documents string `help:"Document store: sqlite:FILE or mongodb://…" placeholder:"URL"`
	Files     string `help:"File store: dir:DIR or s3://…" placeholder:"URL"`
}

func (f placeFlags) place() bulk.Place {
	return bulk.Place{Data: f.Data, Documents: f.Documents, Files: f.Files}
}

// loadCmd fills empty stores.
type loadCmd struct {
	placeFlags
	Batches   int  `help:"How many batches." default:"1000"`
	Producers int  `help:"How many producers share them (default: one to a hundred batches, 20 to 1000)."`
	Short     bool `help:"One entry of each diary only, no orders and no tests."`
}

// Run implements the command.
func (c loadCmd) Run(ctx context.Context) error {
	began := time.Now()
	made, err := bulk.Load(ctx, bulk.Config{
		Place: c.place(), Batches: c.Batches, Producers: c.Producers, Short: c.Short,
		Progress: func(n int) {
			fmt.Fprintf(os.Stderr, "\r%d of %d batches, %v ", n, c.Batches, time.Since(began).Round(time.Second))
		},
	})
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return err
	}
	fmt.Printf("%d batches of %d producers: %d revisions, %d leaves, %v\n", made.Batches, made.Producers, made.Revisions, made.Leaves, made.Took.Round(time.Millisecond))
	return nil
}

func main() {
	var commands struct {
		Load    loadCmd    `cmd:"" help:"Fill empty stores with very many batches."`
		Measure measureCmd `cmd:"" help:"Measure what people wait for, at several sizes."`
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	k := kong.Parse(&commands, kong.Name("growth"), kong.BindTo(ctx, (*context.Context)(nil)))
	k.FatalIfErrorf(k.Run())
}
