package office

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/web/ui"
)

// TestLimits lists the sets, shows one with how certain its limits are, and the
// reference lists with their sources.
func TestLimits(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	list := b.Get(limitsPath).Want(t, http.StatusOK, "11. Chè", "15 chỉ tiêu · dữ liệu tham khảo", "dịch vụ, không có kiểm nghiệm", "chưa đối chiếu nguồn")
	b.Get(list.Link(t, "11. ")).Want(t, http.StatusOK, "Đây là dữ liệu tham khảo", "Tro tổng số", "4 – 8 %", "Mức do cơ sở công bố", "theo nguồn thứ cấp", "Trồng → Chăm sóc", "đi kèm phần mềm")
	b.Get(list.Link(t, "Danh mục")).Want(t, http.StatusOK, "Thông tin bắt buộc", "TT 02/2024/TT-BKHCN", "Khuyến nghị 20 của UN/ECE", "0,001 kg", "36 tháng", "chưa kiểm chứng", "creating_class_instance", "đến 100")
	b.Get(limitsPath+"/26").Want(t, http.StatusOK, "Bộ này là dịch vụ")
	for _, path := range []string{"/0", "/27", "/x", "/11%2Fsua", "/27/sua"} {
		b.Get(limitsPath+path).Want(t, http.StatusNotFound)
	}
}

// TestEditLimits makes an edition: a limit changed, a row left out, one added.
// The earlier edition stays, and every mistake is at its field.
func TestEditLimits(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	form := b.Get(b.Get(limitsPath+"/11").Link(t, "Sửa, lập bản mới"))
	if len(form.Body) > 100<<10 {
		t.Errorf("the form has %d bytes", len(form.Body))
	}
	if form.Field("criteria[3].limit.max") != "16,5" || form.Field("criteria[17].indicator.vi") != "" {
		t.Fatalf("the form is filled with %q, %q", form.Field("criteria[3].limit.max"), form.Field("criteria[17].indicator.vi"))
	}
	change := url.Values{
		"source": {"Thông tư 99/2026/TT-BYT"}, "effective": {"2026-12-01"},
		"criteria[5].limit.max": {" 1,5 "}, "criteria[5].certainty": {"verified"}, "drop[0]": {"1"},
		"criteria[16].indicator.vi": {"Caffein"}, "criteria[16].unit": {"%"}, "criteria[16].limit.kind": {"min"}, "criteria[16].limit.min": {"1"}, "criteria[16].basis": {"TCVN 9740:2013"},
	}
	for field, wrong := range map[string]url.Values{
		"source": {"source": {""}}, "effective": {"effective": {""}}, "criteria[16].basis": {"criteria[16].basis": {""}}, "criteria[5].limit.max": {"criteria[5].limit.max": {"ít"}},
		"criteria[16].indicator.vi": {"criteria[16].product.vi": {"Chè khô"}, "criteria[16].indicator.vi": {"chì (pb)"}, "criteria[16].unit": {"mg/kg"}},
		"criteria[16].limit.max":    {"criteria[16].limit.max": {"2"}},
	} {
		sent := url.Values{}
		for k, v := range change {
			sent[k] = v
		}
		for k, v := range wrong {
			sent[k] = v
		}
		got := b.Submit(form, "", sent).Want(t, http.StatusUnprocessableEntity)
		if !got.Blames(field) || got.Field("criteria[16].indicator.vi") == "" {
			t.Errorf("%v: the mistake is not at %s: %s", wrong, field, got.Text())
		}
	}
	more := b.Submit(form, "", url.Values{"_do": {"more"}, "source": {"x"}, "criteria[17].indicator.vi": {"Thêm"}}).Want(t, http.StatusOK)
	if more.Field("criteria[20].certainty") == "" || more.Field("criteria[17].indicator.vi") != "Thêm" || more.Field("source") != "x" {
		t.Error("more rows were asked for, and what was typed is gone")
	}
	if h := must(w.Ledger.CriteriaHistory(t.Context(), w.Actor("office"), 11))(t); len(h) != 1 {
		t.Fatalf("%d editions before anything was saved", len(h))
	}

	saved := b.Submit(form, "", change).Want(t, http.StatusOK, "Đã lưu bản mới", "bản 1, áp dụng từ 01/12/2026", "chưa đến ngày áp dụng", "Thông tư 99/2026/TT-BYT", "Người office", "3 thay đổi",
		"Chè khô · Chì (Pb)", "giới hạn: ≤ 2 mg/kg → ≤ 1,5 mg/kg", "độ tin cậy: theo nguồn thứ cấp → đã đối chiếu nguồn", "Caffein", "≥ 1 % · TCVN 9740:2013", "Độ ẩm")
	edition := must(w.Ledger.Criteria(t.Context(), 11))(t)
	if got := edition.Data.Criteria; len(got) != 15 || got[0].Indicator.VI != "Chất tan trong nước" || got[0].Indicator.EN != "Water extract" || got[4].Limit.Max != "1.5" || got[14].Set != 11 || got[14].Certainty != catalog.Unverified {
		t.Errorf("the edition is %+v", got)
	}
	shown := b.Get(saved.Link(t, "bản 1")).Want(t, http.StatusOK, "≤ 1,5 mg/kg")
	if strings.Contains(shown.Text(), "Đây là dữ liệu tham khảo") {
		t.Error("the new edition is called reference data")
	}
	b.Get(limitsPath+"/11").Want(t, http.StatusOK, "Đây là dữ liệu tham khảo") // until the new one counts
	b.Get(limitsPath+"/11?ban=0").Want(t, http.StatusOK, "Đây là dữ liệu tham khảo", "≤ 2 mg/kg")
	b.Get(limitsPath).Want(t, http.StatusOK, "15 chỉ tiêu · bản 1, áp dụng từ 01/12/2026")
	b.Submit(form, "", change).Want(t, http.StatusOK) // the same form, sent twice
	if h := must(w.Ledger.CriteriaHistory(t.Context(), w.Actor("office"), 11))(t); len(h) != 2 {
		t.Errorf("%d editions", len(h))
	}
	w.Advance(8 * 24 * time.Hour)
	w.Browser("office").Get(limitsPath+"/11").Want(t, http.StatusOK, "≤ 1,5 mg/kg", "đang áp dụng", "đã được thay")
}

