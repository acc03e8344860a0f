package e2e

import (
	"fmt"
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
	for _, width := range []int64{phoneWidth, officeWidth} {
		for _, d := range desks {
			t.Run(fmt.Sprintf("%s at %d", d.role, width), func(t *testing.T) {
				d.work(sit(t, service.url, width, true).open(door(t, text, d.role)))
			})
		}
	}
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
