package trace_test

import (
	"testing"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

func TestParseResult(t *testing.T) {
	const (
		exact   = trace.Exactly
		absent  = trace.NotDetected
		unread  = trace.Unread
		between = trace.Between
	)
	for _, tt := range []struct {
		text          string
		qualifier     trace.Qualifier
		number, upper trace.Decimal
	}{
		// Plain numbers, as they are written in Vietnam and elsewhere.
		{"5", exact, "5", ""},
		{"0,05", exact, "0.05", ""},
		{"0.05", exact, "0.05", ""},
		{" 12,5 ", exact, "12.5", ""},
		{"0,850", exact, "0.850", ""},
		{"0.850", exact, "0.850", ""},
		{"12,345", exact, "12.345", ""},
		{"10 000", exact, "10000", ""},
		{"10\u00a0000", exact, "10000", ""},
		{"1 234 567,8", exact, "1234567.8", ""},
		{"1.200.000", exact, "1200000", ""},
		{"1.200,5", exact, "1200.5", ""},
		{"1,200.5", exact, "1200.5", ""},
		{"1.200", unread, "", ""}, // twelve hundred, or a little more than one
		{"4 5", unread, "", ""},
		{"1.2.3", unread, "", ""},
		{"12345678901234567", unread, "", ""},
		// Powers of ten.
		{"1,2×10²", exact, "120", ""},
		{"1,2x10^3", exact, "1200", ""},
		{"1.2x10^3", exact, "1200", ""},
		{"1,2 x 10³", exact, "1200", ""},
		{"1,2.10²", exact, "120", ""},
		{"2.10^3", exact, "2000", ""},
		{"2·10⁴", exact, "20000", ""},
		{"1,2*10^3", exact, "1200", ""},
		{"1,2x103", exact, "1200", ""}, // the exponent lost its height
		{"5×10⁻²", exact, "0.05", ""},
		{"5x10-2", exact, "0.05", ""},
		{"5×10^−2", exact, "0.05", ""},
		{"1,234×10³", exact, "1234", ""},
		{"1.234×10³", exact, "1234", ""},
		{"10³", exact, "1000", ""},
		{"10^4", exact, "10000", ""},
		{"1,2E+03", exact, "1200", ""},
		{"3e-2", exact, "0.03", ""},
		{"1×10⁹⁹", unread, "", ""},
		{"1×10⁻¹²", unread, "", ""},
		{"5×10²³⁴", unread, "", ""},
		// With an uncertainty or a remark.
		{"5,2 ± 0,3", exact, "5.2", ""},
		{"5,2±0,3", exact, "5.2", ""},
		{"5,2 +/- 0,3", exact, "5.2", ""},
		{"5,2 (± 0,3)", exact, "5.2", ""},
		{"0,05*", exact, "0.05", ""},
		{"0,05 (*)", exact, "0.05", ""},
		// Compared.
		{"< 0,01", trace.Below, "0.01", ""},
		{"<10", trace.Below, "10", ""},
		{"<10²", trace.Below, "100", ""},
		{"≤ 0,5", trace.AtMost, "0.5", ""},
		{"<= 0,5", trace.AtMost, "0.5", ""},
		{"> 300", trace.Above, "300", ""},
		{"≥ 1,1×10³", trace.AtLeast, "1100", ""},
		{">=10", trace.AtLeast, "10", ""},
		{"< 0,01 (LOD)", trace.Below, "0.01", ""},
		{"< 1.200", unread, "", ""},
		// Limits of the method instead of a number.
		{"< LOD", absent, "", ""},
		{"<LOD (0,01)", absent, "0.01", ""},
		{"< LOQ", trace.Below, "", ""},
		{"<LOQ (LOQ = 0,03)", trace.Below, "0.03", ""},
		{"<LOQ=0,03", unread, "", ""},
		{"Dưới LOQ", trace.Below, "", ""},
		{"KPH", absent, "", ""},
		{"kph", absent, "", ""},
		{"KPH (LOD = 0,01)", absent, "0.01", ""},
		{"KPH(LOD=0.01)", absent, "0.01", ""},
		{"KPH (LOD: 0,3 µg/kg)", absent, "0.3", ""},
		{"KPH, LOD = 1,5×10⁻³", absent, "0.0015", ""},
		{"KPH (MDL=0,02)", absent, "0.02", ""},
		{"KPH (LOD=0,01; LOQ=0,03)", absent, "0.01", ""},
		{"KPH (<0,01)", absent, "0.01", ""},
		{"KPH/25g", absent, "", ""},
		{"KPH trong 25 g", absent, "", ""},
		{"ND", absent, "", ""},
		{"N.D.", absent, "", ""},
		{"Not detected", absent, "", ""},
		{"Không phát hiện", absent, "", ""},
		{"Không phát hiện/25 g", absent, "", ""},
		{"KHÔNG PHÁT HIỆN", absent, "", ""},
		{"Không phát hiện thấy", absent, "", ""},
		{"Kho\u0302ng pha\u0301t hie\u0323\u0302n", absent, "", ""}, // decomposed
		{"Không có", absent, "", ""},
		{"Không có/25g", absent, "", ""},
		{"Âm tính", absent, "", ""},
		{"Âm tính (-)", absent, "", ""},
		{"Negative in 25 g", absent, "", ""},
		{"Không phát hiện được do mẫu hỏng", unread, "", ""},
		{"ND - not determined", unread, "", ""},
		{"Không có mẫu", unread, "", ""},
		// Found, without saying how much.
		{"Phát hiện", trace.Above, "0", ""},
		{"Phát hiện/25 g", trace.Above, "0", ""},
		{"Dương tính", trace.Above, "0", ""},
		{"Positive", trace.Above, "0", ""},
		{"Có", trace.Above, "0", ""},
		{"Có thể", unread, "", ""},
		// Ranges.
		{"4 - 8", between, "4", "8"},
		{"4–8", between, "4", "8"},
		{"4 đến 8", between, "4", "8"},
		{"4÷8", between, "4", "8"},
		{"0,5-1,5", between, "0.5", "1.5"},
		{"1×10² - 1×10³", between, "100", "1000"},
		{"8 - 4", unread, "", ""},
		// Words.
		{"Đạt", trace.Passed, "", ""},
		{"ĐẠT", trace.Passed, "", ""},
		{"đạt.", trace.Passed, "", ""},
		{"Đạt yêu cầu", trace.Passed, "", ""},
		{"Phù hợp", trace.Passed, "", ""},
		{"Passed", trace.Passed, "", ""},
		{"Không đạt", trace.Failed, "", ""},
		{"KHÔNG PHÙ HỢP", trace.Failed, "", ""},
		{"Fail", trace.Failed, "", ""},
		// What a person must judge.
		{"", unread, "", ""},
		{"-", unread, "", ""},
		{"abc", unread, "", ""},
		{"Mùi thơm đặc trưng", unread, "", ""},
		{"Đạt một phần", unread, "", ""},
		{"0,05 mg/kg", unread, "", ""}, // the row may have another unit
		{"-18", unread, "", ""},
		{"khoảng 5", unread, "", ""},
		{"5 5 5 5", unread, "", ""},
		{"5,", unread, "", ""},
		{"1/2", unread, "", ""},
		{"<<5", unread, "", ""},
		{"10x", unread, "", ""},
		{"٣", unread, "", ""},
		{"5\n6", unread, "", ""},
	} {
		want := trace.Result{Text: tt.text, Qualifier: tt.qualifier, Number: tt.number, Upper: tt.upper}
		if got := trace.ParseResult(tt.text); got != want {
			t.Errorf("ParseResult(%q) = %s, want %s", tt.text, got, want)
		}
	}
}

func FuzzParseResult(f *testing.F) {
	for _, seed := range []string{
		"KPH (LOD = 0,01)", "1,2×10²", "1.2x10^3", "10 000", "4 - 8", "≤ 0,5", "5 ± 0,3", "Đạt", "1.200,5", "<LOQ (0,03)", "10⁻³", "2.10-3", "9e99", "\xff",
	} {
		f.Add(seed)
	}
	limits := []trace.Limit{
		{Kind: catalog.LimitMax, Max: "2"}, {Kind: catalog.LimitMin, Min: "2"}, {Kind: catalog.LimitRange, Min: "2", Max: "3"},
		{Kind: catalog.LimitAbsent}, {Kind: catalog.LimitDeclared},
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := trace.ParseResult(text)
		for _, n := range []trace.Decimal{r.Number, r.Upper} {
			if n != "" && n.Rat() == nil {
				t.Errorf("ParseResult(%q) read %q, which is no decimal", text, n)
			}
		}
		if r.Qualifier == trace.Between && r.Upper.Rat().Cmp(r.Number.Rat()) < 0 {
			t.Errorf("ParseResult(%q) = %s goes downwards", text, r)
		}
		for _, l := range limits {
			switch v := l.Judge(r); v {
			case trace.Pass, trace.Fail, trace.Undecided:
			default:
				t.Errorf("Judge(%s) = %q", r, v)
			}
		}
	})
}

