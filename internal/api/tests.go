package api

import (
	"context"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) testRoutes() []route {
	writers := []trace.Role{trace.Laboratory, trace.ProducerRole}
	return tagged("tests",
		operation(http.MethodGet, "/tests", "listTests", "Danh sách phiếu kiểm nghiệm", "List test reports", everyone, a.listTests),
		operation(http.MethodPost, "/tests", "addTest", "Nhập phiếu kiểm nghiệm", "Enter a test report", writers, a.addTest, created, limited(testsLimit),
			about("Phòng thử nghiệm nêu yêu cầu kiểm nghiệm mà phiếu trả lời, mỗi yêu cầu một phiếu; chủ thể nhập phiếu giấy phải kèm tệp phiếu. "+
				"Kết quả gửi đúng như trên phiếu, ví dụ \"KPH (LOD = 0,01)\"; hệ thống tự đọc và so với giới hạn.",
				"A laboratory names the request that the report answers, one report each; a producer who types a sheet attaches it. "+
					"Results are sent as the sheet has them, such as \"KPH (LOD = 0,01)\"; the service reads and judges them.")),
		operation(http.MethodGet, "/tests/{id}", "getTest", "Xem một phiếu kiểm nghiệm", "Get a test report", everyone, a.getTest),
		operation(http.MethodGet, "/tests/{id}/history", "getTestHistory", "Lịch sử của phiếu", "All revisions of a test report", everyone, a.testHistory),
		operation(http.MethodPost, "/tests/{id}/corrections", "correctTest", "Đính chính phiếu kiểm nghiệm", "Correct a test report", writers, a.correctTest, limited(testsLimit)),
	)
}

// A TestView is a test report with what it comes to.
type TestView struct {
	trace.Stored[trace.TestReport]
	Verdict    trace.Verdict    `json:"verdict" doc:"Of the whole report"`
	Provenance trace.Provenance `json:"provenance"`
}

func viewTest(s trace.Stored[trace.TestReport]) TestView {
	return TestView{s, s.Data.Verdict(), s.Data.Provenance()}
}

func testDocument(s trace.Stored[trace.TestReport], err error) (*Document[TestView], error) {
	if err != nil {
		return nil, err
	}
	return &Document[TestView]{etag(s.Revision), viewTest(s)}, nil
}

type listTestsIn struct {
	Paging
	Product string `query:"product" maxLength:"100" doc:"Id of the product"`
	Batch   string `query:"batch" maxLength:"40" doc:"Batch code"`
}

func (a *API) listTests(ctx context.Context, in *listTestsIn) (*Page[TestView], error) {
	q := trace.TestQuery{Product: in.Product, Batch: in.Batch}
	if in.Batch != "" {
		b, err := a.Ledger.Batch(ctx, actorOf(ctx), in.Batch)
		if err != nil {
			return nil, err
		}
		q.Batch = b.ID
	}
	list, err := a.Ledger.Tests(ctx, actorOf(ctx), q, in.paging())
	return page(ctx, in.Paging, list, err, viewTest)
}

type addTestIn struct {
	Writing
	Body trace.TestData
}

func (a *API) addTest(ctx context.Context, in *addTestIn) (*New[TestView], error) {
	d, err := testDocument(a.Ledger.AddTest(ctx, in.write(ctx), in.Body))
	if err != nil {
		return nil, err
	}
	return &New[TestView]{Prefix + "/tests/" + d.Body.ID, d.ETag, d.Body}, nil
}

func (a *API) getTest(ctx context.Context, in *getProducerIn) (*Document[TestView], error) {
	d, err := testDocument(a.Ledger.Test(ctx, actorOf(ctx), in.ID))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

func (a *API) testHistory(ctx context.Context, in *ByID) (*Revisions[trace.Stored[trace.TestReport]], error) {
	return revisions(a.Ledger.TestHistory(ctx, actorOf(ctx), in.ID))
}

// A TestCorrection is a report's new content and why.
type TestCorrection struct {
	trace.TestData
	Reason string `json:"reason" doc:"Why it is corrected; shown to the public"`
}

type correctTestIn struct {
	ByID
	Replacing
	Body TestCorrection
}

func (a *API) correctTest(ctx context.Context, in *correctTestIn) (*Document[TestView], error) {
	return testDocument(a.Ledger.CorrectTest(ctx, in.write(ctx), in.ID, in.Body.TestData, in.Body.Reason))
}
