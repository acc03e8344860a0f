package exchange

import (
	"cmp"
	"context"
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A batchRow is a row of the table of batches.
type batchRow struct {
	trace.Batch
	code string // empty for one that is not stored
}

func batchTable() table[batchRow] {
	return table[batchRow]{
		of:      Batches,
		columns: batchColumns(),
		notes: []catalog.Name{{
			VI: "Lô nhập vào ở trạng thái “đang ghi chép” và được cấp mã lô. Việc xuất xưởng và in tem làm sau, trên trang của lô.",
			EN: "Batches come in as open ones and get a batch code. They are released, and stamps printed, later, on the page of the batch.",
		}},
		begin: func(d *directory) batchRow { return batchRow{Batch: trace.Batch{Producer: d.by.Producer}} },
		keys: func(v batchRow) []string {
			return []string{v.Product + "\x00" + v.Lot.String()}
		},
		existing: func(d *directory, v batchRow) (*batchRow, error) {
			all, err := d.batchesOfLot(v.Producer, v.Lot.String())
			for _, b := range all {
				if b.Data.Product == v.Product {
					return &batchRow{b.Data, b.ID}, err
				}
			}
			return nil, err
		},
		check: func(ctx context.Context, l *trace.Ledger, by trace.Actor, v batchRow) error {
			return l.CheckBatch(ctx, by, v.BatchData)
		},
		add: func(ctx context.Context, l *trace.Ledger, w trace.Write, v batchRow) error {
			_, err := l.CreateBatch(ctx, w, v.BatchData)
			return err
		},
		label: func(d *directory, v batchRow) catalog.Name {
			label := func(lang, lot, made string) string {
				return fmt.Sprintf("%s · %s %s · %s · %s %s", d.productName(v.Producer, v.Product), lot, v.Lot, v.Quantity.In(lang), made, v.Production.Vietnamese())
			}
			return catalog.Name{VI: label("vi", "lô", "sản xuất"), EN: label("en", "lot", "made")}
		},
		each: func(d *directory, q Query, yield func(batchRow) error) error {
			return eachBatch(d, q, func(b trace.Stored[trace.Batch]) error { return yield(batchRow{b.Data, b.ID}) })
		},
	}
}

// eachBatch gives the batches that the query asks for and the actor may see.
func eachBatch(d *directory, q Query, yield func(trace.Stored[trace.Batch]) error) error {
	if q.Batch != "" {
		b, err := d.seen.Batch(d.ctx, d.by, q.Batch)
		if err != nil {
			return err
		}
		return yield(b)
	}
	return pages(func(p trace.Paging) (trace.List[trace.Batch], error) {
		return d.seen.Batches(d.ctx, d.by, trace.BatchQuery{Producer: q.Producer, Product: q.Product}, p)
	}, yield)
}

func batchColumns() []column[batchRow] {
	type col = column[batchRow]
	return []col{
		producerColumn(func(v *batchRow) *string { return &v.Producer }, false),
		productColumn(col{required: true,
			doc: catalog.Name{VI: "Tên hoặc mã GTIN của sản phẩm.", EN: "Name or GTIN of the product."},
		}, func(v *batchRow) string { return v.Producer }, func(v *batchRow) *string { return &v.Product }),
		lotColumn(),
		col{title: catalog.Name{VI: "Số lượng", EN: "Quantity"}, width: 12, required: true, fields: []string{"quantity", "quantity.value"},
			doc:     catalog.Name{VI: "Chỉ ghi số.", EN: "The number only."},
			example: same("480"),
		}.decimal(func(v *batchRow) *trace.Decimal { return &v.Quantity.Value }),
		col{title: catalog.Name{VI: "Đơn vị", EN: "Unit"}, also: []string{"Đơn vị tính", "ĐVT"}, width: 10, required: true, fields: []string{"quantity.unit"},
			doc:     catalog.Name{VI: "Tên hoặc mã đơn vị: kg, gói, chai…", EN: "Name or code of the unit: kg, packet, bottle …"},
			example: catalog.Name{VI: "gói", EN: "packet"},
		}.choice(units(), func(v *batchRow) *string { return &v.Quantity.Unit }),
		col{title: catalog.Name{VI: "Ngày sản xuất", EN: "Production date"}, also: []string{"NSX"}, width: 13, required: true, fields: []string{"production"},
			doc:     catalog.Name{VI: "Với nông sản tươi là ngày thu hoạch.", EN: "For fresh produce, the day of the harvest."},
			example: same("24/10/2026"),
		}.date(func(v *batchRow) *trace.Date { return &v.Production }),
		col{title: catalog.Name{VI: "Ngày đóng gói", EN: "Packing date"}, width: 13, fields: []string{"packing"},
			doc:     catalog.Name{VI: "Để trống nếu đóng gói cùng ngày sản xuất.", EN: "Empty where it is the production date."},
			example: same("26/10/2026"),
		}.date(func(v *batchRow) *trace.Date { return &v.Packing }),
		col{title: catalog.Name{VI: "Hạn sử dụng", EN: "Expiry date"}, also: []string{"HSD", "Ngày hết hạn"}, width: 13, fields: []string{"expiry"},
			doc:     catalog.Name{VI: "Ngày cuối cùng còn dùng được, nếu có.", EN: "The last day on which it may be used, if there is one."},
			example: same("24/10/2028"),
		}.date(func(v *batchRow) *trace.Date { return &v.Expiry }),
		inputsColumn(),
		col{title: catalog.Name{VI: "Ghi chú", EN: "Note"}, width: 26, fields: []string{"note"},
			doc: catalog.Name{VI: "Hiện trên trang quét tem; tối đa 2000 ký tự.", EN: "Shown on the scan page; at most 2000 characters."},
		}.text(func(v *batchRow) *string { return &v.Note }),
		col{title: catalog.Name{VI: "Mã lô", EN: "Batch code"}, width: 14,
			doc: catalog.Name{VI: "Mã in trên tem; do hệ thống cấp, được bỏ qua khi nhập.", EN: "The code on stamps; given by the service, passed over when a file is imported."},
		}.only(func(_ *directory, v batchRow) string { return showCode(v.code) }),
		col{title: catalog.Name{VI: "Trạng thái", EN: "State"}, width: 16,
			doc: catalog.Name{VI: "Vào lúc xuất bảng; được bỏ qua khi nhập.", EN: "At the time of the export; passed over when a file is imported."},
		}.only(func(d *directory, v batchRow) string { return v.State.Name().In(d.lang) }),
	}
}

func lotColumn() column[batchRow] {
	return column[batchRow]{
		title: catalog.Name{VI: "Số lô", EN: "Lot number"}, also: []string{"Lô", "Lot"}, width: 16, required: true, fields: []string{"lot"},
		doc: catalog.Name{VI: "Tối đa 20 ký tự gồm chữ không dấu, chữ số và dấu như - / . ; không trùng trong cùng sản phẩm.",
			EN: "At most 20 characters: letters without diacritics, digits and signs such as - / . ; unique within the product."},
		example: same("MH-0127"),
		read: func(in *reading, v *batchRow) {
			get(in, &v.Lot, func(cell spreadsheet.Cell) (gs1.LotNumber, error) {
				text, err := cell.Text()
				if err != nil || text == "" {
					return gs1.LotNumber{}, err
				}
				lot, err := gs1.ParseLotNumber(text)
				if err != nil {
					return lot, wrong(fmt.Sprintf("%q không phải là số lô hợp lệ: tối đa 20 ký tự, không dấu và không có khoảng trắng", spreadsheet.Short(text)),
						fmt.Sprintf("%q is not a lot number: at most 20 characters, without diacritics and spaces", spreadsheet.Short(text)))
				}
				return lot, nil
			})
		},
		write: func(_ *directory, v batchRow) spreadsheet.Value { return spreadsheet.TextValue(v.Lot.String()) },
	}
}

// inputsColumn names the batches that went into this one.
func inputsColumn() column[batchRow] {
	return column[batchRow]{
		title: catalog.Name{VI: "Lô nguyên liệu", EN: "Input batches"}, width: 30, fields: []string{"inputs"},
		doc: catalog.Name{VI: "Các lô đã xuất xưởng được dùng làm nguyên liệu, dạng “mã lô hoặc số lô: số lượng đơn vị”, ngăn cách bằng dấu chấm phẩy.",
			EN: "Released batches that went into this one, as “batch code or lot number: amount unit”, parted by semicolons."},
		example: same("K7Q2M-9XR4V: 12,5 kg"),
		read: func(in *reading, v *batchRow) {
			text, err := in.cell.Text()
			if err != nil {
				in.refused(err)
				return
			}
			portions, err := parsePortions(text)
			if err != nil {
				in.refused(err)
				return
			}
			for _, p := range portions {
				b, err := in.dir.findInput(v.Producer, cmp.Or(p.batch, p.name))
				if err != nil {
					in.refused(err)
					return
				}
				v.Inputs = append(v.Inputs, trace.Input{Batch: b, Quantity: p.quantity})
			}
		},
		write: func(d *directory, v batchRow) spreadsheet.Value {
			var portions []portion
			for _, in := range v.Inputs {
				portions = append(portions, portion{name: showCode(in.Batch), quantity: in.Quantity})
			}
			return spreadsheet.TextValue(writePortions(portions, d.lang))
		},
	}
}

// findInput finds a batch by its code, whosever it is, or by its lot number
// among those of the producer.
func (d *directory) findInput(producer, text string) (string, error) {
	b, ok, err := d.batchByCode(text)
	if !ok && err == nil {
		b, err = d.findBatch(producer, "", text)
	}
	return b.ID, err
}
