package account

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"temgoc/internal/stamp"
	"temgoc/internal/testing/servers"
	"temgoc/internal/trace"
	"temgoc/storage/dir"
	"temgoc/storage/mongo"
	"temgoc/storage/sqlite"
)

// shipped is what passwords are hashed with outside of tests.
var shipped = present

// TestMain makes hashing cheap: nearly every test signs in.
func TestMain(m *testing.M) {
	present = cost{memory: 64, time: 1, threads: 1}
	nobody.cost = present
	m.Run()
}

// A world is a directory with a clock that tests move, one producer and one
// organisation of each role.
type world struct {
	*Directory
	t        *testing.T
	clock    *clock
	store    trace.Store
	keys     *stamp.Keys
	producer string
}

const password = "ba con mèo leo cây cau"

func newWorld(t *testing.T) *world {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"), append(trace.Removable(), Removable()...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return newWorldOn(t, store)
}

func newWorldOnMongoDB(t *testing.T) *world {
	t.Helper()
	store, err := mongo.Open(t.Context(), servers.MongoDB(t), append(trace.Kinds(), Kinds()...), append(trace.Removable(), Removable()...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return newWorldOn(t, store)
}

// onBothEngines runs a test on each.
func onBothEngines(t *testing.T, test func(*testing.T, func(*testing.T) *world)) {
	t.Helper()
	for name, open := range map[string]func(*testing.T) *world{"sqlite": newWorld, "mongodb": newWorldOnMongoDB} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

func newWorldOn(t *testing.T, store trace.Store) *world {
	t.Helper()
	files, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := stamp.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 11, 24, 8, 0, 0, 0, trace.Zone)}
	ledger := trace.New(trace.Config{Store: store, Files: files, Keys: keys, Now: c.Now})
	w := &world{t: t, clock: c, store: store, keys: keys}
	w.Directory = NewDirectory(DirectoryConfig{Ledger: ledger, Store: store, Keys: keys})
	w.producer = w.newProducer("Hợp tác xã Chè Mây Trắng")
	for _, role := range organisationRoles() {
		must(w.CreateOrganisation(t.Context(), trace.Write{By: admin}, Organisation{Name: organisationName(role), Role: role}))(t)
	}
	return w
}

func organisationName(r trace.Role) string { return "Tổ chức " + string(r) }

func (w *world) newProducer(name string) string {
	w.t.Helper()
	p := must(w.ledger.CreateProducer(w.t.Context(), trace.Write{By: office}, trace.Producer{
		Name: name, Kind: "cooperative", Address: trace.Address{Commune: "02260"},
	}))(w.t)
	return p.ID
}

// must gives the value or ends the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// membership is one of the role.
func (w *world) membership(role trace.Role) Membership {
	switch role {
	case trace.ProducerRole:
		return Membership{Role: role, Producer: w.producer}
	case trace.Administrator:
		return Membership{Role: role}
	}
	return Membership{Role: role, Organisation: organisationName(role)}
}

// invite invites a person and returns the token.
func (w *world) invite(login string, roles ...trace.Role) (string, trace.Stored[Person]) {
	w.t.Helper()
	n := NewPerson{Name: "Lò Thị Mẩy", Login: login}
	for _, r := range roles {
		n.Memberships = append(n.Memberships, w.membership(r))
	}
	token, p, err := w.Invite(w.t.Context(), trace.Write{By: admin}, n)
	if err != nil {
		w.t.Fatal(err)
	}
	return token, p
}

// join makes a person with the password; its session is at the first stage.
func (w *world) join(login string, roles ...trace.Role) SignedIn {
	w.t.Helper()
	token, _ := w.invite(login, roles...)
	return must(w.Accept(w.t.Context(), token, password, "test"))(w.t)
}

// enrol sets up a second factor.
func (w *world) enrol(token string) (in SignedIn, secret string, recovery []string) {
	w.t.Helper()
	secret, _, err := w.BeginTOTP(w.t.Context(), token)
	if err != nil {
		w.t.Fatal(err)
	}
	in, recovery, err = w.FinishTOTP(w.t.Context(), token, w.code(secret, 0))
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock.add(stepLength) // so that the next code is another
	return in, secret, recovery
}

// code is what the app shows some steps from now.
func (w *world) code(secret string, steps int) string {
	w.t.Helper()
	return must(totp.GenerateCode(secret, w.clock.Now().Add(time.Duration(steps)*stepLength)))(w.t)
}

func (w *world) signIn(login, password string) (SignedIn, error) {
	return w.SignIn(w.t.Context(), Credentials{Login: login, Password: password, Client: "192.0.2.1", Agent: "test"})
}

// elsewhere is the directory of another replica.
func (w *world) elsewhere() *Directory {
	return NewDirectory(DirectoryConfig{Ledger: w.ledger, Store: w.store, Keys: w.keys})
}

// opens tells whether a token opens anything, past what is remembered.
func (w *world) opens(token string) bool {
	w.t.Helper()
	_, err := w.elsewhere().Visitor(w.t.Context(), token)
	if err != nil && !errors.Is(err, trace.ErrUnauthenticated) {
		w.t.Fatal(err)
	}
	return err == nil
}
