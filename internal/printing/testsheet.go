package printing

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// testCode stands for a batch code: as long as each of them.
const testCode = "0000000000"

// WriteTestSheet writes the page that tells how fine a printer prints, as a PDF:
// for those who may see the printer.
func (b *Book) WriteTestSheet(ctx context.Context, by trace.Actor, printer string, w io.Writer) error {
	s, err := b.Printer(ctx, by, printer)
	if err != nil {
		return err
	}
	return refusal(labels.WriteTestSheet(w, labels.TestSheet{
		DPI: s.Data.DPI, Printer: s.Data.Name, Payload: b.address + testCode, Code: len(b.address),
	}))
}

// FieldBlocks names the blocks of a test sheet in errors.
const FieldBlocks = "blocks"

// LearnPrinter notes which blocks of its test sheet scan: the printer's producer
// does. The smallest safe module is that from which on all blocks scan.
func (b *Book) LearnPrinter(ctx context.Context, w trace.Write, id string, scanned []string) (trace.Stored[Printer], error) {
	return trace.Update(ctx, b.ledger, w, id, mayKeepPrinter(w.By), func(cur *Printer) error {
		dots, err := safeModule(labels.TestBlocks(cur.DPI), scanned)
		if err != nil {
			return err
		}
		cur.MinModule = dots
		return nil
	})
}

// safeModule is the module from which on all blocks scan.
func safeModule(blocks []labels.TestBlock, scanned []string) (int, error) {
	letters := map[string]bool{}
	for _, letter := range scanned {
		letter = strings.ToUpper(strings.TrimSpace(letter))
		if !slices.ContainsFunc(blocks, func(b labels.TestBlock) bool { return b.Letter == letter }) {
			last := blocks[len(blocks)-1].Letter
			return 0, fieldError(FieldBlocks, fmt.Sprintf("tờ thử của máy in này chỉ có các ô từ A đến %s", last), fmt.Sprintf("has a block that this printer's test sheet has not: A to %s", last))
		}
		letters[letter] = true
	}
	safe := 0
	for _, b := range slices.Backward(blocks) {
		if !letters[b.Letter] {
			break
		}
		safe = b.Dots
	}
	if safe == 0 {
		last := blocks[len(blocks)-1].Letter
		return 0, fieldError(FieldBlocks, fmt.Sprintf("ô lớn nhất (%s) không quét được: chỉnh độ đậm, lau đầu in rồi in thử lại", last),
			fmt.Sprintf("lacks the largest block, %s: set the darkness, clean the head and print the sheet again", last))
	}
	return safe, nil
}
