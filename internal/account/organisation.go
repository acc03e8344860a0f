package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// KindOrganisations is the kind of Organisation.
const KindOrganisations trace.Kind = "organisations"

// An Organisation is an authority or a laboratory for which people speak.
type Organisation struct {
	// Name stands on what its people enter, as "verified by". It cannot be
	// changed, and no other organisation has it, whatever its case and
	// diacritics.
	Name string `json:"name"`
	// Role is that of its people: office, certifier, laboratory or inspector.
	Role    trace.Role `json:"role"`
	VILAS   string     `json:"vilas,omitempty" doc:"Accreditation number of a laboratory"`
	Phone   string     `json:"phone,omitempty"`
	Email   string     `json:"email,omitempty"`
	Address string     `json:"address,omitempty"`
}

// DocumentKind implements trace.Document.
func (Organisation) DocumentKind() trace.Kind { return KindOrganisations }

// DocumentRefs implements trace.Document.
func (o Organisation) DocumentRefs() []string {
	return append(trace.NameTerms(o.Name), roleTerm(o.Role))
}

func roleTerm(r trace.Role) string { return "role:" + string(r) }

// organisationRoles are the roles that speak for an organisation.
func organisationRoles() []trace.Role {
	return []trace.Role{trace.Office, trace.Certifier, trace.Laboratory, trace.Inspector}
}

func (o Organisation) cleaned() Organisation {
	o.Name, o.VILAS, o.Phone = oneLine(o.Name), oneLine(o.VILAS), oneLine(o.Phone)
	o.Email, o.Address = oneLine(o.Email), oneLine(o.Address)
	return o
}

// oneLine is trace.Clean without line breaks and double spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(trace.Clean(s)), " ") }

func (o Organisation) check() error {
	var c check
	c.name("name", o.Name)
	c.refuse(o.Name != "" && len(catalog.Words(o.Name)) == 0, "name", "phải có chữ hoặc số", "must have letters or digits")
	c.refuse(!slices.Contains(organisationRoles(), o.Role), "role",
		"phải là office, certifier, laboratory hoặc inspector", "must be office, certifier, laboratory or inspector")
	c.refuse(o.VILAS != "" && o.Role != trace.Laboratory, "vilas", "chỉ dùng cho phòng thử nghiệm", "is for laboratories only")
	c.text("vilas", o.VILAS)
	c.phone("phone", o.Phone)
	c.email("email", o.Email)
	c.text("address", o.Address)
	return c.err()
}

// organisationID is the one id that an organisation of this name can have.
func organisationID(name string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(catalog.Fold(name)), " ")))
	return hex.EncodeToString(sum[:8])
}

// organisationTerm is the term under which an organisation's people are found.
func organisationTerm(name string) string { return "organisation:" + organisationID(name) }

// organisation finds the organisation of a name, which must be of the role.
func (c *check) organisation(ctx context.Context, l *trace.Ledger, field, name string, role trace.Role) (Organisation, error) {
	o, err := trace.Head[Organisation](ctx, l, organisationID(oneLine(name)))
	c.refuse(err == nil && o.Data.Role != role, field, "tổ chức này có vai trò khác", "is an organisation of another role")
	return o.Data, err
}

// CreateOrganisation registers an organisation: the office or an administrator
// does.
func (d *Directory) CreateOrganisation(ctx context.Context, w trace.Write, o Organisation) (trace.Stored[Organisation], error) {
	if err := mayKeepOrganisations(w.By); err != nil {
		return trace.Stored[Organisation]{}, err
	}
	o = o.cleaned()
	if err := o.check(); err != nil {
		return trace.Stored[Organisation]{}, err
	}
	s, err := trace.Create(ctx, d.ledger, w, organisationID(o.Name), o)
	if errors.Is(err, trace.ErrExists) {
		return s, trace.FieldConflict("name", "đã có tổ chức mang tên này", "is the name of another organisation")
	}
	return s, err
}

// UpdateOrganisation replaces what is known of an organisation; its name and
// role stay. The office or an administrator does.
func (d *Directory) UpdateOrganisation(ctx context.Context, w trace.Write, id string, o Organisation) (trace.Stored[Organisation], error) {
	o = o.cleaned()
	may := func(Organisation) error { return mayKeepOrganisations(w.By) }
	return trace.Update(ctx, d.ledger, w, id, may, func(cur *Organisation) error {
		var c check
		c.refuse(o.Name != cur.Name, "name", "không đổi được: tên này đã ghi trên dữ liệu", "cannot be changed: it stands on what was entered")
		c.refuse(o.Role != cur.Role, "role", "không đổi được", "cannot be changed")
		if err := c.err(); err != nil {
			return err
		}
		*cur = o
		return o.check()
	})
}

// Organisation returns one organisation. Whoever has a role may see it: its
// name stands on what everybody reads.
func (d *Directory) Organisation(ctx context.Context, by trace.Actor, id string) (trace.Stored[Organisation], error) {
	return trace.Read(ctx, d.ledger, id, func(Organisation) error { return maySeeOrganisations(by) })
}

// Organisations lists the organisations, the newest first; those of one role
// when that is given.
func (d *Directory) Organisations(ctx context.Context, by trace.Actor, role trace.Role, p trace.Paging) (trace.List[Organisation], error) {
	if err := maySeeOrganisations(by); err != nil {
		return trace.List[Organisation]{}, err
	}
	ref := ""
	if role != "" {
		ref = roleTerm(role)
	}
	return trace.ListOf(ctx, d.ledger, ref, p, func(trace.Stored[Organisation]) bool { return true })
}

func mayKeepOrganisations(by trace.Actor) error {
	if by.Role != trace.Administrator && by.Role != trace.Office {
		return trace.ErrNotAllowed
	}
	return nil
}

func maySeeOrganisations(by trace.Actor) error {
	if !by.Role.Known() {
		return trace.ErrNotAllowed
	}
	return nil
}
