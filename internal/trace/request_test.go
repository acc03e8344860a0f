package trace_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// decline and cancel end a request.
func (w *world) decline(laboratory trace.Actor, id string) {
	w.Helper()
	must(w.DeclineRequest(w.ctx, by(laboratory), id, "quá tải"))(w)
}

func (w *world) cancel(a trace.Actor, id string) {
	w.Helper()
	must(w.CancelRequest(w.ctx, by(a), id, ""))(w)
}

// answerTo is a valid report for a request.
func (w *world) answerTo(id string) trace.TestData {
	w.Helper()
	r := must(w.Request(w.ctx, office, id))(w).Data
	d := sheet(r.Product, r.Batch, row("Chì (Pb)", "mg/kg", "0,05"))
	d.Request = id
	return d
}

func TestAskInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code, elsewhere := w.batch(a, product), w.batch(a, w.product(a))
	for _, tt := range []struct {
		name   string
		change func(*trace.RequestData)
		want   []string
	}{
		{"as it is", func(*trace.RequestData) {}, nil},
		{"of a batch, its code as it is printed", func(d *trace.RequestData) { d.Batch = strings.ToLower(code) }, nil},
		{"complete", func(d *trace.RequestData) {
			d.Criteria, d.Note = []string{"Chì (Pb)", "Salmonella"}, "gấp"
			d.Sample = trace.RequestSample{Code: "M1", Description: "500 g chè khô", Sent: day("2026-12-16")}
		}, nil},
		{"nothing", func(d *trace.RequestData) { *d = trace.RequestData{} }, []string{"product", "laboratory"}},
		{"unknown product", func(d *trace.RequestData) { d.Product = "x" }, []string{"product"}},
		{"unknown batch", func(d *trace.RequestData) { d.Batch = unused(t) }, []string{"batch"}},
		{"batch of another product", func(d *trace.RequestData) { d.Batch = elsewhere }, []string{"batch"}},
		{"long", func(d *trace.RequestData) {
			d.Laboratory, d.Note, d.Sample.Code, d.Sample.Description = long(201), long(2001), long(201), long(201)
		}, []string{"laboratory", "note", "sample.code", "sample.description"}},
		{"empty indicator", func(d *trace.RequestData) { d.Criteria = []string{"Chì (Pb)", " "} }, []string{"criteria[1]"}},
		{"an indicator twice", func(d *trace.RequestData) { d.Criteria = []string{"Chì (Pb)", "chi (pb)"} }, []string{"criteria[1]"}},
		{"many indicators", func(d *trace.RequestData) { d.Criteria = make([]string, 51) }, []string{"criteria"}},
		{"sent in the far future", func(d *trace.RequestData) { d.Sample.Sent = day("2026-12-17") }, []string{"sample.sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := trace.RequestData{Product: product, Laboratory: lab.Organisation}
			tt.change(&d)
			before := len(heads(t, w.store, trace.KindRequests))
			got, err := w.AskTest(w.ctx, by(a), d)
			wantFields(t, err, tt.want...)
			if after := len(heads(t, w.store, trace.KindRequests)); (err == nil) != (after == before+1) {
				t.Errorf("%v: %d requests became %d", err, before, after)
			}
			if tt.want == nil && (err != nil || got.Data.State != trace.RequestOpen || got.Data.Asker != "HTX Mây Trắng" || got.Data.Producer != a.Producer) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	if got := must(w.AskTest(w.ctx, by(inspector), trace.RequestData{Product: product, Batch: code, Laboratory: " " + lab.Organisation}))(t); got.Data.Asker != inspector.Organisation ||
		got.Data.AskedBy != trace.Inspector || got.Data.Laboratory != lab.Organisation {
		t.Errorf("asked by an inspector: %+v", got.Data)
	}
}

// TestWhoMayDoWhatWithRequests walks role × asker × method.
func TestWhoMayDoWhatWithRequests(t *testing.T) {
	w := newWorld(t)
	own, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	product := w.product(own)
	otherOffice := trace.Actor{ID: "office2", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh khác"}
	actors := []struct {
		name string
		trace.Actor
	}{
		{"own", own}, {"other", other}, {"office", office}, {"other office", otherOffice}, {"inspector", inspector},
		{"certifier", certifier}, {"admin", admin}, {"lab", lab}, {"other lab", otherLab}, {"nobody", nobody},
	}
	const (
		yes    = "yes"
		no     = "forbidden"
		hidden = "hidden"
	)
	outcome := func(err error) string {
		switch {
		case err == nil:
			return yes
		case errors.Is(err, trace.ErrForbidden):
			return no
		case errors.Is(err, trace.ErrNotFound):
			return hidden
		}
		return err.Error()
	}
	reads := map[string]string{"other": hidden, "other lab": hidden, "nobody": hidden}
	answers := map[string]string{
		"own": no, "other": hidden, "office": no, "other office": no, "inspector": no, "certifier": no, "admin": no,
		"other lab": hidden, "nobody": hidden,
	}
	cancels := func(asker string) map[string]string {
		m := map[string]string{
			"own": no, "other": hidden, "office": no, "other office": no, "inspector": no, "certifier": no, "admin": no,
			"lab": no, "other lab": hidden, "nobody": hidden,
		}
		delete(m, asker)
		return m
	}
	for _, asker := range []struct {
		name string
		trace.Actor
	}{{"own", own}, {"office", office}, {"inspector", inspector}} {
		for _, m := range []struct {
			name string
			want map[string]string // yes where nothing else is said
			do   func(a trace.Actor, id string) error
		}{
			{"Request", reads, func(a trace.Actor, id string) error { return second(w.Request(w.ctx, a, id)) }},
			{"RequestHistory", reads, func(a trace.Actor, id string) error { return second(w.RequestHistory(w.ctx, a, id)) }},
			{"Requests", reads, func(a trace.Actor, id string) error {
				for _, q := range []trace.RequestQuery{{}, {Product: product}, {Laboratory: lab.Organisation}, {State: trace.RequestOpen}} {
					list, err := w.Requests(w.ctx, a, q, trace.Paging{Limit: trace.MaxPage})
					if err != nil {
						return err
					}
					if !slices.ContainsFunc(list.Items, func(r trace.Stored[trace.TestRequest]) bool { return r.ID == id }) {
						return trace.ErrHidden
					}
				}
				return nil
			}},
			{"AcceptRequest", answers, func(a trace.Actor, id string) error { return second(w.AcceptRequest(w.ctx, by(a), id)) }},
			{"DeclineRequest", answers, func(a trace.Actor, id string) error {
				return second(w.DeclineRequest(w.ctx, by(a), id, "quá tải"))
			}},
			{"CancelRequest", cancels(asker.name), func(a trace.Actor, id string) error {
				return second(w.CancelRequest(w.ctx, by(a), id, ""))
			}},
		} {
			for _, actor := range actors {
				id := w.ask(asker.Actor, lab, product, "")
				want := m.want[actor.name]
				if want == "" {
					want = yes
				}
				if got := outcome(m.do(actor.Actor, id)); got != want {
					t.Errorf("%s by %s, asked by %s: %s, want %s", m.name, actor.name, asker.name, got, want)
				}
			}
		}
	}
	// Who may ask. What is not the actor's is an error of the field, like what is
	// not there.
	for _, actor := range actors {
		want := map[string]string{"certifier": no, "admin": no}[actor.name]
		if slices.Contains([]string{"own", "office", "other office", "inspector"}, actor.name) {
			want = yes
		}
		_, err := w.AskTest(w.ctx, by(actor.Actor), trace.RequestData{Product: product, Laboratory: lab.Organisation})
		if want == "" {
			wantFields(t, err, "product")
		} else if got := outcome(err); got != want {
			t.Errorf("AskTest by %s: %s, want %s", actor.name, got, want)
		}
	}
}

// TestRequestMoves tries every move from every state.
func TestRequestMoves(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	moves := []struct {
		name string
		do   func(id string) error
	}{
		{"accept", func(id string) error { return second(w.AcceptRequest(w.ctx, by(lab), id)) }},
		{"decline", func(id string) error { return second(w.DeclineRequest(w.ctx, by(lab), id, "quá tải")) }},
		{"cancel", func(id string) error { return second(w.CancelRequest(w.ctx, by(a), id, "nhầm")) }},
		{"report", func(id string) error { return second(w.AddTest(w.ctx, by(lab), w.answerTo(id))) }},
	}
	reach := map[trace.RequestState][]int{
		trace.RequestOpen: nil, trace.RequestAccepted: {0}, trace.RequestDeclined: {1}, trace.RequestCancelled: {2}, trace.RequestReported: {3},
	}
	leads := map[trace.RequestState]map[string]trace.RequestState{
		trace.RequestOpen: {
			"accept": trace.RequestAccepted, "decline": trace.RequestDeclined, "cancel": trace.RequestCancelled, "report": trace.RequestReported,
		},
		trace.RequestAccepted: {"decline": trace.RequestDeclined, "cancel": trace.RequestCancelled, "report": trace.RequestReported},
	}
	for from, path := range reach {
		for _, m := range moves {
			id := w.ask(a, lab, product, "")
			for _, i := range path {
				if err := moves[i].do(id); err != nil {
					t.Fatal(err)
				}
			}
			w.clock.pass(time.Minute)
			err := m.do(id)
			got := must(w.Request(w.ctx, a, id))(t).Data
			to, allowed := leads[from][m.name]
			if !allowed {
				wantErr(t, err, trace.ErrConflict)
				if got.State != from {
					t.Errorf("%s from %s was refused and led to %s", m.name, from, got.State)
				}
				continue
			}
			if err != nil || got.State != to || !got.StateSince.Equal(w.Now()) {
				t.Errorf("%s from %s: %v, %s since %v, want %s", m.name, from, err, got.State, got.StateSince, to)
			}
			wantReason := map[string]string{"decline": "quá tải", "cancel": "nhầm"}[m.name]
			if got.Reason != wantReason {
				t.Errorf("%s from %s: reason %q, want %q", m.name, from, got.Reason, wantReason)
			}
		}
	}
	id := w.ask(a, lab, product, "")
	_, err := w.DeclineRequest(w.ctx, by(lab), id, " ")
	wantFields(t, err, "reason")
	_, err = w.CancelRequest(w.ctx, by(a), id, long(2001))
	wantFields(t, err, "reason")
	stale := by(lab)
	stale.If = 2
	_, err = w.AcceptRequest(w.ctx, stale, id)
	wantErr(t, err, trace.ErrStale)
	var states []trace.RequestState
	must(w.AcceptRequest(w.ctx, by(lab), id))(t)
	w.decline(lab, id)
	for _, r := range must(w.RequestHistory(w.ctx, a, id))(t) {
		states = append(states, r.Data.State)
	}
	if diff := cmp.Diff([]trace.RequestState{trace.RequestOpen, trace.RequestAccepted, trace.RequestDeclined}, states); diff != "" {
		t.Errorf("the history, -want +got:\n%s", diff)
	}
}

// TestWhatALaboratorySees walks how it is bound × what it looks at.
func TestWhatALaboratorySees(t *testing.T) {
	type scene struct {
		*world
		own                             trace.Actor
		product, batch, sister, foreign string
	}
	accepted := func(s scene) string {
		id := s.ask(s.own, lab, s.product, s.batch)
		must(s.AcceptRequest(s.ctx, by(lab), id))(s)
		return id
	}
	for _, tt := range []struct {
		name           string
		bind           func(s scene)
		product, batch bool // what it then sees
	}{
		{"nobody asked", func(scene) {}, false, false},
		{"asked about the batch", func(s scene) { s.ask(s.own, lab, s.product, s.batch) }, true, true},
		{"asked by an inspector", func(s scene) { s.ask(inspector, lab, s.product, s.batch) }, true, true},
		{"asked about the product", func(s scene) { s.ask(s.own, lab, s.product, "") }, true, false},
		{"asked about another batch", func(s scene) { s.ask(s.own, lab, s.product, s.sister) }, true, false},
		{"asked about another product", func(s scene) { s.ask(s.own, lab, s.foreign, "") }, false, false},
		{"another laboratory asked", func(s scene) { s.ask(s.own, otherLab, s.product, s.batch) }, false, false},
		{"its name in other letters", func(s scene) {
			named := lab
			named.Organisation = strings.ToUpper(lab.Organisation)
			s.ask(s.own, named, s.product, s.batch)
		}, false, false},
		{"accepted", func(s scene) { accepted(s) }, true, true},
		{"declined", func(s scene) { s.decline(lab, s.ask(s.own, lab, s.product, s.batch)) }, false, false},
		{"accepted, then declined", func(s scene) { s.decline(lab, accepted(s)) }, false, false},
		{"cancelled", func(s scene) { s.cancel(s.own, s.ask(s.own, lab, s.product, s.batch)) }, false, false},
		{"cancelled, and asked again", func(s scene) {
			s.cancel(s.own, s.ask(s.own, lab, s.product, s.batch))
			s.ask(s.own, lab, s.product, s.batch)
		}, true, true},
		{"asked twice, once cancelled", func(s scene) {
			s.ask(s.own, lab, s.product, s.batch)
			s.cancel(s.own, s.ask(s.own, lab, s.product, s.batch))
		}, true, true},
		{"reported", func(s scene) { s.reported(lab, sheet(s.product, s.batch, row("Chì (Pb)", "mg/kg", "0,05"))) }, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			own := w.producer("HTX Mây Trắng")
			s := scene{world: w, own: own, product: w.product(own), foreign: w.product(own)}
			s.batch, s.sister = w.batch(own, s.product), w.batch(own, s.product)
			published := w.released(own, s.foreign)
			must(w.AddRecord(w.ctx, by(own), sample(t, s.batch, "harvest")))(t)
			theirs := w.typed(own, sheet(s.product, s.batch, row("Chì (Pb)", "mg/kg", "0,05")))
			tt.bind(s)
			rows := sheet(s.product, s.batch, row("Chì (Pb)", "mg/kg", "0,05"))
			for _, look := range []struct {
				name string
				want bool
				err  error
			}{
				{"Product", tt.product, second(w.Product(w.ctx, lab, s.product))},
				{"JudgeTest", tt.product, second(w.JudgeTest(w.ctx, lab, rows))},
				{"DraftRows", tt.product, second(w.DraftRows(w.ctx, lab, s.product))},
				{"Batch", tt.batch, second(w.Batch(w.ctx, lab, strings.ToLower(s.batch)))},
				{"Records", tt.batch, second(w.Records(w.ctx, lab, s.batch, trace.Paging{}))},
				{"Voids", tt.batch, second(w.Voids(w.ctx, lab, s.batch, trace.Paging{}))},
				{"Batch, published", true, second(w.Batch(w.ctx, lab, published))},
				{"Records, published", true, second(w.Records(w.ctx, lab, published, trace.Paging{}))},
				{"BatchHistory", false, second(w.BatchHistory(w.ctx, lab, s.batch))},
				{"Reach", false, second(w.Reach(w.ctx, lab, s.batch))},
				{"Producer", false, second(w.Producer(w.ctx, lab, own.Producer))},
				{"Test of the producer", false, second(w.Test(w.ctx, lab, theirs.ID))},
				{"TestHistory of the producer", false, second(w.TestHistory(w.ctx, lab, theirs.ID))},
			} {
				if look.want && look.err != nil || !look.want && look.err != trace.ErrHidden {
					t.Errorf("%s: %v, want it seen: %t", look.name, look.err, look.want)
				}
			}
			if got := must(w.Records(w.ctx, office, s.batch, trace.Paging{}))(t); len(got.Items) != 1 {
				t.Fatalf("the open batch has %d records", len(got.Items))
			}
			if got, err := w.Records(w.ctx, lab, s.batch, trace.Paging{}); len(got.Items) > 0 {
				t.Errorf("the diary of an open batch is shown: %+v, %v", got, err)
			}
			products := must(w.Products(w.ctx, lab, "", "", trace.Paging{}))(t)
			if got := slices.ContainsFunc(products.Items, func(p trace.Stored[trace.Product]) bool { return p.ID == s.product }); got != tt.product {
				t.Errorf("Products has the product: %t, want %t", got, tt.product)
			}
			batches := must(w.Batches(w.ctx, lab, trace.BatchQuery{Product: s.product}, trace.Paging{}))(t)
			if got := slices.ContainsFunc(batches.Items, func(b trace.Stored[trace.Batch]) bool { return b.ID == s.batch }); got != tt.batch {
				t.Errorf("Batches has the batch: %t, want %t", got, tt.batch)
			}
			for _, r := range must(w.Tests(w.ctx, lab, trace.TestQuery{Product: s.product}, trace.Paging{}))(t).Items {
				if r.Data.Laboratory.Name != lab.Organisation {
					t.Errorf("Tests has %+v", r)
				}
			}
		})
	}
}

// TestOwnReportsStay: a laboratory reads and corrects a report of its own that
// no request is kept of, but nothing around it.
func TestOwnReportsStay(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code := w.batch(a, product)
	data := sheet(product, code, row("Chì (Pb)", "mg/kg", "0,05"))
	data.Laboratory.Name = lab.Organisation
	old := must(trace.Create(w.ctx, w.Ledger, by(lab), "", trace.TestReport{
		TestData: data, Producer: a.Producer, EnteredBy: trace.Laboratory,
		Verified: &trace.Confirmation{Organisation: lab.Organisation, Role: trace.Laboratory, At: w.Now()},
	}))(t)
	must(w.Test(w.ctx, lab, old.ID))(t)
	must(w.TestHistory(w.ctx, lab, old.ID))(t)
	if got := must(w.Tests(w.ctx, lab, trace.TestQuery{}, trace.Paging{}))(t); len(got.Items) != 1 || got.Items[0].ID != old.ID {
		t.Errorf("its reports are %+v", got.Items)
	}
	must(w.CorrectTest(w.ctx, by(lab), old.ID, data, "gõ nhầm"))(t)
	_, err := w.Batch(w.ctx, lab, code)
	wantErr(t, err, trace.ErrNotFound)
	_, err = w.Product(w.ctx, lab, product)
	wantErr(t, err, trace.ErrNotFound)
	_, err = w.Test(w.ctx, otherLab, old.ID)
	wantErr(t, err, trace.ErrNotFound)
}

func TestAnswers(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code, sister := w.batch(a, product), w.batch(a, product)
	other := w.product(a)
	for _, tt := range []struct {
		name   string
		by     trace.Actor
		before func(id string)
		change func(d *trace.TestData)
		fields []string
		want   error
	}{
		{"as asked", lab, nil, func(*trace.TestData) {}, nil, nil},
		{"once accepted", lab, func(id string) { must(w.AcceptRequest(w.ctx, by(lab), id))(t) }, func(*trace.TestData) {}, nil, nil},
		{"the code as it is printed", lab, nil, func(d *trace.TestData) { d.Batch = strings.ToLower(d.Batch) }, nil, nil},
		{"no request", lab, nil, func(d *trace.TestData) { d.Request = "\u200b" }, []string{"request"}, trace.ErrInvalid},
		{"endless request", lab, nil, func(d *trace.TestData) { d.Request = long(201) }, []string{"request"}, trace.ErrInvalid},
		{"unknown request", lab, nil, func(d *trace.TestData) { d.Request = "0000000000000000" }, []string{"request"}, trace.ErrInvalid},
		{"another laboratory's", otherLab, nil, func(*trace.TestData) {}, []string{"request"}, trace.ErrInvalid},
		{"unknown request, foreign product", lab, nil, func(d *trace.TestData) { d.Request, d.Product = "0000000000000000", other }, []string{"request"}, trace.ErrInvalid},
		{"another product", lab, nil, func(d *trace.TestData) { d.Product = other }, []string{"product"}, trace.ErrInvalid},
		{"unknown product", lab, nil, func(d *trace.TestData) { d.Product = "x" }, []string{"product"}, trace.ErrInvalid},
		{"another batch", lab, nil, func(d *trace.TestData) { d.Batch = sister }, []string{"batch"}, trace.ErrInvalid},
		{"the product, not the batch", lab, nil, func(d *trace.TestData) { d.Batch, d.Scope = "", "product" }, []string{"batch"}, trace.ErrInvalid},
		{"declined", lab, func(id string) { w.decline(lab, id) }, func(*trace.TestData) {}, nil, trace.ErrConflict},
		{"cancelled", lab, func(id string) { w.cancel(a, id) }, func(*trace.TestData) {}, nil, trace.ErrConflict},
		{"answered", lab, func(id string) { must(w.AddTest(w.ctx, by(lab), w.answerTo(id)))(t) }, func(*trace.TestData) {}, nil, trace.ErrConflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := w.ask(a, lab, product, code)
			if tt.before != nil {
				tt.before(id)
			}
			d := w.answerTo(id)
			tt.change(&d)
			before := len(heads(t, w.store, trace.KindTests))
			got, err := w.AddTest(w.ctx, by(tt.by), d)
			if tt.want != nil {
				wantErr(t, err, tt.want)
				wantFields(t, err, tt.fields...)
				if after := len(heads(t, w.store, trace.KindTests)); after != before {
					t.Errorf("%d reports became %d", before, after)
				}
				return
			}
			if err != nil || got.ID != id || got.Data.Request != id || got.Data.Provenance() != trace.Verified {
				t.Fatalf("%+v, %v", got, err)
			}
			r := must(w.Request(w.ctx, lab, id))(t)
			if r.Data.State != trace.RequestReported || !r.Data.StateSince.Equal(got.Created) {
				t.Errorf("the answered request: %+v", r.Data)
			}
		})
	}
	for _, actor := range []trace.Actor{office, inspector, certifier, admin} {
		id := w.ask(a, lab, product, code)
		d := w.answerTo(id)
		_, err := w.AddTest(w.ctx, by(actor), d)
		wantFields(t, err, "request")
		d.Request = ""
		_, err = w.AddTest(w.ctx, by(actor), d)
		wantErr(t, err, trace.ErrForbidden)
	}
}

// TestAnswerThatBrokeOff: the report is stored, that it closes the request is
// not. The request reads as reported all the same, and the repeated request
// writes it down.
func TestAnswerThatBrokeOff(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	id := w.ask(a, lab, product, "")
	w.ask(a, lab, product, "") // stays open
	request := op(lab, "report", "hash")
	d := w.answerTo(id)
	w.clock.pass(time.Hour)
	_, err := w.over(&faultyStore{Store: w.store, at: 2}).AddTest(w.ctx, request, d)
	if !errors.Is(err, errFault) {
		t.Fatal(err)
	}
	stored := func() trace.RequestState {
		t.Helper()
		h := must(w.RequestHistory(w.ctx, lab, id))(t)
		return h[len(h)-1].Data.State
	}
	check := func(when string, want trace.RequestState) {
		t.Helper()
		if got := stored(); got != want {
			t.Errorf("%s: stored as %s, want %s", when, got, want)
		}
		if got := must(w.Request(w.ctx, a, id))(t).Data; got.State != trace.RequestReported || !got.StateSince.Equal(w.Now()) {
			t.Errorf("%s: %+v", when, got)
		}
		for _, q := range []struct {
			state trace.RequestState
			n     int
		}{{trace.RequestOpen, 1}, {trace.RequestReported, 1}, {"", 2}, {trace.RequestDeclined, 0}} {
			for _, actor := range []trace.Actor{lab, a, office} {
				list := must(w.Requests(w.ctx, actor, trace.RequestQuery{State: q.state}, trace.Paging{Limit: 1}))(t)
				n := len(list.Items)
				if list.Next != "" {
					n += len(must(w.Requests(w.ctx, actor, trace.RequestQuery{State: q.state}, trace.Paging{Limit: 1, After: list.Next}))(t).Items)
				}
				if n != q.n {
					t.Errorf("%s: %s lists %d requests in state %q, want %d", when, actor.ID, n, q.state, q.n)
				}
			}
		}
		_, err := w.CancelRequest(w.ctx, by(a), id, "")
		wantErr(t, err, trace.ErrConflict)
		_, err = w.DeclineRequest(w.ctx, by(lab), id, "lý do")
		wantErr(t, err, trace.ErrConflict)
		must(w.Product(w.ctx, lab, product))(t)
	}
	check("broken off", trace.RequestOpen)
	// Somebody else's attempt, or one without the key, is told that it is done.
	_, err = w.AddTest(w.ctx, by(lab), d)
	wantErr(t, err, trace.ErrConflict)
	must(w.AddTest(w.ctx, request, d))(t)
	check("repeated", trace.RequestReported)
	if got := revisions(t, w.store, trace.KindTests); got != 1 {
		t.Errorf("%d reports, want one", got)
	}
}

// meanwhile does something before the first insert of a kind.
type meanwhile struct {
	trace.Store
	kind trace.Kind
	do   func()
	once sync.Once
}

func (s *meanwhile) Insert(ctx context.Context, r trace.Revision) error {
	if r.Kind == s.kind {
		s.once.Do(s.do)
	}
	return s.Store.Insert(ctx, r)
}

// TestCancelledWhileReported: the report that was under way counts.
func TestCancelledWhileReported(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	id := w.ask(a, lab, product, "")
	store := &meanwhile{Store: w.store, kind: trace.KindTests, do: func() { w.cancel(a, id) }}
	must(w.over(store).AddTest(w.ctx, by(lab), w.answerTo(id)))(t)
	if got := must(w.Request(w.ctx, a, id))(t).Data; got.State != trace.RequestReported || got.Reason != "" {
		t.Errorf("%+v", got)
	}
	must(w.Product(w.ctx, lab, product))(t)
}

func TestAnswersAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	id := w.ask(a, lab, w.product(a), "")
	d := w.answerTo(id)
	var mu sync.Mutex
	taken := 0
	together(16, func(i int) {
		_, err := w.AddTest(w.ctx, op(lab, fmt.Sprint(i), "hash"), d)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			taken++
		case !errors.Is(err, trace.ErrConflict):
			t.Error(err)
		}
	})
	if n := revisions(t, w.store, trace.KindTests); taken != 1 || n != 1 {
		t.Errorf("%d reports were taken, %d are stored, want one", taken, n)
	}
}

