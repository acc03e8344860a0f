package account

import (
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KindPeople is the kind of Person.
const KindPeople trace.Kind = "people"

// A Person may come to the service. Its secrets are kept elsewhere.
type Person struct {
	Name string `json:"name"`
	// Login is an e-mail address or a telephone number, folded. No two people
	// have the same.
	Login string `json:"login"`
	Phone string `json:"phone,omitempty"`
	// Language is vi or en.
	Language    string       `json:"language"`
	Memberships []Membership `json:"memberships"`
	// Disabled is since when the person may not come; zero while it may.
	Disabled time.Time `json:"disabled,omitzero"`
	// Erased is since when nothing is kept of who the person is; zero while it is.
	Erased time.Time `json:"erased,omitzero"`
	// Link is what an invitation or a reset opens with; nil when there is none,
	// and while the person is disabled.
	Link *Link `json:"link,omitempty"`
	// Epoch counts what ended all sessions of the person.
	Epoch int `json:"epoch"`
}

// A Link lets a person set a password, once.
type Link struct {
	// Hash is the SHA-256 of its token, in hex.
	Hash    string    `json:"hash"`
	Purpose Purpose   `json:"purpose"`
	Expires time.Time `json:"expires"`
}

// DocumentKind implements trace.Document.
func (Person) DocumentKind() trace.Kind { return KindPeople }

// PrivateMembers implements trace.PrivateDocument: who the person is.
func (Person) PrivateMembers() []string { return []string{"name", "login", "phone", "link"} }

// DocumentRefs implements trace.Document.
func (p Person) DocumentRefs() []string {
	refs := trace.NameTerms(p.Name + " " + p.Login)
	if p.Login != "" { // it may be erased
		refs = append(refs, loginTerm(p.Login))
	}
	for _, m := range p.Memberships {
		refs = append(refs, roleTerm(m.Role))
		if m.Producer != "" {
			refs = append(refs, trace.ProducerTerm(m.Producer))
		}
		if m.Organisation != "" {
			refs = append(refs, organisationTerm(m.Organisation))
		}
	}
	if p.Link != nil {
		refs = append(refs, linkTerm(p.Link.Hash))
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func loginTerm(login string) string { return "login:" + login }
func linkTerm(hash string) string   { return "link:" + hash }

// personPrefix stands before the id of a person in the id of an actor.
const personPrefix = "person:"

// actorID is the id of the actor that a person is.
func actorID(person string) string { return personPrefix + person }

// self is the actor of what a person does to its own account, where no role is
// needed.
func self(person string) trace.Actor { return trace.Actor{ID: actorID(person)} }

// A Membership is what a person may do, and for whom.
type Membership struct {
	Role trace.Role `json:"role"`
	// Producer is the id of the producer; for that role, and only for it.
	Producer string `json:"producer,omitempty"`
	// Organisation is the name of the organisation; for the other roles but
	// the administrator.
	Organisation string `json:"organisation,omitempty"`
}

// Actor is who a person with this id is when it acts in this membership.
func (m Membership) Actor(person string) trace.Actor {
	return trace.Actor{ID: actorID(person), Role: m.Role, Producer: m.Producer, Organisation: m.Organisation}
}

// privileged tells whether the membership demands a second factor and a short
// idle time: every one but a producer's.
func (m Membership) privileged() bool { return m.Role != trace.ProducerRole }

// Privileged tells whether the person must have a second factor.
func (p Person) Privileged() bool { return slices.ContainsFunc(p.Memberships, Membership.privileged) }

// administers tells whether the person is an administrator who may come.
func (p Person) administers() bool {
	return p.Disabled.IsZero() && slices.ContainsFunc(p.Memberships, func(m Membership) bool { return m.Role == trace.Administrator })
}

// onlyOf tells whether the person is a producer's, of that producer alone when
// an id is given.
func (p Person) onlyOf(producer string) bool {
	return !slices.ContainsFunc(p.Memberships, func(m Membership) bool {
		return m.privileged() || producer != "" && m.Producer != producer
	})
}

// memberOf tells whether the person is one of the producer's.
func (p Person) memberOf(producer string) bool {
	return producer != "" && slices.ContainsFunc(p.Memberships, func(m Membership) bool { return m.Producer == producer })
}

// A NewPerson says who is invited.
type NewPerson struct {
	Name, Login, Phone string
	// Language is vi or en; vi when empty.
	Language    string
	Memberships []Membership
}

// languages are those in which pages are written.
func languages() []string { return []string{"vi", "en"} }

// person cleans the input and checks it.
func (n NewPerson) person() (Person, error) {
	p := Person{
		Name: oneLine(n.Name), Login: FoldLogin(n.Login), Phone: oneLine(n.Phone),
		Language: n.Language, Memberships: slices.Clone(n.Memberships),
	}
	if p.Language == "" {
		p.Language = "vi"
	}
	var c check
	c.profile(p)
	c.login("login", p.Login)
	return p, c.err()
}

// profile checks what a person may change of itself.
func (c *check) profile(p Person) {
	c.name("name", p.Name)
	c.phone("phone", p.Phone)
	c.refuse(!slices.Contains(languages(), p.Language), "language", "phải là vi hoặc en", "must be vi or en")
}

func (c *check) login(field, login string) {
	c.name(field, login)
	c.refuse(login != "" && !trace.IsEmail(login) && !trace.IsPhone(login), field,
		"phải là địa chỉ e-mail hoặc số điện thoại", "must be an e-mail address or a telephone number")
}

// FoldLogin brings a login into the one form in which it is stored and looked
// up: lower case; a telephone number without spaces, points and hyphens, and
// with 0 in place of Vietnam's +84.
func FoldLogin(s string) string {
	s = oneLine(strings.ToLower(s))
	if !trace.IsPhone(s) {
		return s
	}
	s = strings.NewReplacer(" ", "", ".", "", "-", "").Replace(s)
	if rest, ok := strings.CutPrefix(s, "+84"); ok {
		return "0" + strings.TrimPrefix(rest, "0")
	}
	return s
}

// words of a person that its password must not be made of.
func (p Person) words() []string { return catalog.Words(p.Name + " " + p.Login) }
