package inspection

import (
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/outreach"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A subject is the batch that a page is about, with the stamp that led to it.
type subject struct {
	*trace.Dossier
	item *itemOf // nil where the batch itself was asked for
}

type itemOf struct {
	code stamp.Code
	printing.Item
}

// open gathers the batch of the address, for those who may see all of it.
func (i inspection) open(v *desk.Visit) (subject, error) {
	code, err := stamp.Parse(v.Param("code"))
	if err != nil {
		return subject{}, trace.ErrHidden
	}
	// The history, unlike the batch, is for those alone who may see all of it.
	if _, err := i.Ledger.BatchHistory(v.Context(), v.Actor, code.Batch().String()); err != nil {
		return subject{}, err
	}
	s := subject{}
	if s.Dossier, err = i.Ledger.Dossier(v.Context(), code.Batch().String()); err != nil {
		return subject{}, err
	}
	if item, ok := code.Item(); ok {
		opened, err := i.Book.Item(v.Context(), v.Actor, item)
		if err != nil {
			return subject{}, err
		}
		s.item = &itemOf{code, opened}
	}
	return s, nil
}

// path is where the batch's file is.
func (s subject) path() string { return filesPath + "/" + s.Batch.ID }

// trail leads from the search to a page of the batch.
func (s subject) trail(v *desk.Visit) []desk.Link {
	return []desk.Link{home(v), {Label: v.T("Lô ", "Batch ") + s.Batch.Data.Lot.String(), Href: s.path()}}
}

// A head says which batch a page is about.
type head struct {
	Product, Code, Lot, Producer, Photo, Href string
	State                                     desk.Badge
}

func (s subject) head(v *desk.Visit) head {
	h := head{
		Product: v.Lang.Name(s.Product.Data.Name), Code: desk.Display(s.Batch.ID), Lot: s.Batch.Data.Lot.String(),
		Producer: s.Producer.Data.Name, State: desk.StateBadge(v.Lang, s.Batch.Data.State), Href: s.path(),
	}
	if photo := s.Product.Data.Photo; photo != (trace.Digest{}) {
		h.Photo = "/anh/" + photo.String()
	}
	return h
}

// A filePage is the whole file of a batch.
type filePage struct {
	desk.Frame
	Head         head
	Item         *itemView
	Alarms       []alarm
	Acts         []desk.Link
	Parts        []part
	Missing      []missing
	Facts        []desk.Fact
	Producer     []desk.Fact
	Phone, Email string
	History      []stateChange
	Journey      []entry
	Earlier      string // leads to the records that are left out
	Tests        []test
	Certificates []certificate
	Stamps       stamps
	Problems     []row
	Recalls      []row
	Family       familyView
	MayAct       bool
}

// Template implements ui.Page.
func (filePage) Template() string { return "file.html" }

// A part is a section of the page, to jump to.
type part struct {
	Anchor, Label string
	Count         int
}

// An alarm is what must be seen first.
type alarm struct {
	Tone, Title string
	Lines       []string
}

// missing is an item that the law asks for.
type missing struct{ Name, Basis string }

// A stateChange is a revision of the batch in words.
type stateChange struct {
	State        *desk.Badge
	What, At, By string
	Why          string
	Instructions string
}

func (i inspection) file(v *desk.Visit) (desk.Answer, error) {
	if _, err := stamp.Parse(v.Param("code")); err != nil {
		return v.Redirect(searchFor(v.Param("code")), "", ""), nil
	}
	page, _, err := i.filePage(v)
	return desk.Show(page), err
}

func (i inspection) filePage(v *desk.Visit) (*filePage, subject, error) {
	s, err := i.open(v)
	if err != nil {
		return nil, s, err
	}
	title := v.Lang.Name(s.Product.Data.Name)
	page := &filePage{
		Frame: frame(v, title, title, home(v)), Head: s.head(v), Alarms: s.alarms(v), Acts: i.acts(v, s), MayAct: authority(v),
		Missing: s.missing(v), Facts: s.facts(v), Producer: producerFacts(v, s.Producer.Data),
		Phone: s.Producer.Data.Phone, Email: s.Producer.Data.Email, Tests: s.tests(v), Certificates: s.certificates(v),
	}
	for _, add := range []func(*desk.Visit, subject, *filePage) error{
		i.addItem, i.addHistory, i.addJourney, i.addStamps, i.addProblems, i.addRecalls, i.addFamily,
	} {
		if err := add(v, s, page); err != nil {
			return nil, s, err
		}
	}
	page.Parts = page.parts(len(s.Records))
	return page, s, nil
}

func (p *filePage) parts(records int) []part {
	all := []part{
		{"giay-to", p.T("Giấy tờ", "Certificates"), len(p.Certificates)},
		{"kiem-nghiem", p.T("Kiểm nghiệm", "Tests"), len(p.Tests)},
		{"ghi-chep", p.T("Ghi chép", "Records"), records},
		{"chu-the", p.T("Chủ thể", "Producer"), 0},
		{"tem", p.T("Tem", "Stamps"), len(p.Stamps.Orders)},
		{"pha-he", p.T("Nguồn gốc", "Genealogy"), max(0, len(p.Family.List)-1)},
		{"phan-anh", p.T("Phản ánh", "Reports"), len(p.Problems)},
		{"thu-hoi", p.T("Thu hồi", "Recalls"), len(p.Recalls)},
		{"dien-bien", p.T("Diễn biến", "History"), len(p.History)},
	}
	return slices.DeleteFunc(all, func(a part) bool {
		return a.Count == 0 && (a.Anchor == "phan-anh" || a.Anchor == "thu-hoi")
	})
}

// alarms says what is wrong with the batch.
func (s subject) alarms(v *desk.Visit) []alarm {
	var out []alarm
	b := s.Batch.Data
	switch {
	case b.State == trace.BatchRecalled:
		out = append(out, alarm{"bad", v.T("Lô bị thu hồi", "The batch is recalled"), s.measure(v)})
	case b.State == trace.BatchHeld:
		out = append(out, alarm{"warn", v.T("Lô đang tạm dừng lưu hành", "The batch is on hold"), s.measure(v)})
	}
	if void := s.Void(); void != nil {
		out = append(out, alarm{"bad", v.T("Mã lô đã bị hủy", "The batch code was taken out of use"), []string{void.Data.Reason}})
	}
	if failed := s.Failures(); len(failed) > 0 {
		out = append(out, alarm{"bad", v.T("Kiểm nghiệm không đạt", "A test failed"), []string{strings.Join(failed, ", ")}})
	}
	if len(s.Alerts) > 0 {
		a := alarm{Tone: "bad", Title: v.T("Lô nguyên liệu có vấn đề", "Something is wrong with what went in")}
		for _, in := range s.Alerts {
			a.Lines = append(a.Lines, desk.Display(in.Batch.ID)+" · "+v.Lang.Name(in.Product)+": "+v.Lang.Name(in.Batch.Data.State.Name()))
		}
		out = append(out, a)
	}
	if b.ExpiredOn(v.Today()) {
		out = append(out, alarm{"warn", v.T("Lô đã quá hạn sử dụng", "The batch is past its expiry date"), []string{v.T("Hạn dùng: ", "Expiry: ") + v.Lang.Date(b.Expiry)}})
	}
	return out
}

// measure is who stopped the batch, when and why.
func (s subject) measure(v *desk.Visit) []string {
	b := s.Batch.Data
	lines := []string{v.T("Từ ", "Since ") + v.Lang.Moment(b.StateSince) + v.T(", do ", ", by ") + stateBy(v.Lang, b, s.Producer.Data), v.T("Lý do: ", "Reason: ") + b.Reason}
	if b.Instructions != "" {
		lines = append(lines, v.T("Việc phải làm: ", "What to do: ")+b.Instructions)
	}
	return lines
}

// stateBy is on whose behalf the batch was brought into its state.
func stateBy(l ui.Lang, b trace.Batch, maker trace.Producer) string {
	switch {
	case b.StateBy == trace.ProducerRole:
		return maker.Label()
	case b.StateOrg != "":
		return b.StateOrg
	}
	return l.Name(b.StateBy.Name())
}

func (s subject) missing(v *desk.Visit) []missing {
	var out []missing
	for _, item := range s.Missing() {
		out = append(out, missing{v.Lang.Name(item.Name), item.Basis})
	}
	return out
}

func (s subject) facts(v *desk.Visit) []desk.Fact {
	b, p, l := s.Batch.Data, s.Product.Data, v.Lang
	set, _ := catalog.SetByNumber(p.Set)
	return desk.Facts(
		desk.Fact{Label: v.T("Chủ thể", "Producer"), Value: s.Producer.Data.Name, Href: searchPath + "/chu-the/" + s.Producer.ID},
		desk.Fact{Label: v.T("Sản phẩm", "Product"), Value: l.Name(p.Name), Href: searchPath + "/san-pham/" + s.Product.ID},
		desk.Fact{Label: v.T("Bộ sản phẩm", "Product set"), Value: l.Name(set.Name)},
		desk.Fact{Label: v.T("Số lô", "Lot"), Value: b.Lot.String()},
		desk.Fact{Label: v.T("Sản lượng", "Quantity"), Value: l.Quantity(b.Quantity)},
		desk.Fact{Label: v.T("Ngày sản xuất", "Produced"), Value: l.Date(b.Production)},
		desk.Fact{Label: v.T("Ngày đóng gói", "Packed"), Value: l.Date(b.Packing)},
		desk.Fact{Label: v.T("Hạn dùng", "Expiry"), Value: l.Date(b.Expiry)},
		desk.Fact{Label: v.T("Xuất xưởng lần đầu", "First released"), Value: l.Moment(b.FirstReleased)},
		desk.Fact{Label: v.T("Sao OCOP ngày đóng gói", "OCOP stars when packed"), Value: stars(v, s.Dossier.Certificates.Stars(b.Product, b.PackedOn()))},
		desk.Fact{Label: v.T("Sao OCOP hôm nay", "OCOP stars today"), Value: stars(v, s.Dossier.Certificates.Stars(b.Product, v.Today()))},
		desk.Fact{Label: "GTIN", Value: p.GTIN.String()},
		desk.Fact{Label: v.T("Tiêu chuẩn", "Standards"), Value: strings.Join(p.Standards, "; ")},
		desk.Fact{Label: v.T("Cảnh báo trên bao bì", "Warnings"), Value: l.Name(p.Warnings)},
		desk.Fact{Label: v.T("Ghi chú", "Note"), Value: b.Note},
	)
}

func stars(v *desk.Visit, n int) string {
	if n == 0 {
		return v.T("không có", "none")
	}
	return fmt.Sprintf("%d %s", n, v.T("sao", "stars"))
}

// addHistory tells how the batch came to where it is.
func (i inspection) addHistory(v *desk.Visit, s subject, page *filePage) error {
	ids := make([]string, len(s.History))
	for n, h := range s.History {
		ids[n] = h.By
	}
	people, err := v.Names(ids)
	if err != nil {
		return err
	}
	for n, h := range s.History {
		c := stateChange{At: v.Lang.Moment(h.Changed)}
		org := stateBy(v.Lang, h.Data, s.Producer.Data)
		switch {
		case n == 0:
			c.What, org = v.T("Lập lô", "Opened"), s.Producer.Data.Label()
		case sameState(h.Data, s.History[n-1].Data):
			c.What, c.Why, org = v.T("Sửa thông tin lô", "Data corrected"), h.Data.Correction, s.Producer.Data.Label()
		default:
			state := desk.StateBadge(v.Lang, h.Data.State)
			c.State, c.Why, c.Instructions = &state, h.Data.Reason, h.Data.Instructions
		}
		c.By = who(people, h.By, org)
		page.History = append(page.History, c)
	}
	slices.Reverse(page.History)
	return nil
}

// who names a person with whom it speaks for; that one alone where the person
// has no name here.
func who(people map[string]string, id, organisation string) string {
	if name := people[id]; name != id {
		return ui.Joined(" · ", name, organisation)
	}
	return organisation
}

// sameState tells whether a revision left the batch where it was.
func sameState(a, b trace.Batch) bool {
	return a.State == b.State && a.StateBy == b.StateBy && a.StateSince.Equal(b.StateSince)
}

// acts are what the visitor may do about the batch as it stands.
func (i inspection) acts(v *desk.Visit, s subject) []desk.Link {
	var out []desk.Link
	add := func(may bool, path, vi, en string) {
		if may {
			out = append(out, desk.Link{Label: v.T(vi, en), Href: path})
		}
	}
	b := s.Batch.Data
	add(v.Actor.MayRecord(b, "inspecting") == nil, s.path()+"/bien-ban", "Lập biên bản kiểm tra", "Record an inspection")
	add(v.Actor.MayMove(b, trace.BatchHeld) == nil, s.path()+"/tam-dung", "Tạm dừng lưu hành", "Put on hold")
	add(v.Actor.MayMove(b, trace.BatchReleased) == nil, s.path()+"/luu-hanh", "Cho lưu hành trở lại", "Lift the hold")
	add(v.Actor.MayProposeRecall(b) == nil, s.path()+"/thu-hoi", "Đề nghị thu hồi", "Propose a recall")
	stopped := authority(v) && (b.State == trace.BatchHeld || b.State == trace.BatchRecalled)
	add(stopped, s.path()+"/thong-bao", "Thông báo để in", "Notice to print")
	add(stopped, outreach.NotifyPath+s.Batch.ID, "Báo cho nơi nhận hàng", "Tell the recipients")
	add(authority(v), outreach.ReachPath+s.Batch.ID, "Hàng đã đi đâu", "Where the goods went")
	add(authority(v), s.path()+"/niem-phong", "Tải hồ sơ niêm phong", "Download the sealed file")
	add(b.State.Published(), "/"+s.Batch.ID, "Trang người mua thấy", "The shopper's page")
	if len(out) > 0 && authority(v) {
		out[0].Icon = "main"
	}
	return out
}
