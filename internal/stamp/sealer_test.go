package stamp

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

func newTestSealer(t testing.TB, seed string) *Sealer {
	t.Helper()
	random := source(seed)
	keys, err := NewKeys(random)
	if err != nil {
		t.Fatal(err)
	}
	s, err := keys.Sealer(keys.Current(), drawBatch(t, random))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestMillionItems makes a million codes of one batch: all differ, and each
// opens to its own serial.
func TestMillionItems(t *testing.T) {
	const n = 1_000_000
	sealer := newTestSealer(t, "million")
	printed := make([]uint64, n)
	for serial := range uint32(n) {
		c := sealer.Item(serial)
		if got, ok := sealer.Open(c); !ok || got != serial {
			t.Fatalf("item %d is %v and opens as %d, %v", serial, c, got, ok)
		}
		printed[serial] = getBits(c.text[batchPayload : itemLength-1])
	}
	slices.Sort(printed)
	if distinct := len(slices.Compact(printed)); distinct != n {
		t.Errorf("%d of %d codes are distinct", distinct, n)
	}
}

func TestItem(t *testing.T) {
	sealer := newTestSealer(t, "item")
	for _, serial := range []uint32{0, 1, 2, 1000, 1 << 16, MaxSerial} {
		c := sealer.Item(serial)
		if c != sealer.Item(serial) {
			t.Errorf("item %d has two codes", serial)
		}
		if c.Batch() != sealer.Batch() || mustParse(t, c.Display()) != c.Code() || strings.Count(c.Display(), "-") != 3 {
			t.Errorf("item %d of %v is %v", serial, sealer.Batch(), c.Display())
		}
		if got, ok := sealer.Open(c); !ok || got != serial {
			t.Errorf("item %d opens as %d, %v", serial, got, ok)
		}
	}
	defer func() {
		if recover() == nil {
			t.Errorf("Item(%d) did not panic", MaxSerial+1)
		}
	}()
	sealer.Item(MaxSerial + 1)
}

// TestOpenRefuses changes each character of a code and completes it with the
// right check character: none may open, but for a tag that happens to fit
// (2⁻²⁶ each).
func TestOpenRefuses(t *testing.T) {
	sealer := newTestSealer(t, "refuse")
	if serial, ok := sealer.Open(ItemCode{}); ok {
		t.Errorf("the zero code opens as %d", serial)
	}
	for serial := range uint32(20) {
		genuine := sealer.Item(serial)
		for i := range itemLength - 1 {
			for v := range alphabet {
				forged := genuine
				forged.text[i] = alphabet[v]
				forged.text[itemLength-1] = checkCharacter(forged.text[:itemLength-1])
				if got, ok := sealer.Open(forged); ok && forged != genuine {
					t.Errorf("%v, forged from %v, opens as %d", forged, genuine, got)
				}
			}
		}
	}
}

func TestSealersDoNotOpenEachOthersCodes(t *testing.T) {
	random := source("others")
	first, err := NewKeys(random)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := first.Rotate(random)
	if err != nil {
		t.Fatal(err)
	}
	batch, other := drawBatch(t, random), drawBatch(t, random)
	var sealers []*Sealer
	for _, kid := range keys.IDs() {
		for _, b := range []BatchCode{batch, other} {
			s, err := keys.Sealer(kid, b)
			if err != nil {
				t.Fatal(err)
			}
			sealers = append(sealers, s)
		}
	}
	for i, maker := range sealers {
		for j, opener := range sealers {
			if serial, ok := opener.Open(maker.Item(7)); ok != (i == j) {
				t.Errorf("sealer %d opens a code of sealer %d: %d, %v", j, i, serial, ok)
			}
		}
	}
	// A ring that gained a key still opens what was made before.
	old, err := first.Sealer("k1", batch)
	if err != nil {
		t.Fatal(err)
	}
	if serial, ok := sealers[0].Open(old.Item(9)); !ok || serial != 9 {
		t.Errorf("after a rotation item 9 opens as %d, %v", serial, ok)
	}
}

func TestSealerIsSafeForConcurrentUse(t *testing.T) {
	sealer := newTestSealer(t, "concurrent")
	var wg sync.WaitGroup
	for worker := range uint32(8) {
		wg.Go(func() {
			for i := range uint32(500) {
				serial := worker<<20 | i
				if got, ok := sealer.Open(sealer.Item(serial)); !ok || got != serial {
					t.Errorf("item %d opens as %d, %v", serial, got, ok)
				}
			}
		})
	}
	wg.Wait()
}

// TestNoVisibleOrder checks that neighbours look unrelated: each printed bit
// is set in about half of the codes of consecutive serials.
func TestNoVisibleOrder(t *testing.T) {
	const n = 4096
	sealer := newTestSealer(t, "order")
	var set, flipped [50]int
	var last uint64
	for serial := range uint32(n) {
		c := sealer.Item(serial)
		bits := getBits(c.text[batchPayload : itemLength-1])
		for i := range set {
			set[i] += int(bits >> i & 1)
			flipped[i] += int((bits ^ last) >> i & 1)
		}
		last = bits
	}
	for i := range set {
		const slack = 6 * 32 // six standard deviations of n coin tosses
		if abs(set[i]-n/2) > slack || abs(flipped[i]-n/2) > slack {
			t.Errorf("bit %d is set in %d and flips in %d of %d codes", i, set[i], flipped[i], n)
		}
	}
}

func abs(n int) int { return max(n, -n) }

func TestSealerKeepsKeysOutOfLogs(t *testing.T) {
	sealer := newTestSealer(t, "log")
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, sealer); got != sealer.String() {
			t.Errorf("%s prints %s", format, got)
		}
	}
}

