package trace

import (
	"context"
	"errors"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
)

// A Problem is what somebody reports about a code, most often a shopper without
// an account. Who reported it is not part of it: see Contact.
type Problem struct {
	ProblemData
	// Batch and Producer are those of the code, empty when no batch has it.
	Batch    string `json:"batch,omitempty"`
	Producer string `json:"producer,omitempty"`
	// Reference is what the report can be looked up by, see ProblemByReference.
	Reference string       `json:"reference" doc:"Eight characters by which anybody can look up state and answer"`
	State     ProblemState `json:"state"`
	// Answer is for whoever has the reference; a reason for dismissing the
	// report stands in Closed and is not.
	Answer string    `json:"answer,omitempty" doc:"Public"`
	Seen   *Decision `json:"seen,omitempty" doc:"Who looked at it first"`
	Closed *Decision `json:"closed,omitempty" doc:"Who answered it, or dismissed it and why"`
}

// ProblemData is what is reported.
type ProblemData struct {
	Code   string      `json:"code" doc:"What stands on the stamp, as it was scanned or typed"`
	Kind   ProblemKind `json:"kind"`
	Text   string      `json:"text"`
	Bought string      `json:"bought,omitempty" doc:"Where it was bought"`
	Photo  Digest      `json:"photo,omitzero" doc:"SHA-256 of a photo"`
}

// A ProblemKind is what a report is about.
type ProblemKind string

// The kinds of problems.
const (
	ProblemCounterfeit ProblemKind = "counterfeit"
	ProblemQuality     ProblemKind = "quality"
	ProblemInformation ProblemKind = "information"
	ProblemStamp       ProblemKind = "stamp"
	ProblemPrice       ProblemKind = "price"
	ProblemOther       ProblemKind = "other"
)

// ProblemKinds lists all kinds of problems, in the order of a form.
func ProblemKinds() []ProblemKind {
	return []ProblemKind{ProblemCounterfeit, ProblemQuality, ProblemInformation, ProblemStamp, ProblemPrice, ProblemOther}
}

// Name is the kind in words.
func (k ProblemKind) Name() catalog.Name {
	return map[ProblemKind]catalog.Name{
		ProblemCounterfeit: {VI: "Nghi hàng giả, hàng nhái", EN: "Suspected counterfeit"},
		ProblemQuality:     {VI: "Chất lượng, an toàn thực phẩm", EN: "Quality or food safety"},
		ProblemInformation: {VI: "Thông tin trên trang không đúng với sản phẩm", EN: "What the page says does not fit the product"},
		ProblemStamp:       {VI: "Tem rách, mờ hoặc không quét được", EN: "Stamp torn, faded or unreadable"},
		ProblemPrice:       {VI: "Giá bán", EN: "Price"},
		ProblemOther:       {VI: "Việc khác", EN: "Something else"},
	}[k]
}

// A ProblemState is where a report stands.
type ProblemState string

// The states of a report.
const (
	ProblemNew       ProblemState = "new"
	ProblemSeen      ProblemState = "seen"
	ProblemAnswered  ProblemState = "answered"
	ProblemDismissed ProblemState = "dismissed"
)

// ProblemStates lists all states of a report.
func ProblemStates() []ProblemState {
	return []ProblemState{ProblemNew, ProblemSeen, ProblemAnswered, ProblemDismissed}
}

// Name is the state in words, as whoever reported reads it.
func (s ProblemState) Name() catalog.Name {
	return map[ProblemState]catalog.Name{
		ProblemNew:       {VI: "đã gửi, chưa có người xem", EN: "sent, not looked at yet"},
		ProblemSeen:      {VI: "đang xem xét", EN: "being looked into"},
		ProblemAnswered:  {VI: "đã trả lời", EN: "answered"},
		ProblemDismissed: {VI: "đã khép lại, không xử lý tiếp", EN: "closed without further action"},
	}[s]
}

// closed tells whether nothing more is to be done about a report.
func (s ProblemState) closed() bool { return s == ProblemAnswered || s == ProblemDismissed }

func (Problem) DocumentKind() Kind { return KindProblems }

