package desk

import (
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A Change is one revision of a document in words.
type Change struct{ At, By, What string }

// History tells who changed a document when, the newest first. What says what a
// revision did; its first argument is nil for the first one.
func History[T any](v *Visit, revisions []trace.Stored[T], what func(before *T, after T) catalog.Name) ([]Change, error) {
	ids := make([]string, len(revisions))
	for i, r := range revisions {
		ids[i] = r.By
	}
	names, err := v.Names(ids)
	if err != nil {
		return nil, err
	}
	changes := make([]Change, 0, len(revisions))
	for i := len(revisions) - 1; i >= 0; i-- {
		r := revisions[i]
		var before *T
		if i > 0 {
			before = &revisions[i-1].Data
		}
		changes = append(changes, Change{v.Lang.Moment(r.Changed), names[r.By], v.Lang.Name(what(before, r.Data))})
	}
	return changes, nil
}

// maxNames is how many names are looked up at a time.
const maxNames = 1000

// Names gives those who act, by the ids that documents name, names that people
// know: of a person, of an API key, of what is neither; the id itself where
// there is none.
func (v *Visit) Names(ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	for _, id := range ids {
		names[id] = v.nobody(id)
	}
	for len(ids) > 0 {
		n := min(len(ids), maxNames)
		known, err := v.kit.config.People.Names(v.Context(), ids[:n])
		if err != nil {
			return nil, err
		}
		for id, name := range known {
			names[id] = v.Lang.Name(name)
		}
		ids = ids[n:]
	}
	return names, nil
}

// nobody names actors that are neither people nor API keys.
func (v *Visit) nobody(id string) string {
	switch {
	case id == "":
		return v.T("khách, không đăng nhập", "somebody not signed in")
	case id == "operator":
		return v.T("dòng lệnh máy chủ", "command line")
	case id == "system":
		return v.T("hệ thống", "the system")
	case id == "public":
		return v.T("người không đăng nhập", "somebody without an account")
	case strings.HasPrefix(id, "sample-"), id == "demo":
		return v.T("dữ liệu minh họa", "demonstration data")
	}
	return id
}
