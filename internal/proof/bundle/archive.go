package bundle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"temgoc/internal/trace"
)

// header is that of a member: nothing in it but what follows from the content.
func header(name string, crc uint32, size uint64) *zip.FileHeader {
	h := &zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: crc, CompressedSize64: size, UncompressedSize64: size, ReaderVersion: 20,
	}
	//lint:ignore SA1019 CreateRaw writes ModifiedDate, and leaves Modified out.
	h.ModifiedDate = 1<<5 | 1 // 1 January 1980, the first that there is
	return h
}

// An archive is a bundle that is being written.
type archive struct {
	zip   *zip.Writer
	size  int64
	parts []Part
}

func newArchive(w io.Writer) *archive { return &archive{zip: zip.NewWriter(w)} }

// add writes a member and notes what it is.
func (a *archive) add(name string, content []byte) error {
	a.size += int64(len(content)) + 200 // more than a member's headers
	if a.size > MaxSize {
		return fmt.Errorf("%w: a bundle of more than %d bytes", trace.ErrInvalid, MaxSize)
	}
	into, err := a.zip.CreateRaw(header(name, crc32.ChecksumIEEE(content), uint64(len(content))))
	if err != nil {
		return err
	}
	_, err = into.Write(content)
	a.parts = append(a.parts, Part{Name: name, Size: int64(len(content)), SHA256: trace.DigestOf(content).String()})
	return err
}

// An unpacked bundle is one whose members are looked at in order.
type unpacked struct {
	from  io.ReaderAt
	size  int64
	zip   *zip.Reader
	parts []Part
}

// unpack reads the directory of an archive.
func unpack(from io.ReaderAt, size int64) (*unpacked, error) {
	if size > MaxSize {
		return nil, fmt.Errorf("%w: a file of %d bytes, of which %d are allowed", trace.ErrInvalid, size, int64(MaxSize))
	}
	z, err := zip.NewReader(from, size)
	if err != nil {
		return nil, fmt.Errorf("%w: not a zip archive that can be read: %w", trace.ErrInvalid, err)
	}
	if len(z.File) > MaxFiles+6 {
		return nil, fmt.Errorf("%w: %d members, of which %d are allowed", trace.ErrInvalid, len(z.File), MaxFiles+6)
	}
	return &unpacked{from: from, size: size, zip: z}, nil
}

// small reads a member that fits in memory.
func (u *unpacked) small(name string) ([]byte, error) {
	var found *zip.File
	for _, f := range u.zip.File {
		if f.Name != name {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: two members are called %s", trace.ErrInvalid, name)
		}
		found = f
	}
	if found == nil {
		return nil, fmt.Errorf("%w: there is no %s in it: not a bundle of Temgốc", trace.ErrInvalid, name)
	}
	if found.Method != zip.Store || found.UncompressedSize64 > maxSmall {
		return nil, fmt.Errorf("%w: %s is compressed, or larger than %d bytes", trace.ErrInvalid, name, maxSmall)
	}
	in, err := found.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", trace.ErrInvalid, name, err)
	}
	defer in.Close()
	content, err := io.ReadAll(io.LimitReader(in, maxSmall))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", trace.ErrInvalid, name, err)
	}
	return content, nil
}

// each hands every member to look, in order, and checks that the archive is byte
// for byte the one that is written of them.
func (u *unpacked) each(look func(name string, content io.Reader) error) error {
	original := bufio.NewReader(io.NewSectionReader(u.from, 0, u.size))
	again := zip.NewWriter(&comparing{with: original})
	for _, f := range u.zip.File {
		if f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64 {
			return errRepacked
		}
		if err := u.one(again, f, look); err != nil {
			return err
		}
	}
	if err := again.Close(); err != nil {
		return err
	}
	if _, err := original.ReadByte(); !errors.Is(err, io.EOF) {
		return errRepacked
	}
	return nil
}

func (u *unpacked) one(again *zip.Writer, f *zip.File, look func(name string, content io.Reader) error) error {
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %.80q: %w", trace.ErrInvalid, f.Name, err)
	}
	defer in.Close()
	into, err := again.CreateRaw(header(f.Name, f.CRC32, f.UncompressedSize64))
	if err != nil {
		return err
	}
	digest := sha256.New()
	content := io.TeeReader(in, io.MultiWriter(into, digest))
	if err := look(f.Name, content); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, content)
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %.80q: %w", trace.ErrInvalid, f.Name, err)
	}
	u.parts = append(u.parts, Part{Name: f.Name, Size: int64(f.UncompressedSize64), SHA256: hex.EncodeToString(digest.Sum(nil))})
	return err
}

var errRepacked = fmt.Errorf("%w: this is not the archive as it was given out: it was changed, or packed again", trace.ErrInvalid)

// comparing takes what is written only if it is what it is compared with.
type comparing struct {
	with *bufio.Reader
	buf  [4096]byte
}

// Write implements io.Writer.
func (c *comparing) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		part := c.buf[:min(len(rest), len(c.buf))]
		if _, err := io.ReadFull(c.with, part); err != nil || !bytes.Equal(part, rest[:len(part)]) {
			return 0, errRepacked
		}
		rest = rest[len(part):]
	}
	return len(p), nil
}
