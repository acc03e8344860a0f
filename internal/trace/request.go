package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/catalog"
)

// A TestRequest asks a laboratory to test a product, or one batch of it. It is
// also what lets the laboratory see them: see laboratoryBound.
//
// The report that answers a request has the request's id, so that there can
// only ever be one, whoever sends it twice, and so that one read tells which
// requests of a page are answered. A request whose report is there is
// reported, whatever its own document says: that is written after the report,
// for the terms under which it is found, and may be missing when the program
// stopped between the two. What is asked of a laboratory and not yet done is
// then still found without reading all that was ever asked of it.
type TestRequest struct {
	RequestData
	// Producer is the product's.
	Producer string `json:"producer"`
	// AskedBy is the role of who asks, and Asker its name: the producer's, or
	// that of the authority.
	AskedBy Role   `json:"askedBy"`
	Asker   string `json:"asker"`
	// State, and since when. Reason is why it was declined or cancelled.
	State      RequestState `json:"state" enum:"open,accepted,reported,declined,cancelled"`
	Reason     string       `json:"reason,omitempty"`
	StateSince time.Time    `json:"stateSince"`
}

// RequestData is what is asked.
type RequestData struct {
	Product    string        `json:"product" doc:"Id of the product"`
	Batch      string        `json:"batch,omitempty" doc:"Batch code; empty: the product, not one batch"`
	Laboratory string        `json:"laboratory" doc:"Name of the laboratory, exactly as its keys and accounts have it" example:"Phòng thử nghiệm Minh Họa"`
	Criteria   []string      `json:"criteria,omitempty" doc:"Indicators asked for; empty: what is usual for the product" example:"[\"Chì (Pb)\"]"`
	Note       string        `json:"note,omitempty"`
	Sample     RequestSample `json:"sample,omitzero"`
}

// A RequestSample is what the laboratory is sent.
type RequestSample struct {
	Code        string `json:"code,omitempty" doc:"As it stands on the sample" example:"M-0131"`
	Description string `json:"description,omitempty"`
	Sent        Date   `json:"sent,omitzero" format:"date" doc:"Day on which it is sent"`
}

// A RequestState is where a request stands.
type RequestState string

// The states of a request.
const (
	RequestOpen      RequestState = "open"
	RequestAccepted  RequestState = "accepted"  // by the laboratory
	RequestReported  RequestState = "reported"  // the report is in
	RequestDeclined  RequestState = "declined"  // by the laboratory
	RequestCancelled RequestState = "cancelled" // by who asked
)

// Pending tells whether the laboratory still has to do something.
func (s RequestState) Pending() bool { return s == RequestOpen || s == RequestAccepted }

// Known tells whether s is one of the states.
func (s RequestState) Known() bool { return s.Name() != catalog.Name{} }

// Name is the state in words.
func (s RequestState) Name() catalog.Name {
	switch s {
	case RequestOpen:
		return catalog.Name{VI: "chờ tiếp nhận", EN: "waiting"}
	case RequestAccepted:
		return catalog.Name{VI: "đã tiếp nhận", EN: "accepted"}
	case RequestReported:
		return catalog.Name{VI: "đã có kết quả", EN: "reported"}
	case RequestDeclined:
		return catalog.Name{VI: "bị từ chối", EN: "declined"}
	case RequestCancelled:
		return catalog.Name{VI: "đã hủy", EN: "cancelled"}
	}
	return catalog.Name{}
}

// binds tells whether the request lets its laboratory see what it is about.
func (s RequestState) binds() bool { return s.Pending() || s == RequestReported }

func (TestRequest) DocumentKind() Kind { return KindRequests }

// PrivateMembers are notes between who asks and the laboratory.
func (TestRequest) PrivateMembers() []string { return []string{"asker", "note", "reason"} }

func (r TestRequest) DocumentRefs() []string {
	refs := []string{
		productRef(r.Product), producerRef(r.Producer), requestStateRef(r.State),
		laboratoryRef(r.Laboratory), laboratoryStateRef(r.Laboratory, r.State),
	}
	if r.Batch != "" {
		refs = append(refs, batchRef(r.Batch))
	}
	if !r.State.binds() {
		return refs
	}
	refs = append(refs, boundRef(r.Laboratory, productRef(r.Product)))
	if r.Batch != "" {
		refs = append(refs, boundRef(r.Laboratory, batchRef(r.Batch)))
	}
	return refs
}

// Bounds of a request.
const (
	maxCriteria = 50
	maxAhead    = 31 // days until a sample is sent
)

func (d RequestData) check(c check) {
	c.required("product", d.Product != "")
	c.name("laboratory", d.Laboratory)
	c.text("note", d.Note, maxText)
	c.text("sample.code", d.Sample.Code, maxName)
	c.text("sample.description", d.Sample.Description, maxName)
	if len(d.Criteria) > maxCriteria {
		c.fail("criteria", fmt.Sprintf("tối đa %d chỉ tiêu", maxCriteria), fmt.Sprintf("has more than %d entries", maxCriteria))
		return
	}
	seen := map[string]bool{}
	for i, name := range d.Criteria {
		f := c.at("criteria", i)
		if f.name("", name) && seen[catalog.Fold(name)] {
			f.fail("", "bị lặp lại", "is named twice")
		}
		seen[catalog.Fold(name)] = true
	}
}

