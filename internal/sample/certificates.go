package sample

import (
	"fmt"

	"temgoc/internal/trace"
)

// Days on which authorities changed.
var (
	districtsEnded = trace.NewDate(2025, 7, 1)  // two-tier government; QĐ 1489/QĐ-TTg
	ministryMerged = trace.NewDate(2025, 3, 1)  // Bộ Nông nghiệp và Môi trường
	criteriaOf2026 = trace.NewDate(2026, 5, 22) // QĐ 26/2026/QĐ-TTg
)

// ocop is an OCOP certificate of the authority that was in charge on the day:
// three stars were the district's until districts ended.
func ocop(key string, n, stars int, points string, issued trace.Date, district string) certificate {
	c := certificate{key: key, by: byOffice, data: trace.CertificateData{
		Kind: trace.OCOPCertificate, Number: fmt.Sprintf("DEMO-%d/QĐ-UBND", n), Authority: "UBND tỉnh Tuyên Quang",
		Issued: issued, OCOP: &trace.Evaluation{Stars: stars, Points: trace.Decimal(points)},
		LegalBasis: "QĐ 148/QĐ-TTg ngày 24/02/2023",
	}}
	switch {
	case stars == 5 && issued.Before(ministryMerged):
		c.data.Number, c.data.Authority = fmt.Sprintf("DEMO-%d/QĐ-BNN-VPĐP", n), "Bộ Nông nghiệp và Phát triển nông thôn"
	case stars == 5:
		c.data.Number, c.data.Authority = fmt.Sprintf("DEMO-%d/QĐ-BNNMT", n), "Bộ Nông nghiệp và Môi trường"
	case stars == 3 && issued.Before(districtsEnded):
		c.data.Authority = "UBND huyện " + district
	}
	if !issued.Before(criteriaOf2026) {
		c.data.LegalBasis = "QĐ 26/2026/QĐ-TTg ngày 22/5/2026"
	} else if !issued.Before(trace.NewDate(2025, 7, 6)) {
		c.data.LegalBasis += ", sửa đổi bởi QĐ 1489/QĐ-TTg ngày 06/7/2025"
	}
	return c
}

// districtOCOP is a district's decision of twenty months ago, or of the last
// days of the districts where that would be after them.
func districtOCOP(c calendar, key string, n, stars int, points, district string) certificate {
	issued := c.months(-20)
	if last := districtsEnded.AddDays(-11); issued.After(last) {
		issued = last
	}
	return ocop(key, n, stars, points, issued, district)
}

// The departments that certify the food safety of producers.
const (
	agriculture = "Sở Nông nghiệp và Môi trường tỉnh Tuyên Quang"
	industry    = "Sở Công Thương tỉnh Tuyên Quang"
)

// foodSafety is the certificate of the establishment, for three years.
func foodSafety(key string, n int, issued trace.Date, authority string) certificate {
	return certificate{key: key, by: byOffice, data: trace.CertificateData{
		Kind: "ATTP", Number: fmt.Sprintf("DEMO-%03d/ATTP-TQ", n), Authority: authority, Issued: issued,
		ValidUntil: issued.AddMonths(36).AddDays(-1), LegalBasis: "Luật An toàn thực phẩm số 55/2010/QH12",
	}}
}

// commitment is what a small producer signs before the commune instead.
func commitment(key string, n int, issued trace.Date, commune string) certificate {
	return certificate{key: key, confirmed: true, data: trace.CertificateData{
		Kind: "CAMKET", Number: fmt.Sprintf("DEMO-%02d/CK-ATTP", n), Authority: "UBND xã " + commune, Issued: issued,
		ValidUntil: issued.AddMonths(36).AddDays(-1), LegalBasis: "TT 17/2018/TT-BNNPTNT",
	}}
}

const certifier = "Tổ chức Chứng nhận Nông sản Minh Họa"

func vietGAP(key string, n int, issued trace.Date, note string) certificate {
	return certificate{key: key, by: byCertifier, data: trace.CertificateData{
		Kind: "VIETGAP", Number: fmt.Sprintf("DEMO-VG-%04d", n), Authority: certifier, Issued: issued,
		ValidUntil: issued.AddMonths(24).AddDays(-1), LegalBasis: "TCVN 11892-1:2017", Note: note,
	}}
}

func organic(key string, n int, issued trace.Date, note string) certificate {
	return certificate{key: key, by: byCertifier, data: trace.CertificateData{
		Kind: "ORGANIC", Number: fmt.Sprintf("DEMO-HC-%04d", n), Authority: certifier, Issued: issued,
		ValidUntil: issued.AddMonths(24).AddDays(-1), LegalBasis: "TCVN 11041-2:2017", Note: note,
	}}
}

func tradeMark(key string, n int, issued trace.Date, note string) certificate {
	return certificate{key: key, by: byOffice, data: trace.CertificateData{
		Kind: "TRADEMARK", Number: fmt.Sprintf("DEMO-%06d", n), Authority: "Cục Sở hữu trí tuệ", Issued: issued,
		ValidUntil: issued.AddMonths(120).AddDays(-1), Note: note,
	}}
}

func indication(key string, n int, issued trace.Date, note string) certificate {
	return certificate{key: key, by: byOffice, data: trace.CertificateData{
		Kind: "GI", Number: fmt.Sprintf("DEMO-CDĐL-%02d", n), Authority: "Tổ chức quản lý chỉ dẫn địa lý (minh họa)",
		Issued: issued, Note: note,
	}}
}

// selfDeclaration is the producer's own and stays its word alone.
func selfDeclaration(key string, n int, issued trace.Date, who string) certificate {
	return certificate{key: key, data: trace.CertificateData{
		Kind: "TCB", Number: fmt.Sprintf("DEMO-%02d/TCB", n), Authority: who, Issued: issued,
		LegalBasis: "NĐ 15/2018/NĐ-CP, Điều 5",
	}}
}