// TestRequestQueries pages through what is asked of two laboratories.
func TestRequestQueries(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	pa, pb := w.product(a), w.product(b)
	code := w.batch(a, pa)
	var all []string
	ask := func(by, laboratory trace.Actor, product, batch string) string {
		w.clock.pass(time.Second)
		id := w.ask(by, laboratory, product, batch)
		all = append([]string{id}, all...)
		return id
	}
	open, accepted := ask(a, lab, pa, code), ask(a, lab, pa, "")
	declined, cancelled := ask(b, lab, pb, ""), ask(office, lab, pb, "")
	elsewhere, reported := ask(a, otherLab, pa, code), ask(a, lab, pa, code)
	must(w.AcceptRequest(w.ctx, by(lab), accepted))(t)
	w.decline(lab, declined)
	w.cancel(office, cancelled)
	must(w.AddTest(w.ctx, by(lab), w.answerTo(reported)))(t)
	for _, tt := range []struct {
		by   trace.Actor
		q    trace.RequestQuery
		want []string
	}{
		{office, trace.RequestQuery{}, all},
		{lab, trace.RequestQuery{}, []string{reported, cancelled, declined, accepted, open}},
		{lab, trace.RequestQuery{State: trace.RequestOpen}, []string{open}},
		{lab, trace.RequestQuery{State: trace.RequestAccepted}, []string{accepted}},
		{lab, trace.RequestQuery{State: trace.RequestReported}, []string{reported}},
		{lab, trace.RequestQuery{State: trace.RequestDeclined}, []string{declined}},
		{lab, trace.RequestQuery{State: trace.RequestCancelled}, []string{cancelled}},
		{lab, trace.RequestQuery{Laboratory: otherLab.Organisation}, nil},
		{lab, trace.RequestQuery{Batch: code}, []string{reported, open}},
		{otherLab, trace.RequestQuery{Product: pa}, []string{elsewhere}},
		{a, trace.RequestQuery{}, []string{reported, elsewhere, accepted, open}},
		{a, trace.RequestQuery{Product: pb}, nil},
		{a, trace.RequestQuery{Batch: strings.ToLower(code), State: trace.RequestOpen}, []string{elsewhere, open}},
		{a, trace.RequestQuery{Product: pa, Batch: code, Laboratory: lab.Organisation}, []string{reported, open}},
		{b, trace.RequestQuery{Laboratory: lab.Organisation}, []string{cancelled, declined}},
		{office, trace.RequestQuery{State: trace.RequestOpen}, []string{elsewhere, open}},
		{office, trace.RequestQuery{Laboratory: lab.Organisation, State: trace.RequestCancelled}, []string{cancelled}},
		{nobody, trace.RequestQuery{}, nil},
	} {
		for _, limit := range []int{1, 2, 50} {
			var got []string
			for p := (trace.Paging{Limit: limit}); ; {
				page := must(w.Requests(w.ctx, tt.by, tt.q, p))(t)
				for _, r := range page.Items {
					got = append(got, r.ID)
				}
				if p.After = page.Next; p.After == "" {
					break
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s, %+v, %d a page: %v, want %v", tt.by.ID, tt.q, limit, got, tt.want)
			}
		}
	}
	_, err := w.Requests(w.ctx, lab, trace.RequestQuery{State: "lost"}, trace.Paging{})
	wantFields(t, err, "state")
	_, err = w.Requests(w.ctx, lab, trace.RequestQuery{}, trace.Paging{Limit: 201})
	wantFields(t, err, "limit")
}

// TestProductsOfALaboratory: each product once, however often it was asked
// about, on pages of any size.
func TestProductsOfALaboratory(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	tea, other, unasked := w.product(a), w.product(b), w.product(a)
	ask := func(by trace.Actor, product string) string {
		w.clock.pass(time.Second)
		return w.ask(by, lab, product, "")
	}
	ask(a, tea)
	ask(b, other)
	ask(a, tea)
	w.cancel(a, ask(a, tea))
	w.decline(lab, ask(a, unasked))
	for _, tt := range []struct {
		producer, search string
		want             []string
	}{
		{"", "", []string{tea, other}}, {a.Producer, "", []string{tea}}, {"", "SHAN tuyet", []string{tea, other}}, {"", "mật ong", nil},
	} {
		for limit := 1; limit <= 5; limit++ {
			var got []string
			for p := (trace.Paging{Limit: limit}); ; {
				page := must(w.Products(w.ctx, lab, tt.producer, tt.search, p))(t)
				for _, s := range page.Items {
					got = append(got, s.ID)
				}
				if len(page.Items) == 0 && page.Next != "" {
					t.Error("an empty page that is not the last")
				}
				if p.After = page.Next; p.After == "" {
					break
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q %q, %d a page: %v, want %v", tt.producer, tt.search, limit, got, tt.want)
			}
		}
	}
	store := &faultyReads{Store: w.store, kind: trace.KindProducts}
	_, err := w.over(store).Products(w.ctx, lab, "", "", trace.Paging{})
	wantErr(t, err, trace.ErrUnavailable)
	store.kind = trace.KindRequests
	w.batch(a, tea)
	_, err = w.over(store).Batches(w.ctx, lab, trace.BatchQuery{}, trace.Paging{})
	wantErr(t, err, trace.ErrUnavailable)
}

// faultyReads is a store that cannot read one kind of documents.
type faultyReads struct {
	trace.Store
	kind trace.Kind
}

func (s *faultyReads) Head(ctx context.Context, kind trace.Kind, id string) (trace.Revision, error) {
	if kind == s.kind {
		return trace.Revision{}, errFault
	}
	return s.Store.Head(ctx, kind, id)
}

func (s *faultyReads) List(ctx context.Context, q trace.Query) (trace.Page, error) {
	if q.Kind == s.kind {
		return trace.Page{}, errFault
	}
	return s.Store.List(ctx, q)
}
