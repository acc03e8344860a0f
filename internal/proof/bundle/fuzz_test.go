package bundle

import (
	"bytes"
	"testing"

	"temgoc/internal/proof"
)

func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"entry":"{}","index":0,"proof":[],"public":"{}"}`))
	f.Add([]byte(`{"entry":"","index":1,"private":"{}","proof":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],"public":"","salt":"AA=="}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		line, err := ParseLine(text)
		if err != nil {
			return
		}
		again, err := line.text()
		if err != nil || !bytes.Equal(again, append(bytes.Clone(text), '\n')) {
			t.Errorf("read and written again:\n%s\n%s", text, again)
		}
	})
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"batch":"K7Q2M9XR4V","format":"temgoc-bundle-1","log":{"origin":"","vkey":""},"page":"","parts":[],"size":0,"statements":0}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseManifest(text)
		if err != nil {
			return
		}
		again, err := proof.Marshal(m)
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("read and written again:\n%s\n%s", text, again)
		}
	})
}

// FuzzVerify takes any file for a bundle; only the original holds.
func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	content := w.make(f, office, w.data.Potential)
	f.Add(content)
	f.Add([]byte("PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, changed []byte) {
		if _, err := w.verify(changed); err == nil && !bytes.Equal(changed, content) {
			t.Errorf("another file of %d bytes holds", len(changed))
		}
	})
}
