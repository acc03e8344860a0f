package trace_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A call is one request to a ledger, and what it answers.
type call func(l *trace.Ledger, w trace.Write) (any, error)

// answer keeps a typed answer as any.
func answer[T any](v trace.Stored[T], err error) (any, error) { return v, err }

// A writing is a kind of request that changes something.
type writing struct {
	name string
	kind trace.Kind // of the document that it writes
	// prepare makes what the request is about, and the request.
	prepare func(w *world, a trace.Actor) (trace.Actor, call)
}

// writings are all methods that write.
func writings() []writing {
	ctx := context.Background()
	return []writing{
		{"CreateProducer", trace.KindProducers, func(*world, trace.Actor) (trace.Actor, call) {
			return office, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.CreateProducer(ctx, w, producerData("HTX Mới")))
			}
		}},
		{"UpdateProducer", trace.KindProducers, func(_ *world, a trace.Actor) (trace.Actor, call) {
			return a, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.UpdateProducer(ctx, w, a.Producer, producerData("HTX Tên Mới")))
			}
		}},
		{"CreateProduct", trace.KindProducts, func(_ *world, a trace.Actor) (trace.Actor, call) {
			p := productData(a.Producer)
			p.GTIN = gtin(7)
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.CreateProduct(ctx, w, p)) }
		}},
		{"UpdateProduct", trace.KindProducts, func(w *world, a trace.Actor) (trace.Actor, call) {
			id, p := w.product(a), productData(a.Producer)
			p.GTIN = gtin(8)
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.UpdateProduct(ctx, w, id, p)) }
		}},
		{"SetPhoto", trace.KindProducts, func(w *world, a trace.Actor) (trace.Actor, call) {
			id, photo := w.product(a), w.photo(a)
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.SetPhoto(ctx, w, id, photo)) }
		}},
		{"CreateCertificate", trace.KindCertificates, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := ocopData(a.Producer, w.product(a), 4, "2026-01-01")
			return office, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.CreateCertificate(ctx, w, d)) }
		}},
		{"UpdateCertificate", trace.KindCertificates, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := ocopData(a.Producer, w.product(a), 4, "2026-01-01")
			id := must(w.CreateCertificate(ctx, by(a), d))(w).ID
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.UpdateCertificate(ctx, w, id, d)) }
		}},
		{"ConfirmCertificate", trace.KindCertificates, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := must(w.CreateCertificate(ctx, by(a), ocopData(a.Producer, w.product(a), 4, "2026-01-01")))(w).ID
			return certifier, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.ConfirmCertificate(ctx, w, id)) }
		}},
		{"WithdrawCertificate", trace.KindCertificates, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := must(w.CreateCertificate(ctx, by(a), ocopData(a.Producer, w.product(a), 4, "2026-01-01")))(w).ID
			return certifier, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.WithdrawCertificate(ctx, w, id, trace.Ending{From: day("2026-06-01"), Reason: "lý do"}))
			}
		}},
		{"SupersedeCertificate", trace.KindCertificates, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := must(w.CreateCertificate(ctx, by(a), ocopData(a.Producer, w.product(a), 4, "2026-01-01")))(w).ID
			return office, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.SupersedeCertificate(ctx, w, id, trace.Ending{From: day("2026-06-01"), Reason: "lý do"}))
			}
		}},
		{"CreateBatch", trace.KindBatches, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := w.batchData(w.product(a))
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.CreateBatch(ctx, w, d)) }
		}},
		{"UpdateBatch", trace.KindBatches, func(w *world, a trace.Actor) (trace.Actor, call) {
			product := w.product(a)
			code, d := w.batch(a, product), w.batchData(product)
			return a, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.UpdateBatch(ctx, w, code, d, "lý do"))
			}
		}},
		{"MoveBatch", trace.KindBatches, func(w *world, a trace.Actor) (trace.Actor, call) {
			code := w.inState(a, w.product(a), trace.BatchHeld, inspector)
			return inspector, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.MoveBatch(ctx, w, code, trace.Transition{To: trace.BatchReleased}))
			}
		}},
		{"AddRecord", trace.KindRecords, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := sample(w, w.batch(a, w.product(a)), "harvest")
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.AddRecord(ctx, w, d)) }
		}},
		{"CorrectRecord", trace.KindRecords, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := sample(w, w.batch(a, w.product(a)), "harvest")
			id := must(w.AddRecord(ctx, by(a), d))(w).ID
			return a, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.CorrectRecord(ctx, w, id, d, "lý do"))
			}
		}},
		{"RetractRecord", trace.KindRecords, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := must(w.AddRecord(ctx, by(a), sample(w, w.batch(a, w.product(a)), "harvest")))(w).ID
			return a, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.RetractRecord(ctx, w, id, "lý do"))
			}
		}},
		{"VerifyRecord", trace.KindRecords, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := must(w.AddRecord(ctx, by(a), sample(w, w.batch(a, w.product(a)), "harvest")))(w).ID
			return inspector, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.VerifyRecord(ctx, w, id)) }
		}},
		{"AddTest", trace.KindTests, func(w *world, a trace.Actor) (trace.Actor, call) {
			product := w.product(a)
			d := sheet(product, w.batch(a, product), row("Chì (Pb)", "mg/kg", "0,05"))
			d.Request = w.ask(a, lab, product, d.Batch)
			return lab, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.AddTest(ctx, w, d)) }
		}},
		{"CorrectTest", trace.KindTests, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := sheet(w.product(a), "", row("Chì (Pb)", "mg/kg", "0,05"))
			id := w.reported(lab, d).ID
			return lab, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.CorrectTest(ctx, w, id, d, "lý do"))
			}
		}},
		{"AddTest, from paper", trace.KindTests, func(w *world, a trace.Actor) (trace.Actor, call) {
			product := w.product(a)
			d := sheet(product, w.batch(a, product), row("Chì (Pb)", "mg/kg", "0,05"))
			d.Files = []trace.Digest{w.file(a)}
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.AddTest(ctx, w, d)) }
		}},
		{"AskTest", trace.KindRequests, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := trace.RequestData{Product: w.product(a), Laboratory: lab.Organisation}
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.AskTest(ctx, w, d)) }
		}},
		{"AcceptRequest", trace.KindRequests, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.ask(a, lab, w.product(a), "")
			return lab, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.AcceptRequest(ctx, w, id)) }
		}},
		{"DeclineRequest", trace.KindRequests, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.ask(a, lab, w.product(a), "")
			return lab, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.DeclineRequest(ctx, w, id, "quá tải"))
			}
		}},
		{"CancelRequest", trace.KindRequests, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.ask(a, lab, w.product(a), "")
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.CancelRequest(ctx, w, id, "")) }
		}},
		{"VoidCodes", trace.KindVoids, func(w *world, a trace.Actor) (trace.Actor, call) {
			v := trace.Void{Batch: w.batch(a, w.product(a)), Items: &trace.Serials{First: 3, Last: 9}, Reason: "in hỏng"}
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.VoidCodes(ctx, w, v)) }
		}},
		{"ProposeRecall", trace.KindRecalls, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := recallData(w.released(a, w.product(a)))
			d.HoldNow = true
			return inspector, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.ProposeRecall(ctx, w, d)) }
		}},
		{"ApproveRecall", trace.KindRecalls, func(w *world, a trace.Actor) (trace.Actor, call) {
			code := w.released(a, w.product(a))
			id := w.propose(code, w.released(a, w.product(a), code))
			return office, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.ApproveRecall(ctx, w, id)) }
		}},
		{"RejectRecall", trace.KindRecalls, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.propose(w.released(a, w.product(a)))
			return office, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.RejectRecall(ctx, w, id, "lý do")) }
		}},
		{"WithdrawRecall", trace.KindRecalls, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.propose(w.released(a, w.product(a)))
			return inspector, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.WithdrawRecall(ctx, w, id)) }
		}},
		{"ReportProblem", trace.KindProblems, func(w *world, a trace.Actor) (trace.Actor, call) {
			d := problemData(w.released(a, w.product(a)))
			return nobody, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.ReportProblem(ctx, w, d, "0912345678"))
			}
		}},
		{"SeeProblem", trace.KindProblems, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.report(w.released(a, w.product(a))).ID
			return a, func(l *trace.Ledger, w trace.Write) (any, error) { return answer(l.SeeProblem(ctx, w, id)) }
		}},
		{"AnswerProblem", trace.KindProblems, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.report(w.released(a, w.product(a))).ID
			return a, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.AnswerProblem(ctx, w, id, "đã đổi hàng"))
			}
		}},
		{"DismissProblem", trace.KindProblems, func(w *world, a trace.Actor) (trace.Actor, call) {
			id := w.report(w.released(a, w.product(a))).ID
			return office, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.DismissProblem(ctx, w, id, "lý do"))
			}
		}},
		{"AddProblemPhoto", trace.KindFiles, func(*world, trace.Actor) (trace.Actor, call) {
			return nobody, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.AddProblemPhoto(ctx, w, "anh.png", picture(9)))
			}
		}},
		{"SetCriteria, the first time", trace.KindCriteria, func(*world, trace.Actor) (trace.Actor, call) {
			return office, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.SetCriteria(ctx, w, trace.CriteriaSet{Set: 11, Criteria: catalog.Criteria(11), Source: "Công văn 1", Effective: day("2026-01-01")}))
			}
		}},
		{"SetCriteria, again", trace.KindCriteria, func(w *world, _ trace.Actor) (trace.Actor, call) {
			must(w.SetCriteria(ctx, by(office), trace.CriteriaSet{Set: 12, Criteria: catalog.Criteria(12), Source: "Công văn 1", Effective: day("2026-01-01")}))(w)
			return office, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.SetCriteria(ctx, w, trace.CriteriaSet{Set: 12, Source: "Công văn 2", Effective: day("2026-01-01")}))
			}
		}},
		{"AddFile", trace.KindFiles, func(*world, trace.Actor) (trace.Actor, call) {
			return lab, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.AddFile(ctx, w, "giay.pdf", document()))
			}
		}},
		{"AddPhoto", trace.KindFiles, func(_ *world, a trace.Actor) (trace.Actor, call) {
			return a, func(l *trace.Ledger, w trace.Write) (any, error) {
				return answer(l.AddPhoto(ctx, w, "anh.png", picture(1)))
			}
		}},
	}
}

