package trace

import "testing"

func TestNumberKey(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"321/QĐ-UBND", "321qdubnd"},
		{" Quyết định số 0321 / qđ – ubnd, ngày 5/8/2025", "321qdubnd"},
		{"12/3", "12.3"},
		{"123", "123"},
		{"GCN VG 07", "vg7"},
		{"00", "00"},
		{"Số", "so"},
		{"ngày 1", "ngay1"},
		{"/-/", ""},
		{"", ""},
	} {
		if got := numberKey(tt.in); got != tt.want {
			t.Errorf("numberKey(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// FuzzNumberKey holds that a key is its own: what people copy from an answer
// finds it again.
func FuzzNumberKey(f *testing.F) {
	for _, s := range []string{"321/QĐ-UBND", "Số 0012/3", "qd ngay so 5", "ng ay 1", "\xff٣/3", "\u1100/\u1161"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := numberKey(s)
		if again := numberKey(key); again != key {
			t.Errorf("numberKey(%q) = %q, and of that %q", s, key, again)
		}
		for _, ref := range append(numberRefs(s), publicNumberRef(s)) {
			if ref == "" {
				t.Errorf("numberRefs(%q) has an empty term", s)
			}
		}
	})
}
