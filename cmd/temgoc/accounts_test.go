package main

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/account"
	"temgoc/internal/privacy"
	"temgoc/internal/trace"
)

var update = flag.Bool("update", false, "write what is expected")

// accountsScript makes the accounts of the service in MongoDB.
const accountsScript = "../../deploy/mongodb/accounts.js"

// TestAccounts checks that the account of the service in MongoDB may change
// exactly what the program changes: erasable contents and counters, and remove
// what is declared removable.
func TestAccounts(t *testing.T) {
	want := struct {
		Updated   []string `json:"updated"`
		Removable []string `json:"removable"`
	}{Updated: []string{"counts_by_key"}}
	for _, k := range slices.Concat(trace.ErasableKinds(), account.ErasableKinds()) {
		want.Updated = append(want.Updated, string(k.Kind))
	}
	for _, k := range privacy.Kinds() {
		want.Updated = append(want.Updated, string(k))
	}
	for _, k := range removable() {
		want.Removable = append(want.Removable, string(k))
	}
	want.Updated = slices.DeleteFunc(want.Updated, func(k string) bool { return slices.Contains(want.Removable, k) })
	slices.Sort(want.Updated)
	slices.Sort(want.Removable)
	want.Updated = slices.Compact(want.Updated)
	lines, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(accountsScript)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "const collections = ", ";\n// end of collections"
	before, rest, _ := strings.Cut(string(script), begin)
	listed, after, _ := strings.Cut(rest, end)
	if *update {
		if err := os.WriteFile(accountsScript, []byte(before+begin+string(lines)+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(lines), listed); diff != "" {
		t.Errorf("%s (go test ./cmd/temgoc -run TestAccounts -update writes it; -want +got):\n%s", accountsScript, diff)
	}
}
