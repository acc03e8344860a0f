package account

import (
	"context"
	"errors"
	"time"

	"temgoc/internal/trace"
)

// A Purpose says what a link is for.
type Purpose string

// What a link is for.
const (
	ForInvitation Purpose = "invitation" // the first password of a person
	ForReset      Purpose = "reset"      // another password
	ForSetup      Purpose = "setup"      // the first administrator, see SetupLink
)

// How long links open.
const (
	InvitationLifetime = 7 * 24 * time.Hour
	ResetLifetime      = 24 * time.Hour
	SetupLifetime      = 24 * time.Hour
)

// errLink is the one answer for every link that does not open.
var errLink = refusal(trace.ErrNotFound, "liên kết này không dùng được: sai, đã dùng, đã hết hạn hoặc đã có liên kết mới hơn; hãy xin một liên kết mới",
	"this link does not open: it is wrong, used, expired or replaced by a newer one; ask for a new one")

// newLink makes a link and its token.
func (d *Directory) newLink(p Purpose) (string, *Link) {
	lifetime := InvitationLifetime
	if p == ForReset {
		lifetime = ResetLifetime
	}
	token := newToken()
	return token, &Link{Hash: hash(token), Purpose: p, Expires: d.ledger.Now().Add(lifetime)}
}

// Invite registers a person and returns the token of the link with which it
// sets its password. A repeated request gets the same person and a new token:
// the first cannot be read again.
func (d *Directory) Invite(ctx context.Context, w trace.Write, n NewPerson) (token string, p trace.Stored[Person], err error) {
	person, err := n.person()
	if err := mayInvite(w.By, person); err != nil {
		return "", p, err
	}
	if err != nil {
		return "", p, err
	}
	if err := d.checkMemberships(ctx, person.Memberships); err != nil {
		return "", p, err
	}
	id := d.ledger.NewID(w, KindPeople)
	if err := d.claimLogin(ctx, w, id, person.Login); err != nil {
		return "", p, err
	}
	token, person.Link = d.newLink(ForInvitation)
	p, err = trace.Create(ctx, d.ledger, w, id, person)
	if err != nil {
		return "", p, err
	}
	if p.Data.Link == nil || p.Data.Link.Hash != person.Link.Hash {
		token, err = d.ResetLink(ctx, trace.Write{By: w.By}, id)
	}
	return token, p, err
}

