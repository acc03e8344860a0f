package account

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// TestFindActors finds people and keys by the words of their names, whatever
// their roles, for those who read the audit log of everybody.
func TestFindActors(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		ctx := t.Context()
		_, inspector := w.invite("mai@example.vn", trace.Inspector)
		_, producer := w.invite("0912345678", trace.ProducerRole)
		_, key, err := New(w.ledger).Create(ctx, trace.Write{By: admin}, NewKey{Role: trace.ProducerRole, Producer: w.producer, Label: "Cân tự động ở xưởng"})
		if err != nil {
			t.Fatal(err)
		}
		find := func(by trace.Actor, name string, limit int) []string {
			t.Helper()
			var ids []string
			for _, n := range must(w.FindActors(ctx, by, name, limit))(t) {
				if n.Name == "" || len(n.Memberships) != 1 {
					t.Errorf("%s: %+v", name, n)
				}
				ids = append(ids, n.ID)
			}
			return ids
		}
		for _, by := range []trace.Actor{admin, office} {
			for name, want := range map[string][]string{
				"MAI@example.vn": {"person:" + inspector.ID}, "0912345678": {"person:" + producer.ID}, "tu dong can": {"key:" + key.ID}, "không ai cả": nil, "?": nil,
			} {
				if diff := cmp.Diff(want, find(by, name, 10)); diff != "" {
					t.Errorf("%s looks for %q: %s", by.Role, name, diff)
				}
			}
		}
		if got := find(admin, inspector.Data.Name, 1); len(got) != 1 {
			t.Errorf("one was asked for, got %v", got)
		}
		for _, role := range []trace.Role{trace.ProducerRole, trace.Inspector, trace.Laboratory, trace.Certifier} {
			if _, err := w.FindActors(ctx, w.membership(role).Actor("x"), "mai", 10); !errors.Is(err, trace.ErrForbidden) {
				t.Errorf("%s: %v", role, err)
			}
		}
	})
}
