// Package desktest runs desks for their tests: a service in memory with people
// of every role, and a browser without scripts that signs them in, follows
// links and fills in forms.
package desktest

import (
	"crypto/rand"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jba/templatecheck"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// A World is a service with two producers, the organisations that deal with
// them, and a person for each role.
type World struct {
	T         testing.TB
	Store     trace.Store
	Files     trace.Files
	Ledger    *trace.Ledger
	Book      *printing.Book
	People    *account.Directory
	Keys      *account.Keys
	Privacy   *privacy.Register
	Sightings *sighting.Keeper
	// Ring is the service's key file.
	Ring    *stamp.Keys
	Handler http.Handler
	// Mine and Other are the producers' ids.
	Mine, Other string

	mu      sync.Mutex
	now     time.Time
	bundles *bundle.Maker
	persons map[string]string // who to the id of the person
	members map[string]account.Membership
}

// The organisations of a World.
const (
	OfficeName     = "Văn phòng OCOP tỉnh"
	CertifierName  = "UBND tỉnh"
	LaboratoryName = "Phòng thử nghiệm Minh Họa"
	InspectorName  = "Chi cục Quản lý chất lượng"
)

// The people of a World, by whom Browser signs them in. A second of a kind ends
// with 2: inspector2 works for the same organisation as inspector, producer2
// and laboratory2 for others.
var memberships = []struct {
	who string
	m   account.Membership
}{
	{"administrator", account.Membership{Role: trace.Administrator}},
	{"office", account.Membership{Role: trace.Office, Organisation: OfficeName}},
	{"certifier", account.Membership{Role: trace.Certifier, Organisation: CertifierName}},
	{"laboratory", account.Membership{Role: trace.Laboratory, Organisation: LaboratoryName}},
	{"laboratory2", account.Membership{Role: trace.Laboratory, Organisation: "Phòng thử nghiệm Khác"}},
	{"inspector", account.Membership{Role: trace.Inspector, Organisation: InspectorName}},
	{"inspector2", account.Membership{Role: trace.Inspector, Organisation: InspectorName}},
	{"producer", account.Membership{Role: trace.ProducerRole}},
	{"producer2", account.Membership{Role: trace.ProducerRole}},
}

// Operator is an administrator who is no person.
var Operator = trace.Actor{ID: "operator", Role: trace.Administrator}

// New makes a World, whose clock stands at half past eight on 24 November 2026
// in Vietnam.
func New(t testing.TB) *World {
	t.Helper()
	removable := slices.Concat(trace.Removable(), account.Removable(), sighting.Removable())
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"), removable...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // at the end of a test
	files, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return NewOn(t, store, files)
}

// NewOn makes a World on given stores.
func NewOn(t testing.TB, store trace.Store, files trace.Files) *World {
	t.Helper()
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, Store: store, Files: files, now: time.Date(2026, 11, 24, 8, 30, 0, 0, trace.Zone)}
	w.Ring, w.persons, w.members = keys, map[string]string{}, map[string]account.Membership{}
	w.Ledger = trace.New(trace.Config{Store: store, Files: files, Keys: keys, Now: w.Now})
	if w.Book, err = printing.New(w.Ledger, keys, "https://t.example.vn"); err != nil {
		t.Fatal(err)
	}
	w.People = account.NewDirectory(account.DirectoryConfig{Ledger: w.Ledger, Store: store, Keys: keys})
	w.Keys = account.New(w.Ledger)
	w.Privacy = privacy.NewRegister(privacy.Config{Ledger: w.Ledger, Store: store, People: w.People, Kinds: trace.ErasableKinds()})
	w.Sightings = sighting.New(sighting.Config{Ledger: w.Ledger, Store: store, Book: w.Book, Keys: keys, Now: w.Now})
	w.settle()
	return w
}

