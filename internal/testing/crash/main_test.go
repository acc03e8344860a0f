//go:build linux

package crash

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if disk := os.Getenv(recoverVariable); disk != "" {
		os.Exit(recoverDisk(disk))
	}
	os.Exit(Main(m))
}

// times is a number in the short form of a test, or in the long one with
// TEMGOC_SOAK=1.
func times(short, long int) int {
	if os.Getenv("TEMGOC_SOAK") == "1" {
		return long
	}
	return short
}
