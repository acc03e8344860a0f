package exchange

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A recordRow is a row of the table of diary entries. Of the details those of
// its kind are there once the kind is read.
type recordRow struct {
	trace.Record
	product string // of the batch, or what the file narrows the batch down to
}

func recordTable() table[recordRow] {
	return table[recordRow]{
		of:      Records,
		columns: append(recordColumns(), detailColumns()...),
		notes: []catalog.Name{
			{VI: "Mỗi dòng là một ghi chép của một lô. Chỉ điền các cột dùng cho loại ghi chép của dòng; các cột khác để trống.",
				EN: "Each row is one entry of one batch's diary. Fill in only the columns that are for its kind of entry and leave the others empty."},
			{VI: "Ghi chép giống hệt một ghi chép đã có của lô được coi là đã nhập, kể cả khi ghi chép ấy đã được đính chính hoặc rút lại sau đó.",
				EN: "An entry that says the same as one of the batch's counts as there already, also when that one was corrected or retracted since."},
		},
		begin:    func(d *directory) recordRow { return recordRow{Record: trace.Record{Producer: d.by.Producer}} },
		keys:     func(v recordRow) []string { return recordKeys(v.Record) },
		existing: findSameRecord,
		check: func(ctx context.Context, l *trace.Ledger, by trace.Actor, v recordRow) error {
			return l.CheckRecord(ctx, by, v.RecordData)
		},
		add: func(ctx context.Context, l *trace.Ledger, w trace.Write, v recordRow) error {
			_, err := l.AddRecord(ctx, w, v.RecordData)
			return err
		},
		label: labelRecord,
		each:  eachRecord,
	}
}

// trailingZeros are those of amounts, which say nothing.
var trailingZeros = regexp.MustCompile(`"(value|temperature|humidity)":"(-?[0-9]+)(?:(\.[0-9]*[1-9])0*|\.0*)"`)

// recordKeys are all that an entry says.
func recordKeys(r trace.Record) []string {
	d := r.RecordData
	d.Happened = d.Happened.UTC()
	text, err := json.Marshal(d)
	if err != nil {
		return nil // what cannot be written down is not there
	}
	return []string{string(trailingZeros.ReplaceAll(text, []byte(`"$1":"$2$3"`)))}
}

func findSameRecord(d *directory, v recordRow) (*recordRow, error) {
	if v.Batch == "" {
		return nil, nil
	}
	r, err := d.records.of(d.ctx, d.seen, trace.BatchTerm(v.Batch))
	if err != nil {
		return nil, err
	}
	for _, key := range recordKeys(v.Record) {
		for _, s := range r.under(key) {
			return &recordRow{s.Data, v.product}, nil
		}
	}
	return nil, nil
}

func labelRecord(d *directory, v recordRow) catalog.Name {
	label := func(lang string) string {
		parts := []string{recordKinds().name(v.Kind, lang), showCode(v.Batch), spreadsheet.InstantValue(v.Happened).String()}
		for _, at := range []func(*recordRow) *trace.Quantity{amountOf, areaOf, doseOf, contentOf} {
			if q := at(&v); q != nil && !q.IsZero() {
				parts = append(parts, q.In(lang))
			}
		}
		return strings.Join(parts, " · ")
	}
	return catalog.Name{VI: label("vi"), EN: label("en")}
}

