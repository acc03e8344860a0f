package main

import (
	"log/slog"
	"testing"
)

// TestUnlimited reads what --unlimited takes, and refuses the whole world.
func TestUnlimited(t *testing.T) {
	for _, tt := range []struct {
		given []string
		ok    bool
	}{
		{nil, true},
		{[]string{""}, true},
		{[]string{"127.0.0.0/8", "::1"}, true},
		{[]string{"10.1.2.3/8"}, true},
		{[]string{"0.0.0.0/0"}, false},
		{[]string{"::/0"}, false},
		{[]string{"monitor.example"}, false},
	} {
		if _, err := (webFlags{Unlimited: tt.given}).limits(slog.New(slog.DiscardHandler), nil); (err == nil) != tt.ok {
			t.Errorf("--unlimited %q: %v", tt.given, err)
		}
	}
}
