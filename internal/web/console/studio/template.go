package studio

import (
	"fmt"
	"regexp"
	"strings"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// What the buttons of a template do beside keeping it.
const (
	doPreview = "preview"
	doCopy    = "copy"
)

// A templatePage shows one template, large, with its text.
type templatePage struct {
	desk.Frame
	Name   string
	Form   *ui.Form
	Own    bool // it is the visitor's to change; else saving makes one of its own
	Drawn  drawn
	Retire *ui.Form
	Logo   *ui.Form // of a template of one's own that shows one
	Help   []helpGroup
	About  string
}

// Template implements ui.Page.
func (templatePage) Template() string { return "template.html" }

// Text is the input of the text.
func (p templatePage) Text() *ui.Field { return p.Form.Field(textInput) }

// Views are the inputs of what the stamp is drawn on and of.
func (p templatePage) Views() []ui.Field { return p.Form.Groups[1].Fields }

// templatePage is the page of the template that is asked for, and the view in
// which it is drawn.
func (s *studio) templatePage(v *desk.Visit) (*templatePage, view, printing.Offer, error) {
	w, c, err := s.view(v, asked(v))
	if err != nil {
		return nil, w, printing.Offer{}, err
	}
	offers, err := s.Book.Templates(v.Context(), v.Actor, "")
	if err != nil {
		return nil, w, printing.Offer{}, err
	}
	i := indexOf(offers, asked(v)(nameInput))
	if i < 0 {
		return nil, w, printing.Offer{}, trace.ErrHidden
	}
	o := offers[i]
	page := &templatePage{Frame: v.Frame("", "", trail(v)), Name: o.Name, Own: keeps(v, o), Help: help(v), About: o.About}
	page.Title = o.Title
	text := o.Text
	if !page.Own {
		text = renamed(v, text, freeName(offers, o.Name))
	}
	page.Form = v.NewForm("Lưu thành mẫu của tôi", "Save as mine", ui.Group{Fields: []ui.Field{
		{Name: textInput, Label: v.T("Mẫu tem (YAML)", "Template (YAML)"), Type: ui.TextArea, Rows: 24, Value: text, Required: true},
	}}, ui.Group{Fields: c.fields(v, w)})
	page.Form.Action = templatePath
	page.Form.Hidden = []ui.Field{{Name: nameInput, Value: o.Name}}
	if page.Own {
		page.Form.Submit = v.T("Lưu", "Save")
		kept, err := s.Book.Pattern(v.Context(), v.Actor, printing.TemplateShape, o.ID)
		if err != nil {
			return nil, w, o, err
		}
		page.Form.Revision = kept.Revision
		page.Retire = v.NewForm("Ngừng dùng mẫu này", "Take it out of use").Scoped("retire")
		page.Retire.Action, page.Retire.Revision, page.Retire.Danger = templatePath+"/ngung", kept.Revision, true
		page.Retire.Hidden = page.Form.Hidden
		page.Logo = logoForm(v, o)
	}
	return page, w, o, nil
}

// freeName is a name for one's own variant of a template.
func freeName(offers []printing.Offer, of string) string {
	of = strings.TrimRight(of[:min(len(of), 30)], "-")
	for n := 1; ; n++ {
		name := of + "-rieng"
		if n > 1 {
			name = fmt.Sprintf("%s-%d", name, n)
		}
		if indexOf(offers, name) < 0 {
			return name
		}
	}
}

var (
	nameLine  = regexp.MustCompile(`(?m)^name:.*$`)
	titleLine = regexp.MustCompile(`(?m)^title: *(.*?) *$`)
)

// renamed gives a text another name, and marks its title.
func renamed(v *desk.Visit, text, name string) string {
	text = nameLine.ReplaceAllLiteralString(text, "name: "+name)
	m := titleLine.FindStringSubmatchIndex(text)
	if m == nil || strings.ContainsAny(text[m[2]:m[3]], `"'|>`) { // written in another way
		return text
	}
	return text[:m[3]] + v.T(" (riêng)", " (own)") + text[m[3]:]
}

func (s *studio) openTemplate(v *desk.Visit) (desk.Answer, error) {
	page, w, _, err := s.templatePage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page.Drawn, _ = s.draw(v, w, page.Text().Value) // it tells why there is no picture
	return desk.Show(page), nil
}

// keepTemplate shows how a text is drawn, or keeps it: what cannot be drawn on
// the stock in view is not kept.
func (s *studio) keepTemplate(v *desk.Visit) (desk.Answer, error) {
	page, w, o, err := s.templatePage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	text := strings.ReplaceAll(v.Value(textInput), "\r\n", "\n")
	page.Drawn, err = s.drawText(v, w, text)
	if err == nil && v.Value(desk.DoField) == doPreview {
		v.Keep(page.Form)
		return desk.Show(page), nil
	}
	var kept trace.Stored[printing.Pattern]
	if err == nil {
		kept, err = s.keepText(v, page, o, text)
	}
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(w.with(templatePath, kept.Data.Name), "Đã lưu mẫu tem. Các lệnh in đã lập giữ mẫu cũ.", "The template is saved. Orders that exist keep the one they have."), nil
}

func (s *studio) drawText(v *desk.Visit, w view, text string) (drawn, error) {
	if strings.TrimSpace(text) == "" {
		return drawn{}, desk.FieldError(textInput, "bắt buộc phải có", "is required")
	}
	if len(text) > printing.MaxPattern {
		return drawn{}, desk.FieldError(textInput, fmt.Sprintf("dài quá %d byte", printing.MaxPattern), fmt.Sprintf("has more than %d bytes", printing.MaxPattern))
	}
	d, err := s.draw(v, w, text)
	return d, atText(err)
}

func (s *studio) keepText(v *desk.Visit, page *templatePage, o printing.Offer, text string) (trace.Stored[printing.Pattern], error) {
	if page.Own && v.Value(desk.DoField) != doCopy {
		return s.Book.ChangePattern(v.Context(), v.Write(), printing.TemplateShape, o.ID, text)
	}
	return s.Book.CreatePattern(v.Context(), v.Part(doCopy), printing.Pattern{Shape: printing.TemplateShape, Text: text})
}

func (s *studio) retireTemplate(v *desk.Visit) (desk.Answer, error) {
	page, _, o, err := s.templatePage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if !page.Own {
		return desk.Answer{}, trace.ErrNotAllowed
	}
	if _, err := s.Book.RetirePattern(v.Context(), v.Write(), printing.TemplateShape, o.ID); err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(Path, "Mẫu tem không còn được chọn cho lệnh in mới.", "The template is no longer offered for new orders."), nil
}
