package health

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KindReplicas has a small document of each running process: that it lives, on
// which machine and in which version. It is replaced at every beat, and removed
// when the process stops or was away for a day.
const KindReplicas trace.Kind = "replicas"

// Kinds lists the kinds of documents of this package.
func Kinds() []trace.Kind { return []trace.Kind{KindReplicas} }

// Removable lists those of Kinds that do not stay.
func Removable() []trace.Kind { return Kinds() }

// A Store is where replicas tell that they live; trace.Store is one.
type Store interface {
	Insert(ctx context.Context, r trace.Revision) error
	List(ctx context.Context, q trace.Query) (trace.Page, error)
	Remove(ctx context.Context, kind trace.Kind, id string) error
}

// How replicas tell that they live.
const (
	BeatEvery = 30 * time.Second
	awayAfter = 100 * time.Second // three beats that did not come
	goneAfter = 24 * time.Hour
)

// A Replica is one process of the service.
type Replica struct {
	Instance string    `json:"instance"`
	Host     string    `json:"host"`
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	// At is its last beat.
	At time.Time `json:"-"`
}

// Away tells whether it has not been heard of.
func (r Replica) Away(now time.Time) bool { return now.Sub(r.At) > awayAfter }

// A Heart tells that this process lives.
type Heart struct {
	store Store
	self  Replica
	beats int
}

// NewHeart makes the heart of a process that listens on an address: with the
// name of the machine it is the same before and after a restart.
func NewHeart(store Store, addr, version string, now time.Time) *Heart {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return &Heart{store: store, self: Replica{Instance: host + " " + addr, Host: host, Version: version, Started: now.UTC().Truncate(time.Millisecond)}}
}

// slot is the id of a beat. Two take turns, so that who reads while one is
// replaced finds the other.
func (h *Heart) slot(n int) string { return fmt.Sprintf("%s.%d", h.self.Instance, n%2) }

// Instance tells the process apart from others.
func (h *Heart) Instance() string { return h.self.Instance }

// Beat tells that the process lives.
func (h *Heart) Beat(ctx context.Context, now time.Time) error {
	body, err := json.Marshal(h.self)
	if err != nil {
		return err
	}
	h.beats++
	id := h.slot(h.beats)
	if err := h.store.Remove(ctx, KindReplicas, id); err != nil {
		return err
	}
	at := now.UTC().Truncate(time.Millisecond)
	return h.store.Insert(ctx, trace.Revision{Kind: KindReplicas, ID: id, Number: 1, Created: at, At: at, By: "service", Body: body})
}

// Stop tells that the process is about to stop on purpose.
func (h *Heart) Stop(ctx context.Context) error {
	for n := range 2 {
		if err := h.store.Remove(ctx, KindReplicas, h.slot(n)); err != nil {
			return err
		}
	}
	return nil
}

// ReplicasOf lists the processes of a service by host, and removes what was not
// heard of for a day.
func ReplicasOf(ctx context.Context, store Store, now time.Time) ([]Replica, error) {
	found := map[string]Replica{}
	for q := (trace.Query{Kind: KindReplicas, Limit: 1000}); ; {
		page, err := store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rev := range page.Revisions {
			var r Replica
			if err := json.Unmarshal(rev.Body, &r); err != nil {
				return nil, fmt.Errorf("replica %s: %w", rev.ID, err)
			}
			r.At = rev.At
			if now.Sub(r.At) > goneAfter {
				if err := store.Remove(ctx, KindReplicas, rev.ID); err != nil {
					return nil, err
				}
				continue
			}
			if known, ok := found[r.Instance]; !ok || known.At.Before(r.At) {
				found[r.Instance] = r
			}
		}
		if page.Next == "" {
			break
		}
		q.After = page.Next
	}
	var list []Replica
	for _, r := range found {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b Replica) int { return cmp.Or(cmp.Compare(a.Host, b.Host), a.Started.Compare(b.Started)) })
	return list, nil
}

// ReplicasFinding judges them.
func ReplicasFinding(replicas []Replica, now time.Time) Finding {
	var away, versions []string
	for _, r := range replicas {
		if r.Away(now) {
			away = append(away, r.Host)
		} else if !slices.Contains(versions, r.Version) {
			versions = append(versions, r.Version)
		}
	}
	running := len(replicas) - len(away)
	switch {
	case len(away) > 0:
		return At(Replicas, Bad, fmt.Sprintf("%d máy đang chạy, không thấy: %s", running, strings.Join(away, ", ")),
			fmt.Sprintf("%d running, not heard of: %s", running, strings.Join(away, ", ")))
	case len(versions) > 1:
		return At(Replicas, Warn, "Đang chạy nhiều phiên bản: "+strings.Join(versions, ", "), "Different versions run: "+strings.Join(versions, ", "))
	}
	return find(Replicas, Good, catalog.Name{VI: fmt.Sprintf("%d máy đang chạy, cùng phiên bản", running), EN: fmt.Sprintf("%d running, of one version", running)})
}
