package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/trace"
)

var (
	errSelf = refusal(trace.ErrConflict, "không tự khóa tài khoản của mình được",
		"nobody can disable their own account")
	errLast = refusal(trace.ErrConflict, "đây là quản trị viên cuối cùng, hãy thêm một quản trị viên khác trước",
		"this is the last administrator; add another one first")
)

// Disable keeps a person out and ends all its sessions: an administrator does,
// and the office for producers' people. Neither oneself nor the last
// administrator can be kept out.
func (d *Directory) Disable(ctx context.Context, w trace.Write, id string) (trace.Stored[Person], error) {
	return d.manage(ctx, w, id, func(p *Person) error {
		if w.By.ID == actorID(id) {
			return errSelf
		}
		if !p.Disabled.IsZero() {
			return refusal(trace.ErrConflict, "tài khoản đã bị khóa", "the account is disabled already")
		}
		if err := d.keepAdministrator(ctx, id, *p); err != nil {
			return err
		}
		p.Disabled, p.Link = d.ledger.Now(), nil
		p.Epoch++
		return nil
	})
}

// Enable lets a person come again, with the password that it had.
func (d *Directory) Enable(ctx context.Context, w trace.Write, id string) (trace.Stored[Person], error) {
	return d.manage(ctx, w, id, func(p *Person) error {
		if p.Disabled.IsZero() {
			return refusal(trace.ErrConflict, "tài khoản đang hoạt động", "the account is not disabled")
		}
		p.Disabled = time.Time{}
		return nil
	})
}

// SetMemberships says anew what a person may do and ends all its sessions. The
// office may do so for people who are, and stay, nobody but producers'.
func (d *Directory) SetMemberships(ctx context.Context, w trace.Write, id string, ms []Membership) (trace.Stored[Person], error) {
	return d.manage(ctx, w, id, func(p *Person) error {
		next := *p
		next.Memberships = slices.Clone(ms)
		if err := mayManage(w.By, id, next); err != nil {
			return trace.ErrNotAllowed
		}
		if err := d.checkMemberships(ctx, next.Memberships); err != nil {
			return err
		}
		if !next.administers() {
			if err := d.keepAdministrator(ctx, id, *p); err != nil {
				return err
			}
		}
		next.Epoch++
		*p = next
		return nil
	})
}

// SetLogin changes what a person signs in with. Sessions go on.
func (d *Directory) SetLogin(ctx context.Context, w trace.Write, id, login string) (trace.Stored[Person], error) {
	login = FoldLogin(login)
	var c check
	if c.login("login", login); c.err() != nil {
		return trace.Stored[Person]{}, c.err()
	}
	return d.manage(ctx, w, id, func(p *Person) error {
		p.Login = login
		return d.claimLogin(ctx, w, id, login)
	})
}

// EndSessionsOf ends all sessions of a person.
func (d *Directory) EndSessionsOf(ctx context.Context, w trace.Write, id string) error {
	_, err := d.manage(ctx, w, id, func(p *Person) error {
		p.Epoch++
		return nil
	})
	return err
}

// manage changes a person by one who may.
func (d *Directory) manage(ctx context.Context, w trace.Write, id string, change func(*Person) error) (trace.Stored[Person], error) {
	defer d.seen.clear()
	return trace.Update(ctx, d.ledger, w, id, func(p Person) error { return mayManage(w.By, id, p) }, func(p *Person) error {
		if err := p.there(); err != nil {
			return err
		}
		return change(p)
	})
}

// keepAdministrator refuses to take the last administrator away. Two that are
// taken away at one moment are not noticed; temgoc user create makes a new one.
func (d *Directory) keepAdministrator(ctx context.Context, id string, p Person) error {
	last, err := d.lastAdministrator(ctx, id, p)
	if err == nil && last {
		return errLast
	}
	return err
}

// claimLogin makes sure that nobody else has the login.
func (d *Directory) claimLogin(ctx context.Context, w trace.Write, id, login string) error {
	err := d.ledger.Claim(ctx, w, loginTerm(login), KindPeople, id)
	if errors.Is(err, trace.ErrConflict) {
		return trace.FieldConflict("login", "đã có người dùng tên đăng nhập này", "is the login of another person")
	}
	return err
}

// maxMemberships bounds what one person may do.
const maxMemberships = 20

// checkMemberships checks them and writes names of organisations as they are
// registered.
func (d *Directory) checkMemberships(ctx context.Context, ms []Membership) error {
	var c check
	c.refuse(len(ms) == 0, "memberships", "phải có ít nhất một vai trò", "must name at least one role")
	c.refuse(len(ms) > maxMemberships, "memberships", fmt.Sprintf("tối đa %d vai trò", maxMemberships),
		fmt.Sprintf("may name %d roles at most", maxMemberships))
	if err := c.err(); err != nil {
		return err
	}
	for i := range ms {
		if err := d.checkMembership(ctx, &c, fmt.Sprintf("memberships[%d].", i), &ms[i]); err != nil {
			return err
		}
		c.refuse(slices.Contains(ms[:i], ms[i]), fmt.Sprintf("memberships[%d]", i), "bị lặp lại", "is given twice")
	}
	return c.err()
}

func (d *Directory) checkMembership(ctx context.Context, c *check, at string, m *Membership) error {
	bound, speaks := m.Role == trace.ProducerRole, slices.Contains(organisationRoles(), m.Role)
	before := len(c.errs)
	c.refuse(!m.Role.Known(), at+"role", "không có vai trò này", "is not a role")
	c.refuse(bound && m.Producer == "", at+"producer", "bắt buộc với vai trò chủ thể", "is required for the role producer")
	c.refuse(!bound && m.Producer != "", at+"producer", "chỉ dùng cho vai trò chủ thể", "is for the role producer only")
	c.refuse(speaks && m.Organisation == "", at+"organisation", "bắt buộc với vai trò này", "is required for this role")
	c.refuse(!speaks && m.Organisation != "", at+"organisation", "không dùng cho vai trò này", "is not for this role")
	if len(c.errs) > before {
		return nil
	}
	if bound {
		_, err := trace.Head[trace.Producer](ctx, d.ledger, m.Producer)
		return c.exists(err, at+"producer")
	}
	if !speaks {
		return nil
	}
	o, err := c.organisation(ctx, d.ledger, at+"organisation", m.Organisation, m.Role)
	if err != nil {
		return c.exists(err, at+"organisation")
	}
	m.Organisation = o.Name
	return nil
}

// exists turns "not found" into an error of the field and returns what else
// went wrong.
func (c *check) exists(err error, field string) error {
	missing := errors.Is(err, trace.ErrNotFound)
	c.refuse(missing, field, "không tồn tại", "does not exist")
	if missing {
		return nil
	}
	return err
}
