package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/trace"
)

// format is the version of the format that is written, and the only one read.
const format = 1

// heading is the first line of a signed manifest. It can be no checkpoint, whose
// first line is the name of a log without spaces.
const heading = "temgoc backup manifest 1\n"

// manifestName is the last part of the name of a manifest.
const manifestName = "manifest"

// MaxManifest is the largest manifest that is read, in bytes.
const MaxManifest = 64 << 20

// A Manifest says what a segment holds. It is not encrypted: who has no identity
// can tell whether a back-up is complete and undamaged.
type Manifest struct {
	Format int `json:"format"`
	// Program is the version of what wrote it.
	Program string `json:"program"`
	Segment string `json:"segment"`
	// Previous is the segment that it continues; nil for a full one.
	Previous *Link `json:"previous,omitempty"`
	// Started is when copying began, State when its second pass did: everything
	// that was written before State is in the segment or in one before it.
	Started time.Time `json:"started"`
	State   time.Time `json:"state"`
	Done    time.Time `json:"done"`
	Log     LogState  `json:"log"`
	// Revisions counts what is in the segment, by kind; what is in it twice
	// counts twice. Held is how many files there were, Files how many of them are
	// in the segment.
	Revisions map[trace.Kind]int64 `json:"revisions"`
	Counters  int64                `json:"counters"`
	Files     int64                `json:"files"`
	Held      int64                `json:"held"`
	// Lost are files that the store could not give, or gave damaged.
	Lost []trace.Digest `json:"lost,omitempty"`
	// Recipients are the age recipients that can decrypt it.
	Recipients []string `json:"recipients"`
	Parts      []Part   `json:"parts"`

	// hash is that of the object the manifest was read from.
	hash string
}

// A Link names a segment and the SHA-256 of its manifest.
type Link struct {
	Segment string `json:"segment"`
	SHA256  string `json:"sha256"`
}

// LogState is how far the log had come.
type LogState struct {
	Origin     string `json:"origin"`
	Size       int64  `json:"size"`
	Checkpoint string `json:"checkpoint"`
}

// A Role says what a part holds.
type Role string

// The roles of parts, in the order in which restore needs them.
const (
	RoleAgain     Role = "again"     // revisions to be preferred to others of the same number
	RoleLate      Role = "late"      // revisions of the second pass
	RoleMain      Role = "main"      // revisions of the first pass
	RoleRemovable Role = "removable" // revisions of all documents of removable kinds
	RoleCounters  Role = "counters"  // all counters
	RoleHeld      Role = "held"      // the digests of all files
	RoleFiles     Role = "files"     // files
	RoleKeys      Role = "keys"      // keys, encrypted for who may have them
)

// A Part is one object of a segment.
type Part struct {
	Name    string `json:"name"`
	Role    Role   `json:"role"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Records int64  `json:"records"`
}

// Full tells whether the segment holds everything.
func (m *Manifest) Full() bool { return m.Previous == nil }

// Bytes is the size of the parts.
func (m *Manifest) Bytes() (n int64) {
	for _, p := range m.Parts {
		n += p.Size
	}
	return n
}

// has tells whether a segment has a part of a role.
func (m *Manifest) has(role Role) bool { return len(m.partsOf(role)) > 0 }

// partsOf are the parts of a role, in the order in which they were written.
func (m *Manifest) partsOf(role Role) (parts []Part) {
	for _, p := range m.Parts {
		if p.Role == role {
			parts = append(parts, p)
		}
	}
	return parts
}

// total counts the revisions.
func (m *Manifest) total() (n int64) {
	for _, of := range m.Revisions {
		n += of
	}
	return n
}

// manifestOf is the name of the manifest of a segment.
func manifestOf(segment string) string { return segment + "/" + manifestName }

// segmentOf is the segment that an object belongs to.
func segmentOf(name string) string {
	segment, _, _ := strings.Cut(name, "/")
	return segment
}

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// sign writes a manifest.
func (m *Manifest) sign(signer note.Signer) ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: heading + string(text) + "\n"}, signer)
	if err != nil {
		return nil, fmt.Errorf("signing the manifest: %w", err)
	}
	m.hash = sum(signed)
	return signed, nil
}

// ReadManifest reads a manifest and checks that the log's key signed it. It is
// ErrDamaged in whatever way it cannot be what was written.
func ReadManifest(signed []byte, verifier note.Verifier) (*Manifest, error) {
	if len(signed) > MaxManifest {
		return nil, damaged("a manifest of %d bytes, of which %d are allowed", len(signed), MaxManifest)
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return nil, damaged("a manifest that is not signed with the key of the log, %s: %v", verifier.Name(), err)
	}
	if !plain(n, signed) {
		return nil, damaged("a manifest whose signature is not in its one form")
	}
	text, ok := strings.CutPrefix(n.Text, heading)
	if !ok {
		return nil, damaged("a manifest of another format than %q", strings.TrimSpace(heading))
	}
	m := &Manifest{}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, damaged("manifest: %v", err)
	}
	if m.Format != format {
		return nil, fmt.Errorf("%w: the back-up has format %d, made by version %s of this program; this one reads format %d", trace.ErrInvalid, m.Format, m.Program, format)
	}
	if m.Log.Origin != verifier.Name() {
		return nil, damaged("a manifest of the log %q", m.Log.Origin)
	}
	m.hash = sum(signed)
	return m, m.check()
}

// plain tells whether a note is text and one signature, written as sign writes
// them: package note lets stray bits of base64 and foreign signatures pass.
func plain(n *note.Note, signed []byte) bool {
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) > 0 {
		return false
	}
	s := n.Sigs[0]
	_, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
	return err == nil && string(signed) == n.Text+"\n— "+s.Name+" "+s.Base64+"\n"
}

// check refuses names that lead elsewhere.
func (m *Manifest) check() error {
	for _, p := range m.Parts {
		if segmentOf(p.Name) != m.Segment || p.Size < 0 || p.Records < 0 {
			return damaged("manifest of %s: the part %.100q is not one of its own", m.Segment, p.Name)
		}
	}
	return nil
}
