package stamp

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// slips returns every text that one likely slip makes of a code.
func slips(code []byte) (all [][]byte) {
	add := func(slip []byte) {
		if !bytes.Equal(slip, code) {
			all = append(all, slip)
		}
	}
	for i, c := range code {
		for _, v := range confusable[valueOf[c]] {
			slip := bytes.Clone(code)
			slip[i] = alphabet[v]
			add(slip)
		}
		for j := i + 1; j <= min(i+2, len(code)-1); j++ {
			slip := bytes.Clone(code)
			slip[i], slip[j] = slip[j], slip[i]
			add(slip)
		}
	}
	return all
}

// TestSlipsAreCorrected makes every likely slip in random codes. Knowing
// which codes exist, every one is put right; without that knowledge no
// suggestion is ever made that is not among the candidates.
func TestSlipsAreCorrected(t *testing.T) {
	for _, n := range []int{batchLength, itemLength} {
		random := source("slips")
		made, suggested, right := 0, 0, 0
		for range 300 {
			code := drawCode(random, n)
			meant := codeOf(code)
			for _, slip := range slips(code) {
				made++
				if !slices.Contains(Candidates(string(slip)), meant) {
					t.Fatalf("Candidates(%s) = %v, want %v among them", slip, Candidates(string(slip)), meant)
				}
				if got, ok := Correct(string(slip), func(c Code) bool { return c == meant }); !ok || got != meant {
					t.Fatalf("Correct(%s) = %v, %v; want %v", slip, got, ok, meant)
				}
				_, err := Parse(string(slip))
				mistyped, ok := errors.AsType[*MistypedError](err)
				if !ok {
					t.Fatalf("Parse(%s) = %v", slip, err)
				}
				if mistyped.Suggestion.IsZero() {
					continue
				}
				suggested++
				if mistyped.Suggestion == meant {
					right++
				}
			}
		}
		t.Logf("%d characters: of %d slips %.1f %% got a suggestion from Parse alone", n, made, 100*float64(suggested)/float64(made))
		if suggested == 0 || suggested != right {
			t.Errorf("%d characters: %d of %d suggestions were right", n, right, suggested)
		}
	}
}

func TestCorrectNeedsExactlyOne(t *testing.T) {
	random := source("ambiguous")
	yes := func(Code) bool { return true }
	for range 10_000 {
		code := drawCode(random, batchLength)
		slip := slips(code)[0]
		all := Candidates(string(slip))
		if len(all) < 2 {
			continue
		}
		if got, ok := Correct(string(slip), yes); ok || !got.IsZero() {
			t.Errorf("Correct(%s) = %v though all of %v exist", slip, got, all)
		}
		_, err := Parse(string(slip))
		if mistyped, ok := errors.AsType[*MistypedError](err); !ok || !mistyped.Suggestion.IsZero() {
			t.Errorf("Parse(%s) = %v though %v are possible", slip, err, all)
		}
		if got, ok := Correct(string(slip), func(c Code) bool { return c == all[1] }); !ok || got != all[1] {
			t.Errorf("Correct(%s) = %v, %v; want %v", slip, got, ok, all[1])
		}
		return
	}
	t.Error("no slip with two candidates was found")
}

func TestCorrectLeavesOthersAlone(t *testing.T) {
	yes := func(Code) bool { return true }
	for _, s := range []string{"", "1000000002", "100000000", "10000000022", "1000000*02"} {
		if got, ok := Correct(s, yes); ok {
			t.Errorf("Correct(%q) = %v", s, got)
		}
	}
}

// U is in no code, so it is a V misread, if that makes the code right.
func TestUIsReadAsV(t *testing.T) {
	random := source("U")
	seen := 0
	for range 2000 {
		code := drawCode(random, batchLength)
		if !bytes.Contains(code, []byte("V")) {
			continue
		}
		seen++
		typed := strings.ReplaceAll(string(code), "V", "u")
		_, err := Parse(typed)
		mistyped, ok := errors.AsType[*MistypedError](err)
		if !ok || mistyped.Suggestion != codeOf(code) {
			t.Errorf("Parse(%s) = %v, want suggestion %s", typed, err, code)
		}
	}
	if seen == 0 {
		t.Error("no code with a V was drawn")
	}
	_, err := Parse("U000000000")
	if mistyped, ok := errors.AsType[*MistypedError](err); !ok || !mistyped.Suggestion.IsZero() {
		t.Errorf("Parse(U000000000) = %v, want mistyped without suggestion", err)
	}
}

func TestMistypedErrorMessage(t *testing.T) {
	with := &MistypedError{Input: "x\n", Suggestion: mustParse(t, "1000000002")}
	if got := with.Error(); !strings.Contains(got, `"x\n"`) || !strings.Contains(got, "10000-00002") {
		t.Errorf("message is %s", got)
	}
	without := &MistypedError{Input: "x"}
	if got := without.Error(); strings.Contains(got, "perhaps") {
		t.Errorf("message is %s", got)
	}
}

func TestLookalikes(t *testing.T) {
	seen := make(map[string]bool)
	for _, pair := range lookalikes {
		if len(pair) != 2 || pair[0] >= pair[1] || valueOf[pair[0]] == none || valueOf[pair[1]] == none || seen[pair] {
			t.Errorf("pair %q is not two characters of the alphabet in order, given once", pair)
		}
		seen[pair] = true
	}
}
