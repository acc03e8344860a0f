package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/problem"
	"temgoc/internal/trace"
	"temgoc/internal/web/limit"
	"temgoc/internal/web/ui"
)

// A Visit is one request, by somebody who is signed in unless the route is for
// guests.
type Visit struct {
	account.Visitor
	Lang    ui.Lang
	Request *http.Request
	// Token is that of the session; empty for guests.
	Token string
	// Form is what was sent, Files what came with it.
	Form  url.Values
	Files []File

	kit    *Kit
	gin    *gin.Context
	route  Route
	public bool
}

// Context is the request's.
func (v *Visit) Context() context.Context { return v.Request.Context() }

// Param is a part of the path, such as "code".
func (v *Visit) Param(name string) string {
	raw := v.gin.Param(name)
	if s, err := url.PathUnescape(raw); err == nil {
		return s
	}
	return raw
}

// Query is a parameter of the address.
func (v *Visit) Query(name string) string { return v.Request.URL.Query().Get(name) }

// Value is a field of what was sent.
func (v *Visit) Value(name string) string { return v.Form.Get(name) }

// T chooses between two texts.
func (v *Visit) T(vi, en string) string { return v.Lang.T(vi, en) }

// Today is the day for which states are told.
func (v *Visit) Today() trace.Date { return trace.DateOf(v.kit.config.Now()) }

// Who is who asks, as far as limits tell clients apart.
func (v *Visit) Who(l *limit.Limits) limit.Who { return l.Who(v.Request, v.gin.ClientIP()) }

// Client is what throttles count: the address of who asks.
func (v *Visit) Client() string { return v.gin.ClientIP() }

// Names of the fields that every form carries.
const (
	keyField      = "_key"
	revisionField = "_rev"
	// DoField says which of a form's two buttons was pressed.
	DoField = "_do"
)

// Write says who changes something with this form, and which request it is.
func (v *Visit) Write() trace.Write {
	w := trace.Write{By: v.Actor}
	w.If, _ = strconv.Atoi(v.Value(revisionField)) // 0, any, for what is no number
	if key := v.Value(keyField); key != "" {
		w.Op = trace.Op{Key: v.Actor.ID + ":" + key, Hash: v.hash()}
	}
	return w
}

// Part is Write for one of several writes of a form: each has a key of its own.
func (v *Visit) Part(name string) trace.Write {
	w := v.Write()
	if w.Op.Key != "" {
		w.Op.Key += ":" + name
	}
	w.If = 0
	return w
}

// hash identifies what the form asks for.
func (v *Visit) hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", v.Request.Method, v.Request.URL.Path)
	for _, name := range slices.Sorted(maps.Keys(v.Form)) {
		if name != keyField && name != revisionField {
			fmt.Fprintf(h, "%q %q\n", name, v.Form[name])
		}
	}
	for _, f := range v.Files {
		fmt.Fprintf(h, "%q %s\n", f.Field, trace.DigestOf(f.Content))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Decode reads the form into *into, see ui.Decode.
func (v *Visit) Decode(into any) error { return ui.Decode(v.Form, into) }

// NewForm begins a form: with the key of the one that was sent, if it is shown
// again, so that it still takes effect once.
func (v *Visit) NewForm(submitVI, submitEN string, groups ...ui.Group) *ui.Form {
	key := v.Value(keyField)
	if key == "" || len(key) > 100 {
		key = rand.Text()
	}
	return &ui.Form{Lang: v.Lang, Key: key, Submit: v.T(submitVI, submitEN), Groups: groups}
}

// Again shows a form that was refused, as it was sent, with what is wrong. It
// passes on an error that the person who filled it in can do nothing about.
func (v *Visit) Again(page ui.Page, form *ui.Form, err error) (Answer, error) {
	kind := problem.Of(err)
	if kind.Status >= http.StatusInternalServerError && !errors.Is(err, trace.ErrUnavailable) {
		return Answer{}, err
	}
	v.Keep(form)
	var fields trace.FieldErrors
	if errors.As(err, &fields) {
		form.Blame(fields)
		return ShowAs(kind.Status, page), nil
	}
	v.waitFor(err)
	form.Problem = v.Words(err)
	if errors.Is(err, trace.ErrKeyReused) { // gone back to after it was sent, and changed
		form.Key = rand.Text()
		form.Problem = v.T("Biểu mẫu này đã được gửi trước đó với nội dung khác. Nếu muốn gửi cả nội dung này, hãy bấm nút một lần nữa.",
			"This form was sent before with other content. To send this as well, press the button once more.")
	}
	return ShowAs(kind.Status, page), nil
}

// Keep makes a form that is shown again as it was sent.
func (v *Visit) Keep(form *ui.Form) {
	form.Fill(v.Form)
	if n, err := strconv.Atoi(v.Value(revisionField)); err == nil {
		form.Revision = n
	}
}

// Words is a refusal for people.
func (v *Visit) Words(err error) string {
	if rule, ok := errors.AsType[*trace.RuleError](err); ok {
		return ui.Sentence(v.Lang.Name(rule.Message))
	}
	return v.Lang.Name(problem.Of(err).Title) + "."
}

// FieldError is one thing wrong with a form.
func FieldError(field, vi, en string) error {
	return trace.FieldErrors{{Field: field, Message: catalog.Name{VI: vi, EN: en}}}
}

// Frame begins a page.
func (v *Visit) Frame(vi, en string, trail ...Link) Frame {
	f := Frame{
		Lang: v.Lang, Title: v.T(vi, en), Home: v.home(), Trail: trail, Notice: v.takeNotice(), Demo: v.kit.config.Demonstration,
		Switch: v.switched(),
	}
	if v.Session == "" || v.Stage != account.StageFull {
		return f
	}
	f.Who, f.As, f.Owner = v.Person.Data.Name, v.roleLabel(v.Membership), v.Person.ID
	for i, m := range v.Person.Data.Memberships {
		if i != v.Index {
			f.Roles = append(f.Roles, RoleChoice{i, v.roleLabel(m)})
		}
	}
	f.Nav = v.kit.config.Nav(v)
	for i, l := range f.Nav {
		here := v.Request.URL.Path
		f.Nav[i].Current = l.Href == here || l.Href != Prefix && strings.HasPrefix(here, l.Href+"/")
	}
	return f
}

// home is where the name of the service leads.
func (v *Visit) home() string {
	if v.public {
		return "/?lang=" + string(v.Lang)
	}
	return Prefix
}

// switched is the address of this page in the other language. What a form sent
// cannot be asked for again by a link.
func (v *Visit) switched() string {
	if v.Request.Method == http.MethodPost {
		page := Prefix
		if v.public {
			page = v.Request.URL.Path
		}
		return page + "?lang=" + string(v.Lang.Other())
	}
	query := v.Request.URL.Query()
	query.Set("lang", string(v.Lang.Other()))
	return v.Request.URL.Path + "?" + query.Encode()
}

// roleLabel is a role with whom it is for.
func (v *Visit) roleLabel(m account.Membership) string {
	label := v.Lang.Name(m.Role.Name())
	of := m.Organisation
	if m.Producer != "" {
		if p, err := v.kit.config.Ledger.Producer(v.Context(), m.Actor(v.Person.ID), m.Producer); err == nil {
			of = p.Data.Label()
		}
	}
	if of == "" {
		return label
	}
	return label + " · " + of
}
