package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNameIn(t *testing.T) {
	both, vietnamese := Name{VI: "Chè", EN: "Tea"}, Name{VI: "Chè"}
	for _, tt := range []struct {
		name Name
		lang string
		want string
	}{
		{both, "vi", "Chè"}, {both, "en", "Tea"}, {both, "fr", "Chè"}, {both, "", "Chè"},
		{vietnamese, "en", "Chè"}, {Name{}, "en", ""},
	} {
		if got := tt.name.In(tt.lang); got != tt.want {
			t.Errorf("%+v.In(%q) = %q, want %q", tt.name, tt.lang, got, tt.want)
		}
	}
}

func TestCertificateKinds(t *testing.T) {
	var codes []string
	for _, k := range CertificateKinds() {
		codes = append(codes, k.Code)
		if found, ok := CertificateKindByCode(k.Code); !ok || found != k {
			t.Errorf("CertificateKindByCode(%s) = %v, %v", k.Code, found, ok)
		}
		if k.Months > 120 {
			t.Errorf("%s counts for %d months", k.Code, k.Months)
		}
	}
	want := strings.Fields("OCOP DKKD ATTP CAMKET TCB TCCS TEST VIETGAP ORGANIC HACCP TRADEMARK GI GS1 PUC CONTRACT OTHER")
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Error(diff)
	}
	ocop, _ := CertificateKindByCode("OCOP")
	if ocop.Months != 36 || ocop.Subject != AboutProduct || ocop.Certainty != Verified {
		t.Errorf("OCOP: %+v", ocop)
	}
	if k, ok := CertificateKindByCode("ocop"); ok {
		t.Errorf("ocop is %v", k)
	}
}

func TestUnits(t *testing.T) {
	base := map[Dimension]string{Mass: "KGM", Volume: "LTR", Count: "H87", Area: "MTK"}
	uom := regexp.MustCompile(`^[A-Z0-9]{2,3}$`) // EPCIS 2.0
	names := map[string]string{}
	for _, u := range Units() {
		if !uom.MatchString(u.Code) {
			t.Errorf("code %q", u.Code)
		}
		if other, taken := names[u.Name.VI]; taken {
			t.Errorf("%s and %s are both %q", other, u.Code, u.Name.VI)
		}
		names[u.Name.VI] = u.Code
		if (base[u.Dimension] == u.Code) && u.Factor != "1" {
			t.Errorf("%s is a base unit with factor %s", u.Code, u.Factor)
		}
		if u.Factor != "" && rational(u.Factor).Sign() <= 0 {
			t.Errorf("%s has factor %s", u.Code, u.Factor)
		}
		exchange, ok := UnitByCode(u.Exchange)
		if !ok || exchange.Exchange != exchange.Code || !u.ConvertsTo(exchange) {
			t.Errorf("%s cannot be exchanged as %s", u.Code, u.Exchange)
		}
	}
	for code, want := range map[string]string{
		"KGM": "kg", "TNE": "tấn", "DTN": "tạ", "YEN": "yến", "HEA": "con", "QUA": "quả", "XBE": "bó",
		"XBO": "chai", "XPA": "gói", "XBX": "hộp", "XBG": "túi", "MTK": "m²", "HAR": "ha", "SAO": "sào",
	} {
		if u, ok := UnitByCode(code); !ok || u.Name.VI != want {
			t.Errorf("UnitByCode(%s) = %+v, %v, want %s", code, u, ok, want)
		}
	}
	if u, ok := UnitByCode("kgm"); ok {
		t.Errorf("kgm is %v", u)
	}
}

func TestUnitAfter(t *testing.T) {
	bottle, _ := UnitByCode("XBO")
	for _, tt := range []struct{ amount, lang, want string }{
		{"1", "en", "bottle"}, {"40", "en", "bottles"}, {"0.5", "en", "bottles"}, {"1", "vi", "chai"}, {"40", "vi", "chai"},
	} {
		if got := bottle.After(tt.amount, tt.lang); got != tt.want {
			t.Errorf("After(%s, %s) = %q, want %q", tt.amount, tt.lang, got, tt.want)
		}
	}
}

