package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"temgoc/internal/testing/desktest"
)

// TestGuides does what the guides in docs/huong-dan tell people to do, in their
// order and by the words that stand there, and takes the pictures in them.
func TestGuides(t *testing.T) {
	service, text := demo(t)
	as := func(t *testing.T, role string, width int64) *person {
		return sit(t, service.url, width, true).open(door(t, text, role))
	}
	t.Run("chu-the", func(t *testing.T) {
		p := as(t, "producer", phoneWidth)
		batch := producerWrites(p)
		producerReleases(p, batch)
		producerStops(p, batch)
		producerDesigns(as(t, "producer", officeWidth))
		producerImports(as(t, "producer", officeWidth))
	})
	t.Run("phong-thu-nghiem", func(t *testing.T) { laboratoryReports(as(t, "laboratory", officeWidth)) })
	t.Run("can-bo-kiem-tra", func(t *testing.T) {
		batch := strings.TrimPrefix(between(t, text, "Lô đầy đủ", service.url), "/")
		inspectorStops(as(t, "inspector", phoneWidth), as(t, "office", officeWidth), batch)
	})
	t.Run("van-phong", func(t *testing.T) {
		p := as(t, "office", officeWidth)
		officeConfirms(p)
		officeErases(p)
	})
	t.Run("quan-tri", func(t *testing.T) { administratorInvites(as(t, "administrator", officeWidth)) })
	t.Run("nguoi-mua", func(t *testing.T) {
		shopperLooksUp(sit(t, service.url, phoneWidth, true), between(t, text, "Lô đầy đủ", service.url))
	})
}

// producerWrites enters the diary of the batch that is open, once without a
// signal, and corrects an entry. It returns the batch's address.
func producerWrites(p *person) string {
	p.sees("Ghi tiếp nhật ký").picture("chu-the-viec-can-lam")
	p.click("main a", "MH-0134").sees("Ghi việc gì?")
	p.follow("Lô MH-0134").sees("Nhật ký của lô").picture("chu-the-lo")
	batch := p.path()

	p.click(".stages a", "Vận chuyển")
	p.fill("shipping.recipient", "Cửa hàng đặc sản Thành Tuyên").fill("shipping.quantity.value", "120").fill("shipping.quantity.unit", "gói")
	p.fill("shipping.document", "PXK-0071").scroll("h1").picture("chu-the-ghi")
	p.online(false).tap("Ghi lại").awaits("Nội dung đã được giữ trên máy này").top().picture("chu-the-mat-song")
	p.online(true).awaits("Chưa ghi được").sees("Nơi đến: bắt buộc phải có").tap("Mở để sửa").awaits("Đã điền lại phần bạn gõ dở")
	p.fill("shipping.destination", "Phường Minh Xuân").tap("Ghi lại").awaits("Đã ghi")
	p.open(batch).sees("Cửa hàng đặc sản Thành Tuyên")

	p.click("ol.line a", "Vận chuyển").sees("Bản 1: ghi lần đầu")
	p.fill("shipping.quantity.value", "100").fill("reason", "Đếm lại: 100 gói").press("Lưu bản sửa").sees("Đếm lại: 100 gói")
	return batch
}

// producerReleases releases a batch, prints its stamps and counts them.
func producerReleases(p *person, batch string) {
	p.open(batch).follow("Xem trang người mua sẽ thấy").sees("Bản xem trước")
	p.open(batch).click("main a", "Xuất xưởng").sees("Xem lại trước khi bấm").top().picture("chu-the-xuat-xuong")
	p.press("Xuất xưởng và in tem").sees("Đặt tem")
	p.fill("count", "130").press("Tạo tem và phát hành").sees("Tải tờ tem (PDF)").top().picture("chu-the-tem")
	p.fill("ranges", "40-41").fill("reason", "Rách khi bóc").press("Lưu báo cáo").sees("Đã ghi số tem", "2 hỏng, đã hủy", "= 130 tem")
}

// producerDesigns makes a template of its own and notes a printer.
func producerDesigns(p *person) {
	p.follow("Xưởng tem").sees("Mẫu có sẵn").click("main a", "Ngang").sees("Mẫu tem (YAML)").top().picture("chu-the-xuong-tem")
	p.press("Lưu thành mẫu của tôi").sees("Đã lưu mẫu tem")
	p.follow("Xưởng tem").follow("Máy in").follow("Thêm máy in").fill("name", "Máy in tem kho 1").fill("language", "tspl").fill("dpi", "203").press("Lưu máy in").sees("Đã thêm máy in")
	for _, letter := range []string{"C", "D", "E", "F", "G"} {
		run(p.t, p.ctx, chromedp.Evaluate[any](`document.querySelector("[name=blocks][value=`+letter+`]").checked = true, 0`))
	}
	p.press("Ghi nhớ").sees("ô mã QR từ 4 chấm")
	p.follow("Xưởng tem").follow("Loại tem và giấy").click("main a", "Tomy 145").sees("Tờ đang dùng dở").press("Ghi nhớ tờ đang dùng").sees("Đã nhớ")
}

