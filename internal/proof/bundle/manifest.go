package bundle

import (
	"fmt"
	"regexp"
	"slices"

	"temgoc/internal/proof"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// format names this layout.
const format = "temgoc-bundle-1"

// Limits of a bundle. What is larger is neither written nor read.
const (
	// MaxSize is in bytes: what a zip archive without extensions can hold.
	MaxSize = 1<<32 - 1
	// MaxBatches is how many batches are in one, with those that went into it.
	MaxBatches = 2_000
	// MaxStatements is how many lines there are.
	MaxStatements = 200_000
	// MaxLine is the longest line, in bytes.
	MaxLine = 1 << 20
	// MaxFiles is how many files are in it.
	MaxFiles = 20_000
	// maxSmall is the largest of the other members, in bytes.
	maxSmall = 64 << 20
)

// The members that a bundle has, besides files.
const (
	readmeName     = "README.txt"
	summaryName    = "summary.html"
	checkpointName = "checkpoint"
	statementsName = "statements.jsonl"
	manifestName   = "manifest.json"
	sealName       = "seal"
)

// fileNames are those of files.
var fileNames = regexp.MustCompile(`^files/([0-9a-f]{64})\.(pdf|jpg|png)$`)

// extensions are by media type: those of trace.File.
var extensions = map[string]string{"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}

// A Manifest says what is in a bundle. Its file is its canonical JSON.
type Manifest struct {
	Format string `json:"format"`
	// Batch is the code of the batch, Page the address of its public page.
	Batch string         `json:"batch"`
	Page  string         `json:"page"`
	Log   proof.Identity `json:"log"`
	// Size is that of the log at the checkpoint, and Statements counts the lines.
	Size       int64 `json:"size"`
	Statements int   `json:"statements"`
	// Missing are files that the lines name and that are not here.
	Missing []Missing `json:"missing,omitempty"`
	Parts   []Part    `json:"parts"`
}

// A Part is a member of the archive, but for manifest and seal.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// A Missing file is one whose hash alone is in the bundle.
type Missing struct {
	SHA256 string  `json:"sha256"`
	Why    Absence `json:"why"`
}

// An Absence is why a file is not in a bundle.
type Absence string

// The reasons.
const (
	Withheld Absence = "withheld" // it is another producer's
	Lost     Absence = "lost"     // the service could not give it out: it is gone or damaged
)

// sealed is the text that is signed about a manifest.
func sealed(batch string, manifest []byte) string {
	return fmt.Sprintf("%s\n%s\n%s\n", format, batch, trace.DigestOf(manifest))
}

// parseManifest reads the one form that a manifest is written in.
func parseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := proof.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %s: %w", trace.ErrInvalid, manifestName, err)
	}
	if m.Format != format {
		return Manifest{}, fmt.Errorf("%w: %s: format %.40q, not %s", trace.ErrInvalid, manifestName, m.Format, format)
	}
	if code, err := stamp.ParseBatchCode(m.Batch); err != nil || code.String() != m.Batch {
		return Manifest{}, fmt.Errorf("%w: %s: %.40q is not the code of a batch", trace.ErrInvalid, manifestName, m.Batch)
	}
	return m, m.checkParts()
}

// checkParts checks that the members are those that a bundle has.
func (m Manifest) checkParts() error {
	fixed := []string{readmeName, summaryName, checkpointName, statementsName}
	if len(m.Parts) < len(fixed) || len(m.Parts) > len(fixed)+MaxFiles {
		return fmt.Errorf("%w: %s: %d parts", trace.ErrInvalid, manifestName, len(m.Parts))
	}
	for i, p := range m.Parts {
		if i < len(fixed) && p.Name != fixed[i] || i >= len(fixed) && !fileNames.MatchString(p.Name) {
			return fmt.Errorf("%w: %s: %.80q is no part of a bundle at this place", trace.ErrInvalid, manifestName, p.Name)
		}
	}
	files := m.Parts[len(fixed):]
	if !slices.IsSortedFunc(files, func(a, b Part) int { return compareNames(a.Name, b.Name) }) {
		return fmt.Errorf("%w: %s: files are not in order", trace.ErrInvalid, manifestName)
	}
	return nil
}

// compareNames finds equal names out of order, too.
func compareNames(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}
