// Package pdfcpu pins the second judge of our PDF files, besides qpdf.
// tools/build.sh builds it with
//
//	go build github.com/pdfcpu/pdfcpu/cmd/pdfcpu
//
// It has a module of its own since only tests run it, as a process.
package pdfcpu
