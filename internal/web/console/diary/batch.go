package diary

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/outreach"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A batchPage is all about a batch on one page.
type batchPage struct {
	desk.Frame
	Head     head
	Alarm    *alarm
	Task     *task
	Steps    steps
	Open     bool // it was never released
	Links    []desk.Link
	Missing  []missing
	Journey  []entryLine
	Facts    []desk.Fact
	Inputs   []relative
	Made     []relative
	MadeMore int
	Papers   []paper
	Tests    []test
	Orders   []orderLine
	Scans    string
}

// Template implements ui.Page.
func (batchPage) Template() string { return "batch.html" }

// A choosePage offers the stages alone.
type choosePage struct {
	desk.Frame
	Head  head
	Steps steps
}

// Template implements ui.Page.
func (choosePage) Template() string { return "choose.html" }

// An alarm says that the batch is stopped, or something that went into it.
type alarm struct {
	Tone, Title string
	Lines       []string
}

// missing is an item that the law asks for, and where to enter it.
type missing struct{ Name, Basis, Href string }

// An entryLine is an entry of the diary.
type entryLine struct {
	Icon, Title, Text, Note string
	When, Entered, Where    string
	Href                    string
	Provenance              desk.Badge
	Files                   int
	Changes                 []change
	Retracted               bool
}

// A change is what an entry said before, and why it says that no longer.
type change struct{ Old, Why string }

// A relative is a batch that went into this one, or that this one went into.
type relative struct {
	Code, Text, Href string
	State            desk.Badge
}

type paper struct {
	Name, Number string
	State        desk.Badge
}

type test struct {
	Laboratory, Number, Date, Scope, Href string
	Verdict                               desk.Badge
}

func (d *diary) choose(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	past, err := d.past(v.Context(), v.Actor, dossier.Batch)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(&choosePage{
		Frame: v.Frame("Ghi việc gì?", "What to record?", trail(v, dossier)...), Head: headOf(v, dossier), Steps: stepsOf(v, dossier, past),
	}), nil
}

