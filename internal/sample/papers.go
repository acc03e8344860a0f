package sample

import (
	"fmt"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/sample/paper"
	"temgoc/internal/trace"
)

// certificatePaper is the certificate as a document.
func certificatePaper(p trace.Producer, g trace.Product, d trace.CertificateData) paper.Paper {
	kind, _ := catalog.CertificateKindByCode(d.Kind)
	page := paper.Paper{
		Issuer: upper(d.Authority), Number: d.Number, Title: upper(kind.Name.VI), Frame: true,
		Date: signedOn(d.Issued), Signer: upper(d.Authority),
	}
	page.Lines = lines("Chủ thể:", p.Name, "Địa chỉ:", p.Address.In("vi"), "Mã số đăng ký:", p.Registration)
	if g.Name.VI != "" {
		page.Lines = append(lines("Sản phẩm:", g.Name.VI), page.Lines...)
	}
	if d.OCOP != nil {
		page.Title, page.Subtitle, page.Stars = "GIẤY CHỨNG NHẬN", "SẢN PHẨM OCOP", d.OCOP.Stars
		page.Lines = append(page.Lines, lines("Đạt hạng:", fmt.Sprintf("%d sao (%s điểm)", d.OCOP.Stars, d.OCOP.Points.In("vi")))...)
	}
	page.Lines = append(page.Lines, lines("Ngày cấp:", d.Issued.Vietnamese(), "Có giá trị đến:", d.ValidUntil.Vietnamese(),
		"Căn cứ:", d.LegalBasis, "Ghi chú:", d.Note)...)
	return page
}

// testPaper is a test report as a document.
func testPaper(p trace.Producer, g trace.Product, b trace.BatchData, d trace.TestData) paper.Paper {
	page := paper.Paper{
		Issuer: upper(d.Laboratory.Name), Number: d.Number, Title: "PHIẾU KẾT QUẢ THỬ NGHIỆM", Subtitle: d.Laboratory.VILAS,
		Date: signedOn(d.Issued), Signer: "TRƯỞNG PHÒNG THỬ NGHIỆM", Notes: []string{"Kết quả chỉ có giá trị trên mẫu thử. KPH: không phát hiện."},
		Table: paper.Table{Head: []string{"TT", "Chỉ tiêu", "Đơn vị", "Phương pháp thử", "Kết quả", "Mức giới hạn"}, Widths: []int{4, 28, 12, 18, 19, 32}},
	}
	page.Lines = lines("Tên mẫu:", g.Name.VI, "Mã mẫu:", d.Sample.Code, "Mô tả:", d.Sample.Description, "Khách hàng:", p.Name,
		"Số lô:", b.Lot.String(), "NSX / HSD:", strings.Trim(b.Production.Vietnamese()+" – "+b.Expiry.Vietnamese(), " –"),
		"Ngày nhận mẫu:", d.Sample.Received.Vietnamese(), "Thời gian thử:", d.Sample.TestedFrom.Vietnamese()+" – "+d.Sample.TestedUntil.Vietnamese())
	for i, r := range d.Rows {
		limit := ""
		if r.Limit != nil {
			limit = r.Limit.In("vi") + " (" + r.Limit.Basis + ")"
		}
		page.Table.Rows = append(page.Table.Rows, []string{fmt.Sprint(i + 1), r.Indicator.VI, r.Unit, r.Method, r.Result.Text, limit})
	}
	return page
}

// recordPaper is the slip that belongs to a record.
func recordPaper(p trace.Producer, b trace.BatchData, r record) paper.Paper {
	d := r.data
	page := paper.Paper{
		Issuer: upper(p.Label()), Number: b.Lot.String() + "/" + upper(d.Kind[:2]), Title: upper(r.document),
		Date: signedOn(trace.DateOf(d.Happened)), Signer: "NGƯỜI LẬP PHIẾU",
	}
	page.Lines = append(lines("Số lô:", b.Lot.String(), "Thời điểm:", d.Happened.In(trace.Zone).Format("15:04 02/01/2006"),
		"Nơi lập:", d.Place.In("vi"), "Người thực hiện:", d.Person), facts(d)...)
	page.Lines = append(page.Lines, lines("Ghi chú:", d.Note)...)
	return page
}

// facts are the details that a slip shows.
func facts(d trace.RecordData) []paper.Line {
	switch {
	case d.Harvest != nil:
		return lines("Vườn, lô:", d.Harvest.Plot, "Khối lượng:", d.Harvest.Quantity.In("vi"), "Người hái:", d.Harvest.Harvester)
	case d.Receiving != nil:
		return lines("Bên giao:", d.Receiving.Supplier, "Khối lượng:", d.Receiving.Quantity.In("vi"), "Chứng từ:", d.Receiving.Document, "Tình trạng:", d.Receiving.Condition)
	case d.Processing != nil:
		return lines("Công đoạn:", d.Processing.Process, "Thành phẩm:", d.Processing.Output.In("vi"), "Thiết bị:", d.Processing.Equipment)
	case d.Sampling != nil:
		return lines("Mã mẫu:", d.Sampling.Sample, "Lượng mẫu:", d.Sampling.Quantity.In("vi"), "Phòng thử nghiệm:", d.Sampling.Laboratory, "Người lấy mẫu:", d.Sampling.SampledBy)
	case d.Packing != nil:
		return lines("Quy cách:", d.Packing.NetContent.In("vi"), "Số lượng:", fmt.Sprint(d.Packing.Units), "Bao bì:", d.Packing.Material, "SSCC:", d.Packing.SSCC)
	case d.Shipping != nil:
		return lines("Bên nhận:", d.Shipping.Recipient, "Số lượng:", d.Shipping.Quantity.In("vi"), "Số phiếu:", d.Shipping.Document, "Nơi đến:", d.Shipping.Destination)
	case d.Inspecting != nil:
		return lines("Cơ quan:", d.Inspecting.Authority, "Số hiệu cán bộ:", d.Inspecting.Inspector, "Nội dung:", d.Inspecting.Finding, "Số biên bản:", d.Inspecting.Document)
	}
	return nil
}

// lines pairs labels with values and leaves out the empty values.
func lines(labelled ...string) []paper.Line {
	var out []paper.Line
	for i := 0; i+1 < len(labelled); i += 2 {
		if labelled[i+1] != "" {
			out = append(out, paper.Line{Label: labelled[i], Value: labelled[i+1]})
		}
	}
	return out
}

func upper(s string) string { return strings.ToUpper(s) }

func signedOn(d trace.Date) string {
	day := d.Start()
	return fmt.Sprintf("Tuyên Quang, ngày %02d tháng %02d năm %d", day.Day(), day.Month(), day.Year())
}
