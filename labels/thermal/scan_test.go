package thermal_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"temgoc/labels/qr"
	"temgoc/labels/thermal"
	"temgoc/labels/thermal/thermaltest"
)

// TestStreamsScan reads the symbols of a run of labels with zbar out of what
// each printer is sent.
func TestStreamsScan(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for _, l := range thermal.Languages() {
		m, width, height, _, _ := mediaFor(l, 320, 200)
		var sent []*thermal.Bitmap
		var want []string
		for i := range 20 {
			payload := fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M%05d", i*7919%100_000)
			want = append(want, payload)
			sent = append(sent, symbolOn(t, payload, width, height))
		}
		printed, err := thermaltest.Decode(l, stream(t, l, m, sent...), m, width)
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if len(printed) != len(want) {
			t.Fatalf("%s: %d labels are printed, want %d", l, len(printed), len(want))
		}
		dir := t.TempDir()
		args := []string{"--quiet", "--nodbus", "--raw", "-S*.enable=0", "-Sqrcode.enable=1"}
		for i, label := range printed {
			path := filepath.Join(dir, fmt.Sprintf("%02d.pbm", i))
			file := fmt.Appendf(nil, "P4\n%d %d\n", label.Width, label.Height)
			if err := os.WriteFile(path, append(file, label.Pix...), 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		output, err := exec.Command("zbarimg", args...).Output()
		if got := strings.Join(strings.Fields(string(output)), "\n"); got != strings.Join(want, "\n") {
			t.Errorf("%s: zbar reads, %v:\n%s\nwant\n%s", l, err, got, strings.Join(want, "\n"))
		}
	}
}

// symbolOn draws a symbol with modules of 4 dots in the middle of a label.
func symbolOn(t *testing.T, payload string, width, height int) *thermal.Bitmap {
	t.Helper()
	m, err := qr.Encode(payload, qr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const module = 4
	b := thermal.NewBitmap(width, height)
	x0, y0 := (width-module*m.Size())/2, (height-module*m.Size())/2
	for y := range m.Size() {
		for x := range m.Size() {
			if m.Dark(x, y) {
				b.Fill(x0+module*x, y0+module*y, module, module)
			}
		}
	}
	return b
}
