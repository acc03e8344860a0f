package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"temgoc/internal/privatefile"
)

// settings is a configuration file: the names of flags, whatever command they
// belong to, with their values. One file serves every command.
type settings map[string]any

// readSettings is the kong.ConfigurationLoader for YAML files.
func readSettings(r io.Reader) (kong.Resolver, error) {
	var s settings
	if err := yaml.NewDecoder(r).Decode(&s); err != nil && err != io.EOF {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	if err := s.private(r); err != nil {
		return nil, fmt.Errorf("configuration file: it has a password in it: %w", err)
	}
	return s, nil
}

// private refuses a file with passwords that others can read.
func (s settings) private(r io.Reader) error {
	f, ok := r.(*os.File)
	if !ok {
		return nil
	}
	for _, name := range []string{"documents", "files", "mail-server"} {
		if text, ok := s[name].(string); !ok || !strings.Contains(text, "@") {
			continue
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		return privatefile.CheckMode(f.Name(), info)
	}
	return nil
}

// Validate refuses a setting that no flag has: a slip of the pen must not
// leave a default in force.
func (s settings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(n kong.Visitable, next kong.Next) error {
		if f, ok := n.(*kong.Flag); ok {
			known[f.Name] = true
		}
		return next(nil)
	})
	for name := range s {
		if err == nil && !known[name] {
			err = fmt.Errorf("configuration file: there is no setting %q", name)
		}
	}
	return err
}

// Resolve implements kong.Resolver. kong asks it after the environment, which
// is to win over the file all the same.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return s[flag.Name], nil
}

// secrets reads flags with a password in them. A value file:FILE means that the
// value is what stands in that file, which nobody else may read: so it comes
// neither on the command line nor into the environment.
type secrets struct {
	files map[string]string // by the name of the flag, where it was read from
}

// Decode implements kong.Mapper.
func (s secrets) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	var value string
	if err := ctx.Scan.PopValueInto("string", &value); err != nil {
		return err
	}
	delete(s.files, ctx.Value.Name)
	if path, ok := strings.CutPrefix(value, "file:"); ok {
		content, err := privatefile.Read(path)
		if err != nil {
			return err
		}
		if value = strings.TrimSpace(string(content)); value == "" {
			return errors.New(path + " is empty")
		}
		s.files[ctx.Value.Name] = path
	}
	target.SetString(value)
	return nil
}
