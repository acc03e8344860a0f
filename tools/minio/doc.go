// Package minio pins the MinIO server that the tests of the object store run
// against. tools/build.sh builds it with
//
//	go build github.com/minio/minio
//
// MinIO is under the AGPL: it is built by this module of its own, started as
// a separate process by tests only, and never linked into the temgoc binary.
// The project is archived and gets no fixes any more: not for production.
package minio
