package backup

import "temgoc/internal/trace"

// A Pace says how far a run is.
type Pace struct {
	// Step is what is being done, in words.
	Step string
	// Kind is which kind of documents it is done with, if any.
	Kind trace.Kind
	// Revisions, Counters and Files are how many went through, Bytes how many
	// were written or read at the target.
	Revisions, Counters, Files, Bytes int64
	// Of is how many Bytes there will be; 0 when it is not known.
	Of int64
}
