package office

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

const (
	// maxExport is how many entries one file may have.
	maxExport = 100_000
	// exportsAtOnce bounds the memory and the disk that exports take.
	exportsAtOnce = 2
	// exportPiece is how many entries are put into words at a time.
	exportPiece = 500
)

var (
	errTooLong = errors.New("more entries than one file may have")
	errTooSlow = &trace.RuleError{Kind: trace.ErrUnavailable, Message: catalog.Name{
		VI: "chưa tạo xong tệp trong thời gian cho phép; hãy thu hẹp khoảng ngày rồi xuất từng phần",
		EN: "the file was not finished in the time that there is; narrow the days and export part by part",
	}}
	errBusy = &trace.RuleError{Kind: trace.ErrUnavailable, Message: catalog.Name{
		VI: "máy chủ đang tạo các tệp khác, hãy thử lại sau một phút", EN: "other files are being made; try again in a minute",
	}}
)

// exportLog gives the filtered log out as a file. The file is complete, and
// noted with its hash, before its first byte is sent.
func (o office) exportLog(v *desk.Visit) (desk.Answer, error) {
	f, err := o.readFilter(v, v.Form)
	if err != nil {
		return desk.Answer{}, err
	}
	page := o.logPage(v, f)
	if f.wrong() {
		return desk.ShowAs(http.StatusUnprocessableEntity, page), nil
	}
	format := spreadsheet.Format(v.Value("dang"))
	if !format.Known() {
		return desk.Answer{}, desk.FieldError("dang", "phải là xlsx hoặc csv", "must be xlsx or csv")
	}
	select {
	case o.exports <- struct{}{}:
		defer func() { <-o.exports }()
	default:
		return desk.Answer{}, errBusy
	}
	file, err := o.makeExport(v, f, format)
	if errors.Is(err, errTooLong) {
		page.Problem, page.Open = fmt.Sprintf(v.T(
			"Có hơn %s dòng, nhiều hơn một tệp được phép có. Hãy thu hẹp khoảng ngày rồi xuất từng phần.",
			"There are more than %s entries, which is the most that a file may have. Narrow the days and export part by part.",
		), v.Lang.Number(o.maxExport)), true
		return desk.ShowAs(http.StatusUnprocessableEntity, page), nil
	}
	if err != nil && errors.Is(v.Context().Err(), context.DeadlineExceeded) {
		err = errTooSlow
	}
	if err != nil {
		return desk.Answer{}, err
	}
	name := "nhat-ky-" + v.Today().String() + "." + string(format)
	return desk.Download(format.MediaType(), name, file.sendTo), nil
}

// An export is a finished file, on disk until it is sent.
type export struct{ file *os.File }

func (e export) discard() {
	// What cannot be removed is in the directory for such files.
	_ = e.file.Close()
	_ = os.Remove(e.file.Name())
}

func (e export) sendTo(w io.Writer) error {
	defer e.discard()
	if _, err := e.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, e.file)
	return err
}

// makeExport writes the file and notes it. Every file is noted, also when a
// form is sent twice: the log has grown meanwhile, and the second file is
// another one.
func (o office) makeExport(v *desk.Visit, f *logFilter, format spreadsheet.Format) (_ export, err error) {
	file, err := os.CreateTemp("", "temgoc-export-")
	if err != nil {
		return export{}, fmt.Errorf("export of the audit log: %w", err)
	}
	e := export{file}
	defer func() {
		if err != nil {
			e.discard()
		}
	}()
	hash := sha256.New()
	rows, err := o.writeLog(v, f, format, io.MultiWriter(file, hash))
	if err != nil {
		return export{}, err
	}
	_, err = o.Ledger.NoteExport(v.Context(), trace.Write{By: v.Actor}, trace.Export{
		What: "Nhật ký thao tác, " + string(format), Filter: f.words(v.Lang), Rows: rows, SHA256: trace.Digest(hash.Sum(nil)),
	})
	return e, err
}

func (o office) writeLog(v *desk.Visit, f *logFilter, format spreadsheet.Format, out io.Writer) (rows int, err error) {
	w, err := spreadsheet.NewWriter(out, format, logLayout(v, f))
	if err != nil {
		return 0, err
	}
	defer w.Discard()
	producers := o.namer(v)
	piece := make([]trace.AuditEntry, 0, exportPiece)
	flush := func() error {
		err := o.writePiece(v, producers, piece, w)
		rows, piece = rows+len(piece), piece[:0]
		return err
	}
	for entry, err := range o.Ledger.AuditAll(v.Context(), v.Actor, f.query) {
		if err == nil && rows+len(piece) == o.maxExport {
			err = errTooLong
		}
		if err == nil && len(piece) == exportPiece {
			err = flush()
		}
		if err != nil {
			return 0, err
		}
		piece = append(piece, entry)
	}
	if err := flush(); err != nil {
		return 0, err
	}
	return rows, w.Close()
}

func (o office) writePiece(v *desk.Visit, producers *namer, piece []trace.AuditEntry, w spreadsheet.Writer) error {
	told, err := o.tell(v, producers, piece)
	if err != nil {
		return err
	}
	for i, t := range told {
		e := piece[i]
		err := w.Row([]spreadsheet.Value{
			spreadsheet.InstantValue(e.At), spreadsheet.TextValue(t.Who.Label), spreadsheet.TextValue(e.By),
			spreadsheet.TextValue(t.Action), spreadsheet.TextValue(t.Subject.Label), spreadsheet.TextValue(t.Detail),
			spreadsheet.TextValue(t.Batch.Label), spreadsheet.TextValue(t.Producer.Label),
			spreadsheet.TextValue(v.Lang.Name(e.Kind.Name)), spreadsheet.TextValue(e.ID), spreadsheet.IntegerValue(e.Number),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// logLayout are the columns of the file. What it was narrowed to stands in the
// guide.
func logLayout(v *desk.Visit, f *logFilter) spreadsheet.Layout {
	column := func(vi, en string, form spreadsheet.Form, width int) spreadsheet.LayoutColumn {
		return spreadsheet.LayoutColumn{Title: v.T(vi, en), Form: form, Width: width}
	}
	return spreadsheet.Layout{
		Sheet: v.T("Nhật ký", "Audit log"), Lang: string(v.Lang),
		Columns: []spreadsheet.LayoutColumn{
			column("Thời điểm", "When", spreadsheet.Instant, 18), column("Người thực hiện", "By whom", spreadsheet.Text, 28),
			column("Mã người thực hiện", "Id of whom", spreadsheet.Text, 26), column("Việc", "What", spreadsheet.Text, 30),
			column("Đối tượng", "To what", spreadsheet.Text, 34), column("Chi tiết", "Details", spreadsheet.Text, 50),
			column("Mã lô", "Batch code", spreadsheet.Text, 14), column("Chủ thể", "Producer", spreadsheet.Text, 30),
			column("Loại", "Kind", spreadsheet.Text, 20), column("Mã tài liệu", "Id of the document", spreadsheet.Text, 24),
			column("Lần ghi", "Revision", spreadsheet.Number, 9),
		},
		Guide: spreadsheet.Guide{Sheet: v.T("Ghi chú", "Notes"), Notes: []string{f.words(v.Lang)}},
	}
}
