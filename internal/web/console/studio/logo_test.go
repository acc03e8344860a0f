package studio

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
)

// TestLogo puts a picture into a template of one's own and sees what is refused.
func TestLogo(t *testing.T) {
	w := newWorld(t)
	if p := w.me.Get(templatePath + "?ten=tieu-de&loai=roll-60x40"); strings.Contains(p.Text(), "Đặt biểu trưng") {
		t.Error("a template that is everybody's takes a picture")
	}
	p := w.me.Get(templatePath + "?ten=tieu-de&loai=roll-60x40")
	w.me.Submit(p, "", form("text", p.Field("text"))).Want(t, http.StatusOK, "Đã lưu mẫu tem")
	own := templatePath + "?ten=tieu-de-rieng&loai=roll-60x40"
	p = w.me.Get(own).Want(t, http.StatusOK, "Biểu trưng")
	w.me.Submit(p, logoPath, nil, desktest.Upload{Field: logoInput, Name: "a.png", Content: []byte("no picture")}).
		Want(t, http.StatusUnprocessableEntity, "PNG hoặc JPEG")
	w.me.Submit(p, logoPath, nil).Want(t, http.StatusUnprocessableEntity, "bắt buộc")
	w.me.Submit(p, logoPath, nil, desktest.Upload{Field: logoInput, Name: "a.png", Content: disc(t)}).
		Want(t, http.StatusOK, "Đã đặt biểu trưng")
	if text := w.me.Get(own).Field("text"); !strings.Contains(text, "image: iVBOR") {
		t.Errorf("the template has no picture:\n%s", text)
	}

	p = w.me.Get(templatePath + "?ten=ngang")
	w.me.Submit(p, "", form("text", p.Field("text"))).Want(t, http.StatusOK, "Đã lưu mẫu tem")
	if p := w.me.Get(templatePath + "?ten=ngang-rieng"); strings.Contains(p.Text(), "Đặt biểu trưng") {
		t.Error("a template without a logo part takes a picture")
	}
	w.me.Post(logoPath, form("ten", "ngang-rieng")).Want(t, http.StatusNotFound)
	w.me.Post(logoPath, form("ten", "ngang")).Want(t, http.StatusForbidden)
}

// disc is a picture of a black disc.
func disc(t *testing.T) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			if dx, dy := x-100, y-100; dx*dx+dy*dy > 90*90 {
				picture.SetGray(x, y, color.Gray{255})
			}
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
