// Package public has the pages for anybody that belong to no single stamp: the
// look-up of certificates by their number, so that stars on a pack without a
// stamp can be checked too, and the reports of shoppers with the answers to
// them.
//
// Nobody signs in here, no script is needed, and the only cookie is the one
// that remembers a language. What keeps floods away is kept in memory: how
// often a client has asked lately, by an address that is stored and logged
// nowhere.
package public
