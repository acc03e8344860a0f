// Package catalog holds the classifications that the domain refers to: where
// something is, what kind it is, in which unit it is counted, which limits a
// test is usually judged against. They are data, not code: each is a TSV file
// embedded beside this package whose first lines name its source, read once
// when first asked for.
//
// Many entries repeat a law or a standard that was not read in full. Such
// entries carry a [Certainty], and whoever shows them as a legal statement
// must look at it.
//
// What the look-ups return is shared by all callers. Slices returned by a
// function may be changed, slices inside an entry (such as Set.Stages) may
// not.
package catalog
