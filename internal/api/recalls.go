package api

import (
	"context"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) recallRoutes() []route {
	authority := []trace.Role{trace.Inspector, trace.Office}
	return tagged("recalls",
		operation(http.MethodGet, "/recalls", "listRecalls", "Danh sách thu hồi", "List recalls", readers, a.listRecalls,
			about("Chủ thể thấy các quyết định thu hồi đã duyệt đối với lô của mình.",
				"A producer sees the approved ones that concern its batches.")),
		operation(http.MethodPost, "/recalls", "proposeRecall", "Đề nghị thu hồi", "Propose a recall", authority, a.proposeRecall, created,
			about("Cơ quan quản lý thu hồi lô cần hai người: một người đề nghị, người khác duyệt. Với holdNow, lô bị tạm dừng lưu hành ngay.",
				"A recall by an authority takes two people: one proposes it, another approves it. With holdNow the batch is held at once.")),
		operation(http.MethodGet, "/recalls/{id}", "getRecall", "Xem một đề nghị thu hồi", "Get a recall", readers, a.getRecall),
		operation(http.MethodPost, "/recalls/{id}/approval", "approveRecall", "Duyệt thu hồi", "Approve a recall", authority, a.approveRecall,
			about("Người duyệt phải khác người đề nghị. Mọi lô trong đề nghị bị thu hồi. Bắt buộc gửi If-Match với ETag của phiên bản đã xem; thiếu thì trả lời 428. Nếu bị lỗi giữa chừng, gửi lại để làm tiếp.",
				"By somebody else than who proposed it. All its batches are recalled. If-Match with the ETag of the revision that was seen is required; 428 without it. When it fails half way through, send it again to go on.")),
		operation(http.MethodPost, "/recalls/{id}/rejection", "rejectRecall", "Từ chối thu hồi", "Reject a recall", authority, a.rejectRecall),
		operation(http.MethodPost, "/recalls/{id}/withdrawal", "withdrawRecall", "Rút đề nghị thu hồi", "Withdraw a recall", authority, a.withdrawRecall,
			about("Chỉ người đã đề nghị.", "Only who proposed it.")),
		operation(http.MethodGet, "/batches/{code}/notice", "getNotice", "Nội dung thông báo tạm dừng hoặc thu hồi", "What the notice of a hold or a recall states",
			[]trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}, a.notice),
	)
}

// A RecallView is a recall with the deadlines that follow from it.
type RecallView struct {
	trace.Stored[trace.Recall]
	Deadlines *trace.Deadlines `json:"deadlines,omitempty" doc:"Once it is approved"`
}

func viewRecall(s trace.Stored[trace.Recall]) RecallView { return RecallView{s, s.Data.Deadlines()} }

func recallDocument(s trace.Stored[trace.Recall], err error) (*Document[RecallView], error) {
	if err != nil {
		return nil, err
	}
	return &Document[RecallView]{etag(s.Revision), viewRecall(s)}, nil
}

type listRecallsIn struct {
	Paging
	Batch string `query:"batch" maxLength:"40" doc:"Batch code; finds recalls that take the batch along too"`
	State string `query:"state" enum:"proposed,approved,rejected,withdrawn" doc:"Where the recall stands"`
}

func (a *API) listRecalls(ctx context.Context, in *listRecallsIn) (*Page[RecallView], error) {
	q := trace.RecallQuery{Batch: in.Batch, State: trace.RecallState(in.State)}
	list, err := a.Ledger.Recalls(ctx, actorOf(ctx), q, in.paging())
	return page(ctx, in.Paging, list, err, viewRecall)
}

type proposeRecallIn struct {
	Writing
	Body trace.RecallData
}

func (a *API) proposeRecall(ctx context.Context, in *proposeRecallIn) (*New[RecallView], error) {
	d, err := recallDocument(a.Ledger.ProposeRecall(ctx, in.write(ctx), in.Body))
	if err != nil {
		return nil, err
	}
	return &New[RecallView]{Prefix + "/recalls/" + d.Body.ID, d.ETag, d.Body}, nil
}

func (a *API) getRecall(ctx context.Context, in *getProducerIn) (*Document[RecallView], error) {
	d, err := recallDocument(a.Ledger.Recall(ctx, actorOf(ctx), in.ID))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

func (a *API) approveRecall(ctx context.Context, in *confirmIn) (*Document[RecallView], error) {
	w, err := in.seen(ctx)
	if err != nil {
		return nil, err
	}
	return recallDocument(a.Ledger.ApproveRecall(ctx, w, in.ID))
}

type rejectRecallIn struct {
	ByID
	Replacing
	Body Rejection
}

// A Rejection says why a recall is not approved.
type Rejection struct {
	Reason string `json:"reason" doc:"Shown to those who may read the recall"`
}

func (a *API) rejectRecall(ctx context.Context, in *rejectRecallIn) (*Document[RecallView], error) {
	return recallDocument(a.Ledger.RejectRecall(ctx, in.write(ctx), in.ID, in.Body.Reason))
}

func (a *API) withdrawRecall(ctx context.Context, in *confirmIn) (*Document[RecallView], error) {
	return recallDocument(a.Ledger.WithdrawRecall(ctx, in.write(ctx), in.ID))
}

// NoticeAnswer is the answer that holds a notice.
type NoticeAnswer struct {
	Body trace.Notice
}

func (a *API) notice(ctx context.Context, in *ByCode) (*NoticeAnswer, error) {
	n, err := a.Ledger.Notice(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &NoticeAnswer{n}, nil
}
