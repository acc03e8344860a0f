package powerloss

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// traced are the system calls that a recording must have: those by which the
// disk is changed or brought up to date, and those that we do not know how to
// play back, which must not go unseen.
var traced = []string{
	"open", "openat", "creat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate",
	"rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "mmap",
	"rmdir", "truncate", "writev", "pwritev", "pwritev2", "fallocate", "copy_file_range", "lseek", "symlink", "symlinkat",
}

// Strace is the command line that runs a program and records to a file what it
// does to the disk and says to its clients. The program ends as it would alone.
func Strace(file string, program ...string) []string {
	return append([]string{"strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "16777216", "-e", "signal=none",
		"-o", file, "-e", "trace=" + strings.Join(traced, ",")}, program...)
}

// A call is a system call that concerns us.
type call struct {
	name   string
	args   []string
	failed bool
	result string
}

// A step is the beginning or the end of a call. Calls of several threads overlap,
// and what a call does may reach the disk from its beginning on, but is there for
// certain only for a sync that begins after its end.
type step struct {
	*call
	end bool
}

// A Recording is what a program did, in order.
type Recording struct {
	dir   string
	steps []step
	// Said are the beginnings of answers over HTTP, with the step at which each
	// began to leave.
	Said []Said
}

// Said is an answer that a program gave.
type Said struct {
	Step int
	Text string // at most 4096 bytes
}

// Read reads what strace wrote of a program that keeps its data in the directory
// dir.
func Read(from io.Reader, dir string) (*Recording, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	r := &Recording{dir: dir}
	open := map[string]*call{} // calls that others interrupted, by thread
	for lines := bufio.NewReaderSize(from, 1<<20); ; {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return r, nil // what a killed strace did not finish is left out
		}
		if err != nil {
			return nil, err
		}
		if err := r.line(strings.TrimSuffix(line, "\n"), open); err != nil {
			return nil, fmt.Errorf("%w: %.300s", err, line)
		}
	}
}

var errLine = errors.New("powerloss: a line of strace that is not understood")

// line takes in one line.
func (r *Recording) line(line string, open map[string]*call) error {
	thread, rest, ok := strings.Cut(line, " ")
	if !ok {
		return errLine
	}
	rest = strings.TrimLeft(rest, " ")
	switch {
	case strings.HasPrefix(rest, "+++"), strings.HasPrefix(rest, "---"):
		return nil
	case strings.HasPrefix(rest, "<... "):
		c := open[thread]
		delete(open, thread)
		_, after, ok := strings.Cut(rest, " resumed>")
		if c == nil || !ok {
			return errLine
		}
		args, result, ok := cutResult(after)
		if !ok {
			return errLine
		}
		c.args = append(c.args, splitArgs(args)...)
		r.finish(c, result)
		return nil
	}
	name, rest, ok := strings.Cut(rest, "(")
	if !ok {
		return errLine
	}
	if args, ok := strings.CutSuffix(rest, "<unfinished ...>"); ok {
		c := &call{name: name, args: splitArgs(args)}
		open[thread] = c
		r.begin(c)
		return nil
	}
	args, result, ok := cutResult(rest)
	if !ok {
		return errLine
	}
	c := &call{name: name, args: splitArgs(args)}
	r.begin(c)
	r.finish(c, result)
	return nil
}

func (r *Recording) begin(c *call) {
	if c.name == "write" && len(c.args) > 1 && strings.HasPrefix(c.args[1], `"\x48\x54\x54\x50\x2f\x31`) { // HTTP/1
		text, err := unquote(c.args[1][:min(len(c.args[1]), 2+4*4096)])
		if err == nil {
			r.Said = append(r.Said, Said{len(r.steps), string(text)})
		}
	}
	r.steps = append(r.steps, step{c, false})
}

func (r *Recording) finish(c *call, result string) {
	c.result = result
	c.failed = strings.HasPrefix(result, "-1") || strings.HasPrefix(result, "?")
	r.steps = append(r.steps, step{c, true})
}

// Moments are the steps before which a power failure finds another disk than
// before the one in front of it, or somebody who was told more.
func (r *Recording) Moments() []int {
	moments := []int{0}
	said := r.Said
	for i, s := range r.steps {
		told := len(said) > 0 && said[0].Step == i
		if told {
			said = said[1:]
		}
		if told || r.concerns(s.call) {
			moments = append(moments, i+1)
		}
	}
	return moments
}

// concerns tells whether a call is about the directory.
func (r *Recording) concerns(c *call) bool {
	for i, arg := range c.args {
		if _, ours := r.inside(path(arg)); ours {
			return true
		}
		if !strings.HasPrefix(arg, `"`) || c.name == "write" || c.name == "pwrite64" {
			continue
		}
		directory := ""
		if i > 0 {
			directory = c.args[i-1]
		}
		if _, ours, err := r.at(directory, arg); ours && err == nil {
			return true
		}
	}
	return false
}

// cutResult takes the result off the end of a call.
func cutResult(s string) (args, result string, ok bool) {
	i := strings.LastIndex(s, ") ")
	if i < 0 {
		return "", "", false
	}
	_, result, ok = strings.Cut(s[i:], "= ")
	return s[:i], result, ok
}

// splitArgs separates arguments. Texts are in hexadecimal, so that no comma is in
// one.
func splitArgs(s string) []string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ",")
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimPrefix(s, ", "), ", ")
}

// unquote reads "\x41\x42" and what follows it, such as dots, not at all.
func unquote(s string) ([]byte, error) {
	if !strings.HasPrefix(s, `"`) {
		return nil, fmt.Errorf("%w: %.40s is no text", errLine, s)
	}
	s, rest, _ := strings.Cut(s[1:], `"`)
	if rest != "" {
		return nil, fmt.Errorf("%w: a text was cut off", errLine)
	}
	return hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
}

// path reads the file of a descriptor, as 7<\x2f\x74>; empty where it has none.
func path(descriptor string) string {
	_, s, ok := strings.Cut(descriptor, "<")
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, ">")
	name, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	if err != nil {
		return ""
	}
	return string(name)
}

// number reads the number of a descriptor, or another.
func number(s string) (int64, error) {
	s, _, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, " ")
	return strconv.ParseInt(s, 0, 64)
}

// inside gives a path relative to the directory; "." is the directory itself.
func (r *Recording) inside(path string) (string, bool) {
	if path == r.dir {
		return ".", true
	}
	return strings.CutPrefix(path, r.dir+"/")
}

// at reads a path that is relative to a descriptor or, where that is empty,
// absolute.
func (r *Recording) at(descriptor, name string) (string, bool, error) {
	text, err := unquote(name)
	if err != nil {
		return "", false, err
	}
	full := string(text)
	if !filepath.IsAbs(full) {
		if descriptor == "" {
			return "", false, fmt.Errorf("%w: a path without a directory", errLine)
		}
		full = filepath.Join(path(descriptor), full)
	}
	inside, ok := r.inside(filepath.Clean(full))
	return inside, ok, nil
}

// has tells whether a flag is set.
func has(flags, flag string) bool { return slices.Contains(strings.Split(flags, "|"), flag) }
