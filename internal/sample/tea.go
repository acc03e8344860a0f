package sample

import (
	"fmt"

	"temgoc/internal/trace"
)

// farms is the whole plan, in the order of the products.
func farms(c calendar) []farm {
	return []farm{
		shanTea(c), greenTea(c), budTea(c),
		forestHoney(c), mintHoney(c),
		oranges(c), pomelos(c),
		spirit(c), vermicelli(c), peanuts(c), stickyRice(c),
		smokedBuffalo(c), gaiCakes(c), noodles(c), bambooShoots(c), melons(c),
	}
}

var teaWarnings = name("Không uống khi đói hoặc quá muộn trong ngày. Không dùng trà đã mốc hoặc có mùi lạ.",
	"Do not drink on an empty stomach or late in the day. Do not use tea that is mouldy or smells odd.")

// shanTea has the batch with everything in order.
func shanTea(c calendar) farm {
	return farm{
		key: "may-hong",
		producer: trace.Producer{
			Name: "Hợp tác xã Chè Mây Hồng Thái", ShortName: "HTX Chè Mây Hồng Thái", Kind: "cooperative",
			Registration: "DEMO-5000001", Phone: "0207 000 0101", Email: "lienhe@mayhongthai.example", Website: "https://mayhongthai.example",
			Address:        trace.Address{Commune: "02260", Street: "Thôn Hồng Ba", OldDistrict: "Na Hang"},
			ProductionSite: "Xưởng chè Hồng Ba, độ cao 1.200 m",
		},
		certificates: []certificate{
			foodSafety("attp", 12, c.months(-9), agriculture),
			tradeMark("nhan-hieu", 410123, c.months(-30), "Nhãn hiệu “Mây Hồng”, nhóm 30."),
		},
		goods: []good{{
			key: "shan", picture: "shan-tea",
			product: trace.Product{
				Name: name("Chè Shan tuyết 1 tôm 1 lá", "Shan Tuyet tea, one bud and one leaf"), GTIN: gtin(1), Set: 11,
				NetContent: gram("100"), Brand: "Mây Hồng", ShelfLife: 730,
				Description: name("Búp chè hái tay từ những cây Shan tuyết cổ thụ mọc trên 1.200 m, phủ lông trắng như tuyết; nước vàng sánh, hậu ngọt lâu.",
					"Buds picked by hand from old Shan trees growing above 1,200 m, covered with white down; a golden liquor with a long sweet finish."),
				Ingredients: name("100% búp chè Shan tuyết", "100% Shan Tuyet tea buds"),
				Storage: name("Nơi khô ráo, thoáng mát, tránh ánh nắng trực tiếp; đậy kín sau khi mở.",
					"Keep dry, cool and away from direct sunlight; close tightly after opening."),
				Usage: name("Tráng ấm bằng nước sôi, cho 5 g chè, hãm với 150 ml nước 85–90 °C trong 20–30 giây; pha được 6–7 lần.",
					"Warm the pot, add 5 g of tea, steep in 150 ml of water at 85–90 °C for 20–30 seconds; 6–7 infusions."),
				Warnings:  teaWarnings,
				Standards: []string{"TCVN 9740:2013", "TCVN 11041-2:2017", "QCVN 8-2:2011/BYT"},
			},
			certificates: []certificate{
				ocop("ocop", 512, 5, "92.6", c.months(-7), ""),
				organic("huu-co", 108, c.months(-10), "Vùng chè Hồng Ba, 18,5 ha."),
				selfDeclaration("tcb", 1, c.months(-11), "HTX Chè Mây Hồng Thái"),
			},
			reports: []report{tested("shan-dinh-ky", c.months(-4), 117, "Chè Shan tuyết, túi 100 g, mẫu giám sát định kỳ", teaPanel("6,8", "38,2", "5,4"))},
			lots:    []lot{shanGood(c), shanVoid(c), shanOpen(c)},
		}},
	}
}

func teaPanel(moisture, extract, ash string) []trace.TestRow {
	return panel(11, "Chè khô", "Độ ẩm: "+moisture, "Chất tan trong nước: "+extract, "Tro tổng số: "+ash,
		"Polyphenol tổng số: 19,5", "Chì (Pb): 0,12", "Cadimi (Cd): KPH (LOD = 0,01)", "Asen (As): KPH (LOD = 0,02)",
		"Tổng số vi sinh vật hiếu khí: 1,2×10²", "Coliforms: < 10", "E. coli: Không phát hiện", "Tổng số nấm men, nấm mốc: < 10")
}

