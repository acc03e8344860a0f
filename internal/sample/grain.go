package sample

import "temgoc/internal/trace"

var dryStorage = name("Nơi khô ráo, thoáng mát, tránh ánh nắng trực tiếp.", "Keep dry, cool and out of direct sunlight.")

// spirit is tested for methanol.
func spirit(c calendar) farm {
	still := place("Lò rượu Nà Hang", "02221")
	rows := append([]trace.TestRow{{
		Indicator: name("Độ cồn ở 20 °C", "Alcohol content at 20 °C"), Unit: "% (V/V)", Method: "TCVN 8008:2009", Result: trace.Result{Text: "35,2"},
		Limit: &trace.Limit{Kind: "range", Min: "34", Max: "36", Basis: "Mức công bố TCCS 01:2025/ML"},
	}}, panel(14, "Rượu chưng cất", "Metanol: 312")...)
	rows = append(rows, atMost(name("Aldehyt (tính theo axetaldehyt)", "Aldehydes (as acetaldehyde)"), "mg/L cồn 100°", "TCVN 8009:2009", "18,4", "50", "Mức công bố TCCS 01:2025/ML"))
	return farm{
		key: "men-la",
		producer: trace.Producer{
			Name: "Hộ kinh doanh Rượu Men Lá Bản Khau", ShortName: "Hộ Rượu Bản Khau", Kind: "household", Registration: "DEMO-HKD-0008", Phone: "0207 000 0108",
			Address: trace.Address{Commune: "02221", Street: "Bản Khau", OldDistrict: "Na Hang"},
		},
		certificates: []certificate{foodSafety("attp", 63, c.months(-14), industry)},
		goods: []good{{
			key: "ruou", picture: "spirit",
			product: trace.Product{
				Name: name("Rượu ngô men lá", "Maize spirit with leaf yeast"), GTIN: gtin(8), Set: 14, NetContent: ml("500"), Brand: "Bản Khau",
				Description: name("Rượu nấu từ ngô tẻ vàng trồng trên nương, ủ bằng men của hơn hai mươi loại lá rừng, chưng cất bằng chõ gỗ.",
					"Distilled in a wooden still from yellow upland maize, fermented with a yeast of more than twenty forest leaves."),
				Ingredients: name("Ngô hạt, men lá, nước", "Maize, leaf yeast, water"), Storage: dryStorage,
				Usage: name("Uống có trách nhiệm; ngon hơn khi ướp lạnh.", "Drink responsibly; best chilled."),
				Warnings: name("Độ cồn 35% V/V. Không dùng cho người dưới 18 tuổi, phụ nữ có thai, người điều khiển phương tiện giao thông.",
					"35% alcohol by volume. Not for persons under 18, pregnant women or drivers."),
				Standards: []string{"TCVN 7043:2013", "QCVN 6-3:2010/BYT", "TCCS 01:2025/ML"},
			},
			certificates: []certificate{
				ocop("ocop", 222, 3, "66.0", c.months(-10), "Na Hang"),
				indication("cddl", 4, c.months(-22), "Quyền sử dụng chỉ dẫn địa lý “Na Hang” cho rượu ngô men lá."),
			},
			lots: []lot{{
				key: "ruou",
				data: trace.BatchData{
					Lot: lotNumber("BK-26"), Quantity: in("XBO", "420"), Production: c.day(-58), Packing: c.day(-44),
				},
				records: []record{
					event(c.at(-86, "08:00"), still, "Hoàng Văn Khánh", trace.Receiving{
						Supplier: "Sáu hộ trồng ngô nương Bản Khau", Quantity: kg("640"), Document: "PN-2026-14", Condition: "Ngô khô, hạt chắc",
					}).with("Phiếu nhập nguyên liệu"),
					event(c.at(-84, "07:00"), still, "Hoàng Văn Khánh", trace.Processing{
						Process: "Nấu bung, rắc men lá, ủ 25 ngày, chưng cất bằng chõ gỗ", Output: litre("226"), Minutes: 37440,
						Inputs: []trace.Material{{Name: "Ngô hạt", Quantity: kg("640")}, {Name: "Men lá", Quantity: kg("9.6")}}, Equipment: "Chõ gỗ, bồn làm lạnh inox",
					}).noting("Bỏ 6 lít rượu đầu để loại metanol và aldehyt."),
					event(c.at(-57, "09:00"), still, "Hoàng Thị Yến", trace.Storing{
						Place: "Chum sành, hầm ủ", From: c.day(-57), Until: c.day(-44), Temperature: "20",
					}),
					event(c.at(-44, "08:00"), still, "Hoàng Thị Yến", trace.Packing{
						NetContent: ml("500"), Units: 420, Material: "Chai thủy tinh, nút gỗ, màng co niêm phong", PackedOn: c.day(-44),
					}),
				},
				reports: []report{tested("ruou-lo", c.day(-36), 126, "Rượu ngô men lá, lô BK-26, chai 500 ml", rows)},
				after: []record{event(c.at(-30, "08:45"), still, "Hoàng Văn Khánh", trace.Shipping{
					Recipient: "Nhà hàng Bến Thủy (minh họa)", Quantity: in("XBO", "120"), Document: "HĐ-0071", Destination: "Xã Nà Hang, tỉnh Tuyên Quang",
				})},
			}},
		}},
	}
}

