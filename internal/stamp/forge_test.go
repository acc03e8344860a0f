package stamp

import (
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"
)

// guesses tries n random codes with a right check character against a batch of
// which issued items exist, on all cores, and counts those that pass for items:
// openable, and with a serial that was issued.
func guesses(sealer *Sealer, n, issued int, seed uint64, open func(*Sealer, ItemCode) (uint32, bool)) (hits int) {
	workers := runtime.GOMAXPROCS(0)
	found := make([]int, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			chance := rand.New(rand.NewPCG(seed, uint64(w)))
			for range n / workers {
				var c ItemCode
				copy(c.text[:], sealer.batch.text[:batchPayload])
				putBits(c.text[batchPayload:itemLength-1], chance.Uint64N(1<<50))
				c.text[itemLength-1] = checkCharacter(c.text[:itemLength-1])
				if serial, ok := open(sealer, c); ok && int(serial) < issued {
					found[w]++
				}
			}
		})
	}
	group.Wait()
	for _, n := range found {
		hits += n
	}
	return hits
}

// TestForging guesses codes of a batch with a million items. The formula says
// that a guess is right with probability N/2⁵⁰; at ten million guesses that is
// one hit in a hundred such tests, and more than three would be one in 10⁹.
func TestForging(t *testing.T) {
	const issued = 1_000_000
	tries := 10_000_000
	if os.Getenv("TEMGOC_SOAK") != "" {
		tries = 200_000_000
	}
	if testing.Short() {
		tries = 100_000
	}
	sealer := newTestSealer(t, "forge")
	hits := guesses(sealer, tries, issued, 1, (*Sealer).Open)
	expected := float64(tries) * issued / (1 << 50)
	t.Logf("%d random guesses against %d items: %d hits, %.2g expected", tries, issued, hits, expected)
	if limit := expected + 6*math.Sqrt(expected) + 3; float64(hits) > limit {
		t.Errorf("%d hits, expected %.2g", hits, expected)
	}
}

// TestForgingIsCounted weakens the tag to 6 of its 26 bits, so that guesses do
// hit, and checks that as many are counted as the formula says: N/2³⁰ each.
func TestForgingIsCounted(t *testing.T) {
	const tries, issued = 1_000_000, 1_000_000
	weak := func(s *Sealer, c ItemCode) (uint32, bool) {
		bits := getBits(c.text[batchPayload : itemLength-1])
		tag := uint32(bits >> maskBits)
		m := s.macs.Get().(*macs)
		defer s.macs.Put(m)
		serial := uint32(bits&MaxSerial) ^ m.maskOf(tag)
		return serial, tag>>(tagBits-6) == m.tagOf(serial)>>(tagBits-6)
	}
	hits := guesses(newTestSealer(t, "weak"), tries, issued, 2, weak)
	expected := float64(tries) * issued / (1 << 30)
	t.Logf("%d guesses against a tag of 6 bits: %d hits, %.0f expected", tries, hits, expected)
	if off := math.Abs(float64(hits) - expected); off > 6*math.Sqrt(expected) {
		t.Errorf("%d hits, expected %.0f", hits, expected)
	}
}

// TestPIN checks the form of PINs, that they differ, and that nothing but the
// right one passes.
func TestPIN(t *testing.T) {
	sealer, other := newTestSealer(t, "pin"), newTestSealer(t, "pin of another")
	seen := map[string]int{}
	var digits [PINLength][10]int
	const items = 20_000
	for serial := range uint32(items) {
		c := sealer.Item(serial)
		pin := sealer.PIN(c)
		if len(pin) != PINLength || pin != sealer.PIN(c) || !sealer.CheckPIN(c, pin) {
			t.Fatalf("PIN of item %d: %q", serial, pin)
		}
		if other.PIN(c) != "" || other.CheckPIN(c, "") || other.CheckPIN(c, pin) {
			t.Fatalf("another batch knows the PIN of item %d", serial)
		}
		for i, d := range pin {
			digits[i][d-'0']++
		}
		seen[pin]++
	}
	if len(seen) < items-20 { // two coincide about once in 10⁸ pairs, that is twice here
		t.Errorf("%d different PINs of %d items", len(seen), items)
	}
	for i := range digits {
		for d, n := range digits[i] {
			if n < items/10-300 || n > items/10+300 { // seven standard deviations
				t.Errorf("digit %d is %d in place %d times of %d", i, d, n, items)
			}
		}
	}
	c := sealer.Item(7)
	pin := sealer.PIN(c)
	if typed := pin[:4] + " " + pin[4:]; !sealer.CheckPIN(c, typed) {
		t.Errorf("%q is not taken for %q", typed, pin)
	}
	for _, wrong := range []string{"", pin[:7], pin + "0", sealer.PIN(sealer.Item(8)), "00000000"} {
		if sealer.CheckPIN(c, wrong) {
			t.Errorf("%q passes for %q", wrong, pin)
		}
	}
}

// TestPINVector pins the derivation, which printed stamps rely on for years.
func TestPINVector(t *testing.T) {
	sealer := newTestSealer(t, "vector")
	c := sealer.Item(1)
	if got := c.String() + " " + sealer.PIN(c); got != pinVector {
		t.Errorf("code and PIN are %s, were %s", got, pinVector)
	}
}

const pinVector = "0EZPPPCC0KZR695Y2CTE 84553913"
