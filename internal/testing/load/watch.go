package load

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// A Reading is what a process needs at some time.
type Reading struct {
	At    time.Duration // from the start of the run
	RSS   int64         // bytes
	Files int           // open file descriptors
	CPU   time.Duration // used since the process began
}

// Watch reads what the process needs, every while until ctx ends.
func Watch(ctx context.Context, pid int, every time.Duration) []Reading {
	var out []Reading
	start := time.Now()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if r, err := read(pid); err == nil {
			r.At = time.Since(start)
			out = append(out, r)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return out
		}
	}
}

// ticksPerSecond is Linux's USER_HZ, which is 100 wherever Go runs.
const ticksPerSecond = 100

func read(pid int) (Reading, error) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	status, err := os.ReadFile(dir + "status")
	if err != nil {
		return Reading{}, err
	}
	var r Reading
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			if err != nil {
				return Reading{}, err
			}
			r.RSS = kb << 10
		}
	}
	files, err := os.ReadDir(dir + "fd")
	if err != nil {
		return Reading{}, err
	}
	r.Files = len(files)
	stat, err := os.ReadFile(dir + "stat")
	if err != nil {
		return Reading{}, err
	}
	// The name of the program, in brackets, may hold anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, i := range []int{11, 12} { // utime and stime
		ticks, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return Reading{}, err
		}
		r.CPU += time.Duration(ticks) * time.Second / ticksPerSecond
	}
	return r, nil
}

// Slope is how fast memory grew, in bytes an hour: the line through the readings
// after the first third, in which caches fill, that fits them best.
func Slope(readings []Reading) float64 {
	late := readings[len(readings)/3:]
	var n, x, y, xx, xy float64
	for _, r := range late {
		h, b := r.At.Hours(), float64(r.RSS)
		n, x, y, xx, xy = n+1, x+h, y+b, xx+h*h, xy+h*b
	}
	if d := n*xx - x*x; d > 0 {
		return (n*xy - x*y) / d
	}
	return 0
}
