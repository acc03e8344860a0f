package sample

import "temgoc/internal/trace"

// smokedBuffalo has the recalled batch, and one before it that is in order.
func smokedBuffalo(c calendar) farm {
	return farm{
		key: "gac-bep",
		producer: trace.Producer{
			Name: "Hộ kinh doanh Gác Bếp Khói Đá", ShortName: "Hộ Gác Bếp Khói Đá", Kind: "household", Registration: "DEMO-HKD-0012", Phone: "0219 000 0112",
			Address: trace.Address{Commune: "00769", Street: "Tổ 4", OldDistrict: "Mèo Vạc"},
		},
		certificates: []certificate{foodSafety("attp", 66, c.months(-12), agriculture)},
		goods: []good{{
			key: "trau", picture: "smoked-buffalo",
			product: trace.Product{
				Name: name("Thịt trâu gác bếp", "Smoked buffalo meat"), GTIN: gtin(12), Set: 8, NetContent: gram("300"), Brand: "Khói Đá", ShelfLife: 120,
				Description: name("Thịt bắp trâu thái dọc thớ, ướp mắc khén, hạt dổi, gác bếp củi ba tuần, xé sợi dai ngọt.",
					"Buffalo shank cut along the grain, marinated with mắc khén and dổi seeds, smoked over wood for three weeks."),
				Ingredients: name("Thịt trâu 92%, gừng, ớt, mắc khén, hạt dổi, muối", "Buffalo meat 92%, ginger, chilli, mắc khén, dổi seeds, salt"),
				Storage:     name("Ngăn mát 0–5 °C; sau khi mở dùng trong 7 ngày.", "Refrigerate at 0–5 °C; once opened, use within 7 days."),
				Usage:       name("Hấp hoặc nướng nóng, đập dập, xé sợi, chấm chẩm chéo.", "Steam or grill until hot, pound, shred and serve with a dip."),
				Warnings:    name("Làm nóng kỹ trước khi ăn. Không dùng khi túi phồng hoặc có mùi lạ.", "Heat through before eating. Do not use if the bag is blown or smells odd."),
				Standards:   []string{"TCVN 13166-2:2020", "QCVN 8-2:2011/BYT", "QCVN 8-3:2012/BYT"},
			},
			certificates: []certificate{ocop("ocop", 228, 3, "65.7", c.months(-10), "Mèo Vạc")},
			lots:         []lot{buffaloLot(c, "trau-ok", "KD-21", -63), recalledBuffalo(c)},
		}},
	}
}

func buffaloLot(c calendar, key, number string, day int) lot {
	kitchen := place("Bếp khói Mèo Vạc", "00769")
	return lot{
		key: key,
		data: trace.BatchData{
			Lot: lotNumber(number), Quantity: in("XBG", "310"), Production: c.day(day), Packing: c.day(day + 2), Expiry: c.day(day + 120),
		},
		records: []record{
			event(c.at(day-23, "05:40"), kitchen, "Vàng Mí Chứ", trace.Receiving{
				Supplier: "Điểm giết mổ tập trung Mèo Vạc (minh họa)", Quantity: kg("262"), Document: "DEMO-KSGM-" + number, Temperature: "4", Condition: "Thịt bắp tươi, có dấu kiểm soát giết mổ",
			}).with("Giấy kiểm soát giết mổ"),
			event(c.at(day-23, "08:30"), kitchen, "Vàng Mí Chứ", trace.Processing{
				Process: "Thái dọc thớ, ướp, gác bếp củi", Output: kg("94"), Temperature: "65", Minutes: 30240,
				Inputs: []trace.Material{{Name: "Thịt bắp trâu", Quantity: kg("262")}, {Name: "Gia vị", Quantity: kg("16")}}, Equipment: "Bếp khói hai tầng",
			}),
			event(c.at(day+2, "08:00"), kitchen, "Sùng Thị Máy", trace.Packing{NetContent: gram("300"), Units: 310, Material: "Túi PA hút chân không", PackedOn: c.day(day + 2)}),
			event(c.at(day+2, "15:00"), kitchen, "Sùng Thị Máy", trace.Storing{Place: "Tủ mát số 1", From: c.day(day + 2), Until: c.day(day + 8), Temperature: "3"}),
		},
		after: []record{event(c.at(day+8, "06:30"), kitchen, "Vàng Mí Chứ", trace.Shipping{
			Recipient: "HTX Nông sản Ngũ Sắc Nà Hang", Quantity: in("XBG", "90"), Document: "KD-PX-" + number, Destination: "Xã Nà Hang, tỉnh Tuyên Quang", Vehicle: "Thùng lạnh",
		})},
	}
}

