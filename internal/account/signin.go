package account

import (
	"context"
	"errors"
	"unicode/utf8"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Login, Password string
	// Device is the cookie that an earlier SignedIn gave this browser, if any.
	Device string
	// Client tells clients apart whose devices are unknown: a network address.
	// It is not stored.
	Client string
	// Agent names the browser for the list of sessions.
	Agent string
}

// errCredentials is the one answer for a login that is unknown, a person who
// may not come and a password that is wrong.
var errCredentials = refusal(trace.ErrUnauthenticated, "tên đăng nhập hoặc mật khẩu không đúng",
	"the login or the password is wrong")

// devicePurpose is what the cookie of a device is sealed for.
const devicePurpose = "account/device"

// SignIn checks a login and a password and begins a session, at StageFull or at
// what is outstanding. trace.Throttled where too many tries failed.
func (d *Directory) SignIn(ctx context.Context, c Credentials) (SignedIn, error) {
	login := FoldLogin(c.Login)
	if utf8.RuneCountInString(login) > maxName {
		login = ""
	}
	device := d.knownDevice(login, c.Device)
	limits := []limit{backOff("login " + login + " " + device)}
	if device == "" {
		limits = append(limits, perClient(c.Client))
	}
	var (
		p   party
		old bool
	)
	err := d.attempt(limits, func() (err error) {
		p, old, err = d.verify(ctx, login, c.Password)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	if old {
		if p.secrets, err = d.rehash(ctx, p, c.Password); err != nil {
			return SignedIn{}, err
		}
	}
	in, err := d.begin(ctx, p, session{Agent: c.Agent, Device: device})
	if err == nil && device == "" {
		in.Device, err = d.vault.seal(devicePurpose, login, nil)
	}
	return in, err
}

// Refused is how many tries to sign in, and to prove a secret again, were made to
// wait since the start.
func (d *Directory) Refused() int64 { return d.throttle.refused.Load() }

// knownDevice is the hash of the cookie of a device that has signed in with the
// login before; empty for others.
func (d *Directory) knownDevice(login, cookie string) string {
	if _, err := d.vault.open(devicePurpose, login, cookie); err != nil {
		return ""
	}
	return hash(cookie)
}

// attempt does what may be tried only so often.
func (d *Directory) attempt(limits []limit, do func() error) error {
	settle, err := d.throttle.try(limits...)
	if err != nil {
		d.tell(TryRefused)
		return err
	}
	err = do()
	switch {
	case err == nil:
		settle(succeeded)
		d.tell(TrySucceeded)
	case errors.Is(err, trace.ErrUnauthenticated), errors.Is(err, trace.ErrInvalid):
		settle(failed)
		d.tell(TryFailed)
	default:
		settle(undecided)
		d.tell(TryUndecided)
	}
	return err
}

// A Try is how a try at a password, a code or a link went.
type Try string

// The ways in which tries go.
const (
	TrySucceeded Try = "succeeded"
	TryFailed    Try = "failed"
	TryRefused   Try = "refused"   // after too many that failed
	TryUndecided Try = "undecided" // a store was away, say
)

// Tries lists them.
func Tries() []Try { return []Try{TrySucceeded, TryFailed, TryRefused, TryUndecided} }

func (d *Directory) tell(t Try) {
	if d.tried != nil {
		d.tried(t)
	}
}

// verify finds the person of a login and a password. It does the same work
// whether the login is known or not.
func (d *Directory) verify(ctx context.Context, login, password string) (p party, old bool, err error) {
	id, err := d.ledger.Claimed(ctx, loginTerm(login))
	if err == nil {
		p, err = d.party(ctx, id)
	}
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return party{}, false, err
	}
	same, old, err := samePassword(ctx, p.secrets.Password, password)
	if err != nil {
		return party{}, false, err
	}
	if !same || !p.person.Data.Disabled.IsZero() {
		return party{}, false, errCredentials
	}
	return p, old, nil
}

// rehash replaces the hash of a password by one of the present cost. Sessions
// go on.
func (d *Directory) rehash(ctx context.Context, p party, password string) (secrets, error) {
	phc, err := hashPassword(ctx, password)
	if err != nil {
		return secrets{}, err
	}
	return d.changeSecrets(ctx, self(p.person.ID), p.person.ID, func(s *secrets) error {
		if s.Password == p.secrets.Password {
			s.Password = phc
		}
		return nil
	})
}

// secretLimits are those for what a person who has signed in proves again.
func secretLimits(what string, c coming) []limit {
	return []limit{backOff(what + " " + c.person.ID + " " + c.session.Data.Device)}
}

// checkOwnPassword refuses a password that is not the person's.
func (d *Directory) checkOwnPassword(ctx context.Context, c coming, field, password string) error {
	return d.attempt(secretLimits("password", c), func() error {
		same, _, err := samePassword(ctx, c.secrets.Password, password)
		if err == nil && !same {
			err = trace.FieldErrors{{Field: field, Message: catalog.Name{VI: "mật khẩu hiện tại không đúng", EN: "is not the present password"}}}
		}
		return err
	})
}

// ChangePassword sets another password and ends all other sessions of the
// person. The token is renewed.
func (d *Directory) ChangePassword(ctx context.Context, token, old, next string) (SignedIn, error) {
	c, err := d.signedIn(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword("new", next, c.person.Data.words()); err != nil {
		return SignedIn{}, err
	}
	if err := d.checkOwnPassword(ctx, c, "old", old); err != nil {
		return SignedIn{}, err
	}
	phc, err := hashPassword(ctx, next)
	if err != nil {
		return SignedIn{}, err
	}
	return d.renewWith(ctx, c, StageFull, func(s *secrets) error {
		if s.Epoch != c.secrets.Epoch {
			return errNoSession
		}
		s.Password = phc
		return nil
	})
}

// renewWith changes the person's secrets, which ends all its sessions, and goes
// on in a new one at the stage; an empty one is found out.
func (d *Directory) renewWith(ctx context.Context, c coming, stage Stage, change func(*secrets) error) (SignedIn, error) {
	s, err := d.changeSecrets(ctx, self(c.person.ID), c.person.ID, func(s *secrets) error {
		if err := change(s); err != nil {
			return err
		}
		s.Epoch++
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	next := c.session.Data
	next.Stage = stage
	return d.renew(ctx, c, party{c.person, s}, next)
}

// A Profile is what a person says of itself.
type Profile struct {
	Name, Phone, Language string
}

// UpdateProfile changes what a person says of itself.
func (d *Directory) UpdateProfile(ctx context.Context, v Visitor, pr Profile) (trace.Stored[Person], error) {
	if v.Stage != StageFull {
		return trace.Stored[Person]{}, errStage
	}
	next := Person{Name: oneLine(pr.Name), Phone: oneLine(pr.Phone), Language: pr.Language}
	var c check
	if c.profile(next); c.err() != nil {
		return trace.Stored[Person]{}, c.err()
	}
	defer d.seen.clear()
	return trace.Update(ctx, d.ledger, trace.Write{By: v.Actor}, v.Person.ID, anyone, func(p *Person) error {
		if err := p.there(); err != nil {
			return err
		}
		p.Name, p.Phone, p.Language = next.Name, next.Phone, next.Language
		return nil
	})
}
