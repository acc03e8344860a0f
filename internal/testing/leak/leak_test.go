package leak

import (
	"testing"

	"go.uber.org/goleak"
)

func TestLeft(t *testing.T) {
	before := goleak.IgnoreCurrent()
	if err := left(before); err != nil {
		t.Errorf("nothing was left behind: %v", err)
	}
	end := make(chan struct{})
	go func() { <-end }()
	if left(before) == nil {
		t.Error("a goroutine that waits was not found")
	}
	close(end)
	if err := left(before); err != nil {
		t.Errorf("it has ended: %v", err)
	}
}
