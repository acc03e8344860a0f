package printing

import (
	"temgoc/internal/stamp"
	"temgoc/labels"
)

// captions are the words on the stamp, as on labels everywhere in Vietnam.
var captions = labels.Captions{Lot: "Lô", Production: "NSX", Expiry: "HSD", Stars: "OCOP"}

// stampOf is a stamp of the order's content with the code.
func (c Content) stampOf(code stamp.Code) labels.Stamp {
	s := labels.Stamp{
		Payload: c.Address + code.String(), ShortCode: code.Display(),
		Product: c.Product, Producer: c.Producer, Lot: c.Lot,
		ProductionDate: c.Production.Vietnamese(), ExpiryDate: c.Expiry.Vietnamese(),
		Stars: c.Stars, Captions: captions,
	}
	if c.Demonstration {
		s.Note = "Dữ liệu minh họa"
	}
	return s
}
