package bulk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// diaryEntries is how many entries the diary of a template has.
const diaryEntries = 8

// A course is the entering of one template.
type course struct {
	*province
	farm *farm
	key  string
	// part is that of what is entered now.
	part    string
	written []heard
	batch   string
}

// enter enters a batch and makes a template of what was written.
func (p *province) enter(ctx context.Context, f *farm, s shape, key string) (*template, error) {
	c := &course{province: p, farm: f, key: key}
	p.writer.memory.heard = func(r trace.Revision) { c.written = append(c.written, heard{c.part, r}) }
	defer func() { p.writer.memory.heard = func(trace.Revision) {} }()
	lot, err := lotNumber(1_000_000 + p.entered)
	if err != nil {
		return nil, err
	}
	input := ""
	if s == made {
		input = p.recent[rand.IntN(len(p.recent))]
	}
	err = c.steps(ctx, s,
		part{"batch", func() error { return c.open(ctx, lot.String(), input) }},
		part{"diary", func() error { return c.diary(ctx) }},
		part{"test", func() error { return c.test(ctx) }},
		part{"release", func() error { return c.move(ctx, c.farm.actor, trace.Transition{To: trace.BatchReleased}) }},
		part{"order", func() error { return c.order(ctx) }},
		part{"problem", func() error { return c.problem(ctx) }},
		part{"end", func() error { return c.end(ctx, s) }},
	)
	if err != nil {
		return nil, err
	}
	p.recent = append(p.recent, c.batch)
	gaps := []gap{
		{c.batch, func(f *filling) string { return f.code }},
		{lot.String(), func(f *filling) string { return fmt.Sprintf("L%09d", 2_000_000+f.n) }},
	}
	if input != "" {
		gaps = append(gaps, gap{input, func(f *filling) string { return f.input }})
	}
	if r := c.reference(); r != "" {
		gaps = append(gaps, gap{r, func(*filling) string { return reference() }})
	}
	return compile(p.writer, c.written, gaps), nil
}

// A part is one of the parts of a course.
type part struct {
	name  string
	enter func() error
}

func (c *course) steps(_ context.Context, _ shape, parts ...part) error {
	for _, p := range parts {
		c.part = p.name
		if err := p.enter(); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		c.writer.pause(5 * time.Minute)
	}
	return nil
}

func (c *course) by(a trace.Actor, step string) trace.Write { return by(a, c.key+"/"+step) }

func (c *course) today() trace.Date { return trace.DateOf(c.writer.now()) }

// open opens the batch.
func (c *course) open(ctx context.Context, lot, input string) error {
	d := trace.BatchData{
		Product: c.farm.product, Quantity: trace.Quantity{Value: "120", Unit: "KGM"},
		Production: c.today().AddDays(-4), Packing: c.today().AddDays(-1), Expiry: c.today().AddMonths(12), Note: "Lô thường kỳ của xưởng.",
	}
	var err error
	if d.Lot, err = lotNumber(0); err != nil {
		return err
	}
	if err := d.Lot.UnmarshalText([]byte(lot)); err != nil {
		return err
	}
	if input != "" {
		d.Inputs = []trace.Input{{Batch: input, Quantity: trace.Quantity{Value: "40", Unit: "KGM"}}}
	}
	b, err := c.writer.ledger.CreateBatch(ctx, c.by(c.farm.actor, "batch"), d)
	c.batch = b.ID
	return err
}

// diary enters the records, each a part of its own. One in three shows a
// document, one is verified by the inspector.
func (c *course) diary(ctx context.Context) error {
	day, kg := c.today(), func(v string) trace.Quantity { return trace.Quantity{Value: trace.Decimal(v), Unit: "KGM"} }
	for i, d := range []trace.RecordData{
		{Kind: "harvest", Harvest: &trace.Harvest{Plot: "Lô đồi số 3", Quantity: kg("600"), Harvester: "Tổ hái số 2", Weather: "Nắng nhẹ"}},
		{Kind: "packing", Packing: &trace.Packing{NetContent: kg("0.2"), Units: 600, Material: "Túi thiếc", PackedOn: day}},
		{Kind: "processing", Processing: &trace.Processing{Process: "Sao, vò, sấy", Inputs: []trace.Material{{Name: "Búp tươi", Quantity: kg("600")}}, Output: kg("120"), Temperature: "85", Minutes: 240, Equipment: "Lò quay"}},
		{Kind: "storing", Storing: &trace.Storing{Place: "Kho thành phẩm", From: day.AddDays(-1), Until: day, Temperature: "22", Humidity: "55"}},
		{Kind: "shipping", Shipping: &trace.Shipping{Recipient: "Cửa hàng đặc sản Thành Tuyên", Quantity: kg("60"), Document: "PXK-0117", Destination: "Phường Minh Xuân", Vehicle: "22C-123.45"}},
		{Kind: "care", Care: &trace.Care{Applied: "Phân hữu cơ vi sinh", RegisteredAs: "Hữu cơ vi sinh 01, số 123", Dose: kg("50"), Plot: "Lô đồi số 3", WithdrawalEnds: day.AddDays(-20), Purpose: "Bón thúc"}},
		{Kind: "receiving", Receiving: &trace.Receiving{Supplier: "Cơ sở bao bì An Phú", Quantity: kg("5"), Document: "HD-220", Condition: "Khô, sạch"}},
		{Kind: "planting", Planting: &trace.Planting{Crop: "Chè Shan tuyết", Variety: "Shan cổ thụ", Plot: "Lô đồi số 3"}},
	} {
		c.part = fmt.Sprintf("record/%d", i+1)
		d.Batch, d.Happened, d.Person = c.batch, c.writer.now().Add(-time.Duration(diaryEntries-i)*time.Hour), "Triệu Thị Lan"
		d.Place, d.Note = trace.Place{Name: "Xưởng " + c.farm.name}, "Ghi tại xưởng ngay sau khi làm."
		if i%3 == 1 {
			d.Files = c.files[i%len(c.files):][:1]
		}
		s, err := c.writer.ledger.AddRecord(ctx, c.by(c.farm.actor, c.part), d)
		if err != nil {
			return err
		}
		c.writer.pause(5 * time.Minute)
		if i != 2 {
			continue
		}
		if _, err := c.writer.ledger.VerifyRecord(ctx, c.by(Inspector, c.part+"/verified"), s.ID); err != nil {
			return err
		}
	}
	return nil
}

