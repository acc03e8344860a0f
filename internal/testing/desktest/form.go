package desktest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// A Form is a form of a page, as a program sees it.
type Form struct {
	// Page is the address of the page that has it.
	Page           string
	Method, Action string
	Upload         bool // whether it sends files
	Inputs         []Input
	// Buttons are the names and values that its buttons send; one empty pair
	// for a button without a name.
	Buttons [][2]string
}

// An Input is one input of a form. Options are those of a select, and the
// values of radio buttons and checkboxes that are not chosen.
type Input struct {
	Name, Type, Value string
	Mode              string // the keyboard that it asks for
	Accept            string // the kinds of files that it takes
	Options           []string
	Chosen            bool // of a radio button or a checkbox
	Required          bool
}

// Forms are the forms of the page.
func (p *Page) Forms() []Form {
	var forms []Form
	walk(p.root, func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "form" {
			forms = append(forms, formOf(p.Path, n))
		}
	})
	return forms
}

func formOf(page string, n *html.Node) Form {
	f := Form{Page: page, Method: http.MethodPost, Action: attribute(n, "action"), Upload: attribute(n, "enctype") == "multipart/form-data"}
	if !strings.EqualFold(attribute(n, "method"), "post") {
		f.Method = http.MethodGet
	}
	if f.Action == "" {
		f.Action = page
	}
	walk(n, func(c *html.Node) {
		if c.Type != html.ElementNode {
			return
		}
		if c.Data == "button" && attribute(c, "type") != "button" {
			f.Buttons = append(f.Buttons, [2]string{attribute(c, "name"), attribute(c, "value")})
			return
		}
		if in, ok := inputOf(c); ok {
			f.Inputs = append(f.Inputs, in)
		}
	})
	if len(f.Buttons) == 0 {
		f.Buttons = [][2]string{{}}
	}
	return f
}

func inputOf(n *html.Node) (Input, bool) {
	in := Input{Name: attribute(n, "name"), Type: attribute(n, "type"), Value: attribute(n, "value"), Mode: attribute(n, "inputmode"), Accept: attribute(n, "accept"), Required: has(n, "required")}
	switch {
	case in.Name == "" || n.Data == "button":
		return Input{}, false
	case n.Data == "textarea":
		in.Type, in.Value = "textarea", textOf(n)
	case n.Data == "select":
		in.Type, in.Value = "select", chosen(n)
		walk(n, func(o *html.Node) {
			if o.Type == html.ElementNode && o.Data == "option" {
				in.Options = append(in.Options, attribute(o, "value"))
			}
		})
	case n.Data != "input":
		return Input{}, false
	case in.Type == "radio" || in.Type == "checkbox":
		in.Chosen = has(n, "checked")
	case in.Type == "":
		in.Type = "text"
	}
	return in, true
}

// Values are what the form sends as it stands, with one of its buttons.
func (f Form) Values(button [2]string) url.Values {
	v := url.Values{}
	for _, in := range f.Inputs {
		switch {
		case in.Type == "file", (in.Type == "radio" || in.Type == "checkbox") && !in.Chosen:
		default:
			v.Add(in.Name, in.Value)
		}
	}
	if button[0] != "" {
		v.Set(button[0], button[1])
	}
	return v
}

// Has tells whether the form has an input of that name.
func (f Form) Has(name string) bool {
	for _, in := range f.Inputs {
		if in.Name == name {
			return true
		}
	}
	return false
}

// Send sends a form with these values instead of its own, and does not follow
// where the answer leads.
func (b *Browser) Send(f Form, values url.Values, uploads ...Upload) *Page {
	b.T.Helper()
	if f.Method == http.MethodGet {
		path, _, _ := strings.Cut(f.Action, "?")
		return b.send(http.MethodGet, path+"?"+values.Encode(), nil, "")
	}
	if !f.Upload {
		return b.Post(f.Action, values)
	}
	body, media := multipartOf(b, values, uploads)
	return b.send(http.MethodPost, f.Action, body, media)
}

func multipartOf(b *Browser, values url.Values, uploads []Upload) (body []byte, media string) {
	b.T.Helper()
	var buffer bytes.Buffer
	w := multipart.NewWriter(&buffer)
	for name, all := range values {
		for _, v := range all {
			_ = w.WriteField(name, v) // to memory
		}
	}
	for _, u := range uploads {
		part, err := w.CreateFormFile(u.Field, u.Name)
		if err == nil {
			_, err = part.Write(u.Content)
		}
		if err != nil {
			b.T.Fatal(err)
		}
	}
	_ = w.Close() // to memory
	return buffer.Bytes(), w.FormDataContentType()
}

// Addresses are all addresses that the page leads to or loads.
func (p *Page) Addresses() []string {
	var all []string
	walk(p.root, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		for _, name := range []string{"href", "src"} {
			if address := attribute(n, name); address != "" {
				all = append(all, address)
			}
		}
	})
	return all
}

// Blamed are the names of the inputs with which something is wrong.
func (p *Page) Blamed() []string {
	var names []string
	walk(p.root, func(n *html.Node) {
		if n.Type == html.ElementNode && has(n, "aria-invalid") {
			names = append(names, attribute(n, "name"))
		}
	})
	return names
}
