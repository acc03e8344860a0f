package tenancy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pquerna/otp/totp"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/proof"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/labels"
	"temgoc/storage/dir"
	"temgoc/storage/sqlite"
)

// A watch is a store that notes what is written.
type watch struct {
	trace.Store
	mu      sync.Mutex
	written []trace.Revision
}

// Insert implements trace.Store.
func (w *watch) Insert(ctx context.Context, r trace.Revision) error {
	err := w.Store.Insert(ctx, r)
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.written = append(w.written, r)
	}
	return err
}

// Remove implements trace.Store.
func (w *watch) Remove(ctx context.Context, kind trace.Kind, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written = append(w.written, trace.Revision{Kind: kind, ID: id})
	return w.Store.Remove(ctx, kind, id)
}

// idle are kinds that are written by coming and going, or whose documents say
// nothing by themselves: leaves of the log follow from what they are of.
var idle = []trace.Kind{
	account.KindSessions, account.KindCodes, trace.KindClaims, trace.KindMasterKeys, proof.KindLeaves, proof.KindTiles,
}

// take returns what was written since the last take, without what coming and
// going writes.
func (w *watch) take() []trace.Revision {
	w.mu.Lock()
	defer w.mu.Unlock()
	got := slices.DeleteFunc(w.written, func(r trace.Revision) bool { return slices.Contains(idle, r.Kind) })
	w.written = nil
	return got
}

// The secrets with which everything is marked that a producer has.
const (
	mySecret    = "bimatcuachemaytrang"
	otherSecret = "bimatcuamatongrung"
)

// A fixture is a service with two producers that have everything.
type fixture struct {
	*Service
	watch       *watch
	mine, other *desktest.Tenant
	enrol, code *desktest.Browser // as far as the second factor
	tried       map[string]bool   // routes with who was refused
	wrote       map[string]bool   // routes with who wrote something of its own
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "temgoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	files, err := dir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{watch: &watch{Store: store}, tried: map[string]bool{}, wrote: map[string]bool{}}
	w := desktest.NewOn(t, f.watch, files)
	f.mine = w.Populate("producer", desktest.Same(mySecret))
	f.other = w.Populate("producer2", desktest.Same(otherSecret))
	f.Service = Serve(t, w, false)
	f.studio(t, "producer", mySecret, f.mine.Released)
	f.studio(t, "producer2", otherSecret, f.other.Released)
	f.halfway(t)
	f.dismissed(t)
	f.Bring(t, "producer", mySecret)
	f.Bring(t, "producer2", otherSecret)
	return f
}