func TestBitsRoundTrip(t *testing.T) {
	random := source("bits")
	for range 1000 {
		want := random.Uint64() >> 14
		var text [10]byte
		putBits(text[:], want)
		if got := getBits(text[:]); got != want || bytes.IndexByte(text[:], 0) >= 0 {
			t.Errorf("%#x became %s and %#x", want, text, got)
		}
	}
}

func BenchmarkItem(b *testing.B) {
	sealer := newTestSealer(b, "bench")
	b.ReportAllocs()
	serial := uint32(0)
	for b.Loop() {
		sealer.Item(serial & MaxSerial)
		serial++
	}
}

func BenchmarkMillionItems(b *testing.B) {
	sealer := newTestSealer(b, "bench")
	for b.Loop() {
		for serial := range uint32(1_000_000) {
			sealer.Item(serial)
		}
	}
}

// BenchmarkVerify is what a scan costs: parse the typed code and open it.
func BenchmarkVerify(b *testing.B) {
	sealer := newTestSealer(b, "bench")
	typed := sealer.Item(12345).Display()
	b.ReportAllocs()
	for b.Loop() {
		item, err := ParseItemCode(typed)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := sealer.Open(item); !ok {
			b.Fatal("not genuine")
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	sealer := newTestSealer(b, "bench")
	item := sealer.Item(12345)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := sealer.Open(item); !ok {
			b.Fatal("not genuine")
		}
	}
}

func BenchmarkNewSealer(b *testing.B) {
	random := source("bench")
	keys, err := NewKeys(random)
	if err != nil {
		b.Fatal(err)
	}
	batch := drawBatch(b, random)
	b.ReportAllocs()
	for b.Loop() {
		sealer, err := keys.Sealer("k1", batch)
		if err != nil {
			b.Fatal(err)
		}
		sealer.Item(0)
	}
}

func BenchmarkCandidates(b *testing.B) {
	slip := slips(drawCode(source("bench"), itemLength))[0]
	for b.Loop() {
		Candidates(string(slip))
	}
}