func TestJudge(t *testing.T) {
	atMost2 := trace.Limit{Kind: catalog.LimitMax, Max: "2"}
	atLeast8 := trace.Limit{Kind: catalog.LimitMin, Min: "8"}
	from4to8 := trace.Limit{Kind: catalog.LimitRange, Min: "4", Max: "8"}
	absent := trace.Limit{Kind: catalog.LimitAbsent}
	declared := trace.Limit{Kind: catalog.LimitDeclared}
	for _, tt := range []struct {
		limit  trace.Limit
		result string
		want   trace.Verdict
	}{
		{atMost2, "1,99", trace.Pass},
		{atMost2, "2", trace.Pass},
		{atMost2, "2,000", trace.Pass},
		{atMost2, "2,01", trace.Fail},
		{atMost2, "< 2", trace.Pass},
		{atMost2, "< 3", trace.Undecided},
		{atMost2, "≤ 2", trace.Pass},
		{atMost2, "≤ 2,1", trace.Undecided},
		{atMost2, "> 2", trace.Fail},
		{atMost2, "> 1", trace.Undecided},
		{atMost2, "≥ 2", trace.Undecided},
		{atMost2, "≥ 2,1", trace.Fail},
		{atMost2, "1 - 2", trace.Pass},
		{atMost2, "1 - 3", trace.Undecided},
		{atMost2, "3 - 4", trace.Fail},
		{atMost2, "KPH", trace.Pass},
		{atMost2, "KPH (LOD = 0,01)", trace.Pass},
		{atMost2, "KPH (LOD = 5)", trace.Undecided}, // the method is too coarse
		{atMost2, "< LOQ", trace.Undecided},
		{atMost2, "Dương tính", trace.Undecided},
		{atMost2, "Đạt", trace.Pass},
		{atMost2, "Không đạt", trace.Fail},
		{atMost2, "xem phụ lục", trace.Undecided},

		{atLeast8, "8", trace.Pass},
		{atLeast8, "7,9", trace.Fail},
		{atLeast8, "< 8", trace.Fail},
		{atLeast8, "≤ 8", trace.Undecided},
		{atLeast8, "< 9", trace.Undecided},
		{atLeast8, "> 8", trace.Pass},
		{atLeast8, "≥ 8", trace.Pass},
		{atLeast8, "> 7", trace.Undecided},
		{atLeast8, "7 - 9", trace.Undecided},
		{atLeast8, "8 - 9", trace.Pass},
		{atLeast8, "6 - 7", trace.Fail},
		{atLeast8, "KPH", trace.Fail},
		{atLeast8, "KPH (LOD = 10)", trace.Undecided},
		{atLeast8, "Đạt", trace.Pass},
		{atLeast8, "?", trace.Undecided},

		{from4to8, "4", trace.Pass},
		{from4to8, "8", trace.Pass},
		{from4to8, "3,9", trace.Fail},
		{from4to8, "8,1", trace.Fail},
		{from4to8, "5 - 7", trace.Pass},
		{from4to8, "3 - 5", trace.Undecided},
		{from4to8, "9 - 10", trace.Fail},
		{from4to8, "> 5", trace.Undecided},
		{from4to8, "> 8", trace.Fail},
		{from4to8, "≥ 8", trace.Undecided},
		{from4to8, "< 4", trace.Fail},
		{from4to8, "≤ 4", trace.Undecided},
		{from4to8, "KPH", trace.Fail},
		{from4to8, "Không đạt", trace.Fail},
		{from4to8, "?", trace.Undecided},

		{absent, "KPH", trace.Pass},
		{absent, "KPH (LOD = 10)", trace.Pass},
		{absent, "Không phát hiện/25 g", trace.Pass},
		{absent, "0", trace.Pass},
		{absent, "0,0", trace.Pass},
		{absent, "1", trace.Fail},
		{absent, "< 10", trace.Undecided}, // fewer than ten is not none
		{absent, "≤ 1", trace.Undecided},
		{absent, "< LOQ", trace.Undecided},
		{absent, "> 0", trace.Fail},
		{absent, "≥ 0", trace.Undecided},
		{absent, "≥ 1", trace.Fail},
		{absent, "0 - 5", trace.Undecided},
		{absent, "1 - 5", trace.Fail},
		{absent, "Dương tính", trace.Fail},
		{absent, "Phát hiện/25 g", trace.Fail},
		{absent, "Đạt", trace.Pass},
		{absent, "Không đạt", trace.Fail},
		{absent, "?", trace.Undecided},

		{declared, "5", trace.Undecided},
		{declared, "KPH", trace.Undecided},
		{declared, "1 - 2", trace.Undecided},
		{declared, "Đạt", trace.Pass},
		{declared, "Không đạt", trace.Fail},
	} {
		if got := tt.limit.Judge(trace.ParseResult(tt.result)); got != tt.want {
			t.Errorf("%q under %q is %s, want %s", tt.result, tt.limit.In("vi"), got, tt.want)
		}
	}
}

func TestLimitIn(t *testing.T) {
	for _, tt := range []struct {
		limit  trace.Limit
		vi, en string
	}{
		{trace.Limit{Kind: catalog.LimitMax, Max: "0.05"}, "≤ 0,05", "≤ 0.05"},
		{trace.Limit{Kind: catalog.LimitMin, Min: "32"}, "≥ 32", "≥ 32"},
		{trace.Limit{Kind: catalog.LimitRange, Min: "4.5", Max: "8"}, "4,5 – 8", "4.5 – 8"},
		{trace.Limit{Kind: catalog.LimitAbsent}, "không được có", "must be absent"},
		{trace.Limit{Kind: catalog.LimitDeclared}, "theo công bố", "as declared"},
	} {
		if vi, en := tt.limit.In("vi"), tt.limit.In("en"); vi != tt.vi || en != tt.en {
			t.Errorf("%+v reads %q and %q, want %q and %q", tt.limit, vi, en, tt.vi, tt.en)
		}
	}
}
