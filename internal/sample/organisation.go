package sample

import "temgoc/internal/trace"

// Organisation is the authority or laboratory for which an actor of the role
// speaks in the demonstration; empty for the others.
func Organisation(role trace.Role) string {
	for _, a := range []trace.Actor{office, authority, tester, inspecting} {
		if a.Role == role {
			return a.Organisation
		}
	}
	return ""
}
