package limit

import (
	"hash/maphash"
	"net/http"
	"net/netip"
	"slices"
)

// A Who is who asks, as far as rules tell them apart.
type Who struct {
	key  uint64
	free bool // not limited
}

// Who tells who asks: the client with this address, which the caller has found out
// behind its proxies. One that asks directly from an address that is not to be
// limited is free; what was forwarded never is.
func (l *Limits) Who(r *http.Request, client string) Who {
	if l == nil {
		return Who{free: true}
	}
	key := clientKey(client)
	w := Who{key: maphash.Comparable(l.seed, key)}
	if len(l.free) == 0 || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return w
	}
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return w
	}
	addr := remote.Addr().Unmap()
	w.free = slices.ContainsFunc(l.free, func(p netip.Prefix) bool { return p.Contains(addr) })
	return w
}

// Person is who asks where rules tell persons apart; a free client's is free too.
func (l *Limits) Person(w Who, id string) Who {
	if l == nil {
		return w
	}
	return Who{key: maphash.String(l.seed, id), free: w.free}
}

// clientKey is what counts as one client. Whatever is no address is one client too.
func clientKey(client string) netip.Prefix {
	addr, err := netip.ParseAddr(client)
	if err != nil {
		return netip.Prefix{}
	}
	return ClientKey(addr)
}

// ClientKey is what counts as one client: an address, or of IPv6 the network of 64
// bits.
func ClientKey(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	key, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return key
}
