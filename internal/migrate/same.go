package migrate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"temgoc/internal/trace"
)

// canonical writes JSON with members sorted, without white space, and numbers as
// they are; what is no JSON stays as it is.
func canonical(raw json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return string(raw)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return string(raw)
	}
	return string(text)
}

func sameJSON(a, b json.RawMessage) bool {
	return (a == nil) == (b == nil) && (bytes.Equal(a, b) || canonical(a) == canonical(b))
}

// same tells whether two revisions are one, in all their parts.
func same(a, b trace.Revision) bool {
	return sameButErased(a, b) && a.Op.Hash == b.Op.Hash && slices.Equal(a.Refs, b.Refs) &&
		bytes.Equal(a.Salt, b.Salt) && sameJSON(a.Personal, b.Personal)
}

// sameButErased tells whether they are one but for what an erasure changes.
func sameButErased(a, b trace.Revision) bool {
	return a.Kind == b.Kind && a.ID == b.ID && a.Number == b.Number && a.Created.Equal(b.Created) && a.At.Equal(b.At) &&
		a.By == b.By && a.Op.Key == b.Op.Key && sameJSON(a.Body, b.Body)
}

// erased tells whether something was erased from r, or could have been: nothing
// else takes salt and hash away.
func erased(r trace.Revision) bool { return len(r.Salt) == 0 && r.Op.Hash == "" }

// order is that in which both engines give revisions: the newest first.
func order(a, b trace.Revision) int {
	return -cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID), cmp.Compare(a.Number, b.Number))
}
