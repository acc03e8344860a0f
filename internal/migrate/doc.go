// Package migrate copies all that a service keeps to other stores, on whatever
// engines: from a laptop to a cluster, and back.
//
// # Passes
//
// A pass goes through both pairs of stores side by side, in one order, and makes
// the target what the source is: each revision with its number, times, writer,
// request, terms, content, salt and all, each counter, each file. What the target
// lacks is copied, what was erased from the source is erased there, and what was
// removed is removed. A pass is thereby also the comparison of every record with
// what the target gives back, and of every file with its hash: the last one is
// the one that found nothing to do. Nothing is remembered between passes, so that
// a run which was cut off anywhere goes on with the next one, and repeating one
// does no harm.
//
// The source may be served and written to meanwhile. Only to finish must its
// writing stop, and its readers never notice.
//
// # Standing
//
// A document of each store says which part it has in a move (KindMigrations, which
// alone is not copied). A target that is not complete is not served, a source that
// has moved is not written to any more: records in two places, both signed by one
// log, could never be brought together again. A target that was used for anything
// else, even once, is not written to.
package migrate
