package stamp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"

	"temgoc/internal/privatefile"
)

// What can be wrong with a key file, besides the errors of package os.
var (
	// ErrKeyFile says that the file is not a whole and consistent key file.
	ErrKeyFile = errors.New("not a valid key file")
	// ErrKeyFileMode says that others than the owner may use the file.
	ErrKeyFileMode = privatefile.ErrMode
)

// keyFileFormat names the format of the key file and its version.
const keyFileFormat = "temgoc-keys/1"

// keyFile is the content of a key file, JSON in UTF-8:
//
//	{
//	  "format": "temgoc-keys/1",
//	  "current": "k2",
//	  "keys": [
//	    {"kid": "k1", "master": "<32 bytes in standard base64 with padding>"},
//	    {"kid": "k2", "master": "…"}
//	  ]
//	}
//
// It is a list and not an object so that a kid given twice is seen.
type keyFile struct {
	Format  string         `json:"format"`
	Current string         `json:"current"`
	Keys    []keyFileEntry `json:"keys"`
}

type keyFileEntry struct {
	ID     string `json:"kid"`
	Master string `json:"master"`
}

// kidPattern keeps kids short and safe in any log, document and address.
var kidPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// LoadKeys reads the key file at path. The file must be a regular one with
// no access for group and others, or it is refused with ErrKeyFileMode;
// content that is cut off or contradicts itself is refused with ErrKeyFile.
func LoadKeys(path string) (*Keys, error) {
	data, err := privatefile.Read(path)
	if errors.Is(err, fs.ErrInvalid) {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the key file: %w", err)
	}
	keys, err := decodeKeys(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

// CreateKeys makes a ring with one fresh master key and writes it to path,
// readable by the owner only and on the disk before it returns. A file that
// exists is never overwritten: the error is fs.ErrExist then.
func CreateKeys(path string, random io.Reader) (*Keys, error) {
	keys, err := NewKeys(random)
	if err != nil {
		return nil, err
	}
	if err := privatefile.Create(path, encodeKeys(keys)); err != nil {
		return nil, fmt.Errorf("creating the key file: %w", err)
	}
	return keys, nil
}

// RotateKeys adds a fresh master key to the file at path and makes it the
// current one. The file is replaced as a whole: a crash leaves the old or the
// new one. Of two rotations at a time one fails with fs.ErrExist.
func RotateKeys(path string, random io.Reader) (*Keys, error) {
	// The new file is also the lock, so it is made before the old is read.
	staged := path + ".new"
	if err := privatefile.Create(staged, nil); err != nil {
		return nil, fmt.Errorf("creating the key file: %w (if no other rotation is running, a crashed one left it: remove it)", err)
	}
	keys, err := replaceKeys(path, staged, random)
	if err != nil {
		return nil, errors.Join(err, os.Remove(staged))
	}
	if err := privatefile.SyncDirectory(path); err != nil {
		return nil, fmt.Errorf("replacing the key file: %w", err)
	}
	return keys, nil
}

// replaceKeys puts the rotated ring of path into staged, then moves it there.
func replaceKeys(path, staged string, random io.Reader) (*Keys, error) {
	old, err := LoadKeys(path)
	if err != nil {
		return nil, err
	}
	keys, err := old.Rotate(random)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(staged, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return nil, fmt.Errorf("writing the key file: %w", err)
	}
	if err := privatefile.WriteAndSync(f, encodeKeys(keys)); err != nil {
		return nil, fmt.Errorf("writing the key file: %w", err)
	}
	if err := os.Rename(staged, path); err != nil {
		return nil, fmt.Errorf("replacing the key file: %w", err)
	}
	return keys, nil
}

// encodeKeys writes a ring in the format of keyFile.
func encodeKeys(k *Keys) []byte {
	file := keyFile{Format: keyFileFormat, Current: k.current}
	for _, kid := range k.IDs() {
		master := k.masters[kid]
		file.Keys = append(file.Keys, keyFileEntry{kid, base64.StdEncoding.EncodeToString(master[:])})
	}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		panic(err) // strings alone always encode
	}
	return append(data, '\n')
}

// decodeKeys reads the format of keyFile. Its errors never quote a master.
func decodeKeys(data []byte) (*Keys, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%w: it is empty; restore it from its copy", ErrKeyFile)
	}
	var file keyFile
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("%w: it is cut off or damaged near byte %d", ErrKeyFile, decoder.InputOffset())
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: something follows its end", ErrKeyFile)
	}
	if file.Format != keyFileFormat {
		return nil, fmt.Errorf("%w: its format is %.40q, want %q", ErrKeyFile, file.Format, keyFileFormat)
	}
	keys := &Keys{current: file.Current, masters: make(map[string][masterSize]byte)}
	owner := make(map[[masterSize]byte]string)
	for _, entry := range file.Keys {
		master, err := base64.StdEncoding.Strict().DecodeString(entry.Master)
		switch {
		case !kidPattern.MatchString(entry.ID):
			return nil, fmt.Errorf("%w: %.40q is no key id", ErrKeyFile, entry.ID)
		case err != nil || len(master) != masterSize:
			return nil, fmt.Errorf("%w: the master of %s is not %d bytes in base64", ErrKeyFile, entry.ID, masterSize)
		}
		if _, twice := keys.masters[entry.ID]; twice {
			return nil, fmt.Errorf("%w: key id %s is given twice", ErrKeyFile, entry.ID)
		}
		if other, twice := owner[[masterSize]byte(master)]; twice {
			return nil, fmt.Errorf("%w: %s and %s have the same master", ErrKeyFile, other, entry.ID)
		}
		keys.masters[entry.ID] = [masterSize]byte(master)
		owner[[masterSize]byte(master)] = entry.ID
	}
	if _, ok := keys.masters[keys.current]; !ok {
		return nil, fmt.Errorf("%w: its current key %.40q is not in it", ErrKeyFile, keys.current)
	}
	return keys, nil
}
