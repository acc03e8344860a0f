package thermal_test

import (
	"bufio"
	"strings"
	"testing"

	"temgoc/labels/thermal"
)

func TestStatus(t *testing.T) {
	zpl := func(paper, waiting, head, left string) string {
		return "\x02030," + paper + ",0,0200," + waiting + ",0,0,0,000,0,0,0\x03\r\n\x02000,0," + head + ",0,0,2,4,0," + left + ",1,000\x03\r\n\x021234,0\x03\r\n"
	}
	for name, c := range map[string]struct {
		l      thermal.Language
		answer string
		want   thermal.Status
		fails  bool
	}{
		"ready":       {thermal.ZPL, zpl("0", "000", "0", "00000000"), thermal.Status{}, false},
		"no paper":    {thermal.ZPL, zpl("1", "000", "0", "00000000"), thermal.Status{Trouble: "out of paper"}, false},
		"open":        {thermal.ZPL, zpl("0", "000", "1", "00000000"), thermal.Status{Trouble: "the print head is open"}, false},
		"waiting":     {thermal.ZPL, zpl("0", "002", "0", "00000000"), thermal.Status{Busy: true}, false},
		"printing":    {thermal.ZPL, zpl("0", "000", "0", "00000003"), thermal.Status{Busy: true}, false},
		"nonsense":    {thermal.ZPL, "a\nb\nc\n", thermal.Status{}, true},
		"no number":   {thermal.ZPL, zpl("0", "x", "0", "0"), thermal.Status{}, true},
		"cut off":     {thermal.ZPL, "\x02030,0", thermal.Status{}, true},
		"tspl ready":  {thermal.TSPL, "\x00", thermal.Status{}, false},
		"tspl busy":   {thermal.TSPL, "\x20", thermal.Status{Busy: true}, false},
		"tspl paper":  {thermal.TSPL, "\x04", thermal.Status{Trouble: "out of paper"}, false},
		"tspl silent": {thermal.TSPL, "", thermal.Status{}, true},
		"no question": {thermal.EPL, "x", thermal.Status{}, true},
	} {
		got, err := c.l.ReadStatus(bufio.NewReader(strings.NewReader(c.answer)))
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
