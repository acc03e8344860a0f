package exchange

import (
	"fmt"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// makeRoom adds the details of the row's kind, for the columns to fill in.
func (v *recordRow) makeRoom() {
	switch v.Kind {
	case "planting", "stocking":
		v.Planting = &trace.Planting{}
	case "care":
		v.Care = &trace.Care{}
	case "harvest", "collecting":
		v.Harvest = &trace.Harvest{}
	case "receiving":
		v.Receiving = &trace.Receiving{}
	case "processing":
		v.Processing = &trace.Processing{}
	case "sampling":
		v.Sampling = &trace.Sampling{}
	case "packing":
		v.Packing = &trace.Packing{}
	case "storing":
		v.Storing = &trace.Storing{}
	case "shipping":
		v.Shipping = &trace.Shipping{}
	case "inspecting":
		v.Inspecting = &trace.Inspecting{}
	case "destroying":
		v.Destroying = &trace.Destroying{}
	}
}

// The functions below say where a column finds its part in a row; nil where the
// row is of a kind that has no such part.

// within is a part of details that may not be there.
func within[D, X any](d *D, part func(*D) *X) *X {
	if d == nil {
		return nil
	}
	return part(d)
}

// anyOf is the part that is there.
func anyOf[X any](parts ...*X) *X {
	for _, p := range parts {
		if p != nil {
			return p
		}
	}
	return nil
}

func momentOf(v *recordRow) *time.Time { return &v.Happened }

func plotOf(v *recordRow) *string {
	return anyOf(within(v.Planting, func(d *trace.Planting) *string { return &d.Plot }), within(v.Care, func(d *trace.Care) *string { return &d.Plot }),
		within(v.Harvest, func(d *trace.Harvest) *string { return &d.Plot }))
}

func varietyOf(v *recordRow) *string {
	return anyOf(within(v.Planting, func(d *trace.Planting) *string { return &d.Variety }), within(v.Harvest, func(d *trace.Harvest) *string { return &d.Variety }))
}

// amountOf is how much of the goods an entry is about.
func amountOf(v *recordRow) *trace.Quantity {
	return anyOf(within(v.Harvest, func(d *trace.Harvest) *trace.Quantity { return &d.Quantity }), within(v.Receiving, func(d *trace.Receiving) *trace.Quantity { return &d.Quantity }),
		within(v.Processing, func(d *trace.Processing) *trace.Quantity { return &d.Output }), within(v.Sampling, func(d *trace.Sampling) *trace.Quantity { return &d.Quantity }),
		within(v.Shipping, func(d *trace.Shipping) *trace.Quantity { return &d.Quantity }), within(v.Destroying, func(d *trace.Destroying) *trace.Quantity { return &d.Quantity }))
}

func areaOf(v *recordRow) *trace.Quantity {
	return within(v.Planting, func(d *trace.Planting) *trace.Quantity { return &d.Area })
}

func doseOf(v *recordRow) *trace.Quantity {
	return within(v.Care, func(d *trace.Care) *trace.Quantity { return &d.Dose })
}

func contentOf(v *recordRow) *trace.Quantity {
	return within(v.Packing, func(d *trace.Packing) *trace.Quantity { return &d.NetContent })
}

func documentOf(v *recordRow) *string {
	return anyOf(within(v.Receiving, func(d *trace.Receiving) *string { return &d.Document }), within(v.Shipping, func(d *trace.Shipping) *string { return &d.Document }),
		within(v.Inspecting, func(d *trace.Inspecting) *string { return &d.Document }), within(v.Destroying, func(d *trace.Destroying) *string { return &d.Document }))
}

func temperatureOf(v *recordRow) *trace.Decimal {
	return anyOf(within(v.Receiving, func(d *trace.Receiving) *trace.Decimal { return &d.Temperature }), within(v.Processing, func(d *trace.Processing) *trace.Decimal { return &d.Temperature }),
		within(v.Storing, func(d *trace.Storing) *trace.Decimal { return &d.Temperature }))
}

func ssccOf(v *recordRow) *string {
	return anyOf(within(v.Packing, func(d *trace.Packing) *string { return &d.SSCC }), within(v.Shipping, func(d *trace.Shipping) *string { return &d.SSCC }))
}

// detail is a column of details. Its documentation names the kinds of entries
// that have it, which is asked of at.
func detail[X any](at func(*recordRow) *X, title, doc catalog.Name, width int, fields ...string) column[recordRow] {
	c := column[recordRow]{title: title, width: width}
	for _, f := range fields {
		c.fields = append(c.fields, "*."+f)
	}
	var kinds catalog.Name
	for _, k := range catalog.RecordKinds() {
		v := recordRow{Record: trace.Record{RecordData: trace.RecordData{Kind: k.Code}}}
		if v.makeRoom(); at(&v) == nil {
			continue
		}
		if kinds.VI != "" {
			kinds.VI, kinds.EN = kinds.VI+", ", kinds.EN+", "
		}
		kinds.VI, kinds.EN = kinds.VI+strings.ToLower(k.Name.VI), kinds.EN+strings.ToLower(k.Name.EN)
	}
	c.doc = catalog.Name{
		VI: strings.TrimSpace(fmt.Sprintf("Dùng cho: %s. %s", kinds.VI, doc.VI)),
		EN: strings.TrimSpace(fmt.Sprintf("For: %s. %s", kinds.EN, doc.EN)),
	}
	return c
}

// both is a text in both languages.
func both(vi, en string) catalog.Name { return catalog.Name{VI: vi, EN: en} }

// amount makes the two columns of a quantity, number and unit.
func amount(at func(*recordRow) *trace.Quantity, title, unit, doc catalog.Name, fields ...string) []column[recordRow] {
	values, codes := slicesOf(fields)
	number := detail(at, title, doc, 11, append(values, fields...)...)
	code := detail(at, unit, both("Tên hoặc mã đơn vị.", "Name or code of the unit."), 11, codes...)
	return []column[recordRow]{
		number.decimal(func(v *recordRow) *trace.Decimal {
			return within(at(v), func(q *trace.Quantity) *trace.Decimal { return &q.Value })
		}),
		code.choice(units(), func(v *recordRow) *string { return within(at(v), func(q *trace.Quantity) *string { return &q.Unit }) }),
	}
}

// slicesOf are the paths of the numbers and of the units of quantities.
func slicesOf(fields []string) (values, codes []string) {
	for _, f := range fields {
		values, codes = append(values, f+".value"), append(codes, f+".unit")
	}
	return values, codes
}

// words makes a column of text of details.
func words(at func(*recordRow) *string, title, doc catalog.Name, width int, fields ...string) column[recordRow] {
	return detail(at, title, doc, width, fields...).text(at)
}

// conforms makes the column of what an inspection found. The details have no
// place for "not said", so that an empty cell is refused here.
func conforms() column[recordRow] {
	at := func(v *recordRow) *bool {
		return within(v.Inspecting, func(d *trace.Inspecting) *bool { return &d.Conforms })
	}
	c := detail(at, both("Kết luận", "Conclusion"), both("Đạt hoặc Không đạt.", "Conforms or Does not conform."), 12, "conforms")
	c.allowed = findings()
	c.read = func(in *reading, v *recordRow) {
		get(in, at(v), func(cell spreadsheet.Cell) (bool, error) {
			if cell.IsEmpty() {
				return false, wrong("bắt buộc phải có", "is required")
			}
			text, err := cell.Text()
			if err != nil {
				return false, err
			}
			code, err := findings().find(text)
			return code == "true", err
		})
	}
	c.write = func(d *directory, v recordRow) spreadsheet.Value {
		p := at(&v)
		if p == nil {
			return spreadsheet.Value{}
		}
		return spreadsheet.TextValue(findings().name(fmt.Sprint(*p), d.lang))
	}
	return c
}

// materials makes the column of what went into a process.
func materials() column[recordRow] {
	at := func(v *recordRow) *[]trace.Material {
		return within(v.Processing, func(d *trace.Processing) *[]trace.Material { return &d.Inputs })
	}
	c := detail(at, both("Nguyên liệu", "Materials"), both(
		"Dạng “tên: số lượng đơn vị”, ngăn cách bằng dấu chấm phẩy; lô nguyên liệu ghi sau dấu #: “#MH-0127: 5 kg”.",
		"As “name: amount unit”, parted by semicolons; an input batch is written behind #: “#MH-0127: 5 kg”."), 30, "inputs")
	c.read = func(in *reading, v *recordRow) {
		get(in, at(v), func(cell spreadsheet.Cell) ([]trace.Material, error) {
			text, err := cell.Text()
			if err != nil {
				return nil, err
			}
			portions, err := parsePortions(text)
			var all []trace.Material
			for _, p := range portions {
				m := trace.Material{Name: p.name, Quantity: p.quantity}
				if p.batch != "" {
					if m.Batch, err = in.dir.findInput(v.Producer, p.batch); err != nil {
						return nil, err
					}
				}
				all = append(all, m)
			}
			return all, err
		})
	}
	c.write = func(d *directory, v recordRow) spreadsheet.Value {
		var portions []portion
		for _, m := range shown(at(&v)) {
			portions = append(portions, portion{m.Name, m.Batch, m.Quantity})
		}
		return spreadsheet.TextValue(writePortions(portions, d.lang))
	}
	return c
}
