// Package contract checks what trace.Store asks of its callers, once and
// alike for every engine, so that a document accepted by one engine is
// accepted by each. It also makes and reads the cursors of List.
package contract

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"temgoc/internal/trace"
	"temgoc/internal/version"
)

// Limits of a store, in bytes where it is a length.
const (
	MaxID   = 200  // document ids and counter keys
	MaxText = 1000 // terms, authors and the two parts of an Op
	MaxRefs = 1000
	MaxKeys = 1000 // ids or counter keys asked for at once
	MaxPage = 1000
	maxKind = 40
)

// Newer refuses a store of a format that this program does not know. maker is
// the version of the program that made it, empty where that is not known.
func Newer(what string, has, known int, maker string) error {
	remedy := "install the version of temgoc that was used last"
	if maker != "" {
		remedy = fmt.Sprintf("install temgoc %s, which made this format, or a later version", maker)
	}
	return fmt.Errorf("%w: %s has format %d, of a newer version: this is temgoc %s, which knows formats up to %d; %s",
		trace.ErrInvalid, what, has, version.String(), known, remedy)
}

// Kind checks the name of a collection.
func Kind(k trace.Kind) error {
	if k == "" || len(k) > maxKind || strings.Trim(string(k), "abcdefghijklmnopqrstuvwxyz") != "" {
		return fmt.Errorf("%w: kind %.50q is not 1 to %d lower-case letters", trace.ErrInvalid, k, maxKind)
	}
	return nil
}

// Possible reports whether a document can have this id, a counter this key. A
// read treats one that cannot exist as one that does not.
func Possible(id string) bool { return id != "" && keepable(id, MaxID) }

// keepable reports whether s is UTF-8 without NUL of at most limit bytes.
func keepable(s string, limit int) bool {
	return len(s) <= limit && utf8.ValidString(s) && !strings.Contains(s, "\x00")
}

// Revision checks what is to be inserted, except its body, which is for
// package body.
func Revision(r trace.Revision) error {
	if err := Kind(r.Kind); err != nil {
		return err
	}
	if !Possible(r.ID) {
		return fmt.Errorf("%w: id %.50q is not 1 to %d bytes of UTF-8 without NUL", trace.ErrInvalid, r.ID, MaxID)
	}
	if r.Number < 1 {
		return fmt.Errorf("%w: revision number %d", trace.ErrInvalid, r.Number)
	}
	for name, t := range map[string]time.Time{"created": r.Created, "at": r.At} {
		if err := instant(name, t); err != nil {
			return err
		}
	}
	for name, s := range map[string]string{"by": r.By, "op key": r.Op.Key, "op hash": r.Op.Hash} {
		if !keepable(s, MaxText) {
			return fmt.Errorf("%w: %s %.50q is not at most %d bytes of UTF-8 without NUL", trace.ErrInvalid, name, s, MaxText)
		}
	}
	if len(r.Salt) != 0 && len(r.Salt) != trace.SaltSize {
		return fmt.Errorf("%w: a salt of %d bytes, not %d", trace.ErrInvalid, len(r.Salt), trace.SaltSize)
	}
	return refs(r.Refs)
}

// Revisions checks what is to be inserted in one step, except the bodies.
func Revisions(revisions []trace.Revision) error {
	if len(revisions) > MaxPage {
		return fmt.Errorf("%w: %d revisions are more than the %d allowed at once", trace.ErrInvalid, len(revisions), MaxPage)
	}
	for _, r := range revisions {
		if err := Revision(r); err != nil {
			return err
		}
	}
	return nil
}

// Erased checks what is to take the place of what is erased, except its
// Personal, which is for package body.
func Erased(r trace.Revision) error {
	if err := Kind(r.Kind); err != nil {
		return err
	}
	if len(r.Salt) != 0 {
		return fmt.Errorf("%w: what is erased has no salt", trace.ErrInvalid)
	}
	return refs(r.Refs)
}

func refs(refs []string) error {
	if len(refs) > MaxRefs {
		return fmt.Errorf("%w: %d refs are more than the %d allowed", trace.ErrInvalid, len(refs), MaxRefs)
	}
	for _, ref := range refs {
		if ref == "" || !keepable(ref, MaxText) {
			return fmt.Errorf("%w: ref %.50q is not 1 to %d bytes of UTF-8 without NUL", trace.ErrInvalid, ref, MaxText)
		}
	}
	return nil
}

// instant checks that an engine keeps t: set, and whole milliseconds.
func instant(name string, t time.Time) error {
	if t.IsZero() || t.Nanosecond()%int(time.Millisecond) != 0 {
		return fmt.Errorf("%w: %s %v is not a time of whole milliseconds", trace.ErrInvalid, name, t)
	}
	return nil
}

// Keys checks how many ids or counter keys are asked for and returns those
// that can exist, in their order.
func Keys(keys []string) ([]string, error) {
	if len(keys) > MaxKeys {
		return nil, fmt.Errorf("%w: %d keys are more than the %d allowed", trace.ErrInvalid, len(keys), MaxKeys)
	}
	possible := make([]string, 0, len(keys))
	for _, k := range keys {
		if Possible(k) {
			possible = append(possible, k)
		}
	}
	return possible, nil
}

// Limit checks how much is asked for at once.
func Limit(n int) error {
	if n < 1 || n > MaxPage {
		return fmt.Errorf("%w: limit %d is not 1 to %d", trace.ErrInvalid, n, MaxPage)
	}
	return nil
}

// Counts checks what is to be added and adds up what has the same key, so
// that each counter is changed once, in the order of first mention.
func Counts(counts []trace.Count) ([]trace.Count, error) {
	place := make(map[string]int, len(counts))
	sums := make([]trace.Count, 0, len(counts))
	for _, c := range counts {
		if !Possible(c.Key) {
			return nil, fmt.Errorf("%w: key %.50q is not 1 to %d bytes of UTF-8 without NUL", trace.ErrInvalid, c.Key, MaxID)
		}
		for name, t := range map[string]time.Time{"first": c.First, "last": c.Last} {
			if err := instant(name, t); err != nil {
				return nil, err
			}
		}
		i, seen := place[c.Key]
		if !seen {
			place[c.Key] = len(sums)
			sums = append(sums, c)
			continue
		}
		s := &sums[i]
		s.N += c.N
		if c.First.Before(s.First) {
			s.First = c.First
		}
		if c.Last.After(s.Last) {
			s.Last = c.Last
		}
	}
	return sums, nil
}

// Millis is the first whole millisecond that is not before t: what is stored
// in whole milliseconds is at or after t exactly when it is at or after that.
func Millis(t time.Time) int64 {
	ms := t.UnixMilli()
	if time.UnixMilli(ms).Before(t) {
		ms++
	}
	return ms
}
