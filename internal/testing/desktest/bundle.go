package desktest

import (
	"path/filepath"

	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/trace"
)

// Bundles makes sealed files in the World, whose log begins with the first call:
// it takes in what was written before, and what is written past it later.
func (w *World) Bundles() *bundle.Maker {
	w.T.Helper()
	if w.bundles != nil {
		return w.bundles
	}
	key, err := proof.CreateKey(filepath.Join(w.T.TempDir(), "log.key"), "t.example.vn/log")
	if err != nil {
		w.T.Fatal(err)
	}
	var kinds []trace.Kind
	for _, k := range append(trace.AuditKinds(), printing.AuditKinds()...) {
		kinds = append(kinds, k.Kind)
	}
	log, err := proof.Open(w.T.Context(), proof.Config{
		Store: w.Store, Kinds: kinds, Signer: key, Verifier: key.Verifier, VKey: key.VKey, Now: w.Now,
	})
	if err != nil {
		w.T.Fatal(err)
	}
	ledger := trace.New(trace.Config{Store: log.Store(), Files: w.Files, Keys: w.Ring, Now: w.Now})
	w.bundles = bundle.New(bundle.Config{Ledger: ledger, Log: log, Store: log.Store(), PublicURL: "https://t.example.vn"})
	return w.bundles
}
