// Package exchange moves products, certificates, batches and diary entries in
// and out as tables: XLSX and CSV files with one document a row.
//
// # Tables
//
// What a column is called, what it means, how a cell becomes part of a document
// and the other way round is written down once, in a column; the [Exchange]
// makes templates, imports and exports of the same columns. A file names things
// by what people know them as: a product by its name or GTIN, a batch by its
// code or lot number, a commune by its name and province.
//
// # Import
//
// [Exchange.Check] keeps the file and tells, row by row, what an import would
// do: create a document, or nothing because it is there already; and cell by
// cell what is wrong. It asks the same rules as the writes themselves, for the
// same actor. An import only adds: where a row differs from what is there, the
// check says so and the import leaves it as it is.
//
// [Exchange.Run] checks again, refuses a file with anything wrong in it, and
// hands the import to the workers ([Exchange.Work]), of which every replica has
// one. A worker writes row after row, each with an idempotency key made of the
// import and the row: whoever takes an import over after a crash begins again
// and meets what was written before, so that nothing is written twice. Workers
// take an import in turn by writing its next revision; a worker that is not
// heard of for [leaseTime] is replaced.
//
// # What "all or nothing" is worth
//
// Documents are written one by one: no engine here writes several at once. All
// of a file is checked before its first row is written, against everything
// stored at that time, so that a file with an error in it changes nothing. But
// nothing is reserved for the rows beforehand; a reservation without its
// document lapses after a minute, sooner than many imports end. If somebody
// else takes a lot number or a GTIN of a later row in the meantime, or a batch
// is recalled, or a right is taken away, the row is refused after others were
// written. The import then stops, says at which row and why, and what was
// written stays. Run continues it at that row once the cause is removed, or
// passes over the row if what it describes is there by then.
//
// Whether the actor may write is decided for each row when it is written. An
// import runs with the rights that its actor had when it was started.
//
// # Documents
//
//	imports  Import  id: random
//
// found under their owner ("owner:" and a hash), the file's content ("file:"
// and its SHA-256), and "running" while they are. Progress is counted under
// "import:", the id and the number of the attempt.
package exchange
