package producer

import (
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/outreach"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// findStopped tells of batches that are held or were recalled lately.
func (b *business) findStopped(w view, page *homePage) error {
	v := w.visit
	for _, s := range w.batches {
		t := task{Icon: "problems", Href: batchPath(s.ID), Do: v.T("Xem lô", "See it"), Text: w.names[s.Data.Product] + ". " + s.Data.Reason}
		switch {
		case s.Data.State == trace.BatchHeld:
			t.Title = fmt.Sprintf(v.T("Lô %s đang tạm dừng lưu hành", "Batch %s is held"), s.Data.Lot)
		case s.Data.State == trace.BatchRecalled && trace.DateOf(s.Data.StateSince).DaysUntil(v.Today()) <= recalledDays:
			t.Title = fmt.Sprintf(v.T("Lô %s bị thu hồi", "Batch %s is recalled"), s.Data.Lot)
			t.Href, t.Do = batchPath(s.ID)+"/thong-bao", v.T("Thông báo thu hồi", "Recall notice")
		default:
			continue
		}
		page.Now = append(page.Now, t)
	}
	return nil
}

// findRecalls tells what is still to be done about recalls, the overdue first.
func (b *business) findRecalls(w view, page *homePage) error {
	v := w.visit
	open, err := b.Ledger.OpenRecalls(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	for _, p := range open {
		lot := p.Batch.Data.Lot
		t := task{Icon: "problems", Href: outreach.NotifyPath + p.Batch.ID, Do: v.T("Làm tiếp", "Go on")}
		switch late := outreach.Overdue(v, p); {
		case len(late) > 0:
			t.Title, t.Text = fmt.Sprintf(v.T("Thu hồi lô %s: quá hạn", "Recall of batch %s: overdue"), lot), strings.Join(late, ". ")
		case p.Told < p.Recipients || p.Recipients == 0:
			t.Title = fmt.Sprintf(v.T("Thu hồi lô %s: báo cho nơi nhận hàng", "Recall of batch %s: tell the recipients"), lot)
			t.Text = fmt.Sprintf(v.T("Đã báo %d trên %d nơi. Luật cho 24 giờ.", "%d of %d are told. The law gives 24 hours."), p.Told, p.Recipients)
		default:
			t.Title = fmt.Sprintf(v.T("Thu hồi lô %s: ghi kết quả", "Recall of batch %s: enter the result"), lot)
			t.Text = fmt.Sprintf(v.T("Đã xác nhận %d trên %d nơi.", "%d of %d have acknowledged."), p.Acknowledged, p.Recipients)
		}
		page.put(p.Overdue() || p.Result == nil, t)
	}
	return nil
}

// findLacking tells what the law asks for and batches lack, and which of them
// were made from batches that are held or recalled. What a product lacks is
// told once, not for each of its batches.
func (b *business) findLacking(w view, page *homePage) error {
	v := w.visit
	concerns, err := b.Ledger.Concerns(v.Context(), v.Actor, w.active)
	if err != nil {
		return err
	}
	products := map[string]bool{}
	for _, c := range concerns {
		released := c.Batch.Data.State == trace.BatchReleased
		if len(c.Inputs) > 0 {
			page.Now = append(page.Now, w.mixed(c))
		}
		if slices.ContainsFunc(c.Missing, ofProduct) && !products[c.Batch.Data.Product] {
			products[c.Batch.Data.Product] = true
			page.put(released, w.lackingProduct(c.Batch.Data.Product, released))
		}
		if slices.ContainsFunc(c.Missing, isEvents) && (released || len(page.Start) == 0) { // else it is one of the steps
			page.put(released, w.emptyDiary(c.Batch))
		}
	}
	return nil
}

// ofProduct tells whether an item is missing from the product, not the batch.
func ofProduct(i catalog.RequiredItem) bool { return i.ID == "picture" || i.ID == "standards" }

func isEvents(i catalog.RequiredItem) bool { return i.ID == "events" }

// put adds what must be done at once, or soon.
func (p *homePage) put(now bool, t task) {
	if now {
		p.Now = append(p.Now, t)
		return
	}
	p.Soon = append(p.Soon, t)
}

func (w view) mixed(c trace.Concern) task {
	v := w.visit
	var codes []string
	for _, in := range c.Inputs {
		codes = append(codes, desk.Display(in.ID)+" ("+v.Lang.Name(in.Data.State.Name())+")")
	}
	return task{
		Icon: "problems", Title: fmt.Sprintf(v.T("Lô %s làm từ lô đang có vấn đề", "Batch %s was made from one that is stopped"), c.Batch.Data.Lot),
		Text: w.names[c.Batch.Data.Product] + ": " + strings.Join(codes, ", ") + v.T(". Hãy xem có cần dừng bán không.", ". See whether it must be stopped too."),
		Href: batchPath(c.Batch.ID), Do: v.T("Xem lô", "See it"),
	}
}

func (w view) lackingProduct(id string, released bool) task {
	v := w.visit
	i := slices.IndexFunc(w.products, func(p trace.Stored[trace.Product]) bool { return p.ID == id })
	t := task{Icon: "products", Href: productsPath + "/" + id, Do: v.T("Bổ sung", "Add it"), Title: w.names[id]}
	if i >= 0 {
		t.Title += ": " + lacking(v.Lang, w.products[i].Data)
	}
	t.Text = v.T("Pháp luật yêu cầu phải có trước khi bán.", "The law asks for it before goods are sold.")
	if released {
		t.Text = v.T("Pháp luật yêu cầu phải có; trang quét tem của lô đã xuất xưởng đang báo thiếu.", "The law asks for it, and the scan pages of released batches say that it is missing.")
	}
	return t
}

func (w view) emptyDiary(s trace.Stored[trace.Batch]) task {
	v := w.visit
	return task{
		Icon: "history", Title: fmt.Sprintf(v.T("Lô %s chưa có ghi chép nào", "Batch %s has no diary yet"), s.Data.Lot),
		Text: w.names[s.Data.Product] + ", " + v.Lang.Name(s.Data.State.Name()) + ".", Href: batchPath(s.ID) + "/ghi", Do: v.T("Ghi nhật ký", "Make an entry"),
	}
}

// findProblems tells of shoppers who wait for an answer.
func (b *business) findProblems(w view, page *homePage) error {
	v := w.visit
	for _, state := range []trace.ProblemState{trace.ProblemNew, trace.ProblemSeen} {
		list, err := b.Ledger.Problems(v.Context(), v.Actor, trace.ProblemQuery{Producer: v.Actor.Producer, State: state}, trace.Paging{})
		if err != nil {
			return err
		}
		for _, s := range list.Items {
			line := problemLineOf(v, s)
			page.put(state == trace.ProblemNew, task{Icon: "problems", Title: v.T("Khách phản ánh: ", "A shopper reports: ") + line.Kind, Text: line.Text, Href: line.Href, Do: v.T("Trả lời", "Answer")})
		}
	}
	return nil
}

// findEnding tells of certificates that end within 90 days, or have ended
// without another in their place.
func (b *business) findEnding(w view, page *homePage) error {
	v, today := w.visit, w.visit.Today()
	for _, c := range w.certificates {
		state := c.Data.StateOn(today)
		ended := state == trace.CertificateExpired || state == trace.CertificateWithdrawn
		if !ended && state != trace.CertificateExpiring || ended && c.Data.EndedOn().DaysUntil(today) > endedDays || w.renewed(c) {
			continue
		}
		t := task{Icon: "certificates", Title: kindName(v.Lang, c.Data), Text: ui.Sentence(lasting(v, c.Data)), Href: certificatesPath + "/" + c.ID, Do: v.T("Xem giấy tờ", "See it")}
		if name := w.names[c.Data.Product]; name != "" {
			t.Title += ", " + name
		}
		if c.Data.Kind == trace.OCOPCertificate && !ended {
			t.Text += " " + v.T("Hãy chuẩn bị hồ sơ đánh giá lại.", "Prepare the papers for the next assessment.")
		}
		page.put(ended || today.DaysUntil(c.Data.ValidUntil) <= urgentDays, t)
	}
	return nil
}

// urgentDays is from when on a certificate's end can wait no longer: the office
// gives notice then.
const urgentDays = 30

// renewed tells whether another certificate of the same kind and subject counts
// longer.
func (w view) renewed(c trace.Stored[trace.Certificate]) bool {
	return slices.ContainsFunc(w.certificates, func(o trace.Stored[trace.Certificate]) bool {
		if o.ID == c.ID || o.Data.Kind != c.Data.Kind || o.Data.Product != c.Data.Product || o.Data.Withdrawn != nil || o.Data.Superseded != nil {
			return false
		}
		return o.Data.ValidUntil.IsZero() || o.Data.ValidUntil.After(c.Data.ValidUntil) && !o.Data.ValidUntil.Before(w.visit.Today())
	})
}

// findStamps tells of stamps that were printed and are not accounted for.
func (b *business) findStamps(w view, page *homePage) error {
	v := w.visit
	orders, err := b.Book.OrdersOfProducer(v.Context(), v.Actor, v.Actor.Producer, trace.Paging{})
	if err != nil {
		return err
	}
	uncounted := v.Today().AddDays(-uncountedDays)
	for _, o := range orders.Items {
		if o.Data.State != printing.Released || o.Data.Unaccounted() == 0 || o.Data.Unaccounted() == o.Data.Count && trace.DateOf(o.Data.Released).After(uncounted) {
			continue
		}
		page.Soon = append(page.Soon, w.stamps(o))
	}
	return nil
}

func (w view) stamps(o trace.Stored[printing.Order]) task {
	v := w.visit
	t := task{
		Icon: "stamps", Title: fmt.Sprintf(v.T("Lô %s: %s tem chưa kiểm đếm", "Batch %s: %s stamps not counted yet"), o.Data.Content.Lot, v.Lang.Number(o.Data.Unaccounted())),
		Text: fmt.Sprintf(v.T("Lệnh in số %d, %s. Ghi lại bao nhiêu tem in đạt, bao nhiêu tem hỏng đã hủy.", "Order %d, %s. Write down how many came out well and how many were spoilt."), o.Data.Number, v.Lang.Date(trace.DateOf(o.Data.Released))),
		Href: fmt.Sprintf("%s/tem/%d", batchPath(o.Data.Batch), o.Data.Number), Do: v.T("Kiểm đếm", "Count them"),
	}
	if o.Data.Unaccounted() < o.Data.Count {
		t.Title = fmt.Sprintf(v.T("Lô %s: %s tem chưa rõ ở đâu", "Batch %s: %s stamps are unaccounted for"), o.Data.Content.Lot, v.Lang.Number(o.Data.Unaccounted()))
	}
	return t
}

// findRequests tells which laboratories were asked and have not answered.
func (b *business) findRequests(w view, page *homePage) error {
	v := w.visit
	pending, err := b.pendingRequests(v)
	for _, r := range pending {
		line := requestLineOf(v, r, w.names)
		page.Waiting = append(page.Waiting, task{
			Icon: "tests", Title: v.T("Kiểm nghiệm: ", "Test: ") + line.Product, Href: line.Href, Do: v.T("Xem", "See it"),
			Text: fmt.Sprintf(v.T("%s, gửi %s, %s.", "%s, asked on %s, %s."), line.Laboratory, line.Since, line.State.Text),
		})
	}
	return err
}
