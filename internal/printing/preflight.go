package printing

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A Severity says how much a finding matters.
type Severity string

// The severities. Release refuses what is found to stop it, and nothing else.
const (
	OK   Severity = "ok"
	Warn Severity = "warn"
	Stop Severity = "stop"
)

// A Check names what was looked at before stamps are printed.
type Check string

// The checks, in the order in which they are made.
const (
	CheckBatch       Check = "batch"       // its state, and whether what the stamps say is true
	CheckCertificate Check = "certificate" // the stars on the packing date and today
	CheckItems       Check = "items"       // what the law wants the page to show
	CheckNeed        Check = "need"        // stamps against units
	CheckLayout      Check = "layout"      // that texts and symbol fit the stock
	CheckSize        Check = "size"        // of modules and the white around, for the printer
	CheckContrast    Check = "contrast"    // of paper and ink
	CheckForecast    Check = "forecast"    // of the grade of the printed symbol
	CheckAnswer      Check = "answer"      // that the printed address answers
)

// A Finding is the result of one check.
type Finding struct {
	Check    Check        `json:"check" enum:"batch,certificate,items,need,layout,size,contrast,forecast,answer"`
	Severity Severity     `json:"severity" enum:"ok,warn,stop" doc:"Release refuses what stops it, and nothing else"`
	Message  catalog.Name `json:"message"`
	Advice   catalog.Name `json:"advice,omitzero" doc:"What to do"`
}

// A Preflight is what was found out about an order before it is printed.
type Preflight struct {
	Order    string    `json:"order" doc:"Id of the print order; empty for one that was not made yet"`
	Printer  string    `json:"printer,omitempty" doc:"Id of the printer it was looked at for; an office printer of 600 dpi that prints true when left out"`
	Stop     bool      `json:"stop" doc:"Something stops the release"`
	Findings []Finding `json:"findings"`
	Forecast *Quality  `json:"forecast,omitempty" doc:"Left out where the stamps cannot be laid out"`
}

// add notes a finding.
func (p *Preflight) add(c Check, s Severity, message, advice catalog.Name) {
	p.Findings = append(p.Findings, Finding{c, s, message, advice})
	p.Stop = p.Stop || s == Stop
}

// Preflight looks at all that can be known of an order before it is printed on a
// printer of its producer, or on an office printer when printer is empty: for
// those who may see the order. With a visit it also asks whether the first
// stamp's address answers; nil leaves that out.
func (b *Book) Preflight(ctx context.Context, by trace.Actor, id, printer string, visit Visit) (Preflight, error) {
	s, err := b.Order(ctx, by, id)
	if err != nil {
		return Preflight{}, err
	}
	return b.preflight(ctx, job{book: b, id: s.ID, order: s.Data}, printer, visit)
}

// PreflightDraft looks at an order that was not made yet, as its producer would
// make it. What Create refuses it refuses too.
func (b *Book) PreflightDraft(ctx context.Context, by trace.Actor, d OrderData, printer string) (Preflight, error) {
	batch, err := b.ledger.Batch(ctx, by, d.Batch)
	if err != nil {
		return Preflight{}, err
	}
	if err := check(d); err != nil {
		return Preflight{}, err
	}
	o, err := b.draft(ctx, by, batch, d)
	if err != nil {
		return Preflight{}, err
	}
	return b.preflight(ctx, job{book: b, order: o}, printer, nil)
}

// preflight looks at an order; one without an id does not exist yet.
func (b *Book) preflight(ctx context.Context, j job, printer string, visit Visit) (Preflight, error) {
	j.printer = Printer{Language: PDF, DPI: officeDPI}
	if printer != "" {
		known, err := b.usable(ctx, printer, j.order.Producer)
		if err != nil {
			return Preflight{}, err
		}
		j.printer = known
	}
	d, err := b.ledger.Dossier(ctx, j.order.Batch)
	if err != nil {
		return Preflight{}, err
	}
	p := Preflight{Order: j.id, Printer: printer}
	if err := b.preflightBatch(&p, j.order, d); err != nil {
		return Preflight{}, err
	}
	b.preflightStars(&p, j.order, d)
	preflightItems(&p, d)
	need, err := b.need(ctx, d)
	if err != nil {
		return Preflight{}, err
	}
	if j.id == "" {
		need.Possible += j.order.Count
	}
	preflightNeed(&p, need)
	if err := j.preflightPrint(ctx, &p); err != nil {
		return Preflight{}, err
	}
	return p, j.preflightAnswer(ctx, &p, visit)
}