func recalledBuffalo(c calendar) lot {
	l := buffaloLot(c, "trau-recalled", "KD-22", -35)
	kitchen := place("Bếp khói Mèo Vạc", "00769")
	l.after = append(l.after, event(c.at(-14, "09:00"), kitchen, "Nguyễn Minh Hòa", trace.Sampling{
		Sample: "MH-0155", Quantity: gram("600"), Laboratory: laboratory.Name, SampledBy: "Nguyễn Minh Hòa",
	}).from(byInspector).with("Biên bản lấy mẫu giám sát"))
	l.answers = []report{tested("trau-lo", c.day(-6), 155, "Thịt trâu gác bếp, lô KD-22, mẫu giám sát trên thị trường",
		panel(8, "Thịt trâu gác bếp, thịt sấy", "Salmonella: Không phát hiện/25 g", "E. coli: 2,4×10²", "S. aureus: < 10",
			"Cl. perfringens: < 10", "Chì (Pb): KPH (LOD = 0,02)", "Clenbuterol: KPH (LOD = 0,1)", "Salbutamol: KPH (LOD = 0,1)")).askedBy(byInspector)}
	l.moves = []move{{byInspector, trace.Transition{
		To:           trace.BatchRecalled,
		Reason:       "E. coli 2,4×10² CFU/g, vượt mức 10 CFU/g.",
		Instructions: "Người đã mua không sử dụng, trả lại nơi bán để được hoàn tiền. Nơi bán ngừng bán, để riêng hàng còn lại và báo số lượng cho cơ sở.",
	}}}
	return l
}

// gaiCakes keep for ten days only; one batch is past that.
func gaiCakes(c calendar) farm {
	return farm{
		key: "la-gai",
		producer: trace.Producer{
			Name: "Hợp tác xã Bánh Lá Gai Bến Phố", ShortName: "HTX Bánh Bến Phố", Kind: "cooperative", Registration: "DEMO-5000013", Phone: "0207 000 0113",
			Address: trace.Address{Commune: "02287", Street: "Thôn Bến Phố", OldDistrict: "Chiêm Hóa"},
		},
		certificates: []certificate{foodSafety("attp", 59, c.months(-7), industry), tradeMark("nhan-hieu", 421550, c.months(-15), "Nhãn hiệu “Bến Phố”, nhóm 30.")},
		goods: []good{{
			key: "gai", picture: "gai-cakes",
			product: trace.Product{
				Name: name("Bánh gai Chiêm Hóa", "Chiem Hoa gai-leaf cakes"), GTIN: gtin(13), Set: 6, NetContent: in("H87", "10"), Brand: "Bến Phố", ShelfLife: 10,
				Description: name("Bánh nếp lá gai nhân đỗ xanh, dừa, mỡ đường, gói lá chuối khô, hấp chín.",
					"Glutinous cakes coloured with gai leaf, filled with mung bean and coconut, wrapped in dried banana leaf and steamed."),
				Ingredients: name("Bột nếp, lá gai, đỗ xanh, đường, dừa nạo, mỡ lợn, vừng, dầu chuối", "Glutinous rice flour, gai leaf, mung bean, sugar, coconut, lard, sesame, banana essence"),
				Storage:     name("Nhiệt độ phòng 5 ngày, ngăn mát 10 ngày.", "Five days at room temperature, ten days refrigerated."),
				Usage:       name("Bóc lá, ăn ngay; nếu để lạnh thì hấp lại 5 phút.", "Unwrap and eat; steam for five minutes if chilled."),
				Warnings:    name("Có chứa vừng. Không dùng khi bánh có mốc hoặc vị chua.", "Contains sesame. Do not eat when mouldy or sour."),
				Standards:   []string{"TCCS 01:2025/BP", "QCVN 8-3:2012/BYT"},
			},
			certificates: []certificate{ocop("ocop", 344, 4, "76.2", c.months(-14), "")},
			reports: []report{tested("gai-dinh-ky", c.months(-2), 133, "Bánh gai, mẫu giám sát định kỳ", []trace.TestRow{
				atMost(name("Tổng số vi sinh vật hiếu khí", "Total aerobic count"), "CFU/g", "TCVN 4884-1:2015", "2,1×10²", "10000", "QĐ 46/2007/QĐ-BYT"),
				atMost(name("Coliforms", "Coliforms"), "CFU/g", "TCVN 6848:2007", "< 10", "10", "QĐ 46/2007/QĐ-BYT"),
				atMost(name("Tổng số nấm men, nấm mốc", "Yeasts and moulds"), "CFU/g", "TCVN 8275-2:2010", "< 10", "100", "QĐ 46/2007/QĐ-BYT"),
				none(name("E. coli", "E. coli"), "CFU/g", "TCVN 7924-2:2008", "Không phát hiện", "QĐ 46/2007/QĐ-BYT"),
			})},
			lots: []lot{cakeLot(c, "gai-old", "BP-0318", -16), cakeLot(c, "gai", "BP-0325", -2)},
		}},
	}
}

