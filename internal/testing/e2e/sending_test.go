package e2e

import (
	"bytes"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"temgoc/internal/printing"
	"temgoc/labels/thermal"
	"temgoc/labels/thermal/thermaltest"
)

// A labelPrinter is a printer on the network that speaks ZPL. It keeps what each
// connection brought, and calls full once it has so many bytes more.
type labelPrinter struct {
	net.Listener
	mu      sync.Mutex
	streams [][]byte
	left    int
	full    func()
	hungUp  bool // the connection of now is dropped
	calls   sync.WaitGroup
}

func newLabelPrinter(t *testing.T) *labelPrinter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &labelPrinter{Listener: l}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.calls.Add(1)
			go p.serve(conn)
		}
	}()
	return p
}

// serve reads until the other side hangs up, and says that all is well whenever
// it is asked.
func (p *labelPrinter) serve(conn net.Conn) {
	defer p.calls.Done()
	defer conn.Close()
	var got []byte
	buffer := make([]byte, 997)
	for {
		n, err := conn.Read(buffer)
		got = append(got, buffer[:n]...)
		if p.took(n) {
			break
		}
		if rest, asked := bytes.CutSuffix(got, []byte("~HS")); asked {
			got = rest
			conn.Write([]byte("\x02030,0,0,0200,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"))
		}
		if err != nil {
			break
		}
	}
	p.mu.Lock()
	p.streams = append(p.streams, got)
	p.mu.Unlock()
}

// took counts what came, and tells whether the printer hangs up now.
func (p *labelPrinter) took(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left -= n; p.left <= 0 && p.full != nil {
		p.full()
		p.full = nil
	}
	return p.hungUp
}

// printed counts how often each stamp came out whole.
func (p *labelPrinter) printed(t *testing.T, index map[string]int) map[int]int {
	t.Helper()
	p.calls.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	times := map[int]int{}
	for _, s := range p.streams {
		rows, _ := thermaltest.Decode(thermal.ZPL, s, thermal.Media{}, 0) // an error is where it broke off
		for _, row := range rows {
			i, known := index[string(row.Pix)]
			if !known {
				t.Fatal("a label that is no stamp of the order")
			}
			times[i]++
		}
	}
	return times
}

// TestBrokenOffWhileSending kills the program, or has the printer hang up, again
// and again while it sends. A person then says what lies there. In the end every
// stamp was printed once.
func TestBrokenOffWhileSending(t *testing.T) {
	e := engines(t)[0](t)
	p := serve(t, e)
	office := keyFor(t, e, p, "--role", "office", "--organisation", "Văn phòng OCOP minh họa")
	var producer, product, batch, order document
	office.call("POST", "/producers", object{"name": "HTX", "kind": "cooperative", "address": object{"commune": "02260", "street": "x"}}, &producer)
	maker := keyFor(t, e, p, "--role", "producer", "--producer", producer.ID)
	maker.call("POST", "/products", object{"producer": producer.ID, "name": object{"vi": "Chè"}, "set": 11}, &product)
	day := func(offset int) string { return time.Now().AddDate(0, 0, offset).Format(time.DateOnly) }
	maker.call("POST", "/batches", object{
		"product": product.ID, "lot": "L-1", "quantity": object{"value": "120", "unit": "KGM"}, "production": day(-10), "packing": day(-5), "expiry": day(700),
	}, &batch)
	maker.call("POST", "/batches/"+batch.ID+"/transitions", object{"to": "released"}, nil)
	kills := 8
	if os.Getenv("TEMGOC_SOAK") == "1" {
		kills = 100
	}
	count := 15 * kills
	maker.call("POST", "/batches/"+batch.ID+"/orders", object{"codes": "item", "count": count, "stock": "roll-50x30"}, &order)
	maker.call("POST", "/orders/"+order.ID+"/release", nil, nil)

	file := filepath.Join(t.TempDir(), "all.zpl")
	command(t, append([]string{"labels", "--order", order.ID, "--format", "zpl", "-o", file}, e.flags...)...)
	all, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := thermaltest.Decode(thermal.ZPL, all, thermal.Media{}, 0)
	if err != nil || len(rows) != count {
		t.Fatalf("%d stamps, %v", len(rows), err)
	}
	index := map[string]int{}
	for i, row := range rows {
		index[string(row.Pix)] = i + 1
	}

	printer := newLabelPrinter(t)
	args := append([]string{"print", "--order", order.ID, "--to", "tcp://" + printer.Addr().String(), "--chunk", "7"}, e.flags...)
	chance := rand.New(rand.NewPCG(1, 2))
	uncertain := 0
	for i := range kills {
		c := exec.Command(binary, args...)
		printer.mu.Lock()
		printer.left, printer.hungUp = 1+chance.IntN(2*15*len(all)/count), false
		printer.full = func() { c.Process.Kill() }
		if i%2 == 1 {
			printer.full = func() { printer.hungUp = true }
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		printer.mu.Unlock()
		_ = c.Wait()
		uncertain += resolve(t, maker, order.ID, printer.printed(t, index))
	}
	if uncertain == 0 {
		t.Error("nothing broke off in a part that was on its way")
	}
	printer.mu.Lock()
	printer.full, printer.hungUp = nil, false
	printer.mu.Unlock()
	command(t, args...)
	times := printer.printed(t, index)
	for i := 1; i <= count; i++ {
		if times[i] != 1 {
			t.Errorf("stamp %d was printed %d times", i, times[i])
		}
	}
}

// resolve says how many stamps of each uncertain part lie there, and returns how
// many parts there were.
func resolve(t *testing.T, maker client, order string, times map[int]int) int {
	t.Helper()
	var p printing.Progress
	maker.call(http.MethodGet, "/orders/"+order+"/sending", nil, &p)
	for _, part := range p.Uncertain {
		n := 0
		for times[part.First+n] > 0 && part.First+n <= part.Last {
			n++
		}
		maker.call(http.MethodPost, "/orders/"+order+"/sending/resolutions", object{"first": part.First, "printed": n}, nil)
	}
	return len(p.Uncertain)
}
