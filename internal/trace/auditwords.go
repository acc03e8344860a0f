package trace

import (
	"reflect"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
)

// AuditKinds lists the kinds of this package for the audit log: all that
// people write. Claims follow from other documents; contacts are nobody's to log.
func AuditKinds() []AuditKind {
	return []AuditKind{
		AuditKindOf("Chủ thể", "Producer", describeProducer, nil),
		AuditKindOf("Sản phẩm", "Product", describeProduct, nil),
		AuditKindOf("Giấy chứng nhận", "Certificate", describeCertificate, nil),
		AuditKindOf("Lô", "Batch", describeBatch, nil),
		AuditKindOf("Ghi chép", "Record", describeRecord, nil),
		AuditKindOf("Yêu cầu kiểm nghiệm", "Test request", describeRequest, Actor.maySeeRequest),
		AuditKindOf("Phiếu kiểm nghiệm", "Test report", describeTest, Actor.maySeeTest),
		AuditKindOf("Đề nghị thu hồi", "Recall", describeRecall, Actor.maySeeRecall),
		AuditKindOf("Thông báo cho nơi nhận", "Notification", describeNotification, Actor.maySeeNotification),
		AuditKindOf("Kết quả thu hồi", "Result of a recall", describeRecallResult, nil),
		AuditKindOf("Phản ánh", "Problem report", describeProblem, Actor.maySeeProblem),
		AuditKindOf("Hủy mã", "Void", describeVoid, nil),
		AuditKindOf("Chỉ tiêu kiểm nghiệm", "Test criteria", describeCriteria, nil),
		AuditKindOf("Tệp", "File", describeFile, nil),
		AuditKindOf("Khóa tạo mã", "Code key", describeMasterKey, nil),
		AuditKindOf("Xuất dữ liệu", "Export", describeExport, nil),
		AuditKindOf("Xóa dữ liệu cá nhân", "Erasure", describeErasure, nil),
	}
}

// act is an act on something that has the same name in both languages.
func act(vi, en, subject, detail string) Act {
	return Act{Action: catalog.Name{VI: vi, EN: en}, Subject: catalog.Name{VI: subject}, Detail: detail}
}

func describeProducer(before *Producer, now Producer) Act {
	if before == nil {
		return act("Đăng ký chủ thể", "Registered a producer", now.Name, "")
	}
	return act("Sửa thông tin chủ thể", "Edited a producer", now.Name, "")
}

func describeProduct(before *Product, now Product) Act {
	a := act("Sửa thông tin sản phẩm", "Edited a product", "", "")
	switch {
	case before == nil:
		a = act("Thêm sản phẩm", "Added a product", "", "")
	case before.Photo != now.Photo:
		a = act("Đổi ảnh sản phẩm", "Changed a product's photo", "", "")
	}
	a.Subject = now.Name
	return a
}

func describeCertificate(before *Certificate, now Certificate) Act {
	switch {
	case before == nil && now.Confirmed == nil:
		return act("Khai báo giấy chứng nhận", "Declared a certificate", now.Number, "")
	case before == nil:
		return act("Nhập giấy chứng nhận", "Entered a certificate", now.Number, "")
	case before.Withdrawn == nil && now.Withdrawn != nil:
		return act("Thu hồi giấy chứng nhận", "Withdrew a certificate", now.Number, now.Withdrawn.Reason)
	case before.Superseded == nil && now.Superseded != nil:
		return act("Thay thế giấy chứng nhận", "Replaced a certificate", now.Number, now.Superseded.Reason)
	case before.Confirmed != nil || now.Confirmed == nil:
		return act("Sửa giấy chứng nhận", "Edited a certificate", now.Number, "")
	case reflect.DeepEqual(before.CertificateData, now.CertificateData):
		return act("Xác nhận giấy chứng nhận", "Confirmed a certificate", now.Number, "")
	}
	return act("Sửa và xác nhận giấy chứng nhận", "Edited and confirmed a certificate", now.Number, "")
}

func describeBatch(before *Batch, now Batch) Act {
	lot := now.Lot.String()
	if before == nil {
		return act("Mở lô", "Opened a batch", lot, "")
	}
	if before.State == now.State && before.StateSince.Equal(now.StateSince) {
		return act("Sửa thông tin lô", "Edited a batch", lot, now.Correction)
	}
	switch {
	case now.State == BatchReleased && before.State == BatchHeld:
		return act("Cho lô lưu hành trở lại", "Lifted the hold on a batch", lot, now.Reason)
	case now.State == BatchReleased:
		return act("Xuất xưởng lô", "Released a batch", lot, now.Reason)
	case now.State == BatchHeld:
		return act("Tạm dừng lưu hành lô", "Held a batch", lot, now.Reason)
	case now.State == BatchClosed:
		return act("Kết thúc lô", "Closed a batch", lot, now.Reason)
	}
	return act("Thu hồi lô", "Recalled a batch", lot, now.Reason)
}

func describeRecord(before *Record, now Record) Act {
	a := act("Sửa ghi chép", "Corrected a record", "", now.Correction)
	switch {
	case before == nil:
		a = act("Thêm ghi chép", "Added a record", "", now.Note)
	case !before.Retracted && now.Retracted:
		a = act("Rút lại ghi chép", "Retracted a record", "", now.Correction)
	case before.Verified == nil && now.Verified != nil:
		a = act("Xác minh ghi chép", "Verified a record", "", "")
	}
	a.Subject = now.Step().Name
	return a
}

