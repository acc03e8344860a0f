// Package crash does to the built program what machines do: it is killed at any
// moment, the power fails, system calls fail, the disk is full. Meanwhile others
// use it over HTTP, as programs of producers do, who repeat a request until it is
// answered. Whatever was acknowledged must be there afterwards, once.
package crash
