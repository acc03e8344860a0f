// Package leak finds goroutines that the tests of a package leave behind: a cache,
// a counter or a server that was told to stop and did not.
package leak

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package, for its TestMain, and fails when goroutines of
// theirs still run a moment after the last one.
func Main(m *testing.M) {
	before := goleak.IgnoreCurrent()
	code := m.Run()
	if code == 0 {
		if err := left(before); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines were left behind:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// left is an error that names what still runs and did not before.
func left(before goleak.Option) error {
	// Connections that are kept for the next request are no leak.
	http.DefaultClient.CloseIdleConnections()
	return goleak.Find(before, servers)
}

// servers run until the test binary ends.
var servers = goleak.IgnoreAnyFunction("temgoc/internal/testing/servers.start.func1")
