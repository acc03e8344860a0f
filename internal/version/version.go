// Package version says which version of the program this is, to people, to
// other programs and to the stores, which keep what made their format.
package version

import "runtime/debug"

// stamped is what tools/release.sh writes into the binary, with
// -ldflags "-X temgoc/internal/version.stamped=…".
var stamped string

// String is what the release script, or else the Go tool, wrote into the
// binary.
func String() string {
	if stamped != "" {
		return stamped
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && v == "(devel)" {
			v = s.Value
		}
	}
	if v == "" {
		return "unknown"
	}
	return v
}