// producerStops holds a batch, prints the notice, and lets it go again.
func producerStops(p *person, batch string) {
	p.open(batch).follow("Tạm dừng lưu hành").fill("reason", "Một thùng bị ướt").press("Tạm dừng lưu hành").sees("THÔNG BÁO", "Một thùng bị ướt")
	p.open(batch).sees("tạm dừng lưu hành").follow("Cho lưu hành lại").press("Cho lưu hành lại").sees("đã xuất xưởng")
	p.open(batch).follow("Thu hồi lô").sees("24 giờ")
}

// producerImports checks a file with a mistake, and imports it without.
func producerImports(p *person) {
	head := "Tên sản phẩm,Bộ sản phẩm OCOP,Khối lượng tịnh,Đơn vị khối lượng tịnh\n"
	p.follow("Bảng tính").click("main a", "Nhập từ tệp")
	p.attach("file", "san-pham.csv", []byte(head+"Chè xanh Hồng Thái,11,100,g\nChè đen Hồng Thái,Chè,một trăm,g\n"))
	p.press("Kiểm tra tệp").sees("Cần sửa trước khi nhập", "C3").picture("chu-the-bang-tinh")
	p.follow("Bảng tính").click("main a", "Nhập từ tệp")
	p.attach("file", "san-pham.csv", []byte(head+"Chè xanh Hồng Thái,11,100,g\nChè đen Hồng Thái,11,100,g\n"))
	p.press("Kiểm tra tệp").press("Nhập 2 dòng")
	p.awaits("đã nhập xong")
}

// laboratoryReports types a report and sees its verdicts before signing it.
func laboratoryReports(p *person) {
	p.follow("chờ tiếp nhận").click("main .list a", "").press("Tiếp nhận mẫu").follow("Nhập phiếu kết quả")
	p.fill("number", "KQ-2026-118").fill("sample.code", "MH-0134").fill("sample.received", "2026-11-20")
	for i, result := range []string{"6,4", "38,1", "5,2", "", "19,5", "0,12", "KPH (LOD = 0,01)"} {
		if result != "" {
			p.fill("rows["+string(rune('0'+i))+"].result.text", result)
		}
	}
	p.press("Tính kết luận").sees("Kết luận chung").scroll("fieldset.sheet, .sheet").picture("phong-thu-nghiem-phieu")
	p.fill("signed", "true").attach("file", "phieu.pdf", desktest.PDF("KQ-2026-118")).press("Ký và gửi phiếu").sees("Đã gửi phiếu kết quả")
}

// inspectorStops finds a batch, puts it on hold and proposes its recall, which
// the office approves.
func inspectorStops(p, office *person, batch string) {
	p.fill("q", batch).press("Tìm").sees("MH-0127").top().picture("can-bo-ho-so")
	p.follow("Lập biên bản kiểm tra").fill("inspecting.conforms", "true").fill("inspecting.finding", "Sổ sách khớp với hàng trong kho").press("Lưu biên bản").sees("Sổ sách khớp")
	p.open("/console/ho-so/"+batch).follow("Đề nghị thu hồi").fill("reason", "Mẫu giám sát có tồn dư vượt mức")
	p.press("Gửi đề nghị").sees("chờ người thứ hai duyệt")
	office.open(p.path()).sees("Hãy xem hồ sơ").picture("van-phong-thu-hoi")
	office.press("Duyệt, thu hồi ngay").sees("đã duyệt thu hồi", "Trong 24 giờ")
	p.open("/console/doi-chieu").sees("Tệp chỉ được tính mã")
}

// officeConfirms looks at the figures and confirms what a producer declared.
func officeConfirms(p *person) {
	p.sees("Việc chờ xử lý").picture("van-phong-tong-quan")
	p.click("main a", "chờ xác nhận").click("main a", "DEMO-").sees("Chỉ xác nhận khi đã đối chiếu").picture("van-phong-giay")
	p.press("Xác nhận đã đối chiếu bản gốc").sees("đã xác minh")
	p.follow("Phản ánh").click("main .list a", "").fill("answer", "Chúng tôi đã yêu cầu cơ sở in lại tem.").press("Trả lời").sees("đã trả lời")
}

