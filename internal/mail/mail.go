// Package mail sends invitation links by e-mail, where an operator has set up a
// mail server. Nothing depends on it: a link is always shown to copy as well.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	gomail "github.com/wneessen/go-mail"

	"temgoc/internal/trace"
)

// patience bounds the sending of one message: somebody waits for the page.
const patience = 15 * time.Second

// A Sender sends through one mail server.
type Sender struct {
	host    string
	options []gomail.Option
	from    string

	sent, failed atomic.Int64
}

// New reads the address of a mail server: smtp://USER:PASSWORD@HOST:587, which
// insists on STARTTLS, or smtps://USER:PASSWORD@HOST:465. With ?tls=0 a server
// on this machine is spoken to in the clear. from is who sends.
func New(address, from string) (*Sender, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("mail server: not an address") // it may hold a password
	}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" {
		return nil, errors.New("mail server: must be of the form smtp://USER:PASSWORD@HOST:PORT or smtps://…")
	}
	if !trace.IsEmail(from) {
		return nil, fmt.Errorf("mail server: the sender %q is not an e-mail address", from)
	}
	s := &Sender{host: u.Hostname(), from: from, options: []gomail.Option{gomail.WithTimeout(patience)}}
	clear := u.Query().Get("tls") == "0"
	switch {
	case u.Scheme == "smtps":
		s.options = append(s.options, gomail.WithSSL(), gomail.WithPort(465))
	case clear && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"):
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithPort(25))
	case clear:
		return nil, errors.New("mail server: ?tls=0 is for a server on this machine only")
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(587))
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		s.options = append(s.options, gomail.WithPort(port))
	}
	if password, ok := u.User.Password(); ok {
		auth := gomail.SMTPAuthAutoDiscover // never a password in the clear
		if clear {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		s.options = append(s.options, gomail.WithSMTPAuth(auth),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return s, nil
}

// Counts tells how many messages were sent, and how many could not be.
func (s *Sender) Counts() (sent, failed int64) { return s.sent.Load(), s.failed.Load() }

// Reach tells whether the server answers and takes the account. Nothing is sent.
func (s *Sender) Reach(ctx context.Context) error {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return err
	}
	return client.Close()
}

// Send sends a message of plain text. What goes wrong is an ErrUnavailable.
func (s *Sender) Send(ctx context.Context, to, subject, text string) error {
	err := s.send(ctx, to, subject, text)
	if err != nil {
		s.failed.Add(1)
	} else {
		s.sent.Add(1)
	}
	return err
}

func (s *Sender) send(ctx context.Context, to, subject, text string) error {
	m := gomail.NewMsg()
	if err := errors.Join(m.From(s.from), m.To(to)); err != nil {
		return fmt.Errorf("%w: e-mail address: %w", trace.ErrInvalid, err)
	}
	m.Subject(subject)
	m.SetBodyString(gomail.TypeTextPlain, text)
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("%w: mail server: %w", trace.ErrUnavailable, err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("%w: mail server: %w", trace.ErrUnavailable, err)
	}
	return nil
}
