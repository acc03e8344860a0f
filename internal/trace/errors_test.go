package trace_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

func TestThrottled(t *testing.T) {
	for _, test := range []struct {
		after time.Duration
		want  catalog.Name
	}{
		{time.Millisecond, catalog.Name{VI: "đã thử quá nhiều lần, hãy thử lại sau 1 giây", EN: "tried too many times; try again in 1 second"}},
		{2001 * time.Millisecond, catalog.Name{VI: "đã thử quá nhiều lần, hãy thử lại sau 3 giây", EN: "tried too many times; try again in 3 seconds"}},
		{91 * time.Second, catalog.Name{VI: "đã thử quá nhiều lần, hãy thử lại sau 2 phút", EN: "tried too many times; try again in 2 minutes"}},
		{15 * time.Minute, catalog.Name{VI: "đã thử quá nhiều lần, hãy thử lại sau 15 phút", EN: "tried too many times; try again in 15 minutes"}},
	} {
		err := fmt.Errorf("wrapped: %w", &trace.Throttled{After: test.after})
		rule, ok := errors.AsType[*trace.RuleError](err)
		if !ok || rule.Message != test.want {
			t.Errorf("%v: %+v", test.after, rule)
		}
		if !errors.Is(err, trace.ErrTooMany) || errors.Is(err, trace.ErrForbidden) {
			t.Errorf("%v is of the wrong kind", test.after)
		}
	}
}
