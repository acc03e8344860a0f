package sighting

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/trace"
)

// A Cell is a tenth of a degree of latitude and longitude, about 11 km, by its
// south-western corner in tenths: "105,1042" is 10.5° N, 104.2° E.
type Cell string

var cellForm = regexp.MustCompile(`^(-?\d{1,3}),(-?\d{1,4})$`)

// CellOf is the cell of a position in degrees; false where there is none.
func CellOf(latitude, longitude float64) (Cell, bool) {
	if !(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180) {
		return "", false
	}
	return Cell(fmt.Sprintf("%d,%d", int(math.Floor(latitude*10)), int(math.Floor(longitude*10)))), true
}

// tenths are the numbers of a cell.
func (c Cell) tenths() (latitude, longitude int, ok bool) {
	m := cellForm.FindStringSubmatch(string(c))
	if m == nil {
		return 0, 0, false
	}
	latitude, _ = strconv.Atoi(m[1])  // digits
	longitude, _ = strconv.Atoi(m[2]) // as above
	return latitude, longitude, latitude >= -900 && latitude <= 900 && longitude >= -1800 && longitude <= 1800
}

// Valid tells whether there is such a cell.
func (c Cell) Valid() bool { _, _, ok := c.tenths(); return ok }

// String writes the cell in degrees, as "10.5° N, 104.2° E".
func (c Cell) String() string {
	latitude, longitude, ok := c.tenths()
	if !ok {
		return string(c)
	}
	side := func(n int, plus, minus string) string {
		if n < 0 {
			n, plus = -n, minus
		}
		return fmt.Sprintf("%d.%d° %s", n/10, n%10, plus)
	}
	return side(latitude, "N", "S") + ", " + side(longitude, "E", "W")
}

// kilometres is the least distance between two cells.
func (c Cell) kilometres(d Cell) float64 {
	la, lo, _ := c.tenths()
	lb, lp, _ := d.tenths()
	const degree = 111.2 // km of latitude
	north := max(math.Abs(float64(la-lb))-1, 0) / 10 * degree
	turn := math.Abs(float64(lo - lp))
	turn = max(min(turn, 3600-turn)-1, 0)
	east := turn / 10 * degree * math.Cos(math.Max(math.Abs(float64(la)), math.Abs(float64(lb)))/10*math.Pi/180)
	return math.Hypot(north, east)
}

// maxSpeed is faster than anybody travels with a pack, in km/h.
const maxSpeed = 900

// A Place is where a browser was that looked at an item, as its owner chose to
// tell. Its id is the item code and the browser's mark.
type Place struct {
	Item     string `json:"item"`
	Batch    string `json:"batch"`
	Producer string `json:"producer"`
	Cell     Cell   `json:"cell"`
}

// DocumentKind implements trace.Document.
func (Place) DocumentKind() trace.Kind { return KindPlaces }

// DocumentRefs implements trace.Document.
func (p Place) DocumentRefs() []string {
	return []string{itemTerm(p.Item), trace.BatchTerm(p.Batch), trace.ProducerTerm(p.Producer)}
}

// maxPlaces is how many places are kept of one item.
const maxPlaces = 2 * Red

// At keeps where a browser is that looks at a stamp, because its owner pressed
// the button for it: once for each browser and stamp.
func (k *Keeper) At(ctx context.Context, r Ref, browser string, c Cell) error {
	if !ValidBrowser(browser) || !c.Valid() {
		return trace.FieldErrors{{Field: "cell", Message: named("không hợp lệ", "is not valid")}}
	}
	mark, err := k.marks.mark(r, browser)
	if err != nil {
		return err
	}
	code := r.Code.String()
	all, err := trace.All[Place](ctx, k.ledger, itemTerm(code))
	if err != nil || len(all) >= maxPlaces {
		return err
	}
	now := k.ledger.Now()
	_, err = trace.Create(ctx, k.ledger, shopper, code+"-"+mark, Place{code, r.Batch, r.Producer, c})
	if errors.Is(err, trace.ErrExists) {
		return nil // it told before
	}
	if err != nil {
		return err
	}
	for _, p := range all {
		if !strings.HasSuffix(p.ID, mark) && tooFar(p.Data.Cell.kilometres(c), now.Sub(p.Created)) {
			k.Note(r, SignFar, now)
		}
	}
	return nil
}

// tooFar tells whether a distance is more than anybody travels in a time.
func tooFar(kilometres float64, in time.Duration) bool {
	return kilometres > maxSpeed*max(in.Hours(), 0) && kilometres > 100
}
