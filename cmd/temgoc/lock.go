package main

import (
	"fmt"

	"github.com/gofrs/flock"
)

// lock keeps a second server off an embedded data directory. Those that only
// read may be several, while none writes.
func (s *service) lock() (err error) {
	if s.unlock, err = s.flags.lock(s.flags.readOnly); err != nil {
		return fmt.Errorf("%w: stop it first, or give this one a data directory of its own (--data); several replicas need MongoDB and an object store", err)
	}
	return nil
}

// lock takes the lock of an embedded document store, shared with others or not.
// The system releases it when the process ends, however it ends.
func (f storeFlags) lock(shared bool) (unlock func(), err error) {
	if !f.embedded() {
		return func() {}, nil
	}
	lock := flock.New(f.databaseFile()+".lock", flock.SetPermissions(0o600))
	try := lock.TryLock
	if shared {
		try = lock.TryRLock
	}
	locked, err := try()
	if err == nil && !locked {
		err = fmt.Errorf("another server runs on %s", f.Documents)
	}
	if err != nil {
		return func() {}, err
	}
	return func() { lock.Close() }, nil
}
