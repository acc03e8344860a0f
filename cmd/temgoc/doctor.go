package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"temgoc/internal/health"
)

// doctorCmd checks a configuration. It enters nothing; opening MongoDB makes
// sure of its indexes, as every start does.
type doctorCmd struct {
	storeFlags
	webFlags
	JSON      bool   `help:"Print the findings for programs." name:"json"`
	Lang      string `help:"Language of the findings: en or vi." enum:"en,vi" default:"en"`
	KeyCopies string `help:"Directory with the copies of keys.json and log.key, to compare them." placeholder:"DIR"`
}

// examination bounds all checks together.
const examination = 60 * time.Second

// Run implements the command. It fails when something is wrong; what only needs
// attention is told and fails nothing.
func (c doctorCmd) Run(ctx context.Context, out terminal) error {
	ctx, cancel := context.WithTimeout(ctx, examination)
	defer cancel()
	findings := c.examine(ctx)
	if err := c.print(out.out, findings); err != nil {
		return err
	}
	bad := 0
	for _, f := range findings {
		if f.Level == health.Bad {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d check(s) failed", bad)
	}
	return nil
}

// doctored is what programs read.
type doctored struct {
	Level    health.Level     `json:"level"`
	Version  string           `json:"version"`
	Findings []health.Finding `json:"findings"`
}

func (c doctorCmd) print(w io.Writer, findings []health.Finding) error {
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(doctored{health.Worst(findings), version(), findings})
	}
	words := map[health.Level]string{health.Good: "ok  ", health.Warn: "WARN", health.Bad: "BAD "}
	why, remedy := "Why it matters", "What to do"
	if c.Lang == "vi" {
		words = map[health.Level]string{health.Good: "ổn  ", health.Warn: "LƯU Ý", health.Bad: "LỖI "}
		why, remedy = "Vì sao", "Cách sửa"
	}
	for _, f := range findings {
		fmt.Fprintf(w, "%s  %s: %s\n", words[f.Level], f.Title.In(c.Lang), f.What.In(c.Lang))
		if f.Level != health.Good {
			fmt.Fprintf(w, "      %s: %s\n      %s: %s\n", why, f.Why.In(c.Lang), remedy, f.Remedy.In(c.Lang))
		}
	}
	return nil
}
