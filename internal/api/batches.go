package api

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func (a *API) batchRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("batches",
		operation(http.MethodGet, "/batches", "listBatches", "Danh sách lô hàng", "List batches", everyone, a.listBatches),
		operation(http.MethodPost, "/batches", "createBatch", "Mở lô hàng mới", "Open a batch", producer, a.createBatch, created,
			about("Hệ thống cấp mã lô gồm 10 ký tự.", "The service draws its code of 10 characters.")),
		operation(http.MethodGet, "/batches/{code}", "getBatch", "Xem một lô hàng", "Get a batch", everyone, a.getBatch),
		operation(http.MethodPut, "/batches/{code}", "updateBatch", "Sửa thông tin lô hàng", "Replace a batch's data", producer, a.updateBatch,
			about("Sau khi xuất xưởng phải nêu lý do và không đổi được số lô.", "Once the batch is released a reason is required, and its lot number stays.")),
		operation(http.MethodGet, "/batches/{code}/history", "getBatchHistory", "Lịch sử thay đổi của lô", "All revisions of a batch", readers, a.batchHistory),
		operation(http.MethodPost, "/batches/{code}/transitions", "moveBatch", "Chuyển trạng thái lô", "Release, hold, close or recall a batch",
			[]trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}, a.moveBatch,
			about("Chủ thể thu hồi lô của mình ngay tại đây; cơ quan quản lý thu hồi bằng đề nghị có người thứ hai duyệt. Ai tạm dừng lô (chủ thể, hoặc cơ quan nào) thì người đó cho lưu hành lại.",
				"A producer recalls its own batch here; an authority recalls by a proposal that a second person approves. A hold is lifted by whoever put it on: the producer, or that very organisation.")),
		operation(http.MethodGet, "/batches/{code}/reach", "getReach", "Các lô bị ảnh hưởng khi thu hồi", "Whom a recall would reach", readers, a.reach),
		operation(http.MethodGet, "/batches/{code}/origins", "getOrigins", "Các lô đã làm nên lô này", "What a batch was made from", readers, a.origins),
		operation(http.MethodGet, "/batches/{code}/family", "getFamily", "Sơ đồ nguồn gốc hai chiều", "The relatives of a batch both ways, for drawing", readers, a.family),
		operation(http.MethodGet, "/batches/{code}/bundle", "getBundle", "Hồ sơ niêm phong của lô", "The sealed file of a batch",
			[]trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}, a.bundle, lending, answers("application/zip"),
			about("Mọi lần ghi, tệp và bằng chứng của lô và các lô nguyên liệu, kiểm tra được khi không có mạng bằng temgoc verify. Chủ thể nhận đủ phần của mình và phần công khai của người khác. Mỗi lần tải được ghi vào nhật ký.",
				"Every revision, file and proof of the batch and of what went into it, to be checked offline with temgoc verify. A producer gets what is its own and what is public of others. Each download is noted.")),
	)
}

// ByCode is part of the input of operations on one batch.
type ByCode struct {
	Code string `path:"code" maxLength:"40" doc:"Batch code, in any letter case, with or without hyphens" example:"K7Q2M9XR4V"`
}

func (a *API) bundle(ctx context.Context, in *ByCode) (*Download, error) {
	return a.stream(download("application/zip", "temgoc-"+in.Code), func(w io.Writer) error {
		return a.Bundles.Write(ctx, actorOf(ctx), in.Code, w)
	})
}

// Resolve refuses what is no batch code, and tells what was probably meant.
func (in *ByCode) Resolve(huma.Context) []error {
	_, err := stamp.ParseBatchCode(in.Code)
	if err == nil {
		return nil
	}
	return []error{codeError{err}}
}

// codeError says what is wrong with a batch code in a path.
type codeError struct{ error }

// Unwrap gives what the stamp package found.
func (e codeError) Unwrap() error { return e.error }

// ErrorDetail implements huma.ErrorDetailer.
func (e codeError) ErrorDetail() *huma.ErrorDetail {
	d := &huma.ErrorDetail{Location: "path.code", Message: msgNoCode}
	if m, ok := errors.AsType[*stamp.MistypedError](e.error); ok {
		d.Message = msgMistyped
		if _, item := m.Suggestion.Item(); !m.Suggestion.IsZero() && !item {
			d.Message = msgMeant + m.Suggestion.Display()
		}
	}
	return d
}

