package thermal_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"temgoc/labels/thermal"
)

// renderZPL draws labels with zpl-renderer-js, a program that others wrote.
func renderZPL(t *testing.T, zpl []byte, width, height, perMM int) []*thermal.Bitmap {
	t.Helper()
	tools, err := filepath.Abs("../../.tools/zpl")
	if err != nil {
		t.Fatal(err)
	}
	_, missing := os.Stat(filepath.Join(tools, "node_modules", "zpl-renderer-js"))
	if _, err := exec.LookPath("node"); err != nil || missing != nil {
		if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
			t.Fatal("zpl-renderer-js is not installed (tools/build.sh)")
		}
		t.Skip("zpl-renderer-js is not installed (tools/build.sh)")
	}
	const script = `
		const { ready } = require("zpl-renderer-js")
		const [width, height, perMM] = process.argv.slice(1).map(Number)
		let zpl = ""
		process.stdin.on("data", d => zpl += d).on("end", async () => {
			const { api } = await ready
			const labels = await api.zplToBase64MultipleAsync(zpl, width / perMM, height / perMM, perMM)
			process.stdout.write(labels.join("\n"), () => process.exit(0))
		})`
	var messages bytes.Buffer
	node := exec.CommandContext(t.Context(), "node", "-e", script, fmt.Sprint(width), fmt.Sprint(height), fmt.Sprint(perMM))
	node.Dir, node.Stdin, node.Stderr = tools, bytes.NewReader(zpl), &messages
	out, err := node.Output()
	if err != nil {
		t.Fatalf("zpl-renderer-js: %v\n%s", err, messages.Bytes())
	}
	var drawn []*thermal.Bitmap
	for label := range strings.Lines(string(out)) {
		drawn = append(drawn, bitmapOf(t, strings.TrimSpace(label)))
	}
	return drawn
}

func bitmapOf(t *testing.T, encoded string) *thermal.Bitmap {
	t.Helper()
	file, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Size()
	b := thermal.NewBitmap(size.X, size.Y)
	for y := range size.Y {
		for x := range size.X {
			if r, _, _, _ := picture.At(x, y).RGBA(); r < 0x8000 {
				b.Fill(x, y, 1, 1)
			}
		}
	}
	return b
}

func TestAnotherProgramDrawsTheSameLabels(t *testing.T) {
	for _, c := range []struct{ width, height, perMM, dpi int }{{320, 200, 8, 203}, {456, 252, 12, 300}} {
		m := thermal.Media{DPI: c.dpi, Width: 40, Height: 25}
		r := rand.New(rand.NewPCG(7, 8))
		want := []*thermal.Bitmap{labelsOf(r, c.width, c.height, 0, 0), labelsOf(r, c.width, c.height, 0, 0)}
		got := renderZPL(t, stream(t, thermal.ZPL, m, want...), c.width, c.height, c.perMM)
		if len(got) != len(want) {
			t.Fatalf("%d labels drawn, want %d", len(got), len(want))
		}
		for i := range want {
			if err := same(got[i], want[i]); err != nil {
				t.Errorf("label %d at %d dpi: %v", i, c.dpi, err)
			}
		}
	}
}
