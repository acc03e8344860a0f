package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// doctorCmd checks a configuration. It enters nothing; opening MongoDB makes
// sure of its indexes, as every start does.
type doctorCmd struct {
	storeFlags
	webFlags
}

// A finding is the result of one check and, where it is bad, the remedy.
type finding struct {
	what, remedy string
	err          error
}

// Run implements the command. It fails when a check does.
func (c doctorCmd) Run(ctx context.Context, out terminal) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	bad := 0
	for _, f := range c.examine(ctx) {
		if f.err == nil {
			fmt.Fprintf(out.out, "ok    %s\n", f.what)
			continue
		}
		bad++
		fmt.Fprintf(out.out, "BAD   %s: %v\n      -> %s\n", f.what, f.err, f.remedy)
	}
	if bad > 0 {
		return fmt.Errorf("%d check(s) failed", bad)
	}
	return nil
}

func (c doctorCmd) examine(ctx context.Context) []finding {
	findings := []finding{{
		"public address " + c.PublicURL, "give --public-url the address that is printed on stamps, https://HOST with nothing behind the host",
		c.webFlags.check(),
	}}
	if c.needsData() {
		findings = append(findings, finding{"data directory " + c.Data,
			"start the service once to make it, or name the right one with --data", checkDirectory(c.Data)})
	}
	findings = append(findings, finding{"safety of the stores", "deploy/README.md, \"Accounts for the stores\", has the accounts and addresses to use", c.safe()})
	f := c.storeFlags.withDefaults()
	findings = append(findings, finding{"space on the disk", "make space, or move the data to a larger disk: when it is full nothing can be written any more", f.checkSpace()})
	keys, err := stamp.LoadKeys(f.Keys)
	findings = append(findings, finding{"key file " + f.Keys,
		"restore it from its copy, or set its mode with: chmod 600; only for a new installation make one with: temgoc key init", err})
	if c.embedded() {
		_, err := os.Stat(c.databaseFile())
		findings = append(findings, finding{"database " + c.databaseFile(),
			"start the service once to make it, or name the right one with --data or --documents", err})
		if err != nil {
			return findings // opening would make it
		}
	}
	stores, err := storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
	findings = append(findings, finding{"opening the stores", "check the addresses and that both servers run and can be reached from here", err})
	if err != nil {
		return findings
	}
	defer stores.Close()
	return append(findings, examineStores(ctx, stores, keys)...)
}

func examineStores(ctx context.Context, stores *storage.Stores, keys *stamp.Keys) []finding {
	findings := []finding{
		{"document store", "see whether the database runs; it must answer a read", stores.Documents.Ping(ctx)},
		{"file store", "see whether the object store runs and the bucket exists", stores.Files.Ping(ctx)},
		{"tables and indexes", "each remark names its remedy; until then some lists may be slow", checkSchema(ctx, stores.Documents)},
		{"clock", "set the clock of this machine, for example with chrony: dates on pages and the order of records come from it", checkClock(ctx, stores.Documents)},
	}
	if keys == nil {
		return findings
	}
	ledger := trace.New(trace.Config{Store: stores.Documents, Files: stores.Files, Keys: keys})
	return append(findings, finding{"keys belong to this store",
		"use the key file that this store was started with; with another one no printed item code can be verified", ledger.CheckKeys(ctx)})
}

func checkDirectory(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("is not a directory")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others on this machine may look into it (mode %v); use: chmod 700 %s", info.Mode().Perm(), path)
	}
	return nil
}

// maxAhead is how far the store may seem to be ahead of this machine's clock:
// what the caches allow for replicas whose clocks differ.
const maxAhead = 10 * time.Second

// checkClock refuses a clock that is behind what was written already.
func checkClock(ctx context.Context, store trace.Store) error {
	now := time.Now()
	if now.Year() < 2026 {
		return fmt.Errorf("it is not %v", now.Format(time.DateOnly))
	}
	changes, err := store.Changes(ctx, kinds(), now.Add(maxAhead))
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		return fmt.Errorf("this machine says %v, but the store has entries of %v", now.Format(time.RFC3339), changes[0].At.Format(time.RFC3339))
	}
	return nil
}
