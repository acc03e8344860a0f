package scan

import (
	"math"
	"strconv"
	"testing"
	"time"
)

var releasedForTest = time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)

func TestWantsJSON(t *testing.T) {
	tests := map[string]struct {
		accept string
		want   bool
	}{
		"none":               {"", false},
		"Chrome 130":         {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", false},
		"Safari iOS 18":      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false},
		"Firefox 132":        {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", false},
		"Zalo in-app":        {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.9", false},
		"Facebook in-app":    {"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8", false},
		"curl":               {"*/*", false},
		"JSON":               {"application/json", true},
		"JSON upper case":    {"Application/JSON; charset=utf-8", true},
		"axios":              {"application/json, text/plain, */*", true},
		"JSON preferred":     {"text/html;q=0.5, application/json", true},
		"page preferred":     {"text/html, application/json;q=0.9", false},
		"equal and named":    {"text/html, application/json", false},
		"JSON refused":       {"application/json;q=0", false},
		"all but JSON":       {"*/*, application/json;q=0", false},
		"any application":    {"application/*", true},
		"low wildcard":       {"text/html;q=0.1, */*;q=0.2, application/xml", true},
		"malformed quality":  {"application/json;q=many", false},
		"quality above one":  {"application/json;q=7", false},
		"spaces around":      {"  application/json ; q=1 , text/html ; q=0.2", true},
		"linked data only":   {"application/ld+json", false},
		"nonsense":           {"application/,;;,=", false},
		"image, as <img>":    {"image/avif,image/webp,*/*", false},
		"version parameters": {"application/json;version=1;q=0.4, text/html;q=0.3", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := WantsJSON(tt.accept); got != tt.want {
				t.Errorf("WantsJSON(%q) = %v, want %v", tt.accept, got, tt.want)
			}
		})
	}
}

func TestPreferredLanguage(t *testing.T) {
	tests := map[string]string{
		"":                                    "vi",
		"vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7": "vi",
		"vi-VN,vi;q=0.9,fr-FR;q=0.8,fr;q=0.7,en-US;q=0.6,en;q=0.5": "vi",
		"en-US,en;q=0.9":                   "en",
		"en-US,en;q=0.9,vi;q=0.8":          "en",
		"en;q=0.8,vi;q=0.8":                "vi",
		"fr-FR,fr;q=0.9,en;q=0.8,vi;q=0.7": "en",
		"ko-KR,ko;q=0.9":                   "vi",
		"*":                                "vi",
		"en;q=0.3,*;q=0.5":                 "vi",
		"EN-gb":                            "en",
		"en;q=x":                           "vi",
	}
	for header, want := range tests {
		if got := preferredLanguage(header); got != want {
			t.Errorf("preferredLanguage(%q) = %s, want %s", header, got, want)
		}
	}
}

func TestMatchesETag(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, `"a"`: true, `W/"a"`: true, `"b", "a"`: true, `"b"`: false, "*": true, "a": false,
	} {
		if got := matchesETag(header, `"a"`); got != want {
			t.Errorf("matchesETag(%q) = %v, want %v", header, got, want)
		}
	}
}

func FuzzNegotiation(f *testing.F) {
	f.Add("text/html,application/json;q=0.5", "en-US,vi;q=0.3", `W/"x"`)
	f.Fuzz(func(t *testing.T, accept, language, tag string) {
		if got := WantsJSON(accept + ",text/html,application/json;q=0"); got && accept == "" {
			t.Error("JSON though it was refused")
		}
		if got := preferredLanguage(language); got != "vi" && got != "en" {
			t.Errorf("language %q", got)
		}
		matchesETag(tag, `"a"`)
	})
}

func TestCut(t *testing.T) {
	d := detail{text: 3}
	for s, want := range map[string]string{"": "", "chè": "chè", "chèo": "chè…", "đđđ": "đđđ", "abcd": "abc…"} {
		if got := d.cut(s); got != want {
			t.Errorf("cut(%q) = %q, want %q", s, got, want)
		}
	}
}

// contrast is the contrast ratio of two colours as WCAG 2.2 defines it.
func contrast(a, b string) float64 {
	l := func(hex string) float64 {
		n, _ := strconv.ParseUint(hex[1:], 16, 32)
		channel := func(c uint64) float64 {
			v := float64(c) / 255
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*channel(n>>16) + 0.7152*channel(n>>8&255) + 0.0722*channel(n&255)
	}
	x, y := l(a), l(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