// vermicelli has a corrected and a retracted record.
func vermicelli(c calendar) farm {
	mill := place("Xưởng miến Suối Bạc", "02536")
	receive := func(day int, from, quantity, doc string) record {
		return event(c.at(day, "13:30"), mill, "Trần Thị Vân", trace.Receiving{Supplier: from, Quantity: kg(quantity), Document: doc, Condition: "Củ tươi, sạch đất"})
	}
	ship := event(c.at(-12, "08:00"), mill, "Trần Thị Vân", trace.Shipping{
		Recipient: "Bếp ăn trường học Sơn Dương (minh họa)", Quantity: in("XPA", "150"), Document: "PX-0312", Destination: "Xã Sơn Dương, tỉnh Tuyên Quang",
	})
	return farm{
		key: "suoi-bac",
		producer: trace.Producer{
			Name: "Hợp tác xã Miến Dong Suối Bạc", ShortName: "HTX Miến Suối Bạc", Kind: "cooperative", Registration: "DEMO-5000009", Phone: "0207 000 0109",
			Address: trace.Address{Commune: "02536", Street: "Thôn Suối Bạc", OldDistrict: "Sơn Dương"},
		},
		certificates: []certificate{foodSafety("attp", 65, c.months(-6), industry)},
		goods: []good{{
			key: "mien", picture: "vermicelli",
			product: trace.Product{
				Name: name("Miến dong", "Canna vermicelli"), GTIN: gtin(9), Set: 7, NetContent: gram("500"), Brand: "Suối Bạc", ShelfLife: 365,
				Description: name("Miến làm từ củ dong riềng trồng trên đồi, sợi trong, dai, không phẩm màu, không hàn the.",
					"Vermicelli from canna roots grown on the hills: clear, firm strands, without colouring or borax."),
				Ingredients: name("100% tinh bột dong riềng", "100% canna starch"), Storage: dryStorage,
				Usage:     name("Ngâm nước 10 phút, trần nước sôi 2–3 phút, dùng với nước dùng hoặc xào.", "Soak for 10 minutes, blanch for 2–3 minutes, then serve in broth or fry."),
				Warnings:  name("Không dùng khi sợi đã mốc hoặc có mùi chua.", "Do not use when mouldy or sour."),
				Standards: []string{"TCCS 02:2025/SB", "QCVN 8-2:2011/BYT"},
			},
			certificates: []certificate{ocop("ocop", 219, 3, "68.3", c.months(-8), "Sơn Dương"), selfDeclaration("tcb", 9, c.months(-8), "HTX Miến Dong Suối Bạc")},
			lots: []lot{{
				key: "mien",
				data: trace.BatchData{
					Lot: lotNumber("SB-2-033"), Quantity: in("XPA", "900"), Production: c.day(-28), Packing: c.day(-24), Expiry: c.day(-28 + 365),
				},
				records: []record{
					receive(-36, "Hộ Trần Văn Bình, thôn Suối Bạc", "1450", "SB-N-101"),
					receive(-36, "Hộ Lý Thị Dung, thôn Suối Bạc", "980", "SB-N-102").correct(
						"Ghi nhầm khối lượng: đọc 890 thành 980 kg, đã đối chiếu phiếu cân.",
						func(d *trace.RecordData) { r := *d.Receiving; r.Quantity = kg("890"); d.Receiving = &r }),
					receive(-35, "Hộ Nịnh Văn Sáng, thôn Đồng Tâm", "1260", "SB-N-103"),
					receive(-35, "Hộ Nịnh Văn Sáng, thôn Đồng Tâm", "1260", "SB-N-103").retract("Nhập trùng: phiếu SB-N-103 đã được ghi một lần."),
					event(c.at(-32, "07:30"), mill, "Trần Văn Hậu", trace.Processing{
						Process: "Rửa, xay, lọc lắng tinh bột ba lần", Output: kg("610"), Minutes: 2880,
						Inputs: []trace.Material{{Name: "Củ dong riềng tươi", Quantity: kg("3600")}}, Equipment: "Máy nghiền, bể lắng inox",
					}),
					event(c.at(-28, "06:00"), mill, "Trần Văn Hậu", trace.Processing{
						Process: "Tráng bánh, ủ lạnh, cắt sợi, phơi giàn", Output: kg("458"), Temperature: "95", Minutes: 1800,
						Inputs: []trace.Material{{Name: "Tinh bột dong riềng", Quantity: kg("610")}}, Equipment: "Máy tráng, giàn phơi có lưới chắn",
					}),
					event(c.at(-24, "08:00"), mill, "Trần Thị Vân", trace.Packing{NetContent: gram("500"), Units: 900, Material: "Túi PE thực phẩm", PackedOn: c.day(-24)}),
				},
				reports: []report{tested("mien-lo", c.day(-16), 138, "Miến dong, lô SB-2-033, gói 500 g", panel(7, "Miến dong",
					"Độ ẩm: 12,1", "Tổng số vi sinh vật hiếu khí: 3,4×10³", "Coliforms: < 10", "E. coli: < 10",
					"Tổng số nấm men, nấm mốc: 40", "Chì (Pb): 0,04", "Cadimi (Cd): KPH (LOD = 0,01)"))},
				after: []record{ship},
			}},
		}},
	}
}

