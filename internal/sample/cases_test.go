package sample_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/sample"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// The days on which every case must be what it is called: before and after
// the other rules changed, a leap day, and a New Year's Eve.
var days = []time.Time{
	noon,
	time.Date(2027, 12, 31, 23, 30, 0, 0, trace.Zone),
	time.Date(2028, 2, 29, 0, 5, 0, 0, trace.Zone),
	time.Date(2031, 3, 1, 9, 0, 0, 0, trace.Zone),
}

func TestCases(t *testing.T) {
	for _, now := range days {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			h := newHouse(t, now)
			c := cases{h, h.load(t), trace.DateOf(now)}
			t.Run("good", c.good)
			t.Run("potential", c.potential)
			t.Run("certificates", c.certificates)
			t.Run("old district", c.oldDistrict)
			t.Run("recall", c.recall)
			t.Run("complaints", c.complaints)
			t.Run("failed test", c.failedTest)
			t.Run("codes", c.codes)
			t.Run("items", c.items)
			t.Run("records", c.records)
			t.Run("old test", c.oldTest)
		})
	}
}

type cases struct {
	*house
	data  *sample.Data
	today trace.Date
}

// stars are those on the packing date and today.
func (c cases) stars(t *testing.T, code string) (packed, today int) {
	t.Helper()
	d := c.dossier(t, code)
	b := d.Batch.Data
	return d.Certificates.Stars(b.Product, b.PackedOn()), d.Certificates.Stars(b.Product, c.today)
}

func (c cases) good(t *testing.T) {
	d := c.dossier(t, c.data.Good)
	if d.Batch.Data.State != trace.BatchReleased || len(d.Alerts) > 0 || len(d.Missing()) > 0 || d.Batch.Data.ExpiredOn(c.today) {
		t.Errorf("state %s, alerts %v, missing %v, want a released batch in order", d.Batch.Data.State, d.Alerts, d.Missing())
	}
	if packed, today := c.stars(t, c.data.Good); packed != 5 || today != 5 {
		t.Errorf("stars %d when packed, %d today, want 5 and 5", packed, today)
	}
	for _, kind := range []string{"OCOP", "ATTP", "ORGANIC", "TRADEMARK"} {
		if !slices.ContainsFunc(d.Certificates, func(s trace.Stored[trace.Certificate]) bool {
			return s.Data.Kind == kind && s.Data.Confirmed != nil && s.Data.StateOn(c.today) == trace.CertificateValid
		}) {
			t.Errorf("no valid, confirmed certificate of kind %s", kind)
		}
	}
	levels := map[trace.Provenance]int{}
	kinds := map[string]bool{}
	for _, r := range d.Last() {
		levels[r.Data.Provenance()]++
		kinds[r.Data.Kind] = true
	}
	if len(d.Last()) < 9 || levels[trace.Verified] < 2 || levels[trace.Documented] < 4 || levels[trace.Declared] < 1 {
		t.Errorf("%d records, by provenance %v, want 9 with some of each", len(d.Last()), levels)
	}
	for _, kind := range []string{"planting", "care", "harvest", "receiving", "processing", "sampling", "packing", "storing", "shipping", "inspecting"} {
		if !kinds[kind] {
			t.Errorf("no record of kind %s", kind)
		}
	}
	scopes := map[string]trace.Verdict{}
	for _, h := range d.Tests {
		scopes[h[0].Data.Scope] = h[0].Data.Verdict()
	}
	if scopes["batch"] != trace.Pass || scopes["product"] != trace.Pass {
		t.Errorf("reports by scope: %v, want one of the batch and a periodic one, both passed", scopes)
	}
}

func (c cases) potential(t *testing.T) {
	d := c.dossier(t, c.data.Potential)
	if got := d.Certificates.OCOP(d.Batch.Data.Product, c.today); got != nil {
		t.Errorf("a potential product has the OCOP certificate %s", got.Data.Number)
	}
	missing := d.Missing()
	if len(missing) != 1 || missing[0].ID != "standards" {
		t.Errorf("missing %v, want the standards alone", missing)
	}
	if d.Batch.Data.State != trace.BatchReleased {
		t.Errorf("state %s, want released", d.Batch.Data.State)
	}
}

