package trace_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/mongo"
)

// onBothEngines runs a test on the embedded store and on MongoDB.
func onBothEngines(t *testing.T, test func(*testing.T, *world, trace.Store)) {
	t.Run("SQLite", func(t *testing.T) {
		w := newWorld(t)
		test(t, w, w.store)
	})
	t.Run("MongoDB", func(t *testing.T) {
		db, err := mongo.Open(t.Context(), servers.MongoDB(t), trace.Kinds())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		w := newWorld(t)
		w.Ledger = w.over(db)
		test(t, w, db)
	})
}

// A scene is what two producers and the office did, some of it in one
// millisecond.
type scene struct {
	a, b            trace.Actor
	product, batch  string // of a
	foreign, export string // a batch of b, an export of a
}

func (w *world) scene() scene {
	w.Helper()
	var s scene
	s.a = w.producer("HTX Chè")
	w.clock.pass(time.Second)
	s.b = w.producer("HTX Mật")
	s.product = w.product(s.a)
	w.clock.pass(time.Second)
	must(w.UpdateProducer(w.ctx, by(s.a), s.a.Producer, producerData("HTX Chè Mới")))(w)
	s.batch = w.batch(s.a, s.product)
	s.foreign = w.released(s.b, w.product(s.b))
	record := must(w.AddRecord(w.ctx, by(s.a), sample(w, s.batch, "harvest")))(w)
	w.clock.pass(time.Second)
	for i := range 5 { // in one millisecond
		d := record.Data.RecordData
		d.Note = fmt.Sprint("lần ", i)
		must(w.CorrectRecord(w.ctx, by(s.a), record.ID, d, "ghi nhầm"))(w)
	}
	w.clock.pass(time.Second)
	must(w.VerifyRecord(w.ctx, by(inspector), record.ID))(w)
	for _, to := range []trace.BatchState{trace.BatchReleased, trace.BatchHeld, trace.BatchReleased, trace.BatchClosed, trace.BatchRecalled} {
		w.move(s.a, s.batch, to)
		w.clock.pass(time.Millisecond)
	}
	s.export = must(w.NoteExport(w.ctx, by(s.a), trace.Export{What: "Ghi chép", Filter: "tháng 11", Rows: 6, SHA256: trace.DigestOf(nil)}))(w).ID
	must(w.NoteExport(w.ctx, by(office), trace.Export{What: "Nhật ký", SHA256: trace.DigestOf(nil)}))(w)
	return s
}

// line is an entry for comparison.
func line(e trace.AuditEntry) string {
	return fmt.Sprintf("%d %s %s %d by %s: %s", e.At.UnixMilli(), e.Kind.Kind, e.ID, e.Number, e.By, e.Act().Action.VI)
}

// everything is the log as it must be, made from the histories of all
// documents.
func everything(t *testing.T, store trace.Store) []trace.AuditEntry {
	t.Helper()
	var all []trace.AuditEntry
	for _, kind := range trace.AuditKinds() {
		for _, head := range heads(t, store, kind.Kind) {
			history, err := store.History(t.Context(), kind.Kind, head.ID)
			if err != nil {
				t.Fatal(err)
			}
			var before json.RawMessage
			for _, r := range history {
				content, err := r.Content()
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, trace.AuditEntry{At: r.At, By: r.By, Kind: kind, ID: r.ID, Number: r.Number, Refs: r.Refs, Body: content, Before: before})
				before = content
			}
		}
	}
	slices.SortFunc(all, func(x, y trace.AuditEntry) int {
		return cmp.Or(y.At.Compare(x.At), strings.Compare(string(y.Kind.Kind), string(x.Kind.Kind)), strings.Compare(y.ID, x.ID), y.Number-x.Number)
	})
	return all
}

// concerns tells whether an entry belongs to a log about ref.
func concerns(e trace.AuditEntry, ref string) bool {
	return ref == "" || slices.Contains(e.Refs, ref) ||
		e.Kind.Kind == trace.KindProducers && ref == trace.ProducerTerm(e.ID) ||
		e.Kind.Kind == trace.KindProducts && ref == trace.ProductTerm(e.ID) ||
		e.Kind.Kind == trace.KindBatches && ref == trace.BatchTerm(e.ID)
}

