// Package backup copies everything that is kept to another place, encrypted, and
// brings it back onto empty stores of either engine.
//
// A back-up is a segment: parts, each a file encrypted with age, and a manifest
// that is written last and signed with the key of the log. A full segment holds
// everything, another one what came since the segment before it, whose manifest
// it names by its hash. docs/backup.md describes the format for who has to read
// it without this program.
//
// # What is read in which order
//
// The service writes while it is copied. A revision is stored before its leaf, so
// the leaves are read first: each has its revision in what is read afterwards. A
// revision whose leaf came too late is logged when the restored service starts,
// as after a crash. Documents of one kind refer to others that were there before:
// kinds are read in the reverse of their order, and the newest revisions first.
// What was written during the first pass is read in a second, much shorter one.
//
// A segment that is no full one begins where the log of the one before ended,
// leaf by leaf, whatever clocks say. What is not in the log is found by the time
// at which it was written, minus overlap.
//
// # What was destroyed
//
// Documents of removable kinds are copied whole into every segment, and restored
// from the last one only; so are the digests of all files. A document in which
// something was erased is copied again in the segment after the erasure. Restore
// goes from the last segment to the first, and what it met already it does not
// take from an older one: what was destroyed is never written again.
package backup