// revisions counts what is stored of a kind.
func revisions(t testing.TB, store trace.Store, kind trace.Kind) (n int) {
	t.Helper()
	for _, h := range heads(t, store, kind) {
		n += h.Number
	}
	return n
}

func TestRepeatedRequestsAnswerAlike(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	for _, wr := range writings() {
		t.Run(wr.name, func(t *testing.T) {
			actor, do := wr.prepare(w, a)
			before := revisions(t, w.store, wr.kind)
			request := op(actor, wr.name, "hash")
			first, err := do(w.Ledger, request)
			if err != nil {
				t.Fatal(err)
			}
			w.clock.pass(400 * 24 * time.Hour) // a key is kept with what it wrote, for ever
			again, err := do(w.Ledger, request)
			if diff := cmp.Diff(first, again); err != nil || diff != "" {
				t.Errorf("repeated: %v, -first +again:\n%s", err, diff)
			}
			if after := revisions(t, w.store, wr.kind); after != before+1 {
				t.Errorf("%d revisions became %d, want one more", before, after)
			}
			request.Op.Hash = "another"
			_, err = do(w.Ledger, request)
			wantErr(t, err, trace.ErrKeyReused)
			if after := revisions(t, w.store, wr.kind); after != before+1 {
				t.Errorf("the refused request left %d revisions, before %d", after, before+1)
			}
		})
	}
}

