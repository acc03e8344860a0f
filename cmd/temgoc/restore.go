package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/backup"
	"temgoc/internal/privatefile"
	"temgoc/internal/proof"
	"temgoc/storage"
)

// restoreCmd brings a back-up onto empty stores.
type restoreCmd struct {
	storeFlags
	vkeyFlags
	From            string   `type:"secret" help:"Where the back-up is: dir:DIR, s3://KEY:SECRET@HOST/BUCKET, or file:FILE for a file in which that stands." required:"" env:"TEMGOC_BACKUP_TO" placeholder:"URL"`
	Identity        string   `help:"File with the age identity that decrypts it." required:"" env:"TEMGOC_BACKUP_IDENTITY" placeholder:"FILE"`
	Segment         string   `help:"Back-up to restore (default: the newest; temgoc backup list shows all)." placeholder:"NAME"`
	WithKeys        bool     `help:"Restore the key files too, which were backed up with --with-keys. Files that are there are left alone."`
	KeyIdentity     string   `help:"File with the age identity that decrypts the key files, if it is another one." placeholder:"FILE"`
	KnownCheckpoint []string `help:"Checkpoint of the log that somebody kept: a back-up that is older is refused. The one that a service keeps beside the log's key is heeded in any case." placeholder:"FILE"`
	KnownWitness    []string `help:"Address of a witness of the log, which is asked how far it saw the log." placeholder:"URL"`
	AcceptRollback  bool     `help:"Restore a back-up that is older than what is known. What was written since is lost, and witnesses will not follow the log any more."`
}

// Run implements the command.
func (c restoreCmd) Run(ctx context.Context, out terminal) error {
	began := time.Now()
	done, err := c.restore(ctx, out)
	var noIdentity *age.NoIdentityMatchError
	switch {
	case errors.Is(err, backup.ErrRollback):
		return coded{fmt.Errorf("%w; to restore it all the same, add --accept-rollback", err), 1}
	case errors.Is(err, backup.ErrDamaged):
		return coded{err, 1}
	case errors.As(err, &noIdentity):
		return coded{fmt.Errorf("%w: it is for %s", err, strings.Join(done.Segments[0].Recipients, ", ")), 2}
	case err != nil:
		return coded{err, 2}
	}
	m := done.Segments[0]
	fmt.Fprintf(out.out, "\nRestored: %d revisions, %d counters, %d files, from %d segments, in %v.\n",
		done.Revisions, done.Counters, done.Files, len(done.Segments), time.Since(began).Round(time.Second/10))
	fmt.Fprintf(out.out, "It is the state of %s (%v ago). What was written later is not in it.\n", m.State.Format(time.RFC3339), time.Since(m.State).Round(time.Second))
	if done.Behind > 0 {
		fmt.Fprintf(out.out, "%d leaves that the log had are lost.\n", done.Behind)
	}
	if n := done.Audited.Unfinished; n > 0 {
		fmt.Fprintf(out.out, "%d writes get their leaves when the service starts.\n", n)
	}
	for _, d := range m.Lost {
		fmt.Fprintf(out.out, "The file %v was damaged when it was backed up, and is not there.\n", d)
	}
	if done.Faults > 0 {
		return coded{fmt.Errorf("%d điều sai / %d faults", done.Faults, done.Faults), 1}
	}
	return nil
}

func (c restoreCmd) restore(ctx context.Context, out terminal) (backup.Restored, error) {
	archive, err := storage.OpenArchive(ctx, c.From)
	if err != nil {
		return backup.Restored{}, err
	}
	defer archive.Close()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return backup.Restored{}, err
	}
	f := c.storeFlags.withDefaults()
	if err := f.safe(); err != nil {
		return backup.Restored{}, err
	}
	config := backup.RestoreConfig{
		Target: archive, Segment: c.Segment, Kinds: kinds(), Removable: removable(), Logged: loggedKinds(),
		AcceptRollback: c.AcceptRollback, Progress: pace(out), Audited: progress(out),
		Found: func(fault *proof.Fault) { say(out, fault) },
	}
	if config.Identities, err = identities(c.Identity); err != nil {
		return backup.Restored{}, err
	}
	if c.WithKeys {
		if err := c.restoreKeys(ctx, out, archive, f, config.Identities); err != nil {
			return backup.Restored{}, err
		}
	}
	if config.Verifier, err = (auditCmd{VKey: c.VKey}).verifier(f.LogKey); err != nil {
		return backup.Restored{}, fmt.Errorf("%w, or the key files with --with-keys where they were backed up", err)
	}
	if config.Known, config.KnownSize, err = c.known(ctx, f, config.Verifier); err != nil {
		return backup.Restored{}, err
	}
	stores, err := storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
	if err != nil {
		return backup.Restored{}, err
	}
	config.Store, config.Files = stores.Documents, stores.Files
	done, err := c.onto(ctx, out, config)
	if err == nil && done.Faults == 0 {
		err = keepRestored(f, []byte(done.Audited.Checkpoint))
	}
	return done, errors.Join(err, stores.Close())
}

