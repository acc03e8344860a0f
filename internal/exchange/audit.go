package exchange

import (
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// AuditKinds lists the kinds of this package for the audit log. The documents
// that an import writes show in it as well, each as its own kind.
func AuditKinds() []trace.AuditKind {
	return []trace.AuditKind{trace.AuditKindOf("Nhập bảng", "Import", describeImport, nil)}
}

func describeImport(before *Import, now Import) trace.Act {
	act := trace.Act{Subject: catalog.Name{
		VI: fmt.Sprintf("%s, tệp %s, %d dòng", now.Table.Name().VI, now.FileName, now.Rows),
		EN: fmt.Sprintf("%s, file %s, %d rows", now.Table.Name().EN, now.FileName, now.Rows),
	}}
	switch {
	case before == nil:
		act.Action = catalog.Name{VI: "Kiểm tra tệp để nhập", EN: "Checked a file to import"}
	case now.State == Running && before.State == Stopped:
		act.Action = catalog.Name{VI: "Nhập tiếp", EN: "Continued an import"}
	case now.State == Running && before.State == Checked:
		act.Action = catalog.Name{VI: "Bắt đầu nhập", EN: "Started an import"}
	case now.State == Running:
		act.Action = catalog.Name{VI: "Đang ghi các dòng", EN: "Went on writing rows"}
	case now.State == Stopped:
		act.Action = catalog.Name{VI: "Dừng nhập", EN: "Stopped an import"}
		act.Detail = fmt.Sprintf("dòng %d: %s", now.Stop.Row, now.Stop.Message.VI)
	default:
		act.Action = catalog.Name{VI: "Nhập xong", EN: "Finished an import"}
		act.Detail = fmt.Sprintf("tạo mới %d, đã có %d", now.Created, now.Existed)
	}
	return act
}
