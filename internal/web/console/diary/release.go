package diary

import (
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A releasePage asks whether a batch may go out, or out again, with all that
// speaks for and against it.
type releasePage struct {
	desk.Frame
	Head   head
	Lead   string
	Checks []check
	// Form is nil while something forbids the release.
	Form *ui.Form
	Done *desk.Link
}

// Template implements ui.Page.
func (releasePage) Template() string { return "release.html" }

// A check is one thing to look at before the release.
type check struct {
	Badge       desk.Badge
	Text, Href  string
	Lines       []string
	Instruction string
}

func (d *diary) releasePage(v *desk.Visit, dossier *trace.Dossier) *releasePage {
	b := dossier.Batch.Data
	page := &releasePage{Frame: v.Frame("Xuất xưởng", "Release", trail(v, dossier)...), Head: headOf(v, dossier), Checks: checksOf(v, dossier)}
	switch {
	case b.State == trace.BatchOpen:
		page.Lead = v.T("Từ lúc xuất xưởng, ai quét tem cũng thấy trang của lô. Số lô không sửa được nữa.",
			"From the release on, whoever scans a stamp sees the page of the batch. The lot number can no longer be changed.")
	case b.State == trace.BatchHeld && b.StateBy == trace.ProducerRole:
		page.Title = v.T("Cho lưu hành lại", "Lift the hold")
		page.Lead = v.T("Bạn đã tạm dừng lô này vì: ", "You put this batch on hold because: ") + b.Reason
	default:
		page.Lead = v.T("Lô này ", "The batch is ") + v.Lang.Name(b.State.Name()) + "."
		page.Checks = nil
		page.Done = &desk.Link{Label: v.T("Về lô", "To the batch"), Href: batchPath(dossier.Batch.ID)}
		return page
	}
	if len(dossier.Failures()) > 0 {
		return page
	}
	page.Form = v.NewForm("Xuất xưởng và in tem", "Release and print stamps")
	page.Form.Second = []string{"release", v.T("Chỉ xuất xưởng", "Release only")}
	if b.State == trace.BatchHeld {
		page.Form.Submit, page.Form.Second = v.T("Cho lưu hành lại", "Lift the hold"), nil
	}
	page.Form.Revision, page.Form.Cancel = dossier.Batch.Revision, batchPath(dossier.Batch.ID)
	return page
}

func (d *diary) askRelease(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(d.releasePage(v, dossier)), nil
}

func (d *diary) release(v *desk.Visit) (desk.Answer, error) {
	dossier, err := d.own(v)
	if err != nil {
		return desk.Answer{}, err
	}
	code, open := dossier.Batch.ID, dossier.Batch.Data.State == trace.BatchOpen
	if _, err := d.Ledger.MoveBatch(v.Context(), v.Write(), code, trace.Transition{To: trace.BatchReleased}); err != nil {
		page := d.releasePage(v, dossier)
		if page.Form == nil {
			return desk.Answer{}, err
		}
		return v.Again(page, page.Form, err)
	}
	if open && v.Value(desk.DoField) == "" {
		return v.Redirect(batchPath(code)+"/tem", "Lô đã xuất xưởng. Giờ đặt tem.", "The batch is released. Now its stamps."), nil
	}
	return v.Redirect(batchPath(code), "Lô đã xuất xưởng.", "The batch is released."), nil
}

// checksOf is what to look at before a batch goes out, the gravest first.
func checksOf(v *desk.Visit, d *trace.Dossier) []check {
	var bad, warn, good []check
	add := func(c check) {
		switch c.Badge.Tone {
		case "bad":
			bad = append(bad, c)
		case "warn":
			warn = append(warn, c)
		default:
			good = append(good, c)
		}
	}
	for _, c := range []check{checkTests(v, d), checkInputs(v, d), checkEntries(v, d), checkLaw(v, d), checkExpiry(v, d), checkStars(v, d)} {
		if c.Text != "" {
			add(c)
		}
	}
	return append(append(bad, warn...), good...)
}

func checkTests(v *desk.Visit, d *trace.Dossier) check {
	if failed := d.Failures(); len(failed) > 0 {
		return check{Badge: desk.Bad(v.T("không đạt", "failed")), Text: v.T("Kiểm nghiệm không đạt: ", "Failed tests: ") + strings.Join(failed, ", "), Href: desk.Prefix + "/phieu",
			Instruction: v.T("Chưa xuất xưởng được. Cần phiếu kiểm nghiệm đạt của phòng thử nghiệm cho các chỉ tiêu này.", "The batch cannot be released until a laboratory's report passes these.")}
	}
	own := 0
	for _, h := range d.Tests {
		if h[len(h)-1].Data.Batch == d.Batch.ID {
			own++
		}
	}
	if own == 0 {
		return check{Badge: desk.Calm(v.T("không có", "none")), Text: v.T("Phiếu kiểm nghiệm của riêng lô này", "A test report of this batch")}
	}
	return check{Badge: desk.Good(v.T("không có chỉ tiêu nào trượt", "nothing failed")), Text: v.Lang.Number(own) + v.T(" phiếu kiểm nghiệm của lô", " test reports of the batch")}
}

func checkInputs(v *desk.Visit, d *trace.Dossier) check {
	if len(d.Alerts) == 0 {
		return check{}
	}
	c := check{Badge: desk.Bad(v.T("nguy hiểm", "danger")), Text: v.T("Lô nguyên liệu bị tạm dừng hoặc thu hồi", "A batch that went in is held or recalled"),
		Instruction: v.T("Đừng xuất xưởng khi chưa rõ hàng có an toàn hay không. Trang người mua sẽ cảnh báo.", "Do not release it before you know whether it is safe. The page for shoppers will warn.")}
	for _, in := range d.Alerts {
		c.Lines = append(c.Lines, desk.Display(in.Batch.ID)+" · "+v.Lang.Name(in.Product)+": "+v.Lang.Name(in.Batch.Data.State.Name()))
	}
	return c
}

func checkEntries(v *desk.Visit, d *trace.Dossier) check {
	n := len(d.Last())
	c := check{Badge: desk.Good(v.T("có", "there")), Text: v.Lang.Number(n) + v.T(" ghi chép trong nhật ký", " entries in the diary"), Href: batchPath(d.Batch.ID)}
	if n == 0 {
		c.Badge, c.Text, c.Href = desk.Warn(v.T("chưa có", "missing")), v.T("Chưa có ghi chép nào", "No entries"), batchPath(d.Batch.ID)+"/ghi"
	}
	return c
}

func checkLaw(v *desk.Visit, d *trace.Dossier) check {
	items := missingOf(v, d)
	if len(items) == 0 {
		return check{Badge: desk.Good(v.T("đủ", "complete")), Text: v.T("Các mục luật yêu cầu", "What the law asks for")}
	}
	c := check{Badge: desk.Warn(v.T("còn thiếu", "missing")), Text: v.T("Các mục luật yêu cầu", "What the law asks for"), Href: items[0].Href,
		Instruction: v.T("Vẫn xuất xưởng được, nhưng trang người mua sẽ nói rõ các mục còn thiếu.", "You can release it; the page for shoppers names what is missing.")}
	for _, item := range items {
		c.Lines = append(c.Lines, item.Name)
	}
	return c
}

func checkExpiry(v *desk.Visit, d *trace.Dossier) check {
	b, edit := d.Batch.Data, batchPath(d.Batch.ID)+"/sua"
	switch {
	case b.Expiry.IsZero():
		return check{Badge: desk.Warn(v.T("chưa ghi", "missing")), Text: v.T("Hạn sử dụng", "Expiry date"), Href: edit, Instruction: v.T("Tem sẽ không in hạn dùng.", "Stamps will not show one.")}
	case b.ExpiredOn(v.Today()):
		return check{Badge: desk.Bad(v.T("đã quá hạn", "expired")), Text: v.T("Hạn sử dụng: ", "Expiry date: ") + v.Lang.Date(b.Expiry), Href: edit}
	}
	return check{Badge: desk.Good(v.T("có", "there")), Text: v.T("Hạn sử dụng: ", "Expiry date: ") + v.Lang.Date(b.Expiry)}
}

// checkStars tells what stars the stamps may show: those that count both when
// the goods were packed and today.
func checkStars(v *desk.Visit, d *trace.Dossier) check {
	b := d.Batch.Data
	packed, today := d.Certificates.Stars(b.Product, b.PackedOn()), d.Certificates.Stars(b.Product, v.Today())
	switch n := min(packed, today); {
	case n > 0:
		until := v.Lang.Date(d.Certificates.OCOP(b.Product, v.Today()).Data.ValidUntil)
		return check{Badge: desk.Good(strings.Repeat("★", n)), Text: v.T("Hạng sao OCOP, còn hiệu lực đến ", "OCOP stars, in force until ") + until}
	case packed > 0:
		return check{Badge: desk.Warn(v.T("đã hết hiệu lực", "ended")), Text: v.T("Hạng sao OCOP: tem sẽ không in sao", "OCOP stars: stamps will show none"), Href: desk.Prefix + "/giay-to"}
	}
	return check{Badge: desk.Calm(v.T("không có", "none")), Text: v.T("Hạng sao OCOP: tem không in sao", "OCOP stars: stamps show none")}
}
