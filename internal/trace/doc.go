// Package trace is the domain of Temgốc: producers, products, certificates,
// batches, their records and test reports, the rules that bind them, and what
// the rules need from storage.
//
// A [Ledger] holds the rules; a [Store] only moves documents and a [Files]
// only moves bytes. Nothing is ever overwritten: a change is the next revision
// of a document, with who wrote it and when, and the old one stays.
//
// # Documents
//
// Each kind is a collection of documents whose body is the JSON of one type:
//
//	producers     Producer      id: random
//	products      Product       id: random
//	certificates  Certificate   id: random
//	batches       Batch         id: the batch code, ten characters
//	records       Record        id: random
//	requests      TestRequest   id: random
//	tests         TestReport    id: random, or that of the request it answers
//	voids         Void          id: random
//	recalls       Recall        id: random
//	problems      Problem       id: random
//	contacts      Contact       id: that of the problem; removed in time
//	criteria      CriteriaSet   id: the number of the OCOP set
//	files         File          id: SHA-256 of the content
//	exports       Export        id: random
//	claims        claim         id: the unique term that is claimed
//	masterkeys    masterKey     id: the key id
//
// A random id is drawn from the idempotency key when a request has one, so
// that a repeated request meets its own first result under the unique key.
//
// # Uniqueness
//
// The only unique key of a store is (kind, id, number). A term that must be
// unique across documents (a GTIN, a lot number within its product) is
// claimed by a document of its own before the document that uses it is
// written; see claim.
package trace