// AskTest asks a laboratory to test: the producer its own product, the office
// or an inspector any.
func (l *Ledger) AskTest(ctx context.Context, w Write, d RequestData) (Stored[TestRequest], error) {
	return once(ctx, l, w, func() (TestRequest, error) {
		d.Batch, d.Criteria = canonical(d.Batch), slices.Clone(d.Criteria) // validate writes to the list
		if err := validate(&d); err != nil {
			return TestRequest{}, err
		}
		product, err := Head[Product](ctx, l, d.Product)
		if err == nil {
			err = w.By.mayAsk(product.Data.Producer)
		}
		if err != nil {
			return TestRequest{}, missing("product", err)
		}
		if err := l.checkRequest(ctx, d); err != nil {
			return TestRequest{}, err
		}
		asker, err := l.askerName(ctx, w.By)
		return TestRequest{
			RequestData: d, Producer: product.Data.Producer, AskedBy: w.By.Role, Asker: asker,
			State: RequestOpen, StateSince: l.Now(),
		}, err
	})
}

func (a Actor) mayAsk(producer string) error {
	switch {
	case a.owns(producer), a.Role.in(Office, Inspector):
		return nil
	case a.Reads(producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// checkRequest holds a request against the day and the batch it names.
func (l *Ledger) checkRequest(ctx context.Context, d RequestData) error {
	c := newCheck()
	if d.Sample.Sent.After(l.Today().AddDays(maxAhead)) {
		c.fail("sample.sent", fmt.Sprintf("quá %d ngày nữa mới đến", maxAhead), fmt.Sprintf("lies more than %d days ahead", maxAhead))
	}
	if err := c.err(); err != nil {
		return err
	}
	return l.requireBatchOf(ctx, d.Product, d.Batch)
}

// requireBatchOf refuses a batch that is not the product's, as an error of the
// field "batch". No batch is none of another product.
func (l *Ledger) requireBatchOf(ctx context.Context, product, code string) error {
	if code == "" {
		return nil
	}
	batch, err := Head[Batch](ctx, l, code)
	if err == nil && batch.Data.Product != product {
		err = ErrHidden
	}
	return missing("batch", err)
}

// askerName is what the laboratory reads of who asks: it sees no producers.
func (l *Ledger) askerName(ctx context.Context, by Actor) (string, error) {
	if by.Role != ProducerRole {
		return by.Organisation, nil
	}
	producer, err := Head[Producer](ctx, l, by.Producer)
	return producer.Data.Name, err
}

// maySeeRequest lets a laboratory see what it was asked, also what it declined.
func (a Actor) maySeeRequest(r TestRequest) error {
	if a.Role == Laboratory && r.Laboratory == a.Organisation {
		return nil
	}
	return a.maySee(r.Producer)
}

// Request returns one request. Its report, once it is there, has the same id.
func (l *Ledger) Request(ctx context.Context, by Actor, id string) (Stored[TestRequest], error) {
	r, err := Read(ctx, l, id, by.maySeeRequest)
	if err != nil {
		return r, err
	}
	found := []Stored[TestRequest]{r}
	err = l.settle(ctx, found)
	return found[0], err
}

// RequestHistory returns all revisions of a request, the first one first.
func (l *Ledger) RequestHistory(ctx context.Context, by Actor, id string) ([]Stored[TestRequest], error) {
	return HistoryOf(ctx, l, id, by.maySeeRequest)
}

// A RequestQuery narrows a list of requests; empty fields do not.
type RequestQuery struct {
	Product, Batch string
	Laboratory     string // its whole name
	State          RequestState
}

// Requests lists the requests that the actor may see.
func (l *Ledger) Requests(ctx context.Context, by Actor, q RequestQuery, p Paging) (List[TestRequest], error) {
	q.Batch = canonical(q.Batch)
	if q.State != "" && !q.State.Known() {
		c := newCheck()
		c.oneOf("state", string(q.State), false)
		return List[TestRequest]{}, c.err()
	}
	for {
		list, err := ListOf(ctx, l, q.ref(by), p, func(r Stored[TestRequest]) bool {
			return by.maySeeRequest(r.Data) == nil &&
				(q.Product == "" || q.Product == r.Data.Product) &&
				(q.Batch == "" || q.Batch == r.Data.Batch) &&
				(q.Laboratory == "" || q.Laboratory == r.Data.Laboratory)
		})
		if err == nil {
			err = l.settle(ctx, list.Items)
		}
		if err != nil {
			return List[TestRequest]{}, err
		}
		list.Items = slices.DeleteFunc(list.Items, func(r Stored[TestRequest]) bool {
			return q.State != "" && q.State != r.Data.State
		})
		if len(list.Items) > 0 || list.Next == "" {
			return list, nil
		}
		p.After = list.Next
	}
}

// ref is the rarest term of what is looked for. Reported requests are not
// looked for by their state, which may not be written down yet; they are most
// of all there are, and soon found.
func (q RequestQuery) ref(by Actor) string {
	lab := q.Laboratory
	if by.Role == Laboratory {
		lab = by.Organisation
	}
	byState := q.State != "" && q.State != RequestReported
	switch {
	case q.Batch != "":
		return batchRef(q.Batch)
	case q.Product != "":
		return productRef(q.Product)
	case lab != "" && byState:
		return laboratoryStateRef(lab, q.State)
	case lab != "":
		return laboratoryRef(lab)
	case by.Role == ProducerRole:
		return producerRef(by.Producer)
	case byState:
		return requestStateRef(q.State)
	}
	return ""
}

// settle lets requests whose report is there read as reported. At most 1000.
func (l *Ledger) settle(ctx context.Context, requests []Stored[TestRequest]) error {
	var ids []string
	for _, r := range requests {
		if r.Data.State != RequestReported {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	reports, err := l.store.Heads(ctx, KindTests, ids)
	if err != nil {
		return err
	}
	since := map[string]time.Time{}
	for _, r := range reports {
		since[r.ID] = r.Created
	}
	for i, r := range requests {
		if t, reported := since[r.ID]; reported {
			requests[i].Data.report(t)
		}
	}
	return nil
}

// report makes it a request whose report came at t.
func (r *TestRequest) report(t time.Time) { r.State, r.Reason, r.StateSince = RequestReported, "", t }

// AcceptRequest says that the laboratory will test.
func (l *Ledger) AcceptRequest(ctx context.Context, w Write, id string) (Stored[TestRequest], error) {
	return l.moveRequest(ctx, w, id, w.By.mayAnswer, RequestAccepted, "")
}

// DeclineRequest says that the laboratory will not test, and why. The
// laboratory then no longer sees what it was asked about.
func (l *Ledger) DeclineRequest(ctx context.Context, w Write, id, reason string) (Stored[TestRequest], error) {
	reason = clean(reason)
	c := newCheck()
	c.required("reason", reason != "")
	c.text("reason", reason, maxText)
	if err := c.err(); err != nil {
		return Stored[TestRequest]{}, err
	}
	return l.moveRequest(ctx, w, id, w.By.mayAnswer, RequestDeclined, reason)
}

// CancelRequest takes a request back: who asked does. A reason may be given.
func (l *Ledger) CancelRequest(ctx context.Context, w Write, id, reason string) (Stored[TestRequest], error) {
	reason = clean(reason)
	c := newCheck()
	if !c.text("reason", reason, maxText) {
		return Stored[TestRequest]{}, c.err()
	}
	return l.moveRequest(ctx, w, id, w.By.mayCancel, RequestCancelled, reason)
}

func (a Actor) mayAnswer(r TestRequest) error {
	if a.Role == Laboratory && r.Laboratory == a.Organisation {
		return nil
	}
	if a.Reads(r.Producer) {
		return ErrNotAllowed
	}
	return ErrHidden
}

func (a Actor) mayCancel(r TestRequest) error {
	switch {
	case r.AskedBy == ProducerRole && a.owns(r.Producer):
		return nil
	case a.Role != ProducerRole && a.Role == r.AskedBy && a.Organisation == r.Asker:
		return nil
	case a.maySeeRequest(r) == nil:
		return ErrNotAllowed
	}
	return ErrHidden
}

func (l *Ledger) moveRequest(ctx context.Context, w Write, id string, may func(TestRequest) error, to RequestState, reason string) (Stored[TestRequest], error) {
	return Update(ctx, l, w, id, may, func(cur *TestRequest) error {
		now := []Stored[TestRequest]{{ID: id, Data: *cur}}
		if err := l.settle(ctx, now); err != nil {
			return err
		}
		from := now[0].Data.State
		if !from.Pending() || from == to {
			return refuse(ErrConflict, fmt.Sprintf("yêu cầu kiểm nghiệm %s, không thể chuyển sang %q", from.Name().VI, to.Name().VI),
				fmt.Sprintf("the request is %s and cannot become %s", from.Name().EN, to.Name().EN))
		}
		cur.State, cur.Reason, cur.StateSince = to, reason, l.Now()
		return nil
	})
}

// errClosed says that a request is written down as reported already.
var errClosed = errors.New("reported already")

// closeRequest writes down that the report is there, even on a request that
// was cancelled while the report was under way: the report counts.
func (l *Ledger) closeRequest(ctx context.Context, by Actor, report Stored[TestReport]) error {
	anybody := func(TestRequest) error { return nil }
	_, err := Update(ctx, l, Write{By: by}, report.ID, anybody, func(cur *TestRequest) error {
		if cur.State == RequestReported {
			return errClosed
		}
		cur.report(report.Created)
		return nil
	})
	if errors.Is(err, errClosed) {
		return nil
	}
	return err
}
