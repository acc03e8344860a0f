package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"temgoc/internal/web"
)

// How much space must be free where the service keeps its data: below enoughSpace
// it is time to do something, below fullSpace writes fail now or soon.
const (
	enoughSpace = 512 << 20
	fullSpace   = 4 << 20
)

// places are the directories of this machine in which the data is.
func (f storeFlags) places() (dirs []string) {
	if f.embedded() {
		dirs = append(dirs, filepath.Dir(f.databaseFile()))
	}
	if scheme, dir, _ := strings.Cut(f.withDefaults().Files, ":"); strings.EqualFold(scheme, "dir") {
		dirs = append(dirs, dir)
	}
	return dirs
}

// leastSpace is how much is free where least is; false where that cannot be told.
func (f storeFlags) leastSpace() (least int64, known bool) {
	for _, dir := range f.places() {
		if free, err := freeSpace(dir); err == nil && (!known || free < least) {
			least, known = free, true
		}
	}
	return least, known
}

// space says how much is free, for /readyz.
func (f storeFlags) space() string {
	free, known := f.leastSpace()
	switch {
	case !known:
		return "cannot be told"
	case free < fullSpace:
		return fmt.Sprintf("full, %d KiB left: what is written is refused, reading goes on; make space", free>>10)
	case free < enoughSpace:
		return fmt.Sprintf("almost full, %d MiB left; make space", free>>20)
	}
	return fmt.Sprintf("ok, %d MiB left", free>>20)
}

// spaceRemark is the line of it, where data is on this machine.
func (f storeFlags) spaceRemark() []web.Remark {
	if len(f.places()) == 0 {
		return nil
	}
	return []web.Remark{{Name: "disk", Say: f.space}}
}

// checkSpace refuses a disk that is almost full.
func (f storeFlags) checkSpace() error {
	if free, known := f.leastSpace(); known && free < enoughSpace {
		return errors.New(f.space())
	}
	return nil
}
