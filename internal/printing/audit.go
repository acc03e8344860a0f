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
	}
}

func describeOrder(before *Order, now Order) trace.Act {
	action := catalog.Name{VI: "Sửa lệnh in", EN: "Changed a print order"}
	switch {
	case before == nil:
		action = catalog.Name{VI: "Lập lệnh in", EN: "Ordered stamps"}
	case before.State != now.State:
		action = catalog.Name{VI: "Phát hành lệnh in", EN: "Released a print order"}
	}
	return trace.Act{Action: action, Subject: catalog.Name{
		VI: fmt.Sprintf("lô %s, %d tem", now.Content.Lot, now.Count),
		EN: fmt.Sprintf("lot %s, %d stamps", now.Content.Lot, now.Count),
	}}
}

func describeAddress(_ *publicAddress, now publicAddress) trace.Act {
	return trace.Act{
		Action:  catalog.Name{VI: "Ghi nhận địa chỉ in trên tem", EN: "Noted the address on stamps"},
		Subject: catalog.Name{VI: now.Address},
	}
}
