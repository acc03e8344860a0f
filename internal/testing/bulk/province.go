package bulk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"sync"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/sample/paper"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// Who acts, besides the producers.
var (
	Office     = trace.Actor{ID: "growth-office", Role: trace.Office, Organisation: "Văn phòng OCOP tỉnh"}
	Inspector  = trace.Actor{ID: "growth-inspector", Role: trace.Inspector, Organisation: "Đoàn kiểm tra chất lượng nông sản"}
	Laboratory = trace.Actor{ID: "growth-laboratory", Role: trace.Laboratory, Organisation: "Phòng thử nghiệm Minh Họa"}
)

// ProducerActor is the person of a producer that enters its records.
func ProducerActor(id string) trace.Actor {
	return trace.Actor{ID: "growth-" + id, Role: trace.ProducerRole, Producer: id}
}

// A province is who has batches, and the templates of them.
type province struct {
	writer  *writer
	farms   []*farm
	shares  []float64 // of the batches, summed up
	entered int       // batches
	short   bool
	files   []trace.Digest // documents that many show

	mu     sync.Mutex
	recent []string // codes of late batches, which go into others
}

// A farm is a producer.
type farm struct {
	actor     trace.Actor
	name      string
	product   string
	templates map[shape]*template
}

// A shape is the course that a batch takes.
type shape string

const (
	usual    shape = "usual"
	made     shape = "made" // of another batch
	held     shape = "held"
	recalled shape = "recalled"
)

// everyShape is for how many producers rare courses have templates.
const everyShape = 5

// settle enters producers, products and certificates, and the templates.
func (w *writer) settle(ctx context.Context, c Config) (*province, error) {
	w.memory.heard = func(trace.Revision) {}
	defer func() { w.memory.heard = nil }()
	p := &province{writer: w, short: c.Short}
	for i := range 8 {
		d, err := p.document(ctx, i)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, d)
	}
	sum := 0.0
	for i := range c.Producers {
		f, err := p.settleFarm(ctx, i)
		if err != nil {
			return nil, fmt.Errorf("producer %d: %w", i, err)
		}
		p.farms = append(p.farms, f)
		sum += 1 / math.Pow(float64(i+1), 0.9)
		p.shares = append(p.shares, sum)
	}
	return p, nil
}

// document keeps a sheet that certificates and records show.
func (p *province) document(ctx context.Context, n int) (trace.Digest, error) {
	pdf, err := paper.Paper{Issuer: Office.Organisation, Number: fmt.Sprintf("%d/QĐ-UBND", 100+n), Title: "QUYẾT ĐỊNH"}.PDF()
	if err != nil {
		return trace.Digest{}, err
	}
	s, err := p.writer.ledger.AddFile(ctx, trace.Write{By: Office}, "giay-to.pdf", pdf)
	return s.Data.SHA256, err
}

// by is a write with a key of its own.
func by(a trace.Actor, key string) trace.Write {
	sum := sha256.Sum256([]byte(key))
	return trace.Write{By: a, Op: trace.Op{Key: key, Hash: hex.EncodeToString(sum[:])}}
}

// Words of which names are made, so that some are common and some rare.
var (
	goodsNames = []string{"Chè Shan tuyết", "Mật ong bạc hà", "Cam sành", "Thịt trâu gác bếp", "Bún khô", "Miến dong", "Măng khô", "Lạc đỏ", "Gạo nếp", "Rượu ngô", "Bánh gai", "Hồng trà"}
	placeNames = []string{"Hồng Thái", "Na Hang", "Hàm Yên", "Chiêm Hóa", "Sơn Dương", "Lâm Bình", "Đồng Văn", "Mèo Vạc", "Xín Mần", "Bắc Quang", "Vị Xuyên", "Quản Bạ"}
)

