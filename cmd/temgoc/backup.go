package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"filippo.io/age"

	"temgoc/internal/backup"
	"temgoc/internal/privatefile"
	"temgoc/internal/proof"
	"temgoc/storage"
)

// backupCmd makes back-ups and looks after them.
type backupCmd struct {
	Make   backupMakeCmd   `cmd:"" default:"withargs" help:"Back up everything: what is new since the last time, or all of it. This is what temgoc backup does by itself."`
	Key    backupKeyCmd    `cmd:"" help:"Make the identity that can decrypt back-ups, and print the recipient that belongs to it."`
	List   backupListCmd   `cmd:"" help:"List the back-ups that are kept."`
	Verify backupVerifyCmd `cmd:"" help:"Read a back-up and compare it with what was written: exit code 0 when it is whole, 1 when it is damaged, 2 when it could not be read."`
	Prune  backupPruneCmd  `cmd:"" help:"Remove back-ups that are older than the newest full ones."`
}

// archiveFlags say where back-ups are.
type archiveFlags struct {
	To string `type:"secret" help:"Where back-ups are kept: dir:DIR, or the bucket of an S3 store that is used for nothing else, s3://KEY:SECRET@HOST/BUCKET, or file:FILE for a file in which that stands." required:"" env:"TEMGOC_BACKUP_TO" placeholder:"URL"`
}

// vkeyFlags say whose back-ups they are.
type vkeyFlags struct {
	VKey string `name:"vkey" help:"Public key of the log, as temgoc key init printed it, where the log's key file is not at hand." placeholder:"KEY"`
}

type backupMakeCmd struct {
	storeFlags
	archiveFlags
	Recipient    []string `help:"age recipient (age1…) that can decrypt it; several are separated by commas, or the flag is repeated." required:"" env:"TEMGOC_BACKUP_RECIPIENT" placeholder:"AGE1"`
	Identity     string   `help:"File with an age identity, with which what was written is decrypted and counted. Without it, it is compared byte by byte." env:"TEMGOC_BACKUP_IDENTITY" placeholder:"FILE"`
	Full         bool     `help:"Copy everything, not only what is new."`
	FullAfter    int      `help:"After how many back-ups of what is new everything is copied again." default:"6" env:"TEMGOC_BACKUP_FULL_AFTER" placeholder:"N"`
	WithKeys     bool     `help:"Copy the key files too, into a part of their own. Who can decrypt that can forge stamps and the log." env:"TEMGOC_BACKUP_WITH_KEYS"`
	KeyRecipient []string `help:"age recipients that can decrypt the key files, in place of those of --recipient." env:"TEMGOC_BACKUP_KEY_RECIPIENT" placeholder:"AGE1"`
}

// Run implements the command.
func (c backupMakeCmd) Run(ctx context.Context, out terminal) error {
	config, closeAll, err := c.config(ctx, out)
	if err != nil {
		return err
	}
	began := time.Now()
	made, err := backup.Run(ctx, config)
	if err = errors.Join(err, closeAll()); made.Segment == "" {
		return err
	}
	what := "new since the one before"
	if made.Full {
		what = "everything"
	}
	how := "compared byte by byte"
	if made.Opened {
		how = "decrypted and counted"
	}
	fmt.Fprintf(out.out, "%s: %s, %d revisions, %d files, %d bytes, the log up to leaf %d; read back and %s; %v\n",
		made.Segment, what, made.Revisions, made.Files, made.Bytes, made.LogSize, how, time.Since(began).Round(time.Second/10))
	if made.Keys {
		fmt.Fprintf(out.out, "the key files are beside it, for: %s\n", strings.Join(c.keyRecipients(), ", "))
	}
	return err
}

func (c backupMakeCmd) keyRecipients() []string {
	if len(c.KeyRecipient) > 0 {
		return c.KeyRecipient
	}
	return c.Recipient
}

