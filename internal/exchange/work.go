package exchange

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

const (
	// leaseTime is how long a worker has an import without being heard of; it
	// renews its hold after half of it.
	leaseTime = time.Minute
	// pollEvery is how often a worker looks for imports that others have left.
	pollEvery = 5 * time.Second
	// countEvery is after how many rows progress is stored.
	countEvery = 20
	// releaseTimeout bounds what a worker does when it is to end.
	releaseTimeout = 3 * time.Second
)

// system is in whose name workers write what concerns the import itself. Rows
// are written in the name of who started it.
var system = trace.Write{By: trace.Actor{ID: "import-worker"}}

// Work writes the rows of running imports until ctx ends: those that Run starts
// in this process at once, and those that another process left. Every replica
// has a worker.
func (e *Exchange) Work(ctx context.Context) error {
	name := rand.Text()
	for {
		e.pass(ctx, name)
		wait := time.NewTimer(pollEvery)
		select {
		case <-ctx.Done():
			wait.Stop()
			return nil
		case <-e.wake:
			wait.Stop()
		case <-wait.C:
		}
	}
}

// pass works on every import that no other worker has.
func (e *Exchange) pass(ctx context.Context, worker string) {
	running, err := trace.All[Import](ctx, e.ledger, runningTerm)
	if err != nil {
		e.log(ctx, "imports cannot be looked for", "", err)
		return
	}
	for _, s := range running {
		taken, err := e.take(ctx, worker, s.ID)
		if errors.Is(err, trace.ErrConflict) {
			continue // another worker has it
		}
		if err == nil {
			err = e.carryOn(ctx, worker, taken)
		}
		if err != nil {
			e.log(ctx, "an import was interrupted and will be continued", s.ID, err)
		}
	}
}

// log tells what went wrong unless it is that the worker is to end.
func (e *Exchange) log(ctx context.Context, what, id string, err error) {
	if ctx.Err() == nil {
		e.logger.WarnContext(ctx, what, slog.String("import", id), slog.Any("error", err))
	}
}

// errHeld says that another worker has the import, or that it does not run.
var errHeld = fmt.Errorf("%w: the import is not this worker's", trace.ErrConflict)

// take gives an import that nobody works on to a worker.
func (e *Exchange) take(ctx context.Context, worker, id string) (trace.Stored[Import], error) {
	free := func(i Import) error {
		if i.State != Running || i.Worker != "" && !e.ledger.Now().After(i.Until) {
			return errHeld
		}
		return nil
	}
	return trace.Update(ctx, e.ledger, system, id, free, func(i *Import) error {
		i.Attempt++
		i.Worker, i.Until = worker, e.ledger.Now().Add(leaseTime)
		return nil
	})
}

// change changes an import that the worker has.
func (e *Exchange) change(ctx context.Context, worker, id string, change func(*Import)) (trace.Stored[Import], error) {
	mine := func(i Import) error {
		if i.State != Running || i.Worker != worker {
			return errHeld
		}
		return nil
	}
	return trace.Update(ctx, e.ledger, system, id, mine, func(i *Import) error {
		change(i)
		return nil
	})
}

// A job is one attempt at an import.
type job struct {
	*Exchange
	worker string
	id     string
	Import
	there   map[int]bool
	uncount int // rows that progress does not count yet
}

// carryOn goes through the rows of an import that the worker has. The error is
// why it was interrupted: the import is then free for another attempt.
func (e *Exchange) carryOn(ctx context.Context, worker string, s trace.Stored[Import]) error {
	j := &job{Exchange: e, worker: worker, id: s.ID, Import: s.Data, there: map[int]bool{}}
	for _, n := range s.Data.There {
		j.there[n] = true
	}
	err := j.run(ctx)
	if err == nil || errors.Is(err, errHeld) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	_, released := e.change(ctx, worker, s.ID, func(i *Import) { i.Worker, i.Until = "", time.Time{} })
	return errors.Join(err, released)
}

