package exchange

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A productRow is a row of the table of products.
type productRow = trace.Product

func productTable() table[productRow] {
	return table[productRow]{
		of:      Products,
		columns: productColumns(),
		notes: []catalog.Name{{
			VI: "Hai quy cách của một sản phẩm (chẳng hạn túi 100 g và túi 500 g) là hai dòng cùng tên, khác khối lượng tịnh. Sao OCOP không ghi ở đây mà theo giấy chứng nhận. Ảnh sản phẩm thêm sau, trên trang của sản phẩm.",
			EN: "Two packings of a product, such as bags of 100 g and of 500 g, are two rows with one name and different net contents. OCOP stars are not written here: they come from certificates. Photos are added later, on the page of the product.",
		}},
		begin:    func(d *directory) productRow { return trace.Product{Producer: d.by.Producer} },
		keys:     productKeys,
		existing: findSameProduct,
		check: func(ctx context.Context, l *trace.Ledger, by trace.Actor, v productRow) error {
			return l.CheckProduct(ctx, by, v)
		},
		add: func(ctx context.Context, l *trace.Ledger, w trace.Write, v productRow) error {
			_, err := l.CreateProduct(ctx, w, v)
			return err
		},
		label: func(_ *directory, v productRow) catalog.Name { return same(withContent(v)) },
		each: func(d *directory, q Query, yield func(productRow) error) error {
			return pages(func(p trace.Paging) (trace.List[trace.Product], error) {
				return d.seen.Products(d.ctx, d.by, q.Producer, "", p)
			}, func(s trace.Stored[trace.Product]) error { return yield(s.Data) })
		},
	}
}

// same is a text that is the same in both languages.
func same(s string) catalog.Name { return catalog.Name{VI: s, EN: s} }

// productKeys are the GTIN, which is unique, and the name with the content.
func productKeys(p productRow) []string {
	keys := []string{p.Producer + "\x00" + plain(withContent(p))}
	if !p.GTIN.IsZero() {
		keys = append(keys, p.GTIN.String())
	}
	return keys
}

// findSameProduct finds the product that the row describes: the one with its
// GTIN, or with its name and, where both say it, its net content.
func findSameProduct(d *directory, v productRow) (*productRow, error) {
	r, err := d.productsOf(v.Producer)
	if err != nil {
		return nil, err
	}
	if !v.GTIN.IsZero() {
		for _, p := range r.under(numberKey(v.GTIN.String())) {
			return &p.Data, nil
		}
	}
	for _, p := range r.under(properKey(v.Name.VI)) {
		if (v.GTIN.IsZero() || p.Data.GTIN.IsZero()) && sameQuantity(v.NetContent, p.Data.NetContent) {
			return &p.Data, nil
		}
	}
	return nil, nil
}

// sameQuantity tells whether two quantities are the same, or one is not given.
func sameQuantity(a, b trace.Quantity) bool {
	if a.IsZero() || b.IsZero() {
		return true
	}
	x, y := a.Value.Rat(), b.Value.Rat()
	return a.Unit == b.Unit && x != nil && y != nil && x.Cmp(y) == 0
}