func cakeLot(c calendar, key, number string, day int) lot {
	kitchen := place("Xưởng bánh Bến Phố", "02287")
	return lot{
		key: key,
		data: trace.BatchData{
			Lot: lotNumber(number), Quantity: in("XPA", "180"), Production: c.day(day), Packing: c.day(day), Expiry: c.day(day + 10),
		},
		records: []record{
			event(c.at(day-1, "14:00"), kitchen, "Hà Thị Bích", trace.Receiving{
				Supplier: "Cửa hàng nguyên liệu Chiêm Hóa (minh họa)", Quantity: kg("95"), Document: "HĐ-" + number, Condition: "Bột nếp, đỗ xanh còn hạn",
			}),
			event(c.at(day, "02:30"), kitchen, "Hà Thị Bích", trace.Processing{
				Process: "Giã lá gai, nhào bột, gói lá chuối, hấp cách thủy", Output: in("H87", "1800"), Temperature: "100", Minutes: 240,
				Inputs: []trace.Material{{Name: "Bột nếp và lá gai", Quantity: kg("72")}, {Name: "Nhân đỗ xanh, dừa", Quantity: kg("40")}}, Equipment: "Tủ hấp điện",
			}),
			event(c.at(day, "07:30"), kitchen, "Nông Thị Thảo", trace.Packing{NetContent: in("H87", "10"), Units: 180, Material: "Túi giấy, lá chuối khô", PackedOn: c.day(day)}),
		},
		after: []record{event(c.at(day, "10:00"), kitchen, "Nông Thị Thảo", trace.Shipping{
			Recipient: "Bến xe Chiêm Hóa, quầy đặc sản (minh họa)", Quantity: in("XPA", "120"), Document: "PX-" + number, Destination: "Xã Chiêm Hóa, tỉnh Tuyên Quang",
		})},
	}
}