var (
	hongBaHill = place("Đồi chè cổ thụ Hồng Ba", "02260")
	hongBaWork = place("Xưởng chè Hồng Ba", "02260")
)

func shanGood(c calendar) lot {
	return lot{
		key: "shan-good",
		data: trace.BatchData{
			Lot: lotNumber("MH-0127"), Quantity: in("XPA", "480"),
			Production: c.day(-32), Packing: c.day(-30), Expiry: c.day(-32 + 730),
			Note: "Vụ thu, hái lứa đầu.",
		},
		records: []record{
			event(c.at(-300, "08:00"), hongBaHill, "Đặng Văn Chiến", trace.Planting{
				Crop: "Chè Shan tuyết", Variety: "Shan tuyết cổ thụ, trồng dặm cây giống địa phương", Plot: "Lô Hồng Ba 2",
				AreaCode: "DEMO-PUC-0811", SeedSource: "Ươm từ hạt cây mẹ tại chỗ", Area: ha("3.2"),
			}).noting("Trồng dặm 120 cây vào chỗ trống; đốn tỉa cây già."),
			event(c.at(-82, "07:00"), hongBaHill, "Đặng Văn Chiến", trace.Care{
				Applied: "Phân trâu ủ hoai", RegisteredAs: "Tự ủ tại vườn theo TCVN 11041-2:2017 (không có số đăng ký)", Dose: kg("2400"),
				Plot: "Lô Hồng Ba 2", WithdrawalEnds: c.day(-82), Purpose: "Bón thúc sau lứa hè",
			}),
			event(c.at(-32, "06:30"), hongBaHill, "Bàn Thị Mai và tổ hái số 2", trace.Harvest{
				Plot: "Lô Hồng Ba 2", Quantity: kg("246"), Variety: "Shan tuyết cổ thụ", Harvester: "Tổ hái số 2 (14 người)", Weather: "Nắng nhẹ, sương tan sớm",
			}).noting("Chỉ hái một tôm một lá, gùi mây, không lèn chặt.").with("Phiếu cân chè búp tươi").verify(),
			event(c.at(-32, "11:15"), hongBaWork, "Triệu Thị Lan", trace.Receiving{
				Supplier: "Tổ hái số 2, thôn Hồng Ba", Quantity: kg("246"), Document: "PC-0127", Temperature: "24", Condition: "Búp tươi, không dập, không lẫn tạp",
			}).with("Phiếu nhập nguyên liệu"),
			event(c.at(-32, "14:00"), hongBaWork, "Đặng Văn Chiến", trace.Processing{
				Process: "Làm héo, diệt men, vò, sao khô bằng chảo gang", Output: kg("49.5"), Temperature: "220", Minutes: 540,
				Inputs: []trace.Material{{Name: "Chè búp tươi một tôm một lá", Quantity: kg("246")}}, Equipment: "Chảo gang số 1, 2; máy vò 15 kg",
			}).noting("Sao tay ba lần, phơi hương qua đêm.").with("Nhật ký sao chè"),
			event(c.at(-31, "09:00"), hongBaWork, "Triệu Thị Lan", trace.Sampling{
				Sample: "MH-0131", Quantity: gram("500"), Laboratory: laboratory.Name, SampledBy: "Triệu Thị Lan",
			}).with("Biên bản lấy mẫu"),
			event(c.at(-30, "08:30"), hongBaWork, "Bàn Thị Mai", trace.Packing{
				NetContent: gram("100"), Units: 480, Material: "Túi giấy kraft tráng nhôm, hút chân không", PackedOn: c.day(-30), Line: "Bàn đóng gói 1", SSCC: sscc(127),
			}).with("Phiếu đóng gói"),
			event(c.at(-30, "16:30"), place("Kho thành phẩm Hồng Ba", "02260"), "Triệu Thị Lan", trace.Storing{
				Place: "Kho thành phẩm, kệ A2", From: c.day(-30), Until: c.day(-22), Temperature: "22", Humidity: "55",
			}),
			event(c.at(-24, "09:40"), hongBaWork, "Nguyễn Minh Hòa", trace.Inspecting{
				Authority: inspectorate, Inspector: "DEMO-TTR-07", Conforms: true, Document: "DEMO-18/BB-KT",
				Finding: "Đối chiếu sổ hái, phiếu cân và khối lượng thành phẩm: khớp. Nhà xưởng sạch, có hồ sơ vùng nguyên liệu.",
			}).from(byInspector).with("Biên bản kiểm tra"),
		},
		reports: []report{tested("shan-lo", c.day(-25), 131, "Chè Shan tuyết, lô MH-0127, túi 100 g", teaPanel("6,2", "39,6", "5,1"))},
		after: []record{
			event(c.at(-22, "07:15"), hongBaWork, "Đặng Văn Chiến", trace.Shipping{
				Recipient: "Cửa hàng đặc sản Thành Tuyên (minh họa)", Quantity: in("XPA", "240"), Document: "PXK-0059",
				Destination: "Phường Minh Xuân, tỉnh Tuyên Quang", Vehicle: "Xe tải nhẹ", SSCC: sscc(127),
			}).with("Phiếu xuất kho"),
			event(c.at(-21, "10:05"), place("Cửa hàng đặc sản Thành Tuyên (minh họa)", "02215"), "Lê Thu Hà", trace.Receiving{
				Supplier: "HTX Chè Mây Hồng Thái", Quantity: in("XPA", "240"), Document: "PXK-0059", Condition: "Thùng nguyên niêm phong",
			}),
		},
	}
}

