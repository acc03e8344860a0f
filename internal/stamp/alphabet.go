package stamp

// alphabet is Crockford's base32; a character's value is its index.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// none is the value of a byte outside the alphabet.
const none = 0xFF

// valueOf gives the value of an upper-case character, or none.
var valueOf = func() (values [256]byte) {
	for i := range values {
		values[i] = none
	}
	for i := range len(alphabet) {
		values[alphabet[i]] = byte(i)
	}
	return values
}()

// weighted[k][v] is v·αᵏ in GF(2⁵) modulo x⁵+x²+1, α = x.
var weighted = func() (table [itemLength][32]byte) {
	for v := range byte(32) {
		product := v
		for k := range table {
			table[k][v] = product
			product <<= 1
			if product&0b100000 != 0 {
				product ^= 0b100101
			}
		}
	}
	return table
}()

// checkCharacter returns the character that completes payload, which has at
// most 19 characters of the alphabet.
func checkCharacter(payload []byte) byte {
	var sum byte
	for i, c := range payload {
		sum ^= weighted[i+1][valueOf[c]]
	}
	return alphabet[sum]
}

// weightAt is the exponent of α by which character i of a code with n
// characters is weighted: i+1 in the payload, 0 for the check character.
func weightAt(i, n int) int { return (i + 1) % n }

// syndrome is the weighted sum over a whole code: 0 when the check character
// is right.
func syndrome(code []byte) byte {
	var sum byte
	for i, c := range code {
		sum ^= weighted[weightAt(i, len(code))][valueOf[c]]
	}
	return sum
}

// putBits writes the low 5·len(dst) bits of bits as characters, the most
// significant first.
func putBits(dst []byte, bits uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = alphabet[bits&31]
		bits >>= 5
	}
}

// getBits is the inverse of putBits.
func getBits(src []byte) (bits uint64) {
	for _, c := range src {
		bits = bits<<5 | uint64(valueOf[c])
	}
	return bits
}
