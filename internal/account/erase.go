package account

import (
	"context"
	"errors"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

var errErased = refusal(trace.ErrConflict, "tài khoản đã được xóa theo yêu cầu", "the account was erased on request")

// there refuses to change a person that was erased.
func (p Person) there() error {
	if p.Erased.IsZero() {
		return nil
	}
	return errErased
}

// ErasableKinds lists the kinds of this package that say who somebody is. A
// person is erased by Erase.
func ErasableKinds() []trace.ErasableKind {
	return []trace.ErasableKind{people(), secretKind(), keyKind()}
}

func people() trace.ErasableKind {
	k := trace.ErasableKindOf("Tài khoản", "Account", rolesOf,
		member("name", "Họ và tên", "Name"), member("login", "Tên đăng nhập", "Sign-in name"), member("phone", "Điện thoại", "Telephone"),
		secret("link"))
	k.Whole = true
	return k
}

func secretKind() trace.ErasableKind {
	k := trace.ErasableKindOf("Cách đăng nhập", "Means of signing in", func(secrets) string { return "" }, secret("password"), secret("factor"))
	k.Whole = true
	return k
}

func keyKind() trace.ErasableKind {
	return trace.ErasableKindOf("Khóa API", "API key", func(k Key) string { return k.Role.Name().VI }, member("label", "Tên khóa", "Label"))
}

func member(path, vi, en string) trace.Member {
	return trace.Member{Path: path, Name: catalog.Name{VI: vi, EN: en}}
}

func secret(path string) trace.Member {
	return trace.Member{Path: path, Name: catalog.Name{VI: "bí mật", EN: "secret"}, Secret: true}
}

// rolesOf calls a person by what it may do.
func rolesOf(p Person) string {
	title := ""
	for i, m := range p.Memberships {
		if i > 0 {
			title += ", "
		}
		title += m.Role.Name().VI
	}
	return title
}

// Erase destroys all that is kept of who a person is: who may manage the person
// and is the office or an administrator. The account is closed first and for
// good, which ends its sessions, then its logins become free for others, then
// name, logins, telephone and secrets are destroyed in every revision, and its
// sessions removed. What it did stays, under the id of its actor. Of e, Request
// and Reason are heeded. It can be repeated, and has to be where it was cut off.
func (d *Directory) Erase(ctx context.Context, w trace.Write, id string, e trace.Erasure) error {
	if err := w.By.MayErase(); err != nil {
		return err
	}
	w = trace.Write{By: w.By}
	if err := d.closeForGood(ctx, w, id); err != nil {
		return err
	}
	if err := d.releaseLogins(ctx, w, id); err != nil {
		return err
	}
	for _, k := range []trace.ErasableKind{secretKind(), people()} {
		e.ID, e.Members = id, nil
		for _, m := range k.Members {
			e.Members = append(e.Members, m.Path)
		}
		err := d.ledger.Erase(ctx, w, k, e)
		if err != nil && (k.Kind == KindPeople || !errors.Is(err, trace.ErrNotFound)) { // who never came has no secrets
			return err
		}
	}
	return d.removeSessions(ctx, id)
}

// errClosed says that an account was closed for good already.
var errClosed = errors.New("closed already")

// closeForGood writes the last revision of a person, in which nothing is said of
// who it is.
func (d *Directory) closeForGood(ctx context.Context, w trace.Write, id string) error {
	defer d.seen.clear()
	may := func(p Person) error { return mayManage(w.By, id, p) }
	_, err := trace.Update(ctx, d.ledger, w, id, may, func(p *Person) error {
		if !p.Erased.IsZero() {
			return errClosed
		}
		if w.By.ID == actorID(id) {
			return errSelf
		}
		if err := d.keepAdministrator(ctx, id, *p); err != nil {
			return err
		}
		p.Erased = d.ledger.Now()
		if p.Disabled.IsZero() {
			p.Disabled = p.Erased
		}
		p.Name, p.Login, p.Phone, p.Link = "", "", "", nil
		p.Epoch++
		return nil
	})
	if errors.Is(err, errClosed) {
		return nil
	}
	return err
}

// releaseLogins releases every login that the person ever had. It goes before
// they are destroyed: afterwards nobody could tell them.
func (d *Directory) releaseLogins(ctx context.Context, w trace.Write, id string) error {
	history, err := d.store.History(ctx, KindPeople, id)
	if err != nil {
		return err
	}
	k, released := people(), map[string]bool{}
	for _, r := range history {
		values, err := k.Values(r)
		if err != nil {
			return err
		}
		login := values["login"]
		if login == "" || released[login] {
			continue
		}
		released[login] = true
		if err := d.ledger.Release(ctx, w, loginTerm(login), KindPeople, id); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) removeSessions(ctx context.Context, id string) error {
	defer d.seen.clear()
	all, err := trace.All[session](ctx, d.ledger, actorID(id))
	if err != nil {
		return err
	}
	for _, s := range all {
		if err := trace.Remove[session](ctx, d.ledger, s.ID); err != nil {
			return err
		}
	}
	return nil
}

// MayErase tells whether the actor may have a person erased, as things stand now.
func (d *Directory) MayErase(ctx context.Context, by trace.Actor, id string) error {
	if err := by.MayErase(); err != nil {
		return err
	}
	p, err := trace.Read(ctx, d.ledger, id, func(p Person) error { return mayManage(by, id, p) })
	if err != nil || !p.Data.Erased.IsZero() {
		return err
	}
	if by.ID == actorID(id) {
		return errSelf
	}
	return d.keepAdministrator(ctx, id, p.Data)
}
