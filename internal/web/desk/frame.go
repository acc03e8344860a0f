package desk

import (
	"net/http"
	"net/url"
	"strings"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A Link is where a page leads.
type Link struct {
	Label, Href string
	Icon        string
	Current     bool
	Count       int // of what waits there; not shown when 0
}

// A RoleChoice is another role of the same person.
type RoleChoice struct {
	Index int
	Label string
}

// A Frame is what every page has. Pages embed it: T chooses between what they
// say in Vietnamese and in English.
type Frame struct {
	ui.Lang
	Title string
	// Who is signed in, and in which role; empty for guests.
	Who, As string
	Roles   []RoleChoice
	Owner   string // who keeps drafts in the browser
	Nav     []Link
	Trail   []Link
	Home    string
	Switch  string // this page in the other language
	Notice  string
	Demo    bool
	Refresh string // seconds until the page is loaded again; empty for never
}

// Asset is the address of a style sheet or script.
func (Frame) Asset(name string) string { return ui.StaticURL(name) }

// Badge pairs a state in words with how it looks: Tone is good, warn, bad or
// calm, and the glyph says the same to who cannot see colours.
type Badge struct{ Tone, Glyph, Text string }

// The badges by tone.
func Good(text string) Badge { return Badge{"good", "✓", text} }

// Warn is a badge for what needs attention.
func Warn(text string) Badge { return Badge{"warn", "!", text} }

// Bad is a badge for what is wrong.
func Bad(text string) Badge { return Badge{"bad", "✗", text} }

// Calm is a badge for what is neither.
func Calm(text string) Badge { return Badge{"calm", "•", text} }

// A Fact is a label and what stands behind it, with a link where there is one.
type Fact struct{ Label, Value, Href string }

// Facts keeps those that have a value.
func Facts(all ...Fact) []Fact {
	out := all[:0]
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// A Pager leads to the next part of a list; not shown when Next is empty.
type Pager struct{ Next, Label string }

// Pager makes the link to the next part of a list at this address.
func (v *Visit) Pager(cursor string) Pager {
	if cursor == "" {
		return Pager{}
	}
	query := v.Request.URL.Query()
	query.Set("after", cursor)
	return Pager{v.Request.URL.Path + "?" + query.Encode(), v.Lang.T("Xem thêm", "Show more")}
}

// Paging is the part of a list that was asked for.
func (v *Visit) Paging() trace.Paging { return trace.Paging{After: v.Query("after")} }

// StateBadge shows where a batch stands.
func StateBadge(l ui.Lang, s trace.BatchState) Badge {
	text := l.Name(s.Name())
	switch s {
	case trace.BatchReleased:
		return Good(text)
	case trace.BatchHeld:
		return Warn(text)
	case trace.BatchRecalled:
		return Bad(text)
	}
	return Calm(text)
}

// CertificateBadge shows what a certificate is worth on a day.
func CertificateBadge(l ui.Lang, c trace.Certificate, day trace.Date) Badge {
	until := l.Date(c.ValidUntil)
	switch c.StateOn(day) {
	case trace.CertificateValid:
		if c.ValidUntil.IsZero() {
			return Good(l.T("còn hiệu lực", "in force"))
		}
		return Good(l.T("còn hiệu lực đến ", "in force until ") + until)
	case trace.CertificateExpiring:
		return Warn(l.T("sắp hết hạn: ", "ends soon: ") + until)
	case trace.CertificateExpired:
		return Bad(l.T("hết hạn từ ", "expired since ") + l.Date(c.EndedOn()))
	case trace.CertificateWithdrawn:
		return Bad(l.T("bị thu hồi từ ", "withdrawn since ") + l.Date(c.Withdrawn.From))
	case trace.CertificateSuperseded:
		return Calm(l.T("đã thay thế từ ", "superseded since ") + l.Date(c.Superseded.From))
	}
	return Calm(l.T("có hiệu lực từ ", "in force from ") + l.Date(c.ValidFrom))
}

// ProvenanceBadge says how far a statement can be relied on.
func ProvenanceBadge(l ui.Lang, p trace.Provenance, by *trace.Confirmation) Badge {
	switch p {
	case trace.Verified:
		return Good(l.T("đã xác minh: ", "verified: ") + by.Organisation + ", " + l.Date(trace.DateOf(by.At)))
	case trace.Documented:
		return Calm(l.T("có giấy tờ kèm theo", "with a document"))
	}
	return Badge{"calm", "○", l.T("chủ thể tự khai", "declared by the producer")}
}

// VerdictBadge shows the verdict of a test.
func VerdictBadge(l ui.Lang, v trace.Verdict) Badge {
	switch v {
	case trace.Pass:
		return Good(l.Name(v.Name()))
	case trace.Fail:
		return Bad(l.Name(v.Name()))
	}
	return Badge{"warn", "?", l.Name(v.Name())}
}

// ProblemBadge shows where a report of a problem stands.
func ProblemBadge(l ui.Lang, s trace.ProblemState) Badge {
	text := l.Name(s.Name())
	switch s {
	case trace.ProblemNew:
		return Warn(text)
	case trace.ProblemAnswered:
		return Good(text)
	}
	return Calm(text)
}

// Display writes a batch or item code as it is printed.
func Display(code string) string {
	c, err := stamp.Parse(code)
	if err != nil {
		return code
	}
	return c.Display()
}

// DisplayReference writes the reference of a report as it is shown to people.
func DisplayReference(reference string) string {
	r, err := stamp.ParseReference(reference)
	if err != nil {
		return reference
	}
	return r.Display()
}

// local keeps an address from leading away from this service.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.Contains(address, `\`) {
		return Prefix
	}
	return address
}

// noticeCookie carries what the next page shows once.
const noticeCookie = "temgoc-notice"

func (v *Visit) takeNotice() string {
	if v.public {
		return "" // what a desk has to say is not for a public page
	}
	c, err := v.Request.Cookie(noticeCookie)
	if err != nil {
		return ""
	}
	v.setCookie(&http.Cookie{Name: noticeCookie, MaxAge: -1})
	text, err := url.QueryUnescape(c.Value)
	if err != nil {
		return ""
	}
	return text
}
