package studio

import (
	"cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// LanguageName is what a printer understands, as its users know it.
func LanguageName(l ui.Lang, f printing.Format) string {
	switch f {
	case printing.PDF:
		return l.T("máy in văn phòng", "office printer")
	case printing.ZPL:
		return "Zebra ZPL"
	case printing.TSPL:
		return "TSPL"
	case printing.EPL:
		return "EPL"
	case printing.ESCPOS:
		return "ESC/POS"
	case printing.Brother:
		return "Brother QL"
	}
	return string(f)
}

// PrintCommand is the line that sends an order to a printer.
func PrintCommand(order string, p trace.Stored[printing.Printer]) string {
	return "temgoc print --order " + order + " --printer " + p.ID + " --to " + cmp.Or(p.Data.Address, "tcp://MAY-IN:9100")
}
