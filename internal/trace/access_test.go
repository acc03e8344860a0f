package trace_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A tenant is one producer with documents of each kind, all of which carry its
// secret.
type tenant struct {
	trace.Actor
	secret                                   string
	product, open, record, test, certificate string
	request                                  string
	recall                                   string // proposed, about another batch
	problem                                  string
}

func (w *world) tenant(secret string) tenant {
	w.Helper()
	n := tenant{Actor: w.producer("HTX " + secret), secret: secret}
	p := productData(n.Producer)
	p.Name = catalog.Name{VI: "Chè " + secret}
	n.product = must(w.CreateProduct(w.ctx, by(n.Actor), p))(w).ID
	d := w.batchData(n.product)
	d.Note = secret
	n.open = must(w.CreateBatch(w.ctx, by(n.Actor), d))(w).ID
	r := sample(w, n.open, "harvest")
	r.Note = secret
	n.record = must(w.AddRecord(w.ctx, by(n.Actor), r))(w).ID
	s := sheet(n.product, n.open, row("Chì (Pb)", "mg/kg", "0,05"))
	s.Note = secret
	n.test = w.typed(n.Actor, s).ID
	n.request = must(w.AskTest(w.ctx, by(n.Actor), trace.RequestData{
		Product: n.product, Batch: n.open, Laboratory: lab.Organisation, Note: secret, Sample: trace.RequestSample{Description: secret},
	}))(w).ID
	c := ocopData(n.Producer, n.product, 4, "2026-01-01")
	c.Note = secret
	n.certificate = must(w.CreateCertificate(w.ctx, by(n.Actor), c))(w).ID
	must(w.VoidCodes(w.ctx, by(n.Actor), trace.Void{Batch: n.open, Items: &trace.Serials{First: 1, Last: 1}, Reason: secret}))(w)
	public := n.Actor
	public.ID = "key" // without the secret, since the batch is published
	proposal := recallData(w.released(public, w.product(public)))
	proposal.Reason = secret
	n.recall = must(w.ProposeRecall(w.ctx, by(secondInspector), proposal))(w).ID
	problem := problemData(n.open)
	problem.Text = secret
	n.problem = must(w.ReportProblem(w.ctx, by(nobody), problem, secret+"@example.vn"))(w).ID
	return n
}

// A probe asks something about a tenant's document, or about one that does not
// exist when the id is replaced.
type probe struct {
	name string
	id   func(tenant) string
	do   func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error)
}

