package inspection

import (
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// recallBadge shows where a recall stands.
func recallBadge(l ui.Lang, s trace.RecallState) desk.Badge {
	text := l.Name(s.Name())
	switch s {
	case trace.RecallProposed:
		return desk.Warn(text)
	case trace.RecallApproved:
		return desk.Bad(text)
	}
	return desk.Calm(text)
}
