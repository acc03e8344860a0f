package api

import (
	"context"
	"encoding/json"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) reportRoutes() []route {
	authority := []trace.Role{trace.Inspector, trace.Office}
	desk := []trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}
	return tagged("problems",
		operation(http.MethodGet, "/problems", "listProblems", "Danh sách phản ánh", "List problem reports", desk, a.listProblems,
			about("Chủ thể thấy phản ánh về lô của mình, không thấy cách liên hệ của người phản ánh.",
				"A producer sees those about its batches, without how to reach who reported.")),
		operation(http.MethodPost, "/problems", "reportProblem", "Nhập phản ánh", "Enter a problem report", authority, a.reportProblem, created,
			about("Dành cho phản ánh nhận qua điện thoại hoặc trực tiếp; người mua gửi phản ánh trên trang tra cứu.",
				"For what is reported by telephone or in person; shoppers report on the scan page.")),
		operation(http.MethodGet, "/problems/{id}", "getProblem", "Xem một phản ánh", "Get a problem report", desk, a.getProblem),
		operation(http.MethodPost, "/problems/{id}/seen", "seeProblem", "Tiếp nhận phản ánh", "Note that a report is being looked into", desk, a.seeProblem),
		operation(http.MethodPost, "/problems/{id}/answer", "answerProblem", "Trả lời phản ánh", "Answer a problem report", desk, a.answerProblem,
			about("Ai có mã phản ánh đều đọc được câu trả lời.", "Whoever has the reference can read the answer.")),
		operation(http.MethodPost, "/problems/{id}/dismissal", "dismissProblem", "Khép lại phản ánh", "Close a report without an answer", authority, a.dismissProblem),
		operation(http.MethodGet, "/problems/{id}/contact", "getProblemContact", "Cách liên hệ người phản ánh", "How to reach who reported", authority, a.problemContact,
			about("Được xóa 90 ngày sau khi trả lời hoặc khép lại, chậm nhất 180 ngày sau khi gửi.",
				"Removed 90 days after the report was answered or closed, at the latest 180 days after it was made.")),
		operation(http.MethodGet, "/problems/references/{reference}", "getProblemStatus", "Tra cứu phản ánh theo mã", "Look a report up by its reference", everyone, a.problemStatus),
	)
}

func reportDocument(s trace.Stored[trace.Problem], err error) (*Document[trace.Stored[trace.Problem]], error) {
	return changed(s, err)
}

type listProblemsIn struct {
	Paging
	Producer string `query:"producer" maxLength:"100" doc:"Id of the producer"`
	Batch    string `query:"batch" maxLength:"40" doc:"Batch code"`
	State    string `query:"state" enum:"new,seen,answered,dismissed" doc:"Where the report stands"`
}

func (a *API) listProblems(ctx context.Context, in *listProblemsIn) (*Page[trace.Stored[trace.Problem]], error) {
	q := trace.ProblemQuery{Producer: in.Producer, Batch: in.Batch, State: trace.ProblemState(in.State)}
	list, err := a.Ledger.Problems(ctx, actorOf(ctx), q, in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

// A NewReport is a report with how to reach who made it.
type NewReport struct {
	trace.ProblemData
	Contact string `json:"contact,omitempty" doc:"Telephone number or e-mail address, where whoever reports wants to be reached; kept apart and removed in time" example:"0912 345 678"`
}

type reportProblemIn struct {
	Writing
	Body NewReport
}

func (a *API) reportProblem(ctx context.Context, in *reportProblemIn) (*New[trace.Stored[trace.Problem]], error) {
	// The request is known by what is reported: the contact leaves no trace,
	// not even in a hash.
	callOf(ctx).body, _ = json.Marshal(in.Body.ProblemData)
	s, err := a.Ledger.ReportProblem(ctx, in.write(ctx), in.Body.ProblemData, in.Body.Contact)
	return made("/problems/", s, err)
}

func (a *API) getProblem(ctx context.Context, in *getProducerIn) (*Document[trace.Stored[trace.Problem]], error) {
	s, err := a.Ledger.Problem(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

func (a *API) seeProblem(ctx context.Context, in *confirmIn) (*Document[trace.Stored[trace.Problem]], error) {
	return reportDocument(a.Ledger.SeeProblem(ctx, in.write(ctx), in.ID))
}

type answerProblemIn struct {
	ByID
	Replacing
	Body ProblemAnswer
}

// A ProblemAnswer is what is answered to a report.
type ProblemAnswer struct {
	Answer string `json:"answer" doc:"Public"`
}

func (a *API) answerProblem(ctx context.Context, in *answerProblemIn) (*Document[trace.Stored[trace.Problem]], error) {
	return reportDocument(a.Ledger.AnswerProblem(ctx, in.write(ctx), in.ID, in.Body.Answer))
}

type dismissProblemIn struct {
	ByID
	Replacing
	Body Dismissal
}

// A Dismissal says why nothing more is done about a report.
type Dismissal struct {
	Reason string `json:"reason" doc:"Not shown to whoever reported"`
}

func (a *API) dismissProblem(ctx context.Context, in *dismissProblemIn) (*Document[trace.Stored[trace.Problem]], error) {
	return reportDocument(a.Ledger.DismissProblem(ctx, in.write(ctx), in.ID, in.Body.Reason))
}

// ContactAnswer is the answer that holds how to reach somebody.
type ContactAnswer struct {
	Body trace.Contact
}

func (a *API) problemContact(ctx context.Context, in *ByID) (*ContactAnswer, error) {
	k, err := a.Ledger.ProblemContact(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &ContactAnswer{k}, nil
}

type problemStatusIn struct {
	Reference string `path:"reference" maxLength:"40" doc:"Eight characters, in any letter case, with or without hyphens" example:"7Q2M-9XR4"`
}

// StatusAnswer is the answer that holds what became of a report.
type StatusAnswer struct {
	Body trace.ProblemStatus
}

func (a *API) problemStatus(ctx context.Context, in *problemStatusIn) (*StatusAnswer, error) {
	s, err := a.Ledger.ProblemByReference(ctx, in.Reference)
	if err != nil {
		return nil, err
	}
	return &StatusAnswer{s}, nil
}
