// Package limit bounds how often the service does something for one client, one
// person, one key, and for all together. The values are one table, see Rules, and
// the mechanism is one: token buckets in memory.
//
// Nothing is stored, and no address of a client is kept even in memory: a bucket
// is found by a hash of the address with a secret that dies with the process. One
// client is an IPv4 address or the IPv6 network of 64 bits, which is what one
// subscriber gets. Each rule keeps a bounded number of buckets; who asked longest
// ago is forgotten first, and so begins anew with a full bucket. A bucket costs
// about 200 bytes, so the whole table cannot grow beyond 100 MB even when a flood
// comes from millions of addresses.
//
// Each replica counts by itself: with n replicas behind a proxy that spreads the
// requests evenly, a client may ask up to n times as often as the table says, and
// never less than it says. That is meant: the bounds keep one replica alive, and
// to count together the replicas would need to ask a store at each request.
//
// A client that asks for codes which nobody was given is refused for such codes
// alone. Many subscribers of a mobile network share an address, and what one of
// them guesses must not keep the others from the page of a stamp in their hands.
package limit