func (c cases) certificates(t *testing.T) {
	for _, want := range []struct {
		name, code    string
		state         trace.CertificateState
		packed, today int
	}{
		{"expiring", c.data.Expiring, trace.CertificateExpiring, 4, 4},
		{"expired", c.data.Expired, trace.CertificateExpired, 3, 0},
		{"withdrawn", c.data.Withdrawn, trace.CertificateWithdrawn, 3, 0},
	} {
		d := c.dossier(t, want.code)
		cert := d.Certificates.OCOP(d.Batch.Data.Product, c.today)
		if cert == nil {
			t.Fatalf("%s: no OCOP certificate", want.name)
		}
		if got := cert.Data.StateOn(c.today); got != want.state {
			t.Errorf("%s: state %s, want %s", want.name, got, want.state)
		}
		if packed, today := c.stars(t, want.code); packed != want.packed || today != want.today {
			t.Errorf("%s: stars %d when packed, %d today, want %d and %d", want.name, packed, today, want.packed, want.today)
		}
		if d.Batch.Data.State != trace.BatchReleased || d.Batch.Data.ExpiredOn(c.today) {
			t.Errorf("%s: state %s, past its date: %t", want.name, d.Batch.Data.State, d.Batch.Data.ExpiredOn(c.today))
		}
	}
	expiring := c.dossier(t, c.data.Expiring)
	if left := c.today.DaysUntil(expiring.Certificates.OCOP(expiring.Batch.Data.Product, c.today).Data.ValidUntil); left != 25 {
		t.Errorf("the expiring certificate has %d days left, want 25", left)
	}
	declared := c.dossier(t, c.data.Declared)
	if !slices.ContainsFunc(declared.Certificates, func(s trace.Stored[trace.Certificate]) bool {
		return s.Data.Kind == "ORGANIC" && s.Data.Confirmed == nil
	}) {
		t.Error("no organic certificate that is only declared")
	}
}

// No decision of a district may be later than the districts. From mid-2028 on
// such a certificate has run out.
func (c cases) oldDistrict(t *testing.T) {
	d := c.dossier(t, c.data.OldDistrict)
	cert := d.Certificates.OCOP(d.Batch.Data.Product, c.today)
	if cert == nil {
		t.Fatal("no OCOP certificate")
	}
	if cert.Data.Authority != "UBND huyện Mèo Vạc" || !cert.Data.Issued.Before(trace.NewDate(2025, 7, 1)) {
		t.Errorf("issued by %s on %s, want by the district before July 2025", cert.Data.Authority, cert.Data.Issued)
	}
	want := trace.CertificateValid
	if c.today.After(cert.Data.ValidUntil) {
		want = trace.CertificateExpired
	} else if c.today.DaysUntil(cert.Data.ValidUntil) <= trace.ExpiringDays {
		want = trace.CertificateExpiring
	}
	if got := cert.Data.StateOn(c.today); got != want || c.today.Before(trace.NewDate(2028, 1, 1)) && !got.InForce() {
		t.Errorf("state %s until %s, want %s", got, cert.Data.ValidUntil, want)
	}
}

func (c cases) complaints(t *testing.T) {
	office := trace.Actor{ID: "test", Role: trace.Office}
	list, err := c.ledger.Problems(t.Context(), office, trace.ProblemQuery{}, trace.Paging{})
	if err != nil {
		t.Fatal(err)
	}
	states := map[trace.ProblemState]int{}
	contacts := 0
	for _, p := range list.Items {
		states[p.Data.State]++
		if p.Data.Batch == "" {
			t.Errorf("report about %q is of no batch", p.Data.Code)
		}
		if _, err := c.ledger.ProblemContact(t.Context(), office, p.ID); err == nil {
			contacts++
		}
	}
	want := map[trace.ProblemState]int{trace.ProblemNew: 1, trace.ProblemSeen: 1, trace.ProblemAnswered: 1}
	if diff := cmp.Diff(want, states); diff != "" || contacts != 1 {
		t.Errorf("%d contacts, states -want +got:\n%s", contacts, diff)
	}
	if status, err := c.ledger.ProblemByReference(t.Context(), c.data.Answered); err != nil || status.Answer == "" || status.AnsweredBy == "" {
		t.Errorf("the answered report: %+v, %v", status, err)
	}
}

func (c cases) recall(t *testing.T) {
	d := c.dossier(t, c.data.Recalled)
	if b := d.Batch.Data; b.State != trace.BatchRecalled || b.StateBy != trace.Office || b.Reason == "" || b.Instructions == "" {
		t.Errorf("state %s by %s because of %q (%q), want recalled with the approval of the office", b.State, b.StateBy, b.Reason, b.Instructions)
	}
	inspector := trace.Actor{ID: "test", Role: trace.Inspector}
	reached, err := c.ledger.Reach(t.Context(), inspector, c.data.Recalled)
	if err != nil || len(reached) != 1 || reached[0].Batch.ID != c.data.AffectedChild {
		t.Errorf("the recall reaches %v, %v, want %s", reached, err, c.data.AffectedChild)
	}
	child := c.dossier(t, c.data.AffectedChild)
	if child.Batch.Data.State != trace.BatchReleased || len(child.Alerts) != 1 || child.Alerts[0].Batch.ID != c.data.Recalled {
		t.Errorf("child is %s with the alerts %v, want it released with the recalled batch as alert", child.Batch.Data.State, child.Alerts)
	}
	if len(child.Inputs) != 3 {
		t.Errorf("child was made from %d batches, want 3", len(child.Inputs))
	}
}

