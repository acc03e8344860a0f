package printing

import (
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// The audit words of what people print with.

func describePrinter(before *Printer, now Printer) trace.Act {
	action := catalog.Name{VI: "Sửa thông tin máy in", EN: "Changed a printer"}
	switch {
	case before == nil:
		action = catalog.Name{VI: "Thêm máy in", EN: "Added a printer"}
	case now.Retired && !before.Retired:
		action = catalog.Name{VI: "Ngừng dùng máy in", EN: "Took a printer out of use"}
	case before.Retired && !now.Retired:
		action = catalog.Name{VI: "Dùng lại máy in", EN: "Took a printer into use again"}
	}
	return trace.Act{Action: action, Subject: catalog.Name{VI: now.Name}}
}

func describePattern(before *Pattern, now Pattern) trace.Act {
	kind := catalog.Name{VI: "mẫu tem", EN: "template"}
	if now.Shape == StockShape {
		kind = catalog.Name{VI: "loại tem", EN: "label stock"}
	}
	action := catalog.Name{VI: "Sửa " + kind.VI, EN: "Changed a " + kind.EN}
	switch {
	case before == nil:
		action = catalog.Name{VI: "Thêm " + kind.VI, EN: "Added a " + kind.EN}
	case now.Retired && !before.Retired:
		action = catalog.Name{VI: "Ngừng dùng " + kind.VI, EN: "Took a " + kind.EN + " out of use"}
	case before.Retired && !now.Retired:
		action = catalog.Name{VI: "Dùng lại " + kind.VI, EN: "Took a " + kind.EN + " into use again"}
	}
	return trace.Act{Action: action, Subject: catalog.Name{VI: now.Name}}
}

func describePaper(before *Paper, now Paper) trace.Act {
	action := catalog.Name{VI: "Sửa các ô đã dùng của tờ tem", EN: "Changed which labels of a sheet are gone"}
	if before == nil {
		action = catalog.Name{VI: "Ghi nhận tờ tem đang dùng", EN: "Noted a sheet begun"}
	}
	return trace.Act{Action: action, Subject: catalog.Name{
		VI: fmt.Sprintf("%s: %d ô đã dùng", now.Stock, len(now.Used)), EN: fmt.Sprintf("%s: %d labels gone", now.Stock, len(now.Used)),
	}}
}

func describeSending(before *Sending, now Sending) trace.Act {
	action := catalog.Name{VI: "Lấy tem để gửi tới máy in", EN: "Claimed stamps for a printer"}
	state := func(s *Sending) PartState {
		for _, p := range s.Parts {
			if p.First <= now.Latest.First && p.Last >= now.Latest.First {
				return p.State
			}
		}
		return ""
	}
	switch {
	case before == nil || state(&now) == Claimed:
	case state(&now) == Sent:
		action = catalog.Name{VI: "Xác nhận máy in đã nhận tem", EN: "Confirmed that a printer took stamps"}
	default:
		action = catalog.Name{VI: "Ghi nhận tem chưa in ra", EN: "Noted that stamps were not printed"}
	}
	return trace.Act{Action: action, Subject: catalog.Name{
		VI: fmt.Sprintf("lệnh in %s, tem %s", now.Order, now.Latest), EN: fmt.Sprintf("order %s, stamps %s", now.Order, now.Latest),
	}}
}
