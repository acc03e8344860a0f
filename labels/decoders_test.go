package labels

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/makiuchi-d/gozxing"
)

// decoders are the programs that read stamps, independent of each other, in
// the order of the figures.
var decoders = []string{"zbar", "ZXing-cpp", "gozxing"}

// readings tells for each of the decoders which pictures it read as what they
// say, in the order of the pictures.
type readings [3][]bool

// read lets all decoders read the pictures. It fails the test where one reads
// something else than was printed: that is worse than nothing.
func read(t *testing.T, pictures []*image.Gray, want []string) readings {
	t.Helper()
	dir := t.TempDir()
	paths := make(map[string]string)
	var files []string
	for i, p := range pictures {
		path := filepath.Join(dir, fmt.Sprintf("%04d.pgm", i))
		savePGM(t, path, p)
		files = append(files, path)
		paths[path] = want[i]
	}
	byZbar, byZXing, byGo := zbar(t, paths), zxing(t, files), readGo(pictures)
	var r readings
	for i, path := range files {
		for j, got := range []string{byZbar[path], byZXing[path], byGo[i]} {
			if got != "" && got != want[i] {
				t.Errorf("%s reads %q, want %q", decoders[j], got, want[i])
			}
			r[j] = append(r[j], got == want[i])
		}
	}
	return r
}

// missed counts the pictures that a decoder did not read.
func (r readings) missed(decoder int) int {
	n := 0
	for _, ok := range r[decoder] {
		if !ok {
			n++
		}
	}
	return n
}

// missedByBoth counts the pictures that neither zbar nor ZXing-cpp read: two
// phones would have failed.
func (r readings) missedByBoth() int {
	n := 0
	for i := range r[0] {
		if !r[0][i] && !r[1][i] {
			n++
		}
	}
	return n
}

var zxingLine = regexp.MustCompile(`^(\S+) QRCode (".*")$`)

// zxing reads all of the pictures in one go with ZXing-cpp and returns what it
// found, by path.
func zxing(t *testing.T, paths []string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	output := run(t, "ZXingReader", append([]string{"-1", "-format", "QRCode"}, paths...)...)
	for line := range strings.Lines(string(output)) {
		m := zxingLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue // no symbol in this one
		}
		text, err := strconv.Unquote(m[2])
		if err != nil {
			t.Fatalf("ZXingReader says %q: %v", line, err)
		}
		found[m[1]] = text
	}
	return found
}

// readGo reads pictures with gozxing, as hard as it can try, on all processors.
// Where it finds no symbol, it is told that there is nothing else: now and then
// it overlooks a perfect one.
func readGo(pictures []*image.Gray) []string {
	texts := make([]string, len(pictures))
	var all sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := worker; i < len(pictures); i += runtime.GOMAXPROCS(0) {
				text, err := decodeWith(pictures[i], map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
				if err != nil {
					text, _ = decodePure(pictures[i])
				}
				texts[i] = text
			}
		})
	}
	all.Wait()
	return texts
}

// savePGM writes a picture in the plainest of formats, which both programs
// read faster than PNG.
func savePGM(t *testing.T, path string, picture *image.Gray) {
	t.Helper()
	b := picture.Bounds()
	file := fmt.Appendf(nil, "P5\n%d %d\n255\n", b.Dx(), b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		i := picture.PixOffset(b.Min.X, y)
		file = append(file, picture.Pix[i:i+b.Dx()]...)
	}
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
}
