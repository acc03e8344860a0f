package diary

import (
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// Summary tells in a line what a record is about. Records are told in the same
// words wherever people who sign in read them.
func Summary(l ui.Lang, r trace.RecordData) string { return summary(l, r) }

// Facts are all that a record says.
func Facts(l ui.Lang, r trace.RecordData) []desk.Fact { return facts(l, r) }
