package powerloss

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// errUnknown says that a program did something to its files that cannot be
// played back.
var errUnknown = errors.New("powerloss: not understood")

// begin carries out a call as far as its beginning goes, and gives what its end
// does besides.
func (d *Disk) begin(c *call) (func(ok bool), error) {
	switch c.name {
	case "open", "creat":
		return d.beginOpen(c, "", c.args)
	case "openat":
		return d.beginOpen(c, c.args[0], c.args[1:])
	case "write":
		return d.beginWrite(c)
	case "pwrite64":
		return d.beginWriteAt(c)
	case "ftruncate":
		return d.beginCut(c)
	case "fsync", "fdatasync":
		return d.beginSync(c), nil
	case "mkdir":
		return d.beginMake("", c.args[0])
	case "mkdirat":
		return d.beginMake(c.args[0], c.args[1])
	case "unlink":
		return d.beginNaming("", c.args[0], "", "", false)
	case "unlinkat":
		return d.beginNaming(c.args[0], c.args[1], "", "", false)
	case "rename":
		return d.beginNaming("", c.args[0], "", c.args[1], false)
	case "renameat", "renameat2":
		return d.beginNaming(c.args[0], c.args[1], c.args[2], c.args[3], false)
	case "link":
		return d.beginNaming("", c.args[0], "", c.args[1], true)
	case "linkat":
		return d.beginNaming(c.args[0], c.args[1], c.args[2], c.args[3], true)
	}
	return nil, d.refuse(c)
}

// refuse fails for a call that does to our files what we cannot play back.
func (d *Disk) refuse(c *call) error {
	for _, arg := range c.args {
		name, ours := d.recording.inside(path(arg))
		if c.name == "mmap" && (!slices.ContainsFunc(c.args, func(a string) bool { return has(a, "MAP_SHARED") }) || strings.HasSuffix(name, "-shm")) {
			continue
		}
		if ours && d.seen[name] != nil && !d.seen[name].directory {
			return fmt.Errorf("%w: on %s", errUnknown, name)
		}
	}
	return nil
}

// named adds a change of a name that may be lost until its directory is synced.
func (d *Disk) named(n *naming) func(ok bool) {
	d.pending = append(d.pending, n)
	return func(ok bool) {
		if !ok {
			d.pending = slices.DeleteFunc(d.pending, func(other *naming) bool { return other == n })
			return
		}
		n.done = true
		n.apply(d.seen)
	}
}

func (d *Disk) beginOpen(c *call, directory string, args []string) (func(ok bool), error) {
	name, ours, err := d.recording.at(directory, args[0])
	if err != nil || !ours {
		return nil, err
	}
	flags := args[1]
	f, create := d.seen[name], has(flags, "O_CREAT")
	if f == nil && !create || f != nil && f.directory || has(flags, "O_RDONLY") && !create {
		return nil, nil
	}
	making := func(bool) {}
	if f == nil {
		f = &file{}
		making = d.named(&naming{to: name, file: f})
	}
	return func(ok bool) {
		making(ok)
		if !ok {
			return
		}
		descriptor, err := number(c.result)
		if err != nil {
			return
		}
		o := &opened{file: f}
		if has(flags, "O_TRUNC") {
			f.pending = append(f.pending, &change{cut: true, done: true})
		}
		if has(flags, "O_APPEND") {
			o.position = f.size()
		}
		d.open[descriptor] = o
	}, nil
}

// size is what programs see.
func (f *file) size() int64 {
	n := int64(len(f.synced))
	for _, c := range f.pending {
		if c.cut {
			n = c.offset
		} else {
			n = max(n, c.offset+int64(len(c.data)))
		}
	}
	return n
}

// file finds what a descriptor is open on, nil for what is not ours or has no
// name any more.
func (d *Disk) file(descriptor string) (*opened, error) {
	name, ours := d.recording.inside(path(descriptor))
	if !ours || strings.HasSuffix(name, " (deleted)") {
		return nil, nil
	}
	n, err := number(descriptor)
	if err != nil {
		return nil, err
	}
	if o := d.open[n]; o != nil {
		return o, nil
	}
	return nil, fmt.Errorf("%w: %s was not opened", errUnknown, name)
}

