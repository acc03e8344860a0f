// Package bundle makes and checks the sealed file of a batch: all that was
// stated about it and about what went into it, with the proofs, in one archive
// that anybody can check years later on another machine, without a network.
//
// # Layout
//
// A bundle is a zip archive. Its members are not compressed and have no times,
// so that the same content is the same bytes: who checks it writes it again and
// compares, and not one byte can be changed unseen. In this order it holds
//
//	README.txt         what this is and how it is checked
//	summary.html       the same for people, to be read and printed
//	checkpoint         the signed note about the log
//	statements.jsonl   a Line for each revision, in the order of the log
//	files/HASH.EXT     certificates, sheets and photos, by their SHA-256
//	manifest.json      a Manifest, with the SHA-256 of each of those
//	seal               a signed note about the manifest
//
// # What it proves
//
// Each line has the leaf of a revision with its way to the root of the tree that
// the checkpoint signs, and the revision itself: so it was in the log when that
// had the size of the checkpoint, and is unchanged. The files are those whose
// hashes the leaves have. The seal says that the service put these things
// together; the summary is its word, while lines and files are proved by the log.
//
// A bundle does not prove that nothing was stated later, nor, without witnesses,
// that the service showed the same log to others.
package bundle
