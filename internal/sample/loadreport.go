package sample

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/trace"
)

// loadReport enters a test report about a lot, or about the product when the
// batch code is empty. A laboratory's was asked for and accepted before.
func (e *estate) loadReport(ctx context.Context, g good, product string, of lot, code string, r report) error {
	w := write(e.as(r.by), "test/"+r.key)
	d := r.data
	d.Product, d.Batch, d.Scope = product, code, "product"
	if code != "" {
		d.Scope = "batch"
	}
	id := e.ledger.NewID(w, trace.KindTests)
	if r.by == byLaboratory {
		var err error
		if id, err = e.loadAccepted(ctx, r, d); err != nil {
			return err
		}
		d.Request = id
	}
	switch _, err := e.ledger.Test(ctx, office, id); {
	case errors.Is(err, trace.ErrNotFound):
		if d.Files, err = e.addPaper(ctx, w.By, testPaper(e.farm.producer, g.product, of.data, d)); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	// What is there already is left as it is, and its request closed.
	if _, err := e.ledger.AddTest(ctx, w, d); err != nil {
		return fmt.Errorf("%s: %w", w.Op.Key, err)
	}
	return nil
}

// loadAccepted enters the request for a report, which the laboratory accepts.
func (e *estate) loadAccepted(ctx context.Context, r report, d trace.TestData) (string, error) {
	asked := asking(r.key, d.Sample.Code, d.Sample.Description, d.Sample.Received, "")
	asked.by = r.asked
	id, err := e.ask(ctx, d.Product, d.Batch, asked)
	if err != nil {
		return "", err
	}
	if _, err := e.ledger.AcceptRequest(ctx, write(tester, "request/"+r.key+"/accept"), id); err != nil {
		return "", fmt.Errorf("accept %s: %w", r.key, err)
	}
	return id, nil
}

// loadRequest enters a request that waits, or that was declined.
func (e *estate) loadRequest(ctx context.Context, product, code string, r request) error {
	id, err := e.ask(ctx, product, code, r)
	if err != nil || r.declined == "" {
		return err
	}
	if _, err := e.ledger.DeclineRequest(ctx, write(tester, "request/"+r.key+"/decline"), id, r.declined); err != nil {
		return fmt.Errorf("decline %s: %w", r.key, err)
	}
	return nil
}

// ask enters a request and gives its id.
func (e *estate) ask(ctx context.Context, product, code string, r request) (string, error) {
	r.data.Product, r.data.Batch = product, code
	s, err := e.ledger.AskTest(ctx, write(e.as(r.by), "request/"+r.key), r.data)
	if err != nil {
		return "", fmt.Errorf("request %s: %w", r.key, err)
	}
	return s.ID, nil
}
