package trace

import (
	"context"
	"crypto/sha256"
)

// What a laboratory sees follows from what it was asked to test: a request that
// it has not declined, and that was not taken back, binds it to the product and
// to the batch that the request names. Everything else, but what is published
// and its own reports, is not there for it.

// laboratoryTerm stands for the name of a laboratory, compared exactly.
func laboratoryTerm(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "laboratory:" + idAlphabet.EncodeToString(sum[:10])
}

// The terms under which requests and reports of a laboratory are found.
func laboratoryRef(name string) string { return laboratoryTerm(name) }
func laboratoryStateRef(name string, s RequestState) string {
	return laboratoryTerm(name) + ":" + string(s)
}
func requestStateRef(s RequestState) string { return "state:" + string(s) }

// boundRef finds the requests that bind a laboratory to a product or a batch.
func boundRef(name, subject string) string { return laboratoryTerm(name) + ":bound:" + subject }

// laboratoryBound tells whether the actor is a laboratory that was asked to
// test the product or, where one is named, the batch. Else it is ErrHidden.
func (l *Ledger) laboratoryBound(ctx context.Context, by Actor, product, batch string) error {
	subject := productRef(product)
	if batch != "" {
		subject = batchRef(batch)
	}
	_, err := l.binding(ctx, by, subject)
	return err
}

// binding is the latest request that binds the laboratory to what the term
// stands for.
func (l *Ledger) binding(ctx context.Context, by Actor, subject string) (Stored[TestRequest], error) {
	if by.Role != Laboratory {
		return Stored[TestRequest]{}, ErrHidden
	}
	found, err := ListOf(ctx, l, boundRef(by.Organisation, subject), Paging{Limit: 1}, by.isBoundBy)
	if err != nil {
		return Stored[TestRequest]{}, err
	}
	if len(found.Items) == 0 {
		return Stored[TestRequest]{}, ErrHidden
	}
	return found.Items[0], nil
}

func (a Actor) isBoundBy(r Stored[TestRequest]) bool {
	return r.Data.Laboratory == a.Organisation && r.Data.State.binds()
}

// maySeeProduct adds to Actor.maySee what a laboratory is asked to test.
func (l *Ledger) maySeeProduct(ctx context.Context, by Actor, id string, p Product) error {
	if by.Role == Laboratory {
		return l.laboratoryBound(ctx, by, id, "")
	}
	return by.maySee(p.Producer)
}

// maySeeBatch adds to Actor.maySeeBatch what a laboratory is asked to test.
func (l *Ledger) maySeeBatch(ctx context.Context, by Actor, code string, b Batch) error {
	if by.Role == Laboratory && !b.State.Published() {
		return l.laboratoryBound(ctx, by, b.Product, code)
	}
	return by.maySeeBatch(b)
}

// boundProducts lists the products that a laboratory is asked to test, the one
// that it was asked about last first. It pages through the requests: a product
// stands where the latest request about it does, and so only once.
func (l *Ledger) boundProducts(ctx context.Context, by Actor, producer, search string, p Paging) (List[Product], error) {
	out := List[Product]{Items: []Stored[Product]{}}
	var failed error
	requests, err := ListOf(ctx, l, laboratoryRef(by.Organisation), p, func(r Stored[TestRequest]) bool {
		if failed != nil || !by.isBoundBy(r) || producer != "" && producer != r.Data.Producer {
			return false
		}
		var latest Stored[TestRequest]
		if latest, failed = l.binding(ctx, by, productRef(r.Data.Product)); failed != nil || latest.ID != r.ID {
			return false
		}
		var product Stored[Product]
		if product, failed = Head[Product](ctx, l, r.Data.Product); failed != nil || !product.Data.named(search) {
			return false
		}
		out.Items = append(out.Items, product)
		return true
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return List[Product]{}, err
	}
	out.Next = requests.Next
	return out, nil
}