// officeErases has what is kept of a supplier erased, as asked by letter.
func officeErases(p *person) {
	p.follow("Tổng quan").click("main a", "dữ liệu cá nhân").follow("Ghi yêu cầu mới").fill("what", "erase").fill("name", "Cửa hàng trái cây Phan Thiết").fill("contact", "0207 3822 222")
	p.press("Ghi vào sổ").sees("Hạn xác nhận", "Hạn thực hiện").fill("identity", "Gọi lại số đã đăng ký").press("Đã xác nhận với người yêu cầu").sees("đang xử lý")
	p.press("Tìm dữ liệu").sees("Tìm thấy", "Người nhận")
	run(p.t, p.ctx, chromedp.Evaluate[any](`document.querySelector("[name=pick]").checked = true, 0`))
	p.top().picture("van-phong-chon-du-lieu")
	p.press("Xem lại mục đã chọn").sees("Xem lại trước khi xóa", "Không khôi phục được").top().picture("van-phong-xoa-du-lieu")
	p.press("Xóa vĩnh viễn").sees("đã thực hiện", "Đã xóa dữ liệu cá nhân theo yêu cầu")
}

// administratorInvites invites somebody, looks at the person, and makes a key.
func administratorInvites(p *person) {
	p.follow("Mời người dùng").fill("name", "Phạm Thị Thu").fill("login", "thu@minhhoa.example")
	p.fill("memberships[0].role", "office").fill("memberships[0].organisation", "Văn phòng OCOP tỉnh Tuyên Quang (minh họa)")
	p.press("Mời").sees("Đường dẫn mời").picture("quan-tri-duong-dan")
	if scanned, link := p.scanned(), p.input("input[data-select]"); scanned != link {
		p.t.Errorf("the symbol says %q, want %q", scanned, link)
	}
	enrols(sit(p.t, p.url, phoneWidth, true).open(p.input("input[data-select]")))
	p.follow("Xong").follow("Phạm Thị Thu").sees("Việc quản trị").picture("quan-tri-nguoi")
	p.press("Xóa mã xác thực").sees("chưa có mã xác thực").press("Tạo đường dẫn đặt mật khẩu").sees("Đường dẫn đặt lại mật khẩu")
	p.follow("Xong").press("Khóa tài khoản").sees("đã khóa").press("Mở lại tài khoản").sees("Đã mở lại tài khoản")
	p.follow("Khóa API").fill("label", "Phần mềm bán hàng").fill("role", "administrator").press("Cấp khóa").sees("temgoc_", "không hiện lại")
}

// enrols chooses a password and sets up an authenticator app with the symbol on
// the page.
func enrols(p *person) {
	p.fill("password", "chim hot tren nuong").press("Đặt mật khẩu").sees("Thiết lập mã xác thực").picture("vao-ma-xac-thuc")
	key, err := otp.NewKeyFromURL(p.scanned())
	if err != nil {
		p.t.Fatal(err)
	}
	code, err := totp.GenerateCode(key.Secret(), time.Now())
	if err != nil {
		p.t.Fatal(err)
	}
	p.fill("code", code).press("Xác nhận").sees("Mã dự phòng").follow("Tôi đã cất các mã").sees("Tổng quan")
}

// shopperLooksUp reads what a stamp says, looks up a decision and reports a
// problem.
func shopperLooksUp(p *person, page string) {
	p.open("/tra-cuu").fill("q", "DEMO-340/QĐ-UBND").press("Tra cứu").sees("còn hiệu lực").top().picture("nguoi-mua-tra-cuu")
	p.open(page).click("main a", "Báo vấn đề").sees("Bạn đang báo về").top().picture("nguoi-mua-phan-anh")
}

// scanned is what the QR code on the page says.
func (p *person) scanned() string {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "screen.png")
	if err := os.WriteFile(file, run(p.t, p.ctx, chromedp.FullScreenshot(100)), 0o600); err != nil {
		p.t.Fatal(err)
	}
	out, err := exec.Command(tool(p.t, "zbarimg"), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
	if err != nil {
		p.t.Fatalf("%s: zbarimg reads no QR code: %v", p.path(), err)
	}
	return strings.TrimSpace(string(out))
}

// tap presses a button that leads nowhere by itself.
func (p *person) tap(text string) *person {
	p.t.Helper()
	p.mark(byText("button:not([aria-hidden=true])", text), "\""+text+"\" to press")
	p.steps++
	run(p.t, p.ctx, chromedp.Click("[data-target]"))
	return p
}

// online takes the connection away and gives it back.
func (p *person) online(on bool) *person {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: !on}},
	})
	if err == nil {
		_, err = chromedp.Call(p.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return p
}

// awaits waits until the page, or the one after it, says something.
func (p *person) awaits(text string) *person {
	p.t.Helper()
	var err error
	for range 3 { // a page that goes away takes its wait along
		_, err = chromedp.Run(p.ctx, chromedp.PollFunction[bool](`(text) => document.body.innerText.includes(text)`,
			chromedp.WithPollingArgs(text), chromedp.WithPollingTimeout(patience/4)))
		if err == nil {
			return p
		}
	}
	p.t.Fatalf("%s never says %q: %v\n%s", p.path(), text, err, p.reads())
	return p
}
