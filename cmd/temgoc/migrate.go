package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"temgoc/internal/migrate"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// migrateCmd copies everything to other stores.
type migrateCmd struct {
	From           string `help:"Data directory of the service that is moved, with its embedded stores and keys." placeholder:"DIR"`
	FromDocuments  string `type:"secret" help:"Its document store, where that is not in the data directory: sqlite:FILE or mongodb://…, or file:FILE for a file in which that stands." placeholder:"URL"`
	FromFiles      string `type:"secret" help:"Its file store, where that is not in the data directory: dir:DIR or s3://KEY:SECRET@HOST/BUCKET, or file:FILE." placeholder:"URL"`
	To             string `help:"Data directory to move it to." placeholder:"DIR"`
	ToDocuments    string `type:"secret" help:"Document store to move it to." placeholder:"URL"`
	ToFiles        string `type:"secret" help:"File store to move it to." placeholder:"URL"`
	Finish         bool   `help:"Complete the move: nothing may write to the source any more. The target is audited, then the source is closed for writing and the target opened."`
	LogKey         string `help:"Key file of the log, for the audit (default: log.key in the data directory of the source, or else of the target)." placeholder:"FILE"`
	InsecureStores bool   `help:"Use stores that let anybody in, have a well-known password, or are reached in the clear outside private networks."`
	vkeyFlags
}

// Run implements the command.
func (c migrateCmd) Run(ctx context.Context, out terminal) error {
	from, err := c.end("from", c.From, c.FromDocuments, c.FromFiles)
	if err != nil {
		return coded{err, 2}
	}
	to, err := c.end("to", c.To, c.ToDocuments, c.ToFiles)
	if err != nil {
		return coded{err, 2}
	}
	from.LogKey = c.logKey(from, to)
	to.LogKey, to.Checkpoint = from.LogKey, ""
	began := time.Now()
	done, err := c.move(ctx, out, from, to.withDefaults())
	var own coded
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, trace.ErrConflict), errors.Is(err, trace.ErrCorrupt):
		return coded{err, 1}
	case err != nil:
		return coded{fmt.Errorf("%w; run the same command again: it goes on from where it was", err), 2}
	}
	took := time.Since(began).Round(time.Second / 10)
	fmt.Fprintf(out.out, "\nCompared with the target, record by record and hash by hash: %d revisions, %d counters, %d files, in %v.\n",
		done.Revisions, done.Counters, done.Files, took)
	return c.next(out, from, to, done)
}

// next says what is to be done now.
func (c migrateCmd) next(out terminal, from, to storeFlags, done migrate.Done) error {
	if c.Finish {
		_, err := fmt.Fprintf(out.out, "OK    All of it is in %s. %s is closed for writing: start the service on the new stores, with the same key files.\n",
			storage.Redact(to.Documents), storage.Redact(from.Documents))
		return err
	}
	if done.Changes() > 0 {
		fmt.Fprintf(out.out, "The source is being written to: the last pass still changed %d.\n", done.Changes())
	}
	_, err := fmt.Fprintln(out.out, "Nothing is finished yet. Restart the service with: temgoc serve --read-only; or stop it. Then run the same command with --finish.")
	return err
}

// end is one end of the move. What is not named is in the data directory.
func (c migrateCmd) end(flag, data, documents, files string) (storeFlags, error) {
	if data == "" && documents == "" {
		return storeFlags{}, fmt.Errorf("--%s DIR or --%s-documents URL is missing", flag, flag)
	}
	if data == "" && files == "" {
		return storeFlags{}, fmt.Errorf("--%s-files URL is missing", flag)
	}
	f := storeFlags{Data: data, Documents: documents, Files: files, InsecureStores: c.InsecureStores}
	return f.withDefaults(), f.safe()
}

// logKey is the key file for the audit.
func (c migrateCmd) logKey(from, to storeFlags) string {
	if c.LogKey != "" {
		return c.LogKey
	}
	if _, err := os.Stat(from.LogKey); err == nil && from.Data != "" {
		return from.LogKey
	}
	return to.LogKey
}

