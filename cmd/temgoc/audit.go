package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/catalog"
	"temgoc/internal/proof"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// auditCmd goes through everything that is stored and compares it with the log.
// It enters nothing, and can be run while the service does.
type auditCmd struct {
	storeFlags
	VKey string `name:"vkey" help:"Public key of the log, as temgoc key init printed it, for who audits without the log's key file." placeholder:"KEY"`
	Kept string `help:"Checkpoint that was kept from before: the log must still contain all that it had then (default: the one that the service keeps beside the log's key)." placeholder:"FILE"`
	Keep string `help:"Write the present checkpoint to a file, if all is well, to be given as --kept the next time; keep it away from this machine." placeholder:"FILE"`
}

// auditPatience is how long an audit waits for what the service is about to log:
// a sweep of the log and a bit.
const auditPatience = 15 * time.Second

// maxShown is how many faults are shown, of which one can cause many.
const maxShown = 1000

// Run implements the command.
func (c auditCmd) Run(ctx context.Context, out terminal) error {
	done, err := c.audit(ctx, out)
	switch {
	case err != nil:
		return coded{fmt.Errorf("không kiểm tra được / the audit could not be done: %w", err), 2}
	case done.Faults > 0:
		return coded{fmt.Errorf("%d điều sai / %d faults", done.Faults, done.Faults), 1}
	case done.Unfinished > 0:
		return coded{fmt.Errorf("%d bản ghi chưa vào nhật ký: hãy khởi động dịch vụ rồi kiểm tra lại / "+
			"%d writes wait for the log, which a crash leaves behind: start the service, then audit again", done.Unfinished, done.Unfinished), 2}
	}
	if c.Keep == "" {
		return nil
	}
	if err := os.WriteFile(c.Keep, []byte(done.Checkpoint), 0o644); err != nil {
		return coded{err, 2}
	}
	return nil
}

// audit does the work, and prints what it finds and a summary.
func (c auditCmd) audit(ctx context.Context, out terminal) (proof.Audited, error) {
	config, stores, err := c.config(ctx)
	if err != nil {
		return proof.Audited{}, err
	}
	defer stores.Close()
	faults := 0
	config.Found = func(f *proof.Fault) {
		if faults++; faults <= maxShown {
			say(out, f)
		}
	}
	config.Progress = progress(out)
	done, err := proof.Audit(ctx, config)
	if err != nil {
		return done, err
	}
	damaged, err := checkTables(ctx, config.Store)
	if err != nil {
		return done, err
	}
	for _, text := range damaged {
		config.Found(&proof.Fault{Kind: proof.FaultStore, Detail: text})
	}
	done.Faults += len(damaged)
	if faults > maxShown {
		fmt.Fprintf(out.out, "      … và %d điều nữa / and %d more\n", faults-maxShown, faults-maxShown)
	}
	return done, summarize(out, done)
}

// config opens what is to be audited. Nothing is made that is not there.
func (c auditCmd) config(ctx context.Context) (proof.AuditConfig, *storage.Stores, error) {
	f := c.storeFlags.withDefaults()
	config := proof.AuditConfig{Kinds: loggedKinds(), Patience: auditPatience}
	if f.embedded() {
		if _, err := os.Stat(f.databaseFile()); err != nil {
			return config, nil, fmt.Errorf("database: %w", err)
		}
	}
	var err error
	if config.Verifier, err = c.verifier(f.LogKey); err != nil {
		return config, nil, err
	}
	if config.Earlier, err = c.earlier(f.Checkpoint); err != nil {
		return config, nil, err
	}
	stores, err := storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
	if err != nil {
		return config, nil, err
	}
	config.Store, config.Files = stores.Documents, stores.Files
	return config, stores, nil
}

// earlier is the checkpoint of --kept, or else the one that the service keeps
// beside its key, if there is one.
func (c auditCmd) earlier(beside string) (string, error) {
	if c.Kept != "" {
		kept, err := os.ReadFile(c.Kept)
		return string(kept), err
	}
	kept, err := os.ReadFile(beside)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return string(kept), err
}

// verifier is that of --vkey, or of the key file.
func (c auditCmd) verifier(path string) (note.Verifier, error) {
	if c.VKey != "" {
		return note.NewVerifier(c.VKey)
	}
	key, err := proof.LoadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; give the public key of the log with --vkey", err)
	}
	if err != nil {
		return nil, err
	}
	return key.Verifier, nil
}

// checkTables asks an engine that can be damaged within whether it is.
func checkTables(ctx context.Context, store trace.Store) ([]string, error) {
	engine, ok := store.(interface {
		Check(context.Context) ([]string, error)
	})
	if !ok {
		return nil, nil
	}
	return engine.Check(ctx)
}

// say prints a fault, in Vietnamese and English.
func say(out terminal, f *proof.Fault) {
	subject := catalog.Name{VI: "Nhật ký", EN: "The log"}
	if f.Document != "" {
		subject = catalog.Name{VI: fmt.Sprintf("%s %s", f.Document, f.ID), EN: fmt.Sprintf("%s %s", f.Document, f.ID)}
	}
	for _, k := range auditKinds() {
		if k.Kind == f.Document {
			subject = catalog.Name{VI: k.Name.VI + " " + f.ID, EN: k.Name.EN + " " + f.ID}
		}
	}
	if f.Number > 0 {
		subject.VI += fmt.Sprintf(", lần ghi thứ %d", f.Number)
		subject.EN += fmt.Sprintf(", revision %d", f.Number)
	}
	name, detail := f.Kind.Name(), ""
	if f.Detail != "" {
		detail = " (" + f.Detail + ")"
	}
	fmt.Fprintf(out.out, "SAI   %s: %s\nBAD   %s: %s%s\n", subject.VI, name.VI, subject.EN, name.EN, detail)
}

// progressEvery is how often progress is told.
const progressEvery = 2 * time.Second

// progress tells now and then how far an audit is.
func progress(out terminal) func(proof.Audited) {
	last := time.Now()
	return func(d proof.Audited) {
		if time.Since(last) < progressEvery {
			return
		}
		last = time.Now()
		fmt.Fprintf(out.err, "… %d mục nhật ký, %d bản ghi, %d tệp / %d leaves, %d revisions, %d files\n",
			d.Leaves, d.Revisions, d.Files, d.Leaves, d.Revisions, d.Files)
	}
}

// summarize prints what was gone through and what came of it.
func summarize(out terminal, d proof.Audited) error {
	w := out.out
	fmt.Fprintf(w, "Đã kiểm tra %d mục nhật ký, %d mảnh, %d lần ghi, %d tệp.\n", d.Leaves, d.Tiles, d.Revisions, d.Files)
	fmt.Fprintf(w, "Checked: %d leaves of the log, %d tiles, %d revisions, %d files.\n", d.Leaves, d.Tiles, d.Revisions, d.Files)
	if d.Unsalted > 0 {
		fmt.Fprintf(w, "%d lần ghi có từ trước khi có nhật ký / %d revisions are from before there was a log: "+
			"what they are found by is not proved.\n", d.Unsalted, d.Unsalted)
	}
	if d.Faults == 0 && d.Unfinished == 0 {
		fmt.Fprintln(w, "ĐÚNG  Không bản ghi nào bị sửa, xóa hay chèn thêm ngoài hệ thống.")
		fmt.Fprintln(w, "OK    No record was changed, removed or slipped in from outside.")
	}
	if d.Checkpoint == "" {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nMốc cuối của nhật ký / last checkpoint, %s:\n%s", d.At.UTC().Format(time.RFC3339), d.Checkpoint)
	return err
}
