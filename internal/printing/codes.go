package printing

import (
	"context"
	"fmt"
	"iter"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// codes gives the codes of the order from its from-th stamp on, counted from 0.
func (b *Book) codes(o Order, from, count int) iter.Seq2[stamp.Code, error] {
	return func(yield func(stamp.Code, error) bool) {
		batch, err := stamp.ParseBatchCode(o.Batch)
		if err != nil {
			yield(stamp.Code{}, err)
			return
		}
		sealer, err := b.keys.Sealer(o.KeyID, batch)
		if err != nil {
			yield(stamp.Code{}, fmt.Errorf("%w: %w", trace.ErrUnavailable, err))
			return
		}
		for i := from; i < from+count; i++ {
			code := batch.Code()
			if o.Codes == ItemCodes {
				code = sealer.Item(o.First + uint32(i)).Code()
			}
			if !yield(code, nil) {
				return
			}
		}
	}
}

// A Code is one code of an order.
type Code struct {
	Index   int    `json:"index" doc:"Position in the order, from 1"`
	Code    string `json:"code"`
	Display string `json:"display" doc:"As it is printed for people"`
	Address string `json:"address" doc:"What the QR code says"`
}

// MaxCodes is how many codes Codes returns at most.
const MaxCodes = 1000

// Codes returns at most limit codes of an order from the from-th on, counted
// from 1; fewer at its end. Orders of batch codes have one.
func (b *Book) Codes(ctx context.Context, by trace.Actor, id string, from, limit int) ([]Code, error) {
	s, err := b.Order(ctx, by, id)
	if err != nil {
		return nil, err
	}
	total := s.Data.Count
	if s.Data.Codes == BatchCodes {
		total = 1
	}
	if from < 1 {
		return nil, fieldError("from", "phải từ 1 trở lên", "must be 1 or more")
	}
	if limit < 1 || limit > MaxCodes {
		return nil, fieldError("limit", fmt.Sprintf("phải từ 1 đến %d", MaxCodes), fmt.Sprintf("must be 1 to %d", MaxCodes))
	}
	out := []Code{}
	for code, err := range b.codes(s.Data, from-1, max(0, min(limit, total-from+1))) {
		if err != nil {
			return nil, err
		}
		out = append(out, Code{
			Index: from + len(out), Code: code.String(), Display: code.Display(), Address: string(s.Data.Content.appendPayload(nil, code)),
		})
	}
	return out, nil
}