// eachRecord gives the diaries batch by batch, each in the order in which things
// happened, without what was retracted.
func eachRecord(d *directory, q Query, yield func(recordRow) error) error {
	return eachBatch(d, q, func(b trace.Stored[trace.Batch]) error {
		var diary []trace.Stored[trace.Record]
		err := pages(func(p trace.Paging) (trace.List[trace.Record], error) {
			return d.seen.Records(d.ctx, d.by, b.ID, p)
		}, func(s trace.Stored[trace.Record]) error {
			if !s.Data.Retracted {
				diary = append(diary, s)
			}
			return nil
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(diary, func(a, b trace.Stored[trace.Record]) int { return a.Data.Happened.Compare(b.Data.Happened) })
		for _, s := range diary {
			if err := yield(recordRow{s.Data, b.Data.Product}); err != nil {
				return err
			}
		}
		return nil
	})
}

// recordColumns are what every entry has.
func recordColumns() []column[recordRow] {
	type col = column[recordRow]
	return []col{
		producerColumn(func(v *recordRow) *string { return &v.Producer }, false),
		narrowingColumn(),
		batchColumn(),
		kindColumn(),
		col{title: catalog.Name{VI: "Thời gian", EN: "When"}, also: []string{"Ngày giờ", "Ngày"}, form: spreadsheet.Instant, width: 19, required: true, fields: []string{"happened"},
			doc:     catalog.Name{VI: "Ngày, kèm giờ nếu biết: 24/11/2026 08:30.", EN: "The day, with the time if known: 24/11/2026 08:30."},
			example: same("24/10/2026 06:30"),
		}.instant(momentOf),
		col{title: catalog.Name{VI: "Địa điểm", EN: "Place"}, width: 24, fields: []string{"place", "place.name"},
			doc:     catalog.Name{VI: "Nơi diễn ra.", EN: "Where it happened."},
			example: catalog.Name{VI: "Đồi chè Hồng Ba"},
		}.text(func(v *recordRow) *string { return &v.Place.Name }),
		communeColumn(),
		col{title: catalog.Name{VI: "Người thực hiện", EN: "Person"}, width: 20, fields: []string{"person"},
			doc:     catalog.Name{VI: "Hiện trên trang quét tem đúng như đã ghi.", EN: "Shown on the scan page as written."},
			example: catalog.Name{VI: "Tổ hái số 2"},
		}.text(func(v *recordRow) *string { return &v.Person }),
		col{title: catalog.Name{VI: "Ghi chú", EN: "Note"}, width: 26, fields: []string{"note"},
			doc: catalog.Name{VI: "Tối đa 2000 ký tự.", EN: "At most 2000 characters."},
		}.text(func(v *recordRow) *string { return &v.Note }),
		filesColumn(func(v *recordRow) *[]trace.Digest { return &v.Files }),
		col{title: catalog.Name{VI: "Độ tin cậy", EN: "Provenance"}, width: 18,
			doc: catalog.Name{VI: "Tự khai, có tài liệu hoặc đã được cơ quan xác minh; được bỏ qua khi nhập.", EN: "Declared, documented or verified by an authority; passed over when a file is imported."},
		}.only(func(d *directory, v recordRow) string { return provenanceNames[v.Provenance()].In(d.lang) }),
	}
}

// narrowingColumn is the product whose batch is meant.
func narrowingColumn() column[recordRow] {
	c := productColumn(column[recordRow]{
		doc: catalog.Name{VI: "Chỉ cần khi nhiều sản phẩm có lô cùng số.", EN: "Needed only where lots of several products have one number."},
	}, func(v *recordRow) string { return v.Producer }, func(v *recordRow) *string { return &v.product })
	read := c.read
	c.read = func(in *reading, v *recordRow) {
		if v.Producer == "" && !in.cell.IsEmpty() {
			in.fail("hãy ghi cả chủ thể của sản phẩm", "name the producer of the product, too")
			return
		}
		read(in, v)
	}
	return c
}

// provenanceNames are the levels of provenance in words.
var provenanceNames = map[trace.Provenance]catalog.Name{
	trace.Declared:   {VI: "tự khai", EN: "declared"},
	trace.Documented: {VI: "có tài liệu", EN: "documented"},
	trace.Verified:   {VI: "đã xác minh", EN: "verified"},
}

// batchColumn names the batch whose entry it is.
func batchColumn() column[recordRow] {
	return column[recordRow]{
		title: catalog.Name{VI: "Lô", EN: "Batch"}, also: []string{"Mã lô", "Số lô", "Lot", "Lot number", "Batch code"}, width: 16, required: true, fields: []string{"batch"},
		doc:     catalog.Name{VI: "Mã lô in trên tem, hoặc số lô.", EN: "The batch code on stamps, or the lot number."},
		example: same("MH-0127"),
		read: func(in *reading, v *recordRow) {
			text, err := in.cell.Text()
			if err == nil && text != "" {
				var b trace.Stored[trace.Batch]
				if b, err = in.dir.findBatch(v.Producer, v.product, text); err == nil {
					v.Batch, v.Producer, v.product = b.ID, b.Data.Producer, b.Data.Product
				}
			}
			if err != nil {
				in.refused(err)
			}
		},
		write: func(_ *directory, v recordRow) spreadsheet.Value { return spreadsheet.TextValue(showCode(v.Batch)) },
	}
}

// kindColumn says what kind of entry it is, and makes room for its details.
func kindColumn() column[recordRow] {
	c := column[recordRow]{
		title: catalog.Name{VI: "Loại ghi chép", EN: "Kind of entry"}, also: []string{"Công đoạn", "Loại", "Kind"}, width: 15, required: true, fields: []string{"kind"},
		doc:     catalog.Name{VI: "Công đoạn: trồng, chăm sóc, thu hoạch, chế biến…", EN: "The stage: planting, care, harvest, processing …"},
		example: catalog.Name{VI: "Thu hoạch", EN: "Harvest"},
	}.choice(recordKinds(), func(v *recordRow) *string { return &v.Kind })
	read := c.read
	c.read = func(in *reading, v *recordRow) {
		read(in, v)
		v.makeRoom()
	}
	return c
}

// communeColumn is where it happened, by code or by name.
func communeColumn() column[recordRow] {
	return column[recordRow]{
		title: catalog.Name{VI: "Xã, phường", EN: "Commune"}, also: []string{"Xã", "Xã/phường", "Mã xã"}, width: 26, fields: []string{"place.commune"},
		doc: catalog.Name{VI: "Tên xã, phường và tỉnh theo địa giới từ 01/07/2025, hoặc mã xã gồm 5 chữ số.",
			EN: "Commune and province as they are since 1 July 2025, or the code of five digits."},
		example: same("Xã Hồng Thái, Tỉnh Tuyên Quang"),
		read: func(in *reading, v *recordRow) {
			get(in, &v.Place.Commune, func(cell spreadsheet.Cell) (string, error) {
				text, err := cell.Text()
				if err != nil || text == "" {
					return "", err
				}
				return findCommune(text)
			})
		},
		write: func(_ *directory, v recordRow) spreadsheet.Value {
			return spreadsheet.TextValue(communeName(v.Place.Commune))
		},
	}
}