// TestRequestsSurviveFaults lets the nth insert of a request fail, before or
// after it is stored, for every n. The same request, repeated, must carry it
// out exactly once, as if nothing had happened.
func TestRequestsSurviveFaults(t *testing.T) {
	for _, wr := range writings() {
		t.Run(wr.name, func(t *testing.T) {
			reached := true
			for n := 1; reached; n++ {
				surviveFault(t, wr, n, false)
				reached = surviveFault(t, wr, n, true)
			}
		})
	}
}

// surviveFault tells whether the request came to an nth insert.
func surviveFault(t *testing.T, wr writing, n int, persist bool) bool {
	t.Helper()
	w := newWorld(t)
	actor, do := wr.prepare(w, w.producer("HTX Mây Trắng"))
	before := revisions(t, w.store, wr.kind)
	faulty := &faultyStore{Store: w.store, at: n, persist: persist}
	request := op(actor, "key", "hash")
	_, err := do(w.over(faulty), request)
	if faulty.reached() != (err != nil) || err != nil && !errors.Is(err, errFault) {
		t.Errorf("fault at insert %d: %v", n, err)
	}
	w.clock.pass(time.Second)
	first, err := do(w.Ledger, request)
	if err != nil {
		t.Errorf("fault at insert %d, stored %v: the repeated request fails: %v", n, persist, err)
	}
	again, err := do(w.Ledger, request)
	if diff := cmp.Diff(first, again); err != nil || diff != "" {
		t.Errorf("fault at insert %d, stored %v: %v, the answers differ:\n%s", n, persist, err, diff)
	}
	if after := revisions(t, w.store, wr.kind); after != before+1 {
		t.Errorf("fault at insert %d, stored %v: %d revisions became %d, want one more", n, persist, before, after)
	}
	return faulty.reached()
}

func TestIdenticalRequestsAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	d := w.batchData(w.product(a), w.released(a, w.product(a)))
	request := op(a, "key", "hash")
	before := len(heads(t, w.store, trace.KindBatches))
	var (
		mu      sync.Mutex
		answers = map[string]int{}
	)
	together(200, func(int) {
		b, err := w.CreateBatch(w.ctx, request, d)
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		answers[fmt.Sprintf("%+v", b)]++
	})
	if len(answers) != 1 {
		t.Errorf("%d different answers: %v", len(answers), answers)
	}
	if after := len(heads(t, w.store, trace.KindBatches)); after != before+1 {
		t.Errorf("%d batches became %d, want one more", before, after)
	}
}

// TestAnswersSurviveWhatHappensMeanwhile repeats requests whose grounds have
// gone since.
func TestAnswersSurviveWhatHappensMeanwhile(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	code := w.released(a, product)
	record := sample(t, code, "harvest")
	add := must(w.AddRecord(w.ctx, op(a, "add", "1"), record))(t)
	correct := must(w.CorrectRecord(w.ctx, op(a, "correct", "1"), add.ID, record, "lý do"))(t)
	hold := must(w.MoveBatch(w.ctx, op(a, "hold", "1"), code, trace.Transition{To: trace.BatchHeld, Reason: "lý do"}))(t)
	declared := must(w.CreateCertificate(w.ctx, op(a, "declare", "1"), ocopData(a.Producer, product, 3, "2026-01-01")))(t)
	update := must(w.UpdateCertificate(w.ctx, op(a, "update", "1"), declared.ID, ocopData(a.Producer, product, 3, "2026-01-01")))(t)
	must(w.ConfirmCertificate(w.ctx, by(office), declared.ID))(t)
	must(w.RetractRecord(w.ctx, by(a), add.ID, "lý do"))(t)
	w.move(inspector, code, trace.BatchHeld)
	w.recall(code)

	same := func(name string, want, got any, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s, repeated: %v\n%s", name, err, diff)
		}
	}
	gotRecord, err := w.AddRecord(w.ctx, op(a, "add", "1"), record)
	same("AddRecord", add, gotRecord, err)
	gotRecord, err = w.CorrectRecord(w.ctx, op(a, "correct", "1"), add.ID, record, "lý do")
	same("CorrectRecord", correct, gotRecord, err)
	gotBatch, err := w.MoveBatch(w.ctx, op(a, "hold", "1"), code, trace.Transition{To: trace.BatchHeld, Reason: "lý do"})
	same("MoveBatch", hold, gotBatch, err)
	gotCertificate, err := w.UpdateCertificate(w.ctx, op(a, "update", "1"), declared.ID, ocopData(a.Producer, product, 3, "2026-01-01"))
	same("UpdateCertificate", update, gotCertificate, err)

	// Somebody else's key, even with the same text, opens nothing.
	stolen := op(a, "hold", "1")
	stolen.By = w.producer("HTX Khác")
	_, err = w.MoveBatch(w.ctx, stolen, code, trace.Transition{To: trace.BatchHeld, Reason: "lý do"})
	wantErr(t, err, trace.ErrNotFound)
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	var written, refused int
	var mu sync.Mutex
	together(16, func(i int) {
		for j := range 4 {
			_, err := w.UpdateProducer(w.ctx, by(a), a.Producer, producerData(fmt.Sprintf("HTX %d.%d", i, j)))
			mu.Lock()
			switch {
			case err == nil:
				written++
			case errors.Is(err, trace.ErrConflict) && !errors.Is(err, trace.ErrStale): // nobody named a revision
				refused++
			default:
				t.Error(err)
			}
			mu.Unlock()
		}
	})
	if got := revisions(t, w.store, trace.KindProducers); got != written+1 {
		t.Errorf("%d updates were acknowledged (%d refused), %d revisions are stored", written, refused, got)
	}
}
