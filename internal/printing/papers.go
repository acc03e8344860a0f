package printing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// KindPapers is the kind of document that keeps which labels of a sheet begun
// are gone.
const KindPapers trace.Kind = "papers"

// A Paper is the sheet of labels that a producer has begun, one for each stock:
// which of its cells are gone. Without any the next sheet is a new one.
type Paper struct {
	Producer string `json:"producer"`
	Stock    string `json:"stock"`
	// Used are numbered from 1 in reading order and ascend.
	Used []int `json:"used,omitempty" maxItems:"1000" doc:"Cells that are gone, from 1 in reading order"`
}

// DocumentKind implements trace.Document.
func (Paper) DocumentKind() trace.Kind { return KindPapers }

// DocumentRefs implements trace.Document.
func (p Paper) DocumentRefs() []string { return []string{trace.ProducerTerm(p.Producer)} }

func paperID(producer, stock string) string { return producer + "-" + stock }

// take fills the free cells of a sheet and then whole sheets, and leaves the
// cells that are gone of the last one.
func (p *Paper) take(cells, stamps int) {
	free := cells - len(p.Used)
	if stamps >= free {
		p.Used = p.Used[:0]
		stamps = (stamps - free) % cells
	}
	gone := p.Used
	p.Used = nil
	for cell := 1; cell <= cells; cell++ {
		if slices.Contains(gone, cell) {
			p.Used = append(p.Used, cell)
		} else if stamps > 0 {
			p.Used = append(p.Used, cell)
			stamps--
		}
	}
}

// goneOf are the cells that are gone of a sheet with so many. The stock may have
// been changed since, and have fewer cells now: what it lacks is not looked at,
// and with none left the next sheet is a new one.
func (p Paper) goneOf(cells int) []int {
	gone := slices.DeleteFunc(p.Used, func(cell int) bool { return cell > cells })
	if len(gone) == cells {
		return nil
	}
	return gone
}

// checkUsed brings the cells into order.
func checkUsed(used []int, cells int) ([]int, error) {
	used = slices.Compact(slices.Sorted(slices.Values(used)))
	if len(used) > 0 && (used[0] < 1 || used[len(used)-1] > cells) {
		return nil, fieldError("used", fmt.Sprintf("các ô phải từ 1 đến %d", cells), fmt.Sprintf("must have cells of 1 to %d", cells))
	}
	if len(used) == cells {
		return nil, nil // nothing is left: the next sheet is a new one
	}
	return used, nil
}

// Paper returns the sheet begun of a stock; revision 0 where none was noted.
func (b *Book) Paper(ctx context.Context, by trace.Actor, producer, stock string) (trace.Stored[Paper], error) {
	if err := maySeeOf(by, producer); err != nil {
		return trace.Stored[Paper]{}, err
	}
	if _, err := b.sheetCells(ctx, producer, stock); err != nil {
		return trace.Stored[Paper]{}, err
	}
	s, err := trace.Head[Paper](ctx, b.ledger, paperID(producer, stock))
	if errors.Is(err, trace.ErrNotFound) {
		return trace.Stored[Paper]{ID: paperID(producer, stock), Data: Paper{Producer: producer, Stock: stock}}, nil
	}
	return s, err
}

// Papers lists the sheets that a producer has begun.
func (b *Book) Papers(ctx context.Context, by trace.Actor, producer string, p trace.Paging) (trace.List[Paper], error) {
	if err := maySeeOf(by, producer); err != nil {
		return trace.List[Paper]{}, err
	}
	return trace.ListOf(ctx, b.ledger, trace.ProducerTerm(producer), p, func(s trace.Stored[Paper]) bool { return len(s.Data.Used) > 0 })
}

// CorrectPaper says which cells of the sheet begun are gone: the producer does,
// with the sheet in its hand.
func (b *Book) CorrectPaper(ctx context.Context, w trace.Write, producer, stock string, used []int) (trace.Stored[Paper], error) {
	return b.changePaper(ctx, w, producer, stock, func(p *Paper, cells int) (err error) {
		p.Used, err = checkUsed(used, cells)
		return err
	})
}

// TakePaper notes that stamps were printed on the sheet begun and on as many new
// ones as it took: the producer does, once they lie there.
func (b *Book) TakePaper(ctx context.Context, w trace.Write, producer, stock string, stamps int) (trace.Stored[Paper], error) {
	return b.changePaper(ctx, w, producer, stock, func(p *Paper, cells int) error {
		var f findings
		if f.between("count", stamps, 1, MaxCount, ""); f.err() != nil {
			return f.err()
		}
		p.take(cells, stamps)
		return nil
	})
}

// changePaper makes the document where there is none yet.
func (b *Book) changePaper(ctx context.Context, w trace.Write, producer, stock string, change func(*Paper, int) error) (trace.Stored[Paper], error) {
	if err := mayKeep(w.By, producer); err != nil {
		return trace.Stored[Paper]{}, err
	}
	cells, err := b.sheetCells(ctx, producer, stock)
	if err != nil {
		return trace.Stored[Paper]{}, err
	}
	id := paperID(producer, stock)
	if _, err := trace.Head[Paper](ctx, b.ledger, id); errors.Is(err, trace.ErrNotFound) {
		if w.If > 0 {
			return trace.Stored[Paper]{}, trace.ErrStale
		}
		first := Paper{Producer: producer, Stock: stock}
		if err := change(&first, cells); err != nil {
			return trace.Stored[Paper]{}, err
		}
		s, err := trace.Create(ctx, b.ledger, w, id, first)
		if !errors.Is(err, trace.ErrExists) {
			return s, err
		}
	}
	may := func(p Paper) error { return mayKeep(w.By, p.Producer) }
	return trace.Update(ctx, b.ledger, w, id, may, func(p *Paper) error {
		p.Used = p.goneOf(cells)
		return change(p, cells)
	})
}

// sheetCells is how many labels a sheet of the stock has. Of a roll no map is
// kept: what comes next is next.
func (b *Book) sheetCells(ctx context.Context, producer, name string) (int, error) {
	stock, err := b.stockNamed(ctx, producer, name)
	if err != nil {
		return 0, err
	}
	if stock.Kind != labels.KindSheet {
		return 0, fieldError("stock", "không phải là loại tem theo tờ", "does not come in sheets")
	}
	return stock.Cells(), nil
}
