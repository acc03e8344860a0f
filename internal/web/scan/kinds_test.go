package scan_test

import (
	"slices"

	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/trace"
)

// loggedKinds are those whose documents pages show.
func loggedKinds() []trace.Kind {
	var logged []trace.Kind
	for _, k := range slices.Concat(trace.AuditKinds(), printing.AuditKinds(), sighting.AuditKinds()) {
		logged = append(logged, k.Kind)
	}
	return append(logged, trace.KindErasures)
}