// noodles were certified when they were packed, but no longer are. Their
// producer also fills a gift box, which the recalled meat went into.
func noodles(c calendar) farm {
	expired := ocop("ocop", 1120, 3, "59.5", c.day(-29).AddMonths(-36), "Na Hang")
	expired.data.ValidUntil = c.day(-30)
	return farm{
		key: "ngu-sac",
		producer: trace.Producer{
			Name: "Hợp tác xã Nông sản Ngũ Sắc Nà Hang", ShortName: "HTX Ngũ Sắc Nà Hang", Kind: "cooperative", Registration: "DEMO-5000014", Phone: "0207 000 0114", Email: "htx@ngusac.example",
			Address: trace.Address{Commune: "02221", Street: "Thôn Nà Mỏ", OldDistrict: "Na Hang"},
		},
		certificates: []certificate{foodSafety("attp", 61, c.months(-17), industry)},
		goods: []good{
			{
				key: "bun", picture: "noodles",
				product: trace.Product{
					Name: name("Bún ngũ sắc", "Five-colour rice noodles"), GTIN: gtin(14), Set: 6, NetContent: gram("400"), Brand: "Ngũ Sắc", ShelfLife: 365,
					Description: name("Bún khô năm màu từ gạo và lá, củ, quả: gấc, nghệ, lá cẩm, lá dứa và màu gạo trắng.",
						"Dried rice noodles in five colours from gac fruit, turmeric, magenta leaf, pandan and plain rice."),
					Ingredients: name("Gạo nếp, gạo tẻ 94%, gấc, nghệ, lá cẩm, lá dứa", "Glutinous and plain rice 94%, gac fruit, turmeric, magenta leaf, pandan"), Storage: dryStorage,
					Usage:     name("Luộc 5–7 phút, xả nước lạnh.", "Boil for 5–7 minutes, rinse in cold water."),
					Warnings:  name("Không dùng khi bún đã mốc.", "Do not use when mouldy."),
					Standards: []string{"TCCS 03:2023/NS"},
				},
				certificates: []certificate{expired},
				lots:         []lot{noodleLot(c)},
			},
			{
				key: "hop", picture: "gift-box",
				product: trace.Product{
					Name: name("Hộp quà đặc sản vùng cao", "Highland gift box"), GTIN: gtin(17), Set: 8, NetContent: in("SET", "1"), Brand: "Ngũ Sắc", ShelfLife: 80,
					Description: name("Một hộp gồm thịt trâu gác bếp, mật ong bạc hà và bún ngũ sắc của các cơ sở trong tỉnh.",
						"A box of smoked buffalo meat, mint-flower honey and five-colour noodles from producers of the province."),
					Ingredients: name("Thịt trâu gác bếp 300 g, mật ong bạc hà 500 g, bún ngũ sắc 400 g", "Smoked buffalo meat 300 g, mint-flower honey 500 g, five-colour noodles 400 g"),
					Storage:     name("Ngăn mát 0–5 °C vì có thịt sấy.", "Refrigerate at 0–5 °C because of the meat."),
					Usage:       name("Xem nhãn của từng sản phẩm trong hộp.", "See the label of each product in the box."),
					Warnings:    name("Mật ong không dùng cho trẻ dưới 1 tuổi.", "Honey is not for children under one year."),
					Standards:   []string{"TCCS 05:2026/NS"},
				},
				lots: []lot{giftLot(c)},
			},
		},
	}
}

func noodleLot(c calendar) lot {
	mill := place("Xưởng bún Ngũ Sắc", "02221")
	return lot{
		key: "bun",
		data: trace.BatchData{
			Lot: lotNumber("NS-044"), Quantity: in("XPA", "700"), Production: c.day(-46), Packing: c.day(-43), Expiry: c.day(-46 + 365),
		},
		inputs: []input{{"nep", kg("120")}},
		records: []record{
			event(c.at(-49, "09:00"), mill, "Nông Thị Hường", trace.Receiving{Supplier: "HTX Nếp Ruộng Bậc Khuổi Xanh", Quantity: kg("120"), Document: "PX-0077", Condition: "Túi nguyên, đúng lô KX-T7"}),
			event(c.at(-46, "05:00"), mill, "Nông Thị Hường", trace.Processing{
				Process: "Ngâm gạo, xay, phối màu tự nhiên, ép sợi, sấy", Output: kg("281"), Temperature: "55", Minutes: 1680,
				Inputs: []trace.Material{{Name: "Gạo tẻ", Quantity: kg("180")}, {Name: "Gạo nếp, lô KX-T7", Quantity: kg("120")}, {Name: "Gấc, nghệ, lá cẩm, lá dứa", Quantity: kg("24")}}, Equipment: "Máy ép sợi, tủ sấy",
			}),
			event(c.at(-43, "08:00"), mill, "Chẩu Thị Mơ", trace.Packing{NetContent: gram("400"), Units: 700, Material: "Túi OPP, khay giấy", PackedOn: c.day(-43)}),
		},
		after: []record{event(c.at(-33, "08:20"), mill, "Chẩu Thị Mơ", trace.Shipping{Recipient: "Cửa hàng đặc sản Thành Tuyên (minh họa)", Quantity: in("XPA", "260"), Document: "PX-0105", Destination: "Phường Minh Xuân, tỉnh Tuyên Quang"})},
	}
}