// onto restores, then asks the engine whether its tables are sound.
func (c restoreCmd) onto(ctx context.Context, out terminal, config backup.RestoreConfig) (backup.Restored, error) {
	done, err := backup.Restore(ctx, config)
	if err != nil {
		return done, err
	}
	if err := summarize(out, done.Audited); err != nil {
		return done, err
	}
	wrong, err := checkTables(ctx, config.Store)
	for _, text := range wrong {
		config.Found(&proof.Fault{Kind: proof.FaultStore, Detail: text})
	}
	done.Faults += len(wrong)
	return done, err
}

// restoreKeys writes the key files that are not there.
func (c restoreCmd) restoreKeys(ctx context.Context, out terminal, archive storage.Archive, f storeFlags, ids []age.Identity) error {
	if c.KeyIdentity != "" {
		var err error
		if ids, err = identities(c.KeyIdentity); err != nil {
			return err
		}
	}
	keys, err := backup.Keys(ctx, archive, c.Segment, ids)
	if err != nil {
		return fmt.Errorf("--with-keys: %w", err)
	}
	paths := f.keyPaths()
	for _, k := range keys {
		path, ok := paths[k.Name]
		if !ok {
			return fmt.Errorf("--with-keys: the back-up has a key file %.50q, which this version of the program does not know", k.Name)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		err := privatefile.Create(path, k.Content)
		if errors.Is(err, fs.ErrExist) {
			fmt.Fprintf(out.out, "%s is there already and stays as it is\n", path)
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out.out, "%s restored\n", path)
	}
	return nil
}

// known collects how far others saw the log.
func (c restoreCmd) known(ctx context.Context, f storeFlags, verifier note.Verifier) (checkpoints []string, size int64, err error) {
	kept, err := os.ReadFile(f.Checkpoint)
	if err == nil && len(kept) > 0 {
		checkpoints = append(checkpoints, string(kept))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, err
	}
	for _, path := range c.KnownCheckpoint {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, 0, err
		}
		checkpoints = append(checkpoints, string(text))
	}
	for _, address := range c.KnownWitness {
		seen, err := askWitness(ctx, address, verifier)
		if err != nil {
			return nil, 0, fmt.Errorf("--known-witness %s: %w", address, err)
		}
		size = max(size, seen)
	}
	return checkpoints, size, nil
}

// witnessPatience is how long a witness is waited for.
const witnessPatience = 15 * time.Second

// askWitness asks a witness how far it saw a log. Its answer has a line for each
// log: log, key, size and time.
func askWitness(ctx context.Context, address string, verifier note.Verifier) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, witnessPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(address, "/")+"/", nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("it answers %s", answer.Status)
	}
	for lines := bufio.NewScanner(io.LimitReader(answer.Body, 1<<20)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 3 || words[0] != "log" {
			continue
		}
		v, err := note.NewVerifier(words[1])
		if err != nil || v.Name() != verifier.Name() || v.KeyHash() != verifier.KeyHash() {
			continue
		}
		return strconv.ParseInt(words[2], 10, 64)
	}
	return 0, fmt.Errorf("it does not know the log %s", verifier.Name())
}

// keepRestored puts the checkpoint of what was restored beside the log's key,
// where the service looks for it at its start. One from before, which the restored
// log may not reach, is kept under another name.
func keepRestored(f storeFlags, text []byte) error {
	path := f.Checkpoint
	before, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(before, text) {
		err = privatefile.Replace(path+".before-restore-"+time.Now().UTC().Format("20060102T150405Z"), before)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(text) == 0 {
		return nil
	}
	return privatefile.Replace(path, text)
}