// probes are the reads and writes by id.
func probes(w *world) []probe {
	ctx := w.ctx
	product := func(n tenant) string { return n.product }
	open := func(n tenant) string { return n.open }
	record := func(n tenant) string { return n.record }
	test := func(n tenant) string { return n.test }
	request := func(n tenant) string { return n.request }
	scanned := []trace.Digest{w.file(office)}
	certificate := func(n tenant) string { return n.certificate }
	producer := func(n tenant) string { return n.Producer }
	recall := func(n tenant) string { return n.recall }
	problem := func(n tenant) string { return n.problem }
	end := trace.Ending{From: day("2026-06-01"), Reason: "lý do"}
	p := trace.Paging{}
	return []probe{
		{"Producer", producer, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Producer(ctx, a, id))
		}},
		{"UpdateProducer", producer, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.UpdateProducer(ctx, by(a), id, producerData("HTX Bị Đổi")))
		}},
		{"Product", product, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Product(ctx, a, id))
		}},
		{"UpdateProduct", product, func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error) {
			return answer(l.UpdateProduct(ctx, by(a), id, productData(n.Producer)))
		}},
		{"Batch", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Batch(ctx, a, id))
		}},
		{"BatchHistory", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.BatchHistory(ctx, a, id)
		}},
		{"Reach", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Reach(ctx, a, id) }},
		{"Origins", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Origins(ctx, a, id) }},
		{"Family", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Family(ctx, a, id) }},
		{"Notice", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Notice(ctx, a, id) }},
		{"Outreach", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Outreach(ctx, a, id) }},
		{"Balance", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Balance(ctx, a, id) }},
		{"Progress", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Progress(ctx, a, id) }},
		{"Notifications", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.Notifications(ctx, a, id)
		}},
		{"NotifyKnown", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.NotifyKnown(ctx, by(a), id)
		}},
		{"Notify", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Notify(ctx, by(a), id, trace.NotificationData{Recipient: "x"}))
		}},
		{"SetRecallResult", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.SetRecallResult(ctx, by(a), trace.RecallResultData{Batch: id, Finished: day("2026-11-15")}))
		}},
		{"Recall", recall, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Recall(ctx, a, id))
		}},
		{"ApproveRecall", recall, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.ApproveRecall(ctx, by(a), id))
		}},
		{"RejectRecall", recall, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.RejectRecall(ctx, by(a), id, "lý do"))
		}},
		{"WithdrawRecall", recall, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.WithdrawRecall(ctx, by(a), id))
		}},
		{"Problem", problem, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Problem(ctx, a, id))
		}},
		{"ProblemHistory", problem, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.ProblemHistory(ctx, a, id)
		}},
		{"ProblemContact", problem, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.ProblemContact(ctx, a, id)
		}},
		{"SeeProblem", problem, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.SeeProblem(ctx, by(a), id))
		}},
		{"AnswerProblem", problem, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.AnswerProblem(ctx, by(a), id, "x"))
		}},
		{"DismissProblem", problem, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.DismissProblem(ctx, by(a), id, "x"))
		}},
		{"UpdateBatch", open, func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error) {
			d := trace.BatchData{Product: n.product, Lot: lotNumber("X"), Quantity: kg("1"), Production: day("2026-10-01")}
			return answer(l.UpdateBatch(ctx, by(a), id, d, "lý do"))
		}},
		{"MoveBatch", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.MoveBatch(ctx, by(a), id, trace.Transition{To: trace.BatchClosed}))
		}},
		{"Records", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.Records(ctx, a, id, p)
		}},
		{"Voids", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) { return l.Voids(ctx, a, id, p) }},
		{"VoidCodes", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.VoidCodes(ctx, by(a), trace.Void{Batch: id, Whole: true, Reason: "lý do"}))
		}},
		{"AddRecord", open, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.AddRecord(ctx, by(a), sample(w, id, "harvest")))
		}},
		{"CreateBatch", product, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			d := trace.BatchData{Product: id, Lot: lotNumber("Y"), Quantity: kg("1"), Production: day("2026-10-01")}
			return answer(l.CreateBatch(ctx, by(a), d))
		}},
		{"AddTest", product, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			d := sheet(id, "", row("Chì (Pb)", "mg/kg", "0,05"))
			d.Files = scanned
			return answer(l.AddTest(ctx, by(a), d))
		}},
		{"Record", record, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Record(ctx, a, id))
		}},
		{"RecordHistory", record, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.RecordHistory(ctx, a, id)
		}},
		{"CorrectRecord", record, func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error) {
			return answer(l.CorrectRecord(ctx, by(a), id, sample(w, n.open, "harvest"), "lý do"))
		}},
		{"RetractRecord", record, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.RetractRecord(ctx, by(a), id, "lý do"))
		}},
		{"VerifyRecord", record, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.VerifyRecord(ctx, by(a), id))
		}},
		{"Test", test, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Test(ctx, a, id))
		}},
		{"TestHistory", test, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.TestHistory(ctx, a, id)
		}},
		{"CorrectTest", test, func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error) {
			d := sheet(n.product, n.open, row("Chì (Pb)", "mg/kg", "9"))
			d.Files = scanned
			return answer(l.CorrectTest(ctx, by(a), id, d, "lý do"))
		}},
		{"JudgeTest", product, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.JudgeTest(ctx, a, sheet(id, "", row("Chì (Pb)", "mg/kg", "9")))
		}},
		{"DraftRows", product, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.DraftRows(ctx, a, id)
		}},
		{"AskTest", product, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.AskTest(ctx, by(a), trace.RequestData{Product: id, Laboratory: otherLab.Organisation}))
		}},
		{"Request", request, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Request(ctx, a, id))
		}},
		{"RequestHistory", request, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return l.RequestHistory(ctx, a, id)
		}},
		{"AcceptRequest", request, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.AcceptRequest(ctx, by(a), id))
		}},
		{"DeclineRequest", request, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.DeclineRequest(ctx, by(a), id, "lý do"))
		}},
		{"CancelRequest", request, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.CancelRequest(ctx, by(a), id, ""))
		}},
		{"Certificate", certificate, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.Certificate(ctx, a, id))
		}},
		{"UpdateCertificate", certificate, func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error) {
			return answer(l.UpdateCertificate(ctx, by(a), id, ocopData(n.Producer, n.product, 5, "2026-01-01")))
		}},
		{"ConfirmCertificate", certificate, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.ConfirmCertificate(ctx, by(a), id))
		}},
		{"WithdrawCertificate", certificate, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.WithdrawCertificate(ctx, by(a), id, end))
		}},
		{"CreateProduct", producer, func(l *trace.Ledger, a trace.Actor, _ tenant, id string) (any, error) {
			return answer(l.CreateProduct(ctx, by(a), productData(id)))
		}},
		{"CreateCertificate", producer, func(l *trace.Ledger, a trace.Actor, n tenant, id string) (any, error) {
			return answer(l.CreateCertificate(ctx, by(a), ocopData(id, n.product, 4, "2026-01-01")))
		}},
	}
}