// peanuts fail a test after they were released.
func peanuts(c calendar) farm {
	yard := place("Sân phơi Soi Bãi", "02287")
	return farm{
		key: "soi-bai",
		producer: trace.Producer{
			Name: "Tổ hợp tác Lạc Đỏ Soi Bãi", ShortName: "THT Lạc Soi Bãi", Kind: "cooperative_group", Registration: "DEMO-THT-0010", Phone: "0207 000 0110",
			Address: trace.Address{Commune: "02287", Street: "Thôn Soi Bãi", OldDistrict: "Chiêm Hóa"},
		},
		certificates: []certificate{commitment("cam-ket", 12, c.months(-9), "Chiêm Hóa")},
		goods: []good{{
			key: "lac", picture: "peanuts",
			product: trace.Product{
				Name: name("Lạc củ khô", "Dried peanuts in the shell"), GTIN: gtin(10), Set: 3, NetContent: kg("1"), Brand: "Soi Bãi", ShelfLife: 270,
				Description: name("Lạc đỏ trồng trên soi bãi sông Gâm, phơi nắng nguyên củ, nhân chắc, thơm bùi.",
					"Red peanuts from the river flats, sun-dried in the shell; firm and fragrant."),
				Ingredients: name("100% lạc củ", "100% peanuts in the shell"), Storage: dryStorage,
				Usage: name("Rang, luộc hoặc chế biến món ăn; nấu chín trước khi dùng.", "Roast, boil or cook with; cook before eating."),
				Warnings: name("Có chứa lạc, người dị ứng không dùng. Bỏ củ mốc, nảy mầm hoặc có vị đắng.",
					"Contains peanuts. Discard nuts that are mouldy, sprouted or bitter."),
				Standards: []string{"TCCS 01:2025/SB", "QCVN 8-1:2011/BYT"},
			},
			certificates: []certificate{ocop("ocop", 224, 3, "57.4", c.months(-7), "Chiêm Hóa")},
			lots: []lot{{
				key: "lac",
				data: trace.BatchData{
					Lot: lotNumber("SB-L11"), Quantity: in("XBG", "650"), Production: c.day(-39), Packing: c.day(-33), Expiry: c.day(-39 + 270),
				},
				records: []record{
					event(c.at(-150, "07:00"), place("Bãi Soi Bãi", "02287"), "Ma Thị Hợi", trace.Planting{Crop: "Lạc", Variety: "Lạc đỏ địa phương", Plot: "Bãi 3", SeedSource: "Giống tự để", Area: ha("2.4")}),
					event(c.at(-45, "06:30"), place("Bãi Soi Bãi", "02287"), "Ma Thị Hợi", trace.Harvest{Plot: "Bãi 3", Quantity: kg("1180"), Variety: "Lạc đỏ", Weather: "Mưa rào cuối ngày"}),
					event(c.at(-44, "07:30"), yard, "Ma Văn Đại", trace.Processing{
						Process: "Rửa, phơi nắng, sàng loại củ lép", Output: kg("655"), Minutes: 7200,
						Inputs: []trace.Material{{Name: "Lạc củ tươi", Quantity: kg("1180")}}, Equipment: "Bạt phơi, sàng quay",
					}).noting("Có hai ngày mưa, phải thu vào nhà, thời gian phơi kéo dài."),
					event(c.at(-33, "08:00"), yard, "Ma Văn Đại", trace.Packing{NetContent: kg("1"), Units: 650, Material: "Túi lưới PE", PackedOn: c.day(-33)}),
				},
				after: []record{
					event(c.at(-26, "09:10"), yard, "Ma Văn Đại", trace.Shipping{Recipient: "Chợ Chiêm Hóa (minh họa)", Quantity: in("XBG", "180"), Document: "PX-0021", Destination: "Xã Chiêm Hóa, tỉnh Tuyên Quang"}),
					event(c.at(-15, "10:00"), yard, "Nguyễn Minh Hòa", trace.Sampling{Sample: "MH-0151", Quantity: kg("2"), Laboratory: laboratory.Name, SampledBy: "Nguyễn Minh Hòa"}).
						from(byInspector).with("Biên bản lấy mẫu giám sát"),
				},
				answers: []report{tested("lac-lo", c.day(-8), 151, "Lạc củ khô, lô SB-L11, mẫu giám sát sau khi đưa ra thị trường",
					panel(3, "Lạc nguyên liệu còn xử lý", "Aflatoxin B1: 12,6", "Aflatoxin tổng số: 18,3")).askedBy(byInspector)},
				requests: []request{declinedRetest(c)},
				moves: []move{{byInspector, trace.Transition{
					To:     trace.BatchHeld,
					Reason: "Aflatoxin B1 12,6 µg/kg và aflatoxin tổng số 18,3 µg/kg, vượt mức cho phép. Dừng bán, không sử dụng số đã mua, chờ kết quả kiểm tra lại.",
				}}},
			}},
		}},
	}
}