// PrivateMembers are the words of who reports, by which anybody may be named.
func (Problem) PrivateMembers() []string { return []string{"code", "text", "bought", "reference"} }

func (p Problem) DocumentRefs() []string {
	refs := []string{problemRef(p.State), referenceRef(p.Reference)}
	if p.Batch != "" {
		refs = append(refs, batchRef(p.Batch), producerRef(p.Producer))
	}
	return refs
}

func problemRef(s ProblemState) string { return "problem:" + string(s) }
func referenceRef(ref string) string   { return "reference:" + ref }

func (p ProblemData) check(c check) {
	if c.required("code", p.Code != "") {
		c.text("code", p.Code, maxName)
	}
	c.oneOf("kind", string(p.Kind), p.Kind.Name() != catalog.Name{})
	c.required("text", p.Text != "")
	c.text("text", p.Text, maxText)
	c.text("bought", p.Bought, maxName)
}

// CheckProblem tells what is wrong with a report before its photo is stored. A
// contact may be left out.
func (l *Ledger) CheckProblem(ctx context.Context, d ProblemData, contact string) error {
	cleanAll(&d)
	c := newCheck()
	d.check(c)
	Contact{clean(contact)}.check(c)
	if (d.Photo != Digest{}) {
		info, err := l.FileInfo(ctx, d.Photo)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err != nil || info.Type != "image/jpeg" {
			c.fail("photo", notUploaded.VI, notUploaded.EN)
		}
	}
	return c.err()
}

// ReportProblem takes a report from anybody, without an account too. The
// contact, which may be left out, is kept apart and removed on schedule: for
// that to be all of it, w.Op.Hash must not be made from the contact.
func (l *Ledger) ReportProblem(ctx context.Context, w Write, d ProblemData, contact string) (Stored[Problem], error) {
	id := l.NewID(w, KindProblems)
	if done, err := answered[Problem](ctx, l, w, id); err != nil {
		return Stored[Problem]{}, err
	} else if done != nil {
		return *done, nil
	}
	if err := l.CheckProblem(ctx, d, contact); err != nil {
		return Stored[Problem]{}, err
	}
	cleanAll(&d)
	p := Problem{ProblemData: d, State: ProblemNew}
	if err := l.locate(ctx, &p); err != nil {
		return Stored[Problem]{}, err
	}
	var err error
	if p.Reference, err = l.referenceFor(ctx, w, id); err != nil {
		return Stored[Problem]{}, err
	}
	if contact = clean(contact); contact != "" {
		// Before the report: one without the contact that was left would pass
		// for complete. One without a report is swept.
		if _, err := Create(ctx, l, w, id, Contact{contact}); err != nil {
			return Stored[Problem]{}, err
		}
	}
	return Create(ctx, l, w, id, p)
}

// locate writes the code of a report as it is stored and finds the batch that
// it is of. An item code is not opened: that it names a batch is enough.
func (l *Ledger) locate(ctx context.Context, p *Problem) error {
	code, err := stamp.Parse(p.Code)
	if err != nil {
		return nil // what is wrong with the code may be what is reported
	}
	p.Code = code.String()
	batch, err := Head[Batch](ctx, l, code.Batch().String())
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	p.Batch, p.Producer = batch.ID, batch.Data.Producer
	return err
}

// referenceFor draws a reference and claims it for the report with the id.
func (l *Ledger) referenceFor(ctx context.Context, w Write, id string) (string, error) {
	claim := func(ref string) (bool, error) {
		err := l.claim(ctx, w, referenceRef(ref), KindProblems, id)
		if errors.Is(err, errTaken) {
			return false, nil
		}
		return err == nil, err
	}
	draw := func() (string, error) {
		ref, err := stamp.NewReference(l.random)
		return ref.String(), err
	}
	if w.Op.Key != "" {
		return l.drawnFor(ctx, w, KindProblems, draw, claim)
	}
	for range attempts {
		ref, err := draw()
		if err != nil {
			return "", err
		}
		if ours, err := claim(ref); ours || err != nil {
			return ref, err
		}
	}
	return "", errNothingFree
}

