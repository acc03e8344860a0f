package inspection

import (
	"io"

	"temgoc/internal/proof/bundle"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// An originalPage leads to a PDF. What somebody uploaded is shown in a sandbox
// or not at all, and browsers do not open their PDF viewers inside one: a PDF
// is to be saved, and opened by a program of its own.
type originalPage struct {
	desk.Frame
	SHA256, Text string
	Groups       []group
}

// Template implements ui.Page.
func (originalPage) Template() string { return "original.html" }

// original opens an original: a picture in place, anything else from a page
// that says what it is.
func (i inspection) original(v *desk.Visit) (desk.Answer, error) {
	info, err := i.info(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if info.Type == "image/jpeg" || info.Type == "image/png" {
		return desk.Picture(info.Type, fileName(info), i.content(v, info)), nil
	}
	page := &originalPage{Frame: v.Frame("Bản gốc", "Original"), SHA256: info.SHA256.String(), Text: fileText(v.Lang, info)}
	uses, err := i.Ledger.FileUses(v.Context(), v.Actor, info.SHA256)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Groups, err = i.uses(v, uses)
	return desk.Show(page), err
}

func (i inspection) download(v *desk.Visit) (desk.Answer, error) {
	info, err := i.info(v)
	return desk.Download(info.Type, fileName(info), i.content(v, info)), err
}

func (i inspection) info(v *desk.Visit) (trace.File, error) {
	digest, err := trace.ParseDigest(v.Param("sha256"))
	if err != nil {
		return trace.File{}, trace.ErrHidden
	}
	return i.Ledger.FileInfo(v.Context(), digest)
}

// content writes a file that was hashed again before its first byte.
func (i inspection) content(v *desk.Visit, f trace.File) func(io.Writer) error {
	return func(w io.Writer) error {
		_, content, err := i.Ledger.FileContent(v.Context(), f.SHA256)
		if err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	}
}

// bundle gives out the sealed file of a batch.
func (i inspection) bundle(v *desk.Visit) (desk.Answer, error) {
	code, err := stamp.ParseBatchCode(v.Param("code"))
	if err != nil {
		return desk.Answer{}, trace.ErrHidden
	}
	return desk.Download("application/zip", bundle.Name(code.String()), func(w io.Writer) error {
		return i.Bundles.Write(v.Context(), v.Actor, code.String(), w)
	}), nil
}

// fileName is made from the hash alone: what a stranger called the file is not
// repeated to others.
func fileName(f trace.File) string {
	ext := map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}[f.Type]
	return "tem-goc-" + f.SHA256.String()[:16] + ext
}
