// Package program builds the program that is under test.
package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main builds temgoc, puts its path into binary, runs the tests of a package, for
// its TestMain, and removes it again.
func Main(m *testing.M, binary *string) {
	os.Exit(build(m.Run, binary))
}

func build(run func() int, binary *string) int {
	dir, err := os.MkdirTemp("", "temgoc-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	*binary = filepath.Join(dir, "temgoc")
	if out, err := exec.Command("go", "build", "-o", *binary, "temgoc/cmd/temgoc").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return run()
}