func describeRequest(before *TestRequest, now TestRequest) Act {
	switch {
	case before == nil:
		return act("Yêu cầu kiểm nghiệm", "Asked for a test", now.Laboratory, now.Note)
	case before.State == now.State:
		return act("Sửa yêu cầu kiểm nghiệm", "Edited a test request", now.Laboratory, "")
	case now.State == RequestAccepted:
		return act("Tiếp nhận yêu cầu kiểm nghiệm", "Accepted a test request", now.Laboratory, "")
	case now.State == RequestReported:
		return act("Hoàn thành yêu cầu kiểm nghiệm", "Answered a test request", now.Laboratory, "")
	case now.State == RequestDeclined:
		return act("Từ chối yêu cầu kiểm nghiệm", "Declined a test request", now.Laboratory, now.Reason)
	}
	return act("Hủy yêu cầu kiểm nghiệm", "Cancelled a test request", now.Laboratory, now.Reason)
}

func describeTest(before *TestReport, now TestReport) Act {
	switch {
	case before == nil && now.Verified == nil:
		return act("Khai báo phiếu kiểm nghiệm", "Declared a test report", now.Number, "")
	case before == nil:
		return act("Nhập phiếu kiểm nghiệm", "Entered a test report", now.Number, "")
	}
	return act("Sửa phiếu kiểm nghiệm", "Corrected a test report", now.Number, now.Correction)
}

// display is a batch code as it is printed.
func display(code string) string {
	if c, err := stamp.ParseBatchCode(code); err == nil {
		return c.Display()
	}
	return code
}

func describeRecall(before *Recall, now Recall) Act {
	code := display(now.Batch)
	switch {
	case before == nil:
		return act("Đề nghị thu hồi lô", "Proposed a recall", code, now.Reason)
	case before.State == now.State || now.Decided == nil:
		return act("Sửa đề nghị thu hồi lô", "Edited a recall", code, "")
	case now.State == RecallApproved:
		return act("Duyệt thu hồi lô", "Approved a recall", code, now.Decided.Reason)
	case now.State == RecallRejected:
		return act("Không duyệt thu hồi lô", "Rejected a recall", code, now.Decided.Reason)
	}
	return act("Rút đề nghị thu hồi lô", "Withdrew a recall", code, now.Decided.Reason)
}

// describeNotification names no recipient: that can be erased, and the log
// stays.
func describeNotification(before *Notification, now Notification) Act {
	code := display(now.Batch)
	switch {
	case before == nil:
		return act("Lập thông báo cho nơi nhận hàng", "Made a notification", code, "")
	case before.Cancelled == nil && now.Cancelled != nil:
		return act("Hủy thông báo cho nơi nhận hàng", "Took a notification back", code, "")
	case now.Acknowledged != nil && (before.Acknowledged == nil || !before.Acknowledged.At.Equal(now.Acknowledged.At)):
		return act("Nơi nhận xác nhận thông báo", "A recipient acknowledged", code, now.Acknowledged.Done.Name().VI)
	case before.Opened.IsZero() && !now.Opened.IsZero():
		return act("Nơi nhận mở thông báo", "A recipient opened the notice", code, "")
	}
	return act("Ghi đã báo cho nơi nhận hàng", "Noted that a recipient was told", code, "")
}

func describeRecallResult(before *RecallResult, now RecallResult) Act {
	if before == nil {
		return act("Ghi thu hồi xong", "Entered the end of a recall", display(now.Batch), "")
	}
	return act("Cập nhật kết quả thu hồi", "Changed the result of a recall", display(now.Batch), now.Handling)
}

func describeProblem(before *Problem, now Problem) Act {
	switch {
	case before == nil:
		return act("Gửi phản ánh", "Reported a problem", display(now.Code), now.Text)
	case now.State == ProblemSeen:
		return act("Tiếp nhận phản ánh", "Took up a problem report", display(now.Code), "")
	case now.State == ProblemDismissed:
		return act("Khép lại phản ánh", "Closed a problem report", display(now.Code), now.Closed.Reason)
	case before.State == ProblemAnswered:
		return act("Sửa câu trả lời phản ánh", "Changed the answer to a problem report", display(now.Code), now.Answer)
	}
	return act("Trả lời phản ánh", "Answered a problem report", display(now.Code), now.Answer)
}

func describeVoid(_ *Void, now Void) Act {
	code := display(now.Batch)
	if now.Whole {
		return act("Hủy mã lô", "Voided a batch code", code, now.Reason)
	}
	return act("Hủy mã tem", "Voided item codes", code, now.Reason)
}

func describeCriteria(_ *CriteriaSet, now CriteriaSet) Act {
	a := act("Sửa chỉ tiêu kiểm nghiệm", "Edited test criteria", "", now.Source)
	if set, ok := catalog.SetByNumber(now.Set); ok {
		a.Subject = set.Name
	}
	return a
}

func describeFile(_ *File, now File) Act {
	return act("Tải tệp lên", "Uploaded a file", now.Type, "")
}

func describeMasterKey(_ *masterKey, now masterKey) Act {
	return act("Ghi nhận khóa tạo mã", "Noted a code key", now.Fingerprint, "")
}

func describeExport(_ *Export, now Export) Act {
	return act("Xuất dữ liệu", "Exported data", now.What, now.Filter)
}

func describeErasure(_ *Erasure, now Erasure) Act {
	a := act("Xóa dữ liệu cá nhân", "Erased personal data", "", "")
	if now.State == ErasureBegun {
		a = act("Bắt đầu xóa dữ liệu cá nhân", "Began to erase personal data", "", "")
	}
	topic, reason := Topic(now.Kind, now.ID), now.Reason.Name()
	a.Subject = catalog.Name{VI: topic + ": " + reason.VI, EN: topic + ": " + reason.EN}
	return a
}
