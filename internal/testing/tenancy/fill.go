package tenancy

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"hash/crc32"
	"net/url"
	"strings"

	"temgoc/internal/exchange"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

// A Sending is one way to send a form.
type Sending struct {
	Form    desktest.Form
	Values  url.Values
	Uploads []desktest.Upload
}

// Plausible fills in what a form leaves open, as somebody would who wants it to
// be accepted. Texts that have a form of their own stay empty.
func Plausible(f desktest.Form, button [2]string) Sending {
	s := Sending{Form: f, Values: f.Values(button)}
	for _, in := range f.Inputs {
		switch {
		case in.Type == "file":
			s.Uploads = append(s.Uploads, upload(f, in))
		case in.Type == "checkbox" || in.Type == "hidden" || s.Values.Get(in.Name) != "":
		case in.Type == "select" && len(in.Options) > 0:
			s.Values.Set(in.Name, in.Options[len(in.Options)-1])
		case in.Type == "radio":
			s.Values.Set(in.Name, in.Value)
		default:
			s.Values.Set(in.Name, likely(in))
		}
		if in.Name == "login" && in.Type != "hidden" { // nobody else's
			s.Values.Set(in.Name, fmt.Sprintf("0987 %06d", crc32.ChecksumIEEE([]byte(s.Values.Get("_key")))%1_000_000))
		}
	}
	return s
}

// rounds is how often a form is mended.
const rounds = 6

// Try sends a form and, as long as something is wrong with a field, sends it
// again without what was filled in there, in the whole row where that is not
// enough. It returns the last answer.
func Try(b *desktest.Browser, s Sending) *desktest.Page {
	b.T.Helper()
	got := b.Send(s.Form, s.Values, s.Uploads...)
	again := map[string]bool{}
	for range rounds {
		blamed := got.Blamed()
		if len(blamed) == 0 {
			break
		}
		for _, name := range blamed {
			s.empty(name)
			if row, _, in := strings.Cut(name, "]."); in && again[name] {
				s.empty(row + "].")
			}
			again[name] = true
		}
		got = b.Send(s.Form, s.Values, s.Uploads...)
	}
	return got
}

// empty takes back what was filled in at a field, or at all of a row; a box
// that should have been ticked is.
func (s Sending) empty(name string) {
	for _, in := range s.Form.Inputs {
		switch {
		case in.Name != name && (!strings.HasSuffix(name, ".") || !strings.HasPrefix(in.Name, name)):
		case in.Type == "checkbox":
			s.Values.Set(in.Name, in.Value)
		case in.Type != "radio":
			s.Values.Set(in.Name, in.Value)
		}
	}
}

func upload(f desktest.Form, in desktest.Input) desktest.Upload {
	if strings.Contains(in.Accept, "csv") {
		return desktest.Upload{Field: in.Name, Name: "bang.csv", Content: tableFor(f)}
	}
	if strings.Contains(in.Accept, "pdf") {
		return desktest.Upload{Field: in.Name, Name: "giay.pdf", Content: desktest.PDF("một tờ giấy mới")}
	}
	return desktest.Upload{Field: in.Name, Name: "anh.jpg", Content: desktest.JPEG(201)}
}

// tableFor is a table for the form that brings it in, with one row that is wrong.
func tableFor(f desktest.Form) []byte {
	path, _, _ := strings.Cut(f.Action, "?")
	table := exchange.Table(path[strings.LastIndexByte(path, '/')+1:])
	var headings, cells []string
	for _, c := range exchange.Columns(table, trace.Actor{Role: trace.ProducerRole}) {
		headings, cells = append(headings, c.Title.VI), append(cells, "Ghi thử")
	}
	var b bytes.Buffer
	_ = csv.NewWriter(&b).WriteAll([][]string{headings, cells}) // to memory
	return b.Bytes()
}

// particular are texts of a form of their own, by the last part of the name.
var particular = map[string]string{
	"lot": "MOI-1", "phone": "0912 345 678", "email": "moi@example.vn", "website": "https://example.vn",
	"gtin": "", "gln": "", "sscc": "", "code": "000000", "password": "mot mat khau that dai", "old": "", "points": "",
	"organisation": desktest.InspectorName, "producer": "",
	"finished": "2026-11-24", "xuat": "1-2",
}

func likely(in desktest.Input) string {
	name := in.Name[strings.LastIndexByte(in.Name, '.')+1:]
	if text, ok := particular[name]; ok {
		return text
	}
	switch in.Type {
	case "date":
		return "2026-11-20"
	case "datetime-local":
		return "2026-11-20T08:30"
	case "tel":
		return "0912 345 678"
	case "email":
		return "moi@example.vn"
	case "number":
		return "1"
	}
	if in.Mode == "decimal" || in.Mode == "numeric" {
		return "1"
	}
	return "Ghi thử"
}
