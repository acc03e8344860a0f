// Package peer judges the server of a store by its address and by what it is
// told of who we are: what would let others read along, or in.
package peer

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// A Peer is a server as it is about to be connected to.
type Peer struct {
	Hosts          []string // each host, host:port, or the path of a Unix socket
	User, Password string
	TLS            bool
	// Unverified says that the certificate of the server is not checked.
	Unverified bool
}

// Weaknesses says what is wrong with a connection, nothing when it is as it
// should be. On the machine itself anything will do but a password that
// everybody knows.
func (p Peer) Weaknesses() []string {
	var found []string
	if p.User != "" && wellKnown(p.User, p.Password) {
		found = append(found, "the password is empty, well known, or taken from an example")
	}
	remote := slices.DeleteFunc(slices.Clone(p.Hosts), loopback)
	if len(remote) == 0 {
		return found
	}
	if p.User == "" {
		found = append(found, "nobody has to sign in at "+remote[0]+": everybody in its network can read and change all that is kept; give the service an account of its own")
	}
	if p.TLS && p.Unverified {
		found = append(found, "the certificate of "+remote[0]+" is not verified: anybody on the way can pretend to be the server")
	}
	if far := slices.DeleteFunc(remote, near); !p.TLS && len(far) > 0 {
		found = append(found, "the connection to "+far[0]+" is not encrypted, and it is not in a private network")
	}
	return found
}

// wellKnown are passwords with which servers are installed or shown in
// examples, and the user's own name.
func wellKnown(user, password string) bool {
	lower := strings.ToLower(password)
	known := []string{"", strings.ToLower(user), "minioadmin", "password", "admin", "root", "secret", "example", "temgoc", "123456", "12345678"}
	return slices.Contains(known, lower) || strings.Contains(lower, "change-me") || strings.Contains(lower, "changeme")
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	if strings.HasPrefix(host, "/") || strings.HasSuffix(host, ".sock") {
		return true
	}
	host = hostname(host)
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// near tells whether a host can only be in a network of the operator's own: it
// has a private address, or a name that means nothing to the rest of the world.
func near(host string) bool {
	host = strings.ToLower(hostname(host))
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsPrivate() || addr.IsLinkLocalUnicast()
	}
	if !strings.Contains(host, ".") {
		return true
	}
	for _, domain := range []string{".internal", ".local", ".lan", ".home.arpa", ".svc"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

// hostname is a host without its port and brackets.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}