func shanVoid(c calendar) lot {
	l := shortTea(c, "shan-void", "MH-0119", -75, hongBaHill, hongBaWork, "100", 400)
	l.void = "In nhầm khổ tem: mã lô bị cắt mất một phần. Đã hủy toàn bộ tem và dán tem mới theo lô khác."
	return l
}

func shanOpen(c calendar) lot {
	l := shortTea(c, "shan-open", "MH-0134", -3, hongBaHill, hongBaWork, "100", 400)
	l.opens = true
	l.requests = []request{asking("shan-open", "MH-0134-KN", "Chè Shan tuyết, lô MH-0134, hai gói 100 g", c.day(-1),
		"Cần kết quả trước khi xuất xưởng.")}
	return l
}

// shortTea is a batch of forty kilograms of tea, in units of net grams, with
// the four records that every batch has.
func shortTea(c calendar, key, number string, day int, hill, work trace.Place, net string, units int) lot {
	return lot{
		key: key,
		data: trace.BatchData{
			Lot: lotNumber(number), Quantity: in("XPA", fmt.Sprint(units)), Production: c.day(day), Packing: c.day(day + 1), Expiry: c.day(day + 730),
		},
		records: []record{
			event(c.at(day, "06:45"), hill, "Tổ hái chè", trace.Harvest{Plot: hill.Name, Quantity: kg("205"), Weather: "Nắng ráo"}),
			event(c.at(day, "13:30"), work, "Tổ chế biến", trace.Processing{
				Process: "Diệt men, vò, sao khô", Output: kg("41"), Temperature: "210", Minutes: 420,
				Inputs: []trace.Material{{Name: "Chè búp tươi", Quantity: kg("205")}}, Equipment: "Tôn quay, máy vò",
			}),
			event(c.at(day+1, "08:00"), work, "Tổ đóng gói", trace.Packing{
				NetContent: gram(net), Units: units, Material: "Túi nhôm hút chân không", PackedOn: c.day(day + 1),
			}),
			event(c.at(day+1, "15:30"), work, "Thủ kho", trace.Storing{
				Place: "Kho thành phẩm", From: c.day(day + 1), Until: c.day(day + 20), Temperature: "23", Humidity: "58",
			}),
		},
	}
}

