package sample

import (
	"fmt"

	"temgoc/internal/trace"
)

var (
	citrusStandards = []string{"TCVN 11892-1:2017 (VietGAP trồng trọt)", "TCVN 12827:2023", "TT 50/2016/TT-BYT"}
	freshWarnings   = name("Rửa sạch trước khi dùng; không dùng quả đã dập, mốc.", "Wash before eating; do not eat bruised or mouldy fruit.")
)

func citrusPanel(lead string) []trace.TestRow {
	return panel(1, "Cam, bưởi", "2,4-D: KPH (LOD = 0,01)", "2-Phenylphenol: KPH (LOD = 0,02)",
		"Cadimi (Cd): KPH (LOD = 0,005)", "Chì (Pb): "+lead, "Salmonella: Không phát hiện/25 g")
}

// oranges have the long diary of a year in the grove.
func oranges(c calendar) farm {
	return farm{
		key: "cam-vang",
		producer: trace.Producer{
			Name: "Công ty TNHH Cam Vàng Đồi Hàm", ShortName: "Cam Vàng Đồi Hàm", Kind: "enterprise",
			Registration: "DEMO-5000006", Phone: "0207 000 0106", Email: "banhang@camvang.example", Website: "https://camvang.example",
			Address: trace.Address{Commune: "02374", Street: "Thôn Tân Sơn", OldDistrict: "Hàm Yên"},
		},
		certificates: []certificate{foodSafety("attp", 52, c.months(-10), agriculture)},
		goods: []good{{
			key: "cam", picture: "oranges",
			product: trace.Product{
				Name: name("Cam sành Hàm Yên", "Ham Yen king oranges"), GTIN: gtin(6), Set: 1, NetContent: kg("1"), Brand: "Cam Vàng Đồi Hàm", ShelfLife: 25,
				Description: name("Cam sành vỏ sần, ruột vàng đỏ, mọng nước; hái khi đã ngọt trên cây và bán trong vài ngày.",
					"King oranges with a rough skin and juicy, deep orange flesh; picked ripe and sold within days."),
				Ingredients: name("Cam sành tươi", "Fresh king oranges"),
				Storage:     name("Nơi thoáng mát; ngăn mát tủ lạnh giữ được 25 ngày.", "Keep cool and airy; up to 25 days in the refrigerator."),
				Usage:       name("Ăn tươi hoặc vắt nước.", "Eat fresh or press for juice."),
				Warnings:    freshWarnings, Standards: citrusStandards,
			},
			certificates: []certificate{
				ocop("ocop", 340, 4, "84.0", c.months(-15), ""),
				vietGAP("vietgap", 88, c.months(-9), "Vườn Tân Sơn 1 và 2, 12,4 ha."),
				indication("cddl", 1, c.months(-40), "Quyền sử dụng chỉ dẫn địa lý “Hàm Yên” cho cam sành."),
			},
			reports: []report{tested("cam-dinh-ky", c.months(-3), 109, "Cam sành, mẫu giám sát định kỳ trước thu hoạch", citrusPanel("0,02"))},
			lots:    []lot{orangeLot(c)},
		}},
	}
}

