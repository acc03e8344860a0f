package exchange

import (
	"fmt"
	"strings"
	"sync"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
)

// prefixes are the kinds of units, which people leave out.
var prefixes = []string{"xã ", "phường ", "đặc khu ", "thị trấn ", "tỉnh ", "thành phố ", "tp. ", "tp "}

// withoutKind is the name of a place without the kind of unit.
func withoutKind(name string) string {
	name = plain(name)
	for _, p := range prefixes {
		for _, prefix := range []string{p, catalog.Fold(p)} {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				return rest
			}
		}
	}
	return name
}

// placeKey is the form in which names of places are compared.
func placeKey(name string) string { return catalog.Fold(withoutKind(name)) }

// communesByName are all communes by placeKey.
var communesByName = sync.OnceValue(func() map[string][]catalog.Commune {
	all := map[string][]catalog.Commune{}
	for _, p := range catalog.Provinces() {
		for _, c := range catalog.Communes(p.Code) {
			key := placeKey(c.Name.VI)
			all[key] = append(all[key], c)
		}
	}
	return all
})

// findCommune finds the code of a commune by its code, by "xã, tỉnh", or by its
// name alone where only one has it.
func findCommune(text string) (string, error) {
	if code := fiveDigits(text); code != "" {
		if _, ok := catalog.CommuneByCode(code); ok {
			return code, nil
		}
		return "", wrong(fmt.Sprintf("không có xã, phường mang mã %q", text), fmt.Sprintf("no commune has the code %q", text))
	}
	parts := strings.Split(text, ",")
	named := communesByName()[placeKey(parts[0])]
	if len(named) == 0 { // a name that begins like a kind of unit: Xà Phìn
		named = communesByName()[bare(parts[0])]
	}
	var found []catalog.Commune
	for _, c := range named {
		if len(parts) == 1 || placeKey(provinceName(c)) == placeKey(parts[len(parts)-1]) {
			found = append(found, c)
		}
	}
	found = closest(found, parts[0])
	text = spreadsheet.Short(text)
	switch len(found) {
	case 0:
		return "", wrong(fmt.Sprintf("không tìm thấy %q; hãy ghi “xã, tỉnh” theo tên hiện nay, hoặc mã xã gồm 5 chữ số", text),
			fmt.Sprintf("there is no commune %q; write “commune, province” as they are called now, or the code of five digits", text))
	case 1:
		return found[0].Code, nil
	}
	var names []string
	for i, c := range found {
		if i == maxNamed {
			names = append(names, "…")
			break
		}
		names = append(names, communeName(c.Code)+" ("+c.Code+")")
	}
	list := strings.Join(names, "; ")
	return "", wrong(fmt.Sprintf("có nhiều nơi tên %q: %s", text, list), fmt.Sprintf("several places are called %q: %s", text, list))
}

// closest keeps, of several communes of one name, those whose name was written
// with the same diacritics, and those of the kind that was written.
func closest(found []catalog.Commune, name string) []catalog.Commune {
	for _, same := range []func(have string) bool{
		func(have string) bool { return withoutKind(have) == withoutKind(name) },
		func(have string) bool { return bare(have) == bare(name) },
	} {
		var kept []catalog.Commune
		for _, c := range found {
			if same(c.Name.VI) {
				kept = append(kept, c)
			}
		}
		if len(kept) > 0 {
			found = kept
		}
	}
	return found
}

// fiveDigits is the code that text is, with the zeros in front that programs
// take away; empty for what is no code.
func fiveDigits(text string) string {
	if len(text) > 5 || strings.Trim(text, "0123456789") != "" {
		return ""
	}
	return strings.Repeat("0", 5-len(text)) + text
}

func provinceName(c catalog.Commune) string {
	p, _ := catalog.ProvinceByCode(c.Province)
	return p.Name.VI
}

// communeName is what findCommune finds the commune by.
func communeName(code string) string {
	c, ok := catalog.CommuneByCode(code)
	if !ok {
		return code
	}
	return c.Name.VI + ", " + provinceName(c)
}
