package printing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func cells(from, to int) (used []int) {
	for cell := from; cell <= to; cell++ {
		used = append(used, cell)
	}
	return used
}

// TestPaperIsRemembered takes labels run by run: what is gone of the sheet begun
// is what the next run begins with.
func TestPaperIsRemembered(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	used := func() []int { return must(w.Paper(w.ctx, w.by, w.by.Producer, "tomy-145"))(t).Data.Used }
	if s := must(w.Paper(w.ctx, w.by, w.by.Producer, "tomy-145"))(t); s.Revision != 0 || len(s.Data.Used) != 0 {
		t.Errorf("before anything was printed: %+v", s)
	}
	for _, step := range []struct {
		take    int
		correct []int
		want    []int
	}{
		{take: 10, want: cells(1, 10)},
		{take: 55},
		{take: 65},
		{take: 70, want: cells(1, 5)},
		{correct: []int{65, 1, 3, 3}, want: []int{1, 3, 65}},
		{take: 2, want: []int{1, 2, 3, 4, 65}},
		{take: 60},
		{take: 1000, want: cells(1, 25)},
		{correct: cells(1, 65)},
	} {
		var err error
		if step.take > 0 {
			_, err = w.TakePaper(w.ctx, write, w.by.Producer, "tomy-145", step.take)
		} else {
			_, err = w.CorrectPaper(w.ctx, write, w.by.Producer, "tomy-145", step.correct)
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, used()); diff != "" {
			t.Errorf("%+v, -want +got:\n%s", step, diff)
		}
	}
	once := trace.Write{By: w.by, Op: trace.Op{Key: "k", Hash: "h"}}
	for range 3 {
		must(w.TakePaper(w.ctx, once, w.by.Producer, "avery-l7651", 4))(t)
	}
	if got := must(w.Paper(w.ctx, inspector, w.by.Producer, "avery-l7651"))(t); !cmp.Equal(got.Data.Used, cells(1, 4)) || got.Revision != 1 {
		t.Errorf("one run told three times: %+v", got)
	}
	if list := must(w.Papers(w.ctx, w.by, w.by.Producer, trace.Paging{Limit: 10}))(t); len(list.Items) != 1 || list.Items[0].Data.Stock != "avery-l7651" {
		t.Errorf("sheets begun: %+v", list.Items)
	}
}

func TestPaperRefuses(t *testing.T) {
	w := newWorld(t)
	write := trace.Write{By: w.by}
	for _, used := range [][]int{{0}, {66}, {-1, 5}} {
		_, err := w.CorrectPaper(w.ctx, write, w.by.Producer, "tomy-145", used)
		wantField(t, err, "used")
	}
	for _, count := range []int{0, -1, printing.MaxCount + 1} {
		_, err := w.TakePaper(w.ctx, write, w.by.Producer, "tomy-145", count)
		wantField(t, err, "count")
	}
	_, err := w.TakePaper(w.ctx, write, w.by.Producer, "a4", 1)
	wantField(t, err, "stock")
	for name, by := range map[string]trace.Actor{"another producer": w.other, "nobody": {}} {
		if _, err := w.Paper(w.ctx, by, w.by.Producer, "tomy-145"); err != trace.ErrHidden {
			t.Errorf("%s reads it: %v", name, err)
		}
		if _, err := w.Papers(w.ctx, by, w.by.Producer, trace.Paging{}); err != trace.ErrHidden {
			t.Errorf("%s lists them: %v", name, err)
		}
		if _, err := w.TakePaper(w.ctx, trace.Write{By: by}, w.by.Producer, "tomy-145", 1); err != trace.ErrHidden {
			t.Errorf("%s takes it: %v", name, err)
		}
	}
	_, err = w.CorrectPaper(w.ctx, trace.Write{By: office}, w.by.Producer, "tomy-145", nil)
	wantErr(t, err, trace.ErrNotAllowed)
	if got := must(w.Paper(w.ctx, w.by, w.by.Producer, "tomy-145"))(t); got.Revision != 0 {
		t.Errorf("somebody changed it: %+v", got)
	}
}