func orangeLot(c calendar) lot {
	grove := place("Vườn Tân Sơn 1", "02374")
	care := func(day int, applied, registered, dose string, wait int, why string) record {
		return event(c.at(day, "06:40"), grove, "Ma Văn Thắng", trace.Care{
			Applied: applied, RegisteredAs: registered, Dose: kg(dose), Plot: "Vườn Tân Sơn 1", WithdrawalEnds: c.day(day + wait), Purpose: why,
		})
	}
	house := place("Nhà sơ chế Tân Sơn", "02374")
	return lot{
		key: "cam",
		data: trace.BatchData{
			Lot: lotNumber("TS1-H03"), Quantity: kg("1850"), Production: c.day(-4), Packing: c.day(-3), Expiry: c.day(21),
			Note: "Hái đợt 3 của vụ.",
		},
		records: []record{
			event(c.at(-340, "07:30"), grove, "Ma Văn Thắng", trace.Planting{
				Crop: "Cam sành", Variety: "Cam sành Hàm Yên, cây 8 năm tuổi", Plot: "Vườn Tân Sơn 1", AreaCode: "DEMO-PUC-0826", Area: ha("6.1"),
			}).noting("Bắt đầu vụ mới: cắt tỉa, vệ sinh vườn, trồng dặm 30 cây."),
			care(-325, "Vôi bột", "Vôi nông nghiệp (không phải thuốc, không có số đăng ký)", "600", 0, "Khử chua, xử lý gốc"),
			care(-300, "Phân gà ủ hoai", "Tự ủ tại trại (không có số đăng ký)", "5200", 0, "Bón phục hồi sau thu hoạch"),
			care(-250, "Phân hữu cơ vi sinh", "DEMO-PB-0031", "1500", 0, "Đón hoa"),
			care(-214, "Dầu khoáng trừ nhện đỏ", "DEMO-BVTV-0102", "18", 7, "Nhện đỏ vượt ngưỡng trên 12% lá"),
			care(-182, "Chế phẩm Trichoderma", "DEMO-BVTV-0077", "25", 0, "Phòng vàng lá thối rễ"),
			care(-145, "Phân NPK 15-5-20", "DEMO-PB-0058", "720", 0, "Nuôi quả"),
			care(-110, "Bẫy bả protein ruồi đục quả", "DEMO-BVTV-0119", "6", 0, "Ruồi đục quả"),
			care(-70, "Kali sunphat", "DEMO-PB-0064", "300", 0, "Tăng độ ngọt trước thu hoạch"),
			event(c.at(-46, "08:30"), grove, "Nguyễn Minh Hòa", trace.Inspecting{
				Authority: inspectorate, Inspector: "DEMO-TTR-07", Conforms: true, Document: "DEMO-11/BB-KT",
				Finding: "Nhật ký đồng ruộng đầy đủ; kho vật tư có khóa, thuốc trong danh mục; hết thời gian cách ly.",
			}).from(byInspector),
			event(c.at(-4, "06:00"), grove, "Ma Văn Thắng", trace.Harvest{
				Plot: "Vườn Tân Sơn 1, hàng 1–24", Quantity: kg("1960"), Variety: "Cam sành", Harvester: "Tổ hái Tân Sơn (18 người)", Weather: "Nắng, khô",
			}).with("Phiếu cân cam tại vườn"),
			event(c.at(-4, "14:20"), house, "Lương Thị Huệ", trace.Processing{
				Process: "Phân loại, rửa, lau khô", Output: kg("1850"), Minutes: 300,
				Inputs: []trace.Material{{Name: "Cam sành hái tại vườn", Quantity: kg("1960")}}, Equipment: "Băng tải rửa, bàn phân loại",
			}).noting("Loại 110 kg quả nhỏ và quả rám."),
			event(c.at(-3, "07:00"), house, "Lương Thị Huệ", trace.Packing{
				NetContent: kg("10"), Units: 185, Material: "Thùng carton 5 lớp có lỗ thoáng", PackedOn: c.day(-3),
			}),
			event(c.at(-3, "12:00"), house, "Lương Thị Huệ", trace.Storing{
				Place: "Kho mát Tân Sơn", From: c.day(-3), Until: c.day(-2), Temperature: "12", Humidity: "85",
			}),
		},
		after: []record{
			event(c.at(-2, "05:30"), house, "Ma Văn Thắng", trace.Shipping{
				Recipient: "Chợ đầu mối nông sản (minh họa)", Quantity: kg("1200"), Document: "CV-0088", Destination: "Hà Nội", Vehicle: "Xe tải 2,5 tấn, thùng kín",
			}).with("Phiếu xuất hàng"),
			event(c.at(-2, "15:45"), house, "Ma Văn Thắng", trace.Shipping{
				Recipient: "Cửa hàng trái cây Phan Thiết (minh họa)", Quantity: kg("400"), Document: "CV-0089", Destination: "Phường Minh Xuân, tỉnh Tuyên Quang",
			}),
		},
	}
}

