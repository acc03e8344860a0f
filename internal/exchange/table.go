package exchange

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A Table is what each row of a file describes.
type Table string

// The tables.
const (
	Products     Table = "products"
	Certificates Table = "certificates"
	Batches      Table = "batches"
	Records      Table = "records"
)

// Tables lists the tables.
func Tables() []Table { return []Table{Products, Certificates, Batches, Records} }

// Known tells whether t is one of Tables.
func (t Table) Known() bool { return slices.Contains(Tables(), t) }

// Name is what the table is called.
func (t Table) Name() catalog.Name {
	switch t {
	case Products:
		return catalog.Name{VI: "Sản phẩm", EN: "Products"}
	case Certificates:
		return catalog.Name{VI: "Giấy chứng nhận", EN: "Certificates"}
	case Batches:
		return catalog.Name{VI: "Lô hàng", EN: "Batches"}
	case Records:
		return catalog.Name{VI: "Nhật ký", EN: "Diary"}
	}
	return catalog.Name{}
}

// importers are the roles that may bring each table in. What a role may write
// of it is decided row by row.
var importers = map[Table][]trace.Role{
	Products:     {trace.ProducerRole, trace.Office},
	Certificates: {trace.ProducerRole, trace.Office, trace.Certifier},
	Batches:      {trace.ProducerRole},
	Records:      {trace.ProducerRole, trace.Office, trace.Inspector},
}

// MayImport tells whether the actor may bring the table in at all.
func (t Table) MayImport(by trace.Actor) bool { return slices.Contains(importers[t], by.Role) }

// MayExport tells whether the actor may take tables out: whoever has a role. Of
// the documents it gets those that it may see.
func MayExport(by trace.Actor) bool { return by.Role.Known() }

// A Column is what pages tell about a column of a table.
type Column struct {
	Title    catalog.Name
	Doc      catalog.Name
	Required bool
	// Allowed are the values that the cells are chosen from, as they are written
	// in either language; nil for any.
	Allowed []catalog.Name
	// ExportOnly columns are passed over when a file is imported.
	ExportOnly bool
}

// Columns lists the columns of a table for the actor, in the order of templates.
func Columns(t Table, by trace.Actor) []Column {
	if !t.Known() {
		return nil
	}
	return sheets()[t].describe(by)
}

// A sheet is a table of any kind of row.
type sheet interface {
	describe(by trace.Actor) []Column
	headings(by trace.Actor) []spreadsheet.Heading
	layout(by trace.Actor, lang string, template bool) spreadsheet.Layout
	// plan judges the rows of a file from the given one on.
	plan(d *directory, rows []spreadsheet.Row, columns []spreadsheet.Column) (*plan, error)
	// create writes one row. The error of a row that is refused is a
	// *refusal.
	create(d *directory, w trace.Write, row spreadsheet.Row, columns []spreadsheet.Column) error
	export(d *directory, q Query, w spreadsheet.Writer) (int, error)
}

// sheets are all tables.
var sheets = sync.OnceValue(func() map[Table]sheet {
	return map[Table]sheet{
		Products: productTable(), Certificates: certificateTable(), Batches: batchTable(), Records: recordTable(),
	}
})

// A table is the columns of one kind of row, and what is done with a row.
type table[T any] struct {
	of      Table
	columns []column[T]
	notes   []catalog.Name // of the guide
	// begin makes the row that the columns fill.
	begin func(d *directory) T
	// keys name what a row describes. Two rows of a file with a key in common
	// describe the same thing.
	keys func(T) []string
	// existing finds the document that a row describes, if it is there already.
	existing func(d *directory, v T) (*T, error)
	// check tells whether add would take the row, and add writes it.
	check func(ctx context.Context, l *trace.Ledger, by trace.Actor, v T) error
	add   func(ctx context.Context, l *trace.Ledger, w trace.Write, v T) error
	label func(d *directory, v T) catalog.Name
	// each gives what the actor may see.
	each func(d *directory, q Query, yield func(T) error) error
}

// shownTo tells whether the column is in files of the actor.
func (c column[T]) shownTo(by trace.Actor) bool { return !c.foreign || by.Role != trace.ProducerRole }

// neededBy tells whether the actor must fill the column in.
func (c column[T]) neededBy(by trace.Actor) bool {
	return c.required || c.mustName && by.Role != trace.ProducerRole
}

func (t table[T]) describe(by trace.Actor) []Column {
	var all []Column
	for _, c := range t.columns {
		if !c.shownTo(by) {
			continue
		}
		all = append(all, Column{c.title, c.doc, c.neededBy(by), c.allowed.names(), c.read == nil})
	}
	return all
}

func (t table[T]) headings(by trace.Actor) []spreadsheet.Heading {
	var all []spreadsheet.Heading
	for _, c := range t.columns {
		names := append([]string{c.title.VI, c.title.EN}, c.also...)
		all = append(all, spreadsheet.Heading{Names: names, Required: c.neededBy(by) && c.read != nil})
	}
	return all
}

// guideSheets are the names of the sheet with the explanations.
var guideSheets = catalog.Name{VI: "Hướng dẫn", EN: "Guide"}

// layout is how the table is written: for a template without the columns that
// an import passes over, and with an example.
func (t table[T]) layout(by trace.Actor, lang string, template bool) spreadsheet.Layout {
	l := spreadsheet.Layout{Sheet: t.of.Name().In(lang), Lang: lang, Guide: spreadsheet.Guide{Sheet: guideSheets.In(lang)}}
	if template {
		l.Example = []spreadsheet.Value{}
	}
	for _, c := range t.columns {
		if !c.shownTo(by) || template && c.read == nil {
			continue
		}
		column := spreadsheet.LayoutColumn{
			Title: c.title.In(lang), Form: c.form, Width: c.width, Required: c.neededBy(by), Doc: c.doc.In(lang),
		}
		for _, name := range c.allowed.names() {
			column.Allowed = append(column.Allowed, name.In(lang))
		}
		l.Columns = append(l.Columns, column)
		if template {
			l.Example = append(l.Example, spreadsheet.TextValue(c.example.In(lang)))
		}
	}
	for _, n := range append(slices.Clone(generalNotes), t.notes...) {
		l.Guide.Notes = append(l.Guide.Notes, n.In(lang))
	}
	return l
}

// generalNotes are what the guide of every table says.
var generalNotes = []catalog.Name{
	{VI: "Mỗi dòng là một mục. Các cột có dấu * bắt buộc phải có. Dòng có chữ “Ví dụ” ở cột TT được bỏ qua khi nhập.",
		EN: "Each row is one entry. Columns with * must be filled in. A row with “Example” in the column No. is passed over."},
	{VI: "Ngày viết theo thứ tự ngày/tháng/năm: 24/11/2026. Số thập phân viết với dấu phẩy: 12,5.",
		EN: "Dates are written day/month/year: 24/11/2026. Amounts may be written 12.5."},
	{VI: fmt.Sprintf("Tối đa %d dòng, %d cột, %d MB mỗi tệp. Công thức không được tính lại: chỉ lấy kết quả đã lưu trong tệp.", spreadsheet.MaxRows, spreadsheet.MaxColumns, spreadsheet.MaxSize>>20),
		EN: fmt.Sprintf("At most %d rows, %d columns and %d MiB in a file. Formulas are not computed: their stored results count.", spreadsheet.MaxRows, spreadsheet.MaxColumns, spreadsheet.MaxSize>>20)},
}
