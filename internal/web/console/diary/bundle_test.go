package diary

import (
	"net/http"
	"strings"
	"testing"
)

// TestBundle downloads the sealed file of one's own batch, and of no other.
func TestBundle(t *testing.T) {
	w := newWorld(t)
	file := w.me.Get(w.me.Get(w.at("")).Want(t, http.StatusOK).Link(t, "Tải hồ sơ niêm phong")).Want(t, http.StatusOK)
	if !strings.HasPrefix(file.Body, "PK") || !strings.Contains(file.Header.Get("Content-Disposition"), "temgoc-"+w.code+".zip") {
		t.Errorf("%d bytes of %v", len(file.Body), file.Header)
	}
	w.Browser("producer2").Get(w.at("/niem-phong")).Want(t, http.StatusNotFound)
}