func TestAudit(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world, store trace.Store) {
		s := w.scene()
		all := everything(t, store)
		since, until := start.Add(time.Second), start.Add(4*time.Second)
		for _, ref := range []string{"", trace.ProducerTerm(s.a.Producer), trace.BatchTerm(s.batch), trace.ProductTerm(s.product), trace.BatchTerm(s.foreign), "x"} {
			for _, by := range []string{"", s.a.ID, "nobody"} {
				for _, bounds := range [][2]time.Time{{}, {since, until}} {
					q := trace.AuditQuery{Kinds: trace.AuditKinds(), By: by, Ref: ref, Since: bounds[0], Until: bounds[1]}
					want := []string{}
					for _, e := range all {
						if concerns(e, ref) && (by == "" || e.By == by) &&
							(q.Since.IsZero() || !e.At.Before(q.Since)) && (q.Until.IsZero() || e.At.Before(q.Until)) {
							want = append(want, line(e))
						}
					}
					w.checkAudit(admin, q, want)
				}
			}
		}
	})
}

// checkAudit compares the log, in pages of several sizes and in one stream.
func (w *world) checkAudit(by trace.Actor, q trace.AuditQuery, want []string) {
	w.Helper()
	for _, limit := range []int{1, 7} {
		if len(want) > 5 && limit == 1 {
			continue // the same takes long on a server
		}
		got := []string{}
		for p := (trace.Paging{Limit: limit}); ; {
			page := must(w.Audit(w.ctx, by, q, p))(w)
			for _, e := range page.Items {
				got = append(got, line(e))
			}
			if page.Next == "" {
				break
			}
			if page.Next == p.After {
				w.Fatalf("the page after %q is itself", p.After)
			}
			p.After = page.Next
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			w.Errorf("%s %s %v-%v in pages of %d, -want +got:\n%s", q.Ref, q.By, q.Since, q.Until, limit, diff)
		}
	}
	got := []string{}
	for e, err := range w.AuditAll(w.ctx, by, q) {
		if err != nil {
			w.Fatal(err)
		}
		got = append(got, line(e))
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		w.Errorf("%s %s in a stream, -want +got:\n%s", q.Ref, q.By, diff)
	}
}

// TestAuditActors checks who sees what.
func TestAuditActors(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	q := trace.AuditQuery{Kinds: trace.AuditKinds()}
	for _, actor := range []trace.Actor{certifier, lab, inspector, nobody} {
		_, err := w.Audit(w.ctx, actor, q, trace.Paging{})
		wantErr(t, err, trace.ErrForbidden)
		for _, err := range w.AuditAll(w.ctx, actor, q) {
			wantErr(t, err, trace.ErrForbidden)
		}
	}
	own := must(w.Audit(w.ctx, s.a, q, trace.Paging{Limit: 200}))(t).Items
	for _, e := range own {
		if !concerns(e, trace.ProducerTerm(s.a.Producer)) {
			t.Errorf("a producer sees %s", line(e))
		}
	}
	named := must(w.Audit(w.ctx, office, trace.AuditQuery{Kinds: q.Kinds, Ref: trace.ProducerTerm(s.a.Producer)}, trace.Paging{Limit: 200}))(t).Items
	if len(own) != len(named) || len(own) == 0 {
		t.Errorf("a producer sees %d entries about itself, the office %d", len(own), len(named))
	}
	for _, ref := range []string{trace.BatchTerm(s.batch), trace.ProductTerm(s.product)} {
		q.Ref = ref
		if got := must(w.Audit(w.ctx, s.a, q, trace.Paging{}))(t).Items; len(got) == 0 {
			t.Errorf("a producer sees nothing about its own %s", ref)
		}
	}
	for _, ref := range []string{
		trace.ProducerTerm(s.b.Producer), trace.ProducerTerm("missing"), trace.BatchTerm(s.foreign), trace.BatchTerm("missing"),
		trace.ProductTerm("missing"), "word:che", "lot:L1", "producer:", "x", trace.ProductTerm(s.product) + ":lot:L1",
	} {
		q.Ref = ref
		_, err := w.Audit(w.ctx, s.a, q, trace.Paging{})
		if !errors.Is(err, trace.ErrHidden) {
			t.Errorf("a producer asks for %q: %v, want ErrHidden", ref, err)
		}
	}
	q.Ref = trace.BatchTerm(s.foreign)
	_, err := w.Audit(w.ctx, s.b, q, trace.Paging{})
	if err != nil {
		t.Errorf("the owner of the other batch: %v", err)
	}
}

