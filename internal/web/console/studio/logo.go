package studio

import (
	"errors"
	"fmt"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

const (
	logoPath  = templatePath + "/bieu-trung"
	logoInput = "logo"
)

// logoForm takes a picture for the template of an offer, nil when the template
// has no place for one.
func logoForm(v *desk.Visit, o printing.Offer) *ui.Form {
	t, err := labels.ParseTemplate([]byte(o.Text))
	if err != nil || !t.Shows(logoInput) {
		return nil
	}
	form := v.NewForm("Đặt biểu trưng", "Put the logo in", ui.Group{Fields: []ui.Field{{
		Name: logoInput, Label: v.T("Ảnh biểu trưng", "Picture of the logo"), Type: "file", Required: true,
		Accept: "image/png,image/jpeg", Hint: v.T("PNG hoặc JPEG, nét đậm, ít chi tiết nhỏ", "PNG or JPEG, bold, with few fine details"),
	}}}).Scoped("logo")
	form.Action = logoPath
	form.Hidden = []ui.Field{{Name: nameInput, Value: o.Name}}
	return form
}

// keepLogo puts a picture into a template.
func (s *studio) keepLogo(v *desk.Visit) (desk.Answer, error) {
	page, w, o, err := s.templatePage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if !page.Own {
		return desk.Answer{}, trace.ErrNotAllowed
	}
	if page.Logo == nil {
		return desk.Answer{}, trace.ErrHidden
	}
	page.Logo.Revision = page.Form.Revision
	text, err := withLogo(v, o.Text)
	if err == nil {
		_, err = s.Book.ChangePattern(v.Context(), v.Write(), printing.TemplateShape, o.ID, text)
	}
	if err != nil {
		page.Drawn, _ = s.draw(v, w, o.Text)
		return v.Again(page, page.Logo, err)
	}
	return v.Redirect(w.with(templatePath, o.Name), "Đã đặt biểu trưng vào mẫu tem.", "The logo is in the template."), nil
}

// withLogo is the text of a template with the picture that came with the form.
func withLogo(v *desk.Visit, text string) (string, error) {
	t, err := labels.ParseTemplate([]byte(text))
	if err != nil {
		return "", err
	}
	for _, f := range v.Files {
		if f.Field != logoInput {
			continue
		}
		with, err := t.WithLogo(f.Content)
		if _, refused := errors.AsType[*labels.ValueError](err); refused {
			return "", desk.FieldError(logoInput,
				fmt.Sprintf("phải là ảnh PNG hoặc JPEG có ít nhất hai tông màu, tối đa %d MB, mỗi cạnh tối đa %d điểm", labels.MaxLogoBytes>>20, labels.MaxLogoSide),
				fmt.Sprintf("must be a PNG or JPEG picture of two tones or more, at most %d MB and %d pixels a side", labels.MaxLogoBytes>>20, labels.MaxLogoSide))
		}
		if err != nil {
			return "", err
		}
		return with.Text(), nil
	}
	return "", desk.FieldError(logoInput, "bắt buộc phải có", "is required")
}
