package sweep

import (
	"iter"
	"strings"

	"temgoc/internal/trace"
)

// mentions gives every SHA-256 that a revision has anywhere, in hexadecimal
// digits: as its id, among its terms, in its content or what is personal in it.
// What is none of a file is given too; one mention too many only keeps a file.
func mentions(r trace.Revision) iter.Seq[trace.Digest] {
	return func(yield func(trace.Digest) bool) {
		for _, text := range append([]string{r.ID, string(r.Body), string(r.Personal)}, r.Refs...) {
			for d := range digests(text) {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// digits is the length of a digest in hexadecimal digits.
const digits = 2 * len(trace.Digest{})

// digests gives what may be a digest in a text: each 64 hexadecimal digits side
// by side.
func digests(text string) iter.Seq[trace.Digest] {
	return func(yield func(trace.Digest) bool) {
		for start, n := 0, 0; n < len(text); n++ {
			if !strings.ContainsRune("0123456789abcdefABCDEF", rune(text[n])) {
				start = n + 1
				continue
			}
			if n+1-start < digits {
				continue
			}
			if d, err := trace.ParseDigest(text[n+1-digits : n+1]); err == nil && !yield(d) {
				return
			}
		}
	}
}
