package trace_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"temgoc/internal/trace"
	"temgoc/storage/dir"
)

// picture is a small PNG that no other call has made.
func picture(n int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 32, 32))
	for i := range 32 {
		img.Set(i, i, color.RGBA{uint8(n), uint8(n >> 8), uint8(i), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// document is a PDF with one empty page.
func document() []byte {
	var b bytes.Buffer
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table)
	return b.Bytes()
}

// file uploads a picture and returns its hash.
func (w *world) file(a trace.Actor) trace.Digest {
	w.Helper()
	w.lots++
	return must(w.AddFile(w.ctx, by(a), "anh.png", picture(w.lots)))(w).Data.SHA256
}

func (w *world) photo(a trace.Actor) trace.Digest {
	w.Helper()
	w.lots++
	return must(w.AddPhoto(w.ctx, by(a), "anh.png", picture(100+w.lots)))(w).Data.SHA256
}

func TestAddFile(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	content := document()
	f := must(w.AddFile(w.ctx, by(a), "giay.pdf", content))(t)
	if f.Data.Type != "application/pdf" || f.Data.Size != len(content) || f.Data.SHA256 != trace.DigestOf(content) {
		t.Errorf("a PDF became %+v", f.Data)
	}
	again := must(w.AddFile(w.ctx, by(lab), "khac.pdf", content))(t)
	if again.ID != f.ID || again.Revision != 1 || again.By != a.ID {
		t.Errorf("the same content became %+v", again)
	}
	info, got, err := w.FileContent(w.ctx, f.Data.SHA256)
	if err != nil || info != f.Data || !bytes.Equal(got, content) {
		t.Errorf("FileContent: %+v, %d bytes, %v", info, len(got), err)
	}
	for name, content := range map[string][]byte{
		"html.pdf": []byte("<html><script>alert(1)</script></html>"), "empty.pdf": nil, "text.png": []byte("xin chào"),
		"ten.jpg": picture(1), // the extension does not agree
		"cut.png": picture(1)[:40],
	} {
		_, err := w.AddFile(w.ctx, by(a), name, content)
		wantFields(t, err, "file")
		wantErr(t, err, trace.ErrInvalid)
	}
	_, err = w.AddPhoto(w.ctx, by(a), "giay.pdf", document())
	wantFields(t, err, "file")
	for _, actor := range []trace.Actor{admin, nobody} {
		_, err := w.AddFile(w.ctx, by(actor), "giay.pdf", content)
		wantErr(t, err, trace.ErrForbidden)
		_, err = w.AddPhoto(w.ctx, by(actor), "anh.png", picture(1))
		wantErr(t, err, trace.ErrForbidden)
	}
	if got := len(heads(t, w.store, trace.KindFiles)); got != 1 {
		t.Errorf("%d files are registered, want 1", got)
	}
	_, err = w.FileInfo(w.ctx, trace.Digest{1})
	wantErr(t, err, trace.ErrNotFound)
}

func TestPhotoOfAProduct(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	product := w.product(a)
	photo := must(w.AddPhoto(w.ctx, by(a), "anh.png", picture(1)))(t)
	if photo.Data.Type != "image/jpeg" {
		t.Errorf("a photo is kept as %s", photo.Data.Type)
	}
	p := must(w.SetPhoto(w.ctx, by(a), product, photo.Data.SHA256))(t)
	if p.Data.Photo != photo.Data.SHA256 {
		t.Errorf("the photo is %s", p.Data.Photo)
	}
	// Changing the data keeps it, and cannot set it.
	d := productData(a.Producer)
	d.Photo = trace.Digest{9}
	if p = must(w.UpdateProduct(w.ctx, by(a), product, d))(t); p.Data.Photo != photo.Data.SHA256 {
		t.Errorf("after a change the photo is %s", p.Data.Photo)
	}
	_, err := w.SetPhoto(w.ctx, by(a), product, trace.Digest{1})
	wantFields(t, err, "photo")
	_, err = w.SetPhoto(w.ctx, by(a), product, must(w.AddFile(w.ctx, by(a), "giay.pdf", document()))(t).Data.SHA256)
	wantFields(t, err, "photo")
	_, err = w.SetPhoto(w.ctx, by(a), product, w.file(a)) // a PNG, as it came
	wantFields(t, err, "photo")
	_, err = w.SetPhoto(w.ctx, by(w.producer("HTX Khác")), product, photo.Data.SHA256)
	wantErr(t, err, trace.ErrNotFound)
}

func TestLostAndCorruptFilesAreNotServed(t *testing.T) {
	w := newWorld(t)
	root := t.TempDir()
	digest := w.file(office)
	for name, spoil := range map[string]func(path string) error{
		"changed": func(path string) error { return os.WriteFile(path, []byte("khác"), 0o600) },
		"lost":    os.Remove,
	} {
		files := must(dir.Open(filepath.Join(root, name)))(t)
		l := trace.New(trace.Config{Store: w.store, Files: files, Keys: w.keys})
		_, content, err := w.FileContent(w.ctx, digest)
		if err != nil {
			t.Fatal(err)
		}
		must(files.Put(w.ctx, content))(t)
		spoilAll(t, filepath.Join(root, name), spoil)
		if _, got, err := l.FileContent(w.ctx, digest); !errors.Is(err, trace.ErrCorrupt) || len(got) > 0 {
			t.Errorf("%s: %d bytes, %v, want ErrCorrupt", name, len(got), err)
		}
	}
}

func spoilAll(t *testing.T, root string, spoil func(string) error) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || len(d.Name()) < 60 {
			return err
		}
		return errors.Join(os.Chmod(path, 0o600), spoil(path))
	})
	if err != nil {
		t.Fatal(err)
	}
}