// Now is the World's clock.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Advance moves the clock.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// settle enters the organisations, producers and people.
func (w *World) settle() {
	w.T.Helper()
	w.Mine = w.addProducer("Hợp tác xã Chè Mây Trắng")
	w.Other = w.addProducer("Cơ sở Mật Ong Rừng")
	known := map[string]bool{}
	for _, p := range memberships {
		m := p.m
		switch p.who {
		case "producer":
			m.Producer = w.Mine
		case "producer2":
			m.Producer = w.Other
		}
		if m.Organisation != "" && !known[m.Organisation] {
			known[m.Organisation] = true
			if _, err := w.People.CreateOrganisation(w.T.Context(), trace.Write{By: Operator}, account.Organisation{Name: m.Organisation, Role: m.Role}); err != nil {
				w.T.Fatal(err)
			}
		}
		w.Join(p.who, m)
	}
}

func (w *World) addProducer(name string) string {
	w.T.Helper()
	office := trace.Write{By: trace.Actor{ID: "setup", Role: trace.Office, Organisation: OfficeName}}
	s, err := w.Ledger.CreateProducer(w.T.Context(), office, trace.Producer{
		Name: name, Kind: "cooperative", Registration: "5000123456", Phone: "0207 123 456", Address: trace.Address{Commune: "02260", Street: "Thôn Hồng Ba"},
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return s.ID
}

// Join lets one more person come, who is called who from then on.
func (w *World) Join(who string, m account.Membership) {
	w.T.Helper()
	_, person, err := w.People.Invite(w.T.Context(), trace.Write{By: Operator}, account.NewPerson{
		Name: "Người " + who, Login: who + "@example.vn", Memberships: []account.Membership{m},
	})
	if err != nil {
		w.T.Fatalf("%s: %v", who, err)
	}
	w.persons[who], w.members[who] = person.ID, m
}

// JoinProducer registers one more producer, with a person who is called who.
func (w *World) JoinProducer(who string) string {
	w.T.Helper()
	id := w.addProducer("Cơ sở của " + who)
	w.Join(who, account.Membership{Role: trace.ProducerRole, Producer: id})
	return id
}

// PersonID is the id of a person of the World.
func (w *World) PersonID(who string) string { return w.persons[who] }

// Actor is who a person of the World is for the domain.
func (w *World) Actor(who string) trace.Actor {
	w.T.Helper()
	m, ok := w.members[who]
	if !ok {
		w.T.Fatalf("nobody is called %q", who)
	}
	return m.Actor(w.persons[who])
}

// As is a write by a person of the World.
func (w *World) As(who string) trace.Write { return trace.Write{By: w.Actor(who)} }

// Serve runs desks.
func (w *World) Serve(parts ...desk.Part) *World {
	w.T.Helper()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseRawPath, engine.UnescapePathValues = true, false
	kit := desk.New(desk.Config{
		People: w.People, Ledger: w.Ledger, Logger: slog.New(slog.NewTextHandler(w.T.Output(), nil)), Now: w.Now,
		Nav: func(*desk.Visit) []desk.Link { return nil },
	})
	for _, p := range parts {
		kit.Register(engine, p)
	}
	w.Handler = engine
	return w
}

// Shared is the set of templates that all desks use.
func Shared(t testing.TB) *ui.Templates {
	t.Helper()
	shared, err := ui.Shared()
	if err != nil {
		t.Fatal(err)
	}
	return shared
}

// CheckTemplates type-checks each page against its template, and fails for a
// template of the desk's own directory that no page has.
func CheckTemplates(t *testing.T, part desk.Part, own fs.FS, pages ...ui.Page) {
	t.Helper()
	used := map[string]bool{}
	for _, p := range pages {
		used[p.Template()] = true
		tmpl := part.Templates.Lookup(p.Template())
		if tmpl == nil {
			t.Errorf("%T: there is no template %s", p, p.Template())
			continue
		}
		if err := templatecheck.CheckHTML(tmpl, p); err != nil {
			t.Errorf("%T: %v", p, err)
		}
	}
	names, err := fs.Glob(own, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		base := strings.TrimPrefix(name, "templates/")
		if !used[base] && !strings.HasPrefix(base, "part-") {
			t.Errorf("no page has the template %s (a file of definitions only is named part-….html)", base)
		}
	}
}
