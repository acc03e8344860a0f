package inspection

import (
	"net/http"
	"strings"
	"testing"
)

// TestBundle downloads the sealed file from the page of the batch; certifying
// authorities read the page and have no file.
func TestBundle(t *testing.T) {
	w := newWorld(t)
	code := w.batch("producer", w.product)
	for _, who := range []string{"inspector", "office"} {
		b := w.Browser(who)
		file := b.Get(b.Get("/console/ho-so/"+code).Want(t, http.StatusOK).Link(t, "Tải hồ sơ niêm phong")).Want(t, http.StatusOK)
		if !strings.HasPrefix(file.Body, "PK") || !strings.Contains(file.Header.Get("Content-Disposition"), "temgoc-"+code+".zip") {
			t.Errorf("%s gets %d bytes of %v", who, len(file.Body), file.Header)
		}
	}
	b := w.Browser("certifier")
	if links := b.Get("/console/ho-so/"+code).Want(t, http.StatusOK).Links("Tải hồ sơ niêm phong"); len(links) > 0 {
		t.Errorf("a certifier is offered %v", links)
	}
	b.Get("/console/ho-so/"+code+"/niem-phong").Want(t, http.StatusForbidden)
	w.Browser("inspector").Get("/console/ho-so/K7Q2M9XR4V/niem-phong").Want(t, http.StatusNotFound)
}
