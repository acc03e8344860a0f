// Package powerloss tells what a disk can hold after a power failure. A program
// is run under strace ([Strace]), which records each write, sync and change of a
// name. Of such a [Recording] a [Disk] knows, at any moment, what is on the disk
// for certain and what may be, and [Disk.Fail] makes a directory out of it as it
// can be found when the power is back.
//
// What is not synced may be lost, kept, or torn, each write by itself and in any
// order; torn means that some of its sectors are kept, of 512 or 4096 bytes. A
// name is durable when its directory was synced; a file that was synced without
// its name is lost with it. A write never touches what is beside it (SQLite calls
// this powersafe overwrite), and a file that grew is zero where nothing was
// written. File systems of today promise more than this; none promises less.
package powerloss

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A change is what was done to the content of a file.
type change struct {
	offset int64
	data   []byte
	cut    bool // to offset
	done   bool
}

// apply makes the change to content.
func (c *change) apply(content []byte) []byte {
	if c.cut {
		if c.offset <= int64(len(content)) {
			return content[:c.offset]
		}
		return append(content, make([]byte, c.offset-int64(len(content)))...)
	}
	if end := c.offset + int64(len(c.data)); end > int64(len(content)) {
		content = append(content, make([]byte, end-int64(len(content)))...)
	}
	copy(content[c.offset:], c.data)
	return content
}

// A file is a file or directory, whatever its names.
type file struct {
	directory bool
	synced    []byte
	pending   []*change
}

// A naming is a change of a name: to is the new one, if any, from the one that
// goes, if any.
type naming struct {
	from, to string
	file     *file
	done     bool
}

func (n *naming) apply(names map[string]*file) {
	if n.from != "" {
		delete(names, n.from)
	}
	if n.to != "" {
		names[n.to] = n.file
	}
}

// in tells whether the name is in a directory.
func (n *naming) in(directory string) bool {
	return n.from != "" && filepath.Dir(n.from) == directory || n.to != "" && filepath.Dir(n.to) == directory
}

// A Disk is a directory on a disk at a moment of a recording.
type Disk struct {
	recording *Recording
	next      int
	// seen are the names as programs see them, durable those on the disk.
	seen, durable map[string]*file
	pending       []*naming
	open          map[int64]*opened       // by descriptor
	effects       map[*call]func(ok bool) // at the end of calls that have begun
	// Deaf takes every sync for done without doing it: the control.
	Deaf bool
}

// opened is a file that is open for writing.
type opened struct {
	file     *file
	position int64
}

// NewDisk is the disk before the first step of a recording. before is a directory
// with what was there, or empty.
func NewDisk(r *Recording, before string) (*Disk, error) {
	d := &Disk{recording: r, open: map[int64]*opened{}, effects: map[*call]func(ok bool){}, seen: map[string]*file{}}
	if before != "" {
		if err := d.load(before); err != nil {
			return nil, err
		}
	}
	d.durable = maps.Clone(d.seen)
	return d, nil
}

func (d *Disk) load(before string) error {
	return filepath.WalkDir(before, func(path string, entry os.DirEntry, err error) error {
		if err != nil || path == before {
			return err
		}
		name, err := filepath.Rel(before, path)
		if err != nil {
			return err
		}
		f := &file{directory: entry.IsDir()}
		if !f.directory {
			if f.synced, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		d.seen[name] = f
		return nil
	})
}

// Advance goes on to a step of the recording.
func (d *Disk) Advance(to int) error {
	for ; d.next < to && d.next < len(d.recording.steps); d.next++ {
		s := d.recording.steps[d.next]
		if !s.end {
			effect, err := d.begin(s.call)
			if err != nil {
				return fmt.Errorf("%s(%.200s): %w", s.name, strings.Join(s.args, ", "), err)
			}
			if effect != nil {
				d.effects[s.call] = effect
			}
			continue
		}
		if effect := d.effects[s.call]; effect != nil {
			effect(!s.failed)
		}
		delete(d.effects, s.call)
	}
	return nil
}

// Pending tells how many changes may be lost now.
func (d *Disk) Pending() int {
	n := len(d.pending)
	for _, f := range d.seen {
		n += len(f.pending)
	}
	return n
}

// A Fate says what becomes of what was not synced.
type Fate struct {
	// Kept is the probability of each change to be kept.
	Kept float64
	// Torn is that of a kept write to keep only some of its sectors.
	Torn float64
	// Sector is their size in bytes.
	Sector int64
}

// Fates are some that differ: nothing is kept, everything, and what lies between.
func Fates() []Fate {
	return []Fate{
		{Kept: 0}, {Kept: 1}, {Kept: 0.5}, {Kept: 0.9}, {Kept: 0.1},
		{Kept: 1, Torn: 0.5, Sector: 512}, {Kept: 0.7, Torn: 0.7, Sector: 512}, {Kept: 0.7, Torn: 0.7, Sector: 4096},
	}
}

// Fail makes the directory to, as it may be found after a power failure now.
func (d *Disk) Fail(to string, fate Fate, random *rand.Rand) error {
	names := maps.Clone(d.durable)
	for _, n := range d.pending {
		if random.Float64() < fate.Kept {
			n.apply(names)
		}
	}
	contents := map[*file][]byte{}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for name, f := range names {
		if !reachable(names, name) {
			continue
		}
		path := filepath.Join(to, name)
		if f.directory {
			if err := os.MkdirAll(path, 0o700); err != nil {
				return err
			}
			continue
		}
		content, known := contents[f]
		if !known {
			content = f.fail(fate, random)
			if strings.HasSuffix(name, "-shm") { // memory that programs share; the disk may hold anything
				for i := range content {
					content[i] = byte(random.Uint32())
				}
			}
			contents[f] = content
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// reachable tells whether all directories above a name are there.
func reachable(names map[string]*file, name string) bool {
	for above := filepath.Dir(name); above != "."; above = filepath.Dir(above) {
		if f := names[above]; f == nil || !f.directory {
			return false
		}
	}
	return true
}

// fail is a content that may be found.
func (f *file) fail(fate Fate, random *rand.Rand) []byte {
	content := append([]byte(nil), f.synced...)
	for _, c := range f.pending {
		if random.Float64() >= fate.Kept {
			continue
		}
		if c.cut || random.Float64() >= fate.Torn {
			content = c.apply(content)
			continue
		}
		for _, part := range c.sectors(fate.Sector) {
			if random.IntN(2) == 0 {
				content = part.apply(content)
			}
		}
	}
	return content
}

// sectors cuts a write where sectors of the disk end.
func (c *change) sectors(size int64) (parts []*change) {
	for at := c.offset; at < c.offset+int64(len(c.data)); {
		end := min((at/size+1)*size, c.offset+int64(len(c.data)))
		parts = append(parts, &change{offset: at, data: c.data[at-c.offset : end-c.offset]})
		at = end
	}
	return parts
}
