package exchange

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// A Result is what an import would do.
type Result struct {
	Table Table
	// Outcomes are one for each row.
	Outcomes []Outcome
	// Create, Exist and Wrong count the outcomes.
	Create, Exist, Wrong int
	// Problems are the first MaxProblems of what is wrong, and More how many
	// there are besides.
	Problems []Problem
	More     int
	// Ignored are the titles of columns that the table does not have.
	Ignored []string
	// Before is the last import of the same file into the same table by the same
	// organisation that was started; nil if there was none.
	Before *trace.Stored[Import]
}

// MaxProblems is how many problems a Result lists.
const MaxProblems = 500

// maxFileName is how much of the name of a file is kept, in characters.
const maxFileName = 200

// Check looks at a file: it keeps it, and tells what an import of it would do
// and what is wrong. Nothing but the file and the Import is written. A file in
// which no table is found is refused and not kept.
func (e *Exchange) Check(ctx context.Context, by trace.Actor, t Table, name string, content []byte) (trace.Stored[Import], *Result, error) {
	var none trace.Stored[Import]
	if _, err := known(t, spreadsheet.XLSX); err != nil {
		return none, nil, err
	}
	if !t.MayImport(by) {
		return none, nil, trace.ErrNotAllowed
	}
	name = fileName(name)
	file, err := e.read(ctx, by, t, name, content)
	if err != nil {
		return none, nil, err
	}
	plan, err := sheets()[t].plan(newDirectory(ctx, e.ledger, by, "vi"), file.Rows, file.Columns)
	if err != nil {
		return none, nil, err
	}
	result := newResult(t, plan, file)
	digest, err := e.files.Put(ctx, content)
	if err != nil {
		return none, nil, err
	}
	i := Import{
		Table: t, FileName: name, SHA256: digest, Owner: ownerOf(by), Actor: actor(by),
		State: Checked, Rows: len(file.Rows), Wrong: result.Wrong,
	}
	if result.Before, err = e.before(ctx, i); err != nil {
		return none, nil, err
	}
	s, err := trace.Create(ctx, e.ledger, trace.Write{By: by}, "", i)
	return s, result, err
}

// Result checks the rows of an import that are not done with again.
func (e *Exchange) Result(ctx context.Context, by trace.Actor, id string) (*Result, error) {
	s, err := e.Import(ctx, by, id)
	if err != nil {
		return nil, err
	}
	result, err := e.recheck(ctx, by, s)
	if err != nil {
		return nil, err
	}
	before, err := e.before(ctx, s.Data)
	if before == nil || before.ID != s.ID {
		result.Before = before
	}
	return result, err
}

func (e *Exchange) recheck(ctx context.Context, by trace.Actor, s trace.Stored[Import]) (*Result, error) {
	file, err := e.reread(ctx, by, s.Data)
	if err != nil {
		return nil, err
	}
	file.Rows = file.Rows[min(s.Data.Next, len(file.Rows)):]
	plan, err := sheets()[s.Data.Table].plan(newDirectory(ctx, e.ledger, by, "vi"), file.Rows, file.Columns)
	if err != nil {
		return nil, err
	}
	return newResult(s.Data.Table, plan, file), nil
}

// read reads a file of a table. Not too many are read at once.
func (e *Exchange) read(ctx context.Context, by trace.Actor, t Table, name string, content []byte) (*spreadsheet.Table, error) {
	select {
	case e.reading <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", trace.ErrUnavailable, ctx.Err())
	}
	defer func() { <-e.reading }()
	file, err := spreadsheet.Read(name, content, sheets()[t].headings(by))
	if fault, ok := errors.AsType[*spreadsheet.Error](err); ok {
		return nil, trace.FieldErrors{{Field: "file", Message: fault.Message}}
	}
	if err == nil && len(file.Rows) == 0 {
		return nil, trace.FieldErrors{{Field: "file", Message: catalog.Name{VI: "bảng không có dòng dữ liệu nào", EN: "the table has no rows"}}}
	}
	return file, err
}

// reread reads the file of an import again.
func (e *Exchange) reread(ctx context.Context, by trace.Actor, i Import) (*spreadsheet.Table, error) {
	content, err := e.files.Get(ctx, i.SHA256)
	if errors.Is(err, trace.ErrNotFound) {
		err = fmt.Errorf("%w: the file of an import is not in the object store", trace.ErrCorrupt)
	}
	if err != nil {
		return nil, err
	}
	return e.read(ctx, by, i.Table, i.FileName, content)
}

func newResult(t Table, p *plan, file *spreadsheet.Table) *Result {
	r := &Result{
		Table: t, Outcomes: p.outcomes, Problems: p.problems, Ignored: file.Unknown,
		Create: p.count(Create), Exist: p.count(Exists), Wrong: p.count(Wrong),
	}
	if len(r.Problems) > MaxProblems {
		r.More = len(r.Problems) - MaxProblems
		r.Problems = r.Problems[:MaxProblems]
	}
	return r
}

// before finds the last import of the same file that was started.
func (e *Exchange) before(ctx context.Context, i Import) (*trace.Stored[Import], error) {
	same, err := trace.All[Import](ctx, e.ledger, fileTerm(i.SHA256))
	if err != nil {
		return nil, err
	}
	var last *trace.Stored[Import]
	for n, s := range same {
		if s.Data.Owner == i.Owner && s.Data.Table == i.Table && s.Data.State != Checked {
			last = &same[n]
		}
	}
	return last, nil
}

// fileName is the name without folders, cleaned; of a long one the end.
func fileName(name string) string {
	runes := []rune(trace.Clean(path.Base(strings.ReplaceAll(name, `\`, "/"))))
	return string(runes[max(0, len(runes)-maxFileName):])
}
