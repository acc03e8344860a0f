package trace

import "temgoc/internal/catalog"

// A Role is what an actor may do.
type Role string

// The roles, deny by default.
const (
	Administrator Role = "administrator" // runs the service: keys and accounts; reads everything, changes no business data
	Office        Role = "office"        // programme office of the province
	Certifier     Role = "certifier"     // certifying authority
	ProducerRole  Role = "producer"      // bound to the records of its own producer
	Laboratory    Role = "laboratory"    // sees what it is asked to test, writes test reports
	Inspector     Role = "inspector"     // reads everything, inspects, holds and recalls
)

// Roles lists all roles.
func Roles() []Role {
	return []Role{Administrator, Office, Certifier, ProducerRole, Laboratory, Inspector}
}

// Name is the role in words.
func (r Role) Name() catalog.Name {
	switch r {
	case Administrator:
		return catalog.Name{VI: "Quản trị viên", EN: "Administrator"}
	case Office:
		return catalog.Name{VI: "Văn phòng OCOP", EN: "Programme office"}
	case Certifier:
		return catalog.Name{VI: "Cơ quan chứng nhận", EN: "Certifying authority"}
	case ProducerRole:
		return catalog.Name{VI: "Chủ thể OCOP", EN: "Producer"}
	case Laboratory:
		return catalog.Name{VI: "Phòng thử nghiệm", EN: "Laboratory"}
	case Inspector:
		return catalog.Name{VI: "Cán bộ kiểm tra", EN: "Inspector"}
	}
	return catalog.Name{}
}

// Known tells whether r is one of Roles.
func (r Role) Known() bool { return r.in(Roles()...) }

func (r Role) in(roles ...Role) bool {
	for _, o := range roles {
		if r == o {
			return true
		}
	}
	return false
}

// authority tells whether what the role enters counts as verified by the
// organisation that the actor speaks for.
func (r Role) authority() bool { return r.in(Office, Certifier, Laboratory, Inspector) }

// An Actor is who asks. The zero Actor is the public, who may do nothing here.
type Actor struct {
	ID   string // unique, such as the id of an API key
	Role Role
	// Producer is the id of the producer whose actor this is; empty for the
	// other roles.
	Producer string
	// Organisation is the name of the authority or laboratory for which the
	// actor speaks; it is what "verified by" shows.
	Organisation string
}

// A Write says who changes something and makes a repeated request
// recognisable.
type Write struct {
	By Actor
	// Op is the request's identity; zero when the caller gave no key.
	Op Op
	// If is the revision that the caller has seen; 0 for any.
	If int
}

// owns tells whether the actor may change what belongs to the producer.
func (a Actor) owns(producer string) bool { return a.Role == ProducerRole && a.Producer == producer }

// Reads tells whether the actor may see unpublished data of the producer.
func (a Actor) Reads(producer string) bool {
	return a.owns(producer) || a.oversees()
}

// oversees tells whether the actor may see unpublished data of everybody.
func (a Actor) oversees() bool { return a.Role.in(Administrator, Office, Certifier, Inspector) }

// seesProducers tells whether there is any producer of whom the actor may see
// more than is published.
func (a Actor) seesProducers() bool { return a.Role == ProducerRole || a.oversees() }

// The two refusals that depend on who asks.
var (
	// ErrHidden is the one answer for what does not exist and for what the
	// actor may not know to exist.
	ErrHidden = refuse(ErrNotFound, "không tìm thấy", "not found")
	// ErrNotAllowed refuses what the actor's role may not do.
	ErrNotAllowed = refuse(ErrForbidden, "vai trò này không được làm việc đó", "this role may not do that")
)
