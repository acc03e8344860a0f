package printing

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// A Visit asks an address as a phone would and returns the status of the answer.
type Visit func(ctx context.Context, address string) (status int, err error)

// Limits of a visit.
const (
	visitTimeout   = 5 * time.Second
	visitRedirects = 3
)

var errLeft = errors.New("the address leads to another host")

// Outside is the Visit of a running service. It asks for the head of the page
// only, which is not counted as a scan, and follows no redirect to another host.
func Outside(ctx context.Context, address string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, visitTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return 0, fmt.Errorf("printing: visit: %w", err)
	}
	client := http.Client{CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if len(before) > visitRedirects || !strings.EqualFold(next.URL.Host, before[0].URL.Host) {
			return errLeft
		}
		return nil
	}}
	answer, err := client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("printing: visit: %w", err)
	}
	return answer.StatusCode, answer.Body.Close()
}

// preflightAnswer visits the address of the first stamp. Only the address that
// this service prints is ever visited: an order that was made under another one,
// and an address that no phone outside reaches, are told in words.
func (j job) preflightAnswer(ctx context.Context, p *Preflight, visit Visit) error {
	prefix := j.order.Content.Address
	switch {
	case visit == nil:
		return nil
	case prefix != j.book.address:
		p.add(CheckAnswer, Warn, catalog.Name{VI: fmt.Sprintf("Tem in địa chỉ %s, khác địa chỉ hiện nay của dịch vụ (%s).", prefix, j.book.address), EN: fmt.Sprintf("The stamps say %s, which is not the service's address any more (%s).", prefix, j.book.address)},
			catalog.Name{VI: "Giữ địa chỉ cũ hoạt động, hoặc lập lệnh in mới.", EN: "Keep the old address answering, or make a new order."})
		return nil
	case !reachable(prefix):
		p.add(CheckAnswer, Warn, catalog.Name{VI: fmt.Sprintf("Địa chỉ %s chỉ mở được trong mạng này; chưa thử quét từ bên ngoài.", prefix), EN: fmt.Sprintf("The address %s opens in this network only; it was not tried from outside.", prefix)},
			catalog.Name{VI: "Chỉ dùng để xem thử; tem bán ra cần địa chỉ công khai.", EN: "For trying out only; stamps on goods need a public address."})
		return nil
	}
	first, err := j.stamp(ctx, 0)
	if err != nil {
		return err
	}
	status, err := visit(ctx, first.Payload)
	j.answered(p, status, err)
	return nil
}

// answered judges the answer. Codes that do not count yet answer "not found",
// with a page that says why.
func (j job) answered(p *Preflight, status int, err error) {
	again := catalog.Name{VI: "Kiểm tra tên miền, chứng chỉ TLS và máy chủ trước khi in.", EN: "Look at domain, TLS certificate and server before you print."}
	switch {
	case err != nil:
		p.add(CheckAnswer, Warn, catalog.Name{VI: fmt.Sprintf("Địa chỉ in trên tem không trả lời: %v.", err), EN: fmt.Sprintf("The printed address does not answer: %v.", err)}, again)
	case status == http.StatusOK, status == http.StatusNotFound && !j.order.Live(1):
		p.add(CheckAnswer, OK, catalog.Name{VI: "Địa chỉ in trên tem trả lời.", EN: "The printed address answers."}, catalog.Name{})
	default:
		p.add(CheckAnswer, Warn, catalog.Name{VI: fmt.Sprintf("Địa chỉ in trên tem trả lời với mã %d.", status), EN: fmt.Sprintf("The printed address answers with status %d.", status)}, again)
	}
}

// reachable tells whether phones anywhere may reach an address: not one of this
// machine or of a private network.
func reachable(prefix string) bool {
	u, err := url.Parse(prefix)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if ip := net.ParseIP(host); ip != nil {
		return !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified()
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost") && !strings.HasSuffix(host, ".local")
}
