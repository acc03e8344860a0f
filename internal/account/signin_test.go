package account

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// TestSignIn goes the way of each role from an invitation to an actor, on both
// engines.
func TestSignIn(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		for _, role := range trace.Roles() {
			t.Run(string(role), func(t *testing.T) { w.signInAs(t, role) })
		}
	})
}

func (w *world) signInAs(t *testing.T, role trace.Role) {
	login := string(role) + "@example.vn"
	token, p := w.invite(login, role)
	if _, err := w.signIn(login, password); !errors.Is(err, errCredentials) {
		t.Errorf("before the invitation is accepted: %v", err)
	}
	invitation := must(w.Invitation(t.Context(), token))(t)
	want := Invitation{Purpose: ForInvitation, Name: p.Data.Name, Login: login, Memberships: p.Data.Memberships, Expires: w.ledger.Now().Add(InvitationLifetime)}
	if diff := cmp.Diff(want, invitation); diff != "" {
		t.Error(diff)
	}
	in := must(w.Accept(t.Context(), token, password, "test"))(t)
	if w.knownDevice(login, in.Device) == "" {
		t.Error("the browser in which the link was used is not marked")
	}
	if _, err := w.Accept(t.Context(), token, password, "test"); !errors.Is(err, errLink) {
		t.Errorf("a link that was used: %v", err)
	}
	actor := w.membership(role).Actor(p.ID)
	if role == trace.ProducerRole {
		if in.Stage != StageFull || in.Actor != actor {
			t.Errorf("a producer accepted: %s, %+v", in.Stage, in.Actor)
		}
		return
	}
	if in.Stage != StageEnrol || in.Actor != (trace.Actor{}) {
		t.Errorf("accepted without a second factor: %s, %+v", in.Stage, in.Actor)
	}
	enrolled, secret, _ := w.enrol(in.Token)
	if enrolled.Stage != StageFull || enrolled.Actor != actor || w.opens(in.Token) {
		t.Errorf("enrolled: %s, %+v, the old token opens: %v", enrolled.Stage, enrolled.Actor, w.opens(in.Token))
	}
	in = must(w.signIn(login, password))(t)
	if in.Stage != StageCode || in.Actor != (trace.Actor{}) {
		t.Errorf("signed in without a code: %s, %+v", in.Stage, in.Actor)
	}
	full := must(w.ConfirmCode(t.Context(), in.Token, w.code(secret, 0)))(t)
	if full.Stage != StageFull || full.Actor != actor || w.opens(in.Token) {
		t.Errorf("confirmed: %s, %+v, the old token opens: %v", full.Stage, full.Actor, w.opens(in.Token))
	}
	v := must(w.elsewhere().Visitor(t.Context(), full.Token))(t)
	if diff := cmp.Diff(full.Visitor, v); diff != "" {
		t.Errorf("on another replica: %s", diff)
	}
}
