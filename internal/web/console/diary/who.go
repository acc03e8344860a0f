package diary

import (
	"slices"

	"temgoc/internal/trace"
)

// byOf are the actors who wrote the revisions.
func byOf[T any](history []trace.Stored[T]) []string {
	var ids []string
	for _, s := range history {
		if !slices.Contains(ids, s.By) {
			ids = append(ids, s.By)
		}
	}
	return ids
}
