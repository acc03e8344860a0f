package thermal

// tspl writes TSPL2 (TSC's "TSPL/TSPL2 Programming Manual"). In its BITMAP a
// clear bit burns, the opposite of the other languages.
type tspl struct{ Media }

func (t tspl) label(out []byte, b *Bitmap, first bool) ([]byte, error) {
	if first {
		out = append(out, "SIZE "...)
		out = millimetres(out, t.Width)
		out = append(out, " mm,"...)
		out = millimetres(out, t.Height)
		out = append(out, " mm\r\nGAP "...)
		out = millimetres(out, t.Gap)
		out = append(out, " mm,0 mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\n"...)
	}
	out = append(out, "CLS\r\nBITMAP 0,0,"...)
	out = numbers(out, b.Stride, b.Height)
	out = append(out, ",0,"...)
	out = inverted(out, b.Pix)
	return append(out, "\r\nPRINT 1\r\n"...), nil
}

func (tspl) end(out []byte) []byte { return out }

// epl writes EPL2 (Zebra's "EPL Programming Guide"). A clear bit of GW burns, and
// a comma stands before its data, which the guide forgets and Zebra's support
// page on GW says.
type epl struct{ Media }

func (e epl) label(out []byte, b *Bitmap, _ bool) ([]byte, error) {
	// The empty line ends whatever an earlier job left unfinished.
	out = append(out, "\nN\nq"...)
	out = numbers(out, b.Width)
	out = append(out, "\nQ"...)
	out = numbers(out, b.Height, e.Dots(e.Gap))
	out = append(out, "\nGW0,0,"...)
	out = numbers(out, b.Stride, b.Height)
	out = append(out, ',')
	out = inverted(out, b.Pix)
	return append(out, "\nP1\n"...), nil
}

func (epl) end(out []byte) []byte { return out }

// escpos writes ESC/POS (Epson's command reference): GS v 0 prints raster bit
// images at once, a band at a time, since small printers hold only a little.
// The gap is blank rows too: the unit of feed commands depends on the printer.
type escpos struct{ Media }

// bandRows is how many rows a band has: their number then fits one byte.
const bandRows = 128

func (e escpos) label(out []byte, b *Bitmap, _ bool) ([]byte, error) {
	out = append(out, 0x1B, '@')
	for top := 0; top < b.Height; top += bandRows {
		rows := min(bandRows, b.Height-top)
		out = escposBand(out, b.Stride, rows)
		out = append(out, b.Pix[top*b.Stride:(top+rows)*b.Stride]...)
	}
	for feed := e.feed(); feed > 0; feed -= bandRows {
		rows := min(bandRows, feed)
		out = escposBand(out, 1, rows)
		out = append(out, make([]byte, rows)...)
	}
	return out, nil
}

func escposBand(out []byte, stride, rows int) []byte {
	return append(out, 0x1D, 'v', '0', 0, byte(stride), byte(stride>>8), byte(rows), byte(rows>>8))
}

func (escpos) end(out []byte) []byte { return out }
