package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"

	"temgoc/internal/account"
	"temgoc/internal/sample"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A demoDoor signs in the people of the demonstration without a password, for
// whoever holds the addresses that were printed at the start.
type demoDoor struct {
	service *service
	people  map[trace.Role]string // ids
	secret  string                // of this start
	logger  *slog.Logger
}

func (s *service) demoDoor(people map[trace.Role]string, logger *slog.Logger) *demoDoor {
	return &demoDoor{s, people, rand.Text()[:12], logger}
}

// path is where a role comes in.
func (d *demoDoor) path(role trace.Role) string { return "/demo/vao/" + d.secret + "/" + string(role) }

// ServeHTTP implements http.Handler.
func (d *demoDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	person := d.people[trace.Role(r.PathValue("role"))]
	if subtle.ConstantTimeCompare([]byte(r.PathValue("secret")), []byte(d.secret)) != 1 || person == "" {
		http.NotFound(w, r)
		return
	}
	in, err := d.service.people.OpenSession(r.Context(), person, 0)
	if err != nil {
		d.logger.ErrorContext(r.Context(), "demonstration session", slog.Any("error", err))
		http.Error(w, "503", http.StatusServiceUnavailable)
		return
	}
	http.SetCookie(w, desk.SessionCookie(in.Token, false))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, desk.Prefix, http.StatusSeeOther)
}

// newcomerLogin is the sign-in name of somebody who begins from nothing.
const newcomerLogin = "moi@minhhoa.example"

// newcomer registers a producer that has nothing yet, and returns the path of
// the link by which its first person comes in.
func (s *service) newcomer(ctx context.Context) (string, error) {
	p, err := s.people.PersonByLogin(ctx, operator, newcomerLogin)
	if errors.Is(err, trace.ErrNotFound) {
		return s.inviteNewcomer(ctx)
	}
	if err != nil {
		return "", err
	}
	token, err := s.people.ResetLink(ctx, trace.Write{By: operator}, p.ID)
	return invitationPath + token, err
}

func (s *service) inviteNewcomer(ctx context.Context) (string, error) {
	const key = "demo:newcomer"
	sum := sha256.Sum256([]byte(key))
	office := trace.Actor{ID: demoKey, Role: trace.Office, Organisation: sample.Organisation(trace.Office)}
	w := trace.Write{By: office, Op: trace.Op{Key: key, Hash: hex.EncodeToString(sum[:])}}
	producer, err := s.ledger.CreateProducer(ctx, w, trace.Producer{
		Name: "Hợp tác xã Bản Mới (minh họa)", ShortName: "HTX Bản Mới", Kind: "cooperative", Demonstration: true,
		Address: trace.Address{Commune: "02260", Street: "Thôn Nà Mụ"},
	})
	if err != nil {
		return "", err
	}
	token, _, err := s.people.Invite(ctx, trace.Write{By: operator}, account.NewPerson{
		Name: "Triệu Thị Sao", Login: newcomerLogin, Memberships: []account.Membership{{Role: trace.ProducerRole, Producer: producer.ID}},
	})
	return invitationPath + token, err
}
