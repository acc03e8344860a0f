// Package health looks at what an operator must know of a service and says in
// words what is wrong, why it matters and what to do. The command doctor, the
// status page of the console and the metrics all tell what is found here.
package health

import (
	"temgoc/internal/catalog"
)

// A Level is how bad a finding is.
type Level string

// The levels, from good to bad.
const (
	Good Level = "good" // nothing to do
	Warn Level = "warn" // something to do soon, or that could not be found out
	Bad  Level = "bad"  // something to do now
)

// Levels lists them from good to bad.
func Levels() []Level { return []Level{Good, Warn, Bad} }

// Name is the level in words.
func (l Level) Name() catalog.Name {
	switch l {
	case Good:
		return catalog.Name{VI: "Ổn", EN: "In order"}
	case Warn:
		return catalog.Name{VI: "Cần lưu ý", EN: "Needs attention"}
	}
	return catalog.Name{VI: "Có lỗi", EN: "Wrong"}
}

// A Finding is what one check found. Its what, why and remedy are for people;
// its check is for programs, and the anchor of what docs/runbook.md says more.
type Finding struct {
	Check  string       `json:"check"`
	Level  Level        `json:"level"`
	Title  catalog.Name `json:"title"`
	What   catalog.Name `json:"what"`
	Why    catalog.Name `json:"why,omitzero"`
	Remedy catalog.Name `json:"remedy,omitzero"`
}

// find makes the finding of a check. Why and remedy are told where something is
// to be done.
func find(check string, level Level, what catalog.Name) Finding {
	c, ok := checks[check]
	if !ok {
		panic("health: there is no check " + check)
	}
	f := Finding{Check: check, Level: level, Title: c.title, What: what}
	if level != Good {
		f.Why, f.Remedy = c.why, c.remedy
	}
	return f
}

// Find makes the finding of a check that was made elsewhere: good where err is
// nil, and else bad with the error as what was found.
func Find(check string, good catalog.Name, err error) Finding {
	if err == nil {
		return find(check, Good, good)
	}
	return find(check, Bad, catalog.Name{VI: err.Error(), EN: err.Error()})
}

// At makes the finding of a check that was made elsewhere.
func At(check string, level Level, vi, en string) Finding {
	return find(check, level, catalog.Name{VI: vi, EN: en})
}

// Worst is the worst level of all findings.
func Worst(findings []Finding) Level {
	worst := Good
	for _, f := range findings {
		if f.Level == Bad || f.Level == Warn && worst == Good {
			worst = f.Level
		}
	}
	return worst
}

// Checks lists the names of all checks, in the order of the runbook.
func Checks() []string { return order }
