package migrate

import (
	"iter"
)

// A pair is what both sides have in one place of the order, or one of them.
type pair[T any] struct {
	from, to     T
	inFrom, inTo bool
}

// merge goes through two sequences of one order side by side. It ends with the
// first error of either.
func merge[T any](from, to iter.Seq2[T, error], order func(a, b T) int) iter.Seq2[pair[T], error] {
	return func(yield func(pair[T], error) bool) {
		nextFrom, stopFrom := iter.Pull2(from)
		defer stopFrom()
		nextTo, stopTo := iter.Pull2(to)
		defer stopTo()
		a, errA, moreA := nextFrom()
		b, errB, moreB := nextTo()
		for moreA || moreB {
			for _, err := range []error{errA, errB} {
				if err != nil {
					yield(pair[T]{}, err)
					return
				}
			}
			var side int
			switch {
			case !moreB:
				side = -1
			case !moreA:
				side = 1
			default:
				side = order(a, b)
			}
			p := pair[T]{inFrom: side <= 0, inTo: side >= 0}
			if p.inFrom {
				p.from = a
				a, errA, moreA = nextFrom()
			}
			if p.inTo {
				p.to = b
				b, errB, moreB = nextTo()
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}
