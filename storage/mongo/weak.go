package mongo

import (
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"temgoc/storage/internal/peer"
)

// Weaknesses says what makes a connection to the server at uri unsafe. Of an
// address that cannot be read it says nothing: Open does.
func Weaknesses(uri string) []string {
	how := options.Client().ApplyURI(uri)
	if how.Validate() != nil {
		return nil
	}
	p := peer.Peer{Hosts: how.Hosts, TLS: how.TLSConfig != nil, Unverified: how.TLSConfig != nil && how.TLSConfig.InsecureSkipVerify}
	if how.Auth == nil {
		return p.Weaknesses()
	}
	p.User, p.Password = how.Auth.Username, how.Auth.Password
	if !how.Auth.PasswordSet || how.Auth.AuthMechanism == "MONGODB-X509" {
		// Who shows a certificate or a ticket has no password to be known.
		p.User, p.Password = "by certificate", "by certificate, which only this machine has"
	}
	return p.Weaknesses()
}