func giftLot(c calendar) lot {
	mill := place("Xưởng bún Ngũ Sắc", "02221")
	return lot{
		key: "hop",
		data: trace.BatchData{
			Lot: lotNumber("HQ-006"), Quantity: in("SET", "60"), Production: c.day(-20), Packing: c.day(-20), Expiry: c.day(60),
		},
		inputs: []input{{"trau-recalled", in("XBG", "60")}, {"bacha", in("XJR", "60")}, {"bun", in("XPA", "60")}},
		records: []record{
			event(c.at(-26, "10:15"), mill, "Chẩu Thị Mơ", trace.Receiving{Supplier: "Hộ kinh doanh Gác Bếp Khói Đá", Quantity: in("XBG", "90"), Document: "KD-PX-KD-22", Temperature: "4", Condition: "Túi kín, lạnh"}),
			event(c.at(-26, "10:40"), mill, "Chẩu Thị Mơ", trace.Receiving{Supplier: "HTX Ong Hoa Đá Mèo Vạc", Quantity: in("XJR", "60"), Document: "PX-0044", Condition: "Lọ nguyên niêm"}),
			event(c.at(-20, "08:00"), mill, "Chẩu Thị Mơ", trace.Packing{NetContent: in("SET", "1"), Units: 60, Material: "Hộp carton in, ruy băng", PackedOn: c.day(-20)}),
		},
		after: []record{event(c.at(-16, "07:30"), mill, "Nông Thị Hường", trace.Shipping{Recipient: "Công ty du lịch Lòng Hồ (minh họa)", Quantity: in("SET", "40"), Document: "PX-0119", Destination: "Xã Nà Hang, tỉnh Tuyên Quang"})},
	}
}

// bambooShoots are a product that is not recognised yet, and whose producer
// has published no standard.
func bambooShoots(c calendar) farm {
	yard := place("Sân phơi Bản Chợ", "02248")
	return farm{
		key: "ban-cho",
		producer: trace.Producer{
			Name: "Hộ kinh doanh Măng Rừng Bản Chợ", ShortName: "Hộ Măng Bản Chợ", Kind: "household", Registration: "DEMO-HKD-0015", Phone: "0207 000 0115",
			Address: trace.Address{Commune: "02248", Street: "Bản Chợ", OldDistrict: "Na Hang"},
		},
		certificates: []certificate{commitment("cam-ket", 15, c.months(-3), "Yên Hoa")},
		goods: []good{{
			key: "mang", picture: "bamboo-shoots",
			product: trace.Product{
				Name: name("Măng khô Yên Hoa", "Yen Hoa dried bamboo shoots"), GTIN: gtin(15), Set: 7, NetContent: gram("500"), Brand: "Bản Chợ", ShelfLife: 365,
				Description: name("Măng vầu rừng luộc kỹ, phơi nắng và sấy củi, không xông lưu huỳnh.",
					"Wild bamboo shoots, well boiled, dried in the sun and over wood, without sulphur."),
				Ingredients: name("100% măng vầu", "100% bamboo shoots"), Storage: dryStorage,
				Usage:    name("Ngâm nước vo gạo một đêm, luộc hai lần bỏ nước rồi mới nấu.", "Soak overnight, boil twice and discard the water before cooking."),
				Warnings: name("Phải ngâm và luộc kỹ trước khi ăn.", "Soak and boil well before eating."),
			},
			lots: []lot{{
				key: "mang",
				data: trace.BatchData{
					Lot: lotNumber("BC-03"), Quantity: in("XBG", "140"), Production: c.day(-55), Packing: c.day(-50), Expiry: c.day(-55 + 365),
				},
				records: []record{
					event(c.at(-62, "06:00"), place("Rừng vầu Bản Chợ", "02248"), "Đặng Thị Pham", trace.Harvest{Plot: "Rừng vầu được giao, lô 7", Quantity: kg("1150"), Harvester: "Gia đình và bốn người trong bản", Weather: "Mưa phùn"}),
					event(c.at(-61, "07:00"), yard, "Đặng Thị Pham", trace.Processing{
						Process: "Bóc bẹ, luộc 3 giờ, ép, phơi nắng và sấy củi", Output: kg("71"), Temperature: "60", Minutes: 8640,
						Inputs: []trace.Material{{Name: "Măng vầu tươi", Quantity: kg("1150")}}, Equipment: "Nồi gang, lò sấy củi",
					}),
					event(c.at(-50, "08:00"), yard, "Đặng Thị Pham", trace.Packing{NetContent: gram("500"), Units: 140, Material: "Túi PE", PackedOn: c.day(-50)}),
				},
				after: []record{event(c.at(-45, "05:30"), yard, "Đặng Thị Pham", trace.Shipping{Recipient: "Chợ phiên Yên Hoa (minh họa)", Quantity: in("XBG", "50"), Document: "Bán lẻ", Destination: "Xã Yên Hoa, tỉnh Tuyên Quang"})},
			}},
		}},
	}
}
