package api

import (
	"context"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) requestRoutes() []route {
	askers := []trace.Role{trace.ProducerRole, trace.Office, trace.Inspector}
	laboratory := []trace.Role{trace.Laboratory}
	return tagged("requests",
		operation(http.MethodGet, "/requests", "listRequests", "Danh sách yêu cầu kiểm nghiệm", "List test requests", everyone, a.listRequests),
		operation(http.MethodPost, "/requests", "askTest", "Gửi yêu cầu kiểm nghiệm", "Ask a laboratory to test", askers, a.askTest, created,
			about("Phòng thử nghiệm chỉ xem được sản phẩm và lô mà mình được yêu cầu kiểm nghiệm.",
				"A laboratory sees only those products and batches that it is asked to test.")),
		operation(http.MethodGet, "/requests/{id}", "getRequest", "Xem một yêu cầu kiểm nghiệm", "Get a test request", everyone, a.getRequest),
		operation(http.MethodGet, "/requests/{id}/history", "getRequestHistory", "Lịch sử của yêu cầu", "All revisions of a test request", everyone, a.requestHistory),
		operation(http.MethodPost, "/requests/{id}/acceptance", "acceptRequest", "Tiếp nhận yêu cầu", "Accept a test request", laboratory, a.acceptRequest),
		operation(http.MethodPost, "/requests/{id}/refusal", "declineRequest", "Từ chối yêu cầu", "Decline a test request", laboratory, a.declineRequest,
			about("Sau khi từ chối, phòng thử nghiệm không còn xem được sản phẩm và lô nữa.",
				"The laboratory then no longer sees what it was asked about.")),
		operation(http.MethodPost, "/requests/{id}/cancellation", "cancelRequest", "Hủy yêu cầu", "Cancel a test request", askers, a.cancelRequest,
			about("Chỉ bên đã gửi yêu cầu được hủy, khi chưa có kết quả.", "Who asked may, while there is no report.")),
	)
}

// A RequestView is a test request with what answers it.
type RequestView struct {
	trace.Stored[trace.TestRequest]
	Report string `json:"report,omitempty" doc:"Id of the report, once it is there"`
}

func viewRequest(s trace.Stored[trace.TestRequest]) RequestView {
	v := RequestView{Stored: s}
	if s.Data.State == trace.RequestReported {
		v.Report = s.ID
	}
	return v
}

// requestDocument names the state in the ETag: the report comes without a new
// revision.
func requestDocument(s trace.Stored[trace.TestRequest], err error) (*Document[RequestView], error) {
	if err != nil {
		return nil, err
	}
	return &Document[RequestView]{etag(s.Revision, string(s.Data.State)), viewRequest(s)}, nil
}

type listRequestsIn struct {
	Paging
	Product    string `query:"product" maxLength:"100" doc:"Id of the product"`
	Batch      string `query:"batch" maxLength:"40" doc:"Batch code"`
	Laboratory string `query:"laboratory" maxLength:"200" doc:"Whole name of the laboratory"`
	State      string `query:"state" enum:"open,accepted,reported,declined,cancelled"`
}

func (a *API) listRequests(ctx context.Context, in *listRequestsIn) (*Page[RequestView], error) {
	q := trace.RequestQuery{Product: in.Product, Batch: in.Batch, Laboratory: in.Laboratory, State: trace.RequestState(in.State)}
	list, err := a.Ledger.Requests(ctx, actorOf(ctx), q, in.paging())
	return page(ctx, in.Paging, list, err, viewRequest)
}

type askTestIn struct {
	Writing
	Body trace.RequestData
}

func (a *API) askTest(ctx context.Context, in *askTestIn) (*New[RequestView], error) {
	d, err := requestDocument(a.Ledger.AskTest(ctx, in.write(ctx), in.Body))
	if err != nil {
		return nil, err
	}
	return &New[RequestView]{Prefix + "/requests/" + d.Body.ID, d.ETag, d.Body}, nil
}

func (a *API) getRequest(ctx context.Context, in *getProducerIn) (*Document[RequestView], error) {
	d, err := requestDocument(a.Ledger.Request(ctx, actorOf(ctx), in.ID))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

func (a *API) requestHistory(ctx context.Context, in *ByID) (*Revisions[trace.Stored[trace.TestRequest]], error) {
	return revisions(a.Ledger.RequestHistory(ctx, actorOf(ctx), in.ID))
}

type acceptRequestIn struct {
	ByID
	Replacing
}

func (a *API) acceptRequest(ctx context.Context, in *acceptRequestIn) (*Document[RequestView], error) {
	return requestDocument(a.Ledger.AcceptRequest(ctx, in.write(ctx), in.ID))
}

// A Refusal says why a laboratory will not test.
type Refusal struct {
	Reason string `json:"reason" doc:"Shown to who asked"`
}

type declineRequestIn struct {
	ByID
	Replacing
	Body Refusal
}

func (a *API) declineRequest(ctx context.Context, in *declineRequestIn) (*Document[RequestView], error) {
	return requestDocument(a.Ledger.DeclineRequest(ctx, in.write(ctx), in.ID, in.Body.Reason))
}

// A Cancellation may say why a request is taken back.
type Cancellation struct {
	Reason string `json:"reason,omitempty" doc:"Shown to the laboratory"`
}

type cancelRequestIn struct {
	ByID
	Replacing
	Body Cancellation
}

func (a *API) cancelRequest(ctx context.Context, in *cancelRequestIn) (*Document[RequestView], error) {
	return requestDocument(a.Ledger.CancelRequest(ctx, in.write(ctx), in.ID, in.Body.Reason))
}