// config opens what is copied and where it goes. Nothing is made that is not
// there.
func (c backupMakeCmd) config(ctx context.Context, out terminal) (config backup.Config, closeAll func() error, err error) {
	f := c.storeFlags.withDefaults()
	config = backup.Config{
		Kinds: kinds(), Removable: removable(), Logged: loggedKinds(), Where: storage.Redact(c.To), Names: c.Recipient,
		Full: c.Full, MaxMore: c.FullAfter, Program: version(), Progress: pace(out),
	}
	if config.Recipients, err = recipients(c.Recipient); err != nil {
		return config, nil, err
	}
	if config.KeyRecipients, err = recipients(c.keyRecipients()); err != nil {
		return config, nil, err
	}
	if c.Identity != "" {
		if config.Identities, err = identities(c.Identity); err != nil {
			return config, nil, err
		}
	}
	key, err := proof.LoadKey(f.LogKey)
	if err != nil {
		return config, nil, err
	}
	config.Signer, config.Verifier = key, key.Verifier
	if c.WithKeys {
		if config.Keys, err = keyFiles(f); err != nil {
			return config, nil, err
		}
	}
	stores, err := f.existing(ctx)
	if err != nil {
		return config, nil, err
	}
	archive, err := storage.OpenArchive(ctx, c.To)
	if err != nil {
		return config, nil, errors.Join(err, stores.Close())
	}
	config.Store, config.Files, config.Target = stores.Documents, stores.Files, archive
	return config, func() error { return errors.Join(archive.Close(), stores.Close()) }, nil
}

// existing opens stores that must be there.
func (f storeFlags) existing(ctx context.Context) (*storage.Stores, error) {
	if f.embedded() {
		if _, err := os.Stat(f.databaseFile()); err != nil {
			return nil, fmt.Errorf("database: %w", err)
		}
	}
	if err := f.safe(); err != nil {
		return nil, err
	}
	return storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
}

// The names of key files in a back-up.
const (
	keysName   = "keys.json"
	logKeyName = "log.key"
)

// keyFiles reads the key files.
func keyFiles(f storeFlags) ([]backup.Key, error) {
	var keys []backup.Key
	for name, path := range f.keyPaths() {
		content, err := privatefile.Read(path)
		if err != nil {
			return nil, fmt.Errorf("--with-keys: %w", err)
		}
		keys = append(keys, backup.Key{Name: name, Content: content})
	}
	return keys, nil
}

// keyPaths are where key files are, by their names in a back-up.
func (f storeFlags) keyPaths() map[string]string {
	return map[string]string{keysName: f.Keys, logKeyName: f.LogKey}
}

// recipients reads age recipients.
func recipients(texts []string) ([]age.Recipient, error) {
	all, err := age.ParseRecipients(strings.NewReader(strings.Join(texts, "\n")))
	if err != nil {
		return nil, fmt.Errorf("--recipient: %w; temgoc backup key makes one", err)
	}
	return all, nil
}

// identities reads a file of age identities.
func identities(path string) ([]age.Identity, error) {
	text, err := privatefile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("--identity: %w", err)
	}
	all, err := age.ParseIdentities(strings.NewReader(string(text)))
	if err != nil {
		return nil, fmt.Errorf("--identity %s: %w", path, err)
	}
	return all, nil
}

// pace tells now and then how far a back-up is.
func pace(out terminal) func(backup.Pace) {
	last := time.Now()
	return func(p backup.Pace) {
		if time.Since(last) < progressEvery {
			return
		}
		last = time.Now()
		share := ""
		if p.Of > 0 {
			share = fmt.Sprintf(" of %d", p.Of>>20)
		}
		fmt.Fprintf(out.err, "… %s %s: %d revisions, %d files, %d%s MiB\n", p.Step, p.Kind, p.Revisions, p.Files, p.Bytes>>20, share)
	}
}

type backupKeyCmd struct {
	Out string `arg:"" help:"File for the identity. Keep it away from the machine whose back-ups it decrypts, and keep a second copy." placeholder:"FILE"`
}

// Run implements the command.
func (c backupKeyCmd) Run(out terminal) error {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o700); err != nil {
		return err
	}
	text := fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", time.Now().Format(time.RFC3339), identity.Recipient(), identity)
	if err := privatefile.Create(c.Out, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintf(out.err, "%s written. Without it no back-up can be read: keep two copies, neither on this machine. The recipient, for --recipient:\n", c.Out)
	_, err = fmt.Fprintln(out.out, identity.Recipient())
	return err
}