// test has the laboratory asked, and report.
func (c *course) test(ctx context.Context) error {
	l, day := c.writer.ledger, c.today()
	r, err := l.AskTest(ctx, c.by(c.farm.actor, "asked"), trace.RequestData{
		Product: c.farm.product, Batch: c.batch, Laboratory: Laboratory.Organisation,
		Sample: trace.RequestSample{Code: "M-0131", Description: "Một túi 200 g", Sent: day},
	})
	if err != nil {
		return err
	}
	name := func(vi, en string) catalog.Name { return catalog.Name{VI: vi, EN: en} }
	limit := func(v string) *trace.Limit {
		return &trace.Limit{Kind: catalog.LimitMax, Max: trace.Decimal(v), Basis: "QCVN 8-2:2011/BYT"}
	}
	_, err = l.AddTest(ctx, c.by(Laboratory, "tested"), trace.TestData{
		Request: r.ID, Product: c.farm.product, Batch: c.batch, Scope: "batch",
		Laboratory: trace.TestLaboratory{Name: Laboratory.Organisation, VILAS: "VILAS 000"}, Number: "DEMO-0131/KQTN", Issued: day,
		Sample: trace.LaboratorySample{Code: "MH-0131", Description: "Một túi 200 g", SampledBy: "Khách hàng gửi mẫu", Received: day, TestedFrom: day, TestedUntil: day},
		Rows: []trace.TestRow{
			{Indicator: name("Chì (Pb)", "Lead"), Unit: "mg/kg", Method: "TCVN 7929:2008", Result: trace.Result{Text: "0,12"}, Limit: limit("2.0")},
			{Indicator: name("Cadimi (Cd)", "Cadmium"), Unit: "mg/kg", Method: "TCVN 7929:2008", Result: trace.Result{Text: "KPH (LOD=0,01)"}, Limit: limit("1.0")},
			{Indicator: name("Asen (As)", "Arsenic"), Unit: "mg/kg", Method: "TCVN 7770:2007", Result: trace.Result{Text: "0,05"}, Limit: limit("1.0")},
		},
	})
	return err
}

func (c *course) move(ctx context.Context, a trace.Actor, t trace.Transition) error {
	_, err := c.writer.ledger.MoveBatch(ctx, c.by(a, "to/"+string(t.To)), c.batch, t)
	return err
}

// order makes item codes, releases them, and reports what became of them.
func (c *course) order(ctx context.Context) error {
	b, a := c.writer.book, c.farm.actor
	o, err := b.Create(ctx, c.by(a, "order"), printing.OrderData{Batch: c.batch, Codes: printing.ItemCodes, Count: 650, Stock: "tomy-145"})
	if err != nil {
		return err
	}
	if _, err := b.Release(ctx, c.by(a, "order/release"), o.ID); err != nil {
		return err
	}
	c.part = "report"
	_, err = b.Report(ctx, c.by(a, "order/report"), o.ID, printing.Report{
		Fate: printing.Scrapped, Ranges: []printing.Range{{First: 41, Last: 45}}, Reason: "Rách khi bóc tem.", RestPrinted: true,
	})
	return err
}

// problem has a shopper report something.
func (c *course) problem(ctx context.Context) error {
	_, err := c.writer.ledger.ReportProblem(ctx, c.by(trace.Actor{}, "problem"), trace.ProblemData{
		Code: c.batch, Kind: trace.ProblemStamp, Text: "Tem bị ướt, mã QR nhòe, phải gõ mã bằng tay.", Bought: "Chợ phiên",
	}, "")
	return err
}

// reference is that of the problem that was reported.
func (c *course) reference() string {
	for _, h := range c.written {
		if h.Kind == trace.KindProblems {
			s, err := c.writer.ledger.Problem(context.Background(), Office, h.ID)
			if err == nil {
				return s.Data.Reference
			}
		}
	}
	return ""
}

// end is how it ends: sold, held, or recalled by two people.
func (c *course) end(ctx context.Context, s shape) error {
	const reason = "Chỉ tiêu kiểm nghiệm không đạt."
	switch s {
	case held:
		return c.move(ctx, Inspector, trace.Transition{To: trace.BatchHeld, Reason: reason})
	case recalled:
		r, err := c.writer.ledger.ProposeRecall(ctx, c.by(Inspector, "recall"), trace.RecallData{Batch: c.batch, Reason: reason, Instructions: "Ngừng bán, mang trả nơi mua."})
		if err != nil {
			return err
		}
		_, err = c.writer.ledger.ApproveRecall(ctx, c.by(Office, "recall/approved"), r.ID)
		return err
	case usual, made:
		return c.move(ctx, c.farm.actor, trace.Transition{To: trace.BatchClosed})
	}
	return errors.New("no such course")
}
