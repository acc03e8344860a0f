package health

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"temgoc/internal/catalog"
)

// A TLSState is what was seen of the certificate of the public address.
type TLSState struct {
	// NotAfter is when the first certificate of the chain ends; zero when none
	// was shown.
	NotAfter time.Time
	// Err is why browsers would not connect; nil when they would.
	Err error
	// Unreached says that Err is about reaching the address, which may be the
	// network's fault here and not there.
	Unreached bool
}

// TLSNeeded tells whether a public address has a certificate to look at.
func TLSNeeded(publicURL string) bool {
	u, err := url.Parse(publicURL)
	return err == nil && u.Scheme == "https"
}

// When a certificate is about to end. Automatic renewal begins 30 days before.
const (
	tlsWarn = 21 * 24 * time.Hour
	tlsBad  = 7 * 24 * time.Hour
	// tlsPatience bounds the look at it.
	tlsPatience = 10 * time.Second
)

// LookAtTLS connects to the public address as a browser does. roots are those
// of the system when nil.
func LookAtTLS(ctx context.Context, publicURL string, roots *x509.CertPool, now time.Time) TLSState {
	u, err := url.Parse(publicURL)
	if err != nil {
		return TLSState{Err: err, Unreached: true}
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	var s TLSState
	verified := false
	dialer := tls.Dialer{Config: &tls.Config{
		ServerName: u.Hostname(), MinVersion: tls.VersionTLS12,
		// The chain is verified below, so that the end of one that is not
		// trusted is known too. Nothing is sent over the connection.
		InsecureSkipVerify: true, //nolint:gosec
		VerifyConnection: func(c tls.ConnectionState) error {
			s.NotAfter, s.Err = verify(c, u.Hostname(), roots, now)
			verified = true
			return s.Err
		},
	}}
	ctx, cancel := context.WithTimeout(ctx, tlsPatience)
	defer cancel()
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		if !verified {
			s.Err, s.Unreached = err, true
		}
		return s
	}
	if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return s // it was looked at, and is not needed any more
	}
	return s
}

// verify tells when the chain ends, and whether a browser would take it.
func verify(c tls.ConnectionState, host string, roots *x509.CertPool, now time.Time) (time.Time, error) {
	if len(c.PeerCertificates) == 0 {
		return time.Time{}, errors.New("no certificate is shown")
	}
	end := c.PeerCertificates[0].NotAfter
	others := x509.NewCertPool()
	for _, cert := range c.PeerCertificates[1:] {
		others.AddCert(cert)
		if cert.NotAfter.Before(end) {
			end = cert.NotAfter
		}
	}
	_, err := c.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: others, CurrentTime: now})
	return end, err
}

// Finding judges the certificate.
func (s TLSState) Finding(now time.Time) Finding {
	left := s.NotAfter.Sub(now)
	until := s.NotAfter.UTC().Format(time.DateOnly)
	switch {
	case s.Unreached:
		return At(PublicTLS, Warn, "Từ máy này không kết nối được để xem: "+s.Err.Error(), "It could not be looked at from this machine: "+s.Err.Error())
	case s.Err != nil:
		return At(PublicTLS, Bad, "Trình duyệt sẽ từ chối: "+s.Err.Error(), "Browsers refuse it: "+s.Err.Error())
	case left < tlsWarn:
		level := Warn
		if left < tlsBad {
			level = Bad
		}
		return find(PublicTLS, level, catalog.Name{
			VI: fmt.Sprintf("Còn %d ngày, hết hạn ngày %s (UTC)", days(left), until),
			EN: fmt.Sprintf("It ends in %d day(s), on %s (UTC)", days(left), until),
		})
	}
	return find(PublicTLS, Good, catalog.Name{
		VI: fmt.Sprintf("Hợp lệ đến ngày %s (UTC), còn %d ngày", until, days(left)),
		EN: fmt.Sprintf("Valid until %s (UTC), for %d more days", until, days(left)),
	})
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