// TestEditLimitsTogether holds that of two who begin at the same edition the
// second is told, also where nobody had edited anything before.
func TestEditLimitsTogether(t *testing.T) {
	w, _ := world(t)
	b := w.Browser("office")
	for _, source := range []string{"Bản đầu", "Bản sau"} {
		first, second := b.Get(limitsPath+"/4/sua"), b.Get(limitsPath+"/4/sua")
		b.Submit(first, "", url.Values{"source": {source}}).Want(t, http.StatusOK, source)
		late := b.Submit(second, "", url.Values{"source": {"Trễ"}, "criteria[0].unit": {"g"}}).Want(t, http.StatusPreconditionFailed)
		if late.Field("criteria[0].unit") != "g" {
			t.Error("what the second typed is gone")
		}
	}
}

// TestChangesOf tells what became of criteria.
func TestChangesOf(t *testing.T) {
	lead := catalog.Criterion{Product: catalog.Name{VI: "Chè"}, Indicator: catalog.Name{VI: "Chì"}, Unit: "mg/kg", Limit: catalog.Limit{Kind: catalog.LimitMax, Max: "2"}, Basis: "QCVN"}
	other := lead
	other.Unit, other.Method = "µg/kg", "AOAC"
	cased := lead
	cased.Indicator.VI = "CHÌ"
	for _, tt := range []struct {
		name          string
		before, after []catalog.Criterion
		want          []string
	}{
		{"nothing", []catalog.Criterion{lead}, []catalog.Criterion{lead}, nil},
		{"order", []catalog.Criterion{lead, other}, []catalog.Criterion{other, lead}, nil},
		{"added", nil, []catalog.Criterion{lead}, []string{"thêm Chè · Chì [≤ 2 mg/kg · QCVN]"}},
		{"removed", []catalog.Criterion{lead}, nil, []string{"bỏ Chè · Chì []"}},
		{"one of two units", []catalog.Criterion{lead, other}, []catalog.Criterion{other}, []string{"bỏ Chè · Chì []"}},
		{"another unit", []catalog.Criterion{lead}, []catalog.Criterion{other}, []string{"sửa Chè · Chì [giới hạn: ≤ 2 mg/kg → ≤ 2 µg/kg phương pháp: (không có) → AOAC]"}},
		{"spelling", []catalog.Criterion{lead}, []catalog.Criterion{cased}, []string{"sửa Chè · CHÌ [chỉ tiêu: Chì → CHÌ]"}},
	} {
		var got []string
		for _, c := range changesOf(ui.Vietnamese, tt.before, tt.after) {
			got = append(got, c.Act.Text+" "+c.What+" ["+strings.Join(c.Lines, " ")+"]")
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
