package e2e

import (
	"strings"
	"testing"
)

// reportStamps reports stamps of an order from the command line, through the
// service and on its stores: whoever scans one that is scrapped or lost is told.
func reportStamps(t *testing.T, e engine, p *process, maker client, order string) {
	t.Helper()
	var codes struct {
		Items []struct {
			Code string `json:"code"`
		} `json:"items"`
	}
	maker.call("GET", "/orders/"+order+"/codes?limit=65", nil, &codes)
	remote := []string{"report", "--order", order, "--server", p.url, "--api-key", maker.key}
	looked := command(t, "preflight", "--order", order, "--server", p.url, "--api-key", maker.key)
	if own := command(t, append([]string{"preflight", "--order", order}, e.flags...)...); own != looked || !strings.Contains(looked, "A forecast, not a certificate") {
		t.Errorf("through the service the preflight says\n%s\non the stores\n%s", looked, own)
	}
	said := command(t, append(remote, "--fate", "scrapped", "--stamps", "40-44,51", "--reason", "rách khi bóc")...)
	if want := "65 stamps: 0 printed, 6 scrapped, 0 lost, 0 stolen, 59 not accounted for"; said != want {
		t.Errorf("through the service the report says %q, want %q", said, want)
	}
	said = command(t, append([]string{"report", "--order", order, "--fate", "lost", "--stamps", "65", "--reason", "rơi", "--rest-printed"}, e.flags...)...)
	if want := "65 stamps: 58 printed, 6 scrapped, 1 lost, 0 stolen, 0 not accounted for"; said != want {
		t.Errorf("on the stores the report says %q, want %q", said, want)
	}
	for position, reason := range map[int]string{40: "rách khi bóc", 65: "rơi"} {
		eventually(t, p.url+"/"+codes.Items[position-1].Code, "Lý do: "+reason)
	}
	if status, body := get(t, p.url+"/"+codes.Items[44].Code); status != 200 || !strings.Contains(body, "L-1") {
		t.Errorf("the neighbour of a scrapped stamp answers %d", status)
	}
}
