package bench

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime/metrics"
	"sync"
	"syscall"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"

	"temgoc/labels"
	"temgoc/labels/qr"
)

const (
	address = "https://T.EXAMPLE.VN/"
	size    = 20 // characters of an item code
)

// codes yields n different item codes.
func codes(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for range n {
			code := make([]byte, size)
			for i := range code {
				code[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[r.IntN(32)]
			}
			if !yield(string(code)) {
				return
			}
		}
	}
}

// display writes a code as it is printed, in groups of five.
func display(code string) string {
	return code[:5] + "-" + code[5:10] + "-" + code[10:15] + "-" + code[15:]
}

// ours writes sheets of n stamps with the package labels.
func ours(w *meter, s labels.Sheet, n int) error {
	return s.WritePDF(w, func(yield func(labels.Stamp, error) bool) {
		for code := range codes(n) {
			stamp := labels.Stamp{
				Payload: address + code, ShortCode: display(code),
				Product: "Chè Shan tuyết Hồng Thái", Producer: "HTX Sơn Trà", Lot: "HT-2605-01",
				ProductionDate: "12-05-2026", ExpiryDate: "12-05-2028", Stars: 4,
				Captions: labels.Captions{Lot: "Lô", Production: "NSX", Expiry: "HSD", Stars: "OCOP"},
			}
			if !yield(stamp, nil) {
				return
			}
		}
	})
}

// theirs draws the same sheet with fpdf in the fastest way that keeps
// symbols shapes: a filled rectangle for each run of dark modules. The symbols are
// made by our own series, which takes hardly any of the time.
func theirs(w *meter, s labels.Sheet, n int) error {
	series, err := qr.NewSeries(address, size, qr.Options{})
	if err != nil {
		return err
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddUTF8FontFromBytes("dejavu", "", dejavusanscondensed.TTF)
	pdf.AddUTF8FontFromBytes("dejavu", "B", dejavusanscondensedbold.TTF)
	cell := s.Stock.Cells()
	var m qr.Matrix
	for code := range codes(n) {
		if cell++; cell > s.Stock.Cells() {
			pdf.AddPage()
			cell = 1
		}
		if err := series.Symbol(&m, address+code); err != nil {
			return err
		}
		x, y := s.Stock.CellOrigin(cell)
		const module = 0.4233
		for r := range m.Runs() {
			pdf.Rect(x+1.7+float64(r.X)*module, y+1.7+float64(r.Y)*module, float64(r.N)*module, module, "F")
		}
		line := func(style string, points, left, base float64, text string) {
			pdf.SetFont("dejavu", style, points)
			pdf.Text(x+left, y+base, text)
		}
		line("B", 6.5, 16.5, 4.0, "Chè Shan tuyết")
		line("B", 6.5, 16.5, 6.5, "Hồng Thái")
		line("", 5, 16.5, 8.7, "HTX Sơn Trà")
		line("B", 5, 16.5, 10.9, "OCOP ★★★★")
		line("", 5, 16.5, 13.1, "Lô  HT-2605-01")
		line("", 5, 16.5, 15.2, "NSX 12-05-2026")
		line("", 5, 16.5, 17.3, "HSD 12-05-2028")
		line("B", 6.5, 1.7, 20.0, display(code))
	}
	return pdf.Output(w)
}

// sheet is one of 65 labels.
func sheet(b *testing.B) labels.Sheet {
	stock, err := labels.StockByName("tomy-145")
	if err != nil {
		b.Fatal(err)
	}
	return labels.Sheet{Stock: stock, Title: "Tem", Lang: "vi"}
}

// BenchmarkSheet makes a PDF file of 10,000 item-coded stamps with their text.
func BenchmarkSheet(b *testing.B) {
	s := sheet(b)
	b.Run("labels", func(b *testing.B) { measure(b, s, 10_000, ours) })
	b.Run("fpdf", func(b *testing.B) { measure(b, s, 10_000, theirs) })
}

// BenchmarkGrowth writes ever more stamps to one file: time and memory a stamp
// should stay as they are.
func BenchmarkGrowth(b *testing.B) {
	s := sheet(b)
	for n := 1000; n <= 1_000_000; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) { measure(b, s, n, ours) })
	}
}

// measure runs a benchmark that writes n stamps.
func measure(b *testing.B, s labels.Sheet, n int, write func(*meter, labels.Sheet, int) error) {
	var m meter
	m.start()
	defer m.stop()
	begin := cpu(b)
	for b.Loop() {
		m.bytes = 0
		if err := write(&m, s, n); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu(b)-begin)/1e3/float64(b.N)/float64(n), "cpu-µs/stamp")
	b.ReportMetric(float64(m.bytes)/float64(n), "B/stamp")
	b.ReportMetric(float64(m.stop())/(1<<20), "peak-MiB")
}

// cpu is the processor time that the process has used. Unlike the time of day
// it hardly depends on what else the machine does.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A meter discards what is written, and watches the memory that the process
// keeps from the system meanwhile.
type meter struct {
	bytes int
	most  uint64
	quit  chan struct{}
	done  sync.WaitGroup
}

func (m *meter) Write(b []byte) (int, error) {
	m.bytes += len(b)
	return len(b), nil
}

func (m *meter) start() {
	m.quit = make(chan struct{})
	m.done.Go(func() {
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
			metrics.Read(s)
			m.most = max(m.most, s[0].Value.Uint64()-s[1].Value.Uint64())
			select {
			case <-m.quit:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
}

// stop returns the most memory that was seen.
func (m *meter) stop() uint64 {
	if m.quit != nil {
		close(m.quit)
		m.done.Wait()
		m.quit = nil
	}
	return m.most
}
