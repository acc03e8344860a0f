package sample

import "temgoc/internal/trace"

var (
	honeyStorage = name("Nhiệt độ phòng, tránh nắng; mật có thể kết tinh khi trời lạnh, ngâm lọ trong nước ấm dưới 45 °C để tan.",
		"Keep at room temperature and out of the sun; honey may crystallise in the cold, stand the jar in water below 45 °C to melt it.")
	honeyWarnings = name("Không dùng cho trẻ dưới 1 tuổi và người dị ứng với phấn hoa.",
		"Not for children under one year and people allergic to pollen.")
	honeyStandards = []string{"TCVN 12605:2019", "QCVN 8-2:2011/BYT"}
)

func honeyPanel(water, hmf string) []trace.TestRow {
	return panel(4, "Mật ong", "Hàm lượng nước: "+water, "Tổng fructose và glucose: 68,4", "Sucrose: 1,8",
		"Hydroxymethylfurfural (HMF): "+hmf, "Hoạt lực diastase: 14,2", "Axit tự do: 24")
}

func honeyLot(c calendar, key, number string, day int, apiary, work trace.Place, keeper string) lot {
	return lot{
		key: key,
		data: trace.BatchData{
			Lot: lotNumber(number), Quantity: in("XJR", "620"), Production: c.day(day), Packing: c.day(day + 6), Expiry: c.day(day + 730),
		},
		records: []record{
			event(c.at(day-60, "08:00"), apiary, keeper, trace.Planting{
				Crop: "Ong nội (Apis cerana)", Variety: "Ong nội địa phương", Plot: apiary.Name, SeedSource: "Tách đàn tại chỗ",
			}).as("stocking").noting("Đặt 120 đàn trước mùa hoa hai tuần."),
			event(c.at(day, "07:00"), apiary, keeper, trace.Harvest{
				Plot: apiary.Name, Quantity: kg("330"), Harvester: keeper + " và tổ quay mật", Weather: "Nắng hanh, độ ẩm thấp",
			}).noting("Chỉ quay khi cầu mật vít nắp trên 90%."),
			event(c.at(day+1, "09:00"), work, "Vũ Thị Hạnh", trace.Processing{
				Process: "Lọc thô, lắng và hạ thủy phần ở nhiệt độ thấp", Output: kg("318"), Temperature: "40", Minutes: 1440,
				Inputs: []trace.Material{{Name: "Mật ong thô", Quantity: kg("330")}}, Equipment: "Máy hạ thủy phần chân không",
			}),
			event(c.at(day+6, "08:10"), work, "Vũ Thị Hạnh", trace.Packing{
				NetContent: gram("500"), Units: 620, Material: "Lọ thủy tinh, nắp thiếc có niêm", PackedOn: c.day(day + 6), Line: "Bàn rót 1",
			}),
			event(c.at(day+6, "17:00"), work, "Vũ Thị Hạnh", trace.Storing{
				Place: "Kho thành phẩm", From: c.day(day + 6), Until: c.day(day + 16), Temperature: "25", Humidity: "60",
			}),
		},
	}
}