// ResetLink makes a new link for a person, in place of one that it may have:
// an invitation for one that has no password yet, else a reset. Who may manage
// the person does; a producer's people renew the invitations of colleagues. A
// repeated request makes another link: the first cannot be read again.
func (d *Directory) ResetLink(ctx context.Context, w trace.Write, id string) (token string, err error) {
	states, err := d.States(ctx, []string{id})
	if err != nil {
		return "", err
	}
	purpose := ForReset
	if !states[id].Joined {
		purpose = ForInvitation
	}
	token, link := d.newLink(purpose)
	may := func(p Person) error {
		if purpose == ForInvitation && maySee(w.By, id, p) == nil && mayInvite(w.By, p) == nil {
			return nil
		}
		return mayManage(w.By, id, p)
	}
	_, err = trace.Update(ctx, d.ledger, trace.Write{By: w.By, If: w.If}, id, may, func(p *Person) error {
		if !p.Disabled.IsZero() {
			return refusal(trace.ErrConflict, "tài khoản đang bị khóa", "the account is disabled")
		}
		p.Link = link
		return nil
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// An Invitation is what a link opens.
type Invitation struct {
	Purpose Purpose
	// Name, Login and Memberships are the person's; empty for ForSetup, where
	// they are asked for.
	Name, Login string
	Memberships []Membership
	Expires     time.Time
}

// Invitation tells what a link is for. Whatever is wrong with it gives one and
// the same trace.ErrNotFound.
func (d *Directory) Invitation(ctx context.Context, token string) (Invitation, error) {
	if until, ok := d.setupUntil(token); ok {
		nobody, err := d.NoPeople(ctx)
		if err == nil && !nobody {
			err = errLink
		}
		return Invitation{Purpose: ForSetup, Expires: until}, err
	}
	p, err := d.invited(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	return Invitation{
		Purpose: p.Data.Link.Purpose, Expires: p.Data.Link.Expires,
		Name: p.Data.Name, Login: p.Data.Login, Memberships: p.Data.Memberships,
	}, nil
}

// invited finds the person whose link has this token.
func (d *Directory) invited(ctx context.Context, token string) (trace.Stored[Person], error) {
	if !isToken(token) {
		return trace.Stored[Person]{}, errLink
	}
	found, err := trace.All[Person](ctx, d.ledger, linkTerm(hash(token)))
	if err != nil {
		return trace.Stored[Person]{}, err
	}
	if len(found) != 1 || !found[0].Data.opensWith(token, d.ledger.Now()) {
		return trace.Stored[Person]{}, errLink
	}
	return found[0], nil
}

func (p Person) opensWith(token string, now time.Time) bool {
	return p.Link != nil && p.Link.Hash == hash(token) && now.Before(p.Link.Expires)
}

// Accept sets the password of the person that a link is for, which ends all its
// sessions, and signs it in. The link opens no more. Agent names the browser
// for the list of sessions.
func (d *Directory) Accept(ctx context.Context, token, password, agent string) (SignedIn, error) {
	p, err := d.invited(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword("password", password, p.Data.words()); err != nil {
		return SignedIn{}, err
	}
	phc, err := hashPassword(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	// The link is used up first: of two who have it one sets the password.
	w := trace.Write{By: self(p.ID)}
	p, err = trace.Update(ctx, d.ledger, w, p.ID, anyone, func(p *Person) error {
		if !p.opensWith(token, d.ledger.Now()) {
			return errLink
		}
		p.Link = nil
		p.Epoch++
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	return d.settle(ctx, p, phc, agent)
}

// settle stores a person's new password and signs the person in.
func (d *Directory) settle(ctx context.Context, p trace.Stored[Person], phc, agent string) (SignedIn, error) {
	s, err := d.changeSecrets(ctx, self(p.ID), p.ID, func(s *secrets) error {
		s.Password = phc
		s.Epoch++
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	in, err := d.begin(ctx, party{p, s}, session{Agent: agent})
	if err == nil {
		in.Device, err = d.vault.seal(devicePurpose, p.Data.Login, nil)
	}
	return in, err
}

// anyone allows what is decided elsewhere.
func anyone(Person) error { return nil }

// setupPurpose is what the token of a setup link is sealed for.
const setupPurpose = "account/setup"

// SetupLink returns the token of a link with which the first administrator
// registers itself. ErrConflict once there is anybody. It is stored nowhere: it
// opens until its time is over or somebody exists.
func (d *Directory) SetupLink(ctx context.Context) (token string, err error) {
	nobody, err := d.NoPeople(ctx)
	if err != nil {
		return "", err
	}
	if !nobody {
		return "", refusal(trace.ErrConflict, "đã có người dùng", "there are people already")
	}
	until, err := d.ledger.Now().Add(SetupLifetime).MarshalText()
	if err != nil {
		return "", err
	}
	return d.vault.seal(setupPurpose, "", until)
}

// setupUntil tells until when a setup link opens; false when it is none or
// over.
func (d *Directory) setupUntil(token string) (time.Time, bool) {
	text, err := d.vault.open(setupPurpose, "", token)
	if err != nil {
		return time.Time{}, false
	}
	var until time.Time
	err = until.UnmarshalText(text)
	return until, err == nil && d.ledger.Now().Before(until)
}

// firstPerson is the id of the person that a setup link makes: under the unique
// key there can be one only.
const firstPerson = "administrator"

// SetUp makes the first administrator of a setup link and signs it in. Of n
// memberships are not heeded.
func (d *Directory) SetUp(ctx context.Context, token string, n NewPerson, password, agent string) (SignedIn, error) {
	invitation, err := d.Invitation(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	if invitation.Purpose != ForSetup {
		return SignedIn{}, errLink
	}
	n.Memberships = []Membership{{Role: trace.Administrator}}
	person, err := n.person()
	if err := bothErrors(err, checkPassword("password", password, person.words())); err != nil {
		return SignedIn{}, err
	}
	phc, err := hashPassword(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	w := trace.Write{By: self(firstPerson)}
	if err := d.claimLogin(ctx, w, firstPerson, person.Login); err != nil {
		return SignedIn{}, err
	}
	p, err := trace.Create(ctx, d.ledger, w, firstPerson, person)
	if errors.Is(err, trace.ErrExists) {
		return SignedIn{}, errLink
	}
	if err != nil {
		return SignedIn{}, err
	}
	return d.settle(ctx, p, phc, agent)
}

// bothErrors joins the field errors of two checks.
func bothErrors(a, b error) error {
	var first, second trace.FieldErrors
	if errors.As(a, &first) && errors.As(b, &second) {
		return append(first, second...)
	}
	return errors.Join(a, b)
}
