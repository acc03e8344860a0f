package printing

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"github.com/klauspost/compress/flate"
)

// A parcel is an archive that is written as it grows and is the same whenever
// it is written: its files have no time of their own, and they are compressed
// by the one version of the one library that this module names.
type parcel struct {
	zip   *zip.Writer
	files []ParcelFile
}

// A ParcelFile is what is said of a file in an archive.
type ParcelFile struct {
	Name   string `json:"name"`
	First  int    `json:"first,omitempty"` // stamp of the order, from 1
	Last   int    `json:"last,omitempty"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// packedAt stands for no time: the first that the format can hold.
var packedAt = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

func newParcel(w io.Writer) *parcel {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	return &parcel{zip: z}
}

// add writes a file and notes what it is. The method is zip.Store for what is
// compressed already.
func (p *parcel) add(f ParcelFile, method uint16, write func(io.Writer) error) error {
	into, err := p.zip.CreateHeader(&zip.FileHeader{Name: f.Name, Method: method, Modified: packedAt})
	if err != nil {
		return err
	}
	digest := sha256.New()
	counted := &counter{w: into}
	out := bufio.NewWriterSize(io.MultiWriter(counted, digest), chunk)
	if err := write(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	f.Size, f.SHA256 = counted.n, hex.EncodeToString(digest.Sum(nil))
	p.files = append(p.files, f)
	return nil
}

// close completes the archive.
func (p *parcel) close() error { return p.zip.Close() }

// A counter counts what goes through it.
type counter struct {
	w io.Writer
	n int64
}

// Write implements io.Writer.
func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
