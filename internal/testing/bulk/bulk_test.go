package bulk_test

import (
	"testing"

	"temgoc/internal/proof"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/trace"
	"temgoc/storage/sqlite"
)

// TestLoadIsAsWritten checks what is made as a service's records are checked:
// each revision against the log, and the tables of the engine against each other.
func TestLoadIsAsWritten(t *testing.T) {
	place := bulk.Place{Data: t.TempDir()}
	const batches = 100
	made, err := bulk.Load(t.Context(), bulk.Config{Place: place, Batches: batches, Producers: 6})
	if err != nil {
		t.Fatal(err)
	}
	if made.Batches != batches || made.Leaves < 5*batches {
		t.Errorf("made %+v", made)
	}
	stores, _, logKey, err := place.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stores.Close()
	report, err := proof.Audit(t.Context(), proof.AuditConfig{
		Store: stores.Documents, Files: stores.Files, Kinds: bulk.Logged(), Verifier: logKey.Verifier,
		Found: func(f *proof.Fault) { t.Error(f) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Leaves != made.Leaves || report.Revisions != made.Leaves {
		t.Errorf("the audit found %d leaves and %d revisions, %d leaves were made", report.Leaves, report.Revisions, made.Leaves)
	}
	wrong, err := stores.Documents.(*sqlite.DB).Check(t.Context())
	if err != nil || len(wrong) > 0 {
		t.Errorf("Check: %v, %v", wrong, err)
	}
	seen := 0
	for q := (trace.Query{Kind: trace.KindBatches, Limit: 100}); ; {
		page, err := stores.Documents.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if seen += len(page.Revisions); page.Next == "" {
			break
		}
		q.After = page.Next
	}
	if seen != batches {
		t.Errorf("%d batches are listed", seen)
	}
	if _, err := bulk.Load(t.Context(), bulk.Config{Place: place, Batches: batches, Producers: 6}); err == nil {
		t.Error("a store that is not empty was filled")
	}
}
