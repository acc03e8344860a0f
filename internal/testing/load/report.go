package load

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Report prints what was measured, as tables of Markdown.
type Report struct{ io.Writer }

func (r Report) line(cells ...any) {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = fmt.Sprint(c)
	}
	fmt.Fprintf(r, "| %s |\n", strings.Join(text, " | "))
}

func (r Report) head(titles ...any) {
	r.line(titles...)
	fmt.Fprintln(r, "|"+strings.Repeat("---|", len(titles)))
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

func mb(b int64) string { return fmt.Sprintf("%d", b>>20) }

// Times prints how long requests took, and what went wrong.
func (r Report) Times(results ...*Result) {
	r.head("requests", "number", "p50 ms", "p95 ms", "p99 ms", "max ms", "answers")
	for _, res := range results {
		for g, name := range res.Groups {
			t := res.Times(g)
			if t.N == 0 {
				continue
			}
			r.line(name, t.N, ms(t.P50), ms(t.P95), ms(t.P99), ms(t.Max), statuses(res.Statuses(g)))
		}
	}
	fmt.Fprintln(r)
	none := true
	for _, res := range results {
		for _, kind := range slices.Sorted(maps.Keys(res.Errors)) {
			none = false
			fmt.Fprintf(r, "- error: %s: %d\n", kind, res.Errors[kind])
		}
		if res.Unsent > 0 {
			none = false
			fmt.Fprintf(r, "- %d requests were due and were never sent\n", res.Unsent)
		}
	}
	if none {
		fmt.Fprintln(r, "No errors.")
	}
	fmt.Fprintln(r)
}

func statuses(counts map[int]int) string {
	var out []string
	for _, s := range slices.Sorted(maps.Keys(counts)) {
		name := fmt.Sprint(s)
		if s == 0 {
			name = "none"
		}
		out = append(out, fmt.Sprintf("%s: %d", name, counts[s]))
	}
	return strings.Join(out, ", ")
}

// Parts prints how the times of a group went in the course of a run.
func (r Report) Parts(res *Result, group, n int) {
	r.head("part of the run: "+res.Groups[group], "number", "p50 ms", "p95 ms", "p99 ms", "max ms")
	each := res.For / time.Duration(n)
	for i, t := range res.Parts(group, n) {
		r.line(fmt.Sprintf("from %v", (time.Duration(i)*each).Round(time.Second)), t.N, ms(t.P50), ms(t.P95), ms(t.P99), ms(t.Max))
	}
	fmt.Fprintln(r)
}

// shortest is the length of a run from which on the growth of memory can be told.
const shortest = 5 * time.Minute

// Processes prints what each replica needed, in at most rows rows.
func (r Report) Processes(replicas [][]Reading, rows int) {
	titles := []any{"time"}
	for i := range replicas {
		titles = append(titles, fmt.Sprintf("replica %d: RSS MB", i+1), "open files", "cores")
	}
	r.head(titles...)
	n := len(replicas[0])
	step := max(1, (n+rows-1)/rows)
	for i := step; i < n; i += step {
		cells := []any{replicas[0][i].At.Round(time.Second)}
		for _, readings := range replicas {
			if i >= len(readings) {
				cells = append(cells, "", "", "")
				continue
			}
			now, before := readings[i], readings[i-step]
			cells = append(cells, mb(now.RSS), now.Files, fmt.Sprintf("%.2f", (now.CPU-before.CPU).Seconds()/(now.At-before.At).Seconds()))
		}
		r.line(cells...)
	}
	fmt.Fprintln(r)
	for i, readings := range replicas {
		last := readings[len(readings)-1]
		if last.At < shortest {
			return
		}
		slope := Slope(readings)
		fmt.Fprintf(r, "Replica %d: memory changes by %+.1f MB an hour (%+.2f %% of %s MB) after the first third.\n",
			i+1, slope/(1<<20), 100*slope/float64(last.RSS), mb(last.RSS))
	}
	fmt.Fprintln(r)
}
