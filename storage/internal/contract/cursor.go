package contract

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"

	"temgoc/internal/trace"
)

// A Position is a place in the order of List.
type Position struct {
	Created int64 // milliseconds since 1970
	ID      string
}

// A cursor is base64url without padding of
//
//	byte 0      version, 1
//	byte 1–4    CRC-32C of what follows and of the query, big-endian
//	byte 5–12   Created, big-endian
//	byte 13–    ID
//
// The checksum tells a cursor from garbage and from the cursor of another
// query. It is no protection: a cursor says where to go on, not what may be
// seen.
const (
	cursorVersion = 1
	cursorHead    = 1 + crc32.Size + 8
)

var (
	castagnoli     = crc32.MakeTable(crc32.Castagnoli)
	cursorEncoding = base64.RawURLEncoding.Strict()
)

// Cursor is the place after p in the answer to q.
func Cursor(q trace.Query, p Position) string {
	b := make([]byte, cursorHead, cursorHead+len(p.ID))
	b[0] = cursorVersion
	binary.BigEndian.PutUint64(b[1+crc32.Size:], uint64(p.Created))
	b = append(b, p.ID...)
	binary.BigEndian.PutUint32(b[1:], cursorSum(q, b))
	return cursorEncoding.EncodeToString(b)
}

// cursorSum is the checksum of the cursor b of q.
func cursorSum(q trace.Query, b []byte) uint32 {
	query := fmt.Appendf(nil, "%s\x00%s\x00%t\x00", q.Kind, q.Ref, q.Newest)
	return crc32.Update(crc32.Checksum(query, castagnoli), castagnoli, b[1+crc32.Size:])
}

// Query checks a query and returns the position to go on from: without a
// cursor, one before all documents (behind all when q.Newest).
func Query(q trace.Query) (Position, error) {
	if err := Kind(q.Kind); err != nil {
		return Position{}, err
	}
	if err := Limit(q.Limit); err != nil {
		return Position{}, err
	}
	switch {
	case q.After != "":
		return parseCursor(q)
	case q.Newest:
		return Position{Created: math.MaxInt64}, nil
	}
	return Position{Created: math.MinInt64}, nil
}

func parseCursor(q trace.Query) (Position, error) {
	foreign := fmt.Errorf("%w: cursor %.50q does not belong to this query", trace.ErrInvalid, q.After)
	b, err := cursorEncoding.DecodeString(q.After)
	if err != nil || len(b) < cursorHead || b[0] != cursorVersion || cursorSum(q, b) != binary.BigEndian.Uint32(b[1:]) {
		return Position{}, foreign
	}
	p := Position{Created: int64(binary.BigEndian.Uint64(b[1+crc32.Size:])), ID: string(b[cursorHead:])}
	if !Possible(p.ID) || Cursor(q, p) != q.After {
		return Position{}, foreign
	}
	return p, nil
}

// Findable reports whether a document can carry the term; empty stands for
// all documents.
func Findable(ref string) bool { return keepable(ref, MaxText) }
