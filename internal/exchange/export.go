package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A Query narrows an export; empty fields do not.
type Query struct {
	Producer string // id
	Product  string // id; of certificates, batches and diary entries
	Batch    string // code; of diary entries
	// Lang is the language of headings and names, "vi" or "en"; Vietnamese when
	// empty. Imports read both.
	Lang string
}

// pages goes through a list page by page.
func pages[T any](list func(trace.Paging) (trace.List[T], error), yield func(trace.Stored[T]) error) error {
	for p := (trace.Paging{Limit: trace.MaxPage}); ; {
		page, err := list(p)
		if err != nil {
			return err
		}
		for _, s := range page.Items {
			if err := yield(s); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		p.After = page.Next
	}
}

// Export gives out a table of what the actor may see, the newest document first,
// and says how many rows it has. The table is made in a file on disk, so that it
// may be of any size, and noted for the audit log before any of it is given
// out: after an error out has got nothing, unless it was out that failed.
func (e *Exchange) Export(ctx context.Context, by trace.Actor, t Table, q Query, f spreadsheet.Format, out io.Writer) (rows int, err error) {
	if !MayExport(by) {
		return 0, trace.ErrNotAllowed
	}
	s, err := known(t, f)
	if err != nil {
		return 0, err
	}
	file, err := os.CreateTemp("", "temgoc-export-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	d, sum := newDirectory(ctx, e.ledger, by, language(q.Lang)), sha256.New()
	if rows, err = writeTable(d, s, q, f, io.MultiWriter(file, sum)); err != nil {
		return rows, err
	}
	_, err = e.ledger.NoteExport(ctx, trace.Write{By: by}, trace.Export{
		What: t.Name().VI + " (" + strings.ToUpper(string(f)) + ")", Filter: d.describe(q), Rows: rows, SHA256: trace.Digest(sum.Sum(nil)),
	})
	if err != nil {
		return rows, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return rows, err
	}
	_, err = io.Copy(out, file)
	return rows, err
}

func writeTable(d *directory, s sheet, q Query, f spreadsheet.Format, out io.Writer) (int, error) {
	w, err := spreadsheet.NewWriter(out, f, s.layout(d.by, d.lang, false))
	if err != nil {
		return 0, err
	}
	defer w.Discard()
	rows, err := s.export(d, q, w)
	if err != nil {
		return rows, err
	}
	return rows, w.Close()
}

// describe says in words what a query asks for. What the actor may not see is
// named as it was asked for.
func (d *directory) describe(q Query) string {
	var parts []string
	if q.Producer != "" {
		name := q.Producer
		if d.by.Reads(q.Producer) {
			name = d.producerName(q.Producer)
		}
		parts = append(parts, "chủ thể "+name)
	}
	if q.Product != "" {
		name := q.Product
		if p, err := d.seen.Product(d.ctx, d.by, q.Product); err == nil {
			name = d.productName(p.Data.Producer, q.Product)
		}
		parts = append(parts, "sản phẩm "+name)
	}
	if q.Batch != "" {
		parts = append(parts, "lô "+showCode(q.Batch))
	}
	return strings.Join(parts, ", ")
}

// export implements sheet.
func (t table[T]) export(d *directory, q Query, w spreadsheet.Writer) (int, error) {
	n := 0
	err := t.each(d, q, func(v T) error {
		var values []spreadsheet.Value
		for _, c := range t.columns {
			if c.shownTo(d.by) {
				values = append(values, c.write(d, v))
			}
		}
		n++
		return w.Row(values)
	})
	return n, err
}

// Template writes an empty table with an example row, which an import passes
// over, and in XLSX a second sheet that explains the columns.
func Template(by trace.Actor, t Table, f spreadsheet.Format, lang string, out io.Writer) error {
	s, err := known(t, f)
	if err != nil {
		return err
	}
	w, err := spreadsheet.NewWriter(out, f, s.layout(by, language(lang), true))
	if err != nil {
		return err
	}
	defer w.Discard()
	return w.Close()
}

// FileName is what a downloaded file is called: letters that every system can
// write.
func FileName(t Table, f spreadsheet.Format, template bool) string {
	name := map[Table]string{Products: "san-pham", Certificates: "giay-chung-nhan", Batches: "lo-hang", Records: "nhat-ky"}[t]
	if template {
		name = "mau-" + name
	}
	return name + "." + string(f)
}

// known finds the table, or says that table or format are none of ours.
func known(t Table, f spreadsheet.Format) (sheet, error) {
	var errs trace.FieldErrors
	if !t.Known() {
		errs = append(errs, noValue("table", string(t)))
	}
	if !f.Known() {
		errs = append(errs, noValue("format", string(f)))
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return sheets()[t], nil
}

func noValue(field, value string) trace.FieldError {
	return trace.FieldError{Field: field, Message: catalog.Name{VI: fmt.Sprintf("không có giá trị %q", value), EN: fmt.Sprintf("has no value %q", value)}}
}

// language is the one of our languages that is meant.
func language(lang string) string {
	if lang == "en" {
		return lang
	}
	return "vi"
}
