package main

import (
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
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
	return s, nil
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
