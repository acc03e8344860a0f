package diary

import "temgoc/internal/catalog"

// What a field of an entry holds decides its input.
type content int

const (
	words   content = iota
	amount          // a quantity: a number and a unit
	decimal         // a number
	whole           // a whole number
	date            // a day
	yes             // whether it is so
)

// A detail is a field of the details of a kind of entry.
type detail struct {
	// path is where the value is in the JSON of trace.RecordData.
	path    string
	vi, en  string
	content content
	need    bool // the ledger asks for it
	// keep says that it usually stays the same from one entry to the next, so
	// that the last value is filled in. The others are only offered.
	keep           bool
	hintVI, hintEN string
	// unit is the likely unit of an amount until there is a last one.
	unit string
	// today fills in the day of the entry.
	today bool
	// private details are not shown to shoppers.
	private bool
	// tell puts the value into a line about the entry; alone when empty.
	tell catalog.Name
}

func (d detail) label() catalog.Name { return catalog.Name{VI: d.vi, EN: d.en} }
func (d detail) hint() catalog.Name  { return catalog.Name{VI: d.hintVI, EN: d.hintEN} }

// materials is the list of what went into a process. It has inputs of its own.
const materials = "processing.inputs"

// details are the fields of each kind of entry, in the order in which they are
// asked for. Inspections are told, but entered by inspectors.
var details = map[string][]detail{
	"planting": {
		{path: "planting.crop", vi: "Cây trồng", en: "Crop", need: true, keep: true},
		{path: "planting.variety", vi: "Giống", en: "Variety", need: true, keep: true},
		{path: "planting.plot", vi: "Thửa đất", en: "Plot", need: true, keep: true, hintVI: "Tên thửa, đồi, ruộng như bạn vẫn gọi", hintEN: "As you call it"},
		{path: "planting.area", vi: "Diện tích", en: "Area", content: amount, unit: "SAO"},
		{path: "planting.areaCode", vi: "Mã số vùng trồng", en: "Growing-area code", keep: true},
		{path: "planting.seedSource", vi: "Nguồn giống", en: "Source of the seed", keep: true},
	},
	"stocking": {
		{path: "planting.crop", vi: "Vật nuôi", en: "Animal", need: true, keep: true},
		{path: "planting.variety", vi: "Giống", en: "Breed", need: true, keep: true},
		{path: "planting.plot", vi: "Ao, chuồng, đàn", en: "Pond, barn or stock", need: true, keep: true},
		{path: "planting.area", vi: "Diện tích", en: "Area", content: amount, unit: "MTK"},
		{path: "planting.areaCode", vi: "Mã số vùng nuôi", en: "Farming-area code", keep: true},
		{path: "planting.seedSource", vi: "Nguồn con giống", en: "Source of the stock", keep: true},
	},
	"care": {
		{path: "care.applied", vi: "Đã dùng", en: "What was applied", need: true, keep: true, hintVI: "Phân bón, thuốc, thức ăn…", hintEN: "Fertiliser, treatment, feed…"},
		{path: "care.registeredAs", vi: "Tên và số đăng ký của sản phẩm đó", en: "Its registered name and number", need: true, keep: true,
			hintVI: "Ghi trên bao bì; không có thì ghi “tự làm”", hintEN: "As on its pack; “home-made” where there is none"},
		{path: "care.dose", vi: "Liều lượng", en: "Dose", content: amount, unit: "KGM", need: true},
		{path: "care.plot", vi: "Thửa đất, ao, chuồng", en: "Plot, pond or barn", need: true, keep: true},
		{path: "care.withdrawalEnds", vi: "Hết thời gian cách ly vào ngày", en: "Withdrawal period ends on", content: date, need: true, today: true,
			hintVI: "Không phải cách ly thì để nguyên ngày chăm sóc", hintEN: "Leave the day of the work where none is needed"},
		{path: "care.purpose", vi: "Lý do", en: "Why", keep: true},
	},
	"harvest": {
		{path: "harvest.plot", vi: "Thửa đất", en: "Plot", need: true, keep: true},
		{path: "harvest.quantity", vi: "Sản lượng", en: "Quantity", content: amount, unit: "KGM", need: true},
		{path: "harvest.variety", vi: "Giống", en: "Variety", keep: true},
		{path: "harvest.harvester", vi: "Người thu hoạch", en: "Harvested by", keep: true, private: true},
		{path: "harvest.weather", vi: "Thời tiết", en: "Weather"},
	},
	"collecting": {
		{path: "harvest.plot", vi: "Nơi thu gom", en: "Collected at", need: true, keep: true},
		{path: "harvest.quantity", vi: "Khối lượng", en: "Quantity", content: amount, unit: "KGM", need: true},
		{path: "harvest.variety", vi: "Loại", en: "Variety", keep: true},
		{path: "harvest.harvester", vi: "Người thu gom", en: "Collected by", keep: true, private: true},
		{path: "harvest.weather", vi: "Thời tiết", en: "Weather"},
	},
	"receiving": {
		{path: "receiving.supplier", vi: "Nhận từ ai", en: "Supplier", need: true, keep: true},
		{path: "receiving.quantity", vi: "Khối lượng", en: "Quantity", content: amount, unit: "KGM", need: true},
		{path: "receiving.document", vi: "Số lô hoặc số chứng từ của bên giao", en: "Supplier's lot or document number", need: true, private: true},
		{path: "receiving.condition", vi: "Tình trạng hàng", en: "Condition", keep: true},
		{path: "receiving.temperature", vi: "Nhiệt độ (°C)", en: "Temperature (°C)", content: decimal},
	},
	"processing": {
		{path: "processing.process", vi: "Việc đã làm", en: "Process", need: true, keep: true, hintVI: "Sao, vò, sấy, ủ men, đóng chai…", hintEN: "Drying, roasting, fermenting…"},
		{path: materials, vi: "Nguyên liệu", en: "What went in", need: true},
		{path: "processing.output", vi: "Thu được", en: "What came out", content: amount, unit: "KGM", need: true,
			tell: catalog.Name{VI: "thu được %s", EN: "gave %s"}},
		{path: "processing.equipment", vi: "Thiết bị", en: "Equipment", keep: true},
		{path: "processing.temperature", vi: "Nhiệt độ (°C)", en: "Temperature (°C)", content: decimal, keep: true},
		{path: "processing.minutes", vi: "Thời gian (phút)", en: "Duration (minutes)", content: whole, keep: true},
		{path: "processing.additives", vi: "Phụ gia", en: "Additives", keep: true},
	},
	"sampling": {
		{path: "sampling.sample", vi: "Mã mẫu", en: "Sample code", need: true, hintVI: "Như ghi trên túi mẫu", hintEN: "As written on the sample"},
		{path: "sampling.quantity", vi: "Lượng mẫu", en: "Quantity", content: amount, unit: "GRM", need: true},
		{path: "sampling.laboratory", vi: "Gửi đến phòng thử nghiệm", en: "Laboratory", need: true, keep: true},
		{path: "sampling.sampledBy", vi: "Người lấy mẫu", en: "Sampled by", need: true, keep: true, private: true},
	},
	"packing": {
		{path: "packing.netContent", vi: "Một gói, chai, hộp chứa", en: "Content of one unit", content: amount, unit: "GRM", need: true, keep: true},
		{path: "packing.units", vi: "Số gói, chai, hộp", en: "Number of units", content: whole, need: true,
			tell: catalog.Name{VI: "%s đơn vị", EN: "%s units"}},
		{path: "packing.material", vi: "Bao bì", en: "Packaging", need: true, keep: true},
		{path: "packing.packedOn", vi: "Ngày đóng gói", en: "Packed on", content: date, need: true, today: true},
		{path: "packing.line", vi: "Dây chuyền", en: "Line", keep: true, private: true},
		{path: "packing.sscc", vi: "Mã SSCC của thùng (18 chữ số)", en: "SSCC of the case (18 digits)", private: true},
	},
	"storing": {
		{path: "storing.place", vi: "Kho", en: "Store", need: true, keep: true},
		{path: "storing.from", vi: "Từ ngày", en: "From", content: date, need: true, today: true},
		{path: "storing.until", vi: "Đến ngày", en: "Until", content: date, need: true, hintVI: "Chưa biết thì ghi ngày dự kiến", hintEN: "The expected day where it is not known"},
		{path: "storing.temperature", vi: "Nhiệt độ (°C)", en: "Temperature (°C)", content: decimal, keep: true},
		{path: "storing.humidity", vi: "Độ ẩm (%)", en: "Humidity (%)", content: decimal, keep: true},
	},
	"shipping": {
		{path: "shipping.recipient", vi: "Giao cho ai", en: "Recipient", need: true, private: true, hintVI: "Chỉ bạn và cơ quan quản lý thấy", hintEN: "Seen by you and the authorities only"},
		{path: "shipping.quantity", vi: "Số lượng", en: "Quantity", content: amount, unit: "KGM", need: true},
		{path: "shipping.destination", vi: "Nơi đến", en: "Destination", need: true},
		{path: "shipping.document", vi: "Số phiếu xuất hoặc hóa đơn", en: "Document number", need: true, private: true},
		{path: "shipping.vehicle", vi: "Xe, biển số", en: "Vehicle", keep: true, private: true},
		{path: "shipping.sscc", vi: "Mã SSCC (18 chữ số)", en: "SSCC (18 digits)", private: true},
	},
	"destroying": {
		{path: "destroying.quantity", vi: "Số lượng", en: "Quantity", content: amount, unit: "KGM", need: true},
		{path: "destroying.reason", vi: "Lý do", en: "Reason", need: true},
		{path: "destroying.method", vi: "Cách tiêu hủy", en: "Method", need: true, keep: true},
		{path: "destroying.witness", vi: "Người chứng kiến", en: "Witness", need: true, keep: true, private: true},
		{path: "destroying.document", vi: "Số biên bản", en: "Document", private: true},
	},
	"inspecting": {
		{path: "inspecting.authority", vi: "Cơ quan kiểm tra", en: "Authority", need: true},
		{path: "inspecting.conforms", vi: "Kết luận", en: "Conclusion", content: yes, need: true},
		{path: "inspecting.finding", vi: "Nội dung", en: "Finding", need: true},
		{path: "inspecting.inspector", vi: "Số thẻ cán bộ kiểm tra", en: "Inspector's number", private: true},
		{path: "inspecting.document", vi: "Số biên bản", en: "Document"},
		{path: "inspecting.measures", vi: "Biện pháp", en: "Measures ordered"},
	},
}