func productColumns() []column[productRow] {
	type col = column[productRow]
	columns := []col{
		producerColumn(func(v *productRow) *string { return &v.Producer }, true),
		col{title: catalog.Name{VI: "Tên sản phẩm", EN: "Product name"}, width: 34, required: true, fields: []string{"name.vi"},
			doc:     catalog.Name{VI: "Tên đầy đủ như trên bao bì và hồ sơ.", EN: "The full name, as on the package and in the papers."},
			example: catalog.Name{VI: "Chè Shan tuyết một tôm một lá"},
		}.text(func(v *productRow) *string { return &v.Name.VI }),
		col{title: catalog.Name{VI: "Tên tiếng Anh", EN: "English name"}, width: 30, fields: []string{"name.en"},
			doc:     catalog.Name{VI: "Cho trang quét tem bằng tiếng Anh.", EN: "For the English scan page."},
			example: catalog.Name{VI: "Shan Tuyet tea, one bud and one leaf"},
		}.text(func(v *productRow) *string { return &v.Name.EN }),
		col{title: catalog.Name{VI: "Tên ngắn trên tem", EN: "Short name"}, also: []string{"Tên ngắn"}, width: 20, fields: []string{"shortName"},
			doc:     catalog.Name{VI: "Tối đa 60 ký tự, khi tên đầy đủ quá dài để in lên tem.", EN: "At most 60 characters, for the stamp, where the full name is too long."},
			example: catalog.Name{VI: "Chè Shan tuyết"},
		}.text(func(v *productRow) *string { return &v.ShortName }),
		gtinColumn(),
		setColumn(),
		col{title: catalog.Name{VI: "Khối lượng tịnh", EN: "Net content"}, also: []string{"Quy cách"}, width: 12, fields: []string{"netContent", "netContent.value"},
			doc:     catalog.Name{VI: "Của một đơn vị bán ra; chỉ ghi số.", EN: "Of one unit that is sold; the number only."},
			example: same("100"),
		}.decimal(func(v *productRow) *trace.Decimal { return &v.NetContent.Value }),
		col{title: catalog.Name{VI: "Đơn vị khối lượng tịnh", EN: "Unit of net content"}, also: []string{"Đơn vị tính"}, width: 14, fields: []string{"netContent.unit"},
			doc:     catalog.Name{VI: "Đơn vị của khối lượng tịnh: g, kg, ml, lít, chai…", EN: "Unit of the net content: g, kg, ml, litre, bottle …"},
			example: same("g"),
		}.choice(units(), func(v *productRow) *string { return &v.NetContent.Unit }),
		col{title: catalog.Name{VI: "Thương hiệu, ký hiệu", EN: "Brand"}, also: []string{"Thương hiệu", "Nhãn hiệu"}, width: 18, fields: []string{"brand"},
			doc:     catalog.Name{VI: "Thương hiệu, nhãn hiệu hoặc ký hiệu, nếu có.", EN: "Brand, model or trade mark, if any."},
			example: catalog.Name{VI: "Mây Hồng"},
		}.text(func(v *productRow) *string { return &v.Brand }),
		col{title: catalog.Name{VI: "Tiêu chuẩn áp dụng", EN: "Standards"}, width: 26, fields: []string{"standards"},
			doc:     catalog.Name{VI: "Nhiều tiêu chuẩn thì ngăn cách bằng dấu chấm phẩy.", EN: "Several are parted by semicolons."},
			example: same("TCVN 9740:2013; TCCS 01:2026"),
		}.list(func(v *productRow) *[]string { return &v.Standards }),
		col{title: catalog.Name{VI: "Hạn sử dụng (ngày)", EN: "Shelf life (days)"}, width: 12, fields: []string{"shelfLife"},
			doc:     catalog.Name{VI: "Số ngày từ ngày sản xuất đến hết hạn, để gợi ý khi mở lô mới.", EN: "Days from production to expiry, proposed for new batches."},
			example: same("730"),
		}.integer(func(v *productRow) *int { return &v.ShelfLife }),
	}
	return append(columns, productTexts()...)
}

// productTexts are the columns of the longer texts, each in both languages.
func productTexts() []column[productRow] {
	var columns []column[productRow]
	for _, t := range []struct {
		field        string
		title        catalog.Name
		doc, example catalog.Name
		at           func(*productRow) *catalog.Name
	}{
		{"description", catalog.Name{VI: "Mô tả", EN: "Description"}, catalog.Name{VI: "Giới thiệu ngắn, tối đa 2000 ký tự.", EN: "A short description, at most 2000 characters."},
			catalog.Name{VI: "Búp chè hái tay từ những cây cổ thụ."}, func(v *productRow) *catalog.Name { return &v.Description }},
		{"ingredients", catalog.Name{VI: "Thành phần", EN: "Ingredients"}, catalog.Name{VI: "Như trên nhãn, theo thứ tự khối lượng giảm dần.", EN: "As on the label, in descending order of mass."},
			catalog.Name{VI: "100% búp chè Shan tuyết"}, func(v *productRow) *catalog.Name { return &v.Ingredients }},
		{"storage", catalog.Name{VI: "Bảo quản", EN: "Storage"}, catalog.Name{VI: "Hướng dẫn bảo quản.", EN: "How it is stored."},
			catalog.Name{VI: "Nơi khô ráo, thoáng mát"}, func(v *productRow) *catalog.Name { return &v.Storage }},
		{"usage", catalog.Name{VI: "Cách dùng", EN: "Usage"}, catalog.Name{VI: "Hướng dẫn sử dụng.", EN: "How it is used."},
			catalog.Name{VI: "Hãm với nước 85–90 °C"}, func(v *productRow) *catalog.Name { return &v.Usage }},
		{"warnings", catalog.Name{VI: "Cảnh báo", EN: "Warnings"}, catalog.Name{VI: "Cảnh báo an toàn, nếu có.", EN: "Safety warnings, if any."},
			catalog.Name{}, func(v *productRow) *catalog.Name { return &v.Warnings }},
	} {
		english := catalog.Name{VI: t.title.VI + " (tiếng Anh)", EN: "English " + strings.ToLower(t.title.EN)}
		columns = append(columns,
			column[productRow]{title: t.title, doc: t.doc, example: t.example, width: 30, fields: []string{t.field + ".vi"}}.
				text(func(v *productRow) *string { return &t.at(v).VI }),
			column[productRow]{title: english, width: 24, fields: []string{t.field + ".en"},
				doc: catalog.Name{VI: "Bản tiếng Anh của cột trước, nếu có.", EN: "The column before in English, if wanted."}}.
				text(func(v *productRow) *string { return &t.at(v).EN }))
	}
	return columns
}