// preflightBatch asks the rule by which Release refuses.
func (b *Book) preflightBatch(p *Preflight, o Order, d *trace.Dossier) error {
	err := b.outdated(d, o)
	rule, refused := errors.AsType[*trace.RuleError](err)
	if err != nil && !refused {
		return err
	}
	if refused {
		p.add(CheckBatch, Stop, rule.Message, catalog.Name{
			VI: "Không phát hành và không in lệnh này; sửa điều nêu trên rồi lập lệnh in mới.",
			EN: "Do not release or print this order; put that right and make a new one."})
		return nil
	}
	switch d.Batch.Data.State {
	case trace.BatchOpen:
		p.add(CheckBatch, Warn, catalog.Name{VI: "Lô chưa xuất xưởng: ai quét tem lúc này sẽ thấy mã chưa kích hoạt.", EN: "The batch is not released: whoever scans a stamp now reads that it is not active yet."},
			catalog.Name{VI: "Xuất xưởng lô trước khi giao hàng đã dán tem.", EN: "Release the batch before goods with stamps leave."})
	case trace.BatchHeld:
		p.add(CheckBatch, Warn, catalog.Name{VI: "Lô đang tạm dừng lưu hành: trang của tem nói rõ điều đó.", EN: "The batch is held: the page of each stamp says so."},
			catalog.Name{VI: "Chờ gỡ tạm dừng rồi hãy dán tem.", EN: "Wait until the hold is lifted before you apply stamps."})
	default:
		p.add(CheckBatch, OK, catalog.Name{VI: "Trạng thái của lô cho phép in tem.", EN: "The state of the batch allows stamps."}, catalog.Name{})
	}
	return nil
}

// preflightStars compares the stars on the stamps with those that count.
func (b *Book) preflightStars(p *Preflight, o Order, d *trace.Dossier) {
	batch := d.Batch.Data
	packed, today := d.Certificates.Stars(batch.Product, batch.PackedOn()), d.Certificates.Stars(batch.Product, b.ledger.Today())
	shown := o.Content.Stars
	switch {
	case shown > min(packed, today):
		severity := Warn
		if shown > today { // see refuseOutdated
			severity = Stop
		}
		p.add(CheckCertificate, severity, catalog.Name{
			VI: fmt.Sprintf("Tem in %d sao, nhưng chứng nhận chỉ cho %d sao vào ngày đóng gói và %d sao hôm nay.", shown, packed, today),
			EN: fmt.Sprintf("The stamps show %d stars, but the certificate gives %d on the packing date and %d today.", shown, packed, today),
		}, catalog.Name{VI: "Lập lệnh in mới.", EN: "Make a new order."})
	case shown < min(packed, today):
		p.add(CheckCertificate, Warn, catalog.Name{
			VI: fmt.Sprintf("Tem in %d sao, trong khi chứng nhận nay cho %d sao.", shown, min(packed, today)),
			EN: fmt.Sprintf("The stamps show %d stars, while the certificate now gives %d.", shown, min(packed, today)),
		}, catalog.Name{VI: "Muốn in đủ số sao thì lập lệnh in mới.", EN: "Make a new order if they are to be shown."})
	case shown == 0:
		p.add(CheckCertificate, OK, catalog.Name{VI: "Tem không in sao OCOP: không có chứng nhận nào có hiệu lực cả vào ngày đóng gói lẫn hôm nay.",
			EN: "The stamps show no stars: no OCOP certificate counts both on the packing date and today."}, catalog.Name{})
	default:
		p.add(CheckCertificate, OK, catalog.Name{VI: fmt.Sprintf("Chứng nhận OCOP %d sao có hiệu lực vào ngày đóng gói và hôm nay.", shown),
			EN: fmt.Sprintf("The certificate of %d stars counts on the packing date and today.", shown)}, catalog.Name{})
	}
}

func preflightItems(p *Preflight, d *trace.Dossier) {
	missing := d.Missing()
	if len(missing) == 0 {
		p.add(CheckItems, OK, catalog.Name{VI: "Trang của tem có đủ nội dung bắt buộc.", EN: "The page of the stamps shows all that the law asks for."}, catalog.Name{})
		return
	}
	var vi, en []string
	for _, item := range missing {
		vi, en = append(vi, item.Name.VI), append(en, item.Name.EN)
	}
	p.add(CheckItems, Warn, catalog.Name{VI: "Còn thiếu nội dung bắt buộc: " + strings.Join(vi, "; ") + ".", EN: "Items that the law asks for are missing: " + strings.Join(en, "; ") + "."},
		catalog.Name{VI: "Bổ sung vào hồ sơ sản phẩm, cơ sở hoặc nhật ký; tem đã in vẫn dùng được.", EN: "Complete product, producer or diary; printed stamps stay good."})
}

func preflightNeed(p *Preflight, need Need) {
	warnings := need.Warnings()
	for _, w := range warnings {
		p.add(CheckNeed, Warn, w, catalog.Name{VI: "Chỉ in số tem cần dùng.", EN: "Print only what is needed."})
	}
	switch {
	case len(warnings) > 0:
	case need.Basis == NoBasis:
		p.add(CheckNeed, OK, catalog.Name{VI: "Chưa biết lô cần bao nhiêu tem: nhật ký chưa có mục đóng gói, sản lượng không quy ra đơn vị được.", EN: "How many stamps the batch needs cannot be told: there is no packing entry, and its quantity does not convert to units."}, catalog.Name{})
	default:
		p.add(CheckNeed, OK, catalog.Name{VI: fmt.Sprintf("Số tem (%d) không vượt nhu cầu của lô (%d).", need.Possible, need.Needed), EN: fmt.Sprintf("There are %d stamps for the %d that the batch could need.", need.Possible, need.Needed)}, catalog.Name{})
	}
}
