package tables

import (
	"errors"
	"fmt"

	"temgoc/internal/exchange"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A columnView explains a column.
type columnView struct {
	Title, Doc string
	Required   bool
}

// An importPage asks for a file.
type importPage struct {
	desk.Frame
	Table   exchange.Table
	Name    string
	Columns []columnView
	Form    *ui.Form
}

// Template implements ui.Page.
func (importPage) Template() string { return "tables-import.html" }

func (t tables) importForm(v *desk.Visit) (*importPage, error) {
	which, err := table(v)
	if err != nil {
		return nil, err
	}
	if !which.MayImport(v.Actor) {
		return nil, trace.ErrNotAllowed
	}
	name := v.Lang.Name(which.Name())
	page := &importPage{Frame: v.Frame("Nhập bảng tính: "+name, "Import: "+name, home(v)), Table: which, Name: name}
	for _, c := range exchange.Columns(which, v.Actor) {
		if !c.ExportOnly {
			page.Columns = append(page.Columns, columnView{v.Lang.Name(c.Title), v.Lang.Name(c.Doc), c.Required})
		}
	}
	page.Form = v.NewForm("Kiểm tra tệp", "Check the file", ui.Group{Fields: []ui.Field{{
		Name: "file", Label: v.T("Tệp XLSX hoặc CSV", "XLSX or CSV file"), Type: "file", Required: true,
		Accept: ".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Hint: fmt.Sprintf("%s %s %s, %d MiB", v.T("Tối đa", "At most"), v.Lang.Number(spreadsheet.MaxRows),
			v.T("dòng", "rows"), spreadsheet.MaxSize>>20),
	}}})
	page.Form.Cancel = path
	return page, nil
}

// home leads back to the tables.
func home(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Bảng tính", "Spreadsheets"), Href: path}
}

func (t tables) importPage(v *desk.Visit) (desk.Answer, error) {
	page, err := t.importForm(v)
	return desk.Show(page), err
}

