package desk

import (
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A PaperNotice is the notice of a hold or a recall in the form that offices
// expect on paper. The template "paper-notice" shows it.
type PaperNotice struct {
	// Issuer is who gives notice; Place and Date where and when the measure was
	// ordered.
	Issuer, Address, Place, Date string
	Title, Subject               string
	To                           string
	Rows                         []Fact
	// Reached are the batches that the goods went into; More of them are not
	// listed.
	Reached []string
	More    int
	// ReachedTitle says which batches Reached are.
	ReachedTitle string
	Signer       string
	// Numbered papers leave room for the number that an office gives them. Bases
	// are what the measure is founded on, and Recipients who gets the paper:
	// those of an authority.
	Numbered          bool
	Bases, Recipients []string
}

// PaperNotice words the notice of a batch, of which so many stamps were made.
func (v *Visit) PaperNotice(n trace.Notice, stamps int) PaperNotice {
	b, p := n.Batch.Data, n.Producer.Data
	recalled := b.State == trace.BatchRecalled
	paper := PaperNotice{
		Issuer: p.Name, Address: p.Address.In(string(v.Lang)), Date: v.noticeDate(trace.DateOf(b.StateSince)),
		Title:   v.T("THÔNG BÁO", "NOTICE"),
		Subject: v.T("Về việc tạm dừng lưu hành sản phẩm", "Products put on hold"),
		To: v.T("Các cơ sở sản xuất, kinh doanh, người tiêu dùng và cơ quan quản lý có liên quan",
			"Those who make, sell and use the product, and the authorities in charge"),
		ReachedTitle: v.T("Các lô đã dùng hàng của lô này:", "Batches that goods of this batch went into:"),
		Signer:       v.T("ĐẠI DIỆN CƠ SỞ", "FOR THE PRODUCER"),
	}
	if recalled {
		paper.Subject = v.T("Về việc thu hồi sản phẩm", "Recall of products")
	}
	if commune, ok := catalog.CommuneByCode(p.Address.Commune); ok {
		paper.Place = v.Lang.Name(commune.Name)
	}
	if b.StateBy != trace.ProducerRole && b.StateOrg != "" {
		paper.Issuer, paper.Address, paper.Place = b.StateOrg, "", ""
		paper.Signer = v.T("ĐẠI DIỆN CƠ QUAN", "FOR THE AUTHORITY")
	}
	paper.Rows = v.noticeRows(n, stamps)
	for _, r := range n.Reached {
		paper.Reached = append(paper.Reached, fmt.Sprintf("%s: %s, %s %s, %s",
			Display(r.Batch.ID), v.Lang.Name(r.Product), v.T("số lô", "lot"), r.Batch.Data.Lot, r.Producer))
	}
	paper.More = n.ReachedInAll - len(n.Reached)
	return paper
}

// noticeDate writes a day as official papers do.
func (v *Visit) noticeDate(d trace.Date) string {
	if v.Lang == "en" {
		return v.Lang.Date(d)
	}
	at := d.Start()
	return fmt.Sprintf("ngày %02d tháng %02d năm %d", at.Day(), int(at.Month()), at.Year())
}

func (v *Visit) noticeRows(n trace.Notice, stamps int) []Fact {
	b, p, product, l := n.Batch.Data, n.Producer.Data, n.Product.Data, v.Lang
	made := ""
	if stamps > 0 {
		made = l.Number(stamps) + v.T(" tem đã lập", " stamps")
	}
	return Facts(
		Fact{Label: v.T("Tên sản phẩm", "Product"), Value: l.Name(product.Name)},
		Fact{Label: v.T("Quy cách", "Net content"), Value: l.Quantity(product.NetContent)},
		Fact{Label: v.T("Số lô", "Lot"), Value: b.Lot.String()},
		Fact{Label: v.T("Mã truy xuất nguồn gốc", "Traceability code"), Value: Display(n.Batch.ID)},
		Fact{Label: v.T("Ngày sản xuất", "Produced on"), Value: l.Date(b.Production)},
		Fact{Label: v.T("Hạn sử dụng", "Expiry date"), Value: l.Date(b.Expiry)},
		Fact{Label: v.T("Số lượng của lô", "Quantity of the batch"), Value: l.Quantity(b.Quantity)},
		Fact{Label: v.T("Số tem", "Stamps"), Value: made},
		Fact{Label: v.T("Cơ sở sản xuất", "Producer"), Value: p.Name + ", " + p.Address.In(string(l))},
		Fact{Label: v.T("Điện thoại liên hệ", "Telephone"), Value: p.Phone},
		Fact{Label: v.T("Lý do", "Reason"), Value: b.Reason},
		Fact{Label: v.T("Biện pháp", "Measures"), Value: v.measures(b)},
		Fact{Label: v.T("Hiệu lực từ", "In force since"), Value: l.Moment(b.StateSince)},
		Fact{Label: v.T("Thời hạn thực hiện", "Deadlines"), Value: v.deadlines(n.Deadlines)},
	)
}

func (v *Visit) measures(b trace.Batch) string {
	if b.State != trace.BatchRecalled {
		return v.T("Tạm dừng bán, để riêng hàng của lô này và chờ thông báo tiếp theo.", "Stop selling, set the goods of this batch apart and wait for further notice.")
	}
	first := v.T("Dừng bán và dừng sử dụng ngay; để riêng, không tự tiêu hủy; trả lại cơ sở sản xuất.", "Stop selling and using the goods at once; set them apart, do not destroy them yourself; return them to the producer.")
	if b.Instructions == "" {
		return first
	}
	return first + " " + b.Instructions
}

func (v *Visit) deadlines(d *trace.Deadlines) string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf(v.T("Dừng bán và báo cho các bên liên quan trước %s; báo cáo kết quả trong %d ngày làm việc sau khi thu hồi xong; xử lý hàng thu hồi trong %d tháng.",
		"Stop selling and tell all concerned before %s; report the result within %d working days after the recall; deal with the goods within %d months."),
		v.Lang.Moment(d.Notify), d.ReportDays, d.HandlingMonths)
}
