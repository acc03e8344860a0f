package trace

import (
	"context"
	"errors"
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/upload"
)

// A File is what is known of an uploaded document or picture. Its document id
// is the SHA-256 of its content.
type File struct {
	SHA256 Digest `json:"sha256"`
	Size   int    `json:"size" doc:"Bytes"`
	Type   string `json:"type" enum:"application/pdf,image/jpeg,image/png" doc:"Found from the content"`
}

func (File) DocumentKind() Kind     { return KindFiles }
func (File) DocumentRefs() []string { return nil }

// AddFile keeps an uploaded document: PDF, JPEG or PNG by its content, at most
// MaxFileSize. name is only used to see that its extension agrees. The same
// content added twice is one file.
func (l *Ledger) AddFile(ctx context.Context, w Write, name string, content []byte) (Stored[File], error) {
	if w.By.Role == "" || w.By.Role == Administrator {
		return Stored[File]{}, ErrNotAllowed
	}
	typ, err := upload.Sniff(name, content)
	if err != nil {
		return Stored[File]{}, badFile(err)
	}
	return l.addFile(ctx, w, content, typ)
}

// AddPhoto keeps a picture, turned upright, scaled down and written anew as
// JPEG, so that nothing but the picture is left of the upload.
func (l *Ledger) AddPhoto(ctx context.Context, w Write, name string, content []byte) (Stored[File], error) {
	if w.By.Role == "" || w.By.Role == Administrator {
		return Stored[File]{}, ErrNotAllowed
	}
	return l.addPhoto(ctx, w, name, content)
}

func (l *Ledger) addPhoto(ctx context.Context, w Write, name string, content []byte) (Stored[File], error) {
	photo, err := upload.Photo(name, content)
	if err != nil {
		return Stored[File]{}, badFile(err)
	}
	return l.addFile(ctx, w, photo, "image/jpeg")
}

func (l *Ledger) addFile(ctx context.Context, w Write, content []byte, typ string) (Stored[File], error) {
	digest, err := l.files.Put(ctx, content)
	if err != nil {
		return Stored[File]{}, err
	}
	if w.Op.Key != "" {
		// The id is the content's, so the key needs a document of its own.
		if _, err := Create(ctx, l, w, l.requestTerm(w, KindFiles), claim{Kind: KindFiles, ID: digest.String()}); err != nil {
			return Stored[File]{}, err
		}
	}
	f := File{SHA256: digest, Size: len(content), Type: typ}
	s, err := Create(ctx, l, Write{By: w.By}, digest.String(), f)
	if errors.Is(err, ErrExists) {
		return Head[File](ctx, l, digest.String())
	}
	return s, err
}

// badFile makes an error of the field "file" out of a refusal.
func badFile(err error) error {
	var refused *upload.Error
	if !errors.As(err, &refused) {
		return err
	}
	return FieldErrors{{"file", refused.Message}}
}

// FileInfo returns what is known of a file.
func (l *Ledger) FileInfo(ctx context.Context, d Digest) (File, error) {
	s, err := Head[File](ctx, l, d.String())
	return s.Data, err
}

// FileContent returns a file's content, which is verified against its hash.
// ErrCorrupt when the object store no longer has what was put there.
func (l *Ledger) FileContent(ctx context.Context, d Digest) (File, []byte, error) {
	info, err := l.FileInfo(ctx, d)
	if err != nil {
		return File{}, nil, err
	}
	content, err := l.files.Get(ctx, d)
	if errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("%w: file %s is registered but not in the object store", ErrCorrupt, d)
	}
	return info, content, err
}

var notUploaded = catalog.Name{VI: "chưa được tải lên", EN: "was not uploaded"}

// requireFiles refuses files that were not added.
func (l *Ledger) requireFiles(ctx context.Context, field string, files []Digest) error {
	c := newCheck()
	for i, d := range files {
		_, err := l.store.Head(ctx, KindFiles, d.String())
		if errors.Is(err, ErrNotFound) {
			c.at(field, i).fail("", notUploaded.VI, notUploaded.EN)
		} else if err != nil {
			return err
		}
	}
	return c.err()
}