func (d *Disk) beginWrite(c *call) (func(ok bool), error) {
	o, err := d.file(c.args[0])
	if o == nil || err != nil {
		return nil, err
	}
	return d.beginChange(c, o, o.position, func(n int64) { o.position += n })
}

func (d *Disk) beginWriteAt(c *call) (func(ok bool), error) {
	o, err := d.file(c.args[0])
	if o == nil || err != nil {
		return nil, err
	}
	offset, err := number(c.args[3])
	if err != nil {
		return nil, err
	}
	return d.beginChange(c, o, offset, func(int64) {})
}

// beginChange begins a write, of which its end tells how much was written.
func (d *Disk) beginChange(c *call, o *opened, offset int64, written func(int64)) (func(ok bool), error) {
	data, err := unquote(c.args[1])
	if err != nil {
		return nil, err
	}
	change := &change{offset: offset, data: data}
	done := o.file.changed(change)
	return func(ok bool) {
		done(ok)
		if n, err := number(c.result); ok && err == nil {
			change.data = change.data[:min(n, int64(len(change.data)))]
			written(n)
		}
	}, nil
}

func (d *Disk) beginCut(c *call) (func(ok bool), error) {
	o, err := d.file(c.args[0])
	if o == nil || err != nil {
		return nil, err
	}
	size, err := number(c.args[1])
	if err != nil {
		return nil, err
	}
	return o.file.changed(&change{cut: true, offset: size}), nil
}

// changed adds a change of the content that may be lost until the file is synced.
func (f *file) changed(c *change) func(ok bool) {
	f.pending = append(f.pending, c)
	return func(ok bool) {
		c.done = true
		if !ok {
			f.pending = slices.DeleteFunc(f.pending, func(other *change) bool { return other == c })
		}
	}
}

// beginSync brings to the disk, at its end, what was done when it began.
func (d *Disk) beginSync(c *call) func(ok bool) {
	name, ours := d.recording.inside(path(c.args[0]))
	if !ours || d.Deaf {
		return nil
	}
	f := d.seen[name]
	if name == "." || f != nil && f.directory {
		return d.beginSyncNames(name)
	}
	o, err := d.file(c.args[0])
	if o == nil || err != nil {
		return nil
	}
	covered := map[*change]bool{}
	for _, c := range o.file.pending {
		covered[c] = c.done
	}
	return func(ok bool) {
		o.file.pending = slices.DeleteFunc(o.file.pending, func(c *change) bool {
			if covered[c] = covered[c] && ok; covered[c] {
				o.file.synced = c.apply(o.file.synced)
			}
			return covered[c]
		})
	}
}

func (d *Disk) beginSyncNames(directory string) func(ok bool) {
	covered := map[*naming]bool{}
	for _, n := range d.pending {
		covered[n] = n.done && n.in(directory)
	}
	return func(ok bool) {
		d.pending = slices.DeleteFunc(d.pending, func(n *naming) bool {
			if covered[n] = covered[n] && ok; covered[n] {
				n.apply(d.durable)
			}
			return covered[n]
		})
	}
}

func (d *Disk) beginMake(directory, name string) (func(ok bool), error) {
	made, ours, err := d.recording.at(directory, name)
	if err != nil || !ours || made == "." {
		return nil, err
	}
	if d.seen[made] != nil {
		return nil, nil // it will fail
	}
	return d.named(&naming{to: made, file: &file{directory: true}}), nil
}

// beginNaming moves, removes or, with keep, links a name.
func (d *Disk) beginNaming(fromIn, from, toIn, to string, keep bool) (func(ok bool), error) {
	old, ours, err := d.recording.at(fromIn, from)
	if err != nil {
		return nil, err
	}
	n := &naming{file: d.seen[old]}
	if !keep {
		n.from = old
	}
	if to != "" {
		target, inside, err := d.recording.at(toIn, to)
		if err != nil || !ours && !inside {
			return nil, err
		}
		if !ours || !inside {
			return nil, fmt.Errorf("%w: %s goes to %s", errUnknown, old, target)
		}
		if keep && d.seen[target] != nil {
			return nil, nil // it will fail
		}
		n.to = target
	}
	if !ours || n.file == nil {
		return nil, nil
	}
	if n.file.directory && filepath.Base(old) != old {
		return nil, fmt.Errorf("%w: the directory %s is moved", errUnknown, old)
	}
	return d.named(n), nil
}
