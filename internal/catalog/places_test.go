package catalog

import (
	"strings"
	"testing"
)

func TestProvincesAndCommunes(t *testing.T) {
	provinces := Provinces()
	if len(provinces) != 34 {
		t.Errorf("%d provinces, want 34", len(provinces))
	}
	total := 0
	for _, p := range provinces {
		if found, ok := ProvinceByCode(p.Code); !ok || found != p {
			t.Errorf("ProvinceByCode(%s) = %v, %v", p.Code, found, ok)
		}
		if !digits(p.Code, 2) {
			t.Errorf("province code %q", p.Code)
		}
		communes := Communes(p.Code)
		if len(communes) == 0 {
			t.Errorf("%s has no communes", p.Name.VI)
		}
		for _, c := range communes {
			if c.Province != p.Code || !digits(c.Code, 5) {
				t.Errorf("commune %+v in province %s", c, p.Code)
			}
			if !startsWithAny(c.Name.VI, "Xã ", "Phường ", "Đặc khu ") {
				t.Errorf("%s has no kind: %s", c.Code, c.Name.VI)
			}
		}
		total += len(communes)
	}
	if total != 3321 || len(places().communeByCode) != 3321 {
		t.Errorf("%d communes under %d codes, want 3321", total, len(places().communeByCode))
	}
}

func TestTuyenQuang(t *testing.T) {
	p, ok := ProvinceByCode("08")
	if want := (Name{"Tỉnh Tuyên Quang", "Tuyen Quang Province"}); !ok || p.Name != want {
		t.Errorf("province 08 = %v, %v", p, ok)
	}
	if n := len(Communes("08")); n != 124 {
		t.Errorf("%d communes, want 124", n)
	}
	for code, name := range map[string]string{
		"02260": "Xã Hồng Thái", "02221": "Xã Nà Hang", "02509": "Phường Mỹ Lâm",
		"02512": "Phường An Tường", "00769": "Xã Mèo Vạc", "02374": "Xã Hàm Yên",
	} {
		c, ok := CommuneByCode(code)
		if !ok || c.Code != code || c.Province != "08" || c.Name.VI != name {
			t.Errorf("CommuneByCode(%s) = %+v, %v, want %s", code, c, ok, name)
		}
	}
}

func TestUnknownPlaces(t *testing.T) {
	for _, code := range []string{"", "00", "8", "02260 "} {
		if p, ok := ProvinceByCode(code); ok {
			t.Errorf("ProvinceByCode(%q) = %v", code, p)
		}
		if c, ok := CommuneByCode(code); ok {
			t.Errorf("CommuneByCode(%q) = %v", code, c)
		}
		if cs := Communes(code); len(cs) != 0 {
			t.Errorf("Communes(%q) = %v", code, cs)
		}
	}
}

func TestListsBelongToTheCaller(t *testing.T) {
	Provinces()[0] = Province{}
	Communes("08")[0] = Commune{}
	Sets()[0] = Set{}
	Criteria(1)[0] = Criterion{}
	if Provinces()[0].Code == "" || Communes("08")[0].Code == "" || Sets()[0].Number == 0 || Criteria(1)[0].Set == 0 {
		t.Error("a caller changed the catalog")
	}
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

func startsWithAny(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func BenchmarkCommuneByCode(b *testing.B) {
	for b.Loop() {
		if _, ok := CommuneByCode("02260"); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkReadAdministrativeUnits(b *testing.B) {
	text, err := files.ReadFile("administrative-units.tsv")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, err := parse(string(text), readAdministrativeUnit, func(u administrativeUnit) [2]string {
			return [2]string{u.province, u.commune}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
