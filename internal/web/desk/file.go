package desk

import (
	"context"
	"errors"
	"slices"

	"temgoc/internal/trace"
)

// A File is an uploaded file. Field is the name of its input.
type File struct {
	Field, Name string
	Content     []byte
}

// A Keeper stores a file: AddFile or AddPhoto of the ledger.
type Keeper func(ctx context.Context, w trace.Write, name string, content []byte) (trace.Stored[trace.File], error)

// KeepFiles stores the files that came with a form, each by the keeper of its
// input, and gives their digests. The same content is one file however often it
// is sent, so no key goes with it: a form that is refused afterwards may come
// back with other files. What is wrong with a file is told at its input.
func (v *Visit) KeepFiles(keepers map[string]Keeper) ([]trace.Digest, error) {
	var kept []trace.Digest
	for _, f := range v.Files {
		keep := keepers[f.Field]
		if keep == nil {
			continue
		}
		s, err := keep(v.Context(), trace.Write{By: v.Actor}, f.Name, f.Content)
		if err != nil {
			return nil, Renamed(err, "file", f.Field)
		}
		kept = append(kept, s.Data.SHA256)
	}
	return kept, nil
}

// Renamed leads what is wrong with one field to another one.
func Renamed(err error, from, to string) error {
	var fields trace.FieldErrors
	if !errors.As(err, &fields) || !slices.ContainsFunc(fields, func(f trace.FieldError) bool { return f.Field == from }) {
		return err
	}
	fields = slices.Clone(fields)
	for i := range fields {
		if fields[i].Field == from {
			fields[i].Field = to
		}
	}
	return fields
}
