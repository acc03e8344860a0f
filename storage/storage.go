// Package storage opens the engines that keep documents and files, by their
// addresses. Each engine is a package of its own and knows nothing of the
// others; what they promise is written in package trace and checked by
// storagetest.
package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/minio"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

// Config says where things are kept.
type Config struct {
	// Documents is sqlite:PATH, or a MongoDB connection string
	// (mongodb://… or mongodb+srv://…).
	Documents string
	// Files is dir:PATH, or the bucket of an S3 object store,
	// s3://ACCESS:SECRET@HOST/BUCKET as minio.ParseURL reads it.
	Files string
	// FilesLater lets Open succeed while the object store is away: its methods
	// then fail until it is back.
	FilesLater bool
	// Kinds are all collections of documents that will be used.
	Kinds []trace.Kind
	// Removable are those of Kinds whose documents can be removed, each declared
	// by the package that owns it: they hold what must not be kept for ever,
	// and nothing relies on their history. See trace.Store.
	Removable []trace.Kind
}

// Stores are open engines.
type Stores struct {
	Documents trace.Store
	Files     trace.Files

	closers []io.Closer
}

// Open opens both engines. An error names the setting that is at fault and
// never shows a password.
func Open(ctx context.Context, c Config) (*Stores, error) {
	s := &Stores{}
	if err := s.openDocuments(ctx, c); err != nil {
		return nil, fmt.Errorf("setting documents (%s): %w", Redact(c.Documents), errors.Join(err, s.Close()))
	}
	if err := s.openFiles(ctx, c); err != nil {
		return nil, fmt.Errorf("setting files (%s): %w", Redact(c.Files), errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *Stores) openDocuments(ctx context.Context, c Config) error {
	for _, kind := range c.Removable {
		if !slices.Contains(c.Kinds, kind) {
			return fmt.Errorf("%w: kind %s is removable but not among the kinds", trace.ErrInvalid, kind)
		}
	}
	switch scheme, path := split(c.Documents); scheme {
	case "sqlite":
		if path == "" {
			return fmt.Errorf("%w: sqlite: needs the path of a file behind it", trace.ErrInvalid)
		}
		db, err := sqlite.Open(ctx, path, c.Removable...)
		if err != nil {
			return err
		}
		s.Documents, s.closers = db, append(s.closers, db)
	case "mongodb", "mongodb+srv":
		db, err := mongo.Open(ctx, c.Documents, c.Kinds, c.Removable...)
		if err != nil {
			return err
		}
		s.Documents, s.closers = db, append(s.closers, db)
	default:
		return fmt.Errorf("%w: want sqlite:PATH, mongodb://… or mongodb+srv://…", trace.ErrInvalid)
	}
	return nil
}

func (s *Stores) openFiles(ctx context.Context, c Config) error {
	switch scheme, path := split(c.Files); scheme {
	case "dir":
		if path == "" {
			return fmt.Errorf("%w: dir: needs the path of a directory behind it", trace.ErrInvalid)
		}
		files, err := dir.Open(path)
		if err != nil {
			return err
		}
		s.Files, s.closers = files, append(s.closers, files)
	case "s3":
		config, err := minio.ParseURL(c.Files)
		if err != nil {
			return err
		}
		config.Later = c.FilesLater
		files, err := minio.Open(ctx, config)
		if err != nil {
			return err
		}
		s.Files, s.closers = files, append(s.closers, files)
	default:
		return fmt.Errorf("%w: want dir:PATH or s3://ACCESS:SECRET@HOST/BUCKET", trace.ErrInvalid)
	}
	return nil
}

// split cuts an address behind its scheme.
func split(address string) (scheme, rest string) {
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok {
		return "", address
	}
	return strings.ToLower(scheme), rest
}

// Close closes what was opened, the last one first.
func (s *Stores) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i].Close())
	}
	return errors.Join(errs...)
}

// Redact is an address as it may be shown: without user, password and
// options. Of one that is mistyped only the scheme is shown, since nobody knows
// where its password is.
func Redact(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		switch scheme, _ := split(address); scheme {
		case "sqlite", "dir":
			return address
		case "":
			return strings.Repeat("*", min(len(address), 3))
		default:
			return scheme + ":***"
		}
	}
	// In this order: a password that should have been escaped may contain a ?.
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = "***@" + rest[i+1:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	return scheme + "://" + rest
}
