package labels

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// signature is what a design says and where.
func signature(d *design) []string {
	all := []string{fmt.Sprintf("symbol %d-%v of %d at %d,%d", d.symbol.Version(), d.symbol.Level(), d.module, d.x, d.y)}
	for _, t := range d.texts {
		all = append(all, fmt.Sprintf("%s %d at %d,%d", t, t.size, t.x, t.y))
	}
	for y := range d.symbol.Size() {
		all = append(all, fmt.Sprintf("%x", d.symbol.Row(y)))
	}
	return all
}

// layouts are the automatic one and all templates, on a label that suits them.
func layouts(t *testing.T) map[string]*press {
	t.Helper()
	all := map[string]*press{"automatic": {width: 38, height: 21}}
	for _, template := range Templates() {
		p := &press{template: template}
		for _, s := range Stocks() {
			if template.Fits(s) && s.CellWidth*s.CellHeight > p.width*p.height {
				p.width, p.height = s.CellWidth, s.CellHeight
			}
		}
		all[template.Name] = p
	}
	return all
}

// TestStampsOfARunDoNotDependOnTheFirst sets the stamps of an order, narrow and
// wide codes among them, each alone and in several orders.
func TestStampsOfARunDoNotDependOnTheFirst(t *testing.T) {
	for _, long := range []bool{false, true} {
		var stamps []Stamp
		for _, code := range []string{"11111-11111", "WWWWW-WWWWW", "K7Q2M-9XR4V", "JJJJJ-JJJJJ", "QQQQQ-00000", "MWMWM-K0000"} {
			s := sample(0)
			s.ShortCode, s.Payload = code, "https://T.EXAMPLE.VN/"+code[:5]+code[6:]
			if long {
				s.ShortCode += "-" + code
				s.Payload += code[:5] + code[6:]
			}
			stamps = append(stamps, s)
		}
		for name, fresh := range layouts(t) {
			alone := map[string][]string{}
			for _, s := range stamps {
				d, err := fresh.template.lay(s, fresh.width, fresh.height, 0)
				if err != nil { // for a code too wide
					continue
				}
				alone[s.ShortCode] = signature(d)
			}
			if len(alone) < 2 && !long {
				t.Errorf("%s takes %d of the stamps", name, len(alone))
			}
			for range 2 {
				slices.Reverse(stamps)
				p := &press{template: fresh.template, width: fresh.width, height: fresh.height}
				for _, s := range stamps {
					d, err := p.lay(s)
					if err != nil {
						continue
					}
					if diff := cmp.Diff(alone[s.ShortCode], signature(d)); diff != "" {
						t.Errorf("%s: %s differs behind others (-alone +behind):\n%s", name, s.ShortCode, diff)
					}
				}
			}
		}
	}
}

// TestShortCodesAreShownWhole reads the code back from the lines of a design.
func TestShortCodesAreShownWhole(t *testing.T) {
	for name, p := range layouts(t) {
		for i := range 200 {
			s := sample(0)
			s.ShortCode = fmt.Sprintf("K7Q2M-%05d", i*i)
			s.Payload = fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M%05d", i*i)
			d, err := p.lay(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			shown := ""
			for _, line := range d.code {
				shown += d.texts[line.text].String()
			}
			if len(d.code) > 0 && shown != s.ShortCode {
				t.Fatalf("%s shows %q, want %q", name, shown, s.ShortCode)
			}
			if got, err := decodeSymbol(d); err != nil || got != s.Payload {
				t.Fatalf("%s: the symbol says %q, %v, want %q", name, got, err, s.Payload)
			}
		}
	}
}

// A payload that does not end in the short code, such as a GS1 Digital Link,
// has a symbol of its own.
func TestPayloadsOfTheirOwn(t *testing.T) {
	s := sample(0)
	p := &press{width: 63.5, height: 38.1}
	for _, s.Payload = range []string{
		"https://T.EXAMPLE.VN/01/08938500000010/10/L26001-A",
		"https://t.example.vn/lo/" + strings.ReplaceAll(s.ShortCode, "-", ""),
		"https://T.EXAMPLE.VN/" + strings.ToLower(s.ShortCode),
	} {
		d, err := p.lay(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decodeSymbol(d); err != nil || got != s.Payload {
			t.Errorf("the symbol says %q, %v, want %q", got, err, s.Payload)
		}
	}
	if err := (Sheet{Stock: stock(t, "tomy-145")}).WritePDF(io.Discard, list(s)); err != nil {
		t.Error(err)
	}
}
