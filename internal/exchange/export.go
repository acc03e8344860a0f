package exchange

import (
	"context"
	"fmt"
	"io"

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

// Export writes a table of what the actor may see, the newest document first,
// and says how many rows it has. CSV is written as it is read; XLSX goes through
// a file on disk and is written at the end. After an error what was written is
// of no use.
func (e *Exchange) Export(ctx context.Context, by trace.Actor, t Table, q Query, f spreadsheet.Format, out io.Writer) (int, error) {
	if !MayExport(by) {
		return 0, trace.ErrNotAllowed
	}
	s, err := known(t, f)
	if err != nil {
		return 0, err
	}
	w, err := spreadsheet.NewWriter(out, f, s.layout(by, language(q.Lang), false))
	if err != nil {
		return 0, err
	}
	defer w.Discard()
	n, err := s.export(newDirectory(ctx, e.ledger, by, language(q.Lang)), q, w)
	if err != nil {
		return n, err
	}
	return n, w.Close()
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
