package spreadsheet

import (
	"archive/zip"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// WriteTexts writes one sheet in which every cell is a text, so that no program
// takes a long number or a leading zero away: for lists that machines read. The
// same rows give the same bytes. What is written is in memory until it is
// whole; callers bound the number of rows. The rows may share one slice.
func WriteTexts(w io.Writer, sheet string, titles []string, rows iter.Seq2[[]string, error]) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // what cannot be removed is in the directory for such files
	f.SetZipWriter(packed)
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return fmt.Errorf("begin XLSX: %w", err)
	}
	if err := firstOf(f.SetDocProps(&excelize.DocProperties{Creator: "Temgốc", Title: sheet}), f.SetSheetName("Sheet1", sheet)); err != nil {
		return fmt.Errorf("begin XLSX: %w", err)
	}
	stream, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("begin XLSX: %w", err)
	}
	err = firstOf(
		stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		stream.SetColStyle(1, len(titles), text),
		stream.SetColWidth(1, len(titles), 14),
	)
	if err != nil {
		return fmt.Errorf("begin XLSX: %w", err)
	}
	cells := make([]excelize.Cell, len(titles))
	row := make([]any, len(titles))
	number := 0
	put := func(values []string) error {
		for i, v := range values {
			cells[i] = excelize.Cell{StyleID: text, Value: v}
			row[i] = &cells[i]
		}
		number++
		return stream.SetRow("A"+strconv.Itoa(number), row[:len(values)])
	}
	if err := put(titles); err != nil {
		return err
	}
	for values, err := range rows {
		if err != nil {
			return err
		}
		if err := put(values); err != nil {
			return err
		}
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

// packed compresses with the one version of the one library that this module
// names, so that the bytes are the same for ever.
func packed(w io.Writer) excelize.ZipWriter {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	return z
}