// pomelos come from a cluster of farms.
func pomelos(c calendar) farm {
	house := place("Điểm thu gom Xuân Vân", "02449")
	l := lot{
		key: "buoi",
		data: trace.BatchData{
			Lot: lotNumber("SH-09"), Quantity: in("QUA", "1400"), Production: c.day(-12), Packing: c.day(-11), Expiry: c.day(48),
		},
		records: []record{
			event(c.at(-200, "07:20"), place("Các vườn ven sông Gâm", "02449"), "Tổ kỹ thuật", trace.Care{
				Applied: "Phân hữu cơ vi sinh", RegisteredAs: "DEMO-PB-0031", Dose: kg("2100"), Plot: "9 vườn thành viên", WithdrawalEnds: c.day(-200), Purpose: "Nuôi quả non",
			}),
			event(c.at(-65, "08:00"), place("Các vườn ven sông Gâm", "02449"), "Tổ kỹ thuật", trace.Care{
				Applied: "Bao quả bằng túi giấy", RegisteredAs: "Biện pháp cơ giới (không dùng thuốc)", Dose: in("H87", "5200"), Plot: "9 vườn thành viên", WithdrawalEnds: c.day(-65), Purpose: "Chống ruồi đục quả",
			}),
		},
		reports: []report{tested("buoi-lo", c.day(-5), 147, "Bưởi Soi Hà, lô SH-09", citrusPanel("KPH (LOD = 0,01)"))},
		after: []record{event(c.at(-4, "06:15"), house, "Nông Văn Quyết", trace.Shipping{
			Recipient: "Chuỗi cửa hàng Quả Sạch (minh họa)", Quantity: in("QUA", "900"), Document: "SH-PX-021", Destination: "Hà Nội",
		})},
	}
	for i, grower := range []string{"Nông Văn Quyết", "Hà Thị Sen", "Ma Thị Xuyến"} {
		l.records = append(l.records, event(c.at(-12, fmt.Sprintf("%02d:30", 6+i)), place("Vườn hộ "+grower, "02449"), grower, trace.Harvest{
			Plot: fmt.Sprintf("Vườn số %d", i+1), Quantity: in("QUA", fmt.Sprint(420+60*i)), Variety: "Bưởi Soi Hà", Harvester: "Gia đình " + grower, Weather: "Trời mát, không mưa",
		}).as("collecting"))
	}
	l.records = append(l.records, event(c.at(-11, "08:00"), house, "Hà Thị Sen", trace.Packing{
		NetContent: in("QUA", "10"), Units: 140, Material: "Thùng carton, mỗi quả một túi lưới", PackedOn: c.day(-11),
	}))
	return farm{
		key: "xuan-van",
		producer: trace.Producer{
			Name: "Tổ hợp tác Bưởi Ven Sông Xuân Vân", ShortName: "THT Bưởi Ven Sông", Kind: "cooperative_group", Registration: "DEMO-THT-0007", Phone: "0207 000 0107",
			Address: trace.Address{Commune: "02449", Street: "Thôn Soi Hà", OldDistrict: "Yên Sơn"},
		},
		certificates: []certificate{commitment("cam-ket", 7, c.months(-8), "Xuân Vân")},
		goods: []good{{
			key: "buoi", picture: "pomelo",
			product: trace.Product{
				Name: name("Bưởi Soi Hà", "Soi Ha pomelo"), GTIN: gtin(7), Set: 1, NetContent: in("QUA", "1"), Brand: "Bưởi Ven Sông", ShelfLife: 60,
				Description: name("Bưởi trồng trên đất bãi ven sông Gâm, quả tròn, tép hồng nhạt, ngọt thanh, để lâu càng ngọt.",
					"Pomelo from the alluvial banks of the Gam river: round, pale pink flesh, delicately sweet and sweeter with keeping."),
				Ingredients: name("Bưởi tươi", "Fresh pomelo"),
				Storage:     name("Nơi thoáng mát; để được 60 ngày.", "Keep cool and airy; keeps for 60 days."),
				Usage:       name("Gọt vỏ, bóc múi, ăn tươi.", "Peel, part the segments and eat fresh."),
				Warnings: name("Người đang dùng thuốc điều trị nên hỏi ý kiến bác sĩ trước khi ăn bưởi. Không dùng quả đã dập, mốc.",
					"Ask a doctor before eating pomelo while on medication. Do not eat bruised or mouldy fruit."),
				Standards: citrusStandards,
			},
			certificates: []certificate{
				ocop("ocop", 215, 3, "61.2", c.months(-9), "Yên Sơn"),
				indication("cddl", 2, c.months(-34), "Quyền sử dụng chỉ dẫn địa lý “Soi Hà” cho bưởi."),
			},
			lots: []lot{l},
		}},
	}
}

