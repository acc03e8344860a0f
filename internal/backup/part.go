package backup

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"temgoc/internal/trace"
)

const (
	// partSize is the size at which a part is ended.
	partSize = 16 << 20
	// maxLine is the longest line that is read: a revision, which no engine keeps
	// larger.
	maxLine = 48 << 20
	// windowSize is how far the compression looks back, and what reading takes of
	// memory for it.
	windowSize = 1 << 20
)

// A writer writes the records of one role into parts.
type writer struct {
	segment *segment
	role    Role

	buffer  bytes.Buffer
	sealed  io.WriteCloser // into buffer, encrypted
	packed  *zstd.Encoder  // into sealed
	lines   *json.Encoder  // into packed
	records int64
}

// A segment is one that is being written.
type segment struct {
	ctx        context.Context
	target     Target
	name       string
	recipients []age.Recipient
	parts      []Part
	written    func(bytes int64)
}

func (s *segment) writer(role Role) *writer { return &writer{segment: s, role: role} }

// put stores an object of the segment.
func (s *segment) put(role Role, content []byte, records int64) error {
	p := Part{
		Name: fmt.Sprintf("%s/part-%06d-%s.age", s.name, len(s.parts)+1, role), Role: role,
		Size: int64(len(content)), SHA256: sum(content), Records: records,
	}
	if err := s.target.Put(s.ctx, p.Name, content); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	s.parts = append(s.parts, p)
	s.written(p.Size)
	return nil
}

// begin begins a part.
func (w *writer) begin() (err error) {
	w.buffer.Reset()
	w.records = 0
	if w.sealed, err = age.Encrypt(&w.buffer, w.segment.recipients...); err != nil {
		return err
	}
	if w.packed == nil {
		// One at a time: the buffer is looked at after each record.
		w.packed, err = zstd.NewWriter(w.sealed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize), zstd.WithEncoderLevel(zstd.SpeedDefault))
		if err != nil {
			return err
		}
		w.lines = json.NewEncoder(w.packed)
		w.lines.SetEscapeHTML(false)
		return nil
	}
	w.packed.Reset(w.sealed)
	return nil
}

// add writes a record as one line, and behind it content if there is any.
func (w *writer) add(record any, content []byte) error {
	if w.sealed == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	if err := w.lines.Encode(record); err != nil {
		return err
	}
	if content != nil {
		if _, err := w.packed.Write(content); err != nil {
			return err
		}
		if _, err := w.packed.Write([]byte{'\n'}); err != nil {
			return err
		}
	}
	w.records++
	if w.buffer.Len() < partSize {
		return nil
	}
	return w.end()
}

// end stores what was written. Nothing is stored of nothing.
func (w *writer) end() error {
	if w.sealed == nil {
		return nil
	}
	if err := errors.Join(w.packed.Close(), w.sealed.Close()); err != nil {
		return err
	}
	w.sealed = nil
	return w.segment.put(w.role, w.buffer.Bytes(), w.records)
}

// A revisionLine is how a revision stands in a part.
type revisionLine struct {
	Kind     trace.Kind      `json:"kind"`
	ID       string          `json:"id"`
	Number   int             `json:"number"`
	Created  instant         `json:"created"`
	At       instant         `json:"at"`
	By       string          `json:"by"`
	OpKey    string          `json:"op,omitempty"`
	OpHash   string          `json:"ophash,omitempty"`
	Refs     []string        `json:"refs,omitempty"`
	Body     json.RawMessage `json:"body"`
	Personal json.RawMessage `json:"personal,omitempty"`
	Salt     []byte          `json:"salt,omitempty"`
}

func lineOf(r trace.Revision) revisionLine {
	return revisionLine{r.Kind, r.ID, r.Number, instant{r.Created}, instant{r.At}, r.By, r.Op.Key, r.Op.Hash, r.Refs, r.Body, r.Personal, r.Salt}
}

