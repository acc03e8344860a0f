//go:build linux

package crash

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// NewMaker registers a producer and a product at a service that runs, and makes
// the key that it writes with.
func NewMaker(t testing.TB, s Stores, urls ...string) *Maker {
	t.Helper()
	key := func(flags ...string) string {
		return Run(t, slices.Concat([]string{"key", "create", "--label", "crash"}, flags, s.Flags)...)
	}
	office := NewClient(key("--role", "office", "--organisation", "Văn phòng OCOP"), urls...)
	made, err := office.Insist(t.Context(), JSON(http.MethodPost, "/producers", "", object{
		"name": "Hợp tác xã Chè Mây", "kind": "cooperative", "address": object{"commune": "02260", "street": "Thôn Hồng Ba"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	m := &Maker{Producer: made.Document.ID, name: rand.Text()[:8]}
	m.Client = NewClient(key("--role", "producer", "--producer", m.Producer), urls...)
	product, err := m.Insist(t.Context(), JSON(http.MethodPost, "/products", "", object{
		"producer": m.Producer, "name": object{"vi": "Chè Shan tuyết"}, "set": 11,
	}))
	if err != nil {
		t.Fatal(err)
	}
	m.Product = product.Document.ID
	return m
}

// Audit runs temgoc audit, which also checks the tables of an embedded store, and
// gives what it says besides that all is well.
func Audit(t testing.TB, s Stores) error {
	t.Helper()
	_, err := run(t.Context(), Program(t), append([]string{"audit"}, s.Flags...)...)
	if err != nil {
		return fmt.Errorf("temgoc audit: %w", err)
	}
	return nil
}
