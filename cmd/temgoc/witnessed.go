package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/proof"
	"temgoc/internal/proof/cosignature"
	"temgoc/internal/proof/feed"
	"temgoc/internal/proof/policy"
)

// cosignFlags say who witnesses the log of the service.
type cosignFlags struct {
	Witness       []string      `help:"Witness that cosigns the log: its public key, a space, and its address. Several are separated by semicolons, or the flag is repeated." sep:";" placeholder:"\"VKEY URL\""`
	WitnessQuorum int           `help:"How many of them are enough (default: more than half)." placeholder:"N"`
	WitnessEvery  time.Duration `help:"How often they are shown what is new." default:"5s" placeholder:"TIME"`
}

// policyText is who is to be believed about the log of the service, as C2SP
// tlog-policy. It is also what others may begin their own policy with.
func (f cosignFlags) policyText(vkey, publicURL string) (string, error) {
	text := fmt.Sprintf("log %s %s/log/\n", vkey, strings.TrimSuffix(publicURL, "/"))
	var names []string
	for _, w := range f.Witness {
		key, address, _ := strings.Cut(strings.TrimSpace(w), " ")
		v, err := cosignature.NewVerifier(key)
		if err != nil {
			return "", fmt.Errorf("--witness %.200q: %w", w, err)
		}
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLocal(u.Hostname())) {
			return "", fmt.Errorf("--witness %.200q: after the key and a space comes its address, such as https://witness.example.vn", w)
		}
		text += fmt.Sprintf("witness %s %s %s\n", v.Name(), key, address)
		names = append(names, v.Name())
	}
	if len(names) == 0 {
		return text + "quorum none\n", nil
	}
	quorum := f.WitnessQuorum
	if quorum == 0 {
		quorum = len(names)/2 + 1
	}
	return text + fmt.Sprintf("group enough-witnesses %d %s\nquorum enough-witnesses\n", quorum, strings.Join(names, " ")), nil
}

// A witnessing is how the log of the service gets its witnesses.
type witnessing struct {
	policy string
	feeder *feed.Feeder // nil where no witness is set up
}

func (s *service) witnessing(f webFlags, logger *slog.Logger, metrics prometheus.Registerer) (*witnessing, error) {
	text, err := f.policyText(s.logKey.VKey, f.PublicURL)
	if err != nil {
		return nil, err
	}
	p, err := policy.Parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("--witness: %w", err)
	}
	w := &witnessing{policy: text}
	if len(p.Witnesses) == 0 {
		return w, nil
	}
	if f.WitnessEvery < time.Second {
		return nil, errors.New("--witness-every: a second or more")
	}
	w.feeder = feed.New(feed.Config{Log: shownLog{s.log}, Store: s.log, Policy: p, Every: f.WitnessEvery, Logger: logger})
	return w, metrics.Register(w.feeder)
}

// Run shows the log to its witnesses until ctx ends.
func (w *witnessing) Run(ctx context.Context) error {
	if w.feeder == nil {
		return nil
	}
	return w.feeder.Run(ctx)
}

// String says what is witnessed.
func (w *witnessing) String() string {
	if w.feeder == nil {
		return "none; only this service vouches for its log"
	}
	return w.feeder.Status().String()
}

// shownLog is the log as witnesses are shown it: with what other replicas
// appended.
type shownLog struct{ *proof.Log }

// Checkpoint implements feed.Log.
func (l shownLog) Checkpoint(ctx context.Context) ([]byte, error) {
	if err := l.CatchUp(ctx); err != nil {
		return nil, err
	}
	if text := l.Log.Checkpoint(); text != "" {
		return []byte(text), nil
	}
	return nil, nil
}
