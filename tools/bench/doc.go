// Package bench measures what a user of another library would get. It has a
// module of its own, since nothing else of ours needs those libraries.
//
//	cd tools/bench && go test -run '^$' -bench .
package bench