// forestHoney is in order.
func forestHoney(c calendar) farm {
	work := place("Xưởng mật Hương Rừng", "02512")
	l := honeyLot(c, "rung", "HR-2-041", -48, place("Trại ong ven rừng An Tường", "02512"), work, "Trần Đức Long")
	l.records[1] = l.records[1].with("Sổ quay mật").verify()
	l.reports = []report{tested("rung-lo", c.day(-35), 125, "Mật ong hương rừng, lô HR-2-041, lọ 500 g", honeyPanel("19,2", "8,6"))}
	l.after = []record{event(c.at(-30, "09:30"), work, "Vũ Thị Hạnh", trace.Shipping{
		Recipient: "Điểm bán hàng OCOP Minh Xuân (minh họa)", Quantity: in("XJR", "300"), Document: "HD-000311", Destination: "Phường Minh Xuân, tỉnh Tuyên Quang",
	}).with("Phiếu xuất kho")}
	return farm{
		key: "huong-rung",
		producer: trace.Producer{
			Name: "Hợp tác xã Ong Mật Hương Rừng An Tường", ShortName: "HTX Ong Hương Rừng", Kind: "cooperative",
			Registration: "DEMO-5000004", Phone: "0207 000 0104", Email: "ong@huongrung.example",
			Address: trace.Address{Commune: "02512", Street: "Tổ dân phố số 8", OldDistrict: "TP Tuyên Quang"},
		},
		certificates: []certificate{
			foodSafety("attp", 41, c.months(-12), agriculture),
			tradeMark("nhan-hieu", 398871, c.months(-26), "Nhãn hiệu “Hương Rừng”, nhóm 30."),
		},
		goods: []good{{
			key: "rung", picture: "forest-honey",
			product: trace.Product{
				Name: name("Mật ong hương rừng", "Forest honey"), GTIN: gtin(4), Set: 4, NetContent: gram("500"), Brand: "Hương Rừng", ShelfLife: 730,
				Description: name("Mật ong nội từ hoa rừng mùa thu, màu hổ phách đậm, thơm nồng, không pha trộn.",
					"Honey of native bees from autumn forest flowers: dark amber, strongly scented, unblended."),
				Ingredients: name("100% mật ong tự nhiên", "100% natural honey"), Storage: honeyStorage,
				Usage:    name("Dùng trực tiếp, pha nước ấm dưới 40 °C hoặc làm gia vị.", "Eat as it is, stir into warm water below 40 °C, or cook with it."),
				Warnings: honeyWarnings, Standards: honeyStandards,
			},
			certificates: []certificate{ocop("ocop", 322, 4, "78.5", c.months(-13), "")},
			reports:      []report{tested("rung-dinh-ky", c.months(-6), 96, "Mật ong hương rừng, mẫu giám sát định kỳ", honeyPanel("19,8", "10,2"))},
			lots:         []lot{l},
		}},
	}
}

// mintHoney was recognised by a district.
func mintHoney(c calendar) farm {
	work := place("Xưởng mật Bạc Hà", "00769")
	l := honeyLot(c, "bacha", "BH-0016", -64, place("Trại ong cao nguyên đá", "00769"), work, "Giàng Mí Sính")
	l.reports = []report{tested("bacha-lo", c.day(-52), 121, "Mật ong bạc hà, lô BH-0016, lọ 500 g", honeyPanel("20,6", "6,1"))}
	l.after = []record{event(c.at(-27, "06:50"), work, "Giàng Mí Sính", trace.Shipping{
		Recipient: "HTX Nông sản Ngũ Sắc Nà Hang", Quantity: in("XJR", "60"), Document: "PX-0044", Destination: "Xã Nà Hang, tỉnh Tuyên Quang",
	})}
	return farm{
		key: "bac-ha",
		producer: trace.Producer{
			Name: "Hợp tác xã Ong Hoa Đá Mèo Vạc", ShortName: "HTX Ong Hoa Đá", Kind: "cooperative", Registration: "DEMO-5000005", Phone: "0219 000 0105",
			Address: trace.Address{Commune: "00769", Street: "Tổ 2", OldDistrict: "Mèo Vạc"},
		},
		certificates: []certificate{foodSafety("attp", 44, c.months(-19), agriculture)},
		goods: []good{{
			key: "bacha", picture: "mint-honey",
			product: trace.Product{
				Name: name("Mật ong bạc hà", "Mint-flower honey"), GTIN: gtin(5), Set: 4, NetContent: gram("500"), Brand: "Hoa Đá", ShelfLife: 730,
				Description: name("Mật từ hoa bạc hà dại nở cuối thu trên cao nguyên đá, màu vàng chanh, mùi thơm mát.",
					"Honey from the wild mint that blooms in late autumn on the stone plateau: lemon yellow, with a cool scent."),
				Ingredients: name("100% mật ong hoa bạc hà", "100% mint-flower honey"), Storage: honeyStorage,
				Usage:    name("Dùng trực tiếp hoặc pha với nước ấm và chanh.", "Eat as it is or stir into warm water with lime."),
				Warnings: honeyWarnings, Standards: honeyStandards,
			},
			certificates: []certificate{
				districtOCOP(c, "ocop", 1894, 3, "67.8", "Mèo Vạc"),
				indication("cddl", 3, c.months(-28), "Quyền sử dụng chỉ dẫn địa lý “Mèo Vạc” cho mật ong bạc hà."),
			},
			lots: []lot{l},
		}},
	}
}
