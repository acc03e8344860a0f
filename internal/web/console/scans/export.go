package scans

import (
	"bytes"
	"fmt"
	"io"

	"temgoc/internal/sighting"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// export gives the figures out as a file: what the page shows, and no more. It is
// noted with its hash before its first byte is sent.
func (s scans) export(v *desk.Visit) (desk.Answer, error) {
	q, format := queryOf(v), spreadsheet.Format(v.Query("dang"))
	if !format.Known() {
		return desk.Answer{}, desk.FieldError("dang", "phải là xlsx hoặc csv", "must be xlsx or csv")
	}
	f, err := s.Sightings.Figures(v.Context(), v.Actor, q.FigureQuery)
	if err != nil {
		return desk.Answer{}, err
	}
	var file bytes.Buffer
	rows, err := writeFigures(v, &file, format, f)
	if err != nil {
		return desk.Answer{}, err
	}
	_, err = s.Ledger.NoteExport(v.Context(), trace.Write{By: v.Actor}, trace.Export{
		What: "Lượt quét tem", Filter: fmt.Sprintf("%d ngày %s", q.Days, q.Batch), Rows: rows, SHA256: trace.DigestOf(file.Bytes()),
	})
	name := fmt.Sprintf("luot-quet-%s.%s", s.Ledger.Today(), format)
	return desk.Download(format.MediaType(), name, func(w io.Writer) error {
		_, err := file.WriteTo(w)
		return err
	}), err
}

// writeFigures writes one row for each day, area, batch and sign.
func writeFigures(v *desk.Visit, out io.Writer, format spreadsheet.Format, f sighting.Figures) (rows int, err error) {
	column := func(vi, en string, form spreadsheet.Form) spreadsheet.LayoutColumn {
		return spreadsheet.LayoutColumn{Title: v.T(vi, en), Form: form, Width: 28}
	}
	w, err := spreadsheet.NewWriter(out, format, spreadsheet.Layout{Sheet: v.T("Lượt quét", "Scans"), Lang: string(v.Lang), Guide: guide(v), Columns: []spreadsheet.LayoutColumn{
		column("Loại", "Kind", spreadsheet.Text), column("Ngày, vùng, lô", "Day, area, batch", spreadsheet.Text),
		column("Sản phẩm", "Product", spreadsheet.Text), column("Dấu hiệu", "Sign", spreadsheet.Text),
		column("Số lượng", "Number", spreadsheet.Text),
	}})
	if err != nil {
		return 0, err
	}
	defer w.Discard()
	row := func(values ...string) {
		if err != nil {
			return
		}
		cells := make([]spreadsheet.Value, len(values))
		for i, s := range values {
			cells[i] = spreadsheet.TextValue(s)
		}
		rows++
		err = w.Row(cells)
	}
	number := func(n int64, isFew bool) string {
		if isFew {
			return few(v)
		}
		return fmt.Sprint(n)
	}
	for _, sign := range sighting.Signs() {
		if n := f.Signs[sign]; n > 0 {
			row(v.T("Dấu hiệu", "Sign"), "", "", v.Lang.Name(sign.Name()), fmt.Sprint(n))
		}
	}
	for _, d := range f.Days {
		row(v.T("Ngày", "Day"), v.Lang.Date(d.Date), "", "", number(d.Views, d.Few))
	}
	for _, a := range areas(v, f.Areas) {
		row(v.T("Vùng", "Area"), a.Name, "", "", a.Scans)
	}
	for _, b := range f.Batches {
		row(v.T("Lô", "Batch"), batchCode(b.Batch)+" · "+b.Lot, v.Lang.Name(b.Name), "", number(b.Views, b.Few))
		for _, sign := range sighting.Signs() {
			if n := b.Signs[sign]; n > 0 {
				row(v.T("Lô", "Batch"), batchCode(b.Batch)+" · "+b.Lot, v.Lang.Name(b.Name), v.Lang.Name(sign.Name()), fmt.Sprint(n))
			}
		}
	}
	if err != nil {
		return rows, err
	}
	return rows, w.Close()
}

// guide says what the numbers leave out.
func guide(v *desk.Visit) spreadsheet.Guide {
	return spreadsheet.Guide{Sheet: v.T("Ghi chú", "Notes"), Notes: []string{
		fmt.Sprintf(v.T("Nhóm dưới %d lượt không nói rõ số; tổng của lô làm tròn xuống bội số của %d.", "Of groups of fewer than %d the number is not told; sums of batches are rounded down to a multiple of %d."), sighting.Least, sighting.Least),
		v.T("Vùng chỉ gồm người mua tự bấm gửi, trong 90 ngày. Dấu hiệu không phải bằng chứng.", "Areas have only shoppers who chose to tell, in 90 days. Signs are no proof."),
	}}
}
