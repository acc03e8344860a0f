// Package tables is where spreadsheets come in and go out: templates to fill
// in, a file looked at before anything is written, imports with their progress,
// exports.
package tables

import (
	"embed"
	"fmt"
	"io"

	"temgoc/internal/exchange"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

type tables struct{ exchange *exchange.Exchange }

// path is the address of the desk.
const path = desk.Prefix + "/bang-tinh"

// Part is the desk.
func Part(shared *ui.Templates, e *exchange.Exchange) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("tables: %w", err)
	}
	t := tables{e}
	who := []trace.Role{trace.ProducerRole, trace.Office, trace.Certifier, trace.Inspector}
	return desk.Part{Name: "tables", Templates: templates, Routes: []desk.Route{
		desk.Get("/bang-tinh", t.overview, who...),
		desk.Get("/bang-tinh/mau/:table", t.template, who...),
		desk.Export("/bang-tinh/xuat/:table", t.export, who...),
		desk.Get("/bang-tinh/nhap/:table", t.importPage, who...),
		desk.Upload("/bang-tinh/nhap/:table", t.check, who...),
		desk.Get("/bang-tinh/:id", t.show, who...),
		desk.Post("/bang-tinh/:id", t.run, who...),
	}}, nil
}

// A tableView is a table with what can be done with it.
type tableView struct {
	Table     exchange.Table
	Name      string
	MayImport bool
}

// An importView is an import in the list.
type importView struct {
	ID, File, Table, At string
	State               desk.Badge
}

// An overviewPage offers the tables and lists the imports.
type overviewPage struct {
	desk.Frame
	Tables  []tableView
	Imports []importView
	Pager   desk.Pager
}

// Template implements ui.Page.
func (overviewPage) Template() string { return "tables.html" }

func (t tables) overview(v *desk.Visit) (desk.Answer, error) {
	page := overviewPage{Frame: v.Frame("Bảng tính", "Spreadsheets")}
	for _, table := range exchange.Tables() {
		page.Tables = append(page.Tables, tableView{table, v.Lang.Name(table.Name()), table.MayImport(v.Actor)})
	}
	list, err := t.exchange.Imports(v.Context(), v.Actor, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	for _, i := range list.Items {
		page.Imports = append(page.Imports, importView{
			ID: i.ID, File: i.Data.FileName, Table: v.Lang.Name(i.Data.Table.Name()), At: v.Lang.Moment(i.Created), State: badge(v, i.Data),
		})
	}
	page.Pager = v.Pager(list.Next)
	return desk.Show(&page), nil
}

// badge shows where an import stands.
func badge(v *desk.Visit, i exchange.Import) desk.Badge {
	text := v.Lang.Name(i.State.Name())
	switch {
	case i.State == exchange.Done:
		return desk.Good(text)
	case i.State == exchange.Stopped:
		return desk.Bad(text)
	case i.State == exchange.Checked && i.Wrong > 0:
		return desk.Warn(v.T("có lỗi, chưa nhập", "has mistakes, not imported"))
	}
	return desk.Calm(text)
}

// format is the kind of file that was asked for; XLSX unless it is CSV.
func format(v *desk.Visit) spreadsheet.Format {
	if v.Query("dang") == string(spreadsheet.CSV) {
		return spreadsheet.CSV
	}
	return spreadsheet.XLSX
}

// table is the table that the address names.
func table(v *desk.Visit) (exchange.Table, error) {
	t := exchange.Table(v.Param("table"))
	if !t.Known() {
		return t, trace.ErrHidden
	}
	return t, nil
}

func (t tables) template(v *desk.Visit) (desk.Answer, error) {
	which, err := table(v)
	f := format(v)
	return desk.Download(f.MediaType(), exchange.FileName(which, f, true), func(w io.Writer) error {
		return exchange.Template(v.Actor, which, f, string(v.Lang), w)
	}), err
}

func (t tables) export(v *desk.Visit) (desk.Answer, error) {
	which, err := table(v)
	f := format(v)
	q := exchange.Query{Producer: v.Actor.Producer, Lang: string(v.Lang)}
	return desk.Download(f.MediaType(), exchange.FileName(which, f, false), func(w io.Writer) error {
		_, err := t.exchange.Export(v.Context(), v.Actor, which, q, f, w)
		return err
	}), err
}