// settleFarm enters a producer with a product and its certificates.
func (p *province) settleFarm(ctx context.Context, i int) (*farm, error) {
	l, key := p.writer.ledger, fmt.Sprintf("farm/%d", i)
	goods, site := goodsNames[i%len(goodsNames)], placeNames[(i/len(goodsNames))%len(placeNames)]
	commune := catalog.Communes("08")[i%len(catalog.Communes("08"))]
	producer, err := l.CreateProducer(ctx, by(Office, key+"/producer"), trace.Producer{
		Name: fmt.Sprintf("Hợp tác xã %s %s số %d", goods, site, i+1), Kind: "cooperative", Registration: fmt.Sprintf("%010d", 5000000000+i),
		Address: trace.Address{Commune: commune.Code, Street: "Thôn " + site}, Phone: fmt.Sprintf("09%08d", i), ProductionSite: "Xưởng " + site,
	})
	if err != nil {
		return nil, err
	}
	f := &farm{actor: ProducerActor(producer.ID), name: producer.Data.Name, templates: map[shape]*template{}}
	p.writer.pause(time.Second)
	product, err := l.CreateProduct(ctx, by(f.actor, key+"/product"), trace.Product{
		Producer: producer.ID, Name: catalog.Name{VI: goods + " " + site, EN: "Product of " + site}, Set: 11, Photo: trace.Digest{},
	})
	if err != nil {
		return nil, err
	}
	f.product = product.ID
	day := trace.DateOf(p.writer.now()).AddDays(-60)
	for n, d := range []trace.CertificateData{
		{Kind: trace.OCOPCertificate, Number: fmt.Sprintf("%d/QĐ-UBND", 100+i), Authority: "UBND tỉnh", Issued: day, Product: product.ID, OCOP: &trace.Evaluation{Stars: 4, Points: "75"}},
		{Kind: "ATTP", Number: fmt.Sprintf("ATTP-%05d", i), Authority: "Chi cục", Issued: day, ValidUntil: day.AddMonths(36)},
	} {
		d.Producer, d.Files = producer.ID, p.files[(i+n)%len(p.files):][:1]
		if _, err := l.CreateCertificate(ctx, by(Office, fmt.Sprintf("%s/certificate/%d", key, n)), d); err != nil {
			return nil, err
		}
	}
	return f, p.enterTemplates(ctx, f, i)
}

// enterTemplates enters a batch of each course.
func (p *province) enterTemplates(ctx context.Context, f *farm, i int) error {
	shapes := []shape{usual}
	if len(p.recent) > 0 {
		shapes = append(shapes, made)
	}
	if i < everyShape {
		shapes = append(shapes, held, recalled)
	}
	for _, s := range shapes {
		t, err := p.enter(ctx, f, s, fmt.Sprintf("farm/%d/%s", i, s))
		if err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
		f.templates[s] = t
		p.entered++
		p.writer.pause(time.Minute)
	}
	return nil
}

// copy writes the n-th copy of some template.
func (p *province) copy(ctx context.Context, n int, at time.Time) error {
	f := p.farms[min(sort.SearchFloat64s(p.shares, rand.Float64()*p.shares[len(p.shares)-1]), len(p.farms)-1)]
	course := usual
	switch x := rand.Float64(); {
	case x < 0.0005:
		course, f = recalled, p.farms[n%min(everyShape, len(p.farms))]
	case x < 0.003:
		course, f = held, p.farms[n%min(everyShape, len(p.farms))]
	case x < 0.1:
		course = made
	}
	t := f.templates[course]
	if t == nil || p.short {
		t = f.templates[usual]
	}
	p.mu.Lock()
	input := p.recent[rand.IntN(len(p.recent))]
	p.mu.Unlock()
	c, err := t.filled(p.writer, n, input, at)
	if err != nil {
		return err
	}
	if err := t.write(ctx, c, p.parts(course)); err != nil {
		return err
	}
	p.remember(c.code)
	if rand.IntN(5) == 0 {
		p.writer.scan(c.code, int64(rand.IntN(500)+1), at, p.writer.now())
	}
	return nil
}

// remember keeps the code among the late ones.
func (p *province) remember(code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.recent) < 200 {
		p.recent = append(p.recent, code)
		return
	}
	p.recent[rand.IntN(len(p.recent))] = code
}

// parts chooses what of the diary is there: a median of three entries, seven
// batches in ten with stamps, one in twelve with a test of its own.
func (p *province) parts(course shape) func(string) bool {
	if p.short {
		return func(part string) bool { return part == "batch" || part == "record/1" || part == "release" }
	}
	entries := 1
	for entries < diaryEntries && rand.Float64() < 0.75 {
		entries++
	}
	wanted := map[string]bool{
		"batch": true, "release": true, "end": course != usual && course != made || rand.Float64() < 0.6,
		"test": rand.Float64() < 0.08, "order": rand.Float64() < 0.7, "problem": rand.Float64() < 0.004,
	}
	wanted["report"] = wanted["order"] && rand.Float64() < 0.5
	for i := range entries {
		wanted[fmt.Sprintf("record/%d", i+1)] = true
	}
	return func(part string) bool { return wanted[part] }
}

func lotNumber(n int) (gs1.LotNumber, error) { return gs1.ParseLotNumber(fmt.Sprintf("L%09d", n)) }

// reference draws the reference of a problem report.
func reference() string {
	for {
		if r, err := stamp.NewReference(cryptoSource{}); err == nil {
			return r.String()
		}
	}
}

type cryptoSource struct{}

func (cryptoSource) Read(b []byte) (int, error) { return copy(b, random(len(b))), nil }
