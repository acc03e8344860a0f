package api

import (
	"context"
	"net/http"

	"temgoc/internal/privacy"
	"temgoc/internal/trace"
)

func (a *API) privacyRoutes() []route {
	handlers := []trace.Role{trace.Office, trace.Administrator}
	return tagged("privacy",
		operation(http.MethodGet, "/data-requests", "listDataRequests", "Danh sách yêu cầu về dữ liệu cá nhân", "List requests about personal data", handlers, a.listDataRequests),
		operation(http.MethodPost, "/data-requests", "createDataRequest", "Ghi yêu cầu về dữ liệu cá nhân", "Enter a request about personal data", handlers, a.createDataRequest, created,
			about("Thời hạn tính từ ngày nhận: xác nhận trong 2 ngày làm việc; cung cấp, chỉnh sửa 10 ngày, hạn chế 15 ngày, xóa 20 ngày.",
				"Deadlines are counted from the day on which it was received: 2 working days to acknowledge; 10 days to give or correct, 15 to restrict, 20 to erase.")),
		operation(http.MethodGet, "/data-requests/{id}", "getDataRequest", "Xem một yêu cầu về dữ liệu cá nhân", "Get a request about personal data", handlers, a.getDataRequest),
		operation(http.MethodPost, "/data-requests/{id}/acknowledgement", "acknowledgeDataRequest", "Xác nhận yêu cầu", "Acknowledge a request", handlers, a.acknowledgeDataRequest),
		operation(http.MethodPost, "/data-requests/{id}/extension", "extendDataRequest", "Gia hạn yêu cầu", "Extend a request by 15 days", handlers, a.extendDataRequest,
			about("Chỉ một lần.", "Once only.")),
		operation(http.MethodPost, "/data-requests/{id}/refusal", "refuseDataRequest", "Từ chối yêu cầu", "Refuse a request", handlers, a.refuseDataRequest),
		operation(http.MethodPost, "/data-requests/{id}/completion", "finishDataRequest", "Ghi đã thực hiện yêu cầu", "Note that a request was carried out", handlers, a.finishDataRequest),
		operation(http.MethodPost, "/data-requests/{id}/erasure", "eraseForDataRequest", "Xóa dữ liệu theo yêu cầu", "Erase what was chosen for a request", handlers, a.eraseForDataRequest,
			about("Xóa vĩnh viễn các mục đã chọn trong mọi phiên bản của tài liệu. Nếu bị lỗi giữa chừng, dịch vụ tự làm tiếp; gửi lại cũng được.",
				"Destroys what is chosen for good, in every revision of the documents. When it fails half way through the service goes on by itself; it can be sent again, too.")),
		operation(http.MethodPost, "/personal-data/search", "findPersonalData", "Tìm dữ liệu về một người", "Find what is kept of a person", handlers, a.findPersonalData,
			about("Tìm trong phần riêng tư của mọi tài liệu, mọi phiên bản. Gửi bằng POST để tên không nằm trong địa chỉ.",
				"Looks through the personal part of all documents in all revisions. A POST, so that no name stands in an address.")),
	)
}

// DataRequest is a request as it is answered.
type DataRequest = trace.Stored[privacy.Request]

type listDataRequestsIn struct {
	Paging
	State string `query:"state" enum:"new,acknowledged,erasing,done,refused" doc:"Where the request stands"`
}

func (a *API) listDataRequests(ctx context.Context, in *listDataRequestsIn) (*Page[DataRequest], error) {
	list, err := a.Privacy.List(ctx, actorOf(ctx), privacy.State(in.State), in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

type createDataRequestIn struct {
	Writing
	Body privacy.Asked
}

func (a *API) createDataRequest(ctx context.Context, in *createDataRequestIn) (*New[DataRequest], error) {
	s, err := a.Privacy.Ask(ctx, in.write(ctx), in.Body)
	return made("/data-requests/", s, err)
}

func (a *API) getDataRequest(ctx context.Context, in *getProducerIn) (*Document[DataRequest], error) {
	s, err := a.Privacy.Request(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

type acknowledgeDataRequestIn struct {
	ByID
	Replacing
	Body Identification
}

// An Identification says how it was made sure who asks.
type Identification struct {
	Identity string `json:"identity" doc:"How it was made sure that the person is who it says"`
}

func (a *API) acknowledgeDataRequest(ctx context.Context, in *acknowledgeDataRequestIn) (*Document[DataRequest], error) {
	return changed(a.Privacy.Acknowledge(ctx, in.write(ctx), in.ID, in.Body.Identity))
}

type dataRequestReasonIn struct {
	ByID
	Replacing
	Body DataRequestReason
}

// A DataRequestReason says why a request is extended or refused.
type DataRequestReason struct {
	Reason string `json:"reason" doc:"The person is told"`
}

func (a *API) extendDataRequest(ctx context.Context, in *dataRequestReasonIn) (*Document[DataRequest], error) {
	return changed(a.Privacy.Extend(ctx, in.write(ctx), in.ID, in.Body.Reason))
}

func (a *API) refuseDataRequest(ctx context.Context, in *dataRequestReasonIn) (*Document[DataRequest], error) {
	return changed(a.Privacy.Refuse(ctx, in.write(ctx), in.ID, in.Body.Reason))
}

type finishDataRequestIn struct {
	ByID
	Replacing
	Body DataRequestOutcome
}

// A DataRequestOutcome says what was done.
type DataRequestOutcome struct {
	Outcome string `json:"outcome" doc:"The person is told"`
}

func (a *API) finishDataRequest(ctx context.Context, in *finishDataRequestIn) (*Document[DataRequest], error) {
	return changed(a.Privacy.Finish(ctx, in.write(ctx), in.ID, in.Body.Outcome))
}

type eraseIn struct {
	ByID
	Replacing
	Body ErasureOrder
}

// An ErasureOrder says what is to be erased.
type ErasureOrder struct {
	Picks   []privacy.Pick `json:"picks" maxItems:"1000" doc:"What is erased, in all revisions of its document"`
	Outcome string         `json:"outcome" doc:"The person is told"`
}

func (a *API) eraseForDataRequest(ctx context.Context, in *eraseIn) (*Document[DataRequest], error) {
	return changed(a.Privacy.CarryOut(ctx, in.write(ctx), in.ID, in.Body.Picks, in.Body.Outcome))
}

type findPersonalDataIn struct {
	Body PersonSought
}

// A PersonSought says whose data is looked for.
type PersonSought struct {
	Text string `json:"text" maxLength:"200" doc:"Words of a name, a telephone number or an e-mail address"`
}

// FindingsAnswer is the answer that holds what was found.
type FindingsAnswer struct {
	Body privacy.Findings
}

func (a *API) findPersonalData(ctx context.Context, in *findPersonalDataIn) (*FindingsAnswer, error) {
	found, err := a.Privacy.Find(ctx, actorOf(ctx), in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &FindingsAnswer{found}, nil
}
