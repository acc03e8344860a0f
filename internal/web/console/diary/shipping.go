package diary

import (
	"cmp"
	"fmt"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// shippedInput names the stamps that left.
const shippedInput = "xuat"

// A shipping is which stamps of an order left with their goods.
type shipping struct {
	Words string
	Form  *ui.Form
}

// addShipping asks which stamps are on goods that left.
func (d *diary) addShipping(v *desk.Visit, page *orderPage, s trace.Stored[printing.Order]) {
	o := s.Data
	if o.Codes != printing.ItemCodes || o.State != printing.Released {
		return
	}
	view := &shipping{Words: v.T("Chưa ghi nhận tem nào đã xuất kho.", "No stamp was reported as shipped.")}
	if n := o.Shipped(); n > 0 {
		view.Words = fmt.Sprintf(v.T("Đã xuất kho %s trong %s tem: %s.", "%s of %s stamps were shipped: %s."), v.Lang.Number(n), v.Lang.Number(o.Count), printing.RangesText(o.Sent))
	}
	if o.Shipped() < o.Count {
		view.Form = v.NewForm("Ghi xuất kho", "Report as shipped", ui.Group{Fields: []ui.Field{{
			Name: shippedInput, Label: v.T("Tem số", "Stamps"), Required: true, MaxLength: 2000,
			Hint: fmt.Sprintf(v.T("Ghi như 1-40, 51: từ 1 đến %s.", "As in 1-40, 51: 1 to %s."), v.Lang.Number(o.Count)),
		}}}).Scoped("shipped")
		view.Form.Action, view.Form.Revision = orderPath(o)+"/xuat-kho", s.Revision
	}
	page.Shipping = view
}

func (d *diary) ship(v *desk.Visit) (desk.Answer, error) {
	dossier, o, err := d.ordered(v)
	if err != nil {
		return desk.Answer{}, err
	}
	ranges, err := printing.ParseRanges(shippedInput, v.Value(shippedInput))
	if err == nil {
		_, err = d.Book.Ship(v.Context(), v.Write(), o.ID, ranges)
		err = desk.Renamed(err, "ranges", shippedInput)
	}
	if err != nil {
		page, pageErr := d.orderPage(v, dossier, o)
		if pageErr != nil || page.Shipping == nil || page.Shipping.Form == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Shipping.Form, err)
	}
	return v.Redirect(orderPath(o.Data)+"#xuat-kho", "Đã ghi tem xuất kho.", "The stamps are noted as shipped."), nil
}
