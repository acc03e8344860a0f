package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMeasureRedness measures how long it takes from the acknowledged recall of
// a batch until the page of a batch made of it, two steps away, is red on each
// of two service processes over one MongoDB. It holds only that it happens; one
// recall is made, or 10 with TEMGOC_SOAK=1 for the figures.
func TestMeasureRedness(t *testing.T) {
	rounds := 1
	if os.Getenv("TEMGOC_SOAK") != "" {
		rounds = 10
	}
	e := engines(t)[1](t)
	processes := []*process{serve(t, e), serve(t, e)}
	office := keyFor(t, e, processes[0], "--role", "office", "--organisation", "Văn phòng OCOP minh họa")
	var producer, product document
	office.call("POST", "/producers", object{
		"name": "Tổ hợp tác Lạc", "kind": "cooperative_group", "address": object{"commune": "02287", "street": "Thôn 1"},
	}, &producer)
	maker := keyFor(t, e, processes[0], "--role", "producer", "--producer", producer.ID)
	maker.call("POST", "/products", object{"producer": producer.ID, "name": object{"vi": "Lạc củ khô"}, "set": 3}, &product)
	released := func(lot string, inputs ...object) string {
		var batch document
		body := object{"product": product.ID, "lot": lot, "quantity": object{"value": "50", "unit": "KGM"}, "production": "2026-01-02", "inputs": inputs}
		maker.call("POST", "/batches", body, &batch)
		maker.call("POST", "/batches/"+batch.ID+"/transitions", object{"to": "released"}, nil)
		return batch.ID
	}
	var took [2][]time.Duration
	for round := range rounds {
		chain := released(fmt.Sprintf("A%d", round))
		first := chain
		for step := range 2 {
			chain = released(fmt.Sprintf("A%d-%d", round, step), object{"batch": chain, "quantity": object{"value": "1", "unit": "KGM"}})
		}
		for _, p := range processes {
			eventually(t, p.url+"/"+chain, fmt.Sprintf("A%d-1", round))
		}
		time.Sleep(time.Duration(round) * 113 * time.Millisecond) // somewhere between two polls
		maker.call("POST", "/batches/"+first+"/transitions", object{"to": "recalled", "reason": "nhiễm chì", "instructions": "trả lại"}, nil)
		begun := time.Now()
		for n := range took {
			took[n] = append(took[n], 0)
		}
		for red := 0; red < len(processes); time.Sleep(10 * time.Millisecond) {
			red = 0
			for n, p := range processes {
				if took[n][round] == 0 {
					if _, body := get(t, p.url+"/"+chain); strings.Contains(body, "nhiễm chì") {
						took[n][round] = time.Since(begun)
					}
				}
				if took[n][round] != 0 {
					red++
				}
			}
			if time.Since(begun) > patience {
				t.Fatalf("round %d: red after %v", round, took)
			}
		}
	}
	for n := range took {
		slices.Sort(took[n])
		t.Logf("process %d: median %v, longest %v of %d recalls", n, took[n][rounds/2].Round(time.Millisecond), took[n][rounds-1].Round(time.Millisecond), rounds)
	}
}
