package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"temgoc/internal/trace"
)

// schemaRemarks says how tables and indexes of a store differ from what they
// should be, each with the remedy.
func schemaRemarks(ctx context.Context, store trace.Store) ([]string, error) {
	engine, ok := store.(interface {
		Schema(context.Context) ([]string, error)
	})
	if !ok {
		return nil, nil
	}
	return engine.Schema(ctx)
}

// remark logs them, as one line.
func remark(ctx context.Context, store trace.Store, logger *slog.Logger) {
	remarks, err := schemaRemarks(ctx, store)
	if err == nil && len(remarks) > 0 {
		err = errors.New(strings.Join(remarks, "; "))
	}
	if err != nil {
		logger.WarnContext(ctx, "tables and indexes are not as they should be (temgoc doctor says it again)", slog.Any("error", err))
	}
}
