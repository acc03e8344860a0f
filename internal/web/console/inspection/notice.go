package inspection

import (
	"fmt"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A noticePage is the notice of a hold or a recall by an authority, to print.
type noticePage struct {
	desk.Frame
	Head  head
	Paper desk.PaperNotice
	Back  string
}

// Template implements ui.Page.
func (noticePage) Template() string { return "notice.html" }

// batchNotice is the notice of the measure under which a batch is.
func (i inspection) batchNotice(v *desk.Visit) (desk.Answer, error) {
	s, err := i.open(v)
	if err != nil {
		return desk.Answer{}, err
	}
	n, err := i.Ledger.Notice(v.Context(), v.Actor, s.Batch.ID)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := i.noticePage(v, s, n)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Frame, page.Back = frame(v, "Thông báo", "Notice", s.trail(v)...), s.path()
	return desk.Show(page), nil
}

// recallNotice is the notice of an approved recall, with all of its batches.
func (i inspection) recallNotice(v *desk.Visit) (desk.Answer, error) {
	r, err := i.Ledger.Recall(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	if r.Data.State != trace.RecallApproved {
		return v.Redirect(recallsPath+"/"+r.ID, "Đề nghị chưa được duyệt nên chưa có thông báo.", "There is no notice before it is approved."), nil
	}
	n, err := i.Ledger.Notice(v.Context(), v.Actor, r.Data.Batch)
	if err != nil {
		return desk.Answer{}, err
	}
	n.Recall = &r
	dossier, err := i.Ledger.Dossier(v.Context(), r.Data.Batch)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := i.noticePage(v, subject{Dossier: dossier}, n)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Frame, page.Back = v.Frame("Thông báo", "Notice", recallsHome(v)), recallsPath+"/"+r.ID
	return desk.Show(page), nil
}

// noticePage words the notice as offices do: what it is founded on, and who gets
// it.
func (i inspection) noticePage(v *desk.Visit, s subject, n trace.Notice) (*noticePage, error) {
	orders, err := i.Book.OrdersOf(v.Context(), s.Batch.ID)
	if err != nil {
		return nil, err
	}
	made := 0
	for _, o := range orders {
		made += o.Data.Count
	}
	page := &noticePage{Head: s.head(v), Paper: v.PaperNotice(n, made)}
	if n.Batch.Data.StateBy == trace.ProducerRole && n.Recall == nil {
		return page, nil // the producer's own
	}
	paper := &page.Paper
	paper.Numbered, paper.Bases = true, s.bases(v, n)
	paper.Recipients = []string{s.Producer.Data.Name, v.T("Các cơ sở sản xuất, kinh doanh có liên quan", "Others who make or sell the goods"), v.T("Văn phòng OCOP", "Programme office")}
	if n.Recall == nil {
		return page, nil
	}
	d := n.Recall.Data.Decided
	paper.Issuer, paper.Address, paper.Place = d.Organisation, "", ""
	paper.Signer = v.T("ĐẠI DIỆN CƠ QUAN", "FOR THE AUTHORITY")
	paper.ReachedTitle = v.T("Các lô làm từ lô này, cùng bị thu hồi:", "Batches made of it, recalled with it:")
	paper.Reached, paper.More, err = i.recalledWith(v, n.Recall.Data)
	return page, err
}

// recalledWith are the further batches of a recall, in words.
func (i inspection) recalledWith(v *desk.Visit, r trace.Recall) ([]string, int, error) {
	batches, err := trace.HeadsOf[trace.Batch](v.Context(), i.Ledger, r.Also)
	if err != nil {
		return nil, 0, err
	}
	n := &names{v: v}
	for _, b := range batches {
		n.want(b.Data.Product, b.Data.Producer)
	}
	if err := i.look(n); err != nil {
		return nil, 0, err
	}
	var out []string
	for _, code := range r.Also {
		b := batches[code].Data
		out = append(out, fmt.Sprintf("%s: %s, %s %s, %s", desk.Display(code), n.product(b.Product), v.T("số lô", "lot"), b.Lot, n.producer(b.Producer)))
	}
	return out, 0, nil
}

// bases are what the measure is founded on: the law, which whoever signs has to
// check, and what is on file.
func (s subject) bases(v *desk.Visit, n trace.Notice) []string {
	out := []string{
		v.T("Căn cứ Luật An toàn thực phẩm ngày 17 tháng 6 năm 2010;", "Under the Law on Food Safety of 17 June 2010;"),
		v.T("Căn cứ Thông tư số 17/2021/TT-BNNPTNT về truy xuất nguồn gốc, thu hồi và xử lý thực phẩm nông lâm thủy sản không bảo đảm an toàn;",
			"Under Circular 17/2021/TT-BNNPTNT on tracing, recalling and dealing with unsafe agricultural, forestry and fishery food;"),
	}
	for _, h := range s.Tests {
		t := h[len(h)-1].Data
		if t.Batch == s.Batch.ID && t.Verdict() == trace.Fail {
			out = append(out, fmt.Sprintf(v.T("Căn cứ phiếu kết quả kiểm nghiệm số %s ngày %s của %s;", "On test report %s of %s by %s;"),
				t.Number, v.Lang.Date(t.Issued), t.Laboratory.Name))
		}
	}
	for _, r := range s.Last() {
		if in := r.Data.Inspecting; in != nil && !in.Conforms {
			out = append(out, fmt.Sprintf(v.T("Căn cứ kết quả kiểm tra ngày %s của %s;", "On the inspection of %s by %s;"),
				v.Lang.Date(trace.DateOf(r.Data.Happened)), in.Authority))
		}
	}
	if n.Recall != nil {
		p := n.Recall.Data.Proposed
		out = append(out, fmt.Sprintf(v.T("Xét đề nghị thu hồi ngày %s của %s,", "On the proposal of %s by %s,"), v.Lang.Date(trace.DateOf(p.At)), p.Organisation))
	}
	return out
}
