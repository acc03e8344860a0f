package scan

import "net/url"

// Query is what links to other pages of the service end with.
func (b base) Query() string {
	if b.Keep == "" {
		return ""
	}
	return "?lang=" + b.Keep
}

// ReportLink leads to the form for a problem with a code.
func (b base) ReportLink(code string) string {
	link := "/phan-anh?ma=" + url.QueryEscape(code)
	if b.Keep != "" {
		link += "&lang=" + b.Keep
	}
	return link
}

// A filesView is what the template of file links needs.
type filesView struct {
	T     *texts
	Files []fileLink
}

// Files pairs links with the words for them.
func (b base) Files(links []fileLink) filesView { return filesView{b.T, links} }

// Ordinal is the number of a footnote from its index.
func (b base) Ordinal(i int) int { return i + 1 }

// A reportTo is somebody to turn to.
type reportTo struct {
	T                   *texts
	Who, Phone, Subject string
	Contact             Contact
}

// reportTo lists whom to turn to about a code; those without an address are
// left out.
func (b base) reportTo(code string, producer Contact) []reportTo {
	var out []reportTo
	add := func(who string, c Contact) {
		if c.Phone == "" && c.Email == "" {
			return
		}
		out = append(out, reportTo{T: b.T, Who: who, Phone: say(b.T.Call, c.Phone), Subject: say(b.T.Subject, code), Contact: c})
	}
	add(b.T.ToProducer, producer)
	add(b.T.ToOffice, b.Office)
	return out
}

// A startPage is where a code can be typed.
type startPage struct {
	base
	Typed, Problem string
}

// Template implements ui.Page.
func (startPage) Template() string { return "start.html" }

// A noticePage says something about a code, or an address, that has no record
// to show.
type noticePage struct {
	base
	Verdict        verdict
	Asked, Typed   string
	Suggestion     string
	SuggestionLink string
	Report         []reportTo
	// Reportable is the code whose stamp is worth a report; empty for none.
	Reportable string
}

// Template implements ui.Page.
func (noticePage) Template() string { return "notice.html" }
