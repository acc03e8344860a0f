package receipt_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/receipt"
	"temgoc/internal/testing/treelog"
)

// TestDocument holds that the example of docs/log.md is one: its entry, receipt
// and policy verify, and are those of the log that the tests make.
func TestDocument(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/log.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(raw), "\n## An example\n")
	parts := strings.Split(example, "```\n")
	if !found || len(parts) < 7 {
		t.Fatalf("docs/log.md has no example of three texts")
	}
	entry, text, rules := strings.TrimSuffix(parts[1], "\n"), parts[3], parts[5]
	log := treelog.New(t, "t.example.vn/log")
	log.Add([]byte(strings.Replace(entry, "record.added", "batch.created", 1)), []byte(entry), []byte(strings.Replace(entry, "record.added", "release.added", 1)))
	w := treelog.Witness(t, "witness.example.vn", clock)
	want := receipt.Receipt{Index: 1, Path: log.Proof(3, 1), Checkpoint: log.Signed(3, w)}
	wantRules := fmt.Sprintf("log %s\nwitness bao %s\nquorum bao\n", log.VKey, w.Verifier())
	if string(want.Format()) != text || rules != wantRules {
		t.Fatalf("the example should be\n%s\nand\n%s", want.Format(), wantRules)
	}
	p, err := policy.Parse([]byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	r, err := receipt.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if result, err := r.Verify([]byte(entry), p); err != nil || len(result.Witnesses) != 1 {
		t.Errorf("%+v, %v", result, err)
	}
}