// declinedRetest asks for an indicator that the laboratory cannot test.
func declinedRetest(c calendar) request {
	r := asking("lac-lai", "SB-L11-KL", "Lạc củ khô, lô SB-L11, mẫu kiểm tra lại, 2 kg", c.day(-5),
		"Kiểm tra lại sau khi phơi bổ sung và nhặt bỏ củ mốc.", "Aflatoxin tổng số", "Ochratoxin A")
	r.declined = "Phòng chưa được công nhận phép thử Ochratoxin A. Đề nghị gửi mẫu tới phòng thử nghiệm có phép thử này."
	return r
}

// stickyRice is in order; its producer declared an organic certificate that
// nobody has confirmed.
func stickyRice(c calendar) farm {
	store := place("Nhà kho Khuổi Xanh", "02266")
	declared := organic("huu-co", 131, c.months(-2), "Bản chụp do cơ sở tải lên, chưa đối chiếu với tổ chức chứng nhận.")
	declared.by = byProducer
	return farm{
		key: "khuoi-xanh",
		producer: trace.Producer{
			Name: "Hợp tác xã Nếp Ruộng Bậc Khuổi Xanh", ShortName: "HTX Nếp Khuổi Xanh", Kind: "cooperative", Registration: "DEMO-5000011", Phone: "0207 000 0111",
			Address: trace.Address{Commune: "02266", Street: "Thôn Khuổi Xanh", OldDistrict: "Lâm Bình"},
		},
		certificates: []certificate{foodSafety("attp", 58, c.months(-11), agriculture)},
		goods: []good{{
			key: "nep", picture: "sticky-rice",
			product: trace.Product{
				Name: name("Gạo nếp Lâm Bình", "Lam Binh sticky rice"), GTIN: gtin(11), Set: 3, NetContent: kg("2"), Brand: "Khuổi Xanh", ShelfLife: 365,
				Description: name("Gạo nếp cấy trên ruộng bậc thang, hạt tròn, dẻo lâu, thơm nhẹ.",
					"Sticky rice from terraced fields: round grains, long soft, lightly scented."),
				Ingredients: name("100% gạo nếp", "100% glutinous rice"), Storage: dryStorage,
				Usage:     name("Vo sạch, ngâm 6–8 giờ, đồ xôi hoặc gói bánh.", "Rinse, soak for 6–8 hours, then steam or use for cakes."),
				Warnings:  name("Không dùng khi gạo đã mốc, mọt nhiều.", "Do not use when mouldy or infested."),
				Standards: []string{"TCVN 11888:2017", "QCVN 8-2:2011/BYT"},
			},
			certificates: []certificate{ocop("ocop", 226, 3, "69.1", c.months(-9), "Lâm Bình"), declared},
			reports: []report{{key: "nep-giay", by: byProducer, data: paperReport(tested("", c.months(-5), 88, "Gạo nếp, túi 2 kg, mẫu định kỳ",
				panel(3, "Gạo", "Cadimi (Cd): 0,06", "Chì (Pb): KPH (LOD = 0,02)", "Asen (As): 0,11", "Độ ẩm: 13,2")))}},
			lots: []lot{{
				key: "nep",
				data: trace.BatchData{
					Lot: lotNumber("KX-T7"), Quantity: in("XBG", "800"), Production: c.day(-70), Packing: c.day(-62), Expiry: c.day(-70 + 365),
				},
				records: []record{
					event(c.at(-190, "07:00"), place("Ruộng bậc thang Khuổi Xanh", "02266"), "Quan Văn Thuấn", trace.Planting{Crop: "Lúa nếp", Variety: "Nếp địa phương hạt tròn", Plot: "Cánh ruộng số 2", Area: ha("4.5")}),
					event(c.at(-140, "06:30"), place("Ruộng bậc thang Khuổi Xanh", "02266"), "Quan Văn Thuấn", trace.Care{Applied: "Phân chuồng ủ hoai", RegisteredAs: "Tự ủ (không có số đăng ký)", Dose: kg("3800"), Plot: "Cánh ruộng số 2", WithdrawalEnds: c.day(-140), Purpose: "Bón thúc đẻ nhánh"}),
					event(c.at(-76, "06:00"), place("Ruộng bậc thang Khuổi Xanh", "02266"), "Tổ gặt Khuổi Xanh", trace.Harvest{Plot: "Cánh ruộng số 2", Quantity: kg("3200"), Variety: "Nếp địa phương", Weather: "Nắng to"}).with("Phiếu cân thóc"),
					event(c.at(-70, "08:00"), store, "Quan Thị Nụ", trace.Processing{
						Process: "Phơi, xay xát, sàng tấm", Output: kg("1620"), Minutes: 960,
						Inputs: []trace.Material{{Name: "Thóc nếp", Quantity: kg("2500")}}, Equipment: "Máy xát 300 kg/giờ",
					}),
					event(c.at(-62, "08:30"), store, "Quan Thị Nụ", trace.Packing{NetContent: kg("2"), Units: 800, Material: "Túi PA/PE hút chân không", PackedOn: c.day(-62)}),
					event(c.at(-62, "16:00"), store, "Quan Thị Nụ", trace.Storing{Place: "Kho khô", From: c.day(-62), Until: c.day(-50), Humidity: "60"}),
				},
				after: []record{event(c.at(-50, "07:40"), store, "Quan Văn Thuấn", trace.Shipping{Recipient: "HTX Nông sản Ngũ Sắc Nà Hang", Quantity: in("XBG", "150"), Document: "PX-0077", Destination: "Xã Nà Hang, tỉnh Tuyên Quang"})},
			}},
		}},
	}
}

// paperReport is a report that the producer enters from paper.
func paperReport(r report) trace.TestData {
	r.data.Laboratory.Name = "Trung tâm Kiểm nghiệm Minh Họa"
	return r.data
}
