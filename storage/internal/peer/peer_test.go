package peer

import (
	"strings"
	"testing"
)

func TestWeaknesses(t *testing.T) {
	for name, test := range map[string]struct {
		peer Peer
		want []string // a part of each
	}{
		"this machine":               {Peer{Hosts: []string{"127.0.0.1:27017", "[::1]:1", "localhost", "/run/db.sock"}}, nil},
		"this machine, known secret": {Peer{Hosts: []string{"127.0.0.1:27017"}, User: "a", Password: "minioadmin"}, []string{"well known"}},
		"no account":                 {Peer{Hosts: []string{"127.0.0.1", "10.0.0.1"}, TLS: true}, []string{"nobody has to sign in at 10.0.0.1"}},
		"own name":                   {Peer{Hosts: []string{"db"}, User: "Temgoc-1", Password: "temgoc-1"}, []string{"well known"}},
		"example":                    {Peer{Hosts: []string{"db"}, User: "x", Password: "CHANGE-ME-2"}, []string{"well known"}},
		"private":                    {Peer{Hosts: []string{"192.168.1.4:9000", "[fd00::1]:9000", "minio:9000", "db.temgoc.svc"}, User: "x", Password: "gkq2"}, nil},
		"far and open":               {Peer{Hosts: []string{"db.example.vn"}, User: "x", Password: "gkq2"}, []string{"not encrypted"}},
		"far, in the clear":          {Peer{Hosts: []string{"203.0.113.9:1"}}, []string{"sign in", "not encrypted"}},
		"far":                        {Peer{Hosts: []string{"db.example.vn"}, User: "x", Password: "gkq2", TLS: true}, nil},
		"unverified":                 {Peer{Hosts: []string{"10.0.0.1"}, User: "x", Password: "gkq2", TLS: true, Unverified: true}, []string{"not verified"}},
	} {
		got := test.peer.Weaknesses()
		if len(got) != len(test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: %q, want %q", name, got[i], want)
			}
		}
	}
}