func TestUnitConvertsTo(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"GRM", "TNE", true}, {"QUA", "H87", true}, {"SAO", "HAR", true}, {"XBO", "XBO", true},
		{"KGM", "LTR", false}, {"XBO", "H87", false}, {"XBO", "XBX", false}, {"H87", "XBO", false},
	} {
		from, _ := UnitByCode(tt.from)
		to, _ := UnitByCode(tt.to)
		if got := from.ConvertsTo(to); got != tt.want {
			t.Errorf("%s to %s: %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestCriteria(t *testing.T) {
	total := 0
	for _, s := range Sets() {
		for _, c := range Criteria(s.Number) {
			if c.Set != s.Number {
				t.Errorf("set %d has a criterion of set %d", s.Number, c.Set)
			}
			total++
		}
	}
	if total != len(criteria().entries) {
		t.Errorf("%d criteria by set, %d in the file", total, len(criteria().entries))
	}
	for _, want := range []Criterion{
		{Set: 11, Product: Name{"Chè khô", "Dried tea"}, Indicator: Name{"Tro tổng số", "Total ash"}, Unit: "%",
			Limit: Limit{Kind: LimitRange, Min: "4", Max: "8"}, Basis: "Mức do cơ sở công bố", Certainty: Verified},
		{Set: 4, Product: Name{"Mật ong", "Honey"}, Indicator: Name{"Hàm lượng nước", "Water content"}, Unit: "%",
			Limit: Limit{Kind: LimitMax, Max: "23"}, Basis: "TCVN 12605:2019", Method: "TCVN 5263", Certainty: Verified},
		{Set: 8, Product: Name{"Thịt trâu gác bếp, thịt sấy", "Smoked buffalo and dried meat"}, Indicator: Name{"Salmonella", "Salmonella"},
			Unit: "/25 g", Limit: Limit{Kind: LimitAbsent}, Basis: "QCVN 8-3:2012/BYT", Certainty: Unverified},
	} {
		if !slices.Contains(Criteria(want.Set), want) {
			t.Errorf("missing %+v", want)
		}
	}
	for _, set := range []int{0, 26, 27} {
		if cs := Criteria(set); len(cs) != 0 {
			t.Errorf("set %d has criteria %v", set, cs)
		}
	}
}

func TestLimitComplete(t *testing.T) {
	for _, tt := range []struct {
		limit Limit
		want  bool
	}{
		{Limit{LimitMax, "", "2"}, true}, {Limit{LimitMax, "1", "2"}, false}, {Limit{LimitMax, "", ""}, false},
		{Limit{LimitMin, "2", ""}, true}, {Limit{LimitMin, "", "2"}, false},
		{Limit{LimitRange, "4", "10"}, true}, {Limit{LimitRange, "10", "4"}, false}, {Limit{LimitRange, "4", ""}, false},
		{Limit{LimitAbsent, "", ""}, true}, {Limit{LimitAbsent, "", "0"}, false},
		{Limit{LimitDeclared, "", ""}, true}, {Limit{LimitDeclared, "1", ""}, false},
	} {
		if got := tt.limit.complete(); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.limit, got, tt.want)
		}
	}
}

func TestRequiredItems(t *testing.T) {
	need := map[string]Need{}
	var onScan []string
	for _, i := range RequiredItems() {
		need[i.ID] = i.Need
		if i.Scope == OnScan {
			onScan = append(onScan, i.ID)
		}
		if found, ok := RequiredItemByID(i.ID); !ok || found != i {
			t.Errorf("RequiredItemByID(%s) = %v, %v", i.ID, found, ok)
		}
	}
	want := map[string]Need{
		"product_name": Required, "picture": Required, "producer": Required, "address": Required,
		"production_date": Required, "events": Required, "trace_code": Required, "lot": Required,
		"standards": Required, "brand": IfAny, "expiry": IfAny, "gtin": IfAny, "producer_id": IfAny,
	}
	if diff := cmp.Diff(want, need); diff != "" {
		t.Error(diff)
	}
	// TT 02/2024/TT-BKHCN art. 6 clause 5 has seven items; its fifth is the
	// date and the times of the events, two items here.
	if len(onScan) != 8 {
		t.Errorf("%d items on scan: %v", len(onScan), onScan)
	}
}

func TestRecordKinds(t *testing.T) {
	got := map[string]string{}
	for _, k := range RecordKinds() {
		got[k.Code] = k.BizStep
		if found, ok := RecordKindByCode(k.Code); !ok || found != k {
			t.Errorf("RecordKindByCode(%s) = %v, %v", k.Code, found, ok)
		}
	}
	want := map[string]string{
		"planting": "commissioning", "stocking": "commissioning", "care": "other",
		"harvest": "commissioning", "collecting": "commissioning", "receiving": "receiving",
		"processing": "creating_class_instance", "sampling": "sampling", "packing": "packing",
		"storing": "storing", "shipping": "shipping", "inspecting": "inspecting", "destroying": "destroying",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProducerKinds(t *testing.T) {
	got := map[string]string{}
	for _, k := range ProducerKinds() {
		got[k.Code] = k.Short.VI
		if found, ok := ProducerKindByCode(k.Code); !ok || found != k {
			t.Errorf("ProducerKindByCode(%s) = %v, %v", k.Code, found, ok)
		}
	}
	want := map[string]string{"enterprise": "DN", "cooperative": "HTX", "cooperative_group": "THT", "household": "Hộ"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
