// Package storagetest checks storage engines against the contracts in package
// trace: [Run] and [RunProcesses] any trace.Store, [RunKilled] one that keeps
// its data on this machine, [RunFiles] any trace.Files.
package storagetest