// TestAuditHidesProposals checks that the log tells a producer no more of a
// recall than the recall itself does: nothing before it is approved.
func TestAuditHidesProposals(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	rejected := w.propose(s.foreign)
	must(w.RejectRecall(w.ctx, by(office), rejected, "thiếu căn cứ"))(t)
	w.propose(s.foreign)
	seen := func(by trace.Actor, ref string) []string {
		out := []string{}
		for e, err := range w.AuditAll(w.ctx, by, trace.AuditQuery{Kinds: trace.AuditKinds(), Ref: ref}) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind.Kind == trace.KindRecalls {
				out = append(out, e.Act().Action.EN)
			}
		}
		return out
	}
	for _, ref := range []string{"", trace.BatchTerm(s.foreign)} {
		if got := seen(s.b, ref); len(got) != 0 {
			t.Errorf("the producer sees %q before anything is approved", got)
		}
	}
	if got := seen(office, ""); len(got) != 3 {
		t.Errorf("the office sees %q, want two proposals and a rejection", got)
	}
	w.recall(s.foreign)
	if got := seen(s.b, ""); !slices.Equal(got, []string{"Approved a recall"}) {
		t.Errorf("the producer sees %q of the recall", got)
	}
}

func TestAuditRefusesInput(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	q := trace.AuditQuery{Kinds: trace.AuditKinds()}
	first := must(w.Audit(w.ctx, admin, q, trace.Paging{Limit: 3}))(t)
	for _, cursor := range []string{"x", "AAAA", first.Next + "A", first.Next[1:], "\x00", strings.Repeat("A", 10_000)} {
		_, err := w.Audit(w.ctx, admin, q, trace.Paging{After: cursor})
		wantErr(t, err, trace.ErrInvalid)
	}
	for name, other := range map[string]trace.AuditQuery{
		"another actor": {Kinds: q.Kinds, By: "x"},
		"another term":  {Kinds: q.Kinds, Ref: "x"},
		"other kinds":   {Kinds: q.Kinds[1:]},
		"other bounds":  {Kinds: q.Kinds, Since: start},
	} {
		if _, err := w.Audit(w.ctx, admin, other, trace.Paging{After: first.Next}); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("cursor with %s: %v, want ErrInvalid", name, err)
		}
	}
	if _, err := w.Audit(w.ctx, s.a, q, trace.Paging{After: first.Next}); !errors.Is(err, trace.ErrInvalid) {
		t.Errorf("cursor of the administrator's log in the hands of a producer: %v, want ErrInvalid", err)
	}
	_, err := w.Audit(w.ctx, admin, q, trace.Paging{Limit: 201})
	wantFields(t, err, "limit")
	_, err = w.Audit(w.ctx, admin, trace.AuditQuery{Kinds: q.Kinds, Since: start, Until: start.Add(-1)}, trace.Paging{})
	wantFields(t, err, "until")
	if page := must(w.Audit(w.ctx, admin, trace.AuditQuery{}, trace.Paging{}))(t); len(page.Items) != 0 || page.Next != "" {
		t.Errorf("no kinds: %+v", page)
	}
	twice := trace.AuditQuery{Kinds: append(trace.AuditKinds(), trace.AuditKinds()...)}
	if page := must(w.Audit(w.ctx, admin, twice, trace.Paging{Limit: 200}))(t); len(page.Items) != len(must(w.Audit(w.ctx, admin, q, trace.Paging{Limit: 200}))(t).Items) {
		t.Error("kinds named twice give entries twice")
	}
}

// A brokenLog fails every reading of a log.
type brokenLog struct{ trace.Store }

func (brokenLog) Log(context.Context, trace.LogQuery) (trace.Page, error) {
	return trace.Page{}, errFault
}

