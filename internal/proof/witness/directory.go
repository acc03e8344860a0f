package witness

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/privatefile"
	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/cosignature"
	"temgoc/internal/proof/policy"
)

// The files of a witness.
const (
	keyFile  = "witness.key"
	lockFile = "lock"
	logFile  = ".log" // ending of the file of a log
)

// ErrDamaged says that a file of a witness is not what the witness wrote. It
// must be restored as it was, or the witness retired: one that begins anew would
// cosign a fork.
var ErrDamaged = errors.New("damaged file of a witness")

// Init makes the directory and the key of a new witness, and returns its vkey.
func Init(dir, name string) (string, error) {
	secret, vkey, err := cosignature.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return vkey, privatefile.Create(filepath.Join(dir, keyFile), []byte(secret+"\n"))
}

// Watch makes a log known to the witness of a directory, which must not be
// running. A log that the witness knew before must not be made known again
// without its file: ask for the file, not for this.
func Watch(dir, vkey string) (err error) {
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	verifier, err := policy.LogVerifier(vkey)
	if err != nil {
		return err
	}
	return privatefile.Create(filepath.Join(dir, fileOf(verifier.Name())), []byte("log "+vkey+"\n"))
}

// fileOf is the file of a log.
func fileOf(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(sum[:16]) + logFile
}

func lock(dir string) (unlock func() error, err error) {
	l := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	locked, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !locked {
		return nil, fmt.Errorf("another process uses the witness in %s", dir)
	}
	return l.Close, nil
}

// Open reads the key and the logs of a directory that Init made. Now is the
// clock.
func Open(dir string, now func() time.Time, logger *slog.Logger) (*Witness, error) {
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	w := &Witness{logger: logger, now: now, logs: map[string]*watched{}, unlock: unlock}
	if err := w.load(dir); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return w, nil
}

func (w *Witness) load(dir string) error {
	secret, err := privatefile.Read(filepath.Join(dir, keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; make a witness with: temgoc witness init", err)
	}
	if err != nil {
		return err
	}
	if w.signer, err = cosignature.NewSigner(strings.TrimSuffix(string(secret), "\n"), w.now); err != nil {
		return fmt.Errorf("%s: %w", keyFile, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+logFile))
	if err != nil {
		return err
	}
	for _, path := range files {
		text, err := privatefile.Read(path)
		if err != nil {
			return err
		}
		l, err := w.read(string(text))
		if err == nil && fileOf(l.verifier.Name()) != filepath.Base(path) {
			err = errors.New("it is the file of another log")
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
		}
		l.path = path
		w.logs[l.verifier.Name()] = l
	}
	return nil
}

// read reads the file of a log: the line "log VKEY" and, once a checkpoint was
// cosigned, an empty line and that checkpoint.
func (w *Witness) read(text string) (*watched, error) {
	first, signed, seen := strings.Cut(text, "\n\n")
	first = strings.TrimSuffix(first, "\n")
	vkey, ok := strings.CutPrefix(first, "log ")
	if !ok || contents(vkey, signed) != text || seen != (signed != "") {
		return nil, errors.New("it is not in its form")
	}
	verifier, err := policy.LogVerifier(vkey)
	if err != nil {
		return nil, err
	}
	l := &watched{vkey: vkey, verifier: verifier}
	if !seen {
		return l, nil
	}
	head, n, err := checkpoint.Open([]byte(signed), note.VerifierList(verifier, w.signer.Verifier()))
	if err != nil {
		return nil, err
	}
	if len(n.Sigs) != 2 || n.Sigs[1].Hash != w.signer.KeyHash() || head.Origin != verifier.Name() {
		return nil, errors.New("it is not signed by the log and this witness")
	}
	at, err := cosignature.Time(n.Sigs[1])
	if err != nil {
		return nil, err
	}
	l.latest = state{tlog.Tree{N: head.Size, Hash: head.Root}, at, []byte(signed)}
	return l, nil
}

// contents is the file of a log.
func contents(vkey, signed string) string {
	if signed == "" {
		return "log " + vkey + "\n"
	}
	return "log " + vkey + "\n\n" + signed
}

// keep replaces the file of a log.
func (l *watched) keep(signed []byte) error {
	return privatefile.Replace(l.path, []byte(contents(l.vkey, string(signed))))
}