// shelf reads what back-ups there are.
func (f archiveFlags) shelf(ctx context.Context, stores storeFlags, vkey string) (storage.Archive, *backup.Shelf, error) {
	verifier, err := auditCmd{VKey: vkey}.verifier(stores.withDefaults().LogKey)
	if err != nil {
		return nil, nil, err
	}
	archive, err := storage.OpenArchive(ctx, f.To)
	if err != nil {
		return nil, nil, err
	}
	shelf, err := backup.Look(ctx, archive, verifier)
	if err != nil {
		return nil, nil, errors.Join(err, archive.Close())
	}
	return archive, shelf, nil
}

type backupListCmd struct {
	storeFlags
	archiveFlags
	vkeyFlags
}

// Run implements the command.
func (c backupListCmd) Run(ctx context.Context, out terminal) error {
	archive, shelf, err := c.shelf(ctx, c.storeFlags, c.VKey)
	if err != nil {
		return err
	}
	defer archive.Close()
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SEGMENT\tSTATE OF\tLOG UP TO\tREVISIONS\tFILES\tBYTES\tCONTINUES")
	for _, m := range shelf.Segments {
		before, revisions := "-", int64(0)
		if m.Previous != nil {
			before = m.Previous.Segment
		}
		for _, n := range m.Revisions {
			revisions += n
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", m.Segment, m.State.Format(time.RFC3339), m.Log.Size, revisions, m.Files, m.Bytes(), before)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, name := range shelf.Incomplete {
		fmt.Fprintf(out.out, "%s: incomplete, of a run that was cut off or is under way\n", name)
	}
	for name, err := range shelf.Damaged {
		fmt.Fprintf(out.out, "%s: %v\n", name, err)
	}
	if len(shelf.Damaged) > 0 {
		return fmt.Errorf("%d back-ups are damaged", len(shelf.Damaged))
	}
	return nil
}

type backupVerifyCmd struct {
	storeFlags
	archiveFlags
	vkeyFlags
	Segment  string `help:"Back-up to look at, with all that it continues (default: the newest)." placeholder:"NAME"`
	Identity string `help:"File with an age identity, to decrypt and count it as well." env:"TEMGOC_BACKUP_IDENTITY" placeholder:"FILE"`
}

// Run implements the command.
func (c backupVerifyCmd) Run(ctx context.Context, out terminal) error {
	err := c.verify(ctx, out)
	switch {
	case errors.Is(err, backup.ErrDamaged):
		return coded{err, 1}
	case err != nil:
		return coded{err, 2}
	}
	return nil
}

func (c backupVerifyCmd) verify(ctx context.Context, out terminal) error {
	var ids []age.Identity
	if c.Identity != "" {
		var err error
		if ids, err = identities(c.Identity); err != nil {
			return err
		}
	}
	archive, shelf, err := c.shelf(ctx, c.storeFlags, c.VKey)
	if err != nil {
		return err
	}
	defer archive.Close()
	chain, err := shelf.Chain(c.Segment)
	if err != nil {
		return err
	}
	if err := backup.Check(ctx, archive, chain, ids, pace(out)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "OK    %s and %d before it are whole: the state of %s, the log up to leaf %d\n",
		chain[0].Segment, len(chain)-1, chain[0].State.Format(time.RFC3339), chain[0].Log.Size)
	return err
}

type backupPruneCmd struct {
	storeFlags
	archiveFlags
	vkeyFlags
	Keep int `help:"How many full back-ups are kept, with those that continue them. What was erased is gone from all back-ups when the last that had it is removed." default:"5" env:"TEMGOC_BACKUP_KEEP" placeholder:"N"`
}

// Run implements the command.
func (c backupPruneCmd) Run(ctx context.Context, out terminal) error {
	verifier, err := auditCmd{VKey: c.VKey}.verifier(c.withDefaults().LogKey)
	if err != nil {
		return err
	}
	archive, err := storage.OpenArchive(ctx, c.To)
	if err != nil {
		return err
	}
	defer archive.Close()
	removed, err := backup.Prune(ctx, archive, verifier, c.Keep, time.Now())
	for _, name := range removed {
		fmt.Fprintf(out.out, "%s removed\n", name)
	}
	return err
}
