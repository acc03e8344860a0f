package personal

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"temgoc/internal/privacy"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// The fields of the choice.
const (
	pickField = "pick"
	textField = "text"
	// doSearch and doDownload are what its other buttons do.
	doSearch   = "tim"
	doDownload = "tai-ve"
	doChoose   = "chon"
)

// A choosePage shows what was found of somebody, to choose from. Nothing is
// chosen but by hand.
type choosePage struct {
	desk.Frame
	ID       string
	Text     string
	Problem  string
	Chosen   []document // of earlier searches too
	Found    []document
	More     bool
	Erases   bool
	Searched bool
}

// Template implements ui.Page.
func (choosePage) Template() string { return "choose.html" }

// A document says something about a person.
type document struct {
	Kind, Title, Href string
	Whole             bool
	Revisions         int
	Members           []memberView
}

// A memberView is a part of a document that can be chosen.
type memberView struct {
	Value, Label string
	Says         []string
	Matches      bool
	Chosen       bool
}

// value is a pick in a form.
func value(p privacy.Pick) string { return string(p.Kind) + " " + p.ID + " " + p.Member }

// picks reads what was chosen.
func picks(v *desk.Visit) []privacy.Pick {
	var out []privacy.Pick
	for _, s := range v.Form[pickField] {
		kind, rest, _ := strings.Cut(s, " ")
		id, member, _ := strings.Cut(rest, " ")
		p := privacy.Pick{Kind: trace.Kind(kind), ID: id, Member: member}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// documents are what was found, for the page; of those that chosen names, the
// members are marked.
func documents(v *desk.Visit, found []privacy.Found, chosen []privacy.Pick) []document {
	var out []document
	for _, f := range found {
		d := document{Kind: v.Lang.Name(f.Name), Title: f.Title, Whole: f.Whole, Revisions: f.Revisions, Href: hrefOf(f)}
		for _, m := range f.Members {
			p := privacy.Pick{Kind: f.Kind, ID: f.ID, Member: m.Path}
			d.Members = append(d.Members, memberView{value(p), v.Lang.Name(m.Name), m.Values, m.Matches, slices.Contains(chosen, p)})
		}
		if f.Whole && len(d.Members) > 0 { // one box stands for all
			p := privacy.Pick{Kind: f.Kind, ID: f.ID, Member: f.Members[0].Path}
			d.Members[0].Chosen = slices.Contains(chosen, p)
		}
		out = append(out, d)
	}
	return out
}

// hrefOf is where a document is seen, if that is the same for all who handle
// requests.
func hrefOf(f privacy.Found) string {
	if f.Kind == privacy.KindDataRequests {
		return path + "/" + f.ID
	}
	return ""
}

// choose searches, and leads on to the preview of what was chosen. Nothing is
// changed by it; it is sent as a form because names do not belong into addresses.
func (q queue) choose(v *desk.Visit) (desk.Answer, error) {
	s, err := q.Register.Request(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	chosen := picks(v)
	switch v.Value(desk.DoField) {
	case doChoose:
		if len(chosen) > 0 {
			return q.preview(v, s, chosen, nil)
		}
	case doDownload:
		if len(chosen) > 0 {
			return q.copyOf(v, chosen)
		}
	}
	page := &choosePage{
		Frame: v.Frame("Chọn dữ liệu", "Choose the data", queueLink(v), requestLink(v, s)), ID: s.ID, Text: v.Value(textField), Erases: s.Data.What == privacy.Erase,
	}
	if do := v.Value(desk.DoField); do == doChoose || do == doDownload {
		page.Problem = v.T("Hãy đánh dấu ít nhất một mục.", "Tick something first.")
	}
	if len(chosen) > 0 {
		kept, err := q.Register.Preview(v.Context(), v.Actor, chosen)
		if err != nil {
			return desk.Answer{}, err
		}
		page.Chosen = documents(v, kept, chosen)
	}
	found, err := q.Register.Find(v.Context(), v.Actor, page.Text)
	if err != nil {
		if words := fieldWords(v, err); words != "" {
			page.Problem = words
			return desk.Show(page), nil
		}
		return desk.Answer{}, err
	}
	found.Found = slices.DeleteFunc(found.Found, func(f privacy.Found) bool { return isChosen(f, chosen) })
	page.Found, page.More, page.Searched = documents(v, found.Found, nil), found.More, true
	return desk.Show(page), nil
}

// isChosen tells whether something of a document is chosen already; it then
// stands above, with all that is chosen of it.
func isChosen(f privacy.Found, chosen []privacy.Pick) bool {
	for _, m := range f.Members {
		if !slices.Contains(chosen, privacy.Pick{Kind: f.Kind, ID: f.ID, Member: m.Path}) && !f.Whole {
			return false
		}
	}
	return slices.ContainsFunc(chosen, func(p privacy.Pick) bool { return p.Kind == f.Kind && p.ID == f.ID })
}

func requestLink(v *desk.Visit, s trace.Stored[privacy.Request]) desk.Link {
	return desk.Link{Label: v.Lang.Name(s.Data.What.Name()), Href: path + "/" + s.ID}
}

// fieldWords is what is wrong with what was typed; empty for other errors.
func fieldWords(v *desk.Visit, err error) string {
	fields, ok := err.(trace.FieldErrors)
	if !ok {
		return ""
	}
	var words []string
	for _, f := range fields {
		words = append(words, ui.Sentence(v.Lang.Name(f.Message)))
	}
	return strings.Join(words, " ")
}

// copyOf gives what was chosen as a file, for who asks to be given it.
func (q queue) copyOf(v *desk.Visit, chosen []privacy.Pick) (desk.Answer, error) {
	found, err := q.Register.Preview(v.Context(), v.Actor, chosen)
	if err != nil {
		return desk.Answer{}, err
	}
	return file("du-lieu-ca-nhan.json", found), nil
}

// file is a value to save, as JSON that people can read.
func file(name string, value any) desk.Answer {
	return desk.Download("application/json; charset=utf-8", name, func(w io.Writer) error {
		body, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		_, err = w.Write(append(body, '\n'))
		return err
	})
}

// A previewPage lists exactly what will be erased.
type previewPage struct {
	desk.Frame
	Documents []document
	Count     int // of members
	Form      *ui.Form
}

// Template implements ui.Page.
func (previewPage) Template() string { return "preview.html" }

func (q queue) preview(v *desk.Visit, s trace.Stored[privacy.Request], chosen []privacy.Pick, refused error) (desk.Answer, error) {
	found, err := q.Register.Preview(v.Context(), v.Actor, chosen)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &previewPage{
		Frame:     v.Frame("Xem lại trước khi xóa", "Before it is erased", queueLink(v), requestLink(v, s)),
		Documents: documents(v, found, chosen),
	}
	for _, d := range page.Documents {
		page.Count += len(d.Members)
	}
	page.Form = v.NewForm("Xóa vĩnh viễn", "Erase for good", ui.Group{Fields: []ui.Field{{
		Name: "outcome", Label: v.T("Trả lời người yêu cầu", "What the person is told"), Type: ui.TextArea, Required: true, MaxLength: 2000,
		Value: v.T("Đã xóa dữ liệu cá nhân theo yêu cầu.", "The personal data was erased as asked."),
	}}})
	page.Form.Action, page.Form.Revision, page.Form.Danger, page.Form.Cancel = path+"/"+s.ID+"/xoa", s.Revision, true, path+"/"+s.ID
	for _, p := range chosen {
		page.Form.Hidden = append(page.Form.Hidden, ui.Field{Name: pickField, Value: value(p)})
	}
	if refused != nil {
		return v.Again(page, page.Form, refused)
	}
	return desk.Show(page), nil
}

func (q queue) carryOut(v *desk.Visit) (desk.Answer, error) {
	id, chosen := v.Param("id"), picks(v)
	_, err := q.Register.CarryOut(v.Context(), v.Write(), id, chosen, v.Value("outcome"))
	if err == nil {
		return v.Redirect(path+"/"+id, "Đã xóa. Nhật ký ghi lại việc xóa, không ghi điều đã xóa.", "Erased. The log notes that it was, and nothing of what it was."), nil
	}
	s, readErr := q.Register.Request(v.Context(), v.Actor, id)
	if readErr != nil || s.Data.State != privacy.Acknowledged || len(chosen) == 0 {
		return desk.Answer{}, err
	}
	return q.preview(v, s, chosen, err)
}
