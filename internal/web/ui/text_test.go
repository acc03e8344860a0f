package ui

import "testing"

func TestText(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Joined(" · "), ""},
		{Joined(" · ", "", "lô", "", "chè", ""), "lô · chè"},
		{Shortened("chè Shan", 8), "chè Shan"},
		{Shortened("chè Shan tuyết", 8), "chè Sha…"},
		{Sentence(""), ""},
		{Sentence("đã hết hạn"), "Đã hết hạn."},
		{Sentence("Đã hết hạn."), "Đã hết hạn."},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
