package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func (a *API) recordRoutes() []route {
	writers := []trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}
	return tagged("records",
		operation(http.MethodGet, "/batches/{code}/records", "listRecords", "Nhật ký của lô", "List the records of a batch", everyone, a.listRecords),
		operation(http.MethodPost, "/batches/{code}/records", "addRecord", "Ghi nhật ký", "Add a record", writers, a.addRecord, created,
			about("Gửi đúng một nhóm chi tiết ứng với loại ghi chép.", "Of the typed details exactly the one that belongs to the kind is given.")),
		operation(http.MethodGet, "/records/{id}", "getRecord", "Xem một ghi chép", "Get a record", readers, a.getRecord),
		operation(http.MethodGet, "/records/{id}/history", "getRecordHistory", "Lịch sử của ghi chép", "All revisions of a record", readers, a.recordHistory),
		operation(http.MethodPost, "/records/{id}/corrections", "correctRecord", "Đính chính ghi chép", "Correct a record", writers, a.correctRecord,
			about("Bản cũ được giữ lại và hiển thị gạch ngang.", "The old revision stays and is shown struck through.")),
		operation(http.MethodPost, "/records/{id}/retraction", "retractRecord", "Rút lại ghi chép", "Declare that it did not happen", writers, a.retractRecord),
		operation(http.MethodPost, "/records/{id}/verification", "verifyRecord", "Xác minh ghi chép", "Verify a record",
			[]trace.Role{trace.Inspector, trace.Office}, a.verifyRecord, vouches),
	)
}

// A RecordView is a record with how far it can be relied on.
type RecordView struct {
	trace.Stored[trace.Record]
	Provenance trace.Provenance `json:"provenance" doc:"declared by the producer, backed by a document, or verified by an authority"`
}

func viewRecord(s trace.Stored[trace.Record]) RecordView {
	return RecordView{s, s.Data.Provenance()}
}

func recordDocument(s trace.Stored[trace.Record], err error) (*Document[RecordView], error) {
	if err != nil {
		return nil, err
	}
	return &Document[RecordView]{etag(s.Revision), viewRecord(s)}, nil
}

type listOfBatchIn struct {
	ByCode
	Paging
}

func (a *API) listRecords(ctx context.Context, in *listOfBatchIn) (*Page[RecordView], error) {
	list, err := a.Ledger.Records(ctx, actorOf(ctx), in.Code, in.paging())
	return page(ctx, in.Paging, list, err, viewRecord)
}

// A NewRecord is a record of the batch in the path.
type NewRecord struct{ trace.RecordData }

// TransformSchema implements huma.SchemaTransformer.
func (NewRecord) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return fromPath(s, "batch")
}

type addRecordIn struct {
	ByCode
	Writing
	Body NewRecord
}

func (a *API) addRecord(ctx context.Context, in *addRecordIn) (*New[RecordView], error) {
	if err := sameBatch(in.Code, &in.Body.Batch); err != nil {
		return nil, err
	}
	d, err := recordDocument(a.Ledger.AddRecord(ctx, in.write(ctx), in.Body.RecordData))
	if err != nil {
		return nil, err
	}
	return &New[RecordView]{Prefix + "/records/" + d.Body.ID, d.ETag, d.Body}, nil
}

// sameBatch takes the batch of a body from the path, and refuses a body that
// names another one.
func sameBatch(path string, body *string) error {
	code, err := stamp.ParseBatchCode(path)
	if err != nil {
		return err
	}
	if *body != "" {
		if other, err := stamp.ParseBatchCode(*body); err != nil || other != code {
			return fieldError("batch", "khác với mã lô trên đường dẫn", "differs from the batch in the path")
		}
	}
	*body = code.String()
	return nil
}

func (a *API) getRecord(ctx context.Context, in *getProducerIn) (*Document[RecordView], error) {
	d, err := recordDocument(a.Ledger.Record(ctx, actorOf(ctx), in.ID))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

func (a *API) recordHistory(ctx context.Context, in *ByID) (*Revisions[trace.Stored[trace.Record]], error) {
	return revisions(a.Ledger.RecordHistory(ctx, actorOf(ctx), in.ID))
}

// A RecordCorrection is a record's new content and why.
type RecordCorrection struct {
	trace.RecordData
	Reason string `json:"reason" doc:"Why it is corrected; shown to the public" example:"Nhập nhầm khối lượng"`
}

type correctRecordIn struct {
	ByID
	Replacing
	Body RecordCorrection
}

func (a *API) correctRecord(ctx context.Context, in *correctRecordIn) (*Document[RecordView], error) {
	return recordDocument(a.Ledger.CorrectRecord(ctx, in.write(ctx), in.ID, in.Body.RecordData, in.Body.Reason))
}

// A Reason is why something is taken back.
type Reason struct {
	Reason string `json:"reason" doc:"Shown to the public"`
}

type retractRecordIn struct {
	ByID
	Replacing
	Body Reason
}

func (a *API) retractRecord(ctx context.Context, in *retractRecordIn) (*Document[RecordView], error) {
	return recordDocument(a.Ledger.RetractRecord(ctx, in.write(ctx), in.ID, in.Body.Reason))
}

func (a *API) verifyRecord(ctx context.Context, in *confirmIn) (*Document[RecordView], error) {
	w, err := in.seen(ctx)
	if err != nil {
		return nil, err
	}
	return recordDocument(a.Ledger.VerifyRecord(ctx, w, in.ID))
}
