package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A second factor is what every authenticator app can: RFC 6238 with SHA-1, six
// digits and steps of 30 seconds.
const (
	stepLength   = 30 * time.Second
	stepsAround  = 1 // before and after the present one that count too
	secretSize   = 20
	totpDigits   = otp.DigitsSix
	pendingAbout = "account/pending" // what a secret is sealed for that is not confirmed yet
)

// KindCodes is the kind of a used code.
const KindCodes trace.Kind = "codes"

// A usedCode stands for a time step whose code a person has used: under the
// unique key it works once. The steps of one secret are not those of another,
// which may be set up in the same minute.
type usedCode struct{}

// DocumentKind implements trace.Document.
func (usedCode) DocumentKind() trace.Kind { return KindCodes }

// DocumentRefs implements trace.Document.
func (usedCode) DocumentRefs() []string { return nil }

// errCode is the one answer for every code that does not open.
var errCode = trace.FieldErrors{{Field: "code", Message: catalog.Name{
	VI: "mã không đúng, đã hết hạn hoặc đã được dùng", EN: "is wrong, over or used already",
}}}

// ConfirmCode takes a sign-in from StageCode to StageFull with a code of the
// authenticator app or a recovery code. The token is renewed.
func (d *Directory) ConfirmCode(ctx context.Context, token, code string) (SignedIn, error) {
	c, err := d.current(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	if c.session.Data.Stage != StageCode {
		return SignedIn{}, errStage
	}
	if err := d.checkCode(ctx, c, code); err != nil {
		return SignedIn{}, err
	}
	next := c.session.Data
	next.Stage = StageFull
	return d.renew(ctx, c, c.party, next)
}

// checkCode uses up a code of the person's second factor.
func (d *Directory) checkCode(ctx context.Context, c coming, code string) error {
	return d.attempt(secretLimits("code", c), func() error {
		f, err := d.openFactor(c.person.ID, c.secrets.Factor)
		if err != nil {
			return err
		}
		code := tidied(code)
		if len(code) == int(totpDigits) {
			return d.useStep(ctx, c.person.ID, f.Secret, code)
		}
		return d.useRecovery(ctx, c.person.ID, code)
	})
}

// tidied is a code as it was meant: without spaces and hyphens, in lower case,
// and with digits for the letters that recovery codes do not have.
func tidied(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(code))
}

// useStep uses up a code of the authenticator app.
func (d *Directory) useStep(ctx context.Context, person, secret, code string) error {
	step, err := stepOf(secret, code, d.ledger.Now())
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s:%s:%d", person, hash(secret)[:8], step)
	_, err = trace.Create(ctx, d.ledger, trace.Write{By: self(person)}, id, usedCode{})
	if errors.Is(err, trace.ErrExists) {
		return errCode
	}
	return err
}

// stepOf finds the time step around now to which a code belongs.
func stepOf(secret, code string, now time.Time) (int64, error) {
	present := now.Unix() / int64(stepLength/time.Second)
	found, ok := int64(0), 0
	for step := present - stepsAround; step <= present+stepsAround; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, 1
		}
	}
	if ok == 0 {
		return 0, errCode
	}
	return found, nil
}

// useRecovery uses up a recovery code.
func (d *Directory) useRecovery(ctx context.Context, person, code string) error {
	_, err := d.changeSecrets(ctx, self(person), person, func(s *secrets) error {
		f, err := d.openFactor(person, s.Factor)
		if err != nil {
			return err
		}
		i := slices.Index(f.Recovery, hash(code))
		if i < 0 {
			return errCode
		}
		f.Recovery = slices.Delete(f.Recovery, i, i+1)
		s.Factor, err = d.sealFactor(person, f)
		return err
	})
	return err
}

// errEnrolled says that the factor must be removed before another is set up.
var errEnrolled = refusal(trace.ErrConflict, "đã bật xác thực hai lớp; hãy tắt trước khi cài lại",
	"the second factor is set up already; remove it before you set up another")

