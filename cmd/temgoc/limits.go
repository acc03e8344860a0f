package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/web/limit"
)

// limits are those of this replica.
func (f webFlags) limits(logger *slog.Logger, metrics prometheus.Registerer) (*limit.Limits, error) {
	c := limit.Config{Logger: logger, Metrics: metrics}
	for _, text := range f.Unlimited {
		if text == "" { // none, instead of the machine itself
			continue
		}
		network, err := parseNetwork(text)
		if err != nil {
			return nil, fmt.Errorf("--unlimited: %w", err)
		}
		if network.Bits() == 0 {
			return nil, fmt.Errorf("--unlimited: %s is the whole world, and nobody would be limited", text)
		}
		c.Free = append(c.Free, network)
	}
	return limit.New(c)
}

// crowded are the addresses from which any number of connections may come: of
// proxies, which speak for many, and of those who are not limited.
func (f webFlags) crowded() []string {
	return slices.DeleteFunc(slices.Concat(f.TrustedProxies, f.Unlimited), func(text string) bool { return text == "" })
}

// parseNetwork reads an address or a network.
func parseNetwork(text string) (netip.Prefix, error) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.Masked(), nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}