// TestAuditStops checks that a stream that nobody reads on asks for no more,
// and that an error ends it.
func TestAuditStops(t *testing.T) {
	w := newWorld(t)
	w.scene()
	q := trace.AuditQuery{Kinds: trace.AuditKinds()}
	for range w.AuditAll(w.ctx, admin, q) {
		break
	}
	failing := w.over(&brokenLog{Store: w.store})
	entries := 0
	for _, err := range failing.AuditAll(w.ctx, admin, q) {
		if entries++; !errors.Is(err, errFault) {
			t.Errorf("error %v, want the fault", err)
		}
	}
	if entries != 1 {
		t.Errorf("%d entries with an error, want 1", entries)
	}
	_, err := failing.Audit(w.ctx, admin, q, trace.Paging{})
	wantErr(t, err, errFault)
}

func TestEveryKindIsAudited(t *testing.T) {
	// What claims say follows from other documents; contacts leave no trace.
	audited := map[trace.Kind]bool{trace.KindClaims: true, trace.KindContacts: true}
	for _, k := range trace.AuditKinds() {
		audited[k.Kind] = true
		if k.Name.VI == "" || k.Name.EN == "" {
			t.Errorf("%s has no name", k.Kind)
		}
	}
	for _, k := range trace.Kinds() {
		if !audited[k] {
			t.Errorf("%s is not in the audit log", k)
		}
	}
}

func TestNoteExport(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Chè")
	e := trace.Export{What: "Ghi chép", Rows: 3, SHA256: trace.DigestOf([]byte("x")), Producer: "forged"}
	if got := must(w.NoteExport(w.ctx, by(a), e))(t); got.Data.Producer != a.Producer {
		t.Errorf("noted %+v", got.Data)
	}
	if got := must(w.NoteExport(w.ctx, by(lab), e))(t); got.Data.Producer != "" {
		t.Errorf("noted %+v", got.Data)
	}
	first := must(w.NoteExport(w.ctx, op(office, "1", "h"), e))(t)
	if again := must(w.NoteExport(w.ctx, op(office, "1", "h"), e))(t); again.ID != first.ID {
		t.Error("a repeated request noted another export")
	}
	_, err := w.NoteExport(w.ctx, by(nobody), e)
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.NoteExport(w.ctx, by(office), trace.Export{Rows: -1, Filter: long(2001)})
	wantFields(t, err, "what", "filter", "rows", "sha256")
}

