package labels

import (
	"image"
	"math"
	"math/rand/v2"
)

// cameraPixels is how many pixels of a phone's camera a millimetre of a label
// has, held at a hand's breadth.
const cameraPixels = 12

// Grey levels of paper and ink in a photograph.
const (
	paperGrey = 235
	inkGrey   = 20
)

// A hardship is what befalls a stamp between the print head and the decoder.
// The zero value is a print with clean edges, upright and sharp.
type hardship struct {
	blur     float64 // of the lens, standard deviation in mm
	noise    float64 // of the sensor, standard deviation in grey levels
	turn     float64 // degrees; anyTurn for a random one
	gain     float64 // how far ink spreads over every edge, in mm
	flipped  float64 // share of the dots that came out the wrong way
	scratch  float64 // share of the symbol's area that a scratch took the ink from
	contrast float64 // of ink against paper, 1 when it is 0
}

// anyTurn is the turn of a stamp in any position.
const anyTurn = -1

// scratchWidth is the width of a scratch in mm, as of a pin: half a module. One
// of 2 % of a symbol's area is then about as long as the symbol is wide.
const scratchWidth = 0.2

// photograph returns the picture that a camera takes of a printed label. The
// dots are black or white, dpi to the inch, and square is where the symbol is
// among them. The same source of chance gives the same picture.
func (h hardship) photograph(chance *rand.Rand, dots *image.Gray, square image.Rectangle, dpi int) *image.Gray {
	print := newPrintout(dots, dpi)
	print.gain = h.gain
	print.flip(chance, h.flipped)
	if h.scratch > 0 {
		print.scratch = newScratch(chance, square, print.dot, h.scratch)
	}
	turn := h.turn
	if turn == anyTurn {
		turn = 360 * chance.Float64()
	}
	// The sensor's pixels lie anywhere on the label's.
	shiftX, shiftY := chance.Float64(), chance.Float64()
	picture := print.sample(turn*math.Pi/180, shiftX, shiftY)
	picture.blur(h.blur * cameraPixels)

	depth := float64(paperGrey - inkGrey)
	if h.contrast > 0 {
		depth *= h.contrast
	}
	photo := image.NewGray(image.Rect(0, 0, picture.width, picture.height))
	for i, coverage := range picture.pixels {
		grey := paperGrey - depth*float64(coverage)
		if h.noise > 0 {
			grey += h.noise * chance.NormFloat64()
		}
		photo.Pix[i] = uint8(math.Round(min(max(grey, 0), 255)))
	}
	return photo
}

// A printout is the print of a label, as it lies on the paper.
type printout struct {
	width, height int // in dots
	dark          []bool
	dot           float64 // side of a dot in mm
	gain          float64
	scratch       scratch
}

func newPrintout(dots *image.Gray, dpi int) *printout {
	b := dots.Bounds()
	k := &printout{width: b.Dx(), height: b.Dy(), dark: make([]bool, b.Dx()*b.Dy()), dot: mmPerInch / float64(dpi)}
	for y := range k.height {
		for x := range k.width {
			k.dark[y*k.width+x] = dots.GrayAt(b.Min.X+x, b.Min.Y+y).Y < 128
		}
	}
	return k
}

// flip turns a share of the dots into the other.
func (k *printout) flip(chance *rand.Rand, share float64) {
	if share == 0 {
		return
	}
	for i := range k.dark {
		if chance.Float64() < share {
			k.dark[i] = !k.dark[i]
		}
	}
}

// at reports whether there is ink at a point, in mm.
func (k *printout) at(x, y float64) bool {
	if k.scratch.length > 0 && k.scratch.covers(x, y) {
		return false
	}
	if k.gain == 0 {
		return k.inDot(x, y)
	}
	// A dot is larger than the gain, so its reach is found from these points.
	for _, dy := range [3]float64{0, -k.gain, k.gain} {
		for _, dx := range [3]float64{0, -k.gain, k.gain} {
			if k.inDot(x+dx, y+dy) {
				return true
			}
		}
	}
	return false
}

func (k *printout) inDot(x, y float64) bool {
	column, row := int(math.Floor(x/k.dot)), int(math.Floor(y/k.dot))
	return column >= 0 && row >= 0 && column < k.width && row < k.height && k.dark[row*k.width+column]
}

// A scratch is a straight strip without ink.
type scratch struct {
	x, y          float64 // its middle, in mm
	cos, sin      float64 // its direction
	length, width float64
}

// newScratch lays a scratch with a share of the area of the square anywhere
// on it.
func newScratch(chance *rand.Rand, square image.Rectangle, dot, share float64) scratch {
	side := float64(square.Dx()) * dot
	sin, cos := math.Sincos(math.Pi * chance.Float64())
	return scratch{
		x:      float64(square.Min.X)*dot + side*chance.Float64(),
		y:      float64(square.Min.Y)*dot + side*chance.Float64(),
		cos:    cos,
		sin:    sin,
		length: share * side * side / scratchWidth,
		width:  scratchWidth,
	}
}

func (s scratch) covers(x, y float64) bool {
	x, y = x-s.x, y-s.y
	along, across := x*s.cos+y*s.sin, y*s.cos-x*s.sin
	return math.Abs(along) < s.length/2 && math.Abs(across) < s.width/2
}

// A film is the share of ink in each pixel.
type film struct {
	width, height int
	pixels        []float32
}

// sample looks at the label, turned by an angle about its middle, with
// 3 × 3 points to a pixel.
func (k *printout) sample(angle, shiftX, shiftY float64) *film {
	const points = 3
	sin, cos := math.Sincos(angle)
	width, height := float64(k.width)*k.dot, float64(k.height)*k.dot
	across := (math.Abs(width*cos) + math.Abs(height*sin)) * cameraPixels
	down := (math.Abs(width*sin) + math.Abs(height*cos)) * cameraPixels
	const border = 4 // pixels of the paper around
	f := &film{width: int(across) + 2*border, height: int(down) + 2*border}
	f.pixels = make([]float32, f.width*f.height)
	for py := range f.height * points {
		v := ((float64(py)+0.5)/points - float64(f.height)/2 + shiftY) / cameraPixels
		for px := range f.width * points {
			u := ((float64(px)+0.5)/points - float64(f.width)/2 + shiftX) / cameraPixels
			if k.at(u*cos+v*sin+width/2, v*cos-u*sin+height/2) {
				f.pixels[py/points*f.width+px/points] += 1.0 / (points * points)
			}
		}
	}
	return f
}

// blur smooths the picture with a Gaussian of that many pixels, first across
// and then down.
func (f *film) blur(sigma float64) {
	if sigma == 0 {
		return
	}
	radius := int(math.Ceil(3 * sigma))
	weights := make([]float32, 2*radius+1)
	var sum float32
	for i := range weights {
		d := float64(i - radius)
		weights[i] = float32(math.Exp(-d * d / (2 * sigma * sigma)))
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
	f.pixels = convolve(f.pixels, f.width, f.height, weights)
	f.pixels = convolve(f.pixels, f.height, f.width, weights)
}

// convolve smooths the rows of a picture and returns it with rows and columns
// exchanged. Beyond its edges there is paper.
func convolve(pixels []float32, width, height int, weights []float32) []float32 {
	radius := len(weights) / 2
	out := make([]float32, len(pixels))
	for y := range height {
		row := pixels[y*width : (y+1)*width]
		for x := range width {
			var sum float32
			for i := max(0, x-radius); i <= min(width-1, x+radius); i++ {
				sum += row[i] * weights[i-x+radius]
			}
			out[x*height+y] = sum
		}
	}
	return out
}
