package api

import (
	"bytes"
	"testing"

	"temgoc/labels"
	"temgoc/labels/qr"
)

// stampPhoto is a picture of a block of a test sheet.
func stampPhoto(t testing.TB) formPart {
	t.Helper()
	m, err := qr.Encode("https://T.EXAMPLE.VN/THUD05UUUU", qr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var picture bytes.Buffer
	if err := labels.WriteSymbolPNG(&picture, m, 5); err != nil {
		t.Fatal(err)
	}
	return formPart{"file", "anh.png", "image/png", picture.Bytes()}
}

// TestBeforePrinting follows a printer from its test sheet to what an order says
// of it.
func TestBeforePrinting(t *testing.T) {
	f := newFixture(t)
	printer := f.must("p0", "POST", "/printers", with(printerBody(), map[string]any{"dpi": 300})).id(t)
	if got := f.must("p0", "GET", "/printers/"+printer+"/test-sheet", nil); !bytes.HasPrefix(got.body, []byte("%PDF-")) {
		t.Errorf("the test sheet is %.40q", got.body)
	}
	read := f.upload("p0", "POST", "/photos/codes", stampPhoto(t))
	codes, _ := read.get(t, "codes").([]any)
	if read.status != 200 || len(codes) != 1 || codes[0].(map[string]any)["block"] != "D" {
		t.Errorf("the photograph: %d %s", read.status, read.body)
	}
	if got := f.upload("p0", "POST", "/photos/codes", formPart{"file", "a.pdf", "application/pdf", pdf("1")}); got.status != 422 || fieldMessage(t, got, "file") == "" {
		t.Errorf("a PDF as a photograph: %d %s", got.status, got.body)
	}
	learnt := f.must("p0", "POST", "/printers/"+printer+"/test-result", map[string]any{"blocks": []string{"D", "E", "F", "G"}})
	if got := learnt.get(t, "data.minModule"); got != 5.0 {
		t.Errorf("the smallest safe module is %v: %s", got, learnt.body)
	}
}