// TestActs reads what was done off the content of two revisions.
func TestActs(t *testing.T) {
	confirmed := &trace.Confirmation{Organisation: "UBND", Role: trace.Office, At: start}
	certificate := trace.Certificate{CertificateData: trace.CertificateData{Number: "321/QĐ-UBND", Issued: day("2026-01-01"), Files: []trace.Digest{trace.DigestOf(nil)}}}
	vouched, edited := certificate, certificate
	vouched.Confirmed = confirmed
	edited.Number, edited.Confirmed = "322/QĐ-UBND", confirmed
	withdrawn, superseded := vouched, vouched
	withdrawn.Withdrawn = &trace.Ending{Reason: "sai phạm"}
	superseded.Superseded = &trace.Ending{Reason: "cấp lại"}
	batch := func(state trace.BatchState, since int) trace.Batch {
		return trace.Batch{BatchData: trace.BatchData{Lot: lotNumber("L1")}, State: state, StateSince: start.Add(time.Duration(since) * time.Second)}
	}
	record := trace.Record{RecordData: trace.RecordData{Kind: "harvest"}}
	verified, retracted, corrected := record, record, record
	verified.Verified, retracted.Retracted, retracted.Correction, corrected.Correction = confirmed, true, "không xảy ra", "ghi nhầm"
	report := trace.TestReport{TestData: trace.TestData{Number: "01/2026"}}
	ofLaboratory := report
	ofLaboratory.Verified = confirmed
	recall := func(state trace.RecallState) trace.Recall {
		r := trace.Recall{RecallData: trace.RecallData{Batch: "K7Q2M9XR4V", Reason: "nhiễm chì"}, State: state}
		if state != trace.RecallProposed {
			r.Decided = &trace.Decision{Reason: "lý do"}
		}
		return r
	}
	asked := func(state trace.RequestState) trace.TestRequest {
		return trace.TestRequest{RequestData: trace.RequestData{Laboratory: "Phòng thử nghiệm"}, State: state, Reason: "lý do"}
	}
	product := trace.Product{Name: catalog.Name{VI: "Chè", EN: "Tea"}}
	pictured := product
	pictured.Photo = trace.DigestOf([]byte("x"))
	for _, test := range []struct {
		before, now    trace.Document
		vi, en         string
		subject, extra string
	}{
		{nil, trace.Producer{Name: "HTX"}, "Đăng ký chủ thể", "Registered a producer", "HTX", ""},
		{trace.Producer{}, trace.Producer{Name: "HTX"}, "Sửa thông tin chủ thể", "Edited a producer", "HTX", ""},
		{nil, product, "Thêm sản phẩm", "Added a product", "Chè", ""},
		{product, product, "Sửa thông tin sản phẩm", "Edited a product", "Chè", ""},
		{product, pictured, "Đổi ảnh sản phẩm", "Changed a product's photo", "Chè", ""},
		{nil, certificate, "Khai báo giấy chứng nhận", "Declared a certificate", "321/QĐ-UBND", ""},
		{nil, vouched, "Nhập giấy chứng nhận", "Entered a certificate", "321/QĐ-UBND", ""},
		{certificate, certificate, "Sửa giấy chứng nhận", "Edited a certificate", "321/QĐ-UBND", ""},
		{certificate, vouched, "Xác nhận giấy chứng nhận", "Confirmed a certificate", "321/QĐ-UBND", ""},
		{certificate, edited, "Sửa và xác nhận giấy chứng nhận", "Edited and confirmed a certificate", "322/QĐ-UBND", ""},
		{vouched, edited, "Sửa giấy chứng nhận", "Edited a certificate", "322/QĐ-UBND", ""},
		{vouched, withdrawn, "Thu hồi giấy chứng nhận", "Withdrew a certificate", "321/QĐ-UBND", "sai phạm"},
		{withdrawn, withdrawn, "Sửa giấy chứng nhận", "Edited a certificate", "321/QĐ-UBND", ""},
		{vouched, superseded, "Thay thế giấy chứng nhận", "Replaced a certificate", "321/QĐ-UBND", "cấp lại"},
		{nil, batch(trace.BatchOpen, 0), "Mở lô", "Opened a batch", "L1", ""},
		{batch(trace.BatchOpen, 0), batch(trace.BatchOpen, 0), "Sửa thông tin lô", "Edited a batch", "L1", ""},
		{batch(trace.BatchOpen, 0), batch(trace.BatchReleased, 1), "Xuất xưởng lô", "Released a batch", "L1", ""},
		{batch(trace.BatchReleased, 1), batch(trace.BatchReleased, 1), "Sửa thông tin lô", "Edited a batch", "L1", ""},
		{batch(trace.BatchReleased, 1), batch(trace.BatchHeld, 2), "Tạm dừng lưu hành lô", "Held a batch", "L1", ""},
		{batch(trace.BatchHeld, 2), batch(trace.BatchHeld, 3), "Tạm dừng lưu hành lô", "Held a batch", "L1", ""},
		{batch(trace.BatchHeld, 2), batch(trace.BatchReleased, 3), "Cho lô lưu hành trở lại", "Lifted the hold on a batch", "L1", ""},
		{batch(trace.BatchReleased, 2), batch(trace.BatchClosed, 3), "Kết thúc lô", "Closed a batch", "L1", ""},
		{batch(trace.BatchClosed, 2), batch(trace.BatchRecalled, 3), "Thu hồi lô", "Recalled a batch", "L1", ""},
		{nil, record, "Thêm ghi chép", "Added a record", "Thu hoạch", ""},
		{record, corrected, "Sửa ghi chép", "Corrected a record", "Thu hoạch", "ghi nhầm"},
		{corrected, verified, "Xác minh ghi chép", "Verified a record", "Thu hoạch", ""},
		{verified, retracted, "Rút lại ghi chép", "Retracted a record", "Thu hoạch", "không xảy ra"},
		{nil, asked(trace.RequestOpen), "Yêu cầu kiểm nghiệm", "Asked for a test", "Phòng thử nghiệm", ""},
		{asked(trace.RequestOpen), asked(trace.RequestOpen), "Sửa yêu cầu kiểm nghiệm", "Edited a test request", "Phòng thử nghiệm", ""},
		{asked(trace.RequestOpen), asked(trace.RequestAccepted), "Tiếp nhận yêu cầu kiểm nghiệm", "Accepted a test request", "Phòng thử nghiệm", ""},
		{asked(trace.RequestAccepted), asked(trace.RequestReported), "Hoàn thành yêu cầu kiểm nghiệm", "Answered a test request", "Phòng thử nghiệm", ""},
		{asked(trace.RequestOpen), asked(trace.RequestDeclined), "Từ chối yêu cầu kiểm nghiệm", "Declined a test request", "Phòng thử nghiệm", "lý do"},
		{asked(trace.RequestOpen), asked(trace.RequestCancelled), "Hủy yêu cầu kiểm nghiệm", "Cancelled a test request", "Phòng thử nghiệm", "lý do"},
		{nil, report, "Khai báo phiếu kiểm nghiệm", "Declared a test report", "01/2026", ""},
		{nil, ofLaboratory, "Nhập phiếu kiểm nghiệm", "Entered a test report", "01/2026", ""},
		{report, report, "Sửa phiếu kiểm nghiệm", "Corrected a test report", "01/2026", ""},
		{nil, recall(trace.RecallProposed), "Đề nghị thu hồi lô", "Proposed a recall", "K7Q2M-9XR4V", "nhiễm chì"},
		{recall(trace.RecallProposed), recall(trace.RecallProposed), "Sửa đề nghị thu hồi lô", "Edited a recall", "K7Q2M-9XR4V", ""},
		{recall(trace.RecallProposed), recall(trace.RecallApproved), "Duyệt thu hồi lô", "Approved a recall", "K7Q2M-9XR4V", "lý do"},
		{recall(trace.RecallProposed), recall(trace.RecallRejected), "Không duyệt thu hồi lô", "Rejected a recall", "K7Q2M-9XR4V", "lý do"},
		{recall(trace.RecallProposed), recall(trace.RecallWithdrawn), "Rút đề nghị thu hồi lô", "Withdrew a recall", "K7Q2M-9XR4V", "lý do"},
		{nil, trace.Void{Batch: "K7Q2M9XR4V", Whole: true, Reason: "in hỏng"}, "Hủy mã lô", "Voided a batch code", "K7Q2M-9XR4V", "in hỏng"},
		{nil, trace.Void{Batch: "K7Q2M9XR4V", Reason: "in hỏng"}, "Hủy mã tem", "Voided item codes", "K7Q2M-9XR4V", "in hỏng"},
		{nil, trace.CriteriaSet{Set: 4, Source: "Công văn 1"}, "Sửa chỉ tiêu kiểm nghiệm", "Edited test criteria", setName(t, 4), "Công văn 1"},
		{nil, trace.File{Type: "application/pdf"}, "Tải tệp lên", "Uploaded a file", "application/pdf", ""},
		{nil, trace.Export{What: "Nhật ký", Filter: "tháng 11"}, "Xuất dữ liệu", "Exported data", "Nhật ký", "tháng 11"},
	} {
		e := entry(t, test.before, test.now)
		want := trace.Act{Action: catalog.Name{VI: test.vi, EN: test.en}, Subject: catalog.Name{VI: test.subject}, Detail: test.extra}
		got := e.Act()
		got.Subject.EN = ""
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.vi, diff)
		}
	}
	unknown := entry(t, nil, record)
	unknown.Body = json.RawMessage(`{"kind":7}`)
	lost := entry(t, record, corrected)
	lost.Before = nil // removed
	if got := unknown.Act().Action.EN + ", " + lost.Act().Action.EN; got != "Created, Changed" {
		t.Errorf("of unknown documents the log says %q", got)
	}
}

func setName(t *testing.T, number int) string {
	set, ok := catalog.SetByNumber(number)
	if !ok {
		t.Fatalf("no set %d", number)
	}
	return set.Name.VI
}

// entry makes an entry of a document's content before and after.
func entry(t *testing.T, before, now trace.Document) trace.AuditEntry {
	t.Helper()
	e := trace.AuditEntry{Number: 1}
	for _, k := range trace.AuditKinds() {
		if k.Kind == now.DocumentKind() {
			e.Kind = k
		}
	}
	body := func(v any) json.RawMessage {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	e.Body = body(now)
	if before != nil {
		e.Number, e.Before = 2, body(before)
	}
	return e
}