func (l revisionLine) revision() trace.Revision {
	return trace.Revision{
		Kind: l.Kind, ID: l.ID, Number: l.Number, Created: l.Created.Time, At: l.At.Time, By: l.By,
		Op: trace.Op{Key: l.OpKey, Hash: l.OpHash}, Refs: l.Refs, Body: l.Body, Personal: l.Personal, Salt: l.Salt,
	}
}

// A counterLine is how a counter stands in a part.
type counterLine struct {
	Key   string  `json:"key"`
	N     int64   `json:"n"`
	First instant `json:"first"`
	Last  instant `json:"last"`
}

// A fileLine is how a file stands in a part: behind its line, and before another
// newline, are size bytes of content. Among the digests of all files, nothing is.
type fileLine struct {
	File trace.Digest `json:"file"`
	Size int64        `json:"size"`
}

// A reader reads the records of a part.
type reader struct {
	packed *zstd.Decoder
	lines  *bufio.Reader
	left   int64 // records that are still to come
	role   Role
}

// openPart decrypts a part whose bytes are those of the manifest.
func openPart(p Part, content []byte, identities []age.Identity) (*reader, error) {
	if int64(len(content)) != p.Size || sum(content) != p.SHA256 {
		return nil, damaged("%s is not what was written", p.Name)
	}
	plain, err := age.Decrypt(bytes.NewReader(content), identities...)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be decrypted with the identity that was given: %w", p.Name, err)
	}
	packed, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowSize), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return &reader{packed: packed, lines: bufio.NewReaderSize(packed, 1<<16), left: p.Records, role: p.Role}, nil
}

func (r *reader) close() { r.packed.Close() }

// line reads a record into v; io.EOF is behind the last one, of which there are
// as many as the manifest says.
func (r *reader) line(v any) error {
	text, err := r.text()
	if errors.Is(err, io.EOF) && len(text) == 0 {
		if r.left != 0 {
			return damaged("%d records are missing", r.left)
		}
		return io.EOF
	}
	if err != nil {
		return damaged("a record that cannot be read: %v", err)
	}
	if r.left--; r.left < 0 {
		return damaged("more records than there should be")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return damaged("a record that cannot be read: %v", err)
	}
	if rest, err := d.Token(); !errors.Is(err, io.EOF) {
		return damaged("a record followed by %v", rest)
	}
	return nil
}

// text reads a line of at most maxLine bytes.
func (r *reader) text() ([]byte, error) {
	var whole []byte
	for {
		piece, err := r.lines.ReadSlice('\n')
		whole = append(whole, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull) && len(whole) <= maxLine:
			continue
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		case errors.Is(err, io.EOF) && len(whole) > 0:
			return whole, io.ErrUnexpectedEOF
		}
		return whole, err
	}
}

// content reads what is behind the line of a file.
func (r *reader) content(l fileLine) ([]byte, error) {
	if l.Size < 0 || l.Size > trace.MaxFileSize {
		return nil, damaged("file %v of %d bytes", l.File, l.Size)
	}
	content := make([]byte, l.Size+1)
	if _, err := io.ReadFull(r.lines, content); err != nil {
		return nil, damaged("file %v: %v", l.File, err)
	}
	if content[l.Size] != '\n' || trace.DigestOf(content[:l.Size]) != l.File {
		return nil, damaged("file %v is not what its name says", l.File)
	}
	return content[:l.Size], nil
}

// skip reads all records, and tells the kinds of revisions.
func (r *reader) skip(count func(trace.Kind)) error {
	for {
		var err error
		switch r.role {
		case RoleAgain, RoleLate, RoleMain, RoleRemovable:
			var l revisionLine
			if err = r.line(&l); err == nil {
				count(l.Kind)
			}
		case RoleCounters:
			err = r.line(&counterLine{})
		case RoleHeld:
			err = r.line(&fileLine{})
		case RoleFiles:
			var l fileLine
			if err = r.line(&l); err == nil {
				_, err = r.content(l)
			}
		case RoleKeys:
			err = r.line(&keysLine{})
		default:
			err = damaged("a part that is %q", r.role)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
