package catalog

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	const alphabet = "àáảãạăằắẳẵặâầấẩẫậ đ èéẻẽẹêềếểễệ ìíỉĩị òóỏõọôồốổỗộơờớởỡợ ùúủũụưừứửữự ỳýỷỹỵ"
	const bare = "aaaaaaaaaaaaaaaaa d eeeeeeeeeee iiiii ooooooooooooooooo uuuuuuuuuuu yyyyy"
	tests := map[string]string{
		"":                                     "",
		"Chè Shan tuyết Hồng Thái":             "che shan tuyet hong thai",
		"ĐẮK LẮK, Đồng Văn":                    "dak lak, dong van",
		"Ea H'Leo":                             "ea h'leo",
		"321/QĐ-UBND":                          "321/qd-ubnd",
		alphabet:                               bare,
		strings.ToUpper(alphabet):              bare,
		norm.NFD.String(alphabet):              bare,
		norm.NFD.String("Thanh Hoá Thanh Hóa"): "thanh hoa thanh hoa",
		"한글":                                   "한글",
		"a\xffb":                               "a\ufffdb",
	}
	for in, want := range tests {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	tests := map[string][]string{
		"":                               nil,
		"a - 1, ¿?":                      nil,
		"Chè Shan tuyết 1 tôm 1 lá":      {"che", "shan", "tuyet", "tom", "la"},
		"Mật ong, MẬT ONG bạc hà":        {"mat", "ong", "bac", "ha"},
		"Trà–Chè/Tân Thái 168 (Hàm Yên)": {"tra", "che", "tan", "thai", "168", "ham", "yen"},
	}
	for in, want := range tests {
		if diff := cmp.Diff(want, Words(in)); diff != "" {
			t.Errorf("Words(%q): %s", in, diff)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Chè Shan tuyết", "Đồng Văn", "e\u0302\u0301", "İstanbul", "\u212a\u2126\u1e9e", "한글", "\xff", "ǅ ϴ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if !utf8.ValidString(folded) {
			t.Errorf("Fold(%q) = %q is not UTF-8", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
		words := Words(s)
		for i, w := range words {
			if Fold(w) != w || utf8.RuneCountInString(w) < 2 || strings.ContainsFunc(w, unicode.IsSpace) || slices.Contains(words[:i], w) {
				t.Errorf("Words(%q) has %q", s, w)
			}
		}
		if again := Words(strings.Join(words, " ")); !slices.Equal(again, words) {
			t.Errorf("Words(%q) = %q, again %q", s, words, again)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		Fold("Chè Shan tuyết Hồng Thái 1 tôm 1 lá")
	}
}
