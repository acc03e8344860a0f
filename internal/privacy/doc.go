// Package privacy keeps what persons ask about their own data (to see it, to
// have it corrected, restricted or erased) with the deadlines that the law sets,
// finds what is kept about somebody, and carries an erasure out.
//
// What is erased is the personal part of documents alone: names, telephone
// numbers, e-mail addresses and notes. What a document states to the public about
// goods on the market stays, as traceability obliges, and stays proved: the log
// holds a salted hash of the personal part, and the salt goes with it.
//
// A request is a document under revisions like any other. The name, the contact
// and the words of who asks are its personal part, which is erased in its turn
// KeptAfterClosing after the request is closed.
package privacy
