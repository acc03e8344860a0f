// Package operation is the administrator's desk: people with their roles, how
// they come in, and API keys. An administrator enters no business data.
package operation

import (
	"embed"
	"errors"
	"fmt"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/health"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct {
	Ledger *trace.Ledger
	People *account.Directory
	Keys   *account.Keys
	// Health knows how the service stands; nil where nothing looks after it.
	Health *health.Watch
}

type operation struct{ Config }

// The addresses of the desk.
const (
	peoplePath = desk.Prefix + "/nguoi-dung"
	keysPath   = desk.Prefix + "/khoa"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("operation: %w", err)
	}
	o := operation{c}
	only := trace.Administrator
	return desk.Part{Name: "operation", Templates: templates, Routes: []desk.Route{
		desk.Get("/nguoi-dung", o.people, only),
		desk.Get("/nguoi-dung/moi", o.newPerson, only),
		desk.Post("/nguoi-dung/moi", o.invite, only),
		desk.Get("/nguoi-dung/:id", o.person, only),
		desk.Post("/nguoi-dung/:id", o.setMemberships, only),
		desk.Post("/nguoi-dung/:id/duong-dan", o.link, only),
		desk.Post("/nguoi-dung/:id/khoa", o.disable, only),
		desk.Post("/nguoi-dung/:id/mo", o.enable, only),
		desk.Post("/nguoi-dung/:id/phien", o.endSessions, only),
		desk.Post("/nguoi-dung/:id/xac-thuc", o.clearFactor, only),
		desk.Get("/tinh-trang", o.status, only),
		desk.Get("/khoa", o.keys, only),
		desk.Post("/khoa", o.createKey, only),
		desk.Post("/khoa/:id", o.revokeKey, only),
	}}, nil
}

// roleOptions are the roles to choose from; none for a role that a person is
// not to have.
func roleOptions(v *desk.Visit, empty bool) []ui.Option {
	var options []ui.Option
	if empty {
		options = append(options, ui.Option{Label: "—"})
	}
	for _, r := range trace.Roles() {
		options = append(options, ui.Option{Value: string(r), Label: v.Lang.Name(r.Name())})
	}
	return options
}

// offered is how many names a field offers.
const offered = 200

// organisationNames are offered where an organisation is to be named.
func (o operation) organisationNames(v *desk.Visit) ([]string, error) {
	list, err := o.People.Organisations(v.Context(), v.Actor, "", trace.Paging{Limit: offered})
	names := make([]string, len(list.Items))
	for i, s := range list.Items {
		names[i] = s.Data.Name
	}
	return names, err
}

// producerNames are offered where a producer is to be named.
func (o operation) producerNames(v *desk.Visit) ([]string, error) {
	list, err := o.Ledger.Producers(v.Context(), v.Actor, "", trace.Paging{Limit: offered})
	names := make([]string, len(list.Items))
	for i, s := range list.Items {
		names[i] = s.Data.Name
	}
	return names, err
}

// producerID finds the one producer that has a name, whatever its case and
// diacritics. An id is taken as it is.
func (o operation) producerID(v *desk.Visit, field, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if p, err := o.Ledger.Producer(v.Context(), v.Actor, name); !errors.Is(err, trace.ErrNotFound) {
		return p.ID, err
	}
	list, err := o.Ledger.Producers(v.Context(), v.Actor, name, trace.Paging{Limit: trace.MaxPage})
	if err != nil {
		return "", err
	}
	id := ""
	for _, p := range list.Items {
		if catalog.Fold(p.Data.Name) != catalog.Fold(name) {
			continue
		}
		if id != "" {
			return "", desk.FieldError(field, "có nhiều chủ thể mang tên này, hãy nhập mã của chủ thể", "is the name of several producers; give the producer's id")
		}
		id = p.ID
	}
	if id == "" {
		return "", desk.FieldError(field, "không có chủ thể nào mang tên này", "is not the name of a producer")
	}
	return id, nil
}
