package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
)

// A choice is a code and the names that people know it by.
type choice struct {
	code string
	name catalog.Name
	also []string
}

// choices are what a coded column is chosen from.
type choices struct {
	list []choice
	// exact and bare are the places in the list by what choices are called, as
	// it is written and without diacritics.
	exact, bare map[string][]int
}

func newChoices(list []choice) *choices {
	cs := &choices{list: list, exact: map[string][]int{}, bare: map[string][]int{}}
	add := func(index map[string][]int, key string, i int) {
		if key != "" && !slices.Contains(index[key], i) {
			index[key] = append(index[key], i)
		}
	}
	for i, c := range list {
		for _, name := range append([]string{c.code, c.name.VI, c.name.EN}, c.also...) {
			add(cs.exact, plain(name), i)
			add(cs.bare, bare(name), i)
		}
	}
	return cs
}

// names lists how the choices are written.
func (cs *choices) names() []catalog.Name {
	if cs == nil {
		return nil
	}
	var names []catalog.Name
	for _, c := range cs.list {
		names = append(names, c.name)
	}
	return names
}

// name is how a code is written; an unknown code stays as it is.
func (cs *choices) name(code, lang string) string {
	for _, i := range cs.exact[plain(code)] {
		if cs.list[i].code == code {
			return cs.list[i].name.In(lang)
		}
	}
	return code
}

// plain is text without case and without more white space than between words.
func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// bare is plain without diacritics.
func bare(s string) string { return catalog.Fold(plain(s)) }

// find is the code of what text says: exactly, or, where it was written without
// diacritics, whatever has none but is the same.
func (cs *choices) find(text string) (string, error) {
	key := plain(text)
	found := cs.exact[key]
	if len(found) == 0 && key == bare(text) {
		found = cs.bare[key]
	}
	text = spreadsheet.Short(text)
	switch len(found) {
	case 0:
		return "", wrong(fmt.Sprintf("không có giá trị %q; %s", text, cs.hint("vi")), fmt.Sprintf("has no value %q; %s", text, cs.hint("en")))
	case 1:
		return cs.list[found[0]].code, nil
	}
	var names []string
	for _, i := range found {
		names = append(names, cs.list[i].name.VI)
	}
	list := strings.Join(names, ", ")
	return "", wrong(fmt.Sprintf("%q có thể là %s; hãy viết đủ dấu", text, list), fmt.Sprintf("%q may be %s; write it with its diacritics", text, list))
}

// maxHinted is how many values a message lists.
const maxHinted = 6

// hint says which values there are, where they are few.
func (cs *choices) hint(lang string) string {
	head, more := "chọn một trong: ", "xem các giá trị cho phép ở trang hướng dẫn của tệp mẫu"
	if lang == "en" {
		head, more = "one of: ", "see the allowed values in the guide of the template"
	}
	if len(cs.list) > maxHinted {
		return more
	}
	var names []string
	for _, c := range cs.list {
		names = append(names, c.name.In(lang))
	}
	return head + strings.Join(names, ", ")
}

var (
	// units are written as they stand behind a number.
	units = sync.OnceValue(func() *choices {
		also := map[string][]string{
			"KGM": {"kilogam", "kilogram", "kí", "ký", "cân"}, "GRM": {"gam", "gram", "gr"}, "MGM": {"miligam"}, "LTR": {"l", "liter"}, "MLT": {"mililit"},
			"MTQ": {"m3", "mét khối", "khối"}, "MTK": {"m2", "mét vuông"}, "HAR": {"hecta", "héc ta"}, "H87": {"chiếc"}, "QUA": {"trái"},
		}
		var all []choice
		for _, u := range catalog.Units() {
			all = append(all, choice{u.Code, u.Name, append([]string{u.Plural}, also[u.Code]...)})
		}
		return newChoices(all)
	})

	// sets are written with their number: "11. Chè tươi, chè chế biến".
	sets = sync.OnceValue(func() *choices {
		var all []choice
		for _, s := range catalog.Sets() {
			n := strconv.Itoa(s.Number)
			name := catalog.Name{VI: n + ". " + s.Name.VI, EN: n + ". " + s.Name.EN}
			all = append(all, choice{n, name, []string{s.Name.VI, s.Name.EN}})
		}
		return newChoices(all)
	})

	certificateKinds = sync.OnceValue(func() *choices {
		also := map[string][]string{
			"OCOP": {"Chứng nhận OCOP", "Quyết định công nhận OCOP"}, "ATTP": {"Chứng nhận ATTP", "Giấy chứng nhận đủ điều kiện ATTP"},
			"VIETGAP": {"VietGAP"}, "ORGANIC": {"Hữu cơ"}, "TCB": {"Tự công bố"}, "TRADEMARK": {"Nhãn hiệu"}, "GI": {"Chỉ dẫn địa lý"},
			"HACCP": {"ISO 22000", "GMP"}, "TEST": {"Phiếu kiểm nghiệm"},
		}
		var all []choice
		for _, k := range catalog.CertificateKinds() {
			all = append(all, choice{k.Code, k.Name, also[k.Code]})
		}
		return newChoices(all)
	})

	recordKinds = sync.OnceValue(func() *choices {
		var all []choice
		for _, k := range catalog.RecordKinds() {
			all = append(all, choice{code: k.Code, name: k.Name})
		}
		return newChoices(all)
	})

	// findings are whether an inspection found what it should.
	findings = sync.OnceValue(func() *choices {
		return newChoices([]choice{
			{"true", catalog.Name{VI: "Đạt", EN: "Conforms"}, []string{"có", "yes", "x", "1", "pass"}},
			{"false", catalog.Name{VI: "Không đạt", EN: "Does not conform"}, []string{"không", "no", "0", "fail"}},
		})
	})
)
