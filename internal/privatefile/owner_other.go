//go:build !unix

package privatefile

import "io/fs"

// handed is about owners that only Unix has.
func handed(fs.FileInfo) bool { return false }
