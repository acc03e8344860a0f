package exchange

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

func TestChoices(t *testing.T) {
	for _, tt := range []struct {
		from *choices
		in   string
		want string // empty: refused
	}{
		{units(), "kg", "KGM"}, {units(), "KGM", "KGM"}, {units(), " Kg ", "KGM"}, {units(), "m2", "MTK"}, {units(), "m²", "MTK"}, {units(), "m3", "MTQ"},
		{units(), "tấn", "TNE"}, {units(), "tan", "TNE"}, {units(), "tạ", "DTN"}, {units(), "tá", "DZN"}, {units(), "bottles", "XBO"}, {units(), "goi", "XPA"},
		{units(), "ta", ""}, {units(), "bo", ""}, {units(), "thúng", ""}, {units(), "", ""}, {units(), "bô", ""},
		{sets(), "11", "11"}, {sets(), "11. Chè tươi, chè chế biến", "11"}, {sets(), "CHÈ TƯƠI, CHÈ CHẾ BIẾN", "11"}, {sets(), "0", ""}, {sets(), "27", ""},
		{certificateKinds(), "OCOP", "OCOP"}, {certificateKinds(), "giay chung nhan san pham ocop", "OCOP"}, {certificateKinds(), "VietGAP", "VIETGAP"}, {certificateKinds(), "ISO", ""},
		{recordKinds(), "Thu hoạch", "harvest"}, {recordKinds(), "tieu huy", "destroying"}, {recordKinds(), "Packing", "packing"},
		{findings(), "Đạt", "true"}, {findings(), "không đạt", "false"}, {findings(), "Không", "false"}, {findings(), "có lẽ", ""},
	} {
		got, err := tt.from.find(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q is %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
	if got := units().name("XXX", "vi"); got != "XXX" {
		t.Errorf("an unknown code is written %q", got)
	}
}

func TestFindCommune(t *testing.T) {
	for in, want := range map[string]string{
		"02260": "02260", "2260": "02260", "Xã Hồng Thái, Tỉnh Tuyên Quang": "02260", "hong thai, tuyen quang": "02260", "Hồng Thái, Na Hang, Tuyên Quang": "02260",
		"Phường Mỹ Lâm, Tuyên Quang": "02509", "Minh Xuân": "02215", "Nà Hang, Tỉnh Tuyên Quang": "02221",
		"99999": "", "123456": "", "Hồng Thái, Hà Giang": "", "Xã Không Có": "", "": "", "Tân An": "", ",": "",
	} {
		got, err := findCommune(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v, want %q", in, got, err, want)
		}
	}
}

// TestEveryCommuneIsFound holds that each is found by what is written of it.
func TestEveryCommuneIsFound(t *testing.T) {
	n := 0
	for _, named := range communesByName() {
		for _, c := range named {
			n++
			if got, err := findCommune(communeName(c.Code)); err != nil || got != c.Code {
				t.Errorf("%s (%s) is found as %q, %v", communeName(c.Code), c.Code, got, err)
			}
		}
	}
	if n < 3300 {
		t.Errorf("%d communes", n)
	}
}

func TestPortions(t *testing.T) {
	kg := func(v string) trace.Quantity { return trace.Quantity{Value: trace.Decimal(v), Unit: "KGM"} }
	for in, want := range map[string][]portion{
		"":                    nil,
		"Búp chè: 62,5 kg":    {{"Búp chè", "", kg("62.5")}},
		"Búp chè = 62.5 KGM;": {{"Búp chè", "", kg("62.5")}},
		"#K7Q2M-9XR4V: 5 kg; Muối: 1.200,5 gam\nĐường:2kg": {{"", "K7Q2M-9XR4V", kg("5")}, {"Muối", "", trace.Quantity{Value: "1200.5", Unit: "GRM"}}, {"Đường", "", kg("2")}},
		"Búp #L1: 5 kg":             {{"Búp", "L1", kg("5")}},
		`"a; b: #c ""d""": 5 kg`:    {{`a; b: #c "d"`, "", kg("5")}},
		"Men lá (20 vị): 3 kg":      {{"Men lá (20 vị)", "", kg("3")}},
		"một ít":                    nil,
		"Búp: nhiều":                nil,
		"Búp: 5":                    nil,
		"Búp: 5 thúng":              nil,
		"Búp: 1.234 kg":             nil,
		": 5 kg; # : 5 kg; a: b: 1": nil,
	} {
		got, err := parsePortions(in)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(portion{})); diff != "" || in != "" && (err == nil) != (want != nil) {
			t.Errorf("%q: %v, -want +got:\n%s", in, err, diff)
		}
	}
}

func FuzzPortions(f *testing.F) {
	f.Add("Búp chè: 62,5 kg; #K7Q2M-9XR4V: 5 kg")
	f.Add(`"a; b: #c ""d""" #L1 = 1.200,5 g`)
	f.Fuzz(func(t *testing.T, s string) {
		portions, err := parsePortions(trace.Clean(s))
		if err != nil {
			return
		}
		again, err := parsePortions(writePortions(portions, "vi"))
		if diff := cmp.Diff(portions, again, cmp.AllowUnexported(portion{})); err != nil || diff != "" {
			t.Errorf("%q is written %q: %v\n%s", s, writePortions(portions, "vi"), err, diff)
		}
	})
}
