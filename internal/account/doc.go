// Package account knows who may come to the service and what for: people with
// their organisations, how they sign in, and API keys.
//
// # Documents
//
//	keys           Key           id: the public part of the key's text
//	organisations  Organisation  id: from the folded name, so that a name is unique
//	people         Person        id: random
//	secrets        secrets       id: the person's
//	sessions       session       id: SHA-256 of the token, in hex
//	codes          usedCode      id: the person's, of the secret, and the time step
//
// Keys and people are found under "producer:" and the producer's id, people
// also under "organisation:" and the organisation's id, "role:" and the role,
// "link:" and the SHA-256 of an invitation's token, and the words of their name
// and login; organisations under their role and the words of their name;
// sessions under "person:" and the person's id. Two people cannot have one
// login: it is a term that the person claims, see [trace.Ledger.Claim]. When a
// person is erased, its logins are released and nothing of them is left.
//
// A person's document holds what others may see of a person and what the audit
// log tells: memberships, invitations, disabling. Its secrets are kept apart from
// it and never leave the package: the Argon2id hash of the password, and
// the secret of the second factor with the hashes of the recovery codes, sealed
// with a key that derives from the key file. Of everything that opens a door by
// itself (API keys, sessions, links) only a SHA-256 is stored: it has at least
// 256 random bits.
//
// # Sessions
//
// Person and secrets each carry an epoch. A session counts while both are
// the ones that it began with, so that one write ends all sessions of a person:
// disabling and a change of memberships write the person, a change of the
// password or of the second factor writes the secrets. When a session was
// last used is a counter in the store, "session:" and its id, written once a
// minute at most. What was seen of a session is relied on for [CacheFor] on
// each replica.
package account

import "temgoc/internal/trace"

// Kinds lists the kinds that this package owns.
func Kinds() []trace.Kind {
	return []trace.Kind{KindKeys, KindOrganisations, KindPeople, KindSecrets, KindSessions, KindCodes}
}

// Removable lists those of Kinds that Sweep removes.
func Removable() []trace.Kind { return []trace.Kind{KindSessions, KindCodes} }
