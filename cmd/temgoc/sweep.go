package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"temgoc/internal/sweep"
	"temgoc/storage"
)

// sweepCmd clears away files that nothing refers to. It runs beside a service,
// with keys of the object store that may remove objects, which those of the
// service need not.
type sweepCmd struct {
	storeFlags
	DryRun bool          `help:"Only say what would be done."`
	Age    time.Duration `help:"How old a file must be that no record refers to; at least 24h." default:"24h" placeholder:"DURATION"`
	Damage bool          `name:"corrupt" help:"Read every file instead, and set aside those whose content is not what their names say: nothing is deleted, and the right content can be uploaded again."`
}

// Run implements the command.
func (c sweepCmd) Run(ctx context.Context, out terminal) error {
	if c.Age < sweep.MinAge {
		return fmt.Errorf("--age %v: at least %v, so that no upload is under way", c.Age, sweep.MinAge)
	}
	if err := c.storeFlags.safe(); err != nil {
		return err
	}
	f := c.storeFlags.withDefaults()
	stores, err := storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
	if err != nil {
		return err
	}
	s := sweep.Sweeper{Documents: stores.Documents, Files: stores.Files, Kinds: kinds(), Age: c.Age, DryRun: c.DryRun, Tell: func(k sweep.Case) { c.tell(out, k) }}
	if c.Damage {
		return errors.Join(c.damaged(ctx, out, s), stores.Close())
	}
	r, err := s.Orphans(ctx)
	fmt.Fprintf(out.out, "%d files with %d bytes: %d younger than %v, %d referred to by records, %d orphans with %d bytes; %d removed, %d kept because they were uploaded again\n",
		r.Objects, r.Bytes, r.Young, c.Age, r.Referred, r.Found, r.FoundBytes, r.Done, r.Held)
	return errors.Join(err, stores.Close())
}

func (c sweepCmd) damaged(ctx context.Context, out terminal, s sweep.Sweeper) error {
	r, err := s.Damaged(ctx)
	fmt.Fprintf(out.out, "%d files with %d bytes read: %d damaged, of which records refer to %d; %d set aside\n", r.Objects, r.Bytes, r.Found, r.Referred, r.Done)
	return err
}

// tell prints a line for each file that is dealt with.
func (c sweepCmd) tell(out terminal, k sweep.Case) {
	fate := k.Fate
	if fate == "" {
		fate = "dry run"
	}
	fmt.Fprintf(out.out, "%v  %d bytes  of %s  %s", k.Digest, k.Size, k.At.Format(time.RFC3339), fate)
	if k.Where != "" {
		fmt.Fprintf(out.out, " as %s", k.Where)
	}
	if k.Referred {
		fmt.Fprint(out.out, "; records refer to it: upload the right file again")
	}
	fmt.Fprintln(out.out)
}