// greenTea has the certificate that ends soon.
func greenTea(c calendar) farm {
	hill, work := place("Đồi chè Mỹ Lâm", "02509"), place("Xưởng chè Mỹ Lâm", "02509")
	l := shortTea(c, "non", "NX-052", -20, hill, work, "200", 200)
	l.reports = []report{tested("non-lo", c.day(-11), 142, "Chè xanh nõn, lô NX-052", teaPanel("5,9", "36,4", "5,6"))}
	l.after = []record{event(c.at(-9, "08:20"), work, "Hoàng Thị Thủy", trace.Shipping{
		Recipient: "Siêu thị Xanh (minh họa)", Quantity: in("XPA", "150"), Document: "XK-0210", Destination: "Hà Nội",
	})}
	expiring := ocop("ocop", 321, 4, "82.4", c.day(26).AddMonths(-36), "")
	expiring.data.ValidUntil = c.day(25)
	return farm{
		key: "my-lam",
		producer: trace.Producer{
			Name: "Hợp tác xã Chè Nõn Đồi Mỹ Lâm", ShortName: "HTX Chè Đồi Mỹ Lâm", Kind: "cooperative",
			Registration: "DEMO-5000002", Phone: "0207 000 0102", Email: "htx@doimylam.example",
			Address: trace.Address{Commune: "02509", Street: "Tổ dân phố số 6", OldDistrict: "Yên Sơn"},
		},
		certificates: []certificate{foodSafety("attp", 27, c.months(-20), agriculture)},
		goods: []good{{
			key: "non", picture: "green-tea",
			product: trace.Product{
				Name: name("Chè xanh nõn", "Green tea, tender buds"), GTIN: gtin(2), Set: 11, NetContent: gram("200"), Brand: "Đồi Mỹ Lâm", ShelfLife: 730,
				Description: name("Chè xanh làm từ nõn non vùng đồi Mỹ Lâm, cánh xoăn đều, nước xanh vàng, vị chát dịu.",
					"Green tea from the tender buds of the My Lam hills: evenly curled leaves, a yellow-green liquor, mildly astringent."),
				Ingredients: name("100% búp chè xanh", "100% green tea buds"),
				Storage:     name("Nơi khô ráo, thoáng mát, tránh ánh nắng.", "Keep dry, cool and out of the sun."),
				Usage: name("Hãm 6 g chè với 200 ml nước 80–85 °C trong 1 phút.",
					"Steep 6 g in 200 ml of water at 80–85 °C for one minute."),
				Warnings: teaWarnings, Standards: []string{"TCVN 9740:2013", "TCCS 01:2024/ML"},
			},
			certificates: []certificate{expiring, vietGAP("vietgap", 61, c.months(-14), "Vùng chè 22 ha, 41 hộ.")},
			lots:         []lot{l},
		}},
	}
}

// budTea has nothing but a test sheet from more than a year ago.
func budTea(c calendar) farm {
	hill, work := place("Đồi chè Suối Lê", "02536"), place("Xưởng chè Suối Lê", "02536")
	l := shortTea(c, "bup", "SL-018", -41, hill, work, "500", 80)
	l.after = []record{event(c.at(-18, "14:10"), work, "Phạm Văn Tùng", trace.Shipping{
		Recipient: "Đại lý chè Tân Trào (minh họa)", Quantity: in("XPA", "50"), Document: "PX-118", Destination: "Xã Tân Trào, tỉnh Tuyên Quang",
	})}
	return farm{
		key: "suoi-le",
		producer: trace.Producer{
			Name: "Hợp tác xã Chè Búp Suối Lê", ShortName: "HTX Chè Suối Lê", Kind: "cooperative", Registration: "DEMO-5000003", Phone: "0207 000 0103",
			Address: trace.Address{Commune: "02536", Street: "Thôn Suối Lê", OldDistrict: "Sơn Dương"},
		},
		certificates: []certificate{foodSafety("attp", 33, c.months(-16), agriculture)},
		goods: []good{{
			key: "bup", picture: "bud-tea",
			product: trace.Product{
				Name: name("Chè búp VietGAP", "VietGAP tea buds"), GTIN: gtin(3), Set: 11, NetContent: gram("500"), Brand: "Suối Lê", ShelfLife: 540,
				Description: name("Chè búp khô chế biến từ nguyên liệu trồng theo VietGAP, hợp uống hằng ngày.",
					"Dried tea from plants grown under VietGAP, for every day."),
				Ingredients: name("100% búp chè", "100% tea buds"),
				Storage:     name("Nơi khô ráo, tránh ẩm và mùi lạ.", "Keep dry, away from damp and strong smells."),
				Usage:       name("Hãm 8 g chè với 300 ml nước 85 °C trong 2 phút.", "Steep 8 g in 300 ml of water at 85 °C for two minutes."),
				Warnings:    teaWarnings, Standards: []string{"TCVN 9740:2013"},
			},
			certificates: []certificate{
				ocop("ocop", 207, 3, "64.5", c.months(-11), "Sơn Dương"),
				vietGAP("vietgap", 74, c.months(-8), "Vùng chè Suối Lê, 20 ha."),
			},
			reports: []report{tested("bup-cu", c.months(-14), 38, "Chè búp khô, gói 500 g", teaPanel("7,1", "34,8", "5,9"))},
			requests: []request{asking("bup-dinh-ky", "SL-DK", "Chè búp khô, một gói 500 g", c.day(0),
				"Kiểm nghiệm định kỳ, phiếu lần trước đã quá một năm.", "Độ ẩm", "Tro tổng số", "Chì (Pb)")},
			lots: []lot{l},
		}},
	}
}
