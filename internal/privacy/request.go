package privacy

import (
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KindDataRequests is the kind of Request.
const KindDataRequests trace.Kind = "datarequests"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind { return []trace.Kind{KindDataRequests} }

// A What is what somebody asks for.
type What string

// What can be asked for.
const (
	Export   What = "export"   // to be given what is kept
	Correct  What = "correct"  // to have it corrected
	Restrict What = "restrict" // to have it used no more
	Erase    What = "erase"    // to have it destroyed
)

// Whats lists all that can be asked for.
func Whats() []What { return []What{Export, Correct, Restrict, Erase} }

// Name is it in words.
func (w What) Name() catalog.Name {
	return map[What]catalog.Name{
		Export:   {VI: "Cung cấp dữ liệu", EN: "To be given the data"},
		Correct:  {VI: "Chỉnh sửa dữ liệu", EN: "To have data corrected"},
		Restrict: {VI: "Hạn chế xử lý dữ liệu", EN: "To have its use restricted"},
		Erase:    {VI: "Xóa dữ liệu", EN: "To have data erased"},
	}[w]
}

// A State is where a request stands.
type State string

// The states of a request. The last two are final.
const (
	New          State = "new"
	Acknowledged State = "acknowledged"
	Erasing      State = "erasing"
	Done         State = "done"
	Refused      State = "refused"
)

// States lists all states.
func States() []State { return []State{New, Acknowledged, Erasing, Done, Refused} }

// Name is the state in words.
func (s State) Name() catalog.Name {
	return map[State]catalog.Name{
		New:          {VI: "mới nhận", EN: "received"},
		Acknowledged: {VI: "đã xác nhận, đang xử lý", EN: "acknowledged, in hand"},
		Erasing:      {VI: "đang xóa", EN: "being erased"},
		Done:         {VI: "đã thực hiện", EN: "carried out"},
		Refused:      {VI: "đã từ chối", EN: "refused"},
	}[s]
}

// Open tells whether something is still to be done.
func (s State) Open() bool { return s != Done && s != Refused }

// A Request is what a person asks about its data, and what became of it.
type Request struct {
	Asked
	State State `json:"state"`
	// Person is the id of the account that asked for itself; empty otherwise.
	Person string `json:"person,omitempty"`
	// AcknowledgeBy and CarryOutBy are the last days.
	AcknowledgeBy trace.Date `json:"acknowledgeBy" format:"date"`
	CarryOutBy    trace.Date `json:"carryOutBy" format:"date"`
	// Extended says that CarryOutBy was put off, once, and Extension why.
	Extended  bool   `json:"extended,omitempty"`
	Extension string `json:"extension,omitempty"`
	// Acknowledged and Closed say who did when; nil before. Identity is how it
	// was made sure who asks.
	Acknowledged *trace.Decision `json:"acknowledged,omitempty"`
	Identity     string          `json:"identity,omitempty"`
	Closed       *trace.Decision `json:"closed,omitempty"`
	// Outcome is what was done, or why it was refused.
	Outcome string `json:"outcome,omitempty"`
	// Picks are what is erased.
	Picks []Pick `json:"picks,omitempty"`
}

// Asked is what a person asks.
type Asked struct {
	What What `json:"what" enum:"export,correct,restrict,erase"`
	// Name and Contact are of who asks.
	Name     string     `json:"name" doc:"Of the person who asks"`
	Contact  string     `json:"contact" doc:"Where the answer goes: telephone, e-mail or address"`
	Text     string     `json:"text,omitempty" doc:"What is asked, in the person's own words"`
	Received trace.Date `json:"received,omitzero" format:"date" doc:"Day on which it came in; today when left out"`
}

// A Pick is a member of a document that is to be erased, in all its revisions.
type Pick struct {
	Kind   trace.Kind `json:"kind"`
	ID     string     `json:"id"`
	Member string     `json:"member" doc:"Path of the member, such as shipping.recipient"`
}

// DocumentKind implements trace.Document.
func (Request) DocumentKind() trace.Kind { return KindDataRequests }

// PrivateMembers implements trace.PrivateDocument: who asks, and what was
// written about it.
func (Request) PrivateMembers() []string {
	return []string{"name", "contact", "text", "identity", "extension", "outcome"}
}

// DocumentRefs implements trace.Document.
func (r Request) DocumentRefs() []string {
	refs := []string{stateTerm(r.State), openTerm(r.State.Open())}
	if r.Person != "" {
		refs = append(refs, personTerm(r.Person))
	}
	return refs
}

func stateTerm(s State) string        { return "datarequest:" + string(s) }
func personTerm(person string) string { return "asks:" + person }

func openTerm(open bool) string {
	if open {
		return "datarequest:open"
	}
	return "datarequest:closed"
}

// Overdue tells whether a day is behind the deadline that comes next.
func (r Request) Overdue(today trace.Date) bool { return r.State.Open() && today.After(r.Next()) }

// Next is the deadline that comes next.
func (r Request) Next() trace.Date {
	if r.State == New && r.AcknowledgeBy.Before(r.CarryOutBy) {
		return r.AcknowledgeBy
	}
	return r.CarryOutBy
}

// ErasableKinds lists the kinds of this package that say something about
// persons.
func ErasableKinds() []trace.ErasableKind {
	member := func(path, vi, en string) trace.Member {
		return trace.Member{Path: path, Name: catalog.Name{VI: vi, EN: en}}
	}
	return []trace.ErasableKind{trace.ErasableKindOf("Yêu cầu về dữ liệu cá nhân", "Request about personal data",
		func(r Request) string { return r.What.Name().VI + ", " + r.Received.Vietnamese() },
		member("name", "Người yêu cầu", "Who asks"), member("contact", "Liên hệ", "Contact"), member("text", "Nội dung", "Text"),
		member("identity", "Cách xác minh", "How it was verified"), member("extension", "Lý do gia hạn", "Reason of the extension"),
		member("outcome", "Kết quả", "Outcome"))}
}

// AuditKinds lists the kinds of this package for the audit log, which names
// nobody.
func AuditKinds() []trace.AuditKind {
	return []trace.AuditKind{trace.AuditKindOf("Yêu cầu về dữ liệu cá nhân", "Request about personal data", describe, nil)}
}

func describe(before *Request, now Request) trace.Act {
	act := func(vi, en string) trace.Act {
		return trace.Act{Action: catalog.Name{VI: vi, EN: en}, Subject: now.What.Name()}
	}
	switch {
	case before == nil:
		return act("Tiếp nhận yêu cầu về dữ liệu cá nhân", "Took a request about personal data")
	case before.State == now.State && !before.Extended && now.Extended:
		return act("Gia hạn yêu cầu về dữ liệu cá nhân", "Extended a request about personal data")
	case before.State == now.State:
		return act("Sửa yêu cầu về dữ liệu cá nhân", "Changed a request about personal data")
	case now.State == Acknowledged:
		return act("Xác nhận yêu cầu về dữ liệu cá nhân", "Acknowledged a request about personal data")
	case now.State == Erasing:
		return act("Bắt đầu xóa dữ liệu theo yêu cầu", "Began to erase data on request")
	case now.State == Refused:
		return act("Từ chối yêu cầu về dữ liệu cá nhân", "Refused a request about personal data")
	}
	return act("Thực hiện xong yêu cầu về dữ liệu cá nhân", "Carried out a request about personal data")
}

// documents lists what picks are of, each once, with its members.
func documents(picks []Pick) []Pick {
	var out []Pick
	for _, p := range picks {
		p.Member = ""
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// membersOf are the members of a document among picks.
func membersOf(picks []Pick, document Pick) []string {
	var out []string
	for _, p := range picks {
		if p.Kind == document.Kind && p.ID == document.ID {
			out = append(out, p.Member)
		}
	}
	return out
}
