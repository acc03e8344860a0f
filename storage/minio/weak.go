package minio

import "temgoc/storage/internal/peer"

// Weaknesses says what makes a connection with this Config unsafe.
func (c Config) Weaknesses() []string {
	return peer.Peer{Hosts: []string{c.Endpoint}, User: c.AccessKey, Password: c.SecretKey, TLS: c.TLS}.Weaknesses()
}
