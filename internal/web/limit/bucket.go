package limit

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// shards is how many locks the buckets of one rule have.
const shards = 32

// buckets are those of one rule.
type buckets struct {
	rule    Rule
	all     *rate.Limiter // nil for no bound
	shards  []shard
	refused atomic.Int64
}

type shard struct {
	mu  sync.Mutex
	lru *simplelru.LRU[uint64, *rate.Limiter]
}

func newBuckets(r Rule) *buckets {
	b := &buckets{rule: r}
	if r.All.Burst > 0 {
		b.all = rate.NewLimiter(rate.Every(r.All.Every), r.All.Burst)
	}
	if r.Each.Burst == 0 {
		return b
	}
	b.shards = make([]shard, shards)
	for i := range b.shards {
		lru, err := simplelru.NewLRU[uint64, *rate.Limiter](r.Kept/shards, nil)
		if err != nil {
			panic(err) // only for a size below one, which no rule has
		}
		b.shards[i].lru = lru
	}
	return b
}

// own is the bucket of a key, made when create is set, else nil where there is none:
// it is full then.
func (b *buckets) own(key uint64, create bool) *rate.Limiter {
	if b.shards == nil {
		return nil
	}
	s := &b.shards[key%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.lru.Get(key)
	if !ok && create {
		l = rate.NewLimiter(rate.Every(b.rule.Each.Every), b.rule.Each.Burst)
		s.lru.Add(key, l)
	}
	return l
}

// wait is how long until a bucket has one to give; zero when it has.
func wait(l *rate.Limiter, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	missing := 1 - l.TokensAt(now)
	if missing <= 1e-9 {
		return 0
	}
	// Rounded, for what floating point leaves of whole seconds.
	return time.Duration(missing / float64(l.Limit()) * float64(time.Second)).Round(time.Microsecond)
}

// take takes one out of the bucket of a key, or says how long to wait; nothing is
// taken then.
func (b *buckets) take(key uint64, now time.Time) time.Duration {
	if b.rule.Slow == 0 { // what is made to wait is not refused
		if d := wait(b.all, now); d > 0 {
			return d
		}
	}
	own := b.own(key, true)
	if own != nil && !own.AllowN(now, 1) {
		return max(wait(own, now), time.Nanosecond)
	}
	if b.rule.Slow == 0 && b.all != nil && !b.all.AllowN(now, 1) {
		return max(wait(b.all, now), time.Nanosecond)
	}
	return 0
}

// len is how many buckets there are.
func (b *buckets) len() (n int) {
	for i := range b.shards {
		s := &b.shards[i]
		s.mu.Lock()
		n += s.lru.Len()
		s.mu.Unlock()
	}
	return n
}
