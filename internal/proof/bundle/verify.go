package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"temgoc/internal/proof/policy"
	"temgoc/internal/trace"
)

// A Bundle is one that holds: everything in it was compared.
type Bundle struct {
	Manifest
	Signed policy.Result
	// All are its statements, in the order of the log.
	All []Statement
	// files are the digests of those that are in it.
	files map[string]bool
}

// Verify checks a bundle of size bytes against a policy. An error that
// is a *proof.Mismatch means that it does not hold, another one that it could not
// be checked.
func Verify(from io.ReaderAt, size int64, p *policy.Policy) (*Bundle, error) {
	u, err := unpack(from, size)
	if err != nil {
		return nil, err
	}
	b := &Bundle{files: map[string]bool{}}
	if err := b.open(u, p); err != nil {
		return nil, err
	}
	if err := u.each(b.look); err != nil {
		return nil, err
	}
	if err := b.compare(u.parts); err != nil {
		return nil, err
	}
	return b, b.complete()
}

// open checks the seal, and the signature on the checkpoint.
func (b *Bundle) open(u *unpacked, p *policy.Policy) error {
	manifest, err := u.small(manifestName)
	if err != nil {
		return err
	}
	if b.Manifest, err = parseManifest(manifest); err != nil {
		return err
	}
	seal, err := u.small(sealName)
	if err != nil {
		return err
	}
	text, err := b.Log.OpenNote(string(seal), p)
	if err != nil {
		return err
	}
	if text != sealed(b.Batch, manifest) {
		return mismatch("niêm phong không phải của danh mục trong tệp này", "the seal is not that of the manifest in this file")
	}
	checkpoint, err := u.small(checkpointName)
	if err != nil {
		return err
	}
	if b.Signed, err = b.Log.Open(string(checkpoint), p); err == nil && b.Signed.Size != b.Size {
		err = mismatch("mốc nhật ký không khớp với danh mục", "the checkpoint is not the one of the manifest")
	}
	return err
}

// look checks a member; those that people read are compared by their hash only.
func (b *Bundle) look(name string, content io.Reader) error {
	file := fileNames.FindStringSubmatch(name)
	switch {
	case file != nil:
		b.files[file[1]] = true
		return nil
	case name == statementsName:
		return b.lines(content)
	case slices.Contains([]string{readmeName, summaryName, checkpointName, manifestName, sealName}, name):
		return nil
	}
	return fmt.Errorf("%w: %.80q is no part of a bundle", trace.ErrInvalid, name)
}

// lines checks every statement.
func (b *Bundle) lines(content io.Reader) error {
	in := bufio.NewReaderSize(content, MaxLine+1)
	for number := 1; ; number++ {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %s: line %d: %w", trace.ErrInvalid, statementsName, number, err)
		}
		if number > MaxStatements {
			return fmt.Errorf("%w: %s: more than %d lines", trace.ErrInvalid, statementsName, MaxStatements)
		}
		line, err := ParseLine(bytes.TrimSuffix(text, []byte("\n")))
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", statementsName, number, err)
		}
		s, err := line.verify(b.Signed.Tree())
		if err != nil {
			return err
		}
		if len(b.All) > 0 && b.All[len(b.All)-1].Index >= s.Index {
			return fmt.Errorf("%w: %s: line %d is not in the order of the log", trace.ErrInvalid, statementsName, number)
		}
		b.All = append(b.All, s)
	}
}

// compare checks that the members are those of the manifest, and manifest and seal
// behind them. It names the one that is not.
func (b *Bundle) compare(found []Part) error {
	for i, p := range b.Parts {
		if i >= len(found) || found[i].Name != p.Name {
			return mismatch(fmt.Sprintf("thiếu %s, hoặc không đúng chỗ", p.Name), fmt.Sprintf("%s is missing, or not in its place", p.Name))
		}
		if found[i] != p {
			return mismatch(fmt.Sprintf("%s đã bị sửa", p.Name), fmt.Sprintf("%s was changed", p.Name))
		}
	}
	rest := found[len(b.Parts):]
	if len(rest) != 2 || rest[0].Name != manifestName || rest[1].Name != sealName {
		return mismatch("có tệp không nằm trong danh mục", "there is a file that the manifest does not list")
	}
	return nil
}

// document names one that statements are about.
type document struct {
	kind trace.Kind
	id   string
}

// complete checks that the statements belong together: the revisions of each
// document follow each other, the batch is there from its beginning, and each
// file that is named is here or said to be missing.
func (b *Bundle) complete() error {
	if len(b.All) != b.Statements {
		return mismatch("số mục không khớp với danh mục", "there are not as many statements as the manifest says")
	}
	histories := map[document][]Statement{}
	for _, s := range b.All {
		d := document{s.Kind, s.ID}
		histories[d] = append(histories[d], s)
	}
	for d, h := range histories {
		if err := follow(d, h); err != nil {
			return err
		}
	}
	batch := histories[document{trace.KindBatches, b.Batch}]
	if len(batch) == 0 || first(batch).Revision != 1 {
		return mismatch("thiếu lịch sử của chính lô này", "the history of the batch itself is missing")
	}
	return b.completeFiles()
}

func first(h []Statement) Statement {
	return slices.MinFunc(h, func(a, b Statement) int { return a.Revision - b.Revision })
}

// follow checks that each revision names the one before.
func follow(d document, h []Statement) error {
	slices.SortFunc(h, func(a, b Statement) int { return a.Revision - b.Revision })
	for i, s := range h[1:] {
		if s.Revision != h[i].Revision+1 || s.Leaf.Prev != h[i].Leaf.Pub {
			return mismatch(
				fmt.Sprintf("các lần sửa của %s/%s không nối tiếp nhau", d.kind, d.id),
				fmt.Sprintf("the revisions of %s/%s do not follow each other", d.kind, d.id))
		}
	}
	return nil
}

func (b *Bundle) completeFiles() error {
	named := map[string]bool{}
	for _, s := range b.All {
		for _, f := range s.Leaf.Files {
			named[f] = true
		}
	}
	left := map[string]bool{}
	for _, m := range b.Missing {
		left[m.SHA256] = true
	}
	for f := range b.files {
		if !named[f] || left[f] {
			return mismatch("có tệp không thuộc nội dung nào", "there is a file that no statement names")
		}
	}
	for f := range named {
		if !b.files[f] && !left[f] {
			return mismatch(fmt.Sprintf("thiếu tệp %.12s…", f), fmt.Sprintf("the file %.12s… is missing", f))
		}
	}
	return nil
}

// Files is how many files are in the bundle.
func (b *Bundle) Files() int { return len(b.files) }

// Naming are the statements that name a file by its digest.
func (b *Bundle) Naming(d trace.Digest) []Statement {
	var found []Statement
	for _, s := range b.All {
		if slices.Contains(s.Leaf.Files, d.String()) {
			found = append(found, s)
		}
	}
	return found
}