func (c cases) failedTest(t *testing.T) {
	d := c.dossier(t, c.data.FailedTest)
	if b := d.Batch.Data; b.State != trace.BatchHeld || b.StateBy != trace.Inspector || b.FirstReleased.IsZero() {
		t.Errorf("state %s by %s, released at %v, want held by the inspector after its release", b.State, b.StateBy, b.FirstReleased)
	}
	if len(d.Tests) != 1 || d.Tests[0][0].Data.Verdict() != trace.Fail || d.Tests[0][0].Data.Verified == nil {
		t.Errorf("tests %+v, want one of the laboratory that failed", d.Tests)
	}
	producer := trace.Actor{ID: "test", Role: trace.ProducerRole, Producer: d.Batch.Data.Producer}
	if _, err := c.ledger.MoveBatch(t.Context(), trace.Write{By: producer}, d.Batch.ID, trace.Transition{To: trace.BatchReleased}); err == nil {
		t.Error("the producer could lift the inspector's hold")
	}
}

func (c cases) codes(t *testing.T) {
	if void := c.dossier(t, c.data.Voided).Void(); void == nil || void.Data.Reason == "" {
		t.Error("the voided batch code is not void")
	}
	if got := c.dossier(t, c.data.NotYetActivated).Batch.Data.State; got != trace.BatchOpen {
		t.Errorf("the batch that is not activated is %s", got)
	}
	past := c.dossier(t, c.data.PastExpiry).Batch.Data
	if !past.ExpiredOn(c.today) || past.State != trace.BatchReleased {
		t.Errorf("the batch past its expiry date is %s until %s", past.State, past.Expiry)
	}
	for _, code := range c.data.Batches {
		if parsed, err := stamp.ParseBatchCode(code); err != nil || parsed.String() != code {
			t.Errorf("%q is not a batch code: %v", code, err)
		}
	}
}

func (c cases) items(t *testing.T) {
	item := c.data.Item
	if item.Batch != c.data.Good {
		t.Errorf("the item codes are of %s, want %s", item.Batch, c.data.Good)
	}
	orders, err := c.book.OrdersOf(t.Context(), item.Batch)
	if err != nil {
		t.Fatal(err)
	}
	d := c.dossier(t, item.Batch)
	for _, want := range []struct {
		name, code string
		state      printing.State
		void       bool
	}{
		{"item", item.Code, printing.Released, false},
		{"void item", item.Void, printing.Released, true},
		{"pending item", item.Pending, printing.Allocated, false},
	} {
		serial := c.serial(t, d, want.code)
		i := slices.IndexFunc(orders, func(o trace.Stored[printing.Order]) bool { return o.Data.Covers(serial) })
		if i < 0 || orders[i].Data.State != want.state || want.state == printing.Released && orders[i].ID != item.Order {
			t.Errorf("%s %s has serial %d, which is in order %d of %v", want.name, want.code, serial, i, orders)
		}
		if void := orders[i].Data.FateOf(orders[i].Data.Position(serial)).Fate == printing.Scrapped; void != want.void {
			t.Errorf("%s %s is void: %t, want %t", want.name, want.code, void, want.void)
		}
	}
	if got := orders[0].Data.Content.Stars; got != 5 {
		t.Errorf("the stamps show %d stars, want 5", got)
	}
}

// serial opens an item code.
func (c cases) serial(t *testing.T, d *trace.Dossier, code string) uint32 {
	t.Helper()
	parsed, err := stamp.ParseItemCode(code)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := c.keys.Sealer(d.Batch.Data.KeyID, parsed.Batch())
	if err != nil {
		t.Fatal(err)
	}
	serial, ok := sealer.Open(parsed)
	if !ok {
		t.Fatalf("%s was not issued for its batch", code)
	}
	return serial
}

func (c cases) records(t *testing.T) {
	var corrected, retracted int
	for _, h := range c.dossier(t, c.data.Corrected).Records {
		last := h[len(h)-1].Data
		switch {
		case last.Retracted && last.Correction != "":
			retracted++
		case len(h) == 2 && last.Correction != "":
			corrected++
		}
	}
	if corrected != 1 || retracted != 1 {
		t.Errorf("%d corrected and %d retracted records, want one of each", corrected, retracted)
	}
	if n := len(c.dossier(t, c.data.LongJourney).Last()); n <= 12 {
		t.Errorf("the long journey has %d records, want more than 12", n)
	}
}

func (c cases) oldTest(t *testing.T) {
	d := c.dossier(t, c.data.OldTest)
	if len(d.Tests) != 1 || !d.Tests[0][0].Data.Issued.Before(c.today.AddMonths(-12)) {
		t.Errorf("tests %+v, want one that is older than twelve months", d.Tests)
	}
}
