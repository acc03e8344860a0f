//go:build linux || darwin || freebsd

package main

import "syscall"

// freeSpace is how many bytes of the disk of a directory are free for us.
func freeSpace(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