// AddProblemPhoto keeps the photo of a report: of all uploads the only one that
// needs no account. Like AddPhoto it keeps nothing but the picture. Whoever
// takes it from the public asks CheckProblem first, and bounds how many come.
func (l *Ledger) AddProblemPhoto(ctx context.Context, w Write, name string, content []byte) (Stored[File], error) {
	return l.addPhoto(ctx, w, name, content)
}

// maySeeProblem lets the producer of the batch, inspectors and the office read
// a report.
func (a Actor) maySeeProblem(p Problem) error {
	switch {
	case a.Role.in(Inspector, Office), p.Producer != "" && a.owns(p.Producer):
		return nil
	case a.oversees():
		return ErrNotAllowed
	}
	return ErrHidden
}

// Problem returns one report.
func (l *Ledger) Problem(ctx context.Context, by Actor, id string) (Stored[Problem], error) {
	return Read(ctx, l, id, by.maySeeProblem)
}

// ProblemHistory returns all revisions of a report, the first one first.
func (l *Ledger) ProblemHistory(ctx context.Context, by Actor, id string) ([]Stored[Problem], error) {
	return HistoryOf(ctx, l, id, by.maySeeProblem)
}

// ProblemQuery narrows a list of reports; empty fields do not.
type ProblemQuery struct {
	Producer, Batch string
	State           ProblemState
	Kind            ProblemKind
}

// Problems lists the reports that the actor may read.
func (l *Ledger) Problems(ctx context.Context, by Actor, q ProblemQuery, p Paging) (List[Problem], error) {
	if !by.Role.in(Inspector, Office, ProducerRole) {
		return nothing[Problem](p)
	}
	ref := ""
	switch {
	case q.Batch != "":
		ref = batchRef(canonical(q.Batch))
	case by.Role == ProducerRole:
		ref = producerRef(by.Producer)
	case q.Producer != "":
		ref = producerRef(q.Producer)
	case q.State != "":
		ref = problemRef(q.State)
	}
	return ListOf(ctx, l, ref, p, func(s Stored[Problem]) bool {
		return by.maySeeProblem(s.Data) == nil &&
			(q.Producer == "" || q.Producer == s.Data.Producer) && (q.State == "" || q.State == s.Data.State) &&
			(q.Kind == "" || q.Kind == s.Data.Kind)
	})
}

// A ProblemStatus is what whoever has the reference learns of a report.
type ProblemStatus struct {
	Reference string       `json:"reference"`
	Code      string       `json:"code"`
	Kind      ProblemKind  `json:"kind"`
	State     ProblemState `json:"state"`
	Reported  time.Time    `json:"reported"`
	Answer    string       `json:"answer,omitempty"`
	// Answered and AnsweredBy say when the answer was given and by whom: the
	// producer or an authority by name, never a person.
	Answered   time.Time `json:"answered,omitzero"`
	AnsweredBy string    `json:"answeredBy,omitempty"`
}

// ProblemByReference looks a report up for anybody who has its reference, in
// any of the ways in which people write it.
func (l *Ledger) ProblemByReference(ctx context.Context, reference string) (ProblemStatus, error) {
	s, err := l.problemByReference(ctx, reference)
	if err != nil {
		return ProblemStatus{}, err
	}
	p := s.Data
	status := ProblemStatus{Reference: p.Reference, Code: p.Code, Kind: p.Kind, State: p.State, Reported: s.Created}
	if p.State != ProblemAnswered {
		return status, nil
	}
	status.Answer, status.Answered, status.AnsweredBy = p.Answer, p.Closed.At, p.Closed.Organisation
	if p.Closed.Role == ProducerRole {
		producer, err := Head[Producer](ctx, l, p.Producer)
		if err != nil {
			return ProblemStatus{}, err
		}
		status.AnsweredBy = producer.Data.Name
	}
	return status, nil
}

func (l *Ledger) problemByReference(ctx context.Context, reference string) (Stored[Problem], error) {
	ref, err := stamp.ParseReference(reference)
	if err != nil {
		return Stored[Problem]{}, ErrHidden
	}
	id, err := l.claimed(ctx, referenceRef(ref.String()))
	if err != nil {
		return Stored[Problem]{}, err
	}
	return Head[Problem](ctx, l, id)
}
