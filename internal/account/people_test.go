package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// everybody are actors of each role, and one of another producer.
func (w *world) everybody() map[string]trace.Actor {
	actors := map[string]trace.Actor{"public": {}, "stranger": {ID: "person:stranger", Role: trace.ProducerRole, Producer: w.newProducer("Hợp tác xã khác")}}
	for _, role := range trace.Roles() {
		actors[string(role)] = w.membership(role).Actor("some-" + string(role))
	}
	return actors
}

// TestWhoMay is the table of who may do what to whom. What is not in it must be
// refused.
func TestWhoMay(t *testing.T) {
	w := newWorld(t)
	everybody := w.everybody()
	targets := map[string][]trace.Role{
		"producer's": {trace.ProducerRole}, "inspector": {trace.Inspector}, "office's": {trace.Office},
		"both": {trace.ProducerRole, trace.Inspector}, "administrator": {trace.Administrator},
	}
	may := map[string]map[string]string{ // action, actor, targets
		"see": {
			"administrator": "producer's inspector office's both administrator",
			"office":        "producer's both",
			"producer":      "producer's both",
		},
		"manage": {
			"administrator": "producer's inspector office's both administrator",
			"office":        "producer's",
		},
		"invite": {
			"administrator": "producer's inspector office's both administrator",
			"office":        "producer's",
			"producer":      "producer's",
		},
		"renew the invitation of": {
			"administrator": "producer's inspector office's both administrator",
			"office":        "producer's",
			"producer":      "producer's",
		},
		"reset": {
			"administrator": "producer's inspector office's both administrator",
			"office":        "producer's",
		},
	}
	n := 0
	login := func() string { n++; return fmt.Sprintf("n%d@example.vn", n) }
	ctx := t.Context()
	do := map[string]func(by trace.Actor, roles []trace.Role) error{
		"see": func(by trace.Actor, roles []trace.Role) error {
			_, p := w.invite(login(), roles...)
			_, err := w.Person(ctx, by, p.ID)
			list, listErr := w.People(ctx, by, PeopleQuery{}, trace.Paging{Limit: trace.MaxPage})
			listed := listErr == nil && slices.ContainsFunc(list.Items, func(s trace.Stored[Person]) bool { return s.ID == p.ID })
			if listed != (err == nil) {
				t.Errorf("%s, %v: listed %v, but alone %v", by.Role, roles, listed, err)
			}
			return err
		},
		"manage": func(by trace.Actor, roles []trace.Role) error {
			wr := trace.Write{By: by}
			_, p := w.invite(login(), roles...)
			_, disable := w.Disable(ctx, wr, p.ID)
			_, members := w.SetMemberships(ctx, wr, p.ID, p.Data.Memberships)
			_, name := w.SetLogin(ctx, wr, p.ID, login())
			end := w.EndSessionsOf(ctx, wr, p.ID)
			clear := w.ClearTOTP(ctx, wr, p.ID)
			_, enable := w.Enable(ctx, wr, p.ID)
			for i, err := range []error{members, name, end, clear, enable} {
				if (err == nil) != (disable == nil) {
					t.Errorf("%s, %v: disables %v, but %d: %v", by.Role, roles, disable, i, err)
				}
			}
			return disable
		},
		"invite": func(by trace.Actor, roles []trace.Role) error {
			np := NewPerson{Name: "Mẩy", Login: login()}
			for _, r := range roles {
				np.Memberships = append(np.Memberships, w.membership(r))
			}
			_, _, err := w.Invite(ctx, trace.Write{By: by}, np)
			return err
		},
		"renew the invitation of": func(by trace.Actor, roles []trace.Role) error {
			_, p := w.invite(login(), roles...)
			_, err := w.ResetLink(ctx, trace.Write{By: by}, p.ID)
			return err
		},
		"reset": func(by trace.Actor, roles []trace.Role) error {
			in := w.join(login(), roles...)
			_, err := w.ResetLink(ctx, trace.Write{By: by}, in.Person.ID)
			return err
		},
	}
	for action, run := range do {
		for who, by := range everybody {
			for target, roles := range targets {
				err := run(by, roles)
				want := slices.Contains(strings.Fields(may[action][who]), target)
				if (err == nil) != want {
					t.Errorf("%s may %s %s: %v", who, action, target, err)
				}
				if err != nil && !errors.Is(err, trace.ErrForbidden) && !errors.Is(err, trace.ErrHidden) {
					t.Errorf("%s is refused to %s %s with %v", who, action, target, err)
				}
			}
		}
	}
}

