// Package servers starts the real servers that tests run against: an S3
// object store (MinIO) and a MongoDB-protocol server (FerretDB over
// PostgreSQL).
//
// Each is started once per test binary, by the first test that asks, on a
// loopback port, in a temporary directory, and is stopped when the test
// binary ends, in whatever way. Servers that exist already are used instead
// when the environment names them:
//
//	TEMGOC_TEST_MONGODB_URI       a MongoDB server, mongodb://…
//	TEMGOC_TEST_S3_ENDPOINT       an S3 object store, host:port
//	TEMGOC_TEST_S3_ACCESS_KEY, TEMGOC_TEST_S3_SECRET_KEY
//	TEMGOC_TEST_S3_REGION         optional
//	TEMGOC_TEST_S3_TLS            1 for https
//
// The programs are those that tools/build.sh leaves in .tools/bin, or the
// ones named by TEMGOC_TEST_MINIO and TEMGOC_TEST_FERRETDB. PostgreSQL is
// looked for in PATH and where Debian keeps it. Where something is missing
// the test is skipped, or fails when TEMGOC_TEST_REQUIRE is set.
package servers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// errMissing says that a program is not installed.
var errMissing = errors.New("not installed")

// fail ends the test because of err: a program that is missing skips it,
// unless all servers are required.
func fail(t testing.TB, server string, err error) {
	t.Helper()
	if errors.Is(err, errMissing) && !required() {
		t.Skipf("%s: %v", server, err)
	}
	t.Fatalf("%s: %v", server, err)
}

// required reports whether a missing server is a failure.
func required() bool { return os.Getenv("TEMGOC_TEST_REQUIRE") != "" }

// tool returns the path of a program built by tools/build.sh, or of the one
// that the environment variable names.
func tool(name, variable string) (string, error) {
	path := os.Getenv(variable)
	if path == "" {
		root, err := repository()
		if err != nil {
			return "", err
		}
		path = filepath.Join(root, ".tools", "bin", name)
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w: %s (run tools/build.sh, or set %s)", errMissing, path, variable)
	}
	return filepath.Abs(path)
}

// repository returns the directory of our go.mod, above the package that is
// tested.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = parent
	}
}

// freshName gives a name for a database or bucket that no other test has.
func freshName() string { return "temgoc-test-" + strings.ToLower(rand.Text()) }

// freeAddress gives a loopback address that was free a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
