package limit

import (
	"fmt"
	"time"
)

// A Name names a rule; it is the label limit of temgoc_limited_total.
type Name string

// The rules.
const (
	Scans            Name = "scans"
	Misses           Name = "misses"
	Probes           Name = "probes"
	Records          Name = "records"
	Proofs           Name = "proofs"
	Links            Name = "links"
	Files            Name = "files"
	Tiles            Name = "tiles"
	Browsers         Name = "browsers"
	LookUps          Name = "look-ups"
	Reports          Name = "reports"
	References       Name = "references"
	PINs             Name = "pins"
	Places           Name = "places"
	Notices          Name = "notices"
	Acknowledgements Name = "acknowledgements"
	SignIns          Name = "sign-ins"
	Uploads          Name = "uploads"
	Exports          Name = "exports"
	Keys             Name = "keys"
	BadKeys          Name = "bad-keys"
)

// A Pace is how often something may be done: Burst times at once, and once more
// every Every. The zero Pace bounds nothing.
type Pace struct {
	Every time.Duration
	Burst int
}

// String says it in words.
func (p Pace) String() string {
	if p.Burst == 0 {
		return ""
	}
	return fmt.Sprintf("%d, then 1 each %v", p.Burst, p.Every)
}

// A By says what a rule counts for.
type By string

// What rules count for.
const (
	Client By = "client" // see Who
	Person By = "person" // who signed in, or an API key
	Nobody By = ""       // all together only
)

// A Rule is a row of the table.
type Rule struct {
	Name Name
	By   By
	// Each bounds one of those, All all together on this replica.
	Each, All Pace
	// Slow, where it is set, is how long what exceeds All is made to wait, in place
	// of being refused.
	Slow time.Duration
	// Kept is how many buckets are kept.
	Kept int
	// What says what is counted.
	What string
}

// How many buckets a rule keeps: those that whoever comes can fill, and others.
const (
	many = 100_000
	some = 16_384
)

// MissDelay is how long a page that says that there is nothing is held back while
// unusually many ask for such pages.
const MissDelay = 200 * time.Millisecond

// Rules is the table.
func Rules() []Rule {
	return []Rule{
		{Name: Scans, By: Client, Each: Pace{100 * time.Millisecond, 600}, Kept: many,
			What: "pages of codes that were issued, 600 a minute"},
		{Name: Misses, By: Client, Each: Pace{20 * time.Second, 30}, All: Pace{20 * time.Millisecond, 50}, Slow: MissDelay, Kept: many,
			What: "codes that were never issued or are mistyped, 30 in ten minutes; above 50 a second of all clients an alarm is raised and each waits 200 ms"},
		{Name: Probes, All: Pace{20 * time.Millisecond, 50},
			What: "questions to the store for codes that this replica has not heard of; what exceeds it is answered from memory"},
		{Name: Records, By: Client, Each: Pace{time.Second, 60}, All: Pace{20 * time.Millisecond, 100}, Kept: some,
			What: "everything on record of a batch, /{code}/records"},
		{Name: Proofs, By: Client, Each: Pace{2 * time.Second, 30}, All: Pace{50 * time.Millisecond, 50}, Kept: some,
			What: "evidence of a page, /{code}/proof"},
		{Name: Links, By: Client, Each: Pace{500 * time.Millisecond, 60}, All: Pace{20 * time.Millisecond, 100}, Kept: some,
			What: "GS1 Digital Links that are not remembered"},
		{Name: Files, By: Client, Each: Pace{100 * time.Millisecond, 600}, Kept: some,
			What: "photos and originals"},
		{Name: Tiles, By: Client, Each: Pace{50 * time.Millisecond, 600}, All: Pace{5 * time.Millisecond, 1000}, Kept: some,
			What: "tiles of the log"},
		{Name: Browsers, By: Client, Each: Pace{20 * time.Second, 60}, Kept: many,
			What: "ids given to browsers by which scans of one stamp are told apart; what exceeds it gets the page without one"},
		{Name: LookUps, By: Client, Each: Pace{time.Second, 60}, All: Pace{20 * time.Millisecond, 300}, Kept: some,
			What: "look-ups of certificates and of what a code stands for"},
		{Name: Reports, By: Client, Each: Pace{time.Minute, 6}, All: Pace{3 * time.Second, 60}, Kept: some,
			What: "reports of a problem"},
		{Name: References, By: Client, Each: Pace{20 * time.Second, 30}, All: Pace{200 * time.Millisecond, 60}, Kept: some,
			What: "answers asked for by the reference of a report"},
		{Name: PINs, By: Client, Each: Pace{time.Minute, 20}, All: Pace{100 * time.Millisecond, 200}, Kept: some,
			What: "PINs of stamps; each stamp has a bound of its own"},
		{Name: Places, By: Client, Each: Pace{10 * time.Second, 20}, All: Pace{50 * time.Millisecond, 200}, Kept: some,
			What: "places that shoppers tell"},
		{Name: Notices, By: Client, Each: Pace{2 * time.Second, 60}, All: Pace{20 * time.Millisecond, 300}, Kept: some,
			What: "notices of a recall, opened by their links"},
		{Name: Acknowledgements, By: Client, Each: Pace{30 * time.Second, 10}, All: Pace{200 * time.Millisecond, 60}, Kept: some,
			What: "acknowledgements of such a notice"},
		{Name: SignIns, By: Client,
			What: "failed sign-ins from browsers that never signed in before: 30 in ten minutes; besides, after 5 failures at one login each further one waits twice as long, up to 15 minutes"},
		{Name: Uploads, By: Person, Each: Pace{time.Minute, 60}, Kept: some,
			What: "uploaded files, 60 an hour"},
		{Name: Exports, By: Person, Each: Pace{6 * time.Minute, 10}, Kept: some,
			What: "exported tables, 10 an hour"},
		{Name: Keys, By: Person, Each: Pace{50 * time.Millisecond, 1200}, Kept: some,
			What: "calls with one API key, 1,200 a minute"},
		{Name: BadKeys, By: Client, Each: Pace{20 * time.Second, 30}, Kept: some,
			What: "calls with an API key that opens nothing, 30 in ten minutes"},
	}
}
