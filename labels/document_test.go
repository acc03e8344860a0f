package labels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documented are the pictures in docs/labels.md: each template on a stock that
// is usual for it.
var documented = []struct{ template, stock, stamp string }{
	{"ngang", "tomy-145", "batch"}, {"nguoc", "tomy-145", "long"}, {"sao", "tomy-145", "batch"},
	{"toi-gian", "tomy-145", "batch"}, {"cao", "roll-50x30", "item"}, {"cao-pin", "roll-50x30", "item"}, {"gs1", "roll-50x30", "linked"},
	{"tieu-de", "roll-60x40", "long"}, {"doc", "tem-30", "batch"}, {"vuong-ten", "tem-25", "batch"},
	{"vuong-sao", "tem-25", "batch"}, {"vuong", "tem-20", "batch"}, {"chi-ma", "tem-15", "batch"},
}

const (
	documentDir = "../docs/images/labels"
	documentDPI = 300
)

// The pictures in the documentation are those that the templates draw today,
// and the page shows every template and every stock.
func TestDocumentedPictures(t *testing.T) {
	page, err := os.ReadFile("../docs/labels.md")
	if err != nil {
		t.Fatal(err)
	}
	shown, bytes := map[string]bool{}, 0
	for _, d := range documented {
		shown[d.template] = true
		name := d.template + ".png"
		picture := drawn(t, d.template, d.stock, d.stamp)
		bytes += pictureGolden(t, filepath.Join(documentDir, name), picture)
		// A millimetre is 96/25.4 pixels in a browser.
		tag := fmt.Sprintf(`<img src="images/labels/%s" width="%d"`, name, picture.Bounds().Dx()*96/documentDPI)
		if !strings.Contains(string(page), tag) {
			t.Errorf("docs/labels.md does not show %s at its real size: %s", d.template, tag)
		}
	}
	for _, template := range Templates() {
		if !shown[template.Name] || !strings.Contains(string(page), template.Title) {
			t.Errorf("docs/labels.md does not show the template %s by its title", template.Name)
		}
	}
	for _, s := range Stocks() {
		if !strings.Contains(string(page), "`"+s.Name+"`") {
			t.Errorf("docs/labels.md does not name the stock %s", s.Name)
		}
	}
	if bytes > 200_000 {
		t.Errorf("the pictures take %d bytes", bytes)
	}
}

// The template in the documentation can be used as it stands there.
func TestDocumentedTemplate(t *testing.T) {
	page, err := os.ReadFile("../docs/labels.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range strings.Split(string(page), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		if strings.HasPrefix(text, "name: my-sheet") {
			if _, err := ParseStock([]byte(text)); err != nil {
				t.Errorf("block %d: %v", i+1, err)
			}
			continue
		}
		template, err := ParseTemplate([]byte(text))
		if err != nil {
			t.Errorf("block %d: %v", i+1, err)
			continue
		}
		if _, err := template.lay(realistic()["batch"], template.Width, template.Height, 0); err != nil {
			t.Errorf("block %d: %v", i+1, err)
		}
	}
}

// drawn draws a stamp with the edge of its label.
func drawn(t *testing.T, template, stockName, stamp string) *image.Gray {
	t.Helper()
	layout, err := TemplateByName(template)
	if err != nil {
		t.Fatal(err)
	}
	s, on := realistic()[stamp], stock(t, stockName)
	s.Logo, s.PIN = documentLogo(t), "50417326"
	var file bytes.Buffer
	if err := layout.WritePNG(&file, s, on.CellWidth, on.CellHeight, documentDPI); err != nil {
		t.Fatalf("%s: %v", template, err)
	}
	picture, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(picture.Bounds())
	draw.Draw(grey, grey.Rect, image.NewUniform(color.Gray{170}), image.Point{}, draw.Src)
	draw.Draw(grey, grey.Rect.Inset(1), picture, image.Pt(1, 1), draw.Src)
	return grey
}

// documentLogo is a mountain in a ring.
func documentLogo(t *testing.T) *Logo {
	t.Helper()
	const side = 400
	picture := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := x-side/2, y-side/2
			r := dx*dx + dy*dy
			ring := r < 195*195 && r > 172*172
			peak := y > 120+abs(dx-25)*5/4 || y > 170+abs(dx+70)
			lake := y > 300 && (y/14)%2 == 0
			if ring || r < 160*160 && peak && !lake {
				continue // black
			}
			picture.SetGray(x, y, color.Gray{255})
		}
	}
	l, err := NewLogo(encodePNG(t, picture))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func abs(n int) int { return max(n, -n) }

// pictureGolden compares a picture with a file, pixel by pixel, and returns the
// size of the file.
func pictureGolden(t *testing.T, path string, got *image.Gray) int {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, encodePNG(t, got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	grey, ok := want.(*image.Gray)
	if !ok || !cmp.Equal(grey.Rect, got.Rect) || !bytes.Equal(grey.Pix, got.Pix) {
		t.Errorf("%s has changed; if that is meant, look at it and run go test -update", path)
	}
	return len(file)
}