// studio keeps a template of a producer's own, which shows a logo, a stock and a
// printer, and an order whose codes count range by range.
func (f *fixture) studio(t *testing.T, who, text, batch string) {
	t.Helper()
	by := f.As(who)
	shared, err := labels.TemplateByName("tieu-de")
	if err != nil {
		t.Fatal(err)
	}
	own := *shared
	own.Name, own.Title = "cua-"+who, text
	stock, err := labels.StockByName("tomy-145")
	if err != nil {
		t.Fatal(err)
	}
	stock.Name, stock.Title = "giay-cua-"+who, text
	for shape, pattern := range map[printing.Shape]string{printing.TemplateShape: own.Text(), printing.StockShape: stock.Text()} {
		if _, err := f.Book.CreatePattern(t.Context(), by, printing.Pattern{Shape: shape, Text: pattern}); err != nil {
			t.Fatal(err)
		}
	}
	printer := printing.Printer{Producer: by.By.Producer, Name: text, Language: printing.TSPL, DPI: 203}
	if _, err := f.Book.CreatePrinter(t.Context(), by, printer); err != nil {
		t.Fatal(err)
	}
	order, err := f.Book.Create(t.Context(), by, printing.OrderData{
		Batch: batch, Codes: printing.ItemCodes, Count: 6, Stock: "tomy-145", Activation: printing.ActivateByRange,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Book.Release(t.Context(), by, order.ID); err != nil {
		t.Fatal(err)
	}
}

// dismissed is a person of the first producer who is kept out.
func (f *fixture) dismissed(t *testing.T) {
	t.Helper()
	f.Join("dismissed", account.Membership{Role: trace.ProducerRole, Producer: f.Mine})
	if _, err := f.People.Disable(t.Context(), trace.Write{By: desktest.Operator}, f.PersonID("dismissed")); err != nil {
		t.Fatal(err)
	}
}

// documents is the latest revision of every document, but what coming and
// going writes.
func (f *fixture) documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, kind := range Kinds() {
		if slices.Contains(idle, kind) {
			continue
		}
		for r := range f.heads(t, kind) {
			all[string(kind)+"/"+r.ID] = fmt.Sprintf("%d %s", r.Number, canonical(t, r.Body))
		}
	}
	return all
}

func (f *fixture) heads(t *testing.T, kind trace.Kind) func(func(trace.Revision) bool) {
	t.Helper()
	return func(yield func(trace.Revision) bool) {
		for after := ""; ; {
			page, err := f.Store.List(t.Context(), trace.Query{Kind: kind, After: after, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Revisions {
				if !yield(r) {
					return
				}
			}
			if after = page.Next; after == "" {
				return
			}
		}
	}
}

func canonical(t *testing.T, body json.RawMessage) string {
	t.Helper()
	var v any
	err := json.Unmarshal(body, &v)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(again)
}

// ids are the ids of everything there is, the longest first.
func (f *fixture) ids(t *testing.T) []string {
	t.Helper()
	all := map[string]bool{}
	for _, kind := range Kinds() {
		if slices.Contains(idle, kind) || kind == trace.KindCriteria {
			continue
		}
		for r := range f.heads(t, kind) {
			all[r.ID] = true
		}
	}
	for _, ref := range slices.Concat(f.mine.References, f.other.References) {
		all[ref] = true
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int { return len(b) - len(a) })
}

var digits = regexp.MustCompile(`[0-9a-zA-Z]`)

// nowhere puts, in place of each id of a text, one of the same form that no
// document has.
func nowhere(ids []string, text string) string {
	for _, id := range ids {
		base, number, ordered := strings.Cut(id, "-")
		other := digits.ReplaceAllString(base, "0")
		if ordered {
			other += "-" + number
		}
		text = strings.ReplaceAll(text, id, other)
	}
	return text
}

// A person of the matrix.
type person struct {
	name    string
	browser *desktest.Browser
	role    trace.Role    // empty where nobody is signed in
	stage   account.Stage // how far the sign-in has come
}

// people is everybody of the matrix, each with a session of its own.
func (f *fixture) people(t *testing.T) []person {
	t.Helper()
	all := []person{{name: "guest", browser: f.Guest()}}
	for _, who := range []string{"administrator", "office", "certifier", "inspector", "inspector2", "laboratory", "laboratory2", "producer", "producer2"} {
		all = append(all, person{who, f.Browser(who), f.Actor(who).Role, account.StageFull})
	}
	out := func(name string, end func() error) {
		f.Join(name, account.Membership{Role: trace.ProducerRole, Producer: f.Mine})
		p := person{name: name, browser: f.Browser(name)}
		p.browser.Get("/console/toi").Want(t, 200)
		if err := end(); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	operator := trace.Write{By: desktest.Operator}
	out("disabled", func() error {
		_, err := f.People.Disable(t.Context(), operator, f.PersonID("disabled"))
		return err
	})
	out("ended", func() error { return f.People.EndSessionsOf(t.Context(), operator, f.PersonID("ended")) })
	return append(all, person{"at stage enrol", f.enrol, trace.Office, account.StageEnrol}, person{"at stage code", f.code, trace.Office, account.StageCode})
}

const password = "suong som tren doi che"

// halfway signs two people of the office in, as far as the second factor.
func (f *fixture) halfway(t *testing.T) {
	t.Helper()
	signIn := func(login string) account.SignedIn {
		token, _, err := f.People.Invite(t.Context(), trace.Write{By: desktest.Operator}, account.NewPerson{
			Name: login, Login: login, Memberships: []account.Membership{{Role: trace.Office, Organisation: desktest.OfficeName}},
		})
		if err != nil {
			t.Fatal(err)
		}
		in, err := f.People.Accept(t.Context(), token, password, "")
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	carry := func(in account.SignedIn, stage account.Stage) *desktest.Browser {
		if in.Stage != stage {
			t.Fatalf("the sign-in is at %q, not %q", in.Stage, stage)
		}
		return f.Carrying(desk.SessionCookie(in.Token, false))
	}
	f.enrol = carry(signIn("enrol@example.vn"), account.StageEnrol)
	in := signIn("code@example.vn")
	secret, _, err := f.People.BeginTOTP(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	digits, err := totp.GenerateCode(secret, f.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.People.FinishTOTP(t.Context(), in.Token, digits); err != nil {
		t.Fatal(err)
	}
	in, err = f.People.SignIn(t.Context(), account.Credentials{Login: "code@example.vn", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	f.code = carry(in, account.StageCode)
}
