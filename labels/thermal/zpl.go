package thermal

import "bytes"

// zpl writes ZPL II: each label is a format of its own with one graphic field
// (^GF) in hexadecimal, compressed as the ZPL II Programming Guide describes
// under "Alternative Data Compression Scheme". Z64, which is smaller, is not
// understood by all printers.
type zpl struct{}

func (zpl) label(out []byte, b *Bitmap, _ bool) ([]byte, error) {
	out = append(out, "^XA^PW"...)
	out = numbers(out, b.Width)
	out = append(out, "^LL"...)
	out = numbers(out, b.Height)
	out = append(out, "^LH0,0^FO0,0^GFA,"...)
	out = numbers(out, len(b.Pix), len(b.Pix), b.Stride)
	out = append(out, ',')
	for y := range b.Height {
		row := b.Row(y)
		if y > 0 && bytes.Equal(row, b.Row(y-1)) {
			out = append(out, ':')
			continue
		}
		out = zplRow(out, row)
	}
	return append(out, "^FS^XZ\n"...), nil
}

func (zpl) end(out []byte) []byte { return out }

const hexDigits = "0123456789ABCDEF"

// zplRow writes one row. What is left of it after a "," is blank. The "!", which
// fills a row with ones, is not used: some take them for digits, others for bits.
func zplRow(out, row []byte) []byte {
	nibbles := 2 * len(row)
	at := func(i int) byte { return row[i/2] >> (4 * (1 - i%2)) & 0xF }
	for i := 0; i < nibbles; {
		n := 1
		for i+n < nibbles && at(i+n) == at(i) {
			n++
		}
		if i+n == nibbles && at(i) == 0 {
			return append(out, ',')
		}
		out = append(zplCount(out, n), hexDigits[at(i)])
		i += n
	}
	return out
}

// zplCount writes how often a digit comes: g to z for 20 to 400 in steps of 20,
// G to Y for 1 to 19, which add up.
func zplCount(out []byte, n int) []byte {
	if n == 1 {
		return out
	}
	for ; n > 400; n -= 400 {
		out = append(out, 'z')
	}
	if twenties := n / 20; twenties > 0 {
		out = append(out, 'g'+byte(twenties-1))
	}
	if ones := n % 20; ones > 0 {
		out = append(out, 'G'+byte(ones-1))
	}
	return out
}
