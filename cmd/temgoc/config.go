package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"temgoc/storage"
)

// configCmd prints the configuration of serve. It opens nothing.
type configCmd struct{ serveCmd }

// Run implements the command. It fails when serve would refuse the
// configuration.
func (c *configCmd) Run(parsed *kong.Context, read secrets, out terminal) error {
	c.storeFlags = c.withDefaults()
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	flags := slices.SortedFunc(slices.Values(parsed.Selected().Flags), func(a, b *kong.Flag) int { return cmp.Compare(a.Name, b.Name) })
	for _, flag := range flags {
		source := origin(parsed, flag)
		if path, ok := read.files[flag.Name]; ok {
			source += ", read from " + path
		}
		fmt.Fprintf(w, "%s: %s\t# %s\n", flag.Name, shown(flag), source)
	}
	return errors.Join(w.Flush(), c.webFlags.check(), c.safe())
}

// shown is the value of a flag, without passwords.
func shown(flag *kong.Flag) string {
	value := flag.Target.Interface()
	if flag.Tag.Type == "secret" {
		value = storage.Redact(flag.Target.String())
	}
	switch v := value.(type) {
	case string:
		if v == "" {
			return `""`
		}
		return v
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// origin says where the value of a flag comes from.
func origin(parsed *kong.Context, flag *kong.Flag) string {
	for _, step := range slices.Backward(parsed.Path) {
		switch {
		case step.Flag != flag:
		case step.Resolved:
			return "configuration file"
		default:
			return "command line"
		}
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return "environment " + name
		}
	}
	return "default"
}
