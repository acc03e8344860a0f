// Package load asks running replicas of the service for pages at a fixed rate, and
// measures how long they take, as people meet it: from the moment at which a request
// was due, not from the moment at which it could be sent (no coordinated omission).
// Beside that it floods them with codes that were never issued, and holds sockets
// open that ask slowly or read slowly. What the processes of the service need in
// memory and open files is read from /proc meanwhile.
//
//	make load FOR=10m          R15: 500 scans a second, then the same with the flood
//	make load-soak FOR=30m     R14: 200 scans and 2 writes a second
//
// Both build the program and start what they need: two replicas over FerretDB and
// MinIO, one over SQLite. They print tables as docs/reliability.md has them.
package load