// melons carry a certificate that was withdrawn after they were packed.
func melons(c calendar) farm {
	house := place("Nhà màng Đồi Nắng", "02536")
	withdrawn := ocop("ocop", 231, 3, "58.9", c.months(-12), "Sơn Dương")
	withdrawn.withdrawn = &trace.Ending{
		From: c.day(-4), Document: "DEMO-402/QĐ-UBND", Authority: "UBND tỉnh Tuyên Quang",
		Reason: "Hậu kiểm cho thấy cơ sở in hạng sao lên cả dưa mua từ ngoài vùng trồng đã đăng ký.",
	}
	pb := name("Chì (Pb)", "Lead (Pb)")
	return farm{
		key: "doi-nang",
		producer: trace.Producer{
			Name: "Công ty TNHH Nông trại Đồi Nắng", ShortName: "Nông trại Đồi Nắng", Kind: "enterprise",
			Registration: "DEMO-5000016", Phone: "0207 000 0116", Email: "hello@doinang.example",
			Address: trace.Address{Commune: "02536", Street: "Thôn Khuôn Lâm", OldDistrict: "Sơn Dương"},
		},
		certificates: []certificate{foodSafety("attp", 71, c.months(-13), agriculture)},
		goods: []good{{
			key: "dua", picture: "melon",
			product: trace.Product{
				Name: name("Dưa lưới", "Netted melon"), GTIN: gtin(16), Set: 1, NetContent: kg("1.5"), Brand: "Đồi Nắng", ShelfLife: 25,
				Description: name("Dưa lưới trồng giá thể trong nhà màng, mỗi cây một quả, ruột cam, độ ngọt từ 13 Brix.",
					"Netted melon grown in a greenhouse, one fruit to a plant; orange flesh of 13 Brix or more."),
				Ingredients: name("Dưa lưới tươi", "Fresh netted melon"),
				Storage:     name("Nơi mát 10–15 °C; sau khi cắt giữ lạnh và dùng trong 2 ngày.", "Keep at 10–15 °C; once cut, refrigerate and eat within two days."),
				Usage:       name("Gọt vỏ, bỏ hạt, ăn lạnh.", "Peel, remove the seeds and serve cold."),
				Warnings:    freshWarnings, Standards: []string{"TCVN 11892-1:2017 (VietGAP trồng trọt)", "TCVN 12827:2023"},
			},
			certificates: []certificate{withdrawn, vietGAP("vietgap", 93, c.months(-7), "Nhà màng 1–4, 0,8 ha.")},
			lots: []lot{{
				key: "dua",
				data: trace.BatchData{
					Lot: lotNumber("DN-M4-07"), Quantity: in("QUA", "756"), Production: c.day(-14), Packing: c.day(-13), Expiry: c.day(11),
				},
				records: []record{
					event(c.at(-92, "07:00"), house, "Đỗ Quang Vinh", trace.Planting{
						Crop: "Dưa lưới", Variety: "Dưa lưới ruột cam F1", Plot: "Nhà màng số 4", SeedSource: "Hạt giống nhập khẩu, lô DEMO-HG-22", Area: in("MTK", "2000"),
					}),
					event(c.at(-60, "06:30"), house, "Đỗ Quang Vinh", trace.Care{
						Applied: "Dung dịch dinh dưỡng thủy canh", RegisteredAs: "DEMO-PB-0090", Dose: litre("1800"), Plot: "Nhà màng số 4", WithdrawalEnds: c.day(-60), Purpose: "Nuôi quả",
					}),
					event(c.at(-14, "06:00"), house, "Đỗ Quang Vinh", trace.Harvest{Plot: "Nhà màng số 4", Quantity: in("QUA", "780"), Variety: "Ruột cam F1", Weather: "Nắng"}),
					event(c.at(-13, "08:30"), house, "Bùi Thị Ngân", trace.Packing{NetContent: in("QUA", "6"), Units: 126, Material: "Thùng carton, lưới xốp", PackedOn: c.day(-13)}),
				},
				reports: []report{tested("dua-lo", c.day(-7), 145, "Dưa lưới, lô DN-M4-07", []trace.TestRow{
					atMost(pb, "mg/kg", "TCVN 7929:2008", "KPH (LOD = 0,01)", "0.1", "QCVN 8-2:2011/BYT"),
					none(name("Salmonella", "Salmonella"), "/25 g", "TCVN 10780-1:2017", "Không phát hiện/25 g", "VietGAP"),
				})},
				after: []record{event(c.at(-6, "05:00"), house, "Bùi Thị Ngân", trace.Shipping{
					Recipient: "Siêu thị Xanh (minh họa)", Quantity: in("QUA", "500"), Document: "DN-0140", Destination: "Hà Nội", Vehicle: "Xe lạnh 10 °C",
				})},
			}},
		}},
	}
}
