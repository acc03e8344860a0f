package mail

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"temgoc/internal/trace"
)

// A server is a real SMTP server that keeps what it is given.
type server struct {
	mu       sync.Mutex
	from, to string
	user     string
	data     []byte
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }

type session struct{ *server }

func (session) Reset()                   {}
func (session) Logout() error            { return nil }
func (session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "bí mật" {
			return errors.New("wrong password")
		}
		s.user = user
		return nil
	}), nil
}

func (s session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s session) Rcpt(to string, _ *smtp.RcptOptions) error   { s.to = to; return nil }

func (s session) Data(r io.Reader) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data, err = io.ReadAll(r)
	return err
}

func listen(t *testing.T) (*server, string) {
	t.Helper()
	s := new(server)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	backend := smtp.NewServer(s)
	backend.AllowInsecureAuth = true
	go func() { _ = backend.Serve(l) }() // ends with Close
	t.Cleanup(func() { backend.Close() })
	return s, l.Addr().String()
}

func TestSend(t *testing.T) {
	s, addr := listen(t)
	sender, err := New("smtp://lan:b%C3%AD%20m%E1%BA%ADt@"+addr+"?tls=0", "temgoc@example.vn")
	if err != nil {
		t.Fatal(err)
	}
	const subject, text = "Lời mời dùng Temgốc", "Chào Mây,\nMở đường dẫn: https://t.example.vn/console/moi/x\n"
	if err := sender.Send(t.Context(), "may@example.vn", subject, text); err != nil {
		t.Fatal(err)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(s.data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || got != subject {
		t.Errorf("subject %q, %v", got, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")) != strings.TrimSpace(text) {
		t.Errorf("text %q, %v", body, err)
	}
	if s.from != "temgoc@example.vn" || s.to != "may@example.vn" || s.user != "lan" {
		t.Errorf("from %q to %q by %q", s.from, s.to, s.user)
	}
}

func TestSendRefused(t *testing.T) {
	_, addr := listen(t)
	wrong, err := New("smtp://lan:x@"+addr+"?tls=0", "temgoc@example.vn")
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.Send(t.Context(), "may@example.vn", "x", "x"); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("wrong password: %v", err)
	}
	strict, err := New("smtp://"+addr, "temgoc@example.vn")
	if err != nil {
		t.Fatal(err)
	}
	if err := strict.Send(t.Context(), "may@example.vn", "x", "x"); !errors.Is(err, trace.ErrUnavailable) {
		t.Errorf("a server without STARTTLS: %v", err)
	}
	if err := strict.Send(t.Context(), "may@example.vn\r\nBcc: x@example.vn", "x", "x"); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("two recipients in one: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, address := range []string{"", "mail.example.vn", "http://mail.example.vn", "smtp://", "smtp://mail.example.vn/x", "smtp://mail.example.vn?tls=0"} {
		if _, err := New(address, "temgoc@example.vn"); err == nil {
			t.Errorf("New(%q) is accepted", address)
		}
	}
	if _, err := New("smtp://mail.example.vn", "không"); err == nil {
		t.Error("a sender that is no address is accepted")
	}
	if _, err := New("smtp://a:s3cret@mail example.vn:x", "temgoc@example.vn"); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("error %v", err)
	}
}
