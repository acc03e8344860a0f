package main

import (
	"context"
	"log/slog"
	"time"

	"temgoc/internal/health"
)

// A chore is what a service does by itself, at its start and then now and then.
type chore struct {
	name  string
	every time.Duration
	do    func(context.Context) error
}

// chores are those of every service. Each may be done by several replicas at
// once.
func (s *service) chores() []chore {
	reading := []chore{
		{"following of the log", 5 * time.Second, s.log.CatchUp},
		{"keeping of the log's checkpoint", time.Minute, func(context.Context) error { return s.keepCheckpoint() }},
	}
	if s.flags.readOnly {
		return reading
	}
	return append(reading, []chore{
		{"removal of old sessions", time.Hour, s.people.Sweep},
		{"removal of what was kept of scans", time.Hour, s.sightings.Sweep},
		{"removal of contacts of problem reports", time.Hour, s.ledger.SweepContacts},
		{"logging of what a crash left", 30 * time.Second, s.log.Sweep},
		{"completion of recalls", time.Minute, s.ledger.ResumeRecalls},
		{"completion of erasures", time.Minute, s.privacy.Resume},
		{"removal of who asked about personal data", time.Hour, s.privacy.Sweep},
	}...)
}

// run does the chore until ctx ends. What fails is tried again the next time.
func (c chore) run(ctx context.Context, logger *slog.Logger, book *health.ChoreBook) {
	ticker := time.NewTicker(c.every)
	defer ticker.Stop()
	for {
		err := c.do(ctx)
		if ctx.Err() == nil {
			book.Done(c.name, time.Now(), err)
		}
		if err != nil && ctx.Err() == nil {
			logger.ErrorContext(ctx, "not done, to be tried again", slog.String("chore", c.name), slog.Any("error", err))
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// background is all work beside the answering of requests.
func (s *service) background(logger *slog.Logger, work ...func(context.Context) error) []func(context.Context) error {
	for _, c := range s.chores() {
		s.chorebook.Expect(c.name, c.every, time.Now())
		work = append(work, func(ctx context.Context) error {
			c.run(ctx, logger, s.chorebook)
			return nil
		})
	}
	return work
}
