package contract

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"temgoc/internal/trace"
)

// A LogPosition is a place in the order of Log.
type LogPosition struct {
	At     int64 // milliseconds since 1970
	ID     string
	Number int
}

// PositionOf is the place of a revision.
func PositionOf(r trace.Revision) LogPosition {
	return LogPosition{At: r.At.UnixMilli(), ID: r.ID, Number: r.Number}
}

// A LogRange is what a query of the log selects of the order: At >= Since and
// behind the place After, which also holds the query's Until.
type LogRange struct {
	Since int64
	After LogPosition
}

// A cursor of the log is that of a list with version 2 and, between At and ID,
// eight bytes of the number. Its checksum is also of the bounds: a cursor that
// was made within others would leave a gap or repeat.
const (
	logVersion = 2
	logHead    = cursorHead + 8
)

// LogCursor is the place after p in the answer to q.
func LogCursor(q trace.LogQuery, p LogPosition) string {
	b := make([]byte, logHead, logHead+len(p.ID))
	b[0] = logVersion
	binary.BigEndian.PutUint64(b[1+crc32.Size:], uint64(p.At))
	binary.BigEndian.PutUint64(b[cursorHead:], uint64(p.Number))
	b = append(b, p.ID...)
	binary.BigEndian.PutUint32(b[1:], logSum(q, b))
	return cursorEncoding.EncodeToString(b)
}

// logSum is the checksum of the cursor b of q.
func logSum(q trace.LogQuery, b []byte) uint32 {
	since, until := bounds(q)
	query := fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d\x00%d\x00", q.Kind, q.Ref, q.By, since, until)
	return crc32.Update(crc32.Checksum(query, castagnoli), castagnoli, b[1+crc32.Size:])
}

// bounds are those of q in milliseconds: from since on, before until.
func bounds(q trace.LogQuery) (since, until int64) {
	since, until = math.MinInt64, math.MaxInt64
	if !q.Since.IsZero() {
		since = Millis(q.Since)
	}
	if !q.Until.IsZero() {
		until = Millis(q.Until)
	}
	return since, until
}

// Log checks a query of the log and returns what it selects. No revision has
// an empty id, so that the place (until, "", 0) is right before until.
func Log(q trace.LogQuery) (LogRange, error) {
	if err := Kind(q.Kind); err != nil {
		return LogRange{}, err
	}
	if err := Limit(q.Limit); err != nil {
		return LogRange{}, err
	}
	since, until := bounds(q)
	if q.After == "" {
		return LogRange{since, LogPosition{At: until}}, nil
	}
	after, err := parseLogCursor(q)
	return LogRange{since, after}, err
}

func parseLogCursor(q trace.LogQuery) (LogPosition, error) {
	foreign := fmt.Errorf("%w: cursor %.50q does not belong to this query", trace.ErrInvalid, q.After)
	b, err := cursorEncoding.DecodeString(q.After)
	if err != nil || len(b) < logHead || b[0] != logVersion || logSum(q, b) != binary.BigEndian.Uint32(b[1:]) {
		return LogPosition{}, foreign
	}
	p := LogPosition{
		At:     int64(binary.BigEndian.Uint64(b[1+crc32.Size:])),
		Number: int(binary.BigEndian.Uint64(b[cursorHead:])),
		ID:     string(b[logHead:]),
	}
	if !Possible(p.ID) || p.Number < 1 || LogCursor(q, p) != q.After {
		return LogPosition{}, foreign
	}
	return p, nil
}

// LogPage makes the page of the revisions found behind the query's place: one
// more than q.Limit when there are others behind it. Those that somebody else
// wrote are left out here, since engines walk the terms and do not look.
func LogPage(q trace.LogQuery, found []trace.Revision) trace.Page {
	var page trace.Page
	if len(found) > q.Limit {
		found = found[:q.Limit]
		page.Next = LogCursor(q, PositionOf(found[q.Limit-1]))
	}
	if q.By != "" {
		found = slices.DeleteFunc(found, func(r trace.Revision) bool { return r.By != q.By })
	}
	page.Revisions = found
	return page
}

// Removable checks that a kind was declared to be removable.
func Removable(declared []trace.Kind, kind trace.Kind) error {
	if !slices.Contains(declared, kind) {
		return fmt.Errorf("%w: documents of kind %.50q are never removed", trace.ErrInvalid, kind)
	}
	return nil
}
