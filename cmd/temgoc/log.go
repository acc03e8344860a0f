package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"temgoc/internal/privatefile"
	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// logKeyBeside is where the log's key is, if nothing else is said.
func logKeyBeside(keys string) string { return filepath.Join(filepath.Dir(keys), "log.key") }

// openLog reads the log and compares it with the checkpoint that was kept, apart
// from the data: with it a start finds out that an old state of the data was put
// back.
func (s *service) openLog(ctx context.Context) error {
	path := s.flags.Checkpoint
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.log, err = proof.Open(ctx, proof.Config{
		Store: s.stores.Documents, Kinds: loggedKinds(), Signer: s.logKey, Verifier: s.logKey.Verifier, VKey: s.logKey.VKey, Kept: string(kept),
	})
	var fault *proof.Fault
	if errors.As(err, &fault) && len(kept) > 0 {
		return fmt.Errorf("%w (temgoc audit says more; if an older state was put back on purpose, remove %s)", err, path)
	}
	return err
}

// loggedKinds are those of them whose every revision is in the log: what people
// state, and what they did.
func loggedKinds() []trace.Kind {
	var logged []trace.Kind
	for _, k := range auditKinds() {
		logged = append(logged, k.Kind)
	}
	return logged
}

// openLogKey loads the key of the log, or makes it where that is allowed.
func openLogKey(path string, create bool) (*proof.Key, error) {
	k, err := proof.LoadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if !create {
		return nil, fmt.Errorf("there is no key file of the log %s: with MongoDB every replica must be given the same one (--log-key); make it once with: temgoc key init", path)
	}
	k, err = newLogKey(path)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return proof.LoadKey(path)
	}
	return k, err
}

// newLogKey makes the key of a new log, whose name is like no other's.
func newLogKey(path string) (*proof.Key, error) {
	return proof.CreateKey(path, "temgoc-log-"+strings.ToLower(rand.Text()[:10]))
}

// keepCheckpoint writes the present checkpoint beside the key, where that
// directory may be written.
func (s *service) keepCheckpoint() error {
	path, text := s.flags.Checkpoint, []byte(s.log.Checkpoint())
	if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, text) || len(text) == 0 {
		return nil
	}
	err := privatefile.Replace(path, text)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return nil
	}
	return err
}
