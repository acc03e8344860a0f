package catalog

import (
	"slices"
	"sync"
)

// A Province is a first-level unit: a province or a city under the central
// government.
type Province struct {
	Code string `json:"code"` // two digits
	Name Name   `json:"name"` // with its kind: "Tỉnh Tuyên Quang"
}

// A Commune is a second-level unit: a commune, a ward or a special zone.
// Districts, which were between the two, ended on 1 July 2025.
type Commune struct {
	Code     string `json:"code"`     // five digits, unique in the country
	Province string `json:"province"` // code of its province
	Name     Name   `json:"name"`     // with its kind: "Xã Hồng Thái"
}

// An administrativeUnit is a row of the file: a province where commune is empty.
type administrativeUnit struct {
	province, commune string
	name              Name
}

var administrativeUnits = lookup("administrative-units.tsv", readAdministrativeUnit, func(u administrativeUnit) [2]string {
	return [2]string{u.province, u.commune}
})

func readAdministrativeUnit(r *row) administrativeUnit {
	return administrativeUnit{province: r.text("province_code"), commune: r.optional("commune_code"), name: r.name("name_")}
}

// A gazetteer is the administrative units, arranged for look-up.
type gazetteer struct {
	provinces      []Province
	provinceByCode map[string]Province
	communeByCode  map[string]Commune
	communes       map[string][]Commune // by province
}

var places = sync.OnceValue(func() gazetteer {
	g := gazetteer{
		provinceByCode: map[string]Province{},
		communeByCode:  map[string]Commune{},
		communes:       map[string][]Commune{},
	}
	for _, u := range administrativeUnits().entries {
		if u.commune == "" {
			p := Province{Code: u.province, Name: u.name}
			g.provinces = append(g.provinces, p)
			g.provinceByCode[p.Code] = p
			continue
		}
		c := Commune{Code: u.commune, Province: u.province, Name: u.name}
		g.communeByCode[c.Code] = c
		g.communes[c.Province] = append(g.communes[c.Province], c)
	}
	return g
})

// Provinces lists the 34 provinces by code.
func Provinces() []Province { return slices.Clone(places().provinces) }

// ProvinceByCode finds a province by its two-digit code.
func ProvinceByCode(code string) (Province, bool) {
	p, ok := places().provinceByCode[code]
	return p, ok
}

// Communes lists the communes of a province by code; none for an unknown one.
func Communes(province string) []Commune { return slices.Clone(places().communes[province]) }

// CommuneByCode finds a commune by its five-digit code.
func CommuneByCode(code string) (Commune, bool) {
	c, ok := places().communeByCode[code]
	return c, ok
}
