package exchange

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// TestAuditLog reads what the log says of imports and exports.
func TestAuditLog(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	tea := w.product(a, "Chè xanh", "")
	s, _ := w.checked(a, Batches, lots(3))
	for _, step := range []func(){
		func() { must(w.Run(w.ctx, a, s.ID))(t) }, func() { w.batch(a, tea, "L2", false) }, func() { w.pass(w.ctx, "worker") },
		func() { must(w.Run(w.ctx, a, s.ID))(t) }, func() { w.pass(w.ctx, "worker") },
	} {
		w.clock.pass(time.Second)
		step()
	}
	w.clock.pass(time.Second)
	content := w.export(a, Batches, Query{Producer: a.Producer, Product: tea}, spreadsheet.CSV)

	kinds := append(trace.AuditKinds(), AuditKinds()...)
	kinds = slices.DeleteFunc(kinds, func(k trace.AuditKind) bool { return k.Kind != KindImports && k.Kind != trace.KindExports })
	page := must(w.ledger.Audit(w.ctx, a, trace.AuditQuery{Kinds: kinds}, trace.Paging{}))(t)
	var got []string
	for _, e := range slices.Backward(page.Items) {
		act := e.Act()
		if act.Action.EN == "" || act.Action.VI == act.Action.EN {
			t.Errorf("%+v is not told in both languages", act)
		}
		got = append(got, act.Action.VI+" | "+act.Subject.VI+" | "+act.Detail)
	}
	const subject = "Lô hàng, tệp bang.csv, 3 dòng"
	want := []string{
		"Kiểm tra tệp để nhập | " + subject + " | ",
		"Bắt đầu nhập | " + subject + " | ",
		"Đang ghi các dòng | " + subject + " | ",
		"Dừng nhập | " + subject + " | dòng 3: số lô này đã có trong sản phẩm",
		"Nhập tiếp | " + subject + " | ",
		"Đang ghi các dòng | " + subject + " | ",
		"Nhập xong | " + subject + " | tạo mới 2, đã có 1",
		"Xuất dữ liệu | Lô hàng (CSV) | chủ thể HTX Mây Trắng, sản phẩm Chè xanh",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	exports := must(trace.All[trace.Export](w.ctx, w.ledger, ""))(t)
	if len(exports) != 1 || exports[0].Data.SHA256 != trace.DigestOf(content) || exports[0].Data.Rows != 3 {
		t.Errorf("noted %+v", exports)
	}
	other := w.producer("HTX Khác", "2")
	if page := must(w.ledger.Audit(w.ctx, other, trace.AuditQuery{Kinds: kinds}, trace.Paging{}))(t); len(page.Items) != 0 {
		t.Errorf("another producer sees %d entries", len(page.Items))
	}
	w.export(other, Batches, Query{Producer: a.Producer, Product: tea, Batch: ""}, spreadsheet.CSV)
	for _, e := range must(trace.All[trace.Export](w.ctx, w.ledger, trace.ProducerTerm(other.Producer)))(t) {
		if want := "chủ thể " + a.Producer + ", sản phẩm " + tea; e.Data.Filter != want {
			t.Errorf("another's export is noted as of %q", e.Data.Filter)
		}
	}
}