func (j *job) run(ctx context.Context) error {
	by := trace.Actor(j.Actor)
	file, err := j.reread(ctx, by, j.Import)
	if err != nil {
		return err
	}
	d := newDirectory(ctx, j.ledger, by, "vi")
	for n := j.Next; n < len(file.Rows); n++ {
		if err := errors.Join(ctx.Err(), j.hold(ctx)); err != nil {
			return err
		}
		if !j.there[n] {
			err = sheets()[j.Table].create(d, j.write(by, file.Rows[n]), file.Rows[n], file.Columns)
		}
		if isTemporary(err) {
			return err
		}
		if err != nil {
			return j.stop(ctx, n, file.Rows[n], err)
		}
		j.count(ctx)
	}
	return j.finish(ctx, len(file.Rows))
}

// isTemporary tells whether a row that failed so can be tried again.
func isTemporary(err error) bool {
	return errors.Is(err, trace.ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// write is in whose name a row is written, with a key by which it is known when
// it is written again.
func (j *job) write(by trace.Actor, row spreadsheet.Row) trace.Write {
	number := strconv.Itoa(row.Number)
	sum := sha256.Sum256([]byte(string(j.Table) + "\x00" + j.SHA256.String() + "\x00" + number))
	return trace.Write{By: by, Op: trace.Op{Key: by.ID + ":import:" + j.id + ":" + number, Hash: hex.EncodeToString(sum[:])}}
}

// hold renews the worker's hold on the import when half of it has passed.
func (j *job) hold(ctx context.Context) error {
	now := j.ledger.Now()
	if j.Until.Sub(now) > leaseTime/2 {
		return nil
	}
	s, err := j.change(ctx, j.worker, j.id, func(i *Import) { i.Until = now.Add(leaseTime) })
	if err == nil {
		j.Until = s.Data.Until
	}
	return err
}

// count notes a row that is done with.
func (j *job) count(ctx context.Context) {
	j.uncount++
	if j.uncount < countEvery {
		return
	}
	now := j.ledger.Now()
	// Progress that is not stored is a number that lags behind, no more.
	if err := j.store.AddCounts(ctx, []trace.Count{{Key: progressKey(j.id, j.Attempt), N: int64(j.uncount), First: now, Last: now}}); err != nil {
		j.log(ctx, "progress of an import was not stored", j.id, err)
	}
	j.uncount = 0
}

// done notes that the rows before the n-th are done with, and gives the import
// back.
func (j *job) done(i *Import, n int) {
	for k := i.Next; k < n; k++ {
		if j.there[k] {
			i.Existed++
		} else {
			i.Created++
		}
	}
	i.Next, i.There, i.Worker, i.Until = n, nil, "", time.Time{}
}

func (j *job) finish(ctx context.Context, rows int) error {
	_, err := j.change(ctx, j.worker, j.id, func(i *Import) {
		j.done(i, rows)
		i.State, i.Finished = Done, j.ledger.Now()
	})
	return err
}

// errSystem is what people read of a failure that is none of theirs.
var errSystem = catalog.Name{
	VI: "hệ thống gặp lỗi khi ghi dòng này; hãy thử lại, và báo quản trị viên nếu lỗi lặp lại",
	EN: "the service failed to write this row; try again, and tell the administrator if it happens again",
}

// stop ends the attempt at a row that was refused.
func (j *job) stop(ctx context.Context, n int, row spreadsheet.Row, why error) error {
	stop := Stop{Row: row.Number, Message: errSystem}
	if r, ok := errors.AsType[*refusal](why); ok {
		stop.Column, stop.Message = r.problems[0].Column, r.problems[0].Message
	} else {
		j.log(ctx, "a row of an import failed", j.id, why)
	}
	_, err := j.change(ctx, j.worker, j.id, func(i *Import) {
		j.done(i, n)
		i.State, i.Stop = Stopped, &stop
	})
	return err
}