// TestNotYoursIsNotThere holds the refusal of another producer's document
// against that of one that does not exist: nobody can tell which it was.
func TestNotYoursIsNotThere(t *testing.T) {
	w := newWorld(t)
	n, other := w.tenant("MAYTRANG"), w.producer("HTX Khác")
	for _, p := range probes(w) {
		absent := "0000000000000000"
		if p.id(n) == n.open {
			absent = unused(t)
		}
		for _, actor := range []trace.Actor{other, nobody, otherLab} {
			_, theirs := p.do(w.Ledger, actor, n, p.id(n))
			_, nothing := p.do(w.Ledger, actor, n, absent)
			if theirs == nil || nothing == nil || fmt.Sprintf("%#v", theirs) != fmt.Sprintf("%#v", nothing) {
				t.Errorf("%s by %q: %v for what is not its own, %v for what is not there", p.name, actor.ID, theirs, nothing)
			}
		}
	}
}

// TestTenantsStayApart lets producers, and roles that are bound in what they
// see, make random calls about each other's unpublished documents.
func TestTenantsStayApart(t *testing.T) {
	w := newWorld(t)
	tenants := []tenant{
		w.tenant("BIMATMOT"), w.tenant("BIMATHAI"), w.tenant("BIMATBA"),
		{Actor: otherLab, secret: "KHONGCO"}, // a laboratory that nobody asked
	}
	all := probes(w)
	dice := rand.New(rand.NewPCG(1, 2))
	p := trace.Paging{Limit: trace.MaxPage}
	lists := []func(a trace.Actor, n tenant) (any, error){
		func(a trace.Actor, n tenant) (any, error) { return w.Producers(w.ctx, a, n.secret, p) },
		func(a trace.Actor, n tenant) (any, error) { return w.Products(w.ctx, a, n.Producer, "", p) },
		func(a trace.Actor, n tenant) (any, error) { return w.Products(w.ctx, a, "", n.secret, p) },
		func(a trace.Actor, n tenant) (any, error) {
			return w.Batches(w.ctx, a, trace.BatchQuery{Producer: n.Producer}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Batches(w.ctx, a, trace.BatchQuery{Product: n.product}, p)
		},
		func(a trace.Actor, _ tenant) (any, error) { return w.Batches(w.ctx, a, trace.BatchQuery{}, p) },
		func(a trace.Actor, n tenant) (any, error) {
			return w.Certificates(w.ctx, a, trace.CertificateQuery{Number: "321/QĐ-UBND"}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Certificates(w.ctx, a, trace.CertificateQuery{Product: n.product}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Tests(w.ctx, a, trace.TestQuery{Product: n.product}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Tests(w.ctx, a, trace.TestQuery{Batch: n.open}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Requests(w.ctx, a, trace.RequestQuery{Product: n.product}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Requests(w.ctx, a, trace.RequestQuery{Batch: n.open}, p)
		},
		func(a trace.Actor, _ tenant) (any, error) {
			return w.Requests(w.ctx, a, trace.RequestQuery{Laboratory: lab.Organisation, State: trace.RequestOpen}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Problems(w.ctx, a, trace.ProblemQuery{Producer: n.Producer}, p)
		},
		func(a trace.Actor, n tenant) (any, error) {
			return w.Problems(w.ctx, a, trace.ProblemQuery{Batch: n.open, State: trace.ProblemNew}, p)
		},
		func(a trace.Actor, _ tenant) (any, error) { return w.Recalls(w.ctx, a, trace.RecallQuery{}, p) },
		func(a trace.Actor, _ tenant) (any, error) {
			return w.Recalls(w.ctx, a, trace.RecallQuery{State: trace.RecallProposed}, p)
		},
	}
	for range 4000 {
		reader, target := tenants[dice.IntN(len(tenants))], tenants[dice.IntN(3)]
		var (
			name string
			got  any
			err  error
		)
		if i := dice.IntN(len(all) + len(lists)); i < len(all) {
			if reader.secret == target.secret {
				continue // its own: not what this is about
			}
			name = all[i].name
			got, err = all[i].do(w.Ledger, reader.Actor, target, all[i].id(target))
			if err == nil {
				t.Fatalf("%s by %s about %s succeeded", name, reader.secret, target.secret)
			}
		} else {
			name = fmt.Sprintf("list %d", i-len(all))
			got, err = lists[i-len(all)](reader.Actor, target)
		}
		if err != nil && !errors.Is(err, trace.ErrNotFound) && !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("%s by %s about %s: %v", name, reader.secret, target.secret, err)
		}
		said := fmt.Sprintf("%+v %v", got, err)
		for _, n := range tenants {
			if n.secret != reader.secret && strings.Contains(said, n.secret) {
				t.Fatalf("%s by %s tells of %s: %s", name, reader.secret, n.secret, said)
			}
		}
	}
	// A laboratory that was asked sees what it is to test, and no diary before it
	// is public.
	n := tenants[0]
	if got := must(w.Records(w.ctx, lab, n.open, p))(t); len(got.Items) != 0 {
		t.Errorf("a laboratory reads an open batch's diary: %+v", got.Items)
	}
	if got := must(w.Batch(w.ctx, lab, n.open))(t); got.ID != n.open {
		t.Errorf("a laboratory does not find the batch it is to test")
	}
	w.move(n.Actor, n.open, trace.BatchReleased)
	if got := must(w.Records(w.ctx, tenants[1].Actor, n.open, p))(t); len(got.Items) != 1 {
		t.Errorf("a published diary shows %d records to others", len(got.Items))
	}
}

func TestOverseersReadEverythingAndWriteLittle(t *testing.T) {
	w := newWorld(t)
	n := w.tenant("MAYTRANG")
	reads := map[string]bool{
		"Producer": true, "Product": true, "Batch": true, "BatchHistory": true, "Reach": true, "Records": true, "Voids": true,
		"Origins": true, "Family": true, "Recall": true, "Outreach": true, "Balance": true,
		"Record": true, "RecordHistory": true, "Test": true, "TestHistory": true, "Certificate": true,
		"Request": true, "RequestHistory": true, "JudgeTest": true, "DraftRows": true,
	}
	mayWrite := map[string][]trace.Role{
		"UpdateProducer": {trace.Office}, "UpdateProduct": {trace.Office}, "CreateProduct": {trace.Office}, "VoidCodes": {trace.Office},
		"VerifyRecord": {trace.Inspector, trace.Office}, "CreateCertificate": {trace.Office, trace.Certifier},
		"UpdateCertificate": {trace.Office, trace.Certifier}, "ConfirmCertificate": {trace.Office, trace.Certifier},
		"WithdrawCertificate": {trace.Office, trace.Certifier}, "AskTest": {trace.Office, trace.Inspector},
		"Problem": {trace.Office, trace.Inspector}, "ProblemHistory": {trace.Office, trace.Inspector}, "ProblemContact": {trace.Office, trace.Inspector},
		"SeeProblem": {trace.Office, trace.Inspector}, "AnswerProblem": {trace.Office, trace.Inspector}, "DismissProblem": {trace.Office, trace.Inspector},
		"ApproveRecall": {trace.Office, trace.Inspector}, "RejectRecall": {trace.Office, trace.Inspector},
		"WithdrawRecall": {trace.Office, trace.Inspector}, "Notice": {trace.Office, trace.Inspector}, // neither held nor recalled
		"Progress": {trace.Office, trace.Inspector}, "Notifications": {trace.Office, trace.Inspector}, "NotifyKnown": {trace.Office, trace.Inspector},
		"Notify": {trace.Office, trace.Inspector}, "SetRecallResult": {trace.Office, trace.Inspector},
	}
	for _, p := range probes(w) {
		for _, actor := range []trace.Actor{office, certifier, inspector, admin} {
			_, err := p.do(w.Ledger, actor, n, p.id(n))
			allowed := reads[p.name]
			for _, r := range mayWrite[p.name] {
				allowed = allowed || r == actor.Role
			}
			switch {
			case allowed && err != nil && !errors.Is(err, trace.ErrConflict): // done before by another role
				t.Errorf("%s by %s: %v", p.name, actor.ID, err)
			case !allowed && !errors.Is(err, trace.ErrForbidden):
				t.Errorf("%s by %s: %v, want ErrForbidden", p.name, actor.ID, err)
			}
		}
	}
}

func TestProducerInput(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name   string
		change func(*trace.Producer)
		want   []string
	}{
		{"as it is", func(*trace.Producer) {}, nil},
		{"complete", func(p *trace.Producer) {
			p.Phone, p.Email, p.Website, p.ShortName = "+84 912 345 678", "htx@example.vn", "https://htx.example.vn", "HTX"
		}, nil},
		{"nothing", func(p *trace.Producer) { *p = trace.Producer{} }, []string{"name", "kind", "address.commune"}},
		{"unknown kind", func(p *trace.Producer) { p.Kind = "guild" }, []string{"kind"}},
		{"unknown commune", func(p *trace.Producer) { p.Address.Commune = "00000" }, []string{"address.commune"}},
		{"no telephone", func(p *trace.Producer) { p.Phone = "gọi tôi" }, []string{"phone"}},
		{"no address of mail", func(p *trace.Producer) { p.Email = "A <a@b.vn>" }, []string{"email"}},
		{"no web address", func(p *trace.Producer) { p.Website = "javascript:alert(1)" }, []string{"website"}},
		{"hidden marks only", func(p *trace.Producer) { p.Name = "\u200b\u202e" }, []string{"name"}},
		{"long", func(p *trace.Producer) { p.Name, p.ShortName, p.Registration = long(201), long(61), long(41) }, []string{"name", "shortName", "registration"}},
	} {
		p := producerData("HTX Mây Trắng")
		tt.change(&p)
		_, err := w.CreateProducer(w.ctx, by(office), p)
		t.Run(tt.name, func(t *testing.T) { wantFields(t, err, tt.want...) })
	}
	for _, actor := range []trace.Actor{certifier, inspector, lab, admin, nobody, w.producer("HTX Khác")} {
		_, err := w.CreateProducer(w.ctx, by(actor), producerData("HTX Mới"))
		wantErr(t, err, trace.ErrForbidden)
	}
	a := w.producer("HTX Thật")
	shown := producerData("HTX Thật")
	shown.Demonstration = true
	if got := must(w.UpdateProducer(w.ctx, by(a), a.Producer, shown))(t); got.Data.Demonstration {
		t.Error("a producer marked itself as a demonstration")
	}
	found := must(w.Producers(w.ctx, office, "may TRANG", trace.Paging{}))(t)
	if len(found.Items) != 2 {
		t.Errorf("%d producers are found without marks, want 2", len(found.Items))
	}
}

func TestProductInput(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	for _, tt := range []struct {
		name   string
		change func(*trace.Product)
		want   []string
	}{
		{"as it is", func(*trace.Product) {}, nil},
		{"nothing", func(p *trace.Product) { *p = trace.Product{Producer: a.Producer} }, []string{"name.vi", "set"}},
		{"unknown set", func(p *trace.Product) { p.Set = 27 }, []string{"set"}},
		{"half a quantity", func(p *trace.Product) { p.NetContent.Value = "100" }, []string{"netContent.unit"}},
		{"empty standard", func(p *trace.Product) { p.Standards = []string{"TCVN", " "} }, []string{"standards[1]"}},
		{"many standards", func(p *trace.Product) { p.Standards = strings.Split(strings.Repeat("x", 21), "") }, []string{"standards"}},
		{"negative shelf life", func(p *trace.Product) { p.ShelfLife = -1 }, []string{"shelfLife"}},
		{"long", func(p *trace.Product) {
			p.Description.VI, p.Ingredients.EN, p.Warnings.VI = long(2001), long(2001), long(2001)
		}, []string{"description.vi", "ingredients.en", "warnings.vi"}},
	} {
		p := productData(a.Producer)
		tt.change(&p)
		_, err := w.CreateProduct(w.ctx, by(a), p)
		t.Run(tt.name, func(t *testing.T) { wantFields(t, err, tt.want...) })
	}
	_, err := w.CreateProduct(w.ctx, by(office), productData("nobody"))
	wantFields(t, err, "producer")
	id := w.product(a)
	_, err = w.UpdateProduct(w.ctx, by(a), id, productData(w.producer("HTX Khác").Producer))
	wantFields(t, err, "producer")
}
