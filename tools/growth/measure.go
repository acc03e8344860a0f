package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"temgoc/internal/proof"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/testing/growth"
)

// measureCmd measures services of several sizes in turn.
type measureCmd struct {
	Data    []string `arg:"" help:"Data directories as load left them; for MongoDB followed by a comma and the address of the documents." placeholder:"DIR[,URL]"`
	Repeat  int      `help:"How often each operation is done." default:"40"`
	Restart int      `help:"How often the service is started again." default:"5"`
	Audit   bool     `help:"Go through all records once, too."`
	Only    string   `help:"Only the operations whose names begin so." placeholder:"NAME"`
}

// A sized service is one that is measured.
type sized struct {
	*growth.Service
	place   bulk.Place
	batches int
	bytes   int64
	took    map[string][]time.Duration
}

// Run implements the command. Each operation is done at each size in turn, so
// that whatever else the machine does meets all of them.
func (c measureCmd) Run(ctx context.Context) (err error) {
	var all []*sized
	defer func() {
		for _, s := range all {
			err = errors.Join(err, s.Close())
		}
	}()
	for _, d := range c.Data {
		s, err := openSized(ctx, d)
		if err != nil {
			return fmt.Errorf("%s: %w", d, err)
		}
		all = append(all, s)
		fmt.Fprintf(os.Stderr, "%s: %d batches\n", d, s.batches)
	}
	slices.SortFunc(all, func(a, b *sized) int { return cmp.Compare(a.batches, b.batches) })
	var names []string
	for _, o := range growth.Operations() {
		if !strings.HasPrefix(o.Name, c.Only) {
			continue
		}
		names = append(names, o.Name)
		if err := c.measure(ctx, o, all); err != nil {
			return err
		}
	}
	table(all, names)
	if !c.Audit {
		return nil
	}
	return audits(ctx, all)
}

// openSized starts a service and finds out how large it is.
func openSized(ctx context.Context, argument string) (*sized, error) {
	data, documents, _ := strings.Cut(argument, ",")
	s := &sized{place: bulk.Place{Data: data, Documents: documents}, took: map[string][]time.Duration{}}
	var err error
	if s.Service, err = growth.Open(ctx, s.place); err != nil {
		return nil, err
	}
	if err := s.Meet(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.batches, err = s.Batches(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(d.Name(), "temgoc.db") {
			return err
		}
		info, err := d.Info()
		if err == nil {
			s.bytes += info.Size()
		}
		return err
	})
}

// measure does one operation at each size in turn, once to warm up.
func (c measureCmd) measure(ctx context.Context, o growth.Operation, all []*sized) error {
	repeat := c.Repeat
	if o.Once {
		repeat = c.Restart
	}
	for i := range repeat + 1 {
		for _, s := range all {
			began := time.Now()
			if err := o.Do(ctx, s.Service); err != nil {
				return fmt.Errorf("%s, %d batches: %w", o.Name, s.batches, err)
			}
			if i > 0 {
				s.took[o.Name] = append(s.took[o.Name], time.Since(began))
			}
		}
	}
	return nil
}

// table prints what was measured, in milliseconds: median and 95th percentile.
func table(all []*sized, names []string) {
	fmt.Print("| operation |")
	for _, s := range all {
		fmt.Printf(" %d |", s.batches)
	}
	fmt.Print(" exponent | per tenfold |\n|---|")
	fmt.Println(strings.Repeat("---|", len(all)+2))
	for _, name := range names {
		var sizes, medians []float64
		fmt.Printf("| %s |", name)
		for _, s := range all {
			slices.Sort(s.took[name])
			median, high := quantile(s.took[name], 0.5), quantile(s.took[name], 0.95)
			sizes, medians = append(sizes, float64(s.batches)), append(medians, median)
			fmt.Printf(" %s, %s |", digits(median), digits(high))
		}
		e := slope(sizes, medians)
		fmt.Printf(" %.2f | × %.2f |\n", e, math.Pow(10, e))
	}
	fmt.Print("| disk per batch, kB |")
	for _, s := range all {
		fmt.Printf(" %.1f |", float64(s.bytes)/float64(s.batches)/1000)
	}
	fmt.Println(" | |")
}

func digits(ms float64) string {
	return fmt.Sprintf("%.*f", max(0, min(3, 2-int(math.Floor(math.Log10(ms))))), ms)
}

// quantile is that of sorted times, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	at := min(len(sorted)-1, int(math.Ceil(q*float64(len(sorted))))-1)
	return float64(sorted[max(at, 0)].Microseconds()) / 1000
}

// slope is the exponent of growth: that of the line through the logarithms.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	n := float64(len(x))
	for i := range x {
		lx, ly := math.Log(x[i]), math.Log(max(y[i], 0.0005))
		sx, sy, sxx, sxy = sx+lx, sy+ly, sxx+lx*lx, sxy+lx*ly
	}
	if d := n*sxx - sx*sx; d != 0 {
		return (n*sxy - sx*sy) / d
	}
	return 0
}

// audits goes through all records of each.
func audits(ctx context.Context, all []*sized) error {
	for _, s := range all {
		stores, _, key, err := s.place.Open(ctx)
		if err != nil {
			return err
		}
		began := time.Now()
		done, err := proof.Audit(ctx, proof.AuditConfig{
			Store: stores.Documents, Files: stores.Files, Kinds: bulk.Logged(), Verifier: key.Verifier, Patience: time.Minute,
			Found: func(f *proof.Fault) { fmt.Fprintln(os.Stderr, f) },
		})
		if err = errors.Join(err, stores.Close()); err != nil {
			return err
		}
		took := time.Since(began)
		fmt.Printf("audit of %d batches: %d leaves, %d revisions, %d faults in %v, %v a leaf\n", s.batches, done.Leaves, done.Revisions, done.Faults,
			took.Round(time.Millisecond), (took / time.Duration(max(done.Leaves, 1))).Round(time.Microsecond))
	}
	return nil
}
