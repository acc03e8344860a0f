// Package proof keeps the log of all that was stated, in which nothing can be
// changed or removed unseen, and checks records against it.
//
// # The log
//
// Every revision of the kinds that are logged has a [Leaf]: hashes of its public
// part, of its private part with a salt, of its files and of the revision before.
// Leaves are the entries of a Merkle tree (RFC 6962), whose size and root are
// signed as a checkpoint (C2SP tlog-checkpoint, a signed note with Ed25519). The
// tree is published as tiles (C2SP tlog-tiles).
//
// A [Log] keeps its leaves beside the records, through the same trace.Store:
//
//	logleaves  one document for each step of appending, with the leaves of that
//	           step and the checkpoint after it. Its id is the index of its first
//	           leaf: since the id is unique, inserting it is compare-and-append,
//	           and several processes that append to one store never fork.
//	           Its terms are the topics of the documents whose leaves it has.
//	logtiles   full tiles and the entries under those of level 0. They follow
//	           from the leaves and are written after them.
//
// Appending does not depend on the size of the log: it takes the right edge of
// the tree, which each process keeps in memory.
//
// # What is written is logged
//
// All writing goes through [Log.Store]. Insert stores the revision, then its
// leaf, and returns when both are durable; leaves that wait at one time are
// appended together. A process that ends in between leaves a revision without a
// leaf and without an acknowledgement: Sweep finds it by the store's feed of
// changes and logs it, at the start and while others run. So there is no leaf
// without its revision, and no acknowledged revision without its leaf.
//
// # What is read is checked
//
// [Log.Watch] notes what is read through the Store; [Seen.Check] then compares
// each revision with its leaf, each leaf with the signed tree, and the leaves
// about a batch with what was read, so that a revision that was changed,
// removed, hidden or slipped in is a [Fault]. Hashes of tiles are compared up to
// the signed root before they are believed.
//
// [Audit] goes through everything instead, and believes nothing but the key. What
// neither can see: counters, claims, sessions and other kinds that are not logged;
// of a revision of which something was erased, the rest of what is not public;
// and that the end of the log was cut off together with its records, unless a
// checkpoint was kept elsewhere.
package proof