func (c migrateCmd) move(ctx context.Context, out terminal, from, to storeFlags) (migrate.Done, error) {
	if from.Documents == to.Documents || from.Files == to.Files {
		return migrate.Done{}, fmt.Errorf("%w: the source is also the target", trace.ErrConflict)
	}
	unlock, err := c.locks(from, to)
	if err != nil {
		return migrate.Done{}, err
	}
	defer unlock()
	source, err := c.open(ctx, from)
	if err != nil {
		return migrate.Done{}, fmt.Errorf("source: %w", err)
	}
	defer source.Close()
	target, err := c.open(ctx, to)
	if err != nil {
		return migrate.Done{}, fmt.Errorf("target: %w", err)
	}
	done, err := migrate.Run(ctx, migrate.Config{
		From:  migrate.Stores{Documents: source.Documents, Files: source.Files, Name: storage.Redact(from.Documents)},
		To:    migrate.Stores{Documents: target.Documents, Files: target.Files, Name: storage.Redact(to.Documents)},
		Kinds: kinds(), Removable: removable(), Finish: c.Finish,
		Audit: func(ctx context.Context) error {
			fmt.Fprintln(out.out, "\nAudit of the target:")
			return auditCmd{storeFlags: to, VKey: c.VKey}.Run(ctx, out)
		},
		Progress: pacePasses(out), Passed: func(d migrate.Done) { sayPass(out, d) },
	})
	return done, errors.Join(err, target.Close())
}

// locks keep services off embedded stores: off the target in any case, off the
// source, if they write, for the end.
func (c migrateCmd) locks(from, to storeFlags) (unlock func(), err error) {
	if from.embedded() {
		if _, err := os.Stat(from.databaseFile()); err != nil {
			return nil, fmt.Errorf("source: %w", err)
		}
	}
	if to.embedded() && to.Data != "" {
		if err := os.MkdirAll(to.Data, 0o700); err != nil {
			return nil, fmt.Errorf("target: %w", err)
		}
	}
	unlockTarget, err := to.lock(false)
	if err != nil {
		return nil, fmt.Errorf("target: %w: %w", trace.ErrConflict, err)
	}
	if !c.Finish {
		return unlockTarget, nil
	}
	unlockSource, err := from.lock(true)
	if err != nil {
		unlockTarget()
		return nil, fmt.Errorf("%w: source: %w that writes: restart it with --read-only, or stop it", trace.ErrConflict, err)
	}
	return func() { unlockTarget(); unlockSource() }, nil
}

func (c migrateCmd) open(ctx context.Context, f storeFlags) (*storage.Stores, error) {
	return storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
}

// pacePasses tells now and then how far a pass is.
func pacePasses(out terminal) func(migrate.Done) {
	last := time.Now()
	return func(d migrate.Done) {
		if time.Since(last) < progressEvery {
			return
		}
		last = time.Now()
		fmt.Fprintf(out.err, "… pass %d, %s: %d revisions compared, %d copied; %d counters; %d files, %d copied\n",
			d.Pass, d.Kind, d.Revisions, d.Copied, d.Counters, d.Files, d.FilesCopied)
	}
}

func sayPass(out terminal, d migrate.Done) {
	rate := float64(d.Revisions) / max(d.Took.Seconds(), 0.001)
	fmt.Fprintf(out.out, "Pass %d in %v: %d revisions (%.0f/s), %d copied, %d erased, %d documents removed; %d counters, %d changed; %d files, %d copied (%d bytes), %d removed.\n",
		d.Pass, d.Took.Round(time.Second/100), d.Revisions, rate, d.Copied, d.Erased, d.Removed, d.Counters, d.CountersChanged, d.Files, d.FilesCopied, d.Bytes, d.FilesRemoved)
	for _, digest := range d.Damaged {
		fmt.Fprintf(out.out, "BAD   file %v of the source is not what its name says, and is not copied\n", digest)
	}
}
