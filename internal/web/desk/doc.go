// Package desk is what the pages for people who sign in have in common: who is
// asking and in which role, forms that take effect once, answers, errors in
// words, and the frame around every page.
//
// A desk is a list of [Route]s, each with the roles that may use it and a
// function from a [Visit] to an [Answer] that knows nothing of HTTP. What
// exactly an actor may see and change is decided by the domain; the table says
// who may come at all.
//
// Every form carries an idempotency key and, where it changes a document, the
// revision that it was filled from. A form that is refused comes back as it
// was sent, with what is wrong at its fields.
package desk
