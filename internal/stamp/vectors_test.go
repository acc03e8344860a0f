package stamp

import (
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the published vectors in testdata anew")

const batchVectorsHead = `# Check characters of batch codes: 100 vectors.
# Columns, separated by one tab: the nine characters of payload; the check
# character; the code as it is printed. The algorithm is in the package comment.
`

const itemVectorsHead = `# Item codes: 100 vectors.
# Columns, separated by one tab:
#   master    the master key, 32 bytes in hex
#   batch     the nine characters of the batch code's payload
#   Kt, Ke    the keys derived from both, 32 bytes in hex
#   serial    the number of the item in its batch, decimal
#   tag       26 bits, hex
#   masked    the serial number XOR 24 bits of the MAC of the tag, hex
#   code      the code as it is printed
# The algorithm is in the package comment.
`

// TestBatchVectors and TestItemVectors compare with the published vectors,
// which were also computed by a second implementation. They must never
// change: the codes are on stamps.
func TestBatchVectors(t *testing.T) {
	var b strings.Builder
	b.WriteString(batchVectorsHead)
	payloads := []string{"000000000", "100000000", "000000001", "ZZZZZZZZZ", "012345678", "K7Q2M9XR4"}
	random := source("batch vectors")
	for len(payloads) < 100 {
		payloads = append(payloads, drawBatch(t, random).payload())
	}
	for _, payload := range payloads {
		code := completeBatch([]byte(payload))
		fmt.Fprintf(&b, "%s\t%c\t%s\n", payload, code.text[batchPayload], code.Display())
	}
	golden(t, "testdata/batch-codes.tsv", b.String())
}

func TestItemVectors(t *testing.T) {
	var b strings.Builder
	b.WriteString(itemVectorsHead)
	random := source("item vectors")
	serials := []uint32{0, 1, 2, 3, 255, 256, 65535, 65536, 999_999, MaxSerial}
	for range 10 {
		keys, err := NewKeys(random)
		if err != nil {
			t.Fatal(err)
		}
		batch := drawBatch(t, random)
		sealer, err := keys.Sealer("k1", batch)
		if err != nil {
			t.Fatal(err)
		}
		for _, serial := range serials {
			b.WriteString(itemVector(t, keys, sealer, serial))
		}
	}
	golden(t, "testdata/item-codes.tsv", b.String())
}

// itemVector is one line of the table.
func itemVector(t *testing.T, keys *Keys, sealer *Sealer, serial uint32) string {
	t.Helper()
	master := keys.masters["k1"]
	var derived [2]string
	for i, purpose := range []string{"tag", "enc"} {
		key, err := deriveKey(master[:], purpose, sealer.Batch())
		if err != nil {
			t.Fatal(err)
		}
		derived[i] = hex.EncodeToString(key)
	}
	code := sealer.Item(serial)
	bits := getBits(code.text[batchPayload : itemLength-1])
	return fmt.Sprintf("%x\t%s\t%s\t%s\t%d\t%07x\t%06x\t%s\n", master, sealer.Batch().payload(),
		derived[0], derived[1], serial, bits>>maskBits, bits&MaxSerial, code.Display())
}

// golden compares got with the file, or writes it with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
