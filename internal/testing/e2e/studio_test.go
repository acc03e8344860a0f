package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestStudio makes a template, orders stamps with it, reports some as scrapped
// and orders replacements, as a producer at an office screen.
func TestStudio(t *testing.T) {
	service, text := demo(t)
	p := sit(t, service.url, officeWidth, true).open(door(t, text, "producer"))
	batch := strings.TrimPrefix(between(t, text, "Lô đầy đủ", service.url), "/")

	p.follow("Xưởng tem").click("main a", "Ngang")
	before := picture(p)
	yaml := p.input("textarea[name=text]")
	// Some codes of many wide letters do not fit in bold type.
	own := strings.Replace(strings.Replace(yaml, "ngang-rieng", "mau-nha", 1), "bold: true", "bold: false", 1)
	p.fill("text", own)
	run(t, p.ctx, chromedp.Poll[any](`document.querySelector("#drawn img").getAttribute("src") !== `+js(before)))
	if status, _ := get(t, service.url+picture(p), "Cookie", p.session()); status != http.StatusOK {
		t.Errorf("the picture of what is typed answers %d", status)
	}
	p.fill("text", "name: [").awaits("Chưa vẽ được")
	p.fill("text", own).press("Lưu thành mẫu của tôi").sees("Đã lưu mẫu tem", "sửa được")

	p.open("/console/lo/"+batch+"/tem").sees("Đặt tem", "Sẽ in như thế này")
	p.fill("codes", "item").fill("count", "130").fill("template", "mau-nha").press("Tạo tem và phát hành").sees("đã phát hành", "mau-nha", "Kiểm tra trước khi in", "130 chưa rõ ở đâu = 130 tem")
	p.fill("ranges", "40-44, 51").fill("reason", "Rách khi bóc").press("Lưu báo cáo").sees("124 in đạt", "6 hỏng, đã hủy", "0 thất lạc", "= 130 tem")
	p.follow("In bù 6 tem").sees("In bù tem hỏng, thất lạc")
	if n := p.input("input[name=count]"); n != "6" {
		t.Errorf("the form of the replacement asks for %s stamps, want 6", n)
	}
	p.press("Tạo tem và phát hành").sees("In bù cho", "6 chưa rõ ở đâu = 6 tem")
}

// picture is the address of the stamp that the studio shows.
func picture(p *person) string {
	return run(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector("#drawn img").getAttribute("src")`))
}
