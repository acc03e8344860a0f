package printing

import (
	"fmt"
	"slices"

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
		trace.AuditKindOf("Gửi tới máy in", "Stamps sent to a printer", describeSending, nil),
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
	case before == nil && now.Replaces != "":
		action = catalog.Name{VI: "Lập lệnh in bù", EN: "Ordered replacement stamps"}
		subject.VI += ", thay tem hỏng và thất lạc của lệnh in " + now.Replaces
		subject.EN += ", for scrapped and lost ones of order " + now.Replaces
	case before == nil:
		action = catalog.Name{VI: "Lập lệnh in", EN: "Ordered stamps"}
	case before.State != now.State:
		action = catalog.Name{VI: "Phát hành lệnh in", EN: "Released a print order"}
	case now.Reported != nil && (before.Reported == nil || !slices.EqualFunc(before.Runs, now.Runs, equalRuns)):
		action = catalog.Name{VI: "Báo tem đã in, hỏng, thất lạc", EN: "Reported what became of stamps"}
		said, sums := now.Reported.words(now), now.Sums()
		subject.VI += fmt.Sprintf(": %s (%d đạt, %d hỏng, %d thất lạc, %s%d chưa rõ ở đâu)", said.VI, sums.Printed, sums.Scrapped, sums.Lost, ifAny(sums.Stolen, "%d mất cắp, "), sums.Unaccounted)
		subject.EN += fmt.Sprintf(": %s (%d printed well, %d scrapped, %d lost, %s%d not accounted for)", said.EN, sums.Printed, sums.Scrapped, sums.Lost, ifAny(sums.Stolen, "%d stolen, "), sums.Unaccounted)
		detail = now.Reported.Reason
	case now.Activated() > before.Activated():
		action = catalog.Name{VI: "Kích hoạt tem", EN: "Activated stamps"}
		ranges := RangesText(shortened(now.Active))
		subject.VI += fmt.Sprintf(": thêm %d tem; đã kích hoạt tem %s", now.Activated()-before.Activated(), ranges)
		subject.EN += fmt.Sprintf(": %d more; active are stamps %s", now.Activated()-before.Activated(), ranges)
	case now.Shipped() > before.Shipped():
		action = catalog.Name{VI: "Ghi nhận tem đã xuất kho", EN: "Noted stamps as shipped"}
		ranges := RangesText(shortened(now.Sent))
		subject.VI += fmt.Sprintf(": thêm %d tem; đã xuất kho tem %s", now.Shipped()-before.Shipped(), ranges)
		subject.EN += fmt.Sprintf(": %d more; shipped are stamps %s", now.Shipped()-before.Shipped(), ranges)
	case now.Account != nil && !before.Accounted.Equal(now.Accounted): // as orders were counted before reports
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

// ifAny says a number where there is one to say.
func ifAny(n int, format string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(format, n)
}
