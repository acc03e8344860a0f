package stamp

import "fmt"

// A MistypedError says that a code has the right length and alphabet but a
// check character that does not fit: it was misread or mistyped, no such code
// was ever printed.
type MistypedError struct {
	// Input is what was given, unchanged.
	Input string
	// Suggestion is what was probably meant, or zero. It is set when one
	// likely slip, and only one, leads to a code with a right check
	// character. Whether that code exists is not known here, and a slip of
	// another kind gets a wrong suggestion one time in three (measured):
	// whoever can ask which codes exist uses Correct.
	Suggestion Code
}

// Error implements error.
func (e *MistypedError) Error() string {
	if e.Suggestion.IsZero() {
		return fmt.Sprintf("code %q is mistyped: its check character does not fit", e.Input)
	}
	return fmt.Sprintf("code %q is mistyped: its check character does not fit; perhaps %s is meant", e.Input, e.Suggestion.Display())
}

// lookalikes are the pairs of characters that people confuse on small print
// and in handwriting. Any character can be replaced by exactly one other to
// make the check character right, so without this list each position of a
// code would give a suggestion. U/V is not here because U is in no code.
var lookalikes = []string{
	"0D", "0Q", "DQ", "17", "1J", "2Z", "38", "49", "4A", "5S", "6G", "8B",
	"CG", "EF", "HN", "KX", "MN", "PR", "VW", "VY",
}

// confusable[v] are the values of the characters that look like that of v.
var confusable = func() (table [32][]byte) {
	for _, pair := range lookalikes {
		a, b := valueOf[pair[0]], valueOf[pair[1]]
		table[a] = append(table[a], b)
		table[b] = append(table[b], a)
	}
	return table
}()

// Candidates returns the codes that a mistyped s may have been: those with a
// right check character that differ from s in one lookalike, in two
// neighbours exchanged, or in two characters exchanged across a third, in
// this order. It returns none when s is a code, or is wrong in another way.
// Missing and surplus characters are not corrected.
func Candidates(s string) []Code {
	text, foreign, err := normalise(s)
	if err != nil || !foreign && syndrome(text) == 0 {
		return nil
	}
	return candidates(text, foreign)
}

// Correct returns the one candidate for s that exists, and false when there
// is none or more than one. It suggests more often and more surely than Parse
// can. A guesser can use it too: a caller that limits wrong attempts counts a
// mistyped code as one.
func Correct(s string, exists func(Code) bool) (Code, bool) {
	var found Code
	for _, c := range Candidates(s) {
		if !exists(c) {
			continue
		}
		if !found.IsZero() {
			return Code{}, false
		}
		found = c
	}
	return found, !found.IsZero()
}

// candidates does the work of Candidates for a normalised text. Where letters
// outside the alphabet were replaced already that is the one slip allowed.
func candidates(text []byte, foreign bool) []Code {
	s := syndrome(text)
	if foreign {
		if s != 0 {
			return nil
		}
		return []Code{codeOf(text)}
	}
	var found []Code
	for i, c := range text {
		for _, v := range confusable[valueOf[c]] {
			if s == weighted[weightAt(i, len(text))][v^valueOf[c]] {
				fixed := append([]byte(nil), text...)
				fixed[i] = alphabet[v]
				found = append(found, codeOf(fixed))
			}
		}
	}
	for distance := 1; distance <= 2; distance++ {
		for i := range len(text) - distance {
			j := i + distance
			// Equal characters change nothing, and s is not 0.
			d := valueOf[text[i]] ^ valueOf[text[j]]
			if s == weighted[weightAt(i, len(text))][d]^weighted[weightAt(j, len(text))][d] {
				fixed := append([]byte(nil), text...)
				fixed[i], fixed[j] = fixed[j], fixed[i]
				found = append(found, codeOf(fixed))
			}
		}
	}
	return found
}