// BeginTOTP makes the secret of a second factor, in base32 and as an otpauth
// address to be shown as a QR code. It counts once FinishTOTP has seen a code
// of it. Asked again in the same session it gives the same secret.
func (d *Directory) BeginTOTP(ctx context.Context, token string) (secret, uri string, err error) {
	c, err := d.enrolling(ctx, token)
	if err != nil {
		return "", "", err
	}
	sealed := c.session.Data.Pending
	if sealed == "" {
		if sealed, err = d.pend(ctx, c); err != nil {
			return "", "", err
		}
	}
	raw, err := d.vault.open(pendingAbout, c.session.ID, sealed)
	if err != nil {
		return "", "", err
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: d.issuer, AccountName: c.person.Data.Login, Secret: raw,
		Period: uint(stepLength / time.Second), Digits: totpDigits, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// pend draws a secret and keeps it, sealed, in the session. Of two that are
// drawn at one moment the first stays.
func (d *Directory) pend(ctx context.Context, c coming) (sealed string, err error) {
	fresh := make([]byte, secretSize)
	rand.Read(fresh) // never fails since Go 1.24
	if sealed, err = d.vault.seal(pendingAbout, c.session.ID, fresh); err != nil {
		return "", err
	}
	mine := func(session) error { return nil }
	s, err := trace.Update(ctx, d.ledger, trace.Write{By: self(c.person.ID)}, c.session.ID, mine, func(s *session) error {
		if s.Pending == "" {
			s.Pending = sealed
		}
		return nil
	})
	return s.Data.Pending, err
}

// enrolling is current for who may set up a second factor.
func (d *Directory) enrolling(ctx context.Context, token string) (coming, error) {
	c, err := d.current(ctx, token)
	switch {
	case err != nil:
		return coming{}, err
	case c.session.Data.Stage == StageCode:
		return coming{}, errStage
	case c.secrets.Factor != "":
		return coming{}, errEnrolled
	}
	return c, nil
}

// FinishTOTP sets up the second factor that BeginTOTP began, once a code shows
// that the app has it. It returns the recovery codes, which nobody can read
// again, and ends all other sessions of the person. The token is renewed.
func (d *Directory) FinishTOTP(ctx context.Context, token, code string) (in SignedIn, recovery []string, err error) {
	c, err := d.enrolling(ctx, token)
	if err != nil {
		return SignedIn{}, nil, err
	}
	if c.session.Data.Pending == "" {
		return SignedIn{}, nil, refusal(trace.ErrConflict, "hãy bắt đầu cài đặt lại", "begin the set-up again")
	}
	raw, err := d.vault.open(pendingAbout, c.session.ID, c.session.Data.Pending)
	if err != nil {
		return SignedIn{}, nil, err
	}
	f := factor{Secret: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)}
	err = d.attempt(secretLimits("code", c), func() error {
		return d.useStep(ctx, c.person.ID, f.Secret, tidied(code))
	})
	if err != nil {
		return SignedIn{}, nil, err
	}
	recovery, f.Recovery = newRecoveryCodes()
	sealed, err := d.sealFactor(c.person.ID, f)
	if err != nil {
		return SignedIn{}, nil, err
	}
	in, err = d.renewWith(ctx, c, StageFull, func(s *secrets) error {
		if s.Factor != "" {
			return errEnrolled
		}
		s.Factor = sealed
		return nil
	})
	return in, recovery, err
}

// RemoveTOTP takes away the second factor of who proves to have it, or a
// recovery code, and the password. All other sessions end; the token is renewed
// and, where a role demands a second factor, goes on at StageEnrol.
func (d *Directory) RemoveTOTP(ctx context.Context, token, password, code string) (SignedIn, error) {
	c, err := d.withFactor(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	if err := d.checkOwnPassword(ctx, c, "password", password); err != nil {
		return SignedIn{}, err
	}
	if err := d.checkCode(ctx, c, code); err != nil {
		return SignedIn{}, err
	}
	return d.renewWith(ctx, c, "", func(s *secrets) error {
		s.Factor = ""
		return nil
	})
}

// withFactor is signedIn for who has a second factor.
func (d *Directory) withFactor(ctx context.Context, token string) (coming, error) {
	c, err := d.signedIn(ctx, token)
	if err == nil && c.secrets.Factor == "" {
		err = refusal(trace.ErrConflict, "chưa bật xác thực hai lớp", "there is no second factor")
	}
	return c, err
}

// NewRecoveryCodes replaces the recovery codes, for a code. Nobody can read
// them again.
func (d *Directory) NewRecoveryCodes(ctx context.Context, token, code string) ([]string, error) {
	c, err := d.withFactor(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := d.checkCode(ctx, c, code); err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	_, err = d.changeSecrets(ctx, self(c.person.ID), c.person.ID, func(s *secrets) error {
		f, err := d.openFactor(c.person.ID, s.Factor)
		if err != nil {
			return err
		}
		f.Recovery = hashes
		s.Factor, err = d.sealFactor(c.person.ID, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// ClearTOTP takes away the second factor of a person who has lost it, and ends
// all its sessions. Who may manage the person does, but not for oneself.
func (d *Directory) ClearTOTP(ctx context.Context, w trace.Write, id string) error {
	_, err := d.manage(ctx, w, id, func(p *Person) error {
		if w.By.ID == actorID(id) {
			return refusal(trace.ErrConflict, "hãy tự tắt xác thực hai lớp bằng mật khẩu và mã của mình",
				"remove your own second factor with your password and a code")
		}
		p.Epoch++
		return nil
	})
	if err != nil {
		return err
	}
	_, err = d.changeSecrets(ctx, w.By, id, func(s *secrets) error {
		s.Factor = ""
		s.Epoch++
		return nil
	})
	return err
}

// Recovery codes have 60 random bits, written as 1a2b-3c4d-5e6f.
const (
	recoveryCodes    = 10
	recoveryLength   = 12
	recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"
)

// newRecoveryCodes draws codes and what is stored of them.
func newRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, recoveryLength)
		rand.Read(b) // never fails since Go 1.24
		for i := range b {
			b[i] = recoveryAlphabet[int(b[i])%len(recoveryAlphabet)]
		}
		s := string(b)
		codes, hashes = append(codes, s[:4]+"-"+s[4:8]+"-"+s[8:]), append(hashes, hash(s))
	}
	return codes, hashes
}
