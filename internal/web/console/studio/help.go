package studio

import "temgoc/internal/web/desk"

// A helpGroup explains a part of the language of templates.
type helpGroup struct {
	Title string
	Rows  []helpRow
}

type helpRow struct{ Key, Says string }

// help is the language of templates in brief.
func help(v *desk.Visit) []helpGroup {
	row := func(key, vi, en string) helpRow { return helpRow{key, v.T(vi, en)} }
	return []helpGroup{
		{v.T("Đầu mẫu", "Head"), []helpRow{
			row("name", "tên riêng: chữ thường không dấu, số, gạch nối", "its own name: small letters, digits, hyphens"),
			row("title, about", "tên và mô tả cho người chọn", "for people who choose one"),
			row("width, height", "khổ tem nhỏ nhất, mm; tem lớn hơn thì phóng theo", "the smallest label in mm; on larger ones all grows"),
			row("maxWidth, maxHeight", "khổ lớn nhất; bỏ trống là gấp đôi", "the largest; twice the smallest when left out"),
			row("margin", "lề trắng, mm", "white along the edges, mm"),
		}},
		{v.T("Các phần (part)", "Parts"), []helpRow{
			row("qr", "mã QR kèm vùng trắng; min: ô nhỏ nhất, mm", "QR code with its quiet zone; min: least module, mm"),
			row("code, gs1", "mã truy xuất, dòng chữ GS1", "the code, the GS1 line"),
			row("product, producer", "tên sản phẩm, tên cơ sở", "product, producer"),
			row("lot, production, packing, expiry", "số lô, ngày sản xuất, ngày đóng gói, hạn dùng", "lot, production, packing, expiry"),
			row("stars", "hạng sao, chỉ in khi còn hiệu lực", "stars, printed only while they count"),
			row("text", "chữ tùy ý: text: \"…\"", "free text: text: \"…\""),
			row("logo, line, frame", "logo, đường kẻ, khung", "logo, line, frame"),
			row("scratch", "ô cào", "scratch-off box"),
			row("column", "cột chữ; các dòng nằm trong rows", "a column of text; its lines are its rows"),
		}},
		{v.T("Vị trí", "Place"), []helpRow{
			row("left right width", "tối đa hai trong ba; bỏ trống là đến lề", "two of three at most; what is missing reaches to the margin"),
			row("top bottom height", "như trên, từ mép trên xuống", "the same, from the top edge"),
			row("1.5 · 50% · qr.right + 0.5", "mm, phần trăm khổ tem, cạnh của phần đứng trước", "mm, share of the label, edge of an earlier part"),
			row("align, valign", "left center right; top middle bottom, với cột còn có spread", "left center right; top middle bottom, and spread for columns"),
		}},
		{v.T("Chữ", "Text"), []helpRow{
			row("size, min", "chiều cao chữ x mong muốn và nhỏ nhất, mm (từ 0.9)", "height of the letter x, wanted and least, mm (0.9 or more)"),
			row("bold, lines", "đậm; tối đa mấy dòng", "bold; at most so many lines"),
			row("caption", "chữ đứng trước, ví dụ \"HSD\"; \"\" là không có", "the word before it, such as \"HSD\"; \"\" for none"),
		}},
	}
}