// A BatchView is a batch with what may be done with it next.
type BatchView struct {
	trace.Stored[trace.Batch]
	Display string             `json:"display" doc:"The code as it is printed" example:"K7Q2M-9XR4V"`
	Next    []trace.BatchState `json:"next" doc:"States that may follow"`
}

func viewBatch(s trace.Stored[trace.Batch]) BatchView {
	v := BatchView{Stored: s, Next: s.Data.State.Next()}
	if v.Next == nil {
		v.Next = []trace.BatchState{}
	}
	if code, err := stamp.ParseBatchCode(s.ID); err == nil {
		v.Display = code.Display()
	}
	return v
}

func batchDocument(s trace.Stored[trace.Batch], err error) (*Document[BatchView], error) {
	if err != nil {
		return nil, err
	}
	return &Document[BatchView]{etag(s.Revision), viewBatch(s)}, nil
}

type listBatchesIn struct {
	Paging
	Producer string `query:"producer" maxLength:"100" doc:"Id of the producer"`
	Product  string `query:"product" maxLength:"100" doc:"Id of the product"`
	Lot      string `query:"lot" maxLength:"20" doc:"Whole lot number" example:"L2026-11-A"`
}

func (a *API) listBatches(ctx context.Context, in *listBatchesIn) (*Page[BatchView], error) {
	q := trace.BatchQuery{Producer: in.Producer, Product: in.Product, Lot: in.Lot}
	list, err := a.Ledger.Batches(ctx, actorOf(ctx), q, in.paging())
	return page(ctx, in.Paging, list, err, viewBatch)
}

type createBatchIn struct {
	Writing
	Body trace.BatchData
}

func (a *API) createBatch(ctx context.Context, in *createBatchIn) (*New[BatchView], error) {
	d, err := batchDocument(a.Ledger.CreateBatch(ctx, in.write(ctx), in.Body))
	if err != nil {
		return nil, err
	}
	return &New[BatchView]{Prefix + "/batches/" + d.Body.ID, d.ETag, d.Body}, nil
}

type getBatchIn struct {
	ByCode
	Reading
}

func (a *API) getBatch(ctx context.Context, in *getBatchIn) (*Document[BatchView], error) {
	d, err := batchDocument(a.Ledger.Batch(ctx, actorOf(ctx), in.Code))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

// A BatchChange is a batch's new data.
type BatchChange struct {
	trace.BatchData
	Reason string `json:"reason,omitempty" doc:"Why it is changed; required once the batch is released" example:"Nhập nhầm ngày đóng gói"`
}

type updateBatchIn struct {
	ByCode
	Replacing
	Body BatchChange
}

func (a *API) updateBatch(ctx context.Context, in *updateBatchIn) (*Document[BatchView], error) {
	return batchDocument(a.Ledger.UpdateBatch(ctx, in.write(ctx), in.Code, in.Body.BatchData, in.Body.Reason))
}

func (a *API) batchHistory(ctx context.Context, in *ByCode) (*Revisions[trace.Stored[trace.Batch]], error) {
	return revisions(a.Ledger.BatchHistory(ctx, actorOf(ctx), in.Code))
}

type moveBatchIn struct {
	ByCode
	Replacing
	Body trace.Transition
}

func (a *API) moveBatch(ctx context.Context, in *moveBatchIn) (*Document[BatchView], error) {
	return batchDocument(a.Ledger.MoveBatch(ctx, in.write(ctx), in.Code, in.Body))
}

// Relatives is the answer that holds relatives of a batch.
type Relatives struct {
	Body RelativeList
}

// A RelativeList is its body.
type RelativeList struct {
	Items []trace.Relative `json:"items" doc:"The nearest first"`
}

func relatives(items []trace.Relative, err error) (*Relatives, error) {
	if err != nil {
		return nil, err
	}
	return &Relatives{RelativeList{items}}, nil
}

func (a *API) reach(ctx context.Context, in *ByCode) (*Relatives, error) {
	return relatives(a.Ledger.Reach(ctx, actorOf(ctx), in.Code))
}

func (a *API) origins(ctx context.Context, in *ByCode) (*Relatives, error) {
	return relatives(a.Ledger.Origins(ctx, actorOf(ctx), in.Code))
}

// FamilyAnswer is the answer that holds a batch's relatives both ways.
type FamilyAnswer struct {
	Body trace.Family
}

func (a *API) family(ctx context.Context, in *ByCode) (*FamilyAnswer, error) {
	f, err := a.Ledger.Family(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &FamilyAnswer{f}, nil
}
