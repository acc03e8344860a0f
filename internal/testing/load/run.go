package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"syscall"
	"time"
)

// A Load is what is asked for, and how often.
type Load struct {
	// Rate is how many requests are due in a second.
	Rate int
	For  time.Duration
	// Replicas are asked in turn, each through so many connections.
	Replicas []string
	Wires    int
	// Groups name what is measured apart, and Right tells of each which statuses are
	// no errors.
	Groups []string
	Right  func(group, status int) bool
	// Next makes the requests, one after the other.
	Next func() Shot
}

// A sample is what became of one request.
type sample struct {
	due, took time.Duration // from the start, and from when it was due
	group     int
	status    int
}

// A Result is what became of a Load.
type Result struct {
	Load
	samples []sample
	// Errors counts what was wrong, by group and kind.
	Errors map[string]int
	// Unsent is how many requests were not sent, because too many waited already or
	// their turn did not come until long after the end.
	Unsent int
}

// backlog is how many requests wait for a connection at most.
const backlog = 20_000

type due struct {
	shot Shot
	at   time.Time
}

// Run asks until the time is over, or ctx ends.
func (l Load) Run(ctx context.Context) *Result {
	ctx, cancel := context.WithTimeout(ctx, l.For)
	defer cancel()
	start := time.Now()
	queues := make([]chan due, len(l.Replicas))
	workers := make([]*worker, 0, len(l.Replicas)*l.Wires)
	var group sync.WaitGroup
	for i, addr := range l.Replicas {
		queues[i] = make(chan due, backlog)
		for range l.Wires {
			w := &worker{load: &l, start: start, wire: wire{addr: addr}, errors: map[string]int{}}
			workers = append(workers, w)
			group.Go(func() { w.run(queues[i]) })
		}
	}
	out := &Result{Load: l, Errors: map[string]int{}}
	out.Unsent = l.schedule(ctx, start, queues)
	for _, q := range queues {
		close(q)
	}
	group.Wait()
	for _, w := range workers {
		out.samples = append(out.samples, w.samples...)
		out.Unsent += w.unsent
		for kind, n := range w.errors {
			out.Errors[kind] += n
		}
	}
	return out
}

// schedule hands out requests when they are due.
func (l Load) schedule(ctx context.Context, start time.Time, queues []chan due) (unsent int) {
	every := time.Second / time.Duration(l.Rate)
	for n := 0; ; {
		at := start.Add(time.Duration(n) * every)
		if wait := time.Until(at); wait > 0 {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return unsent
			}
			continue
		}
		if ctx.Err() != nil {
			return unsent
		}
		select {
		case queues[n%len(queues)] <- due{l.Next(), at}:
		default:
			unsent++
		}
		n++
	}
}

// A worker asks through one connection.
type worker struct {
	load    *Load
	start   time.Time
	wire    wire
	samples []sample
	errors  map[string]int
	unsent  int
}

func (w *worker) run(queue <-chan due) {
	defer w.wire.close()
	for d := range queue {
		if time.Since(w.start) > w.load.For+patience {
			w.unsent++
			continue
		}
		status, err := w.wire.ask(d.shot)
		s := sample{due: d.at.Sub(w.start), took: time.Since(d.at), group: d.shot.Group, status: status}
		name := w.load.Groups[s.group] + ": "
		switch {
		case err != nil:
			w.errors[name+kindOf(err)]++
		case !w.load.Right(s.group, status):
			w.errors[fmt.Sprintf("%sstatus %d", name, status)]++
		}
		w.samples = append(w.samples, s)
	}
}

// kindOf names an error without what differs from one to the next.
func kindOf(err error) string {
	switch {
	case isTimeout(err):
		return "no answer in time"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	}
	return err.Error()
}

// Times are how long the requests of a group took.
type Times struct {
	N                  int
	P50, P95, P99, Max time.Duration
}

// Times of a group; of all groups when it is negative.
func (r *Result) Times(group int) Times {
	return timesOf(r.samples, func(s sample) bool { return group < 0 || s.group == group })
}

// Parts are the times of a group in parts of the run of equal length.
func (r *Result) Parts(group, n int) []Times {
	out := make([]Times, n)
	each := r.For / time.Duration(n)
	for i := range out {
		from, to := time.Duration(i)*each, time.Duration(i+1)*each
		out[i] = timesOf(r.samples, func(s sample) bool { return s.group == group && s.due >= from && s.due < to })
	}
	return out
}

// Statuses counts the answers of a group by their status.
func (r *Result) Statuses(group int) map[int]int {
	out := map[int]int{}
	for _, s := range r.samples {
		if s.group == group {
			out[s.status]++
		}
	}
	return out
}

func timesOf(samples []sample, in func(sample) bool) Times {
	var took []time.Duration
	for _, s := range samples {
		if in(s) {
			took = append(took, s.took)
		}
	}
	if len(took) == 0 {
		return Times{}
	}
	slices.Sort(took)
	// The smallest time that so large a share did not exceed.
	at := func(q float64) time.Duration { return took[max(0, int(q*float64(len(took))+0.999999)-1)] }
	return Times{N: len(took), P50: at(0.50), P95: at(0.95), P99: at(0.99), Max: took[len(took)-1]}
}