// TestWhoMayKeepOrganisations is the same for organisations.
func TestWhoMayKeepOrganisations(t *testing.T) {
	w := newWorld(t)
	n := 0
	for who, by := range w.everybody() {
		n++
		o := Organisation{Name: fmt.Sprint("Chi cục số ", n), Role: trace.Inspector}
		s, err := w.CreateOrganisation(t.Context(), trace.Write{By: by}, o)
		may := who == "administrator" || who == "office"
		if (err == nil) != may || err != nil && !errors.Is(err, trace.ErrForbidden) {
			t.Errorf("%s creates: %v", who, err)
		}
		if err != nil {
			s = must(w.CreateOrganisation(t.Context(), trace.Write{By: admin}, o))(t)
		}
		o.Phone = "0207 3822 222"
		if _, err := w.UpdateOrganisation(t.Context(), trace.Write{By: by}, s.ID, o); (err == nil) != may {
			t.Errorf("%s updates: %v", who, err)
		}
		_, one := w.Organisation(t.Context(), by, s.ID)
		_, all := w.Organisations(t.Context(), by, "", trace.Paging{})
		if sees := who != "public"; (one == nil) != sees || (all == nil) != sees {
			t.Errorf("%s sees: %v, %v", who, one, all)
		}
	}
}

func TestOrganisations(t *testing.T) {
	w := newWorld(t)
	wr := trace.Write{By: admin}
	lab := must(w.CreateOrganisation(t.Context(), wr, Organisation{
		Name: " Trung tâm  Kiểm nghiệm\u200b ", Role: trace.Laboratory, VILAS: "123", Phone: "0207 3822 222", Email: "lab@example.vn", Address: "Số 1",
	}))(t)
	if lab.Data.Name != "Trung tâm Kiểm nghiệm" {
		t.Errorf("stored as %q", lab.Data.Name)
	}
	for _, test := range []struct {
		o     Organisation
		field string
	}{
		{Organisation{Role: trace.Office}, "name"},
		{Organisation{Name: "--", Role: trace.Office}, "name"},
		{Organisation{Name: strings.Repeat("ế", 201), Role: trace.Office}, "name"},
		{Organisation{Name: "X1"}, "role"},
		{Organisation{Name: "X1", Role: trace.ProducerRole}, "role"},
		{Organisation{Name: "X1", Role: trace.Administrator}, "role"},
		{Organisation{Name: "X1", Role: trace.Office, VILAS: "123"}, "vilas"},
		{Organisation{Name: "X1", Role: trace.Office, Phone: "call me"}, "phone"},
		{Organisation{Name: "X1", Role: trace.Office, Email: "@"}, "email"},
		// One that reads the same, whoever it says to be.
		{Organisation{Name: "trung tam KIEM NGHIEM", Role: trace.Office}, "name"},
		{Organisation{Name: "Trung tâm Kiểm nghiệm", Role: trace.Laboratory}, "name"},
	} {
		_, err := w.CreateOrganisation(t.Context(), wr, test.o)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != test.field || fields[0].Message.VI == "" {
			t.Errorf("%+v: %v", test.o, err)
		}
	}
	next := lab.Data
	next.Phone = "0207 3822 333"
	if got := must(w.UpdateOrganisation(t.Context(), wr, lab.ID, next))(t); got.Data != next || got.Revision != 2 {
		t.Errorf("updated to %+v", got)
	}
	for field, o := range map[string]Organisation{
		"name": {Name: "Trung tâm khác", Role: trace.Laboratory}, "role": {Name: lab.Data.Name, Role: trace.Certifier},
		"email": {Name: lab.Data.Name, Role: trace.Laboratory, Email: "@"},
	} {
		_, err := w.UpdateOrganisation(t.Context(), wr, lab.ID, o)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != field {
			t.Errorf("another %s: %v", field, err)
		}
	}
	list := must(w.Organisations(t.Context(), admin, trace.Laboratory, trace.Paging{}))(t)
	var names []string
	for _, o := range list.Items {
		names = append(names, o.Data.Name)
	}
	if diff := cmp.Diff([]string{lab.Data.Name, organisationName(trace.Laboratory)}, names); diff != "" {
		t.Error(diff)
	}
	// A key speaks for an organisation of its own role only, under its name.
	keys := New(w.ledger)
	_, key, err := keys.Create(t.Context(), wr, NewKey{Role: trace.Laboratory, Organisation: "trung tâm kiểm nghiệm", Label: "x"})
	if err != nil || key.Data.Organisation != lab.Data.Name {
		t.Errorf("a key for %q: %v", key.Data.Organisation, err)
	}
	_, _, err = keys.Create(t.Context(), wr, NewKey{Role: trace.Certifier, Organisation: lab.Data.Name, Label: "x"})
	var fields trace.FieldErrors
	if !errors.As(err, &fields) || fields[0].Field != "organisation" {
		t.Errorf("a key of another role: %v", err)
	}
}

