package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestNewcomer goes the way of a new producer on a phone: from the invitation
// link that the demonstration prints to a printed stamp of a released batch,
// which is scanned off the sheet and leads to its page. With scripts and without,
// it is the same way. The test prints the steps and the time, see
// docs/first-stamp.md.
func TestNewcomer(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			service, text := demo(t)
			p := sit(t, service.url, phoneWidth, scripts)
			newcomer(t, p, regexp.MustCompile(`http://\S+/console/moi/\S+`).FindString(text))
		})
	}
}

// TestNewcomerOnEngines goes the same way on both engines of a service that
// begins with nothing: the first people come from the command line.
func TestNewcomerOnEngines(t *testing.T) {
	for _, open := range engines(t) {
		e := open(t)
		t.Run(e.name, func(t *testing.T) {
			p := serve(t, e)
			office := keyFor(t, e, p, "--role", "office", "--organisation", "Văn phòng OCOP minh họa")
			var producer document
			office.call("POST", "/producers", object{
				"name": "Hợp tác xã Chè Mây", "kind": "cooperative", "address": object{"commune": "02260", "street": "Thôn Hồng Ba"},
			}, &producer)
			invited := command(t, append([]string{
				"user", "create", "--name", "Triệu Thị Sao", "--login", "0912345678", "--role", "producer", "--producer", producer.ID, "--public-url", p.url,
			}, e.flags...)...)
			newcomer(t, sit(t, p.url, phoneWidth, true), regexp.MustCompile(`http://\S+/console/moi/\S+`).FindString(invited))
		})
	}
}

// newcomer is that way.
func newcomer(t *testing.T, p *person, invitation string) {
	t.Helper()
	begun := time.Now()
	p.open(invitation).fill("password", "suong som tren nuong").press("Đặt mật khẩu").sees("Bốn bước đến con tem đầu tiên")

	p.click("ol.steps a.btn", "").fill("name.vi", "Chè búp sao tay").fill("set", "11").press("Lưu sản phẩm")
	p.next().fill("quantity.value", "50").fill("quantity.unit", "KGM").press("Lưu lô").sees("đang ghi chép")
	batch := regexp.MustCompile(`/lo/([0-9A-Z]{10})`).FindStringSubmatch(p.path())
	if batch == nil {
		t.Fatalf("a new batch leads to %s", p.path())
	}
	p.click(".stages a", "Thu hoạch").fill("harvest.plot", "Đồi 3").fill("harvest.quantity.value", "200").fill("harvest.quantity.unit", "KGM")
	p.press("Ghi lại").sees("Đã ghi")
	p.open("/console/lo/" + batch[1]).follow("Xuất xưởng").press("Xuất xưởng")
	p.open("/console/lo/"+batch[1]).follow("In tem").fill("count", "12").press("Tạo tem và phát hành").sees("đã phát hành")
	t.Logf("%d steps, %v with the browser and the service on a busy machine", p.steps, time.Since(begun).Round(time.Second))

	addresses := scan(t, p.save(p.link("Tải tờ tem")))
	if len(addresses) == 0 {
		t.Fatal("no stamp on the sheet was read")
	}
	eventually(t, addresses[0], "Chè búp sao tay")
	p.open(addresses[0]).sees("Chè búp sao tay", "đã xuất xưởng", "Thu hoạch", "Đồi 3")
}

// next goes to the page that says what is next.
func (p *person) next() *person {
	p.t.Helper()
	return p.open("/console").click("ol.steps a.btn", "")
}

// link is the address of a link.
func (p *person) link(text string) string {
	p.t.Helper()
	p.mark(byText("main a", text), "link "+text)
	return strings.TrimPrefix(p.attribute("href"), p.url)
}

// save downloads what a browser would save, and returns where it is.
func (p *person) save(path string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Cookie", p.session())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %d %v", path, answer.StatusCode, err)
	}
	file := filepath.Join(p.t.TempDir(), fmt.Sprintf("saved-%d.pdf", len(content)))
	if err := os.WriteFile(file, content, 0o600); err != nil {
		p.t.Fatal(err)
	}
	return file
}
