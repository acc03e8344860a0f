package proof

import (
	"strings"

	"temgoc/internal/catalog"
)

// nounWords and verbWords are the words for types of statements. Their parts are
// those that Leaf.Type is made of.
var (
	nounWords = map[string]catalog.Name{
		"producer": {VI: "Chủ thể", EN: "Producer"}, "product": {VI: "Sản phẩm", EN: "Product"},
		"certificate": {VI: "Giấy chứng nhận", EN: "Certificate"}, "batch": {VI: "Lô hàng", EN: "Batch"},
		"record": {VI: "Ghi chép", EN: "Record"}, "request": {VI: "Yêu cầu kiểm nghiệm", EN: "Test request"},
		"test": {VI: "Phiếu kiểm nghiệm", EN: "Test report"}, "codes": {VI: "Mã tem", EN: "Codes"},
		"recall": {VI: "Thu hồi", EN: "Recall"}, "problem": {VI: "Phản ánh", EN: "Problem report"},
		"file": {VI: "Tệp", EN: "File"}, "export": {VI: "Xuất tệp", EN: "Export"}, "key": {VI: "Khóa", EN: "Key"},
		"erasure": {VI: "Xóa dữ liệu cá nhân", EN: "Erasure"}, "order": {VI: "Lệnh in", EN: "Print order"},
		"person": {VI: "Người dùng", EN: "Person"}, "organisation": {VI: "Tổ chức", EN: "Organisation"},
	}
	verbWords = map[string]catalog.Name{
		"created": {VI: "tạo mới", EN: "created"}, "changed": {VI: "sửa", EN: "changed"}, "added": {VI: "thêm mới", EN: "added"},
		"corrected": {VI: "đính chính", EN: "corrected"}, "reported": {VI: "trả kết quả", EN: "reported"},
		"attached": {VI: "đính kèm", EN: "attached"}, "voided": {VI: "hủy hiệu lực", EN: "voided"}, "stored": {VI: "lưu", EN: "stored"},
		"made": {VI: "đã thực hiện", EN: "made"}, "carried-out": {VI: "đã thực hiện", EN: "carried out"},
		"allocated": {VI: "cấp mã", EN: "allocated"}, "retracted": {VI: "rút lại", EN: "retracted"},
		"withdrawn": {VI: "bị thu hồi", EN: "withdrawn"}, "superseded": {VI: "được thay thế", EN: "superseded"},
		"confirmed": {VI: "xác nhận", EN: "confirmed"}, "verified": {VI: "xác minh", EN: "verified"},
		"role-changed": {VI: "đổi vai trò", EN: "role changed"}, "disabled": {VI: "khóa lại", EN: "disabled"},
		"revoked": {VI: "hủy bỏ", EN: "revoked"}, "open": {VI: "mở lại", EN: "open"}, "released": {VI: "xuất xưởng", EN: "released"},
		"held": {VI: "tạm dừng lưu hành", EN: "held"}, "recalled": {VI: "thu hồi", EN: "recalled"}, "closed": {VI: "kết thúc", EN: "closed"},
		"proposed": {VI: "đề nghị", EN: "proposed"}, "approved": {VI: "duyệt", EN: "approved"}, "rejected": {VI: "không duyệt", EN: "rejected"},
	}
)

// typeWords are the words for types whose parts do not make them.
var typeWords = map[string]catalog.Name{
	"order.released":   {VI: "Lệnh in: phát hành tem", EN: "Print order: stamps issued"},
	"producer.created": {VI: "Chủ thể: đăng ký", EN: "Producer: registered"},
	"recall.withdrawn": {VI: "Thu hồi: rút đề nghị", EN: "Recall: proposal withdrawn"},
}

// TypeName says the type of a statement, such as "record.added", in words; a
// type without words is its own.
func TypeName(typ string) catalog.Name {
	if words, ok := typeWords[typ]; ok {
		return words
	}
	noun, verb, _ := strings.Cut(typ, ".")
	name := catalog.Name{VI: noun, EN: noun}
	if words, ok := nounWords[noun]; ok {
		name = words
	}
	words, ok := verbWords[verb]
	if !ok {
		words = catalog.Name{VI: verb, EN: verb}
	}
	return catalog.Name{VI: name.VI + ": " + words.VI, EN: name.EN + ": " + words.EN}
}
