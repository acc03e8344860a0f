package console

import (
	"strings"

	"temgoc/internal/web/desk"
)

// agent tells a browser in words that its owner recognises. More than kind
// and system is not worth knowing.
func agent(v *desk.Visit, header string) string {
	system := first(header, [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"},
	})
	browser := first(header, [][2]string{
		{"Zalo", "Zalo"}, {"coc_coc", "Cốc Cốc"}, {"SamsungBrowser", "Samsung Internet"}, {"Edg", "Edge"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	})
	switch {
	case system == "" && browser == "":
		return v.T("Thiết bị không rõ", "Unknown device")
	case system == "" || browser == "":
		return system + browser
	}
	return browser + v.T(" trên ", " on ") + system
}

// first finds the word for the first mark that s has.
func first(s string, words [][2]string) string {
	for _, w := range words {
		if strings.Contains(s, w[0]) {
			return w[1]
		}
	}
	return ""
}
