package e2e

import (
	"fmt"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
)

// TestDesks does the main tasks of each desk in a browser, from signing in to
// the result, on a phone and on an office screen. The producer's are in
// TestNewcomer, which begins from nothing.
func TestDesks(t *testing.T) {
	service, text := demo(t)
	desks := []struct {
		role string
		work func(*person)
	}{
		{"laboratory", laboratoryWorks},
		{"administrator", administratorWorks},
		{"certifier", certifierWorks},
	}
	batches := map[int64]string{phoneWidth: between(t, text, "Lô đầy đủ", service.url), officeWidth: between(t, text, "Hết hạn sao", service.url)}
	for _, width := range []int64{phoneWidth, officeWidth} {
		t.Run(fmt.Sprintf("inspector and office at %d", width), func(t *testing.T) {
			inspector := sit(t, service.url, width, true).open(door(t, text, "inspector"))
			office := sit(t, service.url, width, true).open(door(t, text, "office"))
			inspectorsWork(t, inspector, office, strings.TrimPrefix(batches[width], "/"))
		})
		for _, d := range desks {
			t.Run(fmt.Sprintf("%s at %d", d.role, width), func(t *testing.T) {
				d.work(sit(t, service.url, width, true).open(door(t, text, d.role)))
			})
		}
	}
}

// inspectorsWork finds a batch, inspects it, puts it on hold and proposes its
// recall, which the office approves. Hold and recall show on the page of the
// stamp.
func inspectorsWork(t *testing.T, inspector, office *person, batch string) {
	t.Helper()
	file := "/console/ho-so/" + batch
	inspector.open("/console/kiem-tra").fill("q", strings.ToLower(batch)).press("Tìm")
	inspector.open(file).follow("Lập biên bản kiểm tra").fill("inspecting.conforms", "false").fill("inspecting.finding", "Nhãn ghi sai hạn dùng")
	inspector.press("Lưu biên bản").sees("Nhãn ghi sai hạn dùng")
	inspector.open(file).follow("Tạm dừng lưu hành").fill("reason", "Nhãn không đúng với hàng").press("Tạm dừng lưu hành").sees("tạm dừng lưu hành")
	eventually(t, inspector.url+"/"+batch, "Nhãn không đúng với hàng")
	inspector.open(file).follow("Đề nghị thu hồi").fill("reason", "Hạn dùng bị sửa").press("Gửi đề nghị").sees("Hạn dùng bị sửa")
	proposal := inspector.path()

	office.open(proposal).sees("Hạn dùng bị sửa").press("Duyệt, thu hồi ngay").sees("thu hồi")
	eventually(t, office.url+"/"+batch, "Hạn dùng bị sửa")
	office.open("/console/gioi-han/11/sua").fill("source", "QCVN 8-2:2011/BYT").fill("effective", "2026-12-01").press("Lưu bản mới").sees("QCVN 8-2:2011/BYT")
}

// laboratoryWorks takes a request to a signed report, and corrects it.
func laboratoryWorks(p *person) {
	p.follow("chờ tiếp nhận").click("main .list a", "")
	p.press("Tiếp nhận mẫu").sees("đã tiếp nhận")
	p.follow("Nhập phiếu kết quả")
	number := p.unique("PTN")
	p.fill("number", number).fill("sample.code", "M-E2E").fill("sample.received", "2026-11-20").fill("rows[0].result.text", "KPH (LOD = 0,01)")
	p.fill("signed", "true").attach("file", "phieu.pdf", desktest.PDF(number))
	p.press("Ký và gửi phiếu").sees("Phiếu "+number, "KPH (LOD = 0,01)", "đã xác minh")
	p.follow("Sửa phiếu").fill("reason", "Thử sửa").fill("signed", "true").press("Ký và gửi phiếu").sees("Sửa: Thử sửa")
}

// administratorWorks invites somebody, who comes in through the link, is asked
// for a second factor, and is kept out again.
func administratorWorks(p *person) {
	name := p.unique("Vàng Thị Dợ")
	p.follow("Mời người dùng").fill("name", name).fill("login", p.unique("do")+"@example.vn")
	p.fill("memberships[0].role", "office").fill("memberships[0].organisation", "Văn phòng OCOP tỉnh Tuyên Quang (minh họa)")
	p.press("Mời").sees("Đường dẫn mời", name)

	guest := sit(p.t, p.url, phoneWidth, true).open(p.input("input[data-select]"))
	guest.fill("password", "12345678").press("Đặt mật khẩu").sees("Chưa lưu được")
	guest.fill("password", "chim hot tren nuong").press("Đặt mật khẩu").sees("Thiết lập mã xác thực")

	p.follow("Xong").follow(name).press("Khóa tài khoản").sees("đã khóa")
	guest.open("/console").sees("Đăng nhập")
}

// certifierWorks enters a certificate with its scan, and withdraws it.
func certifierWorks(p *person) {
	number := p.unique("VG")
	p.follow("Nhập giấy chứng nhận").click("main .list a", "")
	p.fill("kind", "VIETGAP").fill("number", number).fill("authority", "Tổ chức Minh Họa").fill("issued", "2026-05-01").attach("file", "giay.pdf", desktest.PDF(number))
	p.press("Lưu vào sổ").sees(number, "đã xác minh", "SHA-256")
	p.fill("reason", "Không còn đáp ứng").press("Thu hồi giấy").sees("bị thu hồi từ", "Không còn đáp ứng")
}
