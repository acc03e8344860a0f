package catalog

// A Name is a text in Vietnamese and English. Vietnamese comes first: English
// may be missing.
type Name struct {
	VI string `json:"vi"`
	EN string `json:"en,omitempty"`
}

// In returns the text in lang, "vi" or "en". It falls back to Vietnamese for
// another language and where there is no English.
func (n Name) In(lang string) string {
	if lang == "en" && n.EN != "" {
		return n.EN
	}
	return n.VI
}
