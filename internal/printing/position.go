package printing

import (
	"context"
	"errors"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A Position is where a scanned stamp stands among those of its order.
type Position struct {
	Order    string `json:"order" doc:"Id of the print order"`
	Position int    `json:"position" doc:"Position of the stamp in the order, from 1"`
	Roll     int    `json:"roll" doc:"Roll or sheet that the stamp came on, from 1"`
	Code     string `json:"code"`
	Fate     Fate   `json:"fate"`
}

// FieldCode names what was scanned or typed in errors of Position.
const FieldCode = "code"

// Position finds the stamp with an item code, which may be typed, or scanned as
// a whole address: for those who may see its order. What is no such stamp is an
// error of FieldCode.
func (b *Book) Position(ctx context.Context, by trace.Actor, text string) (Position, error) {
	code, err := stamp.Parse(trace.CodePart(text))
	if err != nil {
		return Position{}, fieldError(FieldCode, "không phải mã truy xuất: hãy chụp lại hoặc gõ lại", "is not a code of a stamp: scan or type it again")
	}
	item, ok := code.Item()
	if !ok {
		return Position{}, fieldError(FieldCode, "là mã lô, in giống nhau trên mọi tem, nên không biết đây là tem thứ mấy", "is a batch code, the same on each stamp: it does not tell which one this is")
	}
	found, err := b.Item(ctx, by, item)
	switch {
	case errors.Is(err, trace.ErrNotFound), errors.Is(err, trace.ErrForbidden):
		return Position{}, notYours()
	case err != nil:
		return Position{}, err
	case found.Order == nil:
		return Position{}, notYours()
	}
	o := found.Order.Data
	p := Position{Order: found.Order.ID, Position: o.Position(found.Serial), Code: code.String()}
	p.Roll, p.Fate = o.RollOf(p.Position), o.FateOf(p.Position).Fate
	return p, nil
}

func notYours() error {
	return fieldError(FieldCode, "không phải tem của lệnh in nào bạn xem được", "is on no stamp of an order that you may see")
}

// RangeOf is the stamps from one scanned stamp to another, which are of one
// order, in whichever order they were scanned.
func RangeOf(one, other Position) (Range, error) {
	if one.Order != other.Order {
		return Range{}, conflict("hai tem thuộc hai lệnh in khác nhau: hãy quét tem đầu và tem cuối của cùng một cuộn hoặc một tờ",
			"the two stamps are of different orders: scan the first and the last one of the same roll or sheet")
	}
	return Range{min(one.Position, other.Position), max(one.Position, other.Position)}, nil
}
