package printing

import (
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// AuditKinds lists the kinds of this package for the audit log.
func AuditKinds() []trace.AuditKind {
	return []trace.AuditKind{
		trace.AuditKindOf("Lệnh in", "Print order", describeOrder, nil),
		trace.AuditKindOf("Địa chỉ in trên tem", "Address on stamps", describeAddress, nil),
		trace.AuditKindOf("Máy in", "Printer", describePrinter, nil),
		trace.AuditKindOf("Mẫu tem, loại tem", "Template or label stock", describePattern, nil),
		trace.AuditKindOf("Tờ tem đang dùng", "Sheet begun", describePaper, nil),
	}
}

func describeOrder(before *Order, now Order) trace.Act {
	action := catalog.Name{VI: "Sửa lệnh in", EN: "Changed a print order"}
	subject := catalog.Name{
		VI: fmt.Sprintf("lô %s, %d tem", now.Content.Lot, now.Count),
		EN: fmt.Sprintf("lot %s, %d stamps", now.Content.Lot, now.Count),
	}
	detail := ""
	switch {
	case before == nil:
		action = catalog.Name{VI: "Lập lệnh in", EN: "Ordered stamps"}
	case before.State != now.State:
		action = catalog.Name{VI: "Phát hành lệnh in", EN: "Released a print order"}
	case now.Account != nil && !before.Accounted.Equal(now.Accounted):
		action = catalog.Name{VI: "Kiểm đếm tem đã in", EN: "Counted printed stamps"}
		subject.VI += fmt.Sprintf(": %d đạt, %d hỏng, %d chưa rõ ở đâu", now.Account.Printed, now.Account.Spoilt, now.Unaccounted())
		subject.EN += fmt.Sprintf(": %d printed well, %d spoilt, %d not accounted for", now.Account.Printed, now.Account.Spoilt, now.Unaccounted())
		detail = now.Account.Note
	}
	return trace.Act{Action: action, Subject: subject, Detail: detail}
}

func describeAddress(_ *publicAddress, now publicAddress) trace.Act {
	return trace.Act{
		Action:  catalog.Name{VI: "Ghi nhận địa chỉ in trên tem", EN: "Noted the address on stamps"},
		Subject: catalog.Name{VI: now.Address},
	}
}
