package operation

import (
	"errors"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A keyView is an API key in the list.
type keyView struct {
	ID, Label, Of, Until string
	State                desk.Badge
	Active               bool
}

// A keysPage lists the API keys, with a form for another one, and shows the
// text of a key that was just made.
type keysPage struct {
	desk.Frame
	Made, MadeFor string
	Keys          []keyView
	Pager         desk.Pager
	Form          *ui.Form
}

// Template implements ui.Page.
func (keysPage) Template() string { return "keys.html" }

func (o operation) keysPage(v *desk.Visit) (*keysPage, error) {
	list, err := o.Keys.List(v.Context(), v.Actor, v.Paging())
	if err != nil {
		return nil, err
	}
	page := &keysPage{Frame: v.Frame("Khóa API", "API keys"), Pager: v.Pager(list.Next)}
	now := o.Ledger.Now()
	for _, k := range list.Items {
		of, err := o.roles(v, []account.Membership{{Role: k.Data.Role, Producer: k.Data.Producer, Organisation: k.Data.Organisation}})
		if err != nil {
			return nil, err
		}
		view := keyView{
			ID: k.ID, Label: k.Data.Label, Of: of[0], Until: v.Lang.Date(trace.DateOf(k.Data.Expires)), Active: k.Data.ActiveAt(now),
			State: desk.Good(v.T("đang dùng được", "works")),
		}
		switch {
		case !k.Data.Revoked.IsZero():
			view.State = desk.Bad(v.T("đã thu hồi", "revoked"))
		case !view.Active:
			view.State = desk.Calm(v.T("đã hết hạn", "expired"))
		}
		page.Keys = append(page.Keys, view)
	}
	page.Form, err = o.keyForm(v)
	return page, err
}

func (o operation) keyForm(v *desk.Visit) (*ui.Form, error) {
	organisations, err := o.organisationNames(v)
	if err != nil {
		return nil, err
	}
	producers, err := o.producerNames(v)
	if err != nil {
		return nil, err
	}
	return v.NewForm("Cấp khóa", "Make the key", ui.Group{Fields: []ui.Field{
		{Name: "label", Label: v.T("Dùng để làm gì", "What for"), Required: true, MaxLength: 200},
		{Name: "role", Label: v.T("Vai trò", "Role"), Type: ui.Select, Options: roleOptions(v, false), Required: true},
		{Name: "organisation", Label: v.T("Tổ chức", "Organisation"), Offers: organisations, MaxLength: 200, Narrow: true},
		{Name: "producer", Label: v.T("Chủ thể OCOP", "Producer"), Offers: producers, MaxLength: 200, Narrow: true},
		{Name: "expires", Label: v.T("Hết hạn ngày", "Expires on"), Type: "date", Hint: v.T("Tối đa một năm; để trống là một năm", "At most a year away; a year when left empty")},
	}}), nil
}

func (o operation) keys(v *desk.Visit) (desk.Answer, error) {
	page, err := o.keysPage(v)
	return desk.Show(page), err
}

func (o operation) createKey(v *desk.Visit) (desk.Answer, error) {
	text, key, err := o.makeKey(v)
	page, pageErr := o.keysPage(v)
	if pageErr != nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	page.Made, page.MadeFor = text, key.Data.Label
	return desk.Show(page), nil
}

func (o operation) makeKey(v *desk.Visit) (string, trace.Stored[account.Key], error) {
	var none trace.Stored[account.Key]
	var in struct {
		Expires trace.Date `json:"expires"`
	}
	if err := v.Decode(&in); err != nil {
		return "", none, err
	}
	producer, err := o.producerID(v, "producer", v.Value("producer"))
	if err != nil {
		return "", none, err
	}
	n := account.NewKey{
		Role: trace.Role(v.Value("role")), Producer: producer, Organisation: v.Value("organisation"), Label: v.Value("label"),
	}
	if !in.Expires.IsZero() {
		n.Expires = in.Expires.Start().Add(24*time.Hour - time.Millisecond) // the whole last day
	}
	return o.Keys.Create(v.Context(), v.Write(), n)
}

func (o operation) revokeKey(v *desk.Visit) (desk.Answer, error) {
	if _, err := o.Keys.Revoke(v.Context(), v.Write(), v.Param("id")); err != nil {
		return desk.Answer{}, err
	}
	return v.Redirect(keysPath, "Đã thu hồi khóa. Khóa ngừng hoạt động trong vài giây.", "The key is revoked. It stops working within seconds."), nil
}
