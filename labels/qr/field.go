package qr

// Arithmetic in GF(256) with the polynomial x⁸+x⁴+x³+x²+1 of ISO/IEC 18004,
// 7.5.2.

var powers, logs = tables()

// tables returns the powers of 2, twice over so that the sum of two logarithms
// is an index, and their logarithms.
func tables() (powers [510]byte, logs [256]byte) {
	x := 1
	for i := range 255 {
		powers[i], powers[i+255] = byte(x), byte(x)
		logs[x] = byte(i)
		if x <<= 1; x > 255 {
			x ^= 0x11d
		}
	}
	return powers, logs
}

func times(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return powers[int(logs[a])+int(logs[b])]
}

// generator returns the generator polynomial of n error correction codewords,
// the highest power, which is 1, left out.
func generator(n int) []byte {
	g := make([]byte, n)
	g[n-1] = 1
	root := byte(1)
	for range n {
		for i := range g {
			g[i] = times(g[i], root)
			if i+1 < n {
				g[i] ^= g[i+1]
			}
		}
		root = times(root, 2)
	}
	return g
}

// remainder returns the error correction codewords of a block.
func remainder(data, generator []byte) []byte {
	rest := make([]byte, len(generator))
	for _, b := range data {
		factor := b ^ rest[0]
		copy(rest, rest[1:])
		rest[len(rest)-1] = 0
		for i, g := range generator {
			rest[i] ^= times(g, factor)
		}
	}
	return rest
}