func TestInviteRefuses(t *testing.T) {
	w := newWorld(t)
	good := func() NewPerson {
		return NewPerson{Name: "Mẩy", Login: "may@example.vn", Memberships: []Membership{w.membership(trace.ProducerRole)}}
	}
	lab := w.membership(trace.Laboratory)
	for _, test := range []struct {
		name  string
		spoil func(*NewPerson)
		field string
	}{
		{"no name", func(n *NewPerson) { n.Name = "\u200b" }, "name"},
		{"long name", func(n *NewPerson) { n.Name = strings.Repeat("ế", 201) }, "name"},
		{"no login", func(n *NewPerson) { n.Login = "" }, "login"},
		{"a word as login", func(n *NewPerson) { n.Login = "may" }, "login"},
		{"long login", func(n *NewPerson) { n.Login = strings.Repeat("x", 200) + "@example.vn" }, "login"},
		{"a bad phone", func(n *NewPerson) { n.Phone = "call" }, "phone"},
		{"another language", func(n *NewPerson) { n.Language = "fr" }, "language"},
		{"no role", func(n *NewPerson) { n.Memberships = nil }, "memberships"},
		{"too many roles", func(n *NewPerson) { n.Memberships = make([]Membership, 21) }, "memberships"},
		{"unknown role", func(n *NewPerson) { n.Memberships[0] = Membership{Role: "king"} }, "memberships[0].role"},
		{"no producer", func(n *NewPerson) { n.Memberships[0].Producer = "" }, "memberships[0].producer"},
		{"unknown producer", func(n *NewPerson) { n.Memberships[0].Producer = "nobody" }, "memberships[0].producer"},
		{"a producer's with organisation", func(n *NewPerson) { n.Memberships[0].Organisation = lab.Organisation }, "memberships[0].organisation"},
		{"an administrator with organisation", func(n *NewPerson) {
			n.Memberships[0] = Membership{Role: trace.Administrator, Organisation: lab.Organisation}
		}, "memberships[0].organisation"},
		{"a laboratory's with producer", func(n *NewPerson) { lab := lab; lab.Producer = w.producer; n.Memberships[0] = lab }, "memberships[0].producer"},
		{"no organisation", func(n *NewPerson) { n.Memberships[0] = Membership{Role: trace.Inspector} }, "memberships[0].organisation"},
		{"unknown organisation", func(n *NewPerson) { n.Memberships[0] = Membership{Role: trace.Inspector, Organisation: "X"} }, "memberships[0].organisation"},
		{"an organisation of another role", func(n *NewPerson) { lab := lab; lab.Role = trace.Inspector; n.Memberships = append(n.Memberships, lab) }, "memberships[1].organisation"},
		{"the same twice", func(n *NewPerson) { n.Memberships = append(n.Memberships, n.Memberships[0]) }, "memberships[1]"},
	} {
		n := good()
		test.spoil(&n)
		_, _, err := w.Invite(t.Context(), trace.Write{By: admin}, n)
		var fields trace.FieldErrors
		if !errors.As(err, &fields) || fields[0].Field != test.field || fields[0].Message.VI == fields[0].Message.EN {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if nobody := must(w.NoPeople(t.Context()))(t); !nobody {
		t.Error("somebody was registered")
	}
	n := good()
	n.Memberships = []Membership{{Role: trace.Laboratory, Organisation: "tổ chức LABORATORY"}}
	_, p, err := w.Invite(t.Context(), trace.Write{By: admin}, n)
	if err != nil || p.Data.Memberships[0] != lab || p.Data.Language != "vi" {
		t.Errorf("registered as %+v, %v", p.Data, err)
	}
}

// TestLoginIsUnique holds that no two people have one login, also of many that
// are invited at once, and that a login that was given up is free.
func TestLoginIsUnique(t *testing.T) {
	onBothEngines(t, func(t *testing.T, open func(*testing.T) *world) {
		w := open(t)
		var (
			group sync.WaitGroup
			mu    sync.Mutex
			made  int
		)
		for i := range 8 {
			n := NewPerson{Name: fmt.Sprint("Mẩy ", i), Login: []string{"0912345678", "+84 912 345 678"}[i%2], Memberships: []Membership{w.membership(trace.ProducerRole)}}
			group.Go(func() {
				_, _, err := w.elsewhere().Invite(t.Context(), trace.Write{By: admin}, n)
				mu.Lock()
				defer mu.Unlock()
				var fields trace.FieldErrors
				switch {
				case err == nil:
					made++
				case !errors.Is(err, trace.ErrConflict) || !errors.As(err, &fields) || fields[0].Field != "login":
					t.Errorf("refused with %v", err)
				}
			})
		}
		group.Wait()
		if list := must(w.People(t.Context(), admin, PeopleQuery{}, trace.Paging{}))(t); made != 1 || len(list.Items) != 1 {
			t.Fatalf("%d of 8 were invited, %d are there", made, len(list.Items))
		}
		p := must(w.PersonByLogin(t.Context(), admin, "+84912345678"))(t)
		other := w.join("may@example.vn", trace.ProducerRole)
		wr := trace.Write{By: admin}
		if _, err := w.SetLogin(t.Context(), wr, other.Person.ID, "0912 345 678"); !errors.Is(err, trace.ErrConflict) {
			t.Errorf("taking somebody's login: %v", err)
		}
		if _, err := w.SetLogin(t.Context(), wr, p.ID, "no login"); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("a login of no form: %v", err)
		}
		must(w.SetLogin(t.Context(), wr, p.ID, "phin@example.vn"))(t)
		w.clock.add(time.Minute)
		must(w.SetLogin(t.Context(), wr, other.Person.ID, "0912 345 678"))(t)
		if _, err := w.signIn("may@example.vn", password); !errors.Is(err, errCredentials) {
			t.Errorf("with the old login: %v", err)
		}
		must(w.signIn("0912345678", password))(t)
		if !w.opens(other.Token) {
			t.Error("another login ended a session")
		}
	})
}

// TestLastAdministrator holds that somebody can always administer.
func TestLastAdministrator(t *testing.T) {
	w := newWorld(t)
	first, _, _ := w.enrol(w.join("tuan@example.vn", trace.Administrator).Token)
	w.invite("invited@example.vn", trace.Administrator) // never accepts
	gone := w.join("gone@example.vn", trace.Administrator)
	wr, by := trace.Write{By: admin}, trace.Write{By: first.Actor}
	must(w.Disable(t.Context(), by, gone.Person.ID))(t)

	id := first.Person.ID
	if _, err := w.Disable(t.Context(), by, id); !errors.Is(err, errSelf) {
		t.Errorf("disables itself: %v", err)
	}
	if _, err := w.Disable(t.Context(), wr, id); !errors.Is(err, errLast) {
		t.Errorf("the last one is disabled: %v", err)
	}
	producers := []Membership{w.membership(trace.ProducerRole)}
	if _, err := w.SetMemberships(t.Context(), by, id, producers); !errors.Is(err, errLast) {
		t.Errorf("the last one becomes a producer's: %v", err)
	}
	if _, err := w.SetMemberships(t.Context(), by, id, []Membership{w.membership(trace.Office), w.membership(trace.Administrator)}); err != nil {
		t.Errorf("the last one becomes the office's too: %v", err)
	}
	second := w.join("lan@example.vn", trace.Administrator)
	must(w.SetMemberships(t.Context(), wr, id, producers))(t)
	if _, err := w.Disable(t.Context(), wr, second.Person.ID); !errors.Is(err, errLast) {
		t.Errorf("the other one is disabled: %v", err)
	}
}

// TestOfficeGivesNoMore holds that the office makes nobody but producers'
// people, and takes nobody else's role.
func TestOfficeGivesNoMore(t *testing.T) {
	w := newWorld(t)
	by := trace.Write{By: w.membership(trace.Office).Actor("x")}
	in := w.join("may@example.vn", trace.ProducerRole)
	for _, role := range []trace.Role{trace.Administrator, trace.Office, trace.Inspector, trace.Laboratory, trace.Certifier} {
		ms := []Membership{w.membership(trace.ProducerRole), w.membership(role)}
		if _, err := w.SetMemberships(t.Context(), by, in.Person.ID, ms); !errors.Is(err, trace.ErrForbidden) {
			t.Errorf("the office makes a producer's person %s: %v", role, err)
		}
	}
	other := w.newProducer("Hợp tác xã khác")
	must(w.SetMemberships(t.Context(), by, in.Person.ID, []Membership{{Role: trace.ProducerRole, Producer: other}}))(t)
	mine := trace.Write{By: w.membership(trace.ProducerRole).Actor("y")}
	n := NewPerson{Name: "Mẩy", Login: "x@example.vn", Memberships: []Membership{{Role: trace.ProducerRole, Producer: other}}}
	if _, _, err := w.Invite(t.Context(), mine, n); !errors.Is(err, trace.ErrForbidden) {
		t.Errorf("a producer's person invites into another producer: %v", err)
	}
	if _, err := w.People(t.Context(), mine.By, PeopleQuery{Producer: other}, trace.Paging{}); !errors.Is(err, trace.ErrHidden) {
		t.Errorf("a producer's person lists another producer's: %v", err)
	}
	if _, err := w.Person(t.Context(), mine.By, in.Person.ID); !errors.Is(err, trace.ErrHidden) {
		t.Errorf("a producer's person sees another producer's: %v", err)
	}
	if _, err := w.PersonByLogin(t.Context(), mine.By, "may@example.vn"); !errors.Is(err, trace.ErrHidden) {
		t.Errorf("a producer's person finds another producer's: %v", err)
	}
	if _, err := w.PersonHistory(t.Context(), mine.By, in.Person.ID); !errors.Is(err, trace.ErrHidden) {
		t.Errorf("a producer's person reads another producer's: %v", err)
	}
}

func TestPeopleQuery(t *testing.T) {
	w := newWorld(t)
	other := w.newProducer("Hợp tác xã khác")
	for _, p := range []NewPerson{
		{Name: "Lò Thị Mẩy", Login: "may@example.vn", Memberships: []Membership{w.membership(trace.ProducerRole)}},
		{Name: "Lò Văn Phìn", Login: "0912345678", Memberships: []Membership{{Role: trace.ProducerRole, Producer: other}}},
		{Name: "Trần Quốc Bảo", Login: "bao@example.vn", Memberships: []Membership{w.membership(trace.Certifier), w.membership(trace.ProducerRole)}},
	} {
		if _, _, err := w.Invite(t.Context(), trace.Write{By: admin}, p); err != nil {
			t.Fatal(err)
		}
		w.clock.add(1e6) // a millisecond, for the order
	}
	for _, test := range []struct {
		q    PeopleQuery
		want string
	}{
		{PeopleQuery{}, "Bảo Phìn Mẩy"},
		{PeopleQuery{Search: "lo"}, "Phìn Mẩy"},
		{PeopleQuery{Search: "LO phin"}, "Phìn"},
		{PeopleQuery{Search: "0912345678"}, "Phìn"},
		{PeopleQuery{Search: "bao@example.vn"}, "Bảo"},
		{PeopleQuery{Search: "nobody"}, ""},
		{PeopleQuery{Producer: w.producer}, "Bảo Mẩy"},
		{PeopleQuery{Producer: w.producer, Search: "may"}, "Mẩy"},
		{PeopleQuery{Organisation: strings.ToUpper(organisationName(trace.Certifier))}, "Bảo"},
		{PeopleQuery{Organisation: organisationName(trace.Certifier), Producer: other}, ""},
	} {
		list := must(w.People(t.Context(), admin, test.q, trace.Paging{}))(t)
		var names []string
		for _, p := range list.Items {
			names = append(names, p.Data.Name[strings.LastIndex(p.Data.Name, " ")+1:])
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%+v gives %q, want %q", test.q, got, test.want)
		}
	}
}

func TestNamesAndStates(t *testing.T) {
	w := newWorld(t)
	in := w.join("may@example.vn", trace.ProducerRole)
	_, invited := w.invite("phin@example.vn", trace.ProducerRole)
	_, key, err := New(w.ledger).Create(t.Context(), trace.Write{By: admin}, NewKey{Role: trace.Administrator, Label: "Máy chủ"})
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{in.Actor.ID, "key:" + key.ID, "operator", "person:nobody", "key:nobody", "", "person:", in.Actor.ID}
	want := map[string]catalog.Name{in.Actor.ID: {VI: "Lò Thị Mẩy"}, "key:" + key.ID: {VI: "Máy chủ"}}
	if diff := cmp.Diff(want, must(w.Names(t.Context(), ids))(t)); diff != "" {
		t.Error(diff)
	}
	if names := must(w.Names(t.Context(), nil))(t); len(names) != 0 {
		t.Errorf("of nobody: %v", names)
	}
	states := must(w.States(t.Context(), []string{in.Person.ID, invited.ID, "nobody"}))(t)
	if diff := cmp.Diff(map[string]State{in.Person.ID: {Joined: true}, invited.ID: {}, "nobody": {}}, states); diff != "" {
		t.Error(diff)
	}
}

// TestHistory holds that what was done to a person is told, with who did it.
func TestHistory(t *testing.T) {
	w := newWorld(t)
	boss := w.membership(trace.Administrator).Actor("boss")
	token, p, err := w.Invite(t.Context(), trace.Write{By: boss}, NewPerson{Name: "Mẩy", Login: "may@example.vn", Memberships: []Membership{w.membership(trace.ProducerRole)}})
	if err != nil {
		t.Fatal(err)
	}
	in := must(w.Accept(t.Context(), token, password, ""))(t)
	must(w.UpdateProfile(t.Context(), in.Visitor, Profile{Name: "Lò Thị Mẩy", Phone: "0912 345 678", Language: "en"}))(t)
	must(w.ResetLink(t.Context(), trace.Write{By: boss}, p.ID))(t)
	must(w.SetMemberships(t.Context(), trace.Write{By: boss}, p.ID, []Membership{w.membership(trace.Inspector)}))(t)
	must(w.Disable(t.Context(), trace.Write{By: boss}, p.ID))(t)
	last := must(w.Enable(t.Context(), trace.Write{By: boss}, p.ID))(t)
	if last.Data.Name != "Lò Thị Mẩy" || last.Data.Language != "en" || !last.Data.Disabled.IsZero() {
		t.Errorf("in the end %+v", last.Data)
	}
	var by []string
	for _, r := range must(w.PersonHistory(t.Context(), boss, p.ID))(t) {
		by = append(by, r.By)
	}
	me := actorID(p.ID)
	if diff := cmp.Diff([]string{boss.ID, me, me, boss.ID, boss.ID, boss.ID, boss.ID}, by); diff != "" {
		t.Error(diff)
	}
	for _, pr := range []Profile{{Language: "vi"}, {Name: "X", Language: "xx"}, {Name: "X", Language: "vi", Phone: "call"}} {
		if _, err := w.UpdateProfile(t.Context(), in.Visitor, pr); !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("%+v: %v", pr, err)
		}
	}
}
