package printing

import (
	"fmt"
	"strings"

	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
	"temgoc/labels"
)

// captions are the words on the stamp, as on labels everywhere in Vietnam.
var captions = labels.Captions{Lot: "Lô", Production: "NSX", Packing: "ĐG", Expiry: "HSD", Stars: "OCOP"}

// blank is a stamp of the order's content without its code.
func (c Content) blank() labels.Stamp {
	s := labels.Stamp{
		Product: c.Product, Producer: c.Producer, Lot: c.Lot,
		ProductionDate: c.Production.Vietnamese(), PackingDate: c.Packing.Vietnamese(), ExpiryDate: c.Expiry.Vietnamese(),
		Stars: c.Stars, Captions: captions,
	}
	if c.Link != "" {
		s.GS1 = fmt.Sprintf("(01)%s(10)%s", c.GTIN, c.Lot)
	}
	if c.Demonstration {
		s.Note = "Dữ liệu minh họa"
	}
	return s
}

// coded puts a code on a blank stamp.
func (c Content) coded(blank labels.Stamp, code stamp.Code) labels.Stamp {
	blank.Payload, blank.ShortCode = string(c.appendPayload(nil, code)), code.Display()
	return blank
}

// appendPayload appends what the QR code says.
func (c Content) appendPayload(dst []byte, code stamp.Code) []byte {
	dst = append(dst, c.Address...)
	if c.Link != "" {
		return append(dst, c.Link...)
	}
	dst, _ = code.AppendText(dst) // never fails
	return dst
}

// link makes the QR code a GS1 Digital Link where the template shows the line
// that belongs to one. The product must have a GTIN then.
func (c *Content) link(t *labels.Template) error {
	if !t.Shows(labels.FieldGS1) {
		return nil
	}
	if c.GTIN.IsZero() {
		return fieldError(FieldTemplate, fmt.Sprintf("mẫu %q cần mã GTIN mà sản phẩm chưa có", t.Name),
			fmt.Sprintf("%q shows a GTIN, which the product does not have", t.Name))
	}
	lot, err := gs1.ParseLotNumber(c.Lot)
	if err != nil {
		return err
	}
	c.Link = strings.TrimPrefix(gs1.DigitalLink{GTIN: c.GTIN, Lot: lot}.Path(), "/")
	return nil
}