// check looks at a file; nothing but the file is kept.
func (t tables) check(v *desk.Visit) (desk.Answer, error) {
	page, err := t.importForm(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if len(v.Files) != 1 {
		return v.Again(page, page.Form, desk.FieldError("file", "hãy chọn một tệp", "choose one file"))
	}
	s, _, err := t.exchange.Check(v.Context(), v.Actor, page.Table, v.Files[0].Name, v.Files[0].Content)
	if err != nil {
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(path+"/"+s.ID, "", ""), nil
}

// shownRows is how many rows of a file that is in order are shown.
const shownRows = 100

// A rowView is what would become of a row.
type rowView struct {
	Row     int
	Label   string
	State   desk.Badge
	Differs string
}

// A problemView is what is wrong with a cell.
type problemView struct {
	Row                   int
	Cell, Column, Message string
	Value                 string
}

// A showPage is one import: what it would do, how far it is, what it did.
type showPage struct {
	desk.Frame
	Import             exchange.Import
	Table              string
	State              desk.Badge
	Facts              []desk.Fact
	Checked            bool
	Before             string
	Ignored            []string
	Problems           []problemView
	MoreProblems       int
	Rows               []rowView
	MoreRows           int
	Done, Total        int
	Running            bool
	StopRow            int
	StopColumn, StopBy string
	Form               *ui.Form
}

// Template implements ui.Page.
func (showPage) Template() string { return "tables-show.html" }

// refreshEvery is how many seconds a page with progress waits for more.
const refreshEvery = "2"

func (t tables) showPage(v *desk.Visit) (*showPage, error) {
	s, err := t.exchange.Import(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	i := s.Data
	page := &showPage{
		Frame: v.Frame(i.FileName, i.FileName, home(v)), Import: i, Table: v.Lang.Name(i.Table.Name()), State: badge(v, i),
		Running: i.State == exchange.Running, Total: i.Rows, Done: i.Next, Checked: i.State == exchange.Checked || i.State == exchange.Stopped,
		Facts: desk.Facts(
			desk.Fact{Label: v.T("Bảng", "Table"), Value: v.Lang.Name(i.Table.Name())},
			desk.Fact{Label: v.T("Số dòng", "Rows"), Value: v.Lang.Number(i.Rows)},
			desk.Fact{Label: v.T("Gửi lên lúc", "Uploaded"), Value: v.Lang.Moment(s.Created)},
			desk.Fact{Label: v.T("Bắt đầu nhập", "Started"), Value: v.Lang.Moment(i.Started)},
			desk.Fact{Label: v.T("Nhập xong", "Finished"), Value: v.Lang.Moment(i.Finished)},
			desk.Fact{Label: "SHA-256", Value: i.SHA256.String()},
		),
	}
	switch {
	case page.Running:
		page.Refresh = refreshEvery
		progress, err := t.exchange.Progress(v.Context(), v.Actor, s.ID)
		page.Done, page.Total = progress.Done, progress.Total
		return page, err
	case page.Checked:
		return page, t.result(v, page, s)
	}
	return page, nil
}

// result tells what the import would do now.
func (t tables) result(v *desk.Visit, page *showPage, s trace.Stored[exchange.Import]) error {
	r, err := t.exchange.Result(v.Context(), v.Actor, s.ID)
	if err != nil {
		return err
	}
	if r.Before != nil {
		page.Before = v.Lang.Moment(r.Before.Created)
	}
	if s.Data.Stop != nil {
		page.StopRow, page.StopColumn, page.StopBy = s.Data.Stop.Row, s.Data.Stop.Column, v.Lang.Name(s.Data.Stop.Message)
	}
	page.Ignored, page.MoreProblems = r.Ignored, r.More
	for _, p := range r.Problems {
		page.Problems = append(page.Problems, problemView{p.Row, p.Cell, p.Column, v.Lang.Name(p.Message), p.Value})
	}
	page.rows(v, r)
	if r.Wrong > 0 {
		return nil
	}
	submit := [2]string{fmt.Sprintf("Nhập %s dòng", v.Lang.Number(r.Create)), fmt.Sprintf("Import %s rows", v.Lang.Number(r.Create))}
	if s.Data.State == exchange.Stopped {
		submit = [2]string{"Nhập tiếp", "Continue"}
	}
	page.Form = v.NewForm(submit[0], submit[1])
	page.Form.Cancel = path
	return nil
}

// rows shows what becomes of the first rows: the wrong ones are told cell by
// cell already.
func (p *showPage) rows(v *desk.Visit, r *exchange.Result) {
	for _, o := range r.Outcomes {
		if o.Action == exchange.Wrong {
			continue
		}
		if len(p.Rows) == shownRows {
			p.MoreRows++
			continue
		}
		row := rowView{Row: o.Row, Label: v.Lang.Name(o.Label), State: desk.Good(v.T("thêm mới", "new"))}
		if o.Action == exchange.Exists {
			row.State = desk.Calm(v.T("đã có, giữ nguyên", "is there, stays"))
		}
		for i, d := range o.Differs {
			if i > 0 {
				row.Differs += ", "
			}
			row.Differs += v.Lang.Name(d)
		}
		p.Rows = append(p.Rows, row)
	}
}

func (t tables) show(v *desk.Visit) (desk.Answer, error) {
	page, err := t.showPage(v)
	return desk.Show(page), err
}

func (t tables) run(v *desk.Visit) (desk.Answer, error) {
	_, err := t.exchange.Run(v.Context(), v.Actor, v.Param("id"))
	if err == nil {
		return v.Redirect(path+"/"+v.Param("id"), "", ""), nil
	}
	page, pageErr := t.showPage(v)
	if pageErr != nil || page.Form == nil {
		return desk.Answer{}, errors.Join(err, pageErr)
	}
	return v.Again(page, page.Form, err)
}