// setColumn is the OCOP set, by its number or name.
func setColumn() column[productRow] {
	return column[productRow]{
		title: catalog.Name{VI: "Bộ sản phẩm OCOP", EN: "OCOP set"}, also: []string{"Bộ sản phẩm", "Nhóm sản phẩm"}, width: 34, required: true, fields: []string{"set"},
		doc:     catalog.Name{VI: "Số từ 1 đến 26 hoặc tên bộ sản phẩm.", EN: "A number from 1 to 26, or the name of the set."},
		example: catalog.Name{VI: "11. Chè tươi, chè chế biến", EN: "11. Fresh and processed tea"},
		allowed: sets(),
		read: func(in *reading, v *productRow) {
			get(in, &v.Set, func(cell spreadsheet.Cell) (int, error) {
				text, err := cell.Text()
				if err != nil || text == "" {
					return 0, err
				}
				code, err := sets().find(text)
				if err != nil {
					return 0, err
				}
				return strconv.Atoi(code)
			})
		},
		write: func(d *directory, v productRow) spreadsheet.Value {
			return spreadsheet.TextValue(sets().name(strconv.Itoa(v.Set), d.lang))
		},
	}
}

func gtinColumn() column[productRow] {
	return column[productRow]{
		title: catalog.Name{VI: "Mã GTIN", EN: "GTIN"}, also: []string{"Mã vạch", "Mã số mã vạch"}, width: 18, fields: []string{"gtin"},
		doc:     catalog.Name{VI: "Mã số trên mã vạch, 8 đến 14 chữ số, nếu có.", EN: "The number of the barcode, 8 to 14 digits, if there is one."},
		example: same("09521234000013"),
		read: func(in *reading, v *productRow) {
			get(in, &v.GTIN, func(cell spreadsheet.Cell) (gs1.GTIN, error) {
				text, err := cell.Text()
				if err != nil || text == "" {
					return gs1.GTIN{}, err
				}
				gtin, err := gs1.ParseGTIN(text)
				if err != nil {
					return gtin, wrong(fmt.Sprintf("%q không phải là mã GTIN hợp lệ: cần 8, 12, 13 hoặc 14 chữ số với số kiểm tra đúng", spreadsheet.Short(text)),
						fmt.Sprintf("%q is not a GTIN: 8, 12, 13 or 14 digits with the right check digit are needed", spreadsheet.Short(text)))
				}
				return gtin, nil
			})
		},
		write: func(_ *directory, v productRow) spreadsheet.Value { return spreadsheet.TextValue(v.GTIN.String()) },
	}
}

// producerColumn says whose row it is.
func producerColumn[T any](at func(*T) *string, must bool) column[T] {
	return column[T]{
		title: catalog.Name{VI: "Chủ thể", EN: "Producer"}, also: []string{"Tên chủ thể", "Chủ thể sản xuất", "Cơ sở sản xuất"}, width: 30,
		foreign: true, mustName: must, fields: []string{"producer"},
		doc:     catalog.Name{VI: "Tên hoặc mã số đăng ký kinh doanh của chủ thể.", EN: "Name or registration number of the producer."},
		example: catalog.Name{VI: "Hợp tác xã Chè Mây Hồng Thái"},
		read: func(in *reading, v *T) {
			text, err := in.cell.Text()
			if err == nil && text != "" {
				*at(v), err = in.dir.findProducer(text)
			}
			if err != nil {
				in.refused(err)
			}
		},
		write: func(d *directory, v T) spreadsheet.Value { return spreadsheet.TextValue(d.producerName(*at(&v))) },
	}
}

// productColumn names a product of the producer that stands before it.
func productColumn[T any](c column[T], producer func(*T) string, at func(*T) *string) column[T] {
	c.title, c.width = catalog.Name{VI: "Sản phẩm", EN: "Product"}, 34
	c.also = []string{"Tên sản phẩm", "Product name", "GTIN"}
	c.fields = []string{"product"}
	c.example = catalog.Name{VI: "Chè Shan tuyết một tôm một lá"}
	c.read = func(in *reading, v *T) {
		text, err := in.cell.Text()
		if text != "" && producer(v) == "" {
			in.skip()
			return
		}
		if err == nil && text != "" {
			*at(v), err = in.dir.findProduct(producer(v), text)
		}
		if err != nil {
			in.refused(err)
		}
	}
	c.write = func(d *directory, v T) spreadsheet.Value {
		if *at(&v) == "" {
			return spreadsheet.Value{}
		}
		return spreadsheet.TextValue(d.productName(producer(&v), *at(&v)))
	}
	return c
}
