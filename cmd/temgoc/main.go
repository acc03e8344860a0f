// Command temgoc is the whole of Temgốc, a traceability and QR label service
// for certified products of Vietnam's OCOP programme.
//
//	temgoc demo      start with demonstration data and nothing installed
//	temgoc serve     run the service
//	temgoc config    print the configuration and where each value comes from
//	temgoc health    ask the service on this machine whether it lives
//	temgoc doctor    check configuration, stores, keys and clock
//	temgoc user      invite people to the console, list, disable and reset them
//	temgoc key       make, list and revoke API keys
//	temgoc labels    print the stamps of a batch to a file
//	temgoc preflight look at an order before it is printed
//	temgoc print     send the stamps of an order to a label printer
//	temgoc report    say which stamps were printed well, scrapped or lost
//	temgoc backup    copy everything that is kept, encrypted, to another place
//	temgoc restore   bring a back-up onto empty stores
//	temgoc audit     compare everything that is stored with the log
//	temgoc migrate   copy everything to other stores
//	temgoc sweep     remove files that no record refers to
//	temgoc bundle    write the sealed file of a batch
//	temgoc verify    check a proof, a bundle, a certificate or a running service
//	temgoc witness   cosign the logs of other services
//
// # A tour of the code
//
// A printed code is made and read by [temgoc/internal/stamp]; identifiers of
// GS1 are in [temgoc/internal/gs1], classifications of the programme in
// [temgoc/internal/catalog]. The domain and its rules are
// [temgoc/internal/trace]: a Ledger over a dumb Store. What the stores are is
// in temgoc/storage: SQLite and a directory, or MongoDB and S3, under one
// conformance suite. [temgoc/labels] draws stamps and knows nothing of
// batches; [temgoc/internal/printing] keeps the print orders and joins the
// two. [temgoc/internal/account] has people, sessions and API keys, [temgoc/internal/api] the
// JSON API, [temgoc/internal/web/scan] the public page, and
// [temgoc/internal/web] puts them behind one engine. This package reads the
// configuration and ties them together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"temgoc/internal/trace"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the command line. Each flag can also be set in the environment, as
// TEMGOC_ and its name in capitals, and in a YAML file.
type cli struct {
	File kong.ConfigFlag `name:"config" help:"Read flags from a YAML file." placeholder:"FILE" env:"TEMGOC_CONFIG"`

	Demo      demoCmd      `cmd:"" help:"Start with demonstration data; nothing needs to be installed."`
	Serve     serveCmd     `cmd:"" help:"Run the service."`
	Config    configCmd    `cmd:"" name:"config" help:"Print the configuration that serve would run with, without passwords, and where each value comes from; fails when it is unsafe."`
	Health    healthCmd    `cmd:"" help:"Ask the service on this machine whether it lives, for containers: exit code 0 when it does."`
	Doctor    doctorCmd    `cmd:"" help:"Check configuration, stores, keys and clock, and say what to do."`
	User      userCmd      `cmd:"" help:"Invite people to the console; list, disable and reset them."`
	Key       keyCmd       `cmd:"" help:"Make, list and revoke API keys."`
	Labels    labelsCmd    `cmd:"" help:"Write the stamps of a batch: PDF, pictures, or the data for a print house."`
	Preflight preflightCmd `cmd:"" help:"Look at an order before it is printed: batch, certificate, size of the QR code, and a forecast of its grade."`
	Print     printCmd     `cmd:"" help:"Send the stamps of an order to a label printer, none of them twice."`
	Report    reportCmd    `cmd:"" help:"Say which stamps of an order were printed well, scrapped, lost or stolen."`
	Audit     auditCmd     `cmd:"" help:"Compare everything that is stored with the log: exit code 0 only when all of it holds, 1 for faults, 2 when it could not be done."`
	Migrate   migrateCmd   `cmd:"" help:"Copy everything to other stores, from a laptop to a cluster or back, while the service runs; --finish completes it: exit code 0 only when all of it is there and holds, 1 for faults, 2 when it could not be done."`
	Backup    backupCmd    `cmd:"" help:"Copy everything that is kept, encrypted, to a directory or an S3 store, while the service runs."`
	Restore   restoreCmd   `cmd:"" help:"Bring a back-up onto empty stores of either engine, and audit it: exit code 0 when all of it is there and holds, 1 when the back-up is damaged, too old or has faults, 2 when it could not be done."`
	Sweep     sweepCmd     `cmd:"" help:"Remove files that no record refers to, or set damaged ones aside."`
	Bundle    bundleCmd    `cmd:"" help:"Write the sealed file of a batch: all that was stated of it and of what went into it, with the proofs."`
	Verify    verifyCmd    `cmd:"" help:"Check a proof, a sealed bundle, a certificate or a running service: exit code 0 when it holds, 1 when it does not, 2 when it could not be checked."`
	Witness   witnessCmd   `cmd:"" help:"Witness the logs of other services: cosign what continues what was seen before."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// A terminal is where a command writes.
type terminal struct{ out, err io.Writer }

// exit is how the command line library ends the program for --help.
type exit int

// run is the program with its surroundings as arguments. It returns the exit
// code: 0, 1 for a failure, 2 for a command line that cannot be understood.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exit:
			code = int(p)
		default:
			panic(p)
		}
	}()
	var c cli
	read := secrets{files: map[string]string{}}
	parser, err := kong.New(&c,
		kong.Name("temgoc"),
		kong.Description("Traceability and QR stamps for OCOP products."),
		kong.Configuration(readSettings),
		kong.DefaultEnvars("TEMGOC"),
		kong.NamedMapper("secret", read),
		kong.Vars{"formats": formats()},
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(terminal{stdout, stderr}, read),
	)
	if err != nil {
		fmt.Fprintln(stderr, "temgoc:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "temgoc: %v\nTry: temgoc --help\n", err)
		return 2
	}
	if err := command.Run(); err != nil {
		explain(stderr, err)
		if own, ok := errors.AsType[coded](err); ok {
			return own.code
		}
		return 1
	}
	return 0
}

// A coded error ends the program with an exit code of its own.
type coded struct {
	error
	code int
}

func (c coded) Unwrap() error { return c.error }

// explain writes an error, field by field where it has fields.
func explain(w io.Writer, err error) {
	if fields, ok := errors.AsType[trace.FieldErrors](err); ok {
		for _, f := range fields {
			fmt.Fprintf(w, "temgoc: %s: %s\n", f.Field, f.Message.EN)
		}
		return
	}
	fmt.Fprintln(w, "temgoc:", err)
}
