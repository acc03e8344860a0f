// Package sighting keeps what becomes known of single stamps after they left the
// press: by how many different browsers each was looked at, whether its pack was
// opened, and what is remarkable about that. It is how a copied stamp gives
// itself away.
//
// # What is kept of shoppers
//
// A browser that opens the page of an item gets a random id as a cookie. What is
// stored is not that id, but for each item the first 64 bits of
// HMAC-SHA256(key, id ‖ item code): it tells that the same browser looked at the
// same stamp again, and links no two stamps. It is removed after Window. Of an
// item that was seen by Red browsers no more are stored; of a code that was never
// issued none. No address is ever stored, and a place only where the shopper
// presses a button, rounded to a tenth of a degree, for as long.
//
// # What is told
//
// Amber and Red are thresholds of different browsers within Window; how often a
// genuine stamp reaches them, and how many copies it takes, is computed by a
// test. Beside them stand scans that should not be: before the release, of stamps
// that were not shipped while others of their order were, of stamps that are out
// of use, a PIN tried after the pack was opened, and two consented places too far
// apart for the time between. None of it proves anything about the pack in
// somebody's hand, and no text says so.
//
// # How it is stored
//
// An Item is a document of a stamp about which there is something to say; most
// stamps have none. Its revisions are its history, those with a use made by
// people among them. Sightings, places, PIN tries and the marks of who opened a
// pack are removable documents that Sweep removes. All of it is written outside
// the request that caused it, but for what a person does.
package sighting

import (
	"time"

	"temgoc/internal/trace"
)

// The kinds of documents that this package owns.
const (
	KindItems     trace.Kind = "items"
	KindSightings trace.Kind = "sightings"
	KindPlaces    trace.Kind = "places"
	KindTries     trace.Kind = "pintries"
	KindOpeners   trace.Kind = "openers"
)

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind {
	return []trace.Kind{KindItems, KindSightings, KindPlaces, KindTries, KindOpeners}
}

// Removable lists those of Kinds that Sweep removes.
func Removable() []trace.Kind {
	return []trace.Kind{KindSightings, KindPlaces, KindTries, KindOpeners}
}

// Thresholds of different browsers that looked at one stamp within Window.
const (
	Amber  = 5
	Red    = 10
	Window = 90 * 24 * time.Hour
)

// UndoWithin is how long whoever marked a pack as opened may take that back.
const UndoWithin = 10 * 24 * time.Hour

// system writes what nobody in particular did, shopper what somebody did without
// an account.
var (
	system  = trace.Write{By: trace.Actor{ID: "system"}}
	shopper = trace.Write{By: trace.Actor{ID: "public"}}
)