func (d *diary) batch(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	past, err := d.past(v.Context(), v.Actor, dossier.Batch)
	if err != nil {
		return desk.Answer{}, err
	}
	orders, err := d.orders(v, dossier.Batch.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	name := v.Lang.Name(dossier.Product.Data.Name)
	page := &batchPage{
		Frame: v.Frame(name, name, desk.Link{Label: v.T("Lô hàng", "Batches"), Href: desk.Prefix + "/lo"}),
		Head:  headOf(v, dossier), Alarm: alarmOf(v, dossier), Steps: stepsOf(v, dossier, past),
		Open: dossier.Batch.Data.State == trace.BatchOpen, Links: linksOf(v, dossier), Missing: missingOf(v, dossier),
		Journey: journeyOf(v, dossier), Facts: batchFacts(v, dossier), Inputs: inputsOf(v, dossier),
		Papers: papersOf(v, dossier), Tests: testsOf(v, dossier),
	}
	page.Task = nextTask(v, dossier, page.Steps, orders)
	for _, o := range orders {
		page.Orders = append(page.Orders, orderLineOf(v, o))
	}
	if page.Made, page.MadeMore, err = d.made(v, dossier.Batch.ID); err != nil {
		return desk.Answer{}, err
	}
	page.Scans = d.scans(v, dossier)
	return desk.Show(page), nil
}

// alarmOf warns of what must not be sold.
func alarmOf(v *desk.Visit, d *trace.Dossier) *alarm {
	b := d.Batch.Data
	by := b.StateOrg
	if b.StateBy == trace.ProducerRole || by == "" {
		by = v.T("cơ sở", "the producer")
	}
	since := v.T("Từ ", "Since ") + v.Lang.Moment(b.StateSince) + v.T(", do ", ", by ") + by + "."
	switch {
	case d.Void() != nil:
		return &alarm{"bad", v.T("Mã lô đã bị hủy", "The batch code was taken out of use"), []string{d.Void().Data.Reason}}
	case b.State == trace.BatchRecalled:
		return &alarm{"bad", v.T("Lô đang bị thu hồi", "The batch is recalled"), []string{since, b.Reason}}
	case b.State == trace.BatchHeld:
		return &alarm{"warn", v.T("Lô đang tạm dừng lưu hành, không được bán", "The batch is on hold and must not be sold"), []string{since, b.Reason}}
	case len(d.Alerts) > 0:
		a := &alarm{Tone: "bad", Title: v.T("Lô nguyên liệu có vấn đề", "Something is wrong with what went in")}
		for _, in := range d.Alerts {
			a.Lines = append(a.Lines, desk.Display(in.Batch.ID)+" · "+v.Lang.Name(in.Product)+": "+v.Lang.Name(in.Batch.Data.State.Name()))
		}
		return a
	case b.ExpiredOn(v.Today()):
		return &alarm{"warn", v.T("Lô đã quá hạn sử dụng", "The batch is past its expiry date"), []string{v.T("Hạn dùng: ", "Expiry: ") + v.Lang.Date(b.Expiry)}}
	}
	return nil
}

// linksOf are the other things that can be done with the batch as it stands.
func linksOf(v *desk.Visit, d *trace.Dossier) []desk.Link {
	at, b := batchPath(d.Batch.ID), d.Batch.Data
	var out []desk.Link
	add := func(may bool, icon, path, vi, en string) {
		if may {
			out = append(out, desk.Link{Label: v.T(vi, en), Href: path, Icon: icon})
		}
	}
	own := b.State != trace.BatchHeld || b.StateBy == trace.ProducerRole
	released := b.State == trace.BatchReleased
	add(true, "search", at+"/xem-truoc", "Xem trang người mua sẽ thấy", "See the page for shoppers")
	add(b.State == trace.BatchOpen, "batches", at+"/xuat-xuong", "Xuất xưởng", "Release")
	add(b.State != trace.BatchRecalled && d.Void() == nil, "stamps", at+"/tem", "In tem", "Stamps")
	add(b.State != trace.BatchRecalled && own, "register", at+"/sua", "Sửa thông tin lô", "Edit the batch")
	add(true, "batches", desk.Prefix+"/lo/moi?tu="+d.Batch.ID, "Lập lô mới giống lô này", "New batch like this one")
	add(released, "problems", at+"/tam-dung", "Tạm dừng lưu hành", "Put on hold")
	add(b.State.Published() && b.State != trace.BatchRecalled, "problems", at+"/thu-hoi", "Thu hồi lô", "Recall")
	add(b.State == trace.BatchHeld || b.State == trace.BatchRecalled, "register", at+"/thong-bao", "Thông báo để in", "Notice to print")
	add(b.State == trace.BatchHeld || b.State == trace.BatchRecalled, "people", outreach.NotifyPath+d.Batch.ID, "Báo cho nơi nhận hàng", "Tell the recipients")
	add(b.State.Published(), "search", outreach.ReachPath+d.Batch.ID, "Hàng đã đi đâu, cân đối số lượng", "Where the goods went, balance")
	add((released || b.State == trace.BatchHeld) && own, "batches", at+"/ket-thuc", "Kết thúc lô", "Close the batch")
	add(true, "history", at+"/lich-su", "Lịch sử đầy đủ", "Full history")
	add(true, "register", at+"/niem-phong", "Tải hồ sơ niêm phong", "Download the sealed file")
	return out
}

// missingOf lists what the law still asks for.
func missingOf(v *desk.Visit, d *trace.Dossier) []missing {
	product, batch := desk.Prefix+"/san-pham/"+d.Product.ID, batchPath(d.Batch.ID)
	where := map[string]string{
		"product_name": product, "picture": product, "standards": product, "producer": desk.Prefix + "/co-so", "address": desk.Prefix + "/co-so",
		"producer_id": desk.Prefix + "/co-so", "production_date": batch + "/sua", "lot": batch + "/sua", "events": batch + "/ghi",
	}
	var out []missing
	for _, item := range d.Missing() {
		out = append(out, missing{v.Lang.Name(item.Name), item.Basis, where[item.ID]})
	}
	return out
}

// journeyOf is the diary, the latest event first.
func journeyOf(v *desk.Visit, d *trace.Dossier) []entryLine {
	var out []entryLine
	for _, h := range slices.Backward(d.Records) {
		first, last := h[0], h[len(h)-1]
		r := last.Data
		e := entryLine{
			Icon: r.Kind, Title: kindName(v.Lang, r.Kind), Text: summary(v.Lang, r.RecordData), Note: r.Note,
			When: v.Lang.Moment(r.Happened), Where: ui.Joined(" · ", r.Place.In(string(v.Lang)), r.Person),
			Href:       batchPath(d.Batch.ID) + "/ghi-chep/" + last.ID,
			Provenance: desk.ProvenanceBadge(v.Lang, r.Provenance(), r.Verified), Files: len(r.Files),
			Changes: changesOf(v, h), Retracted: r.Retracted,
		}
		if trace.DateOf(first.Created) != trace.DateOf(r.Happened) {
			e.Entered = v.T("ghi ngày ", "entered on ") + v.Lang.Date(trace.DateOf(first.Created))
		}
		out = append(out, e)
	}
	return out
}

// changesOf tells what was corrected or taken back, and why.
func changesOf(v *desk.Visit, h []trace.Stored[trace.Record]) []change {
	var out []change
	for i := 1; i < len(h); i++ {
		before, after := h[i-1].Data, h[i].Data
		at := v.Lang.Moment(h[i].Changed)
		switch {
		case after.Retracted && !before.Retracted:
			out = append(out, change{Why: v.T("Rút lại lúc ", "Retracted at ") + at + ": " + after.Correction})
		case !reflect.DeepEqual(before.RecordData, after.RecordData):
			c := change{Why: v.T("Sửa lúc ", "Corrected at ") + at + ": " + after.Correction}
			if old := summary(v.Lang, before.RecordData); old != summary(v.Lang, after.RecordData) {
				c.Old = old
			}
			out = append(out, c)
		}
	}
	return out
}

func batchFacts(v *desk.Visit, d *trace.Dossier) []desk.Fact {
	b, l := d.Batch.Data, v.Lang
	stars := ""
	if n := d.Certificates.Stars(b.Product, v.Today()); n > 0 {
		stars = strconv.Itoa(n) + v.T(" sao OCOP", " OCOP stars")
	}
	return desk.Facts(
		desk.Fact{Label: v.T("Mã lô", "Batch code"), Value: desk.Display(d.Batch.ID)},
		desk.Fact{Label: v.T("Số lô", "Lot"), Value: b.Lot.String()},
		desk.Fact{Label: v.T("Sản lượng", "Quantity"), Value: l.Quantity(b.Quantity)},
		desk.Fact{Label: v.T("Ngày sản xuất", "Produced"), Value: l.Date(b.Production)},
		desk.Fact{Label: v.T("Ngày đóng gói", "Packed"), Value: l.Date(b.Packing)},
		desk.Fact{Label: v.T("Hạn dùng", "Expiry"), Value: l.Date(b.Expiry)},
		desk.Fact{Label: v.T("Hạng sao hôm nay", "Stars today"), Value: stars},
		desk.Fact{Label: v.T("Xuất xưởng lúc", "Released"), Value: l.Moment(b.FirstReleased)},
		desk.Fact{Label: v.T("Ghi chú", "Note"), Value: b.Note},
	)
}

func inputsOf(v *desk.Visit, d *trace.Dossier) []relative {
	var out []relative
	for _, in := range d.Inputs {
		r := relative{
			Code: desk.Display(in.Batch.ID), State: desk.StateBadge(v.Lang, in.Batch.Data.State),
			Text: ui.Joined(" · ", v.Lang.Name(in.Product), v.Lang.Quantity(in.Quantity), in.Producer), Href: "/" + in.Batch.ID,
		}
		if in.Batch.Data.Producer == v.Actor.Producer {
			r.Href = batchPath(in.Batch.ID)
		}
		out = append(out, r)
	}
	return out
}

// shownMade bounds the list of what was made of a batch.
const shownMade = 10

// made lists the batches that a batch went into, the nearest first, and how
// many more there are.
func (d *diary) made(v *desk.Visit, code string) (shown []relative, more int, err error) {
	reach, err := d.Ledger.Reach(v.Context(), v.Actor, code)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range reach[:min(len(reach), shownMade)] {
		made := relative{
			Code: desk.Display(r.Batch.ID), State: desk.StateBadge(v.Lang, r.Batch.Data.State), Href: "/" + r.Batch.ID,
			Text: v.T("Số lô ", "Lot ") + r.Batch.Data.Lot.String(),
		}
		if r.Batch.Data.Producer == v.Actor.Producer {
			made.Href = batchPath(r.Batch.ID)
		}
		shown = append(shown, made)
	}
	return shown, len(reach) - len(shown), nil
}

// papersOf are the certificates that count today, and those of the product
// that did until lately.
func papersOf(v *desk.Visit, d *trace.Dossier) []paper {
	var out []paper
	for _, c := range d.Certificates {
		if !c.Data.StateOn(v.Today()).InForce() {
			continue
		}
		kind, _ := catalog.CertificateKindByCode(c.Data.Kind)
		out = append(out, paper{v.Lang.Name(kind.Name), c.Data.Number, desk.CertificateBadge(v.Lang, c.Data, v.Today())})
	}
	return out
}

func testsOf(v *desk.Visit, d *trace.Dossier) []test {
	scopes := map[string]string{
		"batch": v.T("mẫu của lô này", "sample of this batch"), "product": v.T("kiểm nghiệm định kỳ", "periodic test"),
		"material": v.T("nguyên liệu", "raw material"),
	}
	var out []test
	for _, h := range d.Tests {
		t := h[len(h)-1].Data
		out = append(out, test{
			Laboratory: t.Laboratory.Name, Number: t.Number, Date: v.Lang.Date(t.Issued), Scope: scopes[t.Scope],
			Verdict: desk.VerdictBadge(v.Lang, t.Verdict()),
		})
	}
	return out
}

// scans tells how often the batch code was looked at. That it cannot be read
// just now is no reason to show no page.
func (d *diary) scans(v *desk.Visit, dossier *trace.Dossier) string {
	if d.Scan == nil || !dossier.Batch.Data.State.Published() {
		return ""
	}
	count, err := d.Scan.Views(v.Context(), dossier.Batch.ID)
	if err != nil {
		return ""
	}
	if count.N == 0 {
		return v.T("Mã lô chưa được quét lần nào.", "The batch code was not scanned yet.")
	}
	return fmt.Sprintf(v.T("Mã lô đã được xem %s lần, gần nhất lúc %s.", "The batch code was looked at %s times, last at %s."),
		v.Lang.Number(int(count.N)), v.Lang.Moment(count.Last))
}
