package exchange

import (
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// detailColumns are the details of all kinds of entries. What means the same in
// several kinds has one column.
func detailColumns() []column[recordRow] {
	return slices.Concat(growingColumns(), goodsColumns(), workColumns(), movingColumns(), authorityColumns())
}

// growingColumns are about field, pond and forest.
func growingColumns() []column[recordRow] {
	none := catalog.Name{}
	type planting = trace.Planting
	type care = trace.Care
	type harvest = trace.Harvest
	return slices.Concat(
		[]column[recordRow]{
			words(plotOf, both("Thửa, ao, điểm thu hái", "Plot"), both("Tên thửa ruộng, vườn, ao hoặc nơi thu hái.", "Plot, pond or site."), 20, "plot").showing("Lô Hồng Ba 2"),
			words(func(v *recordRow) *string { return within(v.Planting, func(d *planting) *string { return &d.Crop }) },
				both("Cây trồng, vật nuôi", "Crop or animal"), none, 18, "crop"),
			words(varietyOf, both("Giống", "Variety"), none, 18, "variety").showing("Shan tuyết cổ thụ"),
			words(func(v *recordRow) *string {
				return within(v.Planting, func(d *planting) *string { return &d.AreaCode })
			},
				both("Mã số vùng trồng", "Growing-area code"), both("Nếu đã được cấp.", "Where there is one."), 16, "areaCode"),
			words(func(v *recordRow) *string {
				return within(v.Planting, func(d *planting) *string { return &d.SeedSource })
			},
				both("Nguồn giống", "Seed source"), none, 18, "seedSource"),
		},
		amount(areaOf, both("Diện tích", "Area"), both("Đơn vị diện tích", "Unit of area"), both("Diện tích trồng hoặc mặt nước, nếu có.", "Where it is known."), "area"),
		[]column[recordRow]{
			words(func(v *recordRow) *string { return within(v.Care, func(d *care) *string { return &d.Applied }) },
				both("Vật tư sử dụng", "Applied"), both("Phân bón, thuốc, thức ăn đã dùng.", "What was applied."), 22, "applied"),
			words(func(v *recordRow) *string { return within(v.Care, func(d *care) *string { return &d.RegisteredAs }) },
				both("Tên và số đăng ký vật tư", "Registered as"), both("Như trên nhãn; tự ủ, tự làm thì ghi rõ.", "As on the label; say so where it is home-made."), 22, "registeredAs"),
		},
		amount(doseOf, both("Liều lượng", "Dose"), both("Đơn vị liều lượng", "Unit of dose"), none, "dose"),
		[]column[recordRow]{
			detail(func(v *recordRow) *trace.Date {
				return within(v.Care, func(d *care) *trace.Date { return &d.WithdrawalEnds })
			},
				both("Ngày hết cách ly", "Withdrawal ends"), both("Ngày đầu tiên được thu hoạch an toàn; vật tư không cần cách ly thì ghi ngày sử dụng.",
					"The first day on which harvest is safe again; the day of the application for what needs no waiting."), 13, "withdrawalEnds").
				date(func(v *recordRow) *trace.Date {
					return within(v.Care, func(d *care) *trace.Date { return &d.WithdrawalEnds })
				}),
			words(func(v *recordRow) *string { return within(v.Care, func(d *care) *string { return &d.Purpose }) },
				both("Mục đích", "Purpose"), none, 18, "purpose"),
			words(func(v *recordRow) *string { return within(v.Harvest, func(d *harvest) *string { return &d.Harvester }) },
				both("Người thu hoạch", "Harvester"), none, 18, "harvester").showing("Tổ hái số 2 (14 người)"),
			words(func(v *recordRow) *string { return within(v.Harvest, func(d *harvest) *string { return &d.Weather }) },
				both("Thời tiết", "Weather"), none, 16, "weather").showing("Nắng nhẹ"),
		},
	)
}

// goodsColumns are about goods, whatever is done with them.
func goodsColumns() []column[recordRow] {
	quantity := amount(amountOf, both("Số lượng", "Quantity"), both("Đơn vị", "Unit"),
		both("Với chế biến là lượng thành phẩm thu được.", "For processing, what came out of it."), "quantity", "output")
	quantity[0], quantity[1] = quantity[0].showing("246"), quantity[1].showing("kg")
	return append(quantity,
		words(func(v *recordRow) *string {
			return within(v.Receiving, func(d *trace.Receiving) *string { return &d.Supplier })
		},
			both("Bên cung cấp", "Supplier"), catalog.Name{}, 22, "supplier"),
		words(documentOf, both("Số chứng từ", "Document"), both("Số phiếu nhập, phiếu xuất, biên bản hoặc số lô của bên cung cấp.", "Document number, or the supplier's lot."), 16, "document"),
		words(func(v *recordRow) *string {
			return within(v.Receiving, func(d *trace.Receiving) *string { return &d.Condition })
		},
			both("Tình trạng hàng", "Condition"), catalog.Name{}, 18, "condition"),
		detail(temperatureOf, both("Nhiệt độ (°C)", "Temperature (°C)"), catalog.Name{}, 10, "temperature").decimal(temperatureOf),
	)
}

// workColumns are about processing, sampling and packing.
func workColumns() []column[recordRow] {
	none := catalog.Name{}
	type processing = trace.Processing
	type sampling = trace.Sampling
	type packing = trace.Packing
	process := func(part func(*processing) *string) func(*recordRow) *string {
		return func(v *recordRow) *string { return within(v.Processing, part) }
	}
	sample := func(part func(*sampling) *string) func(*recordRow) *string {
		return func(v *recordRow) *string { return within(v.Sampling, part) }
	}
	pack := func(part func(*packing) *string) func(*recordRow) *string {
		return func(v *recordRow) *string { return within(v.Packing, part) }
	}
	minutes := func(v *recordRow) *int { return within(v.Processing, func(d *processing) *int { return &d.Minutes }) }
	number := func(v *recordRow) *int { return within(v.Packing, func(d *packing) *int { return &d.Units }) }
	packed := func(v *recordRow) *trace.Date {
		return within(v.Packing, func(d *packing) *trace.Date { return &d.PackedOn })
	}
	return slices.Concat(
		[]column[recordRow]{
			words(process(func(d *processing) *string { return &d.Process }), both("Cách chế biến", "Process"), both("Sấy, rang, ủ, chưng cất…", "Drying, roasting, fermenting, distilling …"), 22, "process"),
			materials(),
			detail(minutes, both("Thời gian (phút)", "Minutes"), none, 10, "minutes").integer(minutes),
			words(process(func(d *processing) *string { return &d.Equipment }), both("Thiết bị", "Equipment"), none, 18, "equipment"),
			words(process(func(d *processing) *string { return &d.Additives }), both("Phụ gia", "Additives"), none, 18, "additives"),
			words(sample(func(d *sampling) *string { return &d.Sample }), both("Mã mẫu", "Sample"), none, 14, "sample"),
			words(sample(func(d *sampling) *string { return &d.Laboratory }), both("Phòng thử nghiệm", "Laboratory"), none, 22, "laboratory"),
			words(sample(func(d *sampling) *string { return &d.SampledBy }), both("Người lấy mẫu", "Sampled by"), none, 18, "sampledBy"),
		},
		amount(contentOf, both("Khối lượng tịnh mỗi gói", "Net content"), both("Đơn vị khối lượng tịnh", "Unit of net content"), both("Của một đơn vị bán ra.", "Of one unit."), "netContent"),
		[]column[recordRow]{
			detail(number, both("Số gói", "Units"), both("Số đơn vị bán ra: gói, chai, hộp…", "Number of packets, bottles, boxes …"), 10, "units").integer(number),
			words(pack(func(d *packing) *string { return &d.Material }), both("Bao bì", "Packaging material"), none, 18, "material"),
			detail(packed, both("Ngày đóng gói", "Packed on"), none, 13, "packedOn").date(packed),
			words(pack(func(d *packing) *string { return &d.Line }), both("Dây chuyền", "Line"), none, 14, "line"),
			words(ssccOf, both("Mã SSCC", "SSCC"), both("18 chữ số trên thùng, nếu có.", "18 digits on the case, if any."), 20, "sscc"),
		},
	)
}

// movingColumns are about stores and transport.
func movingColumns() []column[recordRow] {
	none := catalog.Name{}
	type storing = trace.Storing
	type shipping = trace.Shipping
	ship := func(part func(*shipping) *string) func(*recordRow) *string {
		return func(v *recordRow) *string { return within(v.Shipping, part) }
	}
	from := func(v *recordRow) *trace.Date {
		return within(v.Storing, func(d *storing) *trace.Date { return &d.From })
	}
	until := func(v *recordRow) *trace.Date {
		return within(v.Storing, func(d *storing) *trace.Date { return &d.Until })
	}
	humidity := func(v *recordRow) *trace.Decimal {
		return within(v.Storing, func(d *storing) *trace.Decimal { return &d.Humidity })
	}
	return []column[recordRow]{
		words(func(v *recordRow) *string { return within(v.Storing, func(d *storing) *string { return &d.Place }) }, both("Nơi lưu kho", "Store"), none, 20, "place"),
		detail(from, both("Lưu kho từ ngày", "Stored from"), none, 13, "from").date(from),
		detail(until, both("Lưu kho đến ngày", "Stored until"), none, 13, "until").date(until),
		detail(humidity, both("Độ ẩm (%)", "Humidity (%)"), none, 10, "humidity").decimal(humidity),
		words(ship(func(d *shipping) *string { return &d.Recipient }), both("Bên nhận", "Recipient"), none, 22, "recipient"),
		words(ship(func(d *shipping) *string { return &d.Destination }), both("Nơi đến", "Destination"), none, 22, "destination"),
		words(ship(func(d *shipping) *string { return &d.Vehicle }), both("Phương tiện", "Vehicle"), none, 16, "vehicle"),
	}
}

// authorityColumns are about inspections and destruction.
func authorityColumns() []column[recordRow] {
	none := catalog.Name{}
	type inspecting = trace.Inspecting
	type destroying = trace.Destroying
	inspect := func(part func(*inspecting) *string) func(*recordRow) *string {
		return func(v *recordRow) *string { return within(v.Inspecting, part) }
	}
	destroy := func(part func(*destroying) *string) func(*recordRow) *string {
		return func(v *recordRow) *string { return within(v.Destroying, part) }
	}
	return []column[recordRow]{
		words(inspect(func(d *inspecting) *string { return &d.Authority }), both("Cơ quan kiểm tra", "Authority"), none, 24, "authority"),
		words(inspect(func(d *inspecting) *string { return &d.Inspector }), both("Số hiệu cán bộ kiểm tra", "Inspector's number"), none, 16, "inspector"),
		words(inspect(func(d *inspecting) *string { return &d.Finding }), both("Nội dung kiểm tra", "Finding"), none, 28, "finding"),
		conforms(),
		words(inspect(func(d *inspecting) *string { return &d.Measures }), both("Biện pháp yêu cầu", "Measures"), none, 22, "measures"),
		words(destroy(func(d *destroying) *string { return &d.Reason }), both("Lý do tiêu hủy", "Reason"), none, 20, "reason"),
		words(destroy(func(d *destroying) *string { return &d.Method }), both("Cách tiêu hủy", "Method"), none, 18, "method"),
		words(destroy(func(d *destroying) *string { return &d.Witness }), both("Người chứng kiến", "Witness"), none, 18, "witness"),
	}
}

// showing gives the column its cell in the example of a template.
func (c column[T]) showing(example string) column[T] {
	c.example = same(example)
	return c
}
