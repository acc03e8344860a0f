package exchange

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// Run starts an import, or continues one that stopped: it checks the rows that
// are not done with again, in the name of the actor, and hands them to the
// workers. Nothing is written when a row has problems. An import that runs is
// left to run.
func (e *Exchange) Run(ctx context.Context, by trace.Actor, id string) (trace.Stored[Import], error) {
	s, err := e.Import(ctx, by, id)
	if err != nil {
		return s, err
	}
	if !s.Data.Table.MayImport(by) {
		return trace.Stored[Import]{}, trace.ErrNotAllowed
	}
	switch s.Data.State {
	case Running:
		return s, nil
	case Done:
		return trace.Stored[Import]{}, conflict(fmt.Sprintf("tệp này đã được nhập xong ngày %s", trace.DateOf(s.Data.Finished).Vietnamese()),
			fmt.Sprintf("this import was done on %s", trace.DateOf(s.Data.Finished)))
	}
	result, err := e.recheck(ctx, by, s)
	if err != nil {
		return trace.Stored[Import]{}, err
	}
	if result.Wrong > 0 {
		return trace.Stored[Import]{}, conflict(fmt.Sprintf("tệp có %d dòng sai nên chưa dòng nào được nhập thêm; hãy sửa tệp rồi tải lên lại", result.Wrong),
			fmt.Sprintf("the file has %d rows with problems, so that no further row was written; correct the file and upload it again", result.Wrong))
	}
	started, err := e.start(ctx, by, s, result)
	if errors.Is(err, trace.ErrStale) { // another request was faster
		if now, again := e.Import(ctx, by, id); again == nil && now.Data.State == Running {
			return now, nil
		}
	}
	if err == nil {
		e.wakeUp()
	}
	return started, err
}

// start makes a checked or stopped import a running one.
func (e *Exchange) start(ctx context.Context, by trace.Actor, s trace.Stored[Import], result *Result) (trace.Stored[Import], error) {
	return trace.Update(ctx, e.ledger, trace.Write{By: by, If: s.Revision}, s.ID, mayUse(by), func(i *Import) error {
		i.State, i.Actor, i.Wrong, i.Stop, i.There = Running, actor(by), 0, nil, nil
		for n, o := range result.Outcomes {
			if o.Action == Exists {
				i.There = append(i.There, i.Next+n)
			}
		}
		if i.Started.IsZero() {
			i.Started = e.ledger.Now()
		}
		return nil
	})
}

// wakeUp lets a worker of this process look at once.
func (e *Exchange) wakeUp() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// conflict is a refusal because of how things stand.
func conflict(vi, en string) error {
	return &trace.RuleError{Kind: trace.ErrConflict, Message: catalog.Name{VI: vi, EN: en}}
}
