// Package scan is the public side of a stamp: the page that opens when its
// code is scanned or typed, the files and photos that page leads to, and
// nothing that needs to know who is asking.
//
// # What is answered
//
//	/                       a form for the short code; ?code= leads to its page
//	/{code}                 the page of a batch or of one item, and its JSON
//	/{code}/records         the same page with everything that is on record
//	/01/{gtin}/10/{lot}     GS1 Digital Link: 307 to the page
//	/tep/{sha256}           the original of a certificate, test sheet or record
//	/anh/{sha256}           a product photo, 480 pixels wide at most
//	/anh/{sha256}/nho       the same for lists, 160 pixels
//	/robots.txt /favicon.svg
//
// A code that was printed always gets a page of its own kind:
//
//	200  released, closed, held, recalled, expired, or touched by a recall or
//	     hold of something that went into it: there is a record to show
//	404  mistyped, unknown, not issued by us, or not yet activated: the service
//	     vouches for nothing, and a program that only looks at the status must
//	     not take the code for a good one
//	404  a lot number that is not registered for a known GTIN, for the same reason
//	410  taken out of use, for good
//	503  the store does not answer and the page was not served lately
//
// # Freshness
//
// Cache keeps what pages are made of, and the rendered pages. It asks the
// store every two seconds what changed and drops what a change concerns, so a
// recall shows within five seconds on every replica, as long as the store shows
// a change at most a minute after the time it is stamped with. A change that
// is later than that, because its write hung or the clock of its replica was
// slow, is found when the entry is read again: in the background when it is
// asked for at the age of a minute, and before it is shown at the age of two.
// So no page is wrong for longer than two minutes and one build (four seconds)
// while the store answers. What depends on the day is rendered again when the
// day ends in Vietnam. While the store is away, pages that are cached are
// served, however old, with the time of their data.
//
// # Counting
//
// Counter counts views of the printed address. A view is a GET of the page
// that was not asked for in a language, since printed codes never do and the
// language switch always does. A revalidation answered 304 is a view: somebody
// looked at the page. HEAD, JSON, /records and prefetches are none. The page of
// an item gives a browser a random id, and shows a picture at /seen by which it
// tells that it kept it; what is stored of it is in package sighting.
package scan
