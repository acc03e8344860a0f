package desk

import (
	"slices"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// Prefix is the path under which every desk is.
const Prefix = "/console"

// A Handler answers a visit.
type Handler func(*Visit) (Answer, error)

// A Route is one address of a desk.
type Route struct {
	Method, Path string // the path below Prefix
	// Roles may use it; deny by default. Guest routes have none.
	Roles []trace.Role
	// Guest routes are for people who are not signed in (too).
	Guest bool
	// Stage is how far a sign-in must have come; account.StageFull when empty.
	Stage account.Stage
	// Uploads says that the form brings files: at most MaxFiles, each of at most
	// trace.MaxFileSize bytes.
	Uploads bool
	// Exports says that the answer is a table of what is kept; people may have only
	// so many.
	Exports bool
	// Admit decides whether a request is taken at all, before anything of its
	// body is read, and returns what to call when it is answered. Every request
	// is taken where it is nil.
	Admit  func(*Visit) (done func(), err error)
	Handle Handler
}

// A Part is a desk: routes with the templates of their pages.
type Part struct {
	Name      string
	Templates *ui.Templates
	Routes    []Route
	// Public parts are for whoever comes. They stand at the root of the service
	// and know of no session, even where there is one.
	Public bool
}

// path is where a route of the part is.
func (p Part) path(r Route) string {
	if p.Public {
		return r.Path
	}
	return Prefix + r.Path
}

// Everyone is every role.
var Everyone = trace.Roles()

// Get makes a route that shows something.
func Get(path string, h Handler, roles ...trace.Role) Route {
	return Route{Method: "GET", Path: path, Roles: roles, Handle: h}
}

// Post makes a route that changes something.
func Post(path string, h Handler, roles ...trace.Role) Route {
	return Route{Method: "POST", Path: path, Roles: roles, Handle: h}
}

// Public makes a route of a public part.
func Public(method, path string, h Handler) Route {
	return Route{Method: method, Path: path, Guest: true, Handle: h}
}

// Upload makes a route that takes a form with files.
func Upload(path string, h Handler, roles ...trace.Role) Route {
	r := Post(path, h, roles...)
	r.Uploads = true
	return r
}

// Export makes a route that gives out a table.
func Export(path string, h Handler, roles ...trace.Role) Route {
	return Exporting(Get(path, h, roles...))
}

// Exporting makes a route one that gives out a table.
func Exporting(r Route) Route {
	r.Exports = true
	return r
}

// stage is how far a sign-in must have come.
func (r Route) stage() account.Stage {
	if r.Stage == "" {
		return account.StageFull
	}
	return r.Stage
}

// Allows tells whether a role may use the route at all.
func (r Route) Allows(role trace.Role) bool { return slices.Contains(r.Roles, role) }

// Limits of what a form may send.
const (
	// MaxForm bounds the fields of a form, in bytes.
	MaxForm = 512 << 10
	// MaxFiles is how many files come with one form.
	MaxFiles = 6
	// maxUpload bounds a form with files. Files are read one by one, and each
	// may have the size that the store keeps.
	maxUpload = 2*trace.MaxFileSize + MaxForm
)
