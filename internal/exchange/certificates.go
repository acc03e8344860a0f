package exchange

import (
	"context"
	"fmt"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A certificateRow is a row of the table of certificates.
type certificateRow = trace.Certificate

func certificateTable() table[certificateRow] {
	return table[certificateRow]{
		of:      Certificates,
		columns: certificateColumns(),
		notes: []catalog.Name{
			{VI: "Giấy do Văn phòng OCOP hoặc cơ quan chứng nhận nhập được coi là đã xác nhận. Giấy do chủ thể nhập là tự khai: chưa được tính sao cho đến khi được xác nhận.",
				EN: "What the programme office or a certifying authority brings in counts as confirmed. What a producer brings in is declared: it gives no stars until it is confirmed."},
			{VI: "Một quyết định công nhận nhiều sản phẩm thì ghi mỗi sản phẩm một dòng, cùng số quyết định.",
				EN: "A decision about several products takes a row for each product, with the same number."},
		},
		begin: func(d *directory) certificateRow {
			return trace.Certificate{CertificateData: trace.CertificateData{Producer: d.by.Producer}}
		},
		keys:     certificateKeys,
		existing: findSameCertificate,
		check: func(ctx context.Context, l *trace.Ledger, by trace.Actor, v certificateRow) error {
			return l.CheckCertificate(ctx, by, v.CertificateData)
		},
		add: func(ctx context.Context, l *trace.Ledger, w trace.Write, v certificateRow) error {
			_, err := l.CreateCertificate(ctx, w, v.CertificateData)
			return err
		},
		label: labelCertificate,
		each: func(d *directory, q Query, yield func(certificateRow) error) error {
			return pages(func(p trace.Paging) (trace.List[trace.Certificate], error) {
				return d.seen.Certificates(d.ctx, d.by, trace.CertificateQuery{Producer: q.Producer, Product: q.Product}, p)
			}, func(s trace.Stored[trace.Certificate]) error { return yield(s.Data) })
		},
	}
}

// certificateKeys are what one certificate is known by: one decision may
// recognise many products, and numbers begin again each year.
func certificateKeys(c trace.Certificate) []string {
	return []string{strings.Join([]string{c.Producer, c.Product, c.Kind, bare(c.Number), c.Issued.String()}, "\x00")}
}

func findSameCertificate(d *directory, v certificateRow) (*certificateRow, error) {
	r, err := d.certificates.of(d.ctx, d.seen, trace.ProducerTerm(v.Producer))
	if err != nil {
		return nil, err
	}
	for _, c := range r.under(certificateKeys(v)[0]) {
		return &c.Data, nil
	}
	return nil, nil
}

func labelCertificate(d *directory, v certificateRow) catalog.Name {
	about := d.producerName(v.Producer)
	if v.Product != "" {
		about = d.productName(v.Producer, v.Product)
	}
	label := func(lang, stars, until string) string {
		parts := []string{certificateKinds().name(v.Kind, lang) + " " + v.Number, about}
		if v.OCOP != nil {
			parts = append(parts, fmt.Sprintf("%d %s", v.OCOP.Stars, stars))
		}
		if !v.ValidUntil.IsZero() {
			parts = append(parts, until+" "+v.ValidUntil.Vietnamese())
		}
		return strings.Join(parts, " · ")
	}
	return catalog.Name{VI: label("vi", "sao", "đến"), EN: label("en", "stars", "until")}
}

func certificateColumns() []column[certificateRow] {
	type col = column[certificateRow]
	return []col{
		producerColumn(func(v *certificateRow) *string { return &v.Producer }, true),
		productColumn(col{
			doc: catalog.Name{VI: "Tên hoặc mã GTIN của sản phẩm; để trống nếu giấy cấp cho cả cơ sở. Giấy OCOP luôn cấp cho một sản phẩm.",
				EN: "Name or GTIN of the product; empty for what is about the producer as a whole. An OCOP certificate is always about one product."},
		}, func(v *certificateRow) string { return v.Producer }, func(v *certificateRow) *string { return &v.Product }),
		col{title: catalog.Name{VI: "Loại giấy", EN: "Kind"}, also: []string{"Loại giấy chứng nhận", "Loại giấy tờ", "Kind of certificate"}, width: 34, required: true, fields: []string{"kind"},
			doc:     catalog.Name{VI: "Tên hoặc mã loại giấy.", EN: "Name or code of the kind of certificate."},
			example: catalog.Name{VI: "Giấy chứng nhận sản phẩm OCOP", EN: "OCOP product certificate"},
		}.choice(certificateKinds(), func(v *certificateRow) *string { return &v.Kind }),
		col{title: catalog.Name{VI: "Số quyết định, số giấy", EN: "Number"}, also: []string{"Số", "Số quyết định", "Số giấy", "Số giấy chứng nhận", "Certificate number"}, width: 22, required: true, fields: []string{"number"},
			doc:     catalog.Name{VI: "Viết như trên văn bản.", EN: "As it is written on the document."},
			example: same("321/QĐ-UBND"),
		}.text(func(v *certificateRow) *string { return &v.Number }),
		col{title: catalog.Name{VI: "Cơ quan cấp", EN: "Authority"}, also: []string{"Cơ quan", "Nơi cấp", "Issued by"}, width: 30, required: true, fields: []string{"authority"},
			doc:     catalog.Name{VI: "Cơ quan, tổ chức ký giấy.", EN: "Who issued it."},
			example: catalog.Name{VI: "UBND tỉnh Tuyên Quang"},
		}.text(func(v *certificateRow) *string { return &v.Authority }),
		col{title: catalog.Name{VI: "Ngày cấp", EN: "Issued"}, also: []string{"Ngày", "Ngày ký", "Ngày quyết định", "Date of issue"}, width: 13, required: true, fields: []string{"issued"},
			doc:     catalog.Name{VI: "Ngày ký văn bản.", EN: "The date of the document."},
			example: same("06/08/2026"),
		}.date(func(v *certificateRow) *trace.Date { return &v.Issued }),
		col{title: catalog.Name{VI: "Hiệu lực từ", EN: "Valid from"}, width: 13, fields: []string{"validFrom"},
			doc: catalog.Name{VI: "Để trống nếu có hiệu lực từ ngày cấp.", EN: "Empty where it counts from the date of issue."},
		}.date(func(v *certificateRow) *trace.Date { return &v.ValidFrom }),
		col{title: catalog.Name{VI: "Hiệu lực đến", EN: "Valid until"}, also: []string{"Ngày hết hạn", "Hết hạn", "Có giá trị đến"}, width: 13, fields: []string{"validUntil"},
			doc: catalog.Name{VI: "Ngày cuối cùng còn hiệu lực. Giấy OCOP để trống thì tính 36 tháng; loại khác để trống là không thời hạn.",
				EN: "The last day on which it counts. Empty means 36 months for OCOP and no end for other kinds."},
			example: same("05/08/2029"),
		}.date(func(v *certificateRow) *trace.Date { return &v.ValidUntil }),
		starsColumn(),
		col{title: catalog.Name{VI: "Điểm", EN: "Points"}, also: []string{"Điểm đánh giá"}, width: 9, fields: []string{"ocop.points"},
			doc:     catalog.Name{VI: "Điểm đánh giá OCOP trên 100, nếu có.", EN: "OCOP points out of 100, if known."},
			example: same("78,5"),
		}.decimal(func(v *certificateRow) *trace.Decimal { return &evaluation(v).Points }).onlyFor(isOCOP),
		col{title: catalog.Name{VI: "Căn cứ pháp lý", EN: "Legal basis"}, width: 24, fields: []string{"legalBasis"},
			doc:     catalog.Name{VI: "Văn bản làm căn cứ, nếu có.", EN: "The law it rests on, if wanted."},
			example: same("QĐ 148/QĐ-TTg"),
		}.text(func(v *certificateRow) *string { return &v.LegalBasis }),
		col{title: catalog.Name{VI: "Ghi chú", EN: "Note"}, width: 24, fields: []string{"note"},
			doc: catalog.Name{VI: "Tối đa 2000 ký tự.", EN: "At most 2000 characters."},
		}.text(func(v *certificateRow) *string { return &v.Note }),
		filesColumn(func(v *certificateRow) *[]trace.Digest { return &v.Files }),
		col{title: catalog.Name{VI: "Tình trạng", EN: "State"}, width: 18,
			doc: catalog.Name{VI: "Tình trạng vào ngày xuất bảng; được bỏ qua khi nhập.", EN: "On the day of the export; passed over when a file is imported."},
		}.only(func(d *directory, v certificateRow) string { return stateNames[v.StateOn(d.seen.Today())].In(d.lang) }),
		col{title: catalog.Name{VI: "Xác nhận bởi", EN: "Confirmed by"}, width: 26,
			doc: catalog.Name{VI: "Cơ quan đã xác nhận; trống nếu mới chỉ là tự khai. Được bỏ qua khi nhập.", EN: "Who vouches for it; empty while it is only declared. Passed over when a file is imported."},
		}.only(func(_ *directory, v certificateRow) string {
			if v.Confirmed == nil {
				return ""
			}
			return v.Confirmed.Organisation
		}),
	}
}

// stateNames are the states of certificates in words.
var stateNames = map[trace.CertificateState]catalog.Name{
	trace.CertificateFuture:     {VI: "chưa có hiệu lực", EN: "not yet valid"},
	trace.CertificateValid:      {VI: "còn hiệu lực", EN: "valid"},
	trace.CertificateExpiring:   {VI: "sắp hết hạn", EN: "expiring"},
	trace.CertificateExpired:    {VI: "đã hết hạn", EN: "expired"},
	trace.CertificateWithdrawn:  {VI: "đã bị thu hồi", EN: "withdrawn"},
	trace.CertificateSuperseded: {VI: "đã được thay thế", EN: "superseded"},
}

// isOCOP tells whether the certificate is one that stars stand on. The kind
// stands before the stars, so that it is known when they are read.
func isOCOP(v *certificateRow) bool { return v.Kind == trace.OCOPCertificate || v.OCOP != nil }

// evaluation is what stars and points are put into.
func evaluation(v *certificateRow) *trace.Evaluation {
	if v.OCOP == nil {
		v.OCOP = &trace.Evaluation{}
	}
	return v.OCOP
}

// onlyFor leaves an empty cell alone where the row is not of the kind.
func (c column[T]) onlyFor(is func(*T) bool) column[T] {
	read, write := c.read, c.write
	c.read = func(in *reading, v *T) {
		if is(v) || !in.cell.IsEmpty() {
			read(in, v)
		}
	}
	c.write = func(d *directory, v T) spreadsheet.Value {
		if !is(&v) {
			return spreadsheet.Value{}
		}
		return write(d, v)
	}
	return c
}

// starsColumn takes "4", "4 sao" and "★★★★".
func starsColumn() column[certificateRow] {
	c := column[certificateRow]{
		title: catalog.Name{VI: "Hạng sao", EN: "Stars"}, also: []string{"Hạng", "Số sao", "Xếp hạng"}, width: 9, fields: []string{"ocop"},
		doc:     catalog.Name{VI: "3, 4 hoặc 5; bắt buộc với giấy OCOP, để trống với loại khác.", EN: "3, 4 or 5; required for OCOP, empty for other kinds."},
		example: same("4"),
	}.integer(func(v *certificateRow) *int { return &evaluation(v).Stars })
	c.read = func(in *reading, v *certificateRow) {
		get(in, &evaluation(v).Stars, func(cell spreadsheet.Cell) (int, error) {
			text := plain(cell.String())
			if stars := strings.Count(text, "★"); stars > 0 && strings.Trim(text, "★☆ ") == "" {
				return stars, nil
			}
			for _, word := range []string{"sao", "stars", "star"} {
				if number, ok := strings.CutSuffix(text, word); ok {
					return spreadsheet.ParseInteger(strings.TrimSpace(number))
				}
			}
			return cell.Integer()
		})
	}
	return c.onlyFor(isOCOP)
}

// filesColumn names the files that are attached.
func filesColumn[T any](at func(*T) *[]trace.Digest) column[T] {
	return column[T]{
		title: catalog.Name{VI: "Tệp đính kèm (SHA-256)", EN: "Files (SHA-256)"}, width: 20, fields: []string{"files"},
		doc: catalog.Name{VI: "Mã SHA-256 của tài liệu đã tải lên trước đó, ngăn cách bằng dấu chấm phẩy; thường để trống và đính kèm sau.",
			EN: "SHA-256 of documents that were uploaded before, parted by semicolons; usually left empty, and attached later."},
	}.digests(at)
}
