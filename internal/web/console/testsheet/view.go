package testsheet

import (
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A View is a report to read.
type View struct {
	ui.Lang
	Verdict, Provenance desk.Badge
	Facts               []desk.Fact
	Rows                []Row
}

// A Row is one indicator of it.
type Row struct {
	Indicator, Unit, Result, Limit, Basis, Method string
	Verdict                                       desk.Badge
}

// Show makes the view of a report.
func Show(l ui.Lang, r trace.TestReport) View {
	v := View{
		Lang: l, Verdict: desk.VerdictBadge(l, r.Verdict()), Provenance: desk.ProvenanceBadge(l, r.Provenance(), r.Verified),
		Facts: desk.Facts(
			desk.Fact{Label: l.T("Phòng thử nghiệm", "Laboratory"), Value: ui.Joined(" · ", r.Laboratory.Name, r.Laboratory.VILAS)},
			desk.Fact{Label: l.T("Số phiếu", "Report number"), Value: r.Number},
			desk.Fact{Label: l.T("Ngày trả kết quả", "Date of the report"), Value: l.Date(r.Issued)},
			desk.Fact{Label: l.T("Phạm vi", "Scope"), Value: ScopeName(l, r.Scope)},
			desk.Fact{Label: l.T("Mã mẫu", "Sample code"), Value: r.Sample.Code},
			desk.Fact{Label: l.T("Mô tả mẫu", "Sample"), Value: r.Sample.Description},
			desk.Fact{Label: l.T("Người lấy mẫu", "Sampled by"), Value: r.Sample.SampledBy},
			desk.Fact{Label: l.T("Nhận mẫu", "Received"), Value: l.Date(r.Sample.Received)},
			desk.Fact{Label: l.T("Thử nghiệm", "Tested"), Value: ui.Joined(" – ", l.Date(r.Sample.TestedFrom), l.Date(r.Sample.TestedUntil))},
			desk.Fact{Label: l.T("Ghi chú", "Note"), Value: r.Note},
		),
	}
	for _, row := range r.Rows {
		shown := Row{
			Indicator: l.Name(row.Indicator), Unit: row.Unit, Result: row.Result.Text, Method: row.Method,
			Verdict: desk.VerdictBadge(l, row.Verdict),
		}
		if row.Limit != nil {
			shown.Limit, shown.Basis = row.Limit.In(string(l)), row.Limit.Basis
		}
		v.Rows = append(v.Rows, shown)
	}
	return v
}

// ScopeName says in words what a report is about.
func ScopeName(l ui.Lang, scope string) string {
	switch scope {
	case "batch":
		return l.T("riêng lô này", "this batch")
	case "product":
		return l.T("sản phẩm, kiểm định kỳ", "the product, from time to time")
	case "material":
		return l.T("nguyên liệu", "raw material")
	}
	return ""
}
